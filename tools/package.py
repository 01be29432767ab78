"""Packs the functions and templates that point to them: what a release and a publication consist of.

    dist/VERSION/rtc-arm64.zip ...    one zip for each function and architecture
    dist/VERSION/template-arm64.yaml  a template for each architecture; it is told which bucket holds the zips
    dist/VERSION/*.yaml               besides, the stacks of docs/deploy that stand in front of one
    dist/VERSION/deploy.sh            what deploys these files, without anything else of this repository: it runs
    dist/VERSION/deploy.pyz           the scripts of `make deploy`, `make secret`, `make key` and `make rotate`
    dist/VERSION/SHA256SUMS

deploy.sh knows the checksum of deploy.pyz, and that one those of all zips, so both are written last.

The same sources, toolchain and tools make the same bytes: the zips hold no times, and the binaries no
paths of the machine that built them. ARCHITECTURES="arm64" packs one only.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import sys
import tomllib
import zipfile
from pathlib import Path

import yaml

import source
from repository import ROOT, TEMPLATE, packages, parsed, run, tool_env
from script import Failed, say, stop

TARGETS = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}


def version() -> str:
    """The version of everything here."""
    return tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]


def architectures() -> list[str]:
    """Which ones were asked for."""
    named = os.environ.get("ARCHITECTURES", "arm64 x86_64").split()
    if not named or set(named) - set(TARGETS):
        stop(f"ARCHITECTURES names one or both of {', '.join(TARGETS)}")
    return named


def build(architecture: str, env: dict[str, str], names: list[str] | None = None) -> dict[str, Path]:
    """The functions' binaries, built at once rather than one after the other."""
    names = names or list(packages())
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    # Panics name source files: by where they are in a project, not on this machine.
    flags = [f"--remap-path-prefix={ROOT}=/agora-token", f"--remap-path-prefix={home}=/cargo"]
    target = Path(env.get("CARGO_TARGET_DIR") or ROOT / "target").resolve() / "package"
    out = target / "lambda" / architecture
    command = ["cargo", "lambda", "build", "--release", "--locked", "--lambda-dir", str(out)]
    command += ["--arm64"] if architecture == "arm64" else ["--x86-64"]
    for name in names:
        command += ["--bin", name]
    run(command, env | {"CARGO_TARGET_DIR": str(target), "RUSTFLAGS": " ".join(flags)})
    binaries = {name: out / name / "bootstrap" for name in names}
    for binary in binaries.values():
        source.check_machine(binary, architecture)
    return binaries


