"""Rows 1 to 6: what Alertmanager may legally deliver, and how often it is acted on."""

import time

from conformance import bodies
from conformance.healer import Healer, playbook
from conformance.relay import Relay, alertmanagers
from conformance.rows import Place, row
from e2e import web
from e2e.waiting import wait_for

GROUP = "webhook"


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


@row(1, GROUP, "the same body 5 times at once", "one action, five 2xx", black_box=True)
def same_body_at_once(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    answers = receiver.deliver_at_once([bodies.delivery([receiver.alert()])] * 5)
    expect(all(each.good for each in answers), f"statuses {[each.status for each in answers]}")
    receiver.expect(1, before)


@row(2, GROUP, "the same body after the action ended", "nothing more until startsAt is new", black_box=True)
def same_body_later(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    alert = receiver.alert()
    receiver.deliver(alert)
    receiver.expect(1, before)
    for _ in range(3):
        expect(receiver.deliver(alert).good, "a repeat is acknowledged")
    receiver.expect(1, before)
    time.sleep(receiver.cooldown)  # of a receiver that may be another program: it shows no end of it
    receiver.deliver({**alert, "startsAt": bodies.stamp()})
    receiver.expect(2, before)


@row(3, GROUP, "the same alert from two Alertmanager peers, an outage between", "one action", black_box=True)
def two_peers(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    relay = Relay(receiver)
    place.stack.callback(relay.stop)
    first, second = alertmanagers(place, relay, 2)
    relay.up = False
    alert = receiver.alert()
    for each in (first, second):
        each.fire(alert)
    wait_for(lambda: relay.refused >= 2, "both peers to try in vain", 60)
    relay.up = True
    wait_for(lambda: relay.passed >= 1, "a delivery after the outage", 60)
    receiver.expect(1, before)
    # A peer that knows nothing of the others' deliveries sends its own again.
    passed = relay.passed
    first.kill()
    second.kill()
    first.start()
    first.fire(alert)
    wait_for(lambda: relay.passed > passed, "a delivery of the peer that came back", 60)
    receiver.expect(1, before)
    place.note(f"{relay.refused} refused and {relay.passed} passed deliveries")


@row(4, GROUP, "same fingerprint, new startsAt, within / after the cooldown", "refused with its reason / attempt 2", black_box=True)
def refire(place: Place) -> None:
    if place.target:
        receiver = place.target()
    else:
        receiver = place.healer(lambda config: config["playbooks"][0].update(cooldown="10s")).start()
        receiver.cooldown = 10.0
    before = receiver.ran()
    alert = receiver.alert()
    receiver.deliver(alert)
    receiver.expect(1, before)
    ended = time.monotonic()
    again = {**alert, "startsAt": bodies.stamp()}
    receiver.deliver(again)
    if isinstance(receiver, Healer):
        refused = receiver.wait_state(alert["labels"]["container"], "gated")
        expect(refused["refusal"] == "cooldown", f"refused for {refused['refusal']}")
        expect(time.monotonic() - ended < receiver.cooldown, "the machine is too slow for this cooldown")
    expect(receiver.ran() - before == 1, "an action ran within the cooldown")
    time.sleep(max(0.0, ended + receiver.cooldown - time.monotonic()))
    receiver.deliver(again)  # as Alertmanager repeats what still fires
    receiver.expect(2, before)


@row(5, GROUP, "resolved alone; resolved before firing; resolved while running", "no action; the action finishes, the incident is marked", black_box=True)
def resolved(place: Place) -> None:
    def slowly(config: dict) -> None:  # type: ignore[type-arg]
        config["playbooks"].append(playbook("slow", slow))

    if place.target:
        receiver = place.target()
    else:
        receiver = healer = place.healer()
        slow = healer.add_program("slow", f"while [ ! -e {healer.folder}/go ]; do sleep 0.05; done")
        slowly(healer.config)
        healer.write_config()
        healer.start()
    before = receiver.ran()
    alert = receiver.alert()
    expect(receiver.deliver(bodies.resolved(alert)).good, "resolved alone is acknowledged")
    receiver.settle()
    receiver.deliver(alert)  # the firing that was overtaken
    receiver.settle()
    expect(receiver.ran() == before, "an action ran for what had been resolved")
    if not isinstance(receiver, Healer):
        return
    running = receiver.alert(heal="slow")
    target = running["labels"]["container"]
    receiver.deliver(running)
    wait_for(lambda: receiver.ran() - before == 1, "the slow action", 60)
    receiver.deliver(bodies.resolved(running))
    expect(receiver.incident_of(target)["state"] == "running", "the action goes on")
    (receiver.folder / "go").touch()
    receiver.expect(1, before)
    incident = receiver.wait_state(target, "healed")
    told = [moment["what"] for moment in incident["timeline"]]
    expect("resolved" in " ".join(told) or "ended" in str(incident["timeline"]), f"the story marks it: {told}")


@row(6, GROUP, "one firing and one resolved alert in a body", "acts on the firing one only", black_box=True)
def mixed(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    firing, ended = receiver.alert(), receiver.alert()
    expect(receiver.deliver(bodies.resolved(ended), firing).good, "a mixed body is acknowledged")
    receiver.expect(1, before)
    if isinstance(receiver, Healer):
        expect(receiver.incident_of(firing["labels"]["container"])["actions"] == 1, "it acted on the firing one")


@row(30, "engine", "Alertmanager killed and restarted", "no second action")
def alertmanager_restarted(place: Place) -> None:
    healer = place.healer()
    (port,) = web.free_ports(1)
    healer.config["alertmanager_url"] = f"http://127.0.0.1:{port}"
    healer.write_config()
    healer.start()
    relay = Relay(healer)
    place.stack.callback(relay.stop)
    (manager,) = alertmanagers(place, relay, 1, port)
    alert = healer.alert()
    manager.fire(alert)
    healer.expect(1)
    for _ in range(2):
        passed = relay.passed
        manager.kill()
        manager.start()
        manager.fire(alert)
        wait_for(lambda: relay.passed > passed, "its delivery after the restart", 60)
        healer.expect(1)
