"""The AWS account that a script works in, and what stands in the way of that, in a sentence."""

from __future__ import annotations

import os

import aws
from script import USAGE, stop

# What AWS answers where credentials are there and are no longer good.
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")


def session(command: str):
    """A session with a region; `command` is what a person called."""
    profile = os.environ.get("AWS_DEFAULT_PROFILE", os.environ.get("AWS_PROFILE"))
    try:
        # The SDK for Python knows AWS_DEFAULT_REGION alone.
        made = aws.session(os.environ.get("AWS_REGION") or None)
        region = made.region_name
    except aws.ProfileNotFound:
        known = ", ".join(aws.profiles())
        stop(f"there is no AWS profile {profile} (AWS_PROFILE)" + (f"; there are: {known}" if known else ""), USAGE)
    except aws.ConfigParseError as error:
        stop(f"the configuration of AWS cannot be read: {error}", USAGE)
    if not region:
        stop(f"no region is set; for example: AWS_REGION=eu-central-1 {command}", USAGE)
    return made


def explained(error: Exception) -> str:
    """What an error of AWS means for whoever deploys, and what to do."""
    if isinstance(error, aws.NoCredentialsError):
        return (
            "there are no AWS credentials here. `aws configure sso` or `aws login` gets some; in CloudShell they "
            "are there already"
        )
    if isinstance(error, (aws.EndpointConnectionError, aws.ConnectTimeoutError)):
        return f"AWS cannot be reached: {error}. Is the region spelt right, and the network there?"
    if isinstance(error, aws.BotoCoreError) and "sso" in type(error).__name__.lower():
        return f"the session is over: {error}. `aws sso login` begins another one"
    code = error.response["Error"].get("Code") if isinstance(error, aws.ClientError) else ""
    if code in EXPIRED:
        return "the AWS credentials have expired; get new ones, such as by `aws sso login`"
    if code in ("InvalidClientTokenId", "SignatureDoesNotMatch", "AuthFailure", "UnrecognizedClientException"):
        return "AWS does not know these credentials: were they deleted, or are they of another partition?"
    return f"AWS does not let us: {error}"


def who(session) -> tuple[str, str]:
    """The account's number and the caller's ARN."""
    try:
        told = session.client("sts").get_caller_identity()
    except aws.ERRORS as error:
        stop(explained(error), USAGE)
    return told["Account"], told.get("Arn", "")
