"""Rows 7, 32 and 37: the healer is killed, told to stop, and started twice."""

import random
import signal
import sqlite3
import time
from functools import partial
from typing import Callable, Dict, List

from conformance.deliveries import expect
from conformance.healer import Healer, playbook
from conformance.rows import Place, row
from e2e import web
from e2e.process import start_time
from e2e.waiting import wait_for

GROUP = "crash"
# Of a slow machine, too.
PATIENT = {"healthy_for": "0s", "within": "1m", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}


def records(healer: Healer) -> List[str]:
    """What stands in the journal, as it is on the disk."""
    database = sqlite3.connect(f"file:{healer.data}/journal.db?mode=ro", uri=True, timeout=30)
    try:
        return [text for (text,) in database.execute("SELECT record FROM records ORDER BY seq")]
    finally:
        database.close()


def holds(healer: Healer, *words: str) -> Callable[[], bool]:
    """Whether a record has all these words."""
    return lambda: any(all(word in text for word in words) for text in records(healer))


# Where the healer is killed: what is seen from outside just before.
STEPS: Dict[str, Callable[[Healer], Callable[[], bool]]] = {
    "accepted": lambda healer: holds(healer, "alert_seen"),
    "opened": lambda healer: holds(healer, "incident_opened"),
    "intended": lambda healer: holds(healer, "action_intended"),
    "running": lambda healer: lambda: healer.ran() > 0,
    "finished": lambda healer: holds(healer, "action_finished"),
    "verifying": lambda healer: holds(healer, '"to":"verifying"'),
    "probation": lambda healer: holds(healer, '"to":"probation"'),
    "told": lambda healer: lambda: "is healthy again" in healer.log.read_text(errors="replace"),
}


def once_only(healer: Healer) -> None:
    """One alert: its action takes a moment and must never be repeated."""
    sleeps = healer.add_program("once", "sleep 0.3")
    healer.config["playbooks"] = [playbook("conformance", sleeps, on_crash="never_repeat", cooldown="0s", verify=PATIENT)]
    healer.write_config()


def crash_at(place: Place, step: str, delay: float) -> None:
    """Kills a healer so long after that step, and looks at its next life."""
    healer = place.healer()
    once_only(healer)
    healer.start()
    alert = healer.alert()
    target = alert["labels"]["container"]
    healer.world.alerts = [alert]
    healer.world.over = lambda: healer.ran() > 0  # the action helps at once
    answer = healer.deliver(alert)
    expect(answer.good, f"{step}: the delivery is acknowledged")
    wait_for(STEPS[step](healer), f"the step {step}", 60, 0.001)
    time.sleep(delay)  # to a random moment after the step
    healer.kill()
    ran = healer.ran()
    expect(ran <= 1, f"{step}: {ran} runs before the crash")
    # What was acknowledged was on the disk before.
    expect(holds(healer, "alert_seen", alert["fingerprint"])(), f"{step}: the alert was lost")
    healer.start()
    incident = healer.wait_state(target, "healed", "exhausted", "resolved")
    healer.settle()
    if healer.ran() > 1:
        raise AssertionError(f"{step}: {healer.ran()} runs; {incident['timeline']}")
    intended = sum('"action_intended"' in text for text in records(healer))
    expect(intended <= 1, f"{step}: intended {intended} times")
    if ran == 0:  # before the action had begun it is either still done, or a person is called
        expect(healer.ran() == 1 or incident["state"] in ("exhausted", "healed"), f"{step}: forgotten")
    code = healer.stop()
    expect(code == 0, f"{step}: exit code {code}")


@row(7, GROUP, "SIGKILL at every step: before/after the commit, before spawn, during action, verify, report", "no second run of a never_repeat action, no accepted alert lost, orphan reaped, unknown → verify")
def killed(place: Place) -> None:
    chance = random.Random(7)
    moments = [chance.uniform(0, 0.6) for _ in range(200 if place.soak else 6)]
    place.side_by_side(
        *(partial(crash_at, place, step, 0) for step in STEPS),
        *(partial(crash_at, place, "accepted", delay) for delay in moments),
        partial(orphans, place),
        partial(unknown_is_verified, place),
    )
    place.note(f"{len(STEPS)} steps and {len(moments)} random moments")


