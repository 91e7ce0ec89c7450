"""Rows 24 and 26: actions that did not help, and several alerts of one cause."""

import time
from functools import partial

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Healer, playbook
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "world"
VERIFY = {"healthy_for": "1s", "within": "2s", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}


def ladder(healer: Healer, **verify: str) -> None:
    """Two rungs, told apart by their lines."""
    second = healer.add_program("second", f"echo second >> {healer.folder}/second.log")
    healer.config["playbooks"] = [playbook("conformance", healer.record, second, verify={**VERIFY, **verify})]
    healer.write_config()


def begin(healer: Healer) -> str:
    """Fires an alert that goes on firing; its target."""
    alert = healer.alert()
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    return str(alert["labels"]["container"])


@row(24, GROUP, "exit 0 but the condition persists; relapse in probation; the metric disappears; Prometheus down while verifying", "ineffective → next rung; unknown is not success; waiting bounded")
def persists(place: Place) -> None:
    place.side_by_side(
        partial(ill_still, place), partial(relapse, place), partial(rule_still_fires, place), partial(deaf, place)
    )


def ill_still(place: Place) -> None:
    """The expression finds no series that satisfies it."""
    healer = place.healer()
    ladder(healer)
    healer.world.ill = {"conformance-000"}
    healer.start()
    target = begin(healer)
    begun = time.monotonic()
    incident = healer.wait_state(target, "exhausted")
    took = time.monotonic() - begun
    expect(healer.ran() == 2, f"{healer.ran()} runs of two rungs")
    expect((healer.folder / "second.log").exists(), "the second rung was the second program")
    told = [moment["what"] for moment in incident["timeline"]]
    expect(told.count("ineffective") == 2 and "healed" not in told, f"the story: {told}")
    expect(took < 4 + 6 * place.slack, f"bounded: {took:.1f} s")
    place.note(f"two rungs that do not help: {took:.1f} s")


def relapse(place: Place) -> None:
    healer = place.healer()
    ladder(healer, healthy_for="4s", within="20s")
    healer.start()
    target = begin(healer)
    healer.wait_state(target, "probation")
    healer.world.ill = {target}
    wait_for(lambda: healer.ran() == 2, "the next rung", 60, 0.02)
    healer.world.ill = set()
    incident = healer.wait_state(target, "healed")
    told = [moment["what"] for moment in incident["timeline"]]
    expect("relapsed" in told, f"the story: {told}")
    expect(healer.ran() == 2, f"{healer.ran()} runs")


def rule_still_fires(place: Place) -> None:
    healer = place.healer()
    ladder(healer, within="8s")
    healer.world.rule_active = [{"alertname": bodies.ALERT_NAME, "container": "conformance-000"}]
    healer.start()
    target = begin(healer)
    wait_for(lambda: healer.ran() == 2, "the next rung, for the rule still fires", 60, 0.02)
    healer.world.rule_active = []
    healer.wait_state(target, "healed")


def deaf(place: Place) -> None:
    """Prometheus is down: unknown is no success, and no reason for another disruption. An operator is notified in time."""
    healer = place.healer()
    ladder(healer)
    healer.world.prometheus = False
    healer.start()
    target = begin(healer)
    refusals = lambda: [each["refusal"] for each in healer.incidents() if each["target"]["name"] == target]  # noqa: E731
    wait_for(lambda: refusals() == ["unverified"], "the incident to wait for evidence", 60, 0.05)
    incident = healer.incident_of(target)
    told = [moment["what"] for moment in incident["timeline"]]
    expect(not {"probation", "healed", "ineffective"} & set(told), f"the timeline: {told}")
    expect(healer.ran() == 1, f"{healer.ran()} runs")
    healer.world.ill = {target}
    healer.world.prometheus = True
    wait_for(lambda: healer.ran() == 2, "the next rung, once the symptom is seen", 60, 0.05)


@row(26, GROUP, "two alerts, one cause", "one action on the common target")
def one_cause(place: Place) -> None:
    healer = place.healer(lambda config: config["playbooks"][0].update(cooldown="1h")).start()
    first = healer.alert()
    target = first["labels"]["container"]
    second = healer.alert(target, name="ConformanceOther")
    third = healer.alert(target)
    healer.world.alerts = [first, second, third]
    expect(healer.deliver(first, second).good, "acknowledged")
    expect(healer.deliver(third).good, "acknowledged")
    healer.expect(1)
    incidents = [each for each in healer.incidents() if each["target"]["name"] == target and each["actions"]]
    expect(len(incidents) == 1, f"{len(incidents)} incidents acted")
    expect({"ConformanceCheck", "ConformanceOther"} <= set(incidents[0]["alerts"]), f"of {incidents[0]['alerts']}")
