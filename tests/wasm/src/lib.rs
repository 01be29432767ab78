//! The signer behind three functions that JavaScript can call without glue.
//!
//! JavaScript asks `input` for room, writes a text there, calls `sign`, and reads as many bytes as it returns
//! from `output`. Rust follows no pointer that comes from outside.

use agora_token::token::AccessToken2;
use agora_token::token::builders::rtc::{RtcRole, with_role};
use std::cell::RefCell;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Room for a text of this many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn input(len: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(len, 0);
        input.as_mut_ptr()
    })
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// Signs an RTC token. The input has App ID, certificate, channel, uid, time of issue, lifetime and salt, each
/// in a line. Returns how long the answer is: the token, or what is wrong.
#[unsafe(no_mangle)]
pub extern "C" fn sign() -> usize {
    answer(|text| {
        let lines: Vec<&str> = text.lines().collect();
        let &[app_id, certificate, channel, uid, issue_ts, expire, salt] = lines.as_slice() else {
            return Err(format!("{} lines", lines.len()));
        };
        let number = |text: &str| text.parse::<u32>().map_err(|error| error.to_string());
        let expire = number(expire)?;
        let token = AccessToken2 {
            app_id: app_id.parse().map_err(|error| format!("{error}"))?,
            issue_ts: number(issue_ts)?,
            expire,
            salt: number(salt)?,
            services: vec![with_role(channel, uid, RtcRole::Publisher, expire)],
        };
        let certificate = certificate.parse().map_err(|error| format!("{error}"))?;
        token.build(&certificate).map_err(|error| error.to_string())
    })
}

fn answer(of: impl FnOnce(&str) -> Result<String, String>) -> usize {
    let said = INPUT.with_borrow(|input| match str::from_utf8(input) {
        Ok(text) => of(text).unwrap_or_else(|wrong| format!("error: {wrong}")),
        Err(wrong) => format!("error: {wrong}"),
    });
    let len = said.len();
    OUTPUT.set(said.into_bytes());
    len
}
