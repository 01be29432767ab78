"""Holds the released command line to what its page says: a program that runs alone, with its pages beside it."""

from __future__ import annotations

import json
import platform
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))

import binaries
import package
from repository import SAMPLE_APP_ID, SAMPLE_CERTIFICATE, tool_env

NATIVE = f"{platform.machine()}-unknown-linux-musl"


class Binaries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def test_the_native_one_runs_alone(self):
        if NATIVE not in binaries.TARGETS:
            self.skipTest(f"there is none for {NATIVE}")
        # As it is released, but for the time that optimising takes.
        binaries.add_targets([NATIVE])
        built = binaries.build([NATIVE], tool_env(), "dev")
        archive = self.folder / f"agora-token-{package.version()}-{NATIVE}.zip"
        binaries.pack(built[NATIVE], binaries.pages(tool_env()), archive)
        subprocess.run([sys.executable, "-m", "zipfile", "-e", archive, self.folder], check=True)
        root = self.folder / archive.stem

        program = root / "agora-token"
        program.chmod(0o755)
        # No shared library, and no loader of any distribution.
        self.assertNotIn(b"/lib/ld-", program.read_bytes())
        env = {"AGORA_APP_ID": SAMPLE_APP_ID, "AGORA_APP_CERTIFICATE": SAMPLE_CERTIFICATE}

        def said(*words: str) -> str:
            return subprocess.run([program, *words], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

        self.assertIn(package.version(), said("--version"))
        token = json.loads(said("mint", "rtc", "--channelName", "demo", "--uid", "7", "--json"))["token"]
        self.assertTrue(token.startswith("007"))

        files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        self.assertLessEqual(
            {"LICENSE", "man/agora-token.1", "man/agora-token-mint.1", "completions/agora-token.bash",
             "completions/_agora-token", "completions/agora-token.fish", "completions/_agora-token.ps1"}, files)
        self.assertEqual((root / "completions/agora-token.bash").read_text(), said("completions", "bash"))

    def test_an_archive_says_nothing_of_when_and_where(self):
        made = []
        for name in ("one", "two"):
            program = self.folder / name / "agora-token.exe"
            program.parent.mkdir()
            program.write_bytes(b"MZ")
            archive = self.folder / name / "agora-token-1.2.3-x86_64-pc-windows-gnu.zip"
            binaries.pack(program, {"LICENSE": b"licence"}, archive)
            made.append(archive.read_bytes())
            with zipfile.ZipFile(archive) as file:
                modes = {entry.filename.partition("/")[2]: entry.external_attr >> 16 for entry in file.infolist()}
            self.assertEqual(modes, {"agora-token.exe": 0o100755, "LICENSE": 0o100644})
        self.assertEqual(*made)

    def test_a_program_for_another_machine_is_not_packed(self):
        def macos(oldest: int) -> bytes:
            """The command `LC_BUILD_VERSION` of a program for macOS."""
            return struct.pack("<4I", 0x32, 24, 1, oldest << 16)

        heads = {
            "x86_64-unknown-linux-musl": b"\x7fELF".ljust(18, b"\0") + b"\x3e\0",
            "aarch64-unknown-linux-musl": b"\x7fELF".ljust(18, b"\0") + b"\xb7\0",
            "x86_64-pc-windows-gnu": b"MZ".ljust(60, b"\0") + b"\x40\0\0\0PE\0\0\x64\x86",
            "x86_64-apple-darwin": b"\xcf\xfa\xed\xfe\x07\0\0\x01" + macos(11),
            "aarch64-apple-darwin": b"\xcf\xfa\xed\xfe\x0c\0\0\x01" + macos(11),
        }
        self.assertEqual(set(heads), set(binaries.TARGETS))
        program = self.folder / "program"
        for target in heads:
            for made_for, head in heads.items():
                program.write_bytes(head.ljust(128, b"\0"))
                if made_for == target:
                    binaries.check_machine(program, target)
                else:
                    with self.assertRaises(SystemExit, msg=f"{made_for} as {target}"):
                        binaries.check_machine(program, target)
        # Nor one that older systems would not run.
        program.write_bytes((b"\xcf\xfa\xed\xfe\x0c\0\0\x01" + macos(15)).ljust(128, b"\0"))
        with self.assertRaises(SystemExit):
            binaries.check_machine(program, "aarch64-apple-darwin")


if __name__ == "__main__":
    unittest.main(verbosity=2)
