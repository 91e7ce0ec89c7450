"""Pruning of a real Redis: what goes, what stays, and what no server, a wrong password, LFU, a replica or no time do to it."""

import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import ClassVar, List

from e2e import web
from e2e.waiting import wait_for
from exporter.probes.servers import RedisClient, Server, start_redis

PROGRAM = ""
PASSWORD = "right-s3cret"
HOUR = 3600


class RedisPruneTest(unittest.TestCase):
    folder: ClassVar[Path]
    server: ClassVar[Server]

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-redis-", dir="/var/tmp")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.server = start_redis(cls.folder, PASSWORD)
        cls.addClassCleanup(cls.server.stop)
        cls.password = cls.folder / "password"
        cls.password.touch(mode=0o600)
        cls.password.write_text(PASSWORD + "\n")

    def setUp(self) -> None:
        self.redis = RedisClient(self.server.port, PASSWORD)
        self.addCleanup(self.redis.close)
        self.redis("CONFIG", "SET", "maxmemory-policy", "noeviction")
        for key in self.keys():
            self.redis("DEL", key)

    def keys(self) -> List[bytes]:
        keys = self.redis("KEYS", "*")
        assert isinstance(keys, list)
        return sorted(keys)

    def put(self, key: str, idle: int, ttl: int = 0, value: str = "x") -> None:
        """A key that was last used `idle` seconds ago."""
        self.redis("SET", "source", value)
        dump = self.redis("DUMP", "source")
        assert isinstance(dump, bytes)
        self.redis("DEL", "source")
        self.redis("RESTORE", key, ttl * 1000, dump, "IDLETIME", idle)

    def prune(self, more: str = "", timeout: str = "20s", patterns: str = "['signal:*', 'cache:*']") -> "subprocess.CompletedProcess[str]":
        parameters = f"{{address: '127.0.0.1:{self.server.port}', patterns: {patterns}, password_file: {self.password}{more}}}"
        ran = subprocess.run([PROGRAM, "redis_prune", parameters, timeout], capture_output=True, text=True, timeout=60)
        self.assertNotIn("s3cret", ran.stdout + ran.stderr)
        return ran

    def test_removes_what_was_not_used_for_an_hour_and_nothing_else(self) -> None:
        self.put("signal:old", 2 * HOUR)
        self.put("cache:old", HOUR + 60)
        self.put("cache:expires-later", 2 * HOUR, ttl=HOUR)
        self.put("cache:expires-now", 2 * HOUR, ttl=50)
        self.put("cache:young", HOUR - 60)
        self.put("position:old", 100 * HOUR)
        ran = self.prune()
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertEqual(
            ran.stdout, "removed 3 of 5 keys matching signal:*, cache:*, unused for more than 1h; 1 are about to expire\n"
        )
        self.assertEqual(self.keys(), [b"cache:expires-now", b"cache:young", b"position:old"])

    def test_looking_at_a_key_is_not_using_it(self) -> None:
        self.put("cache:middle", HOUR // 2)
        self.prune()
        idle = self.redis("OBJECT", "IDLETIME", "cache:middle")
        assert isinstance(idle, int)
        self.assertGreaterEqual(idle, HOUR // 2)

    def test_many_keys_with_names_of_any_bytes_without_a_command_that_blocks(self) -> None:
        self.redis("SET", "source", "x")
        dump = self.redis("DUMP", "source")
        assert isinstance(dump, bytes)
        for number in range(5000):
            self.redis("RESTORE", b"cache:\x00\xff %d" % number, 0, dump, "IDLETIME", 2 * HOUR)
        self.redis("CONFIG", "RESETSTAT")
        self.redis("SET", "source", "kept")
        ran = self.prune(", pause: 0s")
        self.assertIn("removed 5000 of 5000 keys", ran.stdout)
        self.assertEqual(self.keys(), [b"source"])
        stats = self.redis("INFO", "commandstats")
        assert isinstance(stats, bytes)
        for never in (b"cmdstat_keys:calls=2", b"cmdstat_flush", b"cmdstat_del", b"cmdstat_eval"):
            self.assertNotIn(never, stats)
        self.assertIn(b"cmdstat_unlink", stats)

    def test_counts_of_use_are_no_idle_times(self) -> None:
        self.put("cache:old", 2 * HOUR)
        self.redis("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
        ran = self.prune()
        self.assertEqual(ran.returncode, 0)
        self.assertIn("does not record idle times because its maxmemory-policy is LFU", ran.stdout)
        self.assertEqual(self.keys(), [b"cache:old"])

    def test_no_time_is_no_failure_and_the_next_run_goes_on(self) -> None:
        for number in range(300):
            self.put(f"cache:{number}", 2 * HOUR)
        began = time.monotonic()
        ran = self.prune(", batch: 10, pause: 1s", "6s", "['cache:*']")
        self.assertLess(time.monotonic() - began, 7)
        self.assertEqual(ran.returncode, 0)
        self.assertIn("timed out", ran.stdout)
        left = len(self.keys())
        self.assertTrue(0 < left < 300, left)
        self.assertIn(f"removed {left} of {left} keys", self.prune().stdout)

    def test_only_the_database_that_was_named(self) -> None:
        self.put("cache:old", 2 * HOUR)
        self.assertIn("removed 0 of 0", self.prune(", database: 1").stdout)
        self.assertIn("removed 1 of 1", self.prune(", database: 0").stdout)

    def test_a_wrong_password(self) -> None:
        self.password.write_text("wrong-s3cret\n")
        self.addCleanup(self.password.write_text, PASSWORD + "\n")
        ran = self.prune()
        self.assertEqual((ran.returncode, ran.stdout), (1, f"Redis at 127.0.0.1:{self.server.port}: AUTH: WRONGPASS\n"))

    def test_a_user_who_may_not(self) -> None:
        self.put("cache:old", 2 * HOUR)
        self.redis("ACL", "SETUSER", "reader", "on", f">{PASSWORD}", "~*", "+@read", "+select")
        ran = self.prune(", username: reader")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("NOPERM", ran.stdout)
        self.assertEqual(self.keys(), [b"cache:old"])

    def test_a_server_that_hangs_is_given_up(self) -> None:
        self.server.freeze()
        try:
            began = time.monotonic()
            ran = self.prune(timeout="6s")
            self.assertLess(time.monotonic() - began, 8)
            self.assertEqual(ran.returncode, 1)
            self.assertIn("no answer in time", ran.stdout)
        finally:
            self.server.thaw()

    def test_no_server_is_skipped(self) -> None:
        (nobody,) = web.free_ports(1)
        ran = subprocess.run(
            [PROGRAM, "redis_prune", f"{{address: '127.0.0.1:{nobody}', patterns: ['cache:*']}}", "10s"], capture_output=True, text=True, timeout=60
        )
        self.assertEqual((ran.returncode, ran.stdout), (0, f"skipped: Redis at 127.0.0.1:{nobody} is not reachable: connection refused\n"))

    def test_a_replica_refuses(self) -> None:
        self.put("cache:old", 2 * HOUR)
        own = self.folder / "replica"
        own.mkdir()
        replica = start_redis(own, PASSWORD)
        self.addCleanup(replica.stop)
        follower = RedisClient(replica.port, PASSWORD)
        self.addCleanup(follower.close)
        follower("CONFIG", "SET", "masterauth", PASSWORD)
        follower("REPLICAOF", "127.0.0.1", self.server.port)
        wait_for(lambda: follower("EXISTS", "cache:old") == 1, "the replica to have the key", 30)
        parameters = f"{{address: '127.0.0.1:{replica.port}', patterns: ['cache:*'], password_file: {self.password}, idle: 1s}}"
        # A replica counts idle time from the moment that it got the key.
        wait_for(lambda: follower("OBJECT", "IDLETIME", "cache:old") >= 2, "the key to be idle", 30)
        ran = subprocess.run([PROGRAM, "redis_prune", parameters, "10s"], capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("READONLY", ran.stdout)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
