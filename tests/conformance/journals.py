"""Row 22: a journal that cannot be believed."""

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Callable, Dict

from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.rows import Place, Unable, row
from e2e import web

GROUP = "disk"


def cut(journal: Path) -> None:
    os.truncate(journal, journal.stat().st_size // 2 + 100)


def flip(journal: Path) -> None:
    """One bit of a record's text."""
    content = bytearray(journal.read_bytes())
    at = content.index(b"incident_opened")
    content[at] ^= 1
    journal.write_bytes(content)


def newer(journal: Path) -> None:
    database = sqlite3.connect(journal)
    database.execute("PRAGMA user_version=99")
    database.commit()
    database.close()


def stranger(journal: Path) -> None:
    os.chown(journal, 12345, 12345)


def emptied(journal: Path) -> None:
    os.truncate(journal, 0)


def edited(journal: Path) -> None:
    """A row that somebody rewrote, as SQLite would have it."""
    database = sqlite3.connect(journal)
    database.execute("UPDATE records SET record = replace(record, 'ConformanceCheck', 'ConformanceChecK')")
    database.commit()
    database.close()


def missing_row(journal: Path) -> None:
    database = sqlite3.connect(journal)
    database.execute("DELETE FROM records WHERE seq = 2")
    database.commit()
    database.close()


SPOILT: Dict[str, Callable[[Path], None]] = {
    "truncated": cut,
    "bit-flipped": flip,
    "from a newer version": newer,
    "of a wrong owner": stranger,
    "emptied": emptied,
    "rewritten": edited,
    "a row short": missing_row,
}


@row(22, GROUP, "journal truncated, bit-flipped, from a newer version, wrong owner", "starts restricted, keeps the bad file aside, alarms")
def spoilt(place: Place) -> None:
    if os.geteuid() != 0:
        raise Unable("a journal of another owner needs root")
    place.side_by_side(*(partial(one, place.healer(), what, spoil) for what, spoil in SPOILT.items()))
    place.note(", ".join(SPOILT))


def one(healer: Healer, what: str, spoil: Callable[[Path], None]) -> None:
    healer.config["policy"]["relax_after"] = "1s"
    healer.start()
    healer.expect_alive()
    healer.wait_policy("allow_all")
    expect(healer.stop() == 0, "it ends well")
    journal = healer.data / "journal.db"
    spoil(journal)
    bad = journal.stat().st_ino
    healer.start()
    aside = [path for path in healer.data.iterdir() if ".bad-" in path.name and path.stat().st_ino == bad]
    expect(len(aside) == 1, f"{what}: kept aside: {[path.name for path in healer.data.iterdir()]}")
    expect("quarantined" in healer.log.read_text(), f"{what}: the log says so")
    expect("policy held" in healer.log.read_text(), f"{what}: and what follows")
    expect(healer.policy() == "no_new_trades", f"{what}: policy {healer.policy()}")
    before = healer.ran()
    alert = healer.alert()
    healer.world.alerts = [alert]
    expect(healer.deliver(alert).good, f"{what}: alerts are kept")
    refused = healer.wait_state(alert["labels"]["container"], "gated")
    expect(refused["refusal"] == "paused", f"{what}: refused for {refused['refusal']}")
    expect(healer.ran() == before, f"{what}: nothing is done")
    expect(healer.policy() == "no_new_trades", f"{what}: and the policy stays")
    # A person resumes.
    expect(web.ask(healer.port, "/api/v1/pause", "DELETE").status == 401, "not without the token")
    expect(healer.command("DELETE", "/api/v1/pause").status == 200, "resumed")
    expect(healer.command("POST", "/api/v1/policy/release", reason="looked at").status == 200, "released")
    healer.expect(1, before)
    healer.wait_policy("allow_all")
    expect(healer.stop() == 0, "it ends well")
