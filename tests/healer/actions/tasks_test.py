"""Tasks in a real healer and their faults: killed half-way, something missing, no permission, a full disk, no time. Validation,
health audit, restore and weekly report share one healer; another one, which is nobody, may not write."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, ClassVar, Dict, List

from conformance.healer import Config, Healer
from e2e.waiting import wait_for

HEALER = SALUSCTL = ""
DONE = 'salus_task_last_success_timestamp_seconds{task="{{target}}"} > 0'
TASKS = {"validate": "weekly_validation", "audit": "health_audit", "report": "weekly_report", "restore": "file_restore"}
# Waits while the file is there, and leaves a line.
SLOW = """#!/bin/sh
echo "$1 $$" >> {folder}/begun
while test -e {folder}/wait; do sleep 0.05; done
"""


class TasksTest(unittest.TestCase):
    folder: ClassVar[Path]
    healer: ClassVar[Healer]

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-tasks-", dir="/var/tmp")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.folder.chmod(0o755)
        cls.slow = cls.folder / "slow"
        cls.slow.write_text(SLOW.format(folder=cls.folder))
        cls.slow.chmod(0o755)
        for name in ("reports", "models", "backup"):
            (cls.folder / name).mkdir()
        cls.write_manifest()
        cls.healer = Healer(cls.folder / "healer", Path(HEALER), cls.configure)
        cls.addClassCleanup(cls.healer.close)
        cls.healer.start()

    @classmethod
    def write_manifest(cls) -> None:
        content = b"a good model" * 100
        (cls.folder / "backup/model.bin").write_bytes(content)
        lines = [f"# backup: {cls.folder}/backup", f"# size: {len(content)}", f"{hashlib.sha256(content).hexdigest()}  model.bin"]
        (cls.folder / "models/MANIFEST").write_text("\n".join(lines) + "\n")

    @classmethod
    def configure(cls, config: Config) -> None:
        def command(name: str, timeout: str = "1m") -> Config:
            return {"name": name, "argv": [str(cls.slow), name], "timeout": timeout}

        missing = {"name": "missing", "argv": [f"{cls.folder}/no-such-program"]}
        hanging = {"name": "hanging", "argv": ["/bin/sleep", "1000"], "timeout": "1s"}
        config["validation"] = {"modules": [command("module"), missing, hanging], "modules_required": 1}
        config["reports"] = {"folder": str(cls.folder / "reports")}
        actions: Dict[str, Config] = {
            "validate": {"action": "validation", "timeout": "6m"},
            "audit": {"action": "health_audit", "parameters": {"folder": str(cls.folder / "reports"), "commands": [command("audit"), hanging]}},
            "report": {"action": "weekly_report", "timeout": "6m"},
            "restore": {"action": "restore_files", "parameters": {"manifests": [str(cls.folder / "models/MANIFEST")]}, "timeout": "2m"},
        }
        config["playbooks"] = [
            {
                "name": name,
                "task": TASKS[name],
                "accepts": [],
                "rungs": [{"timeout": "2m", **rung}],
                "verify": {"healthy": DONE, "healthy_for": "0s", "within": "20s", "every": "100ms"},
                "cooldown": "0s",
                "attempts": 100,
                "on_crash": "retry",
            }
            for name, rung in actions.items()
        ]

    def setUp(self) -> None:
        self.addCleanup(self.release_all)
        (self.folder / "wait").unlink(missing_ok=True)
        for report in (self.folder / "reports").iterdir():
            report.unlink()

    def release_all(self) -> None:
        (self.folder / "wait").unlink(missing_ok=True)
        for incident in self.healer.incidents("open"):
            self.salusctl("release", incident["id"], "--reason=seen")

    def salusctl(self, *arguments: str, code: int = 0, healer: "Healer | None" = None) -> str:
        of = healer or self.healer
        argv = [SALUSCTL, f"--url=http://127.0.0.1:{of.port}", f"--token-file={of.folder}/token", *arguments]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr + of.tail())
        return done.stdout

    def begun(self) -> List[str]:
        file = self.folder / "begun"
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []

    def reports(self, pattern: str) -> List[Path]:
        return sorted((self.folder / "reports").glob(pattern))

    def detail(self, task: str, healer: "Healer | None" = None) -> str:
        return (healer or self.healer).timeline(task)

    def end(self, task: str, state: str, healer: "Healer | None" = None) -> Dict[str, Any]:
        of = healer or self.healer
        incident = of.wait_state(task, "healed", "failed", seconds=60)
        self.assertEqual(incident["state"], state, of.tail())
        return incident

    # ---- faults ------------------------------------------------------------------------------

    def test_killed_half_way_each_is_done_again(self) -> None:
        (self.folder / "wait").touch()
        before = len(self.begun())
        for name in ("validate", "audit", "report"):
            self.salusctl("run", name)
        wait_for(lambda: len(self.begun()) - before == 3, "all three to be at work", 60)
        self.healer.kill()
        pids = [int(line.split()[1]) for line in (self.folder / "begun").read_text().splitlines()[before:]]
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "their programs to be gone", 60)
        self.assertEqual(self.reports("*"), [], "nothing half-written")
        (self.folder / "wait").unlink()
        self.healer.start()
        for name in ("validate", "audit", "report"):
            self.end(TASKS[name], "healed")
        self.assertEqual(len(self.begun()) - before, 6, "each once more")
        self.assertEqual(len(self.reports("health_check_*.md")), 1)
        self.assertEqual(len(self.reports("WEEKLY_HEALTH_REPORT_*")), 3)
        self.assertGreaterEqual(self.healer.metric("salus_task_failures_total", task="health_audit"), 1, "an interrupted run is a failed one")

    def test_what_is_missing_or_hangs_is_found_and_fails_no_other(self) -> None:
        failures = self.healer.metric("salus_task_failures_total", task="weekly_validation")
        self.salusctl("run", "validate", "--wait")
        story = self.detail("weekly_validation")
        self.assertIn("missing", story)
        self.assertIn("did not end in time", story)
        self.assertEqual(self.healer.metric("salus_validation_check_success", check="module"), 1)
        for check in ("missing", "hanging"):
            self.assertEqual(self.healer.metric("salus_validation_check_success", check=check), 0)
        self.assertEqual(self.healer.metric("salus_task_failures_total", task="weekly_validation"), failures, "what is found is no failure of the task")
        wait_for(lambda: self.healer.children() == [], "no program to be left", 30)
        self.salusctl("run", "audit", "--wait")
        (report,) = self.reports("health_check_*.md")
        self.assertIn("- hanging: ❌ FAIL", report.read_text())
        self.assertIn("did not end in time", report.read_text())

    def test_without_prometheus_the_reports_say_that_nothing_is_known(self) -> None:
        self.healer.world.prometheus = False
        self.addCleanup(setattr, self.healer.world, "prometheus", True)
        for name in ("audit", "report"):
            self.salusctl("run", name)
        (audit,) = wait_for(lambda: self.reports("health_check_*.md") or None, "the audit", 60)
        self.assertIn("⚠️ UNKNOWN - Manual review required", audit.read_text())
        wait_for(lambda: self.reports("WEEKLY_HEALTH_REPORT_*.md") or None, "the weekly report", 60)
        self.healer.world.prometheus = True
        for name in ("audit", "report"):
            self.end(TASKS[name], "healed")

    def test_restore(self) -> None:
        model = self.folder / "models/model.bin"
        model.write_bytes(b"damaged")
        self.salusctl("run", "restore", "--wait")
        self.assertEqual(model.read_bytes(), (self.folder / "backup/model.bin").read_bytes())
        # Its backup is missing: a failure that names it, and the damaged file stays.
        model.write_bytes(b"damaged again")
        (self.folder / "backup/model.bin").unlink()
        self.salusctl("run", "restore", "--wait", code=1)
        self.assertIn("model.bin", self.detail("file_restore"))
        self.assertEqual(model.read_bytes(), b"damaged again")
        self.release_all()
        # Its manifest is.
        (self.folder / "models/MANIFEST").unlink()
        self.salusctl("run", "restore", "--wait", code=1)
        self.assertIn("MANIFEST", self.detail("file_restore"))
        self.write_manifest()

    @unittest.skipUnless(os.geteuid() == 0, "mounts a small file system")
    def test_a_full_disk(self) -> None:
        reports = self.folder / "reports"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(reports)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(reports)], check=True)
        filler = reports / "filler"
        with filler.open("wb", buffering=0) as out:
            try:
                while True:
                    out.write(b"x" * 4096)
            except OSError:
                pass
        for name in ("audit", "report"):
            self.salusctl("run", name, "--wait", code=1)
            self.assertRegex(self.detail(TASKS[name]).lower(), "no space left on device")
        self.assertEqual({path.name for path in reports.iterdir()} - {".lock"}, {"filler"}, "nothing half-written")
        self.release_all()
        filler.unlink()
        self.salusctl("run", "audit", "--wait")

    @unittest.skipUnless(os.geteuid() == 0, "becomes another user")
    def test_no_permission(self) -> None:
        nobody = pwd.getpwnam("nobody")
        program = self.folder / "salus-healer"
        shutil.copy(HEALER, program)
        program.chmod(0o755)
        model = self.folder / "models/model.bin"
        model.write_bytes(b"damaged")
        wrap = ["/usr/bin/setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        other = Healer(self.folder / "nobody", program, self.configure, wrap=wrap)
        self.addCleanup(other.close)
        for path in [other.folder, *other.folder.iterdir()]:
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        (self.folder / "begun").touch()
        (self.folder / "begun").chmod(0o666)
        other.start()
        for name in ("audit", "report", "restore"):
            self.salusctl("run", name, "--wait", code=1, healer=other)
            self.assertIn("ermission denied", self.detail(TASKS[name], other))
        self.assertEqual(self.reports("*"), [])
        self.assertEqual(model.read_bytes(), b"damaged")
        self.salusctl("run", "validate", "--wait", healer=other)


if __name__ == "__main__":
    HEALER, SALUSCTL = sys.argv[1], sys.argv.pop(2)
    sys.argv.pop(1)
    unittest.main()
