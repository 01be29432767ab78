"""Deploys to AWS: asks what it must, says what it will create, builds, deploys, shows a first call.

Questions are asked when a stack is created. Later runs keep what the stack has; a parameter changes
only when it is named: PARAMETERS="AllowedOrigins=https://app.example.com LogRetentionDays=90". Values may
be quoted as in a shell, which a policy needs. TAGS="team=video" tags everything that is created.

Unattended: YES=1, with APP_ID and APP_CERTIFICATE in the environment (or FROM=file, FROM=- for the certificate), or
with SECRET_ARN. It exits with 0 where all is well, 1 where something failed, 2 where it could not begin and did
nothing, 3 where the stack is there and gives no token, 130 where it was interrupted.

Before anything is built, tools, credentials, permissions, the state of the stack, the secret and all parameters are
checked, settings by the functions' own parser. On a stack that exists, no parameter is taken that would replace its
secret (`make secret` changes that), and a stack policy refuses such an update from elsewhere. It fails where no first
token can be had.

ROLLOUT says how a later version takes over, and is remembered as a tag of the stack:

  at-once   the functions are replaced in place; no request fails (the default)
  versions  each deployment publishes versions, and the alias `live` moves to them at once
  canary    the alias sends a tenth of the requests to the new version for five minutes, then all
  linear    a tenth more every minute

With canary and linear, CodeDeploy moves the alias, and back again if the alarm for server errors goes off.

PROVISIONED="rtc=2" keeps two processes of a function ready (provisioned concurrency), and is remembered, too; with
PROVISIONED= none is. It needs versions.

It does not use `sam deploy --guided`: that asks for the certificate again at every deployment, and
one typed in another letter case would make CloudFormation generate the secret, API key and all, anew.
"""

from __future__ import annotations

import difflib
import getpass
import json
import os
import re
import shlex
import sys
import textwrap
import time
from pathlib import Path

import account
import aws
import check
import preflight
import service
import source
import stack_state
from rollout import ROLLOUTS
from script import INTERRUPTED, UNSOUND, USAGE, Failed, interruptible, say, stop

# How long a first token may take, in seconds: a new API and a new role are not there at once.
PATIENCE = 60
ROLLOUT_TAG, PROVISIONED_TAG = "agora-token:rollout", "agora-token:provisioned"


def outputs(stack: str, session) -> dict[str, str]:
    """The outputs of a stack."""
    [described] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def ask(question: str, pattern: str, secret: bool = False) -> str:
    """Asks until the answer has the right form."""
    while True:
        answer = (getpass.getpass if secret else input)(f"{question}: ").strip()
        if re.fullmatch(pattern, answer):
            return answer
        say("  That does not have the right form.")


def parameters_of(found: dict) -> dict[str, str]:
    """The values that a stack's parameters have; asterisks for the certificate."""
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])}


def refusal(named: dict[str, str], before: dict[str, str]) -> str | None:
    """Why a stack that exists may not get these parameters: its secret would be lost.

    CloudFormation generates a secret anew, API key and all, when anything changes that it was made of, and
    creates a new one where a stack that was given one no longer is.
    """
    # What certificate it has is not told, and the same one in other letter case is another to it.
    changes = {name for name, value in named.items() if name == "AppCertificate" or value != before.get(name, "")}
    if made_of := sorted(changes & {"AppId", "AppCertificate"}):
        return (
            f"{' and '.join(made_of)} can be given to a new stack only: on this one, CloudFormation would generate "
            "the secret anew, with another API key and without anything that was added to it. To change the "
            f"certificate: {source.command('secret')}. Another App ID is another project: deploy it as a stack of its own "
            "(STACK=...), or add it to the secret's `projects` in Secrets Manager"
        )
    if "ExistingSecretArn" in changes and not before.get("ExistingSecretArn"):
        return (
            "ExistingSecretArn can be given to a new stack only: this one would drop the secret that it made, and the "
            f"keys that callers have with it. To change what is in the secret: {source.command('secret')}. To use the other one: "
            "deploy a stack of its own (STACK=...)"
        )
    if "ExistingSecretArn" in changes and not named["ExistingSecretArn"]:
        return (
            "ExistingSecretArn cannot be emptied: CloudFormation would make a new secret, with another API key. To "
            f"change what is in the secret: {source.command('secret')}"
        )
    return None


