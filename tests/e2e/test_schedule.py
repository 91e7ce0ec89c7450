"""A live run of a weekly schedule: due, done, quiet; and with the healer down when it falls due.

Prometheus, Alertmanager and the healer are the real ones with the shipped configuration; the exporter does not run, because no task
needs it. The rule and the playbook are those of docs/adding-a-task.md; only the moment of the week is shifted, from Monday 04:00 UTC to some seconds from now, so that no clock
has to be: Prometheus asks the kernel for the time without going through a library that could be preloaded."""

import re
import signal
import time
import unittest
from typing import Any, ClassVar, Dict, List

import yaml

from e2e import overlay
from e2e.case import programs
from e2e.folder import RunFolder
from e2e.monitoring import Monitoring
from e2e.rig import logs_of
from e2e.waiting import wait_for

PAGE = overlay.SOURCE / "docs/adding-a-task.md"
MONDAY_FOUR = 360000  # seconds after the beginning of 1970
WEEK = 604800
AHEAD = 12.0


class ScheduleTest(unittest.TestCase):
    folder: ClassVar[RunFolder]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = RunFolder.create("salus-schedule-")
        cls.addClassCleanup(cls.folder.take_down)
        playbook, cls.rule, _ = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        cls.written = cls.folder.file("reports", "written")
        cls.rules = cls.folder.file("custom", "weekly.rules.yml")
        cls.fall_due_in(-60.0)
        cls.monitoring = Monitoring(cls.folder, programs(), overlay.Places.without_a_stack(cls.folder), production_intervals=False)
        cls.configure(yaml.safe_load(playbook)["playbooks"][0])
        try:
            cls.monitoring.start_alertmanager()
            cls.monitoring.start_healer()
            cls.monitoring.start_prometheus()
        except Exception:
            print(logs_of(cls.folder))
            raise

    @classmethod
    def configure(cls, playbook: Dict[str, Any]) -> None:
        """Adds the task to what is shipped: an order is a line in a file."""
        playbook["cooldown"] = "1s"  # two reports of this week are some seconds apart
        playbook["rungs"][0]["parameters"]["argv"] = ["/bin/sh", "-c", f"date +%s.%N >> {cls.written}"]
        healer = cls.monitoring.places.config / "healer.yml"
        config = yaml.safe_load(healer.read_text())
        config.setdefault("playbooks", []).append(playbook)
        healer.write_text(yaml.safe_dump(config, sort_keys=False))
        prometheus = cls.monitoring.places.config / "prometheus.yml"
        config = yaml.safe_load(prometheus.read_text())
        config["rule_files"].append(str(cls.rules))
        prometheus.write_text(yaml.safe_dump(config, sort_keys=False))

    @classmethod
    def fall_due_in(cls, seconds: float) -> float:
        """Shifts the moment of the week, which is Monday 04:00 UTC in the rule, to this long from now; returns it."""
        at = int(time.time() + seconds)
        cls.rules.write_text(cls.rule.replace(str(MONDAY_FOUR), str(at % WEEK)))
        return float(at)

    def reload_rules(self, seconds: float) -> float:
        at = self.fall_due_in(seconds)
        before = self.monitoring.metric(self.monitoring.places.prometheus, "prometheus_config_last_reload_success_timestamp_seconds") or 0
        time.sleep(max(0.0, int(before) + 1 - time.time()))  # it has whole seconds
        self.monitoring.prometheus.popen.send_signal(signal.SIGHUP)
        wait_for(
            lambda: (self.monitoring.metric(self.monitoring.places.prometheus, "prometheus_config_last_reload_success_timestamp_seconds") or 0) > before,
            "Prometheus to read its rules",
            10,
        )
        return at

    def reports(self) -> List[float]:
        return [float(line) for line in self.written.read_text().splitlines()] if self.written.exists() else []

    def due(self, task: str = "weekly_order") -> bool:
        return self.monitoring.firing(task=task, severity="info") is not None

    def healed(self, task: str, count: int) -> bool:
        incidents = [each for each in self.monitoring.incidents() if each["target"]["name"] == task]
        return len(incidents) == count and all(each["state"] == "healed" for each in incidents)

    def await_done(self, count: int) -> None:
        wait_for(lambda: len(self.reports()) == count, f"report {count}", 20)
        wait_for(lambda: not self.due(), "no more to be due", 20)
        wait_for(lambda: self.healed("weekly_order", count), f"{count} incidents, all healed", 20)

    def assert_quiet(self, count: int, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertFalse(self.due())
            self.assertEqual(len(self.reports()), count)
            time.sleep(0.5)

    def test_a_week_of_the_schedule(self) -> None:
        try:
            self.due_done_quiet()
            self.down_when_due()
        except Exception:
            print(logs_of(self.folder, 40))
            raise

    def due_done_quiet(self) -> None:
        # Right after the first start nothing is due, neither this nor a shipped task.
        self.assert_quiet(0, 5)
        self.assertEqual(self.monitoring.incidents(), [])
        # Nothing until the moment has come; then once.
        at = self.reload_rules(AHEAD)
        self.assert_quiet(0, at - time.time() - 1)
        self.await_done(1)
        self.assertGreaterEqual(self.reports()[-1], at)
        at = self.reload_rules(AHEAD)
        self.assert_quiet(1, at - time.time() - 1)
        self.await_done(2)
        self.assertGreaterEqual(self.reports()[-1], at)
        self.assertLess(self.reports()[-1], at + 8)
        self.assert_quiet(2, 3)

    def down_when_due(self) -> None:
        at = self.reload_rules(AHEAD / 2)
        self.monitoring.healer.stop()
        wait_for(lambda: time.time() > at + 3, "the moment to pass", 30)
        self.assertEqual(len(self.reports()), 2)
        started = time.time()
        self.monitoring.start_healer()
        self.await_done(3)
        self.assertGreaterEqual(self.reports()[-1], started)
        self.assert_quiet(3, 3)
        places = self.monitoring.places
        success = self.monitoring.metric(places.healer, "salus_task_last_success_timestamp_seconds", task="weekly_order")
        self.assertGreater(success or 0, at)
        self.assertEqual(self.monitoring.metric(places.healer, "salus_task_failures_total", task="weekly_order"), 0)


if __name__ == "__main__":
    unittest.main()
