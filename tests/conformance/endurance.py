"""Rows 39 and 40: long, and at random."""

import subprocess
import time
from pathlib import Path

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.rows import Place, Unable, row
from e2e.waiting import wait_for

GROUP = "endurance"
CORPORA = Path(__file__).resolve().parents[1] / "fuzz/corpus"
# What reads bytes from outside in the healer.
TARGETS = ("http_connection", "http_server", "json", "webhook", "yaml")


@row(39, GROUP, "soak", "RSS and fds flat, journal rotates")
def soak(place: Place) -> None:
    seconds = 3600 if place.soak else 15
    keep = max(2, seconds // 12)

    def configure(config: dict) -> None:
        config["playbooks"][0].update(cooldown="0s")
        config["journal"] = {"retention": f"{keep}s"}

    healer = place.healer(configure).start()
    # Two rounds to fill what is kept of the past, for what is kept is bounded.
    live(healer, seconds / 3)
    rss, files, ran = healer.rss_mib(), healer.descriptors(), healer.ran()
    live(healer, seconds / 3)
    size = journal_mib(healer)
    live(healer, seconds / 3)
    grown = healer.rss_mib() - rss
    place.note(f"{healer.ran()} actions in {seconds} s: RSS {rss:.1f} {grown:+.1f} MiB")
    place.note(f"descriptors {files} {healer.descriptors() - files:+d}")
    expect(healer.ran() - ran > seconds / place.slack, "hardly anything happened")
    expect(grown < (8 if place.soak else 16), f"RSS grew by {grown:.1f} MiB")
    expect(abs(healer.descriptors() - files) <= 8, f"{files} descriptors, then {healer.descriptors()}")
    expect(not healer.children(), "no process is left")
    rotated(place, healer, size)
    begin = time.monotonic()
    expect(healer.stop() == 0, "it ends well")
    healer.start()
    place.note(f"stop and start {time.monotonic() - begin:.1f} s")


def rotated(place: Place, healer: Healer, size: float) -> None:
    """What is older than the retention is gone from the journal, which is whole and no larger than it was."""
    wait_for(
        lambda: healer.metric("salus_journal_retired_records_total") > 3 * healer.metric("salus_journal_records"),
        "old records to be removed",
        60,
    )
    place.note(
        f"{healer.metric('salus_journal_retired_records_total'):.0f} records removed, {healer.metric('salus_journal_records'):.0f} left; "
        f"journal {size:.1f} MiB, then {journal_mib(healer):.1f}"
    )
    expect(journal_mib(healer) < 2 * size + 4, "the journal's file grew")
    verify = [str(place.build / "healer/salusctl"), "journal", "verify", f"{healer.data}/journal.db"]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    expect(done.returncode == 0, f"{done.stdout}{done.stderr}")


def journal_mib(healer: Healer) -> float:
    return healer.metric("salus_journal_bytes") / (1 << 20)


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
