"""Changes the secret of a stack that exists, and waits until the change is in use.

CHANGE says what, by default `certificate`:

  certificate  another primary certificate: it signs from then on
  secondary    another secondary certificate: it never signs, but tokens that it signed are recognised
  swap         the two change places
  add-key      one more API key, which is made here
  remove-key   the API key with the short name KEY, as the audit line and this script show it

A certificate is asked for and not shown; FROM=file reads it from a file, FROM=- from standard input.
PROJECT=App-ID chooses one of several projects. YES=1 answers the question. STACK names the stack.

Everything else in the secret stays as it is. What will be written is checked by the functions' own parser
first. Values are never shown: a short name is the first eight hex digits of a value's SHA-256.
"""

from __future__ import annotations

import copy
import getpass
import hashlib
import json
import os
import re
import secrets
import sys
import time
from collections import Counter
from pathlib import Path

import boto3
import botocore.exceptions

import check
import deploy
import service
from repository import say, stop

CHANGES = ("certificate", "secondary", "swap", "add-key", "remove-key")
# What may pass beyond SecretTtlSeconds: a process reads the secret when the next request comes, and once
# more some seconds later where that failed.
MARGIN = 60


def short(value: str) -> str:
    """A value's short name, which tells nothing of it."""
    return hashlib.sha256(value.encode()).hexdigest()[:8]


def part_of(document: dict, app_id: str | None) -> dict:
    """What holds a project's members: the document itself, or one of its `projects`."""
    projects = document.get("projects")
    if projects is None:
        if app_id not in (None, document.get("appId")):
            stop(f"PROJECT is {app_id}, and the secret holds {document.get('appId')} alone")
        return document
    found = {part.get("appId"): part for part in projects if isinstance(part, dict)}
    wanted = app_id or document.get("defaultAppId") or (next(iter(found)) if len(found) == 1 else None)
    if wanted not in found:
        stop(f"PROJECT names one of the secret's projects: {', '.join(map(str, found))}")
    return found[wanted]


def changed(document: dict, change: str, value: str, app_id: str | None = None) -> dict:
    """The document with the change, and everything else as it was."""
    document = copy.deepcopy(document)
    part = part_of(document, app_id)
    if change == "certificate":
        part["appCertificate"] = value
    elif change == "secondary":
        part["secondaryCertificate"] = value
    elif change == "swap":
        if not part.get("secondaryCertificate"):
            stop("there is no secondaryCertificate to swap with; CHANGE=secondary adds one")
        part["appCertificate"], part["secondaryCertificate"] = part["secondaryCertificate"], part["appCertificate"]
    elif change == "add-key":
        # Good for all projects, unless one was named.
        (part if app_id else document).setdefault("apiKeys", []).append(value)
    elif change == "remove-key":
        for part in [document, *(document.get("projects") or [])]:
            if part.get("apiKey") == value:
                del part["apiKey"]
            if value in part.get("apiKeys", []):
                part["apiKeys"] = [key for key in part["apiKeys"] if key != value]
                if not part["apiKeys"]:
                    del part["apiKeys"]
    return document


def members(value, name: str = "") -> Counter:
    """Every value of the document by the name of its member; keys in a list have no place of their own."""
    if isinstance(value, dict):
        return sum((members(inner, f"{name}.{key}" if name else key) for key, inner in value.items()), Counter())
    if isinstance(value, list):
        named = [f"{name}[{index}]" if isinstance(inner, dict) else name for index, inner in enumerate(value)]
        return sum((members(inner, own) for inner, own in zip(value, named)), Counter())
    return Counter({(name, str(value)): 1})


def differences(old: dict, new: dict) -> list[str]:
    """A line for each member that changes, with short names."""
    gone, come = members(old) - members(new), members(new) - members(old)
    lines = []
    for name in sorted({name for name, _ in gone | come}):
        before, after = (", ".join(short(v) for n, v in sorted(side) if n == name) for side in (gone, come))
        lines.append(f"{name}: {before or '(none)'} -> {after or '(none)'}")
    return lines


def given(what: str) -> str:
    """A certificate, from FROM or from whoever sits here. It is never an argument: arguments are seen."""
    place = os.environ.get("FROM", "")
    if not place:
        return deploy.ask(f"{what} (32 hexadecimal digits, not shown)", "[0-9a-fA-F]{32}", secret=True)
    try:
        text = (sys.stdin.read() if place == "-" else Path(place).read_text()).strip()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"FROM={place} cannot be read: {error}")
    if not re.fullmatch("[0-9a-fA-F]{32}", text):
        stop(f"FROM={place} holds something else than the 32 hexadecimal digits of a certificate")
    return text


def value_for(change: str, document: dict) -> str:
    """What the change needs besides the document."""
    if change in ("certificate", "secondary"):
        return given("New primary certificate" if change == "certificate" else "Secondary certificate")
    if change == "add-key":
        return secrets.token_urlsafe(32)
    if change == "remove-key":
        keys = {short(key): key for key, _ in service.keys_of(document)}
        if os.environ.get("KEY", "") not in keys:
            stop(f"KEY names one of the keys by its short name: {', '.join(keys) or '(there is none)'}")
        return keys[os.environ["KEY"]]
    return ""


