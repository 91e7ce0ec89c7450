"""The example trading stack: one container for each that the configuration declares.

What each writes is read from the same files that configure Salus, so that the two cannot drift apart."""

import concurrent.futures
import shlex
import subprocess
from pathlib import Path
from typing import Any, Dict, List

from e2e import overlay, web
from e2e.engine import Engine
from e2e.images import import_program
from e2e.waiting import wait_for

REDIS = Path("/usr/bin/redis-server")
BOT = "quantum_trading_bot"


class Stack:
    """Containers of one engine; their data and logs lie in `folder`. The trading bot follows the policy document in
    the file `policy`."""

    def __init__(self, engine: Engine, example_service: Path, folder: Path, policy: Path):
        self.engine = engine
        self.policy = policy
        self.data = folder / "data"
        self.logs = folder / "logs"
        self.control = folder / "control"
        for path in (self.data / "control", self.logs, self.control, folder / "secrets"):
            path.mkdir(parents=True)
        # The token that the bot requires from a client that controls it.
        self.token = folder / "secrets" / "trading-token"
        self.token.touch(mode=0o600)
        self.token.write_text("of-the-demo\n")
        inventory = overlay.load("deploy/config/subsystems.yml")
        self.tenants: Dict[str, List[str]] = {name: [] for name in inventory.get("containers", [])}
        for subsystem in inventory["subsystems"]:
            if "container" in subsystem:
                self.tenants.setdefault(subsystem["container"], []).append(subsystem["name"])
        self.ports = dict(zip(self.tenants, web.free_ports(len(self.tenants))))
        import_program(engine, "example-service", example_service)
        import_program(engine, "example-redis", REDIS)

    def start(self) -> None:
        collectors = overlay.load("deploy/config/exporter.yml")["collectors"]
        sources, variables = collectors["subsystems"]["sources"], collectors["containers"]["env"]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: self._create(name, sources, variables.get(name, [])), self.tenants))
        for name in self.tenants:
            wait_for(lambda: self.answers(name), f"container {name} at work", 30)
        write_manifests(self.data)

    def _create(self, container: str, sources: Dict[str, Any], variables: List[str]) -> None:
        options = [f"--name={container}", "--network=host", "--restart=unless-stopped"]
        options += [f"--env={variable}=of-the-demo" for variable in variables]
        if container.endswith("_redis"):
            settings = f"--bind 127.0.0.1 --port {self.ports[container]} --save '' --dir /tmp"
            command = ["example-redis", *shlex.split(settings)]
        else:
            options += [f"--volume={self.data}:{overlay.SHIPPED_DATA}", f"--volume={self.logs}:{overlay.SHIPPED_LOGS}"]
            options += [f"--volume={self.control}:/control"]
            if container == BOT:
                options += [f"--volume={self.policy.parent}:/policy:ro", f"--volume={self.token.parent}:/secrets:ro"]
            command = ["example-service", *self._arguments(container, sources)]
        self.engine.docker("run", "--detach", *options, *command)

    def _arguments(self, container: str, sources: Dict[str, Any]) -> List[str]:
        arguments = [f"--name {container.removeprefix('quantum_')}", f"--port {self.ports[container]}"]
        arguments += [f"--control /control/{container}", f"--log {overlay.SHIPPED_LOGS}/{container}.log"]
        if container == BOT:
            arguments += [f"--policy /policy/{self.policy.name}", f"--token /secrets/{self.token.name}"]
        switch = switched_off_by()
        if Path(switch).stem in self.tenants[container]:
            arguments += [f"--off {switch}"]
        for subsystem in self.tenants[container]:
            arguments += written_by(sources.get(subsystem, {}))
        words = [word for argument in arguments for word in argument.split(" ", 1)]
        for path in words:
            if path.startswith(overlay.SHIPPED_DATA + "/"):
                folder = (self.data / path.removeprefix(overlay.SHIPPED_DATA + "/")).parent
                folder.mkdir(parents=True, exist_ok=True)
        return words

    def deploy(self, container: str) -> None:
        """Creates the container again, as a deployment does: with the image that its name stands for now."""
        collectors = overlay.load("deploy/config/exporter.yml")["collectors"]
        self.engine.docker("rm", "--force", container)
        self._create(container, collectors["subsystems"]["sources"], collectors["containers"]["env"].get(container, []))

    def answers(self, container: str) -> bool:
        """Whether its program is at work now."""
        if container.endswith("_redis"):
            return self.engine.running(container)
        return web.ask(self.ports[container], "/health").status == 200

    def fault(self, container: str, name: str) -> None:
        """Makes the container's program fail in that way."""
        answer = web.ask(self.ports[container], f"/fault/{name}", "POST")
        if answer.status != 200:
            raise RuntimeError(f"fault {name} of {container}: {answer.status} {answer.text}")

    def mend(self, container: str) -> None:
        """Takes away a fault that outlives restarts."""
        (self.control / container).unlink(missing_ok=True)


def switched_off_by() -> str:
    """The file that turns the module of its name off, as the shipped playbook has it."""
    (playbook,) = [each for each in overlay.load("deploy/config/playbooks/trading.yml")["playbooks"] if each["name"] == "disable_module"]
    path: str = playbook["rungs"][0]["parameters"]["file"]["path"]
    return path


def written_by(source: Dict[str, Any]) -> List[str]:
    """The example service's arguments for the files that one subsystem is read from."""
    arguments = []
    if "state_file" in source:
        path = source["state_file"]["path"]
        kind = next((kind for kind in ("universe", "trades") if kind in Path(path).name), "state")
        if not path.endswith(".json"):
            kind = "blob"
        arguments.append(f"--{kind} {path}")
    for files in source.get("file_sets", {}).values():
        arguments += [f"--blob {path}" for path in files]
    return arguments


def write_manifests(data: Path) -> None:
    """As whoever releases models would: what lies beside each manifest now is what should."""
    for source in overlay.load("deploy/config/exporter.yml")["collectors"]["integrity"]["sources"].values():
        if "manifest" not in source:
            continue
        manifest = data / Path(source["manifest"]).relative_to(overlay.SHIPPED_DATA)
        names = sorted(path.name for path in manifest.parent.iterdir() if path != manifest)
        done = subprocess.run(["sha256sum", *names], cwd=manifest.parent, capture_output=True, check=True)
        fresh = manifest.with_name("MANIFEST.new")
        fresh.write_bytes(done.stdout)
        fresh.rename(manifest)
