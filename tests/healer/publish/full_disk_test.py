"""The policy file of a real healer on disks that are full, have no inode left, are read-only, or are gone, while the policy tightens: no reader
finds a document that allows more than the newest one, and none finds half a document. As root, on small file systems of the test's own."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from conformance import bodies
from conformance.healer import Healer
from e2e import web
from e2e.waiting import wait_for

HEALER = ""
SOON = 1.5  # seconds: the promise is about one, the machine may be busy


def run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True)


def fill(where: Path, name: str = "filler") -> Path:
    """Takes every free block."""
    with (where / name).open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                pass
    return where / name


def take_inodes(where: Path) -> None:
    for number in range(1_000_000):
        try:
            (where / f"inode{number}").touch()
        except OSError:
            return


def parse(text: str) -> Dict[str, Any]:
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


class Readers:
    """Read the file all the time; remember what is not whole, and which policies they saw since when."""

    def __init__(self, file: Path):
        self.file = file
        self.torn: List[str] = []
        self.seen: List[str] = []  # "" for none
        self.ending = False
        self.threads = [threading.Thread(target=self.read) for _ in range(3)]
        for thread in self.threads:
            thread.start()

    def read(self) -> None:
        while not self.ending:
            try:
                text = self.file.read_text()
            except OSError:
                policy = ""
            else:
                try:
                    policy = parse(text)["policy"]
                except ValueError:
                    policy = ""
                    if text:
                        self.torn.append(text)
            if not self.seen or self.seen[-1] != policy:
                self.seen.append(policy)

    def stop(self) -> None:
        self.ending = True
        for thread in self.threads:
            thread.join()


@unittest.skipUnless(os.geteuid() == 0, "mounting a small file system needs root")
class PolicyFileTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-full-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.file = self.disk / "policy.json"
        self.healer: Optional[Healer] = None

    def mount(self, *options: str) -> None:
        run("mount", "-t", "tmpfs", "-o", ",".join(["size=256k", *options]), "tmpfs", str(self.disk))
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)

    def start(self, lease: str = "30s") -> Healer:
        healer = Healer(self.folder / "healer", Path(HEALER), lambda config: config["policy"].update(file=str(self.file), lease=lease))
        self.addCleanup(healer.close)
        healer.start()
        healer.expect_alive()
        healer.wait_policy("allow_all")
        wait_for(lambda: self.policy() == "allow_all", "the file to allow all", 30)
        self.healer = healer
        return healer

    def policy(self) -> str:
        """As a reader has it; "" when there is nothing to be obeyed."""
        try:
            document = parse(self.file.read_text())
        except (OSError, ValueError):
            return ""
        fresh = document["valid_until"] > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        return str(document["policy"]) if fresh else ""

    def fire(self, policy: str) -> bodies.Alert:
        assert self.healer is not None
        alert = self.healer.alert(heal="", labels={"policy": policy})
        self.healer.world.alerts = [*self.healer.world.alerts, alert]
        self.healer.deliver(alert)
        self.healer.wait_policy(policy)
        return alert

    def expect_soon(self, holds: Callable[[], bool], what: str) -> None:
        started = time.monotonic()
        wait_for(holds, what, 30, 0.02)
        self.assertLess(time.monotonic() - started, SOON, what)

    def expect_for(self, seconds: float, *policies: str) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.assertIn(self.policy(), policies)
            time.sleep(0.02)

    def test_a_full_disk_takes_each_policy_in_turn(self) -> None:
        self.mount()
        healer = self.start("6s")
        readers = Readers(self.file)
        self.addCleanup(readers.stop)
        slow = self.file.open()  # and does not read yet
        self.addCleanup(slow.close)
        filler = fill(self.disk)
        for policy in ("no_new_trades", "defensive_exit", "emergency_shutdown"):
            self.fire(policy)
            self.expect_soon(lambda: self.policy() == policy, policy)
        # Renewals, with other causes each time; more of them than there are spare files.
        for number in range(8):
            healer.deliver(healer.alert(heal="", name=f"Cause{number}", labels={"policy": "no_new_trades"}))
            self.expect_for(0.3, "emergency_shutdown")
        self.expect_for(9, "emergency_shutdown")  # the lease is over by then
        self.assertEqual(parse(slow.read())["policy"], "allow_all")
        self.assertGreater(healer.metric("salus_policy_file_errors_total"), 0)
        self.assertEqual(healer.metric("salus_policy_output_behind", output="file"), 0)
        self.assertNotIn("policy file not writable", parse(self.file.read_text())["causes"])
        filler.unlink()
        wait_for(lambda: healer.metric("salus_policy_file_spares") == 3, "the spares to be there again", 30)
        self.assertLess(self.file.stat().st_size, 4096, "an ordinary file again")
        readers.stop()
        self.assertEqual(readers.torn, [])
        for policy in ("allow_all", "no_new_trades", "defensive_exit"):
            last = len(readers.seen) - 1 - readers.seen[::-1].index("emergency_shutdown") if policy != "allow_all" else 1
            self.assertLessEqual(readers.seen.index(policy), last)

    def test_more_causes_than_the_reserve_holds(self) -> None:
        self.mount()
        healer = self.start()
        fill(self.disk)
        many = [healer.alert(heal="", name=f"AlertWithALongName{number:04}", labels={"policy": "defensive_exit"}) for number in range(600)]
        healer.deliver(*many)
        healer.wait_policy("defensive_exit")
        self.expect_soon(lambda: self.policy() == "defensive_exit", "the policy with fewer causes")
        self.assertIn("further causes", parse(self.file.read_text())["causes"][-1])

    def test_no_inode_is_left(self) -> None:
        self.mount("nr_inodes=40")
        self.start()
        take_inodes(self.disk)
        self.fire("emergency_shutdown")
        self.expect_soon(lambda: self.policy() == "emergency_shutdown", "the policy without an inode")

    def test_a_disk_that_was_full_from_the_start_has_no_file_to_obey(self) -> None:
        self.mount()
        fill(self.disk)
        healer = Healer(self.folder / "healer", Path(HEALER), lambda config: config["policy"].update(file=str(self.file)))
        self.addCleanup(healer.close)
        healer.start()
        self.healer = healer
        wait_for(lambda: "policy file not writable" in json.dumps(healer_document(healer)), "the cause", 30)
        self.assertEqual(self.policy(), "")
        (self.disk / "filler").unlink()
        self.expect_soon(lambda: self.policy() != "", "the file once there is room")

    def test_without_spares_the_file_is_removed(self) -> None:
        self.mount()
        healer = self.start()
        filler = fill(self.disk)
        for spare in self.disk.glob(".policy.json.spare-*"):
            spare.unlink()
        fill(self.disk, "more")
        reader = self.file.open()  # so that its removal gives no room back
        self.addCleanup(reader.close)
        self.fire("emergency_shutdown")
        self.expect_soon(lambda: not self.file.exists(), "the file to be removed")
        self.assertIn("was removed", healer.log.read_text())
        wait_for(lambda: "policy file not writable" in healer_document(healer)["causes"], "the cause", 30)
        filler.unlink()
        (self.disk / "more").unlink()
        self.expect_soon(lambda: self.policy() == "emergency_shutdown", "the file once there is room")
        wait_for(lambda: "policy file not writable" not in healer_document(healer)["causes"], "the end of the cause", 30)

    def test_a_read_only_disk_is_said_until_what_it_holds_expires(self) -> None:
        self.mount()
        healer = self.start("6s")
        run("mount", "-o", "remount,ro", str(self.disk))
        self.fire("emergency_shutdown")
        wait_for(lambda: "policy output file not updated" in healer_document(healer)["causes"], "the cause", 30)
        wait_for(lambda: healer.metric("salus_policy_output_behind", output="file") == 1, "the metric", 30)
        self.assertIn("neither be written nor removed", healer.log.read_text())
        wait_for(lambda: self.policy() == "", "what is there to expire", 8)
        wait_for(lambda: "policy output file not updated" not in healer_document(healer)["causes"], "the end of the cause", 30)
        self.assertIn("policy file not writable", healer_document(healer)["causes"])
        run("mount", "-o", "remount,rw", str(self.disk))
        self.expect_soon(lambda: self.policy() == "emergency_shutdown", "the file once it can be written")

    def test_what_takes_the_place_of_the_file(self) -> None:
        self.mount()
        healer = self.start()
        self.file.unlink()
        self.file.mkdir()
        self.fire("no_new_trades")
        wait_for(lambda: "policy file not writable" in healer_document(healer)["causes"], "the cause of a folder", 30)
        self.file.rmdir()
        self.expect_soon(lambda: self.policy() == "no_new_trades", "the file in place of the folder")
        elsewhere = self.folder / "elsewhere"
        elsewhere.write_text("mine")
        self.file.unlink()
        self.file.symlink_to(elsewhere)
        fill(self.disk)
        self.fire("emergency_shutdown")
        self.expect_soon(lambda: self.policy() == "emergency_shutdown", "the file in place of the link")
        self.assertEqual(elsewhere.read_text(), "mine")

    def test_the_folder_goes_and_comes_back(self) -> None:
        self.disk.rmdir()
        self.disk.mkdir()
        self.start()
        self.disk.rename(self.folder / "away")
        self.fire("emergency_shutdown")
        (self.folder / "away").rename(self.disk)
        self.expect_soon(lambda: self.policy() == "emergency_shutdown", "the file in the folder that is back")

    def test_a_folder_that_cannot_be_written_leaves_nothing_to_obey(self) -> None:
        self.start()
        run("chattr", "+i", str(self.disk))
        self.addCleanup(run, "chattr", "-i", str(self.disk))
        self.fire("emergency_shutdown")
        self.expect_soon(lambda: self.policy() == "", "an empty file")
        run("chattr", "-i", str(self.disk))
        self.expect_soon(lambda: self.policy() == "emergency_shutdown", "the file once it can be written")

    def test_a_small_ext4_disk(self) -> None:
        image = self.folder / "image"
        with image.open("wb") as out:
            out.truncate(4 << 20)
        run("mkfs.ext4", "-q", "-b", "1024", str(image))
        run("mount", "-o", "loop", str(image), str(self.disk))
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)
        self.start()
        fill(self.disk)
        for policy in ("no_new_trades", "emergency_shutdown"):
            self.fire(policy)
            self.expect_soon(lambda: self.policy() == policy, policy)

    def test_a_path_that_is_not_configured_any_more_allows_nothing(self) -> None:
        self.mount()
        healer = self.start()
        healer.config["policy"]["file"] = str(self.folder / "elsewhere.json")
        healer.write_config()
        self.assertEqual(healer.command("POST", "/-/reload").status, 200)
        self.fire("emergency_shutdown")
        self.expect_soon(lambda: not list(self.disk.iterdir()), "the former file and its spares to be removed")


def healer_document(healer: Healer) -> Dict[str, Any]:
    found: Dict[str, Any] = web.get_json(healer.port, "/policy")
    return found


if __name__ == "__main__":
    HEALER = sys.argv.pop(1)
    unittest.main()
