"""Rows 39 and 40: long, and at random."""

import subprocess
import time
from pathlib import Path

from conformance import bodies
from conformance.crashes import records
from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.rows import Place, Unable, row

GROUP = "endurance"
CORPORA = Path(__file__).resolve().parents[1] / "fuzz/corpus"
# What reads bytes from outside in the healer.
TARGETS = ("http_connection", "http_server", "json", "webhook", "yaml")


@row(39, GROUP, "soak", "RSS and fds flat, journal bounded by what happened")
def soak(place: Place) -> None:
    healer = place.healer(lambda config: config["playbooks"][0].update(cooldown="0s")).start()
    seconds = 3600 if place.soak else 15
    # Two rounds to fill what is kept of the past, for what is kept is bounded.
    live(healer, seconds / 3)
    rss, files, size = healer.rss_mib(), healer.descriptors(), journalled(healer)
    ran = healer.ran()
    live(healer, 2 * seconds / 3)
    grown = healer.rss_mib() - rss
    per_action = (journalled(healer) - size) / max(1, healer.ran() - ran)
    place.note(f"{healer.ran()} actions in {seconds} s: RSS {rss:.1f} {grown:+.1f} MiB")
    place.note(f"descriptors {files} {healer.descriptors() - files:+d}, {per_action / 1024:.1f} KiB of journal an action")
    expect(healer.ran() - ran > seconds / place.slack, "hardly anything happened")
    expect(grown < (8 if place.soak else 16), f"RSS grew by {grown:.1f} MiB")
    expect(abs(healer.descriptors() - files) <= 8, f"{files} descriptors, then {healer.descriptors()}")
    expect(per_action < 16384, f"{per_action:.0f} bytes of journal an action")
    expect(not healer.children(), "no process is left")
    begin = time.monotonic()
    expect(healer.stop() == 0, "it ends well")
    healer.start()
    place.note(f"stop and start {time.monotonic() - begin:.1f} s")


def journalled(healer: Healer) -> int:
    """Bytes of records; the file grows by steps."""
    return sum(len(text) for text in records(healer))


def live(healer: Healer, seconds: float) -> None:
    """Alerts begin and end, most of what comes is a repeat, some is rubbish, and everything is looked at."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        alerts = [healer.alert() for _ in range(10)]
        healer.world.alerts = alerts
        for _ in range(3):
            healer.post(bodies.delivery(alerts))
        healer.post(b"{rubbish")
        healer.deliver(alerts[0], version="5")
        healer.post(b"{}", token="wrong")
        healer.incidents()
        healer.metric("salus_alerts_received_total")
        healer.settle()
        healer.world.alerts = []
        healer.post(bodies.delivery([bodies.resolved(each) for each in alerts]))


@row(40, GROUP, "fuzzed HTTP, JSON, YAML", "no crash, no leak, under sanitizers")
def fuzzed(place: Place) -> None:
    """Every seed once; ./dev fuzz goes on from them under AddressSanitizer and UBSan."""
    for name in TARGETS:
        program = place.build / f"tests/fuzz/fuzz_{name}"
        if not program.exists():
            raise Unable(f"{program} is not built")
        done = subprocess.run([str(program), str(CORPORA / name)], capture_output=True, text=True, timeout=120, check=False)
        expect(done.returncode == 0, f"{name}: {done.stdout[-500:]}{done.stderr[-500:]}")
    place.note(f"{sum(1 for name in TARGETS for _ in (CORPORA / name).iterdir())} seeds of {', '.join(TARGETS)}")
