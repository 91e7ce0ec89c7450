"""salus-exporter as an operator meets it: its flags, its exit codes, its signals."""

import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List

from e2e import web
from e2e.waiting import wait_for
from exporter.page import Page

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ""

GOOD = "collectors: {subsystems: {}}\n"
WRONG = "collectors:\n  hots: {}\n  subsystems: {interval: 5x}\n"
SUBSYSTEMS = "subsystems: [{name: data_feed, purpose: x, trading: none, cadence: normal}]\n"


def run(*flags: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([PROGRAM, *flags], capture_output=True, text=True, timeout=30)


class ProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = Path(folder.name) / "exporter.yml"
        self.config.write_text(GOOD)
        self.config.with_name("subsystems.yml").write_text(SUBSYSTEMS)

    def test_the_shipped_configuration_is_checked_and_right(self) -> None:
        done = run(f"--config.file={ROOT}/deploy/config/exporter.yml", "--config.check")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"SUCCESS: \d+ collectors, 13 subsystems")

    def test_a_wrong_configuration_is_told_in_full_and_refused(self) -> None:
        self.config.write_text(WRONG)
        done = run(f"--config.file={self.config}", "--config.check")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{self.config}:2: collectors.hots: unknown collector\n", done.stderr)
        self.assertIn(f'{self.config}:3: collectors.subsystems.interval: "5x" is not a duration', done.stderr)
        started = run(f"--config.file={self.config}", "--web.listen-address=127.0.0.1:0")
        self.assertEqual(started.returncode, 1)
        self.assertIn(f"{self.config}:2: collectors.hots", started.stderr)

    def test_every_metric_is_described(self) -> None:
        done = run("--metrics.describe=markdown")
        self.assertEqual(done.returncode, 0)
        self.assertIn("| `salus_container_running` | gauge | container |", done.stdout)

    def test_an_address_that_cannot_be_had_is_an_error(self) -> None:
        done = run(f"--config.file={self.config}", "--web.listen-address=192.0.2.1:1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("192.0.2.1:1", done.stderr)

    def start(self) -> "tuple[subprocess.Popen[bytes], int]":
        (port,) = web.free_ports(1)
        flags: List[str] = [f"--config.file={self.config}", f"--web.listen-address=127.0.0.1:{port}"]
        process = subprocess.Popen([PROGRAM, *flags], stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_for(lambda: web.ask(port, "/-/ready").status == 200, "a ready exporter", 20)
        return process, port

    def test_sighup_reloads_and_a_wrong_file_changes_nothing(self) -> None:
        process, port = self.start()

        def reloaded() -> float:
            return Page.scrape(port).value("salus_exporter_config_last_reload_successful") or 0

        self.assertEqual(reloaded(), 1)
        self.config.write_text(WRONG)
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: reloaded() == 0, "a refused configuration", 10)
        self.assertEqual(Page.scrape(port).value("salus_subsystem_info", subsystem="data_feed"), 1)
        self.config.write_text(GOOD)
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: reloaded() == 1, "a configuration that is right again", 10)

    def test_it_ends_when_told(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            process, _ = self.start()
            process.send_signal(number)
            self.assertEqual(process.wait(10), 0)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main()
