"""What rotation, restarts and crashes do to log files, against the real program: every line once."""

import os
import random
import signal
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from e2e.waiting import wait_for
from exporter.tail.logs import Exporter, Writer

PROGRAM = ""
# Half a line is counted after 2 s without its end (file_follower.cpp), and an event is complete after 1 s: what would be counted twice is by then.
QUIET = 3.0


def processor_seconds(pid: int) -> float:
    """What the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class LogTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.logs = self.folder / "logs"
        self.logs.mkdir()

    def exporter(self, *sources: str) -> Exporter:
        exporter = Exporter(PROGRAM, self.folder, {name: f"path: {self.logs}/{name}.log" for name in sources})
        self.addCleanup(exporter.kill)
        return exporter

    def writer(self, source: str) -> Writer:
        writer = Writer(self.logs / f"{source}.log")
        self.addCleanup(lambda: writer.file.close())
        return writer

    def settled(self, exporter: Exporter, source: str, lines: int) -> None:
        """So many, and no more of them."""
        try:
            wait_for(lambda: exporter.lines(source) >= lines, f"{lines} lines of {source}", 20)
        except Exception as error:
            raise AssertionError(f"{source}: {exporter.lines(source)} lines, not {lines}") from error


class TwelveCases(LogTest):
    """Each case has a source of its own in one exporter."""

    def test_all(self) -> None:
        names = [name.removeprefix("case_") for name in dir(self) if name.startswith("case_")]
        self.assertEqual(len(names), 12)
        self.served = self.exporter(*names)
        writers = {name: self.writer(name) for name in names}
        self.served.start()
        expected = {name: getattr(self, f"case_{name}")(writers[name]) for name in names}
        for name, (lines, _) in expected.items():
            self.settled(self.served, name, lines)
        time.sleep(QUIET)
        for name, (lines, events) in expected.items():
            with self.subTest(name):
                self.assertEqual(self.served.lines(name), lines)
                self.assertEqual(self.served.events(name), events)
                self.assertEqual(self.served.page().value("salus_log_gaps_total", source=name), 0)

    def read(self, name: str, lines: int) -> None:
        self.settled(self.served, name, lines)

    def case_append(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(1000)
        return 1000, 1000

    def case_rename(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(500)
        writer.rename()
        writer.reopen()
        writer.lines(500)
        return 1000, 1000

    def case_rename_late(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(500)
        self.read("rename_late", 500)
        writer.rename()
        fresh = self.writer("rename_late")
        fresh.lines(300)
        self.read("rename_late", 800)
        writer.lines(200)
        return 1000, 1000

    def case_two_renames(self, writer: Writer) -> "tuple[int, int]":
        for count in (100, 200, 300):
            writer.lines(count)
            if count < 300:
                writer.rename()
                writer.reopen()
        return 600, 600

    def case_copytruncate(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(500)
        self.read("copytruncate", 500)
        writer.copytruncate()
        writer.lines(100)
        return 600, 600

    def case_copytruncate_unread(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(500)
        writer.copytruncate()
        writer.lines(100)
        return 600, 600

    def case_copytruncate_regrown(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(200)
        self.read("copytruncate_regrown", 200)
        writer.copytruncate()
        writer.lines(300)
        return 500, 500

    def case_restart(self, writer: Writer) -> "tuple[int, int]":
        self.served.stop()
        writer.lines(200)
        self.served.start()
        writer.lines(300)
        return 500, 500

    def case_two_writes(self, writer: Writer) -> "tuple[int, int]":
        writer.raw(b"ERROR one half ")
        time.sleep(1.2)  # longer than an event's pause, shorter than that of half a line
        writer.raw(b"and the other\n")
        return 1, 1

    def case_no_newline(self, writer: Writer) -> "tuple[int, int]":
        writer.lines(1)
        writer.raw(b"ERROR and no end")
        writer.rename()
        writer.reopen()
        return 2, 2

    def case_tracebacks(self, writer: Writer) -> "tuple[int, int]":
        for _ in range(100):
            writer.raw(
                b"2025-12-17 16:55:17,427 ERROR order failed\nTraceback (most recent call last):\n"
                b'  File "bot.py", line 3, in run\nValueError: ERROR of some kind\n'
            )
        return 400, 100

    def case_hole(self, writer: Writer) -> "tuple[int, int]":
        os.truncate(writer.path, 1_000_000)
        writer.raw(b"ERROR after the hole\n")
        return 1, 1


class Crashes(LogTest):
    def test_nothing_is_lost_or_doubled_when_it_is_killed_again_and_again(self) -> None:
        exporter = self.exporter("bot")
        writer = self.writer("bot")
        exporter.start()
        ended = threading.Event()
        chance = random.Random(7)

        def write() -> None:
            # Rotates by itself, so that copytruncate cannot lose what is written during the copy.
            for turn in range(400):
                writer.lines(chance.randrange(1, 100))
                time.sleep(0.02)
                if turn % 40 == 20:
                    writer.rename()
                    writer.lines(5)
                    writer.reopen()
                elif turn % 40 == 39:
                    writer.copytruncate()
            ended.set()

        writing = threading.Thread(target=write)
        writing.start()
        highest = 0.0
        kills = 0
        while not ended.is_set():
            until = time.monotonic() + chance.uniform(0.1, 1.0)
            while time.monotonic() < until:
                lines = exporter.lines("bot")
                self.assertGreaterEqual(lines, highest, "a counter that was shown went back")
                highest = lines
                time.sleep(0.02)
            exporter.kill()
            kills += 1
            exporter.start()
        writing.join()
        self.settled(exporter, "bot", writer.number)
        time.sleep(QUIET)
        self.assertEqual(exporter.lines("bot"), writer.number)
        self.assertEqual(exporter.events("bot"), writer.number)
        self.assertGreater(kills, 5)
        print(f"{writer.number} lines, {kills} kills")

    def test_the_last_lines_before_a_stop_are_durable(self) -> None:
        exporter = self.exporter("bot")
        writer = self.writer("bot")
        exporter.start()
        writer.lines(10)
        self.settled(exporter, "bot", 9)
        exporter.stop()
        exporter.start()
        self.assertEqual(exporter.lines("bot"), 10)


class Storm(LogTest):
    def test_rotation_without_pause_is_exact(self) -> None:
        names = ("copied", "renamed")
        exporter = self.exporter(*names)
        writers = {name: self.writer(name) for name in names}
        exporter.start()
        until = time.monotonic() + 8
        rotations = 0
        while time.monotonic() < until:
            for name, writer in writers.items():
                writer.lines(2000)
                if name == "copied":
                    writer.copytruncate(keep=40)
                else:
                    writer.rename(keep=40)
                    writer.reopen()
                writer.lines(10)
            rotations += 1
            time.sleep(0.03)
        for name, writer in writers.items():
            self.settled(exporter, name, writer.number)
        time.sleep(QUIET)
        for name, writer in writers.items():
            self.assertEqual(exporter.lines(name), writer.number, name)
            self.assertEqual(exporter.page().value("salus_log_gaps_total", source=name), 0, name)
        self.assertGreater(rotations, 20)


class State(LogTest):
    def test_a_state_that_cannot_be_used_is_quarantined_and_said(self) -> None:
        exporter = self.exporter("bot")
        writer = self.writer("bot")
        writer.lines(50)
        exporter.state.mkdir()
        for text in (b"rubbish", b"salus-log-state 2 0 0\n"):
            (exporter.state / "log-state").write_bytes(text)
            said = self.folder / "said"
            exporter.start(said)
            self.assertEqual(exporter.page().value("salus_log_state_quarantined"), 1)
            self.assertIn("log state quarantined", said.read_text())
            writer.lines(5)
            self.settled(exporter, "bot", 5)
            exporter.stop()
            self.assertIn(text, [path.read_bytes() for path in exporter.state.glob("log-state.*")])
            for path in exporter.state.iterdir():
                path.unlink()

    def test_while_it_cannot_be_written_counters_stand_still(self) -> None:
        exporter = self.exporter("bot")
        writer = self.writer("bot")
        exporter.state.write_text("in the way")
        said = self.folder / "said"
        exporter.start(said)
        writer.lines(5)
        wait_for(lambda: exporter.page().value("salus_log_state_write_success") == 0, "a failure", 10)
        wait_for(lambda: str(exporter.state) in said.read_text(), "a message", 10)
        self.assertEqual(exporter.lines("bot"), 0)
        exporter.state.unlink()
        self.settled(exporter, "bot", 5)
        self.assertEqual(exporter.page().value("salus_log_state_write_success"), 1)

    def test_a_reload_keeps_what_did_not_change(self) -> None:
        exporter = self.exporter("same", "gone")
        same = self.writer("same")
        gone = self.writer("gone")
        exporter.start()
        same.lines(5)
        gone.lines(5)
        self.settled(exporter, "same", 5)
        exporter.configure({name: f"path: {self.logs}/{name}.log" for name in ("same", "new")})
        exporter.signal(signal.SIGHUP)
        wait_for(lambda: exporter.page().value("salus_log_lines_total", source="new") == 0, "a new source", 10)
        same.lines(5)
        self.writer("new").lines(5)
        self.settled(exporter, "same", 10)
        self.settled(exporter, "new", 5)
        self.assertIsNone(exporter.page().value("salus_log_lines_total", source="gone"))


class Sources(LogTest):
    def test_every_level_is_there_at_once_and_what_is_missing_is_told(self) -> None:
        exporter = self.exporter("bot")
        exporter.start()
        for level in ("info", "warning", "error", "critical"):
            self.assertEqual(exporter.page().value("salus_log_events_total", source="bot", level=level), 0)
        self.assertEqual(exporter.page().value("salus_log_source_up", source="bot"), 0)
        self.assertEqual(exporter.page().value("salus_log_source_error", source="bot", reason="missing"), 1)
        self.writer("bot").lines(3)
        self.settled(exporter, "bot", 3)
        self.assertEqual(exporter.page().value("salus_log_source_up", source="bot"), 1)

    def many(self, limits: str) -> Exporter:
        """A source of 1,200 files and one of one."""
        for number in range(1200):
            (self.logs / f"f{number}.log").write_text("ERROR x\n")
        (self.folder / "bot.log").write_text("ERROR x\n")
        sources = {"many": f"glob: {self.logs}/*.log, start: beginning", "bot": f"path: {self.folder}/bot.log, start: beginning"}
        exporter = Exporter(PROGRAM, self.folder, sources)
        exporter.limits = limits
        self.addCleanup(exporter.kill)
        exporter.start()
        return exporter

    def test_more_files_than_descriptors_are_said_and_nothing_else_suffers(self) -> None:
        exporter = self.many("ulimit -n 1024")
        wait_for(lambda: exporter.page().value("salus_log_source_error", source="many", reason="descriptors") == 1, "the reason", 20)
        self.assertEqual(exporter.page().value("salus_log_source_up", source="many"), 0)
        wait_for(lambda: exporter.lines("many") >= 700, "what fits", 20)
        self.assertEqual(exporter.page().value("salus_log_state_write_success"), 1)

    def test_the_soft_limit_is_raised(self) -> None:
        exporter = self.many("ulimit -Sn 1024")
        self.settled(exporter, "many", 1200)
        self.settled(exporter, "bot", 1)
        self.assertEqual(exporter.page().value("salus_log_source_up", source="many"), 1)
        # Idle, they cost next to nothing; a busy machine only makes that less.
        assert exporter.process
        used = processor_seconds(exporter.process.pid)
        time.sleep(5)
        self.assertLess(processor_seconds(exporter.process.pid) - used, 5 * 0.05)

    def test_patterns_of_its_own_decide_levels_and_events(self) -> None:
        keys = f"path: {self.logs}/bot.log, start_pattern: '^EVENT', level_patterns: [{{pattern: 'breaker', level: critical}}]"
        exporter = Exporter(PROGRAM, self.folder, {"bot": keys})
        self.addCleanup(exporter.kill)
        writer = self.writer("bot")
        exporter.start()
        writer.raw(b"EVENT one\nbreaker open\nEVENT two\n")
        self.settled(exporter, "bot", 3)
        self.assertEqual(exporter.events("bot", "critical"), 1)
        self.assertEqual(exporter.events("bot", "info"), 1)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main()
