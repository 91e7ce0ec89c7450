"""Pages are short; files are tested, finished, and well named."""

import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from tree import ROOT, SOURCES, ContractTest, Finding, code, files, lines, relative

MOST_LINES_OF_A_PAGE = 800  # a reference is looked up, not read
TEXTS = (".cpp", ".h", ".py", ".yml", ".md", ".txt", ".cmake", ".sh", ".service", ".conf", ".js")
# What other programs wrote: recorded answers and expected output.
DATA = ("tests/golden/", "tests/fixtures/", "tests/fuzz/corpus/")

# Written in two parts, so that this file does not find itself.
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", r"\bX" + r"XX\b", r"\bHA" + r"CK\b", "(?i:place" + "holder)", "[Nn]ot " + "implemented"]))

VAGUE = re.compile(r"(Manager|Helper|Util|Utils|Impl)\b")
DEFINES = re.compile(r"\b(?:class|struct|enum(?: class)?)\s+(\w+)")

# Sources without a test of their own, each with what tests it: the program as a whole, or the parts as one.
TESTED_ELSEWHERE = {
    "exporter/main.cpp": "tests/e2e/test_loop.py",
    "healer/app/main.cpp": "tests/e2e/test_loop.py",
    "salusctl/main.cpp": "tests/e2e/test_loop.py",
    "healer/config/reports_config.cpp": "tests/healer/reports/reports_test.cpp",
    "healer/engine/decider/alert_intake.cpp": "tests/healer/engine/decider/decider_alerts_test.cpp",
    "healer/engine/decider/decider.cpp": "tests/scenarios/scenarios_test.cpp",
    "healer/engine/decider/durable_state.cpp": "tests/healer/engine/decider/memory_property_test.cpp",
    "healer/engine/decider/expiry.cpp": "tests/healer/engine/decider/decider_lease_test.cpp",
    "healer/engine/decider/incident_scheduler.cpp": "tests/scenarios/scenarios_test.cpp",
    "healer/engine/decider/operator_commands.cpp": "tests/healer/engine/decider/decider_by_hand_test.cpp",
    "healer/engine/decider/policy_control.cpp": "tests/healer/engine/decider/decider_policy_test.cpp",
    "healer/engine/decider/policy_publisher.cpp": "tests/healer/engine/decider/decider_policy_test.cpp",
    "healer/engine/decider/storm_control.cpp": "tests/scenarios/scenarios_test.cpp",
    "salusctl/recorded.cpp": "tests/salusctl/replay_test.cpp",
    "healer/state/history/history_actions.cpp": "tests/healer/state/history/history_test.cpp",
    "healer/engine/incident/progress.cpp": "tests/scenarios/scenarios_test.cpp",
    "healer/engine/incident/progress_verification.cpp": "tests/scenarios/scenarios_test.cpp",
    "healer/engine/projection.cpp": "tests/scenarios/scenarios_test.cpp",
    "log_analysis/masker_keys.cpp": "tests/log_analysis/redaction_test.cpp",
    "log_analysis/masker_nouns.cpp": "tests/log_analysis/redaction_test.cpp",
    "healer/alerts/webhook/alert_json.cpp": "tests/healer/alerts/webhook/payload_test.cpp",
}


def project_files() -> Iterator[Path]:
    for path in [*files(), *(path for path in ROOT.iterdir() if path.is_file())]:
        if path.name.endswith(TEXTS) or path.name in ("dev", "run", "packages"):
            if not relative(path).startswith(DATA):
                yield path


class EveryFile(ContractTest):
    def test_that_is_a_page_is_short(self) -> None:
        self.settle(
            Finding(path, count, f"{count} lines, which are too many", "Split it by concern.")
            for path in project_files()
            if path.suffix == ".md" and (count := len(lines(path))) > MOST_LINES_OF_A_PAGE
        )

    def test_is_finished(self) -> None:
        self.settle(
            Finding(path, number, f"says {match.group(0)!r}", "Finish it, or take it out.")
            for path in project_files()
            for number, line in enumerate(lines(path), 1)
            if (match := UNFINISHED.search(line))
        )

    def test_is_named_for_what_it_is(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in files(".cpp", ".h", ".py"):
                if re.search(r"(^|_)(manager|helper|helpers|util|utils|impl|misc|common)(_|$)", path.stem):
                    yield Finding(path, 1, f"{path.stem} says nothing", "Name it for what it is or does.")
            for path in files(".cpp", ".h", folders=SOURCES):
                for number, line in enumerate(code(path), 1):
                    for name in DEFINES.findall(line):
                        if VAGUE.search(name):
                            yield Finding(path, number, f"{name} says nothing", "Name it for what it is or does.")

        self.settle(findings())


class EverySource(ContractTest):
    def test_has_a_test(self) -> None:
        """base/os/file.cpp is tested by tests/base/os/file_test.cpp or, in parts, file_*_test.cpp; the files of a folder such as
        guards/ may share guards/guards_test.cpp, those of its folders as well."""

        def findings() -> Iterator[Finding]:
            for path in files(".cpp", folders=SOURCES):
                name = relative(path)
                home = ROOT / "tests" / path.parent.relative_to(ROOT)
                shared = [folder / f"{folder.name}_test.cpp" for folder in (home, home.parent)]
                tests = [home / f"{path.stem}_test.cpp", *shared, *home.glob(f"{path.stem}_*_test.cpp")]
                if name not in TESTED_ELSEWHERE and not any(test.exists() for test in tests):
                    yield Finding(path, 1, "has no test", f"Write {relative(tests[0])}.")

        self.settle(findings())

    def test_that_is_tested_elsewhere_exists(self) -> None:
        missing = [name for pair in TESTED_ELSEWHERE.items() for name in pair if not (ROOT / name).exists()]
        self.assertFalse(missing, f"correct TESTED_ELSEWHERE in {__file__}")

    def test_has_a_header_that_is_read_once(self) -> None:
        self.settle(
            Finding(path, 1, "no #pragma once", "Add it.")
            for path in files(".h", folders=(*SOURCES, "tests"))
            if "#pragma once" not in code(path)
        )


if __name__ == "__main__":
    unittest.main()
