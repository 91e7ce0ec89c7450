"""What the end-to-end tests share: one rig for all tests of a class."""

import os
import sys
import unittest
from pathlib import Path
from typing import ClassVar

from e2e.engine import Engine, usable
from e2e.folder import RunFolder
from e2e.monitoring import Programs
from e2e.rig import Rig, logs_of


def programs() -> Programs:
    """Where ctest says that the programs are."""
    return Programs.of(Path(os.environ["SALUS_BUILD"]))


def become_root() -> None:
    """The private engine needs root: runs this program again with sudo where that asks no questions."""
    if os.geteuid() != 0 and Path("/usr/bin/sudo").exists():
        keep = [f"{name}={os.environ[name]}" for name in ("SALUS_BUILD", "PYTHONPATH")]
        os.execv("/usr/bin/sudo", ["sudo", "-n", "--", "env", *keep, sys.executable, "-B", *sys.orig_argv[2:]])


class EngineCase(unittest.TestCase):
    """A private Docker Engine from before the first test to after the last. Who sets up more begins with super().setUpClass()."""

    folder: ClassVar[RunFolder]
    engine: ClassVar[Engine]

    @classmethod
    def setUpClass(cls) -> None:
        problem = usable()
        if problem:
            raise RuntimeError(problem)
        cls.folder = RunFolder.create("salus-engine-")
        cls.addClassCleanup(cls.folder.take_down)
        cls.engine = Engine(cls.folder)


class RigCase(unittest.TestCase):
    """Starts everything before the first test and takes it down after the last."""

    production_intervals: ClassVar[bool] = False
    rig: ClassVar[Rig]

    @classmethod
    def setUpClass(cls) -> None:
        problem = usable()
        if problem:
            raise RuntimeError(problem)
        folder = RunFolder.create("salus-e2e-")
        cls.rig = cls.make_rig(folder)
        cls.addClassCleanup(cls.rig.take_down)
        try:
            cls.rig.start()
        except Exception:
            print(logs_of(folder), file=sys.stderr)
            raise

    @classmethod
    def make_rig(cls, folder: RunFolder) -> Rig:
        return Rig(folder, programs(), cls.production_intervals)

    def run(self, result: "unittest.TestResult | None" = None) -> "unittest.TestResult | None":
        before = len(result.failures) + len(result.errors) if result else 0
        finished = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            print(logs_of(self.rig.folder, 40), file=sys.stderr)
        return finished
