"""Deploys to a local cloud emulator as a person would to AWS, uses what was deployed, and removes it.

The functions are built without the slow optimisations of a release; REHEARSE_RELEASE=1 builds them as
they ship. PREVIOUS names the folder of an earlier release, from which an upgrade is rehearsed. Ends with the line `N passed, N failed`.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from unittest import mock
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import boto3

import binaries
import costs
import deploy
import key
import package
import person
import preflight
import publish
import repository
import rotate
import secret
import service
import source
import stack_state
import template
import tokens
from cases import ANSWERS, ATTACKS, NOWHERE, OUT_OF_REACH, PAGES, TOKENS, listed
from emulator import REGION, Emulator
from repository import HOST, ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, SAMPLE_WHITEBOARD, TOOLS, packages, router
from routes import DEFAULT
from script import say
from screen import Screen, took, wrapped

STACK = "agora-rehearsal"
# What Ctrl-C sends.
CTRL_C = "\x03"
ONE_CLICK = "agora-one-click"
# As the scripts name it.
SCRIPTED = "agora-token"
# Where GitHub says that a release is made.
GITHUB = {"GITHUB_REPOSITORY": "OWNER/agora-token", "GITHUB_SERVER_URL": "https://github.com"}
HALF = "agora-half"
URLS = f"{STACK}-urls"
# Another region than the first.
ELSEWHERE = "eu-central-1"
BUCKET = "agora-rehearsal-releases"
ORIGIN = "https://app.example.com"
ROTATED = "0123456789abcdef0123456789ABCDEF"
CHANGED = "fedcba9876543210FEDCBA9876543210"
TTL = 2

BEGAN = time.monotonic()
SCREEN = Screen()


class Rehearsal:
    """The steps, in order; each check counts."""

    def __init__(self, emulator: Emulator):
        self.emulator = emulator
        self.session = boto3.Session(
            region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        )
        self.passed = self.failed = 0
        # Of the step that goes on: its place, when it began, and what had passed before.
        self.place, self.began, self.before = 0, BEGAN, 0
        self.failures: list[str] = []
        self.certificate = SAMPLE_CERTIFICATE
        # The distribution that is asked in the place of the API, if one is.
        self.edge = ""
        # What the functions wrote, read before each deployment that replaces them.
        self.written = ""

    # ---- telling ----

    def step(self, text: str) -> None:
        self.close()
        self.place += 1
        say(f"\n{SCREEN.paint(f'{self.place:2}. {text}', 'bold')}")

    def close(self) -> None:
        """Says how long the step took, and how many of its checks passed."""
        if self.place:
            checks = self.passed + self.failed - self.before
            counts = f"{checks} check{'s' * (checks != 1)} in " if checks else ""
            say(SCREEN.paint(f"    {counts}{took(time.monotonic() - self.began)}", "dim"))
        self.began, self.before = time.monotonic(), self.passed + self.failed

    def check(self, text: str, good: bool, seen: object = "") -> bool:
        self.passed += bool(good)
        self.failed += not good
        mark = SCREEN.paint("ok  ", "green") if good else SCREEN.paint("FAIL", "red", "bold")
        say(f"    {mark} {wrapped(text, ' ' * 9, SCREEN.width)[9:]}" + (f"\n         seen: {seen}" if not good else ""))
        if not good:
            self.failures.append(f"{self.place}. {text}")
        return bool(good)

    # ---- asking ----

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.emulator.endpoint)

    def call(self, method: str, path: str, body=None, key: str | None = None, **headers: str):
        """One request through the gateway: status, headers, and the body as JSON where it is."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Host"] = self.edge or f"{self.api}.execute-api.localhost"
        if self.edge:
            # The emulator ends no TLS.
            headers["X-Forwarded-Proto"] = "https"
        if key:
            headers["x-api-key"] = key
        if isinstance(body, tuple):
            body, headers["Content-Type"] = body
        elif body is not None:
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        connection = http.client.HTTPConnection(HOST, self.emulator.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        with contextlib.suppress(ValueError):
            text = json.loads(text)
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def parse(self, tokens: list[tuple[str, str]]) -> list[dict]:
        """What Agora's own parser says of tokens, each with the certificate that must have signed it."""
        asked = [{"token": token, "certificate": certificate} for token, certificate in tokens]
        env = {"PATH": os.environ["PATH"], "NODE_PATH": str(TOOLS / "npm" / "node_modules")}
        script = str(Path(__file__).with_name("verify.js"))
        told = subprocess.run(
            ["node", script], input=json.dumps(asked), capture_output=True, text=True, env=env, check=True
        )
        return json.loads(told.stdout)

    def token(self) -> tuple[int, str]:
        """An RTC token by the shortest way: the status and the token."""
        status, _, answer = self.call("POST", "/v1/rtc", {"channelName": "demo", "uid": 1}, key=self.key)
        return status, answer.get("token", "") if isinstance(answer, dict) else ""

    def type(self, block: str, folder: Path) -> subprocess.CompletedProcess:
        """Runs a block of the documentation in a folder, with the AWS CLI."""
        env = self.emulator.env(PATH=f"{TOOLS / 'emulator' / 'bin'}:/usr/bin:/bin")
        return subprocess.run(["bash", "-ec", block], cwd=folder, env=env, capture_output=True, text=True)

    def remove(self, stack: str) -> None:
        """Deletes a stack."""
        formation = self.client("cloudformation")
        formation.delete_stack(StackName=stack)
        formation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})

    def document(self, secret: str = "") -> dict:
        """The secret, as it is now; that of the first stack, unless another one is named."""
        text = self.client("secretsmanager").get_secret_value(SecretId=secret or self.secret)["SecretString"]
        return json.loads(text)

    # ---- the steps ----

    def build(self) -> None:
        full = os.environ.get("REHEARSE_RELEASE") == "1"
        self.step(f"Build {len(packages())} functions for x86-64 {'as they ship' if full else 'with few optimisations'}"
                  " (takes minutes)")
        # A folder of its own, so that neither profile throws the other's work away.
        target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "rehearsal"
        quick = {
            "CARGO_PROFILE_RELEASE_LTO": "off",
            "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
            "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
        }
        env = self.emulator.env(CARGO_TARGET_DIR=str(target), **({} if full else quick))
        with SCREEN.ticking("  building"):
            source.build("x86_64", env)
        built = source.BUILD_DIR / "template.yaml"
        # JSON is YAML too.
        built.write_text(json.dumps(template.known(template.load(built.read_text()))))

    def deploy(self) -> None:
        self.step("Deploy with the SAM CLI")
        self.parameters = {
            "AppId": SAMPLE_APP_ID,
            "AppCertificate": SAMPLE_CERTIFICATE,
            "Architecture": "x86_64",
            "SecretTtlSeconds": str(TTL),
            "AllowedOrigins": f"{ORIGIN},http://localhost:3000",
            "JwtIssuer": self.issuer,
            "JwtAudience": self.audience,
            "JwtJwksUrl": self.jwks,
            "AlarmEmail": "operator@example.com",
        }
        self.roll_out("versions", self.parameters)
        self.made = deploy.outputs(STACK, self.emulated())
        self.secret = self.made["SecretArn"]
        document = self.document()
        self.key = document["apiKey"]
        self.check("the secret holds App ID, certificate and a generated API key",
                   document["appId"] == SAMPLE_APP_ID and document["appCertificate"] == SAMPLE_CERTIFICATE
                   and len(self.key) == 43)
        self.check("the outputs tell the first steps", {"BaseUrl", "ApiKey", "FirstToken"} <= set(self.made), self.made)
        functions = self.client("lambda").list_functions()["Functions"]
        self.check("there is a function for each package", len(functions) == len(packages()),
                   [function["FunctionName"] for function in functions])
        watch = self.client("cloudwatch")
        alarms = watch.describe_alarms()["MetricAlarms"]
        self.check("six alarms tell the topic", len(alarms) == 6 and all(alarm["AlarmActions"] for alarm in alarms),
                   alarms)
        [board] = watch.list_dashboards()["DashboardEntries"]
        body = watch.get_dashboard(DashboardName=board["DashboardName"])["DashboardBody"]
        self.check("the dashboard is JSON, and no name in it was left open",
                   len(json.loads(body)["widgets"]) == 8 and "${" not in body, body)
        # The sample project has no whiteboard of its own, so the operator adds one, as docs/configuration.md says.
        access, secret = SAMPLE_WHITEBOARD
        document["whiteboard"] = {"accessKey": access, "secretKey": secret}
        self.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=json.dumps(document))

    def roll_out(self, rollout: str, parameters: dict[str, str]) -> None:
        """As `make deploy` does it, which knows what the stack has besides what is named."""
        source.prepare(rollout, self.parameters | parameters)
        source.deploy(STACK, parameters, self.emulator.env(), {deploy.ROLLOUT_TAG: rollout})
        self.parameters |= parameters

    def people(self) -> None:
        """A user pool with one user, who signs in."""
        self.step("Create a user pool, and sign a user in")
        cognito = self.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
        self.audience = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        word = "Rehearsal-1!"
        cognito.admin_create_user(UserPoolId=pool, Username="anna", MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username="anna", Password=word, Permanent=True)
        self.user = cognito.admin_initiate_auth(
            UserPoolId=pool, ClientId=self.audience, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "anna", "PASSWORD": word},
        )["AuthenticationResult"]["IdToken"]
        self.issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool}"
        # On AWS it would be found by discovery; here the issuer's host is the emulator.
        self.jwks = f"{self.emulator.endpoint}/{pool}/.well-known/jwks.json"

    def emulated(self):
        """The session, with every client pointed at the emulator."""
        class Here:
            client = staticmethod(self.client)
            region_name = REGION
        return Here()

    def connect(self, stack: str = STACK, told: bool = True) -> None:
        """Does what AWS does with the API's OpenAPI body and the emulator leaves out."""
        if told:
            self.step("Create the routes of the translated template")
        translated = template.translate(template.load(), AllowedOrigins=f"{ORIGIN},http://localhost:3000")
        resources = self.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
        [(name, _)] = template.apis(translated)
        self.api = physical[name]
        gateway, functions = self.client("apigatewayv2"), self.client("lambda")
        targets = {}
        for method, path, function in template.routes(translated):
            if function not in targets:
                arn = functions.get_function(FunctionName=physical[function])["Configuration"]["FunctionArn"]
                if f"{function}Aliaslive" in physical:
                    arn += ":live"
                targets[function] = gateway.create_integration(
                    ApiId=self.api, IntegrationType="AWS_PROXY", IntegrationMethod="POST",
                    PayloadFormatVersion="2.0",
                    IntegrationUri=f"arn:aws:apigateway:{self.session.region_name}:lambda:path/2015-03-31/functions/{arn}/invocations",
                )["IntegrationId"]
            # To AWS, `{proxy+}` is an empty rest too, after a slash at the end; the emulator wants something there.
            for key in {path, path.removesuffix("{proxy+}")}:
                gateway.create_route(
                    ApiId=self.api, RouteKey=key if key == DEFAULT else f"{method} {key}",
                    Target=f"integrations/{targets[function]}",
                )
        cors = template.cors(translated)
        gateway.update_api(ApiId=self.api, CorsConfiguration={k[0].upper() + k[1:]: v for k, v in cors.items()})
        if told:
            say(f"    {len(template.routes(translated))} routes to {len(targets)} functions")

    def knock(self) -> None:
        self.step("Ask without a key, with a wrong one, and across origins")
        request = {"channelName": "demo", "uid": 1}
        for name, headers in [
            ("no key", {}),
            ("a wrong key", {"x_api_key": "x" * 43}),
            ("an empty bearer", {"authorization": "Bearer "}),
            ("a key cut short", {"x_api_key": self.key[:-1]}),
        ]:
            status, head, answer = self.call("POST", "/v1/rtc", request, **headers)
            self.check(f"{name}: 401, a problem that names no secret",
                       status == 401 and head["content-type"].startswith("application/problem+json")
                       and "www-authenticate" in head and self.key not in str(answer), (status, head, answer))
        status, _, answer = self.call("POST", "/v1/rtc", request, authorization=f"Bearer {self.key}")
        self.check("the key as a bearer: a token", status == 200 and answer["token"][:3] == "007", (status, answer))
        status, _, answer = self.call("GET", "/rtc/demo/publisher/uid/1/")
        self.check("the drop-in route without a key: 401 in the original's form",
                   status == 401 and "rtcToken" not in answer, (status, answer))

        asks = {"access_control_request_method": "POST", "access_control_request_headers": "x-api-key,content-type"}
        status, head, _ = self.call("OPTIONS", "/v1/rtc", origin=ORIGIN, **asks)
        self.check("a preflight of an allowed origin",
                   status == 204 and head.get("access-control-allow-origin") == ORIGIN
                   and "x-api-key" in head.get("access-control-allow-headers", ""), (status, head))
        status, head, _ = self.call("OPTIONS", "/v1/rtc", origin="https://elsewhere.example", **asks)
        self.check("a preflight of another origin", "access-control-allow-origin" not in head, (status, head))
        asks["access_control_request_headers"] = "content-type,x-requested-with"
        status, head, _ = self.call("OPTIONS", "/fetch_rtc_token", origin=ORIGIN, **asks)
        self.check("a preflight as web samples for other servers cause it",
                   status == 204 and "x-requested-with" in head.get("access-control-allow-headers", ""), (status, head))
        status, head, _ = self.call("POST", "/v1/rtc", request, key=self.key, origin=ORIGIN)
        self.check("the answer itself may be read by that origin, and is not kept",
                   head.get("access-control-allow-origin") == ORIGIN and "no-store" in head.get("cache-control", ""),
                   (status, head))
        self.check("with when to ask again, and what to report",
                   head.get("access-control-expose-headers") == "retry-after,x-request-id", head)
        self.nowhere()
        status, head, _ = self.call("POST", "/v1/rtc", request, key=self.key)
        self.check("the function sets no CORS header itself",
                   status == 200 and not [name for name in head if name.startswith("access-control-")], (status, head))

    def nowhere(self) -> None:
        """What no route takes."""
        for path in NOWHERE:
            status, _, answer = self.call("POST", path, {"channelName": "demo"})
            self.check(f"POST {path}: 404, with the routes there are",
                       (status, answer.get("code")) == (404, "route_unknown") and " /v1/rtc" in answer["detail"],
                       (status, answer))
        for method, path, allowed in (("DELETE", "/v1/rtc", "GET, POST"), ("GET", "/fetch_rtc_token", "POST")):
            status, head, answer = self.call(method, path)
            self.check(f"{method} {path}: 405, with the methods it takes",
                       (status, head.get("allow")) == (405, allowed) and answer["code"] == "method_not_allowed",
                       (status, head, answer))
        status, head, _ = self.call("OPTIONS", "/nowhere", origin=ORIGIN, access_control_request_method="POST")
        self.check("a preflight of it is no failure, so that a page reads the answer", status == 204, (status, head))

    def tokens(self) -> None:
        self.step("Ask for tokens and have Agora's own parser read them")
        cases = self.cases = TOKENS + listed()
        asked = {shape_of(case.path) for case in cases} | {shape_of(path) for _, _, path, _, _ in ANSWERS} | OUT_OF_REACH
        asked |= {shape_of(path) for path in [*NOWHERE, *PAGES]}
        missing = [path for _, path, _ in router() if not any(fits(path, one) for one in asked)]
        self.check("every route is asked", not missing, missing)
        self.ask_each(cases)

    def ask_each(self, cases) -> None:
        answered = []
        for case in cases:
            began = time.monotonic()
            status, _, answer = self.call(case.method, case.path, case.body, key=self.key)
            took = 1000 * (time.monotonic() - began)
            token = dig(answer, case.answer)
            if not self.check(f"{case.name}: {status} in {took:.0f} ms, gateway and all",
                              status == 200 and isinstance(token, str) and bool(token), (status, answer)):
                continue
            if case.format == "007":
                answered.append((case, token))
            else:
                self.read_apart(case, token)
        for (case, _), found in zip(answered, self.parse([(token, self.certificate) for _, token in answered])):
            services = [service | {"privileges": set(service["privileges"])} for service in found["services"]]
            right = any(case.service.items() <= service.items() for service in services)
            self.check(f"{case.name}: signed by the certificate, for the App ID, saying what was asked",
                       found["signed"] and found["appId"] == SAMPLE_APP_ID and right, found)

    def read_apart(self, case, token: str) -> None:
        """A token that Agora's parser does not know."""
        wanted = dict(case.service)
        if case.format == "whiteboard":
            access, secret = SAMPLE_WHITEBOARD
            found = tokens.whiteboard(token, secret)
            wanted["ak"] = access
        else:
            found = tokens.v006(token, self.certificate, wanted.pop("channel"), wanted.pop("uid"))
            found["privileges"] = set(found["privileges"])
            wanted |= {"appId": SAMPLE_APP_ID, "channel": True, "uid": True}
        self.check(f"{case.name}: signed, saying what was asked",
                   found["signed"] and all(found.get(name) == value for name, value in wanted.items()), found)

    def answers(self) -> None:
        self.step("Ask for explanations, and whether it is there")
        _, token = self.token()
        for _, method, path, body, wanted in ANSWERS:
            text = json.dumps(body).replace("{token}", token) if body else None
            status, _, answer = self.call(
                method, path.replace("{token}", quote(token, safe="")),
                (text, "application/json") if text else None, key=self.key,
            )
            self.check(f"{method} {path}: {status}, {wanted}", status == 200 and wanted.items() <= answer.items(),
                       (status, answer))
        for path, wanted in PAGES.items():
            status, head, text = self.call("GET", path)
            self.check(f"GET {path}: {status}", status == wanted or status == 200 and str(wanted) in text, (status, head))

    def users(self) -> None:
        self.step("Ask as a user who shows a JWT")
        bearer = {"authorization": f"Bearer {self.user}"}
        status, _, answer = self.call("POST", "/v1/rtc", {"channelName": "demo"}, **bearer)
        if self.check("a user gets a token of their own", status == 200 and answer["uid"] > 0, (status, answer)):
            [found] = self.parse([(answer["token"], self.certificate)])
            self.check("with their own uid signed into it", found["signed"]
                       and found["services"][0]["uid"] == str(answer["uid"]), found)
        status, _, answer = self.call("POST", "/v1/rtc", {"channelName": "demo", "uid": 1}, **bearer)
        self.check("but none of somebody else's", (status, answer.get("code")) == (403, "denied_identity"), (status, answer))
        status, _, answer = self.call("GET", "/v1/chat/app", **bearer)
        self.check("nor one that administers the project",
                   (status, answer.get("code")) == (403, "denied_app_privilege"), (status, answer))
        head, payload, signature = self.user.split(".")
        forged = ".".join([head, payload, signature[:-8] + "A" * 8])
        status, _, answer = self.call("POST", "/v1/rtc", {"channelName": "demo"}, authorization=f"Bearer {forged}")
        self.check("a JWT with another signature: 401", status == 401, (status, answer))

    def function_urls(self) -> None:
        self.step("Put function URLs behind CloudFront, as the documentation says, and ask there")
        command, _ = person.documented("deployment.md", "Function URLs")
        command = command.replace("agora-token", STACK).replace("AllowedOrigins=", "Alias=live AllowedOrigins=")
        ran = self.type(command, ROOT)
        if not self.check("the command of the documentation makes the stack", ran.returncode == 0, ran.stdout + ran.stderr):
            return
        functions = self.client("lambda")
        urls = [functions.get_function_url_config(FunctionName=one["FunctionName"], Qualifier="live")["FunctionUrl"]
                for one in functions.list_functions()["Functions"]]
        self.check("each function has a URL, at its alias", len(set(urls)) == len(packages()), urls)
        self.edge = urlsplit(deploy.outputs(URLS, self.emulated())["BaseUrl"]).hostname
        try:
            self.ask_each(self.cases)
            for method, path, status, allowed in [
                ("POST", "/nowhere", 404, None), ("POST", "/agora/token", 404, None), ("POST", "/v1/rtc/", 404, None),
                ("DELETE", "/v1/rtc", 405, "GET, POST"), ("GET", "/fetch_rtc_token/", 405, "POST"),
            ]:
                seen, head, answer = self.call(method, path, {} if method == "POST" else None)
                self.check(f"{method} {path}: {status}", (seen, head.get("allow")) == (status, allowed)
                           and answer["code"] in ("route_unknown", "method_not_allowed"), (seen, head, answer))
            status, _, answer = self.call("POST", "/v1/rtc", {"channelName": "demo", "uid": 1})
            self.check("without a key: 401", status == 401, (status, answer))
            status, _, answer = self.call("POST", "/v1/rtc", {"channelName": "demo"}, authorization=f"Bearer {self.user}")
            self.check("a user's JWT arrives", status == 200 and answer["uid"] > 0, (status, answer))
            asks = {"access_control_request_method": "POST", "access_control_request_headers": "x-api-key,content-type"}
            status, head, _ = self.call("OPTIONS", "/v1/rtc", origin=ORIGIN, **asks)
            self.check("a preflight of an allowed origin", status < 300 and head.get("access-control-allow-origin") == ORIGIN
                       and "x-api-key" in head.get("access-control-allow-headers", ""), (status, head))
            status, head, _ = self.call("OPTIONS", "/v1/rtc", origin="https://elsewhere.example", **asks)
            self.check("a preflight of another origin", "access-control-allow-origin" not in head, (status, head))
            status, _, text = self.call("GET", "/console/index.html")
            self.check("the console is there", status == 200 and "<html" in str(text), status)
        finally:
            self.edge = ""
        self.remove(URLS)
        self.check("the API stays as it was", self.token()[0] == 200)

    def another_region(self) -> None:
        self.step(f"Replicate the secret to {ELSEWHERE}, and sign there with the replica")
        first, session, api = self.client("secretsmanager"), self.session, self.api
        replicated = first.replicate_secret_to_regions(SecretId=self.secret, AddReplicaRegions=[{"Region": ELSEWHERE}])
        self.check("the replica is in sync", [one["Status"] for one in replicated["ReplicationStatus"]] == ["InSync"],
                   replicated)
        before, arn = self.document(), self.secret.replace(f":{REGION}:", f":{ELSEWHERE}:")
        self.session = boto3.Session(region_name=ELSEWHERE, aws_access_key_id="test", aws_secret_access_key="test")
        try:
            parameters = {"ExistingSecretArn": arn, "Architecture": "x86_64", "SecretTtlSeconds": str(TTL)}
            source.deploy(STACK, parameters, self.emulator.env(AWS_DEFAULT_REGION=ELSEWHERE))
            self.connect(told=False)
            self.check("it is another API", self.api != api)
            status, token = self.token()
            self.check("which takes the same key and signs by the same certificate",
                       status == 200 and self.parse([(token, self.certificate)])[0]["signed"], status)
            try:
                self.client("secretsmanager").put_secret_value(SecretId=arn, SecretString="{}")
                written = True
            except self.client("secretsmanager").exceptions.InvalidRequestException:
                written = False
            self.check("a replica cannot be written", not written)
            first.put_secret_value(SecretId=self.secret, SecretString=json.dumps(before | {"appCertificate": CHANGED}))
            began, states, signed = time.monotonic(), set(), False
            while not signed and time.monotonic() - began < TTL + 4:
                status, token = self.token()
                states.add(status)
                signed = bool(token) and self.parse([(token, CHANGED)])[0]["signed"]
            self.check(f"a change in {REGION} is in use there after {time.monotonic() - began:.1f} s",
                       signed and states == {200}, states)
            self.remove(STACK)
        finally:
            self.session, self.api = session, api
        first.put_secret_value(SecretId=self.secret, SecretString=json.dumps(before))
        time.sleep(TTL + 0.5)
        status, token = self.token()
        self.check(f"in {REGION} all is as it was",
                   status == 200 and self.parse([(token, self.certificate)])[0]["signed"], status)

    def attack(self) -> None:
        self.step("Ask for what must be refused")
        for name, method, path, body, allowed in ATTACKS:
            try:
                status, _, answer = self.call(method, path, body, key=self.key)
            except OSError as error:
                status, answer = 0, error
            self.check(f"{name}: {status}", status in allowed, (status, answer))
        status, token = self.token()
        self.check("after that it still signs", status == 200 and bool(token), status)

    def rotate(self) -> None:
        self.step(f"Rotate the certificate in Secrets Manager (read again after {TTL} s)")
        document = self.document() | {"appCertificate": ROTATED}
        self.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=json.dumps(document))
        began, states, signers, first = time.monotonic(), set(), [], None
        while (now := time.monotonic() - began) < TTL + 4 and (first is None or now < first + 2):
            status, token = self.token()
            states.add(status)
            by_new, by_old = (found["signed"] for found in self.parse([(token, ROTATED), (token, self.certificate)]))
            signers.append("new" if by_new else "old" if by_old else "nobody")
            if by_new and first is None:
                first = now
            time.sleep(0.1)
        self.check("no request fails meanwhile", states == {200}, states)
        # One request may still get the old one while it fetches the new.
        self.check(f"the new certificate signs after {first or 0:.1f} s",
                   first is not None and first <= TTL + 1.5, signers)
        self.check("from then on only the new one, before only the old one",
                   signers == sorted(signers, reverse=True) and "nobody" not in signers, signers)
        self.certificate = ROTATED

    def update(self) -> None:
        self.step("Update the stack without naming the project again, while requests come in")
        before, states = self.document(), set()
        self.written += self.log_text()
        policy = {"user": {"channels": ["lobby"]}, "anonymous": {"tokenTypes": ["rtc"]}}
        with self.requests(states):
            self.roll_out("versions", {"LogRetentionDays": "7", "Policy": json.dumps(policy)})
        self.check("no request fails meanwhile", states == {200}, states)
        self.check("the rotated certificate and the API key are still there", self.document() == before)
        groups = self.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}")["logGroups"]
        self.check("the logs are kept for the new time",
                   bool(groups) and all(group.get("retentionInDays") == 7 for group in groups), groups)
        status, token = self.token()
        [found] = self.parse([(token, self.certificate)])
        self.check("and a token is signed by the rotated certificate", status == 200 and found["signed"],
                   (status, found))
        status, _, answer = self.call(
            "POST", "/v1/rtc", {"channelName": "demo"}, authorization=f"Bearer {self.user}")
        self.check("a parameter that changed alone is in use: the new policy refuses a user the channel",
                   (status, answer.get("code")) == (403, "denied_channel"), (status, answer))
        versions = self.versions()
        self.check("the alias moved to a second version", versions == ["1", "2"], versions)
        self.written += self.log_text()
        self.roll_out("versions", {"LogRetentionDays": "14"})
        self.check("a parameter that no function sees makes no version", self.versions() == versions, self.versions())

    def make(self, main, answer: str = "y", **variables: str) -> tuple[object, str]:
        """`make deploy` or `make secret`, as a person calls it who says yes: what it exits with, and prints.

        The API is asked by way of the emulator, and what was built above is not built again.
        """
        def call(url: str, body: dict, key: str) -> tuple[int, object]:
            status, _, answer = self.call("POST", urlsplit(url).path, body, key=key)
            return status, answer

        out, code, self.built = io.StringIO(), 0, False
        with (
            mock.patch.dict(os.environ, self.emulator.env(**{"STACK": STACK} | variables), clear=True),
            mock.patch("builtins.input", lambda _: answer), mock.patch.object(service, "call", call),
            mock.patch.object(source, "build", lambda *_: setattr(self, "built", True)),
            mock.patch.object(deploy, "PATIENCE", 5),
            contextlib.redirect_stdout(out),
        ):
            try:
                main()
            except SystemExit as error:
                code = getattr(error, "text", error.code)
        return code, out.getvalue()

    def operate(self) -> None:
        self.step("Try to lose the secret by a parameter, and to deploy a policy that is misspelt")
        before = self.document()
        for parameters in (f"AppCertificate={CHANGED}", f"AppId={CHANGED}", f"ExistingSecretArn={self.secret}"):
            code, out = self.make(deploy.main, PARAMETERS=parameters)
            self.check(f"{parameters.split('=')[0]}: refused, with the command to use",
                       "make secret" in str(code) and not self.built and self.document() == before, (code, out))
        code, out = self.make(deploy.main, PARAMETERS="""'Policy={"user":{"rolez":[]}}'""")
        self.check("the policy is refused by the functions' own parser before anything is built",
                   "user.rolez" in str(code) and "did you mean `roles`?" in str(code) and not self.built, (code, out))

        self.step("Add a key and change the certificate with `make secret`, while requests come in")
        code, out = self.make(secret.main, CHANGE="add-key", YES="1")
        keys = self.document().get("apiKeys", [])
        self.check("a key was added and opens", code == 0 and len(keys) == 1 and "opens" in out, (code, out))
        file, states = self.emulator.folder / "certificate", set()
        file.write_text(f"{CHANGED}\n")
        with self.requests(states):
            code, out = self.make(secret.main, FROM=str(file))
        self.check("it waited until the certificate was in use", code == 0 and "In use after" in out, (code, out))
        show(out)
        self.check("no request failed meanwhile", states == {200}, states)
        self.check("everything else is as it was",
                   self.document() == before | {"apiKeys": keys, "appCertificate": CHANGED})
        secrets = [value for value in (CHANGED, ROTATED, *keys, self.key) if value in out]
        self.check("no value was shown", not secrets, out)
        self.certificate = CHANGED
        status, token = self.token()
        [found] = self.parse([(token, CHANGED)])
        self.check("and Agora's own parser finds it in a token", status == 200 and found["signed"], (status, found))
        code, out = self.make(secret.main, FROM=str(file), CHANGE="secondary", YES="1")
        self.check("a secondary certificate, too", code == 0 and self.document()["secondaryCertificate"] == CHANGED,
                   (code, out))

        self.step("Deploy onto a secret that the functions cannot read, and mend it")
        document, manager = self.document(), self.client("secretsmanager")
        self.written += self.log_text()
        manager.put_secret_value(SecretId=self.secret, SecretString=json.dumps(document | {"appCertificate": "none"}))
        code, out = self.make(deploy.main, PARAMETERS=f"SecretTtlSeconds={TTL + 1}")
        self.check("refused before anything is built, with the member that is wrong",
                   "appCertificate must be the 32 hex digits" in str(code) and not self.built, (code, out))
        # As if somebody broke it while it was built.
        with mock.patch.object(preflight, "secret"):
            code, out = self.make(deploy.main, PARAMETERS=f"SecretTtlSeconds={TTL + 1}")
        self.check("no first token: the deployment fails and says how the service answered",
                   "gives no token" in str(code) and "503" in str(code) and self.built, (code, out))
        manager.put_secret_value(SecretId=self.secret, SecretString=json.dumps(document))
        self.written += self.log_text()
        code, out = self.make(deploy.main, PARAMETERS=f"SecretTtlSeconds={TTL}")
        self.check("mended, it ends with a token", code == 0 and "007e" in out, (code, out))
        self.check("the secret is the one that it was", self.document() == document)
        policy = self.client("cloudformation").get_stack_policy(StackName=STACK)["StackPolicyBody"]
        self.check("and a stack policy guards it", {
            "Effect": "Deny", "Principal": "*", "Action": ["Update:*"], "Resource": "LogicalResourceId/Secret",
        } in json.loads(policy)["Statement"], policy)

        self.step("Deploy with a certificate of another project, and mend it as a person would")
        manager.put_secret_value(SecretId=self.secret, SecretString=json.dumps(document | {"appCertificate": ROTATED}))
        code, out = self.make(deploy.main, YES="1")
        self.check("all that can be known here is right, and it says who alone can tell",
                   code == 0 and "Only Agora can tell" in out and "webdemo.agora.io" in out, (code, out))
        file.write_text(f"{document['appCertificate']}\n")
        code, out = self.make(secret.main, FROM=str(file), YES="1")
        self.check("`make secret` puts the right one in", code == 0 and self.document() == document, (code, out))

        self.step("Rotate the certificate by `make rotate`, and a key by `make key`, while requests come in")
        file.write_text(f"{ROTATED}\n")
        states = set()
        with self.requests(states):
            code, out = self.make(rotate.main, FROM=str(file), YES="1")
        now = self.document()
        self.check("the new certificate signs, the old one is recognised",
                   code == 0 and (now["appCertificate"], now["secondaryCertificate"]) == (ROTATED, document["appCertificate"]),
                   (code, out))
        self.check("no request failed meanwhile", states == {200}, states)
        code, out = self.make(rotate.main, FINISH="1", YES="1")
        self.check("and is forgotten in the end", code == 0 and "secondaryCertificate" not in self.document(), (code, out))
        self.certificate = ROTATED
        code, out = self.make(key.main, ADD="recorder", YES="1")
        self.check("a key with a name opens", code == 0 and "opens" in out, (code, out))
        code, out = self.make(key.main)
        self.check("and is shown without its value", code == 0 and ", recorder" in out and self.key not in out, (code, out))
        code, out = self.make(key.main, REMOVE="recorder", YES="1")
        self.check("until it is withdrawn", code == 0 and "recorder" not in json.dumps(self.document()), (code, out))

    def bad_states(self) -> None:
        """A creation that fails, as one does on AWS where something of it is not allowed."""
        self.step("Deploy onto what a failed creation has left")
        formation = self.client("cloudformation")
        broken = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "Alarm": {
            "Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [{"Id": "m", "Expression": "1"}]}}}}
        with contextlib.suppress(Exception):
            formation.create_stack(StackName=HALF, TemplateBody=json.dumps(broken))
        stack = stack_state.settled(self.emulated(), HALF)
        if not self.check("the emulator leaves a stack that failed", stack is not None
                          and stack["StackStatus"] in stack_state.FAILED_CREATION, stack):
            return
        code, out = self.make(deploy.main, STACK=HALF, answer="n", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=SAMPLE_CERTIFICATE)
        self.check("nothing is done where a person says no",
                   "delete-stack" in str(code) and "Alarm: " in out and not self.built, (code, out))
        with mock.patch.object(source, "deploy"), mock.patch.object(deploy, "tell_what_it_gives"), mock.patch.object(
                deploy, "outputs", lambda *_: {}):
            code, out = self.make(deploy.main, STACK=HALF, YES="1", APP_ID=SAMPLE_APP_ID, APP_CERTIFICATE=SAMPLE_CERTIFICATE)
        self.check("where they say yes it is deleted, and deployed anew",
                   code == 0 and self.built and stack_state.described(self.emulated(), HALF) is None, (code, out))

    def versions(self, stack: str = STACK) -> list[str]:
        """The versions of the RTC function; the alias has to be at the last."""
        client = self.client("lambda")
        name = self.physical("Rtc", stack)
        alias = client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
        found = [v["Version"] for v in client.list_versions_by_function(FunctionName=name)["Versions"]]
        return sorted((v for v in found if v != "$LATEST"), key=lambda v: (v == alias, int(v)))

    def physical(self, logical_id: str, stack: str = STACK) -> str:
        return self.client("cloudformation").describe_stack_resource(
            StackName=stack, LogicalResourceId=logical_id
        )["StackResourceDetail"]["PhysicalResourceId"]

    @contextlib.contextmanager
    def requests(self, states: set):
        """Asks for tokens, one after the other, while something else goes on."""
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                try:
                    states.add(self.token()[0])
                except OSError as error:
                    states.add(str(error))
                time.sleep(0.05)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield
        finally:
            done.set()
            asking.join()

    def bytes(self) -> None:
        self.step("Measure what a token costs")
        asks = {"channelName": "demo", "uid": 1, "role": "publisher"}
        for _ in range(3):
            status, head, answer = self.call("POST", "/v1/rtc", asks, key=self.key)
        lines = [json.loads(line) for line in self.log_text().splitlines() if line.startswith("{")]
        issued = [line for line in lines if line.get("route") == "POST /v1/rtc" and line["outcome"] == "issued"
                  and "memoryMB" not in line and line["tokens"][0].get("role") == "publisher"]
        line = issued[-1]
        # As they are on AWS: the gateway's ids are short, and the stack is named as `make deploy` names it.
        line["requestId"] = "JKJaXmPLvHcESHA="
        line["_aws"]["CloudWatchMetrics"][0]["Namespace"] = "AgoraToken/agora-token"
        size = len(json.dumps(line, separators=(",", ":"))) + 26
        self.check(f"the audit line of a token: {size} bytes", abs(size - costs.LINE) <= 12, (costs.LINE, line))
        head |= {"x-request-id": "JKJaXmPLvHcESHA="}
        answered = len(json.dumps(answer, separators=(",", ":"))) + sum(len(f"{name}: {value}\r\n") for name, value in head.items())
        self.check(f"its answer: {answered} bytes", status == 200 and abs(answered - costs.ANSWER) <= 40, (costs.ANSWER, head))

    def logs(self) -> None:
        self.step("Read the logs")
        text = self.written + self.log_text()
        self.check("there are lines of the functions", bool(text.strip()))
        secrets = [value for value in (SAMPLE_CERTIFICATE, ROTATED, CHANGED, self.key) if value in text]
        # Every token begins with its version and a zlib header.
        tokens = re.findall(r"007e[\w+/]{40,}", text)
        self.check("no certificate, API key or token is in them", not secrets and not tokens, tokens)
        self.check("what no route takes is in them, with method and path",
                   '"method":"POST","path":"/agora/token"' in text, text[-2000:])

    def log_text(self) -> str:
        client, lines = self.client("logs"), []
        for group in client.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}")["logGroups"]:
            for page in client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                lines += [event["message"] for event in page["events"]]
        return "\n".join(lines)

    def publish(self) -> None:
        self.step("Pack, publish to S3, and launch what was published as one click does")
        release = self.emulator.folder / "dist" / package.version()
        for name, logical_id in source.functions().items():
            binary = source.BUILD_DIR / logical_id / "bootstrap"
            package.pack(binary, release / f"{name}-x86_64.zip")
        again = self.emulator.folder / "again.zip"
        package.pack(binary, again)
        self.check("the same binary packs to the same bytes",
                   package.checksum(again) == package.checksum(release / f"{name}-x86_64.zip"))
        (release / "template-x86_64.yaml").write_text(package.template("x86_64"))
        # The command line as it was built to check the settings above, for Linux on this machine.
        program = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "debug" / "agora-token"
        binaries.pack(program, {}, release / f"agora-token-{package.version()}-x86_64-unknown-linux-musl.zip")
        package.complete(release, GITHUB)
        self.without_rust(release)
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        keys = publish.publish(release, BUCKET, "agora-token", s3)

        base = f"agora-token/{package.version()}/"
        sums = s3.get_object(Bucket=BUCKET, Key=base + "SHA256SUMS")["Body"].read().decode()
        objects = {o["Key"] for o in s3.list_objects_v2(Bucket=BUCKET)["Contents"]} - {base + "SHA256SUMS"}
        listed = dict(reversed(line.split("  ", 1)) for line in sums.splitlines())
        right = {base + name for name in listed} == objects and all(
            hashlib.sha256(s3.get_object(Bucket=BUCKET, Key=base + name)["Body"].read()).hexdigest() == checksum
            for name, checksum in listed.items()
        )
        self.check(f"{len(objects)} objects are there, each with its checksum", right, (objects, listed))
        publish.publish(release, BUCKET, "agora-token", s3)
        package.pack(source.BUILD_DIR / "template.yaml", release / "rtc-x86_64.zip")
        try:
            publish.publish(release, BUCKET, "agora-token", s3)
            refused = False
        except SystemExit:
            refused = True
        self.check("a version that is there is not changed", refused)

        formation = self.client("cloudformation")
        formation.create_stack(
            StackName=ONE_CLICK, TemplateURL=f"{self.emulator.endpoint}/{BUCKET}/{keys['x86_64']}",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": "AppId", "ParameterValue": SAMPLE_APP_ID},
                {"ParameterKey": "AppCertificate", "ParameterValue": SAMPLE_CERTIFICATE},
            ],
        )
        formation.get_waiter("stack_create_complete").wait(
            StackName=ONE_CLICK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        before = self.api, self.key
        secret = deploy.outputs(ONE_CLICK, self.emulated())["SecretArn"]
        manager = self.client("secretsmanager")
        self.key = json.loads(manager.get_secret_value(SecretId=secret)["SecretString"])["apiKey"]
        self.connect(ONE_CLICK)
        status, token = self.token()
        [found] = self.parse([(token, SAMPLE_CERTIFICATE)])
        self.check("the stack from the published template issues a token", status == 200 and found["signed"], (status, found))
        self.check("with a key of its own", self.key != before[1])
        self.api, self.key = before
        self.remove(ONE_CLICK)
        manager.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
        for key in [*objects, base + "SHA256SUMS"]:
            s3.delete_object(Bucket=BUCKET, Key=key)
        s3.delete_bucket(Bucket=BUCKET)

    def without_rust(self, release: Path) -> None:
        """What docs/deployment.md tells those who have no Rust, and then what it does not."""
        self.step("Deploy a release without Rust, by the words of the documentation, on a machine that has next to nothing")
        for_the_emulator(release)
        before = self.api, self.key
        formation, manager = self.client("cloudformation"), self.client("secretsmanager")
        connected = False

        def post(path: str, body: bytes, headers) -> tuple[int, bytes]:
            """Has the API answer, whose routes are made when somebody first asks: then its stack is there."""
            nonlocal connected
            if not connected:
                self.connect(SCRIPTED, told=False)
                connected = True
            status, _, answer = self.call("POST", path, (body, headers["content-type"]), key=headers["x-api-key"])
            return status, json.dumps(answer).encode()

        with person.Web(self.emulator.folder, post) as web:
            # Whoever deployed the release before this one.
            web.release = previous(release)
            there = person.Person(self.emulator.folder / "person", web, self.emulator.env())
            install, look, change, remove = person.documented("deployment.md", "Without Rust")
            code, screen = there.types(
                f"export ARCHITECTURE=x86_64\n{install}", ("App ID", SAMPLE_APP_ID), ("ertificate", SAMPLE_CERTIFICATE),
                ("Go on?", "y"))
            show(screen)
            self.check("it asks for the project, and ends with a token that the service itself finds valid",
                       code == 0 and "007e" in screen and "Only Agora can tell" in screen, (code, screen))
            self.check("and shows no certificate", SAMPLE_CERTIFICATE not in screen, screen)
            if code:
                return
            policy = formation.get_stack_policy(StackName=SCRIPTED).get("StackPolicyBody", "{}")
            self.check("a stack policy guards its secret", json.loads(policy) == deploy.TIGHT, policy)
            secret = deploy.outputs(SCRIPTED, self.emulated())["SecretArn"]
            self.key = self.document(secret)["apiKey"]
            code, screen = there.types(look)
            show(screen)
            self.check("the commands of the outputs give a token",
                       code == 0 and '"token":"007e' in screen.replace(" ", ""), (code, screen))

            # The latest release is this one now. What was asked for before is not asked for again.
            web.release, states, code_was = release, set(), self.code_of(SCRIPTED)
            with self.requests(states):
                code, screen = there.types(install, ("Go on?", "y"))
            self.check("a later release replaces the code, and no request fails meanwhile",
                       code == 0 and states == {200} and self.code_of(SCRIPTED) != code_was, (code, screen, states, code_was))
            self.check("the project and its key are the same", self.document(secret)["apiKey"] == self.key)
            self.check("the functions' own parser was asked", "not checked by" not in screen, screen)

            code, screen = there.types(change, ("Go on?", "y"), ("Go on?", "y"))
            show(screen)
            found = parameters_of(formation, SCRIPTED)
            self.check("parameters, keys and the rest of the secret are changed as by `make`",
                       code == 0 and found["LogRetentionDays"] == "90" and f", (no name)" in screen
                       and self.document(secret).get("denied") == {"uids": [7]} and self.key not in screen, (code, screen, found))

            self.step("Operate it by deploy.sh")
            wanted = f"SecretTtlSeconds={TTL} 'Policy={{\"user\":{{\"channels\":[\"a b\"]}}}}'"
            code, screen = there.types(f'sh deploy.sh YES=1 ROLLOUT=versions PARAMETERS="{wanted.replace(chr(34), chr(92) + chr(34))}"')
            found = parameters_of(formation, SCRIPTED)
            self.check("a policy with blanks arrives whole, and each function has a version",
                       code == 0 and json.loads(found["Policy"]) == {"user": {"channels": ["a b"]}}
                       and self.versions(SCRIPTED) == ["1"], (code, screen, found))
            code, screen = there.types(f"sh deploy.sh YES=1 PARAMETERS=AppId={CHANGED}")
            self.check("another project is refused, with the command to use",
                       code == 2 and "to a new stack only" in screen and "sh deploy.sh secret" in screen, (code, screen))
            states = set()
            with self.requests(states):
                code, screen = there.types("sh deploy.sh rotate", ("not shown", ROTATED), ("Go on?", "y"), ("Go on?", "y"))
            now = self.document(secret)
            self.check("the certificate is rotated, and no request fails meanwhile",
                       code == 0 and states == {200} and ROTATED not in screen
                       and (now["appCertificate"], now["secondaryCertificate"]) == (ROTATED, SAMPLE_CERTIFICATE),
                       (code, screen, states))

            code, screen = there.types("sh deploy.sh YES=1 PARAMETERS=LogRetentionDays=30", ("CloudFormation is at work", CTRL_C))
            self.check("interrupted, it says that CloudFormation goes on", code == 130 and "CloudFormation goes on" in screen,
                       (code, screen))
            code, screen = there.types("sh deploy.sh YES=1 PARAMETERS=LogRetentionDays=30")
            self.check("and goes on itself when it is called again",
                       code == 0 and parameters_of(formation, SCRIPTED)["LogRetentionDays"] == "30", (code, screen))
            [guard] = [block for block in person.documented("deployment.md", "How the secret is kept") if "set-stack-policy" in block]
            code, screen = there.types(guard)
            policy = json.loads(formation.get_stack_policy(StackName=SCRIPTED)["StackPolicyBody"])
            for statement in policy["Statement"]:
                if statement["Effect"] == "Deny" and isinstance(statement["Action"], str):
                    statement["Action"] = [statement["Action"]]
            self.check("the stack policy of the documentation is that of the script", policy == deploy.TIGHT, (code, screen, policy))
            code, screen = there.types(*person.documented("deployment.md", "Outputs"))
            self.check("all outputs are shown", code == 0 and "DomainTarget" not in screen and "BaseUrl" in screen, (code, screen))

            code, screen = there.types(remove)
            self.check("it is deleted by the documentation's command", code == 0
                       and stack_state.described(self.emulated(), SCRIPTED) is None, (code, screen))
            self.check("but for the secret", self.document(secret)["appCertificate"] == ROTATED)
        manager.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
        self.api, self.key = before

    def code_of(self, stack: str) -> set[str]:
        """Where the code of a stack's functions is."""
        body = self.client("cloudformation").get_template(StackName=stack)["TemplateBody"]
        made = json.dumps(body) if isinstance(body, dict) else body
        [described] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return set(re.findall(r"agora-token/[0-9a-f]{16}", made + json.dumps(described.get("Parameters", []))))

    def fork(self) -> None:
        """What the documentation says to do in AWS once, before the workflow of a fork may deploy."""
        self.step("Make the role of a fork's workflow by the words of the documentation")
        iam = self.client("iam")
        (self.emulator.folder / "docs").symlink_to(ROOT / "docs")
        for block in person.documented("deployment.md", "From a fork"):
            ran = self.type(block, self.emulator.folder)
            self.check(block.split(" \\")[0].splitlines()[-1], ran.returncode == 0, (ran.stdout, ran.stderr))
        role = iam.get_role(RoleName="agora-token-deployer")["Role"]
        held = iam.get_role_policy(RoleName="agora-token-deployer", PolicyName="deploy")["PolicyDocument"]
        self.check("the role trusts the fork alone, and may what the policy says",
                   json.loads((self.emulator.folder / "trust.json").read_text()) == role["AssumeRolePolicyDocument"]
                   and held == json.loads((ROOT / "docs" / "deployer-policy.json").read_text()), (role, held))
        iam.delete_role_policy(RoleName="agora-token-deployer", PolicyName="deploy")
        iam.delete_role(RoleName="agora-token-deployer")

    def delete(self) -> None:
        self.step("Delete the stack")
        self.remove(STACK)
        gone = stack_state.described(self.emulated(), STACK) is None
        self.check("the stack is gone", gone)
        left = {
            "functions": [f["FunctionName"] for f in self.client("lambda").list_functions()["Functions"]],
            "APIs": [a["Name"] for a in self.client("apigatewayv2").get_apis()["Items"]],
            "logs": [g["logGroupName"] for g in self.client("logs").describe_log_groups()["logGroups"]
                     if STACK in g["logGroupName"]],
            "roles": [r["RoleName"] for r in self.client("iam").list_roles()["Roles"] if STACK in r["RoleName"]],
            "policies": [p["PolicyName"] for p in self.client("iam").list_policies(Scope="Local")["Policies"]],
            "alarms": [a["AlarmName"] for a in self.client("cloudwatch").describe_alarms()["MetricAlarms"]],
            "dashboards": [d["DashboardName"] for d in self.client("cloudwatch").list_dashboards()["DashboardEntries"]],
            "topics": self.client("sns").list_topics()["Topics"],
        }
        self.check("nothing of it is left", not any(left.values()), left)
        secrets = self.client("secretsmanager")
        self.check("but for the secret, which is kept on purpose", self.document()["apiKey"] == self.key)
        secrets.delete_secret(SecretId=self.secret, ForceDeleteWithoutRecovery=True)
        self.check("and goes when asked to", not secrets.list_secrets()["SecretList"])

    def all(self) -> None:
        self.build()
        self.people()
        self.deploy()
        self.connect()
        self.knock()
        self.tokens()
        self.answers()
        self.bytes()
        self.users()
        self.function_urls()
        self.attack()
        self.rotate()
        self.another_region()
        self.update()
        self.operate()
        self.bad_states()
        self.logs()
        self.publish()
        self.fork()
        self.delete()


def show(screen: str) -> None:
    """What a person saw."""
    say("".join(f"         | {line}\n" for line in screen.strip().splitlines()).rstrip())


def parameters_of(formation, stack: str) -> dict[str, str]:
    [found] = formation.describe_stacks(StackName=stack)["Stacks"]
    return deploy.parameters_of(found)


def for_the_emulator(release: Path) -> None:
    """Takes from the templates of a release what the emulator does not know."""
    for file in release.glob("template-*.yaml"):
        file.write_text(package.short(template.known(template.load(file.read_text()))))
    archive = release / "deploy.pyz"
    if archive.exists():
        with zipfile.ZipFile(archive) as file:
            files = {name: file.read(name) for name in file.namelist()}
        files["template.json"] = json.dumps(template.known(json.loads(files["template.json"]))).encode()
        with zipfile.ZipFile(archive, "w") as file:
            for name, content in files.items():
                file.writestr(name, content)
        script = release / "deploy.sh"
        script.write_text(re.sub(r'(?m)^SHA256=".*"$', f'SHA256="{package.checksum(archive)}"', script.read_text()))
    package.write_checksums(release)


def previous(release: Path) -> Path:
    """The release before this one: what PREVIOUS names, or else the same code as another release."""
    copy = release.with_name("previous")
    if given := os.environ.get("PREVIOUS"):
        say(f"    (the release before is {given})")
        shutil.copytree(given, copy)
    else:
        shutil.copytree(release, copy)
        with zipfile.ZipFile(next(copy.glob("*-x86_64.zip")), "a") as file:
            file.comment = b"The release before."
        package.complete(copy, GITHUB)
    for_the_emulator(copy)
    return copy


def dig(answer, names: str):
    """What stands in an answer under names with dots between; without names, the answer."""
    for name in names.split(".") if names else []:
        if isinstance(answer, list) and name.isdigit() and int(name) < len(answer):
            answer = answer[int(name)]
        elif isinstance(answer, dict):
            answer = answer.get(name)
        else:
            return None
    return answer


def shape_of(path: str) -> str:
    return path.partition("?")[0].rstrip("/")


def fits(route: str, path: str) -> bool:
    """Whether a local route takes a path."""
    pattern = re.sub(r"\\\{\\\*\w+\\\}", ".+", re.escape(route.rstrip("/")))
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", pattern), path) is not None


def interrupted(*_) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, interrupted)
    repository.QUIET = True
    pack = package.template
    package.template = lambda *given: package.short(template.known(template.load(pack(*given))))
    say("A rehearsal of the deployment, on this machine alone.")
    rehearsal = None
    try:
        with Emulator() as emulator:
            say(f"The emulator listens on {emulator.endpoint}.")
            source.BUILD_DIR = emulator.folder / "build"
            rehearsal = Rehearsal(emulator)
            try:
                rehearsal.all()
            except Exception as error:
                rehearsal.check(f"the rehearsal goes to its end ({type(error).__name__})", False, error)
            rehearsal.close()
            if rehearsal.failed:
                say(f"\nThe end of the functions' logs:\n{_indent(_quietly(rehearsal.log_text))}")
                say(f"\nThe end of the emulator's log:\n{_indent(emulator.tail())}")
    except KeyboardInterrupt:
        say("\nInterrupted; the emulator and all it held are gone.")
        return 130
    if rehearsal.failures:
        say(SCREEN.paint("\nWhat failed:", "red", "bold"))
        say("\n".join(f"  {text}" for text in rehearsal.failures))
    say(f"\nThe emulator and all it held are gone, after {took(time.monotonic() - BEGAN)}.")
    say(f"{rehearsal.passed} passed, {rehearsal.failed} failed")
    return 1 if rehearsal.failed else 0


def _quietly(ask) -> str:
    try:
        return "\n".join(ask().splitlines()[-40:])
    except Exception as error:
        return f"(none: {error})"


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
