"""Serves every function on this machine: checks the settings, builds, starts, shows how to call.

PORT chooses another port, LOG=json shows what the functions write as they write it. Values in `.env`
replace the sample project; see `.env.example`. With the argument `calls`, it lists all calls of the
server that runs.

cargo-lambda stands in for API Gateway and Lambda. The functions are started here, because it would
start each with a cargo of its own, all waiting for one another.
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
import threading
import time
from pathlib import Path
from typing import NamedTuple

import check
import routes
import screen
import settings
from repository import (
    HOST,
    ROOT,
    SAMPLE_APP_ID,
    SAMPLE_CERTIFICATE,
    SAMPLE_WHITEBOARD,
    end,
    packages,
    router,
    tool_env,
)
from script import stop

SCREEN = screen.Screen()


class Example(NamedTuple):
    """A call worth making. `TOKEN` in its body stands for the first token that was issued."""

    what: str
    function: str
    method: str
    path: str
    body: dict | None = None
    # It takes the key even where the door is open.
    privileged: bool = False


ROOM = "a7e04250e7a711eb8e1f7b4b0d6b5c1a"
FIRST = [
    Example("A token to publish in a channel", "rtc", "POST", "/v1/rtc",
            {"channelName": "demo", "uid": 7, "role": "publisher"}),
    Example("The same for an app that was written for another token server", "rtc", "GET",
            "/rtc/demo/publisher/uid/7/"),
    Example("Signaling, for the user ann", "rtm", "GET", "/v1/rtm?userId=ann"),
    Example("Chat's REST API: such tokens administer a project and always need the key", "chat", "GET",
            "/v1/chat/app", None, True),
]
EXPLAINED = Example("Why is my token refused?", "inspect", "POST", "/v1/inspect",
                    {"token": "TOKEN", "channelName": "demo", "uid": 8})


def further(functions: dict[str, list[dict]]) -> list[Example]:
    """A call for each kind of token, as the functions list them, but for those that come first."""
    listed = [call for call in routes.calls(functions) if call.issues and call.path not in {one.path for one in FIRST}]
    told = [call.issues["about"]["audience"] for call in listed]
    return [
        Example(what[0].upper() + what[1:], one.function, one.method, one.path, one.body, one.issues["administers"])
        for one, what in zip(listed, told)
    ] + [EXPLAINED]


def wide_policy(functions: dict[str, list[dict]]) -> str:
    """On a laptop everything but app-privilege and 006 tokens can be tried without credentials. No deployment has
    this policy unless its operator writes it."""
    issued = [row["issues"] for rows in functions.values() for row in rows if row["issues"]]
    return json.dumps({"anonymous": {
        "tokenTypes": ["*", *(one["tokenType"] for one in issued if one["forServers"])], "roles": ["publisher"],
        "educationRoles": ["*"], "maxLifetime": 86400, "wildcards": "any", "rtmPermissions": True, "batches": True,
    }}, separators=(",", ":"))


# ---- Before anything is built ----


def environment() -> tuple[dict[str, str], bool]:
    """The functions' environment, and whether the sample project signs. Stops where a setting is wrong.

    The process environment wins over `.env`, which wins over what is assumed for a laptop.
    """
    file, wrong = settings.read(ROOT / ".env")
    held = settings.merge(file, dict(os.environ))
    # A stray name in the environment may be another program's; in the file, it is a slip.
    wrong += settings.unknown(file)
    for said in settings.unknown(settings.merge({}, dict(os.environ))):
        SCREEN.say(SCREEN.paint(f"warning: {said}", "yellow"))
    wrong += settings.mistakes(held)
    parsed = {name: held[name].value for name in sorted(held) if name == "AGORA_POLICY" or "_JWT_" in name}
    if parsed and not wrong:
        # What only the functions' own parser can tell.
        try:
            check.settings(parsed)
        except check.Wrong as error:
            wrong += [f"{held[name].where}: {error}" for name in parsed if name in str(error)] or [str(error)]
    if wrong:
        for said in sorted(wrong, key=settings.line_number):
            SCREEN.say(screen.wrapped(said, "  ", SCREEN.width, 4))
        are = "s are" if len(wrong) > 1 else " is"
        stop(f"{len(wrong)} setting{are} wrong, so nothing was built; see .env.example")
    env = {name: setting.value for name, setting in held.items()} | {"PATH": tool_env()["PATH"]}
    sample = not (env.get("AGORA_SECRET_ID") or env.get("AGORA_APP_ID"))
    if sample:
        env["AGORA_APP_ID"], env["AGORA_APP_CERTIFICATE"] = SAMPLE_APP_ID, SAMPLE_CERTIFICATE
        if not env.get("AGORA_WHITEBOARD_ACCESS_KEY"):
            env["AGORA_WHITEBOARD_ACCESS_KEY"], env["AGORA_WHITEBOARD_SECRET_KEY"] = SAMPLE_WHITEBOARD
    env.setdefault("AGORA_ANONYMOUS_ACCESS", "open")
    # cargo-lambda decodes no path.
    env["AGORA_LOCAL_PATHS"] = "encoded"
    if not env.get("AGORA_SECRET_ID"):
        env.setdefault("AGORA_API_KEY", secrets.token_urlsafe(24))
    return env, sample


def chosen_port() -> int:
    """The port that PORT names, or 9000."""
    text = os.environ.get("PORT") or "9000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        stop(f"PORT is a number from 1 to 65535, not {text!r}")
    return int(text)


def free(port: int) -> OSError | None:
    """Why a port cannot be had; nothing where it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error
    return None


