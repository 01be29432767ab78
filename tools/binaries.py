"""Packs the command line for other systems, beside what `make package` packed.

    dist/VERSION/agora-token-VERSION-TARGET.zip    the program, completions, manual pages, licence

zig links for every system, so one machine builds for all. The same sources, toolchain and tools make the same
bytes. TARGETS="x86_64-unknown-linux-musl ..." names some of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import package
from repository import ROOT, run, tool_env
from script import Failed, say, stop

# What a program for each begins with, and where in it the machine stands, as little-endian bytes.
LINUX, WINDOWS, MAC = b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe"
TARGETS = {
    "x86_64-unknown-linux-musl": (LINUX, b"\x3e\x00"),
    "aarch64-unknown-linux-musl": (LINUX, b"\xb7\x00"),
    "x86_64-pc-windows-gnu": (WINDOWS, b"\x64\x86"),
    "x86_64-apple-darwin": (MAC, b"\x07\x00\x00\x01"),
    "aarch64-apple-darwin": (MAC, b"\x0c\x00\x00\x01"),
}
# The oldest macOS that a program says it runs on, the first for Apple silicon: zig's own choice is a much newer
# one. It stands behind the number of the system, as little-endian bytes.
OLDEST_MACOS = 11
MADE_FOR_MACOS = b"\x01\0\0\0\0\0" + OLDEST_MACOS.to_bytes(2, "little")
SHELLS = {
    "bash": "agora-token.bash", "fish": "agora-token.fish", "powershell": "_agora-token.ps1", "zsh": "_agora-token",
}


def targets() -> list[str]:
    """Which ones were asked for."""
    named = os.environ.get("TARGETS", " ".join(TARGETS)).split()
    if not named or set(named) - set(TARGETS):
        stop(f"TARGETS names some of {', '.join(TARGETS)}")
    return named


def program(target: str) -> str:
    return "agora-token.exe" if "windows" in target else "agora-token"


def check_machine(binary: Path, target: str) -> None:
    """Stops where a program is for another system or machine than it was asked for."""
    system, machine = TARGETS[target]
    head = binary.read_bytes()[:4096]
    at = {LINUX: 18, MAC: 4, WINDOWS: int.from_bytes(head[60:64], "little") + 4}[system]
    if not head.startswith(system) or not head[at:].startswith(machine):
        stop(f"{binary.name} was not built for {target}")
    if system == MAC and MADE_FOR_MACOS not in head:
        stop(f"{binary.name} was not built for macOS {OLDEST_MACOS}")


def build(wanted: list[str], env: dict[str, str], profile: str = "release") -> dict[str, Path]:
    """The program for each target."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    flags = [f"--remap-path-prefix={ROOT}=/agora-token", f"--remap-path-prefix={home}=/cargo"]
    folder = Path(env.get("CARGO_TARGET_DIR") or ROOT / "target").resolve() / "package"
    env = env | {"CARGO_TARGET_DIR": str(folder), "RUSTFLAGS": " ".join(flags), "MACOSX_DEPLOYMENT_TARGET": f"{OLDEST_MACOS}.0"}
    command = ["cargo", "zigbuild", "-p", "agora-token-cli", "--locked", "--profile", profile]
    run([*command, *(word for target in wanted for word in ("--target", target))], env)
    built = {target: folder / target / ("debug" if profile == "dev" else profile) / program(target) for target in wanted}
    for target, binary in built.items():
        check_machine(binary, target)
    return built


def pages(env: dict[str, str]) -> dict[str, bytes]:
    """What stands beside the program: completions and manual pages, as the program of this machine writes
    them, and the licence."""
    command = ["cargo", "run", "--quiet", "--locked", "-p", "agora-token-cli", "--"]

    def told(*words: str) -> bytes:
        return subprocess.run([*command, *words], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout

    found = {f"completions/{file}": told("completions", shell) for shell, file in SHELLS.items()}
    with tempfile.TemporaryDirectory() as folder:
        told("man", folder)
        found |= {f"man/{page.name}": page.read_bytes() for page in sorted(Path(folder).iterdir())}
    return found | {"LICENSE": (ROOT / "LICENSE").read_bytes()}


def pack(binary: Path, beside: dict[str, bytes], archive: Path) -> None:
    """A zip with one folder."""
    files = {binary.name: binary.read_bytes(), **beside}
    within = {f"{archive.stem}/{name}": content for name, content in files.items()}
    package.write_zip(archive, within, f"{archive.stem}/{binary.name}")


def add_targets(wanted: list[str]) -> None:
    """The standard library for each. Toolchains that come without rustup bring it, or cannot."""
    if shutil.which("rustup"):
        subprocess.run(["rustup", "target", "add", *wanted], check=True)


def main() -> None:
    wanted, env = targets(), tool_env()
    folder = ROOT / "dist" / package.version()
    add_targets(wanted)
    try:
        built, beside = build(wanted, env), pages(env)
    except (Failed, subprocess.CalledProcessError) as error:
        stop(str(error))
    for target, binary in built.items():
        archive = folder / f"agora-token-{package.version()}-{target}.zip"
        pack(binary, beside, archive)
        say(f"  {target:<28} {binary.stat().st_size / 1e6:5.2f} MB, zipped {archive.stat().st_size / 1e6:.2f} MB")
    package.complete(folder, env)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
