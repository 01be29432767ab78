"""Has the functions' own parser check what they will be given, before they are."""

from __future__ import annotations

import subprocess

from repository import ROOT, say, tool_env


class Wrong(Exception):
    """What was checked breaks a rule, which the text names."""


def check(what: list[str], variables: dict[str, str] | None = None, document: str = "") -> None:
    """Runs `agora-token check`; no setting but `variables` is seen."""
    env = {name: value for name, value in tool_env().items() if not name.startswith("AGORA_")}
    command = ["cargo", "run", "--quiet", "--locked", "--package", "agora-token-cli", "--", "check", *what]
    say(f"$ {' '.join(command)}  (compiles it the first time, in a minute or two)")
    done = subprocess.run(
        command, cwd=ROOT, env=env | (variables or {}), input=document, capture_output=True, text=True
    )
    if done.returncode:
        raise Wrong(done.stderr.strip().removeprefix("error: ") or f"{' '.join(command[:2])} failed")


def settings(variables: dict[str, str]) -> None:
    """Checks the variables of a function."""
    check([], variables)


def secret(document: str) -> None:
    """Checks the secret document."""
    check(["secret"], document=document)