def check_port(port: int) -> None:
    """Stops where the port cannot be had, and names one that can."""
    if error := free(port):
        other = next((p for p in range(max(port, 1023) + 1, 65536) if not free(p)), 9000)
        stop(f"port {port}: {(error.strerror or str(error)).lower()}; try: make run PORT={other}")


# ---- Building and serving ----


def build(names: list[str], env: dict[str, str]) -> dict[str, Path] | None:
    """Builds the functions; the binary of each, or nothing where that failed."""
    command = ["build", "--message-format", "json-render-diagnostics"]
    for name in names:
        command += ["--bin", name]
    began = time.monotonic()
    status, output = screen.cargo(command, env, SCREEN)
    if status:
        return None
    SCREEN.say(f"  built in {screen.took(time.monotonic() - began)}")
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {m["target"]["name"]: Path(m["executable"]) for m in messages if m.get("executable")}


class Log:
    """What the functions write: all of it in a file, and for a person on the screen."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", buffering=1)
        self._lock = threading.Lock()
        self._said: dict[str, float] = {}
        self.json = os.environ.get("LOG") == "json"
        # The requests that try whether all is well are of no interest on the screen.
        self.requests, self.counted = False, 0

    def relay(self, function: str, pipe) -> None:
        """Passes on what a function writes, until it ends."""
        for piece in pipe:
            self.take(function, piece.decode(errors="replace").rstrip("\n"))

    def take(self, function: str, text: str) -> None:
        """One line of a function."""
        with self._lock:
            self._file.write(f"{text}\n")
        try:
            line = json.loads(text)
            audit = line.get("type") == "audit"
        except (ValueError, AttributeError):
            line, audit = None, False
        if audit and not self.requests:
            with self._lock:
                self.counted += 1
            return
        if self.json:
            SCREEN.say(screen.visible(text))
        elif audit:
            SCREEN.say(screen.request_line(line, function, SCREEN))
        elif text.strip():
            line = line or {"level": "WARN", "code": function, "message": text}
            # Each function says the same of one wrong setting.
            self.once(screen.trouble_line(line, SCREEN), f"{line.get('code')}{line.get('message')}")

    def open(self, answered: int) -> None:
        """Shows requests from now on, once the lines of those that were answered have come."""
        until = time.monotonic() + 2
        while self.counted < answered and time.monotonic() < until:
            time.sleep(0.01)
        self.requests = True

    def once(self, text: str, key: str) -> None:
        """Says what has not been said within a minute."""
        now = time.monotonic()
        with self._lock:
            fresh = now - self._said.get(key, -60) >= 60
            self._said[key] = now
        if fresh:
            SCREEN.say(text)


class Function:
    """The process of a function."""

    def __init__(self, name: str, binary: Path, port: int, env: dict[str, str], log: Log):
        self.name, self.binary, self.log = name, binary, log
        self.env = env | {
            # Where cargo-lambda keeps the Runtime API of each function.
            "AWS_LAMBDA_RUNTIME_API": f"http://{HOST}:{port}/.rt/{name}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        }
        self.start()

    def start(self) -> None:
        """Starts it, anew where it ran."""
        self.began, self.built = time.monotonic(), self.binary.stat().st_mtime_ns
        self.process = subprocess.Popen(
            [str(self.binary)], cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )
        threading.Thread(target=self.log.relay, args=(self.name, self.process.stdout), daemon=True).start()

    def stop(self) -> None:
        """Ends it; nothing that it does takes longer than a moment."""
        self.process.kill()
        self.process.wait()

    def look_after(self) -> None:
        """Starts it again where it ended or was built anew."""
        # While a binary is replaced, it is not there.
        with contextlib.suppress(OSError):
            if self.process.poll() is None:
                if self.binary.stat().st_mtime_ns != self.built:
                    self.stop()
                    self.start()
            elif time.monotonic() - self.began > 2:
                SCREEN.say(SCREEN.paint(f"{self.name} ended with status {self.process.returncode} and is started again",
                                        "yellow"))
                self.start()


def sources() -> dict[Path, int]:
    """When each file was changed that the functions are built from."""
    found = {}
    below = [path for folder in ("shared", "functions") for path in (ROOT / folder).rglob("*")]
    for path in [ROOT / "Cargo.toml", ROOT / "Cargo.lock", *below]:
        with contextlib.suppress(OSError):
            if path.is_file():
                found[path] = path.stat().st_mtime_ns
    return found


def wait_for_server(port: int, server: subprocess.Popen, words: Path) -> None:
    """Returns when the port is open."""
    for _ in range(200):
        if server.poll() is not None:
            stop(f"cargo-lambda ended at once with {server.returncode}; {shown(words)} has its words")
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    stop("cargo-lambda did not open its port within 20 seconds")


def serve(port: int, server: subprocess.Popen, functions: list[Function], env: dict[str, str]) -> None:
    """Looks after the functions until somebody ends it."""
    before = sources()
    while server.poll() is None:
        time.sleep(0.5)
        if (now := sources()) != before:
            before = now
            SCREEN.step("A file changed; building")
            if build([function.name for function in functions], env) is None:
                SCREEN.say(SCREEN.paint("The build failed; the functions that were built before serve on.", "red"))
        for function in functions:
            function.look_after()
    stop(f"cargo-lambda ended with status {server.returncode}")


# ---- The first screen ----


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


def wake(port: int, name: str, env: dict[str, str]) -> str:
    """Asks a function something; what is wrong, if it doesn't answer."""
    paths = [path for _, path, target in router() if target == name]
    # A path that stands as it is if there is one, else a wild one with something in it.
    path = min(paths, key=lambda p: (p.count("{"), len(p)))
    path = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
    try:
        call(port, "GET", path, key=env.get("AGORA_API_KEY", ""), timeout=20)
    except (OSError, http.client.HTTPException) as error:
        return f"{name}: no answer to GET {path}: {error}"
    return ""


