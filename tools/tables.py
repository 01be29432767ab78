"""The tables of docs/api.md that follow from the OpenAPI document."""

from __future__ import annotations

COMMON = "| parameter | meaning |\n|---|---|\n"
OWN = "| parameter of {title} | meaning |\n|---|---|\n"
ERRORS = "| status | code | meaning |\n|---|---|---|\n"

# What every route takes.
EVERYWHERE = ("appId", "tokenExpire")

# The tables of parameters: what each is called, and whose requests it is of.
TITLES = {
    "RTC": ("Rtc",),
    "RTM": ("Rtm",),
    "Chat": ("ChatUser",),
    "Education": ("EducationRoomUser",),
    "Whiteboard": ("WhiteboardRoom",),
}


def cells(*texts: str) -> str:
    """A row of a table."""
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |\n"


def meaning(document: dict, schema: dict) -> str:
    """What is said of a parameter: what it is for, and what it may be."""
    told = [schema.get("description", "")]
    ways = [schema, *schema.get("anyOf", [])]
    for way in ways:
        if "$ref" in way:
            told.append(document["components"]["schemas"][way["$ref"].rpartition("/")[2]].get("description", ""))
        if "properties" in way:
            told.append("Names: " + ", ".join(f"`{name}`" for name in way["properties"]) + ".")
    return " ".join(text for text in dict.fromkeys(told) if text)


def parameters(document: dict, kind: str) -> dict[str, tuple[list[str], str]]:
    """The parameters of a kind by their proper names: what else each goes by, and what it means."""
    schema = document["components"]["schemas"][f"{kind}Request"]
    properties = schema["properties"]
    others = {name: [other for other, one in properties.items() if one.get("x-alias-of") == name] for name in properties}
    return {name: (others[name], meaning(document, properties[name])) for name in schema["x-order"]}


def table(rows: dict[str, tuple[list[str], str]], wanted) -> str:
    """Rows of parameters."""
    text = ""
    for name, (others, told) in rows.items():
        if wanted(name):
            aliases = f" (or {', '.join(f'`{other}`' for other in others)})" if others else ""
            text += cells(f"`{name}`{aliases}", told)
    return text


def tables(document: dict) -> dict[str, str]:
    """Each table with its head, by the head."""
    found = {COMMON: COMMON + table(parameters(document, "Rtc"), lambda name: name in EVERYWHERE)}
    for title, kinds in TITLES.items():
        rows = {name: row for kind in kinds for name, row in parameters(document, kind).items()}
        head = OWN.format(title=title)
        found[head] = head + table(rows, lambda name: name not in EVERYWHERE)
    found[ERRORS] = ERRORS + errors(document)
    return found


def errors(document: dict) -> str:
    """A row for each code, by status."""
    rows = []
    for response in document["components"]["responses"].values():
        content = response["content"].get("application/problem+json")
        if not content:
            continue
        status = content["schema"]["allOf"][1]["properties"]["status"]["const"]
        for line in response["description"].splitlines():
            code, _, told = line.removeprefix("- ").partition(": ")
            rows.append((status, code, told))
    rows.append((429, "", "From API Gateway, when it throttles."))
    rows.sort(key=lambda row: row[0])
    return "".join(cells(str(status), code, told) for status, code, told in rows)
