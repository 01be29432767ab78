"""Holds the pages to what they say: commands, parameters, settings, links, tables.

Requests, policies and modules are run by the tests beside this one.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS)]

from samtranslator.yaml_helper import yaml_parse

import check
import preflight
import settings
from repository import ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, TEMPLATE

PAGES = [ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "tests/README.md")]
PAGES += [ROOT / "clients/web/README.md", ROOT / "examples/README.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
# Of the environment, and no setting of the functions.
SURROUNDINGS = {"AWS_REGION", "PREVIOUS", "PYTHON"}
# Everything else that is called is noted and not run: what it does is held by other tests, or is the cloud's.
RECORDED = ("make", "git", "cd", "aws", "sh", "gh", "npm")
HARNESS = r"""
note() { printf '%s\037' "$@" >&3; printf '\036' >&3; }
""" + "".join(f"{name}() {{ note {name} \"$@\"; }}\n" for name in RECORDED) + r"""
cargo() {
    note cargo "$@"
    if [ "$1" = run ]; then command cargo run --quiet --locked --manifest-path "$MANIFEST" "${@:2}"; fi
}
"""


def text(page: Path) -> str:
    return page.read_text()


def prose(page: Path) -> list[tuple[int, str]]:
    """The lines of a page outside its blocks, with their numbers."""
    lines, inside = [], False
    for number, line in enumerate(text(page).splitlines(), 1):
        if line.strip().startswith("```"):
            inside = not inside
        elif not inside:
            lines.append((number, line))
    return lines


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The blocks of a language, with the lines that they begin in."""
    found = re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", text(page), re.MULTILINE | re.DOTALL)
    return [
        (text(page)[: one.start()].count("\n") + 1, re.sub(rf"^{one[1]}", "", one[2], flags=re.MULTILINE))
        for one in found
    ]


def rows(page: Path) -> list[list[str]]:
    """The rows of a page's tables, cell by cell."""
    lines = [line for _, line in prose(page) if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def names(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    found: dict[str, int] = {}
    result = set()
    for _, line in prose(page):
        if heading := re.match(r"#+ (.*)", line):
            plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading[1]).lower()).replace(" ", "-")
            result.add(plain if plain not in found else f"{plain}-{found[plain]}")
            found[plain] = found.get(plain, 0) + 1
    return result


