"""A real Prometheus and Alertmanager, and alerts that this Prometheus does not raise: of another ruler, and of a second replica."""

import dataclasses
import json
import unittest
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar, Dict, List

import yaml

from e2e import overlay, web
from e2e.case import programs
from e2e.folder import RunFolder
from e2e.monitoring import Monitoring
from e2e.rig import logs_of
from e2e.waiting import wait_for
from exporter.docker_socket import DockerSocket

RULES = """
groups:
  - name: test
    rules:
      - {alert: Watchdog, expr: vector(1), labels: {severity: info, installation: salus, policy: allow_all}}
      - alert: ContainerDown
        expr: salus_container_running{container=~"quantum_(redis|nginx|grafana)"} == 0
        labels: {severity: critical, heal: restart_container}
"""
CONTAINERS = ("quantum_redis", "quantum_nginx", "quantum_grafana")


class OtherRulersTest(unittest.TestCase):
    """The containers run; actions only leave a mark."""

    folder: ClassVar[RunFolder]
    monitoring: ClassVar[Monitoring]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = RunFolder.create("salus-rulers-")
        cls.addClassCleanup(cls.folder.take_down)
        engine = DockerSocket(cls.folder.path / "engine.sock")
        for number, name in enumerate(CONTAINERS):
            engine.add(f"{number}" * 64, name.encode())
        places = dataclasses.replace(overlay.Places.without_a_stack(cls.folder), docker_host=engine.host)
        cls.monitoring = Monitoring(cls.folder, programs(), places, production_intervals=False)
        cls.configure(places)
        try:
            cls.monitoring.start()
            wait_for(lambda: cls.monitoring.query("salus_container_running == 1"), "the first scrape", 60)
        except Exception:
            print(logs_of(cls.folder))
            raise

    @classmethod
    def configure(cls, places: overlay.Places) -> None:
        def change(file: str, by: Dict[str, Any]) -> None:
            path = places.config / file
            path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **by}, sort_keys=False))

        mark = {"action": "command", "parameters": {"argv": ["/usr/bin/touch", str(cls.folder.file("mark"))]}}
        playbook = {
            "name": "restart_container",
            "accepts": ["ContainerDown", "LogStorm"],
            "rungs": [mark, mark],
            "cooldown": "1s",
            "cooldown_max": "1s",
            "verify": {
                "healthy": 'salus_container_running{container="{{target}}"} == 1',
                "healthy_for": "2s",
                "within": "10s",
                "every": "500ms",
            },
        }
        change("healer.yml", {"playbook_files": [], "playbooks": [playbook]})
        rules = places.config / "test.rules.yml"
        rules.write_text(RULES)
        change("prometheus.yml", {"rule_files": [str(rules)]})

    def post(self, labels: Dict[str, str], starts: datetime, ends_in: float = 1800) -> None:
        ends = datetime.now(timezone.utc) + timedelta(seconds=ends_in)
        body = [{"labels": labels, "startsAt": starts.isoformat(), "endsAt": ends.isoformat()}]
        headers = {"Content-Type": "application/json"}
        answer = web.ask(self.monitoring.places.alertmanager, "/api/v2/alerts", "POST", json.dumps(body), headers)
        self.assertEqual(answer.status, 200, answer.text)

    def incidents(self, container: str) -> List[Dict[str, Any]]:
        return [each for each in self.monitoring.incidents() if each["target"]["name"] == container]

    def actions(self, container: str) -> int:
        return sum(each["actions"] for each in self.incidents(container))

    def newest(self, container: str, **fields: str) -> bool:
        found = self.incidents(container)
        return bool(found) and fields.items() <= found[0].items()

    def stays_at_one_action(self, container: str) -> None:
        since = self.monitoring.reconciled_at()
        wait_for(lambda: self.monitoring.reconciled_at() > since + 15, "several reconciliations", 120)
        self.assertEqual(self.actions(container), 1)

    def test_an_alert_of_another_ruler_is_healed_when_it_has_ended(self) -> None:
        alert = {"alertname": "LogStorm", "container": "quantum_redis", "heal": "restart_container", "severity": "critical", "source": "loki"}
        starts = datetime.now(timezone.utc)
        self.post(alert, starts)
        wait_for(lambda: self.actions("quantum_redis") == 1, "the action", 60)
        self.post(alert, starts, ends_in=0)
        wait_for(lambda: self.newest("quantum_redis", state="healed"), "the verification", 60)
        self.stays_at_one_action("quantum_redis")

    def test_an_alert_of_another_ruler_that_fires_on_calls_an_operator(self) -> None:
        alert = {"alertname": "LogStorm", "container": "quantum_nginx", "heal": "restart_container", "severity": "critical", "source": "loki"}
        starts = datetime.now(timezone.utc)
        self.post(alert, starts)
        wait_for(lambda: self.newest("quantum_nginx", state="gated", refusal="contradicted"), "the call for an operator", 90)
        self.stays_at_one_action("quantum_nginx")
        self.post(alert, starts, ends_in=0)
        wait_for(lambda: self.newest("quantum_nginx", state="healed"), "the end of the alert", 60)
        self.assertEqual(self.actions("quantum_nginx"), 1)

    def test_an_alert_of_a_replica_that_fires_on_calls_an_operator(self) -> None:
        alert = {"alertname": "ContainerDown", "container": "quantum_grafana", "heal": "restart_container", "severity": "critical", "replica": "b"}
        starts = datetime.now(timezone.utc)
        self.post(alert, starts)
        wait_for(lambda: self.newest("quantum_grafana", state="gated", refusal="contradicted"), "the call for an operator", 120)
        self.assertEqual([each["state"] for each in self.incidents("quantum_grafana")], ["gated", "healed"])
        self.stays_at_one_action("quantum_grafana")
        contradicted = self.monitoring.metric(self.monitoring.places.healer, "salus_incidents_contradicted")
        self.assertGreaterEqual(contradicted or 0, 1)
        self.post(alert, starts, ends_in=0)
        wait_for(lambda: self.newest("quantum_grafana", state="resolved"), "the end of the alert", 60)
        self.assertEqual(self.actions("quantum_grafana"), 1)


if __name__ == "__main__":
    unittest.main()
