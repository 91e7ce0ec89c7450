"""The real Alertmanager with the shipped routing: what depends on a broken subsystem is held until its cause is over."""

import json
import unittest
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar, Dict, List, Set

from e2e import overlay, web
from e2e.case import programs
from e2e.folder import RunFolder
from e2e.monitoring import Monitoring
from e2e.rig import logs_of
from e2e.waiting import wait_for

STALE = {"alertname": "SubsystemStale", "severity": "critical", "status": "critical", "heal": "restart_container"}
CAUSE = {**STALE, "subsystem": "exchange_connection", "container": "quantum_exchange"}
DEPENDENT = {**STALE, "subsystem": "data_feed", "container": "quantum_data_feed"}
DOWN = {**STALE, "alertname": "ContainerDown", "subsystem": "event_executor", "container": "quantum_event_executor"}
DEMAND = {"alertname": "PolicyDefensiveExit", "severity": "warning", "policy": "defensive_exit"}
# For operators only: when it is inhibited, Alertmanager applies the cause.
PROBE = {key: value for key, value in DEPENDENT.items() if key != "heal"} | {"alertname": "SubsystemDegraded"}
OTHER = {**STALE, "subsystem": "portfolio_balancer", "container": "quantum_portfolio_balancer"}


class InhibitionTest(unittest.TestCase):
    folder: ClassVar[RunFolder]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = RunFolder.create("salus-inhibition-")
        cls.addClassCleanup(cls.folder.take_down)
        places = overlay.Places.without_a_stack(cls.folder)
        cls.monitoring = Monitoring(cls.folder, programs(), places, production_intervals=False)
        try:
            cls.monitoring.start_alertmanager()
            cls.post([CAUSE, DOWN, DEMAND, OTHER])
            # Alertmanager inhibits what comes after it has seen the cause; of one that comes with it, it may deliver both.
            cls.post([PROBE])
            wait_for(lambda: cls.inhibited(PROBE), "the cause to inhibit", 30)
            cls.post([DEPENDENT])
            cls.monitoring.start_healer()
        except Exception:
            print(logs_of(cls.folder))
            raise

    @classmethod
    def post(cls, alerts: List[Dict[str, str]], ends_in: timedelta = timedelta(minutes=30)) -> None:
        now = datetime.now(timezone.utc)
        body = [
            {"labels": labels, "startsAt": (now - timedelta(minutes=1)).isoformat(), "endsAt": (now + ends_in).isoformat()}
            for labels in alerts
        ]
        answer = web.ask(cls.monitoring.places.alertmanager, "/api/v2/alerts", "POST", json.dumps(body), {"Content-Type": "application/json"})
        assert answer.status == 200, answer.text

    @classmethod
    def held(cls, labels: Dict[str, str]) -> Dict[str, Any]:
        alerts = web.get_json(cls.monitoring.places.alertmanager, "/api/v2/alerts")
        return next(alert for alert in alerts if labels.items() <= alert["labels"].items())

    @classmethod
    def inhibited(cls, labels: Dict[str, str]) -> bool:
        return bool(cls.held(labels)["status"]["inhibitedBy"])

    def test_people_hear_of_the_cause_alone(self) -> None:
        wait_for(lambda: self.inhibited(DEPENDENT), "the dependent to be inhibited", 60)
        self.assertFalse(self.inhibited(CAUSE))
        self.assertFalse(self.inhibited(OTHER))

    def test_a_cause_of_its_own_and_a_demand_on_trading_are_never_kept_back(self) -> None:
        wait_for(lambda: self.inhibited(DEPENDENT), "the dependent to be inhibited", 60)
        self.assertFalse(self.inhibited(DOWN))
        self.assertFalse(self.inhibited(DEMAND))

    def targets(self) -> Set[str]:
        return {incident["target"]["name"] for incident in self.monitoring.incidents()}

    def test_the_healer_heals_the_cause_alone_until_that_is_over(self) -> None:
        causes = {"quantum_exchange", "quantum_portfolio_balancer", "quantum_event_executor"}
        wait_for(lambda: causes <= self.targets(), "incidents of what is not inhibited", 90)
        wait_for(lambda: web.get_json(self.monitoring.places.healer, "/policy")["policy"] == "defensive_exit", "the policy", 60)
        since = self.monitoring.reconciled_at()
        wait_for(lambda: self.monitoring.reconciled_at() > since + 10, "two reconciliations", 60)
        self.assertNotIn("quantum_data_feed", self.targets())
        self.post([CAUSE], ends_in=timedelta(seconds=-1))
        self.addCleanup(self.post, [CAUSE])
        wait_for(lambda: "quantum_data_feed" in self.targets(), "an incident of the dependent", 90)


if __name__ == "__main__":
    unittest.main()
