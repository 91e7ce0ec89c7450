"""Runs the example service as a program: it answers, writes, fails on demand and ends on SIGTERM."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Callable

PROGRAM = ""


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.port = free_port()
        self.start()

    def start(self) -> None:
        command = [PROGRAM, "--name", "executor", "--port", str(self.port)]
        for flag in ("state", "control", "log"):
            command += [f"--{flag}", str(self.folder / flag)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)

    def ask(self, method: str, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return bool(json.loads(self.ask("GET", "/health"))["status"] == "OK")
        except OSError:
            return False

    def last_cycle(self) -> float:
        return float(json.loads((self.folder / "state").read_text())["last_cycle"])

    def test_it_works_until_it_is_told_to_end(self) -> None:
        wait_until(self.answers, "an answer")
        first = self.last_cycle()
        wait_until(lambda: self.last_cycle() > first, "a second round")
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(10), 0)

    def test_it_crashes_at_every_start_until_the_control_file_is_gone(self) -> None:
        wait_until(self.answers, "an answer")
        self.ask("POST", "/fault/crash-loop")
        self.assertEqual(self.process.wait(10), 1)
        self.start()
        self.assertEqual(self.process.wait(10), 1)
        (self.folder / "control").unlink()
        self.start()
        wait_until(self.answers, "an answer again")

    def test_it_hangs(self) -> None:
        wait_until(self.answers, "an answer")
        self.ask("POST", "/fault/hang")
        wait_until(lambda: self.last_cycle() < time.time() - 3600, "a state from the past")
        self.assertTrue(self.answers())


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main()