def look_for(change: str, document: dict, value: str, app_id: str | None, made: dict[str, str]):
    """What is asked again and again until the change is in use: None then, else what is seen instead.

    Without it (there is no key to ask with, or nothing that a caller could see) there is a reason.
    """
    part = part_of(document, app_id)
    asked = part.get("appId") if part is not document else None
    key = next((key for key, good_for in service.keys_of(document) if good_for in (None, asked)), None)

    def signer() -> str | None:
        token = service.token(made, key, asked)
        return None if service.signed_by(token, part["appCertificate"]) else "tokens are signed by another certificate"

    def added() -> None:
        service.token(made, value, app_id and asked)

    def removed() -> str | None:
        try:
            service.token(made, value)
        except service.NoToken as error:
            # The door was shut. Whatever else goes wrong says nothing about the key.
            if error.status == 401:
                return None
            raise
        return "the removed key still opens"

    if change == "add-key":
        return added, ""
    if change == "remove-key":
        return removed, ""
    if change == "secondary":
        return None, "No caller can see a secondary certificate."
    if key is None:
        return None, "The secret holds no API key to ask for a token with."
    return signer, ""


def wait(look, ttl: int, began: float) -> float:
    """Asks until the change is in use everywhere; the seconds that it took.

    One answer that shows it is that of one process. The others read the secret within `ttl` seconds of the
    change, so only an answer after that is the last word.
    """
    first = True
    while True:
        try:
            seen = look()
        except service.NoToken as error:
            seen = str(error)
        passed = time.monotonic() - began
        if seen is None and passed >= ttl:
            return passed
        if seen is None and first:
            say(f"  seen after {passed:.0f} s; other processes may still have the last document")
            first = False
        if passed > ttl + MARGIN:
            stop(f"the secret was changed, but is not in use after {passed:.0f} s: {seen}. "
                 "The functions' log says why; the last document is kept as the version AWSPREVIOUS")
        time.sleep(min(5, max(0.2, ttl / 60)))


def read(client, arn: str) -> tuple[dict, str]:
    """The document and its version."""
    answer = client.get_secret_value(SecretId=arn)
    try:
        document = json.loads(answer["SecretString"])
    except (KeyError, ValueError):
        document = None
    if not isinstance(document, dict):
        stop("the secret does not hold a JSON object; mend it in Secrets Manager")
    return document, answer["VersionId"]


def change_secret(stack: str, session) -> None:
    """Reads, changes, checks, asks, writes, waits."""
    change, app_id = os.environ.get("CHANGE") or "certificate", os.environ.get("PROJECT") or None
    if change not in CHANGES:
        stop(f"CHANGE is one of {', '.join(CHANGES)}, not {change}")
    yes = os.environ.get("YES") == "1"
    if os.environ.get("FROM") == "-" and not yes:
        stop("standard input holds the certificate and no answer to a question: add YES=1")
    described = deploy.described(session, stack)
    if described is None:
        stop(f"there is no stack {stack} here; STACK=... names another one")
    made, parameters = deploy.outputs(stack, session), deploy.parameters_of(described)
    ttl = int(parameters.get("SecretTtlSeconds") or 300)
    arn, client = made["SecretArn"], session.client("secretsmanager")

    old, version = read(client, arn)
    say(f"Stack {stack}, secret {arn}")
    value = value_for(change, old)
    new = changed(old, change, value, app_id)
    lines = differences(old, new)
    if not lines:
        say("The secret holds that already; nothing was written.")
    else:
        text = json.dumps(new, ensure_ascii=False)
        try:
            check.secret(text)
        except check.Wrong as error:
            stop(f"nothing was written: {error}")
        kept = sorted({name for name, _ in members(old) & members(new)})
        say("\nIt changes (first digits of each SHA-256):")
        for line in lines:
            say(f"  {line}")
        say(f"It stays as it is: {', '.join(kept)}")
        if not yes and input("\nGo on? [y/N] ").strip().lower() not in ("y", "yes"):
            stop("nothing was done")
        if client.get_secret_value(SecretId=arn)["VersionId"] != version:
            stop("somebody else changed the secret meanwhile; nothing was written, try again")
        client.put_secret_value(SecretId=arn, SecretString=text)
        say("\nWritten. The last document is kept as the version AWSPREVIOUS.")
    began = time.monotonic()
    look, why = look_for(change, new, value, app_id, made)
    if look is None:
        say(f"{why} Every process reads the secret within {ttl} s.")
        return
    say(f"Waiting until every process uses it: {ttl} s, and up to {MARGIN} s more.")
    took = wait(look, ttl, began)
    where = ".apiKeys[-1]" if value in new.get("apiKeys", []) else ".projects"
    seen = {
        "add-key": f"the key {short(value)} opens. Read it by:\n  {made['ApiKey'].replace('.apiKey', where)}",
        "remove-key": f"the key {short(value)} opens nothing",
    }.get(change, "tokens are signed by the new certificate")
    say(f"In use after {took:.0f} s: {seen}")


def main() -> None:
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    if not session.region_name:
        stop("no region is set; for example: AWS_REGION=eu-central-1 make secret")
    try:
        change_secret(os.environ.get("STACK") or "agora-token", session)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        stop(f"AWS does not let us: {error}")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        stop("nothing more was done")
