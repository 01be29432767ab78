"""What state a stack is in, and what that means for a deployment."""

from __future__ import annotations

import itertools
import time

import aws
from script import USAGE, say, stop

# How often is looked, and how long is waited, in seconds.
PAUSE, PATIENCE = 10, 3600
# What a stack is when something begins with it.
BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
# The creation failed, so there is nothing that could be updated.
FAILED_CREATION = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")


def described(session, stack: str) -> dict | None:
    """The stack, where it is there."""
    try:
        [found] = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except aws.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    # Of the first, there is but a plan.
    return None if found["StackStatus"] in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE") else found


def settled(session, stack: str) -> dict | None:
    """The stack, once nothing goes on in it."""
    told, until = "", time.monotonic() + PATIENCE
    while (found := described(session, stack)) and found["StackStatus"].endswith("_IN_PROGRESS"):
        status = found["StackStatus"]
        if status != told:
            say(f"Stack {stack} is {status}: something else is at work on it. Waiting until that is over.")
            told = status
        if time.monotonic() > until:
            stop(f"{stack} is still {status} after an hour; look at its events in the console", USAGE)
        time.sleep(PAUSE)
    return found


def reasons(session, stack: str) -> list[str]:
    """Why the last thing that was done to a stack failed, as its events say."""
    try:
        events = session.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    except aws.ERRORS:
        return []
    # The last comes first, and those of earlier deployments after them.
    last = list(itertools.takewhile(lambda event: not (
        event.get("ResourceType") == "AWS::CloudFormation::Stack" and event["ResourceStatus"] in BEGINNINGS), events))
    found = [
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in last
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("ResourceStatusReason", "cancelled")
    ]
    # The first to fail drew the others with it.
    return list(dict.fromkeys(reversed(found)))[:3]


def ready(session, stack: str, agrees) -> dict | None:
    """The stack as it can be updated, or nothing where it can be created. What is left of a creation that failed is
    deleted, where `agrees` says so to the question."""
    found = settled(session, stack)
    status = found["StackStatus"] if found else ""
    here = f"--stack-name {stack} --region {session.region_name}"
    if status in FAILED_CREATION:
        say(f"The creation of {stack} failed ({status}), and what is left of it cannot be updated.")
        for reason in reasons(session, stack):
            say(f"  {reason}")
        # A secret that somebody put something into would be worth more than this.
        if not agrees("Delete what is left, and create it anew?"):
            stop(f"nothing was done; to delete it yourself: aws cloudformation delete-stack {here}", USAGE)
        formation = session.client("cloudformation")
        formation.delete_stack(StackName=stack)
        if left := settled(session, stack):
            stop(f"{stack} could not be deleted ({left['StackStatus']}): " + "; ".join(reasons(session, stack)), USAGE)
        return None
    if status == "DELETE_FAILED":
        stop(
            f"{stack} is half deleted ({'; '.join(reasons(session, stack)) or 'its events say why'}). Delete it again, "
            f"without what cannot go: aws cloudformation delete-stack {here} --retain-resources NAME", USAGE)
    if status == "UPDATE_ROLLBACK_FAILED":
        stop(
            f"the last update of {stack} failed, and so did going back "
            f"({'; '.join(reasons(session, stack)) or 'its events say why'}). Mend the cause, then: "
            f"aws cloudformation continue-update-rollback {here}", USAGE)
    if status == "UPDATE_ROLLBACK_COMPLETE":
        say(f"The last update of {stack} failed and was rolled back; it runs as it did before.")
    return found
