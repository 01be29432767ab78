"""What the rehearsal asks of each function. A new function adds its rows here."""

from __future__ import annotations

from dataclasses import dataclass, field


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

TOKENS += [
    Case(
        "rtc", "POST", "/v1/rtc", {"channelName": "demo", "uid": 1, "role": "publisher", "version": "006"},
        format="006", service={"channel": "demo", "uid": "1", "privileges": {1, 2, 3, 4}},
    ),
    Case("rtm", "POST", "/v1/rtm", {"userId": "anna"}, service={"type": 2, "user_id": "anna"}),
    Case("rtm", "GET", "/v1/rtm?userId=anna&tokenExpire=60", service={"type": 2, "user_id": "anna"}),
    Case("chat", "POST", "/v1/chat/user", {"userId": "anna"}, service={"type": 5, "user_id": "anna", "privileges": {"1"}}),
    Case("chat", "GET", "/v1/chat/app", service={"type": 5, "user_id": "", "privileges": {"2"}}),
    Case(
        "education", "POST", "/v1/education/room-user", {"roomUuid": "math", "userUuid": "anna", "role": 2},
        service={"type": 7, "room_uuid": "math", "user_uuid": "anna", "role": 2},
    ),
    Case("education", "GET", "/v1/education/user?userUuid=anna", service={"type": 7, "user_uuid": "anna"}),
    Case("education", "POST", "/v1/education/app", {}, service={"type": 7, "user_uuid": "", "privileges": {"3"}}),
    Case(
        "whiteboard", "GET", "/v1/whiteboard/room?uuid=a7e04250e7a711eb8e1f7b4b0d6b5c1a&role=writer",
        format="whiteboard", service={"kind": "NETLESSROOM", "uuid": "a7e04250e7a711eb8e1f7b4b0d6b5c1a", "role": "1"},
    ),
    Case(
        "whiteboard", "POST", "/v1/whiteboard/task", {"uuid": "a7e04250e7a711eb8e1f7b4b0d6b5c1a", "role": "reader"},
        format="whiteboard", service={"kind": "NETLESSTASK", "uuid": "a7e04250e7a711eb8e1f7b4b0d6b5c1a", "role": "2"},
    ),
    Case(
        "whiteboard", "POST", "/v1/whiteboard/sdk", {"role": "admin"},
        format="whiteboard", service={"kind": "NETLESSSDK", "role": "0"},
    ),
    Case(
        "convoai", "POST", "/v1/convoai", {"channelName": "demo", "uid": 1001, "role": "publisher", "rtmUserId": "agent"},
        service={"type": 1, "channel_name": "demo", "uid": "1001", "privileges": PUBLISHER},
    ),
    Case(
        "stt", "GET", "/v1/stt?channelName=demo&uid=1002&rtmUserId=scribe",
        service={"type": 1, "channel_name": "demo", "uid": "1002"},
    ),
    Case(
        "streaming", "POST", "/v1/streaming", {"channelName": "demo", "uid": 7, "privileges": {"publishMixStream": 600}},
        service={"type": 3, "channel_name": "demo", "account": "7", "privileges": {"1"}},
    ),
    Case(
        "fcdn", "POST", "/v1/fcdn", {"channelName": "demo", "account": "anna", "privileges": {"play": 600}},
        service={"type": 6, "channel_name": "demo", "account": "anna"},
    ),
    Case("fpa", "GET", "/v1/fpa", service={"type": 4}),
    Case(
        "bundle", "POST", "/v1/bundle",
        {"services": [{"type": "rtc", "channelName": "demo", "uid": 7}, {"type": "rtm", "userId": "7"}]},
        service={"type": 1, "channel_name": "demo", "uid": "7"},
    ),
    Case(
        "bundle", "POST", "/v1/batch",
        {"requests": [{"tokenType": "chat/user", "userId": "anna"}, {"tokenType": "rtc", "channelName": "demo"}]},
        answer="results.0.token", service={"type": 5, "user_id": "anna"},
    ),
]

# The forms of other token servers: each row of docs/migrating.md once, with or without a slash at the end.
ANNA = {"type": 5, "user_id": "anna"}
DEMO = {"type": 1, "channel_name": "demo", "uid": "7", "privileges": PUBLISHER}
TOOLBOX = {"channelName": "demo", "expire": 900, "src": "web", "ts": "0", "type": 1, "uid": "7"}
LEGACY = {"channel": "demo", "uid": "7", "privileges": {1, 2, 3, 4}}

