"""The policy of a real healer in a file, in a real Redis, at a receiver of pushes and at who waits; with one of them away, and over a restart."""

import http.server
import json
import sys
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, Dict, List

import yaml

from e2e import web
from e2e.waiting import wait_for
from exporter.probes.servers import RedisClient, Server, start_redis

HEALER = ""
PASSWORD = "right-s3cret"
TOKEN = "test-token"
LONG = 60.0  # for whatever takes a moment


class Trader(http.server.ThreadingHTTPServer):
    """Takes what is pushed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Push)
        self.documents: List[Dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Push(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Trader)
        self.server.documents.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class PolicyOutputsTest(unittest.TestCase):
    folder: ClassVar[Path]
    redis: ClassVar[Server]
    healer: ClassVar[Server]
    trader: ClassVar[Trader]
    port: ClassVar[int]

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-policy-", dir="/var/tmp")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.redis = start_redis(cls.folder, PASSWORD)
        cls.addClassCleanup(lambda: cls.redis.stop())
        cls.trader = Trader()
        cls.addClassCleanup(cls.trader.server_close)
        cls.addClassCleanup(cls.trader.shutdown)
        (cls.port, nowhere) = web.free_ports(2)
        for name, secret in (("token", TOKEN), ("redis-password", PASSWORD)):
            (cls.folder / name).write_text(secret + "\n")
            (cls.folder / name).chmod(0o600)
        (cls.folder / "subsystems.yml").write_text("subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]\n")
        config = {
            **{f"{peer}_url": f"http://127.0.0.1:{nowhere}" for peer in ("alertmanager", "prometheus", "exporter")},
            "token_file": "token",
            "data_dir": "data",
            "docker_host": f"unix://{cls.folder}/no-docker.sock",
            "policy": {
                "file": "policy.json",
                "redis": {"address": f"127.0.0.1:{cls.redis.port}", "password_file": "redis-password"},
                "push": [{"name": "trader", "url": f"http://127.0.0.1:{cls.trader.server_port}/policy"}],
            },
        }
        (cls.folder / "healer.yml").write_text(yaml.safe_dump(config))
        cls.start_healer()
        cls.addClassCleanup(lambda: cls.healer.stop())

    @classmethod
    def start_healer(cls) -> None:
        arguments = [f"--config.file={cls.folder}/healer.yml", f"--subsystems.file={cls.folder}/subsystems.yml"]
        cls.healer = Server([HEALER, *arguments, f"--web.listen-address=127.0.0.1:{cls.port}"], cls.port, cls.folder / "healer.log")
        wait_for(lambda: web.ask(cls.port, "/-/ready").status == 200, "a ready healer", LONG)

    def connect(self) -> RedisClient:
        redis = RedisClient(self.redis.port, PASSWORD)
        self.addCleanup(redis.close)
        return redis

    def post(self, name: str, policy: str, status: str = "firing") -> None:
        alert = {
            "status": status,
            "labels": {"alertname": name, "policy": policy},
            "annotations": {},
            "startsAt": "2025-12-17T04:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": name.lower(),
        }
        body = json.dumps({"version": "4", "status": status, "receiver": "salus", "alerts": [alert]})
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        self.assertEqual(web.ask(self.port, "/api/v1/alerts", "POST", body, headers).status, 200)

    def release(self, body: Dict[str, str]) -> web.Answer:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        return web.ask(self.port, "/api/v1/policy/release", "POST", json.dumps(body), headers)

    def test_1_a_tightening_is_seen_everywhere(self) -> None:
        redis, listening = self.connect(), self.connect()
        listening("SUBSCRIBE", "salus:policy")
        before = web.get_json(self.port, "/policy")
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(lambda: web.ask(self.port, f"/policy?wait=30s&after={before['sequence']}", timeout=LONG).json())
            self.post("Tight", "defensive_exit")
            self.assertGreater(waiting.result()["sequence"], before["sequence"])
        wait_for(lambda: web.get_json(self.port, "/policy")["policy"] == "defensive_exit", "the policy at /policy", LONG)
        wait_for(lambda: json.loads(redis("GET", "salus:policy") or "{}").get("policy") == "defensive_exit", "the policy as a key", LONG)
        left = redis("PTTL", "salus:policy")
        self.assertTrue(0 < left <= 30_000, left)
        while json.loads(listening.reply()[2])["policy"] != "defensive_exit":
            pass
        wait_for(lambda: self.trader.documents[-1]["policy"] == "defensive_exit", "the policy at the trader", LONG)
        on_disk = lambda: json.loads((self.folder / "policy.json").read_text())  # noqa: E731
        wait_for(lambda: on_disk()["policy"] == "defensive_exit", "the policy in the file", LONG)
        self.assertIn("alert Tight", on_disk()["causes"])
        # A cause that reduces leverage and size is in every output, also under a stricter word.
        self.post("Busy", "safe_risk_profile")
        limits = {"max_leverage": 5.0, "position_size_factor": 0.5}
        reduced = lambda document: limits.items() <= document["restrictions"].items()  # noqa: E731
        wait_for(lambda: reduced(web.get_json(self.port, "/policy")), "the limits at /policy", LONG)
        wait_for(lambda: reduced(json.loads(redis("GET", "salus:policy"))), "the limits as a key", LONG)
        wait_for(lambda: reduced(self.trader.documents[-1]), "the limits at the trader", LONG)
        wait_for(lambda: reduced(on_disk()), "the limits in the file", LONG)
        self.assertEqual(on_disk()["policy"], "defensive_exit")
        changed = "[SELF-HEAL] Safety policy changed: no_new_trades → defensive_exit"
        self.assertIn(changed, (self.folder / "healer.log").read_text())

    def test_2_a_redis_that_is_away_holds_up_nothing_and_is_told_when_it_is_back(self) -> None:
        self.redis.freeze()
        try:
            self.post("Tighter", "emergency_shutdown")
            wait_for(lambda: web.get_json(self.port, "/policy")["policy"] == "emergency_shutdown", "the policy at /policy", LONG)
            failures = 'salus_policy_output_failures_total{output="redis"} '
            wait_for(lambda: failures + "0\n" not in web.ask(self.port, "/metrics").text, "failures of Redis", LONG)
        finally:
            self.redis.thaw()
        redis = self.connect()
        wait_for(lambda: json.loads(redis("GET", "salus:policy") or "{}").get("policy") == "emergency_shutdown", "the policy as a key", LONG)

    def test_3_a_file_that_cannot_be_written_is_a_cause_everywhere(self) -> None:
        file = self.folder / "policy.json"
        file.unlink()
        file.mkdir()
        self.post("Another", "no_new_trades")  # which has a document published
        try:
            wait_for(lambda: "policy file not writable" in web.get_json(self.port, "/policy")["causes"], "the cause", LONG)
        finally:
            file.rmdir()
        wait_for(lambda: "policy file not writable" not in web.get_json(self.port, "/policy")["causes"], "the end of the cause", LONG)
        self.assertEqual(json.loads(file.read_text())["policy"], "emergency_shutdown")

    def test_4_an_emergency_outlives_its_alert_and_the_healer_until_an_operator_releases_it(self) -> None:
        self.post("Failed", "emergency_shutdown")
        for name in ("Failed", "Tighter"):
            self.post(name, "emergency_shutdown", "resolved")
        self.healer.stop(9)
        self.start_healer()
        self.assertEqual(web.get_json(self.port, "/policy")["policy"], "emergency_shutdown")
        # No ruler can be asked whether they are over: an operator says so of each.
        self.assertEqual(self.release({"reason": "flat"}).status, 409)
        for name in ("Failed", "Tighter"):
            released = self.release({"cause": name, "reason": "looked at"})
            self.assertEqual(released.status, 200, released.text)
        released = self.release({"reason": "flat"})
        self.assertEqual(released.status, 200, released.text)
        causes = lambda: web.get_json(self.port, "/policy")["causes"]  # noqa: E731
        wait_for(lambda: "emergency_shutdown waits for an operator's release" not in causes(), "the release", LONG)

    def test_5_the_report_says_what_is_not_known(self) -> None:
        report = wait_for(lambda: web.ask(self.port, "/api/v1/report").status == 200 and web.get_json(self.port, "/api/v1/report"), "a report", LONG)
        self.assertEqual(report["overall_status"], "unknown")
        self.assertEqual(report["subsystem_health"]["logging"]["error_count"], 1)
        self.assertFalse(report["trading_should_continue"])
        on_disk = json.loads((self.folder / "data/self_healing_report.json").read_text())
        self.assertEqual(list(on_disk), list(report))


if __name__ == "__main__":
    HEALER = sys.argv.pop(1)
    unittest.main()
