"""Holds the OpenAPI document against those who read it, and the functions against the document.

EXAMPLES says how many requests an operation is sent beside those that its limits ask for; SEED says which.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tools")]

import changes
from repository import TOOLS

DOCUMENT = ROOT / "docs/openapi.json"
HERE = Path(__file__).resolve().parent
NODE = TOOLS / "contract/node_modules/.bin"
SCHEMATHESIS = TOOLS / "contract/python/bin/schemathesis"

# What is held against each answer: no 5xx; a status, a media type, headers and a body as documented; and no
# token for a request that the document forbids.
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection",
)


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Runs a tool that has nothing to complain of; its output otherwise fails the test."""
    env = os.environ | {"NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


class Readers(unittest.TestCase):
    def test_redocly_finds_no_error(self):
        run(NODE / "redocly", "lint", DOCUMENT, "--config", HERE / "redocly.yaml")

    def test_spectral_finds_no_error(self):
        run(NODE / "spectral", "lint", DOCUMENT, "--ruleset", HERE / "spectral.yaml", "--fail-severity", "error")

    def test_its_types_are_good_for_a_program(self):
        with tempfile.TemporaryDirectory() as folder:
            for file in (HERE / "call.ts", ROOT / "clients/web/src/types.ts"):
                (Path(folder) / file.name).write_text(file.read_text())
            run(NODE / "openapi-typescript", DOCUMENT, "--output", Path(folder) / "openapi.d.ts")
            run(NODE / "tsc", "--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "call.ts",
                cwd=Path(folder))


class Functions(unittest.TestCase):
    def test_they_answer_as_it_says(self):
        """Random requests, good and bad, are answered as the document says."""
        examples, seed = os.environ.get("EXAMPLES") or "20", os.environ.get("SEED") or "1"
        if seed == "random":
            seed = str(random.randrange(2**32))
        binaries = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug"
        run("cargo", "build", "--locked", "--quiet", "--workspace", "--bins")
        with subprocess.Popen([binaries / "service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
            told = json.loads(service.stdout.readline())
            output = run(
                SCHEMATHESIS, "run", DOCUMENT, "--url", told["open"], "--header", f"x-api-key: {told['apiKey']}",
                "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--continue-on-failure",
                # One worker: threads that parse at the same time trip over a flaw of Python 3.11.
                "--max-examples", examples, "--seed", seed, "--workers", "1", "--no-color",
                cwd=ROOT / "target",
            )
            service.stdin.close()
        [cases] = re.findall(r"(\d+) generated", output)
        print(f"{cases} requests by seed {seed}", file=sys.stderr)
        self.assertGreater(int(cases), 5000)


class Changes(unittest.TestCase):
    """The tool that names what breaks clients."""

    def named(self, change) -> list[str]:
        before = json.loads(DOCUMENT.read_text())
        after = json.loads(DOCUMENT.read_text())
        change(after)
        return changes.breaking(before, after)

    def test_nothing_breaks_where_nothing_changes(self):
        self.assertEqual(self.named(lambda after: None), [])

    def test_what_is_added_breaks_nothing(self):
        def add(after):
            after["paths"]["/v2/rtc"] = {"get": {"responses": {}}}
            after["components"]["schemas"]["RtcRequest"]["properties"]["more"] = {"type": "string"}
            after["components"]["schemas"]["RtcAnswer"]["properties"]["more"] = {"type": "string"}
        self.assertEqual(self.named(add), [])

    def test_what_is_taken_away_is_named(self):
        def take(after):
            del after["paths"]["/v1/fpa"]
            del after["paths"]["/v1/rtm"]["get"]
            schemas = after["components"]["schemas"]
            del schemas["RtcRequest"]["properties"]["channel"]
            schemas["RtcRequest"]["required"] = ["uid"]
            schemas["Problem"]["properties"]["code"]["enum"].remove("denied_channel")
            schemas["RtcAnswer"]["required"].remove("expiresAt")
            schemas["RtcRole"]["anyOf"][0]["enum"].remove("host")
            schemas["Lifetime"]["anyOf"][0]["maximum"] = 3600
        told = "\n".join(self.named(take))
        for one in (
            "/v1/fpa: the path is gone", "GET /v1/rtm: the method is gone", "RtcRequest.channel: the parameter is gone",
            "RtcRequest.uid: it is required", "Problem.code: `denied_channel` is no longer", "RtcAnswer.expiresAt: it is no longer",
            "RtcRole: `host` is no longer", "Lifetime: the maximum",
        ):
            self.assertIn(one, told)


if __name__ == "__main__":
    unittest.main(verbosity=2)
