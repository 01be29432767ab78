"""Where what is deployed comes from: here a clone, which builds it.

A release has it, and brings deployer/source.py in place of this, with the same names. All else that deploys, and
changes what is deployed, knows neither.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import costs
from repository import ROOT, TEMPLATE, packages, parsed, run, tool_env
from rollout import roll_out
from script import USAGE, say, stop

BUILD_DIR = ROOT / ".aws-sam" / "build"
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}


def command(name: str) -> str:
    """How a person calls one of the scripts."""
    return f"make {name}"


def documentation(place: str) -> str:
    """Where a page or a file of the documentation is."""
    return f"docs/{place}"


def tools() -> None:
    """Stops where something is missing that builds the functions."""
    missing = [name for name in ("cargo", "cc") if not shutil.which(name)]
    if missing:
        stop(
            f"{' and '.join(missing)} cannot be found, and the functions are built here. Rust comes from "
            "https://rustup.rs, a C compiler with the system (Debian: apt-get install gcc). A release deploys without "
            f"either: {documentation('deployment.md#without-rust')}", USAGE)


def template() -> dict:
    """The template, before anything is built."""
    return parsed(TEMPLATE)


def functions() -> dict[str, str]:
    """Each function by name, with its logical id in the template."""
    folders = {
        resource["Properties"]["CodeUri"]: name for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return {name: folders[folder.relative_to(ROOT).as_posix()] for name, folder in packages().items()}


def deployer_policy() -> dict:
    """The IAM policy with what whoever deploys needs."""
    return json.loads((ROOT / "docs" / "deployer-policy.json").read_text())


def price() -> float:
    """What a million tokens cost, in US dollars."""
    return costs.total()


def checker() -> list[str]:
    """The command line, which has the functions' own parser."""
    words = ["cargo", "run", "--quiet", "--locked", "--package", "agora-token-cli"]
    say(f"$ {' '.join(words)} -- check  (compiles it the first time, in a minute or two)")
    return [*words, "--manifest-path", str(ROOT / "Cargo.toml"), "--"]


def environment(**extra: str) -> dict[str, str]:
    """What the programs are given that are run from here. None has business with the certificate."""
    return {name: value for name, value in tool_env(**extra).items() if name != "APP_CERTIFICATE"}


def bucket(account: str, region: str) -> str:
    """What the code is uploaded to, in words."""
    return "for SAM's uploads a bucket, once for each account and region"


def check_machine(binary: Path, architecture: str) -> None:
    """Stops where a binary is for another machine than it was asked for."""
    head = binary.read_bytes()[:20]
    if head[:4] != b"\x7fELF" or int.from_bytes(head[18:20], "little") != MACHINES[architecture]:
        stop(f"{binary.parent.name} was not built for Linux on {architecture}; build it on such a machine")


def build(architecture: str, env: dict[str, str], account: str = "") -> None:
    """`sam build`, and a look at whether what came out is what was asked for."""
    run(
        ["sam", "build", "--template-file", str(TEMPLATE), "--build-dir", str(BUILD_DIR)]
        + ["--parameter-overrides", f"Architecture={architecture}"],
        env,
    )
    for binary in BUILD_DIR.glob("*/bootstrap"):
        check_machine(binary, architecture)


def prepare(rollout: str, values: dict[str, str], kept_ready: dict[str, str] | None = None) -> None:
    """Changes the built template as `rollout` asks, and keeps processes ready."""
    if rollout != "at-once":
        built = BUILD_DIR / "template.yaml"
        made, ids = parsed(built), functions()
        roll_out(made, rollout, values, lambda name: (BUILD_DIR / name / "bootstrap").read_bytes(),
                 {ids[name]: number for name, number in (kept_ready or {}).items()})
        # JSON is YAML too.
        built.write_text(json.dumps(made, indent=1))


def deploy(
    stack: str, parameters: dict[str, str], env: dict[str, str], tags: dict[str, str] | None = None
) -> None:
    """`sam deploy` of what was built. A parameter that is not named keeps the value it has."""
    # By file (JSON is YAML), so that the certificate is in no process list.
    handle, name = tempfile.mkstemp(suffix=".yaml")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(parameters, file)
        words = ["sam", "deploy", "--template-file", str(BUILD_DIR / "template.yaml"), "--stack-name", stack]
        words += ["--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
        words += ["--no-fail-on-empty-changeset", "--no-progressbar"]
        if parameters:
            words += ["--parameter-overrides", f"file://{name}"]
        if tags:
            words += ["--tags", *(f"{key}={value}" for key, value in tags.items())]
        run(words, env)
    finally:
        os.unlink(name)
