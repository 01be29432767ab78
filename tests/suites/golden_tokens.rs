//! Every token of the official libraries is signed here to the same bytes, and read back.

use std::cell::Cell;

use agora_token_tests::vectors::{self, TokenVector, rebuild::Unsigned, same_bytes, unhex};

#[test]
fn the_bytes_that_are_signed_and_the_signature_are_the_official_ones() {
    check_every_vector(|vector, unsigned| {
        let signed = unsigned.sign().map_err(|refusal| refusal.to_string())?;
        same_bytes(
            "the message",
            &unhex(&vector.signing_message_hex),
            signed.message(),
        )?;
        same_bytes(
            "the signature",
            &unhex(&vector.signature_hex),
            signed.signature(),
        )
    });
}

/// A 007 text is compressed, and every library compresses in its own way.
#[test]
fn the_text_of_what_is_not_compressed_is_the_official_one() {
    check_every_vector(|vector, unsigned| match unsigned {
        Unsigned::V007(..) => Ok(()),
        Unsigned::V006(..) | Unsigned::Whiteboard(..) => {
            let signed = unsigned.sign().map_err(|refusal| refusal.to_string())?;
            same_bytes(
                "the text",
                vector.token.as_bytes(),
                signed.as_str().as_bytes(),
            )
        }
    });
}

#[test]
fn official_tokens_are_read_back_to_their_inputs_and_verified() {
    check_every_vector(|vector, unsigned| read_back(vector, unsigned, &vector.token));
}

#[test]
fn our_own_tokens_are_read_back_to_their_inputs_and_verified() {
    check_every_vector(|vector, unsigned| {
        let signed = unsigned.sign().map_err(|refusal| refusal.to_string())?;
        read_back(vector, unsigned, signed.as_str())
    });
}

/// Clients put tokens into URLs and headers, so ours should not be longer than others'.
#[test]
fn our_texts_are_hardly_longer_than_the_official_ones() {
    let (ours, official) = (Cell::new(0), Cell::new(0));
    check_every_vector(|vector, unsigned| {
        let signed = unsigned.sign().map_err(|refusal| refusal.to_string())?;
        ours.set(ours.get() + signed.as_str().len());
        official.set(official.get() + vector.token.len());
        Ok(())
    });
    let (ours, official) = (ours.get(), official.get());
    assert!(
        ours <= official + official / 10,
        "{ours} characters, {official} in the official ones"
    );
}

fn read_back(vector: &TokenVector, unsigned: &Unsigned, text: &str) -> Result<(), String> {
    let message = unhex(&vector.signing_message_hex);
    unsigned.is_read_from(text, &message, &unhex(&vector.signature_hex))
}

/// Rebuilds every vector and checks it; fails with the id and the fault of each that is not right.
fn check_every_vector(check: impl Fn(&TokenVector, &Unsigned) -> Result<(), String>) {
    let mut faults = Vec::new();
    for vector in vectors::tokens() {
        let TokenVector {
            method,
            inputs,
            app_id,
            app_certificate,
            ..
        } = &vector;
        let result = Unsigned::from_call(method, inputs, app_id, app_certificate)
            .map_err(|refusal| refusal.to_string())
            .and_then(|unsigned| check(&vector, &unsigned));
        if let Err(fault) = result {
            faults.push(format!("{}: {fault}", vector.id));
        }
    }
    assert!(
        faults.is_empty(),
        "{} vectors fail\n{}",
        faults.len(),
        faults.join("\n")
    );
}
