"""Every alert is tested firing and quiet, and every promtool test runs its groups in a stated order."""

import re
import unittest
from collections import defaultdict
from collections.abc import Iterator

import rulebook
from tree import ContractTest, Finding


class EveryAlert(ContractTest):
    def test_has_a_firing_and_a_quiet_case(self) -> None:
        firing: dict[str, int] = defaultdict(int)
        quiet: dict[str, int] = defaultdict(int)
        for _, alert, case in rulebook.cases():
            (firing if case.get("exp_alerts") else quiet)[alert] += 1

        def findings() -> Iterator[Finding]:
            for rule in rulebook.alerts():
                # The Watchdog is never quiet: that is its use.
                for kind, count in (("firing", firing), ("quiet", quiet)):
                    if not count[rule.name] and (rule.name, kind) != ("Watchdog", "quiet"):
                        test = rule.file.name.replace(".rules.yml", ".test.yml")
                        yield Finding(rule.file, rule.line, f"{rule.name}: no {kind} case", f"Add one to rules/{test}.")

        self.settle(findings())

    def test_that_waits_is_tested_as_quiet_before_it_fires(self) -> None:
        """`for` is tested from below: a quiet case one evaluation (at least 30 s) before a firing one, in the same test."""
        bounded: set[str] = set()
        for path in rulebook.test_files():
            document = rulebook.load(path)
            step = max(30.0, seconds(document.get("evaluation_interval", "1m")))
            for test in document["tests"]:
                of: dict[str, list[tuple[float, bool]]] = defaultdict(list)
                for case in test.get("alert_rule_test") or []:
                    of[case["alertname"]].append((seconds(case["eval_time"]), bool(case.get("exp_alerts"))))
                for alert, timeline in of.items():
                    for (before, fired_before), (after, fired_after) in zip(timeline, timeline[1:]):
                        if not fired_before and fired_after and after - before <= step:
                            bounded.add(alert)

        self.settle(
            Finding(rule.file, rule.line, f"{rule.name}: its `for` is not tested", "Add a quiet case one evaluation before it fires.")
            for rule in rulebook.alerts()
            if "for" in rule.fields and rule.name not in bounded
        )


class EveryCase(ContractTest):
    def test_names_an_alert_that_exists(self) -> None:
        names = {rule.name for rule in rulebook.alerts()}
        self.settle(
            Finding(path, case["__line__"], f"there is no alert {alert}", "Correct the name: a quiet case of no alert proves nothing.")
            for path, alert, case in rulebook.cases()
            if alert not in names
        )


class EveryTestFile(ContractTest):
    def test_stands_beside_its_rules(self) -> None:
        self.settle(
            Finding(path, 1, "no rules of that name", "Name it as its rules: <concern>.test.yml or <concern>.<part>.test.yml.")
            for path in rulebook.test_files()
            if not (path.parent / f"{path.name.split('.')[0]}.rules.yml").exists()
        )

    def test_evaluates_its_groups_in_a_stated_order(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in rulebook.test_files():
                document = rulebook.load(path)
                for name in document["rule_files"]:
                    for group in rulebook.load(path.parent / name)["groups"]:
                        if group["name"] not in (document.get("group_eval_order") or []):
                            yield Finding(path, 1, f"group {group['name']} has no place", "List it in group_eval_order.")

        self.settle(findings())


def seconds(duration: object) -> float:
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    total, number = 0.0, ""
    for token in re.findall(r"\d+|[a-z]+", str(duration)):
        if token.isdigit():
            number = token
        else:
            total += float(number) * units[token]
    return total


if __name__ == "__main__":
    unittest.main()
