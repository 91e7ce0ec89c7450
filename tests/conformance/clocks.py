"""Row 20: the clock is set while the healer runs and while it is down; alerts claim impossible times."""

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Healer, playbook
from conformance.rows import Place, Unable, row
from e2e.waiting import wait_for

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
GROUP = "clock"
HOUR = 3600
COOLDOWN = 10
YEAR = 365 * 24 * HOUR


class Clock:
    """The wall clock of a healer and of its world, set by a file; the monotonic clock goes on as it is."""

    def __init__(self, place: Place):
        if not FAKETIME.exists():
            raise Unable(f"{FAKETIME} is missing: run ./dev setup")
        self.file = Path(tempfile.mkdtemp(dir=place.folder)) / "clock"
        self.set(0)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, offset: float, healer: Healer | None = None) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{offset:+.0f}\n")
        fresh.rename(self.file)
        if healer is not None:
            healer.world.offset = offset


def with_cooldown(cooldown: str) -> Any:
    def change(config: Any) -> None:
        config["playbooks"][0]["cooldown"] = cooldown
        config["reconcile_interval"] = "1s"  # a start before the known end is believed of a whole list only

    return change


@row(20, GROUP, "clock −1 h, +1 h, +10 y; startsAt in 2099 or year 1", "cooldowns and deadlines unaffected; persisted ones re-based at boot")
def clocks(place: Place) -> None:
    place.side_by_side(
        *(partial(running, place, jump) for jump in (-HOUR, HOUR, 10 * YEAR)),
        *(partial(down, place, jump) for jump in (-HOUR, -10 * YEAR)),
        partial(verifying, place),
        partial(impossible_times, place),
    )


def fire_again(healer: Healer, alert: bodies.Alert) -> bodies.Alert:
    again = {**alert, "startsAt": bodies.stamp(healer.world.now())}
    healer.world.alerts = [again]
    expect(healer.deliver(again).good, "acknowledged")
    return again


def running(place: Place, jump: int) -> None:
    """A cooldown neither ends early nor lasts longer when the clock jumps meanwhile."""
    clock = Clock(place)
    healer = place.healer(with_cooldown(f"{COOLDOWN}s"), environment=clock.environment).start()
    alert = healer.alert()
    target = alert["labels"]["container"]
    fire_again(healer, alert)
    healer.expect(1)
    ended = time.monotonic()
    clock.set(jump, healer)
    healer.world.alerts = []
    fire_again(healer, alert)
    refused = healer.wait_state(target, "gated")
    expect(refused["refusal"] == "cooldown", f"{jump:+} s: refused for {refused['refusal']}")
    expect(healer.ran() == 1, f"{jump:+} s: the cooldown was skipped")
    wait_for(lambda: healer.ran() == 2, f"{jump:+} s: the action after its cooldown", 30)
    waited = time.monotonic() - ended
    expect(COOLDOWN - 1 < waited, f"{jump:+} s: the cooldown of {COOLDOWN} s took {waited:.1f} s")
    healer.wait_state(target, "healed")
    expect(healer.stop() == 0, "it ends well")


def down(place: Place, jump: int) -> None:
    """What the journal remembers of the future: the cooldown is kept rather than skipped, and never longer."""
    clock = Clock(place)
    healer = place.healer(with_cooldown(f"{COOLDOWN}s"), environment=clock.environment).start()
    alert = healer.alert()
    fire_again(healer, alert)
    healer.expect(1)
    healer.kill()
    clock.set(jump, healer)
    healer.world.alerts = []
    began = time.monotonic()
    healer.start()
    later = {**alert, "startsAt": bodies.stamp(time.time() + 1)}
    healer.world.alerts = [later]
    expect(healer.deliver(later).good, "acknowledged")
    healer.wait_state(alert["labels"]["container"], "gated")
    wait_for(lambda: healer.ran() == 2, f"{jump:+} s: the action after its cooldown", 30)
    place.note(f"cooldown of {COOLDOWN} s after a boot at {jump:+} s: {time.monotonic() - began:.1f} s")
    expect(healer.stop() == 0, "it ends well")


def verifying(place: Place) -> None:
    """The deadline of an action and of verification is no matter of the wall clock."""
    clock = Clock(place)
    healer = place.healer(environment=clock.environment)
    go = healer.folder / "go"
    slow = healer.add_program("slow", f"while [ ! -e {go} ]; do sleep 0.02; done")
    verify = {"healthy_for": "0s", "within": "20s", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}
    healer.config["playbooks"] = [playbook("conformance", slow, verify=verify)]
    healer.write_config()
    healer.start()
    alert = healer.alert()
    target = alert["labels"]["container"]
    healer.world.ill = {target}
    fire_again(healer, alert)
    healer.wait_state(target, "running")
    clock.set(10 * YEAR, healer)
    time.sleep(0.5)  # a deadline that had passed would have ended it
    expect(healer.incident_of(target)["state"] == "running", "an action outlives a jump of the clock")
    go.touch()
    healer.wait_state(target, "verifying")
    clock.set(-HOUR, healer)
    time.sleep(0.5)  # five checks
    expect(healer.incident_of(target)["state"] == "verifying", "a verification outlives it, too")
    healer.world.ill = set()
    healer.wait_state(target, "healed")
    expect(healer.policy() is not None, "a policy is told")


def impossible_times(place: Place) -> None:
    healer = place.healer().start()
    for starts_at in ("2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        before = healer.ran()
        alert = healer.alert(starts_at=starts_at)
        expect(healer.deliver(alert).good, f"{starts_at} is acknowledged")
        healer.expect(1, before)
        for _ in range(3):
            healer.deliver(alert)
        healer.expect(1, before)
