"""Everything of one run together: engine, stack and monitoring, up and down again."""

import subprocess
from typing import Callable, List, Optional

from e2e import overlay, web
from e2e.chat import Chat
from e2e.engine import Engine
from e2e.folder import RunFolder
from e2e.monitoring import Monitoring, Programs
from e2e.stack import Stack
from e2e.waiting import wait_for

Announce = Callable[[str], None]


class Rig:
    """Call take_down() also when start() has failed."""

    def __init__(self, folder: RunFolder, programs: Programs, production_intervals: bool = False):
        self.folder = folder
        self.programs = programs
        self.production_intervals = production_intervals

    def start(self, announce: Announce = lambda what: None) -> None:
        announce("private Docker Engine")
        self.engine = Engine(self.folder)
        announce("images")
        policy = self.folder.file("policy", "policy.json")
        self.stack = Stack(self.engine, self.programs.example_service, self.folder.directory("stack"), policy)
        announce(f"trading stack of {len(self.stack.tenants)} containers")
        self.stack.start()
        announce("a chat, exporter, Prometheus, Alertmanager and healer")
        self.chat = Chat(self.folder)
        self.monitoring = Monitoring(self.folder, self.programs, self._places(self.chat), self.production_intervals)
        self.monitoring.start()
        if self.production_intervals:
            announce("the first heartbeat, up to a minute")
            wait_for(self.connected, "alerts from Prometheus to the healer", 120)
        else:
            announce("the first heartbeat, and a policy that allows trading")
            wait_for(self.calm, "a healthy start", 60)

    def _places(self, chat: Optional[Chat] = None) -> overlay.Places:
        exporter, healer, prometheus, alertmanager = web.free_ports(4)
        return overlay.Places(
            config=self.folder.directory("config"),
            data=self.stack.data,
            logs=self.stack.logs,
            docker_host=self.engine.host,
            healer_data=self.folder.directory("healer"),
            policy_file=self.stack.policy,
            token_file=self.folder.file("secrets", "token"),
            trading_token_file=self.stack.token,
            exporter=exporter,
            healer=healer,
            prometheus=prometheus,
            alertmanager=alertmanager,
            stack=self.stack.ports,
            chat_url_file=chat.url_file if chat else None,
        )

    def connected(self) -> bool:
        """Whether everything is scraped and alerts arrive."""
        up = self.monitoring.query("min(up)")
        healer = self.monitoring.places.healer
        seen = self.monitoring.metric(healer, "salus_watchdog_last_seen_timestamp_seconds")
        return bool(up) and up[0]["value"][1] == "1" and bool(seen)

    def calm(self) -> bool:
        """Whether, beyond that, nothing is being healed and trading is allowed."""
        monitoring = self.monitoring
        return self.connected() and not monitoring.incidents("open") and monitoring.policy()["policy"] == "allow_all"

    def salusctl(self, *arguments: str) -> str:
        """Runs the operator's command line."""
        places = self.monitoring.places
        done = subprocess.run(
            [
                str(self.programs.salusctl),
                f"--url=http://127.0.0.1:{places.healer}",
                f"--token-file={places.token_file}",
                *arguments,
            ],
            capture_output=True,
            text=True,
            env=dict(self.folder.environment()),
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"salusctl {' '.join(arguments)}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def addresses(self) -> List[str]:
        """Where to look around."""
        places = self.monitoring.places
        return [
            f"Prometheus    http://127.0.0.1:{places.prometheus}/alerts",
            f"Alertmanager  http://127.0.0.1:{places.alertmanager}",
            f"exporter      http://127.0.0.1:{places.exporter}",
            f"healer        http://127.0.0.1:{places.healer}, with its reports at /reports",
            f"notices       http://127.0.0.1:{self.chat.port}/messages",
            f"docker        /usr/bin/docker --host {self.engine.host} ps",
            f"salusctl      {self.programs.salusctl} --url=http://127.0.0.1:{places.healer} "
            f"--token-file={places.token_file} status",
        ]

    def take_down(self, keep_logs: bool = False) -> None:
        self.folder.take_down(keep_logs)


def logs_of(folder: RunFolder, lines: int = 15) -> str:
    """The ends of the logs of Salus itself, to find out why a run failed."""
    parts = []
    for log in sorted((folder.path / "logs").glob("salus-*.log")):
        parts += [f"---- {log}", *log.read_text(errors="replace").splitlines()[-lines:]]
    return "\n".join(parts)
