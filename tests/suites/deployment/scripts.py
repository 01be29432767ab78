"""Holds the scripts that deploy to what they promise, with a cloud that is made up.

The rehearsal does the same against an emulator; here stands what it cannot cause.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import hashlib
import hmac
import inspect
import io
import itertools
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
import zlib
from pathlib import Path
from unittest import mock

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "rehearse")]

import botocore.exceptions

import aws
import check
import deploy
import key
import package
import permissions
import preflight
import publish
import rotate
import script
import secret
import service
import source
import stack_state
import template
from repository import ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, heard
from resolved_template import ResolvedTemplate

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agora/one-AbCdEf"
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
OTHER = "0123456789abcdef0123456789ABCDEF"
KEY, ADDED = "k" * 43, "added-by-the-operator"
DOCUMENT = {
    "appId": SAMPLE_APP_ID, "appCertificate": SAMPLE_CERTIFICATE, "apiKey": KEY, "apiKeys": [ADDED],
    "whiteboard": {"accessKey": "ak", "secretKey": "ü/\u2028"},
}
# The parameters of a stack that made its secret, and of one that was given it.
OWN = {"AppId": SAMPLE_APP_ID, "AppCertificate": "****", "ExistingSecretArn": "", "KmsKeyArn": "", "Architecture": "arm64",
       "SecretTtlSeconds": "1", "Policy": ""}
GIVEN = OWN | {"AppId": "", "ExistingSecretArn": ARN}


def vector() -> tuple[str, str]:
    """A token of Agora's own libraries, and the certificate that signed it."""
    with (ROOT / "tests/data/tokens.jsonl").open() as lines:
        found = next(one for one in map(json.loads, lines) if one["kind"] == "007-rtc")
    return found["token"], found["app_certificate"]


def again(token: str, certificate: str) -> str:
    """The same token, signed by another certificate."""
    content = zlib.decompress(base64.b64decode(token[3:]))
    message = content[34:]
    key = certificate.encode()
    for part in (message[34:38], message[42:46]):
        key = hmac.new(part, key, hashlib.sha256).digest()
    signature = hmac.new(key, message, hashlib.sha256).digest()
    return "007" + base64.b64encode(zlib.compress(content[:2] + signature + message)).decode()


def refused(code: str, action: str) -> botocore.exceptions.ClientError:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "no"}}, action)


class Cloud:
    """An account with a stack, or none, and its secret; it notes what is changed, in order."""

    def __init__(self, parameters: dict[str, str] | None, tags: dict[str, str] | None = None):
        self.parameters, self.tags, self.status = parameters, tags or {}, "UPDATE_COMPLETE"
        self.document, self.version, self.unreadable, self.done = json.dumps(DOCUMENT), 1, None, []
        self.policy, self.caller, self.denied, self.given = None, "", set(), None
        # What it will be when it is looked at again.
        self.later: list[str] = []

    region_name = "eu-central-1"

    def client(self, _):
        return self

    def get_caller_identity(self):
        return {"Account": "123456789012", "Arn": self.caller}

    def get_role(self, RoleName):
        return {"Role": {"Arn": f"arn:aws:iam::123456789012:role/a/path/{RoleName}"}}

    def get_paginator(self, _):
        return self

    def paginate(self, PolicySourceArn, ActionNames, ResourceArns):
        """IAM's simulation."""
        assert ":assumed-role/" not in PolicySourceArn and not [arn for arn in ResourceArns if "*" in arn[1:]]
        yield {"EvaluationResults": [
            {"EvalActionName": action, "EvalDecision": "implicitDeny" if action in self.denied else "allowed"}
            for action in ActionNames
        ]}

    def describe_stack_events(self, StackName):
        event = {"LogicalResourceId": "Api", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "it was not allowed"}
        cancelled = event | {"LogicalResourceId": "Rtc", "ResourceStatusReason": "Resource creation cancelled"}
        return {"StackEvents": [cancelled, event]}

    def delete_stack(self, StackName):
        self.done.append("delete")
        self.status = "DELETE_COMPLETE"

    def deployed(self, stack, named, env, tags):
        self.done.append("deploy")
        self.kept = tags
        self.given = named.get("AppCertificate")

    def describe_stacks(self, StackName):
        if self.parameters is None:
            raise refused("ValidationError", "Stack does not exist")
        status, self.status = self.status, self.later.pop(0) if self.later else self.status
        return {"Stacks": [{
            "StackStatus": status,
            "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()],
            "Tags": [{"Key": k, "Value": v} for k, v in self.tags.items()],
            "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in {
                "SecretArn": ARN, "FirstToken": "curl -d x https://api.example/v1/rtc", "ApiKey": "jq -r .apiKey)",
                "Log": "aws logs tail x", "BaseUrl": "https://tokens.example",
            }.items()],
        }]}

    def get_stack_policy(self, StackName):
        return {"StackPolicyBody": self.policy} if self.policy else {}

    def set_stack_policy(self, StackName, StackPolicyBody):
        self.policy = StackPolicyBody
        [_, deny] = json.loads(StackPolicyBody)["Statement"]
        assert (deny["Effect"], deny["Resource"]) == ("Deny", "LogicalResourceId/Secret")
        self.done.append(" ".join(deny["Action"]))

    def get_secret_value(self, SecretId):
        if self.unreadable:
            raise refused(self.unreadable, "GetSecretValue")
        return {"SecretString": self.document, "VersionId": str(self.version)}

    def put_secret_value(self, SecretId, SecretString):
        self.document, self.version = SecretString, self.version + 1
        self.done.append("put")


def simulated() -> list[str]:
    """The resources that are simulated."""
    return [arn for _, arns in permissions.needed("aws", "eu-central-1", "123456789012", "agora-token") for arn in arns]


