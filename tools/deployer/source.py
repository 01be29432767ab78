"""Where what is deployed comes from: here a release, which has it. It stands in for tools/source.py."""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import os
import platform
import shutil
import subprocess
import zipfile
from pathlib import Path

import aws
from rollout import roll_out
from script import USAGE, Failed, say, stop

# The folder of the release's files. Those that are not in it come from RELEASE_URL, into one that deploy.sh made for
# this.
RELEASE = Path(os.environ["RELEASE"])
WORK = Path(os.environ["RELEASE_WORK"])
atexit.register(shutil.rmtree, WORK, ignore_errors=True)
TARGETS = {
    ("Linux", "x86_64"): "x86_64-unknown-linux-musl", ("Linux", "aarch64"): "aarch64-unknown-linux-musl",
    ("Darwin", "x86_64"): "x86_64-apple-darwin", ("Darwin", "arm64"): "aarch64-apple-darwin",
}


def _data(name: str) -> dict:
    """A JSON document beside this module, in the archive."""
    return json.loads(__loader__.get_data(str(Path(__file__).with_name(name))))


ABOUT = _data("release.json")


def command(name: str) -> str:
    return "sh deploy.sh" if name == "deploy" else f"sh deploy.sh {name}"


def documentation(place: str) -> str:
    base = f"{ABOUT['repository']}/blob/v{ABOUT['version']}/" if ABOUT["repository"] else ""
    return f"{base}docs/{place}"


def tools() -> None:
    """Nothing: deploy.sh has looked for what is needed."""


def template() -> dict:
    return _data("template.json")


def functions() -> dict[str, str]:
    return ABOUT["functions"]


def deployer_policy() -> dict:
    return _data("deployer-policy.json")


def price() -> float:
    return ABOUT["price"]


def environment(**extra: str) -> dict[str, str]:
    return aws.environment(**extra)


def bucket(account: str, region: str) -> str:
    return f"for the release's files the bucket {_bucket(account, region)}, unless it is there"


def _bucket(account: str, region: str) -> str:
    return os.environ.get("BUCKET") or f"agora-token-{account}-{region}"


# ---- the files ----


def fetch(name: str) -> Path:
    """A file of the release, which is what its checksum says, where nobody else can change it any more."""
    beside, path, url = RELEASE / name, WORK / name, os.environ["RELEASE_URL"]
    if beside.exists():
        shutil.copyfile(beside, path)
    elif url:
        ran = subprocess.run(
            ["curl", "-fsSL", "--proto", "=https", f"{url}/{name}", "-o", str(path)], env=environment())
        if ran.returncode:
            stop(f"{name} cannot be fetched from {url}", USAGE)
    else:
        stop(f"{name} is not beside deploy.sh, and RELEASE_URL does not say where it is", USAGE)
    if hashlib.sha256(path.read_bytes()).hexdigest() != ABOUT["files"][name]:
        stop(f"{name} is not that of this release: it was changed, or broke off on its way", USAGE)
    return path


@functools.cache
def checker() -> list[str]:
    target = TARGETS.get((platform.system(), platform.machine()), "")
    folder = f"agora-token-{ABOUT['version']}-{target}"
    if f"{folder}.zip" not in ABOUT["files"]:
        say("Settings and secret: not checked by the functions' own parser, which the release does not have for this machine.")
        return []
    with zipfile.ZipFile(fetch(f"{folder}.zip")) as archive:
        program = Path(archive.extract(f"{folder}/agora-token", WORK))
    program.chmod(0o700)
    return [str(program)]


# ---- the deployment ----


