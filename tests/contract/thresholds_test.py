"""A threshold stands in one place: changed there, the alert, the recorded health and the line on the dashboard follow.
docs/thresholds.md lists them as they are."""

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rulebook
import yaml
from tree import ROOT

RULES = ROOT / "rules"
GROUPS = ["subsystems.recording", "subsystems.alerts", "health.recording"]
INFO = 'salus_subsystem_info{subsystem="event_executor", trading="critical", cadence="critical", container="quantum_event_executor"}'
AGE = {INFO: "1x200", 'salus_subsystem_last_update_timestamp_seconds{subsystem="event_executor"}': "0x200"}
CALLS = {
    INFO: "1x200",
    'salus_subsystem_calls_total{subsystem="event_executor"}': "0+100x200",
    'salus_subsystem_call_errors_total{subsystem="event_executor"}': "0+16x200",
}


@dataclass(frozen=True)
class Threshold:
    """One number: the rule that records it and the line of it that holds the number, what to make of it, and a moment of
    a story in which the one and the other lead to different ends."""

    record: str
    line: str
    becomes: str
    limit: float
    story: dict[str, str]
    at: str
    alert: str
    health: float
    alert_before: str
    health_before: float
    dashboard: str


THRESHOLDS = [
    Threshold("subsystem:salus_age_critical_seconds:limit", '300 * group by (subsystem) (salus_subsystem_info{subsystem=~"event_executor|logging"})', "120", 120, AGE, "4m", "SubsystemStale", 2, "SubsystemLagging", 1, "subsystem"),
    Threshold("subsystem:salus_age_degraded_seconds:limit", '60 * group by (subsystem) (salus_subsystem_info{subsystem=~"event_executor|logging"})', "240", 240, AGE, "4m", "", 0, "SubsystemLagging", 1, "subsystem"),
    Threshold("salus:call_errors_critical:limit", "vector(0.20)", "vector(0.155)", 0.155, {**CALLS, 'salus_subsystem_last_update_timestamp_seconds{subsystem="event_executor"}': "0+15x200"}, "20m", "SubsystemErrorsCritical", 2, "SubsystemErrorsHigh", 1, "subsystem"),
]  # fmt: skip


def edited(text: str, threshold: Threshold) -> str:
    """The rules with that one number changed, where it is recorded."""
    start = text.index(f"record: {threshold.record}")
    end = text.find("- record:", start + 1)
    block = text[start : end if end > 0 else len(text)]
    number = threshold.line if threshold.line.startswith("vector") else threshold.line.split(" ", 1)[0]
    changed = block.replace(threshold.line, threshold.line.replace(number, threshold.becomes, 1))
    if block.count(threshold.line) != 1:
        raise AssertionError(f"{threshold.record}: {threshold.line!r} stands there {block.count(threshold.line)} times")
    return text.replace(block, changed)


def outcome(threshold: Threshold, alert: str, health: float, limit: float | None) -> dict[str, Any]:
    """A promtool test that expects that alert of the two, or none, that health, and that limit."""
    queries: list[dict[str, Any]] = [
        {"expr": 'subsystem:salus_health_status:max{subsystem="event_executor"}', "eval_time": threshold.at, "exp_samples": [{"labels": 'subsystem:salus_health_status:max{subsystem="event_executor", trading="critical"}', "value": health}]},
        *(
            {"expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}})', "eval_time": threshold.at, "exp_samples": [{"labels": "{}", "value": 1}] if name == alert else []}
            for name in {threshold.alert, threshold.alert_before} - {""}
        ),
    ]
    if limit is not None:
        queries.append({"expr": f"max({threshold.record})", "eval_time": threshold.at, "exp_samples": [{"labels": "{}", "value": limit}]})
    series = [{"series": name, "values": values} for name, values in threshold.story.items()]
    return {
        "rule_files": ["subsystems.rules.yml", "health.rules.yml"],
        "evaluation_interval": "15s",
        "group_eval_order": GROUPS,
        "tests": [{"interval": "15s", "input_series": series, "promql_expr_test": queries}],
    }


class AThreshold(unittest.TestCase):
    def promtool(self, test: dict[str, Any], changed: str | None) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("subsystems.rules.yml", "health.rules.yml"):
                shutil.copy(RULES / name, folder)
            if changed is not None:
                (Path(folder) / "subsystems.rules.yml").write_text(changed, encoding="utf-8")
            path = Path(folder) / "threshold.test.yml"
            path.write_text(yaml.safe_dump(test), encoding="utf-8")
            ran = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_changed_in_its_one_place_changes_alert_and_health(self) -> None:
        text = (RULES / "subsystems.rules.yml").read_text(encoding="utf-8")
        for threshold in THRESHOLDS:
            with self.subTest(threshold.record, line=threshold.line):
                self.promtool(outcome(threshold, threshold.alert_before, threshold.health_before, None), None)
                self.promtool(outcome(threshold, threshold.alert, threshold.health, threshold.limit), edited(text, threshold))

    def test_is_the_line_that_the_dashboard_draws(self) -> None:
        for threshold in THRESHOLDS:
            board = json.loads((ROOT / f"grafana/dashboards/{threshold.dashboard}.json").read_text(encoding="utf-8"))
            asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
            self.assertTrue(any(re.search(rf"(?<![\w:]){re.escape(threshold.record)}", each) for each in asked), threshold.record)


class ThePage(unittest.TestCase):
    """docs/thresholds.md: the last two cells of a row name a rule or a key, and what it contains."""

    PAGE = ROOT / "docs/thresholds.md"
    ROW = re.compile(r"\| `([\w/.]+\.yml)` `([\w:.]+)` \| `(.+)` \|$", re.MULTILINE)

    def contents(self, file: str, name: str) -> list[str]:
        """The definitions of that name, each as a text."""
        if file.endswith(".rules.yml"):
            return [
                " ".join(f"{rule.expr} {rule.fields.get('for', '')}".split())
                for rule in rulebook.rules()
                if rule.file.name == file and rule.name == name
            ]
        if file.startswith("playbooks/"):
            playbooks = yaml.safe_load((ROOT / "deploy/config" / file).read_text(encoding="utf-8"))["playbooks"]
            return [yaml.safe_dump(each, sort_keys=False) for each in playbooks if each["name"] == name]
        folder = "prometheus" if file == "prometheus.yml" else "config"
        value = yaml.safe_load((ROOT / "deploy" / folder / file).read_text(encoding="utf-8"))
        for key in name.split("."):
            value = value[key]
        return [str(value)]

    def test_says_what_rules_and_configuration_say(self) -> None:
        rows = self.ROW.findall(self.PAGE.read_text(encoding="utf-8"))
        self.assertGreater(len(rows), 40)
        for file, name, written in rows:
            with self.subTest(file=file, name=name, written=written):
                found = self.contents(file, name)
                self.assertTrue(found, "there is no such rule or playbook")
                self.assertTrue(any(written.replace("\\|", "|") in each for each in found), found)

    def test_lists_every_recorded_limit(self) -> None:
        listed = {name for _, name, _ in self.ROW.findall(self.PAGE.read_text(encoding="utf-8"))}
        self.assertEqual({rule.name for rule in rulebook.rules() if rule.name.endswith(":limit")} - listed, set())


if __name__ == "__main__":
    unittest.main()
