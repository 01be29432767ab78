//! Why a token is refused, told in the page itself: the crate behind three functions that JavaScript calls
//! without glue.
//!
//! JavaScript asks `alloc` for room, writes a request there as UTF-8, and calls `explain` with it, which takes the
//! room back. What it returns is the address of an answer: its length in bytes, a little-endian `u32`, and then
//! JSON. `free` takes back the answer with those four bytes. Rust follows no address that comes from outside: it
//! looks them up among those that it gave.

use agora_token::KnownProjects;
use agora_token::explain::{Joins, Speaker, explain as explained, pasted};
use agora_token::params::{Invalid, Parameters, Rule, Value};
use serde_json::json;
use std::cell::RefCell;

thread_local! {
    /// What JavaScript holds.
    static HELD: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Room for a text of `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *const u8 {
    hold(vec![0; len])
}

/// Takes back what `alloc` or `explain` gave.
#[unsafe(no_mangle)]
pub extern "C" fn free(address: *const u8, _len: usize) {
    taken(address);
}

/// Explains a token. The request is the body of one for `/v1/inspect`, with the clock in `now`, a Unix time in
/// seconds; the answer is the service's, or the `code`, `field` and `detail` of what is wrong with the request.
#[unsafe(no_mangle)]
pub extern "C" fn explain(address: *const u8, len: usize) -> *const u8 {
    let request = taken(address).unwrap_or_default();
    let request = request.get(..len).unwrap_or_default();
    let answer = answer(request).unwrap_or_else(|invalid| {
        let Invalid {
            field,
            rule,
            detail,
        } = invalid;
        json!({"status": 400, "code": rule.code(), "field": field, "detail": detail}).to_string()
    });
    let len = u32::try_from(answer.len()).unwrap_or_default();
    let mut bytes = len.to_le_bytes().to_vec();
    bytes.extend(answer.into_bytes());
    hold(bytes)
}

fn answer(request: &[u8]) -> Result<String, Invalid> {
    let malformed = |detail: String| Invalid::new("(request)", Rule::Type, detail);
    let request = serde_json::from_slice(request).map_err(|error| malformed(error.to_string()))?;
    let Value::Object(members) = request else {
        return Err(malformed("the request must be a JSON object".to_owned()));
    };
    let mut parameters = Parameters::new(members)?;
    let now: i128 = parameters.require(&["now"], "the Unix time in seconds")?;
    let now = u64::try_from(now).unwrap_or_default();
    let text = pasted(&mut parameters)?;
    let joins = Joins::read(&mut parameters)?;
    parameters.finish()?;
    // The page is the service's.
    let known = KnownProjects::new().with_speaker(Speaker::Service);
    let report = explained(&text, &joins, &known, now.saturating_mul(1000));
    serde_json::to_string(&report).map_err(|error| malformed(error.to_string()))
}

/// Keeps bytes until JavaScript gives them back.
fn hold(mut bytes: Vec<u8>) -> *const u8 {
    // An empty one has no address of its own.
    bytes.reserve(1);
    let address = bytes.as_ptr();
    HELD.with_borrow_mut(|held| held.push(bytes));
    address
}

fn taken(address: *const u8) -> Option<Vec<u8>> {
    HELD.with_borrow_mut(|held| {
        let place = held.iter().position(|bytes| bytes.as_ptr() == address)?;
        Some(held.swap_remove(place))
    })
}
