"""Writes what follows from the functions' own lists of routes, or with --check says where it differs.

Each function says what it serves (`target/debug/NAME routes`); from that come the local router in Cargo.toml,
the functions in template.yaml, and the table of other servers' requests in docs/migrating.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass

from repository import ROOT, TEMPLATE, packages, say, stop

ASSUME_ROLE = (
    '{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sts:AssumeRole", '
    "Principal: {Service: lambda.amazonaws.com}}]}"
)
ROUTER = "[workspace.metadata.lambda.watch.router]\n"
HEAD = "| request | answer | refusal | who reads it | function |\n|---|---|---|---|---|\n"


@dataclass(frozen=True, order=True)
class Route:
    """A route of the gateway: whatever is `below` a path, too, or the path alone."""

    function: str
    path: str
    methods: tuple[str, ...]
    below: bool


def listed() -> dict[str, list[dict]]:
    """What each function says that it serves."""
    names = [name for name, _ in in_template_order()]
    subprocess.run(["cargo", "build", "--quiet", "--locked"], cwd=ROOT, check=True)
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    target = json.loads(metadata.stdout)["target_directory"]
    return {
        name: json.loads(subprocess.run([f"{target}/debug/{name}", "routes"], check=True, capture_output=True).stdout)
        for name in names
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
                    routes.append(Route(function, path, methods, True))
    greedy = {(r.function, r.path, r.methods) for r in routes if r.below}

    def covered(route: Route) -> bool:
        parents = route.path.split("/")[1:-1]
        above = ("/" + "/".join(parents[:count]) for count in range(1, len(parents) + 1))
        return any((route.function, path, route.methods) in greedy for path in above)

    return list(dict.fromkeys(route for route in routes if not covered(route)))


def router(routes: list[Route]) -> str:
    """The table of cargo-lambda, which takes a slash at the end of a path as it is."""
    greedy = {r.path for r in routes if r.below} - {r.path for r in routes if not r.below}
    lines = {}
    for route in routes:
        path = route.path
        if route.below:
            path += "/{*rest}" if path in greedy else "/"
        lines[path] = f'"{path}" = "{route.function}"\n'
    return "".join(lines.values())


def event(method: str, route: Route) -> str:
    """An event of the template, on a line."""
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


def block(name: str, manifest: dict, routes: list[Route]) -> str:
    """A function in the template: itself with its routes, and its role."""
    package = manifest["package"]
    logical_id = package.get("metadata", {}).get("template", {}).get("logical-id", name.capitalize())
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
      ManagedPolicyArns: [!Ref FunctionPolicy]

"""


def template(text: str, routes: list[Route]) -> str:
    """The template with its functions."""
    first = re.search(r"^  \w+:\n    Type: AWS::Serverless::Function\n", text, re.MULTILINE)
    blocks = [block(name, manifest, routes) for name, manifest in in_template_order()]
    return text[: first.start()] + "".join(blocks) + text[text.index("\nOutputs:\n") + 1 :]


def table(functions: dict[str, list[dict]]) -> str:
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
            cells = [request, told["answer"], told["refusal"], told["readers"], function]
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return HEAD + "".join(rows)


def between(text: str, head: str, body: str) -> str:
    """The text with the table that begins with `head` replaced."""
    start = text.index(head)
    rows = re.compile(r"(?:\|.*\n)+").match(text, start)
    return text[:start] + body + text[rows.end():]


def main() -> None:
    functions = listed()
    routes = gateway(functions)
    manifest, page = ROOT / "Cargo.toml", ROOT / "docs" / "migrating.md"
    kept, _, _ = manifest.read_text().partition(ROUTER)
    wanted = {
        manifest: kept + ROUTER + router(routes),
        TEMPLATE: template(TEMPLATE.read_text(), routes),
        page: between(page.read_text(), HEAD, table(functions)),
    }
    differing = [path for path, text in wanted.items() if path.read_text() != text]
    names = ", ".join(path.name for path in differing)
    if "--check" in sys.argv[1:]:
        if differing:
            stop(f"{names} differ from the functions' routes; `make routes` writes them")
        say(f"{len(routes)} routes: Cargo.toml, template.yaml and docs/migrating.md say what the functions serve")
        return
    for path in differing:
        path.write_text(wanted[path])
    say(f"Written: {names or 'nothing, all is as the functions say'}")


if __name__ == "__main__":
    main()
