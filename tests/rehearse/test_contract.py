"""Holds the translated template against Cargo.toml and against what a deployment promises.

The linters pass templates whose routes are misspelt, point nowhere or open too much; these do not.
"""

from __future__ import annotations

import json
import re
import unittest
from pathlib import Path

import template
from house import ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, packages, router

ORIGINS = ["https://app.example.com", "http://localhost:3000"]
# AWS's own: lets a function write logs. Everything else a function may do stands in the template.
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def shape(path: str) -> str:
    """A path with its placeholders unnamed, so that both notations compare: `{proxy+}`, `{*rest}`."""
    path = re.sub(r"\{(\*\w+|\w+\+)\}", "{+}", path)
    return re.sub(r"\{\w+\}", "{}", path)


def strings(value) -> list[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in inner for text in strings(item)]


class Contract(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.source = template.load()
        cls.code = template.code(cls.source)
        # Written twice, since the translator works in place.
        cls.translated = template.translate(template.load(), AllowedOrigins=",".join(ORIGINS))
        cls.resources = cls.translated["Resources"]
        cls.functions = {n: r for n, r in cls.resources.items() if r["Type"] == "AWS::Lambda::Function"}
        cls.routes = template.routes(cls.translated)

    def package(self, logical_id: str) -> str:
        return {path.relative_to(ROOT).as_posix(): name for name, path in packages().items()}.get(
            Path(self.code[logical_id]).as_posix(), self.code[logical_id]
        )

    # ---- routes ----

    def test_there_is_one_api(self):
        # A misspelt ApiId makes SAM add an API of its own, without CORS, throttling or access log.
        self.assertEqual([name for name, _ in template.apis(self.translated)], ["Api"])

    def test_every_route_has_its_function(self):
        self.assertTrue(self.routes)
        for method, path, target in self.routes:
            with self.subTest(route=f"{method} {path}"):
                self.assertIn(target, self.functions, "no integration with a function of this template")

    def test_the_gateway_may_call_every_route(self):
        allowed = set()
        for resource in self.resources.values():
            if resource["Type"] == "AWS::Lambda::Permission":
                arn = strings(resource["Properties"]["SourceArn"]["Fn::Sub"])[0]
                verb, _, path = arn.split("${__Stage__}/")[1].partition("/")
                allowed.add((resource["Properties"]["FunctionName"]["Ref"], verb, f"/{path}"))
        for method, path, target in self.routes:
            with self.subTest(route=f"{method} {path}"):
                verb = "*" if method == "ANY" else method
                self.assertIn((target, verb, re.sub(r"\{[^}]+\}", "*", path)), allowed)

    def test_cloud_and_laptop_serve_the_same_routes(self):
        cloud: dict[tuple[str, str], set[str]] = {}
        for method, path, target in self.routes:
            cloud.setdefault((shape(path), self.package(target)), set()).add(method)
        local: dict[tuple[str, str], set[str]] = {}
        for method, path, function in router():
            local.setdefault((shape(path), function), set()).add(method)
        self.assertEqual(
            sorted(local), sorted(cloud), "left: the router in Cargo.toml; right: the template"
        )
        for route, methods in local.items():
            if "ANY" not in methods:
                self.assertEqual(methods, cloud[route], f"methods of {route}")

    def test_every_function_is_deployed_under_its_name(self):
        self.assertEqual(sorted(packages()), sorted(self.package(name) for name in self.code))
        for name, resource in self.functions.items():
            with self.subTest(function=name):
                self.assertEqual(self.source["Resources"][name]["Metadata"]["BuildMethod"], "rust-cargolambda")
                properties = resource["Properties"]
                self.assertEqual(properties["Runtime"], "provided.al2023")
                self.assertEqual(properties["Handler"], "bootstrap")
                self.assertEqual(properties["Architectures"], [{"Ref": "Architecture"}])
                self.assertIn(name, {target for _, _, target in self.routes}, "no route leads here")

    # ---- what a function may do ----

    def statements(self, logical_id: str) -> list[dict]:
        role = self.resources[self.functions[logical_id]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        documents = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
        for managed in role.get("ManagedPolicyArns", []):
            if managed != BASIC_EXECUTION:
                self.assertIsInstance(managed, dict, f"{managed} is not a policy of this template")
                documents.append(self.resources[managed["Ref"]]["Properties"]["PolicyDocument"])
        return [statement for document in documents for statement in document["Statement"]]

    def test_a_function_may_read_its_secret_and_nothing_else(self):
        for name, resource in self.functions.items():
            with self.subTest(function=name):
                secret = resource["Properties"]["Environment"]["Variables"]["AGORA_SECRET_ID"]
                [statement] = self.statements(name)
                self.assertEqual(
                    statement,
                    {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret},
                )

    def test_no_policy_holds_a_wildcard(self):
        for name, resource in self.resources.items():
            if resource["Type"].startswith("AWS::IAM::"):
                properties = {k: v for k, v in resource["Properties"].items() if k != "Description"}
                for text in strings(properties):
                    self.assertNotIn("*", text, name)

    def test_each_function_writes_a_log_of_its_own_that_ends(self):
        logs = []
        for name, resource in self.functions.items():
            with self.subTest(function=name):
                log = resource["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
                logs.append(log)
                self.assertTrue(
                    strings(self.resources[log]["Properties"]["LogGroupName"])[0].endswith(f"/{self.package(name)}")
                )
        self.assertEqual(len(logs), len(set(logs)), "two functions share a log group")
        for name, resource in self.resources.items():
            if resource["Type"] == "AWS::Logs::LogGroup":
                self.assertEqual(resource["Properties"]["RetentionInDays"], {"Ref": "LogRetentionDays"}, name)

    # ---- the secret ----

    def test_the_secret_outlives_the_stack(self):
        secrets = [r for r in self.resources.values() if r["Type"] == "AWS::SecretsManager::Secret"]
        [secret] = secrets
        self.assertEqual((secret["DeletionPolicy"], secret["UpdateReplacePolicy"]), ("Retain", "Retain"))
        self.assertEqual(secret["Condition"], "CreateSecret")

    def test_the_secret_holds_the_document_that_the_functions_read(self):
        made = self.resources["Secret"]["Properties"]["GenerateSecretString"]
        text = made["SecretStringTemplate"]["Fn::Sub"]
        document = json.loads(text.replace("${AppId}", SAMPLE_APP_ID).replace("${AppCertificate}", SAMPLE_CERTIFICATE))
        document[made["GenerateStringKey"]] = "generated"
        self.assertEqual(sorted(document), ["apiKey", "appCertificate", "appId"])

    # ---- the door ----

    def test_cors_is_as_configured(self):
        cors = template.cors(self.translated)
        self.assertEqual(cors["allowOrigins"], ORIGINS)
        self.assertEqual(
            sorted(cors["allowHeaders"]), ["authorization", "content-type", "x-api-key", "x-requested-with"]
        )
        self.assertEqual(set(cors["allowMethods"]), {method for method, _, _ in self.routes})
        self.assertFalse(cors.get("allowCredentials"), "no cookies are used")

    def test_the_stage_is_throttled_and_logged(self):
        [stage] = [r for r in self.resources.values() if r["Type"] == "AWS::ApiGatewayV2::Stage"]
        properties = stage["Properties"]
        self.assertEqual(properties["StageName"], "$default")
        self.assertEqual(
            properties["DefaultRouteSettings"],
            {"ThrottlingRateLimit": {"Ref": "ThrottleRate"}, "ThrottlingBurstLimit": {"Ref": "ThrottleBurst"}},
        )
        self.assertEqual(properties["AccessLogSettings"]["DestinationArn"], {"Fn::GetAtt": ["AccessLog", "Arn"]})
        line = json.loads(properties["AccessLogSettings"]["Format"])
        # A query may hold channel names, a header may hold a key.
        for value in line.values():
            self.assertNotRegex(value, r"query|header|authorizer", "not in the access log")

    # ---- the form that a person fills in ----

    def test_parameters_explain_and_guard_themselves(self):
        parameters = self.source["Parameters"]
        interface = self.source["Metadata"]["AWS::CloudFormation::Interface"]
        grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
        self.assertEqual(sorted(grouped), sorted(parameters))
        self.assertEqual(sorted(interface["ParameterLabels"]), sorted(parameters))
        for name, parameter in parameters.items():
            with self.subTest(parameter=name):
                self.assertTrue(parameter.get("Description"))
                self.assertIn("Default", parameter)
                if "AllowedPattern" in parameter:
                    self.assertTrue(parameter.get("ConstraintDescription"))
                    self.assertRegex(parameter["Default"], parameter["AllowedPattern"])
        self.assertTrue(parameters["AppCertificate"]["NoEcho"])
        self.assertEqual(parameters["AnonymousAccess"]["Default"], "closed")
        self.assertEqual(parameters["Architecture"]["Default"], "arm64")

    def test_patterns_take_what_is_right_and_refuse_what_is_not(self):
        arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agora/one-AbCdEf"
        for name, right, wrong in [
            ("AppId", [SAMPLE_APP_ID], [SAMPLE_APP_ID[1:], SAMPLE_APP_ID + "0", "g" * 32, f" {SAMPLE_APP_ID}"]),
            ("AppCertificate", [SAMPLE_CERTIFICATE], [SAMPLE_CERTIFICATE + "\n", '"' + "a" * 31]),
            ("ExistingSecretArn", [arn], ["agora", arn[:-7], arn.replace("AbCdEf", "*")]),
            ("AllowedOrigins", ["*", *ORIGINS], ["https://a.example/", "app.example.com", "https://a b"]),
        ]:
            pattern = self.source["Parameters"][name]["AllowedPattern"].removeprefix("^").removesuffix("$")
            for text in right:
                self.assertIsNotNone(re.fullmatch(pattern, text), f"{name}: {text!r}")
            for text in wrong:
                self.assertIsNone(re.fullmatch(pattern, text), f"{name}: {text!r}")

    def test_outputs_explain_themselves(self):
        self.assertLessEqual({"BaseUrl", "ApiKey", "FirstToken", "SecretArn"}, set(self.source["Outputs"]))
        for name, output in self.source["Outputs"].items():
            self.assertTrue(output.get("Description"), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
