"""Approvals with the real programs: a healer that asks, dies, comes back and is answered by a signed link or by salusctl;
a dry run; and the journal of it all explained and decided once more. Alertmanager, and Prometheus with its rules alone,
are a small server of the test's."""

import hashlib
import hmac
import json
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

from e2e.process import Process
from e2e.waiting import wait_for
from e2e.web import Answer, ask, get_json

HEALER = SALUSCTL = ""
PATIENCE = 60.0
TOKEN = "sesame, open the door"
HEARTBEAT = {"alertname": "Watchdog", "installation": "salus", "policy": "allow_all"}
LABELS = {"alertname": "BotDown", "heal": "touch", "container": "bot", "severity": "critical", "issue": "critical", "impacts_trading": "true"}


def listed(labels: Dict[str, str]) -> Dict[str, Any]:
    """An alert as GET /api/v2/alerts has it, far from running out."""
    return {
        "labels": labels, "annotations": {}, "fingerprint": hashlib.md5(json.dumps(labels).encode()).hexdigest()[:16],
        "startsAt": "2025-12-17T04:00:00Z", "endsAt": "2100-01-01T00:00:00Z", "updatedAt": "2099-12-31T23:59:00Z",
        "receivers": [{"name": "healer"}], "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }  # fmt: skip


def rules(alerts: List[Dict[str, Any]]) -> Dict[str, Any]:
    """GET /api/v1/rules of a Prometheus from which `alerts` come, and its heartbeat always."""
    now = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
    active = [HEARTBEAT, *(alert["labels"] for alert in alerts if alert["labels"] != HEARTBEAT)]
    evaluated = [
        {
            "type": "alerting", "name": labels["alertname"], "labels": labels, "health": "ok", "lastEvaluation": now,
            "alerts": [{"labels": labels, "state": "firing", "activeAt": "2025-12-17T04:00:00Z"}],
        }
        for labels in active
    ]  # fmt: skip
    return {"status": "success", "data": {"groups": [{"name": "all", "file": "all", "interval": 1, "rules": evaluated}]}}


class Monitoring:
    """Holds the alerts that it is told to hold; the values of series are not to be had."""

    def __init__(self) -> None:
        alerts: List[Dict[str, Any]] = []
        self.alerts = alerts

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                about_rules = self.path.startswith("/api/v1/rules")
                body = json.dumps(rules(alerts) if about_rules else alerts).encode()
                self.send_response(200 if about_rules or self.path.startswith("/api/v2/alerts") else 503)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class ApprovalTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.monitoring = Monitoring()
        self.addCleanup(self.monitoring.close)
        self.marker = self.folder / "touched"
        self.token_file = self.folder / "token"
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(TOKEN + "\n")
        (self.folder / "subsystems.yml").write_text("subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]\ncontainers: [bot]\n")
        self.config = self.folder / "healer.yml"
        self.lives = 0

    def configure(self, consent: str) -> None:
        # No series and no exporter: what was done is never believed to have helped.
        self.config.write_text(
            f"""
alertmanager_url: {self.monitoring.url}
prometheus_url: {self.monitoring.url}
exporter_url: http://127.0.0.1:9
token_file: token
data_dir: data
reconcile_interval: 1s
guards: {{startup_grace: 0s, disk_free_mib: 0}}
external_url: https://salus.example.org
playbooks:
  - name: touch
    accepts: [BotDown]
    {consent}
    rungs:
      - action: command
        parameters: {{argv: [/usr/bin/touch, {self.marker}]}}
    verify: {{within: 1h}}
"""
        )

    def start(self, *flags: str) -> Process:
        self.lives += 1
        log = self.folder / f"healer-{self.lives}.log"
        argv = [HEALER, f"--config.file={self.config}", "--web.listen-address=127.0.0.1:0", *flags]
        healer = Process("healer", argv, log, {"PATH": "/usr/bin:/bin"})
        self.addCleanup(healer.stop)

        def port() -> Optional[int]:
            self.assertTrue(healer.running(), log.read_text())
            found = re.search(r"salus-healer is up.* port=(\d+)", log.read_text())
            return int(found[1]) if found else None

        self.port = wait_for(port, "the healer is up", PATIENCE)
        return healer

    def fire(self) -> None:
        self.monitoring.alerts[:] = [listed(LABELS), listed(HEARTBEAT)]

    def pending(self) -> Optional[Dict[str, Any]]:
        found = get_json(self.port, "/api/v1/approvals", state="pending")["data"]
        return found[0] if found else None

    def incident(self) -> Dict[str, Any]:
        incident: Dict[str, Any] = get_json(self.port, "/api/v1/incidents")["data"][0]
        return incident

    def salusctl(self, *arguments: str, code: int = 0) -> str:
        url = f"--url=http://127.0.0.1:{self.port}"
        done = subprocess.run(
            [SALUSCTL, url, f"--token-file={self.token_file}", *arguments], capture_output=True, text=True, timeout=PATIENCE
        )
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def link(self, approval: Dict[str, Any], verb: str, expires: int) -> str:
        """As docs/configuration.md has it, by another program than the healer."""
        key = (self.folder / "data" / "approval.key").read_text().strip()
        message = f"salus approval\n{approval['id']}\n{verb}\n{expires}\n{approval['description']}"
        token = hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()
        return f"/approvals/{approval['id']}?verb={verb}&expires={expires}&token={token}"

    def expiry(self, approval: Dict[str, Any]) -> int:
        return int(subprocess.run(["date", "-d", approval["expires_at"], "+%s"], capture_output=True, text=True, check=True).stdout)

    def follow(self, link: str, method: str = "GET") -> Answer:
        return ask(self.port, link, method)

    def test_a_link_is_good_once_and_a_question_survives_a_crash(self) -> None:
        self.configure("approval: required")
        first = self.start()
        self.fire()
        approval = wait_for(self.pending, "a question", PATIENCE)
        self.assertEqual(self.incident()["refusal"], "approval")
        self.assertEqual((self.folder / "data" / "approval.key").stat().st_mode & 0o777, 0o600)
        first.kill()
        self.start()
        again = wait_for(self.pending, "the question after a crash", PATIENCE)
        self.assertEqual((again["id"], again["expires_at"]), (approval["id"], approval["expires_at"]))
        expires = self.expiry(approval)
        link = self.link(approval, "approve", expires)
        page = self.follow(link)
        self.assertEqual(page.status, 200, page.text)
        self.assertIn("<button>Approve</button>", page.text)
        for forged in (link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace("approve&", "reject&"), self.link(approval, "approve", expires + 60)):
            self.assertEqual(self.follow(forged, "POST").status, 403)
        self.assertEqual(self.follow(link).status, 200)
        self.assertFalse(self.marker.exists(), "reading a link must not act")
        self.assertEqual(self.follow(link, "POST").status, 200)
        wait_for(self.marker.exists, "the approved action ran", PATIENCE)
        used = self.follow(link, "POST")
        self.assertEqual(used.status, 410)
        self.assertIn("was approved by signed link from 127.0.0.1", used.text)
        # The same answer again is no error; another one is.
        self.salusctl("approve", approval["id"])
        self.assertIn("was approved by", self.salusctl("reject", approval["id"], "--reason", "no", code=1))
        self.assertEqual(self.incident()["actions"], 1)
        self.assertEqual(self.incident()["recommendation"]["outcome"], "executed")
        for log in self.folder.glob("*.log"):
            self.assertNotIn(urlsplit(link).query.rpartition("=")[2], log.read_text())

    def test_a_rejection_leaves_the_incident_to_a_person(self) -> None:
        self.configure("approval: required")
        self.start()
        self.fire()
        approval = wait_for(self.pending, "a question", PATIENCE)
        self.assertIn(approval["id"], self.salusctl("approvals"))
        self.assertEqual(ask(self.port, f"/api/v1/approvals/{approval['id']}/approve", "POST").status, 401)
        self.assertIn("salus_approvals_pending 1", ask(self.port, "/metrics").text)
        self.salusctl("reject", approval["id"], "--reason", "not today")
        wait_for(lambda: self.incident()["state"] == "exhausted", "it is latched", PATIENCE)
        self.assertIn("salus_approvals_pending 0", ask(self.port, "/metrics").text)
        self.assertIn("not today", self.salusctl("incident", self.incident()["id"]))
        self.assertIn("rejected", self.salusctl("approvals", "--all"))
        self.assertFalse(self.marker.exists())

    def test_what_is_only_recommended_runs_when_a_person_says_so(self) -> None:
        self.configure("automatic: false")
        healer = self.start()
        self.fire()
        approval = wait_for(self.pending, "a recommendation", PATIENCE)
        recommended = json.loads(self.salusctl("recommendations", "--json"))[0]
        self.assertEqual((recommended["priority"], recommended["automatic"]), (1, False))
        self.assertEqual((recommended["outcome"], recommended["refusal"]), ("refused", "not_automatic"))
        self.salusctl("approve", approval["id"], "--reason", "go")
        wait_for(self.marker.exists, "it ran", PATIENCE)
        healer.stop()
        self.replayed_and_explained()

    def replayed_and_explained(self) -> None:
        journal = str(self.folder / "data" / "journal.db")
        self.assertIn("no difference", self.salusctl("replay", journal, "--config.file", str(self.config)))
        alert = self.folder / "alert.json"
        alert.write_text(json.dumps(listed(LABELS)))
        explained = self.salusctl("explain", str(alert), "--config.file", str(self.config), "--json", code=1)
        self.assertEqual(json.loads(explained)[0]["guards"][-1]["reason"], "not_automatic")
        self.configure("approval: none")
        self.assertIn("differs", self.salusctl("replay", journal, "--config.file", str(self.config), code=1))
        self.salusctl("explain", str(alert), "--config.file", str(self.config))
        self.salusctl("explain", str(alert), "--config.file", str(self.config), "--journal", journal, code=1)

    def test_a_dry_run_decides_everything_and_does_nothing(self) -> None:
        self.configure("approval: required")
        healer = self.start("--dry-run")
        self.fire()

        def decided() -> bool:
            incidents = get_json(self.port, "/api/v1/incidents")["data"]
            return bool(incidents) and incidents[0]["refusal"] == "dry_run"

        wait_for(decided, "it is decided", PATIENCE)
        detail = self.incident()["recommendation"]["detail"]
        self.assertIn("would run: run", detail)
        self.assertIn(str(self.marker), detail)
        self.assertIsNone(self.pending())
        self.assertRegex(ask(self.port, "/metrics").text, r'salus_decisions_total\{outcome="dry_run",playbook="touch",reason=""\} 1')
        # A reload does not forget the flag.
        self.assertEqual(ask(self.port, "/-/reload", "POST", headers={"Authorization": f"Bearer {TOKEN}"}).status, 200)
        healer.stop()
        self.assertFalse(self.marker.exists())


if __name__ == "__main__":
    HEALER, SALUSCTL = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main(verbosity=2)
