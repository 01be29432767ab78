"""Writes what follows from the functions' own lists of routes, or with --check says where it differs.

Each function says what it serves (`target/debug/NAME routes`); from that come the local router in Cargo.toml,
the functions in template.yaml, the stack of function URLs, the OpenAPI document, and of the documentation its tables
and a call for each.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from repository import FUNCTION_URLS, ROOT, TEMPLATE, packages
from script import say, stop
from tables import cells, tables

ASSUME_ROLE = (
    '{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sts:AssumeRole", '
    "Principal: {Service: lambda.amazonaws.com}}]}"
)
ROUTER = "[workspace.metadata.lambda.watch.router]\n"
DROP_INS = "| request | answer | refusal | who reads it | function |\n|---|---|---|---|---|\n"
PRODUCTS = "| product | route |\n|---|---|\n"
KINDS = (
    "| for | route | parameters beyond the [common ones](#parameters) | Agora's builder that signs the same |\n"
    "|---|---|---|---|\n"
)
DEFAULT = "$default"
# CloudFront caches nothing and sends all of a request on, but for the host that it was sent to: by AWS's own policies,
# CachingDisabled and AllViewerExceptHostHeader.
BEHAVIOR = (
    "ViewerProtocolPolicy: https-only, AllowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE], "
    "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac"
)
CORS = (
    "{AllowOrigins: !Ref AllowedOrigins, AllowMethods: [GET, POST], AllowHeaders: [authorization, content-type, "
    "x-api-key, x-requested-with], ExposeHeaders: [retry-after, x-request-id], MaxAge: 86400}"
)
CALLS = "BASE=http://127.0.0.1:9000 JSON='content-type: application/json' KEY=\"x-api-key: $API_KEY\"\n\n"


@dataclass(frozen=True, order=True)
class Route:
    """A route of the gateway: whatever is `below` a path, too, or the path alone. `$default` is what no other takes."""

    function: str
    path: str
    methods: tuple[str, ...]
    below: bool
    # Whether it is below by no more than a slash at its end.
    slash: bool = False


@dataclass(frozen=True)
class Call:
    """A request that is answered with a token, as its function lists it."""

    function: str
    method: str
    path: str
    body: dict | None
    # The names that lead to the token, with dots between them; empty where it is all of the answer.
    token: str
    # What Agora's parser finds in one of the token's services.
    holds: dict
    # Of a route in the service's own form: the kind of token, and what the documentation says of it.
    issues: dict | None


def calls(functions: dict[str, list[dict]]) -> list[Call]:
    """A call for each route that issues tokens."""
    found = []
    for function, rows in functions.items():
        for row in rows:
            if told := row["dropIn"] or row["issues"] and row["issues"]["about"]:
                asks, token, holds = (told[name] for name in ("asks", "token", "holds"))
                body = json.loads(asks) if asks.startswith("{") else None
                paths = [asks] if asks.startswith("/") else [path + (asks if body is None else "") for path in row["paths"]]
                method = row["methods"][0 if body is None else -1]
                found += [Call(function, method, path, body, token, json.loads(holds), row["issues"]) for path in paths]
    return found


def listed() -> dict[str, list[dict]]:
    """What each function says that it serves, once it is built."""
    subprocess.run(["cargo", "build", "--quiet", "--locked"], cwd=ROOT, check=True)
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    target = json.loads(metadata.stdout)["target_directory"]
    return lists({name: Path(target) / "debug" / name for name in packages()})


def lists(binaries: dict[str, Path]) -> dict[str, list[dict]]:
    """What each function says that it serves."""
    return {
        name: json.loads(subprocess.run([binaries[name], "routes"], check=True, capture_output=True).stdout)
        for name, _ in in_template_order() if name in binaries
    }


def gateway(functions: dict[str, list[dict]]) -> list[Route]:
    """The routes of the gateway.

    A path with variables is everything below its first segment, for the gateway may decode what stands for a
    variable. A request of another server may end with a slash, with which a path of the gateway cannot end.
    """
    routes: list[Route] = []
    for function, rows in functions.items():
        for row in rows:
            methods = tuple(row["methods"])
            for path in row["paths"]:
                first = path[: path.find("/", 1)] if "/" in path[1:] else path
                if "{" in path:
                    routes.append(Route(function, first, methods, True))
                    continue
                routes.append(Route(function, path, methods, False))
                if row["dropIn"]:
                    routes.append(Route(function, path, methods, True, slash=True))
    greedy = {(r.function, r.path, r.methods) for r in routes if r.below}

    def covered(route: Route) -> bool:
        parents = route.path.split("/")[1:-1]
        above = ("/" + "/".join(parents[:count]) for count in range(1, len(parents) + 1))
        return any((route.function, path, route.methods) in greedy for path in above)

    return list(dict.fromkeys(route for route in routes if not covered(route)))


def router(routes: list[Route]) -> str:
    """The table of cargo-lambda, which takes a slash at the end of a path as it is. Its wild card is at least a byte."""
    plain = {route.path for route in routes if not route.below}
    lines = {}
    for route in routes:
        path = route.path
        if not route.below:
            lines[path] = route.function
            continue
        if route.slash or path in plain:
            lines[f"{path}/"] = route.function
        if not route.slash:
            lines[f"{path}/{{*rest}}"] = route.function
    if rest := lines.pop(DEFAULT, None):
        lines = lines | {"/": lines.get("/", rest), "/{*rest}": rest}
    return "".join(f'"{path}" = "{function}"\n' for path, function in lines.items())


def event(method: str, route: Route) -> str:
    """An event of the template, on a line."""
    if route.path == DEFAULT:
        # SAM's way to say so is to say nothing.
        return "        Default: {Type: HttpApi, Properties: {ApiId: !Ref Api}}\n"
    words = re.findall(r"[A-Za-z0-9]+", f"{method.lower()} {route.path}")
    name = "".join(word[0].upper() + word[1:] for word in words) + ("Below" if route.below else "")
    path = f'"{route.path}/{{proxy+}}"' if route.below else route.path
    properties = f"{{ApiId: !Ref Api, Method: {method}, Path: {path}}}"
    return f"        {name}: {{Type: HttpApi, Properties: {properties}}}\n"


def in_template_order() -> list[tuple[str, dict]]:
    """The functions with their manifests, in the order in which the template has them; new ones last."""
    manifests = {name: tomllib.loads((folder / "Cargo.toml").read_text()) for name, folder in packages().items()}
    order = re.findall(r"^      CodeUri: functions/(\S+)$", TEMPLATE.read_text(), re.MULTILINE)
    return sorted(manifests.items(), key=lambda one: (order.index(one[0]) if one[0] in order else len(order), one[0]))


def of_template(name: str, manifest: dict) -> tuple[str, dict]:
    """The logical id of a function, and what its manifest says of its resources."""
    told = manifest["package"].get("metadata", {}).get("template", {})
    return told.get("logical-id", name.capitalize()), told


def block(name: str, manifest: dict, routes: list[Route]) -> str:
    """A function in the template: itself with its routes, and its role."""
    package = manifest["package"]
    logical_id, told = of_template(name, manifest)
    policies = "!Ref FunctionPolicy" + (", !Ref SecretPolicy" if told.get("reads-secret", True) else "")
    events = [event(method, route) for route in routes if route.function == name for method in route.methods]
    return f"""\
  {logical_id}:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
    Properties:
      Description: {package["description"].partition(":")[0]}
      CodeUri: functions/{name}
      Role: !GetAtt {logical_id}Role.Arn
      Events:
{"".join(events)}\
  {logical_id}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {ASSUME_ROLE}
      ManagedPolicyArns: [{policies}]

