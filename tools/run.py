"""Serves every function on this machine: builds, starts, waits until all answer, shows how to call.

PORT chooses another port. Values in `.env` replace the sample project; see `.env.example`.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time

from repository import (
    HOST,
    ROOT,
    SAMPLE_APP_ID,
    SAMPLE_CERTIFICATE,
    SAMPLE_WHITEBOARD,
    end,
    env_file,
    packages,
    router,
    say,
    stop,
    tool_env,
)

# What to show of each function: its name, the method, the path, the body, and whether it takes the key
# even where the doors are open. `TOKEN` stands for the first token that was issued.
ROOM = "a7e04250e7a711eb8e1f7b4b0d6b5c1a"
EXAMPLES = [
    ("rtc", "POST", "/v1/rtc", {"channelName": "demo", "uid": 7, "role": "publisher"}, False),
    ("rtc", "GET", "/rtc/demo/publisher/uid/7/", None, False),
    ("rtm", "GET", "/v1/rtm?userId=ann", None, False),
    ("chat", "GET", "/v1/chat/user?userId=ann", None, False),
    ("education", "GET", "/v1/education/room-user?roomUuid=math&userUuid=ann&role=2", None, False),
    ("whiteboard", "GET", f"/v1/whiteboard/room?uuid={ROOM}&role=writer", None, False),
    ("convoai", "GET", "/v1/convoai?channelName=demo&uid=1001&role=publisher&rtmUserId=agent", None, False),
    ("stt", "GET", "/v1/stt?channelName=demo&uid=1002&rtmUserId=scribe", None, False),
    ("streaming", "POST", "/v1/streaming", {"channelName": "demo", "uid": 7, "privileges": {"publishMixStream": 600}}, False),
    ("fcdn", "POST", "/v1/fcdn", {"channelName": "demo", "uid": 7, "privileges": {"play": 600}}, False),
    ("fpa", "GET", "/v1/fpa", None, False),
    ("bundle", "POST", "/v1/bundle",
     {"services": [{"type": "rtc", "channelName": "demo", "uid": 7}, {"type": "rtm", "userId": "7"}]}, False),
    ("inspect", "POST", "/v1/inspect", {"token": "TOKEN", "channelName": "demo", "uid": 8}, False),
    ("chat", "GET", "/v1/chat/app", None, True),
]

# On a laptop everything but app-privilege and 006 tokens can be tried without credentials. No
# deployment has this policy unless its operator writes it.
WIDE_POLICY = {
    "anonymous": {
        "tokenTypes": ["*", "convoai", "stt"], "roles": ["publisher"], "educationRoles": ["*"], "maxLifetime": 86400,
        "wildcards": "any", "rtmPermissions": True, "batches": True,
    }
}


def environment() -> tuple[dict[str, str], bool]:
    """The functions' environment, and whether the sample project signs.

    The process environment wins over `.env`, which wins over what is assumed for a laptop.
    """
    env = tool_env()
    own = env_file(ROOT / ".env")
    for name, value in own.items():
        env.setdefault(name, value)
    sample = not (env.get("AGORA_SECRET_ID") or env.get("AGORA_APP_ID"))
    if sample:
        env["AGORA_APP_ID"], env["AGORA_APP_CERTIFICATE"] = SAMPLE_APP_ID, SAMPLE_CERTIFICATE
        if not env.get("AGORA_WHITEBOARD_ACCESS_KEY"):
            env["AGORA_WHITEBOARD_ACCESS_KEY"], env["AGORA_WHITEBOARD_SECRET_KEY"] = SAMPLE_WHITEBOARD
    env.setdefault("AGORA_ANONYMOUS_ACCESS", "open")
    if env["AGORA_ANONYMOUS_ACCESS"] == "open":
        env.setdefault("AGORA_POLICY", json.dumps(WIDE_POLICY, separators=(",", ":")))
    # cargo-lambda decodes no path.
    env["AGORA_LOCAL_PATHS"] = "encoded"
    env.setdefault("AGORA_API_KEY", secrets.token_urlsafe(24))
    return env, sample


def build(names: list[str], env: dict[str, str]) -> None:
    """Builds with the words that cargo-lambda uses to run, so that it finds nothing left to do."""
    say(f"Building {len(names)} function{'s' * (len(names) != 1)}: {', '.join(names)}")
    began = time.monotonic()
    command = ["cargo", "build", "--manifest-path", "Cargo.toml"]
    for name in names:
        command += ["--bin", name]
    if subprocess.run(command, cwd=ROOT, env=env).returncode:
        stop("the build failed; the compiler's message is above")
    say(f"Built in {time.monotonic() - began:.1f} s")


def call(port: int, method: str, path: str, body=None, key: str = "", timeout: float = 60):
    """One request; the status and the body as text."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    headers = {"x-api-key": key} if key else {}
    if body is not None:
        body, headers["content-type"] = json.dumps(body), "application/json"
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")


