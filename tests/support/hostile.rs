//! Requests that are made to cost: each at a bound or beyond it.
//!
//! The tests see what becomes of them, the bench what they cost. All show the API key, so that nothing
//! but a bound stops them.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

use crate::event::Event;
use crate::sample::{API_KEY, APP_ID};

/// A request and what becomes of it.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What is hostile about it.
    pub what: &'static str,
    /// The function that gets it.
    pub function: &'static str,
    /// The event, as JSON.
    pub event: String,
    /// The status of the answer.
    pub status: u16,
    /// What the answer says.
    pub says: &'static str,
}

const SMALL: usize = 16 * 1024;
const LARGE: usize = 256 * 1024;
/// The largest event that Lambda takes, and some bytes less.
const EVENT: usize = 6_000_000;

const TOO_LARGE: &str = "body_too_large";
const TOO_COMPLEX: &str = "body_too_complex";
const CONTENT: &str = "content_too_large";

/// All of them.
#[must_use]
pub fn requests() -> Vec<Hostile> {
    [names(), addresses(), bodies(), tokens(), texts()].concat()
}

fn hostile(
    what: &'static str,
    function: &'static str,
    event: &Event,
    status: u16,
    says: &'static str,
) -> Hostile {
    let event = event.clone().header("x-api-key", API_KEY);
    Hostile {
        what,
        function,
        event: event.to_json().to_string(),
        status,
        says,
    }
}

fn post(path: &str, body: &str) -> Event {
    Event::post(path)
        .header("content-type", "application/json")
        .body(body)
}

