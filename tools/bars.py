"""Builds the bench and runs it, with what it has to say and no word of cargo's. Arguments name its parts."""

from __future__ import annotations

import subprocess
import sys

import screen
from repository import ROOT, tool_env
from script import stop

BENCH = ["bench", "-p", "agora-token-tests", "--bench", "bars"]


def main() -> None:
    shown = screen.Screen()
    shown.step("Building the bench as it ships (minutes the first time)")
    if screen.cargo([*BENCH, "--no-run"], tool_env(), shown)[0]:
        stop("the build failed; what the compiler says is above")
    sys.exit(subprocess.run(["cargo", *BENCH, "--quiet", "--", *sys.argv[1:]], cwd=ROOT, env=tool_env()).returncode)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
