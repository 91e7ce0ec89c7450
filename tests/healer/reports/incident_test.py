"""A storm in the logs, from the lines to the section, the notices and the incident's report: the real exporter, Prometheus with
the shipped rules, Alertmanager and healer, which is killed while its report is due, and once more when it is written.

Two things are the test's: the facts of containers, and among them the word that more events are coming, which the rules take
from the last two minutes."""

import datetime
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List, Optional

from e2e import web
from e2e.process import Process
from e2e.waiting import wait_for
from exporter.tail.logs import Exporter
from healer.notify.receiver import Receiver

HEALER = SALUSCTL = EXPORTER = RULES = ""
TOKEN = "sesame"
PATIENCE = 20.0
DELIVERED = 'salus_notifications_total{notifier="chat",outcome="delivered"}'
SUBSYSTEMS = """\
subsystems:
  - {name: ai_model, purpose: models, trading: partial, cadence: normal, container: quantum_ai_engine, depends_on: [database]}
  - {name: event_executor, purpose: trading, trading: critical, cadence: normal, depends_on: [ai_model]}
  - {name: database, purpose: data, trading: partial, cadence: normal, container: quantum_postgres}
"""
SECTION = """\
---

### ⚡ Real-Time Incident Report

**Timestamp:** TIME  
**Auto-Heal Triggered:** ✅ Yes  

#### Issue Summary

| Category | Count |
|----------|-------|
| Critical Events | 353 |
| Errors | 482 |
| Warnings | 10 |
| Container Restarts | 1 |

#### Critical Events (Top 5)
```
[quantum_postgres] FATAL
[quantum_postgres] FATAL
[quantum_postgres] FATAL
[quantum_postgres] FATAL
[quantum_postgres] FATAL
```

#### Errors (Top 10)
```
""" + "[quantum_ai_engine] ERROR\n" * 10 + "```\n"
TRIGGERED = """\
🚨 **Quantum Trader - Auto-Heal Triggered**

**Reason:** 353 critical events (threshold: 5); 482 errors (threshold: 50)
**Critical Events:** 353
**Errors:** 482
**Container Restarts:** 1

Auto-heal process initiated.

Container: quantum_ai_engine
Action: ACTION
Incident: NUMBER
Next: verify for up to 10m, then an operator
Stack: Quantum Trader"""


class Facts:
    """What the exporter says of containers; what it is asked about logs, the real one answers."""

    def __init__(self) -> None:
        self.exporter = 0
        itself = self
        facts: Dict[str, int] = {
            'salus_container_expected{container="quantum_ai_engine"}': 1,
            'salus_container_expected{container="quantum_postgres"}': 1,
            'salus_container_running{container="quantum_ai_engine"}': 1,
            'salus_container_running{container="quantum_postgres"}': 1,
            'salus_container_restarts_total{container="quantum_ai_engine"}': 4,
            'salus_subsystem_info{subsystem="database",container="quantum_postgres"}': 1,
        }
        self.facts = facts

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/api/"):
                    return self.answer(web.ask(itself.exporter, self.path).text)
                return self.answer("".join(f"{series} {value}\n" for series, value in dict(facts).items()))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                runs = [{"collector": name, "success": True} for name in ("containers", "subsystems")]
                self.answer(json.dumps({"status": "success", "data": runs}))

            def answer(self, text: str) -> None:
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def coming(self, count: int) -> None:
        self.facts['coming{source="quantum_ai_engine",level="error"}'] = count
        self.facts['coming{source="quantum_postgres",level="critical"}'] = count


class StormTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-incident-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.facts = Facts()
        self.addCleanup(self.facts.server.server_close)
        self.addCleanup(self.facts.server.shutdown)
        self.facts.coming(0)
        self.receiver = Receiver(self.folder)
        self.receiver.__enter__()
        self.addCleanup(self.receiver.__exit__)
        self.reports = self.folder / "reports"
        for name, text in (("token", TOKEN), ("discord", self.receiver.discord)):
            (self.folder / name).write_text(text + "\n")
            (self.folder / name).chmod(0o400)
        sources = {name: f"path: {self.folder}/{name}.log" for name in ("quantum_ai_engine", "quantum_postgres")}
        for name in sources:
            (self.folder / f"{name}.log").touch()
        self.exporter = Exporter(EXPORTER, self.folder, sources)
        (self.folder / "subsystems.yml").write_text(SUBSYSTEMS)
        self.ports = dict(zip(("prometheus", "alertmanager", "healer"), web.free_ports(3)))

    def start(self, name: str, *argv: str) -> Process:
        process = Process(name, argv, self.folder / f"{name}.log", {"PATH": "/usr/bin:/bin"})
        self.addCleanup(process.stop)

        def ready() -> bool:
            self.assertTrue(process.running(), process.log.read_text())
            return web.ask(self.ports[name], "/-/ready").status == 200

        wait_for(ready, f"{name} is ready", PATIENCE)
        return process

    def start_monitoring(self) -> None:
        self.exporter.start()
        self.addCleanup(self.exporter.kill)
        self.facts.exporter = self.exporter.port
        rules = Path(RULES).read_text()
        self.assertEqual(rules.count("increase(salus_log_events_total{level!=\"info\"}[2m])"), 1)
        rules = rules.replace("increase(salus_log_events_total{level!=\"info\"}[2m])", "coming")
        (self.folder / "logs.rules.yml").write_text(rules)
        (self.folder / "alertmanager.yml").write_text(
            f"""
route: {{receiver: healer, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 1m}}
receivers:
  - name: healer
    webhook_configs:
      - url: http://127.0.0.1:{self.ports['healer']}/api/v1/alerts
        send_resolved: true
        http_config: {{authorization: {{type: Bearer, credentials_file: {self.folder}/token}}}}
"""
        )
        (self.folder / "prometheus.yml").write_text(
            f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [logs.rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{self.ports['alertmanager']}']}}]}}]}}
scrape_configs:
  - {{job_name: salus-exporter, static_configs: [{{targets: ['127.0.0.1:{self.exporter.port}']}}]}}
  - {{job_name: facts, static_configs: [{{targets: ['127.0.0.1:{self.facts.port}']}}]}}
"""
        )
        self.start(
            "alertmanager", "/usr/bin/prometheus-alertmanager", f"--config.file={self.folder}/alertmanager.yml",
            f"--storage.path={self.folder}/alertmanager", f"--web.listen-address=127.0.0.1:{self.ports['alertmanager']}",
            "--cluster.listen-address=",
        )  # fmt: skip
        self.start(
            "prometheus", "/usr/bin/prometheus", f"--config.file={self.folder}/prometheus.yml", "--rules.alert.resend-delay=1s",
            f"--storage.tsdb.path={self.folder}/tsdb", f"--web.listen-address=127.0.0.1:{self.ports['prometheus']}",
        )  # fmt: skip

    def start_healer(self) -> Process:
        url = "http://127.0.0.1:"
        (self.folder / "healer.yml").write_text(
            f"""
stack: Quantum Trader
alertmanager_url: {url}{self.ports['alertmanager']}
prometheus_url: {url}{self.ports['prometheus']}
exporter_url: {url}{self.facts.port}
token_file: token
data_dir: data
reconcile_interval: 1s
guards: {{startup_grace: 0s, disk_free_mib: 0}}
policy: {{prometheus_timeout: 10m}}
reports: {{folder: {self.reports}, external_url: https://salus.example.org}}
playbooks:
  - name: auto_heal
    accepts: [ContainerRestarting, LogCriticalEvents, LogErrors, LogStackCriticalEvents, LogStackErrors]
    rungs: [{{action: command, parameters: {{argv: [/usr/bin/touch, {self.folder}/healed]}}}}]
    verify: {{healthy_for: 1s, within: 10m, every: 200ms}}
notifiers: [{{name: chat, kind: discord, url_file: discord, only: [auto_heal_triggered, auto_heal_completed, auto_heal_failed]}}]
"""
        )
        flags = [f"--config.file={self.folder}/healer.yml", f"--web.listen-address=127.0.0.1:{self.ports['healer']}"]
        return self.start("healer", HEALER, *flags)

    # ---- what is said ------------------------------------------------------------------------

    def query(self, expression: str) -> Optional[float]:
        found = web.get_json(self.ports["prometheus"], "/api/v1/query", query=expression)["data"]["result"]
        return float(found[0]["value"][1]) if found else None

    def metric(self, name: str) -> float:
        for line in web.ask(self.ports["healer"], "/metrics").text.splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        raise AssertionError(f"no {name}")

    def incident(self) -> Dict[str, Any]:
        found: List[Dict[str, Any]] = web.get_json(self.ports["healer"], "/api/v1/incidents")["data"]
        self.assertLessEqual(len(found), 1)
        return found[0] if found else {}

    def messages(self) -> List[str]:
        return [message["text"] for message in self.receiver.accepted("discord")]

    def log(self) -> str:
        return (self.folder / "healer.log").read_text()

    def sections(self) -> str:
        weekly = list(self.reports.glob("WEEKLY_HEALTH_REPORT_*.md")) if self.reports.is_dir() else []
        return weekly[0].read_text() if weekly else ""

    def storm(self) -> None:
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp, comma = now.strftime("%Y-%m-%d %H:%M:%S.179 UTC"), now.strftime("%Y-%m-%d %H:%M:%S,427")
        fatal = f'{stamp} [74] FATAL:  database "quantum" does not exist\n' * 353
        failed = f"[{comma}] XGBoost predict failed: Feature shape mismatch, api_key=sk_live_51HabcdEFGH\n" * 482
        slow = f"{comma} WARNING slow cycle\n" * 10
        for name, text in (("quantum_postgres", fatal), ("quantum_ai_engine", failed + slow)):
            with (self.folder / f"{name}.log").open("a") as file:
                file.write(text)
        self.facts.facts['salus_container_restarts_total{container="quantum_ai_engine"}'] += 1

    def counted(self) -> bool:
        wanted = {"critical": 353, "error": 482, "warning": 10}
        return all(
            self.query(f'sum(salus_log_events_total{{level="{level}"}})') == count for level, count in wanted.items()
        ) and self.query("sum(salus_container_restarts_total)") == 5

    def test_section_notices_and_report_of_a_storm(self) -> None:
        self.start_monitoring()
        zero = 'count(salus_log_events_total{level=~"critical|error|warning"} == 0) + count(salus_container_restarts_total)'
        wait_for(lambda: self.query(zero) == 7, "counters at 0", PATIENCE)
        self.storm()
        wait_for(self.counted, "the whole storm in Prometheus", PATIENCE)
        self.facts.coming(1)

        # Nothing can be written where a file stands in the way: the notice goes out all the same, and healing goes on.
        self.reports.write_text("in the way")
        healer = self.start_healer()
        wait_for(lambda: bool(self.messages()), f"the notice\n{self.log()}", PATIENCE)
        text = re.sub(r"(?m)^Action: run .*/usr/bin/touch.*$", "Action: ACTION", self.messages()[0])
        number = self.incident()["id"]
        text = text.replace(f"Incident: {number}\n", "Incident: NUMBER\n")
        self.assertEqual(text[: len(TRIGGERED)], TRIGGERED)
        self.assertIn(f"https://salus.example.org/api/v1/incidents/{number}", text[len(TRIGGERED) :])
        wait_for(lambda: self.metric("salus_incident_reports_due") == 1, "a report that is due", PATIENCE)
        self.assertGreaterEqual(self.metric("salus_incident_report_errors_total"), 1)
        self.assertIn("failed to write a report; retrying", self.log())
        wait_for(lambda: (self.folder / "healed").exists(), "the action", PATIENCE)
        wait_for(lambda: self.metric(DELIVERED) == 1, "it is delivered, and will not come again", PATIENCE)
        healer.kill()

        # What was due is written by the next one.
        self.reports.unlink()
        healer = self.start_healer()
        wait_for(lambda: bool(self.sections()), f"the section\n{self.log()}", PATIENCE)
        self.check_section()
        self.facts.coming(0)
        wait_for(lambda: self.incident().get("state") == "healed", f"healed\n{self.log()}", PATIENCE)
        number = self.incident()["id"]
        written = wait_for(lambda: next(iter(self.reports.glob("INCIDENT_REPORT_*.md")), None), "the report", PATIENCE)
        wait_for(lambda: len(self.messages()) == 2, f"two notices, of {self.messages()}", PATIENCE)
        day = datetime.datetime.fromisoformat(self.incident()["opened_at"].replace("Z", "+00:00")).strftime("%Y-%m-%d")
        self.assertEqual(written.name, f"INCIDENT_REPORT_{number}_{day}.md")
        closing = self.messages()[1]
        self.assertTrue(closing.startswith(f"✅ Auto-heal completed successfully\n{number}: quantum_ai_engine is healthy again\n"), closing)
        self.assertIn(f"Full report: {written}", closing.replace("\\_", "_"))  # escaped as markup
        self.assertIn(f"https://salus.example.org/reports/{written.stem}.html", closing)
        if keep := os.environ.get("KEEP_REPORT"):
            shutil.copytree(self.reports, keep, dirs_exist_ok=True)
        self.check_report(written, number)

        # And none of it twice.
        wait_for(lambda: self.metric(DELIVERED) == 1, "it is delivered, and will not come again", PATIENCE)
        healer.kill()
        before = {path.name: path.read_bytes() for path in self.reports.glob("*.*")}
        healer = self.start_healer()
        self.assertEqual(self.incident()["state"], "healed")
        self.assertEqual(healer.stop(), 0)
        self.assertEqual(before, {path.name: path.read_bytes() for path in self.reports.glob("*.*")})
        self.assertEqual(len(self.messages()), 2)
        self.check_by_hand(number, written.name)

    def check_section(self) -> None:
        text = self.sections()
        self.assertEqual(text.count("### ⚡ Real-Time Incident Report"), 1)
        for line in ("📊 Collected logs from ", "📈 Analysis: ", "⚠️ Threshold breach detected: ", "📝 Incident report appended to "):
            wait_for(lambda line=line: line in self.log(), f"the line {line}", PATIENCE)
        section = text[text.index("---\n\n### ⚡") : text.index("\n<!-- salus: incident reports end -->")]
        self.assertRegex(section, r"\*\*Timestamp:\*\* \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}  \n")
        section = re.sub(r"(\*\*Timestamp:\*\*) \S+", r"\1 TIME", section)
        section = re.sub(r'\] \S+ \S+ UTC \[74\] FATAL:  database "quantum" does not exist', "] FATAL", section)
        section = re.sub(
            r"\] \[\S+ \S+\] XGBoost predict failed: Feature shape mismatch, api_key=\S*\*\*\*\S*", "] ERROR", section
        )
        self.assertEqual(section, SECTION)

    def check_report(self, path: Path, number: str) -> None:
        page = path.with_suffix(".html")
        for file in (path, page):
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o640)
            text = file.read_text()
            for word in ("sk_live_51HabcdEFGH", " nan", "NaN", "1970"):
                self.assertNotIn(word, text)
        text = path.read_text()
        for part in (
            f"# Quantum Trader: incident {number}\n",
            "> ✅ **container quantum_ai_engine: healed after ",
            "| Time to verify | ",
            "- 1 action, 0 refusals\n",
            "| ai_model | ⚠️ partially | runs in quantum_ai_engine |",
            "| event_executor | ❌ critically | depends on ai_model |",
            "| the rule of LogErrors matched for the first time | Prometheus: `ALERTS{",
            "| the first error event of that hour was counted | Prometheus: `salus_log_events_total{",
            "| LogErrors started firing | Alertmanager: startsAt |",
            "| the healer restarted | journal record ",
            "Thresholds were breached: **353 critical events (threshold: 5); 482 errors (threshold: 50)**.",
            "[quantum_postgres] ",
            "## Possible causes",
            "/docs/runbooks/LogErrors.md",
        ):
            self.assertIn(part, text)
        self.assertRegex(text, r"\| Time to deliver \| (unknown|\d)")
        served = web.ask(self.ports["healer"], f"/reports/{page.name}")
        self.assertEqual((served.status, served.text), (200, page.read_text()))
        self.assertIn(page.name, web.ask(self.ports["healer"], "/reports").text)

    def check_by_hand(self, number: str, name: str) -> None:
        out = self.folder / "by-hand"
        argv = [SALUSCTL, "report", "incident", number, f"--journal={self.folder}/data/journal.db", f"--out={out}", "--stack=Quantum Trader",
                f"--subsystems={self.folder}/subsystems.yml", "--prometheus=http://127.0.0.1:9", "--exporter=http://127.0.0.1:9"]  # fmt: skip
        made = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn(f"{name}\n{number}: healed after ", made.stdout)
        text = (out / name).read_text()
        self.assertIn("Prometheus could not be queried", text)
        self.assertIn("the exporter could not be queried", text)
        self.assertIn("None found, but some queries failed.", text)
        self.assertNotIn(" nan", text)


if __name__ == "__main__":
    HEALER, SALUSCTL, EXPORTER, RULES = sys.argv[1:5]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]], verbosity=2)