@functools.cache
def targets() -> dict[str, str]:
    """The targets that `make` lists, with what it says of them."""
    return dict(re.findall(r"^([a-z0-9-]+):.*?## (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE))


@functools.cache
def source(*folders: str) -> str:
    """The code in these folders, without the tests in it."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.rs")))
    return "\n".join(text(path).split("#[cfg(test)]\nmod tests")[0] for path in files if "tests" not in path.parts)


def findings() -> list[tuple[str, str]]:
    """The code and the severity of each finding of `inspect`."""
    return re.findall(r'= "(\w+)", (Error|Warning|Info)', source("shared/src/explain"))


class Pages(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.template = yaml_parse(TEMPLATE.read_text())
        cls.checked: set[tuple] = set()

    # ---- Form ----

    def test_the_readme_is_short_and_lines_are_not_long(self):
        self.assertLessEqual(len(text(ROOT / "README.md").splitlines()), 200)
        for page in PAGES:
            for number, line in prose(page):
                # A table's row cannot be broken.
                if not line.startswith("|"):
                    self.assertLessEqual(len(line), 115, f"{page.name}, line {number}")

    def test_links_lead_somewhere(self):
        seen = 0
        for page in PAGES:
            for number, line in prose(page):
                # What stands in backticks is no link.
                for target in re.findall(r"\]\(([^)]+)\)", re.sub(r"`[^`]*`", "", line)):
                    if re.match(r"https://[\w.-]+(/\S*)?$", target):
                        continue
                    seen += 1
                    path, _, anchor = target.partition("#")
                    leads_to = (page.parent / path).resolve() if path else page
                    with self.subTest(page=page.name, line=number, target=target):
                        self.assertTrue(leads_to.is_file(), "no such file")
                        if anchor:
                            self.assertIn(anchor, anchors(leads_to))
        self.assertGreater(seen, 100)

    def test_every_page_is_linked_from_the_readme(self):
        for page in PAGES[1:]:
            self.assertIn(f"]({page.relative_to(ROOT).as_posix()})", text(ROOT / "README.md"))

    def test_files_that_are_named_are_there(self):
        for name in ("CONTRIBUTING.md", "tests/README.md", "docs/architecture.md"):
            for number, line in prose(ROOT / name):
                for named in re.findall(r"`([\w.-]+(?:/[\w.-]+)*(?:\.\w+|/))`", line):
                    # Capital letters stand for a name to choose.
                    if "/" in named and not re.search(r"\b[A-Z]+\b", named.replace("README.md", "")):
                        with self.subTest(page=name, line=number, named=named):
                            self.assertTrue((ROOT / named).exists() or (ROOT / "tests" / named).exists())

    # ---- Commands ----

    def commands(self, page: Path, line: int, block: str) -> list[list[str]]:
        """Runs a block without its cloud; what it calls, word by word."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / ".env.example", folder)
            # What a reader has written by then: the last ones of the page.
            above = [one for at, one in blocks(page, "json") if at < line]
            policies = [one for one in above if re.match(r'\{\s*"(user|anonymous|identity)"', one)]
            secrets = [one for one in above if "appCertificate" in one]
            (Path(folder) / "policy.json").write_text(policies[-1] if policies else '{"user":{"maxLifetime":60}}')
            (Path(folder) / "secret.json").write_text(
                secrets[-1] if secrets else f'{{"appId":"{SAMPLE_APP_ID}","appCertificate":"{SAMPLE_CERTIFICATE}"}}'
            )
            noted = Path(folder) / "noted"
            env = {name: value for name, value in os.environ.items() if not name.startswith("AGORA_")}
            done = subprocess.run(
                ["bash", "-euc", f"exec 3>{noted}\n{HARNESS}\n{block}"], cwd=folder, capture_output=True, text=True,
                env=env | {"MANIFEST": str(ROOT / "Cargo.toml")},
            )
            self.assertEqual(done.returncode, 0, f"{block}\n{done.stderr}")
            return [call.split("\x1f")[:-1] for call in noted.read_text().split("\x1e")[:-1]]

    def test_commands_can_be_given(self):
        given = 0
        for page in PAGES:
            for line, block in blocks(page, "sh"):
                if re.search(r"^curl ", block, re.MULTILINE):
                    continue
                with self.subTest(page=page.name, line=line):
                    for name in re.findall(r"^(\w+)=\S", block, re.MULTILINE):
                        self.assertTrue(name in SURROUNDINGS or f"`{name}`" in text(ROOT / "docs/configuration.md"), name)
                    calls = self.commands(page, line, block)
                    self.assertTrue(calls or ".env" in block, "it calls nothing that is known")
                    for call in calls:
                        given += 1
                        getattr(self, f"check_{call[0]}", lambda _: None)(call[1:])
        self.assertGreater(given, 50)

    def check_sh(self, words: list[str]) -> None:
        """deploy.sh, which takes what `make` takes."""
        self.assertEqual(words.pop(0), "deploy.sh")
        self.check_make(words if words and "=" not in words[0] else ["deploy", *words])

    def check_make(self, words: list[str]) -> None:
        wanted = [word for word in words if "=" not in word]
        self.assertEqual(len(wanted), 1, words)
        help_ = targets().get(wanted[0])
        self.assertTrue(help_ or re.search(rf"^{wanted[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), wanted)
        for name, _, value in (word.partition("=") for word in words if "=" in word):
            self.assertRegex(help_, rf"\b{name}\b", f"make {wanted[0]} does not say that it takes {name}")
            if name == "PARAMETERS":
                self.check_parameters(value)

    def check_parameters(self, value: str) -> None:
        """The parameters are the template's, and make settings that the functions take."""
        named = dict(word.split("=", 1) for word in shlex.split(value))
        self.assertEqual(set(named) - set(self.template["Parameters"]), set())
        # As of a stack that exists; what a walk-through sets in steps, together.
        values = {"AppId": SAMPLE_APP_ID, "AppCertificate": SAMPLE_CERTIFICATE} | named
        preflight.parameters(self.template, named, values)
        variables = preflight.variables(self.template, values, "agora-token")
        if (key := tuple(sorted(variables.items()))) not in self.checked:
            self.checked.add(key)
            with contextlib.redirect_stdout(io.StringIO()):
                check.settings(variables)

    def check_cargo(self, words: list[str]) -> None:
        manifests = "\n".join(text(path) for path in ROOT.glob("*/Cargo.toml"))
        for option, name in zip(words, words[1:]):
            if option in ("-p", "--test"):
                self.assertIn(f'name = "{name}"', manifests)

    def test_commands_in_the_text_are_there(self):
        for page in PAGES:
            for number, line in prose(page):
                for words in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z0-9-]+)[^`]*`", line):
                    with self.subTest(page=page.name, line=number):
                        self.assertIn(words, targets())

    # ---- Tables ----

    def test_the_settings_are_those_that_the_functions_read(self):
        told = {name for row in rows(ROOT / "docs/configuration.md") for name in names(row[0]) if name.isupper()}
        read = set(re.findall(r'"(AGORA_[A-Z_]+[A-Z])"', source("shared/src", "functions")))
        # These are put together there.
        read |= {f"AGORA_JWT_{name}" for name in ("AUDIENCE", "AUDIENCE_CLAIM", "JWKS", "JWKS_URL", "TOKEN_USE")}
        read |= {name for name in told if name.startswith("AWS_") and f'"{name}"' in source("shared/src")}
        self.assertEqual(sorted(told), sorted(read))

    def test_the_parameters_are_those_of_the_template(self):
        table = rows(ROOT / "docs/configuration.md")
        told = {name for row in table for cell in row[:2] for name in names(cell) if name in self.template["Parameters"]}
        self.assertEqual(sorted(self.template["Parameters"]), sorted(told))
        set_by = self.template["Globals"]["Function"]["Environment"]["Variables"]
        by_variable = {row[0].strip("`"): row[1] for row in table if row[0].startswith("`AGORA_") and len(row) == 4}
        for variable, cell in by_variable.items():
            with self.subTest(variable=variable):
                value = set_by.get(variable, {})
                of_template = re.findall(r"'Ref': '(\w+)'", str(value))
                self.assertEqual([name for name in names(cell)], of_template if "none" not in cell else [])
        self.assertEqual(set(set_by) - set(by_variable), set())

    def test_defaults_are_those_of_the_template(self):
        for row in rows(ROOT / "docs/configuration.md"):
            # Parameters in the first cell, or beside their variable.
            cell, default = (row[1], row[2]) if len(row) == 4 else (row[0], row[1])
            parameters = [name for name in names(cell) if name in self.template["Parameters"]]
            stated = re.findall(r"[\w*]+", default) if re.fullmatch(r"`?[\w*]+`?(, \w+)*", default) else []
            for name, value in zip(parameters, stated):
                if value not in ("both", "discovered"):
                    with self.subTest(parameter=name):
                        self.assertEqual(value, str(self.template["Parameters"][name]["Default"]))

    def test_the_example_of_an_environment_names_settings(self):
        example = (ROOT / ".env.example").read_text()
        with tempfile.TemporaryDirectory() as folder:
            filled = Path(folder) / ".env"
            # Without the mark of a comment, it is read as it stands.
            filled.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", example, flags=re.MULTILINE))
            named, wrong = settings.read(filled)
        self.assertEqual(wrong, [])
        told = {name for row in rows(ROOT / "docs/configuration.md") for name in names(row[0])}
        self.assertEqual(set(named) - told, set())
        for needed in ("AGORA_APP_ID", "AGORA_APP_CERTIFICATE", "AGORA_JWT_ISSUER", "AGORA_JWT_AUDIENCE", "AGORA_POLICY"):
            self.assertIn(needed, named)

    def test_the_codes_are_those_of_the_functions(self):
        """Every code of a refusal that the code has, and no other, is in the tables that list them."""
        known = set(re.findall(r'"((?:parameter|body|credentials|jwt|denied)_[a-z_]+)"', source("shared/src")))
        # Nobody meets it: whoever would is answered with `access_misconfigured` before.
        known -= {"denied_policy"}
        # The findings of `inspect` have a table of their own.
        known -= {code for code, _ in findings()}
        told = {
            name for page in ("api.md", "policy.md") for row in rows(ROOT / "docs" / page) for cell in row
            for name in names(cell) if re.fullmatch(r"(parameter|body|credentials|jwt|denied)_[a-z_]+", name)
        }
        self.assertEqual(sorted(told), sorted(known))
        # The others of the table of errors.
        for row in rows(ROOT / "docs/api.md"):
            if re.match(r"\d{3}", row[0]):
                for name in names(row[1]):
                    if re.fullmatch(r"[a-z_]+", name):
                        self.assertIn(f'"{name}"', source("shared/src"))

    def test_the_findings_are_those_of_inspect(self):
        told = [(names(row[0])[0], row[1]) for row in rows(ROOT / "docs/troubleshooting.md") if row[1] in ("error", "warning", "info")]
        self.assertEqual([(code, severity.lower()) for code, severity in findings()], told)

    def test_the_errors_of_the_sdks_are_those_of_inspect(self):
        code = text(ROOT / "shared/src/explain/report/sdk.rs")
        products = {"rtc": "RTC", "web": "RTC Web", "rtm1": "RTM 1.x", "rtm2": "RTM 2.x", "chat": "Chat"}
        known = {(products[kind], number, name) for kind, number, name in re.findall(
            r'\b(rtc|web|rtm1|rtm2|chat)\(\s*(-?\d+),\s*"(\w+)"', code)}
        told = {(row[0], row[1], names(row[2])[0]) for row in rows(ROOT / "docs/troubleshooting.md")
                if row[0] in products.values() and names(row[2])}
        self.assertEqual(sorted(told), sorted(known))


if __name__ == "__main__":
    unittest.main()
