"""Whether whoever deploys may do what a deployment needs: docs/deployer-policy.json, simulated by IAM."""

from __future__ import annotations

import re

import aws
import source

# Of a custom domain, a rollout and a stack's bucket, which not every deployment has.
OPTIONAL = {"Rollouts"}


def needed(partition: str, region: str, account: str, stack: str) -> list[tuple[list[str], list[str]]]:
    """Actions with the resources that they are needed for, as this stack names them."""
    found = []
    for statement in source.deployer_policy()["Statement"]:
        if statement["Sid"] in OPTIONAL:
            continue
        resources = []
        for resource in statement["Resource"]:
            if resource != "*":
                # The code's bucket has its name from elsewhere.
                own = resource if ":s3:" in resource else resource.replace("agora-token", stack)
                parts = own.split(":", 5)
                parts[1] = partition
                parts[3] = region if parts[3] == "*" else parts[3]
                parts[4] = account if parts[4] == "*" else parts[4]
                resource = ":".join(parts).replace("*", "x")
            resources.append(resource)
        found.append((statement["Action"], resources))
    return found


def principal(arn: str) -> str | None:
    """What IAM simulates for a caller: a user, or the role of a session. It knows none for the root user."""
    if found := re.fullmatch(r"(arn:[\w-]+):sts:(:\d+):assumed-role/([^/]+)/.*", arn):
        return f"{found[1]}:iam:{found[2]}:role/{found[3]}"
    return arn if ":user/" in arn else None


def missing(session, caller: str, account: str, stack: str) -> list[str] | None:
    """The actions that the caller may not do; nothing where IAM does not tell."""
    source = principal(caller)
    if source is None:
        return None
    client = session.client("iam")
    try:
        # The role of a single sign-on has a path, which a session does not tell.
        if ":role/" in source:
            source = client.get_role(RoleName=source.rpartition("/")[2])["Role"]["Arn"]
        denied = set()
        for actions, resources in needed(caller.split(":")[1], session.region_name, account, stack):
            pages = client.get_paginator("simulate_principal_policy").paginate(
                PolicySourceArn=source, ActionNames=actions, ResourceArns=resources)
            for result in (result for page in pages for result in page["EvaluationResults"]):
                allowed = [one["EvalResourceDecision"] for one in result.get("ResourceSpecificResults", [])]
                # An action that is for one of the resources alone is denied for the others.
                if "allowed" not in [result["EvalDecision"], *allowed]:
                    denied.add(result["EvalActionName"])
        return sorted(denied)
    except (*aws.ERRORS, KeyError):
        return None
