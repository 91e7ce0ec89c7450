"""What a playbook verifies by says what it should."""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import rulebook
from tree import ROOT, ContractTest, Finding, files

# Those that ship, by their file.
SHIPPED = {path: rulebook.load(path)["playbooks"] for path in files(".yml", folders=["deploy/config/playbooks"])}


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


class AHighIssue(ContractTest):
    DECISION = ROOT / "docs/decisions/0014-high-issues-without-the-safe-profile.md"

    def test_takes_less_risk_unless_the_decision_says_why_not(self) -> None:
        rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", self.DECISION.read_text(encoding="utf-8"), re.MULTILINE)
        without = {name for row in rows for name in re.findall(r"\w+", row)}
        high = {rule.name: rule for rule in rulebook.alerts() if "high" in rule.labels().get("issue", "")}
        safe = {name for name, rule in high.items() if rule.labels().get("heal") == "safe_profile"}
        self.settle(
            Finding(high[name].file, high[name].line, f"{name}: issue high, neither safe_profile nor an exception", f"Add heal: safe_profile, or the reason to {self.DECISION.name}.")
            for name in sorted(high.keys() - safe - without)
        )
        self.assertEqual(without - (high.keys() - safe), set(), f"{self.DECISION} lists alerts that are no exceptions")


class WhatIsRestored(ContractTest):
    """`restore_files` restores what the exporter checks, and the healer's unit may write there."""

    def manifests(self) -> list[str]:
        (restore,) = [each for playbooks in SHIPPED.values() for each in playbooks if each["name"] == "restore_files"]
        return [path for rung in restore["rungs"] for path in rung["parameters"]["manifests"]]

    def test_is_what_the_exporter_checks(self) -> None:
        sources = rulebook.plain(rulebook.load(ROOT / "deploy/config/exporter.yml")["collectors"]["integrity"]["sources"])
        checked = [source["manifest"] for source in sources.values() if "manifest" in source]
        self.assertEqual(sorted(self.manifests()), sorted(checked))

    def test_can_be_written_by_the_unit(self) -> None:
        unit = (ROOT / "deploy/systemd/salus-healer.service").read_text(encoding="utf-8")
        (line,) = re.findall(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE)
        folders = {path.lstrip("-") for path in line.split()}
        self.assertEqual([path for path in self.manifests() if str(Path(path).parent) not in folders], [])


if __name__ == "__main__":
    unittest.main()
