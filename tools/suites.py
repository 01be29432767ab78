"""Runs the tests: which suite, how far, what failed; at the end a summary and the line `N passed, N failed`.

With arguments, these suites alone: template, rust, contract, tools, web, console; `web-all` and `console-all` are
what is left of the last two. Everything that the suites write is in target/test.log.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import screen
from repository import ROOT, TOOLS, end, tool_env
from script import stop

SCREEN = screen.Screen()
LOG = ROOT / "target" / "test.log"
BIN = TOOLS / "bin"
NODE_TEST = ["node", "--test", "--test-reporter=tap"]
WEB = ROOT / "tests" / "suites" / "web"
CONSOLE = ROOT / "tests" / "suites" / "console"
CARGO_TEST = ["cargo", "test", "--locked", "--no-fail-fast"]


class Suite(NamedTuple):
    """A heading, and the command below it."""

    title: str
    command: list[str]


def files(folder: Path, *patterns: str) -> list[str]:
    """The files of these names; none is no reason to run nothing, for it is passed on and fails."""
    return [str(path) for pattern in patterns for path in sorted(folder.glob(pattern)) or [folder / pattern]]


SUITES = {
    "template": [
        # A region has to be named for the linter to know which services there are; nothing is asked of it.
        Suite("The template, by SAM's linter",
              [str(BIN / "sam"), "validate", "--lint", "--template", "template.yaml", "--region", "us-east-1"]),
        Suite("The template, by CloudFormation's linter",
              [str(BIN / "cfn-lint"), "--template", "template.yaml", "--regions", "us-east-1"]),
        Suite("The firewall in front, by CloudFormation's linter",
              [str(BIN / "cfn-lint"), "--template", "docs/deploy/cloudfront.yaml", "--regions", "us-east-1"]),
        Suite("The function URLs, by CloudFormation's linter",
              [str(BIN / "cfn-lint"), "--template", "docs/deploy/function-urls.yaml", "--regions", "us-east-1"]),
        Suite("What follows from the functions' routes", [sys.executable, "tools/routes.py", "--check"]),
        Suite("What a million tokens cost", [sys.executable, "tools/costs.py", "--check"]),
        Suite("What the template promises", [sys.executable, "tests/suites/deployment/contract.py"]),
        Suite("The example for Terraform", [sys.executable, "tests/suites/terraform/main.py"]),
        Suite("What is watched", [sys.executable, "tests/suites/deployment/watching.py"]),
        Suite("The scripts that deploy", [sys.executable, "tests/suites/deployment/scripts.py"]),
        Suite("The documentation", [sys.executable, "tests/suites/documentation/pages.py"]),
    ],
    "rust": [
        Suite("The workspace", [*CARGO_TEST, "--workspace"]),
        Suite("The signing crate alone", [*CARGO_TEST, "-p", "agora-token", "--no-default-features"]),
        Suite("Explanations alone",
              [*CARGO_TEST, "-p", "agora-token", "--no-default-features", "--features", "explain"]),
    ],
    "contract": [
        Suite("The contract", [sys.executable, "tests/suites/contract/main.py"]),
        Suite("What breaks clients since the last release", [sys.executable, "tools/changes.py"]),
    ],
    "tools": [
        Suite("The scripts that run and tell", [sys.executable, "tests/suites/deployment/tools.py"]),
        Suite("The command line that is released", [sys.executable, "tests/suites/deployment/binaries.py"]),
    ],
    "web": [
        Suite("The web client", [*NODE_TEST, *files(ROOT / "clients" / "web" / "test", "*.test.mjs")]),
        Suite("The web client's package", [*NODE_TEST, *files(WEB, "package.test.mjs")]),
        Suite("The web client with the real SDK", [*NODE_TEST, *files(WEB, "first.test.mjs", "examples.test.mjs")]),
    ],
    "web-all": [
        Suite("The web client in trouble", [*NODE_TEST, *files(WEB, "faults.test.mjs")]),
        Suite("The web client for long", [*NODE_TEST, *files(WEB, "renewals.test.mjs", "sleep.test.mjs")]),
        Suite("The web client with other servers", [*NODE_TEST, *files(WEB, "drop_in.test.mjs")]),
        Suite("The web client in Firefox", [*NODE_TEST, *files(WEB, "firefox.test.mjs")]),
    ],
    "console": [
        Suite("What the console explains with", [sys.executable, "tools/console.py"]),
        Suite("The console's files", [*NODE_TEST, *files(CONSOLE, "files.test.mjs")]),
        Suite("The console in Chromium", [*NODE_TEST, *files(CONSOLE, "chromium.test.mjs")]),
    ],
    "console-all": [
        Suite("The console in Firefox", [*NODE_TEST, *files(CONSOLE, "firefox.test.mjs")]),
        Suite("The console with the real SDK", [*NODE_TEST, *files(CONSOLE, "try.test.mjs")]),
        Suite("Pictures of the console", [*NODE_TEST, *files(CONSOLE, "pictures.test.mjs")]),
        Suite("The console before Lighthouse", [*NODE_TEST, *files(CONSOLE, "lighthouse.test.mjs")]),
    ],
}
# What `make test` runs.
USUAL = [name for name in SUITES if not name.endswith("-all")]

BINARY = re.compile(r"\s+Running (?:unittests )?(\S+) \(.*?([\w-]+)-[0-9a-f]{16}(?:\.exe)?\)$")
DOCUMENTATION = re.compile(r"\s+Doc-tests (\S+)$")
COUNT = re.compile(r"running (\d+) tests?$")
TEST = re.compile(r"test (.+?) \.\.\. (ok|FAILED|ignored.*)$")
RESULT = re.compile(r"test result: \w+\. (\d+) passed; (\d+) failed;.* finished in ([\d.]+)s$")
PYTHON_TEST = re.compile(r".* \.\.\. (ok|FAIL|ERROR|skipped .*)$")
PYTHON_RUN = re.compile(r"Ran (\d+) tests? in ([\d.]+)s$")
PYTHON_RESULT = re.compile(r"(?:OK|FAILED)(?: \((.*)\))?$")
TAP_TEST = re.compile(r"\s*(ok|not ok) \d+ - (.+)$")
TAP_COUNT = re.compile(r"# (pass|fail|cancelled) (\d+)$")
TAP_END = re.compile(r"# duration_ms ([\d.]+)$")


class Reading:
    """What the output of a suite says, piece by piece: of libtest below cargo, of unittest, or of Node.js."""

    def __init__(self, show):
        self.show = show
        self.passed = self.failed = 0
        self.failures: list[str] = []
        self._name, self._total, self._done = "tests", 0, 0
        self._kept: list[str] | None = None
        self._ran, self._seconds = 0, 0.0
        self._tap: dict[str, int] = {}

    def take(self, piece: str) -> str | None:
        """One piece; how far it is by that, if it says so."""
        if self._kept is not None:
            self._kept.append(piece)
        if found := BINARY.match(piece):
            source, binary = found.groups()
            self._name = f"{binary} (unit tests)" if source.startswith("src/") else binary
        elif found := DOCUMENTATION.match(piece):
            self._name = f"{found[1]} (documentation)"
        elif found := COUNT.match(piece):
            self._total, self._done = int(found[1]), 0
        elif piece == "failures:" and self._kept is None:
            self._kept = [piece]
        elif found := RESULT.match(piece):
            self._end(int(found[1]), int(found[2]), float(found[3]))
        elif found := TEST.match(piece):
            self._done += 1
            return f"{self._done} of {self._total} in {self._name}: {found[1]}"
        elif found := PYTHON_RUN.match(piece):
            self._ran, self._seconds = int(found[1]), float(found[2])
        elif self._ran and (found := PYTHON_RESULT.match(piece)):
            counts = dict(re.findall(r"(\w[\w ]*)=(\d+)", found[1] or ""))
            failed = sum(int(counts.get(name, 0)) for name in ("failures", "errors", "unexpected successes"))
            self._end(self._ran - failed - int(counts.get("skipped", 0)), failed, self._seconds)
        elif found := TAP_TEST.match(piece):
            self._done += 1
            # What follows says why.
            if found[1] == "not ok" and self._kept is None:
                self._kept = [piece]
            return f"{self._done} done: {found[2]}"
        elif found := TAP_COUNT.match(piece):
            self._tap[found[1]] = int(found[2])
        elif self._tap and (found := TAP_END.match(piece)):
            failed = self._tap.get("fail", 0) + self._tap.get("cancelled", 0)
            self._end(self._tap.get("pass", 0), failed, float(found[1]) / 1000)
            self._tap = {}
        elif piece.startswith("=" * 70) and self._kept is None:
            self._kept = []
        elif PYTHON_TEST.match(piece):
            self._done += 1
            return f"{self._done} done: {piece.partition(' ')[0]}"
        return None

    def _end(self, passed: int, failed: int, seconds: float) -> None:
        self.passed += passed
        self.failed += failed
        if failed and self._kept:
            self.failures += self._kept
        # A function without tests is no news.
        if passed or failed:
            self.show(self._name, passed, failed, seconds)
        self._kept, self._ran = None, 0


def line(name: str, passed: int, failed: int, seconds: float) -> None:
    """What became of a part of a suite."""
    mark = SCREEN.paint("FAIL", "red", "bold") if failed else SCREEN.paint("ok  ", "green")
    counts = f"{passed:>5} passed" + (SCREEN.paint(f", {failed} failed", "red", "bold") if failed else "")
    SCREEN.say(f"  {mark} {screen.fit(name, 32)} {counts}  {SCREEN.paint(f'in {screen.took(seconds)}', 'dim')}")


def run(suite: Suite, log) -> tuple[int, int, list[str]]:
    """Runs a suite: how many passed, how many failed, and what the failures say."""
    began = time.monotonic()
    SCREEN.step(SCREEN.paint(suite.title, "bold"))
    reading, output = Reading(line), []
    env = screen.cargo_env(tool_env(), SCREEN) | {"CARGO_TERM_COLOR": "never", "NO_COLOR": "1"}
    with subprocess.Popen(
        suite.command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:
        try:
            for piece in screen.pieces(process.stdout):
                piece = screen.ESCAPES.sub("", piece)
                if screen.PROGRESS.match(piece):
                    SCREEN.progress(screen.cargo_progress(piece))
                    continue
                output.append(piece)
                log.write(f"{piece}\n")
                if text := reading.take(piece) or screen.cargo_progress(piece):
                    SCREEN.progress(text)
        except BaseException:
            end(process, signal.SIGINT)
            raise
        finally:
            SCREEN.clear()
    seconds = time.monotonic() - began
    passed, failed, failures = reading.passed, reading.failed, reading.failures
    if process.returncode and not failed:
        # It failed by something else than a test: it was not built, or it died.
        failed, failures = 1, output[-200:]
        line("the command", passed, failed, seconds)
    elif not passed + failed:
        passed = 1
        line("no complaint", passed, 0, seconds)
    return passed, failed, failures


def main() -> int:
    names = sys.argv[1:] or USUAL
    if unknown := set(names) - set(SUITES):
        stop(f"there is no suite {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    signal.signal(signal.SIGTERM, interrupted)
    began, passed, failed, told = time.monotonic(), 0, 0, []
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w", buffering=1) as log:
        for suite in [suite for name in names for suite in SUITES[name]]:
            log.write(f"==== {suite.title}: {' '.join(suite.command)}\n")
            good, bad, failures = run(suite, log)
            passed, failed = passed + good, failed + bad
            if bad:
                told.append((suite.title, failures))
    for title, failures in told:
        SCREEN.say(SCREEN.paint(f"\nWhat failed: {title}", "red", "bold"))
        SCREEN.say("\n".join(f"  {text}" for text in failures))
    SCREEN.say(f"\nIn {screen.took(time.monotonic() - began)}; all of the output is in {LOG.relative_to(ROOT)}.")
    SCREEN.say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def interrupted(*_) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        SCREEN.say("\nInterrupted.")
        sys.exit(130)
