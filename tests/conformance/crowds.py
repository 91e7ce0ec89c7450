"""Rows 9 and 10: many alerts at once."""

import re
import time
from typing import List

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Config, Healer
from conformance.receiver import TARGETS, Receiver
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "webhook"
STORM_TARGETS = 5


def crowd(receiver: Receiver, count: int) -> List[bodies.Alert]:
    """That many alerts, of all targets."""
    alerts = [receiver.alert(TARGETS[number % len(TARGETS)]) for number in range(count)]
    for each in alerts:
        each["annotations"]["description"] = "A description of the usual length, so that five thousand of them are 1.9 MB."
    return alerts


def once_a_target(config: Config) -> None:
    config["playbooks"][0]["cooldown"] = "1h"
    config["reconcile_interval"] = "5s"


@row(9, GROUP, "one body of 100 / 500 / 2,000 / 5,000 alerts", "2xx < 1 s, actions bounded, storm guard entered, RSS < 64 MiB", black_box=True)
def big_bodies(place: Place) -> None:
    for count in (100, 500, 2000, 5000):
        big_body(place, count)
    if not place.target:
        storm(place, 5000)


def big_body(place: Place, count: int) -> None:
    receiver = place.target() if place.target else place.healer(once_a_target).start()
    before = receiver.ran()
    alerts = crowd(receiver, count)
    if isinstance(receiver, Healer):
        receiver.world.alerts = alerts
    body = bodies.delivery(alerts)
    answer = receiver.post(body)
    place.note(f"{count} alerts, {len(body) / 1e6:.1f} MB: {answer.seconds * 1000:.0f} ms")
    expect(answer.good, f"{count} alerts are answered {answer.status}")
    expect(answer.seconds < place.slack, f"{count} alerts took {answer.seconds:.2f} s")
    most = min(count, len(TARGETS))
    peak = 0.0
    if isinstance(receiver, Healer):
        wait_for(lambda: receiver.ran() >= most, "an action on each target", 50)
        peak = receiver.peak_mib()  # before the test itself asks for megabytes of incidents again and again
        receiver.world.alerts = []
    receiver.settle()
    ran = receiver.ran() - before
    expect(ran <= most, f"{ran} actions for {most} targets")
    if isinstance(receiver, Healer):
        place.note(f"{ran} actions, peak RSS {peak:.0f} MiB")
        expect(peak < 64, f"{count} alerts: RSS reached {peak:.0f} MiB")
        receiver.close()


def small_storms(config: Config) -> None:
    config["guards"]["storm"] = {"targets": STORM_TARGETS, "share": 1, "calm": "1s"}
    config["reconcile_interval"] = "5s"


def storm(place: Place, count: int) -> None:
    """Nothing is restarted piece by piece, trading is held back, one notice is written, and it ends by itself."""
    healer = place.healer(small_storms).start()
    healer.wait_policy("allow_all")
    alerts = crowd(healer, count)
    healer.world.alerts = alerts
    answer = healer.post(bodies.delivery(alerts))
    expect(answer.good, f"a storm of {count} alerts is answered {answer.status}")
    expect(answer.seconds < place.slack, f"a storm of {count} alerts took {answer.seconds:.2f} s")
    wait_for(lambda: healer.metric("salus_storm") == 1, "the storm", 60)
    healer.wait_policy("no_new_trades")
    healer.settle()
    held = [each for each in healer.incidents("open") if each["refusal"] == "storm"]
    ran = healer.ran()
    place.note(f"in a storm of {count}: {answer.seconds * 1000:.0f} ms, {ran} actions, peak RSS {healer.peak_mib():.0f} MiB")
    expect(ran <= STORM_TARGETS, f"{ran} actions in a storm, which {STORM_TARGETS} targets are not yet")
    expect(len(held) + ran >= len(TARGETS), f"{len(held)} incidents are held back by the storm, {ran} actions ran")
    expect(healer.peak_mib() < 64, f"a storm of {count} alerts: RSS reached {healer.peak_mib():.0f} MiB")
    healer.world.alerts = []
    expect(healer.post(bodies.delivery([bodies.resolved(each) for each in alerts])).good, "its end is acknowledged")
    wait_for(lambda: healer.metric("salus_storm") == 0, "the end of the storm", 60)
    healer.wait_policy("allow_all")
    expect(healer.ran() == ran, "an action ran for what had ended")
    for notice in ("storm", "storm_over"):
        told = len(re.findall(rf"notice={notice}\b", healer.log.read_text(errors="replace")))
        expect(told == 1, f"{told} notices {notice}")
    healer.expect_alive()


@row(10, GROUP, "200 concurrent POSTs of different alerts", "all 2xx < 1 s, actions bounded", black_box=True)
def many_posts(place: Place) -> None:
    receiver = place.target() if place.target else place.healer(once_a_target).start()
    before = receiver.ran()
    alerts = [receiver.alert(target) for target in TARGETS[:200]]
    if isinstance(receiver, Healer):
        receiver.world.alerts = alerts
    many = [bodies.delivery([each]) for each in alerts]
    answers = receiver.deliver_at_once(many)
    worst = max(each.seconds for each in answers)
    place.note(f"the slowest took {worst * 1000:.0f} ms")
    expect(all(each.good for each in answers), f"answered {sorted({each.status for each in answers})}")
    expect(worst < place.slack, f"the slowest took {worst:.2f} s")
    begin = time.monotonic()
    if isinstance(receiver, Healer):
        wait_for(lambda: receiver.ran() >= 200, "an action on each target", 50)
        receiver.world.alerts = []
    receiver.settle()
    ran = receiver.ran() - before
    place.note(f"{ran} actions within {time.monotonic() - begin:.1f} s")
    expect(ran <= 200, f"{ran} actions for 200 targets")
