"""Rows 25, 27, 29 and 38: what limits the healer when much happens, again and again, or while nobody looks."""

import time
from datetime import datetime

from conformance import bodies
from conformance.clocks import Clock
from conformance.deliveries import expect
from conformance.healer import Healer, playbook
from conformance.receiver import TARGETS
from conformance.rows import Place, row
from e2e import web
from e2e.waiting import wait_for

GROUP = "guards"
BUDGET = 3
GRACE = 3


@row(25, GROUP, "flapping 20 times an hour", "at most the budget, then latched, one incident with a count")
def flapping(place: Place) -> None:
    healer = place.healer()
    healer.config["playbooks"] = [playbook("conformance", healer.record, cooldown="0s", attempts=BUDGET)]
    healer.write_config()
    healer.start()
    alert = healer.alert()
    target = alert["labels"]["container"]
    for _ in range(20):
        firing = {**alert, "startsAt": bodies.stamp()}
        healer.world.alerts = [firing]
        expect(healer.deliver(firing).good, "acknowledged")
        healer.settle()
        healer.world.alerts = []
        healer.deliver(bodies.resolved(firing))
        time.sleep(0.02)  # a new start is later than the last one
    expect(healer.ran() == BUDGET, f"{healer.ran()} actions, the budget is {BUDGET}")
    incident = healer.wait_state(target, "exhausted")
    latched = [each for each in healer.incidents("open") if each["target"]["name"] == target]
    expect(len(latched) == 1, f"{len(latched)} incidents are open")
    every = [each for each in healer.incidents() if each["target"]["name"] == target]
    expect(len(every) == BUDGET + 1, f"{len(every)} incidents, one for each action and the latched one are right")
    expect("attempts" in healer.timeline(target) or "actions on" in healer.timeline(target), f"it says why: {incident['timeline']}")
    ended = sum(moment["what"] == "alert_ended" for moment in incident["timeline"])
    expect(ended >= 20 - BUDGET - 1, f"its story counts {ended} ends")
    number = incident["id"]
    expect(healer.command("POST", f"/api/v1/incidents/{number}/release", reason="mended").status == 200, "released")
    healer.expect_alive()
    place.note(f"20 times, {healer.ran() - 1} actions, then latched with {ended} ends counted")


@row(27, GROUP, "two playbooks want one target", "one lock, priority, the loser recorded")
def two_playbooks(place: Place) -> None:
    place.side_by_side(lambda: first_to_act(place), lambda: taken_over(place))


def of(healer: Healer, name: str) -> dict:  # type: ignore[type-arg]
    """The newest incident of a playbook; one in no state before there is any."""
    return next((each for each in healer.incidents() if each["playbook"] == name), {"state": "none"})


def first_to_act(place: Place) -> None:
    """The playbook's priority decides, not the alert's severity, nor which alert came first."""
    healer = place.healer()
    go = healer.folder / "go"
    slow = healer.add_program("slow", f"while [ ! -e {go} ]; do sleep 0.02; done")
    urgent = playbook("urgent", slow, accepts=[bodies.ALERT_NAME], priority=1)
    other = playbook("other", healer.record, accepts=["ConformanceOther"], priority=2)
    healer.config["playbooks"] = [other, urgent]
    healer.write_config()
    healer.start()
    target = healer.target()
    first = healer.alert(target, heal="urgent", labels={"severity": "warning"})
    second = healer.alert(target, name="ConformanceOther", heal="other", labels={"severity": "critical"})
    healer.world.alerts = [second, first]
    expect(healer.deliver(second, first).good, "acknowledged")
    wait_for(lambda: healer.ran() == 1, "the urgent one's action", 60, 0.02)
    wait_for(lambda: of(healer, "other")["state"] == "gated", "the other to wait", 60, 0.02)
    urgent_one, loser = of(healer, "urgent"), of(healer, "other")
    expect(urgent_one["state"] == "running", "the one of priority 1 acts first")
    expect(loser["refusal"] == "target_busy", f"refused for {loser['refusal']}")
    expect(loser["waits_for"] == urgent_one["id"], f"the loser waits for {loser['waits_for']}")
    expect(urgent_one["id"] in str(loser["timeline"]), "and its story says so")
    expect(healer.ran() == 1, "one action at a time")
    healer.world.alerts = []
    healer.deliver(bodies.resolved(second))
    wait_for(lambda: of(healer, "other")["state"] == "resolved", "the other to end with its alert", 60, 0.02)
    healer.deliver(bodies.resolved(first))
    go.touch()
    wait_for(lambda: of(healer, "urgent")["state"] == "healed", "the urgent one to be healed", 60, 0.02)
    expect(healer.ran() == 1, f"{healer.ran()} actions")