/// A request that lacks nothing and has these members besides.
fn rtc_with(path: &str, members: &str) -> Event {
    post(
        path,
        &format!(r#"{{"channelName":"demo","uid":1,{members}}}"#),
    )
}

/// Members whose names have so many bytes and differ at their end only.
fn members(count: usize, len: usize) -> String {
    let member = |n| format!(r#""{}{n:04}":1"#, "n".repeat(len - 4));
    (0..count).map(member).collect::<Vec<_>>().join(",")
}

/// Names of parameters.
fn names() -> Vec<Hostile> {
    // Its similarity to a known name takes longest to tell.
    let alike = |len: usize| {
        let name: String = "channelName".chars().cycle().take(len).collect();
        format!(r#""{name}":1"#)
    };
    let rtc = |what, members: &str, status, says| {
        hostile(what, "rtc", &rtc_with("/v1/rtc", members), status, says)
    };
    vec![
        rtc("a name of 250,000 bytes", &alike(250_000), 413, TOO_LARGE),
        rtc(
            "a name of 60,000 bytes",
            &alike(60_000),
            413,
            "more than 16384 bytes",
        ),
        rtc(
            "a name of 16,000 bytes",
            &alike(16_000),
            400,
            "parameter_length",
        ),
        rtc("a name of 129 bytes", &alike(129), 400, "parameter_length"),
        rtc(
            "a name of 128 bytes, which are fine",
            &alike(128),
            400,
            "parameter_unknown",
        ),
        rtc(
            "64 names of 128 bytes",
            &members(62, 128),
            400,
            "parameter_unknown",
        ),
        rtc("65 names", &members(63, 128), 400, "parameter_range"),
        hostile(
            "64 names of 128 bytes in any letter case",
            "rtc",
            &rtc_with("/fetch_rtc_token", &members(62, 128)),
            200,
            "token",
        ),
        hostile(
            "a name of 129 bytes that another server ignores",
            "rtc",
            &rtc_with("/fetch_rtc_token", &alike(129)),
            400,
            "at most 128",
        ),
        hostile(
            "100 requests with 64 unknown names each",
            "bundle",
            &batch(&vec![format!("{{{}}}", members(64, 32)); 100]),
            200,
            "parameter_missing",
        ),
        hostile(
            "100 requests with an unknown name of 128 bytes each",
            "bundle",
            &batch(&vec![
                format!(
                    r#"{{"tokenType":"rtc","channelName":"demo","uid":1,{}}}"#,
                    alike(128)
                );
                100
            ]),
            200,
            "parameter_unknown",
        ),
    ]
}

/// Paths and queries.
fn addresses() -> Vec<Hostile> {
    let query = |what, query: &str, status, says| {
        hostile(
            what,
            "rtc",
            &Event::get("/v1/rtc").query(query),
            status,
            says,
        )
    };
    let long = "a".repeat(15_000);
    let slashes = Event::get(&"/".repeat(10_000)).as_cargo_lambda();
    vec![
        query(
            "a query of 15,000 bytes",
            &format!("channelName={long}"),
            414,
            "uri_too_long",
        ),
        query(
            "10,000 bytes of pairs",
            &"a=1&".repeat(2_500),
            400,
            "parameter_range",
        ),
        query(
            "10,000 bytes of separators",
            &"&".repeat(10_000),
            400,
            "parameter_missing",
        ),
        query(
            "10,000 bytes of escapes",
            &format!("channelName={}", "%41".repeat(3_300)),
            400,
            "parameter_length",
        ),
        hostile(
            "a path of 15,000 bytes",
            "rtc",
            &Event::get(&format!("/rtc/{long}")),
            414,
            "uri_too_long",
        ),
        hostile("10,000 segments", "rtc", &slashes, 404, "route_unknown"),
        hostile(
            "a number below all others",
            "rtc",
            &Event::get("/access_token")
                .query("channel=demo&expiredTs=-170141183460469231731687303715884105728"),
            400,
            "expiredTs",
        ),
    ]
}

/// Bodies, whatever they ask for.
fn bodies() -> Vec<Hostile> {
    let text = |len: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(len - 8));
    let rtc =
        |what, body: &str, status, says| hostile(what, "rtc", &post("/v1/rtc", body), status, says);
    let deep = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    let branches = vec![format!("{}{}", "[".repeat(14), "]".repeat(14)); 500].join(",");
    let ones = |count: usize| format!(r#"{{"requests":[{}]}}"#, vec!["1"; count].join(","));
    vec![
        rtc(
            "a body at the bound",
            &text(SMALL),
            400,
            "parameter_missing",
        ),
        rtc(
            "a body beyond it",
            &text(SMALL + 1),
            413,
            "more than 16384 bytes",
        ),
        hostile(
            "a body beyond it, in Base64",
            "rtc",
            &Event::post("/v1/rtc").body_base64(text(SMALL + 1)),
            413,
            "more than 16384 bytes",
        ),
        hostile(
            "a body beyond it where two forms are told apart",
            "bundle",
            &post("/token/generate", &text(SMALL + 1)),
            413,
            "more than 16384 bytes",
        ),
        hostile(
            "a body beyond the bound of one token where a batch may be larger",
            "bundle",
            &post("/v1/bundle", &text(SMALL + 1)),
            413,
            "more than 16384 bytes",
        ),
        hostile(
            "a batch at the bound",
            "bundle",
            &post("/v1/batch", &text(LARGE)),
            400,
            "parameter_missing",
        ),
        hostile(
            "a batch beyond it",
            "bundle",
            &post("/v1/batch", &text(LARGE + 1)),
            413,
            "more than 262144 bytes",
        ),
        rtc("a body as large as any", &text(EVENT), 413, TOO_LARGE),
        rtc("8,000 levels", &deep(8_000), 400, TOO_COMPLEX),
        rtc("17 levels", &deep(16), 400, TOO_COMPLEX),
        rtc("16 levels", &deep(15), 400, "parameter_missing"),
        rtc(
            "500 lists of 16 levels",
            &format!(r#"{{"a":[{branches}]}}"#),
            400,
            "parameter_missing",
        ),
        hostile(
            "100,000 values in a batch",
            "bundle",
            &post("/v1/batch", &ones(100_000)),
            400,
            TOO_COMPLEX,
        ),
        hostile(
            "as many values as a batch may hold",
            "bundle",
            &post("/v1/batch", &ones(9_990)),
            400,
            "parameter_length",
        ),
    ]
}

fn batch(requests: &[String]) -> Event {
    let body = format!(r#"{{"requests":[{}]}}"#, requests.join(","));
    post("/v1/batch", &body)
}

/// A request for an RTM token whose permissions hold so many names of so many bytes.
fn rtm(names: usize, len: usize) -> Value {
    let list: Vec<String> = (0..names).map(|n| format!("{n:0len$}")).collect();
    let (read, write) = list.split_at(names / 2);
    json!({
        "tokenType": "rtm",
        "userId": "ann",
        "permissions": {"users": {"read": read, "write": write}},
    })
}

/// Tokens that are large or many.
fn tokens() -> Vec<Hostile> {
    let permissions = |what, names, status, says| {
        let mut body = rtm(names, 4);
        body.as_object_mut().expect("an object").remove("tokenType");
        hostile(
            what,
            "rtm",
            &post("/v1/rtm", &body.to_string()),
            status,
            says,
        )
    };
    let long = |n: usize| {
        json!({
            "tokenType": "rtc",
            "channelName": format!("{n:0>64}"),
            "account": format!("{n:a>255}"),
            "privileges": {"joinChannel": 60, "publishAudioStream": 60, "publishVideoStream": 60},
        })
        .to_string()
    };
    let user = |n: usize| {
        let marks = "\u{61c}\u{2028}\u{202e}\u{2066}".repeat(5);
        json!({"tokenType": "rtm", "userId": format!("{n}{marks}")}).to_string()
    };
    let bundle = json!({"tokenType": "bundle", "services": vec![json!({"type": "rtm", "userId": "ann"}); 20]});
    let services = |count: usize, names| {
        let mut service = rtm(names, 3);
        let object = service.as_object_mut().expect("an object");
        object.remove("tokenType");
        object.insert("type".to_owned(), "rtm".into());
        json!({ "services": vec![service; count] }).to_string()
    };
    vec![
        permissions("1,000 names in RTM permissions", 1_000, 200, "007e"),
        permissions("1,001 names", 1_001, 400, "at most 1000 names in all"),
        hostile(
            "20 services with 120 names each",
            "bundle",
            &post("/v1/bundle", &services(20, 120)),
            200,
            "007e",
        ),
        hostile(
            "a batch of 100 long tokens",
            "bundle",
            &batch(&(0..100).map(long).collect::<Vec<_>>()),
            200,
            "007e",
        ),
        hostile(
            "a batch of 100 users of marks that hide and turn text",
            "bundle",
            &batch(&(0..100).map(user).collect::<Vec<_>>()),
            200,
            "007e",
        ),
        hostile(
            "a batch of 100 RTM tokens with 80 names each",
            "bundle",
            &batch(&vec![rtm(80, 24).to_string(); 100]),
            200,
            "007e",
        ),
        hostile(
            "a batch of 100 bundles of 20 services",
            "bundle",
            &batch(&vec![bundle.to_string(); 100]),
            200,
            "007e",
        ),
    ]
}

/// Texts that are to be explained.
fn texts() -> Vec<Hostile> {
    let inspect = |what, text: &str, status, says| {
        let body = json!({"token": text, "channelName": "c".repeat(64), "uid": 7, "userId": "ann"});
        hostile(
            what,
            "inspect",
            &post("/v1/inspect", &body.to_string()),
            status,
            says,
        )
    };
    let many = 60_000_u16;
    let [low, high] = many.to_le_bytes();
    let crowd = |list: &[u8], entry: &[u8]| [list, &entry.repeat(many.into())].concat();
    let one = |list: &[u8], entry: &[u8]| token(1, &crowd(list, entry));
    let fields: String = (0..8_000).map(|n| format!("&{n:x}=")).collect();
    let whiteboard = |fields: &str| format!("NETLESSROOM_{}", URL_SAFE_NO_PAD.encode(fields));
    let rtm2 = [8, 0, 0, 0, 1, 0, b'u'];
    vec![
        inspect(
            "64 KiB of nothing",
            &"A".repeat(64 * 1024),
            413,
            "more than 65536 bytes",
        ),
        inspect(
            "a whiteboard token of 8,000 fields",
            &whiteboard(&format!("ak=k{fields}")),
            200,
            "content_malformed",
        ),
        inspect(
            "a whiteboard token of one field of 45,000 bytes",
            &whiteboard(&format!("ak={}", "k".repeat(45_000))),
            200,
            "text_truncated",
        ),
        inspect(
            "60,000 services",
            &token(many, &crowd(&[], &[4, 0, 0, 0])),
            200,
            CONTENT,
        ),
        inspect(
            "60,000 privileges",
            &one(&[1, 0, low, high], &[7, 0, 9]),
            200,
            CONTENT,
        ),
        inspect(
            "60,000 RTM resource types",
            &one(&[&rtm2[..], &[low, high]].concat(), &[0, 0, 0, 0]),
            200,
            CONTENT,
        ),
        inspect(
            "60,000 RTM names",
            &one(
                &[&rtm2[..], &[1, 0, 0, 0, 1, 0, 0, 0, low, high]].concat(),
                &[1, 0, b'n'],
            ),
            200,
            CONTENT,
        ),
        inspect(
            "as many services as a token may have",
            &token(4_096, &[2, 0, 0, 0, 1, 0, b'u'].repeat(4_096)),
            200,
            "answer_shortened",
        ),
        inspect(
            "patterns of 12,000 bytes",
            &token(10, &pattern_service().repeat(10)),
            200,
            "channel_mismatch",
        ),
        inspect(
            "40 MB of zeros",
            &compressed(&vec![0; 40_000_000]),
            200,
            CONTENT,
        ),
        inspect(
            "blanks within a token",
            &format!("007{}", "A ".repeat(32_000)),
            200,
            "text_truncated",
        ),
    ]
}

/// An RTC service whose channel and user are patterns that cover nothing.
fn pattern_service() -> Vec<u8> {
    let pattern = "*a".repeat(6_000) + "b";
    let mut service = vec![1, 0, 0, 0];
    for text in [&pattern, &pattern] {
        let len = u16::try_from(text.len()).expect("a short text");
        service.extend(len.to_le_bytes());
        service.extend(text.bytes());
    }
    service
}

/// A 007 token that says that it holds so many services, with a signature of zeros.
fn token(services: u16, content: &[u8]) -> String {
    let mut message = vec![32, 0];
    message.extend([0; 32]);
    message.extend([32, 0]);
    message.extend(APP_ID.bytes());
    for number in [1_800_000_000_u32, 3600, 7] {
        message.extend(number.to_le_bytes());
    }
    message.extend(services.to_le_bytes());
    message.extend(content);
    compressed(&message)
}

fn compressed(content: &[u8]) -> String {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(content).expect("a vector takes everything");
    let zlib = zlib.finish().expect("a vector takes everything");
    format!("007{}", STANDARD.encode(zlib))
}
