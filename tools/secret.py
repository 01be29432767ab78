"""Changes the secret of a stack that exists, and waits until the change is in use.

CHANGE says what, by default `certificate`:

  show         nothing: what is in it, without values
  certificate  another primary certificate: it signs from then on
  secondary    another secondary certificate: it never signs, but tokens that it signed are recognised
  swap         the two change places
  forget       no secondary certificate any more
  add-key      one more API key, which is made here. With NAME=..., it has a name, the secret holds its digest
               alone, and it is shown once; EXPIRES=2031-01-01T00:00:00Z ends it, POLICY=policy.json says what
               it may have, PUBLISHABLE=1 that it may stand in an app, ORIGINS=https://a,https://b on which pages
  remove-key   the API key KEY, by its name or its short name, as the audit line and this script show them
  policy       another policy, from FROM=policy.json
  deny         nobody gets a token any more for SUBJECT, ACCOUNT, UID or CHANNEL, or by the API key KEY_NAME
  allow        takes that off the deny-list again

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

import account
import aws
import check
import deploy
import service
import source
import stack_state
from script import INTERRUPTED, USAGE, interruptible, say, stop

CHANGES = ("show", "certificate", "secondary", "swap", "forget", "add-key", "remove-key", "policy", "deny", "allow")
# The lists of `denied`, by what names an entry of theirs.
LISTS = {"SUBJECT": "subjects", "ACCOUNT": "accounts", "UID": "uids", "CHANNEL": "channels", "KEY_NAME": "keys"}
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


def key_name(key) -> str:
    """An API key's short name, as the audit line has it: of the key, or of what is known of it."""
    if isinstance(key, str):
        return short(key)
    return short(key["key"]) if isinstance(key.get("key"), str) else str(key.get("sha256"))[:8].lower()


def all_keys(document: dict) -> list:
    """Every API key: a text, or an object that says more."""
    parts = [document, *(part for part in document.get("projects") or [] if isinstance(part, dict))]
    keys = [key for part in parts for key in [part.get("apiKey"), *(part.get("apiKeys") or [])]]
    return [key for key in keys if isinstance(key, (str, dict)) and key]


def changed(document: dict, change: str, value, app_id: str | None = None) -> dict:
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
    elif change == "forget":
        part.pop("secondaryCertificate", None)
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
    elif change == "policy":
        document["policy"] = value
    elif change in ("deny", "allow"):
        name, entry = value
        denied = document.setdefault("denied", {})
        kept = [one for one in denied.get(name) or [] if str(one) != str(entry)]
        there = len(kept) < len(denied.get(name) or [])
        if change == "allow":
            denied[name] = kept
        elif not there:
            denied[name] = [*kept, entry]
        if not denied.get(name):
            denied.pop(name, None)
        if not denied:
            del document["denied"]
    return document


def members(value, name: str = "") -> Counter:
    """Every value of the document by the name of its member; texts in a list have no place of their own, and
    objects that have a name are found by it."""
    if isinstance(value, dict) and (value or not name):
        return sum((members(inner, f"{name}.{key}" if name else key) for key, inner in value.items()), Counter())
    if isinstance(value, list) and value:
        def place(index: int, inner) -> str:
            return f"{name}[{inner.get('name', index)}]" if isinstance(inner, dict) else name

        named = [place(index, inner) for index, inner in enumerate(value)]
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


def shown(document: dict) -> list[str]:
    """A line for each member and key, in which values have short names."""
    lines = []
    parts = [("", document)] + [
        (f"project {part.get('appId')}: ", part) for part in document.get("projects") or [] if isinstance(part, dict)]
    for whose, part in parts:
        for name in ("appId", "defaultAppId"):
            if part.get(name):
                lines.append(f"{whose}{name} {part[name]}")
        for name in ("appCertificate", "secondaryCertificate"):
            if part.get(name):
                lines.append(f"{whose}{name} {short(str(part[name]))}")
        keys = [part.get("apiKey"), *(part.get("apiKeys") or [])]
        for key in (key for key in keys if isinstance(key, (str, dict)) and key):
            said = {} if isinstance(key, str) else key
            words = [f"{whose}API key {key_name(key)}", said.get("name", "(no name)")]
            words += [f"{word} {said[name]}" for name, word in (("notBefore", "from"), ("expires", "until")) if name in said]
            words += ["publishable"] * bool(said.get("publishable")) + ["with a policy"] * ("policy" in said)
            lines.append(", ".join(words))
        if part.get("whiteboard"):
            lines.append(f"{whose}whiteboard {short(str(part['whiteboard'].get('accessKey')))}")
    if "policy" in document:
        lines.append("a policy")
    for name, entries in (document.get("denied") or {}).items():
        lines.append(f"denied {name}: {len(entries)}")
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


def json_of(place: str):
    """The JSON of a file, or of standard input."""
    try:
        return json.loads(sys.stdin.read() if place == "-" else Path(place).read_text())
    except (OSError, ValueError) as error:
        stop(f"{place} cannot be read as JSON: {error}")


def purposeful(key: str) -> dict:
    """The entry of an API key that has a name. A publishable one is no secret, so it can be read again."""
    said = {name: os.environ[name] for name in ("EXPIRES", "POLICY", "ORIGINS") if os.environ.get(name)}
    publishable = os.environ.get("PUBLISHABLE") == "1"
    entry = {"name": os.environ["NAME"]}
    entry |= {"key": key, "publishable": True} if publishable else {"sha256": hashlib.sha256(key.encode()).hexdigest()}
    if "EXPIRES" in said:
        entry["expires"] = int(said["EXPIRES"]) if said["EXPIRES"].isdecimal() else said["EXPIRES"]
    if "POLICY" in said:
        entry["policy"] = json_of(said["POLICY"])
    if "ORIGINS" in said:
        entry["origins"] = [origin.strip() for origin in said["ORIGINS"].split(",")]
    return entry


