"""Holds what the scripts tell a person against what it should be, and starts `make run` as a person does."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS)]

import function
import routes
import run
import screen
import settings
import suites
from repository import HOST, ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, descendants, heard


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def terminal(columns: int, **env: str) -> screen.Screen:
    """A screen of so many columns."""
    made = screen.Screen(Terminal(), env)
    type_ = type("Sized", (screen.Screen,), {"width": property(lambda _: columns)})
    made.__class__ = type_
    return made


AUDIT = {
    "timestamp": "2026-11-25T02:46:10.409Z", "level": "INFO", "type": "audit", "requestId": "5b605b7f", "route": "POST /v1/rtc",
    "principal": "anonymous", "outcome": "issued", "status": 200, "durationMicros": 184,
    "tokens": [{"tokenType": "rtc", "appId": SAMPLE_APP_ID, "channelName": "demo", "uid": 7, "role": "publisher",
                "lifetime": 3600, "fingerprint": "c6904c6a132253fa"}],
}


class Lines(unittest.TestCase):
    def test_a_request_is_a_line_for_a_person(self):
        line = screen.request_line(AUDIT, "rtc", screen.Screen(io.StringIO(), {}))
        self.assertRegex(line, r"^\d\d:\d\d:\d\d 200 POST /v1/rtc +anonymous rtc demo 7 publisher 3600 s +184 µs$")

    def test_a_refusal_says_its_rule_and_what_was_asked(self):
        refused = {"tokenType": "rtc", "channelName": "x", "lifetime": 60, "code": "denied_channel"}
        asked = AUDIT | {"tokens": [], "refused": [refused], "outcome": "denied_channel", "status": 403}
        self.assertEqual(screen.outcome(asked), "denied_channel: rtc x 60 s")
        self.assertEqual(screen.outcome(asked | {"refused": []}), "denied_channel")

    def test_several_tokens_are_counted(self):
        two = AUDIT["tokens"] + [{"tokenType": "rtm", "userId": "ann", "lifetime": 60}]
        self.assertEqual(screen.outcome(AUDIT | {"tokens": two}), "2 issued: rtc, rtm")
        refused = [{"tokenType": "rtm", "code": "denied_role"}]
        self.assertEqual(screen.outcome(AUDIT | {"refused": refused}), "1 issued: rtc; 1 refused: denied_role: rtm")
        bundle = {"tokenType": "bundle", "services": [{"type": "rtc"}, {"type": "rtm"}], "lifetime": 60}
        self.assertEqual(screen.token(bundle), "bundle rtc+rtm 60 s")

    def test_a_request_fits_the_terminal(self):
        long = AUDIT | {"route": "GET /rtc/{channel}/{role}/{type}/{id}", "durationMicros": 99_999_999}
        wide = [AUDIT["tokens"][0] | {"channelName": "漢字" * 30}]
        for columns in (80, 120, 200):
            for line in (AUDIT, long, AUDIT | {"tokens": wide}, AUDIT | {"status": 503, "outcome": "x" * 300}):
                text = screen.ESCAPES.sub("", screen.request_line(line, "rtc", terminal(columns)))
                self.assertEqual(screen.columns(text), columns - 1, text)

    def test_nothing_that_a_caller_sends_steers_the_terminal(self):
        sent = "a\x1b[2Jb\rc\nd\x9b\u202ee"
        token = AUDIT["tokens"][0] | {"channelName": sent}
        shown = screen.Screen(io.StringIO(), {})
        nowhere = {name: value for name, value in AUDIT.items() if name != "route"}
        nowhere |= {"tokens": [], "method": "GET", "path": "/", "outcome": "route_unknown", "status": 404}
        self.assertRegex(screen.request_line(nowhere, "openapi", shown), r" 404 GET  / .* route_unknown ")
        for text in (
            screen.request_line(AUDIT | {"tokens": [token]}, "rtc", shown),
            screen.trouble_line({"level": "WARN", "code": "x", "message": sent}, shown),
            screen.request_line(nowhere | {"path": f"/{sent}"}, "openapi", shown),
        ):
            self.assertTrue(text.isprintable(), repr(text))

    def test_colour_is_for_terminals_that_want_it(self):
        self.assertIn("\x1b[32m", screen.request_line(AUDIT, "rtc", terminal(80)))
        for plain in (terminal(80, NO_COLOR="1"), terminal(80, TERM="dumb"), screen.Screen(io.StringIO(), {})):
            self.assertNotIn("\x1b", screen.request_line(AUDIT, "rtc", plain))

    def test_a_warning_wraps_below_its_beginning(self):
        line = {"level": "ERROR", "code": "setting_invalid", "message": "a message of some words " * 8}
        first, *rest = screen.trouble_line(line, terminal(80, NO_COLOR="1")).split("\n")
        self.assertRegex(first, r"^\d\d:\d\d:\d\d ERROR setting_invalid: a message")
        self.assertTrue(rest and all(text.startswith(" " * 15 + "a") or text.startswith(" " * 15) for text in rest))
        self.assertTrue(all(len(text) < 80 for text in [first, *rest]))

    def test_calls_fit_80_columns_where_their_addresses_do(self):
        for example in run.FIRST:
            lines = run.curl(9000, example, "k" * 32).split("\n")
            self.assertTrue(all(len(line) < 80 for line in lines), lines)
            self.assertTrue(all(line.endswith(" \\") for line in lines[:-1]), lines)

    def test_progress_is_in_place_on_a_terminal_and_rare_elsewhere(self):
        shown = terminal(80, NO_COLOR="1")
        shown.progress("1 of 2")
        shown.progress("2 of 2")
        shown.say("built")
        self.assertEqual(shown.out.getvalue(), "  1 of 2\r\x1b[K  2 of 2\r\x1b[Kbuilt\n")
        plain = screen.Screen(io.StringIO(), {})
        for done in range(50):
            plain.progress(f"{done} of 50")
        self.assertLessEqual(plain.out.getvalue().count("\n"), 1)


class Scaffold(unittest.TestCase):
    def test_it_writes_the_functions_that_there_are(self):
        for name, grant, title in [
            ("stt", "Stt", "Speech-to-text"), ("convoai", "ConvoAi", "Conversational AI"), ("fcdn", "Fcdn", "Fast CDN"),
        ]:
            for path, written in function.written(name, grant, title).items():
                with self.subTest(file=path):
                    self.assertEqual(written, path.read_text())


class Examples(unittest.TestCase):
    ROW = {"methods": ["GET", "POST"], "paths": ["/v1/x"], "dropIn": None, "issues": {
        "tokenType": "x", "administers": False, "forServers": True,
        "about": {"audience": "an X of Y", "asks": "?a=1", "token": "token", "holds": '{"type":1}'},
    }}
    FORM = {"methods": ["POST"], "paths": ["/a", "/b"], "issues": None, "dropIn": {
        "asks": '{"c":2}', "token": "", "holds": "{}",
    }}

    def test_a_call_is_made_of_what_a_function_lists(self):
        made = [(one.method, one.path, one.body) for one in routes.calls({"x": [self.ROW, self.FORM]})]
        self.assertEqual(made, [("GET", "/v1/x?a=1", None), ("POST", "/a", {"c": 2}), ("POST", "/b", {"c": 2})])

    def test_the_first_screen_shows_and_grants_what_is_listed(self):
        shown = run.further({"x": [self.ROW, self.FORM]})
        self.assertEqual([one.what for one in shown], ["An X of Y", "Why is my token refused?"])
        policy = json.loads(run.wide_policy({"x": [self.ROW, self.FORM]}))
        self.assertEqual(policy["anonymous"]["tokenTypes"], ["*", "x"])


class Cargo(unittest.TestCase):
    def test_its_progress_is_understood(self):
        for piece, said in [
            ("    Building [=====>      ] 12/167: serde, syn(build)", "12 of 167 crates compiled: serde, syn(build)"),
            ("    Building [            ] 0/3", "0 of 3 crates compiled"),
            (" Downloading [=>  ] 3/40: http", "3 of 40 downloading: http"),
            ("    Blocking waiting for file lock on package cache", "waits for another cargo"),
            ("    Updating crates.io index", "updating crates.io index"),
            ("   Compiling serde v1.0.0", ""),
            ("    Finished `dev` profile in 0.3s", ""),
            ("  Executable benches/bars/main.rs (target/release/deps/bars-01)", ""),
        ]:
            self.assertEqual(screen.cargo_progress(piece), said)

    def test_what_the_compiler_says_is_no_progress(self):
        for piece in ("error[E0308]: mismatched types", "warning: unused variable", " --> src/main.rs:3:5", "",
                      "error: could not compile `rtc` (bin \"rtc\") due to 1 previous error"):
            self.assertIsNone(screen.cargo_progress(piece))

    def test_output_comes_in_pieces(self):
        ours, its = os.pipe()
        os.write(its, b"a\rb\r\nc\n\nd")
        os.close(its)
        with os.fdopen(ours, "rb") as pipe:
            self.assertEqual(list(screen.pieces(pipe)), ["a", "b", "c", "", "d"])


LIBTEST = """\
     Running unittests src/lib.rs (target/debug/deps/agora_token-0123456789abcdef)

