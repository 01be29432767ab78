//! Tokens that are not shaped as tokens are.

use agora_token_tests::issuer::{Algorithm, message};
use serde_json::json;

use crate::fixture::{Fixture, encoded};

#[tokio::test]
async fn a_token_is_three_parts() {
    let fixture = Fixture::new();
    let token = fixture.token(Algorithm::Es256);
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        unreachable!()
    };
    for malformed in [
        "",
        ".",
        "..",
        "...",
        "....",
        header,
        &format!("{header}.{payload}"),
        &format!(".{payload}.{signature}"),
        &format!("{header}..{signature}"),
        &format!("{token}."),
        &format!(".{token}"),
        &format!("{token}.{signature}"),
        &format!("{token}.a.b.c"),
        &format!("Bearer {token}"),
        &format!(" {token}"),
        &format!("{token} "),
        &format!("{token}\n"),
        &format!("{token}\0"),
        &token.replace('.', "%2E"),
        &token.replace('.', "\u{2024}"),
        &json!({"payload": payload, "protected": header, "signature": signature}).to_string(),
    ] {
        // Five empty parts could be an encrypted token as well as none.
        let code = match malformed {
            "...." => "jwt_unsupported",
            _ => "jwt_malformed",
        };
        fixture.refuses(malformed, code).await;
    }
    for five in [
        format!("{token}.{payload}.{signature}"),
        format!("{token},{token}"),
    ] {
        fixture.refuses(&five, "jwt_unsupported").await;
    }
    assert_eq!(fixture.issuer.requests(), 0);
}

#[tokio::test]
async fn a_token_is_no_longer_than_8_kib() {
    let fixture = Fixture::new();
    let sized =
        |pad: usize| fixture.signed(Algorithm::Es256, json!({}), json!({"pad": "x".repeat(pad)}));
    let overhead = sized(1).len();
    // Base64 makes four characters of three.
    let (fits, exceeds) = (sized((8192 - overhead) / 4 * 3), sized(8192 * 3 / 4));
    assert!(fits.len() > 8180 && fits.len() <= 8192, "{}", fits.len());
    fixture.accepts(&fits).await;
    fixture.refuses(&exceeds, "jwt_malformed").await;
    fixture
        .refuses(&"a".repeat(10_000_000), "jwt_malformed")
        .await;
    fixture
        .refuses(&".".repeat(10_000_000), "jwt_malformed")
        .await;
}

#[tokio::test]
async fn base64_has_one_spelling() {
    let fixture = Fixture::new();
    let token = fixture.token(Algorithm::Es256);
    let parts: Vec<&str> = token.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    for malformed in [
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}=.{signature}"),
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{signature}=="),
        format!("{header}.{payload}.{signature}%3D"),
        format!("{header}.{payload}.{signature}\n"),
        format!("{header}.{payload}.+/{}", &signature[2..]),
        format!("{header}.{payload}.{}\u{e9}", &signature[2..]),
        format!("{header}.{payload}.{}!", &signature[1..]),
        format!("{header}.{payload}. {}", &signature[1..]),
    ] {
        fixture.refuses(&malformed, "jwt_malformed").await;
    }
    // The last of 86 characters holds four bits that belong to no byte.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (front, last) = signature.split_at(signature.len() - 1);
    let value = alphabet.find(last).unwrap();
    for stray in 1..16 {
        let other = &alphabet[value + stray..=value + stray];
        let malformed = format!("{header}.{payload}.{front}{other}");
        fixture.refuses(&malformed, "jwt_malformed").await;
    }
}

#[tokio::test]
async fn header_and_payload_are_json_objects() {
    let fixture = Fixture::new();
    let claims = fixture.claims().to_string();
    let header = fixture.header(Algorithm::EdDsa).to_string();
    let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
    let nested = fixture.token(Algorithm::EdDsa);
    for text in [
        "",
        " ",
        "null",
        "true",
        "1",
        "[]",
        "\"{}\"",
        "{",
        "{}{}",
        "{}garbage",
        "{'alg':'EdDSA'}",
        "<xml/>",
        "\u{feff}{}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        &deep,
        &nested,
        &format!("[{claims}]"),
    ] {
        let token = fixture.issuer.sign_text(Algorithm::EdDsa, text, &claims);
        fixture.refuses(&token, "jwt_malformed").await;
        let token = fixture.issuer.sign_text(Algorithm::EdDsa, &header, text);
        fixture.refuses(&token, "jwt_malformed").await;
    }
    let invalid = encoded(b"{\"sub\":\"\xff\"}");
    let token = format!("{}.{invalid}.AAAA", encoded(header.as_bytes()));
    fixture.refuses(&token, "jwt_malformed").await;
}

