"""Restoring real files: killed half-way, a full disk, no permission, no time, and what another user owns."""

import hashlib
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


class RestoreFilesTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-restore-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name)
        self.models = self.root / "models"
        self.backup = self.root / "backup"
        for folder in (self.models, self.backup):
            folder.mkdir()

    def manifest(self, files: "dict[str, bytes]") -> None:
        lines = [f"# backup: {self.backup}"]
        for name, content in files.items():
            (self.backup / name).write_bytes(content)
            lines += [f"# size: {len(content)}", f"{hashlib.sha256(content).hexdigest()}  {name}"]
        (self.models / "MANIFEST").write_text("\n".join(lines) + "\n")

    def argv(self, timeout: str = "50s") -> "list[str]":
        return [PROGRAM, "restore_files", f"{{manifests: [{self.models}/MANIFEST]}}", timeout]

    def restore(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(self.argv(), capture_output=True, text=True, timeout=60)

    def aside(self) -> "list[Path]":
        return sorted(self.models.glob("*.salus-damaged-*"))

    def test_killed_at_any_moment(self) -> None:
        good = random.Random(1).randbytes(30_000_000)
        bad = b"half of it"
        self.manifest({"model.bin": good})
        model = self.models / "model.bin"
        cut = 0
        for attempt in range(10):
            model.write_bytes(bad)
            with subprocess.Popen(self.argv(), stdout=subprocess.DEVNULL) as process:
                time.sleep(0.015 * attempt)  # to different moments of the copy
                process.send_signal(signal.SIGKILL)
            cut += (self.models / "model.bin.salus-unfinished").exists()
            self.assertIn(model.read_bytes(), (bad, good), "there is the old file or the new one, whole")
            ran = self.restore()
            self.assertEqual(ran.returncode, 0, ran.stdout)
            self.assertEqual(model.read_bytes(), good)
            self.assertFalse((self.models / "model.bin.salus-unfinished").exists())
            self.assertTrue(all(path.read_bytes() == bad for path in self.aside()))
            for path in self.aside():
                path.unlink()
        self.assertGreater(cut, 0, "no run was cut in the middle of a file")

    def test_without_time_nothing_is_touched(self) -> None:
        self.manifest({"model.bin": random.Random(2).randbytes(40_000_000)})
        (self.models / "model.bin").write_bytes(b"half of it")
        ran = subprocess.run(self.argv("1ms"), capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stdout, "timed out")
        self.assertEqual((self.models / "model.bin").read_bytes(), b"half of it")
        self.assertFalse((self.models / "model.bin.salus-unfinished").exists())

    @unittest.skipUnless(os.geteuid() == 0, "mounts a small file system")
    def test_a_full_disk(self) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(self.models)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.models)], check=True)
        self.manifest({"a-large.bin": random.Random(3).randbytes(4_000_000), "small.bin": b"s" * 1000})
        (self.models / "a-large.bin").write_bytes(b"half of it")
        ran = self.restore()
        self.assertEqual(ran.returncode, 1)
        self.assertIn("no space left on device", ran.stdout)
        self.assertEqual((self.models / "a-large.bin").read_bytes(), b"half of it")
        self.assertEqual((self.models / "small.bin").read_bytes(), b"s" * 1000)
        self.assertFalse((self.models / "a-large.bin.salus-unfinished").exists())

    @unittest.skipUnless(os.geteuid() == 0, "gives files to another user")
    def test_an_owner_is_kept(self) -> None:
        self.manifest({"model.bin": b"good" * 100})
        model = self.models / "model.bin"
        model.write_bytes(b"bad")
        os.chown(model, 65534, 65534)
        model.chmod(0o640)
        ran = self.restore()
        self.assertEqual(ran.returncode, 0, ran.stdout)
        after = model.stat()
        self.assertEqual((after.st_uid, after.st_gid, after.st_mode & 0o7777), (65534, 65534, 0o640))
        self.assertEqual(self.aside()[0].stat().st_uid, 65534)

    @unittest.skipUnless(os.geteuid() == 0, "becomes another user")
    def test_what_may_not_be_touched(self) -> None:
        self.manifest({"model.bin": b"good" * 100})
        (self.models / "model.bin").write_bytes(b"bad")
        self.root.chmod(0o755)
        program = self.root / "run_action"
        program.write_bytes(Path(PROGRAM).read_bytes())
        program.chmod(0o755)
        ran = subprocess.run([str(program), *self.argv()[1:]], capture_output=True, text=True, timeout=60, user="nobody", cwd="/")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("permission denied", ran.stdout)
        self.assertEqual((self.models / "model.bin").read_bytes(), b"bad")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
