"""Names what in the OpenAPI document breaks clients since BASE, a commit or tag; the last release by default."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from repository import ROOT
from script import say, stop

DOCUMENT = "docs/openapi.json"

# A client that keeps to the old limit is refused where the new one is narrower.
LIMITS = {"maximum": -1, "maxLength": -1, "maxItems": -1, "minimum": 1, "minLength": 1, "minItems": 1}


def breaking(before: dict, after: dict) -> list[str]:
    """What breaks clients, a line for each."""
    return [*routes(before, after), *schemas(before, after)]


def routes(before: dict, after: dict) -> Iterator[str]:
    """Paths, methods, parameters and statuses."""
    for path, methods in before["paths"].items():
        if path not in after["paths"]:
            yield f"{path}: the path is gone"
            continue
        for method, operation in methods.items():
            name, new = f"{method.upper()} {path}", after["paths"][path].get(method)
            if new is None:
                yield f"{name}: the method is gone"
                continue
            old_names, new_names = parameters(operation), parameters(new)
            yield from (f"{name}: the parameter {one} is gone" for one in old_names.keys() - new_names.keys())
            for one, required in new_names.items():
                if required and not old_names.get(one):
                    yield f"{name}: the parameter {one} is required"
            if "200" in operation["responses"]:
                types = operation["responses"]["200"].get("content", {}).keys()
                gone = types - new["responses"].get("200", {}).get("content", {}).keys()
                yield from (f"{name}: {one} is no longer answered" for one in gone)


def parameters(operation: dict) -> dict[str, bool]:
    """The parameters beside the body, and whether each is required."""
    return {one["name"]: one.get("required", False) for one in operation.get("parameters", [])}


def schemas(before: dict, after: dict) -> Iterator[str]:
    """Members, values and limits of what has a name."""
    new = after["components"]["schemas"]
    for name, schema in before["components"]["schemas"].items():
        if name in new:
            answered = name.endswith("Answer") or name in ("Problem", "Report")
            yield from compared(name, schema, new[name], answered)


def compared(name: str, before: dict, after: dict, answered: bool) -> Iterator[str]:
    """What breaks clients in one schema: of a request, or of an answer."""
    old, new = before.get("properties", {}), after.get("properties", {})
    for one in old.keys() - new.keys():
        yield f"{name}.{one}: the {'member' if answered else 'parameter'} is gone"
    for one in old.keys() & new.keys():
        yield from compared(f"{name}.{one}", old[one], new[one], answered)
    if answered:
        gone = set(before.get("required", [])) - set(after.get("required", []))
        yield from (f"{name}.{one}: it is no longer always there" for one in gone)
    else:
        added = set(after.get("required", [])) - set(before.get("required", []))
        yield from (f"{name}.{one}: it is required" for one in added)
    for value in values(before):
        if value not in values(after):
            yield f"{name}: `{value}` is no longer one of its values"
    old_limits, new_limits = dict(limits(before)), dict(limits(after))
    for limit, most in new_limits.items():
        least = old_limits.get(limit)
        if least is not None and (most - least) * LIMITS[limit] > 0 and not answered:
            yield f"{name}: the {limit} is {most}, and was {least}"


def ways(schema: dict) -> Iterator[dict]:
    """The schema itself, and what it may be instead."""
    yield schema
    for way in schema.get("anyOf", []):
        yield from ways(way)


def values(schema: dict) -> list:
    return [value for way in ways(schema) for value in way.get("enum", [])]


def limits(schema: dict) -> Iterator[tuple[str, int]]:
    for way in ways(schema):
        yield from ((limit, way[limit]) for limit in LIMITS if limit in way)


def git(*words: str) -> str | None:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def main() -> None:
    base = (sys.argv[1:] or [""])[0] or (git("describe", "--tags", "--abbrev=0") or "").strip()
    if not base:
        say("There is no release yet whose clients could break.")
        return
    text = git("show", f"{base}:{DOCUMENT}")
    if text is None:
        say(f"{base} has no {DOCUMENT}: nothing to compare with.")
        return
    found = breaking(json.loads(text), json.loads((ROOT / DOCUMENT).read_text()))
    if found:
        stop(f"since {base}, these changes break clients:\n" + "\n".join(f"  {line}" for line in found))
    say(f"Nothing in {DOCUMENT} breaks clients since {base}.")


if __name__ == "__main__":
    main()
