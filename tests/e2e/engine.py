"""A private Docker Engine: its own daemons, socket and data, and never the machine's own."""

import json
import os
import subprocess
from pathlib import Path
from typing import IO, Any, Dict, List, Optional

from e2e.folder import RunFolder
from e2e.waiting import wait_for

CONTAINERD = """\
version = 2
root = "{root}"
state = "{state}"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.aufs", \
"io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
address = "{socket}"
"""


class Engine:
    """One dockerd with a containerd of its own. Its containers share the host's network; it sets up none."""

    def __init__(self, folder: RunFolder):
        self.folder = folder
        self.socket = folder.path / "docker.sock"
        self.host = f"unix://{self.socket}"
        self.start()

    def start(self) -> None:
        folder = self.folder
        containerd_socket = folder.path / "containerd.sock"
        config = folder.file("containerd.toml")
        config.write_text(
            CONTAINERD.format(
                root=folder.path / "containerd", state=folder.path / "containerd-state", socket=containerd_socket
            )
        )
        folder.file("daemon.json").write_text(json.dumps({"deprecated-key-path": str(folder.path / "key.json")}))
        self.containerd = folder.start("containerd", ["/usr/bin/containerd", "--config", str(config)])
        wait_for(containerd_socket.exists, "containerd's socket", 30)
        self.start_dockerd()

    def start_dockerd(self) -> None:
        """Also after it was stopped: containerd goes on meanwhile."""
        folder = self.folder
        self.dockerd = folder.start(
            "dockerd",
            [
                "/usr/sbin/dockerd",
                f"--config-file={folder.path}/daemon.json",
                f"--host={self.host}",
                f"--data-root={folder.path}/docker",
                f"--exec-root={folder.path}/exec",
                f"--pidfile={folder.path}/docker.pid",
                f"--containerd={folder.path}/containerd.sock",
                f"--cgroup-parent=/{folder.name}",
                "--exec-opt=native.cgroupdriver=cgroupfs",
                "--bridge=none",
                "--iptables=false",
                "--ip-forward=false",
                "--ip-masq=false",
                "--storage-driver=vfs",
                "--shutdown-timeout=5",
                "--log-level=warn",
            ],
        )
        wait_for(self._answers, "an answer of the private Docker Engine", 60)

    def _answers(self) -> bool:
        if not self.dockerd.running():
            raise RuntimeError(f"dockerd ended with {self.dockerd.popen.returncode}; see {self.dockerd.log}")
        return self.socket.exists() and self._run(["version"]).returncode == 0

    def _run(self, arguments: List[str], stdin: Optional[IO[bytes]] = None) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["/usr/bin/docker", "--host", self.host, *arguments],
            stdin=stdin or subprocess.DEVNULL,
            capture_output=True,
            env=dict(self.folder.environment()),
            start_new_session=True,  # a terminal's Ctrl-C is for us alone
            check=False,
        )

    def docker(self, *arguments: str, stdin: Optional[IO[bytes]] = None) -> str:
        """Runs the docker client against this engine."""
        done = self._run(list(arguments), stdin)
        if done.returncode != 0:
            raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr.decode().strip()}")
        return done.stdout.decode().strip()

    def inspect(self, container: str) -> Dict[str, Any]:
        found: Dict[str, Any] = json.loads(self.docker("inspect", container))[0]
        return found

    def running(self, container: str) -> bool:
        return bool(self.inspect(container)["State"]["Status"] == "running")

    def events(self, container: str, action: str, since: float, until: float) -> int:
        """How many events of that action the engine has seen for the container."""
        lines = self.docker(
            "events",
            f"--since={since:.3f}",
            f"--until={until:.3f}",
            f"--filter=container={container}",
            f"--filter=event={action}",
            "--format={{json .}}",
        ).splitlines()
        return len(lines)


def usable() -> Optional[str]:
    """Why no private engine can run here, or None."""
    if os.geteuid() != 0:
        return "a private Docker Engine needs root"
    for program in ("/usr/sbin/dockerd", "/usr/bin/containerd", "/usr/bin/docker"):
        if not Path(program).exists():
            return f"{program} is missing: run ./dev setup"
    return None