TOKENS += [
    Case("rtm", "GET", "/rtm/anna/", answer="rtmToken", service={"type": 2, "user_id": "anna"}),
    Case("bundle", "GET", "/rte/demo/publisher/uid/7/anna/", answer="rtcToken", service=DEMO),
    Case("chat", "GET", "/chat/app/", answer="chatToken", service={"type": 5, "user_id": "", "privileges": {"2"}}),
    Case("chat", "GET", "/chat/account/anna", answer="chatToken", service=ANNA),
    Case("chat", "GET", "/chat/user/anna/token", answer="", service=ANNA),
    Case("chat", "GET", "/chat/app/token", answer="", service={"type": 5, "user_id": "", "privileges": {"2"}}),
    Case("rtc", "GET", "/rtc/demo/7/1/token", answer="", service=DEMO),
    Case(
        "bundle", "POST", "/getToken/", {"tokenType": "rtc", "channel": "demo", "uid": "7", "role": "publisher"},
        service=DEMO,
    ),
    Case("bundle", "POST", "/token/getNew", {"tokenType": "chat", "uid": "anna"}, service=ANNA),
    Case("rtc", "GET", "/access_token/?channel=demo&uid=7", service=DEMO | {"privileges": SUBSCRIBER}),
    Case("rtc", "GET", "/rtcToken/?channelName=demo&uid=7", answer="key", service=DEMO),
    Case("rtm", "GET", "/rtmToken?account=anna", answer="key", service={"type": 2, "user_id": "anna"}),
    Case(
        "bundle", "POST", "/token/generate",
        {"channelName": "demo", "uid": "7", "tokenExpireTs": 60, "serviceRtc": {"enable": True, "role": 1}},
        answer="data.token", service=DEMO,
    ),
    Case(
        "bundle", "POST", "/token/generate/",
        (b"userId=anna&expireSeconds=60&tokenType=user", "application/x-www-form-urlencoded"),
        answer="", service=ANNA,
    ),
    Case("rtc", "POST", "/fetch_rtc_token/", {"uid": 7, "ChannelName": "demo", "role": 1}, service=DEMO),
    Case("rtm", "POST", "/fetch_rtm_token", {"uid": "anna"}, service={"type": 2, "user_id": "anna"}),
    Case(
        "education", "POST", "/fetch_education_token", {"roomUuid": "math", "userUuid": "anna", "role": 2},
        service={"type": 2, "user_id": "anna"},
    ),
    Case("chat", "POST", "/generate-user-token", {"userId": "anna"}, service=ANNA),
    Case("chat", "POST", "/generate-app-token", {}, service={"type": 5, "user_id": "", "privileges": {"2"}}),
    Case("chat", "GET", "/api/token/generateUserToken?account=anna", service=ANNA),
    Case("chat", "GET", "/api/token/generateAppToken/", service={"type": 5, "user_id": "", "privileges": {"2"}}),
    Case("rtc", "GET", "/v1/token?channel_name=demo", answer="", service=DEMO | {"uid": ""}),
    Case("bundle", "POST", "/v1/token/generate", TOOLBOX, answer="data.token", service=DEMO),
    Case("bundle", "POST", "/v2/token/generate/", TOOLBOX, answer="data.token", service=DEMO),
    Case("bundle", "POST", "/toolbox/v1/token/generate", TOOLBOX, answer="data.token", service=DEMO),
    Case("bundle", "POST", "/toolbox/v2/token/generate", TOOLBOX, answer="data.token", service=DEMO),
    Case("bundle", "POST", "/v1/token006/generate", TOOLBOX, answer="data.token", service=LEGACY, format="006"),
    Case("bundle", "POST", "/v2/token006/generate", TOOLBOX, answer="data.token", service=LEGACY, format="006"),
    Case("bundle", "POST", "/toolbox/v1/token006/generate", TOOLBOX, answer="data.token", service=LEGACY, format="006"),
    Case("bundle", "POST", "/toolbox/v2/token006/generate", TOOLBOX, answer="data.token", service=LEGACY, format="006"),
    Case("bundle", "POST", "/api/token", {"channel": "demo", "uid": 7}, answer="rtcToken", service=DEMO),
    Case("bundle", "GET", "/api/generate-agora-token?channel=demo&uid=7", service=DEMO),
    Case("bundle", "GET", "/get_config?channel=demo&uid=7", answer="data.token", service=DEMO),
    Case(
        "education", "GET", "/edu/v3/rooms/math/roles/2/users/anna/token", answer="data.token",
        service={"type": 2, "user_id": "anna"},
    ),
]

# The emulator keeps this path for itself, whatever API is called.
OUT_OF_REACH = {"/health"}

# Requests that are answered with something else, each with what must stand in the answer. `{token}`
# stands for a token that was asked for just before.
ANSWERS = [
    ("inspect", "GET", "/ping", None, {"message": "pong"}),
    ("inspect", "GET", "/v1/inspect?token={token}&channelName=demo&uid=1", None, {"verdict": "valid", "signature": "primary"}),
    ("inspect", "POST", "/v1/inspect", {"token": "{token}", "channelName": "elsewhere"}, {"verdict": "invalid"}),
    ("inspect", "POST", "/v1/inspect", {"token": "no token at all"}, {"verdict": "invalid"}),
]

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
