"""Rows that the tests of real programs hold: each runs them on the build that is judged."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

from conformance.rows import Place, row

GROUP = "tested"
TESTS = Path(__file__).resolve().parents[1]


def run(place: Place, *arguments: str) -> None:
    """A Python program of tests, by its path or, after -m, by its module; what it says is the error when one fails."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(TESTS), "SALUS_BUILD": str(place.build), "LANG": "C.UTF-8"}
    command = [sys.executable, "-B", *arguments]
    done = subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, text=True, timeout=1800, check=False)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(arguments)} failed:\n{said[-3000:]}")
    count = re.search(r"Ran (\d+) tests?", said)
    name = next(each for each in arguments if each != "-m").removeprefix(f"{TESTS}/")
    place.note(f"{count[1] if count else 'no'} tests of {name}")


def run_file(place: Place, path: str, program: Path) -> None:
    run(place, f"{TESTS}/{path}", str(program))


@row(42, GROUP, "any link of the chain disappears: rule, file, group, label, route, subsystem, another system's Watchdog, a wiped Alertmanager beside a slow group", "policy stays or tightens, with the missing part named; loosens only on evidence")
def chain(place: Place) -> None:
    place.side_by_side(*(partial(run, place, "-m", f"e2e.test_{name}") for name in ("evidence", "slow_group")))


@row(43, GROUP, "an alert with 1 MB of annotations; one that grows", "labels obeyed, text cut, never counted as ended")
def large_annotations(place: Place) -> None:
    run(place, "-m", "e2e.test_evidence", "EvidenceTest.test_a_long_annotation_and_one_that_grows_do_not_lose_the_policy")


@row(45, GROUP, "full disk, read-only disk, dead Redis, failing push while the policy tightens", "no reader sees a looser valid document; recovers by itself")
def outputs(place: Place) -> None:
    run_file(place, "healer/publish/full_disk_test.py", place.program)
    run_file(place, "healer/publish/lost_outputs_test.py", place.program)


@row(46, GROUP, "journal damaged, lost, newer, or restored from a backup without its head", "at least as strict as what was last published; held, paused, said")
def lost_journal(place: Place) -> None:
    run_file(place, "healer/publish/lost_journal_test.py", place.program)


@row(49, GROUP, "containers with --rm, a stop timeout of their own, paused, in another's network, with a restart policy, of compose", "nothing is lost, nothing cut short")
def containers(place: Place) -> None:
    run_file(place, "healer/actions/container_permit_test.py", place.build / "tests/healer/run_action")


@row(50, GROUP, "shapes of secrets, half of them words, in lines of every format", "in no pattern, example, state, page or log")
def secrets(place: Place) -> None:
    run_file(place, "exporter/tail/secrets_test.py", place.build / "exporter/salus-exporter")
