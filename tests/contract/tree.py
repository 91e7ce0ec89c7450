"""The repository as the contract tests see it: its files, and what is wrong with them."""

import os
import re
import unittest
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Leaves the frames of this file out of what a failure prints.
__unittest = True

ROOT = Path(__file__).resolve().parents[2]

# What belongs to the project. Build folders, caches and what a demo leaves behind do not.
FOLDERS = ("base", "logs", "exporter", "healer", "rules", "grafana", "deploy", "tests", "docs", ".ci")
SOURCES = ("base", "logs", "exporter", "healer")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, what, and what to do about it."""

    file: Path
    line: int
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}: {self.what}\n    {self.do}"


class ContractTest(unittest.TestCase):
    """A test that collects all findings before it fails."""

    def settle(self, findings: Iterable[Finding]) -> None:
        found = sorted(set(findings), key=lambda each: (str(each.file), each.line, each.what))
        if found:
            self.fail(f"{len(found)} finding(s)\n" + "\n".join(str(each) for each in found))


def files(*suffixes: str, folders: Iterable[str] = FOLDERS) -> Iterator[Path]:
    """Every file below the folders whose name ends with one of the suffixes; all when none is given."""
    for folder in folders:
        for where, folder_names, names in os.walk(ROOT / folder):
            folder_names[:] = sorted(name for name in folder_names if name != "__pycache__")
            for name in sorted(names):
                if not suffixes or name.endswith(suffixes):
                    yield Path(where) / name


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


_COMMENT_OR_STRING = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])*'""", re.DOTALL
)


def code(path: Path, strings: bool = True) -> list[str]:
    """The lines of a C++ file without comments, and without what stands in strings unless `strings`."""

    def blank(match: re.Match[str]) -> str:
        text = match.group(0)
        is_comment = text.startswith(("//", "/*"))
        return text if strings and not is_comment else "\n" * text.count("\n") if is_comment else '""'

    return _COMMENT_OR_STRING.sub(blank, path.read_text(encoding="utf-8", errors="replace")).splitlines()
