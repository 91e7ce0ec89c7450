"""Every runbook has the same sections, and every page links to what exists."""

import re
import unittest
from collections.abc import Iterator

from tree import ROOT, ContractTest, Finding, files, lines

FOLDER = ROOT / "docs/runbooks"
SECTIONS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "What the healer does, and how to stop it"]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")


class EveryRunbook(ContractTest):
    def test_has_the_usual_sections_and_says_what_to_type(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in files(".md", folders=["docs/runbooks"]):
                if path.stem == "README":
                    continue
                text = lines(path)
                if text[0] != f"# {path.stem}":
                    yield Finding(path, 1, "the title is not the alert's name", f"Write # {path.stem}")
                found = [line.removeprefix("## ") for line in text if line.startswith("## ")]
                if found != SECTIONS:
                    yield Finding(path, 1, f"sections {found}", f"Write the sections {SECTIONS}.")
                elif "```" not in "\n".join(text).split("## Diagnosis")[1].split("## Mitigation")[0]:
                    yield Finding(path, 1, "Diagnosis shows no command", "Show the exact commands and queries.")

        self.settle(findings())


class EveryPage(ContractTest):
    def test_links_to_what_exists(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in [*files(".md", folders=["docs", "rules", "deploy"]), *ROOT.glob("*.md")]:
                for number, line in enumerate(lines(path), 1):
                    for target in LINK.findall(line):
                        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                            yield Finding(path, number, f"the link {target} leads nowhere", "Correct it.")

        self.settle(findings())


if __name__ == "__main__":
    unittest.main()
