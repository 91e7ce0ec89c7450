"""Every metric that documentation and tests name is exported, from one place, and documented."""

import re
import unittest
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import rulebook
from tree import ROOT, SOURCES, ContractTest, Finding, code, files, lines, relative

LITERAL = re.compile(r'"(salus_[a-z0-9_]+)"')
REFERENCE = ROOT / "docs/metrics.md"


@cache
def exported() -> dict[str, list[tuple[Path, int]]]:
    """Metric → where its name is written in the sources."""
    places: dict[str, list[tuple[Path, int]]] = defaultdict(list)
    for path in files(".cpp", ".h", folders=SOURCES):
        for number, line in enumerate(code(path), 1):
            for name in LITERAL.findall(line):
                places[name].append((path, number))
    return dict(places)


def known(name: str) -> bool:
    return name in exported() or re.sub(r"_(bucket|sum|count)$", "", name) in exported()


def texts() -> list[Path]:
    """What names metrics and is not read by `salusctl check`, which checks rules, playbooks and dashboards."""
    return [*files(".test.yml", folders=["rules"]), *files(".md", folders=["docs"]), *ROOT.glob("*.md")]


def mentions(pattern: re.Pattern[str]) -> Iterator[tuple[Path, int, str]]:
    for path in texts():
        for number, line in enumerate(lines(path), 1):
            for name in pattern.findall(line):
                yield path, number, name


SELECTOR = re.compile(r"(?<![\w:])(salus_[a-z0-9_]+)\{([^{}]*)\}")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
ROW = re.compile(r"^\| `(salus_[a-z0-9_]+)` \| (\w+) \| ([^|]*)\|")
SCRAPED = {"job", "instance"}


@cache
def documented_labels() -> dict[str, set[str]]:
    """Metric → its labels, as the reference's tables say. The programs' own tests hold them against the code."""
    table: dict[str, set[str]] = {}
    for line in lines(REFERENCE):
        if match := ROW.match(line):
            name, kind, labels = match.groups()
            table[name] = set(re.findall(r"\w+", labels)) | SCRAPED | ({"le"} if kind == "histogram" else set())
    return table


class EverySelector(ContractTest):
    def test_asks_for_labels_that_the_metric_has(self) -> None:
        def selectors() -> Iterator[tuple[Path, int, str, str]]:
            for path in texts():
                for number, line in enumerate(lines(path), 1):
                    for name, inside in SELECTOR.findall(line):
                        yield path, number, name, inside

        def findings() -> Iterator[Finding]:
            for path, number, name, inside in selectors():
                base = name if name in documented_labels() else re.sub(r"_(bucket|sum|count)$", "", name)
                has = documented_labels().get(base)
                for label in LABEL.findall(inside) if has else []:
                    if label not in has:
                        yield Finding(path, number, f"{name} has no label {label}", f"It has {sorted(has - SCRAPED)}.")

        self.settle(findings())


class EveryMetric(ContractTest):
    def test_that_is_named_is_exported(self) -> None:
        self.settle(
            Finding(path, number, f"no program exports {name}", "Correct the name, or export it.")
            for path, number, name in mentions(rulebook.METRIC)
            if not known(name)
        )

    def test_that_is_named_is_recorded(self) -> None:
        recorded = {rule.name for rule in rulebook.rules() if not rule.is_alert}
        self.settle(
            Finding(path, number, f"no rule records {name}", "Correct the name, or record it in rules/.")
            for path, number, name in mentions(rulebook.RECORDED)
            if name not in recorded
        )

    def test_is_written_in_exactly_one_source_file(self) -> None:
        def findings() -> Iterator[Finding]:
            for name, places in exported().items():
                paths = sorted({path for path, _ in places})
                path, number = places[0]
                if path.suffix != ".cpp":
                    yield Finding(path, number, f"{name} is written in a header", "Write it in the one .cpp that exports it.")
                if len(paths) > 1:
                    others = ", ".join(relative(other) for other in paths[1:])
                    yield Finding(path, number, f"{name} is also written in {others}", "Let one of them name it and the others ask that one.")

        self.settle(findings())

    def test_is_documented(self) -> None:
        self.assertTrue(REFERENCE.exists(), f"{relative(REFERENCE)} is missing: it lists every exported metric")
        documented = set(rulebook.METRIC.findall(REFERENCE.read_text(encoding="utf-8")))
        self.settle(
            Finding(*places[0], f"{name} is not documented", f"Add it to {relative(REFERENCE)}.")
            for name, places in exported().items()
            if name not in documented
        )

    def test_is_unknown_to_base(self) -> None:
        self.settle(
            Finding(path, number, f"base/ names the metric {name}", "Move the name to the program that exports it.")
            for name, places in exported().items()
            for path, number in places
            if relative(path).startswith("base/")
        )


if __name__ == "__main__":
    unittest.main()
