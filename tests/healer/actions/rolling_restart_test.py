"""A rolling restart on a real Docker Engine, through the real healer and salusctl: never two down, the first that does not come
back ends it, a run that was killed is taken up at the right shard, and what is down on purpose is not healed."""

import json
import subprocess
import sys
import time
import unittest
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Dict, List

import yaml

from conformance.healer import Config, Healer
from e2e.case import EngineCase
from e2e.images import import_image
from e2e.waiting import wait_for

HEALER = SALUSCTL = ""
SHARDS = ["shard_1", "shard_2", "shard_3"]
DONE = 'salus_task_last_success_timestamp_seconds{task="{{target}}"} > 0'


class ShardHealer(Healer):
    def write_config(self) -> None:
        super().write_config()
        subsystem = {"name": "shards", "purpose": "What is rotated", "trading": "none", "cadence": "normal"}
        (self.folder / "subsystems.yml").write_text(yaml.safe_dump({"subsystems": [subsystem], "containers": [*SHARDS, "shard_4"]}))


class RollingRestartTest(EngineCase):
    healer: ClassVar[ShardHealer]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        busybox = Path("/bin/busybox")
        import_image(cls.engine, "shard:1", [(busybox, "/busybox"), (busybox, "/bin/sh")], "/busybox")
        cls.well = cls.folder.directory("well")
        # A shard runs only while its file is there; the last has a health check of its own.
        options = ["--network=host", "--stop-signal=SIGKILL", f"--volume={cls.well}:/well"]
        health = ["--health-cmd=/busybox true", "--health-interval=300ms"]
        for shard in SHARDS:
            (cls.well / shard).touch()
            script = f"/busybox test -f /well/{shard} && exec /busybox sleep 1000000"
            each = health if shard == SHARDS[-1] else []
            cls.engine.docker("run", "--detach", f"--name={shard}", *options, *each, "shard:1", "sh", "-c", script)
        cls.healer = ShardHealer(cls.folder.directory("healer"), Path(HEALER), cls.configure)
        cls.addClassCleanup(cls.healer.close)
        cls.healer.start()
        cls.healer.wait_policy("allow_all")

    @classmethod
    def configure(cls, config: Config) -> None:
        config["docker_host"] = cls.engine.host
        parameters: Config = {"shards": [*SHARDS, "shard_4"], "stop_timeout": "1s", "pause": "300ms"}
        for name, task, within in (("rotate_shards", "shard_rotation", "1m"), ("rotate_short", "short_rotation", "2s")):
            rung = {"action": "rolling_restart", "parameters": parameters | {"healthy_within": within}, "timeout": "10m"}
            verify = {"healthy": DONE, "healthy_for": "0s", "within": "20s", "every": "100ms"}
            config["playbooks"].append(
                {"name": name, "task": task, "accepts": [], "rungs": [rung], "verify": verify, "cooldown": "0s", "attempts": 100, "on_crash": "retry"}
            )

    def setUp(self) -> None:
        for shard in SHARDS:
            (self.well / shard).touch()
            self.engine.docker("start", shard)
        wait_for(lambda: self.engine.inspect(SHARDS[-1])["State"]["Health"]["Status"] == "healthy", "the last shard to be healthy", 60)
        wait_for(lambda: all(time.time() - at > 1 for at in map(self.seconds, self.started())), "none to be only just started", 60)

    def seconds(self, stamp: str) -> float:
        """Of a time as the engine writes it: 2025-12-17T04:00:00.123456789Z."""
        return datetime.fromisoformat(stamp[:26].rstrip("Z") + "+00:00").timestamp()

    def started(self) -> List[str]:
        return [self.engine.inspect(shard)["State"]["StartedAt"] for shard in SHARDS]

    def salusctl(self, *arguments: str, code: int = 0) -> str:
        argv = [SALUSCTL, f"--url=http://127.0.0.1:{self.healer.port}", f"--token-file={self.healer.folder}/token", *arguments]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr + self.healer.tail())
        return done.stdout

    def incident(self, task: str = "shard_rotation") -> Dict[str, Any]:
        return self.healer.incident_of(task)

    def events(self, since: float) -> List[List[str]]:
        """[start or die, shard], in the engine's order."""
        wanted = [f"--filter=container={shard}" for shard in SHARDS] + ["--filter=event=die", "--filter=event=start"]
        lines = self.engine.docker("events", f"--since={since:.3f}", f"--until={time.time():.3f}", *wanted, "--format={{json .}}").splitlines()
        return [[event["Action"], event["Actor"]["Attributes"]["name"]] for event in map(json.loads, lines)]

    def assert_never_two_down(self, since: float) -> None:
        down = set()
        for action, shard in self.events(since):
            down.add(shard) if action == "die" else down.discard(shard)
            self.assertLessEqual(len(down), 1, self.events(since))
        self.assertEqual(down, set())

    def await_second_down(self, since: float) -> None:
        """Which cannot come back until its file is there again."""
        wait_for(lambda: self.events(since).count(["die", "shard_2"]) == 2, "the second shard not to come back", 60)

    def test_one_after_another_and_what_is_missing_is_skipped(self) -> None:
        since = time.time()
        self.salusctl("run", "rotate_shards", "--wait")
        self.assertEqual(self.events(since), [[what, shard] for shard in SHARDS for what in ("die", "start")])
        self.assert_never_two_down(since)
        story = json.dumps(self.incident()["timeline"])
        self.assertIn("restarted shard_1, shard_2, shard_3; skipped because not found: shard_4", story)

    def test_one_that_does_not_come_back_ends_it(self) -> None:
        before = self.started()
        (self.well / "shard_2").unlink()
        self.salusctl("run", "rotate_short", "--wait", code=1)
        self.assertEqual(self.started()[2:], before[2:], "those behind it are left alone")
        story = json.dumps(self.incident("short_rotation")["timeline"])
        self.assertIn("shard_2 did not recover: it is exited (restarted before: shard_1)", story)
        self.assertEqual(self.incident("short_rotation")["state"], "failed", "it runs again when it is due: nothing to release")

    def test_killed_half_way_it_is_taken_up_at_the_right_shard(self) -> None:
        since = time.time()
        (self.well / "shard_2").unlink()
        self.salusctl("run", "rotate_shards")
        self.await_second_down(since)
        self.healer.kill()
        (self.well / "shard_2").touch()
        self.healer.start()
        self.healer.wait_state("shard_rotation", "healed", "failed", seconds=120)
        self.assertEqual(self.incident()["state"], "healed", self.healer.tail())
        self.assertEqual(self.events(since).count(["die", "shard_1"]), 1, "the first is not restarted again")
        self.assertEqual(self.events(since).count(["die", "shard_3"]), 1)
        self.assert_never_two_down(since)
        self.assertIn("restarted before, by an interrupted run: shard_1, shard_2", json.dumps(self.incident()["timeline"]))

    def test_what_is_down_on_purpose_is_not_healed(self) -> None:
        before, refused = self.healer.ran(), self.refused()
        since = time.time()
        (self.well / "shard_2").unlink()
        self.salusctl("run", "rotate_shards")
        self.await_second_down(since)
        down = self.healer.alert("shard_2")
        self.assertEqual(self.healer.deliver(down).status, 200)
        wait_for(lambda: self.refused() > refused, "the alert to be refused", 60)
        self.assertIn("has stopped shard_2 on purpose", self.healer.tail(200))
        self.healer.deliver({**down, "status": "resolved", "endsAt": "2100-01-01T00:00:00Z"})
        self.assertEqual([each for each in self.healer.incidents() if each["target"]["name"] == "shard_2"], [])
        (self.well / "shard_2").touch()
        self.engine.docker("start", "shard_2")
        self.healer.wait_state("shard_rotation", "healed", seconds=120)
        self.assertEqual(self.healer.ran(), before)
        self.assert_never_two_down(since)

    def refused(self) -> float:
        return self.healer.metric("salus_decisions_total", outcome="refuse", reason="target_busy")

    def test_it_waits_while_a_shard_is_being_healed(self) -> None:
        ill = self.healer.alert("shard_3", heal="conformance")
        self.healer.world.ill = {"shard_3"}
        self.addCleanup(setattr, self.healer.world, "ill", set())
        before = self.started()
        self.assertEqual(self.healer.deliver(ill).status, 200)
        self.healer.wait_state("shard_3", "verifying", "ineffective", "exhausted")
        self.salusctl("run", "rotate_shards")
        held = self.healer.wait_state("shard_rotation", "gated")
        self.assertEqual(held["refusal"], "target_busy", held)
        self.assertEqual(self.started(), before)
        self.healer.world.ill = set()
        self.healer.deliver({**ill, "status": "resolved", "endsAt": "2100-01-01T00:00:00Z"})
        found = self.healer.wait_state("shard_3", "healed", "exhausted", seconds=60)
        if found["state"] == "exhausted":
            self.salusctl("release", found["id"], "--reason=seen")
        self.healer.wait_state("shard_rotation", "healed", seconds=120)


if __name__ == "__main__":
    HEALER, SALUSCTL = sys.argv[1], sys.argv.pop(2)
    sys.argv.pop(1)
    unittest.main()
