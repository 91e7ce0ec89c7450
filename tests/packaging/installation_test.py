"""`cmake --install` puts every part where the documentation says it is, and the parts name each other."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

BUILD = Path(sys.argv.pop(1))
PREFIX = Path(sys.argv.pop(1))
CONFIGURATION = Path(sys.argv.pop(1))
PROGRAMS = ("salus-exporter", "salus-healer", "salusctl")


class Installation(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = Path(cls.folder.name)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DESTDIR": str(cls.root)}
        subprocess.run(["cmake", "--install", str(BUILD)], env=environment, check=True, capture_output=True, timeout=120)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def at(self, path: Path | str) -> Path:
        return self.root / str(path).lstrip("/")

    def data(self, path: str) -> Path:
        return self.at(PREFIX / "share/salus" / path)

    def test_units_start_the_installed_programs(self) -> None:
        for program in ("exporter", "healer"):
            unit = self.at(PREFIX / f"lib/systemd/system/salus-{program}.service").read_text(encoding="utf-8")
            started = re.search(r"^ExecStart=(\S+)", unit, re.MULTILINE)
            self.assertEqual(started[1] if started else None, str(PREFIX / f"bin/salus-{program}"))
            self.assertTrue(self.at(str(PREFIX / f"bin/salus-{program}")).exists())
            user = self.at(PREFIX / f"lib/sysusers.d/salus-{program}.conf").read_text(encoding="utf-8")
            self.assertIn(f"u salus-{program} ", user)

    def test_prometheus_loads_the_installed_rules_and_the_operators(self) -> None:
        loaded = yaml.safe_load(self.data("prometheus/prometheus.yml").read_text(encoding="utf-8"))["rule_files"]
        self.assertEqual(loaded, [str(PREFIX / "share/salus/rules/*.rules.yml"), str(CONFIGURATION / "salus/rules/*.rules.yml")])
        self.assertGreater(len(list(self.data("rules").glob("*.rules.yml"))), 10)
        self.assertEqual(list(self.data("rules").glob("*.test.yml")), [])

    def test_every_alert_has_its_runbook(self) -> None:
        for file in self.data("rules").glob("*.rules.yml"):
            for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
                for rule in group["rules"]:
                    if "alert" in rule:
                        self.assertTrue(self.data(f"runbooks/{rule['alert']}.md").exists(), rule["alert"])

    def test_what_an_operator_edits_is_below_etc(self) -> None:
        files = sorted(str(path.relative_to(self.at(CONFIGURATION))) for path in self.at(CONFIGURATION).rglob("*") if path.is_file())
        self.assertEqual(files, ["default/salus-exporter", "default/salus-healer", "salus/rules/README.md", "salus/web.yml"])

    def test_manual_pages_have_every_subcommand_and_option(self) -> None:
        for program in PROGRAMS:
            page = self.at(PREFIX / f"share/man/man{'1' if program == 'salusctl' else '8'}")
            text = (page / f"{program}.{page.name[-1]}").read_text(encoding="utf-8").replace("\\-", "-")
            shown = subprocess.run([self.at(PREFIX / "bin" / program), "--help"], capture_output=True, text=True, check=True).stdout
            for option in re.findall(r"^  (?:-\w,)?(--[\w.-]+)", shown, re.MULTILINE):
                self.assertIn(option, text)
            for subcommand in re.findall(r"^  ([a-z]+)  ", shown, re.MULTILINE):
                self.assertRegex(text, rf"(?m)^\.SS {subcommand}\b")

    def test_bash_completes_subcommands_and_options(self) -> None:
        script = self.at(PREFIX / "share/bash-completion/completions/salusctl")
        ask = 'source "$1"; COMP_WORDS=(salusctl "${@:2}"); COMP_CWORD=$(($# - 1)); _salusctl; printf "%s\\n" "${COMPREPLY[@]}"'
        for typed, expected in ((["pol"], ["policy"]), (["policy", "ho"], ["hold"]), (["policy", "hold", "--rea"], ["--reason"])):
            done = subprocess.run(["bash", "-c", ask, "bash", script, *typed], capture_output=True, text=True, check=True, cwd=self.root)
            self.assertEqual(done.stdout.split(), expected)

    def test_every_shell_has_completions_of_every_program(self) -> None:
        for program in PROGRAMS:
            for path in (f"bash-completion/completions/{program}", f"zsh/vendor-completions/_{program}", f"fish/vendor_completions.d/{program}.fish"):
                self.assertIn("config.file" if program != "salusctl" else "policy", self.at(PREFIX / "share" / path).read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