class Scripts(unittest.TestCase):
    # What the service's own parser says of a first token.
    verdict = "valid"

    def said(self, main, cloud: Cloud, answer: object = "y", **variables: str) -> tuple[object, str]:
        """Runs a script's `main`: what it exits with, 0 where it does not, and what it printed."""
        out, code, self.status = io.StringIO(), 0, 0
        with (
            mock.patch.dict(os.environ, {k: v for k, v in os.environ.items() if k in ("PATH", "HOME")} | variables, clear=True),
            mock.patch("aws.session", lambda *_: cloud), mock.patch("builtins.input", lambda _: raised(answer)),
            mock.patch("getpass.getpass", lambda _: OTHER), contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            try:
                main()
            except SystemExit as error:
                # What it said, and what it exits with.
                code, self.status = getattr(error, "text", error.code), error.code
        return code, out.getvalue()

    def deployed(
        self, cloud: Cloud, answers=((200, {"token": "007"}),), answers_no: bool = False, **variables
    ) -> tuple[object, str]:
        """`make deploy` without SAM; `answers` are what the service then gives."""
        answers = iter(answers)

        def call(url, body, key):
            return (200, {"verdict": self.verdict}) if url.endswith("/v1/inspect") else raised(next(answers))

        with (
            mock.patch.object(source, "build", lambda *_: cloud.done.append("build")),
            mock.patch.object(source, "prepare", lambda *_: None),
            mock.patch.object(source, "deploy", cloud.deployed), mock.patch("shutil.which", self.which),
            mock.patch("service.call", call), mock.patch("check.check"),
            mock.patch("urllib.request.urlopen", side_effect=OSError("nothing here may be asked")),
            mock.patch("time.sleep"), mock.patch("time.monotonic", itertools.count(step=20).__next__),
        ):
            return self.said(deploy.main, cloud, **({"answer": "n"} if answers_no else {}), **variables)

    @staticmethod
    def which(name: str) -> str:
        return f"/usr/bin/{name}"

    # ---- make deploy ----

    def test_no_parameter_can_lose_the_secret_of_a_stack(self):
        for before, parameters in [
            (OWN, f"AppCertificate={OTHER}"),
            # CloudFormation does not tell what it has, and may have had it in other letter case.
            (OWN, f"AppCertificate={SAMPLE_CERTIFICATE}"),
            (OWN, f"AppId={SAMPLE_APP_ID.lower()}"),
            (OWN, f"AppId={OTHER} AppCertificate={OTHER}"),
            (OWN, f"ExistingSecretArn={ARN}"),
            (GIVEN, "ExistingSecretArn="),
            (GIVEN, f"ExistingSecretArn= AppId={OTHER} AppCertificate={OTHER}"),
            (GIVEN, f"AppCertificate={OTHER}"),
        ]:
            with self.subTest(parameters):
                cloud = Cloud(before)
                code, _ = self.deployed(cloud, PARAMETERS=parameters)
                self.assertEqual(cloud.done, [], "nothing is built, deployed or set")
                self.assertIn("make secret", str(code))
                self.assertNotIn(OTHER, str(code))

    def test_parameters_that_lose_nothing_are_taken(self):
        for before, parameters in [
            (OWN, "LogRetentionDays=90"), (OWN, f"AppId={SAMPLE_APP_ID}"), (OWN, "ExistingSecretArn="),
            (OWN, f"KmsKeyArn={KEY_ARN}"), (GIVEN, f"ExistingSecretArn={ARN[:-6]}ZyXwVu"),
        ]:
            with self.subTest(parameters):
                cloud = Cloud(before)
                code, _ = self.deployed(cloud, PARAMETERS=parameters)
                self.assertEqual(code, 0)
                self.assertIn("deploy", cloud.done)
        cloud = Cloud(OWN)
        cloud.parameters = None
        with mock.patch.object(deploy, "outputs", lambda *_: dict.fromkeys(("ApiKey", "FirstToken", "SecretArn", "Log", "BaseUrl"), "x")):
            code, _ = self.deployed(cloud, YES="1", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=SAMPLE_CERTIFICATE)
        self.assertEqual((code, cloud.done), (0, ["build", "deploy", "Update:*"]), "a new stack")

    def test_a_stack_policy_guards_the_secret(self):
        same = {deploy.ROLLOUT_TAG: "at-once"}
        for before, tags, variables, wanted in [
            (OWN, same, {}, ["build", "deploy", "Update:*"]),
            # A tag of the stack is one of the secret, too; and so is its key.
            (OWN, {}, {}, ["build", "Update:Replace Update:Delete", "deploy", "Update:*"]),
            (OWN, same, {"TAGS": "team=video"}, ["build", "Update:Replace Update:Delete", "deploy", "Update:*"]),
            (OWN, same, {"PARAMETERS": f"KmsKeyArn={KEY_ARN}"},
             ["build", "Update:Replace Update:Delete", "deploy", "Update:*"]),
            (GIVEN, {}, {}, ["build", "deploy"]),
        ]:
            with self.subTest(variables=variables, tags=tags):
                cloud = Cloud(before, tags)
                self.assertEqual(self.deployed(cloud, **variables)[0], 0)
                self.assertEqual(cloud.done, wanted)

    def test_a_stack_policy_of_somebody_else_stays(self):
        cloud = Cloud(OWN)
        cloud.policy = own = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"Update:*","Resource":"*"}]}'
        code, out = self.deployed(cloud)
        self.assertEqual((code, cloud.done, cloud.policy), (0, ["build", "deploy"], own))
        self.assertIn("policy of its own", out)

    def test_it_is_tight_again_when_the_deployment_fails(self):
        cloud = Cloud(OWN)
        with (
            mock.patch.object(source, "build"), mock.patch.object(source, "prepare"), mock.patch("check.check"),
            mock.patch.object(source, "deploy", side_effect=script.Failed("no")),
        ):
            code, _ = self.said(deploy.main, cloud)
        self.assertEqual((code, cloud.done), ("no\n  Api: it was not allowed", ["Update:Replace Update:Delete", "Update:*"]))

    # ---- before anything is built ----

    def test_what_a_failed_creation_left_is_deleted_where_a_person_says_so(self):
        for status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
            cloud = Cloud(OWN)
            cloud.status = status
            code, out = self.deployed(cloud, APP_ID=SAMPLE_APP_ID, answers_no=True)
            self.assertEqual((cloud.done, self.status), ([], 2), status)
            self.assertIn("aws cloudformation delete-stack --stack-name agora-token --region eu-central-1", str(code))
            self.assertIn("Api: it was not allowed", out)
            cloud = Cloud(OWN)
            cloud.status = status
            self.deployed(cloud, YES="1", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=OTHER)
            self.assertEqual(cloud.done[:3], ["delete", "build", "deploy"])

    def test_what_cannot_be_updated_is_told_with_what_to_do(self):
        for status, words in [
            ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name agora-token"),
            ("DELETE_FAILED", "--retain-resources"),
        ]:
            cloud = Cloud(OWN)
            cloud.status = status
            code, _ = self.deployed(cloud)
            self.assertEqual((cloud.done, self.status), ([], 2))
            self.assertIn(words, str(code))
            self.assertIn("Api: it was not allowed", str(code))

    def test_what_goes_on_is_waited_for(self):
        for status in ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"):
            cloud = Cloud(OWN)
            cloud.status = status
            cloud.later = ["UPDATE_ROLLBACK_COMPLETE"]
            code, out = self.deployed(cloud)
            self.assertEqual(code, 0)
            self.assertEqual(out.count("Waiting until that is over"), 1)
            self.assertIn("was rolled back", out)
            self.assertIn("deploy", cloud.done)
        cloud = Cloud(OWN)
        cloud.status = "UPDATE_IN_PROGRESS"
        with mock.patch.object(stack_state, "PATIENCE", 60):
            code, _ = self.deployed(cloud)
        self.assertIn("after an hour", str(code))

    def test_every_status_of_a_stack_means_something(self):
        for status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_FAILED", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"):
            cloud = Cloud(OWN)
            cloud.status = status
            self.assertEqual(self.deployed(cloud)[0], 0, status)
            self.assertIn("deploy", cloud.done)
        for status in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
            cloud = Cloud(OWN)
            cloud.status = status
            _, out = self.deployed(cloud, YES="1", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=OTHER)
            self.assertIn("new.", out, status)

    def test_nobody_is_asked_where_nobody_is(self):
        new = Cloud(None)
        for variables, word in [
            ({}, "APP_ID"), ({"APP_ID": SAMPLE_APP_ID}, "APP_CERTIFICATE"),
            ({"APP_ID": SAMPLE_APP_ID, "FROM": "/nowhere"}, "cannot be read"),
            ({"APP_ID": SAMPLE_APP_ID, "APP_CERTIFICATE": "x"}, "32 hexadecimal"),
            ({"SECRET_ARN": "arn:aws:nothing"}, "full ARN"),
            ({"PARAMETERS": f"AppId={SAMPLE_APP_ID} AppCertificate={OTHER}"}, "which everybody on this machine can read"),
        ]:
            code, out = self.deployed(new, YES="1", **variables)
            self.assertIn(word, str(code), variables)
            self.assertEqual((self.status, new.done), (2, []))
            self.assertNotIn(OTHER, f"{code}{out}")
        for variables in ({"APP_CERTIFICATE": OTHER}, {"FROM": self.file(f"{OTHER}\n")}):
            cloud = Cloud(OWN)
            cloud.status = "REVIEW_IN_PROGRESS"
            code, out = self.deployed(cloud, YES="1", APP_ID=SAMPLE_APP_ID, **variables)
            self.assertEqual((cloud.done[:2], cloud.given), (["build", "deploy"], OTHER), code)
            self.assertNotIn(OTHER, out)
        cloud = Cloud(OWN)
        code, _ = self.deployed(cloud, answer=EOFError())
        self.assertIn("YES=1", str(code))
        self.assertEqual((self.status, cloud.done), (2, []))

    def test_credentials_and_regions_that_are_not_there_are_sentences(self):
        cloud = Cloud(OWN)
        missing = botocore.exceptions.NoCredentialsError()
        for error, word in [
            (missing, "no AWS credentials"), (refused("ExpiredToken", "GetCallerIdentity"), "have expired"),
            (refused("InvalidClientTokenId", "x"), "does not know these credentials"),
            (botocore.exceptions.EndpointConnectionError(endpoint_url="https://x"), "cannot be reached"),
        ]:
            with mock.patch.object(cloud, "get_caller_identity", side_effect=error, create=True):
                code, _ = self.deployed(cloud)
            self.assertIn(word, str(code))
            self.assertEqual((self.status, cloud.done), (2, []))
        for command, main in [("make deploy", deploy.main), ("make secret", secret.main)]:
            nowhere = Cloud(OWN)
            nowhere.region_name = None
            code, _ = self.said(main, nowhere)
            self.assertIn(f"AWS_REGION=eu-central-1 {command}", str(code))

    def test_why_it_failed_is_of_the_last_time(self):
        def event(name: str, status: str, reason: str = "") -> dict:
            kind = "AWS::CloudFormation::Stack" if name == "agora-token" else "AWS::Lambda::Function"
            return {"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status, "ResourceStatusReason": reason}

        before = [event("Rtm", "UPDATE_FAILED", "of another time"), event("agora-token", "UPDATE_IN_PROGRESS")]
        cloud = Cloud(OWN)
        for failed, told in [([], []), ([event("Rtc", "UPDATE_FAILED", "of this time")], ["Rtc: of this time"])]:
            events = [event("agora-token", "UPDATE_ROLLBACK_COMPLETE"), event("agora-token", "UPDATE_ROLLBACK_IN_PROGRESS"), *failed,
                      event("agora-token", "UPDATE_IN_PROGRESS"), *before]
            cloud.describe_stack_events = lambda StackName: {"StackEvents": events}
            self.assertEqual(stack_state.reasons(cloud, "agora-token"), told)

    def test_a_parser_that_cannot_run_is_a_sentence(self):
        with mock.patch("source.checker", lambda: ["/dev/null"]), self.assertRaisesRegex(check.Wrong, "cannot be run: .*denied"):
            check.secret("{}")

    def test_an_unknown_profile_is_a_sentence(self):
        empty = self.file("")
        for script in ("deploy", "secret"):
            ran = subprocess.run(
                [sys.executable, str(TOOLS / f"{script}.py")], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "AWS_PROFILE": "nobody", "AWS_CONFIG_FILE": empty,
                     "AWS_SHARED_CREDENTIALS_FILE": empty, "HOME": "/nonexistent"})
            self.assertEqual((ran.returncode, ran.stdout), (2, ""), ran.stderr)
            self.assertEqual(ran.stderr, "error: there is no AWS profile nobody (AWS_PROFILE)\n")

    def test_what_is_kept_ready_is_remembered(self):
        versions = {"ROLLOUT": "versions"}
        for variables, word in [
            ({"PROVISIONED": "rtc=2"}, "needs versions"), (versions | {"PROVISIONED": "rtx=2"}, "rtx=2: it names"),
            (versions | {"PROVISIONED": "rtc=0"}, "rtc=0: it names"), (versions | {"PROVISIONED": "rtc"}, "pairs"),
        ]:
            self.assertIn(word, str(self.deployed(Cloud(OWN), **variables)[0]))
        cloud = Cloud(OWN)
        self.assertEqual(self.deployed(cloud, ROLLOUT="versions", PROVISIONED="rtc=2 rtm=1")[0], 0)
        self.assertEqual(cloud.kept[deploy.PROVISIONED_TAG], "rtc=2 rtm=1")
        again = Cloud(OWN, cloud.kept)
        self.deployed(again)
        self.assertEqual(again.kept[deploy.PROVISIONED_TAG], "rtc=2 rtm=1")
        self.deployed(again, PROVISIONED="")
        self.assertEqual(again.kept[deploy.PROVISIONED_TAG], "")

    def test_tools_and_names_are_looked_at_first(self):
        with mock.patch.object(self, "which", lambda name: None if name == "cargo" else name):
            code, _ = self.deployed(Cloud(OWN))
        self.assertIn("cargo cannot be found", str(code))
        self.assertIn("docs/deployment.md#without-rust", str(code))
        for stack, word in [("1st", "begins with a letter"), ("a_b", "hyphens"), ("a" * 86, "85 have room")]:
            self.assertIn(word, str(self.deployed(Cloud(OWN), STACK=stack)[0]))
        self.assertEqual(self.deployed(Cloud(OWN), STACK="a" * 85)[0], 0)
        self.assertIn("AllowedOrigins?", str(self.deployed(Cloud(OWN), PARAMETERS="AllowedOrigin=x")[0]))

    def test_permissions_are_for_what_a_stack_names_so(self):
        named = {arn for _, arns in permissions.needed("aws", "eu-central-1", "123456789012", "video") for arn in arns}
        self.assertIn("arn:aws:lambda:eu-central-1:123456789012:function:video-x", named)
        # Its bucket is not the stack's.
        self.assertEqual({arn for arn in named if arn.startswith("arn:aws:s3:::agora")}, {"arn:aws:s3:::agora-token-x", "arn:aws:s3:::agora-token-x/x"})
        self.assertFalse([arn for arn in named if arn.startswith("arn:aws:s3:::video")])

    def test_permissions_are_simulated_where_iam_tells(self):
        role = "arn:aws:sts::123456789012:assumed-role/Deployer/somebody"
        for caller, denied, code in [
            (role, set(), 0), (role, {"lambda:CreateFunction", "iam:PassRole"}, 2),
            ("arn:aws:iam::123456789012:user/anna", {"s3:PutObject"}, 2), ("arn:aws:iam::123456789012:root", {"s3:PutObject"}, 0),
        ]:
            cloud = Cloud(OWN)
            cloud.caller, cloud.denied = caller, denied
            said, out = self.deployed(cloud)
            self.assertEqual(self.status, code, said)
            if code:
                self.assertIn(", ".join(sorted(denied)), str(said))
                self.assertIn("docs/deployer-policy.json", str(said))
                self.assertEqual(cloud.done, [])
                self.assertEqual(self.deployed(cloud, PERMISSIONS="unchecked")[0], 0)
            else:
                self.assertIn("not checked" if caller.endswith("root") else "all that a deployment needs", out)
        self.assertIn("arn:aws:iam::123456789012:role/agora-token-x", simulated())

    def test_a_secret_that_is_there_is_looked_at_whole(self):
        cloud = Cloud(GIVEN)
        for arn, word in [(ARN.replace("eu-central-1", "us-east-1"), "us-east-1"), (ARN, "no secret")]:
            cloud.unreadable = "ResourceNotFoundException"
            code, _ = self.deployed(cloud, PARAMETERS=f"ExistingSecretArn={arn}")
            # What the stack has is what is read.
            self.assertIn("no secret", str(code))
        with self.assertRaisesRegex(check.Wrong, "one of their own region"):
            preflight.secret(cloud, ARN.replace("eu-central-1", "us-east-1"), {})
        cloud.unreadable, cloud.document = None, "{"
        with mock.patch("check.secret", side_effect=check.Wrong("in the secret document, it is no JSON")):
            code, _ = self.deployed(cloud)
        self.assertIn("no JSON", str(code))
        self.assertEqual(cloud.done, [])

    def test_an_interrupt_says_what_goes_on(self):
        cloud = Cloud(OWN)
        with (
            mock.patch.object(source, "build"), mock.patch.object(source, "prepare"), mock.patch("check.check"),
            mock.patch.object(source, "deploy", side_effect=KeyboardInterrupt),
        ):
            with self.assertRaises(KeyboardInterrupt):
                self.said(deploy.main, cloud)
        self.assertEqual(cloud.done[-1], "Update:*", "the secret is guarded all the same")

    def test_what_only_agora_can_tell_is_said(self):
        code, out = self.deployed(Cloud(OWN))
        self.assertEqual(code, 0)
        self.assertIn("Only Agora can tell", out)
        with mock.patch.object(self, "verdict", "invalid"):
            code, _ = self.deployed(Cloud(OWN))
        self.assertIn("finds the token invalid", str(code))
        self.assertEqual(self.status, 3)
        self.deployed(Cloud(OWN), [OSError("no")] * 9)
        self.assertEqual(self.status, 3)

    def test_settings_are_checked_before_anything_is_built(self):
        cloud, asked = Cloud(OWN | {"JwtIssuer": "https://a.example", "JwtAudience": "app"}), []

        def wrong(what, found):
            asked.append((what, found))
            raise check.Wrong("AGORA_POLICY, user.rolez: no")

        with mock.patch("check.check", wrong), mock.patch.object(source, "build", lambda *_: cloud.done.append("build")):
            code, _ = self.said(deploy.main, cloud, PARAMETERS="'Policy={\"user\":{\"rolez\":[]}}'", STACK="mine")
        self.assertEqual(cloud.done, [])
        self.assertIn("AGORA_POLICY, user.rolez: no", str(code))
        [(what, found)] = asked
        self.assertEqual(what, [])
        # What is named, what the stack has, what the template says, what is made of the stack's name.
        self.assertEqual(found["AGORA_POLICY"], '{"user":{"rolez":[]}}')
        self.assertEqual(found["AGORA_JWT_ISSUER"], "https://a.example")
        self.assertEqual((found["AGORA_SECRET_TTL_SECONDS"], found["AGORA_ANONYMOUS_ACCESS"]), ("1", "closed"))
        self.assertEqual(found["AGORA_METRICS_NAMESPACE"], "AgoraToken/mine")

    def test_what_cloudformation_would_refuse_is_refused_before_anything_is_built(self):
        for parameters, word in [
            ("AnonymousAccess=opn", "AnonymousAccess is one of closed, open"), ("Architecture=arm", "arm64, x86_64"),
            ("LogRetentionDays=8", "LogRetentionDays is one of 1, 3"), ("ThrottleRate=0", "from 1 to 10000"),
            ("SecretTtlSeconds=1.5", "from 1 to 86400"), ("AlarmEmail=me", "e-mail"), ("JwtAudience=app", "JwtIssuer"),
            ("JwtIssuer=https://a.example", "JwtAudience is needed"), ("JwtTokenUse=id", "need JwtIssuer"),
            ("JwtTokenUse=ID", "(nothing), id, access"),
            ("AllowedOrigins=https://a.example,https://b.example/", "An origin is"),
            (f"JwtIssuer=https://{'a' * 200} JwtAudience=a", "208 characters"), ("'Policy={}\n[]'", "one JSON object"),
            ("CertificateArn=x", "ARN of a certificate"), ("DomainName=a.example", "CertificateArn is needed"),
        ]:
            with self.subTest(parameters):
                cloud = Cloud(OWN)
                code, _ = self.deployed(cloud, PARAMETERS=parameters)
                self.assertEqual(cloud.done, [])
                self.assertIn(word, str(code))
        for parameters in ("AllowedOrigins='https://a.example, https://b.example'", "'Policy={\n}'", "JwtTokenUse=",
                           "JwtIssuer=https://a.example JwtAudience=app JwtTokenUse=id JwtAudienceClaim=azp"):
            with self.subTest(parameters):
                self.assertEqual(self.deployed(Cloud(OWN), PARAMETERS=parameters)[0], 0)

    def test_every_variable_but_the_secrets_name_is_checked(self):
        source = template.load()
        made = ResolvedTemplate(source, {}).of(source["Globals"]["Function"]["Environment"]["Variables"])
        self.assertEqual(set(made) - set(preflight.variables(source, {}, "mine")), {"AGORA_SECRET_ID"})

    def test_settings_that_lambda_has_no_room_for_are_refused(self):
        policy = json.dumps({"user": {"channels": ["a"] * 700}}, separators=(",", ":"))
        self.assertLess(len(policy), template.load()["Parameters"]["Policy"]["MaxLength"])
        with mock.patch("check.check"), self.assertRaisesRegex(check.Wrong, "4096"):
            preflight.settings(template.load(), {"Policy": policy, "JwtIssuer": "https://" + "a" * 190}, "mine")

    def test_it_fails_without_a_first_token(self):
        for answer in [
            (503, {"code": "project_unavailable", "detail": "no project"}), (403, {"code": "denied_project"}),
            (401, {"code": "credentials_unknown"}), (404, {"message": "Not Found"}), (200, {"other": 1}), (502, None),
            (200, ["a"]), OSError("timed out"),
        ]:
            with self.subTest(answer):
                code, _ = self.deployed(Cloud(OWN), [answer] * 9)
                self.assertIn("gives no token", str(code))
                for word in answer[1].values() if isinstance(answer, tuple) and isinstance(answer[1], dict) else []:
                    if isinstance(word, str):
                        self.assertIn(word, str(code))
        for document in ("{", "[]", '"text"'):
            cloud = Cloud(OWN)
            cloud.document = document
            self.assertIn("gives no token", str(self.deployed(cloud)[0]), document)

    def test_a_first_token_that_nobody_here_can_ask_for_is_no_failure(self):
        cloud = Cloud(OWN)
        cloud.unreadable = "AccessDeniedException"
        code, out = self.deployed(cloud, [])
        self.assertEqual(code, 0)
        self.assertIn("you may not read the secret yourself", out)
        cloud = Cloud(OWN)
        cloud.document = json.dumps({name: DOCUMENT[name] for name in ("appId", "appCertificate")})
        code, out = self.deployed(cloud, [])
        self.assertEqual(code, 0)
        self.assertIn("no API key", out)

    def test_a_first_token_may_take_a_moment(self):
        answers = iter([(503, None), OSError("refused"), (200, {"token": "007x"})])
        with mock.patch("service.call", lambda *_: raised(next(answers, (404, None)))), mock.patch("time.sleep"):
            found = deploy.first_token({"SecretArn": ARN, "FirstToken": "x https://api.example/v1/rtc"}, Cloud(OWN))
        self.assertEqual(found, ("007x", True, ""))

    # ---- make publish ----

    def test_what_is_published_has_its_buttons(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "deployment.md"
            page.write_text(f"before\n\n{publish.BUTTONS}\nafter\n")
            with mock.patch.object(publish, "LIST", Path(folder) / "published.json"):
                for region, bucket in [("us-east-1", "one"), ("cn-north-1", "two"), ("us-east-1", "three")]:
                    url = publish.object_url(bucket, region, "agora-token/1.0.0/template-arm64.yaml")
                    publish.remember(region, "1.0.0", {"arm64": url})
            text = page.read_text()
        self.assertTrue(text.startswith("before\n\n| region") and text.endswith("\nafter\n"), text)
        rows = [line for line in text.splitlines() if "Launch Stack" in line]
        self.assertEqual(len(rows), 2)
        self.assertIn("https://cn-north-1.console.amazonaws.cn/cloudformation/", rows[0])
        self.assertIn("two.s3.cn-north-1.amazonaws.com.cn%2Fagora-token", rows[0])
        self.assertIn("https://us-east-1.console.aws.amazon.com/cloudformation/", rows[1])
        self.assertIn("three.s3.us-east-1.amazonaws.com%2Fagora-token", rows[1])
        self.assertIn("us-gov-west-1.console.amazonaws-us-gov.com", publish.quick_create("x", "us-gov-west-1"))

    # ---- make secret ----

    def changed(self, cloud: Cloud, answers, main=secret.main, **variables: str) -> tuple[object, str]:
        """`make secret`; `answers` are what the service gives, the last one for ever."""
        answers = list(answers)

        def call(url, body, key):
            cloud.asked = (url, body, key)
            return raised(answers.pop(0) if len(answers) > 1 else answers[0])

        with (
            mock.patch("service.call", call), mock.patch("check.check", self.parser),
            mock.patch("time.sleep"), mock.patch("time.monotonic", itertools.count().__next__),
        ):
            return self.said(main, cloud, **variables)

    def parser(self, what, document=""):
        self.checked = document

    def test_it_reads_who_signed(self):
        token, certificate = vector()
        self.assertTrue(service.signed_by(token, certificate))
        self.assertFalse(service.signed_by(token, OTHER))
        self.assertTrue(service.signed_by(again(token, OTHER), OTHER))
        for broken in ("", "007", "007AAAA", token[:-8]):
            self.assertFalse(service.signed_by(broken, certificate), broken)

    def test_a_certificate_changes_and_nothing_else(self):
        token, _ = vector()
        cloud = Cloud(OWN)
        answers = [(503, None), (200, {"token": token}), OSError("x"), (200, {"token": again(token, OTHER)})]
        code, out = self.changed(cloud, answers, FROM=self.file(f"{OTHER}\n"))
        self.assertEqual(code, 0, out)
        self.assertEqual(cloud.done, ["put"])
        self.assertEqual(json.loads(cloud.document), DOCUMENT | {"appCertificate": OTHER})
        self.assertEqual(list(json.loads(cloud.document)), list(DOCUMENT), "in the same order")
        self.assertEqual(self.checked, cloud.document, "what was checked is what was written")
        self.assertIn("In use after 4 s", out, "asked four times, at a second each")
        for value in (SAMPLE_CERTIFICATE, OTHER, KEY, ADDED, "ü"):
            self.assertNotIn(value, out)

    def test_one_process_that_uses_it_is_not_all(self):
        token, _ = vector()
        new = again(token, OTHER)
        cloud = Cloud(OWN | {"SecretTtlSeconds": "5"})
        answers = [(200, {"token": one}) for one in (new, token, new)]
        code, out = self.changed(cloud, answers, FROM=self.file(OTHER))
        self.assertEqual(code, 0)
        self.assertIn("In use after 5 s", out)

    def test_it_fails_where_the_change_does_not_come_into_use(self):
        token, certificate = vector()
        for answer, word in [((200, {"token": token}), "another certificate"), ((503, {"code": "x_y"}), "x_y")]:
            cloud = Cloud(OWN)
            code, out = self.changed(cloud, [answer], FROM=self.file(OTHER))
            self.assertEqual(cloud.done, ["put"])
            self.assertIn("not in use after", str(code))
            self.assertIn(word, str(code))
            self.assertNotIn("In use after", out)

    def test_nothing_is_written_against_the_parser_or_the_person(self):
        cloud = Cloud(OWN)

        def refuses(what, document=""):
            raise check.Wrong("in the secret document, apiKeys[0] is short")

        with mock.patch("check.check", refuses):
            code, _ = self.said(secret.main, cloud, FROM=self.file(OTHER), YES="1")
        self.assertIn("apiKeys[0] is short", str(code))
        with mock.patch("check.check"):
            self.assertIn("nothing was done", str(self.said(secret.main, cloud, answer="", FROM=self.file(OTHER))[0]))
            self.assertIn("32 hexadecimal", str(self.said(secret.main, cloud, FROM=self.file(OTHER[1:]))[0]))
            self.assertIn("YES=1", str(self.said(secret.main, cloud, FROM="-")[0]))
            self.assertIn("CHANGE is one of", str(self.said(secret.main, cloud, CHANGE="appId")[0]))
            self.assertIn("no stack", str(self.said(secret.main, Cloud(None))[0]))
        self.assertEqual(cloud.done, [])

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self):
        cloud = Cloud(OWN)

        def meanwhile(what, document=""):
            cloud.version += 1

        with mock.patch("check.check", meanwhile):
            code, _ = self.said(secret.main, cloud, FROM=self.file(OTHER), YES="1")
        self.assertIn("somebody else changed", str(code))
        self.assertEqual(cloud.done, [])

    def test_the_same_certificate_again_writes_nothing_and_waits(self):
        token, certificate = vector()
        cloud = Cloud(OWN)
        cloud.document = json.dumps(DOCUMENT | {"appCertificate": certificate})
        code, out = self.changed(cloud, [(200, {"token": token})], FROM=self.file(certificate))
        self.assertEqual((code, cloud.done), (0, []))
        self.assertIn("holds that already", out)

    def test_the_certificates_change_places(self):
        token, certificate = vector()
        cloud = Cloud(OWN)
        cloud.document = json.dumps(DOCUMENT | {"appCertificate": OTHER, "secondaryCertificate": certificate})
        code, _ = self.changed(cloud, [(200, {"token": token})], CHANGE="swap", YES="1")
        self.assertEqual(code, 0)
        self.assertEqual(
            json.loads(cloud.document), DOCUMENT | {"appCertificate": certificate, "secondaryCertificate": OTHER})
        code, _ = self.changed(Cloud(OWN), [], CHANGE="swap", YES="1")
        self.assertIn("no secondaryCertificate", str(code))

    def test_a_secondary_certificate_is_added(self):
        cloud = Cloud(OWN)
        code, out = self.changed(cloud, [OSError()], CHANGE="secondary", FROM=self.file(OTHER), YES="1")
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(cloud.document), DOCUMENT | {"secondaryCertificate": OTHER})
        self.assertIn("within 1 s", out)

    def test_what_is_in_it_is_shown_without_values(self):
        cloud = Cloud(OWN)
        named = {"name": "web", "key": "p" * 20, "publishable": True, "expires": 1924992000, "policy": {}}
        cloud.document = json.dumps(DOCUMENT | {
            "secondaryCertificate": OTHER, "apiKeys": [ADDED, named], "policy": {}, "denied": {"uids": [7, 8]}})
        for main, variables in [(secret.main, {"CHANGE": "show"}), (key.main, {})]:
            code, out = self.changed(cloud, [], main=main, **variables)
            self.assertEqual((code, cloud.done), (0, []))
            for words in (
                f"appId {SAMPLE_APP_ID}", f"appCertificate {secret.short(SAMPLE_CERTIFICATE)}",
                f"secondaryCertificate {secret.short(OTHER)}", f"API key {secret.short(KEY)}, (no name)",
                f"API key {secret.short('p' * 20)}, web, until 1924992000, publishable, with a policy", "denied uids: 2",
            ):
                self.assertIn(words, out)
            for value in (SAMPLE_CERTIFICATE, OTHER, KEY, ADDED, "p" * 20):
                self.assertNotIn(value, out)

    def test_a_key_is_added_and_removed_by_its_name(self):
        cloud = Cloud(OWN)
        code, out = self.changed(cloud, [(200, {"token": "007"})], main=key.main, ADD="recorder", YES="1")
        self.assertEqual((code, json.loads(cloud.document)["apiKeys"][-1]["name"]), (0, "recorder"), out)
        code, out = self.changed(cloud, [], main=key.main, REMOVE="recorder", YES="1")
        self.assertEqual((code, json.loads(cloud.document)), (0, DOCUMENT), out)
        self.assertIn("two changes", str(self.changed(cloud, [], main=key.main, ADD="a", REMOVE="b")[0]))

    def test_a_certificate_is_rotated_by_one_command(self):
        token, _ = vector()
        cloud = Cloud(OWN)
        code, out = self.changed(
            cloud, [(200, {"token": again(token, OTHER)})], main=rotate.main, FROM=self.file(OTHER), YES="1")
        self.assertEqual(code, 0, out)
        self.assertEqual(cloud.done, ["put", "put"])
        self.assertEqual(
            json.loads(cloud.document),
            DOCUMENT | {"appCertificate": OTHER, "secondaryCertificate": SAMPLE_CERTIFICATE})
        self.assertIn("make rotate FINISH=1", out)
        code, out = self.changed(cloud, [], main=rotate.main, FINISH="1", YES="1")
        self.assertEqual((code, json.loads(cloud.document)), (0, DOCUMENT | {"appCertificate": OTHER}), out)
        for value in (SAMPLE_CERTIFICATE, OTHER):
            self.assertNotIn(value, out)

    def test_keys_come_and_go(self):
        cloud = Cloud(OWN)
        code, out = self.changed(cloud, [(401, None), (200, {"token": "007"})], CHANGE="add-key", YES="1")
        self.assertEqual(code, 0, out)
        document = json.loads(cloud.document)
        new = document["apiKeys"][-1]
        self.assertEqual(document, DOCUMENT | {"apiKeys": [ADDED, new]})
        self.assertEqual(cloud.asked[2], new, "asked with the new key")
        self.assertNotIn(new, out)
        # Out of reach says nothing about the key; being shut out does.
        code, out = self.changed(
            cloud, [(200, {"token": "007"}), OSError("x"), (401, None)], CHANGE="remove-key", KEY=secret.short(KEY), YES="1")
        self.assertEqual(code, 0, out)
        del document["apiKey"]
        self.assertEqual(json.loads(cloud.document), document)
        self.assertEqual(cloud.asked[2], KEY)
        code, _ = self.changed(cloud, [(200, {"token": "007"})], CHANGE="remove-key", KEY=secret.short(new), YES="1")
        self.assertIn("still opens", str(code))
        code, _ = self.changed(cloud, [], CHANGE="remove-key", KEY="00000000", YES="1")
        self.assertIn(secret.short(ADDED), str(code))

    def test_a_key_with_a_name_is_shown_once_and_kept_as_a_digest(self):
        policy = {"tokenTypes": ["rtc"], "roles": ["subscriber"]}
        cloud = Cloud(OWN)
        code, out = self.changed(
            cloud, [(401, None), (403, {"code": "denied_channel"})], CHANGE="add-key", NAME="recorder", YES="1",
            EXPIRES="2031-01-01T00:00:00Z", POLICY=self.file(json.dumps(policy)))
        self.assertEqual(code, 0, out)
        document = json.loads(cloud.document)
        entry, key = document["apiKeys"][-1], cloud.asked[2]
        self.assertEqual(document, DOCUMENT | {"apiKeys": [ADDED, entry]})
        self.assertEqual(entry, {
            "name": "recorder", "sha256": hashlib.sha256(key.encode()).hexdigest(), "expires": "2031-01-01T00:00:00Z",
            "policy": policy})
        self.assertEqual(out.count(key), 1)
        self.assertIn("apiKeys[recorder].sha256: (none) ->", out)
        self.assertIn(f"the key {secret.short(key)} opens", out)
        # By its name or by the name of the audit line; nobody has the key to ask with.
        for named in ("recorder", secret.short(key)):
            again = Cloud(OWN)
            again.document = cloud.document
            code, out = self.changed(again, [], CHANGE="remove-key", KEY=named, YES="1")
            self.assertEqual((code, json.loads(again.document)), (0, DOCUMENT))
            self.assertIn("only a digest is known", out)
        code, _ = self.changed(cloud, [], CHANGE="remove-key", KEY="record", YES="1")
        self.assertIn("recorder", str(code))
        self.assertIn(secret.short(KEY), str(code))

    def test_a_publishable_key_can_be_read_again(self):
        cloud = Cloud(OWN)
        code, out = self.changed(
            cloud, [(403, {"code": "credentials_origin"})], CHANGE="add-key", NAME="web", PUBLISHABLE="1", YES="1",
            ORIGINS="https://a.example, https://b.example")
        self.assertEqual(code, 0, out)
        entry = json.loads(cloud.document)["apiKeys"][-1]
        self.assertEqual(entry, {
            "name": "web", "key": cloud.asked[2], "publishable": True, "origins": ["https://a.example", "https://b.example"]})
        code, out = self.changed(cloud, [(401, None)], CHANGE="remove-key", KEY="web", YES="1")
        self.assertEqual((code, json.loads(cloud.document)), (0, DOCUMENT))
        for name in ("EXPIRES", "POLICY", "PUBLISHABLE", "ORIGINS"):
            code, _ = self.changed(cloud, [], CHANGE="add-key", YES="1", **{name: "1"})
            self.assertIn(f"{name} is for a key that has a name", str(code))
        code, _ = self.changed(cloud, [], CHANGE="add-key", NAME="x", YES="1", POLICY=self.file("{"))
        self.assertIn("cannot be read as JSON", str(code))
        self.assertEqual(json.loads(cloud.document), DOCUMENT)

    def test_a_policy_goes_into_one_place(self):
        policy = {"user": {"channels": ["team-*"]}}
        cloud = Cloud(OWN)
        code, out = self.changed(cloud, [], CHANGE="policy", FROM=self.file(json.dumps(policy)), YES="1")
        self.assertEqual((code, json.loads(cloud.document)), (0, DOCUMENT | {"policy": policy}), out)
        self.assertEqual(self.checked, cloud.document, "what was checked is what was written")
        self.assertIn("policy.user.channels: (none) ->", out)
        self.assertIn("within 1 s", out)
        for emptier in ({"user": {"channels": []}}, {}):
            code, out = self.changed(cloud, [], CHANGE="policy", FROM=self.file(json.dumps(emptier)), YES="1")
            self.assertEqual((code, json.loads(cloud.document)), (0, DOCUMENT | {"policy": emptier}), out)
        self.assertIn("FROM names the file", str(self.changed(cloud, [], CHANGE="policy", YES="1")[0]))
        cloud = Cloud(OWN | {"Policy": "{}"})
        code, _ = self.changed(cloud, [], CHANGE="policy", FROM=self.file("{}"), YES="1")
        self.assertIn("parameter Policy", str(code))
        self.assertIn("member `policy`", str(code))
        self.assertEqual(cloud.done, [])

    def test_a_policy_of_the_secret_is_checked_before_a_deployment(self):
        cloud = Cloud(OWN)
        cloud.document = json.dumps(DOCUMENT | {"policy": {}})
        code, out = self.deployed(cloud, PARAMETERS="Policy={}")
        self.assertIn("the parameter Policy and the member `policy` of the secret both hold a policy", str(code))
        self.assertEqual(cloud.done, [])
        with mock.patch("check.secret", side_effect=check.Wrong("in the secret document, policy.usr is unknown")):
            code, _ = self.deployed(cloud)
        self.assertIn("policy.usr", str(code))
        self.assertEqual(cloud.done, [])
        self.assertEqual(self.deployed(cloud)[0], 0)

    def test_the_deny_list_grows_and_shrinks(self):
        cloud = Cloud(OWN)
        for variables, denied in [
            ({"SUBJECT": "auth0|65f0"}, {"subjects": ["auth0|65f0"]}),
            ({"UID": "7"}, {"subjects": ["auth0|65f0"], "uids": [7]}),
            ({"UID": "-7"}, {"subjects": ["auth0|65f0"], "uids": [7, -7]}),
            ({"UID": "7"}, {"subjects": ["auth0|65f0"], "uids": [7, -7]}),
        ]:
            code, out = self.changed(cloud, [], CHANGE="deny", YES="1", **variables)
            self.assertEqual((code, json.loads(cloud.document)), (0, DOCUMENT | {"denied": denied}), out)
            self.assertIn("within 1 s", out)
        self.assertIn("holds that already", out)
        for variables in ({"UID": "-7"}, {"UID": "7"}, {"SUBJECT": "auth0|65f0"}):
            self.assertEqual(self.changed(cloud, [], CHANGE="allow", YES="1", **variables)[0], 0)
        self.assertEqual(json.loads(cloud.document), DOCUMENT)
        for variables, word in [
            ({}, "SUBJECT=..., ACCOUNT=..., UID=..., CHANNEL=..., KEY_NAME=..."), ({"UID": "7", "CHANNEL": "x"}, "needs one of"),
            ({"UID": "seven"}, "whole number"),
        ]:
            self.assertIn(word, str(self.changed(cloud, [], CHANGE="deny", YES="1", **variables)[0]))
        for name, member in [("ACCOUNT", "accounts"), ("CHANNEL", "channels"), ("KEY_NAME", "keys")]:
            cloud = Cloud(OWN)
            self.changed(cloud, [], CHANGE="deny", YES="1", **{name: "x"})
            self.assertEqual(json.loads(cloud.document)["denied"], {member: ["x"]})

    def test_the_functions_parser_takes_what_is_written_and_names_what_is_wrong(self):
        policy = self.file('{"tokenTypes": ["rtc"], "channels": ["class-*"], "maxLifetime": 900}')
        wrong = self.file('{"user": {"rolez": []}}')
        taken = [
            {"CHANGE": "add-key", "NAME": "recorder", "EXPIRES": "1924992000", "POLICY": policy},
            {"CHANGE": "add-key", "NAME": "web", "PUBLISHABLE": "1", "ORIGINS": "https://a.example", "POLICY": policy},
            {"CHANGE": "policy", "FROM": self.file('{"user": {"channels": ["team-*"]}}')},
            {"CHANGE": "deny", "UID": "-7"},
        ]
        refused = [
            ({"CHANGE": "add-key", "NAME": "two words"}, "apiKeys[1].name must be"),
            ({"CHANGE": "add-key", "NAME": "x", "EXPIRES": "tomorrow"}, "apiKeys[1].expires must be a time"),
            ({"CHANGE": "add-key", "NAME": "x", "ORIGINS": "https://a.example"}, "apiKeys[1].origins goes with"),
            ({"CHANGE": "add-key", "NAME": "x", "POLICY": wrong}, "apiKeys[1].policy.user"),
            ({"CHANGE": "policy", "FROM": wrong}, "policy.user.rolez"),
            ({"CHANGE": "policy", "FROM": wrong}, "did you mean `roles`?"),
            ({"CHANGE": "deny", "UID": "4294967296"}, "denied.uids must hold uids"),
        ]
        def real() -> Cloud:
            cloud = Cloud(OWN)
            cloud.document = json.dumps({name: value for name, value in DOCUMENT.items() if name != "whiteboard"})
            return cloud

        quiet = mock.patch("source.say", lambda *_: None)
        with quiet, mock.patch("service.call", lambda *_: (200, {"token": "007"})), mock.patch("time.sleep"), mock.patch(
                "time.monotonic", itertools.count().__next__):
            for variables in taken:
                cloud = real()
                code, out = self.said(secret.main, cloud, YES="1", **variables)
                self.assertEqual((code, cloud.done), (0, ["put"]), out)
            for variables, words in refused:
                cloud = real()
                code, _ = self.said(secret.main, cloud, YES="1", **variables)
                self.assertIn("nothing was written: in the secret document, ", str(code), variables)
                self.assertIn(words, str(code))
                self.assertEqual(cloud.done, [])

    def test_one_of_several_projects(self):
        token, certificate = vector()
        second = {"appId": OTHER, "appCertificate": OTHER, "apiKey": "of-the-second-one"}
        document = {"defaultAppId": SAMPLE_APP_ID, "projects": [
            {"appId": SAMPLE_APP_ID, "appCertificate": SAMPLE_CERTIFICATE}, second]}
        cloud = Cloud(OWN)
        cloud.document = json.dumps(document)
        code, out = self.changed(
            cloud, [(200, {"token": token})], FROM=self.file(certificate), PROJECT=OTHER, YES="1")
        self.assertEqual(code, 0, out)
        document["projects"][1] = second | {"appCertificate": certificate}
        self.assertEqual(json.loads(cloud.document), document)
        self.assertEqual((cloud.asked[1]["appId"], cloud.asked[2]), (OTHER, second["apiKey"]))
        # No key is good for the default one, so nobody can look.
        code, out = self.changed(cloud, [], FROM=self.file(OTHER), YES="1")
        self.assertEqual(json.loads(cloud.document)["projects"][0]["appCertificate"], OTHER)
        self.assertIn("no API key", out)
        code, _ = self.changed(cloud, [], FROM=self.file(OTHER), PROJECT="nowhere", YES="1")
        self.assertIn(f"{SAMPLE_APP_ID}, {OTHER}", str(code))

    def file(self, text: str) -> str:
        handle, name = tempfile.mkstemp()
        self.addCleanup(os.unlink, name)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        return name


