"""Breaks an example trading stack four times and shows how Salus heals it. Run by ./dev demo."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from typing import List, Optional

from e2e import folder as folders
from e2e.engine import usable
from e2e.folder import RunFolder
from e2e.monitoring import Programs
from e2e.process import alive, start_time
from e2e.rig import Rig, logs_of
from e2e.stories import STORIES
from e2e.terminal import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Terminal
from e2e.timeline import Entry, Timeline

PREFIX = "salus-demo-"
COLOURS = {
    "fault": RED,
    "detected": YELLOW,
    "delivered": YELLOW,
    "acted": CYAN,
    "verified": GREEN,
    "exhausted": RED,
    "relaxed": GREEN,
}


class Interrupted(Exception):
    """A signal asked the demo to end."""

    def __init__(self, number: int):
        super().__init__(signal.Signals(number).name)
        self.number = number


def interrupt(number: int, frame: object) -> None:
    ignore_signals()
    raise Interrupted(number)


def ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


class Demo:
    """One run, from setting up to taking down."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments = arguments
        self.terminal = Terminal()
        self.rig: Optional[Rig] = None
        self.timelines: List[Timeline] = []
        self.failures = 0
        self.started = time.monotonic()

    def run(self) -> int:
        """The exit code."""
        kept = False
        try:
            folder = RunFolder.create(PREFIX)
            folder.file("owner").write_text(f"{os.getpid()} {start_time(os.getpid())}")
            programs = Programs.of(Path(self.arguments.build))
            self.rig = Rig(folder, programs, self.arguments.production_intervals)
            self._start(self.rig)
            for number in range(1, len(STORIES) + 1):
                if self.arguments.story in (None, number) and not self.failures:
                    self._tell(self.rig, number)
            self._summary()
            kept = bool(self.arguments.keep)
            return 1 if self.failures else 0
        except Interrupted as stop:
            self.terminal.line(self.terminal.paint(f"{stop}: taking everything down", YELLOW))
            return 128 + stop.number
        except Exception as error:  # whatever it is, everything must come down
            self.failures += 1
            self._explain(error)
            return 1
        finally:
            ignore_signals()
            if self.rig is not None:
                self._leave_up(self.rig) if kept else self._take_down(self.rig)

    def _start(self, rig: Rig) -> None:
        terminal = self.terminal
        intervals = "5 s, as shipped" if self.arguments.production_intervals else "1 s"
        terminal.line(terminal.paint(f"Setting up in {rig.folder.path}", BOLD))
        terminal.line(terminal.paint(f"  scrape and evaluation every {intervals}; all on loopback", DIM))
        with terminal.busy("setting up"):
            rig.start(lambda what: terminal.line(f"  {time.monotonic() - self.started:5.1f} s  {what}"))
        terminal.line(f"  {time.monotonic() - self.started:5.1f} s  ready")

    def _tell(self, rig: Rig, number: int) -> None:
        terminal = self.terminal
        title, story = STORIES[number - 1]
        timeline = Timeline(f"{number} {title}", self._show)
        self.timelines.append(timeline)
        terminal.line()
        terminal.line(terminal.paint(f"Story {number}: {title}", BOLD))
        try:
            with terminal.busy("watching"):
                story(rig, timeline)
        except Interrupted:
            raise
        except Exception as error:
            self.failures += 1
            timeline.note("failed", str(error))
            self._explain(error)

    def _show(self, timeline: Timeline, entry: Entry) -> None:
        terminal = self.terminal
        what = terminal.paint(f"{entry.what:<16}", COLOURS.get(entry.what, "0"))
        terminal.line(f"  {entry.at - timeline.fault:+7.2f} s  {what}  {entry.detail}")

    def _summary(self) -> None:
        terminal = self.terminal
        terminal.line()
        terminal.line(terminal.paint("Seconds from each fault", BOLD))
        rows = []
        for timeline in self.timelines:
            marks = ("detected", "delivered", "acted", "verified", "exhausted", "relaxed")
            cells = [seconds(timeline.after(mark)) for mark in marks]
            failed = timeline.after("failed") is not None
            rows.append([timeline.title, "0.0", *cells, "NOT as expected" if failed else "as expected"])
        terminal.table(
            ["story", "fault", "detected", "delivered", "acted", "verified", "latched", "policy back", "ended"], rows
        )
        good = len(self.timelines) - self.failures
        total = time.monotonic() - self.started
        result = f"{good} of {len(self.timelines)} stories ended as expected, in {total:.0f} s"
        terminal.line()
        terminal.line(terminal.paint(result, BOLD, RED if self.failures else GREEN))

    def _explain(self, error: Exception) -> None:
        terminal = self.terminal
        terminal.line(terminal.paint(f"{type(error).__name__}: {error}", RED))
        if self.rig is not None:
            terminal.line(logs_of(self.rig.folder))
            terminal.line(f"full logs: {self.rig.folder.path}/logs")

    def _leave_up(self, rig: Rig) -> None:
        rig.folder.file("kept").touch()
        self.terminal.line()
        self.terminal.line("Left running:")
        for address in rig.addresses():
            self.terminal.line(f"  {address}")
        self.terminal.line("Take it down with: ./dev demo --stop")

    def _take_down(self, rig: Rig) -> None:
        with self.terminal.busy("taking everything down"):
            rig.take_down(keep_logs=self.failures > 0)


def seconds(value: Optional[float]) -> str:
    return "-" if value is None else f"{value:.1f}"


def stop() -> int:
    """Takes down every run that was left running, or whose demo has ended."""
    ignore_signals()
    for folder in folders.runs(PREFIX):
        owner = folder.path / "owner"
        pid, started = owner.read_text().split() if owner.exists() else ("0", "")
        if not (folder.path / "kept").exists() and alive(int(pid), started):
            print(f"{folder.path}: its demo is still running")
            continue
        print(f"taking down {folder.path}")
        folder.take_down()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--build", default="build/dev", help="where the programs were built")
    parser.add_argument("--keep", action="store_true", help="leave everything running afterwards")
    parser.add_argument("--stop", action="store_true", help="take down what --keep left running")
    parser.add_argument("--story", type=int, choices=range(1, len(STORIES) + 1), help="only this one")
    parser.add_argument("--production-intervals", action="store_true", help="scrape and evaluate every 5 s, as shipped")
    arguments = parser.parse_args()
    problem = usable()
    if problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 1
    if arguments.stop:
        return stop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    return Demo(arguments).run()


if __name__ == "__main__":
    sys.exit(main())
