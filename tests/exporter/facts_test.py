"""Every fact of a subsystem, broken on the running example service and seen on the running exporter's page.

No containers: the example service's processes write where the shipped configuration reads, below a folder of each
test."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Dict, List, Optional

import yaml
from e2e import overlay, web
from e2e.stack import write_manifests, written_by
from e2e.waiting import wait_for
from exporter.page import Page

EXPORTER = ""
SERVICE = ""

HOUR = 3600.0
STALE_TWO_HOURS = 2 * HOUR - 60  # what a hanging service's files are dated back, less what a test may take
STATES = [
    "orchestrator",
    "portfolio_balancer",
    "model_supervisor",
    "retraining_orchestrator",
    "position_monitor",
    "risk_guard",
    "universe_os",
]
MODELS = ["xgb.json", "lgbm.txt", "nhits.pt", "patchtst.pt"]
CALLERS = ["data_feed", "exchange_connection", "event_executor", *STATES]


class Facts(unittest.TestCase):
    """Services for the subsystems that a test needs, and an exporter with the shipped sources."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config, self.data, self.logs = (Path(folder.name) / name for name in ("config", "data", "logs"))
        for each in (self.config, self.data, self.logs):
            each.mkdir()
        self.services: Dict[str, "subprocess.Popen[bytes]"] = {}
        self.ports: Dict[str, int] = {}
        shipped = overlay.load("deploy/config/exporter.yml")
        places = {overlay.SHIPPED_DATA: str(self.data), overlay.SHIPPED_LOGS: str(self.logs)}
        collectors = overlay.replace_prefixes(shipped, places)["collectors"]
        self.collectors = {name: collectors[name] for name in ("host", "integrity", "subsystems")}

    def work(self, *subsystems: str) -> None:
        """Starts a service for each, and waits until it answers."""
        for name in subsystems:
            (self.ports[name],) = web.free_ports(1)
            files = written_by(self.collectors["subsystems"]["sources"][name])
            words = [word for each in files for word in each.split(" ", 1)]
            for path in words[1::2]:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            flags = [f"--name={name}", f"--port={self.ports[name]}", f"--log={self.logs}/{name}.log"]
            options = [word for flag in flags for word in flag.split("=", 1)]
            self.services[name] = self.start([SERVICE, *options, *words])
        for name in subsystems:
            wait_for(lambda: web.ask(self.ports[name], "/health").status == 200, f"service {name} at work", 20)

    def start(self, command: List[str]) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def stop(self, name: str) -> None:
        self.services[name].kill()
        self.services[name].wait()

    def fault(self, subsystem: str, name: str) -> None:
        self.assertEqual(web.ask(self.ports[subsystem], f"/fault/{name}", "POST").status, 200)

    def export(self) -> None:
        config = self.config / "exporter.yml"
        config.write_text(yaml.safe_dump({"collectors": self.collectors}))
        config.with_name("subsystems.yml").write_bytes((overlay.SOURCE / "deploy/config/subsystems.yml").read_bytes())
        (self.exporter,) = web.free_ports(1)
        self.start([EXPORTER, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{self.exporter}"])
        wait_for(lambda: web.ask(self.exporter, "/-/ready").status == 200, "a ready exporter", 20)

    def page(self) -> Page:
        """What is so now: the exporter looks again before it answers."""
        self.assertEqual(web.ask(self.exporter, "/api/v1/refresh", "POST").status, 200)
        return Page.scrape(self.exporter)

    def becomes(self, expected: Optional[float], family: str, **labels: str) -> None:
        wait_for(lambda: self.page().value(family, **labels) == expected, f"{family}{labels} to be {expected}", 15, 0.2)

    def age(self, subsystem: str) -> float:
        updated = self.page().value("salus_subsystem_last_update_timestamp_seconds", subsystem=subsystem)
        assert updated is not None, subsystem
        return time.time() - updated

    def gets_old(self, subsystem: str) -> None:
        self.assertLess(self.age(subsystem), 60)
        self.fault(subsystem, "hang")
        wait_for(lambda: self.age(subsystem) > STALE_TWO_HOURS, f"an old {subsystem}", 15, 0.2)


class AllThirteen(Facts):
    def test_have_facts(self) -> None:
        subsystems = overlay.load("deploy/config/subsystems.yml")["subsystems"]
        self.work(*(each["name"] for each in subsystems if each["name"] != "logging"))
        self.export()
        page = self.page()
        self.assertEqual(len(subsystems), 13)
        for each in subsystems:
            name, labels = each["name"], {key: each[key] for key in ("trading", "cadence")}
            self.assertEqual(page.value("salus_subsystem_info", subsystem=name, **labels), 1, name)
            for other in each.get("depends_on", []):
                self.assertEqual(page.value("salus_subsystem_depends_on", subsystem=name, depends_on=other), 1, name)
            if name == "ai_model":
                self.assertEqual(page.value("salus_file_set_present", subsystem=name), 4)
            else:
                self.assertEqual(page.value("salus_subsystem_read_success", subsystem=name), 1, name)
                self.assertLess(self.age(name), 60, name)


class DataFeed(Facts):
    def test_gets_old_empty_unreadable_and_missing(self) -> None:
        self.work("data_feed")
        self.export()
        self.becomes(8, "salus_subsystem_items", subsystem="data_feed", item="symbols")
        self.fault("data_feed", "no-symbols")
        self.becomes(0, "salus_subsystem_items", subsystem="data_feed", item="symbols")
        self.fault("data_feed", "none")
        self.becomes(8, "salus_subsystem_items", subsystem="data_feed", item="symbols")
        self.fault("data_feed", "wrong-json")
        self.becomes(0, "salus_subsystem_read_success", subsystem="data_feed")
        page = self.page()
        self.assertEqual(page.value("salus_subsystem_items", subsystem="data_feed", item="symbols"), 8)
        self.assertEqual(page.value("salus_subsystem_state_present", subsystem="data_feed"), 1)
        self.fault("data_feed", "none")
        self.becomes(1, "salus_subsystem_read_success", subsystem="data_feed")
        self.gets_old("data_feed")
        self.stop("data_feed")
        (self.data / "data_feed/universe_snapshot.json").unlink()
        self.becomes(0, "salus_subsystem_state_present", subsystem="data_feed")
        self.becomes(None, "salus_subsystem_last_update_timestamp_seconds", subsystem="data_feed")


class StateFiles(Facts):
    def test_of_the_exchange_and_the_executor_get_old(self) -> None:
        self.work("exchange_connection", "event_executor")
        self.export()
        for name in ("exchange_connection", "event_executor"):
            self.gets_old(name)
        # The executor's time stands inside: a touched file is no cycle.
        self.stop("event_executor")
        os.utime(self.data / "event_executor/state.json")
        self.assertGreater(self.age("event_executor"), STALE_TWO_HOURS)

    def test_of_every_other_subsystem_get_old_and_missing(self) -> None:
        self.work(*STATES)
        self.export()
        for name in STATES:
            self.gets_old(name)
            self.stop(name)
            (self.data / name / "state.json").unlink()
        page = self.page()
        for name in STATES:
            self.assertEqual(page.value("salus_subsystem_state_present", subsystem=name), 0, name)

    def test_count_calls_and_errors_and_begin_again_with_the_service(self) -> None:
        self.work(*CALLERS)
        self.export()
        page = self.page()
        for name in CALLERS:
            self.assertGreaterEqual(page.value("salus_subsystem_calls_total", subsystem=name) or 0, 10, name)
            self.assertEqual(page.value("salus_subsystem_call_errors_total", subsystem=name), 0, name)
        self.fault("risk_guard", "call-errors")
        wait_for(
            lambda: (self.page().value("salus_subsystem_call_errors_total", subsystem="risk_guard") or 0) >= 4,
            "errors of risk_guard",
            15,
        )
        calls = self.page().value("salus_subsystem_calls_total", subsystem="risk_guard") or 0
        self.stop("risk_guard")
        self.work("risk_guard")
        page = self.page()
        self.assertLess(page.value("salus_subsystem_calls_total", subsystem="risk_guard") or 0, calls)
        self.assertEqual(page.value("salus_subsystem_call_errors_total", subsystem="risk_guard"), 0)


class Models(Facts):
    def test_go_one_by_one_and_come_back(self) -> None:
        self.work("ai_model")
        write_manifests(self.data)
        self.export()
        self.assertEqual(self.page().value("salus_file_set_expected", set="models"), 4)
        folder = self.data / "ai_model/models"
        kept = {name: (folder / name).read_bytes() for name in MODELS}
        for left, name in zip((3, 2, 1, 0), MODELS):
            self.assertEqual(self.page().value("salus_file_intact", file=name), 1)
            (folder / name).unlink()
            page = self.page()
            self.assertEqual(page.value("salus_file_set_present", set="models"), left)
            self.assertEqual(page.value("salus_file_present", file=name), 0)
            self.assertIsNone(page.value("salus_file_intact", file=name))
        for name, content in kept.items():
            (folder / name).write_bytes(content)
        self.becomes(4, "salus_file_set_present", set="models")
        self.becomes(1, "salus_file_intact", file="nhits.pt")

    def test_that_change_are_not_intact_whatever_their_size_and_date(self) -> None:
        self.work("ai_model")
        write_manifests(self.data)
        self.export()
        model = self.data / "ai_model/models/xgb.json"
        good, status = model.read_bytes(), model.stat()
        model.write_bytes(good[:-1] + b"x")
        os.utime(model, ns=(status.st_atime_ns, status.st_mtime_ns))
        self.becomes(0, "salus_file_intact", file="xgb.json")
        self.assertEqual(self.page().value("salus_file_intact", file="lgbm.txt"), 1)
        model.write_bytes(good)
        self.becomes(1, "salus_file_intact", file="xgb.json")
        model.write_bytes(good + b"more")
        self.becomes(0, "salus_file_intact", file="xgb.json")
        self.assertEqual(self.page().value("salus_file_size_bytes", file="xgb.json"), len(good) + 4)
        (model.parent / "MANIFEST").write_text("nonsense\n")
        self.becomes(0, "salus_manifest_read_success", subsystem="ai_model")
        self.assertEqual(self.page().value("salus_file_intact", file="xgb.json"), 0)


class DatabaseAndLogs(Facts):
    def test_the_database_file_grows_and_goes(self) -> None:
        self.work("database")
        self.export()
        file = self.data / "database/quantum.db"
        before = self.page().value("salus_file_size_bytes", file="quantum.db")
        with file.open("ab") as database:
            database.write(b"row")
        self.becomes((before or 0) + 3, "salus_file_size_bytes", file="quantum.db")
        file.unlink()
        self.becomes(0, "salus_file_present", file="quantum.db", subsystem="database")
        self.becomes(0, "salus_subsystem_state_present", subsystem="database")

    def test_the_newest_log_gets_old_and_all_go(self) -> None:
        self.work("data_feed", "risk_guard")
        self.export()
        self.assertLess(self.age("logging"), 60)
        for name in ("data_feed", "risk_guard"):
            self.stop(name)
        past = time.time() - HOUR
        for log in self.logs.glob("*.log"):
            os.utime(log, (past, past))
        self.assertGreater(self.age("logging"), HOUR - 1)
        for log in self.logs.glob("*.log"):
            log.unlink()
        self.becomes(0, "salus_subsystem_state_present", subsystem="logging")
        self.becomes(None, "salus_subsystem_last_update_timestamp_seconds", subsystem="logging")


class Machine(Facts):
    def busy(self) -> float:
        page = self.page()
        return sum(page.value("salus_host_cpu_seconds_total", mode=mode) or 0 for mode in ("user", "nice", "system"))

    def test_shows_what_a_load_burns(self) -> None:
        self.export()
        before = self.busy()
        burn = "import time\nwhile time.process_time() < 2: pass"
        subprocess.run([sys.executable, "-c", burn], check=True, timeout=120)
        self.assertGreater(self.busy() - before, 1.8)

    def test_shows_what_a_balloon_takes(self) -> None:
        self.export()

        def available() -> float:
            return self.page().value("salus_host_memory_available_bytes") or 0

        def taken() -> bool:
            # Others take and give back meanwhile: one clear look is enough.
            before = available()
            balloon = self.start_balloon()
            drop = before - available()
            balloon.kill()
            balloon.wait()
            return drop > 200 * 2**20

        wait_for(taken, "a balloon's memory", 30)

    def start_balloon(self) -> "subprocess.Popen[bytes]":
        fill = "b = b'x' * (400 * 2**20)\nprint(flush=True)\ninput()"
        process = subprocess.Popen([sys.executable, "-c", fill], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        assert process.stdout is not None
        process.stdout.readline()
        return process


class Names(Facts):
    def test_that_would_break_the_page_do_not(self) -> None:
        folder = self.data / 'a "strange"\nfolder\\'
        folder.mkdir()
        name = b'latin-\xe9 "quoted"\nand\\slashed'
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text("content")
        done = subprocess.run(["sha256sum", name], cwd=folder, capture_output=True, check=True)
        (folder / "MANIFEST").write_bytes(done.stdout)
        (folder / "state.json").write_text(json.dumps({'key "of"\n/~é': [1, 2]}))
        self.collectors["integrity"]["sources"] = {"ai_model": {"manifest": f"{folder}/MANIFEST"}}
        items = {'it "is"\n\\': '/key "of"\n~1~0é'}
        self.collectors["subsystems"]["sources"] = {
            "data_feed": {"state_file": {"path": f"{folder}/state.json", "items": items}},
            "logging": {"newest_file": f"{self.data}/a*/latin*"},
        }
        self.export()
        page = self.page()
        self.assertEqual(page.value("salus_file_intact", file='latin-\ufffd "quoted"\nand\\slashed'), 1)
        self.assertEqual(page.value("salus_subsystem_items", item='it "is"\n\\'), 2)
        self.assertEqual(page.value("salus_subsystem_state_present", subsystem="logging"), 1)
        checked = subprocess.run(["promtool", "check", "metrics"], input=page.text, capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr + checked.stdout)


if __name__ == "__main__":
    SERVICE = sys.argv.pop()
    EXPORTER = sys.argv.pop()
    unittest.main()
