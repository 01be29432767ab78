"""The template as CloudFormation sees it: translated by SAM's own translator, with no cloud near."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from repository import TEMPLATE

logging.getLogger("samtranslator").setLevel(logging.ERROR)


def load(text: str | None = None) -> dict:
    """The template as it is written, or another one made of it."""
    return yaml_parse(text or TEMPLATE.read_text())


# What the emulator refuses to know; nothing else depends on them.
UNKNOWN_TO_THE_EMULATOR = {"AWS::Logs::QueryDefinition"}


def known(template: dict) -> dict:
    """The template without what the emulator does not know: some resources, and metrics that are computed. An alarm
    looks at the first metric of its expression there; `watching.py` tests the expressions."""
    template["Resources"] = {
        name: resource for name, resource in template["Resources"].items()
        if resource["Type"] not in UNKNOWN_TO_THE_EMULATOR
    }
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            first = properties.pop("Metrics")[1]["MetricStat"]
            statistic = "ExtendedStatistic" if first["Stat"].startswith("p") else "Statistic"
            properties |= first["Metric"] | {statistic: first["Stat"], "Period": first["Period"]}
    return template


def code(template: dict) -> dict[str, str]:
    """Each function's logical id and where its code is, as written: the deployment replaces this."""
    return {
        name: resource["Properties"]["CodeUri"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def translate(template: dict, **parameters: str) -> dict:
    """What SAM makes of it. Lists arrive as lists, as CloudFormation hands them to the transform."""
    values: dict = dict(parameters)
    for name, parameter in template["Parameters"].items():
        value = values.get(name, parameter.get("Default"))
        if parameter["Type"] == "CommaDelimitedList" and value is not None:
            values[name] = [part.strip() for part in value.split(",")]
    for name in code(template):
        template["Resources"][name]["Properties"]["CodeUri"] = {"Bucket": "bucket", "Key": name}
    session = boto3.Session(region_name="us-east-1")
    return Translator({}, Parser(), boto_session=session).translate(template, values)


def apis(translated: dict) -> list[tuple[str, dict]]:
    """Every HTTP API with its logical id."""
    return [
        (name, resource)
        for name, resource in translated["Resources"].items()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    ]


def routes(translated: dict) -> list[tuple[str, str, str | None]]:
    """Every route as (method, path, logical id of its function, or None where there is none)."""
    found = []
    for _, api in apis(translated):
        for path, methods in api["Properties"]["Body"]["paths"].items():
            for method, operation in methods.items():
                if method == "parameters":
                    continue
                verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
                found.append((verb, path, _target(operation)))
    return found


def cors(translated: dict) -> dict:
    """The CORS configuration of the one API."""
    [(_, api)] = apis(translated)
    return api["Properties"]["Body"]["x-amazon-apigateway-cors"]


def _target(operation: dict) -> str | None:
    integration = operation.get("x-amazon-apigateway-integration", {})
    uri = integration.get("uri", {})
    # With versions, the alias `live` is called instead of the function.
    match = re.search(r"functions/\$\{(\w+?)(?:\.Arn|Aliaslive)\}/invocations$", uri.get("Fn::Sub", ""))
    return match.group(1) if match and integration.get("type") == "aws_proxy" else None
