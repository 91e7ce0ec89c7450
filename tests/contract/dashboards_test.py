"""Every dashboard is what its board says, whole, and asks only for what there is."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tree import ROOT, ContractTest, Finding, files, first_difference

sys.path.insert(0, str(ROOT / "grafana"))
from build import built  # noqa: E402

NAMES = ["containers", "healing", "logs", "maintenance", "overview", "subsystem", "weekly"]
BOARDS = ROOT / "grafana/boards"
MACROS = {"$__rate_interval": "1m", "$__range": "1h", "$__interval": "15s"}


@cache
def dashboards() -> dict[Path, Any]:
    return {path: json.loads(path.read_text(encoding="utf-8")) for path in files(".json", folders=["grafana/dashboards"])}


def panels() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, board in dashboards().items():
        for panel in board["panels"]:
            if panel["type"] != "row":
                yield path, panel


def plain(expression: str) -> str:
    """The expression as Prometheus would be asked it."""
    for macro, value in MACROS.items():
        expression = expression.replace(macro, value)
    return re.sub(r"\$\{?\w+\}?", ".*", expression)


def queries() -> Iterator[tuple[Path, str, str]]:
    """Every query: file, what asks it, expression."""
    for path, panel in panels():
        for target in panel["targets"]:
            yield path, panel["title"], target["expr"]
    for path, board in dashboards().items():
        for each in board["annotations"]["list"]:
            yield path, f"annotation {each['name']}", each["expr"]
        for each in board["templating"]["list"]:
            if each["type"] == "query":
                yield path, f"variable {each['name']}", re.sub(r"label_values\((.*), *\w+\)", r"\1", each["query"]["query"])


class Dashboards(ContractTest):
    def test_are_those_that_are_promised(self) -> None:
        self.assertEqual(sorted(path.stem for path in dashboards()), NAMES)

    def test_are_what_their_boards_say(self) -> None:
        wanted = built()
        present = {path: path.read_text(encoding="utf-8") for path in files(".json", folders=["grafana/dashboards"])}
        self.settle(
            finding for path in {*wanted, *present} for finding in first_difference(path, wanted.get(path, ""), present.get(path, ""))
        )

    def test_link_only_to_dashboards_and_runbooks_that_exist(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in dashboards():
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    for uid in re.findall(r'"/d/(\w+)', line):
                        if uid not in NAMES:
                            yield Finding(path, number, f"there is no dashboard {uid}", "Correct the link.")
                    for target in re.findall(r"blob/main/([\w/.-]+)", line):
                        if not (ROOT / target).exists():
                            yield Finding(path, number, f"there is no {target}", "Correct the link.")

        self.settle(findings())


class EveryPanel(ContractTest):
    def test_is_whole(self) -> None:
        def findings() -> Iterator[Finding]:
            for path, panel in panels():
                defaults = panel["fieldConfig"]["defaults"]
                said = {"title": panel["title"], "description": panel["description"], "unit": defaults.get("unit"), "words for no data": defaults.get("noValue")}
                for what, value in said.items():
                    if not value:
                        yield Finding(BOARDS / f"{path.stem}.py", 1, f"panel {panel['title']!r} has no {what}", "Say it.")

        self.settle(findings())

    def test_has_a_title_of_its_own_and_a_place_of_its_own(self) -> None:
        for path, board in dashboards().items():
            taken: set[tuple[int, int]] = set()
            for panel in board["panels"]:
                at = panel["gridPos"]
                cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
                self.assertLessEqual(at["x"] + at["w"], 24, f"{path}: {panel['title']}")
                self.assertFalse(cells & taken, f"{path}: {panel['title']} lies on another")
                taken |= cells
            ids = [panel["id"] for panel in board["panels"]]
            self.assertEqual(len(ids), len(set(ids)), path)


class EveryQuery(ContractTest):
    def test_takes_rates_over_an_interval_that_fits_the_screen(self) -> None:
        self.settle(
            Finding(BOARDS / f"{path.stem}.py", 1, f"{title}: a rate over {interval}", "Use $__rate_interval.")
            for path, title, expression in queries()
            for interval in re.findall(r"\brate\([^()]*\[([^\]]*)\]", expression)
            if interval != "$__rate_interval"
        )

    def test_is_promql(self) -> None:
        rules = [{"record": f"q{number}", "expr": plain(expression)} for number, (_, _, expression) in enumerate(queries())]
        self.assertGreater(len(rules), 80)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "queries.yml"
            path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
            ran = subprocess.run(["promtool", "check", "rules", str(path)], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