running 2 tests
test a::b ... ok
test c ... FAILED

failures:

---- c stdout ----
assertion failed

failures:
    c

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s

     Running tests/attacks/main.rs (target/debug/deps/attacks-0123456789abcdef)
running 1 test
test d ... ok
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s
   Doc-tests agora_token
running 0 tests
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""
UNITTEST = """\
test_a (__main__.X.test_a) ... ok
test_b (__main__.X.test_b) ... FAIL
test_c (__main__.X.test_c) ... skipped 'why'
======================================================================
FAIL: test_b (__main__.X.test_b)
----------------------------------------------------------------------
AssertionError: 1 != 2

----------------------------------------------------------------------
Ran 3 tests in 0.512s

FAILED (failures=1, skipped=1)
"""


TAP = """\
TAP version 13
# Subtest: faults
    # Subtest: is away
    ok 1 - is away
      ---
      duration_ms: 12.5
      ...
    # Subtest: throttles
    not ok 2 - throttles
      ---
      error: 'it does not come to a renewal within 20 s'
      ...
    1..2
not ok 1 - faults
1..1
# tests 4
# suites 1
# pass 2
# fail 1
# cancelled 1
# skipped 0
# duration_ms 1500.0
"""


class Suites(unittest.TestCase):
    def read(self, text: str):
        shown = []
        reading = suites.Reading(lambda *said: shown.append(said))
        progress = [reading.take(piece) for piece in text.split("\n")]
        return reading, shown, [said for said in progress if said]

    def test_libtest_is_read(self):
        reading, shown, progress = self.read(LIBTEST)
        self.assertEqual(shown, [("agora_token (unit tests)", 1, 1, 0.25), ("attacks", 1, 0, 1.0)])
        self.assertEqual((reading.passed, reading.failed), (2, 1))
        self.assertIn("assertion failed", reading.failures)
        self.assertEqual(progress[1], "2 of 2 in agora_token (unit tests): c")

    def test_unittest_is_read(self):
        reading, shown, progress = self.read(UNITTEST)
        self.assertEqual((reading.passed, reading.failed, shown), (1, 1, [("tests", 1, 1, 0.512)]))
        self.assertIn("AssertionError: 1 != 2", reading.failures)
        self.assertEqual(progress[-1], "3 done: test_c")
        reading, shown, _ = self.read("test_a (X) ... ok\n\nRan 1 test in 0.1s\n\nOK\n")
        self.assertEqual((reading.passed, reading.failed), (1, 0))

    def test_node_is_read(self):
        reading, shown, progress = self.read(TAP)
        self.assertEqual((reading.passed, reading.failed, shown), (2, 2, [("tests", 2, 2, 1.5)]))
        self.assertIn("      error: 'it does not come to a renewal within 20 s'", reading.failures)
        self.assertEqual(progress[1], "2 done: throttles")
        reading, shown, _ = self.read("ok 1 - a\n# pass 1\n# fail 0\n# cancelled 0\n# duration_ms 10.5\n")
        self.assertEqual((reading.passed, reading.failed), (1, 0))

    def test_a_suite_that_dies_counts_as_failed(self):
        log, out = io.StringIO(), screen.Screen(io.StringIO(), {})
        with mock.patch.object(suites, "SCREEN", out):
            said = suites.run(suites.Suite("x", [sys.executable, "-c", "import sys; sys.exit('broken')"]), log)
            self.assertEqual(said, (0, 1, ["broken"]))
            self.assertEqual(suites.run(suites.Suite("x", [sys.executable, "-c", ""]), log), (1, 0, []))


