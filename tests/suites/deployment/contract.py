"""Holds the translated template against Cargo.toml, the documentation and what a deployment promises.

The linters pass templates whose routes are misspelt, point nowhere or open too much; these do not.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "rehearse")]

import package
import rollout
import source
import template
from repository import FUNCTION_URLS, ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, packages, router
from resolved_template import ResolvedTemplate
from routes import DEFAULT, Route, patterns
from script import Stopped

ORIGINS = ["https://app.example.com", "http://localhost:3000"]
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agora/one-AbCdEf"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
# A deployment as most will be, and one with everything that can be had.
PLAIN = {"AppId": SAMPLE_APP_ID, "AppCertificate": SAMPLE_CERTIFICATE}
FULL = {
    "ExistingSecretArn": SECRET,
    "KmsKeyArn": KEY,
    "JwtIssuer": "https://people.example.com/",
    "JwtAudience": "app",
    "AlarmEmail": "operator@example.com",
    "Tracing": "enabled",
    "DomainName": "tokens.example.com",
    "CertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/0123",
    "HostedZoneId": "Z0123456789ABCDEFGHIJ",
    "ExecuteApiEndpoint": "disabled",
    "AccessLog": "enabled",
    "LogKmsKeyArn": KEY,
    "LogLevel": "WARN",
    "MemorySize": "256",
    "ReservedConcurrency": "50",
}
# What X-Ray takes; it knows no resources, so these cannot be narrowed.
TRACE = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]


def shape(path: str) -> str:
    """A path with its placeholders unnamed, so that both notations compare: `{proxy+}`, `{*rest}`.

    A slash at the end is `{proxy+}` to the gateway, whose paths cannot end with one.
    """
    path = re.sub(r"\{(\*\w+|\w+\+)\}|(?<=/)$", "{+}", path)
    return re.sub(r"\{\w+\}", "{}", path)


def fits(pattern: str, path: str) -> bool:
    """Whether CloudFront finds that a path fits a pattern."""
    wild = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wild.get(one) or re.escape(one) for one in pattern), path) is not None


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
        cls.urls = template.load(FUNCTION_URLS.read_text())
        cls.front = cls.distribution({})
        # Written twice, since the translator works in place.
        cls.translated = template.translate(template.load(), AllowedOrigins=",".join(ORIGINS))
        cls.resources, cls.full = (
            ResolvedTemplate(cls.source, values).resources(cls.translated) for values in (PLAIN, FULL)
        )
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
                wanted = (target, method, re.sub(r"\{[^}]+\}", "*", path))
                # Whoever takes what no route takes may be called by any.
                self.assertTrue(allowed & {wanted, (target, "*", "/")}, wanted)

    def test_what_no_route_takes_has_a_function(self):
        default = [(method, self.package(target)) for method, path, target in self.routes if path == DEFAULT]
        self.assertEqual(default, [("ANY", "openapi")])

    def test_the_permissions_fit(self):
        """Each route is a statement of some 400 bytes in its function's policy, which has 20 KB."""
        for name in self.functions:
            self.assertLessEqual(sum(target == name for _, _, target in self.routes), 45, name)

    def test_cloud_and_laptop_serve_the_same_routes(self):
        cloud: dict[tuple[str, str], set[str]] = {}
        for method, path, target in self.routes:
            # A local router says it otherwise.
            path = "/{*rest}" if path == DEFAULT else path
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

    def test_the_documentation_tells_the_same_routes(self):
        """Rows of its tables name routes of `/v1/`, each in backticks, some with a method and a query."""
        pages = [(ROOT / "docs" / name).read_text() for name in ("api.md", "migrating.md")]
        rows = [line for page in pages for line in page.splitlines() if line.startswith("|")]
        told = {route.rstrip("/") for row in rows for route in re.findall(r"`(?:[A-Z]+ )?(/v1/[a-z][\w/-]*)", row)}
        served = {path.rstrip("/") for _, path, _ in router() if path.startswith("/v1/")}
        self.assertEqual(sorted(told - served), [], "in the tables of docs/, but not in the router of Cargo.toml")
        # Drop-in routes are told in the notation of their originals.
        missing = [path for path in served - told if not any(path in row for row in rows if "token" in path)]
        self.assertEqual(sorted(missing), [], "in the router of Cargo.toml, but not in the tables of docs/")

    def test_the_forms_of_other_servers_have_their_routes_with_and_without_a_slash(self):
        # `make routes` writes the table from the code.
        _, section = (ROOT / "docs" / "migrating.md").read_text().split("\n## All requests\n")
        rows = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("| `")]
        self.assertGreater(len(rows), 20)
        cloud = [(method, path, self.package(target)) for method, path, target in self.routes]
        for row in rows:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]
            for method, path in re.findall(r"`(GET|POST) (/[^`?]*)", cells[1]):
                # One of several where a segment has a choice, and something for every other variable.
                path = re.sub(r"\{\w+=(\w+)[^}]*\}", r"\1", path)
                path = re.sub(r"\{\w+\}", "x", path)
                for asked in (path, f"{path}/"):
                    with self.subTest(request=f"{method} {asked}"):
                        self.assertIn((method, cells[5]), self.takers(cloud, asked, r"\{\w+\+\}"))
                        local = {function for _, function in self.takers(router(), asked, r"\{\*\w+\}")}
                        self.assertIn(cells[5], local)
                        self.assertEqual(self.behind_cloudfront(asked), cells[5])

    def takers(self, routes, asked: str, wild: str) -> set[tuple[str, str]]:
        """The methods and functions of the routes that take a path; those that take it as it is win."""
        taken: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
        for method, path, function in routes:
            parts = re.split(wild, path)
            if len(parts) == 1 and path == asked:
                taken[True].add((method, function))
            # The gateway's {proxy+} takes a slash with nothing behind it; a local wild card doesn't.
            elif len(parts) == 2 and asked.startswith(parts[0]) and (asked != parts[0] or "+" in path):
                taken[False].add((method, function))
        return taken[True] or taken[False]

    def test_every_function_is_deployed_under_its_name(self):
        self.assertEqual(sorted(packages()), sorted(self.package(name) for name in self.code))
        for name, resource in self.functions.items():
            with self.subTest(function=name):
                self.assertEqual(self.source["Resources"][name]["Metadata"]["BuildMethod"], "rust-cargolambda")
                properties = resource["Properties"]
                self.assertEqual(properties["Runtime"], "provided.al2023")
                self.assertEqual(properties["Handler"], "bootstrap")
                self.assertEqual(properties["Architectures"], ["arm64"])
                self.assertIn(name, {target for _, _, target in self.routes}, "no route leads here")

    # ---- what a function may do ----

    def statements(self, resources: dict, logical_id: str) -> list[dict]:
        """Every statement of a function's role, which has to stand in this template whole."""
        role = resources[resources[logical_id]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        self.assertNotIn("Policies", role)
        documents = []
        for managed in role["ManagedPolicyArns"]:
            self.assertIsInstance(managed, dict, f"{managed} is not a policy of this template")
            documents.append(resources[managed["Ref"]]["Properties"]["PolicyDocument"])
        return [statement for document in documents for statement in document["Statement"]]

    def test_a_function_has_a_role_of_its_own(self):
        roles = [resource["Properties"]["Role"]["Fn::GetAtt"][0] for resource in self.functions.values()]
        self.assertEqual(len(roles), len(set(roles)), "two functions share a role")
        for name in roles:
            [statement] = self.resources[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            self.assertEqual(
                statement,
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}, name,
            )
        # None that SAM made by itself: they may write every log of the account.
        made = {name for name, resource in self.resources.items() if resource["Type"] == "AWS::IAM::Role"}
        self.assertEqual(made, set(roles))

    def test_a_function_may_read_its_secret_write_its_log_and_nothing_else(self):
        log = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": ["FunctionLog", "Arn"]},
        }
        for name, resource in self.functions.items():
            with self.subTest(function=name):
                secret = resource["Properties"]["Environment"]["Variables"]["AGORA_SECRET_ID"]
                self.assertEqual(secret, {"Fn::GetAtt": ["Secret", "Id"]})
                read = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue"}
                # Those that know no project may not read it.
                knows = self.package(name) not in ("openapi", "console")
                self.assertEqual(self.statements(self.resources, name), [log] + [read | {"Resource": secret}] * knows)

                decrypt = {
                    "Effect": "Allow",
                    "Action": "kms:Decrypt",
                    "Resource": KEY,
                    "Condition": {
                        "StringEquals": {"kms:ViaService": {"Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"}}
                    },
                }
                trace = {"Effect": "Allow", "Action": TRACE, "Resource": "*"}
                variables = self.full[name]["Properties"]["Environment"]["Variables"]
                self.assertEqual(variables["AGORA_SECRET_ID"], SECRET)
                self.assertEqual(
                    self.statements(self.full, name), [log, trace] + [read | {"Resource": SECRET}, decrypt] * knows)

    def test_no_policy_holds_a_wildcard(self):
        for resources in (self.resources, self.full):
            for name, resource in resources.items():
                if resource["Type"].startswith("AWS::IAM::"):
                    properties = {k: v for k, v in resource["Properties"].items() if k != "Description"}
                    for statement in properties.get("PolicyDocument", {}).get("Statement", []):
                        if statement["Action"] == TRACE:
                            statement["Resource"] = "only to be had whole"
                    for text in strings(properties):
                        self.assertNotIn("*", text, name)

    def test_every_variable_reaches_every_function(self):
        """Those that a deployment sets. The others are for local work, and a secret is none of them."""
        wanted = {
            "AGORA_SECRET_ID", "AGORA_SECRET_TTL_SECONDS", "AGORA_ANONYMOUS_ACCESS", "AGORA_POLICY",
            "AGORA_JWT_ISSUER", "AGORA_JWT_AUDIENCE", "AGORA_JWT_JWKS_URL", "AGORA_NODE_ROUTES_VERSION",
            "AGORA_JWT_AUDIENCE_CLAIM", "AGORA_JWT_TOKEN_USE", "AGORA_METRICS_NAMESPACE", "AGORA_CONSOLE",
        }
        for name, resource in self.functions.items():
            self.assertEqual(set(resource["Properties"]["Environment"]["Variables"]), wanted, name)
        # What the source reads, so that a new variable is either set or meant to be left out.
        local = {
            "AGORA_APP_ID", "AGORA_APP_CERTIFICATE", "AGORA_SECONDARY_CERTIFICATE", "AGORA_API_KEY",
            "AGORA_WHITEBOARD_ACCESS_KEY", "AGORA_WHITEBOARD_SECRET_KEY", "AGORA_JWT_JWKS", "AGORA_JWT_LEEWAY_SECONDS",
            "AGORA_LOCAL_PATHS",
        }
        folders = ROOT / "shared/src", ROOT / "functions"
        files = [p for folder in folders for p in folder.rglob("*.rs") if "tests" not in p.parts]
        sources = [p.read_text() for p in files]
        read = {name for text in sources for name in re.findall(r'"(AGORA_[A-Z_]+)"', text)}
        self.assertEqual(read, wanted | local)

    def test_the_variables_have_room(self):
        """Lambda takes 4 KB of them in all, names and values."""
        parameters = self.source["Parameters"]
        variables = self.source["Globals"]["Function"]["Environment"]["Variables"]
        size = 0
        # An ARN, and a stack's name after the service's.
        made = {"AGORA_SECRET_ID": 120, "AGORA_METRICS_NAMESPACE": len("AgoraToken/") + 128}
        for name, value in variables.items():
            parameter = parameters.get(value.get("Ref"), {})
            longest = max([len(str(text)) for text in parameter.get("AllowedValues", [])], default=5)
            size += len(name) + made.get(name, parameter.get("MaxLength", longest))
        self.assertLessEqual(size, 4096)

    def test_the_logs_end(self):
        for resources, names, key in [
            (self.resources, ["FunctionLog"], None), (self.full, ["AccessLogGroup", "FunctionLog"], KEY),
        ]:
            logs = {n: r["Properties"] for n, r in resources.items() if r["Type"] == "AWS::Logs::LogGroup"}
            self.assertEqual(sorted(logs), names)
            for name, properties in logs.items():
                self.assertEqual((properties["RetentionInDays"], properties.get("KmsKeyId")), ("30", key), name)

    def test_a_function_runs_as_the_operator_wants(self):
        for resources, level, memory, reserve in [(self.resources, "INFO", "128", None), (self.full, "WARN", "256", "50")]:
            for name in self.functions:
                properties = resources[name]["Properties"]
                self.assertEqual(properties["LoggingConfig"], {
                    "LogFormat": "JSON", "LogGroup": {"Ref": "FunctionLog"}, "ApplicationLogLevel": level,
                    # Lambda's lines about starts and ends of requests would cost as much as ours.
                    "SystemLogLevel": "WARN",
                }, name)
                self.assertEqual(properties["MemorySize"], memory)
                self.assertEqual(properties.get("ReservedConcurrentExecutions"), reserve)

    # ---- versions ----

    def test_a_version_is_named_by_all_that_makes_a_function(self):
        def versions(values: dict[str, str], code: bytes = b"code") -> set[str]:
            source = template.load()
            rollout.roll_out(source, "canary", values, lambda name: code)
            translated = template.translate(source, **values)
            for _, _, target in template.routes(translated):
                self.assertIn(target, self.functions)
            groups = [r for r in translated["Resources"].values() if r["Type"] == "AWS::CodeDeploy::DeploymentGroup"]
            self.assertEqual(len(groups), len(self.functions))
            for group in groups:
                self.assertEqual(
                    group["Properties"]["AlarmConfiguration"]["Alarms"], [{"Name": {"Ref": "ServerErrorsAlarm"}}])
            return {n for n, r in translated["Resources"].items() if r["Type"] == "AWS::Lambda::Version"}

        before = versions(PLAIN)
        self.assertEqual(len(before), len(self.functions))
        self.assertEqual(versions(PLAIN | {"LogRetentionDays": "7", "AlarmEmail": "a@example.com"}), before)
        for change in ({"AnonymousAccess": "open"}, {"Policy": "{}"}, {"SecretTtlSeconds": "60"}, {"Tracing": "enabled"}):
            self.assertFalse(versions(PLAIN | change) & before, change)
        self.assertFalse(versions(PLAIN, b"other code") & before)

    def test_processes_are_kept_ready_where_the_operator_wants_it(self):
        def ready(kept: dict[str, str]) -> dict[str, dict]:
            made = template.load()
            rollout.roll_out(made, "versions", PLAIN, lambda name: b"code", kept)
            translated = template.translate(made, **PLAIN)
            return {n: r["Properties"]["ProvisionedConcurrencyConfig"] for n, r in translated["Resources"].items()
                    if "ProvisionedConcurrencyConfig" in r["Properties"]}

        ids = source.functions()
        self.assertEqual(set(ids.values()), set(self.functions))
        self.assertEqual(ready({ids["rtc"]: "2"}), {"RtcAliaslive": {"ProvisionedConcurrentExecutions": 2}})
        self.assertEqual(ready({}), {})

    # ---- what is published ----

    def test_a_published_template_is_for_one_architecture(self):
        for architecture in package.TARGETS:
            text = package.template(architecture, "bucket", "a/1.0.0")
            published = template.load(text)
            self.assertEqual(published["Parameters"]["Architecture"]["Default"], architecture)
            self.assertEqual(published["Parameters"]["Architecture"]["AllowedValues"], [architecture])
            self.assertEqual(published["Parameters"]["CodeBucket"]["Default"], "bucket")
            self.assertEqual(published["Parameters"]["CodePrefix"]["Default"], "a/1.0.0")
            for name, place in template.code(published).items():
                self.assertEqual(place, package.in_a_bucket(self.package(name), architecture))
            interface = published["Metadata"]["AWS::CloudFormation::Interface"]
            grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
            self.assertEqual(sorted(grouped), sorted(published["Parameters"]))
            template.translate(published)
            # Larger ones can't be given to CloudFormation as they are, but only by a bucket.
            longest = package.template(architecture, "b" * 63, "p" * 100)
            self.assertLess(len(longest.encode()), 51_200)

    def test_a_packed_template_says_the_same(self):
        """But for where the code is, for which processor, and what nobody but people reads."""
        packed = template.load(package.template("arm64"))
        for name in ("CodeBucket", "CodePrefix"):
            self.assertNotIn("Default", packed["Parameters"].pop(name), "nobody said it yet")
        source = template.load()
        source["Parameters"]["Architecture"]["AllowedValues"] = ["arm64"]
        for resource in source["Resources"].values():
            resource.pop("Metadata", None)
        for both in (source, packed):
            del both["Metadata"]["AWS::CloudFormation::Interface"]
            for name in template.code(both):
                del both["Resources"][name]["Properties"]["CodeUri"]
            board = both["Resources"]["ServiceDashboard"]["Properties"]["DashboardBody"]
            board["Fn::Sub"] = json.loads(re.sub(r"\$\{[\w:]+\}", "x", board["Fn::Sub"]))
        self.assertEqual(packed, source)

    def test_the_repository_lists_this_version(self):
        listed = self.source["Metadata"]["AWS::ServerlessRepo::Application"]
        self.assertEqual(listed["SemanticVersion"], package.version())
        for file in ("LicenseUrl", "ReadmeUrl"):
            self.assertTrue((ROOT / listed[file]).exists(), file)

    # ---- who deploys, and what else stands beside it ----

    def test_whoever_deploys_may_make_what_the_template_makes(self):
        policy = json.loads((ROOT / "docs/deployer-policy.json").read_text())
        # A managed policy has 6,144 characters, of which white space counts none.
        self.assertLess(len(re.sub(r"\s", "", json.dumps(policy))), 6144)
        allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
        makes = {
            "AWS::ApiGatewayV2::Api": "apigateway:POST", "AWS::ApiGatewayV2::Stage": "apigateway:PATCH",
            "AWS::ApiGatewayV2::DomainName": "apigateway:POST", "AWS::ApiGatewayV2::ApiMapping": "apigateway:POST",
            "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm", "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
            "AWS::IAM::ManagedPolicy": "iam:CreatePolicy", "AWS::IAM::Role": "iam:CreateRole",
            "AWS::Lambda::Function": "lambda:CreateFunction", "AWS::Lambda::Permission": "lambda:AddPermission",
            "AWS::Logs::LogGroup": "logs:CreateLogGroup", "AWS::Logs::MetricFilter": "logs:PutMetricFilter",
            "AWS::Logs::QueryDefinition": "logs:PutQueryDefinition", "AWS::SecretsManager::Secret": "secretsmanager:CreateSecret",
            "AWS::SNS::Subscription": "sns:Subscribe", "AWS::SNS::Topic": "sns:CreateTopic",
            # The documentation says it: not everybody has a zone.
            "AWS::Route53::RecordSet": None,
        }
        types = {resource["Type"] for resource in self.translated["Resources"].values()}
        self.assertEqual(types, set(makes))
        self.assertEqual({action for action in makes.values() if action} - allowed, set())

    # ---- function URLs behind CloudFront ----

    @classmethod
    def distribution(cls, values: dict[str, str]) -> dict:
        made = ResolvedTemplate(cls.urls, values).resources(cls.urls)
        return made["Distribution"]["Properties"]["DistributionConfig"]

    def behind_cloudfront(self, path: str) -> str:
        """The function that CloudFront leads a path to."""
        leads = [one for one in self.front["CacheBehaviors"] if fits(one["PathPattern"], path)]
        return self.package((leads or [self.front["DefaultCacheBehavior"]])[0]["TargetOriginId"])

    def test_cloudfront_leads_every_route_to_its_function(self):
        described = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
        local = [route for route in router() if route[1] != "/{*rest}"]
        examples = {re.sub(r"\{\w+\}", "x", path) for path in described}
        examples |= {path.replace("{*rest}", "x/y") for _, path, _ in local}
        self.assertGreater(len(examples), 80)
        for path in examples:
            functions = {function for _, function in self.takers(local, path, r"\{\*\w+\}")}
            with self.subTest(path=path):
                self.assertEqual({self.behind_cloudfront(path)}, functions)
        for path in ("/x/y", "/nowhere", "/v1", "/v1/rtc/", "/v1/rtc/x", "/V1/rtc", "/rtc", "/chats/x"):
            self.assertEqual(self.behind_cloudfront(path), "openapi", path)

    def test_what_methods_alone_tell_apart_has_no_pattern(self):
        post = Route("b", "/x", ("POST",), False)
        for others in ([post], [post, Route("b", "/x", ("POST",), True, slash=True)]):
            with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(Stopped):
                patterns([Route("a", "/x", ("GET",), False), *others])
            self.assertIn("CloudFront would lead /x to", said.getvalue())
        whole, longer = Route("a", "/x/y", ("GET",), False), Route("a", "/x/yz", ("GET",), True, slash=True)
        self.assertEqual(patterns([Route("b", "/x", ("GET",), True), longer, whole]),
                         [("/x/y", "a"), ("/x/yz*", "a"), ("/x/*", "b")])

    def test_the_distribution_is_within_its_quotas(self):
        # With the default one.
        self.assertLessEqual(len(self.front["CacheBehaviors"]) + 1, 75)
        self.assertLessEqual(len(self.front["Origins"]), 100)
        for one in self.front["CacheBehaviors"]:
            self.assertRegex(one["PathPattern"], r"^[A-Za-z0-9_.*$/~\"'@:+?-]{1,255}$")
        self.assertLess(len(FUNCTION_URLS.read_bytes()), 51_200)

    def test_cloudfront_caches_nothing_and_sends_all_but_the_host(self):
        front = template.load((ROOT / "docs/deploy/cloudfront.yaml").read_text())
        firewall = front["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
        for config in (self.front, firewall):
            for one in [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]:
                self.assertEqual(one["CachePolicyId"], "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
                self.assertEqual(one["OriginRequestPolicyId"], "b689b0a8-53d0-40ab-baf2-68738e2966ac")
                self.assertEqual(one["ViewerProtocolPolicy"], "https-only")
                self.assertEqual(len(set(one["AllowedMethods"])), 7)
                self.assertIn(one["TargetOriginId"], {origin["Id"] for origin in config["Origins"]})
            # All that it caches by itself, whatever the policy.
            self.assertEqual(
                {one["ErrorCode"]: one["ErrorCachingMinTTL"] for one in config["CustomErrorResponses"]},
                dict.fromkeys((400, 403, 404, 405, 414, 500, 501, 502, 503, 504), 0))
            for origin in config["Origins"]:
                self.assertEqual(origin["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only")

    def test_every_function_has_a_url_that_anybody_may_call(self):
        own = {"AllowedOrigins", "Alias", "WebAclArn", "DomainName", "CertificateArn"}
        self.assertEqual(set(self.urls["Parameters"]) - own, set(self.functions))
        cors = {name[0].upper() + name[1:]: value for name, value in template.cors(self.translated).items()}
        names = {name: f"stack-{name}" for name in self.functions}
        for values in ({}, {"Alias": "live"}):
            made = ResolvedTemplate(self.urls, names | values).resources(self.urls)
            origins = {one["Id"]: one["DomainName"] for one in self.front["Origins"]}
            for name in self.functions:
                url = made[f"{name}Url"]["Properties"]
                self.assertEqual((url["TargetFunctionArn"], url.get("Qualifier"), url["AuthType"]),
                                 (f"stack-{name}", values.get("Alias"), "NONE"))
                self.assertEqual(url["Cors"] | {"AllowOrigins": ORIGINS}, cors)
                self.assertEqual(origins[name]["Fn::Select"][1]["Fn::Split"][1], {"Fn::GetAtt": [f"{name}Url", "FunctionUrl"]})
                called = {"Fn::Sub": f"${{{name}}}:${{Alias}}"} if values else f"stack-{name}"
                anybody = {"FunctionName": called, "Principal": "*"}
                self.assertEqual(
                    [made[f"{name}{kind}"]["Properties"] for kind in ("UrlPermission", "Permission")],
                    [anybody | {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
                     anybody | {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}])
            self.assertEqual(len(made), 3 * len(self.functions) + 1)

    def test_the_distribution_has_what_the_operator_names(self):
        self.assertEqual(self.front["ViewerCertificate"], {"CloudFrontDefaultCertificate": True})
        self.assertFalse({"Aliases", "WebACLId"} & set(self.front))
        acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/firewall/0123-4567"
        named = self.distribution({"DomainName": "tokens.example.com", "CertificateArn": "arn:0123", "WebAclArn": acl})
        self.assertEqual((named["Aliases"], named["WebACLId"]), (["tokens.example.com"], acl))
        self.assertEqual(named["ViewerCertificate"]["AcmCertificateArn"], "arn:0123")
        parameters = self.urls["Parameters"]
        for name, right, wrong in [
            ("WebAclArn", ["", acl], [acl.replace("us-east-1", "eu-west-1"), acl.replace("global", "regional")]),
            ("AllowedOrigins", ["*", *ORIGINS], ["https://*", "https://a.example/"]),
            ("Alias", ["", "live"], ["1", "a:b"]),
        ]:
            for text in right:
                self.assertRegex(text, parameters[name]["AllowedPattern"])
            for text in wrong:
                self.assertNotRegex(text, parameters[name]["AllowedPattern"])

    # ---- the secret ----

    def test_the_secret_outlives_the_stack(self):
        secrets = [r for r in self.resources.values() if r["Type"] == "AWS::SecretsManager::Secret"]
        [secret] = secrets
        self.assertEqual((secret["DeletionPolicy"], secret["UpdateReplacePolicy"]), ("RetainExceptOnCreate", "Retain"))
        self.assertNotIn("KmsKeyId", secret["Properties"])
        self.assertNotIn("Secret", self.full, "one exists already")
        own_key = ResolvedTemplate(self.source, PLAIN | {"KmsKeyArn": KEY}).resources(self.translated)
        self.assertEqual(own_key["Secret"]["Properties"]["KmsKeyId"], KEY)

    def test_the_secret_holds_the_document_that_the_functions_read(self):
        made = self.resources["Secret"]["Properties"]["GenerateSecretString"]
        # Any other text here makes CloudFormation generate the secret of every stack anew at its next update.
        self.assertEqual(made, {
            "SecretStringTemplate": {"Fn::Sub": '{"appId":"${AppId}","appCertificate":"${AppCertificate}"}'},
            "GenerateStringKey": "apiKey", "PasswordLength": 43, "ExcludePunctuation": True,
        })
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
        self.assertEqual(set(cors["allowMethods"]), {method for method, path, _ in self.routes if path != DEFAULT})
        # What a web page may read of an answer besides its body: when to ask again, and what to report.
        self.assertEqual(sorted(cors["exposeHeaders"]), ["retry-after", "x-request-id"])
        self.assertFalse(cors.get("allowCredentials"), "no cookies are used")

    def test_the_stage_is_throttled_and_logged(self):
        [stage] = [r for r in self.resources.values() if r["Type"] == "AWS::ApiGatewayV2::Stage"]
        properties = stage["Properties"]
        self.assertEqual(properties["StageName"], "$default")
        self.assertEqual(
            properties["DefaultRouteSettings"],
            {"ThrottlingRateLimit": "100", "ThrottlingBurstLimit": "200"},
        )
        self.assertNotIn("AccessLogSettings", properties)
        [stage] = [r for r in self.full.values() if r["Type"] == "AWS::ApiGatewayV2::Stage"]
        settings = stage["Properties"]["AccessLogSettings"]
        self.assertEqual(settings["DestinationArn"], {"Fn::GetAtt": ["AccessLogGroup", "Arn"]})
        line = json.loads(settings["Format"])
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
                if "AllowedValues" in parameter:
                    self.assertIn(parameter["Default"], parameter["AllowedValues"])
        self.assertTrue(parameters["AppCertificate"]["NoEcho"])
        self.assertEqual(parameters["AnonymousAccess"]["Default"], "closed")
        self.assertEqual(parameters["Architecture"]["Default"], "arm64")

    def test_patterns_take_what_is_right_and_refuse_what_is_not(self):
        for name, right, wrong in [
            ("AppId", [SAMPLE_APP_ID], [SAMPLE_APP_ID[1:], SAMPLE_APP_ID + "0", "g" * 32, f" {SAMPLE_APP_ID}"]),
            ("AppCertificate", [SAMPLE_CERTIFICATE], [SAMPLE_CERTIFICATE + "\n", '"' + "a" * 31]),
            ("ExistingSecretArn", [SECRET], ["agora", SECRET[:-7], SECRET.replace("AbCdEf", "*")]),
            ("KmsKeyArn", [KEY], ["alias/agora", KEY.replace("key/", "alias/"), KEY[:-1] + "*"]),
            ("JwtIssuer", [FULL["JwtIssuer"]], ["people.example.com", "https://a.example,https://b.example"]),
            ("JwtJwksUrl", ["https://a.example/keys"], ["http://a.example/keys", "http://127.0.0.1.a.example/"]),
            ("Policy", ["{}", '{"user":\n{}}'], ["[]", "open"]),
            ("AlarmEmail", ["a@example.com"], ["a", "a@b", "a b@example.com"]),
            ("DomainName", ["tokens.example.com"], ["localhost", "https://example.com", "a..b", "*.example.com"]),
            ("CertificateArn", [FULL["CertificateArn"]], ["0123", SECRET]),
            ("AllowedOrigins", ["*", "https://*", "http://*", "capacitor://localhost", *ORIGINS],
             ["https://a.example/", "app.example.com", "https://a b", "https://*.example.com", "app://*"]),
            ("ReservedConcurrency", ["", "1", "9999"], ["0", "-1", "1.5", "10000"]),
            ("LogKmsKeyArn", [KEY], ["alias/agora"]),
        ]:
            pattern = self.source["Parameters"][name]["AllowedPattern"].removeprefix("^").removesuffix("$")
            for text in right:
                self.assertIsNotNone(re.fullmatch(pattern, text), f"{name}: {text!r}")
            for text in wrong:
                self.assertIsNone(re.fullmatch(pattern, text), f"{name}: {text!r}")

    def test_the_apis_own_address_is_closed_where_the_operator_wants_it(self):
        [api] = [r for r in self.translated["Resources"].values() if r["Type"] == "AWS::ApiGatewayV2::Api"]
        [server] = api["Properties"]["Body"]["servers"]
        told = server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]
        for values, closed, calls in [
            (PLAIN, False, "https://${Api}.execute-api."), (FULL, True, "https://${DomainName}"),
        ]:
            resolved = ResolvedTemplate(self.source, values)
            self.assertIs(resolved.of(told), closed)
            for name in ("FirstToken", "ExplainToken"):
                _, given = resolved.of(self.source["Outputs"][name]["Value"]["Fn::Sub"])
                self.assertTrue(given["Url"]["Fn::Sub"].startswith(calls), given)

    def test_outputs_explain_themselves(self):
        self.assertLessEqual({"BaseUrl", "ApiKey", "FirstToken", "SecretArn"}, set(self.source["Outputs"]))
        for name, output in self.source["Outputs"].items():
            self.assertTrue(output.get("Description"), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
