"""salusctl check over the shipped tree, and over a copy of it with mistakes planted."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tree import ROOT

SALUSCTL = Path()

PARTS = ("rules", "deploy", "grafana/dashboards", "docs/runbooks")


@dataclass(frozen=True)
class Mistake:
    """One edit that a user may make by accident, and the finding that must come of it."""

    file: str
    before: str
    after: str
    kind: str
    severity: str = "error"


MISTAKES = [
    Mistake("rules/containers.rules.yml", "salus_container_running == 0", "salus_container_runing == 0", "metric-unknown"),
    Mistake("rules/containers.rules.yml", 'salus_container_state{state="restarting"}', 'salus_container_state{status="restarting"}', "label-unknown"),
    Mistake("rules/containers.rules.yml", "heal: restart_container", "heal: restart_containers", "playbook-unknown"),
    Mistake("rules/subsystems.rules.yml", 'subsystem="data_feed", item', 'subsystem="data_fed", item', "value-unknown", "warning"),
    Mistake("rules/subsystems.rules.yml", "expr: vector(0.15)", "expr: vector(0.25)", "threshold-order"),
    Mistake("rules/host.rules.yml", "expr: vector(0.90)", "expr: vector(0.80)", "threshold-order"),
    Mistake("rules/host.rules.yml", "runbooks/HostDiskFull.md", "runbooks/HostDisk.md", "runbook-missing"),
    Mistake("rules/logs.rules.yml", "- alert: LogLinesLost", "- alert: LogLinesMissing", "runbook-orphan", "warning"),
    Mistake("rules/containers.rules.yml", "        labels:\n", "        keep_firing_for: 5m\n        labels:\n", "heal-keeps-firing"),
    Mistake("rules/logs.rules.yml", "on () group_left () salus:log_errors:limit", "on () group_left () salus:log_error:limit", "record-unknown"),
    Mistake("rules/logs.rules.yml", "          severity: warning\n", "", "label-missing"),
    Mistake("rules/policy.rules.yml", "policy: defensive_exit", "policy: defensiv_exit", "label-value"),
    Mistake("rules/pipeline.rules.yml", 'up{job="alertmanager"}', 'up{job="alertmanger"}', "job-unknown"),
    Mistake("rules/logs.rules.yml", "expr: min by (source) (salus_log_source_up) == 0", "expr: min by (source) (salus_log_source_up == 0", "promtool"),
    Mistake("deploy/config/playbooks/containers.yml", "      - ContainerUnhealthy\n", "      - ContainerUnhealty\n", "alert-unknown"),
    Mistake("deploy/config/playbooks/containers.yml", "      - SubsystemStale\n", "", "alert-not-accepted"),
    Mistake("deploy/config/playbooks/containers.yml", "      - ProbeFailing\n", "      - ProbeFailing\n      - HostDiskFull\n", "heal-missing"),
    Mistake("deploy/config/playbooks/containers.yml", "cooldown: 1m", "cooldwn: 1m", "file"),
    Mistake("deploy/alertmanager/alertmanager.yml", "127.0.0.1:9870", "127.0.0.1:9780", "webhook-address"),
    Mistake("deploy/alertmanager/alertmanager.yml", "/api/v1/alerts", "/api/v1/alert", "receiver-missing"),
    Mistake("deploy/alertmanager/alertmanager.yml", "send_resolved: true", "send_resolved: false", "webhook-resolved"),
    Mistake("deploy/alertmanager/alertmanager.yml", "credentials_file: ", "credentials: ", "webhook-token", "warning"),
    Mistake("deploy/alertmanager/alertmanager.yml", "    - matchers: ['heal != \"\"']\n", "    - matchers: ['heals != \"\"']\n", "route-healer", "warning"),
    Mistake("deploy/config/healer.yml", "alertmanager_receivers: [healer]", "alertmanager_receivers: [other]", "receiver-name", "warning"),
    Mistake("deploy/alertmanager/alertmanager.yml", "'status =~ \"degraded|unknown\"', 'heal = \"\"', 'policy = \"\"'", "'severity =~ \"warning|info\"'", "inhibits-healer"),
    Mistake("deploy/prometheus/prometheus.yml", "  - ../../rules/*.rules.yml\n", "  - ../rules/*.rules.yml\n", "rules-loaded"),
    Mistake("grafana/dashboards/overview.json", "max(salus_safety_policy_level)", "max(salus_safety_policy)by(levle)", "label-unknown"),
    Mistake("grafana/dashboards/overview.json", "max(salus_healer_paused)", "max(salus_healer_pausd)", "metric-unknown"),
    Mistake("grafana/dashboards/logs.json", "salus:log_errors:limit", "salus:log_error:limit", "record-unknown"),
    Mistake("grafana/dashboards/logs.json", "${datasource}", "prometheus", "dashboard-datasource"),
    Mistake("grafana/dashboards/logs.json", '"uid": "logs"', '"uid": "log"', "dashboard-uid"),
]  # fmt: skip


def check(folder: Path) -> tuple[int, dict[str, Any]]:
    ran = subprocess.run([SALUSCTL, "check", "--json"], cwd=folder, capture_output=True, text=True)
    if ran.stderr:
        raise AssertionError(ran.stderr)
    return ran.returncode, json.loads(ran.stdout)


class TheShippedTree(unittest.TestCase):
    def test_has_no_finding(self) -> None:
        code, report = check(ROOT)
        self.assertEqual(report["findings"], [])
        self.assertEqual(code, 0)
        self.assertEqual(report["skipped"], [])


class PlantedMistakes(unittest.TestCase):
    def plant(self, mistakes: list[Mistake]) -> tuple[int, dict[str, Any]]:
        with tempfile.TemporaryDirectory() as folder:
            for part in PARTS:
                shutil.copytree(ROOT / part, Path(folder) / part)
            for mistake in mistakes:
                path = Path(folder) / mistake.file
                text = path.read_text(encoding="utf-8")
                self.assertTrue(mistake.before in text, mistake)
                path.write_text(text.replace(mistake.before, mistake.after, 1), encoding="utf-8")
            return check(Path(folder))

    def test_are_each_found(self) -> None:
        for mistake in MISTAKES:
            with self.subTest(mistake.kind, after=mistake.after):
                code, report = self.plant([mistake])
                kinds = {(each["kind"], each["severity"]) for each in report["findings"]}
                self.assertIn((mistake.kind, mistake.severity), kinds)
                self.assertEqual(code, 1 if report["errors"] else 0)

    def test_are_all_found_at_once(self) -> None:
        # Without the healer's receiver there is nothing to find in its settings.
        mistakes = [each for each in MISTAKES if each.kind != "receiver-missing"]
        code, report = self.plant(mistakes)
        self.assertEqual(code, 1)
        self.assertEqual({each.kind for each in mistakes} - {each["kind"] for each in report["findings"]}, set())
        for each in report["findings"]:
            self.assertTrue(each["what"] and each["why"] and each["fix"] and each["line"] >= 1, each)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--salusctl", type=Path, required=True)
    options, rest = parser.parse_known_args()
    SALUSCTL = options.salusctl.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
