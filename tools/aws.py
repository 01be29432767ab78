"""AWS, asked by boto3. A release has no boto3, and brings deployer/aws.py in place of this."""

from __future__ import annotations

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
)

__all__ = [
    "ERRORS", "BotoCoreError", "ClientError", "ConfigParseError", "ConnectTimeoutError", "EndpointConnectionError",
    "NoCredentialsError", "ProfileNotFound", "profiles", "session",
]
# All that can go wrong with a call.
ERRORS = (BotoCoreError, ClientError)


def session(region: str | None):
    """What makes clients for AWS's services; its `region_name` is empty where none is set."""
    return boto3.Session(region_name=region)


def profiles() -> list[str]:
    """The profiles that are configured."""
    return boto3.session.botocore.session.Session(profile="").available_profiles
