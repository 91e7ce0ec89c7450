"""Rows 47 and 48: what Alertmanager holds back or routes elsewhere, and alerts that say nothing about the health of their target."""

from functools import partial
from typing import Any, Dict

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Config, Healer, playbook
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "held"
STATUS = {"state": "suppressed", "silencedBy": [], "inhibitedBy": []}
# How Alertmanager's list shows each.
HELD: Dict[str, Dict[str, Any]] = {
    "silenced": {"status": {**STATUS, "silencedBy": ["7c6a"]}},
    "inhibited": {"status": {**STATUS, "inhibitedBy": ["0123456789abcdef"]}},
    "muted": {"status": {**STATUS, "mutedBy": ["nights"]}},
    "routed to others": {"receivers": [{"name": "staging"}]},
}


def often(config: Config) -> None:
    config["reconcile_interval"] = "1s"
    config["policy"]["relax_after"] = "1s"


@row(47, GROUP, "silence, mute interval, inhibition, other receiver, on an alert with policy", "policy holds, nothing is healed")
def held(place: Place) -> None:
    place.side_by_side(*(partial(holds_what_it_knew, place, how) for how in HELD))
    place.side_by_side(*(partial(from_the_start, place, how) for how in HELD))


def holds_what_it_knew(place: Place, how: str) -> None:
    """It begins while the incident is open: the second rung does not start, and the policy stays until it is over."""
    healer = place.healer(often)
    second = healer.add_program("second", "true")
    slow = {"healthy_for": "0s", "within": "3s", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}
    healer.config["playbooks"] = [playbook("conformance", healer.record, second, verify=slow)]
    healer.write_config()
    healer.world.ill = {"conformance-000"}
    healer.start()
    healer.wait_policy("allow_all")
    alert = healer.alert(labels={"policy": "defensive_exit"})
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    wait_for(lambda: healer.ran() == 1, "the first rung", 60, 0.02)
    healer.world.alerts = [{**alert, "listed": HELD[how]}]
    incident = wait_for(lambda: refused(healer, alert, "suppressed"), f"the incident to say that it is {how}", 60, 0.05)
    expect(bool(incident["refusal_detail"]), "it says why")
    healer.reconcile()
    expect(healer.ran() == 1, f"{how}: {healer.ran()} runs")
    expect(healer.policy() == "defensive_exit", f"{how}: the policy is {healer.policy()}")
    healer.world.alerts = [alert]
    wait_for(lambda: healer.ran() == 2, f"the second rung when it is no longer {how}", 60, 0.05)


def from_the_start(place: Place, how: str) -> None:
    healer = place.healer(often)
    alert = healer.alert(labels={"policy": "defensive_exit"})
    healer.world.alerts = [{**alert, "listed": HELD[how]}]
    healer.world.rules_raise_them = "receivers" not in HELD[how]  # what is routed to others is another system's
    healer.start()
    if "receivers" in HELD[how]:
        healer.wait_policy("allow_all")  # it is none of this healer's
    else:
        healer.wait_policy("defensive_exit")
    healer.reconcile()
    expect(healer.ran() == 0, f"{how}: {healer.ran()} runs")
    expect(healer.policy() == ("allow_all" if "receivers" in HELD[how] else "defensive_exit"), f"{how}: {healer.policy()}")


def refused(healer: Healer, alert: bodies.Alert, reason: str) -> Any:
    incident = healer.incident_of(str(alert["labels"]["container"]))
    return incident if incident["refusal"] == reason else None


@row(48, GROUP, "undeclared container, other ruler, replica that goes on firing", "nothing healthy is disrupted")
def healthy(place: Place) -> None:
    place.side_by_side(partial(undeclared, place), partial(other_ruler, place), partial(goes_on, place), partial(replica, place))


def undeclared(place: Place) -> None:
    """The subsystem's own container is healthy; the alert is about another one."""
    healer = place.healer(often)
    healer.start()
    alert = healer.alert("conformance-replica", labels={"subsystem": "stack"})
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    wait_for(lambda: healer.metric("salus_decisions_total", reason="undeclared_target") == 1, "the refusal", 30, 0.05)
    healer.reconcile()
    expect(healer.ran() == 0, f"{healer.ran()} runs")


def ladder(place: Place) -> Healer:
    healer = place.healer(often)
    verify = {"healthy_for": "500ms", "within": "3s", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}
    rungs = [healer.record, healer.record, healer.record]
    healer.config["playbooks"] = [playbook("conformance", *rungs, cooldown="0s", verify=verify)]
    healer.write_config()
    return healer


def begin(healer: Healer, **fields: Any) -> bodies.Alert:
    alert = healer.alert(**fields)
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    wait_for(lambda: healer.ran() == 1, "the action", 60, 0.02)
    return alert


def other_ruler(place: Place) -> None:
    """Prometheus has no such rule: the alert's own end counts, together with the facts."""
    healer = ladder(place)
    healer.world.rules = ["Another"]
    healer.start()
    alert = begin(healer)
    healer.world.alerts = []
    expect(healer.deliver(bodies.resolved(alert)).good, "acknowledged")
    healer.wait_state(str(alert["labels"]["container"]), "healed")
    expect(healer.ran() == 1, f"{healer.ran()} runs")


def goes_on(place: Place) -> None:
    """The same, but the alert does not end: an operator is called, nothing runs."""
    healer = ladder(place)
    healer.world.rules = ["Another"]
    healer.start()
    alert = begin(healer)
    wait_for(lambda: refused(healer, alert, "contradicted"), "the call for an operator", 60, 0.05)
    healer.reconcile()
    expect(healer.ran() == 1, f"{healer.ran()} runs")


def replica(place: Place) -> None:
    """Verified as healed, and its alert is still there."""
    healer = ladder(place)
    healer.start()
    alert = begin(healer, labels={"replica": "b"})
    wait_for(lambda: refused(healer, alert, "contradicted"), "the call for an operator", 60, 0.05)
    states = [each["state"] for each in healer.incidents()]
    expect(states == ["gated", "healed"], f"the incidents are {states}")
    for again in (False, True):
        if again:
            healer.kill()
            healer.start()
        healer.reconcile()
        expect(healer.ran() == 1, f"{healer.ran()} runs, after a restart: {again}")
