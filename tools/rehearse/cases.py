"""What the rehearsal asks of each function: what the functions list, and more."""

from __future__ import annotations

from dataclasses import dataclass, field

import routes


@dataclass(frozen=True)
class Case:
    """A request that must be answered with a token."""

    function: str
    method: str
    path: str
    # Bytes stand for a body as it is, with its content type.
    body: dict | tuple[bytes, str] | None = None
    # The field of the answer that holds the token; inside others, their names and a dot before it. Empty
    # where the answer is the token as text.
    answer: str = "token"
    # What the official parser must find in one of its services.
    service: dict = field(default_factory=dict)
    # `whiteboard` or `006` where Agora's parser knows the format not: then what `tokens.py` must find.
    format: str = "007"

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


PUBLISHER = {"1", "2", "3", "4"}
SUBSCRIBER = {"1"}

ANNA = {"type": 5, "user_id": "anna"}

# What the functions list says nothing of: encodings, other ways to say the same, other forms of one path.
TOKENS = [
    Case("rtc", "POST", "/v1/rtc", {"channelName": "demo", "uid": 1}, service={"type": 1, "channel_name": "demo", "uid": "1"}),
    Case(
        "rtc", "GET", "/v1/rtc?channelName=a%20%26%20b&uid=4294967295&role=subscriber",
        service={"type": 1, "channel_name": "a & b", "uid": "4294967295", "privileges": SUBSCRIBER},
    ),
    Case(
        "rtc", "POST", "/v1/rtc", {"channelName": "demo", "account": "anna", "role": "publisher"},
        service={"type": 1, "channel_name": "demo", "uid": "anna", "privileges": PUBLISHER},
    ),
    Case(
        "rtc", "GET", "/rtc/demo/audience/userAccount/anna", answer="rtcToken",
        service={"type": 1, "channel_name": "demo", "uid": "anna", "privileges": SUBSCRIBER},
    ),
    Case(
        "rtc", "POST", "/v1/rtc", {"channelName": "demo", "uid": 1, "role": "publisher", "version": "006"},
        format="006", service={"channel": "demo", "uid": "1", "privileges": {1, 2, 3, 4}},
    ),
    Case("rtm", "POST", "/v1/rtm", {"userId": "anna"}, service={"type": 2, "user_id": "anna"}),
    Case("rtm", "GET", "/v1/rtm?userId=anna&tokenExpire=60", service={"type": 2, "user_id": "anna"}),
    Case("chat", "POST", "/v1/chat/user", {"userId": "anna"}, service=ANNA),
    Case(
        "whiteboard", "POST", "/v1/whiteboard/sdk", {"role": "admin"},
        format="whiteboard", service={"kind": "NETLESSSDK", "role": "0"},
    ),
    Case("bundle", "POST", "/token/getNew", {"tokenType": "chat", "uid": "anna"}, service=ANNA),
    Case(
        "bundle", "POST", "/token/generate/",
        (b"userId=anna&expireSeconds=60&tokenType=user", "application/x-www-form-urlencoded"),
        answer="", service=ANNA,
    ),
]


def case(call: routes.Call, slash: bool) -> Case:
    """A call that a function lists, with or without a slash at the end of its path."""
    path, mark, query = call.path.partition("?")
    service = {name: set(value) if isinstance(value, list) else value for name, value in call.holds.items()}
    return Case(
        call.function, call.method, path + ("/" if slash and not path.endswith("/") else "") + mark + query, call.body,
        call.token, service, "007" if "type" in service else "whiteboard" if "kind" in service else "006",
    )


def listed() -> list[Case]:
    """Every route that the functions list, the requests of other servers with and without a slash in turn."""
    calls = routes.calls(routes.listed())
    return [case(call, call.issues is None and place % 2 == 0) for place, call in enumerate(calls)]


# The emulator keeps this path for itself, whatever API is called.
OUT_OF_REACH = {"/health"}

# Paths that no route takes.
NOWHERE = ["/", "/nowhere", "/agora/token"]

