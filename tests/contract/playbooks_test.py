"""Rules and playbooks name each other: neither alone can start an action."""

import unittest
from collections.abc import Iterator

import rulebook
from tree import ROOT, ContractTest, Finding

HEALER = ROOT / "deploy/config/healer.yml"


class RulesAndPlaybooks(ContractTest):
    def setUp(self) -> None:
        self.playbooks = {playbook["name"]: playbook for playbook in rulebook.load(HEALER)["playbooks"]}
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
                        yield Finding(rule.file, line, f"{rule.name}: no playbook {name}", "Add it to deploy/config/healer.yml, or correct the name.")
                    elif rule.name not in self.playbooks[name]["accepts"]:
                        yield Finding(rule.file, line, f"{rule.name}: {name} does not accept it", f"Add {rule.name} to its accepts in deploy/config/healer.yml.")

        self.settle(findings())

    def test_every_accepted_alert_asks_for_that_playbook(self) -> None:
        def findings() -> Iterator[Finding]:
            for name, playbook in self.playbooks.items():
                line = playbook["__lines__"]["accepts"]
                for alert in playbook["accepts"]:
                    if name not in self.asking.get(alert, set()):
                        yield Finding(HEALER, line, f"{name} accepts {alert}, which never asks for it", f"Give the rule heal: {name}, or take the alert out.")

        self.settle(findings())

    def test_an_alert_that_heals_ends_when_its_cause_does(self) -> None:
        self.settle(
            Finding(rule.file, rule.fields["__lines__"]["keep_firing_for"], f"{rule.name}: keep_firing_for beside heal", "Remove it: verification waits for the alert to end.")
            for rule in rulebook.alerts()
            if "heal" in rule.labels() and "keep_firing_for" in rule.fields
        )


if __name__ == "__main__":
    unittest.main()
