"""Deploys to AWS: asks what it must, says what it will create, builds, deploys, shows a first call.

Questions are asked when a stack is created. Later runs keep what the stack has; a parameter changes
only when it is named: PARAMETERS="AllowedOrigins=https://app.example.com LogRetentionDays=90". Values may
be quoted as in a shell, which a policy needs. TAGS="team=video" tags everything that is created.

ROLLOUT says how a later version takes over, and is remembered as a tag of the stack:

  at-once   the functions are replaced in place; no request fails (the default)
  versions  each deployment publishes versions, and the alias `live` moves to them at once
  canary    the alias sends a tenth of the requests to the new version for five minutes, then all
  linear    a tenth more every minute

With canary and linear, CodeDeploy moves the alias, and back again if the alarm for server errors goes off.

It does not use `sam deploy --guided`: that asks for the certificate again at every deployment, and
one typed in another letter case would make CloudFormation generate the secret, API key and all, anew.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import boto3
import botocore.exceptions
from samtranslator.yaml_helper import yaml_parse

from house import ROOT, TEMPLATE, end, packages, say, stop, tool_env
from settled import Settled

QUIET = False
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
ROLLOUTS = {"at-once": "", "versions": "", "canary": "Canary10Percent5Minutes", "linear": "Linear10PercentEvery1Minute"}
ROLLOUT_TAG = "agora-token:rollout"


def check_machine(binary: Path, architecture: str) -> None:
    """Stops where a binary is for another machine than it was asked for."""
    head = binary.read_bytes()[:20]
    if head[:4] != b"\x7fELF" or int.from_bytes(head[18:20], "little") != MACHINES[architecture]:
        stop(f"{binary.parent.name} was not built for Linux on {architecture}; build it on such a machine")


def build(architecture: str, build_dir: Path, env: dict[str, str]) -> None:
    """`sam build`, and a look at whether what came out is what was asked for."""
    run(
        ["sam", "build", "--template-file", str(TEMPLATE), "--build-dir", str(build_dir)]
        + ["--parameter-overrides", f"Architecture={architecture}"],
        env,
    )
    for binary in build_dir.glob("*/bootstrap"):
        check_machine(binary, architecture)


def roll_out(template: dict, rollout: str, values: dict[str, str], code_of) -> None:
    """Gives every function versions and the alias `live`, where `rollout` asks for that.

    It can't stand in the template: SAM names a version by what is written there, not by the values of
    parameters. A parameter that changes alone, such as AnonymousAccess from open to closed, would make
    no version, and the alias would go on serving the old one. So versions are named here, by all that
    makes a function: its code (as bytes, `code_of` its logical id) and its properties with their values.
    """
    if rollout == "at-once":
        return
    common, settled = template["Globals"]["Function"], Settled(template, values)
    # Not of the function itself; some of it is there from an earlier time.
    aside = ("CodeUri", "Events", "AutoPublishAlias", "AutoPublishCodeSha256", "DeploymentPreference")
    shared = {k: v for k, v in common.items() if k not in aside}
    common["AutoPublishAlias"] = "live"
    if ROLLOUTS[rollout]:
        common["DeploymentPreference"] = {"Type": ROLLOUTS[rollout], "Alarms": [{"Ref": "ServerErrorsAlarm"}]}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            own = {k: v for k, v in resource["Properties"].items() if k not in aside}
            digest = hashlib.sha256(code_of(name))
            digest.update(json.dumps(settled.of([shared, own]), sort_keys=True).encode())
            resource["Properties"]["AutoPublishCodeSha256"] = digest.hexdigest()


def prepare(build_dir: Path, rollout: str, values: dict[str, str]) -> None:
    """Changes the built template as `rollout` asks."""
    if rollout != "at-once":
        built = build_dir / "template.yaml"
        template = yaml_parse(built.read_text())
        roll_out(template, rollout, values, lambda name: (build_dir / name / "bootstrap").read_bytes())
        # JSON is YAML too.
        built.write_text(json.dumps(template, indent=1))


def deploy(
    stack: str, parameters: dict[str, str], build_dir: Path, env: dict[str, str], tags: dict[str, str] | None = None
) -> None:
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
        if tags:
            command += ["--tags", *(f"{key}={value}" for key, value in tags.items())]
        run(command, env)
    finally:
        os.unlink(name)


def outputs(stack: str, session: boto3.Session) -> dict[str, str]:
    """The outputs of a stack."""
    [described] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def run(command: list[str], env: dict[str, str]) -> None:
    """Runs a command of the repository's own tools; `QUIET` keeps its output for when it fails."""
    shown = command[:2] if QUIET else command
    say(f"{'    ' if QUIET else ''}$ {' '.join(word.replace(str(ROOT) + '/', '') for word in shown)}")
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


