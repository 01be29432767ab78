"""Publishes the packed functions and templates to S3, or to the Serverless Application Repository.

BUCKET names the bucket, PREFIX a folder in it (agora-token by default). Lambda takes code from a bucket
of its own region only, so a bucket serves one region. A version that is there is never changed: the
stacks that use it would not notice, and those who compared checksums would.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import boto3
import botocore.exceptions

import package
from repository import ROOT, run, tool_env
from routes import between, cells
from script import Failed, say, stop

TYPES = {
    ".zip": "application/zip", ".pyz": "application/zip", ".yaml": "text/yaml; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}
LIST = ROOT / "docs" / "published.json"
BUTTONS = "| region | version | arm64 | x86_64 |\n|---|---|---|---|\n"
BUTTON = "https://s3.amazonaws.com/cloudformation-examples/cloudformation-launch-stack.png"


def publish(folder: Path, bucket: str, prefix: str, s3) -> dict[str, str]:
    """Uploads what was packed, with templates that name the bucket; the templates' keys by architecture."""
    base = "/".join(part for part in (prefix.strip("/"), folder.name) if part)
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    templates = {}
    for name in [name for name in files if name.startswith("template-")]:
        architecture = name.removeprefix("template-").removesuffix(".yaml")
        files[name], templates[architecture] = package.template(architecture, bucket, base).encode(), f"{base}/{name}"
    del files["SHA256SUMS"]
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()

    try:
        there = s3.get_object(Bucket=bucket, Key=f"{base}/SHA256SUMS")["Body"].read()
    except s3.exceptions.NoSuchKey:
        there = None
    if there == files["SHA256SUMS"]:
        say(f"Version {folder.name} is there already, with the same checksums.")
        return templates
    if there is not None:
        stop(f"version {folder.name} is there already, with other checksums; raise the version in Cargo.toml")
    # The checksums come last: where they are, everything is.
    for name in sorted(files, key=lambda name: (name == "SHA256SUMS", name)):
        data = files[name]
        s3.put_object(
            Bucket=bucket, Key=f"{base}/{name}", Body=data,
            ContentType=TYPES.get(Path(name).suffix, "text/plain; charset=utf-8"),
            # S3 refuses what does not arrive as it left.
            ChecksumSHA256=base64.b64encode(hashlib.sha256(data).digest()).decode(),
        )
        say(f"  s3://{bucket}/{base}/{name}")
    return templates


def quick_create(url: str, region: str) -> str:
    """The link that opens the console with the template filled in."""
    console = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}
    found = (host for begins, host in console.items() if region.startswith(begins))
    return (
        f"https://{region}.{next(found, 'console.aws.amazon.com')}/cloudformation/home?region={region}"
        f"#/stacks/create/review?templateURL={quote(url, safe='')}&stackName=agora-token"
    )


def object_url(bucket: str, region: str, key: str) -> str:
    """Where an object is, in whichever partition."""
    return f"https://{bucket}.s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}/{key}"


def remember(region: str, version: str, urls: dict[str, str]) -> None:
    """Notes what is published where, and writes the buttons of the documentation from all that is."""
    listed = json.loads(LIST.read_text()) if LIST.exists() else {}
    listed[region] = {"version": version, "templates": urls}
    LIST.write_text(json.dumps(dict(sorted(listed.items())), indent=2) + "\n")
    page = LIST.with_name("deployment.md")
    page.write_text(between(page.read_text(), BUTTONS, buttons(listed)))


def buttons(listed: dict) -> str:
    """A row for each region, with a button for each architecture."""
    rows = []
    for region, published in listed.items():
        links = (
            f"[![Launch Stack]({BUTTON})]({quick_create(url, region)})" if url else ""
            for url in map(published["templates"].get, package.TARGETS)
        )
        rows.append(cells(region, published["version"], *links))
    return BUTTONS + "".join(rows)


def sar(folder: Path, bucket: str, prefix: str, region: str, env: dict[str, str]) -> None:
    """Publishes the arm64 template to the Serverless Application Repository."""
    if not (folder / "template-arm64.yaml").exists():
        stop("the repository gets the arm64 functions: ARCHITECTURES has to name arm64")
    with tempfile.TemporaryDirectory() as scratch:
        # SAM uploads what stands beside the template, and writes where it is.
        template, packaged = folder / "sar.yaml", str(Path(scratch) / "packaged.yaml")
        template.write_text(package.template("arm64", place=lambda name, architecture: f"{name}-{architecture}.zip"))
        run(
            ["sam", "package", "--template-file", str(template), "--output-template-file", packaged]
            + ["--s3-bucket", bucket, "--s3-prefix", prefix.strip("/") + "/sar", "--region", region], env,
        )
        run(["sam", "publish", "--template", packaged, "--region", region], env)


def main() -> None:
    bucket, prefix = os.environ.get("BUCKET", ""), os.environ.get("PREFIX") or "agora-token"
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        stop("name the bucket: make publish BUCKET=...")
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    try:
        region = session.client("s3").head_bucket(Bucket=bucket)["BucketRegion"]
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        stop(f"the bucket cannot be used: {error}")
    env = tool_env(AWS_REGION=region, AWS_DEFAULT_REGION=region)
    try:
        folder = package.package(package.architectures(), env)
        if sys.argv[1:] == ["sar"]:
            sar(folder, bucket, prefix, region, env)
            return
        templates = publish(folder, bucket, prefix, session.client("s3", region_name=region))
    except Failed as error:
        stop(str(error))
    say(f"\nPublished for {region}. Whoever launches it has to be able to read these objects.")
    urls = {architecture: object_url(bucket, region, key) for architecture, key in templates.items()}
    for architecture, url in urls.items():
        say(f"\n{architecture}, Launch Stack:\n  {quick_create(url, region)}")
    remember(region, folder.name, urls)
    say("\nIts buttons are in docs/deployment.md, made from docs/published.json: commit both.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
