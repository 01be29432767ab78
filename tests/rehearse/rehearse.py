"""Deploys to a local cloud emulator as a person would to AWS, uses what was deployed, and removes it.

The functions are built without the slow optimisations of a release; REHEARSE_RELEASE=1 builds them as
they ship. Ends with the line `N passed, N failed`.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local"))

import boto3

import deploy
import template
from cases import ATTACKS, TOKENS
from emulator import REGION, Emulator
from house import HOST, ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, TOOLS, packages, say

STACK = "agora-rehearsal"
ORIGIN = "https://app.example.com"
ROTATED = "0123456789abcdef0123456789ABCDEF"
TTL = 2

BEGAN = time.monotonic()


class Rehearsal:
    """The steps, in order; each check counts."""

    def __init__(self, emulator: Emulator, build_dir: Path):
        self.emulator = emulator
        self.build_dir = build_dir
        self.session = boto3.Session(
            region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        )
        self.passed = self.failed = 0
        self.certificate = SAMPLE_CERTIFICATE

    # ---- telling ----

    def step(self, text: str) -> None:
        say(f"\n[{time.monotonic() - BEGAN:6.1f} s] {text}")

    def check(self, text: str, good: bool, seen: object = "") -> bool:
        self.passed += bool(good)
        self.failed += not good
        say(f"  {'ok  ' if good else 'FAIL'} {text}" + (f"\n         seen: {seen}" if not good else ""))
        return bool(good)

    # ---- asking ----

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.emulator.endpoint)

    def call(self, method: str, path: str, body=None, key: str | None = None, **headers: str):
        """One request through the gateway: status, headers, and the body as JSON where it is."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Host"] = f"{self.api}.execute-api.localhost"
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

    def document(self) -> dict:
        """The secret, as it is now."""
        text = self.client("secretsmanager").get_secret_value(SecretId=self.secret)["SecretString"]
        return json.loads(text)

    # ---- the steps ----

    def build(self) -> None:
        full = os.environ.get("REHEARSE_RELEASE") == "1"
        self.step(f"Build {len(packages())} functions for x86-64 {'as they ship' if full else 'with few optimisations'}"
                  " (minutes the first time)")
        # A folder of its own, so that neither profile throws the other's work away.
        target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "rehearsal"
        quick = {
            "CARGO_PROFILE_RELEASE_LTO": "off",
            "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
            "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
        }
        env = self.emulator.env(CARGO_TARGET_DIR=str(target), **({} if full else quick))
        deploy.build("x86_64", self.build_dir, env)

    def deploy(self) -> None:
        self.step("Deploy with the SAM CLI")
        deploy.deploy(
            STACK,
            {
                "AppId": SAMPLE_APP_ID,
                "AppCertificate": SAMPLE_CERTIFICATE,
                "Architecture": "x86_64",
                "SecretTtlSeconds": str(TTL),
                "AllowedOrigins": f"{ORIGIN},http://localhost:3000",
            },
            self.build_dir,
            self.emulator.env(),
        )
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

    def emulated(self):
        """The session, with every client pointed at the emulator."""
        class Here:
            client = staticmethod(self.client)
        return Here()

    def connect(self) -> None:
        """Does what AWS does with the API's OpenAPI body and the emulator leaves out."""
        self.step("Create the routes of the translated template")
        translated = template.translate(template.load(), AllowedOrigins=f"{ORIGIN},http://localhost:3000")
        resources = self.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
        [(name, _)] = template.apis(translated)
        self.api = physical[name]
        gateway, functions = self.client("apigatewayv2"), self.client("lambda")
        targets = {}
        for method, path, function in template.routes(translated):
            if function not in targets:
                arn = functions.get_function(FunctionName=physical[function])["Configuration"]["FunctionArn"]
                targets[function] = gateway.create_integration(
                    ApiId=self.api, IntegrationType="AWS_PROXY", IntegrationMethod="POST",
                    PayloadFormatVersion="2.0",
                    IntegrationUri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
                )["IntegrationId"]
            gateway.create_route(
                ApiId=self.api, RouteKey=f"{method} {path}", Target=f"integrations/{targets[function]}"
            )
            say(f"  {method:<5}{path}  ->  {function}")
        cors = template.cors(translated)
        gateway.update_api(ApiId=self.api, CorsConfiguration={k[0].upper() + k[1:]: v for k, v in cors.items()})

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
        status, head, _ = self.call("POST", "/v1/rtc", request, key=self.key, origin=ORIGIN)
        self.check("the answer itself may be read by that origin, and is not kept",
                   head.get("access-control-allow-origin") == ORIGIN and "no-store" in head.get("cache-control", ""),
                   (status, head))
        status, head, _ = self.call("POST", "/v1/rtc", request, key=self.key)
        self.check("the function sets no CORS header itself",
                   status == 200 and not [name for name in head if name.startswith("access-control-")], (status, head))
        status, _, answer = self.call("GET", "/nowhere", key=self.key)
        self.check("an unknown route: 404 from the gateway", (status, answer) == (404, {"message": "Not Found"}), answer)

    def tokens(self) -> None:
        self.step("Ask for tokens and have Agora's own parser read them")
        served = [case for case in TOKENS if case.function in packages()]
        missing = set(packages()) - {case.function for case in served}
        self.check("every function is asked", not missing, sorted(missing))
        answered = []
        for case in served:
            began = time.monotonic()
            status, _, answer = self.call(case.method, case.path, case.body, key=self.key)
            took = 1000 * (time.monotonic() - began)
            token = answer.get(case.answer, "") if isinstance(answer, dict) else ""
            if self.check(f"{case.name}: {status} in {took:.0f} ms, gateway and all", status == 200 and token[:3] == "007",
                          (status, answer)):
                answered.append((case, token))
        for (case, _), found in zip(answered, self.parse([(token, self.certificate) for _, token in answered])):
            service = found["services"][0] if found["services"] else {}
            wanted = {k: v for k, v in case.service.items() if k != "privileges"}
            right = wanted.items() <= service.items() and case.service.get(
                "privileges", set(service.get("privileges", {}))
            ) == set(service.get("privileges", {}))
            self.check(f"{case.name}: signed by the certificate, for the App ID, saying what was asked",
                       found["signed"] and found["appId"] == SAMPLE_APP_ID and right, found)

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
        self.step("Update the stack without naming the project again")
        before = self.document()
        deploy.deploy(STACK, {"LogRetentionDays": "7"}, self.build_dir, self.emulator.env())
        self.check("the rotated certificate and the API key are still there", self.document() == before)
        groups = self.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}/")["logGroups"]
        self.check("the logs are kept for the new time",
                   bool(groups) and all(group.get("retentionInDays") == 7 for group in groups), groups)
        status, token = self.token()
        [found] = self.parse([(token, self.certificate)])
        self.check("and a token is signed by the rotated certificate", status == 200 and found["signed"],
                   (status, found))

    def logs(self) -> None:
        self.step("Read the logs")
        text = self.log_text()
        self.check("there are lines of the functions", bool(text.strip()))
        secrets = [secret for secret in (SAMPLE_CERTIFICATE, ROTATED, self.key) if secret in text]
        # Every token begins with its version and a zlib header.
        tokens = re.findall(r"007e[\w+/]{40,}", text)
        self.check("no certificate, API key or token is in them", not secrets and not tokens, tokens)

    def log_text(self) -> str:
        client, lines = self.client("logs"), []
        for group in client.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}/")["logGroups"]:
            for page in client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                lines += [event["message"] for event in page["events"]]
        return "\n".join(lines)

    def delete(self) -> None:
        self.step("Delete the stack")
        command = ["sam", "delete", "--stack-name", STACK, "--no-prompts", "--region", REGION]
        deploy.run(command, self.emulator.env())
        gone = not deploy.exists(self.emulated(), STACK)
        self.check("the stack is gone", gone)
        left = {
            "functions": [f["FunctionName"] for f in self.client("lambda").list_functions()["Functions"]],
            "APIs": [a["Name"] for a in self.client("apigatewayv2").get_apis()["Items"]],
            "logs": [g["logGroupName"] for g in self.client("logs").describe_log_groups()["logGroups"]
                     if STACK in g["logGroupName"]],
            "roles": [r["RoleName"] for r in self.client("iam").list_roles()["Roles"] if STACK in r["RoleName"]],
            "policies": [p["PolicyName"] for p in self.client("iam").list_policies(Scope="Local")["Policies"]],
        }
        self.check("nothing of it is left", not any(left.values()), left)
        secrets = self.client("secretsmanager")
        self.check("but for the secret, which is kept on purpose", self.document()["apiKey"] == self.key)
        secrets.delete_secret(SecretId=self.secret, ForceDeleteWithoutRecovery=True)
        self.check("and goes when asked to", not secrets.list_secrets()["SecretList"])

    def all(self) -> None:
        self.build()
        self.deploy()
        self.connect()
        self.knock()
        self.tokens()
        self.attack()
        self.rotate()
        self.update()
        self.logs()
        self.delete()


def interrupted(*_) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, interrupted)
    deploy.QUIET = True
    say("A rehearsal of the deployment, on this machine alone.")
    rehearsal = None
    try:
        with Emulator() as emulator:
            say(f"The emulator listens on {emulator.endpoint}.")
            rehearsal = Rehearsal(emulator, emulator.folder / "build")
            try:
                rehearsal.all()
            except Exception as error:
                rehearsal.check(f"the rehearsal goes to its end ({type(error).__name__})", False, error)
            if rehearsal.failed:
                say(f"\nThe end of the functions' logs:\n{_indent(_quietly(rehearsal.log_text))}")
                say(f"\nThe end of the emulator's log:\n{_indent(emulator.tail())}")
    except KeyboardInterrupt:
        say("\nInterrupted; the emulator and all it held are gone.")
        return 130
    say(f"\n[{time.monotonic() - BEGAN:6.1f} s] The emulator and all it held are gone.\n")
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