def taken_over(place: Place) -> None:
    """What is more urgent does not wait until another playbook has seen whether its action helped."""
    healer = place.healer()
    go = healer.folder / "go"
    slow = healer.add_program("slow", f"while [ ! -e {go} ]; do sleep 0.02; done")
    patient = {"healthy_for": "0s", "within": "5m", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}
    urgent = playbook("urgent", slow, accepts=[bodies.ALERT_NAME], priority=1, cooldown="0s")
    other = playbook("other", healer.record, accepts=["ConformanceOther"], priority=2, cooldown="0s", verify=patient)
    healer.config["playbooks"] = [other, urgent]
    healer.write_config()
    healer.start()
    target = healer.target()
    second = healer.alert(target, name="ConformanceOther", heal="other")
    healer.world.ill = {target}
    healer.world.alerts = [second]
    expect(healer.deliver(second).good, "acknowledged")
    wait_for(lambda: of(healer, "other")["state"] == "verifying", "the other to verify", 60, 0.02)
    first = healer.alert(target, heal="urgent")
    healer.world.alerts = [first, second]
    expect(healer.deliver(first).good, "acknowledged")
    wait_for(lambda: healer.ran() == 2, "the urgent one's action", 60, 0.02)
    wait_for(lambda: of(healer, "urgent")["state"] == "running", "the urgent one to act", 60, 0.02)
    wait_for(lambda: of(healer, "other")["state"] == "gated", "the other to wait", 60, 0.02)
    loser = of(healer, "other")
    expect(of(healer, "urgent")["id"] in str(loser["timeline"]), f"the story names who took the target: {loser['timeline']}")
    healer.world.ill = set()
    healer.world.alerts = []
    go.touch()
    for each in (first, second):
        expect(healer.deliver(bodies.resolved(each)).good, "acknowledged")
    for name in ("urgent", "other"):
        wait_for(lambda: of(healer, name)["state"] in ("healed", "resolved"), f"{name} to end", 60, 0.02)
    expect(healer.ran() == 2, f"{healer.ran()} actions")


@row(29, GROUP, "healer down 10 min while alerts fire", "catches up; no stampede")
def down(place: Place) -> None:
    healer = place.healer()
    running = healer.folder / "running"
    running.mkdir()
    # Each action leaves how many run beside it.
    count = f"touch {running}/$$; ls {running} | wc -l >> {healer.folder}/beside; sleep 0.1; rm {running}/$$"
    counted = healer.add_program("counted", count)
    healer.config["playbooks"] = [playbook("conformance", counted, cooldown="1h")]
    healer.config["action_workers"] = 8
    healer.config["guards"] |= {"startup_grace": f"{GRACE}s", "concurrency": 4}
    healer.write_config()
    healer.start()
    healer.world.alerts = [healer.alert()]
    expect(healer.deliver(*healer.world.alerts).good, "acknowledged")
    healer.expect(1)
    expect(healer.stop() == 0, "it ends well")
    began = bodies.stamp(time.time() - 600)
    healer.world.alerts = [healer.alert(target, starts_at=began) for target in TARGETS[1:41]]
    before = healer.ran()
    begin, begin_wall = time.monotonic(), time.time()
    healer.start()
    wait_for(lambda: healer.ran() - before >= 40, "all that fires to be acted on", 50)
    healer.settle()
    expect(healer.ran() - before == 40, f"{healer.ran() - before} actions for 40 alerts")
    waited = min(float(line.split()[0]) for line in healer.lines()[before:]) - begin_wall
    expect(waited > GRACE - 0.1, f"the first action came {waited:.1f} s after the start, the grace is {GRACE} s")
    expect(healer.metric("salus_decisions_total", reason="starting") >= 1, "what came before the grace was over was refused for it")
    most = max(int(line) for line in (healer.folder / "beside").read_text().split())
    place.note(f"40 alerts in {time.monotonic() - begin:.1f} s, the first after {waited:.1f} s, at most {most} actions at once")
    expect(most <= 4, f"{most} actions at once")


@row(38, GROUP, "a maintenance window forgotten", "expires; alerts recorded meanwhile")
def forgotten(place: Place) -> None:
    place.side_by_side(lambda: ends(place), lambda: too_long(place))


def ends(place: Place) -> None:
    healer = place.healer(lambda config: config["playbooks"][0].update(cooldown="1h")).start()
    begin = time.time()
    paused = healer.command("POST", "/api/v1/pause", **{"for": "10s", "reason": "maintenance"})
    expect(paused.status == 200, f"pause: {paused.status} {paused.text}")
    alert = healer.alert(labels={"policy": "no_new_trades"})
    target = alert["labels"]["container"]
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    refused = healer.wait_state(target, "gated")
    expect(refused["refusal"] == "paused", f"refused for {refused['refusal']}")
    healer.wait_policy("no_new_trades")  # which tightens all the same
    healer.kill()  # also over a restart
    healer.start()
    wait_for(lambda: healer.ran() == 1, "the action after the window", 60, 0.02)
    took = float(healer.lines()[0].split()[0]) - begin
    place.note(f"a window of 10 s, acted after {took:.1f} s")
    expect(took > 9.5, f"the window of 10 s ended after {took:.1f} s")
    healer.expect(1)


def too_long(place: Place) -> None:
    """One that is meant for a year is over after longest_pause, also when most of that went by while the healer was down."""
    clock = Clock(place)
    healer = place.healer(environment=clock.environment)
    healer.config["guards"]["longest_pause"] = "5m"
    healer.config["playbooks"][0]["cooldown"] = "1h"
    healer.write_config()
    healer.start()
    begin = time.time()
    paused = healer.command("POST", "/api/v1/pause", **{"for": "8760h", "reason": "maintenance"})
    expect(paused.status == 200, f"pause: {paused.status} {paused.text}")
    state = web.get_json(healer.port, "/api/v1/pause")["data"]
    until = datetime.fromisoformat(state["until"]).timestamp() - begin
    expect(290 < until < 300 + 60 * place.slack, f"a pause of a year ends after {until:.0f} s")
    alert = healer.alert()
    target = alert["labels"]["container"]
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    expect(healer.wait_state(target, "gated")["refusal"] == "paused", "nothing is done meanwhile")
    healer.settle()
    expect(healer.ran() == 0, "an action ran in the window")
    healer.kill()
    clock.set(600, healer)
    healer.start()
    healer.expect(1)
    expect(not web.get_json(healer.port, "/api/v1/pause")["data"]["paused"], "it is over")