# Requests that are answered with something else, each with what must stand in the answer. `{token}`
# stands for a token that was asked for just before.
ANSWERS = [
    ("inspect", "GET", "/ping", None, {"message": "pong"}),
    ("inspect", "GET", "/ready", None, {"status": "ready"}),
    ("openapi", "GET", "/openapi.json", None, {"openapi": "3.1.0"}),
    ("access", "POST", "/v1/explain-access", {}, {"principal": {"kind": "service"}}),
    ("inspect", "GET", "/v1/inspect?token={token}&channelName=demo&uid=1", None, {"verdict": "valid", "signature": "primary"}),
    ("inspect", "POST", "/v1/inspect", {"token": "{token}", "channelName": "elsewhere"}, {"verdict": "invalid"}),
    ("inspect", "POST", "/v1/inspect", {"token": "no token at all"}, {"verdict": "invalid"}),
]

# The console: where its addresses lead, or what must stand in the page.
# The emulator takes the slash from the end of a path.
PAGES = {"/": 307, "/console": 307, "/console/": 307, "/console/index.html": "<html", "/console/app.js": "import"}

# Requests with a key that must be refused, each with its status, and must not end the function.
# Bytes stand for a body as it is, with its content type.
BATCH_OF_101 = {"requests": [{"tokenType": "fpa"}] * 101}
ATTACKS = [
    ("a raw quote and brackets in the query", "GET", '/v1/rtc?channelName="<x>"&uid=1', None, {200, 400}),
    ("no parameters at all", "GET", "/v1/rtc", None, {400}),
    ("a name that does not exist", "GET", "/v1/rtc?channelName=demo&uid=1&chanelName=x", None, {400}),
    ("a uid that would wrap", "GET", "/v1/rtc?channelName=demo&uid=4294967296", None, {400}),
    ("a time where seconds belong", "GET", "/v1/rtc?channelName=demo&uid=1&tokenExpire=1900000000", None, {400}),
    ("a channel of 20,000 bytes", "GET", f"/v1/rtc?channelName={'x' * 20000}&uid=1", None, {400, 413, 414}),
    ("half a JSON body", "POST", "/v1/rtc", (b'{"channelName":"de', "application/json"), {400}),
    ("a body that is not UTF-8", "POST", "/v1/rtc", (b"\xff\xfe\x00", "application/octet-stream"), {400, 415}),
    ("an empty body", "POST", "/v1/rtc", (b"", "application/json"), {400}),
    ("a list for a body", "POST", "/v1/rtc", (b"[]", "application/json"), {400}),
    ("JSON 10,000 levels deep", "POST", "/v1/rtc", (b"[" * 10000, "application/json"), {400}),
    ("a drop-in path with an escaped slash", "GET", "/rtc/a%2Fb/publisher/uid/1/", None, {400, 404}),
    ("a user id with a line break", "POST", "/v1/rtm", {"userId": "a\nb"}, {400}),
    ("a Chat token that lasts for ever", "GET", "/v1/chat/user?userId=anna&tokenExpire=0", None, {400}),
    ("a role beyond 16 bits", "GET", "/v1/education/room-user?roomUuid=a&userUuid=b&role=32768", None, {400}),
    ("a whiteboard room without an id", "POST", "/v1/whiteboard/room", {"uuid": "", "role": "admin"}, {400}),
    ("services without end", "POST", "/v1/bundle", {"services": [{"type": "fpa"}] * 500}, {400}),
    ("a batch of 101", "POST", "/v1/batch", BATCH_OF_101, {400}),
    ("a bundle in a bundle", "POST", "/v1/bundle", {"services": [{"type": "bundle", "services": []}]}, {400}),
    ("a zip bomb of a token", "POST", "/v1/inspect", {"token": "007" + "eJzt" * 15000}, {200, 400}),
    ("a token larger than any", "POST", "/v1/inspect", {"token": "007" + "eJzt" * 20000}, {413}),
    ("a drop-in path that ends early", "GET", "/rtc/demo", None, {400, 404}),
]
