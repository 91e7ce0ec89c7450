"""A real healer whose journal was damaged, lost, or restored from a backup: it starts at least as strict as what it published last, heals
nothing, and says so, until an operator acts."""

import json
import shutil
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Callable, Dict

from conformance import bodies
from conformance.healer import Healer
from e2e import web
from e2e.waiting import wait_for
from exporter.probes.servers import RedisClient, start_redis

HEALER = ""
STRICT = ("no_new_trades", "defensive_exit", "emergency_shutdown")


def flip_write_ahead(healer: Healer) -> None:
    log = healer.data / "journal.db-wal"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)


def newer(healer: Healer) -> None:
    database = sqlite3.connect(healer.data / "journal.db")
    database.execute("PRAGMA user_version=99")
    database.commit()
    database.close()


def main_file_gone(healer: Healer) -> None:
    (healer.data / "journal.db").unlink()


def journal_gone(healer: Healer) -> None:
    for path in healer.data.glob("journal.db*"):
        path.unlink()


def data_gone(healer: Healer) -> None:
    shutil.rmtree(healer.data)


def emptied(healer: Healer) -> None:
    (healer.data / "journal.db").write_bytes(b"")
    (healer.data / "journal.db-wal").unlink(missing_ok=True)


def no_file(then: Callable[[Healer], None]) -> Callable[[Healer], None]:
    """Only the copy beside the journal is left of what was published."""

    def both(healer: Healer) -> None:
        healer.policy_file.unlink()
        then(healer)

    return both


LOSSES = {
    "a damaged write-ahead log": flip_write_ahead,
    "a damaged write-ahead log and no policy file": no_file(flip_write_ahead),
    "a newer version": newer,
    "a main file that is gone": main_file_gone,
    "a main file that is gone, and no policy file": no_file(main_file_gone),
    "a journal that is gone": journal_gone,
    "a data_dir that is gone": data_gone,
    "an empty file": emptied,
}


class LostJournalTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-lost-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def start(self, name: str, change: Callable[[Dict[str, Any]], None] = lambda _: None) -> Healer:
        def quick(config: Dict[str, Any]) -> None:
            config["reconcile_interval"] = "1s"
            change(config)

        healer = Healer(self.folder / name, Path(HEALER), quick)
        self.addCleanup(healer.close)
        healer.start()
        healer.expect_alive()
        healer.wait_policy("allow_all")
        return healer

    def tighten(self, healer: Healer, policy: str) -> bodies.Alert:
        """By an alert that ends in an emergency, which waits for an operator; the others would relax."""
        alert = healer.alert(heal="", labels={"policy": policy})
        healer.deliver(alert)
        healer.wait_policy(policy)
        wait_for(lambda: json.loads(healer.policy_file.read_text())["policy"] == policy, "the policy file", 30)
        if policy == "emergency_shutdown":
            healer.deliver(bodies.resolved(alert))
        return alert

    def expect_held(self, healer: Healer, policy: str) -> None:
        self.assertEqual(healer.policy(), policy)
        self.assertTrue(web.get_json(healer.port, "/api/v1/pause")["data"]["paused"])
        alert = healer.alert()
        healer.world.alerts = [alert]
        healer.deliver(alert)
        self.assertEqual(healer.wait_state(alert["labels"]["container"], "gated")["refusal"], "paused")
        self.assertEqual(healer.policy(), policy)
        self.assertIn("level=error", healer.log.read_text())
        # And over another restart.
        healer.kill()
        healer.start()
        self.assertEqual(wait_for(lambda: healer.policy(), "a policy", 30), policy)
        healer.world.alerts = []
        for method, path in (("DELETE", "/api/v1/pause"), ("POST", "/api/v1/policy/release")):
            self.assertEqual(healer.command(method, path, reason="looked at").status, 200, path)
        healer.wait_policy("allow_all")

    def test_every_loss_keeps_what_was_published(self) -> None:
        for index, (what, lose) in enumerate(LOSSES.items()):
            policy = STRICT[index % 3] if index < 3 else "emergency_shutdown"
            with self.subTest(what, policy=policy):
                healer = self.start(f"loss{index}")
                self.tighten(healer, policy)
                healer.kill()
                lose(healer)
                healer.start()
                self.assertEqual(healer.metric("salus_journal_quarantined") + healer.metric("salus_journal_missing_records"), 1)
                self.expect_held(healer, policy)
                healer.close()

    def test_a_restored_backup_is_noticed(self) -> None:
        for name, with_head, with_file in (("alone", False, True), ("with its head", True, True), ("alone, no policy file", False, False)):
            with self.subTest(name):
                healer = self.start(name.replace(" ", "-").replace(",", ""))
                backup = healer.folder / "backup.db"
                source, target = sqlite3.connect(healer.data / "journal.db"), sqlite3.connect(backup)
                source.backup(target)
                source.close()
                target.close()
                shutil.copy(healer.data / "journal.db.head", healer.folder / "backup.head")
                held = healer.command("POST", "/api/v1/policy/hold", policy="defensive_exit", reason="exchange hacked")
                self.assertEqual(held.status, 200)
                healer.wait_policy("defensive_exit")
                healer.stop()
                for path in healer.data.glob("journal.db*"):
                    path.unlink()
                shutil.copy(backup, healer.data / "journal.db")
                if with_head:
                    shutil.copy(healer.folder / "backup.head", healer.data / "journal.db.head")
                if not with_file:
                    healer.policy_file.unlink()
                healer.start()
                self.assertEqual(healer.metric("salus_journal_missing_records"), 1)
                self.expect_held(healer, "defensive_exit" if with_file else "no_new_trades")
                # It has been judged.
                healer.stop()
                healer.start()
                self.assertEqual(healer.metric("salus_journal_missing_records"), 0)
                self.assertFalse(web.get_json(healer.port, "/api/v1/pause")["data"]["paused"])
                healer.close()

    def test_a_first_start_and_ordinary_restarts_hold_nothing(self) -> None:
        healer = self.start("ordinary")
        for _ in range(2):
            alert = self.tighten(healer, "defensive_exit")
            healer.kill()
            healer.start()
            healer.deliver(bodies.resolved(alert))
            healer.expect_alive()
            self.assertFalse(web.get_json(healer.port, "/api/v1/pause")["data"]["paused"])
            self.assertEqual(healer.metric("salus_journal_missing_records"), 0)
            healer.wait_policy("allow_all")

    def test_the_key_in_redis_is_read_back(self) -> None:
        server = start_redis(self.folder, "secret")
        self.addCleanup(server.stop)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text("secret")

        def in_redis(config: Dict[str, Any]) -> None:
            config["policy"]["redis"] = {"address": f"127.0.0.1:{server.port}", "password_file": str(secret)}
            del config["policy"]["file"]

        healer = self.start("redis", in_redis)
        healer.deliver(healer.alert(heal="", labels={"policy": "emergency_shutdown"}))
        healer.wait_policy("emergency_shutdown")
        redis = RedisClient(server.port, "secret")
        self.addCleanup(redis.close)
        wait_for(lambda: json.loads(redis("GET", "salus:policy") or "{}").get("policy") == "emergency_shutdown", "the key", 30)
        healer.kill()
        data_gone(healer)
        healer.start()
        self.expect_held(healer, "emergency_shutdown")


if __name__ == "__main__":
    HEALER = sys.argv.pop(1)
    unittest.main()
