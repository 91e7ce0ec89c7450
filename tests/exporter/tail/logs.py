"""An exporter that follows log files, and writers that rotate them, for tests."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Dict, List, Optional

from e2e import web
from e2e.waiting import wait_for
from exporter.page import Page

SUBSYSTEMS = "subsystems: [{name: data_feed, purpose: x, trading: none, cadence: normal}]\n"


class Exporter:
    """salus-exporter with the sources given, and a state of its own; killed or stopped and started again at will."""

    def __init__(self, program: str, folder: Path, sources: Dict[str, str], interval: str = "200ms"):
        self.program = program
        self.state = folder / "state"
        self.config = folder / "exporter.yml"
        self.process: Optional["subprocess.Popen[bytes]"] = None
        self.port = 0
        self.limits = "true"  # shell commands before the program, such as ulimit
        (folder / "subsystems.yml").write_text(SUBSYSTEMS)
        self.interval = interval
        self.configure(sources)

    def configure(self, sources: Dict[str, str]) -> None:
        lines = ["collectors:", "  logs:", f"    interval: {self.interval}", f"    state: {self.state}", "    files:"]
        for source, keys in sources.items():
            lines.append(f"      - {{source: {source}, {keys}}}")
        self.config.write_text("\n".join(lines) + "\n")

    def start(self, log: Optional[Path] = None) -> None:
        (self.port,) = web.free_ports(1)
        flags: List[str] = [f"--config.file={self.config}", f"--web.listen-address=127.0.0.1:{self.port}"]
        command = ["/bin/sh", "-c", f'{self.limits} && exec "$0" "$@"', self.program, *flags]
        if log is None:
            self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        else:
            with log.open("ab") as out:
                self.process = subprocess.Popen(command, stderr=out)
        wait_for(lambda: web.ask(self.port, "/-/ready").status == 200, "a ready exporter", 20)

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def end(self, number: int) -> None:
        if self.process:
            self.signal(number)
            self.process.wait(20)
            self.process = None

    def stop(self) -> None:
        self.end(signal.SIGTERM)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def page(self) -> Page:
        return Page.scrape(self.port)

    def lines(self, source: str) -> int:
        return int(self.page().value("salus_log_lines_total", source=source) or 0)

    def events(self, source: str, level: str = "error") -> int:
        return int(self.page().value("salus_log_events_total", source=source, level=level) or 0)


class Writer:
    """Appends to a log as a program does: it keeps its file open until it is told to open it anew."""

    def __init__(self, path: Path):
        self.path = path
        self.number = 0
        self.file = path.open("ab", buffering=0)

    def reopen(self) -> None:
        self.file.close()
        self.file = self.path.open("ab", buffering=0)

    def raw(self, text: bytes) -> None:
        self.file.write(text)

    def lines(self, count: int) -> None:
        first, self.number = self.number, self.number + count
        self.raw(b"".join(b"2025-12-17 16:55:17,427 ERROR order %d failed\n" % i for i in range(first, self.number)))

    def generation(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def shift(self, keep: int = 1000) -> None:
        """bot.log.1 becomes bot.log.2, and so on."""
        last = 1
        while last < keep and self.generation(last).exists():
            last += 1
        for number in range(last, 1, -1):
            os.replace(self.generation(number - 1), self.generation(number))

    def rename(self, keep: int = 1000) -> None:
        self.shift(keep)
        os.replace(self.path, self.generation(1))

    def copytruncate(self, keep: int = 1000) -> None:
        self.shift(keep)
        self.generation(1).write_bytes(self.path.read_bytes())
        os.truncate(self.path, 0)
