"""salus-exporter while what it looks at hangs: every scrape still answers at once, with what is still known."""

import concurrent.futures
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import Callable, List

from e2e import web
from e2e.folder import RunFolder
from e2e.process import Process
from e2e.waiting import TimedOut, wait_for
from exporter import fuse_mount
from exporter.docker_socket import DockerSocket
from exporter.page import Page

PROGRAM = ""
# An interval to tell what is still shown from what is gone, and as short as a busy machine allows.
INTERVAL = 2.0
CONFIG = """\
docker: {{host: "{host}"}}
collectors:
  containers: {{interval: {interval}s, timeout: 1500ms}}
  host: {{interval: {interval}s, timeout: 1s, mount_timeout: 200ms, mountpoints: [/, "{mount}"]{extra}}}
  probes:
    interval: {interval}s
    timeout: 500ms
    probes: [{{name: stubborn, kind: command, argv: ["{script}"]}}]
  subsystems:
    interval: {interval}s
    timeout: 500ms
    sources: {{data_feed: {{state_file: {{path: "{mount}/state.json", time: {{pointer: /last_cycle}}}}}}}}
"""
SUBSYSTEMS = """\
subsystems: [{name: data_feed, purpose: x, trading: critical, cadence: critical, container: quick}]
containers: [slow]
"""


