"""Adds to what `make package` packed what a release has besides: the web client, bills of materials and notes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import package
from repository import ROOT, packages, run, tool_env
from script import Failed, say, stop


def bills(folder: Path, env: dict[str, str]) -> None:
    """A CycloneDX document for each function: every crate in it, by version, licence and checksum."""
    # One run writes one beside every manifest of the workspace, and knows no other place.
    name = "bill-of-materials"
    try:
        run(
            ["cargo", "cyclonedx", "--quiet", "--format", "json", "--spec-version", "1.5", "--target", "all"]
            + ["--override-filename", name], env,
        )
        for function, source in packages().items():
            # Neither when nor where it was written.
            bill = json.loads((source / f"{name}.json").read_text().replace(str(ROOT), "/agora-token"))
            bill.pop("serialNumber", None)
            bill["metadata"].pop("timestamp", None)
            (folder / f"{function}.cdx.json").write_text(json.dumps(bill, indent=1) + "\n")
    finally:
        for place in [*(ROOT / name for name in ("shared", "cli", "tests", "tests/wasm")), *packages().values()]:
            (place / f"{name}.json").unlink(missing_ok=True)


def client(folder: Path, env: dict[str, str]) -> None:
    """The npm package of the web client, as `npm publish` takes it."""
    run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), str(ROOT / "clients" / "web")], env,
    )


def notes() -> str:
    """What the changelog says of this version, or of what is unreleased."""
    text = (ROOT / "CHANGELOG.md").read_text()
    for title in (package.version(), "Unreleased"):
        found = re.search(rf"^## \[?{re.escape(title)}\b.*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        if found:
            return found[1].strip() + "\n"
    stop("CHANGELOG.md says nothing of this version")


def main() -> None:
    folder = ROOT / "dist" / package.version()
    if not folder.is_dir():
        stop("nothing is packed; make package")
    try:
        bills(folder, tool_env())
        client(folder, tool_env())
    except Failed as error:
        stop(str(error))
    (folder.parent / "notes.md").write_text(notes())
    package.write_checksums(folder)
    say(f"The release is in {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