# The AWS CLI over a cloud that is made up, as far as deploy.sh asks it. What it is called with goes into a file.
AWS = r"""#!/usr/bin/env python3
import json, os, sys, time

cloud, words = json.loads(os.environ["CLOUD"]), sys.argv[1:]
if "cloudformation deploy" in open(os.environ["CALLS"]).read():
    cloud |= cloud.get("then", {})
with open(os.environ["CALLS"], "a") as file:
    print(*words, file=file)
# As one does whose user has it remember all that it sends and gets.
with open(os.environ.get("AWS_CLI_HISTORY_FILE", os.environ["CALLS"] + ".history"), "a") as file:
    print(*words, file=file)
[given] = [json.load(open(word[7:])) for word in words if word.startswith("file:///")] or [{}]


def refuse(text, code=254):
    print(text, file=sys.stderr)
    sys.exit(code)


def refused(code, operation, text="no"):
    operation = "".join(map(str.title, operation.split()[-1].split("-"))) if "-" in operation else operation
    refuse(f"\nAn error occurred ({code}) when calling the {operation} operation: {text}")


call = " ".join(words[:2])
if os.environ.get("AWS_PROFILE") == "nobody" and call != "configure list-profiles":
    refuse("\nThe config profile (nobody) could not be found", 255)
if call == "configure get":
    sys.exit(1)
if call == "configure list-profiles":
    if cloud.get("version") == 1:
        refuse("usage: aws [options]\naws: error: argument subcommand: Invalid choice, valid choices are:", 2)
    print("default\nof the team")
elif call == "sts get-caller-identity":
    if "trouble" in cloud:
        refuse("\naws: [ERROR]: " + cloud["trouble"], 255)
    if cloud.get("nobody"):
        refuse("\naws: [ERROR]: Unable to locate credentials. You can configure credentials by running \"aws configure\".", 253)
    print(json.dumps({"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/anna"}))
elif call == "iam simulate-principal-policy":
    print(json.dumps({"EvaluationResults": [
        {"EvalActionName": name, "EvalDecision": "implicitDeny" if name in cloud.get("denied", []) else "allowed"}
        for name in given["ActionNames"]]}))
elif cloud.get("expired"):
    refused("ExpiredToken", call, "The security token included in the request is expired")
elif call == "cloudformation describe-stacks":
    if not cloud.get("status"):
        refused("ValidationError", "DescribeStacks", f"Stack with id {given['StackName']} does not exist")
    print(json.dumps({"Stacks": [{
        "StackStatus": cloud["status"],
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in cloud["parameters"].items()],
        "Outputs": [{"OutputKey": "SecretArn", "OutputValue": cloud["secret"]}]}]}))
elif call == "cloudformation describe-stack-events":
    print(json.dumps({"StackEvents": [
        {"LogicalResourceId": "Api", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "it was not allowed"}]}))
elif call == "secretsmanager get-secret-value":
    if "document" not in cloud:
        refused("ResourceNotFoundException", "GetSecretValue")
    print(json.dumps({"SecretString": cloud["document"], "VersionId": "1"}))
elif call == "s3api head-bucket":
    if given.get("ExpectedBucketOwner") != cloud.get("owner"):
        refused("403", "HeadBucket", "Forbidden")
    print(json.dumps({"BucketRegion": cloud.get("place", words[words.index("--region") + 1])}))
elif call == "s3api put-object":
    assert open(words[words.index("--body") + 1]).read() == "a zip", words
elif call == "cloudformation deploy":
    time.sleep(60 if cloud.get("slow") else 0)
else:
    refuse("unexpected", 1)
"""
# What asks, and changes nothing.
ASKS = ("sts ", "configure ", "iam simulate-", "cloudformation describe-", "secretsmanager get-")


