"""A program of ours: started in a session of its own, logged to a file, ended by its own process id."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Mapping, Optional, Sequence


def start_time(pid: int) -> Optional[str]:
    """When the process began, in the kernel's ticks, or None when there is none (or only a zombie): with
    the id it names one process for good, where an id alone is used again."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def alive(pid: int, started: str) -> bool:
    return start_time(pid) == started


def signal_if_alive(pid: int, started: str, number: int) -> None:
    if alive(pid, started):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def end(pid: int, started: str, patience: float = 15) -> None:
    """SIGTERM, and SIGKILL when that takes too long. A stopped process is continued first."""
    signal_if_alive(pid, started, signal.SIGCONT)
    signal_if_alive(pid, started, signal.SIGTERM)
    limit = time.monotonic() + patience
    while alive(pid, started):
        if time.monotonic() > limit:
            signal_if_alive(pid, started, signal.SIGKILL)
        time.sleep(0.02)


class Process:
    """One started program."""

    def __init__(self, name: str, argv: Sequence[str], log: Path, environment: Mapping[str, str]):
        self.name = name
        self.log = log
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd="/",
                start_new_session=True,
            )
        self.pid = self.popen.pid
        self.started = start_time(self.pid) or ""

    def running(self) -> bool:
        return self.popen.poll() is None

    def send(self, number: int) -> None:
        self.popen.send_signal(number)

    def stop(self) -> int:
        """Ends it and gives its exit code."""
        if self.running():
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            try:
                return self.popen.wait(15)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        return self.popen.wait()

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()
