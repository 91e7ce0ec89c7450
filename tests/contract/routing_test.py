"""Alertmanager brings every alert to whom it concerns: the healer, and people by severity."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

import rulebook
from tree import ROOT, ContractTest

CONFIG = ROOT / "deploy/alertmanager/alertmanager.yml"

# What arrives → who hears of it.
TABLE: list[tuple[dict[str, str], list[str]]] = [
    ({"alertname": "Watchdog", "severity": "info", "policy": "allow_all"}, ["healer"]),
    ({"alertname": "LogRotationDue", "severity": "info", "task": "log_rotation", "heal": "rotate_logs"}, ["healer"]),
    ({"alertname": "MineDue", "severity": "info", "task": "mine", "heal": "mine"}, ["healer"]),
    # One that its owner calls graver, and one that is no work of the healer's, are for people, too.
    ({"alertname": "MineDue", "severity": "warning", "task": "mine", "heal": "mine"}, ["healer", "people-warning"]),
    ({"alertname": "TaskFailing", "severity": "warning", "task": "log_rotation"}, ["people-warning"]),
    ({"alertname": "ContainerDown", "severity": "critical", "heal": "restart_container"}, ["healer", "people-critical"]),
    ({"alertname": "ContainerDown", "severity": "warning", "heal": "restart_container"}, ["healer", "people-warning"]),
    ({"alertname": "PolicyEmergencyShutdown", "severity": "critical", "policy": "emergency_shutdown"}, ["healer", "people-critical"]),
    ({"alertname": "PolicyNoNewTrades", "severity": "info", "policy": "no_new_trades"}, ["healer", "people-info"]),
    ({"alertname": "Mine", "severity": "warning", "heal": "mine", "policy": "no_new_trades"}, ["healer", "people-warning"]),
    ({"alertname": "HealingExhausted", "severity": "critical", "status": "failed"}, ["people-critical"]),
    ({"alertname": "SubsystemLagging", "severity": "warning", "status": "degraded"}, ["people-warning"]),
    ({"alertname": "Mine", "severity": "info"}, ["people-info"]),
    ({"alertname": "WithoutSeverity"}, ["people-warning"]),
]


def amtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["amtool", *arguments], capture_output=True, text=True)


class Routes(ContractTest):
    def test_bring_each_alert_to_its_receivers(self) -> None:
        for labels, receivers in TABLE:
            with self.subTest(**labels):
                pairs = [f"{name}={value}" for name, value in labels.items()]
                ran = amtool("config", "routes", "test", f"--config.file={CONFIG}", *pairs)
                self.assertEqual(ran.returncode, 0, ran.stderr)
                self.assertEqual(ran.stdout.split()[-1].split(","), receivers)

    def test_bring_alerts_to_the_healer_at_once_and_alone(self) -> None:
        routes = [route for route in yaml.safe_load(CONFIG.read_text())["route"]["routes"] if route["receiver"] == "healer"]
        self.assertEqual(len(routes), 3)
        for route in routes:
            self.assertEqual(route["group_by"], ["..."])
            self.assertEqual(route["group_wait"], "0s")
            self.assertEqual(route["group_interval"], "1s")
        told_alone = [route["matchers"] for route in routes if not route.get("continue")]
        self.assertEqual(
            told_alone,
            [['severity = "info"', 'task != ""', 'heal != ""']],
            "people must hear of what the healer does, too, but for its daily work",
        )

    def test_bring_the_heartbeat_on_the_route_of_every_policy_and_often_enough(self) -> None:
        routes = yaml.safe_load(CONFIG.read_text())["route"]["routes"]
        self.assertFalse([route for route in routes if 'alertname = "Watchdog"' in route["matchers"]], "a route of its own proves nothing")
        (policy,) = [route for route in routes if 'policy != ""' in route["matchers"]]
        self.assertEqual(policy["repeat_interval"], "30s")

    def test_tell_this_installation_by_the_same_labels_in_rule_and_healer(self) -> None:
        (watchdog,) = [rule for rule in rulebook.alerts() if rule.name == "Watchdog"]
        healer = yaml.safe_load((ROOT / "deploy/config/healer.yml").read_text(encoding="utf-8"))
        for name, value in healer["heartbeat"]["labels"].items():
            self.assertEqual(watchdog.labels().get(name), value)


class Inhibitions(ContractTest):
    def setUp(self) -> None:
        declared = yaml.safe_load((ROOT / "deploy/config/subsystems.yml").read_text(encoding="utf-8"))["subsystems"]
        self.depends = {(each["name"], parent) for each in declared for parent in each.get("depends_on", [])}

    @staticmethod
    def subsystem(matchers: list[str]) -> str | None:
        found = re.search(r'subsystem *= *"(\w+)"', " ".join(matchers))
        return found.group(1) if found else None

    def test_follow_the_graph_of_dependencies(self) -> None:
        rules = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["inhibit_rules"]
        pairs = {(self.subsystem(rule["target_matchers"]), self.subsystem(rule["source_matchers"])) for rule in rules}
        self.assertEqual(pairs - {(None, None)}, self.depends)


class Stubs(ContractTest):
    def test_for_people_are_valid_once_uncommented(self) -> None:
        text = CONFIG.read_text(encoding="utf-8")
        before, receivers = text.split("  - name: people-critical\n", 1)
        uncommented = before + "  - name: people-critical\n" + re.sub(r"(?m)^    # ", "    ", receivers)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "alertmanager.yml"
            path.write_text(uncommented, encoding="utf-8")
            ran = amtool("check-config", str(path))
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("webhook_url", uncommented)


if __name__ == "__main__":
    unittest.main()