class Settings(unittest.TestCase):
    def read(self, text: str):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ".env"
            path.write_text(text)
            return settings.read(path)

    def wrong(self, **values: str) -> list[str]:
        return settings.mistakes({name: settings.Setting(value, ".env, line 1") for name, value in values.items()})

    def test_a_file_is_read(self):
        found, wrong = self.read("# a comment\n\nexport A=1\nB = \"x y\"\nC='z'\nD=a=b\nE=\n")
        self.assertEqual({name: setting.value for name, setting in found.items()},
                         {"A": "1", "B": "x y", "C": "z", "D": "a=b", "E": ""})
        self.assertEqual((wrong, found["B"].where), ([], ".env, line 4"))
        self.assertEqual(settings.read(Path("nowhere/.env")), ({}, []))

    def test_lines_that_are_none_are_named_and_not_shown(self):
        _, wrong = self.read(f"A=1\n{SAMPLE_CERTIFICATE}\nB=\"x\n3C=1\nA=2\n=x\n")
        self.assertEqual(wrong, [
            ".env, line 2: expected NAME=value", ".env, line 3: B: the quote \" is not closed on this line",
            ".env, line 4: expected NAME=value", ".env, line 5: A is set twice; it stands in line 1 too",
            ".env, line 6: expected NAME=value",
        ])

    def test_mistakes_come_in_the_order_of_the_file(self):
        said = [".env, line 10: x", ".env, line 9: y", "the environment: z"]
        self.assertEqual(sorted(said, key=settings.line_number), said[::-1])

    def test_the_environment_wins(self):
        file = {"AGORA_APP_ID": settings.Setting("x", ".env, line 1"), "A": settings.Setting("1", ".env, line 2")}
        held = settings.merge(file, {"AGORA_APP_ID": SAMPLE_APP_ID, "B": ""})
        self.assertEqual(held["AGORA_APP_ID"], (SAMPLE_APP_ID, "the environment"))
        self.assertEqual(set(held), {"AGORA_APP_ID", "A"})

    def test_an_unknown_name_is_answered_with_the_nearest(self):
        def of(name):
            return settings.unknown({name: settings.Setting("x", ".env, line 1")})
        self.assertEqual(of("AGORA_APP_CERTIFCATE"),
                         [".env, line 1: AGORA_APP_CERTIFCATE is unknown; AGORA_APP_CERTIFICATE?"])
        self.assertEqual(of("AGORA_APP_ID") + of("AWS_PROFILE"), [])

    def test_the_names_are_those_that_the_functions_read(self):
        folders = [ROOT / "shared" / "src", *(ROOT / "functions").glob("*/src")]
        sources = [path for folder in folders for path in folder.rglob("*.rs") if "tests" not in path.parts]
        code = [path.read_text() for path in sources]
        # The members of AGORA_JWT_ are listed without it once; all are read by their whole names.
        named = {name for text in code for name in re.findall(r'"(AGORA_[A-Z_]*[A-Z])"', text)}
        self.assertEqual(named, settings.KNOWN)

    def test_what_is_right_passes(self):
        both = {"AGORA_APP_ID": SAMPLE_APP_ID, "AGORA_APP_CERTIFICATE": SAMPLE_CERTIFICATE}
        for more in [
            {"AGORA_API_KEY": "x" * 16}, {"AGORA_POLICY": '{"user":{}}'}, {"AGORA_ANONYMOUS_ACCESS": "closed"},
            {"AGORA_SECRET_TTL_SECONDS": "86400"}, {"AGORA_JWT_ISSUER": "https://a.example", "AGORA_JWT_AUDIENCE": "a"},
            {"AGORA_METRICS_NAMESPACE": "AgoraToken/video-eu.1"}, {},
        ]:
            self.assertEqual(self.wrong(**both, **more), [])
        self.assertEqual(self.wrong(), [])
        self.assertEqual(self.wrong(AGORA_SECRET_ID="agora", AGORA_APP_ID=SAMPLE_APP_ID), [])

    def test_what_is_wrong_is_named_with_its_place_and_rule_and_not_shown(self):
        hexadecimal = "must be the 32 hexadecimal digits that Agora Console shows"
        both = {"AGORA_APP_ID": SAMPLE_APP_ID, "AGORA_APP_CERTIFICATE": SAMPLE_CERTIFICATE}
        bad = "not-to-be-shown"
        for values, said in [
            (both | {"AGORA_APP_ID": bad}, f"AGORA_APP_ID {hexadecimal}; this has 15 characters"),
            (both | {"AGORA_APP_CERTIFICATE": "g" * 32}, f"AGORA_APP_CERTIFICATE {hexadecimal}; this has other"),
            (both | {"AGORA_SECONDARY_CERTIFICATE": f"{bad} # x"}, "(a comment needs a line of its own)"),
            (both | {"AGORA_API_KEY": bad}, "AGORA_API_KEY must be 16 or more visible ASCII characters"),
            (both | {"AGORA_API_KEY": f"{bad} {bad}"}, "AGORA_API_KEY must be 16 or more"),
            (both | {"AGORA_POLICY": bad}, "AGORA_POLICY must be JSON on one line"),
            (both | {"AGORA_POLICY": "[]"}, "AGORA_POLICY must be a JSON object"),
            (both | {"AGORA_ANONYMOUS_ACCESS": bad}, "AGORA_ANONYMOUS_ACCESS must be closed or open"),
            (both | {"AGORA_SECRET_TTL_SECONDS": "0"}, "AGORA_SECRET_TTL_SECONDS must be a whole number of seconds"),
            (both | {"AGORA_METRICS_NAMESPACE": "a:b"}, "AGORA_METRICS_NAMESPACE must be"),
            ({"AGORA_APP_ID": SAMPLE_APP_ID}, "AGORA_APP_ID needs AGORA_APP_CERTIFICATE beside it"),
            ({"AGORA_APP_CERTIFICATE": SAMPLE_CERTIFICATE}, "AGORA_APP_CERTIFICATE needs AGORA_APP_ID beside it"),
            ({"AGORA_WHITEBOARD_ACCESS_KEY": bad}, "needs AGORA_WHITEBOARD_SECRET_KEY beside it"),
            ({"AGORA_JWT_TOKEN_USE": "id"}, "AGORA_JWT_TOKEN_USE needs AGORA_JWT_ISSUER beside it"),
            ({"AGORA_JWT_ISSUER": bad}, "AGORA_JWT_ISSUER needs AGORA_JWT_AUDIENCE beside it"),
        ]:
            [text] = self.wrong(**values)
            self.assertIn(said, text)
            self.assertTrue(text.startswith(".env, line 1: "), text)
            self.assertNotIn(bad, text)


