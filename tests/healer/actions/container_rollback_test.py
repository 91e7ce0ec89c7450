"""Rollback and signals on a real Docker Engine: what the container keeps, and that a worse image is undone."""

import subprocess
import sys
import unittest
from pathlib import Path
from typing import List

from e2e import web
from e2e.case import EngineCase
from e2e.images import import_image, import_program
from e2e.waiting import wait_for

PROGRAM = ""
SERVICE = ""
BOT = "quantum_trading_bot"
OLD = f"{BOT}.salus-old"


class RollbackTest(EngineCase):

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for version in ("1", "2"):
            import_image(cls.engine, f"bot:{version}", [(Path(SERVICE), "/service"), (Path(__file__), f"/v{version}")], "/service")
        import_program(cls.engine, "bot:broken", Path("/usr/bin/false"))
        import_image(cls.engine, "bot:empty", [], "/service")

    def setUp(self) -> None:
        self.port = web.free_ports(1)[0]
        data = self.folder.directory("data")
        options: List[str] = [f"--name={BOT}", "--network=host", "--restart=unless-stopped", "--env=MODE=live"]
        options += [f"--volume={data}:/data", "--volume=/cache", "--memory=64m", "--label=team=trading"]
        self.engine.docker("run", "--detach", *options, "bot:2", "--name", "bot", "--port", str(self.port))
        self.addCleanup(lambda: self.engine.docker("rm", "--force", "--volumes", BOT))
        wait_for(self.answers, "the bot", 60)

    def answers(self) -> bool:
        return web.ask(self.port, "/health").status == 200

    def image(self, name: str) -> str:
        return self.engine.docker("image", "inspect", "--format={{.Id}}", name)

    def run_action(self, action: str, parameters: str) -> "subprocess.CompletedProcess[str]":
        command = [PROGRAM, action, parameters, "120s", self.engine.host, BOT]
        return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)

    def containers(self) -> List[str]:
        return sorted(self.engine.docker("ps", "--all", "--format={{.Names}}").split())

    def test_everything_but_the_image_stays(self) -> None:
        before = self.engine.inspect(BOT)
        done = self.run_action("container_rollback", "{image: 'bot:1', settle: 1s}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"runs image {self.image('bot:1')}; its previous image was {self.image('bot:2')} (bot:2)", done.stdout)
        wait_for(self.answers, "the bot of the previous image", 60)
        after = self.engine.inspect(BOT)
        self.assertEqual(after["Image"], self.image("bot:1"))
        self.assertEqual(self.containers(), [BOT])
        for key in ("Memory", "RestartPolicy", "NetworkMode"):
            self.assertEqual(after["HostConfig"][key], before["HostConfig"][key])
        self.assertEqual(after["Args"], before["Args"])
        self.assertEqual(after["Config"]["Labels"]["team"], "trading")
        self.assertIn("MODE=live", after["Config"]["Env"])

        def mounts(container: "dict[str, list[dict[str, str]]]") -> "dict[str, str]":
            return {mount["Destination"]: mount["Source"] for mount in container["Mounts"]}

        self.assertEqual(mounts(after), mounts(before))
        again = self.run_action("container_rollback", "{image: 'bot:1'}")
        self.assertEqual(again.returncode, 0, "a run after one that was done changes nothing")
        self.assertIn("already", again.stdout)

    def test_a_tag_says_which_image_of_the_repository(self) -> None:
        self.engine.docker("tag", "bot:1", "bot:previous")
        self.addCleanup(lambda: self.engine.docker("rmi", "bot:previous"))
        done = self.run_action("container_rollback", "{tag: previous, settle: 1s}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.engine.inspect(BOT)["Image"], self.image("bot:1"))
        wait_for(self.answers, "the bot of the previous image", 60)

    def test_an_image_that_is_worse_is_undone(self) -> None:
        before = self.engine.inspect(BOT)["Id"]
        for image in ("bot:broken", "bot:empty"):
            done = self.run_action("container_rollback", f"{{image: '{image}', settle: 2s}}")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("the old container runs again", done.stdout)
            self.assertEqual(self.containers(), [BOT])
            self.assertEqual(self.engine.inspect(BOT)["Id"], before)
            wait_for(self.answers, "the old bot", 60)

    def test_no_previous_image_leaves_the_container_alone(self) -> None:
        before = self.engine.inspect(BOT)["State"]["StartedAt"]
        done = self.run_action("container_rollback", "{}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("has no previous images of bot", done.stdout)
        self.assertEqual(self.engine.inspect(BOT)["State"]["StartedAt"], before)

    def test_a_run_that_was_stopped_after_renaming_goes_on(self) -> None:
        self.engine.docker("stop", "--time=1", BOT)
        self.engine.docker("rename", BOT, OLD)
        done = self.run_action("container_rollback", "{image: 'bot:1', settle: 1s}")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.containers(), [BOT])
        wait_for(self.answers, "the bot of the previous image", 60)

    def test_a_signal_reaches_the_first_process(self) -> None:
        self.engine.docker("update", "--restart=no", BOT)
        done = self.run_action("container_signal", "{signal: SIGTERM}")
        self.assertEqual(done.returncode, 0, done.stdout)
        wait_for(lambda: not self.engine.running(BOT), "the bot's end", 60)
        self.assertEqual(self.engine.inspect(BOT)["State"]["ExitCode"], 0)
        self.assertEqual(self.run_action("reload_config", "{signal: SIGHUP}").returncode, 1)


if __name__ == "__main__":
    PROGRAM, SERVICE = sys.argv[1], sys.argv.pop(2)
    sys.argv.pop(1)
    unittest.main()
