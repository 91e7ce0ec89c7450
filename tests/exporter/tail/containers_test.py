"""salus-exporter follows the logs of containers on a real Docker Engine: every line once, whatever happens to either side.

The counter is held against what the engine itself has of the log, or against the number of lines that were written.
"""

import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import ClassVar, Optional

from e2e import web
from e2e.case import EngineCase
from e2e.images import import_image
from e2e.process import Process
from e2e.waiting import TimedOut, wait_for
from exporter.page import Page

PROGRAM = ""

CONFIG = """\
docker: {{host: {host}}}
collectors:
  logs:
    interval: 500ms
    state: {state}
    containers: {{include: all, exclude: [ignored]}}
"""
SUBSYSTEMS = """\
subsystems:
  - {name: event_executor, purpose: trading event loop, trading: critical, cadence: critical, container: box}
"""


class ContainerLogsTest(EngineCase):
    exporter: ClassVar[Process]
    port: ClassVar[int]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        import_image(cls.engine, "busybox", [(Path("/usr/bin/busybox"), "/busybox")], "/busybox")
        (cls.port,) = web.free_ports(1)
        config = cls.folder.file("config", "exporter.yml")
        config.write_text(CONFIG.format(host=cls.engine.host, state=cls.folder.directory("state")))
        cls.folder.file("config", "subsystems.yml").write_text(SUBSYSTEMS)
        cls.start_exporter()

    @classmethod
    def start_exporter(cls) -> None:
        config = cls.folder.path / "config" / "exporter.yml"
        cls.exporter = cls.folder.start(
            "salus-exporter", [PROGRAM, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{cls.port}"]
        )
        wait_for(lambda: web.ask(cls.port, "/-/ready").status == 200, "a ready exporter", 10)

    def run_container(self, name: str, script: str, *options: str) -> None:
        self.engine.docker("run", "-d", "--network=host", f"--name={name}", *options, "busybox", "sh", "-c", script)

    def value(self, family: str, source: str, **labels: str) -> Optional[float]:
        return Page.scrape(self.port).value(f"salus_log_{family}", source=source, **labels)

    def written(self, name: str) -> int:
        """How many lines the engine has of the container, now that it writes no more."""
        output = subprocess.run(
            ["/usr/bin/docker", "--host", self.engine.host, "logs", name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.folder.environment()),
            check=True,
        ).stdout
        return output.count(b"\n")

    def settles(self, expected: float, *sources: str, family: str = "lines_total", seconds: float = 15) -> None:
        """The count gets there, and no further. Of several sources: their sum."""

        def counted() -> float:
            return sum(self.value(family, source) or 0 for source in sources)

        try:
            wait_for(lambda: counted() >= expected, f"{expected} {family} of {sources}", seconds)
        except TimedOut:
            self.fail(f"{family} of {sources}: {counted()}, not {expected}")
        time.sleep(1.7)  # an event's pause, and a checkpoint
        self.assertEqual(counted(), expected, f"{family} of {sources}")

    def test_both_outputs_are_counted_line_by_line(self) -> None:
        self.run_container(
            "both", "i=0; while [ $i -lt 3000 ]; do echo INFO out $i; echo ERROR err $i >&2; i=$((i+1)); done; printf 'the end'"
        )
        self.settles(6001, "both")
        self.assertEqual(self.value("events_total", "both", level="error"), 3000)
        self.assertEqual(self.value("events_total", "both", level="info"), 3001)
        self.assertEqual(self.value("source_up", "both"), 1)
        self.assertEqual(self.value("gaps_total", "both"), 0)
        events = web.get_json(self.port, "/api/v1/log-events", source="both", level="error", limit="2")["data"]
        self.assertEqual([event["text"] for event in events], ["ERROR err 2999", "ERROR err 2998"])
        patterns = web.get_json(self.port, "/api/v1/log-patterns", source="both", level="error")["data"]
        self.assertEqual([pattern["count"] for pattern in patterns], [3000])

    def test_a_restart_and_a_stop_and_start_go_on(self) -> None:
        self.run_container("again", "i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done; sleep 100")
        wait_for(lambda: self.value("lines_total", "again") == 100, "100 lines", 15)
        self.engine.docker("restart", "-t", "0", "again")
        self.engine.docker("stop", "-t", "0", "again")
        self.engine.docker("start", "again")
        wait_for(lambda: self.written("again") == 300, "300 lines written", 10)
        self.settles(300, "again")
        self.assertEqual(self.value("gaps_total", "again"), 0)

    def test_one_made_anew_under_its_name_goes_on_counting(self) -> None:
        self.run_container("anew", "i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done; sleep 100")
        wait_for(lambda: self.value("lines_total", "anew") == 100, "100 lines", 15)
        self.engine.docker("rm", "-f", "anew")
        self.run_container("anew", "i=0; while [ $i -lt 50 ]; do echo line $i; i=$((i+1)); done; sleep 100")
        self.settles(150, "anew")

    def test_one_that_was_removed_keeps_its_counts_and_is_no_longer_a_source(self) -> None:
        self.run_container("removed", "i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done; sleep 100")
        wait_for(lambda: self.value("source_up", "removed") == 1, "the source", 15)
        self.engine.docker("rm", "-f", "removed")
        wait_for(lambda: self.value("source_up", "removed") is None, "the removal is noticed", 30)
        self.assertIsNone(self.value("source_error", "removed", reason="missing"))
        self.settles(100, "removed")

    def test_a_rename_loses_and_doubles_nothing(self) -> None:
        lines = "i=0; while [ $i -lt 150 ]; do echo line $i; i=$((i+1)); sleep 0.01; done"
        # The second half begins when the rename was noticed: on a busy machine that takes a while.
        self.run_container("before", f"go=; trap 'go=1' USR1; {lines}; until [ $go ]; do sleep 0.05; done; {lines}; sleep 100")
        wait_for(lambda: (self.value("lines_total", "before") or 0) > 20, "some lines", 15)
        self.engine.docker("rename", "before", "after")
        wait_for(lambda: self.value("source_up", "before") is None, "the rename is noticed", 30)
        self.engine.docker("kill", "--signal=USR1", "after")
        self.settles(300, "before", "after")
        self.assertGreaterEqual(self.value("lines_total", "after") or 0, 150)

    def test_a_crash_loop_is_read_to_its_end_each_time(self) -> None:
        self.run_container("crash", "echo one; echo two >&2; printf three; exit 1", "--restart=on-failure:5")
        wait_for(lambda: self.engine.inspect("crash")["RestartCount"] == 5, "5 restarts", 40)
        self.settles(18, "crash")

    def test_one_that_is_gone_at_once_is_counted_or_said_to_be_missed(self) -> None:
        for _ in range(5):
            self.engine.docker("run", "--rm", "--network=host", "--name=brief", "busybox", "echo", "line")

        def told() -> bool:
            return (self.value("lines_total", "brief") or 0) + (self.value("gaps_total", "brief") or 0) >= 5

        wait_for(told, "five lines or gaps", 15)

    def test_long_lines_are_whole(self) -> None:
        self.run_container(
            "long",
            "i=0; while [ $i -lt 10 ]; do head -c 40000 /dev/zero | tr '\\0' a; echo; echo short >&2; i=$((i+1)); done;"
            "head -c 16384 /dev/zero | tr '\\0' b; echo; head -c 100000 /dev/zero | tr '\\0' c; echo",
        )
        self.settles(22, "long")
        self.assertEqual(self.value("bytes_total", "long"), 10 * 40000 + 10 * 5 + 16384 + 100000)
        self.assertEqual(self.value("lines_truncated_total", "long"), 1)

    def test_a_terminal_is_read_without_frames(self) -> None:
        script = (
            "i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done;"
            "head -c 40000 /dev/zero | tr '\\0' a; echo; printf 'prompt> '"
        )
        self.run_container("terminal", script, "-t")
        self.settles(502, "terminal")
        self.engine.docker("start", "terminal")
        self.settles(1004, "terminal")

    def test_a_driver_that_cannot_be_read_is_said(self) -> None:
        self.run_container("mute", "echo line; sleep 100", "--log-driver=none")
        self.run_container(
            "away", "echo line; sleep 100", "--log-driver=syslog", "--log-opt=syslog-address=udp://127.0.0.1:9", "--log-opt=cache-disabled=true"
        )
        for name in ("mute", "away"):
            wait_for(lambda name=name: self.value("source_error", name, reason="log_driver") == 1, "the reason", 10)
            self.assertEqual(self.value("source_up", name), 0)

    def test_rotation_loses_and_doubles_nothing(self) -> None:
        script = (
            "n=0; while [ $n -lt 60 ]; do i=0; while [ $i -lt 100 ]; do"
            " echo line $n $i xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; i=$((i+1)); done; n=$((n+1)); sleep 0.05; done; sleep 100"
        )
        self.run_container("rotated", script, "--log-opt=max-size=64k", "--log-opt=max-file=20")
        self.run_container("local", script, "--log-driver=local", "--log-opt=max-size=64k", "--log-opt=max-file=20")
        self.settles(6000, "rotated", seconds=30)
        self.settles(6000, "local", seconds=30)

    def test_rotation_that_compresses_loses_nothing(self) -> None:
        script = (
            "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo ERROR n $i padding padding padding padding padding;"
            " [ $((i % 50)) = 0 ] && usleep 250000; done; sleep 100"
        )
        self.run_container("compressed", script, "--log-opt=max-size=20k", "--log-opt=max-file=50", "--log-opt=compress=true")
        self.settles(2000, "compressed", seconds=40)

    def test_what_was_rotated_away_unread_is_a_gap(self) -> None:
        loop = "i=0; while [ $i -lt {} ]; do echo line $i xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; i=$((i+1)); done"
        self.run_container(
            "lost", f"{loop.format(10)}; while [ ! -f /tmp/go ]; do sleep 0.1; done; {loop.format(2000)}; sleep 100",
            "--log-opt=max-size=16k", "--log-opt=max-file=1",
        )  # fmt: skip
        wait_for(lambda: self.value("lines_total", "lost") == 10, "10 lines", 15)
        self.exporter.stop()
        self.engine.docker("exec", "lost", "/busybox", "touch", "/tmp/go")
        wait_for(lambda: b"line 1999 " in self.tail("lost"), "all is written", 10)
        self.start_exporter()
        wait_for(lambda: (self.value("gaps_total", "lost") or 0) == 1, "a gap", 10)

    def tail(self, name: str) -> bytes:
        return self.engine.docker("logs", "--tail=1", name).encode()

    def test_killed_between_checkpoints_it_goes_on_exactly(self) -> None:
        self.run_container(
            "killed",
            "i=0; while [ $i -lt 3000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); [ $((i%20)) = 0 ] && sleep 0.05; done; sleep 100",
        )
        for pause in (1.3, 1.9, 0.4, 1.1):
            time.sleep(pause)  # to different moments between two checkpoints
            self.exporter.send(signal.SIGKILL)
            self.exporter.popen.wait()
            self.start_exporter()
        self.settles(6000, "killed", seconds=30)
        self.assertEqual(self.value("gaps_total", "killed"), 0)

    def test_a_restart_of_the_daemon_loses_and_doubles_nothing(self) -> None:
        self.run_container("daemon", "i=0; while true; do echo line $i; i=$((i+1)); sleep 0.01; done", "--restart=always")
        wait_for(lambda: (self.value("lines_total", "daemon") or 0) > 50, "some lines", 15)
        self.assertEqual(self.engine.dockerd.stop(), 0)
        wait_for(lambda: self.value("source_error", "daemon", reason="engine") == 1, "no engine", 15)
        self.engine.start_dockerd()
        before = self.value("lines_total", "daemon") or 0
        wait_for(lambda: (self.value("lines_total", "daemon") or 0) > before + 50, "more lines", 30)
        self.engine.docker("stop", "-t", "0", "daemon")
        self.settles(self.written("daemon"), "daemon")
        self.assertEqual(self.value("source_up", "daemon"), 1)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
