"""Writes the function of a kind of token: NAME is the last part of its route, GRANT its type in `shared/src/grant/`.

TITLE is how a person calls it. Everything that is listed with it is written too; `make routes` writes the rest.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from repository import ROOT, packages
from script import say, stop

DEPENDENCIES = "# The functions' own lists of routes; `make function` adds to them.\n"


def written(name: str, grant: str, title: str) -> dict[Path, str]:
    """The files of a function, and those that list the functions."""
    folder = ROOT / "functions" / name
    logical_id = "" if grant == name.capitalize() else f"""
# What its resources in the template are called: the default is the name with a capital.
[package.metadata.template]
logical-id = "{grant}"
"""
    names = sorted({*packages(), name})
    manifest = ROOT / "tools/contract/Cargo.toml"
    before, _, after = manifest.read_text().partition(DEPENDENCIES)
    dependencies = "".join(f'{one} = {{ path = "../../functions/{one}" }}\n' for one in names)
    lists = "".join(f'        ("{one}", {one}::routes()),\n' for one in names)
    return {
        folder / "Cargo.toml": f"""\
[package]
name = "{name}"
description = "{title} tokens: /v1/{name}."
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[dependencies]
agora-token = {{ workspace = true, features = ["lambda"] }}
{logical_id}
[lints]
workspace = true
""",
        folder / "src/lib.rs": f"""\
//! {title} tokens: `/v1/{name}`.

use agora_token::grant::{grant};
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {{
    Routes::new().api::<{grant}>("/v1/{name}")
}}
""",
        folder / "src/main.rs": f"""\
//! The function `{name}` as AWS Lambda starts it.

use std::process::ExitCode;

fn main() -> ExitCode {{
    agora_token::http::run({name}::routes())
}}
""",
        manifest: before + DEPENDENCIES + dependencies + re.sub(r"\A(?:\w+ = .*\n)*", "", after),
        ROOT / "tools/contract/src/functions.rs": f"""\
//! The functions' own lists of routes. `make function` writes this file.

use agora_token::http::Routes;

/// Each function by its name.
#[must_use]
pub fn all() -> Vec<(&'static str, Routes)> {{
    vec![
{lists}    ]
}}
""",
    }


def main() -> None:
    name, grant, title = (os.environ.get(variable, "") for variable in ("NAME", "GRANT", "TITLE"))
    if not re.fullmatch(r"[a-z][a-z0-9]*", name) or not re.fullmatch(r"[A-Z]\w*", grant) or not title:
        stop('say which: make function NAME=stt GRANT=Stt TITLE="Speech-to-text"')
    if name in packages():
        stop(f"there is a function {name}")
    files = written(name, grant, title)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    # Cargo.lock lists it too.
    subprocess.run(["cargo", "update", "--workspace", "--offline", "--quiet"], cwd=ROOT, check=True)
    say(f"Written: {', '.join(str(path.relative_to(ROOT)) for path in files)}; now `make routes`")


if __name__ == "__main__":
    main()
