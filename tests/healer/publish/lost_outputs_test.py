"""A policy that tightens while Redis or the receiver of a push cannot take it: what they hold ends, the healer says so, the newest document
comes first when they are back, and an older one never replaces a newer one. With a real Redis."""

import http.server
import json
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List

from conformance.healer import Healer
from e2e import web
from e2e.waiting import wait_for
from exporter.probes.servers import RedisClient, start_redis

HEALER = ""
LEASE = 9.0
SOON = 2.5  # seconds: an attempt may be under way, and the machine busy


class Receiver(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Take)
        self.status = 204
        self.pause = 0.0
        self.requests = 0  # those that have arrived; a document is added after the pause
        self.documents: List[Dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Take(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Receiver)
        self.server.requests += 1
        time.sleep(self.server.pause)
        if self.server.status < 300:
            self.server.documents.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class LostOutputsTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-outputs-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.server = start_redis(self.folder, "secret")
        self.addCleanup(self.server.stop)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text("secret")

        def change(config: Dict[str, Any]) -> None:
            config["policy"] |= {
                "lease": f"{LEASE:.0f}s",
                "redis": {"address": f"127.0.0.1:{self.server.port}", "password_file": str(secret)},
                "push": [{"name": "bot", "url": f"http://127.0.0.1:{self.receiver.server_port}/policy"}],
            }

        self.healer = Healer(self.folder / "healer", Path(HEALER), change)
        self.addCleanup(self.healer.close)
        self.healer.start()
        self.healer.expect_alive()
        self.healer.wait_policy("allow_all")
        self.redis = RedisClient(self.server.port, "secret")
        self.addCleanup(self.redis.close)
        wait_for(lambda: self.held() == "allow_all", "the key", 30)
        wait_for(lambda: self.receiver.documents and self.receiver.documents[-1]["policy"] == "allow_all", "the push", 30)

    def held(self) -> str:
        return str(json.loads(self.redis("GET", "salus:policy") or "{}").get("policy", ""))

    def tighten(self, policy: str = "emergency_shutdown") -> float:
        alert = self.healer.alert(heal="", labels={"policy": policy})
        self.healer.world.alerts = [*self.healer.world.alerts, alert]
        started = time.monotonic()
        self.healer.deliver(alert)
        self.healer.wait_policy(policy)
        return started

    def causes(self) -> List[str]:
        return list(web.get_json(self.healer.port, "/policy")["causes"])

    def behind(self, output: str) -> bool:
        return self.healer.metric("salus_policy_output_behind", output=output) == 1

    def test_redis_hangs(self) -> None:
        self.server.freeze()
        try:
            started = self.tighten("no_new_trades")
            wait_for(lambda: self.behind("redis"), "the metric", 10)
            wait_for(lambda: "policy output redis not updated" in self.causes(), "the cause", 10)
            self.tighten()
            self.assertIn("policy output redis not updated", self.causes())
            time.sleep(max(0.0, started + LEASE + 1 - time.monotonic()))  # the key expires in a server that cannot be asked
        finally:
            self.server.thaw()
        # The key expired while it hung: a reader finds none, and then the newest document, never an older one.
        thawed = time.monotonic()
        seen: List[str] = []
        while not seen or seen[-1] != "emergency_shutdown":
            policy = self.held()
            if not seen or seen[-1] != policy:
                seen.append(policy)
            self.assertLess(time.monotonic(), thawed + SOON, seen)
        self.assertLessEqual(set(seen), {"", "emergency_shutdown"})
        wait_for(lambda: not self.behind("redis"), "the end of the metric", 10)
        wait_for(lambda: "policy output redis not updated" not in self.causes(), "the end of the cause", 10)

    def test_redis_is_out_of_memory(self) -> None:
        self.redis("CONFIG", "SET", "maxmemory", "1")
        started = self.tighten()
        wait_for(lambda: self.held() == "", "the key to be deleted", 10, 0.01)
        self.assertLess(time.monotonic() - started, SOON)
        self.assertFalse(self.behind("redis"))
        self.redis("CONFIG", "SET", "maxmemory", "0")
        room = time.monotonic()
        wait_for(lambda: self.held() == "emergency_shutdown", "the newest document", 10, 0.01)
        self.assertLess(time.monotonic() - room, SOON)

    def test_redis_becomes_a_read_only_replica(self) -> None:
        (nowhere,) = web.free_ports(1)
        self.redis("CONFIG", "SET", "replica-serve-stale-data", "yes")
        self.redis("REPLICAOF", "127.0.0.1", str(nowhere))
        started = self.tighten()
        wait_for(lambda: self.behind("redis"), "the metric", 10)
        self.assertEqual(self.held(), "allow_all")  # until it expires: neither SET nor DEL is possible
        wait_for(lambda: self.held() == "", "the key to expire", LEASE + 2)
        self.assertLess(time.monotonic() - started, LEASE + 1)
        self.redis("REPLICAOF", "NO", "ONE")
        room = time.monotonic()
        wait_for(lambda: self.held() == "emergency_shutdown", "the newest document", 10, 0.01)
        self.assertLess(time.monotonic() - room, SOON)

    def test_redis_ends_and_starts_again(self) -> None:
        self.server.stop(9)
        self.tighten()
        wait_for(lambda: self.behind("redis"), "the metric", 10)
        self.server.__init__(["redis-server", str(self.folder / "redis.conf")], self.server.port, self.folder / "redis.log")  # type: ignore[misc]
        started = time.monotonic()

        def held() -> str:
            try:
                redis = RedisClient(self.server.port, "secret")
            except OSError:
                return ""
            try:
                return str(json.loads(redis("GET", "salus:policy") or "{}").get("policy", ""))
            finally:
                redis.close()

        wait_for(lambda: held() == "emergency_shutdown", "the newest document", 10, 0.05)
        self.assertLess(time.monotonic() - started, SOON + 1)

    def test_redis_without_transactions(self) -> None:
        self.redis("ACL", "SETUSER", "default", "-watch")
        self.tighten()
        wait_for(lambda: self.held() == "emergency_shutdown", "the document", 10)

    def test_a_receiver_that_refuses_gets_the_newest_document_soon_after(self) -> None:
        for status in (503, 500, 404):
            self.receiver.status = status
            self.tighten("no_new_trades" if status != 404 else "emergency_shutdown")
            wait_for(lambda: self.behind("push/bot"), f"the metric for {status}", 10)
        self.assertIn("policy output push/bot not updated", wait_for(lambda: len(self.causes()) > 1 and self.causes(), "the cause", 10))
        self.receiver.status = 204
        started = time.monotonic()
        before = len(self.receiver.documents)
        wait_for(lambda: len(self.receiver.documents) > before, "a document", 10, 0.01)
        self.assertLess(time.monotonic() - started, SOON)
        self.assertEqual(self.receiver.documents[before]["policy"], "emergency_shutdown")

    def test_a_slow_receiver_can_tell_the_newest_by_its_sequence(self) -> None:
        self.receiver.pause = 3.0
        before = self.receiver.requests
        self.tighten("no_new_trades")
        wait_for(lambda: self.receiver.requests > before, "a request", 10, 0.01)
        self.tighten()
        wait_for(lambda: any(each["policy"] == "no_new_trades" for each in self.receiver.documents), "the older document", 20)
        self.receiver.pause = 0.0
        wait_for(lambda: self.receiver.documents and max(self.receiver.documents, key=lambda each: each["sequence"])["policy"] == "emergency_shutdown", "the newest", 20)


if __name__ == "__main__":
    HEALER = sys.argv.pop(1)
    unittest.main()
