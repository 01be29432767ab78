"""Builds `console/explain.wasm`, with which the console explains tokens in the browser.

The console works without it: then it asks the service. So where the Rust toolchain cannot build for WebAssembly,
this says so and is done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from repository import ROOT, TOOLS, tool_env
from script import say

TARGET = "wasm32-unknown-unknown"
MODULE = ROOT / "console" / "explain.wasm"

# Makes the module a tenth smaller, where it is installed (`.venv/npm.stamp`): `make run` does without.
WASM_OPT = TOOLS / "npm/node_modules/binaryen/bin/wasm-opt"
# What the compiler uses of WebAssembly beyond its first version.
FEATURES = ("bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext")


def has_target() -> bool:
    """Whether the toolchain has the standard library for WebAssembly; rustup is asked for it if need be."""
    def there() -> bool:
        shown = subprocess.run(["rustc", "--print", "target-libdir", "--target", TARGET],
                               cwd=ROOT, env=tool_env(), capture_output=True, text=True)
        return shown.returncode == 0 and Path(shown.stdout.strip()).is_dir()
    if not there() and shutil.which("rustup"):
        say(f"Adding the target {TARGET} to the Rust toolchain (once)")
        subprocess.run(["rustup", "--quiet", "target", "add", TARGET], cwd=ROOT, env=tool_env())
    return there()


def build() -> Path:
    """The built module. Messages in it name files, and not the folders of this machine."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    # The rounds of SHA-256 as a loop: a token is hashed once or twice.
    flags = f'--remap-path-prefix={home}=cargo --remap-path-prefix={ROOT}=. --cfg sha2_backend_soft="compact"'
    command = ["cargo", "build", "--quiet", "--locked", "--profile", "console", "-p", "console-explain", "--target", TARGET]
    subprocess.run(command, cwd=ROOT, check=True, env=tool_env(CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=flags))
    target = Path(os.environ.get("CARGO_TARGET_DIR") or "target")
    built = ROOT / target / TARGET / "console" / "console_explain.wasm"
    if not WASM_OPT.exists() or not shutil.which("node"):
        return built
    smaller = built.with_suffix(".small.wasm")
    features = [f"--enable-{feature}" for feature in FEATURES]
    subprocess.run(["node", WASM_OPT, "-Oz", *features, built, "-o", smaller], cwd=ROOT, check=True)
    return smaller


def main() -> None:
    if not has_target():
        say(f"The Rust toolchain has no {TARGET}: the console explains tokens by asking the service")
        return
    built = build()
    if not MODULE.exists() or MODULE.read_bytes() != built.read_bytes():
        shutil.copyfile(built, MODULE)
        say(f"Written: {MODULE.relative_to(ROOT)}, {MODULE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
