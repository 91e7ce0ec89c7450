"""What docs/adding-*.md shows works: its C++ compiles, its rules pass their tests.

The line before a fenced block says what the block is:

  <!-- file: exporter/probes/memcached.cpp -->                      a whole file
  <!-- insert: exporter/probes/kinds.cpp before: {"postgres", -->   lines to add before (or after) the only line with that text
  <!-- part: healer/notify/notifier.h -->                           lines that are in that file, in this order

A page's files and insertions are laid over the repository: they see each other.
"""

import concurrent.futures
import os
import re
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from tree import ROOT, ContractTest, Finding, lines

CHECKED = ("cpp", "yaml")

COMPILER = ["g++", "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Wshadow", "-isystem", "/usr/include/hiredis", f'-DSALUS_SOURCE_DIR="{ROOT}"']

BLOCK = re.compile(r"(?P<mark><!-- .*? -->\n(?:[ \t]*\n)*)?^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE)
MARK = re.compile(r"<!-- (?P<kind>file|insert|part): (?P<path>\S+)(?: (?P<side>before|after): (?P<place>.+?))? -->")


@dataclass(frozen=True)
class Example:
    page: Path
    line: int
    language: str
    text: str
    kind: str  # file, insert or part; empty: the page does not say
    path: str
    side: str  # before or after
    place: str  # the text of a line

    def problem(self, what: str, do: str) -> Finding:
        return Finding(self.page, self.line, what, do)


def blocks(page: Path, text: str) -> Iterator[Example]:
    for block in BLOCK.finditer(text):
        mark = MARK.match(block["mark"] or "")
        said = [each or "" for each in mark.groups()] if mark else [""] * 4
        line = text.count("\n", 0, block.start("indent")) + 1
        yield Example(page, line, block["language"], re.sub(f"(?m)^{block['indent']}", "", block["text"]), *said)


@cache
def examples(page: Path) -> list[Example]:
    return list(blocks(page, page.read_text(encoding="utf-8")))


def pages() -> list[Path]:
    return sorted((ROOT / "docs").glob("adding-*.md"))


def every() -> Iterator[Example]:
    for page in pages():
        yield from examples(page)


def lay(page: Path, folder: Path) -> Iterator[Finding]:
    """Writes the page's files into the folder, and copies of those that it adds lines to."""
    for example in examples(page):
        path = folder / example.path
        if example.kind == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(example.text, encoding="utf-8")
        elif example.kind == "insert":
            source = path if path.exists() else ROOT / example.path
            before = lines(source) if source.exists() else []
            places = [number for number, line in enumerate(before, 1) if example.place in line]
            if len(places) != 1:
                yield example.problem(f"{len(places)} lines of {example.path} contain {example.place!r}", "Name one line in the comment before it.")
                continue
            at = places[0] - (example.side == "before")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([*before[:at], example.text.rstrip("\n"), *before[at:]]) + "\n", encoding="utf-8")


def output_of(*command: str | Path) -> str:
    """What a failed command printed; empty if it succeeded."""
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return (ran.stdout + ran.stderr).strip() or f"exit code {ran.returncode}" if ran.returncode else ""


def is_in(text: str, part: str) -> bool:
    """Whether the lines of `part` are lines of `text` in this order, whatever their indentation and the lines between."""
    rest = iter([line.strip() for line in text.splitlines()])
    return all(line.strip() in rest for line in part.splitlines() if line.strip())


class EveryExample(ContractTest):
    def test_says_what_it_is(self) -> None:
        self.settle(
            each.problem(f"a block of {each.language} that is not checked", "Write a comment before it: see tests/contract/examples_test.py.")
            for each in every()
            if each.language in CHECKED and not each.kind
        )

    def test_that_is_a_part_is_in_its_file(self) -> None:
        self.settle(
            each.problem(f"is not in {each.path} like this", "Copy it from there.")
            for each in every()
            if each.kind == "part" and not ((ROOT / each.path).is_file() and is_in((ROOT / each.path).read_text(encoding="utf-8"), each.text))
        )

    def test_of_cpp_compiles(self) -> None:
        findings: list[Finding] = []
        with tempfile.TemporaryDirectory() as top, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            running = {}
            for page in pages():
                folder = Path(top) / page.stem
                findings += lay(page, folder)
                # A page may add lines to a file several times; it is compiled once.
                for path in {each.path: each for each in examples(page) if each.path.endswith(".cpp") and each.kind in ("file", "insert")}.values():
                    running[pool.submit(output_of, *COMPILER, f"-I{folder}", f"-I{ROOT}", folder / path.path)] = path
            for run, example in running.items():
                if said := run.result():
                    findings.append(example.problem(f"{example.path} does not compile\n{said.replace(top + '/', '')}", "Correct the example."))
        self.settle(findings)

    def test_of_yaml_is_valid_and_of_rules_passes_its_tests(self) -> None:
        def findings() -> Iterator[Finding]:
            for page in pages():
                with tempfile.TemporaryDirectory() as top:
                    yield from lay(page, Path(top))
                    for example in examples(page):
                        path = Path(top) / example.path
                        said = ""
                        if example.language != "yaml" or example.kind not in ("file", "insert"):
                            continue
                        if path.name.endswith(".rules.yml"):
                            said = output_of("promtool", "check", "rules", "--lint-fatal", path)
                        elif path.name.endswith(".test.yml"):
                            said = output_of("promtool", "test", "rules", path)
                        else:
                            try:
                                yaml.safe_load(path.read_text(encoding="utf-8"))
                            except yaml.YAMLError as error:
                                said = str(error)
                        if said:
                            yield example.problem(f"{example.path}: {said.replace(top + '/', '')}", "Correct the example.")

        self.settle(findings())


class TheExtraction(unittest.TestCase):
    def test_finds_blocks_with_their_marks(self) -> None:
        text = "a\n\n<!-- file: a/b.cpp -->\n```cpp\nint a;\n```\n\n- x\n\n  <!-- insert: c.h after: int b; -->\n  ```cpp\n  int c;\n  ```\n\n```sh\nls\n```\n"
        found = [(each.line, each.language, each.text, each.kind, each.path, each.side, each.place) for each in blocks(ROOT / "docs/x.md", text)]
        self.assertEqual(
            found,
            [
                (4, "cpp", "int a;\n", "file", "a/b.cpp", "", ""),
                (11, "cpp", "int c;\n", "insert", "c.h", "after", "int b;"),
                (15, "sh", "ls\n", "", "", "", ""),
            ],
        )

    def test_knows_a_part_of_a_file(self) -> None:
        self.assertTrue(is_in("a\n  b;\nc\nd\n", "b;\n\nd\n"))
        self.assertFalse(is_in("a\nb\n", "b\na\n"))


if __name__ == "__main__":
    unittest.main()