#[tokio::test]
async fn no_name_occurs_twice() {
    let fixture = Fixture::new();
    let header = fixture.header(Algorithm::EdDsa).to_string();
    let claims = fixture.claims().to_string();
    let twice = |text: &str, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    for member in [
        r#""sub":"admin""#,
        r#""s\u0075b":"admin""#,
        r#""exp":9999999999"#,
        r#""aud":"app""#,
        r#""x":{"y":1,"y":2}"#,
    ] {
        let token = fixture
            .issuer
            .sign_text(Algorithm::EdDsa, &header, &twice(&claims, member));
        fixture.refuses(&token, "jwt_malformed").await;
    }
    for member in [r#""alg":"none""#, r#""alg":"EdDSA""#, r#""kid":"x""#] {
        let token = fixture
            .issuer
            .sign_text(Algorithm::EdDsa, &twice(&header, member), &claims);
        fixture.refuses(&token, "jwt_malformed").await;
    }
}

#[tokio::test]
async fn no_extension_is_passed_over() {
    let fixture = Fixture::new();
    for crit in [
        json!(["exp"]),
        json!(["b64"]),
        json!(["alg", "typ"]),
        json!([]),
        json!("exp"),
        json!({}),
        json!(false),
    ] {
        let token = fixture.signed(
            Algorithm::Es256,
            json!({"crit": crit, "b64": true, "exp": 1}),
            json!({}),
        );
        fixture.refuses(&token, "jwt_unsupported").await;
    }
    // RFC 7797: the payload as it is, not encoded.
    let header = json!({"alg": "ES256", "b64": false, "crit": ["b64"]}).to_string();
    let token = format!("{}.plain.AAAA", encoded(header.as_bytes()));
    fixture.refuses(&token, "jwt_unsupported").await;
}

#[tokio::test]
async fn tokens_for_other_ends_do_not_let_in() {
    let fixture = Fixture::new();
    for typ in [
        "JWT",
        "jwt",
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "application/JWT",
    ] {
        let token = fixture.signed(Algorithm::Es256, json!({ "typ": typ }), json!({}));
        fixture.accepts(&token).await;
    }
    let token = fixture.signed(Algorithm::Es256, json!({"typ": null}), json!({}));
    fixture.accepts(&token).await;
    for typ in [
        json!("logout+jwt"),
        json!("secevent+jwt"),
        json!("dpop+jwt"),
        json!("oauth-authz-req+jwt"),
        json!("application/application/jwt"),
        json!("JWE"),
        json!("JOSE"),
        json!(""),
        json!(["JWT"]),
        json!(1),
    ] {
        let token = fixture.signed(Algorithm::Es256, json!({ "typ": typ }), json!({}));
        fixture.refuses(&token, "jwt_unsupported").await;
    }
}

#[tokio::test]
async fn a_payload_is_not_taken_from_the_header() {
    let fixture = Fixture::new();
    // Both parts the same text, which is a header and a set of claims in one.
    let both = crate::fixture::changed(fixture.header(Algorithm::Es256), fixture.claims());
    let text = both.to_string();
    let message = message(&text, &text);
    let signature = fixture
        .issuer
        .key(Algorithm::Es256)
        .sign(message.as_bytes());
    fixture
        .accepts(&format!("{message}.{}", encoded(&signature)))
        .await;
    let (half, _) = message.split_once('.').unwrap();
    let signature = fixture.issuer.key(Algorithm::Es256).sign(half.as_bytes());
    let token = format!("{message}.{}", encoded(&signature));
    fixture.refuses(&token, "jwt_signature").await;
}
