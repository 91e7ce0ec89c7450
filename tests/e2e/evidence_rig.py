"""The real exporter, Prometheus, Alertmanager and healer with the shipped rules and routes, over four state files and no
container: what the policy rests on, to take apart piece by piece."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

import yaml

from e2e import web
from e2e.case import programs
from e2e.folder import RunFolder
from e2e.overlay import SOURCE
from e2e.process import Process
from e2e.waiting import PATIENCE, TimedOut

Document = Dict[str, Any]
SUBSYSTEMS = {"data_feed": "critical", "risk_guard": "critical", "ai_model": "partial", "logging": "none"}
TOKEN = "evidence-token-s3cret"


class EvidenceRig:
    """Intervals of a second, so that what happens happens soon. `change` may edit the configurations before they are written."""

    def __init__(self, change: Optional[Callable[["EvidenceRig"], None]] = None) -> None:
        self.folder = RunFolder.create("salus-e2e-evidence-")
        self.exporter, self.healer, self.prometheus, self.alertmanager = web.free_ports(4)
        self.stale: List[str] = []
        self.processes: Dict[str, Process] = {}
        shutil.copytree(SOURCE / "rules", self.path / "rules")
        (self.path / "state").mkdir()
        token = self.path / "token"
        token.touch(mode=0o600)
        token.write_text(TOKEN + "\n")
        self.subsystems: Document = {
            "subsystems": [{"name": name, "purpose": name, "trading": trading, "cadence": "critical"} for name, trading in SUBSYSTEMS.items()]
        }
        sources = {name: {"state_file": {"path": str(self.state(name))}} for name in SUBSYSTEMS}
        nowhere = {"host": f"unix://{self.path}/no-docker.sock"}
        self.exporter_config: Document = {
            "docker": nowhere,
            "collectors": {"subsystems": {"interval": "1s", "timeout": "500ms", "sources": sources}},
        }
        self.healer_config: Document = {
            "alertmanager_url": f"http://127.0.0.1:{self.alertmanager}",
            "prometheus_url": f"http://127.0.0.1:{self.prometheus}",
            "exporter_url": f"http://127.0.0.1:{self.exporter}",
            "token_file": str(token),
            "data_dir": str(self.path / "data"),
            "docker_host": nowhere["host"],
            "reconcile_interval": "5s",
            "policy": {
                "file": str(self.path / "policy.json"),
                "relax_after": "2s",
                "watchdog_timeout": "60s",
                "prometheus_timeout": "60s",
                "chain_tolerance": "10s",
            },
            "guards": {"startup_grace": "1s", "disk_free_mib": 0},
            "playbooks": [],
        }
        jobs = {"salus-exporter": self.exporter, "salus-healer": self.healer, "prometheus": self.prometheus, "alertmanager": self.alertmanager}
        self.prometheus_config: Document = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [f"{self.path}/rules/*.rules.yml"],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{self.alertmanager}"]}]}]},
            "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]} for job, port in jobs.items()],
        }
        routes = (SOURCE / "deploy/alertmanager/alertmanager.yml").read_text()
        self.routes = routes.replace("http://127.0.0.1:9870", f"http://127.0.0.1:{self.healer}").replace("/etc/salus/token", str(token))
        if change:
            change(self)
        for name in SUBSYSTEMS:
            self.state(name).write_text("{}")
        self.write("subsystems.yml", self.subsystems)
        self.write("exporter.yml", self.exporter_config)
        self.write("healer.yml", self.healer_config)
        self.write("prometheus.yml", self.prometheus_config)
        (self.path / "alertmanager.yml").write_text(self.routes)

    @property
    def path(self) -> Path:
        return self.folder.path

    def state(self, name: str) -> Path:
        return self.path / "state" / f"{name}.json"

    def write(self, name: str, document: Document) -> None:
        (self.path / name).write_text(yaml.safe_dump(document, sort_keys=False))

    # ---- programs ----------------------------------------------------------------------------

    def start(self) -> None:
        for name in ("exporter", "alertmanager", "healer", "prometheus"):
            self.start_one(name)

    def start_one(self, name: str) -> None:
        listen = f"--web.listen-address=127.0.0.1:{getattr(self, name)}"
        own = programs()
        argv = {
            "exporter": [str(own.exporter), f"--config.file={self.path}/exporter.yml"],
            "healer": [str(own.healer), f"--config.file={self.path}/healer.yml"],
            "prometheus": [
                "/usr/bin/prometheus",
                f"--config.file={self.path}/prometheus.yml",
                f"--storage.tsdb.path={self.path}/tsdb",
                "--web.enable-lifecycle",
                "--rules.alert.resend-delay=5s",
            ],
            "alertmanager": [
                "/usr/bin/prometheus-alertmanager",
                f"--config.file={self.path}/alertmanager.yml",
                f"--storage.path={self.path}/alertmanager",
                "--cluster.listen-address=",
            ],
        }[name]
        self.processes[name] = self.folder.start(name, [*argv, listen])

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def reload_prometheus(self) -> None:
        answer = web.ask(self.prometheus, "/-/reload", "POST", timeout=60)
        if answer.status != 200:
            raise AssertionError(f"reload: {answer.status} {answer.text}")

    def stop(self) -> None:
        self.folder.take_down()

    # ---- the world ---------------------------------------------------------------------------

    def keep_fresh(self) -> None:
        for name in SUBSYSTEMS:
            if name not in self.stale and self.state(name).exists():
                os.utime(self.state(name))

    def make_stale(self, name: str) -> None:
        self.stale.append(name)
        then = time.time() - 7200
        os.utime(self.state(name), (then, then))

    # ---- what the trading system sees --------------------------------------------------------

    def policy(self) -> Tuple[str, List[str]]:
        answer = web.ask(self.healer, "/policy")
        if answer.status != 200:
            return f"status {answer.status}", []
        document = answer.json()
        return document["policy"], document["causes"]

    def chain(self) -> Document:
        found: Document = web.get_json(self.healer, "/api/v1/policy/chain")["data"]
        return found

    def wait_policy(self, policy: str, seconds: float = 30) -> float:
        """How long it took."""
        return self.wait(lambda: self.policy()[0] == policy, f"policy {policy}", seconds)

    def wait_cause(self, words: str, seconds: float = 30) -> float:
        return self.wait(lambda: any(words in cause for cause in self.policy()[1]), f"a cause with “{words}”", seconds)

    def wait(self, look: Callable[[], bool], what: str, seconds: float) -> float:
        begin = time.monotonic()
        while True:
            self.keep_fresh()
            try:
                if look():
                    return time.monotonic() - begin
            except OSError:
                pass
            if time.monotonic() > begin + PATIENCE * seconds:
                raise TimedOut(f"{what}: {self.policy()} {self.chain()}")
            time.sleep(0.2)

    def hold(self, seconds: float) -> List[str]:
        """Each policy that is seen meanwhile."""
        seen: List[str] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.keep_fresh()
            now = self.policy()[0]
            if not seen or seen[-1] != now:
                seen.append(now)
            time.sleep(0.2)
        return seen

    def release(self, cause: str) -> web.Answer:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        return web.ask(self.healer, "/api/v1/policy/release", "POST", json.dumps({"cause": cause, "reason": "looked"}), headers)
