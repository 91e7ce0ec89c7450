"""Rows 25, 27, 29 and 38: what limits the healer when much happens, again and again, or while nobody looks."""

import time

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import playbook
from conformance.receiver import TARGETS
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "guards"
BUDGET = 3


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
    ended = sum(moment["what"] == "alert_ended" for moment in incident["story"])
    expect(ended >= 20 - BUDGET - 1, f"its story counts {ended} ends")
    number = incident["id"]
    expect(healer.command("POST", f"/api/v1/incidents/{number}/release", reason="mended").status == 200, "released")
    healer.expect_alive()
    place.note(f"20 times, {healer.ran() - 1} actions, then latched with {ended} ends counted")


@row(27, GROUP, "two playbooks want one target", "one lock, priority, the loser recorded")
def two_playbooks(place: Place) -> None:
    healer = place.healer()
    go = healer.folder / "go"
    slow = healer.add_program("slow", f"while [ ! -e {go} ]; do sleep 0.02; done")
    urgent = playbook("urgent", slow, accepts=[bodies.ALERT_NAME])
    other = playbook("other", healer.record, accepts=["ConformanceOther"])
    healer.config["playbooks"] = [other, urgent]
    healer.write_config()
    healer.start()
    target = healer.target()
    first = healer.alert(target, heal="urgent")
    second = healer.alert(target, name="ConformanceOther", heal="other", labels={"severity": "warning"})
    healer.world.alerts = [first, second]
    expect(healer.deliver(second, first).good, "acknowledged")
    wait_for(lambda: healer.ran() == 1, "the urgent one's action", 60, 0.02)

    def of(name: str) -> dict:  # type: ignore[type-arg]
        return next(each for each in healer.incidents() if each["playbook"] == name)

    wait_for(lambda: of("other")["state"] == "gated", "the other to wait", 60, 0.02)
    expect(of("urgent")["state"] == "running", "the critical one acts first")
    expect(of("other")["refusal"] == "target_busy", f"refused for {of('other')['refusal']}")
    expect(of("urgent")["id"] in str(of("other")["story"]), "the loser names whom it waits for")
    expect(healer.ran() == 1, "one action at a time")
    healer.world.alerts = []
    healer.deliver(bodies.resolved(second))
    go.touch()
    wait_for(lambda: of("urgent")["state"] == "healed", "the urgent one to be healed", 60, 0.02)
    wait_for(lambda: of("other")["state"] == "resolved", "the other to end with its alert", 60, 0.02)
    expect(healer.ran() == 1, f"{healer.ran()} actions")


@row(29, GROUP, "healer down 10 min while alerts fire", "catches up; no stampede")
def down(place: Place) -> None:
    healer = place.healer()
    running = healer.folder / "running"
    running.mkdir()
    # Each action leaves how many run beside it.
    count = f"touch {running}/$$; ls {running} | wc -l >> {healer.folder}/beside; sleep 0.1; rm {running}/$$"
    counted = healer.add_program("counted", count)
    healer.config["playbooks"] = [playbook("conformance", counted, cooldown="1h")]
    healer.config["action_workers"] = 4
    healer.write_config()
    healer.start()
    healer.expect_alive()
    expect(healer.stop() == 0, "it ends well")
    began = bodies.stamp(time.time() - 600)
    healer.world.alerts = [healer.alert(target, starts_at=began) for target in TARGETS[1:41]]
    before = healer.ran()
    begin = time.monotonic()
    healer.start()
    wait_for(lambda: healer.ran() - before == 40, "all that fires to be acted on", 60)
    healer.settle()
    expect(healer.ran() - before == 40, f"{healer.ran() - before} actions for 40 alerts")
    most = max(int(line) for line in (healer.folder / "beside").read_text().split())
    place.note(f"40 alerts in {time.monotonic() - begin:.1f} s, at most {most} actions at once")
    expect(most <= 4, f"{most} actions at once")


@row(38, GROUP, "a maintenance window forgotten", "expires; alerts recorded meanwhile")
def forgotten(place: Place) -> None:
    healer = place.healer().start()
    paused = healer.command("POST", "/api/v1/pause", **{"for": "4s", "reason": "maintenance"})
    expect(paused.status == 200, f"pause: {paused.status} {paused.text}")
    begin = time.monotonic()
    alert = healer.alert(labels={"policy": "no_new_trades"})
    target = alert["labels"]["container"]
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, "acknowledged")
    refused = healer.wait_state(target, "gated")
    expect(refused["refusal"] == "paused", f"refused for {refused['refusal']}")
    healer.wait_policy("no_new_trades")  # which tightens all the same
    healer.kill()  # also over a restart
    healer.start()
    expect(healer.ran() == 0, "nothing is done in the window")
    wait_for(lambda: healer.ran() == 1, "the action after the window", 60, 0.02)
    took = time.monotonic() - begin
    place.note(f"a window of 4 s, acted after {took:.1f} s")
    expect(took > 3.5, f"the window of 4 s ended after {took:.1f} s")
    healer.expect(1)
