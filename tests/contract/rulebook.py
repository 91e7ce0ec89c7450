"""The rules as data that remembers its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tree import ROOT

# An exported metric, and one that a rule records: only the second has colons.
METRIC = re.compile(r"(?<![\w:./-])salus_[a-z0-9_]+(?![\w:*./]|-)")
RECORDED = re.compile(r"(?<![\w:])[a-z_]+:salus_[a-z0-9_]+:[a-z0-9_]+|(?<![\w:])salus(?::[a-z0-9_]+){2}")


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    made = loader.construct_mapping(node, deep=True)
    made["__line__"] = node.start_mark.line + 1
    made["__lines__"] = {key.value: key.start_mark.line + 1 for key, _ in node.value}
    return made


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(path: Path) -> Any:
    """YAML whose maps carry their line as `__line__` and those of their keys as `__lines__`."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, _Loader)


def plain(mapping: dict[str, Any]) -> dict[str, Any]:
    """The map without what `load` added."""
    return {key: value for key, value in mapping.items() if not key.startswith("__")}


@dataclass(frozen=True)
class Rule:
    file: Path
    group: str
    line: int
    fields: dict[str, Any] = field(hash=False, compare=False)

    @property
    def name(self) -> str:
        return str(self.fields.get("alert") or self.fields.get("record"))

    @property
    def is_alert(self) -> bool:
        return "alert" in self.fields

    @property
    def expr(self) -> str:
        return str(self.fields["expr"])

    def labels(self) -> dict[str, str]:
        return {key: str(value) for key, value in plain(self.fields.get("labels") or {}).items()}

    def annotations(self) -> dict[str, str]:
        return {key: str(value) for key, value in plain(self.fields.get("annotations") or {}).items()}


def rule_files() -> list[Path]:
    return sorted((ROOT / "rules").glob("*.rules.yml"))


def test_files() -> list[Path]:
    return sorted((ROOT / "rules").glob("*.test.yml"))


@cache
def rules() -> list[Rule]:
    return [
        Rule(path, group["name"], rule["__line__"], rule)
        for path in rule_files()
        for group in load(path)["groups"]
        for rule in group["rules"]
    ]


def alerts() -> list[Rule]:
    return [rule for rule in rules() if rule.is_alert]


def cases() -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Every alert case of the promtool tests: file, alert, case."""
    for path in test_files():
        for test in load(path)["tests"]:
            for case in test.get("alert_rule_test") or []:
                yield path, case["alertname"], case