def orphans(place: Place) -> None:
    """Neither the action nor what it started outlives the healer for long."""
    healer = place.healer()
    pids = healer.folder / "pids"
    lasting = healer.add_program("lasting", f"sleep 3600 & echo $$ $! > {pids}.new; mv {pids}.new {pids}; wait")
    healer.config["playbooks"] = [playbook("conformance", lasting, on_crash="never_repeat")]
    healer.config["playbooks"][0]["rungs"][0]["timeout"] = "1h"
    healer.write_config()
    healer.start()
    healer.deliver(healer.alert())
    wait_for(pids.exists, "the action to run", 60, 0.01)
    processes = [int(pid) for pid in pids.read_text().split()]
    expect(all(start_time(pid) for pid in processes), "action and grandchild run")
    healer.kill()
    healer.start()
    wait_for(lambda: not any(start_time(pid) for pid in processes), "the orphans to be gone", 20, 0.02)


def unknown_is_verified(place: Place) -> None:
    """An interrupted action is looked at before anything is done again."""
    healer = place.healer()
    lasting = healer.add_program("lasting", "sleep 5")
    healer.config["playbooks"] = [playbook("conformance", lasting, on_crash="verify", verify=PATIENT)]
    healer.write_config()
    healer.start()
    alert = healer.alert()
    target = alert["labels"]["container"]
    healer.world.alerts = [alert]
    healer.world.over = lambda: healer.ran() > 0
    healer.deliver(alert)
    wait_for(lambda: healer.ran() == 1, "the action to run", 60, 0.01)
    healer.kill()
    healer.start()
    incident = healer.wait_state(target, "healed")
    told = [moment["what"] for moment in incident["timeline"]]
    expect("interrupted" in told and "verifying" in told[told.index("interrupted") :], f"the story: {told}")
    expect(healer.ran() == 1, "it was not run again")


@row(32, GROUP, "SIGTERM with an action running", "503 to new, finishes or records interrupted, exits in time")
def stopped(place: Place) -> None:
    healer = place.healer()
    go = healer.folder / "go"
    slow = healer.add_program("slow", f"while [ ! -e {go} ]; do sleep 0.02; done")
    healer.config["playbooks"] = [playbook("conformance", slow)]
    healer.write_config()
    healer.start()
    healer.deliver(healer.alert())
    wait_for(lambda: healer.ran() == 1, "the action to run", 60, 0.01)
    assert healer.process is not None
    healer.process.send(signal.SIGTERM)
    wait_for(lambda: healer.deliver(healer.alert()).status == 503, "a 503 to what is new", 20, 0.02)
    expect(healer.process.running(), "it waits for the action")
    go.touch()
    begin = time.monotonic()
    expect(healer.stop() == 0, "it ends well")
    place.note(f"ended {time.monotonic() - begin:.1f} s after its action")
    expect(holds(healer, "action_finished", "success")(), "the outcome is in the journal")
    expect(healer.ran() == 1, "nothing more was started")

    never = place.healer()
    lasting = never.add_program("lasting", "sleep 3600")
    never.config["playbooks"] = [playbook("conformance", lasting, on_crash="never_repeat")]
    never.config["playbooks"][0]["rungs"][0]["timeout"] = "1h"
    never.write_config()
    never.start()
    alert = never.alert()
    never.world.alerts = [alert]
    never.deliver(alert)
    wait_for(lambda: never.ran() == 1, "the action to run", 60, 0.01)
    begin = time.monotonic()
    expect(never.stop() == 0, "it ends well")
    took = time.monotonic() - begin
    place.note(f"ended after {took:.1f} s with an action that does not end")
    expect(took < 45, f"it took {took:.1f} s; systemd kills after 60")
    never.start()
    incident = never.wait_state(alert["labels"]["container"], "healed", "exhausted")
    expect("interrupted" in str(incident["timeline"]), "the interruption is recorded")
    expect(never.ran() == 1, "it was not run again")


@row(37, GROUP, "a second healer on the same journal", "refuses to start, or stays passive")
def second(place: Place) -> None:
    healer = place.healer().start()
    other = place.healer()
    other.config["data_dir"] = str(healer.data)
    other.write_config()
    other.start(ready=False)
    assert other.process is not None
    code = other.process.popen.wait(30)
    expect(code == 1, f"exit code {code}")
    expect("another process has it open" in other.log.read_text(), other.log.read_text())
    healer.expect_alive()
    expect(web.ask(healer.port, "/-/ready").status == 200, "the first goes on")
