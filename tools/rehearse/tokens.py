"""Reads the tokens that Agora's npm parser does not: whiteboard and 006 tokens.

Written from their description, apart from the code that signs, so that a mistake is not made twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import zlib
from urllib.parse import unquote


def whiteboard(token: str, secret_key: str) -> dict:
    """A whiteboard token: `NETLESS..._` and a query in base64, signed as JSON with its names sorted."""
    prefix, _, text = token.partition("_")
    query = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    fields = {name: unquote(value) for name, value in (pair.split("=", 1) for pair in query.split("&"))}
    signature = fields.pop("sig")
    message = json.dumps(dict(sorted(fields.items())), separators=(",", ":"), ensure_ascii=False)
    wanted = hmac.new(secret_key.encode(), message.encode(), hashlib.sha256).hexdigest()
    return {"kind": prefix, "signed": hmac.compare_digest(signature, wanted)} | fields


def v006(token: str, certificate: str, channel: str, uid: str) -> dict:
    """A 006 token, which holds of channel and uid the checksums only: so both are asked for."""
    app_id, content = token[3:35], base64.b64decode(token[35:])
    (length,) = struct.unpack_from("<H", content)
    signature = content[2 : 2 + length]
    channel_sum, uid_sum, size = struct.unpack_from("<IIH", content, 2 + length)
    message = content[12 + length : 12 + length + size]
    wanted = hmac.new(
        certificate.encode(), f"{app_id}{channel}{uid}".encode() + message, hashlib.sha256
    ).digest()
    _, _, count = struct.unpack_from("<IIH", message)
    privileges = dict(struct.unpack_from("<HI", message, 10 + 6 * index) for index in range(count))
    return {
        "kind": token[:3],
        "signed": hmac.compare_digest(signature, wanted),
        "appId": app_id,
        "channel": channel_sum == zlib.crc32(channel.encode()),
        "uid": uid_sum == zlib.crc32(uid.encode()),
        "privileges": privileges,
    }