"""


def template(text: str, routes: list[Route]) -> str:
    """The template with its functions."""
    first = re.search(r"^  \w+:\n    Type: AWS::Serverless::Function\n", text, re.MULTILINE)
    blocks = [block(name, manifest, routes) for name, manifest in in_template_order()]
    return text[: first.start()] + "".join(blocks) + text[text.index("\nOutputs:\n") + 1 :]


def patterns(routes: list[Route]) -> list[tuple[str, str]]:
    """CloudFront's path patterns, each with its function: the first that fits a path leads it there, by any method.

    An asterisk takes the slash that the request of another server may end with. A pattern for each would be more than
    a distribution may have.
    """
    routes = [route for route in routes if route.path != DEFAULT]
    with_slash = {(route.function, route.path) for route in routes if route.slash}
    kept = [route for route in routes if route.below or (route.function, route.path) not in with_slash]
    found = {route.path + ("*" if route.slash else "/*" if route.below else ""): route.function for route in kept}
    # Whole paths first, and of two that begin alike the longer one.
    ordered = sorted(found.items(), key=lambda one: -len(one[0]) if one[0].endswith("*") else -sys.maxsize)
    for route in routes:
        asked = route.path + "/" * route.below
        leads = next(function for pattern, function in ordered
                     if asked == pattern or pattern.endswith("*") and asked.startswith(pattern[:-1]))
        if leads != route.function:
            stop(f"CloudFront would lead {asked} to {leads}, not to {route.function}: it looks at paths alone")
    return ordered


def function_urls(text: str, routes: list[Route]) -> str:
    """The stack of function URLs, with what there is of each function and the paths that lead to it."""
    ids = {name: of_template(name, manifest)[0] for name, manifest in in_template_order()}
    names = "".join(f"  {one}: {{Type: String, Description: Name of the function {one}.}}\n" for one in ids.values())
    origins = "".join(
        f'          - {{Id: {one}, DomainName: !Select [2, !Split ["/", !GetAtt {one}Url.FunctionUrl]], '
        "CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}}\n"
        for one in ids.values()
    )
    behaviors = "".join(
        f"          - {{PathPattern: {pattern}, TargetOriginId: {ids[function]}, {BEHAVIOR}}}\n"
        for pattern, function in patterns(routes)
    )
    [rest] = [ids[route.function] for route in routes if route.path == DEFAULT]
    urls = "".join(
        f"  {one}Url: {{Type: AWS::Lambda::Url, Properties: {{TargetFunctionArn: !Ref {one}, Qualifier: !If [HasAlias, "
        f"!Ref Alias, !Ref AWS::NoValue], AuthType: NONE, Cors: {CORS}}}}}\n"
        + "".join(
            f"  {one}{kind}: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: !If [HasAlias, "
            f'!Sub "${{{one}}}:${{Alias}}", !Ref {one}], Principal: "*", {how}}}}}\n'
            for kind, how in (
                ("UrlPermission", "Action: lambda:InvokeFunctionUrl, FunctionUrlAuthType: NONE"),
                ("Permission", "Action: lambda:InvokeFunction, InvokedViaFunctionUrl: true"),
            )
        )
        for one in ids.values()
    )
    for head, body in (
        ("  # The functions' names\n", names), ("        Origins:\n", origins), ("        CacheBehaviors:\n", behaviors),
        ("        # What no other takes\n", f"        DefaultCacheBehavior: {{TargetOriginId: {rest}, {BEHAVIOR}}}\n"),
        ("  # Their URLs, which anybody may call\n", urls),
    ):
        text = between(text, head, body, " +(?:- )?(?:{|[A-Za-z]+: {).*")
    return text


def drop_ins(functions: dict[str, list[dict]]) -> str:
    """The table of other servers' requests, in the order of the functions' lists."""
    rows = []
    for function, listed_rows in functions.items():
        for row in listed_rows:
            if not row["dropIn"]:
                continue
            [method], told = row["methods"], row["dropIn"]
            query = told["sends"] if told["sends"].startswith("?") else ""
            request = " ".join(f"`{method} {path}{query}`" for path in row["paths"])
            if told["sends"] and not query:
                request += f" {told['sends']}"
            rows.append(cells(request, told["answer"], told["refusal"], told["readers"], function))
    return DROP_INS + "".join(rows)


def kinds(functions: dict[str, list[dict]]) -> list[tuple[str, dict]]:
    """The routes in the service's own form, each with what the documentation says of it."""
    return [(row["paths"][0], row["issues"]["about"]) for rows in functions.values() for row in rows if row["issues"]]