def build(architecture: str, env: dict[str, str], account: str = "") -> None:
    """Uploads the functions' code, and notes in the template where it is."""
    names = [f"{name}-{architecture}.zip" for name in functions()]
    if missing := sorted(set(names) - set(ABOUT["files"])):
        stop(f"the release has no {missing[0]}, so it cannot be deployed for {architecture}", USAGE)
    region = env["AWS_REGION"]
    place, folder = _bucket(account, region), f"agora-token/{_checksum_of_all()}"
    files = [fetch(name) for name in names]
    say(f"The release: {len(files)} functions for {architecture}, all as their checksums say.")
    storage = aws.session(region).client("s3")
    try:
        make_bucket(storage, place, account, region)
        for file in files:
            upload(file, place, f"{folder}/{file.name}", account, region)
    except aws.ERRORS as error:
        raise Failed(
            f"the bucket {place} cannot be used: {error}. It has to be of this account and region, and you have to be "
            "allowed to use it; BUCKET=... names another one") from error
    made = template()
    made["Parameters"]["Architecture"] |= {"Default": architecture, "AllowedValues": [architecture]}
    ids = functions()
    for name in ids:
        made["Resources"][ids[name]]["Properties"]["CodeUri"] = {
            "Bucket": place, "Key": f"{folder}/{name}-{architecture}.zip"}
    _template().write_text(json.dumps(made))


def _checksum_of_all() -> str:
    return hashlib.sha256(json.dumps(ABOUT["files"]).encode()).hexdigest()[:16]


def _template() -> Path:
    return WORK / "template.json"


def make_bucket(storage, name: str, account: str, region: str) -> None:
    """Makes the bucket, unless it is there. Its name can be guessed, so somebody else may have been first, to have
    their code deployed: S3 refuses what is not this account's."""
    try:
        found = storage.head_bucket(Bucket=name, ExpectedBucketOwner=account)
        if (there := found.get("BucketRegion", region)) != region:
            raise Failed(f"the bucket {name} is in {there}, and Lambda takes code from {region} alone; BUCKET=... names "
                         "another one")
        return
    except aws.ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    storage.create_bucket(Bucket=name, **where)
    closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    storage.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=closed)
    say(f"Made the bucket {name}, which nobody else can read.")


def upload(file: Path, place: str, key: str, account: str, region: str) -> None:
    """Uploads a file, in place of whatever is there."""
    aws.cli("s3api", "put-object", "--region", region, "--bucket", place, "--expected-bucket-owner", account,
            "--key", key, "--body", str(file))


def prepare(rollout: str, values: dict[str, str], kept_ready: dict[str, str] | None = None) -> None:
    """Changes the template as `rollout` asks, and keeps processes ready."""
    made, ids, sums = json.loads(_template().read_text()), functions(), ABOUT["files"]

    def code_of(logical_id: str) -> bytes:
        return sums[Path(made["Resources"][logical_id]["Properties"]["CodeUri"]["Key"]).name].encode()

    roll_out(made, rollout, values, code_of, {ids[name]: number for name, number in (kept_ready or {}).items()})
    _template().write_text(json.dumps(made))


def deploy(stack: str, parameters: dict[str, str], env: dict[str, str], tags: dict[str, str] | None = None) -> None:
    """`aws cloudformation deploy`. A parameter that is not named keeps the value it has."""
    made = json.loads(_template().read_text())
    code = next(iter(functions().values()))
    at = made["Resources"][code]["Properties"]["CodeUri"]
    words = ["cloudformation", "deploy", "--stack-name", stack, "--region", env["AWS_REGION"]]
    # The template has more than the bytes that CloudFormation takes without a bucket.
    words += ["--template-file", str(_template()), "--s3-bucket", at["Bucket"], "--s3-prefix", f"{Path(at['Key']).parent}/templates"]
    words += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-fail-on-empty-changeset"]
    if tags:
        words += ["--tags", *(f"{key}={value}" for key, value in tags.items())]
    named = json.dumps([f"{name}={value}" for name, value in parameters.items()])
    say("CloudFormation is at work; that takes some minutes.")
    try:
        aws.cli(*words, **({"parameter_overrides": named} if parameters else {}))
    except aws.ERRORS as error:
        raise Failed(f"the deployment failed: {error}") from error
