"""Probes of real servers: at work, with wrong credentials, frozen, gone, damaged."""

import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, ClassVar, Dict, List, Optional

import yaml

from e2e import web
from e2e.waiting import wait_for
from exporter.page import Page
from exporter.probes import servers

PROGRAM = ""
SUBSYSTEMS = "subsystems: [{name: database, purpose: x, trading: none, cadence: normal}]\n"
RIGHT = "right-s3cret"
# What libpq would take in place of what a probe does not say.
STRAY = {"PGHOSTADDR": "127.0.0.9", "PGPASSWORD": RIGHT, "PGSERVICE": "none"}
WRONG = "wrong-s3cret"

# Ignores SIGTERM, and so do its children and grandchildren, which hold its pipes; each writes its process id.
STUBBORN = """\
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(2):
    os.fork()
with open(sys.argv[1], "a") as pids:
    pids.write(f"{os.getpid()}\\n")
time.sleep(1000)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class ProbesTest(unittest.TestCase):
    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-probes-", dir="/var/tmp")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.folder.chmod(0o755)  # PostgreSQL runs as another user
        cls.redis = servers.start_redis(cls.folder, RIGHT)
        cls.addClassCleanup(cls.redis.stop)
        cls.postgres = servers.start_postgres(cls.folder, RIGHT)
        cls.addClassCleanup(cls.postgres.stop, signal.SIGINT)

    def setUp(self) -> None:
        self.exporter: Optional[subprocess.Popen[bytes]] = None
        self.log = self.folder / f"{self.id()}.log"

    def secret(self, text: str) -> str:
        path = self.folder / text
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)

    def configure(self, *probes: Dict[str, Any]) -> None:
        # Nothing runs by itself: the tests ask for every run.
        config = {"collectors": {"probes": {"interval": "1h", "timeout": "1s", "probes": list(probes)}}}
        (self.folder / "exporter.yml").write_text(yaml.safe_dump(config))
        (self.folder / "subsystems.yml").write_text(SUBSYSTEMS)

    def start(self, *probes: Dict[str, Any]) -> None:
        self.configure(*probes)
        (self.port,) = web.free_ports(1)
        flags = [f"--config.file={self.folder}/exporter.yml", f"--web.listen-address=127.0.0.1:{self.port}"]
        with self.log.open("wb") as out:
            self.exporter = subprocess.Popen([PROGRAM, *flags], stderr=out, env={**os.environ, **STRAY})
        self.addCleanup(self.stop)
        wait_for(lambda: web.ask(self.port, "/-/ready").status == 200, "a ready exporter", 20)

    def stop(self) -> None:
        assert self.exporter
        self.exporter.terminate()
        self.assertEqual(self.exporter.wait(10), 0)
        self.assertNotIn("s3cret", self.log.read_text())

    def page(self) -> Page:
        return Page.scrape(self.port)

    def run_probes(self) -> Page:
        """What the probes see from now on."""
        answer = web.ask(self.port, "/api/v1/refresh?collector=probes", "POST", timeout=10)
        self.assertEqual(answer.status, 200)
        outcome = answer.json()["data"][0]
        self.assertTrue(outcome["success"], outcome)
        page = self.page()
        self.assertNotIn("s3cret", page.text)
        self.assertNotIn("s3cret", web.ask(self.port, "/").text)
        return page

    def reason(self, page: Page, probe: str) -> str:
        """Why the probe failed: "none" when it succeeded."""
        success = page.value("salus_probe_success", probe=probe)
        reasons = [line for line in page.lines if line.startswith("salus_probe_failure_reason{") and f'probe="{probe}"' in line]
        firing = [line for line in reasons if line.endswith(" 1")]
        self.assertEqual(len(firing), 0 if success == 1 else 1, reasons)
        return firing[0].partition('reason="')[2].partition('"')[0] if firing else "none"

    def test_redis(self) -> None:
        address = f"127.0.0.1:{self.redis.port}"
        self.start(
            {"name": "right", "kind": "redis", "subsystem": "database", "address": address, "password_file": self.secret(RIGHT)},
            {"name": "wrong", "kind": "redis", "address": address, "password_file": self.secret(WRONG)},
            {"name": "none", "kind": "redis", "address": address},
            {"name": "user", "kind": "redis", "address": address, "username": "nobody", "password_file": self.secret(RIGHT)},
        )
        page = self.run_probes()
        self.assertEqual([self.reason(page, name) for name in ("right", "wrong", "none", "user")], ["none", "auth", "auth", "auth"])
        self.assertEqual(page.value("salus_probe_success", probe="right", kind="redis", subsystem="database"), 1)
        self.redis.freeze()
        try:
            began = time.monotonic()
            page = self.run_probes()
            self.assertLess(time.monotonic() - began, 4)
            self.assertEqual(self.reason(page, "right"), "timeout")
        finally:
            self.redis.thaw()
        page = self.run_probes()
        self.assertEqual(self.reason(page, "right"), "none")
        self.assertEqual(page.value("salus_probe_consecutive_failures", probe="right"), 0)
        self.assertGreaterEqual(page.value("salus_probe_consecutive_failures", probe="wrong") or 0, 3)

    def test_postgres(self) -> None:
        common = {"kind": "postgres", "address": f"127.0.0.1:{self.postgres.port}", "database": "postgres", "username": "salus"}
        (nobody,) = web.free_ports(1)
        self.start(
            {"name": "right", **common, "password_file": self.secret(RIGHT)},
            {"name": "wrong", **common, "password_file": self.secret(WRONG)},
            {"name": "none", **common},
            {"name": "no_database", **common, "database": "quantum", "password_file": self.secret(RIGHT)},
            {"name": "tls", **common, "sslmode": "require", "password_file": self.secret(RIGHT)},
            {"name": "refused", **common, "address": f"127.0.0.1:{nobody}"},
        )
        page = self.run_probes()
        names = ("right", "wrong", "none", "no_database", "tls", "refused")
        self.assertEqual([self.reason(page, name) for name in names], ["none", "auth", "auth", "rejected", "tls", "connect_refused"])
        self.postgres.freeze()
        try:
            page = self.run_probes()
            self.assertEqual(self.reason(page, "right"), "timeout")
            self.assertEqual(self.reason(page, "refused"), "connect_refused")
        finally:
            self.postgres.thaw()
        self.assertEqual(self.reason(self.run_probes(), "right"), "none")

    def test_sqlite(self) -> None:
        path = self.folder / "quantum.db"
        self.start({"name": "db", "kind": "sqlite", "path": str(path)})
        self.assertEqual(self.reason(self.run_probes(), "db"), "not_found")
        self.assertFalse(path.exists())
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("CREATE TABLE trades (id INTEGER PRIMARY KEY, what TEXT)")
        database.executemany("INSERT INTO trades VALUES (?, ?)", [(i, "x" * 100) for i in range(1000)])
        self.assertEqual(self.reason(self.run_probes(), "db"), "none")
        database.execute("BEGIN EXCLUSIVE")
        self.assertEqual(self.reason(self.run_probes(), "db"), "locked")
        database.execute("COMMIT")
        self.assertEqual(self.reason(self.run_probes(), "db"), "none")
        database.close()
        with path.open("r+b") as file:
            file.seek(4096 * 5)
            file.write(b"\x5a" * 4096 * 5)
        self.assertEqual(self.reason(self.run_probes(), "db"), "corrupt")

    def test_https(self) -> None:
        (self.folder / "www").mkdir()
        (self.folder / "www" / "health").write_text('{"status": "ok"}')
        good = servers.make_certificate(self.folder, "good", 30)
        expired = servers.make_certificate(self.folder, "expired", -1)
        sites = [servers.Website(self.folder / "www", certificate) for certificate in (good, expired)]
        for site in sites:
            self.addCleanup(site.stop)
        urls = [f"https://127.0.0.1:{site.port}/health" for site in sites]
        self.start(
            {"name": "trusted", "kind": "http", "url": urls[0], "tls_config": {"ca_file": str(good)}, "json": {"/status": "ok"}},
            {"name": "untrusted", "kind": "http", "url": urls[0]},
            {"name": "any", "kind": "http", "url": urls[0], "tls_config": {"insecure_skip_verify": True}},
            {"name": "other_name", "kind": "http", "url": urls[0], "tls_config": {"ca_file": str(good), "server_name": "other.test"}},
            {"name": "expired", "kind": "http", "url": urls[1], "tls_config": {"ca_file": str(expired)}},
            {"name": "port", "kind": "tcp", "address": f"127.0.0.1:{sites[0].port}", "tls": True, "tls_config": {"ca_file": str(good)}},
            {"name": "missing", "kind": "http", "url": urls[0] + "y", "tls_config": {"ca_file": str(good)}},
        )
        page = self.run_probes()
        names = ("trusted", "untrusted", "any", "other_name", "expired", "port", "missing")
        reasons = ["none", "tls", "none", "tls", "tls", "none", "status"]
        self.assertEqual([self.reason(page, name) for name in names], reasons)
        self.assertEqual(page.value("salus_probe_http_status_code", probe="missing"), 404)
        self.assertEqual(page.value("salus_probe_http_status_code", probe="untrusted"), None)
        for name in ("trusted", "untrusted", "any", "port"):
            self.assertEqual(page.value("salus_probe_cert_expiry_timestamp_seconds", probe=name), expiry(good), name)
        self.assertEqual(page.value("salus_probe_cert_expiry_timestamp_seconds", probe="expired"), expiry(expired))

    def test_a_command_that_ignores_sigterm_is_killed_with_all_it_started(self) -> None:
        script = self.folder / "stubborn.py"
        script.write_text(STUBBORN)
        pids = self.folder / "pids"
        self.start(
            {"name": "stubborn", "kind": "command", "argv": ["/usr/bin/python3", str(script), str(pids)]},
            {"name": "quick", "kind": "command", "argv": ["true"]},
            {"name": "wrong", "kind": "command", "argv": ["sh", "-c", "exit 3"]},
        )
        page = self.run_probes()
        self.assertEqual([self.reason(page, name) for name in ("stubborn", "quick", "wrong")], ["timeout", "none", "exit_code"])
        self.assertEqual(page.value("salus_probe_exit_code", probe="wrong"), 3)
        self.assertEqual(page.value("salus_probe_exit_code", probe="stubborn"), None)
        duration = page.value("salus_probe_duration_seconds", probe="stubborn") or 0
        self.assertGreater(duration, 1)
        self.assertLess(duration, 4)
        started: List[int] = [int(line) for line in pids.read_text().splitlines()]
        self.assertGreaterEqual(len(started), 4)
        wait_for(lambda: not any(alive(pid) for pid in started), "the end of all of them", 5)

    def test_a_reload_leaves_what_has_not_changed(self) -> None:
        (nobody,) = web.free_ports(1)
        stays = {"name": "stays", "kind": "tcp", "address": f"127.0.0.1:{nobody}"}
        changes = {"name": "changes", "kind": "tcp", "address": f"127.0.0.1:{nobody}"}
        self.start(stays, changes)
        self.run_probes()
        before = self.run_probes().value("salus_probe_consecutive_failures", probe="stays") or 0
        self.assertGreaterEqual(before, 2)
        self.configure(stays, {**changes, "timeout": "500ms"}, {"name": "new", "kind": "command", "argv": ["true"]})
        self.assertEqual(web.ask(self.port, "/-/reload", "POST").status, 200)
        page = self.page()
        self.assertGreater(page.value("salus_probe_consecutive_failures", probe="stays") or 0, before)
        self.assertLess(page.value("salus_probe_consecutive_failures", probe="changes") or 0, before + 1)
        self.assertEqual(page.value("salus_probe_success", probe="new"), 1)
        self.configure(stays)
        self.assertEqual(web.ask(self.port, "/-/reload", "POST").status, 200)
        self.assertIsNone(self.page().value("salus_probe_success", probe="new"))

    def test_the_page_is_right_for_promtool(self) -> None:
        self.start({"name": "quick", "kind": "command", "argv": ["true"]})
        page = self.run_probes()
        done = subprocess.run(["promtool", "check", "metrics"], input=page.text, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


def expiry(certificate: Path) -> int:
    told = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in", str(certificate)], capture_output=True, text=True, check=True)
    return int(ssl.cert_time_to_seconds(told.stdout.strip().partition("=")[2]))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main()