def products(functions: dict[str, list[dict]]) -> str:
    """The table of products, each with its routes."""
    routes: dict[str, list[str]] = {}
    for path, about in kinds(functions):
        routes.setdefault(about["product"], []).append(f"`{path}`")
    return PRODUCTS + "".join(cells(product, ", ".join(paths)) for product, paths in routes.items())


def shell(call: Call) -> str:
    """A call in one of our own forms, for a shell, and its answer."""
    about, kind = call.issues["about"], call.issues["tokenType"]
    command = "curl -sS" + (' -H "$KEY"' if call.issues["administers"] else "")
    if call.body is None:
        command += f' "$BASE{call.path}"'
    else:
        sent = f"-d '{about['asks']}'"
        command += f' -H "$JSON" "$BASE{call.path}"'
        command += f" {sent}" if len(command) + len(sent) < 110 else f" \\\n  {sent}"
    token = f"{call.holds['kind']}_…" if "kind" in call.holds else "007eJx…"
    shows = [f'"token":"{token}"', f'"tokenType":"{kind}"', '"appId":"970C…"'] if kind else []
    shows += [about["shows"]] if about["shows"] else []
    shows += ["…"] if kind else []
    return f"{command}\n# {{{','.join(shows)}}}\n"


def contract() -> str:
    """The OpenAPI document, as the code gives it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.json"
        command = ["cargo", "run", "--quiet", "--locked", "-p", "contract", "--", str(path)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return path.read_text()


def between(text: str, head: str, body: str, line: str = r"\|.*") -> str:
    """The text with what begins with `head` replaced, up to the first line that is no `line`."""
    start = text.index(head)
    rows = re.compile(rf"(?:{line}\n)*").match(text, start + len(head))
    return text[:start] + head + body.removeprefix(head) + text[rows.end():]


def main() -> None:
    functions = listed()
    routes = gateway(functions)
    manifest, readme, api, migrating = (ROOT / name for name in ("Cargo.toml", "README.md", "docs/api.md", "docs/migrating.md"))
    kept, _, _ = manifest.read_text().partition(ROUTER)
    rows = [cells(about["audience"], f"`{path}`", about["parameters"], about["builder"]) for path, about in kinds(functions)]
    blocks = "".join(shell(call) for call in calls(functions) if call.issues)
    document = contract()
    reference = between(between(api.read_text(), KINDS, "".join(rows)), CALLS, blocks, "(?!```).*")
    for head, table in tables(json.loads(document)).items():
        reference = between(reference, head, table)
    wanted = {
        manifest: kept + ROUTER + router(routes),
        TEMPLATE: template(TEMPLATE.read_text(), routes),
        FUNCTION_URLS: function_urls(FUNCTION_URLS.read_text(), routes),
        readme: between(readme.read_text(), PRODUCTS, products(functions)),
        api: reference,
        ROOT / "docs/openapi.json": document,
        migrating: between(migrating.read_text(), DROP_INS, drop_ins(functions)),
    }
    differing = [path for path, text in wanted.items() if path.read_text() != text]
    names = ", ".join(path.name for path in differing)
    if "--check" in sys.argv[1:]:
        if differing:
            stop(f"{names} differ from the functions' routes; `make routes` writes them")
        say(f"{len(routes)} routes: {', '.join(path.name for path in wanted)} say what the functions serve")
        return
    for path in differing:
        path.write_text(wanted[path])
    say(f"Written: {names or 'nothing, all is as the functions say'}")


if __name__ == "__main__":
    main()