class Alone(unittest.TestCase):
    def test_what_runs_before_anything_is_installed_needs_nothing_that_is(self):
        """`make run` and its like make an environment without packages, and wait for no others."""
        for script in ("run", "console", "routes", "costs", "function"):
            with self.subTest(script):
                # Without the packages of this environment.
                words = [sys.executable, "-IS", "-c", f"import sys; sys.path.insert(0, {str(TOOLS)!r}); import {script}"]
                ran = subprocess.run(words, capture_output=True, text=True)
                self.assertEqual(ran.returncode, 0, ran.stderr)


class Server(unittest.TestCase):
    """`make run` in a terminal of its own."""

    def start(self, **env: str) -> None:
        own = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "LOG", "NO_COLOR")
        kept = {name: value for name, value in os.environ.items()
                if name not in own and not name.startswith("AGORA_")}
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            os.chdir(ROOT)
            heard()
            os.execvpe("make", ["make", "run"], kept | {"TERM": "xterm"} | env)
        self.seen = ""
        self.addCleanup(self.kill, self.pid, self.terminal)

    def kill(self, pid: int, terminal: int) -> None:
        """Leaves nothing of a run that did not end."""
        os.close(terminal)
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                for left in [*descendants(pid), pid]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(left, signal.SIGKILL)
                os.waitpid(pid, 0)

    def wait_for(self, pattern: str, seconds: float) -> re.Match:
        """What the screen shows, once it does."""
        until = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            self.assertGreater(until, time.monotonic(), f"no {pattern!r} in:\n{self.seen}")
            if select.select([self.terminal], [], [], 1)[0]:
                try:
                    self.seen += screen.ESCAPES.sub("", os.read(self.terminal, 65536).decode(errors="replace"))
                except OSError:
                    self.fail(f"it ended without {pattern!r}:\n{self.seen}")
        return found

    def status(self) -> int:
        """How it ends, within a while."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if select.select([self.terminal], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):
                    self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        left = subprocess.run(["ps", "-A", "-o", "pid,ppid,pgid,stat,wchan:24,args"], capture_output=True, text=True)
        self.fail(f"it does not end:\n{self.seen}\n{left.stdout}")

    def test_it_serves_shows_requests_and_ends_quietly(self):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        self.start(PORT=str(port), AGORA_ANONYMOUS_ACCESS="open", AGORA_APP_ID=SAMPLE_APP_ID,
                   AGORA_APP_CERTIFICATE=SAMPLE_CERTIFICATE)
        # On a machine that has built nothing yet, it builds.
        self.wait_for("Ctrl-C ends", 1800)
        self.assertIn(f"http://{HOST}:{port}", self.seen)
        status, text = run.call(port, "GET", "/v1/rtc?channelName=demo&uid=7")
        self.assertEqual((status, json.loads(text)["token"][:3]), (200, "007"))
        self.wait_for(r"\d\d:\d\d:\d\d 200 GET  /v1/rtc +anonymous rtc demo 7", 30)
        for _ in range(20):
            status, text = run.call(port, "GET", "/nowhere")
            self.assertEqual((status, json.loads(text)["code"]), (404, "route_unknown"))
        self.wait_for(r"404 GET  /nowhere", 30)
        status, text = run.call(port, "GET", "/openapi.json")
        self.assertEqual((status, json.loads(text)), (200, json.loads((ROOT / "docs/openapi.json").read_text())))
        self.assertNotIn('{"level"', self.seen)
        log = [json.loads(line) for line in (ROOT / "target" / "run" / f"{port}.log").read_text().splitlines()
               if line.startswith("{")]
        audited = [line for line in log if line.get("type") == "audit"]
        self.assertIn("GET /v1/rtc", [line.get("route") for line in audited])
        self.assertIn(("GET", "/nowhere"), [(line.get("method"), line.get("path")) for line in audited])
        below = descendants(self.pid)
        self.assertGreater(len(below), 12)
        os.write(self.terminal, b"\x03")
        self.assertEqual(self.status(), 0, self.seen)
        self.assertEqual([word for word in ("Error", "error", "Traceback", "INFO") if word in self.seen], [])
        for pid in below:
            with self.assertRaises(ProcessLookupError):
                os.kill(pid, 0)
        self.assertIsNone(run.free(port))

    def test_a_wrong_setting_is_said_before_anything_is_built(self):
        self.start(AGORA_APP_ID="0123", AGORA_APP_CERTIFICATE=SAMPLE_CERTIFICATE, PORT="0")
        self.assertEqual(self.status(), 2)
        self.assertIn("PORT is a number from 1 to 65535", self.seen)
        self.start(AGORA_APP_ID="0123", AGORA_APP_CERTIFICATE=SAMPLE_CERTIFICATE, PORT="49151")
        self.assertEqual(self.status(), 2)
        self.assertIn("the environment: AGORA_APP_ID must be the 32 hexadecimal digits", self.seen)
        self.assertIn("error: 1 setting is wrong, so nothing was built", self.seen)
        self.assertNotIn("Building", self.seen)

    def test_a_taken_port_is_answered_with_another(self):
        with socket.socket() as taken:
            taken.bind((HOST, 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.start(PORT=str(port))
            self.assertEqual(self.status(), 2)
        said = self.wait_for(rf"port {port}: address already in use; try: make run PORT=(\d+)", 1)
        self.assertIsNone(run.free(int(said[1])))


if __name__ == "__main__":
    unittest.main(verbosity=2)
