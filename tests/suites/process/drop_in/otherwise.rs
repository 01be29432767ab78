//! Where the recorded servers are not followed, and why.

use serde_json::{Value, json};

use super::describe::{chat, of, rtc, rtm};

/// A recorded answer that is not ours.
pub(crate) struct Otherwise {
    pub(crate) peer: &'static str,
    pub(crate) case: &'static str,
    pub(crate) instead: Instead,
    pub(crate) why: &'static str,
}

/// What we do instead.
pub(crate) enum Instead {
    /// No route takes it: another function says so, or the function itself on a laptop.
    NoRoute,
    /// A problem in the service's own form, with this status: no row is told from the request.
    Problem(u16),
    /// A refusal in the form of the row: its status, and its names (none for a text).
    Refused(u16, &'static [&'static str]),
    /// This JSON.
    Says(Value),
    /// These tokens, by where they stand.
    Issued(Vec<(&'static str, Value)>),
}

const DEMO: &str = "official nodejs/server/DemoServer.js";
const ACCESS: &str = "community TokenServer-nodejs";
const NODE: &str = "community Agora-Node-TokenServer";
const PYTHON: &str = "official python3/docker (Flask";
/// Its server runs with settings that cannot be right.
pub(crate) const BAD_SETTINGS: &str = "official python3/docker with a bad APP_ID";
const GO: &str = "official go/docker/server.go (gin";
const GO_PINNED: &str = "official go/docker/server.go with the go module";
const SERVICE: &str = "community agora-token-service";

impl Otherwise {
    pub(crate) fn is_about(&self, peer: &str, case: &str) -> bool {
        peer.starts_with(self.peer) && case == self.case
    }
}

const NO_PAGE: &str = "a page of the original's framework, and no part of its form; what no row names is a 404 or a 405";
const PREFLIGHT: &str = "the gateway answers preflights, by the origins that the operator allows";
const ESCAPE: &str = "what looks encoded and isn't would be signed as another name than was meant";
const UNICODE: &str = "no SDK joins a channel of this name";
const EXPIRED: &str = "the token would be at its end when it comes";
const WRAPS: &str = "a number that is wrapped is another number";
const REDIRECT: &str = "taken as it is instead of redirected: not every client sends a POST again";

/// Every recording that is not followed.
#[rustfmt::skip]
pub(crate) fn otherwise() -> Vec<Otherwise> {
    use Instead::{Issued, NoRoute, Problem, Refused, Says};
    let row = |peer, case, instead, why| Otherwise { peer, case, instead, why };
    let pong = || Says(json!({"message": "pong"}));
    vec![
        // A uid as text.
        row(DEMO, "rtc uid 0", Issued(vec![("/key", of([rtc("test", "", true, 3600)], 3600))]),
            "0 is any user; the original signs the text 0, which no uid is"),
        row(ACCESS, "uid 0", Issued(vec![("/token", of([rtc("test", "", false, 86_400)], 86_400))]),
            "0 is any user; the original signs the text 0, which no uid is"),
        row(DEMO, "rtc uid negative", Issued(vec![("/key", of([rtc("test", "4294967291", true, 3600)], 3600))]),
            "-5 is how Java shows the uid 4294967291; the original signs the text -5, which no uid is"),
        row(NODE, "rtc uid text", Refused(400, &["error", "status"]),
            "a uid is a number, as in the Go edition; the original signs a token that lets in nobody"),
        row(SERVICE, "rtc uid 2^32+5 (wraps)", Refused(400, &["error", "status"]), WRAPS),

        // Names.
        row(DEMO, "rtc bad percent", Refused(400, &["error"]), ESCAPE),
        row(ACCESS, "bad percent", Refused(400, &["error"]), ESCAPE),
        row(PYTHON, "bad percent", Refused(400, &[]), ESCAPE),
        row(NODE, "rtc bad percent", Problem(400), ESCAPE),
        row(SERVICE, "rtc bad percent", Problem(400), ESCAPE),
        row(NODE, "rtc unicode", Refused(400, &["error", "status"]), UNICODE),
        row(SERVICE, "rtc unicode", Refused(400, &["error", "status"]), UNICODE),
        row(PYTHON, "empty channel", Refused(400, &[]), "no name is not a wish for every channel"),
        row(PYTHON, "repeated channel", Refused(400, &[]), "nobody can tell which one was meant"),

        // Lifetimes.
        row(PYTHON, "ok", Issued(vec![("", of([rtc("test", "", true, 900)], 900))]),
            "rights last as long as the token; 0 is documented both as without end and as at its end"),
        row(PYTHON, "with Origin", Issued(vec![("", of([rtc("test", "", true, 900)], 900))]),
            "rights last as long as the token; 0 is documented both as without end and as at its end"),
        row(ACCESS, "expiredTs", Refused(400, &["error"]), "a token ends within a day"),
        row(ACCESS, "expiredTs negative", Refused(400, &["error"]), "a crash in the original, with status 500"),
        row(NODE, "rtc expiry text", Refused(400, &["message", "status"]), "the original grants rights without end"),
        row(NODE, "rtc expiry negative", Refused(400, &["message", "status"]), EXPIRED),
        row(NODE, "rtc expiry huge", Refused(400, &["message", "status"]), "a crash in the original, with status 500"),
        row(SERVICE, "rtc expiry 0", Refused(400, &["message", "status"]), EXPIRED),
        row(SERVICE, "getToken negative expire (wraps)", Refused(400, &[]), WRAPS),

        // Statuses and names of a refusal.
        row(ACCESS, "missing channel", Refused(400, &["error"]), "the caller's fault, with status 500 in the original"),
        row(ACCESS, "empty channel", Refused(400, &["error"]), "the caller's fault, with status 500 in the original"),
        row(NODE, "rtc bad role", Refused(400, &["error", "status"]), "the Go edition has the status beside it"),
        row(NODE, "rtc bad role with Origin", Refused(400, &["error", "status"]), "the Go edition has the status beside it"),
        row(NODE, "rte bad role", Refused(400, &["message", "status"]), "the Go edition's names, on a path that both have"),

        // Tokens that are none.
        row(BAD_SETTINGS, "bad app id in the settings", Refused(503, &[]), "an empty token with status 200 in the original"),
        row(GO_PINNED, "no service: a token without services", Refused(400, &["code", "data", "message"]),
            "a token for nothing; later editions of the original refuse it too"),
        row(NODE, "rte audience", Issued(vec![
                ("/rtcToken", of([rtc("test", "1234", false, 60)], 60)),
                ("/rtmToken", of([json!({"type": 1, "channel_name": "test", "uid": "1234", "privileges": {"1": 60, "4": 60}}), rtm("1234", 60)], 60)),
            ]), "the Go edition's RTM token, which opens stream channels too"),

        // Slashes.
        row(PYTHON, "trailing slash", Issued(vec![("", of([rtc("test", "", true, 900)], 900))]),
            "taken with and without, as most servers do"),
        row(GO, "trailing slash", Issued(vec![("/data/token", of([rtm("12345678", 3600)], 3600))]), REDIRECT),
        row(SERVICE, "rtc no trailing slash, query", Issued(vec![("/rtcToken", of([rtc("test", "1234", true, 600)], 600))]), REDIRECT),
        row(SERVICE, "getToken trailing slash", Issued(vec![("/token", of([chat(None, 3600)], 3600))]), REDIRECT),
        row(SERVICE, "rtc missing uid", NoRoute, "an empty segment names nobody; the original signs for anybody"),
        row(NODE, "rtc missing uid, slash", NoRoute, NO_PAGE),
        row(NODE, "rtm missing", NoRoute, NO_PAGE),
        row(SERVICE, "chat account missing", NoRoute, NO_PAGE),

        // Origins: CORS keeps answers from pages, not from callers; the gateway says which pages.
        row("community agora-token-service (gin 1.8.1), CORS_ALLOW_ORIGIN unset", "ping with other Origin", pong(), PREFLIGHT),
        row("community agora-token-service (gin 1.8.1), CORS_ALLOW_ORIGIN=list", "ping", pong(), PREFLIGHT),
        row("community agora-token-service (gin 1.8.1), CORS_ALLOW_ORIGIN=list", "ping with other Origin", pong(), PREFLIGHT),
        row(NODE, "preflight of an unknown path", NoRoute, PREFLIGHT),
        row(PYTHON, "preflight", NoRoute, PREFLIGHT),
        row(GO, "preflight", NoRoute, PREFLIGHT),
        row(SERVICE, "preflight of /getToken", NoRoute, PREFLIGHT),
        row(SERVICE, "OPTIONS without Origin", NoRoute, PREFLIGHT),

        // Pages of frameworks.
        row(DEMO, "wrong method", NoRoute, NO_PAGE),
        row(DEMO, "unknown path", NoRoute, NO_PAGE),
        row(DEMO, "favicon", NoRoute, NO_PAGE),
        row(ACCESS, "path case", NoRoute, "paths are as they are written, in the gateway as in every other server recorded here"),
        row(ACCESS, "wrong method", NoRoute, NO_PAGE),
        row(ACCESS, "unknown path", NoRoute, NO_PAGE),
        row(ACCESS, "malformed JSON (ignored)", NoRoute, NO_PAGE),
        row(NODE, "wrong method", NoRoute, NO_PAGE),
        row(NODE, "unknown path", NoRoute, NO_PAGE),
        row(PYTHON, "HEAD", NoRoute, "a HEAD would sign a token that nobody gets to see"),
        row(PYTHON, "root", NoRoute, NO_PAGE),
        row(GO, "wrong method", NoRoute, NO_PAGE),
        row(GO, "path case", NoRoute, NO_PAGE),
        row(SERVICE, "unknown path", NoRoute, NO_PAGE),
        row(SERVICE, "wrong method on rtc", NoRoute, NO_PAGE),
    ]
}