def curl(port: int, example: Example, key: str) -> str:
    """The request for a shell, broken where it would not fit into 80 columns."""
    url = f"http://{HOST}:{port}{example.path}"
    words = [f"curl -sS '{url}'" if set(url) & set("?&") else f"curl -sS {url}"]
    if key:
        # The key of a secret is not known here.
        words.append(f'-H "x-api-key: {key}"' if key.startswith("$") else f"-H 'x-api-key: {key}'")
    if example.body is not None:
        body = json.dumps(example.body, separators=(",", ":"))
        words += ["-H 'content-type: application/json'", f"-d '{body}'"]
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) > 74:
            lines[-1] += " \\"
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {word}"
    return "\n".join(f"  {line}" for line in lines)


def tried(port: int, examples: list[Example], env: dict[str, str]) -> tuple[list[list[str]], str]:
    """Each example as the lines to show, once it has been tried; and the first token."""
    opened = env["AGORA_ANONYMOUS_ACCESS"] == "open"
    known = env.get("AGORA_API_KEY", "")
    shown_lines, first = [], ""
    for example in examples:
        if example.body and example.body.get("token") == "TOKEN":
            example = example._replace(body=example.body | {"token": first or "007..."})
        key = "" if opened and not example.privileged else known or "$API_KEY"
        lines = [f"  # {example.what}", curl(port, example, key)]
        if not key.startswith("$"):
            status, text = call(port, example.method, example.path, example.body, key)
            if status == 200:
                first = first or json.loads(text).get("token", "")
            else:
                with contextlib.suppress(ValueError, AttributeError):
                    text = json.loads(text)["code"]
                lines.append(f"  # answers {status}: {text[:60]}")
        shown_lines.append(lines)
    return shown_lines, first


