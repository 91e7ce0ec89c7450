"""A full restart on a real Docker Engine, through the real healer and salusctl: a stack of compose and one of plain containers,
volumes that are kept and that a person has removed, a build that fails, and a healer that is killed half-way."""

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any, ClassVar, Dict, List

import yaml

from conformance.healer import Config, Healer
from conformance.world import World
from e2e import web
from e2e.case import EngineCase
from e2e.images import import_image
from e2e.waiting import wait_for

HEALER = SALUSCTL = ""
COMPOSE = "/usr/bin/docker-compose"
BUSYBOX = Path("/bin/busybox")
DONE = 'salus_task_last_success_timestamp_seconds{task="{{target}}"} > 0'


class Facts(World):
    """Prometheus says which variables are required."""

    def _query(self, expression: str) -> Any:
        answer = super()._query(expression)
        if "salus_container_env_present" in expression:
            answer["data"]["result"] = [
                {"metric": {"container": "plain_bot", "variable": "MODE"}, "value": [self.now(), "1"]},
            ]
        return answer


class StackHealer(Healer):
    def write_config(self) -> None:
        super().write_config()
        subsystem = {"purpose": "What is rebuilt", "trading": "critical", "cadence": "normal"}
        subsystems = [
            {"name": "bot", "container": "plain_bot", "depends_on": ["data"], **subsystem},
            {"name": "data", "container": "plain_db", **subsystem},
        ]
        inventory = {"subsystems": subsystems, "containers": ["compose_bot", "compose_db"]}
        (self.folder / "subsystems.yml").write_text(yaml.safe_dump(inventory))


