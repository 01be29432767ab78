"""What has to be right before anything is built or deployed, and what to do where it is not."""

from __future__ import annotations

import json
import re

import account
import aws
import check
import permissions
import source
from resolved_template import ResolvedTemplate
from script import USAGE, say, stop

# Names are made from the stack's: the topic's display name, which is the first to be too long, takes 100 characters.
LONGEST_NAME = 100 - len("Agora tokens ()")


def name(stack: str) -> None:
    """The stack's name, of which other names are made."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", stack):
        stop(f"STACK={stack}: a stack's name has letters, digits and hyphens, and begins with a letter", USAGE)
    if len(stack) > LONGEST_NAME:
        stop(f"STACK has {len(stack)} characters; {LONGEST_NAME} have room in the names that are made of it", USAGE)


def provisioned(kept_ready: dict[str, str], rollout: str) -> None:
    """How many processes of which function are kept ready."""
    for function, number in kept_ready.items():
        if function not in source.functions() or not re.fullmatch("[1-9][0-9]{0,3}", number):
            raise check.Wrong(f"PROVISIONED={function}={number}: it names functions and numbers, such as rtc=2; there are "
                              f"{', '.join(source.functions())}")
    if kept_ready and rollout == "at-once":
        raise check.Wrong("PROVISIONED keeps processes of a version ready, so it needs versions: ROLLOUT=versions")


def may_deploy(session, caller: str, number: str, stack: str) -> None:
    """What the caller may do, by IAM's own simulation; a word where it does not tell."""
    missing, policy = permissions.missing(session, caller, number, stack), source.documentation("deployer-policy.json")
    if missing is None:
        say(f"Permissions: not checked, since IAM does not simulate this caller. {policy} has them all.")
    elif missing:
        stop(
            f"{caller} may not do what a deployment needs: {', '.join(missing)}. {policy} is a policy that "
            "allows it all. If IAM is wrong, as where it knows not all conditions: PERMISSIONS=unchecked", USAGE)
    else:
        say("Permissions: all that a deployment needs.")


def parameters(template: dict, named: dict[str, str], values: dict[str, str]) -> None:
    """What CloudFormation would say of the parameters, but only after everything is built.

    `named` are those that are new, `values` all that the stack will have.
    """
    for name, value in named.items():
        rule = template["Parameters"][name]
        wrong = rule.get("ConstraintDescription") or ""
        for text in value.split(",") if rule["Type"] == "CommaDelimitedList" else [value]:
            text = text.strip() if rule["Type"] == "CommaDelimitedList" else text
            if "AllowedValues" in rule and text not in (allowed := [str(one) for one in rule["AllowedValues"]]):
                raise check.Wrong(f"{name} is one of {', '.join(one or '(nothing)' for one in allowed)}. {wrong}".strip())
            # Without the anchors: Python's `$` lets a line break pass.
            pattern = rule.get("AllowedPattern", ".*").removeprefix("^").removesuffix("$")
            if not re.fullmatch(pattern, text, re.DOTALL):
                raise check.Wrong(f"{name} does not have the right form. {wrong}".strip())
            if len(text) > int(rule.get("MaxLength", 4096)):
                raise check.Wrong(f"{name} has {len(text)} characters; at most {rule['MaxLength']} have room")
            least, most = rule.get("MinValue"), rule.get("MaxValue")
            if least is not None and not (text.isascii() and text.isdigit() and least <= int(text) <= most):
                raise check.Wrong(f"{name} is a whole number from {least} to {most}")
    resolved = ResolvedTemplate(template, values)
    for rule in template["Rules"].values():
        if resolved.holds(rule.get("RuleCondition", {"Fn::Equals": ["", ""]})):
            for one in rule["Assertions"]:
                if not resolved.holds(one["Assert"]):
                    raise check.Wrong(one["AssertDescription"])


def variables(template: dict, values: dict[str, str], stack: str) -> dict[str, str]:
    """The functions' environment variables as these parameters make them; a default where there is none.

    What only a deployment can know, such as the secret's ARN, is left out.
    """
    of_all = template["Globals"]["Function"]["Environment"]["Variables"]
    found = {}
    for name, value in ResolvedTemplate(template, values).of(of_all).items():
        if isinstance(value, dict) and set(value) == {"Fn::Sub"}:
            value = str(value["Fn::Sub"]).replace("${AWS::StackName}", stack)
        if isinstance(value, str) and "${" not in value:
            found[name] = value
    return found


def settings(template: dict, values: dict[str, str], stack: str) -> None:
    """Checks what the functions will read: by their own parser, and by what Lambda has room for."""
    found = variables(template, values, stack)
    check.settings(found)
    # It counts them as JSON. Of the secret's ARN, only the length is known here.
    size = len(json.dumps(found | {"AGORA_SECRET_ID": values.get("ExistingSecretArn") or "x" * 120}, separators=(",", ":")))
    if size > 4096:
        raise check.Wrong(
            f"the settings take {size} bytes as JSON, and Lambda has room for 4096: shorten Policy, where each "
            "quotation mark takes two"
        )


def secret(session, arn: str, values: dict[str, str]) -> None:
    """Checks a secret that is there already, document and all, as far as it can be read here."""
    region = arn.split(":")[3]
    if region != session.region_name:
        raise check.Wrong(
            f"the secret is in {region} and the stack in {session.region_name}; the functions read one of their own "
            f"region. Secrets Manager replicates it: {source.documentation('deployment.md#several-regions')}")
    try:
        text = session.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    except aws.ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise check.Wrong(f"there is no secret {arn}, or none with a value; look at its ARN in Secrets Manager") from error
        # Whoever deploys need not be one who may read it.
        say(f"The secret: not checked: {account.explained(error)}")
        return
    except aws.BotoCoreError as error:
        say(f"The secret: not checked: {account.explained(error)}")
        return
    except KeyError as error:
        raise check.Wrong("the secret holds bytes; it has to hold a JSON document as text") from error
    try:
        policy = "policy" in json.loads(text)
    except (ValueError, TypeError):
        # The parser below says where.
        policy = False
    if policy and values.get("Policy"):
        raise check.Wrong(
            "the parameter Policy and the member `policy` of the secret both hold a policy; remove one of them: "
            'PARAMETERS="Policy=" empties the parameter')
    check.secret(text)
