"""Holds alarms, dashboard and saved queries of the template against the metrics and lines that there are."""

from __future__ import annotations

import json
import re
import sys
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "rehearse")]

import template
from repository import ROOT
from resolved_template import ResolvedTemplate

# What HTTP APIs count without being asked to.
OF_THE_GATEWAY = {"Count", "4xx", "5xx", "Latency", "IntegrationLatency"}
NAMESPACE = "AgoraToken/${AWS::StackName}"


def counted() -> set[str]:
    """The metrics of the service: those that the audit line counts, and those of filters."""
    audit = (ROOT / "shared/src/http/audit.rs").read_text()
    [cold] = re.findall(r'const COLD_START: &str = "(\w+)"', audit)
    names = set(re.findall(r'count\("([\w.]+)"\.to_owned\(\)\)', audit)) | {cold}
    # One for each of the two statuses that are named there.
    assert "StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN" in audit
    return names | {"Answered.401", "Answered.403", "SourceFailures"}


class Metrics(dict):
    """What metrics are in one period, as an expression of CloudWatch sees it: NONE where nothing was counted."""

    def value(self, expression: str) -> float | None:
        python = re.sub(r"\bIF\(", "when(", expression).replace("FILL(", "fill(")
        names = dict(self) | {
            "fill": lambda value, other: other if value is None else value,
            "when": lambda condition, yes, no: yes if condition else no,
        }
        try:
            return eval(python, {"__builtins__": {}}, names)
        except TypeError:
            return None


