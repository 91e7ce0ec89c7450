"""The repository as the contract tests see it: its files, and what is wrong with them."""

import itertools
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
FOLDERS = ("base", "inventory", "log_analysis", "exporter", "healer", "salusctl", "rules", "grafana", "deploy", "tests", "docs", ".ci")
SOURCES = ("base", "inventory", "log_analysis", "exporter", "healer", "salusctl")


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


def first_difference(file: Path, expected: str, actual: str) -> list[Finding]:
    """The first line of a generated file that is not as expected, or nothing. `./dev golden` writes these files."""
    if expected == actual:
        return []
    pairs = itertools.zip_longest(expected.splitlines(keepends=True), actual.splitlines(keepends=True), fillvalue="(end of text)")
    line, (should, does) = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return [Finding(file, line, f"first difference\n    expected: {should.rstrip()}\n    actual:   {does.rstrip()}", "Run ./dev golden.")]


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


@dataclass(frozen=True)
class Literal:
    """A string literal of a C++ file, joined with the literals directly after it, as the compiler joins them."""

    text: str  # decoded: \n is a line break
    lines: tuple[int, ...]  # of each character of the text

    @property
    def is_name(self) -> bool:
        """Nothing that is read as a sentence: a key, a label, a path, a format such as "{}:{}"."""
        return not re.search(r"\s", self.text)


_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[^\n]*", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]+|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "?": "?"}


def literals(path: Path) -> list[Literal]:
    """Every string literal of a C++ file that is neither in a comment nor the name of an included file."""
    text = _INCLUDE.sub("", path.read_text(encoding="utf-8", errors="replace"))
    found: list[Literal] = []
    end = -1  # of the last literal, and of the blanks and comments after it
    for match in _COMMENT_OR_STRING.finditer(text):
        token = match.group(0)
        joins = end >= 0 and not text[end : match.start()].strip()
        if token.startswith(("//", "/*")):
            end = match.end() if joins else -1
            continue
        if token.startswith("'"):
            end = -1
            continue
        line = text.count("\n", 0, match.start()) + 1
        literal = _raw(token, line) if token.startswith("R") else _decoded(token, line)
        if joins:
            literal = Literal(found[-1].text + literal.text, found[-1].lines + literal.lines)
            found[-1] = literal
        else:
            found.append(literal)
        end = match.end()
    return found


def _raw(token: str, line: int) -> Literal:
    begin = token.index("(") + 1
    text = token[begin : len(token) - begin + 1]  # )mark" is shorter than R"mark( by the R
    return Literal(text, tuple(line + text.count("\n", 0, i) for i in range(len(text))))


def _decoded(token: str, line: int) -> Literal:
    text = _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(0)[1:], "_"), token[1:-1])
    return Literal(text, (line,) * len(text))
