"""Every fact about the example stack reaches Prometheus, and is another when the stack is broken there. No healer: nothing is fixed."""

import contextlib
import os
import socket
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from e2e import overlay
from e2e.case import RigCase, become_root, programs
from e2e.engine import Engine
from e2e.folder import RunFolder
from e2e.monitoring import Monitoring
from e2e.rig import Announce, Rig
from e2e.stack import Stack
from e2e.waiting import wait_for

HOUR = 3600.0


class Watched(Rig):
    """Engine, stack, exporter and Prometheus."""

    def start(self, announce: Announce = lambda what: None) -> None:
        self.engine = Engine(self.folder)
        self.stack = Stack(
            self.engine,
            self.programs.example_service,
            self.folder.directory("stack"),
            self.folder.file("policy", "policy.json"),
        )
        self.stack.start()
        self.monitoring = Monitoring(self.folder, self.programs, self._places(), self.production_intervals)
        self.monitoring.start_exporter()
        self.monitoring.start_prometheus()
        wait_for(lambda: self.monitoring.query("salus_subsystem_info"), "the first scrape", 30)


class FactsTest(RigCase):
    sources: Dict[str, Dict[str, Any]]

    @classmethod
    def make_rig(cls, folder: RunFolder) -> Rig:
        return Watched(folder, programs())

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sources = overlay.load("deploy/config/exporter.yml")["collectors"]["subsystems"]["sources"]
        subsystems = overlay.load("deploy/config/subsystems.yml")["subsystems"]
        cls.containers = {one["name"]: one.get("container", "") for one in subsystems}

    def value(self, query: str) -> Optional[float]:
        """Of the one series that the query gives; None when there is none."""
        found = self.rig.monitoring.query(query)
        self.assertLessEqual(len(found), 1, query)
        return float(found[0]["value"][1]) if found else None

    def until(self, query: str, what: str, seconds: float = 20) -> None:
        """Until the comparison is true of a series in Prometheus."""
        wait_for(lambda: self.value(query) is not None, f"{what}: {query}", seconds)

    def local(self, shipped: str) -> Path:
        """Where this run keeps a file of the shipped configuration."""
        stack = self.rig.stack
        prefixes = {overlay.SHIPPED_DATA: str(stack.data), overlay.SHIPPED_LOGS: str(stack.logs)}
        return Path(overlay.replace_prefixes(shipped, prefixes))

    @contextlib.contextmanager
    def fault(self, subsystem: str, name: str) -> Iterator[None]:
        """The program behind a subsystem fails in that way."""
        container = self.containers[subsystem]
        self.rig.stack.fault(container, name)
        try:
            yield
        finally:
            self.rig.stack.fault(container, "none")

    @contextlib.contextmanager
    def standing_still(self, subsystem: str) -> Iterator[None]:
        """Nothing writes the subsystem's files."""
        container = self.containers[subsystem]
        self.rig.engine.docker("pause", container)
        try:
            yield
        finally:
            self.rig.engine.docker("unpause", container)

    # ---- each subsystem ----------------------------------------------------------------------

    def test_all_thirteen_subsystems_flow_into_prometheus(self) -> None:
        self.assertEqual(len(self.containers), 13)
        missing: List[str] = []
        for name in self.containers:
            wanted = [f'salus_subsystem_info{{subsystem="{name}"}} == 1']
            source = self.sources[name]
            if "state_file" in source or "newest_file" in source:
                wanted.append(f'salus_subsystem_state_present{{subsystem="{name}"}} == 1')
                wanted.append(f'salus_subsystem_read_success{{subsystem="{name}"}} == 1')
                wanted.append(f'time() - salus_subsystem_last_update_timestamp_seconds{{subsystem="{name}"}} < {HOUR}')
            for item in source.get("state_file", {}).get("items", {}):
                wanted.append(f'salus_subsystem_items{{subsystem="{name}",item="{item}"}} > 0')
            for files in source.get("file_sets", {}):
                wanted.append(f'salus_file_set_present{{subsystem="{name}",set="{files}"}} > 0')
            missing += [query for query in wanted if not self.comes(query)]
        self.assertEqual(missing, [])

    def comes(self, query: str) -> bool:
        try:
            self.until(query, "a fact", 10)
        except Exception:
            return False
        return True

    def test_the_age_of_each_state_file(self) -> None:
        for name, source in self.sources.items():
            if "state_file" not in source or not self.containers[name].startswith("quantum_"):
                continue
            with self.subTest(name), self.standing_still(name):
                path = self.local(source["state_file"]["path"])
                then = time.time() - 2 * HOUR
                if "time" in source["state_file"]:
                    path.write_text(f'{{"last_cycle": {then:.3f}, "calls": 0, "errors": 0}}')
                else:
                    os.utime(path, (then, then))
                series = f'salus_subsystem_last_update_timestamp_seconds{{subsystem="{name}"}}'
                self.until(f"abs({series} - {then:.3f}) < 1", "the old time")
                kept = path.read_bytes()
                path.unlink()
                self.until(f'salus_subsystem_state_present{{subsystem="{name}"}} == 0', "a file that is gone")
                path.write_bytes(kept)
                self.until(f'salus_subsystem_state_present{{subsystem="{name}"}} == 1', "the file again")

    def test_a_hanging_event_loop(self) -> None:
        with self.fault("event_executor", "hang"):
            self.until('time() - salus_subsystem_last_update_timestamp_seconds{subsystem="event_executor"} > 3600', "an old cycle")
        self.until('time() - salus_subsystem_last_update_timestamp_seconds{subsystem="event_executor"} < 60', "cycles again")

    def test_a_universe_without_symbols(self) -> None:
        with self.fault("data_feed", "no-symbols"):
            self.until('salus_subsystem_items{subsystem="data_feed",item="symbols"} == 0', "no symbols")
        self.until('salus_subsystem_items{subsystem="data_feed",item="symbols"} > 0', "symbols again")

    def test_half_written_documents(self) -> None:
        with self.fault("data_feed", "wrong-json"):
            self.until('salus_subsystem_read_success{subsystem="data_feed"} == 0', "a document that cannot be read")
            self.until('salus_subsystem_items{subsystem="data_feed",item="symbols"} > 0', "the last good count")
        self.until('salus_subsystem_read_success{subsystem="data_feed"} == 1', "whole documents again")

    def test_model_files_one_by_one(self) -> None:
        models = [self.local(path) for path in self.sources["ai_model"]["file_sets"]["models"]]
        present = 'salus_file_set_present{set="models"}'
        self.until(f"{present} == 4", "all models")
        for count, model in enumerate(models, 1):
            model.rename(model.with_suffix(".away"))
            self.until(f"{present} == {4 - count}", "fewer models")
        self.assertEqual(self.value('salus_file_set_expected{set="models"}'), 4)
        for model in models:
            model.with_suffix(".away").rename(model)
        self.until(f"{present} == 4", "all models again")

    def test_the_database_file(self) -> None:
        file = self.local(self.sources["database"]["state_file"]["path"])
        kept = file.read_bytes()
        self.until(f'salus_file_size_bytes{{file="{file.name}"}} == {len(kept)}', "its size")
        file.write_bytes(kept + b"more")
        self.until(f'salus_file_size_bytes{{file="{file.name}"}} == {len(kept) + 4}', "another size")
        file.unlink()
        self.until(f'salus_file_present{{file="{file.name}"}} == 0', "no file")
        file.write_bytes(kept)
        self.until(f'salus_file_present{{file="{file.name}"}} == 1', "the file again")

    def test_the_newest_log(self) -> None:
        writers = sorted(self.rig.stack.tenants)
        self.rig.engine.docker("pause", *writers)
        try:
            then = time.time() - 2 * HOUR
            logs = list(self.rig.stack.logs.glob("*.log"))
            for log in logs:
                os.utime(log, (then, then))
            series = 'salus_subsystem_last_update_timestamp_seconds{subsystem="logging"}'
            self.until(f"abs({series} - {then:.3f}) < 1", "only old logs")
            for log in logs:
                log.rename(log.with_suffix(".away"))
            self.until('salus_subsystem_state_present{subsystem="logging"} == 0', "no logs")
            for log in logs:
                log.with_suffix(".away").rename(log)
        finally:
            self.rig.engine.docker("unpause", *writers)
        self.until('time() - salus_subsystem_last_update_timestamp_seconds{subsystem="logging"} < 60', "new lines")

    def test_failing_calls(self) -> None:
        errors = 'rate(salus_subsystem_call_errors_total{subsystem="event_executor"}[10s])'
        calls = 'rate(salus_subsystem_calls_total{subsystem="event_executor"}[10s])'
        self.until(f"{calls} > 0", "calls", 30)
        with self.fault("event_executor", "call-errors"):
            self.until(f"{errors} / {calls} > 0.1", "an error rate", 30)
        self.until(f"{errors} == 0", "no errors again", 40)

    def test_dependencies(self) -> None:
        for child, parent in (("event_executor", "ai_model"), ("model_supervisor", "ai_model")):
            self.until(f'salus_subsystem_depends_on{{subsystem="{child}",depends_on="{parent}"}} == 1', "a dependency")

    # ---- containers --------------------------------------------------------------------------

    def test_a_container_that_stops(self) -> None:
        container, engine = "quantum_nginx", self.rig.engine
        self.until(f'salus_container_running{{container="{container}"}} == 1', "it runs")
        engine.docker("stop", "-t", "0", container)
        self.until(f'salus_container_running{{container="{container}"}} == 0', "it does not run")
        self.until(f'salus_container_state{{container="{container}",state="exited"}} == 1', "its state")
        before = self.value(f'salus_container_restarts_total{{container="{container}"}}') or 0
        engine.docker("start", container)
        self.until(f'salus_container_restarts_total{{container="{container}"}} == {before + 1:g}', "one restart more")

    def test_required_variables(self) -> None:
        self.until('min(salus_container_env_present{container="quantum_trading_bot"}) == 1', "all variables")

    # ---- the machine -------------------------------------------------------------------------

    def test_a_busy_processor(self) -> None:
        busy = 'sum(rate(salus_host_cpu_seconds_total{mode="user"}[25s]))'
        with subprocess.Popen(["/usr/bin/python3", "-c", "while True: pass"]) as burner:
            try:
                self.until(f"{busy} > 0.4", "a busy processor", 60)
            finally:
                burner.kill()

    def test_memory_in_use(self) -> None:
        size = 1 << 30
        before = self.value("salus_host_memory_available_bytes") or 0
        hold = f"x = bytearray({size}); x[::4096] = b'x' * len(x[::4096]); input()"
        with subprocess.Popen(["/usr/bin/python3", "-c", hold], stdin=subprocess.PIPE) as holder:
            try:
                self.until(f"salus_host_memory_available_bytes < {before - size / 2:.0f}", "less memory", 60)
            finally:
                holder.kill()

    def test_connections(self) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
            held = [socket.create_connection(server.getsockname()) for _ in range(200)]
            self.until('salus_host_connections{protocol="tcp",state="established"} > 300', "many connections", 40)
            for connection in held:
                connection.close()

    def test_disk_space(self) -> None:
        mount = 'salus_host_filesystem_avail_bytes{mountpoint="/"}'
        before = self.value(mount) or 0
        with self.rig.folder.file("large").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 1 << 30)
            self.until(f"{mount} < {before - (1 << 29):.0f}", "less space", 40)
        self.rig.folder.file("large").unlink()


if __name__ == "__main__":
    become_root()
    unittest.main()
