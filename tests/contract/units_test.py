"""The services run with the limits that were promised, and systemd understands their units."""

import configparser
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from tree import ROOT, ContractTest

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
PROMISED = {
    "Restart": "always",
    "RestartSec": "10",
    "MemoryMax": "512M",
    "CPUQuota": "10%",
    "NoNewPrivileges": "yes",
    "PrivateTmp": "yes",
}


def service(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser["Service"]


class EveryUnit(ContractTest):
    def test_there_is_one_for_each_program(self) -> None:
        self.assertEqual([path.name for path in UNITS], ["salus-exporter.service", "salus-healer.service"])

    def test_keeps_its_limits(self) -> None:
        for path in UNITS:
            for key, value in PROMISED.items():
                with self.subTest(unit=path.name, setting=key):
                    self.assertEqual(service(path).get(key), value, f"{path}: set {key}={value}")

    def test_is_never_root(self) -> None:
        for path in UNITS:
            with self.subTest(unit=path.name):
                self.assertEqual(service(path).get("User"), path.stem, f"{path}: set User={path.stem}")
                self.assertEqual(service(path).get("CapabilityBoundingSet"), "", f"{path}: it needs no capability")

    def test_starts_its_program_with_its_configuration(self) -> None:
        for path in UNITS:
            program, *arguments = service(path)["ExecStart"].split()
            name = path.stem.removeprefix("salus-")
            self.assertEqual(program, f"/usr/bin/{path.stem}")
            self.assertIn(f"--config.file=/etc/salus/{name}.yml", arguments)
            self.assertTrue((ROOT / f"deploy/config/{name}.yml").exists())

    def test_of_the_healer_is_watched_by_systemd(self) -> None:
        healer = service(ROOT / "deploy/systemd/salus-healer.service")
        self.assertEqual(healer.get("Type"), "notify")
        self.assertGreater(int(healer["WatchdogSec"]), 0)

    def test_of_the_healer_has_all_the_time_it_needs_to_read_its_journal(self) -> None:
        healer = service(ROOT / "deploy/systemd/salus-healer.service")
        self.assertEqual(healer.get("TimeoutStartSec"), "infinity")

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_is_valid(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for path in UNITS:
                # The programs are not installed where tests run; systemd only checks that they are executable.
                text = path.read_text(encoding="utf-8").replace(f"/usr/bin/{path.stem}", "/bin/true")
                (Path(folder) / path.name).write_text(text, encoding="utf-8")
            copies = [str(Path(folder) / path.name) for path in UNITS]
            ran = subprocess.run(["systemd-analyze", "verify", "--man=no", *copies], capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stdout + ran.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
