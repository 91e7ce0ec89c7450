"""Row 21: the disk is full, read-only, or gives errors, under the journal, the log and the policy file."""

import json
import os
import subprocess
from functools import partial
from pathlib import Path
from typing import List

from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.rows import Place, Unable, row
from e2e import web
from e2e.waiting import wait_for

GROUP = "disk"


def run(*argv: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unable(f"{' '.join(argv)}: {done.stderr.strip()}")


def mounted(place: Place, where: Path, *options: str) -> None:
    where.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", ",".join(["size=2m", *options]), "tmpfs", str(where))
    place.stack.callback(subprocess.run, ["umount", "-l", str(where)], check=False, capture_output=True)


def fill(where: Path) -> Path:
    """Takes every free block of a small file system."""
    file = where / "filler"
    with file.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                pass
    return file


@row(21, GROUP, "disk full, read-only, EIO on journal, log, report", "503, or accepted with actions off and policy tightened; recovers by itself; no half-written report")
def disks(place: Place) -> None:
    if os.geteuid() != 0:
        raise Unable("mounting a small file system needs root")
    place.side_by_side(
        partial(full_journal, place),
        partial(read_only_journal, place),
        partial(full_policy, place),
        partial(full_log, place),
        partial(broken_device, place),
    )


def on_own_disk(place: Place) -> Healer:
    healer = place.healer()
    mounted(place, healer.data)
    return healer.start()


def restricted(healer: Healer, what: str) -> None:
    """While the journal cannot be written: nothing is accepted, nothing is done, policy is tight."""
    before = healer.ran()
    for _ in range(3):
        answer = healer.deliver(healer.alert(labels={"policy": "defensive_exit"}))
        expect(answer.status == 503, f"{what}: answered {answer.status}")
    healer.wait_policy("defensive_exit")
    wait_for(lambda: web.ask(healer.port, "/-/ready").status == 503, f"{what}: not ready", 30)
    expect(web.ask(healer.port, "/-/healthy").status == 200, f"{what}: alive")
    expect(healer.metric("salus_journal_errors_total") > 0, f"{what}: counted")
    expect("failed to write the journal" in healer.log.read_text(), f"{what}: logged")
    expect(healer.ran() == before, f"{what}: an action ran")


def recovered(healer: Healer, what: str) -> None:
    """By itself: what fires is acted on once, the policy follows the evidence."""
    wait_for(lambda: web.ask(healer.port, "/-/ready").status == 200, f"{what}: ready again", 30)
    healer.expect_alive()
    healer.wait_policy("allow_all")
    expect(healer.stop() == 0, f"{what}: it ends well")
    healer.start()
    healer.expect_alive()
    expect(not list(healer.data.glob("*.bad-*")), f"{what}: its journal is sound")
    expect(healer.stop() == 0, f"{what}: it ends well again")


def full_journal(place: Place) -> None:
    healer = on_own_disk(place)
    healer.expect_alive()
    healer.wait_policy("allow_all")
    filler = fill(healer.data)
    grow_until_refused(healer)
    restricted(healer, "full")
    filler.unlink()
    recovered(healer, "full")


def grow_until_refused(healer: Healer) -> None:
    """A full disk shows once the journal needs another page."""

    def refused() -> bool:
        return healer.deliver(*[healer.alert(heal="nobody") for _ in range(20)]).status == 503

    wait_for(refused, "the full disk to be felt", 60, 0.01)


def read_only_journal(place: Place) -> None:
    healer = on_own_disk(place)
    healer.expect_alive()
    expect(healer.stop() == 0, "it ends well")
    run("mount", "-o", "remount,ro", str(healer.data))
    healer.start(ready=False)
    assert healer.process is not None
    code = healer.process.popen.wait(30)
    expect(code != 0, "a healer without a journal does not start")
    expect("ead-only" in healer.log.read_text(), f"it says why: {healer.tail(3)}")
    expect(all(not path.name.count(".bad-") for path in healer.data.iterdir()), "a sound journal stays where it is")
    run("mount", "-o", "remount,rw", str(healer.data))
    healer.start()
    healer.expect_alive()
    expect(healer.stop() == 0, "it ends well")


def full_policy(place: Place) -> None:
    """The policy file follows, whole, from its reserve; GET /policy goes on."""
    healer = place.healer()
    where = healer.folder / "policy"
    mounted(place, where)
    healer.config["policy"] |= {"file": str(where / "policy.json"), "lease": "10s"}
    healer.write_config()
    healer.start()
    healer.wait_policy("allow_all")
    filler = fill(where)
    healer.deliver(healer.alert(heal="", labels={"policy": "defensive_exit"}))
    healer.wait_policy("defensive_exit")
    wait_for(lambda: healer.metric("salus_policy_file_errors_total") > 0, "its error to be counted", 30)
    wait_for(lambda: json.loads((where / "policy.json").read_text())["policy"] == "defensive_exit", "the file to follow", 30)
    healer.expect_alive()
    filler.unlink()
    wait_for(lambda: healer.metric("salus_policy_file_spares") == 3, "the reserve to be there again", 30)
    kept = ("policy.json", *(f".policy.json.spare-{number}" for number in (1, 2, 3)))
    leftovers: List[str] = [path.name for path in where.iterdir() if path.name not in kept]
    expect(not leftovers, f"left behind: {leftovers}")


def full_log(place: Place) -> None:
    """Nobody takes what it logs: it goes on."""
    healer = place.healer()
    small = healer.folder / "log"
    mounted(place, small)
    healer.log = small / "healer.log"
    healer.start()
    healer.expect_alive()
    filler = fill(small)
    for _ in range(5):
        healer.expect_alive()
    filler.unlink()
    healer.expect_alive()
    expect(healer.stop() == 0, "it ends well")


def broken_device(place: Place) -> None:
    """A device that gives EIO: an ext4 on a loop device whose file is cut under it."""
    healer = place.healer()
    image = healer.folder / "image"
    image.touch()
    os.truncate(image, 16 << 20)
    run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", str(image))
    healer.data.mkdir()
    run("mount", "-o", "loop,errors=continue", str(image), str(healer.data))
    place.stack.callback(subprocess.run, ["umount", "-l", str(healer.data)], check=False, capture_output=True)
    healer.start()
    healer.expect_alive()
    healer.wait_policy("allow_all")
    os.truncate(image, 1 << 20)  # what lies beyond is gone: reads and writes of it fail
    before = healer.ran()

    def refused() -> bool:
        return healer.deliver(*[healer.alert(heal="nobody") for _ in range(50)]).status == 503

    wait_for(refused, "the broken device to be felt", 60, 0.01)
    healer.wait_policy("no_new_trades", "safe_risk_profile", "defensive_exit")
    healer.settle()
    expect(web.ask(healer.port, "/-/healthy").status == 200, "alive")
    expect(healer.ran() == before, "nothing is done without a journal")
