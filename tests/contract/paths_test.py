"""The files and folders that the documentation names exist: paths in backticks and in blocks of code, and targets of links.
The types that the glossary names are in the files that it names."""

import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from examples_test import every
from tree import FOLDERS, ROOT, ContractTest, Finding, files, lines, relative

# Paths that are named although they do not exist, each with the reason. With / at the end: everything below.
EXAMPLE = "the page shows how to write it"
EXCEPTIONS: dict[str, str] = {
    "tests/fixtures/config/probes/memcached.yml": EXAMPLE,
    "rules/custom/": "users write their own rules there",
}

# Files that a page shows whole.
EXAMPLES = {each.path for each in every() if each.kind == "file"}

CODE = re.compile(r"`[^`]+`")
PATH = re.compile(r"(?<![\w./:-])(?:" + "|".join(re.escape(folder) for folder in FOLDERS) + r")/[\w./*{},-]*[\w*}/]")
TYPES = re.compile(r"^\| (`[A-Z][^|]*) \|.*\| `([^`]+\.h)` \|$")
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")


def pages() -> Iterator[Path]:
    yield from files(".md", folders=["docs"])
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md"))


def alternatives(path: str) -> Iterator[str]:
    """a/b.{h,cpp} is a/b.h and a/b.cpp."""
    match = re.search(r"\{([^{}]*)\}", path)
    if not match:
        yield path
        return
    for each in match.group(1).split(","):
        yield from alternatives(path[: match.start()] + each + path[match.end() :])


def exists(path: str) -> bool:
    return all(each in EXAMPLES or any(ROOT.glob(each)) for each in alternatives(path))


def exception(path: str) -> str:
    """The entry of EXCEPTIONS that covers the path; empty when there is none."""
    return next((each for each in EXCEPTIONS if path == each or (each.endswith("/") and path.startswith(each))), "")


def code_and_prose(page: Path) -> Iterator[tuple[int, str, str]]:
    """Of each line: its number, its code, and the rest."""
    fenced = False
    for number, line in enumerate(lines(page), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield number, line, ""
        else:
            yield number, " ".join(CODE.findall(line)), CODE.sub("", line)


class EveryPath(ContractTest):
    def test_that_a_page_names_exists(self) -> None:
        self.settle(
            Finding(page, number, f"{path} does not exist", "Name the file as it is called now.")
            for page in pages()
            for number, code, _ in code_and_prose(page)
            for path in PATH.findall(code)
            if not exception(path) and not exists(path)
        )

    def test_that_a_page_links_to_exists(self) -> None:
        self.settle(
            Finding(page, number, f"the link to {target} is broken", "Name the file as it is called now.")
            for page in pages()
            for number, _, prose in code_and_prose(page)
            for target in LINK.findall(prose)
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
        )

    def test_that_is_an_exception_is_needed(self) -> None:
        all_named = {path for page in pages() for _, code, _ in code_and_prose(page) for path in PATH.findall(code)}
        needed = {exception(path) for path in all_named if not exists(path)}
        self.assertEqual(sorted(set(EXCEPTIONS) - needed), [], f"take them out of EXCEPTIONS in {relative(Path(__file__))}")

    def test_is_found(self) -> None:
        self.assertEqual(
            PATH.findall("`base/os/clock.cpp` `see healer/app/ and tests/{a,b}_test.py` `/etc/rules/x.yml` `rules/*.rules.yml`"),
            ["base/os/clock.cpp", "healer/app/", "tests/{a,b}_test.py", "rules/*.rules.yml"],
        )
        self.assertTrue(exists("base/os/clock.{h,cpp}"))
        self.assertFalse(exists("base/os/clock.{h,c}"))


class TheGlossary(ContractTest):
    def test_names_types_as_the_code_does(self) -> None:
        page = ROOT / "docs/glossary.md"
        rows = [(number, *match.groups()) for number, line in enumerate(lines(page), 1) if (match := TYPES.match(line))]
        self.assertTrue(rows, "the table of types is gone")
        self.settle(
            Finding(page, number, f"{file} defines no {name}", "Name the type and its file as they are called now.")
            for number, names, file in rows
            for name in re.findall(r"`(\w+)`", names)
            if (ROOT / file).exists() and not re.search(rf"\b(class|struct|enum class) {name}\b", (ROOT / file).read_text(encoding="utf-8"))
        )


if __name__ == "__main__":
    unittest.main()
