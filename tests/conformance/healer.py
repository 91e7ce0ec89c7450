"""A salus-healer of the test's own: private configuration, data and ports, and the world it asks."""

import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import yaml

from conformance import bodies, receiver
from conformance.world import World
from e2e import web
from e2e.process import Process
from e2e.waiting import wait_for

TOKEN = "conformance-token"
# Where an incident never stays; in every other state it may wait for something from outside.
MOVING = {"accepted", "intent", "running", "verifying", "probation"}
# A line of the file of actions: the time, and the whole environment of the action.
RECORD = """#!/bin/sh
echo "$(date +%s.%N) $(/usr/bin/env | tr '\\n' ' ')" >> {log}
{then}
"""

Config = Dict[str, Any]


def write_program(path: Path, text: str) -> Path:
    """An executable; renamed into place, so that one that runs is not written to."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.rename(path)
    return path


# Verification as fast as can be. The first gives a busy machine its time to find out that all is well, the other is for what stays ill.
VERIFY = {"healthy_for": "0s", "within": "20s", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}
QUICK = {**VERIFY, "within": "2s"}


def playbook(name: str, *programs: Path, **fields: Any) -> Config:
    """One that runs each program once, a rung each."""
    rungs = [{"action": "command", "parameters": {"argv": [str(each)]}, "timeout": "60s"} for each in programs]
    accepts = [bodies.ALERT_NAME, "ConformanceOther"]
    default = {"name": name, "accepts": accepts, "rungs": rungs, "verify": {**VERIFY}, "cooldown": "3s", "cooldown_factor": 1, "attempts": 1000}
    return {**default, **fields}


def open_guards() -> Config:
    """None of them stands in the way of a row that is about something else."""
    return {
        "startup_grace": "0s",
        "parent_settle": "0s",
        "concurrency": 64,
        "actions_per_hour": 10000,
        "disk_free_mib": 0,
        "clock_settle": "0s",
        "act_after_failed_reload": True,
        "storm": {"targets": 10000, "share": 1},
    }


class Healer(receiver.Receiver):
    """Started by start(); everything of it lies in `folder`. stop() ends it and its world."""

    def __init__(
        self,
        folder: Path,
        program: Path,
        change: Optional[Callable[[Config], None]] = None,
        wrap: Sequence[str] = (),
        environment: Optional[Mapping[str, str]] = None,
        world: Optional[World] = None,
        limits: Optional[Mapping[int, int]] = None,
    ):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.program = program
        self.world = world or World()
        self.port = web.free_ports(1)[0]
        super().__init__(f"http://127.0.0.1:{self.port}/api/v1/alerts", folder / "actions.log", TOKEN)
        self.wrap = list(wrap)
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **(environment or {})}
        self.limits = dict(limits or {})
        self.data = folder / "data"
        self.log = folder / "healer.log"
        self.policy_file = folder / "policy.json"
        self.process: Optional[Process] = None
        self.record = write_program(folder / "record", RECORD.format(log=self.actions_log, then=""))
        self.config = self._config()
        if change:
            change(self.config)
        self.write_config()

    def _config(self) -> Config:
        return {
            "alertmanager_url": self.world.url,
            "prometheus_url": self.world.url,
            "exporter_url": self.world.url,
            "token_file": str(self.folder / "token"),
            "data_dir": str(self.data),
            "docker_host": f"unix://{self.folder}/docker.sock",
            "reconcile_interval": "10s",
            "policy": {"file": str(self.policy_file), "relax_after": "1s", "watchdog_timeout": "60s", "unconfirmed_end": "1s"},
            "guards": open_guards(),
            "playbooks": [playbook("conformance", self.record)],
        }

    def write_config(self) -> None:
        token = self.folder / "token"
        token.touch(mode=0o600)
        token.write_text(TOKEN + "\n")
        stack = {"name": "stack", "purpose": "What is healed", "trading": "critical", "cadence": "normal"}
        inventory = {"subsystems": [stack], "containers": [*receiver.TARGETS]}
        (self.folder / "subsystems.yml").write_text(yaml.safe_dump(inventory))
        (self.folder / "healer.yml").write_text(yaml.safe_dump(self.config, sort_keys=False))

    def add_program(self, name: str, then: str) -> Path:
        """Another action: it leaves its line, and then does that, in a shell's words."""
        return write_program(self.folder / name, RECORD.format(log=self.actions_log, then=then))

    # ---- its life ----------------------------------------------------------------------------

    @property
    def argv(self) -> List[str]:
        listen = f"--web.listen-address=127.0.0.1:{self.port}"
        return [*self.wrap, str(self.program), f"--config.file={self.folder}/healer.yml", listen]

    def start(self, ready: bool = True) -> "Healer":
        limits = self.limits  # set by us and inherited: there is no second thread in a fork of ours
        before = {number: resource.getrlimit(number) for number in limits}
        for number, value in limits.items():
            resource.setrlimit(number, (value, before[number][1]))
        try:
            self.process = Process("salus-healer", self.argv, self.log, self.environment)
        finally:
            for number, value in before.items():
                resource.setrlimit(number, value)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self) -> None:
        def look() -> bool:
            if self.process is None or not self.process.running():
                raise AssertionError(f"the healer ended:\n{self.tail()}")
            return web.ask(self.port, "/-/ready").status in (200, 503) and web.ask(self.port, "/policy").status == 200

        wait_for(look, "an answer of the healer", 60, 0.02)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        code = 0
        if self.process is not None:
            if self.process.running():
                self.process.send(signal.SIGCONT)
                self.process.send(signal.SIGTERM)
            try:
                code = self.process.popen.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise AssertionError("the healer does not end") from None
        return code

    def close(self) -> None:
        """At the end of a test, however it went."""
        try:
            if self.process is not None and self.process.running():
                self.process.kill()
        finally:
            self.world.stop()

    @property
    def own(self) -> bool:
        return True

    @property
    def pid(self) -> int:
        """Of the healer itself: what wraps it has become it, or is its parent."""
        assert self.process is not None
        return self.process.pid

    def tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # ---- what it says ------------------------------------------------------------------------

    def incidents(self, state: str = "") -> List[Dict[str, Any]]:
        query = {"state": state} if state else {}
        found: List[Dict[str, Any]] = web.get_json(self.port, "/api/v1/incidents", **query)["data"]
        return found

    def incident_of(self, target: str) -> Dict[str, Any]:
        """The newest incident of a target."""
        found = [each for each in self.incidents() if each["target"]["name"] == target]
        if not found:
            raise AssertionError(f"there is no incident of {target}")
        return found[0]

    def timeline(self, target: str) -> str:
        return json.dumps(self.incident_of(target)["timeline"])

    def wait_state(self, target: str, *states: str, seconds: float = 60) -> Dict[str, Any]:
        def look() -> Optional[Dict[str, Any]]:
            found = [each for each in self.incidents() if each["target"]["name"] == target]
            return found[0] if found and found[0]["state"] in states else None

        return wait_for(look, f"{target} to be {' or '.join(states)}", seconds, 0.05)

    def policy(self) -> str:
        return str(web.get_json(self.port, "/policy")["policy"])

    def wait_policy(self, *policies: str, seconds: float = 60) -> None:
        wait_for(lambda: self.policy() in policies, f"policy {' or '.join(policies)}", seconds, 0.05)

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the series of that name with those labels."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        total = 0.0
        for line in web.ask(self.port, "/metrics", timeout=30).text.splitlines():
            series, _, value = line.rpartition(" ")
            if series.partition("{")[0] == name and all(pair in series for pair in wanted):
                total += float(value)
        return total

    def command(self, method: str, path: str, **body: Any) -> web.Answer:
        """Of an operator."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        return web.ask(self.port, path, method, json.dumps(body), headers, 30)

    def settle(self) -> None:
        """Until no incident moves by itself any more, twice in a row."""

        def still() -> bool:
            return not any(each["state"] in MOVING for each in self.incidents("open"))

        seen = -1
        while seen != self.ran():
            seen = self.ran()
            wait_for(still, "incidents to come to rest", 60, 0.05)
            time.sleep(0.15)  # a turn of the decider lies between an answer and its effect

    def reconcile(self, times: int = 3) -> None:
        """Until it has processed so many more of Alertmanager's lists: it asks for the next one after that."""
        lists = self.world.asked.get("/api/v2/alerts", 0) + times + 1
        wait_for(lambda: self.world.asked.get("/api/v2/alerts", 0) > lists, f"{times} reconciliations", 60, 0.05)

    # ---- what it takes -----------------------------------------------------------------------

    def _status(self, key: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise AssertionError(f"the kernel does not tell {key}")

    def peak_mib(self) -> float:
        """The most resident memory since the start, or since forget_peak()."""
        return self._status("VmHWM") / 1024

    def rss_mib(self) -> float:
        return self._status("VmRSS") / 1024

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def children(self) -> List[int]:
        tasks = Path(f"/proc/{self.pid}/task").glob("*/children")
        return [int(pid) for task in tasks for pid in task.read_text().split()]
