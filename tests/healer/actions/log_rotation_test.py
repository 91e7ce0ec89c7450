"""Rotation of real files: killed half-way, a full disk, files that may not be touched, and files that others write to."""

import gzip
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = ""
DAY = 24 * 3600


class LogRotationTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-logs-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.logs = Path(temporary.name)

    def write(self, name: str, content: bytes, age: float) -> Path:
        path = self.logs / name
        path.write_bytes(content)
        self.age(path, age)
        return path

    def age(self, path: Path, age: float) -> None:
        os.utime(path, (time.time() - age, time.time() - age))

    def rotate(self, **more: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(self.argv(), capture_output=True, text=True, timeout=60, **more)  # type: ignore[call-overload,no-any-return]

    def argv(self) -> "list[str]":
        return [PROGRAM, "log_rotation", f"{{folder: {self.logs}}}", "50s"]

    def names(self) -> "set[str]":
        return {path.name for path in self.logs.iterdir()}

    def test_a_day_of_logs(self) -> None:
        content = b"2025-12-16 INFO order filled\n" * 10000
        log = self.write("app.log", content, 1.5 * DAY)
        log.chmod(0o640)
        self.age(log, 1.5 * DAY)
        before = log.stat()
        self.write("old.log", b"o" * 4096, 4 * DAY)
        self.write("old.gz", b"o" * 4096, 4 * DAY)
        ran = self.rotate()
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertEqual(self.names(), {"app.log.gz"})
        packed = self.logs / "app.log.gz"
        self.assertEqual(gzip.decompress(packed.read_bytes()), content)
        after = packed.stat()
        self.assertEqual(
            (after.st_mode, after.st_uid, after.st_gid, after.st_mtime_ns), (before.st_mode, before.st_uid, before.st_gid, before.st_mtime_ns)
        )
        subprocess.run(["gzip", "-t", str(packed)], check=True)
        self.assertRegex(ran.stdout, r"^removed 2, compressed 1, freed \d+\.\d KiB in ")

    def test_a_file_that_another_process_writes_to(self) -> None:
        held = self.write("held.log", b"x" * 1000, 1.5 * DAY)
        read = self.write("read.log", b"x" * 1000, 1.5 * DAY)
        writer = "import sys; a = open(sys.argv[1], 'ab'); b = open(sys.argv[2], 'rb'); print(flush=True); input()"
        with subprocess.Popen([sys.executable, "-c", writer, str(held), str(read)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            try:
                ran = self.rotate()
                self.assertEqual(self.names(), {"held.log", "read.log.gz"})
                self.assertIn("1 still being written", ran.stdout)
            finally:
                process.kill()
        self.rotate()
        self.assertEqual(self.names(), {"held.log.gz", "read.log.gz"})

    def test_killed_at_any_moment(self) -> None:
        content = random.Random(1).randbytes(6_000_000)
        cut = 0
        for attempt in range(12):
            self.write("app.log", content, 1.5 * DAY)
            with subprocess.Popen(self.argv(), stdout=subprocess.DEVNULL) as process:
                time.sleep(0.02 * attempt)  # to different moments of the rotation
                process.send_signal(signal.SIGKILL)
            names = self.names()
            cut += any(name.endswith(".salus-unfinished") for name in names)
            if "app.log" in names:
                self.assertEqual((self.logs / "app.log").read_bytes(), content)
            else:
                self.assertIn("app.log.gz", names)
            ran = self.rotate()
            self.assertEqual(ran.returncode, 0, ran.stdout)
            self.assertEqual(self.names(), {"app.log.gz"})
            self.assertEqual(gzip.decompress((self.logs / "app.log.gz").read_bytes()), content)
            (self.logs / "app.log.gz").unlink()
        self.assertGreater(cut, 0, "no run was cut in the middle of a file")

    @unittest.skipUnless(os.geteuid() == 0, "mounts a small file system")
    def test_a_full_disk(self) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(self.logs)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.logs)], check=True)
        large = random.Random(2).randbytes(2_000_000)
        self.write("large.log", large, 1.5 * DAY)
        self.write("small.log", b"s" * 100_000, 1.5 * DAY)
        ran = self.rotate()
        self.assertEqual(ran.returncode, 1)
        self.assertIn("compress large.log: write: no space left on device", ran.stdout)
        self.assertEqual(self.names(), {"large.log", "small.log.gz"})
        self.assertEqual((self.logs / "large.log").read_bytes(), large)

    @unittest.skipUnless(os.geteuid() == 0, "becomes another user")
    def test_what_may_not_be_touched(self) -> None:
        self.write("app.log", b"x" * 1000, 1.5 * DAY)
        self.logs.chmod(0o755)
        program = self.logs / "run_action"
        program.write_bytes(Path(PROGRAM).read_bytes())
        program.chmod(0o755)
        ran = subprocess.run([str(program), *self.argv()[1:]], capture_output=True, text=True, timeout=60, user="nobody", cwd="/")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("compress app.log: ", ran.stdout)
        self.assertIn("permission denied", ran.stdout)
        self.assertEqual(self.names(), {"app.log", "run_action"})


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
