"""What the rehearsal asks of each function. A new function adds its rows here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A request that must be answered with a token."""

    function: str
    method: str
    path: str
    body: dict | None = None
    # The field of the answer that holds the token.
    answer: str = "token"
    # What the official parser must find in its first service.
    service: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


PUBLISHER = {"1", "2", "3", "4"}
SUBSCRIBER = {"1"}

TOKENS = [
    Case(
        "rtc", "POST", "/v1/rtc", {"channelName": "demo", "uid": 1},
        service={"type": 1, "channel_name": "demo", "uid": "1"},
    ),
    Case(
        "rtc", "GET", "/v1/rtc?channelName=a%20%26%20b&uid=4294967295&role=subscriber",
        service={"type": 1, "channel_name": "a & b", "uid": "4294967295", "privileges": SUBSCRIBER},
    ),
    Case(
        "rtc", "POST", "/v1/rtc", {"channelName": "demo", "account": "anna", "role": "publisher"},
        service={"type": 1, "channel_name": "demo", "uid": "anna", "privileges": PUBLISHER},
    ),
    Case(
        "rtc", "GET", "/rtc/demo/publisher/uid/7/?expiry=600", answer="rtcToken",
        service={"type": 1, "channel_name": "demo", "uid": "7", "privileges": PUBLISHER},
    ),
    Case(
        "rtc", "GET", "/rtc/demo/audience/userAccount/anna", answer="rtcToken",
        service={"type": 1, "channel_name": "demo", "uid": "anna", "privileges": SUBSCRIBER},
    ),
]

# Requests with a key that must be refused, each with its status, and must not end the function.
# Bytes stand for a body as it is, with its content type.
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
    ("a drop-in path that ends early", "GET", "/rtc/demo", None, {400, 404}),
]