class StackRebuildTest(EngineCase):
    healer: ClassVar[StackHealer]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        import_image(cls.engine, "base:1", [(BUSYBOX, "/busybox")], "/busybox")
        cls.plain_port, cls.compose_port = web.free_ports(2)
        cls.reports = cls.folder.directory("reports")
        for kind in ("plain", "compose"):
            cls.write_context(kind, "1")
        cls.compose_file = cls.folder.file("compose", "docker-compose.yml")
        cls.compose_file.write_text(yaml.safe_dump(cls.compose()))
        cls.start_stacks()
        world = Facts()
        cls.healer = StackHealer(cls.folder.directory("healer"), Path(HEALER), cls.configure, world=world)
        cls.addClassCleanup(cls.healer.close)
        cls.healer.start()

    # ---- the stacks ------------------------------------------------------------------------

    @classmethod
    def write_context(cls, kind: str, version: str) -> None:
        context = cls.folder.directory(kind, "bot")
        (context / "health").write_text(json.dumps({"status": "ok", "version": version}))
        dockerfile = 'FROM base:1\nCOPY health /www/health\nENTRYPOINT ["/busybox"]\n'
        (context / "Dockerfile").write_text(dockerfile)

    @classmethod
    def httpd(cls, port: int) -> List[str]:
        return ["httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", "/www"]

    @classmethod
    def compose(cls) -> Dict[str, Any]:
        db = {"container_name": "compose_db", "image": "base:1", "command": ["sleep", "1000000"], "network_mode": "host"}
        bot = {"container_name": "compose_bot", "build": "bot", "command": cls.httpd(cls.compose_port), "network_mode": "host"}
        services = {"bot": bot | {"depends_on": ["db"]}, "db": db | {"volumes": ["state:/data"]}}
        for service in services.values():
            service["stop_grace_period"] = "1s"
        return {"version": "3.4", "services": services, "volumes": {"state": None}}

    @classmethod
    def start_stacks(cls) -> None:
        engine = cls.engine
        engine.docker("build", "--tag", "plain_bot:latest", str(cls.folder.path / "plain/bot"))
        run = ["run", "--detach", "--network=host", "--stop-timeout=1"]
        engine.docker(*run, "--name=plain_db", "--volume=/data", "--volume=plain_state:/state", "base:1", "sleep", "1000000")
        options = ["--name=plain_bot", "--env=MODE=live", "--label=team=trading", "--memory=64m"]
        engine.docker(*run, *options, "plain_bot:latest", *cls.httpd(cls.plain_port))
        beginning = [COMPOSE, "--file", str(cls.compose_file), "--project-name", "quantum"]
        environment = {**cls.folder.environment(), "DOCKER_HOST": engine.host}
        for command in (["build", "--no-cache"], ["up", "--detach"]):
            subprocess.run([*beginning, *command], check=True, capture_output=True, env=environment)
        for container in ("plain_db", "compose_db"):
            engine.docker("exec", container, "/busybox", "touch", "/data/marker")

    @classmethod
    def configure(cls, config: Config) -> None:
        config["docker_host"] = cls.engine.host
        config["stack"] = "Quantum"
        config["validation"] = {
            "modules": [{"name": "core", "argv": ["/bin/true"]}],
            "integrations": [{"name": "exchange", "argv": ["/bin/true"]}],
            "http": [
                {
                    "name": "bot",
                    "url": f"http://127.0.0.1:{cls.plain_port}/health",
                    "fields": {"/status": "ok", "/version": ""},
                    "timeout": "8s",
                }
            ],
            "timeout": "1m",
        }
        compose = {"command": [COMPOSE], "files": [str(cls.compose_file)], "project": "quantum"}
        image = {"image": "plain_bot:latest", "context": str(cls.folder.path / "plain/bot")}
        plain: Config = {"containers": ["plain_bot", "plain_db"], "images": [image]}
        composed: Config = {"containers": ["compose_db", "compose_bot"], "compose": compose}
        playbooks = {
            "plain": plain,
            "plain_lossy": plain | {"remove_volumes": True},
            "composed": composed,
            "composed_lossy": composed | {"remove_volumes": True},
        }
        config["playbooks"] = [cls.playbook(name, parameters) for name, parameters in playbooks.items()]

    @classmethod
    def playbook(cls, name: str, parameters: Config) -> Config:
        waits = {"build_timeout": "4m", "stop_timeout": "0s", "settle": "500ms", "healthy_within": "1m"}
        rung = {"action": "stack_rebuild", "parameters": {**parameters, **waits, "folder": str(cls.reports)}, "timeout": "20m"}
        lossy = parameters.get("remove_volumes", False)
        return {
            "name": name,
            "task": name,
            "accepts": [],
            "rungs": [rung],
            "verify": {"healthy": DONE, "healthy_for": "0s", "within": "20s", "every": "100ms"},
            "cooldown": "0s",
            "attempts": 100,
            "on_crash": "never_repeat" if lossy else "retry",
            "policy_while_running": "no_new_trades",
        }

    # ---- what it says ------------------------------------------------------------------------

    def setUp(self) -> None:
        self.write_context("plain", "1")
        self.addCleanup(self.release_all)
        shutil.rmtree(self.reports, ignore_errors=True)

    def salusctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        argv = [SALUSCTL, f"--url=http://127.0.0.1:{self.healer.port}", f"--token-file={self.healer.folder}/token", *arguments]
        return subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)

    def run_by_hand(self, name: str, code: int = 0) -> None:
        done = self.salusctl("run", name, "--wait")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr + self.healer.tail())

    def release_all(self) -> None:
        """A ladder that came to its end waits for a person."""
        for incident in self.healer.incidents("open"):
            self.assertEqual(self.salusctl("release", incident["id"], "--reason=seen").returncode, 0)

    def report(self) -> str:
        """The one that there is, with its twin."""
        (path,) = self.reports.glob("RESTART_REPORT_*.md")
        self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        self.assertIn("<table", path.with_suffix(".html").read_text())
        return path.read_text()

    def phases(self, report: str) -> Dict[str, str]:
        """Phase → outcome."""
        rows = [line.split("|") for line in report.split("## Phases")[1].split("\n## ")[0].splitlines() if line.startswith("|")]
        return {row[1].strip(): row[2].strip() for row in rows[2:]}

    def version(self, port: int) -> str:
        return str(wait_for(lambda: web.get_json(port, "/health")["version"], "the bot's answer", 30))

    def started(self, *containers: str) -> List[str]:
        return [self.engine.inspect(each)["State"]["StartedAt"] for each in containers]

    def has_marker(self, container: str) -> bool:
        return "marker" in self.engine.docker("exec", container, "/busybox", "ls", "/data").split()

    # ---- what is shown -----------------------------------------------------------------------

    def test_plain_containers(self) -> None:
        before = self.engine.inspect("plain_bot")
        self.write_context("plain", "2")
        self.run_by_hand("plain")
        self.assertEqual(self.version(self.plain_port), "2")
        after = self.engine.inspect("plain_bot")
        self.assertNotEqual(after["Image"], before["Image"])
        self.assertEqual(after["Args"], before["Args"])
        self.assertEqual(after["HostConfig"]["Memory"], before["HostConfig"]["Memory"])
        self.assertIn("MODE=live", after["Config"]["Env"])
        self.assertEqual(after["Config"]["Labels"]["team"], "trading")
        self.assertTrue(self.has_marker("plain_db"), "an unnamed volume is kept")
        database, bot = self.started("plain_db", "plain_bot")
        self.assertLess(database, bot, "what is depended on first")
        report = self.report()
        done = dict.fromkeys(("look", "build", "stop", "start", "health"), "✅ done")
        self.assertEqual(self.phases(report), done | {"volumes": "not done"})
        self.assertIn("✅ **rebuilt, 6 of 6 checks passed**", report)
        for row in ("| containers | 2 |", "| http | 1 |", "| environment | 1 |", "| integrations | 1 |", "| **TOTAL** | 6 |"):
            self.assertIn(row, report)
        self.assertIn(before["Image"][:19], report)
        self.assertIn(after["Image"][:19], report)
        self.assertNotIn("removed volume", report)
        self.assertIn("Full Restart: ✅ rebuilt", self.healer.log.read_text())
        self.assertEqual(list((self.healer.data / "rebuild").iterdir()), [])

    def test_a_build_that_fails_stops_nothing(self) -> None:
        before = self.started("plain_db", "plain_bot")
        (self.folder.path / "plain/bot/Dockerfile").write_text("FROM base:1\nCOPY missing /\n")
        self.run_by_hand("plain", code=1)
        self.assertEqual(self.started("plain_db", "plain_bot"), before)
        report = self.report()
        self.assertEqual(self.phases(report)["build"], "❌ failed")
        self.assertEqual(self.phases(report)["stop"], "not done")
        self.assertIn("## How to go on", report)
        self.assertIn("Nothing was stopped", report)
        self.assertIn("missing", report)

    def test_a_stack_that_is_not_stable_is_told_so(self) -> None:
        (self.folder.path / "plain/bot/health").write_text(json.dumps({"status": "degraded", "version": "3"}))
        self.run_by_hand("plain", code=1)
        report = self.report()
        self.assertIn("❌ **rebuilt, 5 of 6 checks passed**", report)
        self.assertIn("the answer has degraded at /status, not ok", report)
        self.write_context("plain", "1")
        self.engine.docker("cp", str(self.folder.path / "plain/bot/health"), "plain_bot:/www/health")

    def lossy(self, name: str, containers: List[str], volume: str) -> None:
        before = self.started(*containers)
        asked = self.salusctl("run", name)
        self.assertEqual(asked.returncode, 0, asked.stderr)

        def question() -> Any:
            found = web.get_json(self.healer.port, "/api/v1/approvals", state="pending")["data"]
            return found[0] if found else None

        approval = wait_for(question, "the question", 60)
        self.assertIn("REMOVE ALL THEIR VOLUMES", approval["description"])
        self.assertEqual(self.started(*containers), before, "nothing before a person has said so")
        self.assertEqual(self.salusctl("approve", approval["id"], "--reason=known").returncode, 0)
        self.healer.wait_state(name, "healed", "failed", seconds=120)
        report = self.report()
        self.assertEqual(self.healer.incident_of(name)["state"], "healed", report + self.healer.tail())
        self.assertEqual(self.phases(report)["volumes"], "✅ done")
        self.assertIn(f"removed volume {volume}", report.replace("\\", ""))
        database = containers[0]
        self.assertFalse(self.has_marker(database))
        self.engine.docker("exec", database, "/busybox", "touch", "/data/marker")

    def test_volumes_of_plain_containers_go_when_a_person_says_so(self) -> None:
        self.lossy("plain_lossy", ["plain_db", "plain_bot"], "plain_state")

    def test_volumes_of_compose_go_when_a_person_says_so(self) -> None:
        self.lossy("composed_lossy", ["compose_db", "compose_bot"], "quantum_state")

    def test_compose(self) -> None:
        self.write_context("compose", "2")
        before = self.engine.inspect("compose_bot")["Image"]
        self.run_by_hand("composed")
        self.assertEqual(self.version(self.compose_port), "2")
        self.assertNotEqual(self.engine.inspect("compose_bot")["Image"], before)
        self.assertTrue(self.has_marker("compose_db"), "a volume is kept")
        self.assertIn("✅ **rebuilt", self.report())

    def test_killed_half_way_it_is_done_again(self) -> None:
        self.assertEqual(self.salusctl("run", "plain").returncode, 0)
        wait_for(lambda: not self.exists_and_runs("plain_bot"), "the bot to be stopped", 120, 0.01)
        self.healer.kill()
        self.assertFalse(list(self.reports.glob("*")) if self.reports.exists() else [])
        self.healer.start()
        self.healer.wait_state("plain", "healed", "failed", seconds=120)
        self.assertEqual(self.healer.incident_of("plain")["state"], "healed", self.healer.tail())
        self.assertTrue(self.exists_and_runs("plain_bot") and self.exists_and_runs("plain_db"))
        self.assertIn("MODE=live", self.engine.inspect("plain_bot")["Config"]["Env"])
        self.assertTrue(self.has_marker("plain_db"))
        self.assertIn("✅ **rebuilt", self.report())
        self.assertEqual(list((self.healer.data / "rebuild").iterdir()), [])

    def exists_and_runs(self, container: str) -> bool:
        return self.engine.docker("ps", f"--filter=name=^{container}$", "--format={{.Names}}") == container


if __name__ == "__main__":
    HEALER, SALUSCTL = sys.argv[1], sys.argv.pop(2)
    sys.argv.pop(1)
    unittest.main()
