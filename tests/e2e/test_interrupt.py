"""The demo, interrupted at several moments: nothing of it is left."""

import os
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path
from typing import List

from e2e.case import become_root
from e2e.folder import RunFolder, runs
from e2e.waiting import wait_for


def cgroups_of(folder: RunFolder) -> List[Path]:
    return [path for depth in ("", "*/") for path in Path("/sys/fs/cgroup").glob(f"{depth}{folder.name}")]


class InterruptTest(unittest.TestCase):
    def interrupted_at(self, line: str, number: int) -> None:
        demo = subprocess.Popen(
            [sys.executable, "-B", "-m", "e2e.demo", "--build", os.environ["SALUS_BUILD"]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self.addCleanup(demo.kill)
        assert demo.stdout is not None
        seen = ""
        for text in demo.stdout:
            seen += text
            if line in text:
                break
        found = re.search(r"in (/var/tmp/salus-demo-\S+)", seen)
        self.assertIsNotNone(found, seen)
        assert found is not None
        folder = RunFolder(Path(found[1]))
        self.assertTrue(folder.strays(), "it ran when it was interrupted")
        # To all of its process group, as a terminal does.
        os.killpg(demo.pid, number)
        rest, _ = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 128 + number, seen + rest)
        self.assertFalse(folder.path.exists(), rest)
        self.assertEqual(folder.strays(), [])
        self.assertEqual(folder.mounts(), [])
        self.assertEqual(cgroups_of(folder), [])

    def test_ctrl_c_while_the_stack_starts(self) -> None:
        self.interrupted_at("trading stack", signal.SIGINT)

    def test_ctrl_c_in_the_middle_of_a_story(self) -> None:
        self.interrupted_at("detected", signal.SIGINT)

    def test_sigterm_while_the_monitoring_starts(self) -> None:
        self.interrupted_at("exporter, Prometheus", signal.SIGTERM)

    def test_what_a_killed_demo_leaves_is_taken_down_by_stop(self) -> None:
        before = {folder.path for folder in runs("salus-demo-")}
        demo = subprocess.Popen(
            [sys.executable, "-B", "-m", "e2e.demo", "--build", os.environ["SALUS_BUILD"]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.addCleanup(demo.kill)

        def started() -> "RunFolder | None":
            new = [folder for folder in runs("salus-demo-") if folder.path not in before]
            return new[0] if new and (new[0].path / "docker.sock").exists() else None

        folder = wait_for(started, "an engine of the demo", 30)
        demo.kill()
        demo.wait()
        self.assertTrue(folder.strays())
        subprocess.run([sys.executable, "-B", "-m", "e2e.demo", "--stop"], check=True, stdout=subprocess.DEVNULL)
        self.assertFalse(folder.path.exists())
        self.assertEqual(folder.strays(), [])
        self.assertEqual(folder.mounts(), [])


if __name__ == "__main__":
    become_root()
    unittest.main()
