"""Runs `salusctl logs scan` as a program: what it answers, on which stream, with which exit code."""

import json
import os
import pty
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Dict, List, Optional

PROGRAM = ""
LOG = (
    b"2026-01-05 10:00:00,123 INFO order 17 filled\n"
    b"2026-01-05 10:00:01,123 ERROR order 18 failed\n"
    b"Traceback (most recent call last):\n"
    b'  File "bot.py", line 1, in <module>\n'
    b"ValueError: \xff\x00 margin\r\n"
    b"\n"
    b"2026-01-05 10:00:02,123 CRITICAL \x1b[31mkill switch\x1b[0m\n"
    b'{"level":"warning","msg":"\\u001b]0;owned\\u0007 slow answer"}'
)
LINES = LOG.count(b"\n") + 1


def scan(*arguments: str, given: bytes = b"", variables: Optional[Dict[str, str]] = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [PROGRAM, "logs", "scan", *arguments], input=given, capture_output=True, timeout=30, env={**os.environ, **(variables or {})}
    )


def on_terminal(arguments: List[str], variables: Dict[str, str]) -> bytes:
    """What it writes to standard output when that is a terminal."""
    leader, follower = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [PROGRAM, "logs", "scan", *arguments], stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.DEVNULL,
        env={**environment, "TERM": "xterm", **variables},
    )  # fmt: skip
    os.close(follower)
    written = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        written += part
    os.close(leader)
    process.wait(30)
    return written


class ScanTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "bot.log"
        self.log.write_bytes(LOG)

    def test_a_summary(self) -> None:
        for done in (scan(str(self.log)), scan("-", given=LOG), scan(given=LOG)):
            self.assertEqual(done.returncode, 0)
            self.assertEqual(done.stderr, b"")
            self.assertIn(f"{LINES} lines, 4 events".encode(), done.stdout)
            self.assertNotIn(b"\x1b", done.stdout)
            self.assertNotIn(b"\x07", done.stdout)

    def test_colour_is_for_terminals_that_want_it(self) -> None:
        self.assertIn(b"\x1b[1;31m", on_terminal([str(self.log)], {}))
        self.assertNotIn(b"\x1b", on_terminal([str(self.log)], {"NO_COLOR": "1"}))

    def test_json(self) -> None:
        for given, lines in ((LOG, LINES), (b"", 0), (b"\xff\xfe\x00\n" * 3, 3)):
            done = scan("--json", given=given)
            self.assertEqual(done.returncode, 0)
            document = json.loads(done.stdout)
            self.assertEqual(document["lines"], lines)
            self.assertEqual(sum(each["count"] for each in document["patterns"]), sum(document["events"].values()))

    def test_per_line_answers_every_line(self) -> None:
        inputs = [
            LOG, LOG + b"\n", b"", b"\n", b"\n\n\n", b"ERROR lost", b"\0" * 100, b"x" * 300_000 + b"\nERROR y\n",
            b"ERROR lost\n" + b"  at x\n" * 3000,
        ]  # fmt: skip
        for given in inputs:
            lines = given.count(b"\n") + (0 if given.endswith(b"\n") or not given else 1)
            done = scan("--per-line", "-", given=given)
            self.assertEqual(done.returncode, 0)
            answers = done.stdout.decode().splitlines()
            self.assertEqual(len(answers), lines, given[:50])
            for answer in answers:
                self.assertRegex(answer, r"^(critical|error|warning|info)\t[0-9a-f]{16}$")
        levels = [line.split("\t")[0] for line in scan("--per-line", "-", given=LOG).stdout.decode().splitlines()]
        self.assertEqual(levels, ["info"] + 5 * ["error"] + ["critical", "warning"])

    def test_several_files_are_one_log(self) -> None:
        done = scan("--json", str(self.log), str(self.log))
        self.assertEqual(json.loads(done.stdout)["lines"], 2 * LINES)

    def test_a_file_that_cannot_be_read_is_1(self) -> None:
        for path in (str(self.log) + ".none", str(self.log.parent)):
            done = scan(str(self.log), path)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stdout, b"")
            self.assertIn(path.encode(), done.stderr)

    def test_wrong_usage_is_2(self) -> None:
        for arguments in (["--since", "yesterday"], ["--nonsense"], ["--top", "many"]):
            done = scan(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(done.stdout, b"")
            self.assertNotEqual(done.stderr, b"")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
