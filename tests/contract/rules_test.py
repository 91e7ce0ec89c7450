"""Every rule keeps the contract of docs/alert-contract.md and reads like the others."""

import re
import unittest
from collections.abc import Iterator

import rulebook
from rulebook import Rule
from tree import ROOT, ContractTest, Finding

RUNBOOK = "https://github.com/salus-project/salus/blob/main/docs/runbooks/{}.md"
ORDER = ["record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"]
CONTRACT = ROOT / "docs/alert-contract.md"


def at(rule: Rule, what: str, do: str, key: str | None = None) -> Finding:
    return Finding(rule.file, rule.fields["__lines__"].get(key, rule.line), f"{rule.name}: {what}", do)


class EveryAlert(ContractTest):
    def test_has_no_label_but_those_of_the_contract(self) -> None:
        table = set(re.findall(r"^\| `(\w+)` \|", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE))
        self.assertIn("severity", table, f"{CONTRACT} has no label table")
        self.settle(
            at(rule, f"label {label} is not in the contract", f"Use one of {sorted(table)}.", "labels")
            for rule in rulebook.alerts()
            for label in rule.labels()
            if label not in table
        )

    def test_says_what_it_means(self) -> None:
        def findings() -> Iterator[Finding]:
            for rule in rulebook.alerts():
                said = rule.annotations()
                for wanted in ("summary", "description", "runbook_url"):
                    if not said.get(wanted, "").strip():
                        yield at(rule, f"no {wanted}", "Every alert has summary, description and runbook_url.", "annotations")
                summary = said.get("summary", "")
                if "{{" in summary or not re.fullmatch(r"[A-Z].*[^.]\.", summary) or ". " in summary:
                    yield at(rule, "the summary is not one static sentence", "Move what varies to the description.", "annotations")
                if "healer" not in said.get("description", "") and "systemd" not in said.get("description", ""):
                    yield at(rule, "the description does not say what the healer will do", "Say it, also when it is nothing.", "annotations")
                if said.get("runbook_url") != RUNBOOK.format(rule.name):
                    yield at(rule, "runbook_url is not that of the alert", f"Write {RUNBOOK.format(rule.name)}", "annotations")

        self.settle(findings())

    def test_is_known_by_one_meaning(self) -> None:
        """Rules may share an alert's name only within one file, side by side."""

        def findings() -> Iterator[Finding]:
            seen: dict[str, Rule] = {}
            for rule in rulebook.alerts():
                first = seen.setdefault(rule.name, rule)
                if first.file != rule.file:
                    yield at(rule, f"also in {first.file.name}", "Give it a name of its own: the runbook is found by it.")

        self.settle(findings())


class EveryRule(ContractTest):
    def test_has_its_fields_in_the_usual_order(self) -> None:
        def findings() -> Iterator[Finding]:
            for rule in rulebook.rules():
                order = ORDER if rule.is_alert else ["record", "labels", "expr"]
                keys = list(rulebook.plain(rule.fields))
                if keys != [key for key in order if key in keys]:
                    yield at(rule, f"fields are in the order {keys}", f"Write them in the order {order}.")

        self.settle(findings())

    def test_stands_in_a_group_of_its_concern(self) -> None:
        def findings() -> Iterator[Finding]:
            for rule in rulebook.rules():
                concern = rule.file.name.removesuffix(".rules.yml")
                wanted = {concern, f"{concern}.alerts" if rule.is_alert else f"{concern}.recording"}
                if rule.group not in wanted:
                    yield at(rule, f"is in group {rule.group}", f"Move it to group {sorted(wanted)[-1]}.")

        self.settle(findings())


if __name__ == "__main__":
    unittest.main()