def stack_policy(actions: list[str]) -> dict:
    """A stack policy that denies these actions on the secret, whoever updates the stack by whatever means."""
    return {"Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "LogicalResourceId/Secret"},
    ]}


# No update of the secret at all, and none but of its tags and its key.
TIGHT, LOOSE = stack_policy(["Update:*"]), stack_policy(["Update:Replace", "Update:Delete"])


def protect(formation, stack: str, policy: dict) -> None:
    """Sets the stack's policy, unless it has one of somebody else's."""
    try:
        there = formation.get_stack_policy(StackName=stack).get("StackPolicyBody")
        if there and json.loads(there) not in (TIGHT, LOOSE):
            say("\nThe stack has a policy of its own, which stays; what it should deny: "
                f"{source.documentation('deployment.md#how-the-secret-is-kept')}")
        else:
            formation.set_stack_policy(StackName=stack, StackPolicyBody=json.dumps(policy))
    except aws.ERRORS as error:
        say(f"\nAn update in the console could replace the secret: the stack's policy cannot be set: {error}")


def first_token(made: dict[str, str], session) -> tuple[str, bool, str]:
    """An RTC token from the service that was just made, or why there is none; whether all is well; and what the
    service's own parser says of the token.

    It is well where nobody here may read the secret, or no API key is in it: then there is nothing to ask with.
    """
    try:
        secret = session.client("secretsmanager").get_secret_value(SecretId=made["SecretArn"])
    except aws.ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "AccessDeniedException":
            return "(not asked for: you may not read the secret yourself; the lines above do for those who may)", True, ""
        return f"the secret cannot be read: {error}", False, ""
    except aws.BotoCoreError as error:
        return f"the secret cannot be read: {error}", False, ""
    try:
        keys = service.keys_of(json.loads(secret["SecretString"]))
    except (KeyError, ValueError, AttributeError, TypeError):
        where = source.documentation("configuration.md")
        return f"the secret does not hold the JSON document that {where} describes", False, ""
    if not keys:
        return "(not asked for: the secret holds no API key)", True, ""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            token = service.token(made, *keys[0])
            return token, True, service.verdict(made, token, *keys[0])
        except service.NoToken as error:
            if time.monotonic() > until:
                return str(error), False, ""
            time.sleep(3)


def certificate() -> str:
    """The certificate, from where no list of processes shows it."""
    place = os.environ.get("FROM", "")
    if not place:
        return os.environ.get("APP_CERTIFICATE", "")
    try:
        return (sys.stdin.read() if place == "-" else Path(place).read_text()).strip()
    except (OSError, UnicodeDecodeError) as error:
        stop(f"FROM={place} cannot be read: {error}", USAGE)


def ask_for_project(unattended: bool) -> dict[str, str]:
    """The Agora project, from its two values or from a secret that holds it."""
    hexadecimal = "[0-9a-fA-F]{32}"
    answer = os.environ.get("APP_ID") or os.environ.get("SECRET_ARN") or ""
    secret_arn = r"arn:aws[a-z-]*:secretsmanager:\S+-\w{6}"
    if not answer:
        if unattended:
            stop("YES=1 asks nothing: set APP_ID, and APP_CERTIFICATE or FROM=file; or SECRET_ARN", USAGE)
        say("The Agora project. Give its App ID, or the ARN of a secret that holds the project already.")
        answer = ask("App ID or secret ARN", rf"{hexadecimal}|{secret_arn}")
    if answer.startswith("arn:"):
        return {"ExistingSecretArn": answer}
    found = certificate()
    if not found:
        if unattended:
            stop("YES=1 asks nothing: set APP_CERTIFICATE, or FROM=file (FROM=- reads standard input)", USAGE)
        found = ask("Primary certificate (not shown)", hexadecimal, secret=True)
    return {"AppId": answer, "AppCertificate": found}


