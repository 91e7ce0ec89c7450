"""Looks at the loop from outside while it turns: at what Prometheus, Alertmanager, the healer and the policy file say."""

import time
from typing import Any, Callable, Dict, List, Optional

from e2e.monitoring import Monitoring
from e2e.timeline import Timeline, moments, seconds
from e2e.waiting import TimedOut

TIGHTER = ["allow_all", "safe_risk_profile", "no_new_trades", "defensive_exit", "emergency_shutdown"]


def level(policy: str) -> int:
    """How strict a policy is; 0 allows everything."""
    return TIGHTER.index(policy)


class Observer:
    """Follows one fault: an alert with `labels`, healed by an incident on the container `target`."""

    def __init__(self, monitoring: Monitoring, timeline: Timeline, target: str, **labels: str):
        self.monitoring = monitoring
        self.timeline = timeline
        self.target = target
        self.labels = labels
        self.in_prometheus = False
        self.in_alertmanager = False
        self.strictest = 0
        self.strictest_in_file = 0
        self.incident: Optional[Dict[str, Any]] = None
        self._told = 0

    def until(self, state: str, patience: float) -> Dict[str, Any]:
        """Looks ten times a second until the incident is in that state, and notes what it sees on the way."""
        limit = time.monotonic() + patience
        while True:
            self._look()
            if self.incident is not None and self.incident["state"] == state:
                return self.incident
            if time.monotonic() > limit:
                raise TimedOut(f"not within {patience:g} s: {self.target} {state}; seen: {self._seen()}")
            time.sleep(0.1)

    def _look(self) -> None:
        monitoring = self.monitoring
        self.in_prometheus = self.in_prometheus or self._quietly(lambda: monitoring.firing(**self.labels)) is not None
        self.in_alertmanager = self.in_alertmanager or self._quietly(lambda: monitoring.held(**self.labels)) is not None
        policy = self._quietly(monitoring.policy)
        written = self._quietly(monitoring.policy_file)
        if policy and level(policy["policy"]) > self.strictest:
            self.strictest = level(policy["policy"])
            self.timeline.note("policy", f"{policy['policy']}: {', '.join(policy['causes'])}")
        if written:
            self.strictest_in_file = max(self.strictest_in_file, level(written["policy"]))
        for incident in self._quietly(monitoring.incidents) or []:
            if self._ours(incident):
                self.incident = incident
        self._tell()

    @staticmethod
    def _quietly(look: Callable[[], Any]) -> Any:
        try:
            return look()
        except OSError:
            return None  # it is being restarted, or answers later

    def _ours(self, incident: Dict[str, Any]) -> bool:
        if self.incident is not None:
            return bool(incident["id"] == self.incident["id"])
        return bool(incident["target"]["name"] == self.target and seconds(incident["opened_at"]) >= self.timeline.fault)

    def _tell(self) -> None:
        """Adds what the incident's story has that the timeline has not."""
        if self.incident is None:
            return
        timeline, story = self.timeline, self.incident["timeline"]
        if self._told == 0:
            alerts = ", ".join(self.incident["alerts"])
            timeline.add(seconds(self.incident["alert_starts_at"]), "detected", f"Prometheus: {alerts}")
            timeline.add(seconds(self.incident["opened_at"]), "delivered", f"webhook journalled: {self.incident['id']}")
        for moment in story[self._told :]:
            if moment["what"] not in ("accepted", "joined"):
                timeline.add(seconds(moment["at"]), LABELS.get(moment["what"], moment["what"]), moment["detail"])
        self._told = len(story)

    def _seen(self) -> str:
        story = moments(self.incident) if self.incident else "no incident"
        return f"alert in Prometheus {self.in_prometheus}, in Alertmanager {self.in_alertmanager}, {story}"


# The timeline's own words for moments of an incident.
LABELS = {"action_succeeded": "acted", "healed": "verified"}


def in_order(story: List[str], wanted: List[str]) -> bool:
    """Whether the wanted moments occur in that order, whatever is between them."""
    rest = iter(story)
    return all(what in rest for what in wanted)