def value_for(change: str, document: dict):
    """What the change needs besides the document."""
    if change in ("certificate", "secondary"):
        return given("New primary certificate" if change == "certificate" else "Secondary certificate")
    if change == "add-key":
        return secrets.token_urlsafe(32)
    if change == "remove-key":
        keys, wanted = all_keys(document), os.environ.get("KEY", "")
        names = {key_name(key): key for key in keys}
        names |= {key["name"]: key for key in keys if isinstance(key, dict) and "name" in key}
        if wanted not in names:
            stop(f"KEY names one of the keys by its name or short name: {', '.join(names) or '(there is none)'}")
        return names[wanted]
    if change == "policy":
        if not os.environ.get("FROM"):
            stop("FROM names the file that holds the policy: FROM=policy.json")
        return json_of(os.environ["FROM"])
    if change in ("deny", "allow"):
        named = [name for name in LISTS if os.environ.get(name)]
        if len(named) != 1:
            stop(f"CHANGE={change} needs one of {', '.join(f'{name}=...' for name in LISTS)}")
        entry = os.environ[named[0]]
        if named == ["UID"]:
            if not re.fullmatch(r"-?[0-9]{1,10}", entry):
                stop(f"UID is a whole number, not {entry}")
            entry = int(entry)
        return LISTS[named[0]], entry
    return ""


def look_for(change: str, document: dict, value, app_id: str | None, made: dict[str, str]):
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
        try:
            service.token(made, value, app_id and asked)
        except service.NoToken as error:
            # Known, but not good for this token: its policy or its origins are for others.
            if not (os.environ.get("NAME") and error.status == 403):
                raise

    def removed() -> str | None:
        try:
            service.token(made, value if isinstance(value, str) else value["key"])
        except service.NoToken as error:
            # The door was shut. Whatever else goes wrong says nothing about the key.
            if error.status == 401:
                return None
            raise
        return "the removed key still opens"

    if change == "add-key":
        return added, ""
    if change == "remove-key" and isinstance(value, dict) and "key" not in value:
        return None, "Of the removed key, only a digest is known."
    if change == "remove-key":
        return removed, ""
    if change in ("policy", "deny", "allow"):
        return None, "Tokens that were issued before live on until they end."
    if change in ("secondary", "forget"):
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


def change_secret(stack: str, session, change: str = "") -> None:
    """Reads, changes, checks, asks, writes, waits."""
    change = change or os.environ.get("CHANGE") or "certificate"
    app_id = os.environ.get("PROJECT") or None
    if change not in CHANGES:
        stop(f"CHANGE is one of {', '.join(CHANGES)}, not {change}")
    yes = os.environ.get("YES") == "1"
    if os.environ.get("FROM") == "-" and not yes:
        stop("standard input holds what is read and no answer to a question: add YES=1")
    if change == "add-key" and not os.environ.get("NAME"):
        for name in ("EXPIRES", "POLICY", "PUBLISHABLE", "ORIGINS"):
            if os.environ.get(name):
                stop(f"{name} is for a key that has a name: add NAME=...")
    described = stack_state.described(session, stack)
    if described is None:
        stop(f"there is no stack {stack} here; STACK=... names another one")
    made, parameters = deploy.outputs(stack, session), deploy.parameters_of(described)
    ttl = int(parameters.get("SecretTtlSeconds") or 300)
    if change == "policy" and parameters.get("Policy"):
        stop("the stack's parameter Policy holds a policy, so the member `policy` of the secret would be a second one. "
             f'Empty the parameter first: {source.command("deploy")} PARAMETERS="Policy="')
    arn, client = made["SecretArn"], session.client("secretsmanager")

    old, version = read(client, arn)
    say(f"Stack {stack}, secret {arn}")
    if change == "show":
        say("Values by the first digits of their SHA-256:")
        for line in shown(old):
            say(f"  {line}")
        return
    value = value_for(change, old)
    entry = purposeful(value) if change == "add-key" and os.environ.get("NAME") else value
    new = changed(old, change, entry, app_id)
    lines = differences(old, new) or ["the order of a list"]
    if old == new:
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
        if isinstance(entry, dict) and "sha256" in entry and change == "add-key":
            say(f"The key {entry['name']} stands nowhere but here:\n\n  {value}\n")
    began = time.monotonic()
    look, why = look_for(change, new, value, app_id, made)
    if look is None:
        say(f"{why} Every process reads the secret within {ttl} s.")
        return
    say(f"Waiting until every process uses it: {ttl} s, and up to {MARGIN} s more.")
    took = wait(look, ttl, began)
    where = ".apiKeys[-1]" if value in new.get("apiKeys", []) else ".projects"
    read_by = "" if isinstance(entry, dict) else f". Read it by:\n  {made['ApiKey'].replace('.apiKey', where)}"
    seen = {
        "add-key": f"the key {key_name(entry)} opens{read_by}",
        "remove-key": f"the key {key_name(entry)} opens nothing",
    }.get(change, "tokens are signed by the new certificate")
    say(f"In use after {took:.0f} s: {seen}")


def main(command: str = "secret") -> None:
    change_secret(os.environ.get("STACK") or "agora-token", account.session(source.command(command)))


def run(script) -> None:
    """Runs a script that changes a secret, and says in a sentence what went wrong."""
    interruptible()
    try:
        script()
    except aws.ERRORS as error:
        stop(account.explained(error))
    except OSError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("interrupted; what was written stays written", INTERRUPTED)
    except EOFError:
        stop("there is nobody to ask; YES=1 says yes to every question", USAGE)


if __name__ == "__main__":
    run(main)