def write_zip(archive: Path, files: dict[str, bytes], program: str = "") -> None:
    """A zip of these files by name, of which one may be a program, and nothing of when and where it was made."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = (0o100755 if name == program else 0o100644) << 16
            file.writestr(entry, content, compresslevel=9)


def pack(binary: Path, archive: Path) -> None:
    """What Lambda runs: a zip with one executable `bootstrap`."""
    write_zip(archive, {"bootstrap": binary.read_bytes()}, "bootstrap")


class Short(yaml.SafeDumper):
    """Writes YAML as short as it can be.

    What stands in several places is written in each of them: CloudFormation knows no references of YAML.
    """

    TAGS = {"Ref": "!Ref", "Fn::Sub": "!Sub", "Fn::If": "!If", "Fn::GetAtt": "!GetAtt"}

    def ignore_aliases(self, data) -> bool:
        return True

    def represent_dict(self, data):
        [name, value] = next(iter(data.items())) if len(data) == 1 else ("", None)
        if name == "Fn::GetAtt":
            value = ".".join(value)
        if name not in self.TAGS:
            return self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
        if isinstance(value, str):
            return self.represent_scalar(self.TAGS[name], value)
        return self.represent_sequence(self.TAGS[name], value, flow_style=True)

    def write_indicator(self, indicator, *rest, **more):
        super().write_indicator(indicator, *rest, **more)
        # No space after it.
        self.whitespace |= indicator == ","


Short.add_representer(dict, Short.represent_dict)


def short(template: dict) -> str:
    """A template with a line for each part, which does not begin as JSON does."""
    def line(value) -> str:
        text = yaml.dump(value, Dumper=Short, default_flow_style=True, sort_keys=False, allow_unicode=True, width=math.inf)
        # The end of a document, after a value alone.
        return text.removesuffix("...\n").rstrip("\n")

    lines = []
    for name, value in template.items():
        if isinstance(value, dict):
            lines += [f"{name}:", *(f" {line(part)}: {line(inner)}" for part, inner in value.items())]
        else:
            lines.append(f"{name}: {line(value)}")
    return "\n".join(lines) + "\n"


def in_a_bucket(name: str, architecture: str) -> dict:
    """Where the code of a function is, as the parameters of a packed template say it."""
    return {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Fn::Sub": f"${{CodePrefix}}/{name}-{architecture}.zip"}}


def unbuilt() -> dict:
    """The template without what its resources say to `sam build` and to the linter."""
    made = parsed(TEMPLATE)
    for resource in made["Resources"].values():
        resource.pop("Metadata", None)
    return made


def template(architecture: str, bucket: str = "", prefix: str = "", place=in_a_bucket) -> str:
    """The template for one architecture, whose code is in a bucket: the one that is named, or that whoever
    deploys names.

    It is written without anything that only people read, since CloudFormation takes no more than 51,200 bytes
    that come by hand. template.yaml has the comments.
    """
    made = unbuilt()
    # The code is for one processor only, so there is no choice left.
    made["Parameters"]["Architecture"] |= {"Default": architecture, "AllowedValues": [architecture]}
    for resource in made["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = place(properties["CodeUri"].removeprefix("functions/"), architecture)
        elif resource["Type"] == "AWS::CloudWatch::Dashboard":
            # JSON, whose texts hold no line breaks.
            properties["DashboardBody"]["Fn::Sub"] = re.sub(r"\n *", "", properties["DashboardBody"]["Fn::Sub"])
    if place is in_a_bucket:
        made["Parameters"] |= code_parameters(bucket, prefix)
        interface = made["Metadata"]["AWS::CloudFormation::Interface"]
        interface["ParameterGroups"].append(
            {"Label": {"default": "Where the code is"}, "Parameters": ["CodeBucket", "CodePrefix"]})
        interface["ParameterLabels"] |= {
            "CodeBucket": {"default": "Bucket of this region"}, "CodePrefix": {"default": "Folder in it"}}
    return short(made)


def code_parameters(bucket: str, prefix: str) -> dict:
    """The parameters that say where the code is; without a default where nobody said it yet."""
    told = {
        "CodeBucket": (bucket, "Bucket that holds the zips. Lambda takes code from a bucket of its own region only."),
        "CodePrefix": (prefix, "Folder of the zips, which a later version has in another one."),
    }
    return {
        name: {"Type": "String", "Description": text} | ({"Default": default} if default else {"MinLength": 1})
        for name, (default, text) in told.items()
    }


# What deploys, and changes what is deployed, wherever it comes from.
SCRIPTS = ("account", "check", "deploy", "key", "permissions", "preflight", "resolved_template", "rollout", "rotate",
           "script", "secret", "service", "stack_state")


def script(version: str, env: dict[str, str], archive: Path) -> str:
    """deploy.sh, which knows its deploy.pyz, and where its release is where GitHub makes one."""
    text = (ROOT / "tools" / "deploy.sh").read_text().replace('SHA256=""', f'SHA256="{checksum(archive)}"')
    if repository := env.get("GITHUB_REPOSITORY"):
        url = f"{env['GITHUB_SERVER_URL']}/{repository}/releases/download/v{version}"
        text = text.replace('RELEASE_URL="${RELEASE_URL:-}"', f'RELEASE_URL="${{RELEASE_URL:-{url}}}"')
    return text


def deployable() -> dict:
    """The template that deploy.sh deploys, once it has said where the code is."""
    made = unbuilt()
    made.pop("Metadata")
    return made


def write_deployer(archive: Path, version: str, env: dict[str, str]) -> None:
    """deploy.pyz: the scripts, with the release's `aws` and `source` in place of the clone's, and what they read."""
    tools = ROOT / "tools"
    files = {f"{name}.py": (tools / f"{name}.py").read_bytes() for name in SCRIPTS}
    files |= {path.name: path.read_bytes() for path in sorted((tools / "deployer").glob("*.py"))}
    repository = env.get("GITHUB_REPOSITORY", "")
    files["release.json"] = json.dumps({
        "version": version, "repository": repository and f"{env['GITHUB_SERVER_URL']}/{repository}",
        "price": source.price(), "functions": source.functions(),
        "files": {path.name: checksum(path) for path in sorted(archive.parent.glob("*.zip"))},
    }).encode()
    files["template.json"] = json.dumps(deployable()).encode()
    files["deployer-policy.json"] = json.dumps(source.deployer_policy()).encode()
    write_zip(archive, files)


def write_scripts(folder: Path, env: dict[str, str]) -> None:
    """What deploys the files of the folder, once all of them are in it."""
    write_deployer(folder / "deploy.pyz", version(), env)
    (folder / "deploy.sh").write_text(script(version(), env, folder / "deploy.pyz"))


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def complete(folder: Path, env: dict[str, str]) -> None:
    """The scripts that know all other files, and the checksums. Command lines alone are deployed by nobody."""
    if any(folder.glob("template-*.yaml")):
        write_scripts(folder, env)
    write_checksums(folder)


def write_checksums(folder: Path) -> None:
    """SHA256SUMS of everything else in the folder, in the form that `sha256sum --check` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [f"{checksum(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines))


def package(wanted: list[str], env: dict[str, str], dist: Path = ROOT / "dist") -> Path:
    """Builds and packs; the folder with all of it."""
    folder = dist / version()
    shutil.rmtree(folder, ignore_errors=True)
    for architecture in wanted:
        for name, binary in build(architecture, env).items():
            archive = folder / f"{name}-{architecture}.zip"
            pack(binary, archive)
            say(f"  {architecture:<7} {name:<11} {binary.stat().st_size / 1e6:5.2f} MB, "
                f"zipped {archive.stat().st_size / 1e6:.2f} MB")
        (folder / f"template-{architecture}.yaml").write_text(template(architecture))
    # The templates name the first two, for the Serverless Application Repository. The others stand in front.
    for name in ("LICENSE", "README.md", "docs/deploy/cloudfront.yaml", "docs/deploy/function-urls.yaml"):
        shutil.copy(ROOT / name, folder)
    complete(folder, env)
    return folder


def main() -> None:
    try:
        folder = package(architectures(), tool_env())
    except Failed as error:
        stop(str(error))
    say(f"\nPacked into {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
