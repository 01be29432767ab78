"""Asks the deployed service, as a caller with an API key does, and tells whose certificate signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import struct
import urllib.error
import urllib.request
import zlib


def address(made: dict[str, str]) -> str:
    """Where the service with these outputs is asked for an RTC token.

    It is the API's own address, for a domain whose DNS somebody else keeps may not lead here yet. CALL_URL says
    otherwise, where only a way of one's own leads to the API.
    """
    return os.environ.get("CALL_URL") or made["FirstToken"].split()[-1]


class NoToken(Exception):
    """There is no token; the text says why, `status` how the service answered, 0 for not at all."""

    def __init__(self, why: str, status: int = 0):
        super().__init__(why)
        self.status = status


def call(url: str, body: dict, key: str) -> tuple[int, object]:
    """One POST: the status, and the answer's JSON, or nothing where it is none."""
    headers = {"x-api-key": key, "content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read()
    except http.client.HTTPException as error:
        raise OSError(f"the answer breaks off: {error!r}") from error
    try:
        return status, json.loads(text)
    except ValueError:
        return status, None


def token(made: dict[str, str], key: str, app_id: str | None = None) -> str:
    """An RTC token of the service with these outputs."""
    url = address(made)
    body = {"channelName": "demo", "uid": 1, "role": "publisher"} | ({"appId": app_id} if app_id else {})
    try:
        status, answer = call(url, body, key)
    except OSError as error:
        raise NoToken(f"the service cannot be reached: {error}") from error
    answer = answer if isinstance(answer, dict) else {}
    if status == 200 and isinstance(answer.get("token"), str):
        return answer["token"]
    words = ": ".join(str(answer[name]) for name in ("code", "detail", "message") if answer.get(name))
    raise NoToken(f"the service answered {status}{words and f', {words}'}", status)


def verdict(made: dict[str, str], token: str, key: str, app_id: str | None = None) -> str:
    """What the service's own parser says of such a token; empty where it cannot be asked."""
    url = address(made).removesuffix("/v1/rtc") + "/v1/inspect"
    body = {"token": token, "channelName": "demo", "uid": 1} | ({"appId": app_id} if app_id else {})
    try:
        status, answer = call(url, body, key)
    except OSError:
        return ""
    return str(answer.get("verdict", "")) if status == 200 and isinstance(answer, dict) else ""


def keys_of(document: dict) -> list[tuple[str, str | None]]:
    """The API keys of a secret document that may have everything, each with the App ID that it is good for, or
    for all."""
    found: list[tuple[str, str | None]] = []
    projects = [project for project in document.get("projects") or [] if isinstance(project, dict)]
    for part in [document, *projects]:
        app_id = None if part is document else part.get("appId")
        keys = [part.get("apiKey"), *(part.get("apiKeys") or [])]
        # One with a name may have less, or be good at other times.
        keys = [key.get("key") if isinstance(key, dict) and set(key) == {"name", "key"} else key for key in keys]
        found += [(key, app_id) for key in keys if isinstance(key, str) and key]
    return found


def signed_by(token: str, certificate: str) -> bool:
    """Whether a 007 token was signed with this certificate."""
    try:
        content = zlib.decompress(base64.b64decode(token.removeprefix("007")))
        (length,) = struct.unpack_from("<H", content)
        signature, message = content[2 : 2 + length], content[2 + length :]
        (app_id,) = struct.unpack_from("<H", message)
    except (ValueError, zlib.error, struct.error):
        return False
    issued, _, salt = (message[2 + app_id + 4 * index :][:4] for index in range(3))

    def sign(key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, hashlib.sha256).digest()

    return hmac.compare_digest(signature, sign(sign(salt, sign(issued, certificate.encode())), message))
