"""What is set for `make run`, in the environment and in `.env`, and what is wrong with it.

The functions check the same when they start; here it is said before anything is built, and where it
stands. A policy and a JWT issuer are looked at more closely there.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import NamedTuple

HEX = re.compile(r"[0-9a-fA-F]{32}")
WORDS = {
    "AGORA_ANONYMOUS_ACCESS": ("closed", "open"),
    "AGORA_NODE_ROUTES_VERSION": ("007", "006"),
    "AGORA_JWT_AUDIENCE_CLAIM": ("aud", "client_id", "azp"),
    "AGORA_JWT_TOKEN_USE": ("id", "access"),
    "AGORA_LOCAL_PATHS": ("encoded",),
    "AGORA_CONSOLE": ("on", "off"),
}
SECONDS = {"AGORA_SECRET_TTL_SECONDS": (1, 86400), "AGORA_JWT_LEEWAY_SECONDS": (0, 300)}
PROJECT = ("AGORA_APP_ID", "AGORA_APP_CERTIFICATE", "AGORA_SECONDARY_CERTIFICATE")
WHITEBOARD = ("AGORA_WHITEBOARD_ACCESS_KEY", "AGORA_WHITEBOARD_SECRET_KEY")
# What a function reads.
KNOWN = {
    *WORDS, *SECONDS, *PROJECT, *WHITEBOARD, "AGORA_API_KEY", "AGORA_SECRET_ID", "AGORA_POLICY",
    "AGORA_METRICS_NAMESPACE", "AGORA_JWT_ISSUER", "AGORA_JWT_AUDIENCE", "AGORA_JWT_JWKS_URL", "AGORA_JWT_JWKS",
}


class Setting(NamedTuple):
    """A value, and where it stands."""

    value: str
    where: str


def read(path: Path) -> tuple[dict[str, Setting], list[str]]:
    """Reads NAME=value lines; blank lines, comments, quotes and a leading `export` are allowed.

    Beside the settings, what is wrong with the lines.
    """
    settings: dict[str, Setting] = {}
    wrong = []
    text = path.read_text(errors="replace") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path.name}, line {number}"
        line = line.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name):
            # Without the text: it may be a value that lost its name.
            wrong.append(f"{where}: expected NAME=value")
            continue
        if value[:1] in ("'", '"') and value:
            if len(value) < 2 or value[-1] != value[0]:
                wrong.append(f"{where}: {name}: the quote {value[0]} is not closed on this line")
                continue
            value = value[1:-1]
        if name in settings:
            wrong.append(f"{where}: {name} is set twice; it stands in {settings[name].where.partition(', ')[2]} too")
        settings[name] = Setting(value, where)
    return settings, wrong


def line_number(said: str) -> int:
    """Where a mistake stands in the file; those in the environment come first."""
    found = re.match(r"\S+, line (\d+):", said)
    return int(found[1]) if found else 0


def merge(file: dict[str, Setting], env: dict[str, str]) -> dict[str, Setting]:
    """What holds: the environment wins over the file. An empty value counts as none."""
    own = {name: Setting(value, "the environment") for name, value in env.items()}
    return {name: setting for name, setting in (file | own).items() if setting.value}


def unknown(settings: dict[str, Setting]) -> list[str]:
    """The names that begin as ours do and are none of ours."""
    said = []
    for name, setting in settings.items():
        if name.startswith("AGORA_") and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, 1)
            said.append(f"{setting.where}: {name} is unknown" + (f"; {near[0]}?" if near else ""))
    return said


def mistakes(settings: dict[str, Setting]) -> list[str]:
    """What breaks a rule, each with its place, its name and the rule. No value is shown."""
    wrong = []

    def check(name: str, rule) -> None:
        if name in settings and (broken := rule(settings[name].value)):
            wrong.append(f"{settings[name].where}: {name} {broken}")

    for name in PROJECT:
        check(name, project)
    check("AGORA_API_KEY", api_key)
    check("AGORA_POLICY", policy)
    for name, words in WORDS.items():
        check(name, lambda value, words=words: "" if value in words else f"must be {' or '.join(words)}")
    for name, (least, most) in SECONDS.items():
        check(name, lambda value, least=least, most=most: seconds(value, least, most))
    check("AGORA_METRICS_NAMESPACE", namespace)

    def together(name: str, other: str) -> None:
        if name in settings and other not in settings:
            wrong.append(f"{settings[name].where}: {name} needs {other} beside it")

    # A secret brings the project itself, and what is named beside it counts for nothing.
    if "AGORA_SECRET_ID" not in settings:
        for one, other in [PROJECT[:2], WHITEBOARD]:
            together(one, other)
            together(other, one)
    for name in settings:
        if name.startswith("AGORA_JWT_") and name in KNOWN and name != "AGORA_JWT_ISSUER":
            together(name, "AGORA_JWT_ISSUER")
    together("AGORA_JWT_ISSUER", "AGORA_JWT_AUDIENCE")
    if {"AGORA_JWT_JWKS", "AGORA_JWT_JWKS_URL"} <= set(settings):
        where = settings["AGORA_JWT_JWKS"].where
        wrong.append(f"{where}: AGORA_JWT_JWKS says the same as AGORA_JWT_JWKS_URL; set one of them")
    return wrong


def project(value: str) -> str:
    """The rule of an App ID and of a certificate."""
    if HEX.fullmatch(value):
        return ""
    why = f"this has {len(value)} characters" if len(value) != 32 else "this has other characters"
    if "#" in value:
        why += " (a comment needs a line of its own)"
    return f"must be the 32 hexadecimal digits that Agora Console shows; {why}"


def api_key(value: str) -> str:
    """The rule of an API key."""
    if len(value) >= 16 and all("!" <= c <= "~" for c in value):
        return ""
    return "must be 16 or more visible ASCII characters without spaces" + (
        f"; this has {len(value)}" if len(value) < 16 else "")


def policy(value: str) -> str:
    """The least that a policy must be."""
    try:
        document = json.loads(value)
    except ValueError as error:
        return f"must be JSON on one line: {error}"
    return "" if isinstance(document, dict) else "must be a JSON object"


def seconds(value: str, least: int, most: int) -> str:
    """The rule of a number of seconds."""
    good = re.fullmatch(r"\+?[0-9]{1,9}", value) and least <= int(value) <= most
    return "" if good else f"must be a whole number of seconds from {least} to {most}"


def namespace(value: str) -> str:
    """The rule of a CloudWatch namespace."""
    return "" if re.fullmatch(r"[A-Za-z0-9.\-_/#]{1,255}", value) else "must be 1 to 255 letters, digits and .-_/#"
