"""AWS, asked by the AWS CLI: what tools/aws.py has by boto3, with the same names, as far as the scripts use it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import tempfile


class BotoCoreError(Exception):
    """A call that AWS did not answer."""


class ConfigParseError(BotoCoreError):
    """The configuration cannot be read."""


class ConnectTimeoutError(BotoCoreError):
    """AWS is too slow."""


class EndpointConnectionError(BotoCoreError):
    """AWS cannot be reached."""


class NoCredentialsError(BotoCoreError):
    """There are no credentials."""


class ProfileNotFound(BotoCoreError):
    """AWS_PROFILE names a profile that is not there."""


class SSOError(BotoCoreError):
    """A single sign-on has ended."""


class ClientError(Exception):
    """A call that AWS refused, with `response["Error"]["Code"]`."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.response = {"Error": {"Code": code}}


ERRORS = (BotoCoreError, ClientError)
# What the CLI says where it cannot even ask.
TROUBLE = {
    "Unable to locate credentials": NoCredentialsError,
    "Could not connect to the endpoint URL": EndpointConnectionError,
    "Connect timeout on endpoint URL": ConnectTimeoutError,
    "could not be found": ProfileNotFound,
    "Unable to parse config file": ConfigParseError,
    "SSO": SSOError,
    "from sso": SSOError,
}
# The CLI calls it otherwise.
COMMANDS = {"s3": "s3api"}


def failure(said: str) -> Exception:
    """The error that the CLI tells of."""
    said = " ".join(said.split()).removeprefix("aws: [ERROR]: ") or "the AWS CLI failed without a word"
    if found := re.search(r"An error occurred \(([^)]+)\) when calling the \w+ operation.*", said):
        return ClientError(found[1], found[0])
    return next((kind for words, kind in TROUBLE.items() if words in said), BotoCoreError)(said)


def environment(**extra: str) -> dict[str, str]:
    """What the programs are given that are run from here. None has business with the certificate."""
    return {name: value for name, value in os.environ.items() if name != "APP_CERTIFICATE"} | extra


def cli(*words: str, **given: str) -> str:
    """What the CLI answers. Options that nobody may see in a list of processes are `given`: each by a file without a
    name, which cannot stay behind, whatever ends this."""
    # The CLI asks nobody, and shows nothing page by page. What it keeps of all that it sends and gets, where somebody
    # told it so, goes with the folder.
    history = f"{os.environ['RELEASE_WORK']}/history.db"
    env = environment(AWS_PAGER="", AWS_CLI_AUTO_PROMPT="off", AWS_CLI_HISTORY_FILE=history)
    with contextlib.ExitStack() as files:
        handles = []
        for name, text in given.items():
            file = files.enter_context(tempfile.TemporaryFile("w+"))
            file.write(text)
            # Where opening it again goes on where this stopped, as on macOS, it is read from here.
            file.seek(0)
            handles.append(file.fileno())
            words += f"--{name.replace('_', '-')}", f"file:///dev/fd/{file.fileno()}"
        ran = subprocess.run(
            ["aws", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=env, pass_fds=handles)
    if ran.returncode:
        raise failure(ran.stderr)
    return ran.stdout


class Client:
    """One of AWS's services: each method is an operation, whose answer comes whole, whatever its pages."""

    def __init__(self, service: str, region: str):
        self._command = COMMANDS.get(service, service), "--region", region, "--output", "json"

    def __getattr__(self, operation: str):
        def call(**asked):
            service, *options = self._command
            words = [service, operation.replace("_", "-"), *options]
            return json.loads(cli(*words, cli_input_json=json.dumps(asked)) or "{}")

        return call

    def get_paginator(self, operation: str):
        return Pages(getattr(self, operation))


class Pages:
    """The one page that the CLI makes of all."""

    def __init__(self, call):
        self._call = call

    def paginate(self, **asked):
        yield self._call(**asked)


class Session:
    """Credentials and a region, as the CLI knows them."""

    def __init__(self, region: str):
        self.region_name = region

    def client(self, service: str) -> Client:
        return Client(service, self.region_name)


def configured_region() -> str:
    """The region of the profile; none is no error to anybody but the CLI."""
    try:
        return cli("configure", "get", "region").strip()
    except BotoCoreError as error:
        if isinstance(error, (ProfileNotFound, ConfigParseError)):
            raise
        return ""


def session(region: str | None) -> Session:
    # Looked up whether it is needed or not: this is what tells of a profile that is not there.
    configured = configured_region()
    return Session(region or os.environ.get("AWS_DEFAULT_REGION") or configured)


def profiles() -> list[str]:
    """Those that the CLI lists; its version 1 lists none."""
    try:
        return cli("configure", "list-profiles").splitlines()
    except BotoCoreError:
        return []