def pairs(variable: str) -> dict[str, str]:
    """Name=value pairs from the environment."""
    try:
        words = shlex.split(os.environ.get(variable, ""))
        return dict(word.split("=", 1) for word in words)
    except ValueError:
        stop(f'{variable} holds pairs such as Name=value; quote what has spaces or quotes: {variable}="Name=\'a b\'"', USAGE)


def agrees(question: str) -> bool:
    """Whether a person says yes; YES=1 is one who has."""
    if os.environ.get("YES") == "1":
        say(f"\n{question} Yes, by YES=1.")
        return True
    try:
        return input(f"\n{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        stop("there is nobody to ask; YES=1 says yes to every question", USAGE)


def tell_what_is_new(named: dict[str, str], architecture: str, bucket: str) -> None:
    """What a new stack consists of, and what it costs to have it."""
    functions = sorted(source.functions())
    monthly = 1.20
    say("\nIt creates:")
    what = f"{len(functions)} Lambda functions, {named.get('MemorySize', 128)} MB, {architecture}: {', '.join(functions)}"
    say(textwrap.fill(what, 100, initial_indent="  - ", subsequent_indent="    "))
    say("  - for each function a role, which may read the secret and write the log, and no more")
    say("  - an HTTP API with throttling and CORS; a log of all functions")
    if "ExistingSecretArn" not in named:
        monthly += 0.40
        say("  - a secret with your App ID, your certificate and a new API key (0.40 USD a month)")
    say("  - six alarms (1.20 USD a month; 0.20 while an account's first ten metrics are free)")
    if named.get("Dashboard") != "disabled":
        say("  - a dashboard (an account's first three are free, a further one 3 USD a month)")
    if named.get("DomainName"):
        say(f"  - the domain name {named['DomainName']}")
    say(f"  - {bucket}")
    say(f"Idle, that costs {monthly - 1:.2f} to {monthly:.2f} USD a month; a million tokens cost {source.price():.2f} USD.")


def tell_what_it_gives(made: dict[str, str], session) -> None:
    """The first token, what our own parser says of it, and what nobody here can know."""
    say("\nTo have a token:\n")
    say(f"  {made['ApiKey']}")
    say(f"  {made['FirstToken']}")
    token, well, verdict = first_token(made, session)
    if not well:
        stop(f"it is deployed, but gives no token: {token}\nWhat the functions write says more:\n  {made['Log']}", UNSOUND)
    say(f"\nYour first token:\n\n  {token}\n")
    if verdict == "valid":
        say("It is well formed, and signed by the certificate in the secret. Only Agora can tell whether that is the")
        say("certificate of your project: paste App ID, channel `demo`, uid 1 and the token into Agora's web demo,")
        say("https://webdemo.agora.io/basicVideoCall/index.html. If it says `invalid token`, the certificate is of another")
        say(f"project, or was replaced in Agora Console: `{source.command('secret')}` changes it.")
    elif verdict:
        stop(f"the service itself finds the token {verdict}; ExplainToken, an output of the stack, says why", UNSOUND)
    say(f"\nYour apps call {made['BaseUrl']}. Who may have what, alarms and a domain are parameters:")
    say(f'  {source.command("deploy")} PARAMETERS="AllowedOrigins=https://app.example.com AlarmEmail=me@example.com"')


def main() -> None:
    stack, unattended = os.environ.get("STACK") or "agora-token", os.environ.get("YES") == "1"
    named, tags = pairs("PARAMETERS"), pairs("TAGS")
    if os.environ.get("ARCHITECTURE"):
        named.setdefault("Architecture", os.environ["ARCHITECTURE"])
    template = source.template()
    unknown = sorted(set(named) - set(template["Parameters"]))
    if unknown:
        near = difflib.get_close_matches(unknown[0], template["Parameters"], 1)
        stop(f"the template has no parameter {', '.join(unknown)}" + (f"; {near[0]}?" if near else ""), USAGE)
    preflight.name(stack)
    source.tools()
    session = account.session(source.command("deploy"))
    number, caller = account.who(session)
    try:
        update = stack_state.ready(session, stack, agrees)
    except aws.ERRORS as error:
        stop(account.explained(error), USAGE)

    rollout = os.environ.get("ROLLOUT", "")
    before: dict[str, str] = {}
    formation, loosen = session.client("cloudformation"), False
    say(f"Stack {stack} in {session.region_name}, account {number}: {'an update' if update else 'new'}.")
    if update:
        before = parameters_of(update)
        if why := refusal(named, before):
            stop(why, USAGE)
        say("Keeps its parameters but for: " + (", ".join(sorted(named)) or "none"))
        tags = {tag["Key"]: tag["Value"] for tag in update.get("Tags", [])} | tags
        rollout = rollout or tags.get(ROLLOUT_TAG, "")
        say(f"A new version takes over: {rollout or 'at-once'}")
        architecture = named.get("Architecture") or before.get("Architecture") or "arm64"
    else:
        if "AppCertificate" in named:
            stop("AppCertificate is not taken from an argument, which everybody on this machine can read: set "
                 "APP_CERTIFICATE in the environment, or FROM=file (FROM=- reads standard input)", USAGE)
        if "ExistingSecretArn" not in named:
            named = ask_for_project(unattended) | named
        architecture = named.setdefault("Architecture", "arm64")
        tell_what_is_new(named, architecture, source.bucket(number, session.region_name))
    try:
        preflight.parameters(template, named, before | named)
        rollout = rollout or "at-once"
        if rollout not in ROLLOUTS:
            stop(f"ROLLOUT is one of {', '.join(ROLLOUTS)}, not {rollout}", USAGE)
        tags[ROLLOUT_TAG] = rollout
        kept_ready = pairs("PROVISIONED") if "PROVISIONED" in os.environ else dict(
            word.split("=", 1) for word in tags.get(PROVISIONED_TAG, "").split())
        preflight.provisioned(kept_ready, rollout)
        if kept_ready or PROVISIONED_TAG in tags:
            tags[PROVISIONED_TAG] = " ".join(f"{name}={number}" for name, number in sorted(kept_ready.items()))
        if update:
            # The secret gets the stack's tags, too.
            loosen = tags != {tag["Key"]: tag["Value"] for tag in update.get("Tags", [])}
            loosen = loosen or named.get("KmsKeyArn", before.get("KmsKeyArn")) != before.get("KmsKeyArn")
        if os.environ.get("PERMISSIONS") != "unchecked":
            preflight.may_deploy(session, caller, number, stack)
        if not agrees("Go on?"):
            stop("nothing was done", USAGE)
        preflight.settings(template, before | named, stack)
        if arn := outputs(stack, session).get("SecretArn") if update else named.get("ExistingSecretArn"):
            preflight.secret(session, arn, before | named)
    except check.Wrong as error:
        stop(f"{error}\nNothing was built or deployed", USAGE)

    env = source.environment(AWS_REGION=session.region_name, AWS_DEFAULT_REGION=session.region_name)
    # A stack that was given a secret has none to lose.
    owner = not (before | named).get("ExistingSecretArn")
    try:
        source.build(architecture, env, number)
        source.prepare(rollout, before | named, kept_ready)
    except Failed as error:
        stop(str(error))
    try:
        if owner and loosen:
            protect(formation, stack, LOOSE)
        try:
            source.deploy(stack, named, env, tags)
        except KeyboardInterrupt:
            if owner:
                protect(formation, stack, TIGHT)
            say(f"\nCloudFormation goes on with what it began. How far it is: aws cloudformation describe-stacks "
                f"--stack-name {stack} --region {session.region_name}. The next `{source.command('deploy')}` waits for it.")
            raise
        except BaseException:
            if owner and loosen:
                protect(formation, stack, TIGHT)
            raise
        if owner:
            protect(formation, stack, TIGHT)
    except Failed as error:
        why = "".join(f"\n  {reason}" for reason in stack_state.reasons(session, stack))
        stop(f"{error}{why}")
    tell_what_it_gives(outputs(stack, session), session)


def run() -> None:
    """Deploys, and says in a sentence why it ended before."""
    interruptible()
    try:
        main()
    except aws.ERRORS as error:
        stop(account.explained(error))
    except OSError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("interrupted; nothing more is done here", INTERRUPTED)
    except EOFError:
        stop("there is nobody to ask; YES=1 says yes to every question", USAGE)


if __name__ == "__main__":
    run()