def wait_for_server(port: int, server: subprocess.Popen) -> None:
    """Returns when the port is open."""
    for _ in range(200):
        if server.poll() is not None:
            stop(f"cargo-lambda ended at once with {server.returncode}")
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    stop("cargo-lambda did not open its port within 20 seconds")


def wake(port: int, name: str, env: dict[str, str]) -> tuple[str, float, str]:
    """Starts a function by asking it something; its name, the seconds, and what is wrong if anything."""
    paths = [path for _, path, target in router() if target == name]
    # A path that stands as it is if there is one, else a wild one with something in it.
    path = min(paths, key=lambda p: (p.count("{"), len(p)))
    path = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
    began = time.monotonic()
    try:
        status, text = call(port, "GET", path, key=env["AGORA_API_KEY"])
    except OSError as error:
        return name, time.monotonic() - began, f"no answer to GET {path}: {error}"
    wrong = f"GET {path} answers {status}: {text[:300]}" if status >= 500 else ""
    return name, time.monotonic() - began, wrong


def curl(port: int, method: str, path: str, body, key: str) -> str:
    """The request as a line for a shell."""
    words = [f"curl -sS 'http://{HOST}:{port}{path}'"]
    if key:
        words.append(f"-H 'x-api-key: {key}'")
    if body is not None:
        words.append(f"-H 'content-type: application/json' -d '{json.dumps(body)}'")
    return " ".join(words)


def introduce(port: int, env: dict[str, str], sample: bool) -> None:
    """Says what is served and how to call it; every line shown has just been tried."""
    opened = env["AGORA_ANONYMOUS_ACCESS"] == "open"
    served = set(packages())
    lines, first = [], ""
    for name, method, path, body, privileged in EXAMPLES:
        if name not in served:
            continue
        if body and body.get("token") == "TOKEN":
            body = body | {"token": first}
        key = "" if opened and not privileged else env["AGORA_API_KEY"]
        status, text = call(port, method, path, body, key)
        if privileged and opened:
            lines.append("\n  Tokens that administer a project need the API key, here too:")
        lines.append(f"  {curl(port, method, path, body, key)}")
        if status != 200:
            lines.append(f"    answers {status}: {text[:300]}")
        elif not first:
            first = json.loads(text).get("token", "")
            lines.append(f"    {text[:200]}...")
    # What the functions write about these requests comes first.
    time.sleep(0.2)
    say()
    if sample:
        say(f"Project   the sample of Agora's documentation ({SAMPLE_APP_ID});")
        say("          put your own into .env, see .env.example")
    elif env.get("AGORA_SECRET_ID"):
        say(f"Project   from the secret {env['AGORA_SECRET_ID']}")
    else:
        say(f"Project   {env['AGORA_APP_ID']}")
    say(f"API key   {env['AGORA_API_KEY']}")
    if opened:
        say("Access    *** OPEN *** whoever reaches this port gets tokens of every kind, for anybody, without")
        say("          a key: a laptop's setting, on loopback only. A deployment is closed unless its operator")
        say("          opens it. To try it closed: AGORA_ANONYMOUS_ACCESS=closed make run")
    else:
        say("Access    closed: every request needs the API key")
    say("\nTry:\n" + "\n".join(lines))
    say("\nA saved file rebuilds its function. Ctrl-C ends.\n")


def main() -> None:
    port = int(os.environ.get("PORT", "9000"))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            stop(f"port {port} cannot be had ({error.strerror}); choose another: make run PORT={port + 1}")
    env, sample = environment()
    names = sorted({target for _, _, target in router()})
    unknown = sorted(set(names) - set(packages()))
    if unknown:
        stop(f"the router in Cargo.toml names functions that do not exist: {', '.join(unknown)}")
    build(names, env)

    say(f"Starting on http://{HOST}:{port}")
    command = ["cargo", "lambda", "watch", "--invoke-address", HOST, "--invoke-port", str(port)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for_server(port, server)
        healthy = True
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for name, seconds, wrong in pool.map(lambda n: wake(port, n, env), names):
                say(f"  {name:<12} {wrong or f'answers after {seconds:.1f} s'}")
                healthy = healthy and not wrong
        if not healthy:
            say("\nNot every function answers; what they say themselves is above.")
        introduce(port, env, sample)
        sys.exit(server.wait())
    except KeyboardInterrupt:
        say("\nEnding.")
    finally:
        # cargo-lambda passes an interrupt on to its functions.
        end(server, signal.SIGINT)


if __name__ == "__main__":
    main()