class Release(unittest.TestCase):
    """What deploy.sh refuses before it does anything. The rehearsal has it deploy."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        (cls.folder / "bin").mkdir()
        aws = cls.folder / "bin" / "aws"
        aws.write_text(AWS.replace("/usr/bin/env python3", sys.executable))
        aws.chmod(0o755)
        cls.release = cls.folder / "release"
        cls.release.mkdir()
        for name in source.functions():
            (cls.release / f"{name}-arm64.zip").write_bytes(b"a zip")
        # The command line, as this machine has it.
        program = [str(shutil.which("cargo")), "run", "--quiet", "--locked", "--manifest-path", str(ROOT / "Cargo.toml")]
        script = "".join(f"export {name}={shlex.quote(os.environ[name])}\n" for name in ("HOME", "PATH"))
        script += f'exec {shlex.join([*program, "-p", "agora-token-cli", "--"])} "$@"\n'
        for target in ("x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl", "aarch64-apple-darwin"):
            name = f"agora-token-1.0.0-{target}"
            with zipfile.ZipFile(cls.release / f"{name}.zip", "w") as archive:
                archive.writestr(f"{name}/agora-token", f"#!/bin/sh\n{script}")
        with mock.patch.object(package, "version", lambda: "1.0.0"):
            package.write_scripts(cls.release, {})

        # The same without a command line, in a folder whose name has a blank.
        cls.bare = cls.folder / "a release"
        shutil.copytree(cls.release, cls.bare, ignore=shutil.ignore_patterns("agora-token-*"))
        with mock.patch.object(package, "version", lambda: "1.0.0"):
            package.write_scripts(cls.bare, {})

    def environment(self, cloud: dict | None = None, **variables: str) -> dict[str, str]:
        """What deploy.sh is given: a cloud, a file for what is called, and an empty folder for temporary files."""
        calls, temporary = self.folder / "calls", self.folder / "temporary files"
        calls.write_text("")
        temporary.mkdir(exist_ok=True)
        return {
            "PATH": f"{self.folder / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin", "CALLS": str(calls),
            "TMPDIR": str(temporary), "AWS_REGION": "eu-central-1", "CLOUD": json.dumps(cloud or {})} | variables

    def left(self) -> list[Path]:
        """The temporary files that are there."""
        return list((self.folder / "temporary files").rglob("*"))

    def run_it(self, *words: str, answer: str = "", cloud: dict | None = None, folder: Path | None = None, **variables: str) -> tuple[int, str, list[str]]:
        """Its exit code, what it says, and what it called the AWS CLI with to change something."""
        env = self.environment(cloud, **variables)
        ran = subprocess.run(
            ["sh", str((folder or self.release) / "deploy.sh"), *words], env=env, input=answer, capture_output=True, text=True)
        calls = (self.folder / "calls").read_text()
        self.assertNotIn("Traceback", ran.stderr)
        self.assertNotIn(OTHER, calls)
        self.assertFalse(Path(f"{self.folder / 'calls'}.history").exists())
        self.assertEqual(self.left(), [])
        done = [call for call in calls.splitlines() if not call.startswith(ASKS)]
        return ran.returncode, ran.stdout + ran.stderr, done

    def test_what_is_wrong_is_said_and_nothing_is_done(self):
        project = {"YES": "1", "APP_ID": SAMPLE_APP_ID, "APP_CERTIFICATE": OTHER}
        policy = json.dumps({"user": {"channels": ["a"] * 700}}, separators=(",", ":"))
        there = {"status": "UPDATE_COMPLETE", "parameters": GIVEN, "secret": ARN}
        for cloud, variables, word in [
            ({}, {"AWS_REGION": ""}, "AWS_REGION=eu-central-1 sh deploy.sh"), ({"nobody": True}, {}, "no AWS credentials"),
            ({}, {"AWS_PROFILE": "nobody"}, "no AWS profile nobody (AWS_PROFILE); there are: default, of the team"),
            ({"version": 1}, {"AWS_PROFILE": "nobody"}, "no AWS profile nobody (AWS_PROFILE)\n"),
            ({"trouble": 'Could not connect to the endpoint URL: "https://sts.nowhere.amazonaws.com/"'}, {},
             "AWS cannot be reached: Could not connect to"),
            ({"trouble": "Error loading SSO Token: Token for team does not exist"}, {}, "`aws sso login`"),
            ({"trouble": "Error when retrieving token from sso: Token has expired and refresh failed"}, {}, "`aws sso login`"),
            ({}, {"STACK": "1x"}, "begins with a letter"), ({}, {"STACK": "a" * 86}, "85 have room"),
            ({}, {"YES": "1"}, "set APP_ID"), ({}, {"YES": "1", "APP_ID": SAMPLE_APP_ID}, "set APP_CERTIFICATE"),
            ({}, {}, "there is nobody to ask"),
            ({}, project | {"APP_CERTIFICATE": "x"}, "AppCertificate does not have the right form"),
            ({}, project | {"APP_CERTIFICATE": "", "FROM": "/nowhere"}, "cannot be read"),
            ({}, {"YES": "1", "SECRET_ARN": "arn:agora"}, "full ARN"),
            ({"document": "{}"}, {"YES": "1", "SECRET_ARN": ARN.replace("eu-central-1", "us-east-1")}, "own region"),
            ({}, {"YES": "1", "SECRET_ARN": ARN}, "there is no secret"),
            ({"document": '{"appId": "x"}'}, {"YES": "1", "SECRET_ARN": ARN}, "in the secret document, appId"),
            ({"denied": ["lambda:CreateFunction"]}, project, "may not do what a deployment needs: lambda:CreateFunction"),
            ({}, project | {"PARAMETERS": "Policy={"}, "one JSON object"),
            ({}, project | {"PARAMETERS": """'Policy={"user":{"rolez":[]}}'"""}, "did you mean `roles`?"),
            ({}, project | {"PARAMETERS": "x"}, "Name=value"), ({}, project | {"PARAMETERS": "Nothing=1"}, "no parameter Nothing"),
            ({}, project | {"PARAMETERS": "AllowedOrigins=https://a.example/"}, "An origin is"),
            ({}, project | {"PARAMETERS": f"'Policy={policy}' JwtIssuer=https://{'a' * 190} JwtAudience=a"}, "room for 4096"),
            ({}, project | {"ARCHITECTURE": "mips"}, "arm64, x86_64"),
            ({}, project | {"ARCHITECTURE": "x86_64"}, "cannot be deployed for x86_64"),
            ({}, project | {"ROLLOUT": "slowly"}, "at-once, versions, canary, linear"),
            (there | {"status": "DELETE_FAILED"}, project, "--retain-resources"),
            (there | {"status": "UPDATE_ROLLBACK_FAILED"}, project, "continue-update-rollback"),
            (there | {"parameters": OWN}, {"YES": "1", "PARAMETERS": f"AppId={KEY[:32]}"}, "to a new stack only"),
            (there | {"parameters": OWN}, {"YES": "1", "PARAMETERS": f"AppId={KEY[:32]}"}, "sh deploy.sh secret"),
        ]:
            with self.subTest(variables, cloud=cloud):
                code, said, done = self.run_it(cloud=cloud, **variables)
                self.assertEqual((code, done), (2, []), said)
                self.assertIn(word, said)
                self.assertNotIn(OTHER, said)

    def test_no_is_no(self):
        project = {"APP_ID": SAMPLE_APP_ID, "APP_CERTIFICATE": OTHER}
        code, said, done = self.run_it(answer="n\n", **project)
        self.assertEqual((code, done), (2, []))
        self.assertIn("nothing was done", said)
        cloud = {"status": "ROLLBACK_COMPLETE", "parameters": OWN, "secret": ARN}
        code, said, done = self.run_it(answer="n\n", cloud=cloud, **project)
        self.assertEqual((code, done), (2, []))
        self.assertIn("cannot be updated", said)
        self.assertIn("Api: it was not allowed", said)

    def test_the_certificate_is_in_no_argument(self):
        code, said, done = self.run_it(answer="y\n", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=OTHER)
        # The bucket belongs to somebody else here.
        self.assertEqual(code, 1)
        self.assertIn("cannot be used: An error occurred (403)", said)
        self.assertEqual([call[:17] for call in done], ["s3api head-bucket"])
        self.assertNotIn(OTHER, said)
        code, said, done = self.run_it(f"APP_CERTIFICATE={OTHER}", APP_ID=SAMPLE_APP_ID)
        self.assertEqual((code, done), (2, []))
        self.assertIn("every", said)

    def test_files_are_what_their_checksums_say(self):
        project = {"YES": "1", "APP_ID": SAMPLE_APP_ID, "APP_CERTIFICATE": OTHER}
        for name in ("rtc-arm64.zip", "deploy.pyz"):
            file = self.release / name
            held = file.read_bytes()
            self.addCleanup(file.write_bytes, held)
            file.write_bytes(held[:-1])
            code, said, done = self.run_it(**project)
            self.assertEqual((code, done), (2, []), said)
            self.assertIn(f"{name} is not that of this release", said)
            file.write_bytes(held)
        (self.release / "rtc-arm64.zip").rename(self.release / "away")
        self.addCleanup((self.release / "away").rename, self.release / "rtc-arm64.zip")
        self.assertIn("rtc-arm64.zip is not beside deploy.sh", self.run_it(**project)[1])

    def test_settings_are_arguments_as_well(self):
        self.assertIn("set APP_ID", self.run_it("YES=1")[1])
        self.assertIn("set APP_ID", self.run_it("deploy", "YES=1")[1])
        code, said, done = self.run_it("help")
        self.assertEqual((code, done, said.splitlines()[0]), (0, [], "Deploys a release to AWS, and operates what it deployed. "
                         "It needs the AWS CLI, Python 3.9 or newer and curl, which"))
        for words, word in [
            (["PARAMETER=LogRetentionDays=90"], "there is no setting PARAMETER; PARAMETERS?"),
            (["remove"], "there are deploy, secret, key, rotate"), (["deploy", "YES"], "expected NAME=value"),
            (["secret", "path=/"], "expected NAME=value"),
        ]:
            code, said, done = self.run_it(*words)
            self.assertEqual((code, done), (2, []), said)
            self.assertIn(word, said)

    def test_a_secret_is_shown_and_its_change_is_checked(self):
        cloud = {"status": "UPDATE_COMPLETE", "parameters": GIVEN, "secret": ARN, "document": json.dumps(DOCUMENT)}
        for words in (["secret", "CHANGE=show"], ["key"]):
            code, said, done = self.run_it(*words, cloud=cloud)
            self.assertEqual((code, done), (0, []), said)
            self.assertIn(f"API key {secret.short(KEY)}, (no name)", said)
            for value in (SAMPLE_CERTIFICATE, KEY, ADDED):
                self.assertNotIn(value, said)
        code, said, done = self.run_it(
            "secret", "CHANGE=add-key", "NAME=two words", "YES=1",
            cloud=cloud | {"document": json.dumps({k: v for k, v in DOCUMENT.items() if k != "whiteboard"})})
        self.assertEqual((code, done), (1, []), said)
        self.assertIn("nothing was written: in the secret document, apiKeys[1].name must be", said)
        code, said, done = self.run_it("rotate")
        self.assertEqual((code, done), (1, []), said)
        self.assertIn("there is no stack agora-token here", said)

    def test_it_is_interrupted_with_a_word(self):
        env = self.environment(APP_ID=SAMPLE_APP_ID)
        with subprocess.Popen(
                ["sh", str(self.release / "deploy.sh")], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, start_new_session=True, preexec_fn=heard) as process:
            said = process.stdout.readline()
            # As a terminal does it: everybody hears of it.
            os.killpg(process.pid, signal.SIGINT)
            said += process.stdout.read()
            self.assertEqual(process.wait(20), 130, said)
        self.assertIn("Stack agora-token in eu-central-1", said)
        self.assertIn("interrupted; nothing more is done here", said)

    def test_nothing_stays_behind_whatever_ends_it(self):
        cloud = {"owner": "123456789012", "slow": True}
        for told in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            env = self.environment(cloud, YES="1", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=OTHER)
            with self.subTest(told), subprocess.Popen(
                    ["sh", str(self.bare / "deploy.sh")], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    text=True, start_new_session=True, preexec_fn=heard) as process:
                until = time.monotonic() + 60
                while "cloudformation deploy" not in Path(env["CALLS"]).read_text() and time.monotonic() < until:
                    time.sleep(0.1)
                holding = [file for file in self.left() if file.is_file() and OTHER.encode() in file.read_bytes()]
                # As a supervisor does it: the one that it started hears of it.
                process.send_signal(told)
                if told == signal.SIGKILL:
                    os.killpg(process.pid, told)
                said = process.stdout.read()
                self.assertEqual(holding, [])
                if told != signal.SIGKILL:
                    self.assertEqual(process.wait(20), 130, said)
                    self.assertIn("CloudFormation goes on with what it began", said)
                    self.assertEqual(self.left(), [])
        shutil.rmtree(self.folder / "temporary files")

    def test_the_bucket_is_this_accounts_and_of_this_region(self):
        project = {"YES": "1", "APP_ID": SAMPLE_APP_ID, "APP_CERTIFICATE": OTHER}
        for cloud, word in [
            ({"owner": "210987654321"}, "has to be of this account and region"),
            ({"owner": "123456789012", "place": "us-east-1"}, "is in us-east-1, and Lambda takes code from eu-central-1 alone"),
        ]:
            code, said, done = self.run_it(cloud=cloud, folder=self.bare, **project)
            self.assertEqual((code, [call[:17] for call in done]), (1, ["s3api head-bucket"]), said)
            self.assertIn(word, said)
            # That is of another deployment.
            self.assertNotIn("it was not allowed", said)

    def test_credentials_may_end_while_it_deploys(self):
        project = {"YES": "1", "APP_ID": SAMPLE_APP_ID, "APP_CERTIFICATE": OTHER}
        cloud = {"owner": "123456789012", "then": {"expired": True}}
        code, said, done = self.run_it(cloud=cloud, folder=self.bare, **project)
        self.assertEqual(code, 1, said)
        self.assertIn("error: the AWS credentials have expired", said)
        self.assertEqual(said.count("not checked by the functions' own parser"), 1)
        puts = [call for call in done if call.startswith("s3api put-object")]
        self.assertEqual(len(puts), len(source.functions()))
        for call in puts:
            self.assertRegex(call, "--bucket agora-token-123456789012-eu-central-1 --expected-bucket-owner 123456789012 "
                             "--key agora-token/[0-9a-f]{16}/[a-z]+-arm64.zip ")

    def test_what_somebody_put_beside_it_does_not_run(self):
        ran = self.folder / "ran"
        folder = self.folder / "shared"
        shutil.copytree(self.bare, folder)
        (folder / "hashlib.py").write_text(f"open({str(ran)!r}, 'w')")
        with zipfile.ZipFile(folder / "deploy.pyz", "w") as archive:
            archive.writestr("__main__.py", f"open({str(ran)!r}, 'w')")
        package.write_checksums(folder)
        code, said, done = self.run_it(folder=folder)
        self.assertEqual((code, done, ran.exists()), (2, [], False), said)
        self.assertIn("deploy.pyz is not that of this release", said)

    def test_files_that_are_not_there_are_fetched(self):
        alone = self.folder / "alone"
        alone.mkdir()
        self.addCleanup(shutil.rmtree, alone)
        shutil.copyfile(self.bare / "deploy.sh", alone / "deploy.sh")
        # What belongs to something else.
        (alone / "SHA256SUMS").write_text("of a disk image\n")
        curl = self.folder / "bin" / "curl"
        self.addCleanup(curl.unlink)
        curl.write_text('#!/bin/sh\n[ "$2 $3" = "--proto =https" ] && [ "${4%/*}" = https://example.com/a ] && '
                        f'cp "{self.bare}/${{4##*/}}" "$6" && echo "${{4##*/}} ${{APP_CERTIFICATE:-}}" >> "$CALLS.curl"\n')
        curl.chmod(0o755)
        code, said, done = self.run_it(
            "RELEASE_URL=https://example.com/a", "YES=1", cloud={"owner": "123456789012", "then": {"expired": True}}, folder=alone,
            APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=OTHER)
        self.assertEqual(code, 1, said)
        self.assertIn("the AWS credentials have expired", said)
        self.assertEqual(sorted(path.name for path in alone.iterdir()), ["SHA256SUMS", "deploy.sh"])
        fetched = Path(f"{self.folder / 'calls'}.curl").read_text().splitlines()
        self.assertEqual(fetched[1:], [f"{name}-arm64.zip " for name in source.functions()])

    def test_a_release_of_github_knows_where_it_is(self):
        env = {"GITHUB_REPOSITORY": "some/fork", "GITHUB_SERVER_URL": "https://github.com"}
        script = package.script("1.2.3", env, self.release / "deploy.pyz")
        self.assertIn('RELEASE_URL="${RELEASE_URL:-https://github.com/some/fork/releases/download/v1.2.3}"', script)
        self.assertIn(f'SHA256="{package.checksum(self.release / "deploy.pyz")}"', script)
        with zipfile.ZipFile(self.release / "deploy.pyz") as archive:
            held = json.loads(archive.read("release.json"))
        self.assertEqual(held["repository"], "")
        package.write_deployer(self.folder / "deploy.pyz", "1.2.3", env)
        with zipfile.ZipFile(self.folder / "deploy.pyz") as archive:
            self.assertEqual(json.loads(archive.read("release.json"))["repository"], "https://github.com/some/fork")

    def test_a_release_knows_what_was_packed_last(self):
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        (folder / "agora-token-1.0.0-x.zip").write_bytes(b"a command line")
        package.complete(folder, {})
        self.assertFalse((folder / "deploy.sh").exists())
        (folder / "template-arm64.yaml").write_text("")
        for name in ("rtc-arm64.zip", "rtm-arm64.zip"):
            (folder / name).write_bytes(b"a zip")
            package.complete(folder, {})
            with zipfile.ZipFile(folder / "deploy.pyz") as archive:
                known = json.loads(archive.read("release.json"))["files"]
            self.assertEqual(known, {path.name: package.checksum(path) for path in folder.glob("*.zip")})
            self.assertIn(f'SHA256="{package.checksum(folder / "deploy.pyz")}"', (folder / "deploy.sh").read_text())
        self.assertIn(package.checksum(folder / "deploy.sh"), (folder / "SHA256SUMS").read_text())

    def test_a_release_offers_what_a_clone_does(self):
        """Both know the same of AWS, and of where the code comes from."""
        for name, names in [("aws", set(aws.__all__)), ("source", {
                n for n, f in vars(source).items() if inspect.isfunction(f) and f.__module__ == "source"} - {"check_machine"})]:
            text = (TOOLS / "deployer" / f"{name}.py").read_text()
            own = {node.name: node for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
            values = {target.id for node in ast.parse(text).body if isinstance(node, ast.Assign) for target in node.targets}
            self.assertEqual(names - set(own) - values, set())
            for function in names & set(own):
                if isinstance(own[function], ast.FunctionDef):
                    module = sys.modules[name]
                    self.assertEqual(
                        [argument.arg for argument in own[function].args.args],
                        [p for p in inspect.signature(getattr(module, function)).parameters if p != "extra"], function)

    def test_the_scripts_run_where_cloudshell_is(self):
        """Python 3.9, without anything that is installed."""
        with zipfile.ZipFile(self.release / "deploy.pyz") as archive:
            scripts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".py")}
        known = sys.stdlib_module_names - {"tomllib"} | {name.removesuffix(".py") for name in scripts}
        for name, text in scripts.items():
            tree = ast.parse(text, name, feature_version=(3, 9))
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    self.assertLessEqual({alias.name.split(".")[0] for alias in node.names}, known, name)
                elif isinstance(node, ast.ImportFrom):
                    self.assertIn(node.module.split(".")[0], known, name)


def raised(answer):
    if isinstance(answer, Exception):
        raise answer
    return answer


if __name__ == "__main__":
    unittest.main(verbosity=2)
