"""The real Alertmanager: what it silences, mutes or routes elsewhere is not healed, and its policy holds."""

import json
import unittest
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar, Dict, Optional

import yaml

from e2e import overlay, web
from e2e.case import programs
from e2e.folder import RunFolder
from e2e.monitoring import Monitoring
from e2e.rig import logs_of
from e2e.waiting import wait_for

JSON = {"Content-Type": "application/json"}
RULES = """
groups:
  - name: test
    rules:
      - {alert: Watchdog, expr: vector(1), labels: {severity: info, installation: salus, policy: allow_all}}
"""
DOWN = {"alertname": "ContainerDown", "severity": "critical", "heal": "restart_container"}
# Twice the reconcile interval of this run, which is 5 s.
A_WHILE = 12


def rfc3339(seconds: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()


class SuppressionCase(unittest.TestCase):
    """An Alertmanager, a healer, and a Prometheus that raises the heartbeat alone. Nothing else is there: an action that starts fails."""

    folder: ClassVar[RunFolder]
    monitoring: ClassVar[Monitoring]

    @classmethod
    def change(cls, config: Any) -> None:
        """What is another in Alertmanager's configuration."""

    @classmethod
    def setUpClass(cls) -> None:
        if cls is SuppressionCase:
            raise unittest.SkipTest("its subclasses are the tests")
        cls.folder = RunFolder.create("salus-suppression-")
        cls.addClassCleanup(cls.folder.take_down)
        places = overlay.Places.without_a_stack(cls.folder)
        cls.monitoring = Monitoring(cls.folder, programs(), places, production_intervals=False)
        file = places.config / "alertmanager.yml"
        config = yaml.safe_load(file.read_text())
        cls.change(config)
        file.write_text(yaml.safe_dump(config, sort_keys=False))
        rules = places.config / "test.rules.yml"
        rules.write_text(RULES)
        file = places.config / "prometheus.yml"
        file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "rule_files": [str(rules)]}, sort_keys=False))
        try:
            cls.monitoring.start_alertmanager()
            cls.monitoring.start_prometheus()
            cls.monitoring.start_healer()
            wait_for(lambda: cls.monitoring.policy()["policy"] == "allow_all", "a healthy start", 60)
        except Exception:
            print(logs_of(cls.folder))
            raise

    @classmethod
    def post(cls, *alerts: Dict[str, str], ends_in: float = 1800) -> None:
        body = [{"labels": labels, "startsAt": rfc3339(-60), "endsAt": rfc3339(ends_in)} for labels in alerts]
        answer = web.ask(cls.monitoring.places.alertmanager, "/api/v2/alerts", "POST", json.dumps(body), JSON)
        assert answer.status == 200, answer.text

    def incident(self, container: str) -> Optional[Dict[str, Any]]:
        found = [each for each in self.monitoring.incidents() if each["target"]["name"] == container]
        return found[0] if found else None

    def actions(self, container: str) -> int:
        return sum(each["actions"] for each in self.monitoring.incidents() if each["target"]["name"] == container)

    def stays_alone(self, container: str) -> None:
        """Nothing is done about it over several reconciliations."""
        since = self.monitoring.reconciled_at()
        wait_for(lambda: self.monitoring.reconciled_at() > since + A_WHILE, "several reconciliations", 120)
        self.assertEqual(self.actions(container), 0)

    def suppressed(self, container: str) -> bool:
        incident = self.incident(container)
        return incident is not None and incident["refusal"] == "suppressed"

    def policy_is(self, policy: str) -> bool:
        return bool(self.monitoring.policy()["policy"] == policy)


