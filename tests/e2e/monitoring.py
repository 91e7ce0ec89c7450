"""salus-exporter, Prometheus, Alertmanager and salus-healer over one stack, each as it is shipped."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional

from e2e import overlay, web
from e2e.folder import RunFolder
from e2e.process import Process
from e2e.waiting import wait_for


@dataclass(frozen=True)
class Programs:
    """Where a build has put what is tested."""

    exporter: Path
    healer: Path
    salusctl: Path
    example_service: Path

    @classmethod
    def of(cls, build: Path) -> "Programs":
        build = build.resolve()
        return cls(
            build / "exporter/salus-exporter",
            build / "healer/salus-healer",
            build / "healer/salusctl",
            build / "tests/stack/example_service",
        )


class Monitoring:
    """The four programs. Each is started and stopped alone, too."""

    def __init__(self, folder: RunFolder, programs: Programs, places: overlay.Places, production_intervals: bool):
        self.folder = folder
        self.programs = programs
        self.places = places
        self.production_intervals = production_intervals
        self.token = secrets.token_hex(16)
        places.token_file.parent.mkdir(parents=True, exist_ok=True)
        places.token_file.touch(mode=0o600)
        places.token_file.write_text(self.token + "\n")
        overlay.write(places, production_intervals)

    def start(self) -> None:
        self.start_exporter()
        self.start_alertmanager()
        self.start_healer()
        self.start_prometheus()

    def start_exporter(self) -> None:
        self.exporter = self._start(
            "salus-exporter",
            [
                str(self.programs.exporter),
                f"--config.file={self.places.config}/exporter.yml",
                f"--web.listen-address=127.0.0.1:{self.places.exporter}",
            ],
            self.places.exporter,
        )

    def start_healer(self) -> None:
        self.healer = self._start(
            "salus-healer",
            [
                str(self.programs.healer),
                f"--config.file={self.places.config}/healer.yml",
                f"--web.listen-address=127.0.0.1:{self.places.healer}",
            ],
            self.places.healer,
        )

    def start_prometheus(self) -> None:
        # What fires before Prometheus has found its Alertmanager, 5 s after its start, is sent again only after this.
        resend = [] if self.production_intervals else ["--rules.alert.resend-delay=5s"]
        self.prometheus = self._start(
            "prometheus",
            [
                "/usr/bin/prometheus",
                f"--config.file={self.places.config}/prometheus.yml",
                f"--storage.tsdb.path={self.folder.directory('prometheus')}",
                f"--web.listen-address=127.0.0.1:{self.places.prometheus}",
                *resend,
            ],
            self.places.prometheus,
        )

    def start_alertmanager(self) -> None:
        self.alertmanager = self._start(
            "alertmanager",
            [
                "/usr/bin/prometheus-alertmanager",
                f"--config.file={self.places.config}/alertmanager.yml",
                f"--storage.path={self.folder.directory('alertmanager')}",
                f"--web.listen-address=127.0.0.1:{self.places.alertmanager}",
                "--cluster.listen-address=",
            ],
            self.places.alertmanager,
        )
        self._silence_the_machine()

    def _silence_the_machine(self) -> None:
        """The load of this machine does not belong to the example stack: a silence as an operator would set it."""
        now = datetime.now(timezone.utc)
        silence = {
            "matchers": [{"name": "alertname", "value": "Host.+", "isRegex": True, "isEqual": True}],
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(days=1)).isoformat(),
            "createdBy": "tests",
            "comment": "other programs also run here",
        }
        headers = {"Content-Type": "application/json"}
        answer = web.ask(self.places.alertmanager, "/api/v2/silences", "POST", json.dumps(silence), headers)
        if answer.status != 200:
            raise RuntimeError(f"a silence: {answer.status} {answer.text}")

    def _start(self, name: str, argv: List[str], port: int) -> Process:
        process = self.folder.start(name, argv)

        def ready() -> bool:
            if not process.running():
                raise RuntimeError(f"{name} ended with {process.popen.returncode}; see {process.log}")
            return web.ask(port, "/-/ready").status == 200

        wait_for(ready, f"{name} to be ready", 30)
        return process

    # ---- what they say ---------------------------------------------------------------------

    def query(self, expression: str) -> List[Dict[str, Any]]:
        """An instant query to Prometheus."""
        answer = web.get_json(self.places.prometheus, "/api/v1/query", query=expression)
        result: List[Dict[str, Any]] = answer["data"]["result"]
        return result

    def firing(self, **labels: str) -> Optional[Dict[str, Any]]:
        """An alert with those labels that Prometheus has firing now."""
        alerts = web.get_json(self.places.prometheus, "/api/v1/alerts")["data"]["alerts"]
        return next((a for a in alerts if a["state"] == "firing" and labels.items() <= a["labels"].items()), None)

    def held(self, **labels: str) -> Optional[Dict[str, Any]]:
        """An active alert with those labels in Alertmanager."""
        alerts = web.get_json(self.places.alertmanager, "/api/v2/alerts", active="true")
        return next((alert for alert in alerts if labels.items() <= alert["labels"].items()), None)

    def incidents(self, state: str = "") -> List[Dict[str, Any]]:
        query = {"state": state} if state else {}
        found: List[Dict[str, Any]] = web.get_json(self.places.healer, "/api/v1/incidents", **query)["data"]
        return found

    def incident(self, number: str) -> Dict[str, Any]:
        found: Dict[str, Any] = web.get_json(self.places.healer, f"/api/v1/incidents/{number}")["data"]
        return found

    def policy(self) -> Dict[str, Any]:
        document: Dict[str, Any] = web.get_json(self.places.healer, "/policy")
        return document

    def policy_file(self) -> Dict[str, Any]:
        document: Dict[str, Any] = json.loads(self.places.policy_file.read_text())
        return document

    def reconciled_at(self) -> float:
        """When the healer last received all alerts of Alertmanager."""
        return self.metric(self.places.healer, "salus_healer_reconcile_last_success_timestamp_seconds") or 0

    def metric(self, port: int, name: str, **labels: str) -> Optional[float]:
        """The value of the first series of that name with those labels on a program's own page."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        for line in web.ask(port, "/metrics").text.splitlines():
            series, _, value = line.rpartition(" ")
            if series.partition("{")[0] == name and all(pair in series for pair in wanted):
                return float(value)
        return None
