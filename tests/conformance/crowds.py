"""Rows 9 and 10: many alerts at once."""

import time

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Config, Healer
from conformance.receiver import TARGETS, Receiver
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "webhook"


def crowd(receiver: Receiver, count: int) -> bytes:
    """One body of that many alerts, of all targets."""
    alerts = [receiver.alert(TARGETS[number % len(TARGETS)]) for number in range(count)]
    for each in alerts:
        each["annotations"]["description"] = "A description of the usual length, so that five thousand of them are 1.9 MB."
    return bodies.delivery(alerts)


def once_a_target(config: Config) -> None:
    config["playbooks"][0]["cooldown"] = "1h"


@row(9, GROUP, "one body of 100 / 500 / 2,000 / 5,000 alerts", "2xx < 1 s, actions bounded, RSS < 64 MiB", black_box=True)
def big_bodies(place: Place) -> None:
    for count in (100, 500, 2000, 5000):
        big_body(place, count)


def big_body(place: Place, count: int) -> None:
    receiver = place.target() if place.target else place.healer(once_a_target).start()
    before = receiver.ran()
    body = crowd(receiver, count)
    answer = receiver.post(body)
    place.note(f"{count} alerts, {len(body) / 1e6:.1f} MB: {answer.seconds * 1000:.0f} ms")
    expect(answer.good, f"{count} alerts are answered {answer.status}")
    expect(answer.seconds < place.slack, f"{count} alerts took {answer.seconds:.2f} s")
    if isinstance(receiver, Healer):
        wait_for(receiver.incidents, "what the alerts are about", 60)
    receiver.settle()
    ran = receiver.ran() - before
    expect(ran <= min(count, len(TARGETS)), f"{ran} actions for {len(TARGETS)} targets")
    if isinstance(receiver, Healer):
        place.note(f"{ran} actions, peak RSS {receiver.peak_mib():.0f} MiB")
        expect(receiver.peak_mib() < 64, f"{count} alerts: RSS reached {receiver.peak_mib():.0f} MiB")
        receiver.close()


@row(10, GROUP, "200 concurrent POSTs of different alerts", "all 2xx < 1 s, actions bounded", black_box=True)
def many_posts(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    many = [bodies.delivery([receiver.alert(target)]) for target in TARGETS[:200]]
    answers = receiver.deliver_at_once(many)
    worst = max(each.seconds for each in answers)
    place.note(f"the slowest took {worst * 1000:.0f} ms")
    expect(all(each.good for each in answers), f"answered {sorted({each.status for each in answers})}")
    expect(worst < place.slack, f"the slowest took {worst:.2f} s")
    begin = time.monotonic()
    receiver.settle()
    ran = receiver.ran() - before
    place.note(f"{ran} actions within {time.monotonic() - begin:.1f} s")
    expect(ran <= 200, f"{ran} actions for 200 targets")
