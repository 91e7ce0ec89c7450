"""salus-exporter with a real Docker Engine: what happens to containers is on the page, at once and exactly once."""

import os
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from e2e import web
from e2e.case import EngineCase
from e2e.images import import_image
from e2e.process import Process
from e2e.waiting import wait_for
from exporter.page import Page

PROGRAM = ""

# Intervals so long that only events and refreshes can explain what is seen; three of them are the frozen
# engine's limit.
CONFIG = """\
docker: {{host: {host}}}
collectors:
  containers: {{interval: {interval}, timeout: 1s, env: {{box: [API_KEY, API_SECRET]}}}}
  container_usage: {{interval: 1s}}
"""
SUBSYSTEMS = """\
subsystems:
  - {name: event_executor, purpose: trading event loop, trading: critical, cadence: critical, container: box}
containers: [absent]
"""


class EngineTest(EngineCase):

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        import_image(cls.engine, "busybox", [(Path("/usr/bin/busybox"), "/busybox")], "/busybox")

    def setUp(self) -> None:
        self.addCleanup(self.remove_all)
        self.exporter = self.start_exporter("60s")

    def start_exporter(self, interval: str) -> Process:
        config = self.folder.file("config", "exporter.yml")
        config.write_text(CONFIG.format(host=self.engine.host, interval=interval))
        self.folder.file("config", "subsystems.yml").write_text(SUBSYSTEMS)
        (self.port,) = web.free_ports(1)
        exporter = self.folder.start(
            "salus-exporter", [PROGRAM, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{self.port}"]
        )
        self.addCleanup(exporter.stop)
        wait_for(lambda: web.ask(self.port, "/-/ready").status == 200, "a ready exporter", 10)
        return exporter

    def remove_all(self) -> None:
        ids = self.engine.docker("ps", "-aq").split()
        if ids:
            self.engine.docker("rm", "-f", *ids)

    def run_container(self, name: str, *command: str, options: "tuple[str, ...]" = ()) -> None:
        self.engine.docker("run", "-d", "--network=host", f"--name={name}", *options, "busybox", *command)

    def page(self) -> Page:
        return Page.scrape(self.port)

    def until(self, what: str, expected: float, seconds: float = 3, **labels: str) -> None:
        wait_for(lambda: self.page().value(f"salus_container_{what}", **labels) == expected, f"{what} {expected}", seconds)

    def test_a_container_is_seen_to_live_and_die_at_once(self) -> None:
        self.assertEqual(self.page().value("salus_container_running", container="box"), 0)
        self.run_container("box", "sleep", "1000")
        self.until("running", 1, container="box")
        self.engine.docker("kill", "box")
        self.until("running", 0, container="box")
        page = self.page()
        self.assertEqual(page.value("salus_container_exit_code", container="box"), 137)
        self.assertEqual(page.value("salus_container_state", container="box", state="exited"), 1)
        self.assertEqual(page.value("salus_container_restarts_total", container="box"), 0)
        self.assertEqual(page.value("salus_container_expected", container="absent"), 1)
        self.assertEqual(page.value("salus_container_running", container="absent"), 0)

    def test_required_variables_are_present_or_not_and_their_values_nowhere(self) -> None:
        self.assertEqual(self.page().value("salus_container_env_present", container="box", variable="API_KEY"), 0)
        self.run_container("box", "sleep", "1000", options=("--env=API_KEY=very-secret", "--env=OTHER=x"))
        self.until("env_present", 1, container="box", variable="API_KEY")
        page = self.page()
        self.assertEqual(page.value("salus_container_env_present", container="box", variable="API_SECRET"), 0)
        self.assertNotIn("very-secret", page.text)
        self.assertNotIn("OTHER", page.text)

    def test_health_is_what_the_containers_own_check_says(self) -> None:
        self.run_container("plain", "sleep", "1000")
        self.until("health", 1, container="plain", health="none")
        programs = self.folder.directory("bin")
        shutil.copy("/usr/bin/busybox", programs / "sh")
        check = ("--health-cmd=test ! -e /bin/sick", "--health-interval=200ms", "--health-retries=1")
        self.run_container("box", "sleep", "1000", options=(f"--volume={programs}:/bin", *check))
        self.until("health", 1, 20, container="box", health="healthy")
        (programs / "sick").touch()
        self.until("health", 1, 20, container="box", health="unhealthy")
        self.assertEqual(self.page().value("salus_container_health", container="box", health="healthy"), 0)
        started = self.page().value("salus_container_started_timestamp_seconds", container="box") or 0
        self.assertAlmostEqual(started, time.time(), delta=60)

    def test_restarts_by_hand_and_by_policy_are_counted_exactly(self) -> None:
        self.run_container("box", "sleep", "1000")
        self.engine.docker("restart", "-t", "0", "box")
        self.engine.docker("stop", "-t", "0", "box")
        self.engine.docker("start", "box")
        self.until("restarts_total", 2, container="box")
        self.run_container("loop", "sh", "-c", "exit 3", options=("--restart=on-failure:4",))
        self.until("restarts_total", 4, 30, container="loop")
        self.until("state", 1, container="loop", state="exited")
        self.assertEqual(self.page().value("salus_container_restarts_total", container="loop"), 4)
        self.assertEqual(self.page().value("salus_container_exit_code", container="loop"), 3)

    def test_a_container_made_anew_under_its_name_keeps_its_count(self) -> None:
        self.run_container("box", "sleep", "1000")
        self.engine.docker("restart", "-t", "0", "box")
        self.until("restarts_total", 1, container="box")
        self.engine.docker("rm", "-f", "box")
        self.until("running", 0, container="box")
        self.run_container("box", "sleep", "1000")
        self.until("running", 1, container="box")
        self.assertEqual(self.page().value("salus_container_restarts_total", container="box"), 1)

    def test_an_oom_kill_is_counted(self) -> None:
        grow = "x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done"
        self.run_container("hog", "sh", "-c", grow, options=("--memory=16m",))
        wait_for(lambda: (self.page().value("salus_container_oom_kills_total", container="hog") or 0) >= 1, "an OOM kill", 30)
        self.assertEqual(self.page().value("salus_container_memory_limit_bytes", container="hog"), 16 << 20)

    def test_usage_is_there_while_a_container_runs(self) -> None:
        self.run_container("box", "sh", "-c", "while true; do :; done")
        wait_for(lambda: (self.page().value("salus_container_cpu_seconds_total", container="box") or 0) > 0, "CPU time", 10)
        self.assertGreater(self.page().value("salus_container_memory_working_set_bytes", container="box") or 0, 0)

    def test_counts_survive_a_reload(self) -> None:
        self.run_container("box", "sleep", "1000")
        self.engine.docker("restart", "-t", "0", "box")
        self.until("restarts_total", 1, container="box")
        self.assertEqual(web.ask(self.port, "/-/reload", "POST", timeout=20).status, 200)
        self.assertEqual(self.page().value("salus_container_restarts_total", container="box"), 1)
        self.engine.docker("restart", "-t", "0", "box")
        self.until("restarts_total", 2, container="box")

    def test_a_refresh_sees_what_has_just_happened(self) -> None:
        self.run_container("box", "sleep", "1000")
        answer = web.ask(self.port, "/api/v1/refresh?collector=containers", "POST").json()
        self.assertTrue(answer["data"][0]["success"])
        self.assertEqual(self.page().value("salus_container_running", container="box"), 1)

    def test_a_frozen_engine_never_shows_containers_as_running_for_longer(self) -> None:
        self.run_container("box", "sleep", "1000")
        self.exporter.stop()
        self.start_exporter("1s")
        self.until("running", 1, container="box")
        self.engine.dockerd.send(signal.SIGSTOP)
        try:
            wait_for(lambda: self.page().value("salus_collector_success", collector="containers") == 0, "a failure", 5)
            refreshed = web.ask(self.port, "/api/v1/refresh?collector=containers", "POST", timeout=10).json()
            self.assertFalse(refreshed["data"][0]["success"])
            wait_for(lambda: "salus_container_" not in self.page().text, "silence about containers", 5, patience=1)
        finally:
            self.engine.dockerd.send(signal.SIGCONT)
        self.until("running", 1, 10, container="box")
        self.until("restarts_total", 0, container="box")

    def test_a_restart_while_the_engine_was_away_is_made_up_for(self) -> None:
        self.run_container("box", "sleep", "1000", options=("--restart=always",))
        self.until("running", 1, container="box")
        arguments = [str(word) for word in self.engine.dockerd.popen.args]
        self.engine.dockerd.stop()
        type(self).engine.dockerd = self.folder.start("dockerd", arguments)
        self.until("running", 1, 60, container="box")
        self.until("restarts_total", 1, container="box")
        self.engine.docker("restart", "-t", "0", "box")
        self.until("restarts_total", 2, container="box")

    def test_names_of_images_are_as_they_are_and_the_page_is_clean(self) -> None:
        self.engine.docker("tag", "busybox", "registry.example/some_image:1.0-rc.1")
        self.engine.docker("run", "-d", "--network=host", "--name=odd.Name-1_x", "registry.example/some_image:1.0-rc.1", "sleep", "9")
        self.until("running", 1, container="odd.Name-1_x")
        page = self.page()
        self.assertEqual(
            page.value("salus_container_info", container="odd.Name-1_x", image="registry.example/some_image:1.0-rc.1"), 1
        )
        done = subprocess.run(["/usr/bin/promtool", "check", "metrics"], input=page.text, text=True, capture_output=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    os.umask(0o022)
    unittest.main(module=__name__)
