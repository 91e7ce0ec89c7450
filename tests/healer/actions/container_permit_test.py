"""What must be left alone on a real Docker Engine, whatever action would stop it: containers with --rm, paused ones, those whose
network others use; and that no container's own stop timeout is cut short."""

import json
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import List

from e2e.case import EngineCase
from e2e.images import import_image
from e2e.waiting import wait_for

PROGRAM = ""
BUSYBOX = Path("/bin/busybox")
WEB = "web"
# Every action that stops a container, or may end it.
STOPPING = [
    ("container_restart", "{settle: 0s}"),
    ("container_restart", "{settle: 0s, pause: 100ms, stop_timeout: 1s}"),
    ("container_stop", "{}"),
    ("container_stop", "{stop_timeout: 0s}"),
    ("container_rollback", "{image: 'box:2', settle: 100ms}"),
    ("container_signal", "{signal: SIGTERM}"),
    ("container_signal", "{signal: SIGINT}"),
    ("container_signal", "{signal: SIGQUIT}"),
]
# With --init, what does not handle a signal ends by it.
SIGNALS = [("container_signal", f"{{signal: {signal}}}") for signal in ("SIGHUP", "SIGUSR1", "SIGUSR2")]
SLOW = "trap 'echo flushing; /busybox sleep 13; echo flushed; exit 0' TERM; while :; do /busybox sleep 0.2; done"


class PermitTest(EngineCase):

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for version in ("1", "2"):
            import_image(cls.engine, f"box:{version}", [(BUSYBOX, "/busybox"), (BUSYBOX, "/bin/sh"), (Path(__file__), f"/v{version}")], "/busybox")

    def box(self, *options: str, name: str = WEB, command: "tuple[str, ...]" = ("sleep", "1000000")) -> None:
        self.engine.docker("run", "--detach", f"--name={name}", *options, "box:1", *command)
        self.addCleanup(self.remove, name)

    def remove(self, name: str) -> None:
        if name in self.names():
            self.engine.docker("rm", "--force", name)

    def names(self) -> List[str]:
        return self.engine.docker("ps", "--all", "--format={{.Names}}").split()

    def run_action(self, action: str, parameters: str, timeout: str = "60s") -> "subprocess.CompletedProcess[str]":
        command = [PROGRAM, action, parameters, timeout, self.engine.host, WEB]
        return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)

    def untouched(self, word: str, actions: "list[tuple[str, str]]") -> None:
        """None of the actions does anything, and each says why."""
        before = self.engine.inspect(WEB)
        for action, parameters in actions:
            with self.subTest(action=action, parameters=parameters):
                done = self.run_action(action, parameters)
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(word, done.stdout)
                time.sleep(0.3)  # the engine would remove it after the action has ended
                self.assertIn(WEB, self.names())
                after = self.engine.inspect(WEB)
                for key in ("Id", "State", "RestartCount"):
                    self.assertEqual(after[key], before[key])

    def test_rm(self) -> None:
        self.box("--rm", "--init", "--network=host")
        self.untouched("--rm", STOPPING + SIGNALS)

    def test_paused(self) -> None:
        self.box("--network=host")
        self.engine.docker("pause", WEB)
        try:
            self.untouched(f"docker unpause {WEB}", [*STOPPING, *SIGNALS, ("container_start", "{}")])
        finally:
            self.engine.docker("unpause", WEB)

    def test_a_network_that_others_use(self) -> None:
        self.box("--network=none")
        self.box(f"--network=container:{WEB}", name="side")
        before = self.engine.inspect("side")["State"]["StartedAt"]
        self.untouched("side would lose the network", STOPPING)
        self.assertEqual(self.engine.inspect("side")["State"]["StartedAt"], before)
        done = self.run_action("container_restart", "{settle: 0s, network_users: restart}")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(done.stdout.strip(), f"restarted container {WEB}, and restarted the containers that use its network: side")
        self.assertGreater(self.engine.inspect("side")["State"]["StartedAt"], self.engine.inspect(WEB)["State"]["StartedAt"])
        self.assertEqual(self.network_of(WEB), self.network_of("side"))

    def network_of(self, name: str) -> str:
        pid = self.engine.inspect(name)["State"]["Pid"]
        return str(Path(f"/proc/{pid}/ns/net").readlink())

    def test_who_uses_the_network_of_another_one_may_be_restarted(self) -> None:
        self.box("--network=none", name="vpn")
        self.box("--network=container:vpn", "--stop-timeout=1")
        before = self.engine.inspect("vpn")["State"]["StartedAt"]
        for action, parameters in (STOPPING[0], ("container_rollback", "{image: 'box:2', settle: 100ms}")):
            done = self.run_action(action, parameters)
            self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.engine.inspect("vpn")["State"]["StartedAt"], before)
        self.assertEqual(self.network_of(WEB), self.network_of("vpn"))

    def test_its_own_stop_timeout_is_not_cut_short(self) -> None:
        """13 s to end, with 60 s allowed by the container and less by the playbook, in a rung of 6 or 11 s."""
        for action, parameters, timeout in (
            ("container_restart", "{settle: 0s}", "15s"),
            ("container_restart", "{settle: 0s, stop_timeout: 1s, pause: 100ms}", "7s"),
            ("container_stop", "{}", "11s"),
            ("container_stop", "{stop_timeout: 0s}", "1s"),
            ("container_rollback", "{image: 'box:2', stop_timeout: 1s, settle: 100ms, healthy_within: 1s}", "22s"),
        ):
            with self.subTest(action=action, parameters=parameters):
                out = self.folder.directory("out")
                (out / "words").write_text("")
                (out / "ready").unlink(missing_ok=True)
                script = SLOW.replace("echo flushing", "echo flushing >> /out/words").replace("echo flushed", "echo flushed >> /out/words").replace("TERM; while", "TERM; : > /out/ready; while")
                self.box("--network=host", "--stop-timeout=60", f"--volume={out}:/out", command=("sh", "-c", script))
                wait_for((out / "ready").exists, "the script to handle SIGTERM", 30)
                begin = time.monotonic()
                done = self.run_action(action, parameters, timeout)
                self.assertEqual(done.returncode, 0, done.stdout)
                self.assertGreater(time.monotonic() - begin, 12)
                self.assertEqual((out / "words").read_text().split(), ["flushing", "flushed"])
                self.engine.docker("kill", WEB) if action != "container_stop" else None
                self.remove(WEB)

    def test_the_beginning_of_an_id_is_no_name(self) -> None:
        self.box("--network=host", name="other")
        before = self.engine.inspect("other")
        command = [PROGRAM, "container_restart", "{settle: 0s}", "60s", self.engine.host, before["Id"][:6]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no container", done.stdout)
        self.assertEqual(self.engine.inspect("other")["State"], before["State"])

    def test_a_container_that_starts_again_and_again_is_restarted(self) -> None:
        self.box("--network=host", "--restart=always", command=("sh", "-c", "exit 3"))
        wait_for(lambda: self.engine.inspect(WEB)["State"]["Status"] == "restarting", "a crash loop", 60)
        done = self.run_action("container_restart", "{settle: 0s}")
        self.assertEqual(done.returncode, 0, done.stdout)
        policy = self.engine.inspect(WEB)["HostConfig"]["RestartPolicy"]
        self.assertEqual(policy["Name"], "always", json.dumps(policy))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
