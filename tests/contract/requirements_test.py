"""docs/requirements.md names tests that exist."""

import re
import unittest

from tree import ROOT, ContractTest, Finding

PAGE = ROOT / "docs/requirements.md"
ROW = re.compile(r"^\| (\d+\.\d+) \| .+ \| (.+) \|$")
TEST = re.compile(r"`([^`]+)`(?: (.+))?")


class EveryRequirement(ContractTest):
    def test_has_tests_that_exist(self) -> None:
        findings = []
        numbers = []
        for line, text in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), 1):
            row = ROW.match(text)
            if row is None:
                continue
            numbers.append(row[1])
            for test in row[2].split("<br>"):
                named = TEST.fullmatch(test)
                path = ROOT / named[1] if named else None
                if path is None or not path.exists():
                    findings.append(Finding(PAGE, line, f"{row[1]}: {test} is no file of tests", "Name the file that tests it."))
                elif named and named[2] and (path.is_dir() or named[2] not in path.read_text(encoding="utf-8")):
                    findings.append(Finding(PAGE, line, f"{row[1]}: {named[1]} has no test '{named[2]}'", "Name a test, or the beginning of its name."))
        self.settle(findings)
        self.assertGreater(len(numbers), 100)
        self.assertEqual(len(numbers), len(set(numbers)), "a number is used twice")


if __name__ == "__main__":
    unittest.main()
