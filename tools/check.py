"""Has the functions' own parser check what they will be given, before they are."""

from __future__ import annotations

import subprocess

import source


class Wrong(Exception):
    """What was checked breaks a rule, which the text names."""


def check(what: list[str], variables: dict[str, str] | None = None, document: str = "") -> None:
    """Runs `agora-token check`, where there is one; no setting but `variables` is seen."""
    program = source.checker()
    if not program:
        return
    env = {name: value for name, value in source.environment().items() if not name.startswith("AGORA_")}
    try:
        done = subprocess.run(
            [*program, "check", *what], env=env | (variables or {}), input=document, capture_output=True, text=True
        )
    except OSError as error:
        # As where nothing may run that is in a folder for temporary files, or Rust is not there.
        raise Wrong(f"the functions' own parser cannot be run: {error}") from error
    if done.returncode:
        raise Wrong(done.stderr.strip().removeprefix("error: ") or f"{program[0]} failed")


def settings(variables: dict[str, str]) -> None:
    """Checks the variables of a function."""
    check([], variables)


def secret(document: str) -> None:
    """Checks the secret document."""
    check(["secret"], document=document)