def introduce(port: int, env: dict[str, str], sample: bool, log: Log, calls: Path, functions: dict) -> None:
    """The screen that says what is served and how to call it; every call shown has been tried."""
    served = set(packages())
    examples = [example for example in FIRST + further(functions) if example.function in served]
    lines, first = tried(port, examples, env)
    # Each function was asked once before, to wake it.
    log.open(len(served) + len(examples))
    # Readable for its owner alone: it has the key.
    with open(calls, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write("\n\n".join("\n".join(one) for one in lines) + "\n")

    # Said in one piece, so that no request comes between.
    text: list[str] = []

    def point(name: str, words: str, *colours: str) -> None:
        whole = screen.wrapped(words, f"  {name:<9} ", SCREEN.width)
        text.append(SCREEN.paint(whole[:12], "dim") + SCREEN.paint(whole[12:], *colours))

    text.append("")
    if env.get("AGORA_CONSOLE", "on") == "on":
        text.append(f"  {SCREEN.paint(f'http://{HOST}:{port}/console/', 'bold', 'cyan')}  is the console: look there first")
    text.append(f"  {SCREEN.paint(f'http://{HOST}:{port}', 'bold', 'cyan')}  serves {len(served)} functions\n")
    if sample:
        point("Project", f"{SAMPLE_APP_ID} (the sample of Agora's docs)")
        point("", "For your own, copy .env.example to .env and fill it in.")
    elif env.get("AGORA_SECRET_ID"):
        point("Project", f"from the secret {env['AGORA_SECRET_ID']}")
    else:
        point("Project", env["AGORA_APP_ID"])
    point("API key", env.get("AGORA_API_KEY") or "one of the secret's; below, it is $API_KEY")
    if env["AGORA_ANONYMOUS_ACCESS"] == "open":
        wide = env["AGORA_POLICY"] == wide_policy(functions)
        point("Door", "OPEN here: anybody who reaches this port gets tokens without a key" if wide
              else "OPEN: anybody who reaches this port gets what AGORA_POLICY says", "bold", "yellow")
        point("", "Closed, as deployed: AGORA_ANONYMOUS_ACCESS=closed make run")
    else:
        point("Door", "closed: every request needs the API key or a user's JWT", "green")
    point("Log", f"{shown(log.path)}, as JSON (here with LOG=json make run)")
    text.append("")
    for one in lines[:len([example for example in FIRST if example.function in served])]:
        for line in "\n".join(one).split("\n"):
            text.append(SCREEN.paint(line, "dim") if line.startswith("  #") else line)
    more = "make calls" if port == 9000 else f"make calls PORT={port}"
    text.append(f"\n  {SCREEN.paint(more, 'bold')} lists more. A saved file rebuilds. Ctrl-C ends.")
    if not first and not env.get("AGORA_SECRET_ID"):
        text.append(SCREEN.paint("\n  No token was issued: what the functions say of it stands above.", "red"))
    SCREEN.say("\n".join(text) + "\n")


def shown(path: Path) -> str:
    """A path as a person in this folder writes it."""
    return str(path.relative_to(ROOT))


# ---- From the start to the end ----


@contextlib.contextmanager
def foreground():
    """Has the terminal send Ctrl-C here alone: make would die of it, with status 130."""
    terminal = None
    with contextlib.suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDWR)
    group = os.getpgrp()
    if terminal is None or group == os.getpid() or os.tcgetpgrp(terminal) != group:
        yield
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # Stopped in a group of its own, it could not be had back by the shell.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)


def interrupted(*_) -> None:
    raise KeyboardInterrupt


def run(port: int) -> None:
    """Serves until it is ended."""
    check_port(port)
    env, sample = environment()
    names = sorted({target for _, _, target in router()})
    missing = sorted(set(names) - set(packages()))
    if missing:
        stop(f"the router in Cargo.toml names functions that do not exist: {', '.join(missing)}")
    folder = ROOT / "target" / "run"
    log, calls = Log(folder / f"{port}.log"), folder / f"{port}.calls"

    SCREEN.step(f"Building {len(names)} functions (some minutes the first time)")
    binaries = build(names, env)
    if binaries is None:
        stop("the build failed; what the compiler says is above")
    lists = routes.lists(binaries)
    if env["AGORA_ANONYMOUS_ACCESS"] == "open":
        env.setdefault("AGORA_POLICY", wide_policy(lists))

    SCREEN.progress("starting")
    words = folder / f"{port}.server.log"
    server = subprocess.Popen(
        ["cargo", "lambda", "watch", "--only-lambda-apis", "--invoke-address", HOST, "--invoke-port", str(port)],
        cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=words.open("w"), stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    functions: list[Function] = []
    try:
        wait_for_server(port, server, words)
        for name in names:
            functions.append(Function(name, binaries[name], port, env, log))
        with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
            silent = list(filter(None, pool.map(lambda name: wake(port, name, env), names)))
        for said in silent:
            SCREEN.say(SCREEN.paint(said, "red"))
        if silent:
            stop(f"these functions do not answer; what they say is above and in {shown(log.path)}")
        introduce(port, env, sample, log, calls, lists)
        serve(port, server, functions, env)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        SCREEN.clear()
        for function in functions:
            function.stop()
        # It has nothing to finish, and would wait for whoever is connected.
        end(server, signal.SIGKILL)
        calls.unlink(missing_ok=True)


def main() -> None:
    port = chosen_port()
    if sys.argv[1:] == ["calls"]:
        calls = ROOT / "target" / "run" / f"{port}.calls"
        if not calls.exists() or not free(port):
            stop(f"nothing is served on port {port}; `make run` does that, with PORT=... elsewhere")
        SCREEN.say(calls.read_text().rstrip("\n"))
        return
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    with foreground():
        try:
            run(port)
        except KeyboardInterrupt:
            SCREEN.say("\nEnded.")


if __name__ == "__main__":
    main()
