"""What operators read is in plain words: pages, rules, dashboards, the files that they deploy, and what the programs print."""

import re
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from tree import ROOT, SOURCES, ContractTest, Finding, Literal, files, literals, relative

# What to write instead. Blanks match line breaks.
WORDS = {
    "told": "reported, requested",
    "tell": "report; to tell apart: distinguish",
    "tells": "reports; tells apart: distinguishes",
    "telling": "reporting; telling apart: distinguishing",
    "hear": "receive",
    "hears": "receives",
    "heard": "received",
    "ill": "unhealthy",
    "sick": "unhealthy",
    "well again": "recovered",
    "mend": "fix; by itself: recover",
    "mends": "fixes; by itself: recovers",
    "mended": "fixed; by itself: recovered",
    "person": "operator",
    "persons": "operators",
    "people": "operators",
    "nobody": "no operator; or name what does not happen",
    "somebody": "an operator",
    "anew": "again",
    "begun": "started",
    "take back": "undo",
    "takes back": "undoes",
    "taken back": "undone",
    "stand in": "are in",
    "stands in": "is in",
    "put aside": "quarantined",
    "puts aside": "quarantines",
    "set aside": "quarantined",
    "sets aside": "quarantines",
    "calm": "cleared",
}

# Texts that keep such a word, each with the reason: file → text → reason. A text of a source is a part of one string
# literal: a text that another program prints or parses may be listed here; what Salus prints is reworded instead.
EXCEPTIONS: dict[str, dict[str, str]] = {}

# It defines words, also those that are avoided.
GLOSSARY = "docs/glossary.md"

# What is code, by the kind of file. In every file: names with -, _ or . between their parts, such as a receiver's
# people-critical or the setting storm.calm, and text in backticks.
CODE = {
    ".md": r"^ *(?P<fence>```+|~~~+).*?^ *(?P=fence)|\]\([^)\s]*\)",
    ".yml": r"^[ #-]*[\w.]+:(?=\s)|\{\{.*?\}\}",
    ".json": r'"\w+":(?=\s)',
}
NAMES = r"(`+)(?:[^`\n]|\n(?!\s*\n))+\1|\w+(?:[-_./:]+\w+)+"


def texts() -> Iterator[Path]:
    for path in [*files(".md", folders=["docs"]), *files(".yml", folders=["rules"]), *files(folders=["deploy"])]:
        if relative(path) != GLOSSARY:
            yield path
    yield from files(".json", folders=["grafana/dashboards"])
    yield ROOT / "README.md"


def blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "_", match.group(0))


def prose(path: Path, text: str) -> str:
    """A text of a file, with code and exceptions blanked out. What is left keeps its place."""
    for exception in EXCEPTIONS.get(relative(path), {}):
        text = re.sub(re.escape(exception), blank, text)
    if code := CODE.get(path.suffix):
        text = re.sub(code, blank, text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(NAMES, blank, text)


def says(path: Path, text: str) -> bool:
    if path.suffix in (".h", ".cpp"):
        return any(text in literal.text for literal in literals(path))
    return text in path.read_text(encoding="utf-8")


GAP = r"[\s#]+"  # a comment goes on in the next line
AVOIDED = re.compile(r"\b(" + "|".join(word.replace(" ", GAP) for word in WORDS) + r")\b", re.IGNORECASE)


def avoided(text: str) -> Iterator[tuple[int, str]]:
    """Line and word."""
    for match in AVOIDED.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, re.sub(GAP, " ", match.group(0).lower())


def avoided_in_literals(path: Path, all_literals: list[Literal]) -> Iterator[tuple[int, str]]:
    """Line and word. Names without blanks are for machines: a key, a label, a metric."""
    for literal in all_literals:
        if literal.is_name:
            continue
        for match in AVOIDED.finditer(prose(path, literal.text)):
            yield literal.lines[match.start()], re.sub(GAP, " ", match.group(0).lower())


class EveryText(ContractTest):
    def test_that_operators_read_is_in_plain_words(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in texts():
                for line, word in avoided(prose(path, path.read_text(encoding="utf-8"))):
                    where = f", in grafana/boards/{path.stem}.py" if path.suffix == ".json" else ""
                    yield Finding(path, line, f"says {word!r}", f"Write instead{where}: {WORDS[word]}.")

        self.settle(findings())

    def test_that_a_program_prints_is_in_plain_words(self) -> None:
        self.settle(
            Finding(path, line, f"says {word!r}", f"Write instead: {WORDS[word]}.")
            for path in files(".h", ".cpp", folders=SOURCES)
            for line, word in avoided_in_literals(path, literals(path))
        )

    def test_that_is_an_exception_exists(self) -> None:
        self.settle(
            Finding(Path(__file__), 1, f"{file} does not say {text!r}", f"Take it out of EXCEPTIONS; it was {reason}.")
            for file, exceptions in EXCEPTIONS.items()
            for text, reason in exceptions.items()
            if not says(ROOT / file, text)
        )


class ASourcesLiterals(unittest.TestCase):
    def test_are_read_as_the_compiler_reads_them(self) -> None:
        source = r'''#include "told x.h"
// "a person in a comment"
const char* a = "put "  // where
    "aside\n" "told";
const char b = '"';
const char* c[] = {"told", R"(line
person)", "recom" "mended now", "\"tell\" `people x` storm.calm"};
'''
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.cpp"
            path.write_text(source, encoding="utf-8")
            found = literals(path)
        self.assertEqual(
            [each.text for each in found],
            ["put aside\ntold", "told", "line\nperson", "recommended now", '"tell" `people x` storm.calm'],
        )
        self.assertEqual(
            list(avoided_in_literals(ROOT / "a.cpp", found)), [(3, "put aside"), (4, "told"), (7, "person"), (7, "tell")]
        )


if __name__ == "__main__":
    unittest.main()