def first_token(made: dict[str, str], session: boto3.Session) -> str:
    """An RTC token from the service that was just made, or why there is none."""
    try:
        secret = session.client("secretsmanager").get_secret_value(SecretId=made["SecretArn"])["SecretString"]
        key = json.loads(secret).get("apiKey")
        if not key:
            return "(the secret holds no `apiKey`; call with one of its keys)"
        request = urllib.request.Request(
            f"{made['BaseUrl']}/v1/rtc", json.dumps({"channelName": "demo", "uid": 1, "role": "publisher"}).encode(),
            {"x-api-key": key, "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)["token"]
    except botocore.exceptions.ClientError as error:
        return f"(you may not read the secret yourself: {error.response['Error']['Code']})"
    except (OSError, ValueError) as error:
        return f"(none yet: {error}; try the lines above)"


def ask_for_project() -> dict[str, str]:
    """The Agora project, from its two values or from a secret that holds it."""
    say("The Agora project. Give its App ID, or the ARN of a secret that holds the project already.")
    hexadecimal = "[0-9a-fA-F]{32}"
    answer = ask("App ID or secret ARN", rf"{hexadecimal}|arn:aws[a-z-]*:secretsmanager:\S+-\w{{6}}")
    if answer.startswith("arn:"):
        return {"ExistingSecretArn": answer}
    certificate = ask("Primary certificate (not shown)", hexadecimal, secret=True)
    return {"AppId": answer, "AppCertificate": certificate}


def pairs(variable: str) -> dict[str, str]:
    """Name=value pairs from the environment."""
    try:
        words = shlex.split(os.environ.get(variable, ""))
        return dict(word.split("=", 1) for word in words)
    except ValueError:
        stop(f'{variable} holds pairs such as Name=value; quote what has spaces or quotes: {variable}="Name=\'a b\'"')


def main() -> None:
    stack = os.environ.get("STACK") or "agora-token"
    named, tags = pairs("PARAMETERS"), pairs("TAGS")
    unknown = sorted(set(named) - set(yaml_parse(TEMPLATE.read_text())["Parameters"]))
    if unknown:
        stop(f"the template has no parameter {', '.join(unknown)}")
    # The SDK for Python knows AWS_DEFAULT_REGION alone.
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    if not session.region_name:
        stop("no region is set; for example: AWS_REGION=eu-central-1 make deploy")
    try:
        account = session.client("sts").get_caller_identity()["Account"]
        update = exists(session, stack)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        stop(f"AWS does not let us in: {error}")

    rollout = os.environ.get("ROLLOUT", "")
    before: dict[str, str] = {}
    functions = sorted(packages())
    say(f"Stack {stack} in {session.region_name}, account {account}: {'an update' if update else 'new'}.\n")
    if update:
        say("Keeps its parameters but for: " + (", ".join(sorted(named)) or "none"))
        [described] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        before = {p["ParameterKey"]: p.get("ParameterValue", "") for p in described.get("Parameters", [])}
        tags = {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])} | tags
        rollout = rollout or tags.get(ROLLOUT_TAG, "")
        say(f"A new version takes over: {rollout or 'at-once'}")
        architecture = named.get("Architecture") or before.get("Architecture") or "arm64"
    else:
        if not {"AppId", "ExistingSecretArn"} & set(named):
            named |= ask_for_project()
        architecture = named.setdefault("Architecture", "arm64")
        say("\nIt creates:")
        say(f"  - {len(functions)} Lambda function{'s' * (len(functions) != 1)}, 128 MB, {architecture}: "
            f"{', '.join(functions)}")
        say("  - for each function a role, which may read the secret and write the log, and no more")
        say("  - an HTTP API with throttling, CORS and an access log; a log of all functions")
        monthly = 0.30
        if "ExistingSecretArn" not in named:
            monthly += 0.40
            say("  - a secret with your App ID, your certificate and a new API key (0.40 USD a month)")
        say("  - three alarms (0.30 USD a month; an account's first ten are free)")
        if named.get("Dashboard") != "disabled":
            say("  - a dashboard (an account's first three are free, a further one 3 USD a month)")
        if named.get("DomainName"):
            say(f"  - the domain name {named['DomainName']}")
        say("  - for SAM's uploads a bucket, once for each account and region")
        say(f"Idle, that costs about {monthly:.2f} USD a month; used, what API Gateway, Lambda and CloudWatch "
            "charge:\nsee docs/deployment.md.")
    if architecture not in MACHINES:
        stop(f"Architecture is arm64 or x86_64, not {architecture}")
    rollout = rollout or "at-once"
    if rollout not in ROLLOUTS:
        stop(f"ROLLOUT is one of {', '.join(ROLLOUTS)}, not {rollout}")
    tags[ROLLOUT_TAG] = rollout
    if input("\nGo on? [y/N] ").strip().lower() not in ("y", "yes"):
        stop("nothing was done")

    env = tool_env(AWS_REGION=session.region_name, AWS_DEFAULT_REGION=session.region_name)
    build_dir = ROOT / ".aws-sam" / "build"
    try:
        build(architecture, build_dir, env)
        prepare(build_dir, rollout, before | named)
        deploy(stack, named, build_dir, env, tags)
    except Failed as error:
        stop(str(error))
    made = outputs(stack, session)
    say("\nTo have a token:\n")
    say(f"  {made['ApiKey']}")
    say(f"  {made['FirstToken']}")
    say(f"\nYour first token:\n\n  {first_token(made, session)}\n")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        stop("nothing more was done")
