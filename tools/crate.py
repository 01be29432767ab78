"""Checks what crates.io gets: the crate `agora-token`, and the command line that is built on it.

Without arguments, in seconds and without the network: the oldest Rust that its manifest names, what its page
says of its size, the licences and sources of every dependency, and that both can be packed. With `all`, also
its documentation with each feature, a build with the oldest Rust, and a dry run of the publication, which
builds what was packed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

from repository import ROOT, tool_env
from script import say, stop

# Which Rust a feature needs: the crate's own, or that of the workspace, which the AWS SDK drives.
FEATURES = {"": "crate", "explain": "crate", "rooms": "crate", "lambda": "workspace"}
README = ROOT / "shared" / "README.md"
LOCKED = ["--locked", "--offline"]


def cargo(*words: str, **extra: str) -> str:
    """What cargo prints; its complaints are shown."""
    ran = subprocess.run(["cargo", *words], cwd=ROOT, env=tool_env(**extra), stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        stop(f"cargo {' '.join(words)} failed")
    return ran.stdout


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def tree(features: str) -> set[tuple[str, str]]:
    """Name and version of each crate that the crate is built from, itself among them."""
    lines = cargo("tree", "-p", "agora-token", "--edges", "normal", "--prefix", "none", "--format", "{p}",
                  "--target", "all", "--no-default-features", "--features", features, *LOCKED).splitlines()
    return {(name, version.removeprefix("v")) for name, version, *_ in (line.split() for line in lines if line)}


def check_rust_versions() -> None:
    """No dependency needs a newer Rust than the manifests say. That our own code doesn't is for clippy's
    `incompatible_msrv`, which reads the manifest, too."""
    packages = json.loads(cargo("metadata", "--format-version", "1", *LOCKED))["packages"]
    needs = {(package["name"], package["version"]): package["rust_version"] for package in packages}
    own = {name: rust for (name, _), rust in needs.items() if name in ("agora-token", "agora-token-cli")}
    stated = {"crate": own["agora-token"], "workspace": own["agora-token-cli"]}
    for features, whose in FEATURES.items():
        crates = [(needs[crate] or "0", crate[0]) for crate in tree(features) if crate[0] != "agora-token"]
        newest = max(crates, key=lambda crate: number(crate[0]))
        if number(newest[0]) > number(stated[whose]):
            stop(f"{newest[1]}, in the feature `{features or 'none'}`, needs Rust {newest[0]}, "
                 f"and the {whose} says {stated[whose]}")
        say(f"  {features or 'no feature':<10} takes Rust {newest[0]} ({newest[1]}); stated is {stated[whose]}")
    if f"Rust {stated['crate']} or newer" not in README.read_text():
        stop(f"{README.relative_to(ROOT)} does not name Rust {stated['crate']}")


def check_oldest_rust() -> None:
    """The Rust that the manifest names builds it. rustup fetches that once."""
    oldest = tomllib.loads((ROOT / "shared" / "Cargo.toml").read_text())["package"]["rust-version"]
    if not shutil.which("rustup"):
        say(f"Without rustup, Rust {oldest} is not tried")
        return
    subprocess.run(["rustup", "toolchain", "install", "--profile", "minimal", "--no-self-update", oldest],
                   env=tool_env(), check=True, capture_output=True)
    for features in [features for features, whose in FEATURES.items() if whose == "crate"]:
        say(f"Rust {oldest}, {features or 'no feature'}")
        cargo(f"+{oldest}", "check", "-p", "agora-token", "--quiet", "--no-default-features", "--features", features,
              "--locked", "--target-dir", "target/oldest-rust")


def check_counts() -> None:
    """How many crates each feature brings is as the crate's page says."""
    for features in ("", "explain"):
        crates = {name for name, _ in tree(features)} - {"agora-token"}
        row = re.search(rf"^\| {f'`{features}`' if features else 'none'} \|.*\| (\d+) \|$", README.read_text(), re.M)
        if not row or int(row[1]) != len(crates):
            stop(f"{README.relative_to(ROOT)} says {row[1] if row else 'nothing'} of the crates in the feature "
                 f"`{features or 'none'}`; there are {len(crates)}")


def main() -> None:
    # Those of other systems, too; what is here is not asked for again.
    cargo("fetch", "--locked", "--quiet")
    say("The crate, its dependencies and their licences:")
    check_rust_versions()
    check_counts()
    cargo("deny", "--offline", "--locked", "--log-level", "error", "check", "licenses", "bans", "sources")
    cargo("package", "-p", "agora-token", "-p", "agora-token-cli", "--no-verify", "--allow-dirty", "--quiet", *LOCKED)
    if sys.argv[1:] != ["all"]:
        return
    for features in FEATURES:
        say(f"Documentation, {features or 'no feature'}")
        flags = f"{os.environ.get('RUSTDOCFLAGS', '')} -D warnings".strip()
        cargo("doc", "-p", "agora-token", "--no-deps", "--quiet", "--no-default-features", "--features", features,
              "--locked", RUSTDOCFLAGS=flags)
    check_oldest_rust()
    say("A dry run of the publication")
    cargo("publish", "--workspace", "--dry-run", "--allow-dirty", "--quiet", "--locked")


if __name__ == "__main__":
    main()