class SilencedTest(SuppressionCase):
    def silence(self, container: str) -> str:
        body = {
            "matchers": [{"name": "container", "value": container, "isRegex": False, "isEqual": True}],
            "startsAt": rfc3339(-1),
            "endsAt": rfc3339(1800),
            "createdBy": "operator",
            "comment": "work on it",
        }
        answer = web.ask(self.monitoring.places.alertmanager, "/api/v2/silences", "POST", json.dumps(body), JSON)
        self.assertEqual(answer.status, 200, answer.text)
        return str(answer.json()["silenceID"])

    def end(self, silence: str) -> None:
        answer = web.ask(self.monitoring.places.alertmanager, f"/api/v2/silence/{silence}", "DELETE")
        self.assertEqual(answer.status, 200, answer.text)

    def test_a_silenced_alert_holds_its_policy_and_is_healed_afterwards(self) -> None:
        silence = self.silence("quantum_redis")
        alert = {**DOWN, "container": "quantum_redis", "policy": "defensive_exit"}
        self.post(alert)
        wait_for(lambda: self.policy_is("defensive_exit"), "the policy", 60)
        wait_for(lambda: self.suppressed("quantum_redis"), "the incident to say why", 60)
        incident = self.incident("quantum_redis")
        assert incident is not None
        self.assertIn(silence, self.monitoring.incident(incident["id"])["refusal_detail"])
        self.stays_alone("quantum_redis")
        self.assertTrue(self.policy_is("defensive_exit"))
        self.end(silence)
        wait_for(lambda: self.actions("quantum_redis") > 0, "healing after the silence", 60)
        self.post(alert, ends_in=-1)

    def test_a_silence_keeps_the_next_rung_from_starting(self) -> None:
        alert = {**DOWN, "container": "quantum_nginx"}
        self.post(alert)
        wait_for(lambda: self.actions("quantum_nginx") == 1, "the first rung", 60)
        self.silence("quantum_nginx")
        wait_for(lambda: self.suppressed("quantum_nginx"), "the second rung to be held", 60)
        since = self.monitoring.reconciled_at()
        wait_for(lambda: self.monitoring.reconciled_at() > since + A_WHILE, "several reconciliations", 120)
        self.assertEqual(self.actions("quantum_nginx"), 1)


class RoutedElsewhereTest(SuppressionCase):
    @classmethod
    def change(cls, config: Any) -> None:
        config["route"]["routes"].insert(0, {"matchers": ['env = "staging"'], "receiver": "staging-team"})
        config["receivers"].append({"name": "staging-team"})

    def test_what_is_routed_to_others_is_ignored(self) -> None:
        staging = {"env": "staging"}
        self.post(
            {**DOWN, "container": "quantum_redis", **staging},
            {"alertname": "PolicyEmergencyShutdown", "severity": "critical", "policy": "emergency_shutdown", **staging},
            {**DOWN, "container": "quantum_nginx"},
        )
        wait_for(lambda: self.actions("quantum_nginx") > 0, "the alert of this stack", 60)
        self.stays_alone("quantum_redis")
        self.assertIsNone(self.incident("quantum_redis"))
        self.assertFalse(self.policy_is("emergency_shutdown"))
        elsewhere = self.monitoring.metric(self.monitoring.places.healer, "salus_healer_reconcile_alerts", routed="elsewhere")
        self.assertEqual(elsewhere, 2)

    def test_a_container_that_is_not_declared_is_refused(self) -> None:
        self.post({**DOWN, "alertname": "SubsystemStale", "container": "quantum_postgres-2", "subsystem": "database"})
        healer = self.monitoring.places.healer

        def refused() -> bool:
            count = self.monitoring.metric(healer, "salus_decisions_total", playbook="restart_container", reason="undeclared_target")
            return bool(count)

        wait_for(refused, "the refusal", 60)
        self.assertEqual(self.actions("quantum_postgres"), 0)


class MutedTest(SuppressionCase):
    """This Alertmanager does not show what its time intervals mute."""

    @classmethod
    def change(cls, config: Any) -> None:
        route = {"receiver": "healer", "matchers": ['hours = "night"'], "mute_time_intervals": ["always"]}
        config["route"]["routes"].insert(0, route | {"group_by": ["..."], "group_wait": "0s", "group_interval": "200ms"})
        always = {"times": [{"start_time": "00:00", "end_time": "24:00"}]}
        config["time_intervals"] = [{"name": "always", "time_intervals": [always]}]

    def test_what_a_time_interval_mutes_holds_its_policy_and_is_not_healed(self) -> None:
        night = {"hours": "night"}
        self.post(
            {**DOWN, "container": "quantum_redis", "policy": "defensive_exit", **night},
            {**DOWN, "container": "quantum_grafana", **night},
            {**DOWN, "container": "quantum_nginx"},
        )
        wait_for(lambda: self.policy_is("defensive_exit"), "the policy", 60)
        wait_for(lambda: self.actions("quantum_nginx") > 0, "what is delivered to be healed", 60)
        wait_for(lambda: self.suppressed("quantum_redis"), "the incident to say why", 60)
        self.stays_alone("quantum_redis")
        self.assertEqual(self.actions("quantum_grafana"), 0)
        self.assertTrue(self.policy_is("defensive_exit"))


if __name__ == "__main__":
    unittest.main()
