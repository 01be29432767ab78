"""Deploys to AWS: asks what it must, says what it will create, builds, deploys, shows a first call.

Questions are asked when a stack is created. Later runs keep what the stack has; a parameter changes
only when it is named: PARAMETERS="AllowedOrigins=https://app.example.com LogRetentionDays=90".

It does not use `sam deploy --guided`: that asks for the certificate again at every deployment, and
one typed in another letter case would make CloudFormation generate the secret, API key and all, anew.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import signal
import subprocess
import tempfile
from pathlib import Path

import boto3
import botocore.exceptions

from house import ROOT, TEMPLATE, end, packages, say, stop, tool_env

QUIET = False
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}


def build(architecture: str, build_dir: Path, env: dict[str, str]) -> None:
    """`sam build`, and a look at whether what came out is what was asked for."""
    run(
        ["sam", "build", "--template-file", str(TEMPLATE), "--build-dir", str(build_dir)]
        + ["--parameter-overrides", f"Architecture={architecture}"],
        env,
    )
    for binary in build_dir.glob("*/bootstrap"):
        head = binary.read_bytes()[:20]
        if head[:4] != b"\x7fELF" or int.from_bytes(head[18:20], "little") != MACHINES[architecture]:
            stop(f"{binary.parent.name} was not built for Linux on {architecture}; build it on such a machine")


def deploy(stack: str, parameters: dict[str, str], build_dir: Path, env: dict[str, str]) -> None:
    """`sam deploy` of what was built. A parameter that is not named keeps the value it has."""
    # By file (JSON is YAML), so that the certificate is in no process list.
    handle, name = tempfile.mkstemp(suffix=".yaml")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(parameters, file)
        command = ["sam", "deploy", "--template-file", str(build_dir / "template.yaml"), "--stack-name", stack]
        command += ["--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
        command += ["--no-fail-on-empty-changeset", "--no-progressbar"]
        if parameters:
            command += ["--parameter-overrides", f"file://{name}"]
        run(command, env)
    finally:
        os.unlink(name)


def outputs(stack: str, session: boto3.Session) -> dict[str, str]:
    """The outputs of a stack."""
    [described] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def run(command: list[str], env: dict[str, str]) -> None:
    """Runs a command of the repository's own tools; `QUIET` keeps its output for when it fails."""
    say(f"$ {' '.join(word.replace(str(ROOT) + '/', '') for word in command)}")
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if QUIET else {}
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True, **kept
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        # An interrupt has to reach the compilers below SAM too.
        end(process, signal.SIGINT)
        raise
    if process.returncode:
        raise Failed(f"{output or ''}\n{' '.join(command[:2])} failed; its message is above")


class Failed(Exception):
    """A command failed."""


def ask(question: str, pattern: str, secret: bool = False) -> str:
    """Asks until the answer has the right form."""
    while True:
        answer = (getpass.getpass if secret else input)(f"{question}: ").strip()
        if re.fullmatch(pattern, answer):
            return answer
        say("  That does not have the right form.")


def exists(session: boto3.Session, stack: str) -> bool:
    """Whether the stack is there to be updated."""
    try:
        [found] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return found["StackStatus"] not in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE")


def ask_for_project() -> dict[str, str]:
    """The Agora project, from its two values or from a secret that holds it."""
    say("The Agora project. Give its App ID, or the ARN of a secret that holds the project already.")
    hexadecimal = "[0-9a-fA-F]{32}"
    answer = ask("App ID or secret ARN", rf"{hexadecimal}|arn:aws[a-z-]*:secretsmanager:\S+-\w{{6}}")
    if answer.startswith("arn:"):
        return {"ExistingSecretArn": answer}
    certificate = ask("Primary certificate (not shown)", hexadecimal, secret=True)
    return {"AppId": answer, "AppCertificate": certificate}


def main() -> None:
    stack = os.environ.get("STACK") or "agora-token"
    named = dict(pair.split("=", 1) for pair in os.environ.get("PARAMETERS", "").split() if "=" in pair)
    # The SDK for Python knows AWS_DEFAULT_REGION alone.
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    if not session.region_name:
        stop("no region is set; for example: AWS_REGION=eu-central-1 make deploy")
    try:
        account = session.client("sts").get_caller_identity()["Account"]
        update = exists(session, stack)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        stop(f"AWS does not let us in: {error}")

    functions = sorted(packages())
    say(f"Stack {stack} in {session.region_name}, account {account}: {'an update' if update else 'new'}.\n")
    if update:
        say("Keeps its parameters but for: " + (", ".join(sorted(named)) or "none"))
        [described] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        before = {p["ParameterKey"]: p.get("ParameterValue", "") for p in described.get("Parameters", [])}
        architecture = named.get("Architecture") or before.get("Architecture") or "arm64"
    else:
        if not {"AppId", "ExistingSecretArn"} & set(named):
            named |= ask_for_project()
        architecture = named.setdefault("Architecture", "arm64")
        say("\nIt creates:")
        say(f"  - {len(functions)} Lambda function{'s' * (len(functions) != 1)}, 128 MB, {architecture}: "
            f"{', '.join(functions)}")
        say("  - an HTTP API with throttling, CORS and an access log")
        if "ExistingSecretArn" not in named:
            say("  - a secret with your App ID, your certificate and a new API key (0.40 USD a month)")
        say("  - for each function a role, which may read that secret and write its log, and a log group")
        say("  - for SAM's uploads a bucket, once for each account and region")
        say("Idle, that costs the secret and what the logs hold; used, what API Gateway and Lambda charge.")
    if architecture not in MACHINES:
        stop(f"Architecture is arm64 or x86_64, not {architecture}")
    if input("\nGo on? [y/N] ").strip().lower() not in ("y", "yes"):
        stop("nothing was done")

    env = tool_env(AWS_REGION=session.region_name, AWS_DEFAULT_REGION=session.region_name)
    build_dir = ROOT / ".aws-sam" / "build"
    try:
        build(architecture, build_dir, env)
        deploy(stack, named, build_dir, env)
    except Failed as error:
        stop(str(error))
    made = outputs(stack, session)
    say("\nYour first token:\n")
    say(f"  {made['ApiKey']}")
    say(f"  {made['FirstToken']}\n")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        stop("nothing more was done")
