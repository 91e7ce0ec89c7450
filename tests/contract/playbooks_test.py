"""Rules and playbooks name each other: neither alone can start an action."""

import json
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

import rulebook
from tree import ContractTest, Finding, files

# Those that ship, by their file.
SHIPPED = {path: rulebook.load(path)["playbooks"] for path in files(".yml", folders=["deploy/config/playbooks"])}


class RulesAndPlaybooks(ContractTest):
    def setUp(self) -> None:
        self.playbooks = {playbook["name"]: playbook for playbooks in SHIPPED.values() for playbook in playbooks}
        self.asking: dict[str, set[str]] = {}
        for rule in rulebook.alerts():
            if "heal" in rule.labels():
                self.asking.setdefault(rule.name, set()).update(rulebook.outcomes(rule.labels()["heal"]))

    def test_every_heal_label_names_a_playbook_that_accepts_the_alert(self) -> None:
        def findings() -> Iterator[Finding]:
            for rule in rulebook.alerts():
                for name in rulebook.outcomes(rule.labels().get("heal", "")):
                    line = rule.fields["__lines__"]["labels"]
                    if name not in self.playbooks:
                        yield Finding(rule.file, line, f"{rule.name}: no playbook {name}", "Add it to deploy/config/playbooks, or correct the name.")
                    elif rule.name not in self.playbooks[name]["accepts"]:
                        yield Finding(rule.file, line, f"{rule.name}: {name} does not accept it", f"Add {rule.name} to its accepts in deploy/config/playbooks.")

        self.settle(findings())

    def test_every_accepted_alert_asks_for_that_playbook(self) -> None:
        def findings() -> Iterator[Finding]:
            for file, playbook in ((file, each) for file, playbooks in SHIPPED.items() for each in playbooks):
                line, name = playbook["__lines__"]["accepts"], playbook["name"]
                for alert in playbook["accepts"]:
                    if name not in self.asking.get(alert, set()):
                        yield Finding(file, line, f"{name} accepts {alert}, which never asks for it", f"Give the rule heal: {name}, or take the alert out.")

        self.settle(findings())

    def test_an_alert_that_heals_ends_when_its_cause_does(self) -> None:
        self.settle(
            Finding(rule.file, rule.fields["__lines__"]["keep_firing_for"], f"{rule.name}: keep_firing_for beside heal", "Remove it: verification waits for the alert to end.")
            for rule in rulebook.alerts()
            if "heal" in rule.labels() and "keep_firing_for" in rule.fields
        )


class WhatCountsAsHealed(ContractTest):
    """`verify.healthy` of the shipped playbook, asked of Prometheus' own engine."""

    TARGET = "quantum_redis"
    RUNNING = f'salus_container_running{{container="{TARGET}"}}'

    def state(self, running: int, health: str) -> dict[str, int]:
        """The series of a container, as the exporter tells them; those of another one are always good."""
        series = {self.RUNNING: running, 'salus_container_running{container="other"}': 1}
        for each in ("none", "starting", "healthy", "unhealthy"):
            series[f'salus_container_health{{container="{self.TARGET}", health="{each}"}}'] = int(each == health)
            series[f'salus_container_health{{container="other", health="{each}"}}'] = int(each == "healthy")
        return series

    def healthy(self, series: dict[str, int]) -> bool:
        """Whether the expression has an answer; fails when it is neither none nor the one sample of the target."""
        (restart,) = [each for playbooks in SHIPPED.values() for each in playbooks if each["name"] == "restart_container"]
        expression = restart["verify"]["healthy"].replace("{{target}}", self.TARGET)
        found = []
        for samples in ([], [{"labels": self.RUNNING, "value": 1}]):
            test = {
                "evaluation_interval": "5s",
                "tests": [
                    {
                        "interval": "5s",
                        "input_series": [{"series": name, "values": str(value)} for name, value in series.items()],
                        "promql_expr_test": [{"expr": expression, "eval_time": "0s", "exp_samples": samples}],
                    }
                ],
            }
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "healthy.test.yml"
                path.write_text(json.dumps(test), encoding="utf-8")
                found.append(subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True).returncode == 0)
        self.assertEqual(found.count(True), 1, f"{expression} of {series}")
        return found[1]

    def test_a_container_that_runs_and_has_no_check_or_a_good_one(self) -> None:
        for health in ("none", "healthy"):
            self.assertTrue(self.healthy(self.state(1, health)), health)

    def test_not_one_whose_check_has_not_spoken_yet_or_fails(self) -> None:
        for health in ("starting", "unhealthy"):
            self.assertFalse(self.healthy(self.state(1, health)), health)

    def test_not_one_that_does_not_run_or_of_which_nothing_is_known(self) -> None:
        self.assertFalse(self.healthy(self.state(0, "healthy")))
        other = {name: value for name, value in self.state(1, "healthy").items() if self.TARGET not in name}
        self.assertFalse(self.healthy(other))


if __name__ == "__main__":
    unittest.main()