class Watching(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.source = template.load()
        cls.resources = cls.source["Resources"]
        cls.alarms = {n: r["Properties"] for n, r in cls.resources.items() if r["Type"] == "AWS::CloudWatch::Alarm"}
        cls.runbook = (ROOT / "docs/operations.md").read_text()

    def trips(self, alarm: str, periods: list[dict]) -> bool:
        """Whether an alarm goes off at the end of these periods; a metric that is not named was not counted."""
        properties = self.alarms[alarm]
        ids = [metric["Id"] for metric in properties["Metrics"][1:]]
        due = 0
        for period in periods[-properties["EvaluationPeriods"]:]:
            assert set(period) <= set(ids), (period, ids)
            value = Metrics({name: period.get(name) for name in ids}).value(properties["Metrics"][0]["Expression"])
            due += value is not None and value >= properties["Threshold"]
        return due >= properties["DatapointsToAlarm"]

    # ---- alarms ----

    def test_alarms_look_at_metrics_that_there_are(self):
        self.assertEqual(len(self.alarms), 6)
        for name, alarm in self.alarms.items():
            looked_at = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", [])[1:]] or [alarm]
            for metric in looked_at:
                if metric["Namespace"] == "AWS/ApiGateway":
                    self.assertIn(metric["MetricName"], OF_THE_GATEWAY, name)
                    self.assertEqual(metric["Dimensions"], [{"Name": "ApiId", "Value": {"Ref": "Api"}}])
                else:
                    self.assertEqual(metric["Namespace"], {"Fn::Sub": NAMESPACE})
                    self.assertIn(metric["MetricName"], counted(), name)
            self.assertEqual(alarm["TreatMissingData"], "notBreaching")
            self.assertEqual(alarm["ComparisonOperator"], "GreaterThanOrEqualToThreshold")
            self.assertEqual((alarm["AlarmActions"], alarm["OKActions"]), ([{"Ref": "AlarmTopic"}], [{"Ref": "AlarmTopic"}]))
        variables = self.source["Globals"]["Function"]["Environment"]["Variables"]
        self.assertEqual(variables["AGORA_METRICS_NAMESPACE"], {"Fn::Sub": NAMESPACE})

    def test_every_alarm_says_what_to_do_and_the_runbook_has_it(self):
        for name, alarm in self.alarms.items():
            [anchor] = re.findall(r"docs/operations\.md#([\w-]+)$", alarm["AlarmDescription"]["Fn::Sub"])
            titles = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in
                      re.findall(r"^#+ (.*)$", self.runbook, re.MULTILINE)]
            self.assertIn(anchor, titles, name)

    def test_a_canary_that_fails_trips_the_alarm_within_its_five_minutes(self):
        # A tenth of the requests goes to it, and all of those fail; after each minute, what is known by then.
        for requests in (20, 600, 60_000):
            minutes = [{"n": requests}] * 3 + [{"n": requests, "e": requests // 10}] * 5
            after = [self.trips("ServerErrorsAlarm", minutes[: 3 + minute]) for minute in range(6)]
            self.assertEqual(after[0], False)
            self.assertLessEqual(after.index(True), 3, "minutes")

    def test_one_failure_wakes_nobody(self):
        self.assertFalse(self.trips("ServerErrorsAlarm", [{"n": 10}, {"n": 10, "e": 1}, {"n": 10}]))
        self.assertFalse(self.trips("ServerErrorsAlarm", [{}, {}, {}]), "nothing was asked")
        self.assertFalse(self.trips("ServerErrorsAlarm", [{"n": 10_000, "e": 50}] * 3), "half a percent")
        self.assertTrue(self.trips("ServerErrorsAlarm", [{"n": 10_000, "e": 100}] * 3))

    def test_slow_answers(self):
        self.assertTrue(self.trips("LatencyAlarm", [{"n": 5000, "p": 120.0}] * 3))
        self.assertFalse(self.trips("LatencyAlarm", [{"n": 5000, "p": 99.0}] * 3))
        self.assertFalse(self.trips("LatencyAlarm", [{"n": 5000, "p": 400.0}, {"n": 5000, "p": 30.0}] * 2), "a deployment")
        self.assertFalse(self.trips("LatencyAlarm", [{"n": 20, "p": 900.0}] * 3), "cold starts of a quiet night")

    def test_callers_who_are_refused(self):
        for alarm in ("UnauthenticatedAlarm", "DeniedAlarm"):
            self.assertTrue(self.trips(alarm, [{"n": 100, "a": 20}] * 2))
            self.assertFalse(self.trips(alarm, [{"n": 100, "a": 19}] * 2))
            self.assertFalse(self.trips(alarm, [{"n": 40, "a": 40}] * 2), "somebody tries the door")
            self.assertFalse(self.trips(alarm, [{"n": 100}] * 2))

    def test_requests_that_the_gateway_turned_away(self):
        # What the functions answered themselves with 4xx is none of it.
        self.assertFalse(self.trips("ThrottlesAlarm", [{"n": 1000, "g": 500, "a": 500}]))
        self.assertFalse(self.trips("ThrottlesAlarm", [{"n": 100_000, "g": 999}]), "less than 1 %")
        self.assertFalse(self.trips("ThrottlesAlarm", [{"n": 100, "g": 9}]), "a few")
        self.assertTrue(self.trips("ThrottlesAlarm", [{"n": 1000, "g": 510, "a": 500}]))
        self.assertFalse(self.trips("ThrottlesAlarm", [{"n": 1000}]))

    def test_the_filter_knows_the_words_of_the_log(self):
        """The codes of what a function could not read, as the source has them."""
        pattern = self.resources["SourceFailures"]["Properties"]["FilterPattern"]
        known = tuple(word.rstrip("*") for word in re.findall(r'"([\w*]+)"', pattern))
        for path in ("secret/source.rs", "access/jwt/source.rs"):
            text = (ROOT / "shared/src" / path).read_text()
            codes = re.findall(r'Self::\w+(?:\(_\)| \{ \.\. \}) => "(\w+)"', text)
            self.assertGreaterEqual(len(codes), 3, path)
            for code in codes:
                self.assertTrue(code.startswith(known), f"{code} of {path}")

    # ---- dashboard and queries ----

    def test_the_dashboard_is_json_and_shows_what_is_counted(self):
        text = self.resources["ServiceDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
        board = json.loads(re.sub(r"\$\{[\w:]+\}", "x", text))
        named = set()
        for widget in board["widgets"]:
            before: list = []
            for row in widget["properties"].get("metrics", []):
                row = [part for part in row if not isinstance(part, dict)] or [None]
                if row == ["..."]:
                    row = before
                row = [before[place] if part == "." else part for place, part in enumerate(row)]
                before = row
                if row[0] == "AWS/ApiGateway":
                    self.assertIn(row[1], OF_THE_GATEWAY)
                    self.assertEqual(row[2:], ["ApiId", "x"])
                elif row[0]:
                    self.assertEqual(row[0], "AgoraToken/x")
                    named.add(row[1])
        self.assertTrue(named and named <= counted(), named)
        searches = re.findall(r"SEARCH\('\{\\\"(.*?)\\\"\}", text)
        self.assertEqual(searches, [NAMESPACE] * 2)
        left = ResolvedTemplate(self.source, {"Dashboard": "disabled"}).resources(self.source)
        self.assertNotIn("ServiceDashboard", left)

    def test_saved_queries_ask_for_members_that_the_lines_have(self):
        sources = "\n".join((ROOT / "shared/src/http" / name).read_text() for name in ("audit.rs", "log.rs"))
        sources += "".join(path.read_text() for path in (ROOT / "shared/src").rglob("*.rs") if path.name in
                           ("principal.rs", "describe.rs", "rtc.rs"))
        known = set(re.findall(r'"(\w+)"', sources)) | {"message", "code", "requests", "memory", "p50", "p99"}
        known |= {"coldStarts", "slowestStart"}
        words = {"filter", "fields", "stats", "count", "as", "by", "sort", "desc", "in", "and", "pct", "max"}
        queries = [r["Properties"] for r in self.resources.values() if r["Type"] == "AWS::Logs::QueryDefinition"]
        self.assertEqual(len(queries), 4)
        for query in queries:
            self.assertEqual(query["LogGroupNames"], [{"Ref": "FunctionLog"}])
            name = query["Name"]["Fn::Sub"].partition("/")[2]
            self.assertTrue(f"`{name}`" in self.runbook, f"the runbook does not use {name}")
            bare = re.sub(r"'[^']*'|\"[^\"]*\"|@\w+|\.\d\b", "", query["QueryString"])
            for name in set(re.findall(r"[A-Za-z]\w*", bare)) - words:
                self.assertIn(name, known, query["QueryString"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
