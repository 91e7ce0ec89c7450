"""Wrong configurations: the real programs refuse each, with every problem at its file and line."""

import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

from e2e import web
from e2e.case import programs
from e2e.overlay import SOURCE
from e2e.waiting import wait_for

CONTAINERS = "playbooks/containers.yml"
FILES = ("exporter.yml", "healer.yml", "subsystems.yml", CONTAINERS)


@dataclass(frozen=True)
class Mistake:
    """A shipped text, what replaces it, and the expected message."""

    shipped: str
    written: str
    problem: str


EXPORTER = [
    Mistake("host: unix:///var/run/docker.sock", "host: /var/run/docker.sock", "docker.host: "),
    Mistake("    timeout: 3s", "    timout: 3s", 'collectors.containers: unknown key "timout" (did you mean "timeout"?)'),
    Mistake("    interval: 10s", "    interval: 10", 'collectors.container_usage.interval: "10" is not a duration'),
    Mistake("{path: /var/lib/quantum/risk_guard", "{path: risk_guard", "risk_guard.state_file.path: "),
    Mistake("pointer: /last_cycle", "pointer: last_cycle", "event_executor.state_file.time.pointer: "),
]
HEALER = [
    Mistake("prometheus_url: http://", "prometheus_url: ftp://", "prometheus_url: "),
    Mistake("  relax_after: 2m", "  relax_after: soon", 'policy.relax_after: "soon" is not a duration'),
    Mistake("  on_watchdog_silence: no_new_trades", "  on_watchdog_silence: panic", "policy.on_watchdog_silence: "),
    Mistake("  - playbooks/*.yml", "  - playbooks/trade.yml", 'playbook_files[0]: "playbooks/trade.yml": there is no such file'),
]
PLAYBOOKS = [
    Mistake("- action: container_restart", "- action: reboot", 'playbooks[0].rungs[0].action: unknown action "reboot"'),
    Mistake("    attempts: 5", "    attempts: many", "playbooks[0].attempts: "),
]
SUBSYSTEMS = [
    Mistake("    trading: critical", "    trading: very", "subsystems[0].trading: "),
    Mistake("    depends_on: [exchange_connection]", "    depends_on: [exchange]", "subsystems[0].depends_on[0]: "),
    Mistake("  - name: logging", "  - name: database", "subsystems[12].name: "),
]


class RefusalsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in FILES:
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes((SOURCE / "deploy/config" / name).read_bytes())

    def spoil(self, name: str, mistakes: List[Mistake]) -> List[Tuple[str, str]]:
        """Makes every mistake at its first place; gives how each line that must be said begins, and what it says."""
        path = self.folder / name
        text = path.read_text()
        expected = []
        for mistake in mistakes:
            self.assertIn(mistake.shipped, text, "the shipped file has this text")
            line = text[: text.index(mistake.shipped)].count("\n") + 1
            expected.append((f"{path}:{line}: ", mistake.problem))
            text = text.replace(mistake.shipped, mistake.written, 1)
        path.write_text(text)
        return expected

    def run_program(self, program: Path, config: str, *flags: str) -> "subprocess.CompletedProcess[str]":
        command = [str(program), f"--config.file={self.folder / config}", "--web.listen-address=127.0.0.1:0", *flags]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    def assert_refused(self, program: Path, config: str, expected: List[Tuple[str, str]]) -> None:
        """At --config.check and at a start alike: a code other than 0, and one line for each mistake."""
        for flags in (["--config.check"], []):
            done = self.run_program(program, config, *flags)
            said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(f"{self.folder}/")]
            self.assertNotEqual(done.returncode, 0)
            for place, problem in expected:
                self.assertTrue(any(line.startswith(place) and problem in line for line in said), f"{place}: {said}")
            self.assertEqual(len(said), len(expected), said)

    def test_what_is_shipped_is_accepted(self) -> None:
        for program, config in ((programs().exporter, "exporter.yml"), (programs().healer, "healer.yml")):
            done = self.run_program(program, config, "--config.check")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_all_mistakes_in_exporter_yml_are_told_at_once(self) -> None:
        self.assert_refused(programs().exporter, "exporter.yml", self.spoil("exporter.yml", EXPORTER))

    def test_all_mistakes_in_healer_yml_are_told_at_once(self) -> None:
        self.assert_refused(programs().healer, "healer.yml", self.spoil("healer.yml", HEALER))

    def test_all_mistakes_in_a_file_of_playbooks_are_told_at_their_place_in_it(self) -> None:
        self.assert_refused(programs().healer, "healer.yml", self.spoil(CONTAINERS, PLAYBOOKS))

    def test_all_mistakes_in_subsystems_yml_are_told_by_both(self) -> None:
        expected = self.spoil("subsystems.yml", SUBSYSTEMS)
        self.assert_refused(programs().healer, "healer.yml", expected)

    def test_what_is_not_yaml_is_refused_with_its_line(self) -> None:
        for program, config in ((programs().exporter, "exporter.yml"), (programs().healer, "healer.yml")):
            (self.folder / config).write_text("stack: x\npolicy: [\n")
            done = self.run_program(program, config, "--config.check")
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stdout + done.stderr, rf"{self.folder}/{config}:\d+: ")

    def test_a_file_that_is_missing_is_named(self) -> None:
        (self.folder / "healer.yml").unlink()
        done = self.run_program(programs().healer, "healer.yml")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.folder}/healer.yml", done.stdout + done.stderr)

    def test_a_reload_that_is_refused_leaves_the_old_configuration_at_work(self) -> None:
        port = web.free_ports(1)[0]
        flags = [f"--config.file={self.folder}/exporter.yml", f"--web.listen-address=127.0.0.1:{port}"]
        running = subprocess.Popen([str(programs().exporter), *flags], stderr=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.terminate)
        wait_for(lambda: web.ask(port, "/-/ready").status == 200, "the exporter", 10)
        good = (self.folder / "exporter.yml").read_text()
        self.spoil("exporter.yml", EXPORTER)
        answer = web.ask(port, "/-/reload", "POST")
        self.assertGreaterEqual(answer.status, 400)
        for mistake in EXPORTER:
            self.assertIn(mistake.problem, answer.text)
        self.assertIn("salus_exporter_config_last_reload_successful 0\n", web.ask(port, "/metrics").text)
        (self.folder / "exporter.yml").write_text(good)
        self.assertEqual(web.ask(port, "/-/reload", "POST").status, 200)
        self.assertIn("salus_exporter_config_last_reload_successful 1\n", web.ask(port, "/metrics").text)


if __name__ == "__main__":
    unittest.main()