class FaultsTest(unittest.TestCase):
    def setUp(self) -> None:
        if os.geteuid() != 0 or not Path("/dev/fuse").exists():
            raise RuntimeError("a mount that hangs needs root and /dev/fuse")
        self.folder = RunFolder.create("salus-faults-")
        self.addCleanup(self.folder.take_down)
        self.mount = self.folder.directory("mount")
        self.engine = DockerSocket(self.folder.path / "docker.sock")
        self.addCleanup(self.engine.close)
        self.engine.add("aaa", b"quick")
        self.engine.add("bbb", b"slow")

    def configure(self, extra: str = "") -> Path:
        config = self.folder.file("exporter.yml")
        self.script = self.folder.file("stubborn")
        self.script.write_text("#!/bin/sh\ntrap '' TERM INT HUP\nwhile :; do sleep 0.1; done\n")
        self.script.chmod(0o755)
        config.write_text(
            CONFIG.format(
                host=self.engine.host, interval=f"{INTERVAL:g}", mount=self.mount, script=self.script, extra=extra
            )
        )
        self.folder.file("subsystems.yml").write_text(SUBSYSTEMS)
        return config

    def start(self) -> Process:
        (self.port,) = web.free_ports(1)
        self.pid_file = self.folder.file("fuse.pid")
        mount = ["/usr/bin/python3", "-B", fuse_mount.__file__, str(self.mount), str(self.pid_file)]
        flags = [f"--config.file={self.configure()}", f"--web.listen-address=127.0.0.1:{self.port}"]
        exporter = self.folder.start("salus-exporter", [*mount, PROGRAM, *flags])
        try:
            wait_for(lambda: web.ask(self.port, "/-/ready").status == 200, "a ready exporter", 20)
        except TimedOut:
            print(exporter.log.read_text(errors="replace"), file=sys.stderr)
            raise
        return exporter

    def hang_mount(self) -> None:
        os.kill(int(self.pid_file.read_text()), signal.SIGSTOP)

    def commands(self) -> int:
        """How many runs of the command that ignores signals are alive."""
        found = 0
        for entry in Path("/proc").iterdir():
            try:
                found += entry.name.isdigit() and os.fsencode(self.script) in (entry / "cmdline").read_bytes()
            except OSError:
                continue  # it has just ended
        return found

    def page(self) -> Page:
        return Page.scrape(self.port)

    def value(self, family: str, **labels: str) -> "float | None":
        return self.page().value(family, **labels)

    def idle(self, count: int) -> None:
        """Connections that say nothing, and as many that stop in the middle of a request."""
        for begun in (b"", b"GET /metrics HT"):
            for _ in range(count):
                connection = socket.create_connection(("127.0.0.1", self.port))
                self.addCleanup(connection.close)
                connection.sendall(begun)

    def refresh(self) -> web.Answer:
        return web.ask(self.port, "/api/v1/refresh?collector=containers", "POST", timeout=20)

    def scrape_for(self, seconds: float) -> List[float]:
        taken = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begin = time.monotonic()
            self.page()
            taken.append(time.monotonic() - begin)
            time.sleep(0.01)
        return sorted(taken)

    def test_everything_hangs_at_once_and_a_scrape_answers_in_milliseconds(self) -> None:
        self.start()
        mount = str(self.mount)
        page = self.page()
        self.assertEqual(page.value("salus_host_filesystem_avail_bytes", mountpoint=mount), 250 * 4096)
        self.assertEqual(page.value("salus_subsystem_last_update_timestamp_seconds", subsystem="data_feed"), 1765944000)
        self.assertEqual(page.value("salus_container_health", container="slow", health="healthy"), 1)

        hung = time.monotonic()
        self.engine.hanging.add("bbb")
        self.hang_mount()
        self.idle(16)
        wait_for(
            lambda: (page := self.page()).value("salus_collector_success", collector="subsystems") == 0
            and page.value("salus_container_read_success", container="slow") == 0
            and page.value("salus_host_filesystem_read_success", mountpoint=mount) == 0,
            "all that hangs to be told",
            2 * INTERVAL,
        )
        self.assertLess(time.monotonic() - hung, 3 * INTERVAL - 0.5, "too slow a machine to tell")
        page = self.page()  # the last good facts
        self.assertEqual(page.value("salus_host_filesystem_avail_bytes", mountpoint=mount), 250 * 4096)
        self.assertEqual(page.value("salus_subsystem_last_update_timestamp_seconds", subsystem="data_feed"), 1765944000)
        self.assertEqual(page.value("salus_container_health", container="slow", health="healthy"), 1)
        self.assertEqual(page.value("salus_container_running", container="slow"), 1)

        taken = self.scrape_for(2)
        self.assertGreater(len(taken), 50)
        self.assertLess(taken[len(taken) // 2], 0.02)
        self.assertLess(taken[int(len(taken) * 0.95)], 0.2)

        wait_for(
            lambda: (page := self.page()).value("salus_host_filesystem_avail_bytes", mountpoint=mount) is None
            and page.value("salus_subsystem_last_update_timestamp_seconds", subsystem="data_feed") is None
            and page.value("salus_container_health", container="slow", health="healthy") is None,
            "silence about what hangs",
            5 * INTERVAL,
        )
        page = self.page()  # the others have gone on meanwhile
        self.assertEqual(page.value("salus_container_health", container="quick", health="healthy"), 1)
        self.assertEqual(page.value("salus_container_read_success", container="quick"), 1)
        self.assertEqual(page.value("salus_host_filesystem_read_success", mountpoint="/"), 1)
        self.assertEqual(page.value("salus_collector_success", collector="host"), 1)
        self.assertEqual(page.value("salus_probe_success", probe="stubborn"), 0)
        self.assertGreater(page.value("salus_probe_consecutive_failures", probe="stubborn") or 0, 1)
        self.assertLessEqual(self.commands(), 1)
        last_run = page.value("salus_collector_last_run_timestamp_seconds", collector="host") or 0
        self.assertLess(time.time() - last_run, 3 * INTERVAL)

    def test_a_mount_that_hangs_holds_up_neither_reload_nor_refresh_nor_the_end(self) -> None:
        exporter = self.start()
        self.hang_mount()
        wait_for(lambda: self.value("salus_collector_success", collector="subsystems") == 0, "a collector that hangs", 10)
        begin = time.monotonic()
        refreshed = web.ask(self.port, "/api/v1/refresh", "POST", timeout=20).json()["data"]
        self.assertEqual({one["collector"]: one["success"] for one in refreshed}["subsystems"], False)
        self.assertEqual({one["collector"]: one["success"] for one in refreshed}["containers"], True)
        self.configure(", procfs: /proc")
        self.assertEqual(web.ask(self.port, "/-/reload", "POST", timeout=20).status, 200)
        self.assertIsNotNone(self.value("salus_host_load1"))
        exporter.send(signal.SIGTERM)
        self.assertEqual(exporter.popen.wait(15), 0)
        self.assertLess(time.monotonic() - begin, 15)

    def test_an_engine_that_hangs_is_told_and_its_facts_are_gone_after_three_intervals(self) -> None:
        self.start()
        self.engine.hanging.add("list")
        wait_for(lambda: self.value("salus_collector_success", collector="containers") == 0, "a collector that hangs", 10)
        self.assertEqual(self.value("salus_container_running", container="quick"), 1)
        wait_for(lambda: "salus_container_running" not in self.page().text, "silence about containers", 5 * INTERVAL)
        self.engine.hanging.clear()
        wait_for(lambda: self.value("salus_container_running", container="quick") == 1, "the engine's facts again", 5 * INTERVAL)

    def test_fifty_refreshes_at_once_are_two_runs(self) -> None:
        self.start()
        self.engine.delay = 0.5
        self.refresh()
        before = self.engine.lists
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: self.refresh(), range(50)))
        self.assertEqual({answer.status for answer in answers}, {200})
        outcomes = [answer.json()["data"][0] for answer in answers]
        self.assertTrue(all(one["success"] and 0.4 < one["duration_seconds"] < 2 for one in outcomes))
        # One more may have been due by then.
        self.assertLessEqual(len({one["began"] for one in outcomes}), 2)
        self.assertLessEqual(self.engine.lists - before, 3)

    def assert_room_for_scrapes(self, ask: Callable[[], web.Answer]) -> None:
        asked, places = 150, 32 + 64  # that run, and that wait for those: exporter/web.cpp
        with concurrent.futures.ThreadPoolExecutor(asked) as pool:
            answers = [pool.submit(ask) for _ in range(asked)]
            taken = self.scrape_for(1)
            statuses = [answer.result().status for answer in answers]
        self.assertEqual(set(statuses), {200, 503})
        self.assertGreaterEqual(statuses.count(503), asked - places)
        self.assertLess(taken[len(taken) // 2], 0.05)

    def test_refreshes_that_wait_leave_room_for_scrapes(self) -> None:
        self.start()
        self.engine.hanging.add("list")
        wait_for(lambda: self.value("salus_collector_success", collector="containers") == 0, "a collector that hangs", 10)
        self.assert_room_for_scrapes(self.refresh)

    def test_reloads_that_wait_leave_room_for_scrapes(self) -> None:
        self.start()
        self.hang_mount()
        config = self.folder.file("exporter.yml")
        config.write_text(config.read_text().replace("/last_cycle", "/last"))
        self.assert_room_for_scrapes(lambda: web.ask(self.port, "/-/reload", "POST", timeout=60))

    def test_names_that_would_break_the_format_do_not(self) -> None:
        self.engine.add("ccc", rb"quote\"back\\slash\nline\ttab")
        self.engine.add("ddd", b"bytes\xff\xfe", image=b"registry/\xc3\x28\\u0000odd}\\\" 1\\n# HELP x")
        self.engine.add("eee", "naïve-名前".encode(), status=b"no\\nsuch")
        self.engine.add("fff", b"half")
        self.engine.containers["fff"] = rb'{"Id": "fff", "Name": "/half", "Config": {"Image": "\ud800"}}'
        self.start()
        page = self.page()
        self.assertEqual(page.value("salus_container_running", container='quote"back\\slash\nline\ttab'), 1)
        self.assertEqual(page.value("salus_container_running", container="bytes\ufffd\ufffd"), 1)
        self.assertEqual(page.value("salus_container_running", container="naïve-名前"), 1)
        self.assertEqual(page.value("salus_container_health", container="naïve-名前", health="unhealthy"), 0)
        self.assertEqual(page.value("salus_container_read_success", container="half"), 0)
        self.assertEqual(page.value("salus_container_running", container="half"), 1)
        self.assertEqual(page.value("salus_container_health", container="quick", health="healthy"), 1)
        done = subprocess.run(["/usr/bin/promtool", "check", "metrics"], input=page.text, text=True, capture_output=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    os.umask(0o022)
    unittest.main(module=__name__)
