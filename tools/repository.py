"""What the scripts need to know of this repository: where its tools are and what it serves."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tomllib
from pathlib import Path

from script import Failed, say

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".venv"
TEMPLATE = ROOT / "template.yaml"
FUNCTION_URLS = ROOT / "docs" / "deploy" / "function-urls.yaml"

# Keeps the output of the commands that are run for when they fail.
QUIET = False

# Nothing here listens on any other address.
HOST = "127.0.0.1"

# The sample project of Agora's own documentation: public, and refused by Agora's servers.
SAMPLE_APP_ID = "970CA35de60c44645bbae8a215061b33"
SAMPLE_CERTIFICATE = "5CFd2fd1755d40ecb72977518be15d3b"
# A whiteboard app that does not exist.
SAMPLE_WHITEBOARD = ("sample-access-key", "sample-secret-key")


def router() -> list[tuple[str, str, str]]:
    """The local routes as (method, path, function); a route without a method answers `ANY`."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    table = manifest["workspace"]["metadata"]["lambda"]["watch"]["router"]
    routes = []
    for path, target in table.items():
        if isinstance(target, str):
            routes.append(("ANY", path, target))
        else:
            routes += [(entry.get("method", "ANY").upper(), path, entry["function"]) for entry in target]
    return routes


def parsed(template: Path) -> dict:
    """A template of CloudFormation."""
    # It comes with the SAM CLI, for which `make run` does not wait.
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse(template.read_text())


def packages() -> dict[str, Path]:
    """Each function's package name, which is also its binary's, and its folder."""
    found = {}
    for manifest in sorted((ROOT / "functions").glob("*/Cargo.toml")):
        found[tomllib.loads(manifest.read_text())["package"]["name"]] = manifest.parent
    return found


def tool_env(**extra: str) -> dict[str, str]:
    """The environment with the repository's own tools first on the path."""
    env = dict(os.environ)
    env["PATH"] = f"{TOOLS / 'bin'}{os.pathsep}{env['PATH']}"
    env["SAM_CLI_TELEMETRY"] = "0"
    env.update(extra)
    return env


def descendants(pid: int) -> set[int]:
    """The processes below `pid`."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    children: dict[int, set[int]] = {}
    for line in listing.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, set()).add(child)
    found, queue = set(), [pid]
    while queue:
        below = children.get(queue.pop(), set()) - found
        found |= below
        queue += below
    return found


def heard() -> None:
    """Has a child of a test hear interrupts: what runs in the background, or by nohup, hands on that it does not."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def end(process: subprocess.Popen, first: signal.Signals, patience: float = 5) -> None:
    """Ends a process that was started in a session of its own, and whatever it started."""
    # Asked for while it lives: what it started may sit in process groups of its own, and loses its
    # parent with it.
    below = descendants(process.pid)
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, first)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pid in below:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def run(command: list[str], env: dict[str, str]) -> None:
    """Runs a command of the repository's own tools; `QUIET` keeps its output for when it fails."""
    shown = command[:2] if QUIET else command
    say(f"{'    ' if QUIET else ''}$ {' '.join(word.replace(str(ROOT) + '/', '') for word in shown)}")
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if QUIET else {}
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True, **kept
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        # An interrupt has to reach the compilers below SAM too.
        end(process, signal.SIGINT)
        raise
    if process.returncode:
        raise Failed(f"{output or ''}\n{' '.join(command[:2])} failed; its message is above")
