"""The weekly report of a history that is known, made by the real program from a real Prometheus: every figure equals the truth."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timezone
from pathlib import Path
from typing import ClassVar

from e2e import web
from e2e.waiting import wait_for
from healer.reports import history

SALUSCTL = ""
REPORT = "WEEKLY_HEALTH_REPORT_2025-12-22"


class Prometheus:
    """One that holds a part of the history and scrapes nothing."""

    def __init__(self, folder: Path, begin: int):
        data = folder / "data"
        text = folder / "history.txt"
        for document in history.open_metrics(begin):
            text.write_text(document)
            subprocess.run(
                ["promtool", "tsdb", "create-blocks-from", "-q", "openmetrics", str(text), str(data)],
                check=True, stdout=subprocess.DEVNULL, timeout=120,
            )
        rules = folder / "alerts.rules.yml"
        rules.write_text(
            "groups: [{name: g, rules: [{alert: ContainerDown, expr: vector(0) > 1}, {alert: HostDiskFull, expr: vector(0) > 1},"
            " {alert: LogRotationDue, expr: vector(0) > 1}]}]\n"
        )
        config = folder / "prometheus.yml"
        config.write_text(f"rule_files: [{rules}]\n")
        self.port = web.free_ports(1)[0]
        self.log = (folder / "prometheus.log").open("w")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=10y",
             f"--web.listen-address=127.0.0.1:{self.port}"],
            stdout=self.log, stderr=self.log,
        )
        try:
            wait_for(lambda: web.ask(self.port, "/-/ready").status == 200, "Prometheus is ready", 60)
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()


def salusctl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SALUSCTL, *arguments], capture_output=True, text=True, timeout=60)


def row(markdown: str, first: str, section: str = "") -> list[str]:
    """The cells of the first row that begins with `first`, below the heading `section`."""
    below = markdown[markdown.index(f"## {section}\n") :] if section else markdown
    for line in below.splitlines():
        cells = [re.sub(r"^(✅|⚠️|❌|❔) ", "", cell.strip()) for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and cells and re.sub(r"^\[(.*)\]\(.*\)$", r"\1", cells[0]) == first:
            return cells
    raise AssertionError(f"no row {first} in\n{below[:4000]}")


def utc(time: int) -> str:
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


class WholeHistory(unittest.TestCase):
    folder: ClassVar[Path]
    markdown: ClassVar[str]
    page: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-report-", dir="/var/tmp")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        prometheus = Prometheus(cls.folder, history.START)
        cls.addClassCleanup(prometheus.stop)
        out = cls.folder / "reports"
        for week in range(8):
            to = datetime.fromtimestamp(history.START + (week + 1) * history.WEEK, timezone.utc).isoformat()
            cls.made = salusctl(
                "report", "weekly", "--prometheus", prometheus.url, "--to", to, "--out", str(out), "--stack", "Quantum Trader"
            )
            if cls.made.returncode != 0:
                raise AssertionError(cls.made.stderr)
        cls.markdown = (out / f"{REPORT}.md").read_text()
        cls.page = (out / f"{REPORT}.html").read_text()
        if keep := os.environ.get("KEEP_REPORT"):
            shutil.copytree(out, keep, dirs_exist_ok=True)

    def test_files_are_there_and_private(self) -> None:
        for ending in ("md", "html", "json"):
            mode = stat.S_IMODE((self.folder / "reports" / f"{REPORT}.{ending}").stat().st_mode)
            self.assertEqual(0o640, mode)
        self.assertIn(f"{REPORT}.md\nhealth score: ", self.made.stdout)
        self.assertIn("Weekly Health Check: ", self.made.stdout + self.made.stderr)

    def test_coverage_tells_the_monitors_own_gap(self) -> None:
        minutes = history.WEEK // 60 - history.OWN_GAP.seconds // 60
        self.assertIn(f"{5 * minutes} of {5 * history.WEEK // 60} expected samples were received (99.702 %), one every 1 min.", self.markdown)
        gap = row(self.markdown, utc(history.OWN_GAP.begin - 60), "Data coverage")
        # From the last sample before it to the first after it: nothing is known in between.
        self.assertEqual([utc(history.OWN_GAP.end), "31 min"], gap[1:])

    def check_service(self, name: str, down: str, outages: str, longest: str, mttr: str, budget: str) -> None:
        cells = row(self.markdown, name, "Availability")
        self.assertEqual([down, "31 min", outages, longest, mttr], cells[3:8], cells)
        self.assertEqual(budget, cells[9], cells)

    def test_availability_of_each_service(self) -> None:
        self.check_service(history.BOT, "18 min", "2", "12 min", "9 min", "178.6 %")
        self.check_service(history.REDIS, "3 min", "1", "3 min", "3 min", "29.8 %")
        self.check_service(history.GRAFANA, "0 s", "0", "–", "–", "0 %")
        # Down from the window's beginning: counted as far as it is in the window, and no mean is made of it.
        self.check_service(history.POSTGRES, "4 min", "1", "4 min", "–", "39.7 %")
        self.check_service("event_executor", "18 min", "2", "12 min", "9 min", "178.6 %")
        known = history.WEEK - 31 * 60
        self.assertEqual(f"{100 * (1 - 18 * 60 / known):.3f} %", row(self.markdown, history.BOT, "Availability")[2])

    def test_outages_have_their_times_and_marks(self) -> None:
        outages = self.markdown[self.markdown.index("### Outages") :]
        outage = history.OUTAGES[history.BOT][1]
        self.assertIn(f"| {history.BOT} | {utc(outage.begin)} | {utc(outage.end)} | 12 min | – |", outages)
        self.assertIn(f"| {history.POSTGRES} | {utc(history.LAST)} | {utc(history.LAST + 240)} | 4 min † | – |", outages)

    def test_alerts_fired_and_flapped(self) -> None:
        self.assertEqual(["3", "20 min", "1", "–", "–"], row(self.markdown, "ContainerDown", "Alerts")[1:])
        self.assertIn("1 alert did not fire: HostDiskFull.", self.markdown)

    def test_logs_tell_the_surge(self) -> None:
        errors = history.errors(history.END) - history.errors(history.LAST)
        cells = row(self.markdown, history.POSTGRES, "Logs")
        # The last hour ends with the window; its end is the last scrape before it.
        self.assertEqual("353", cells[1])
        self.assertAlmostEqual(errors, int(cells[2]), delta=1)
        self.assertEqual(["353", "482"], row(self.markdown, utc(history.SURGE.begin), "Logs")[1:])
        self.assertIn("1 of 168 known hours had at least 5 critical events or 50 errors; 0 hours of the window are unknown.", self.markdown)

    def test_capacity_tells_disk_leak_certificate_and_old_images(self) -> None:
        self.assertEqual(["40 GiB", "200 GiB", "20 days"], row(self.markdown, "/", "Capacity")[1:])
        leak = row(self.markdown, history.LEAKING, "Capacity")
        self.assertEqual(["+24 MiB", "it only grows"], leak[3:])
        self.assertEqual("–", row(self.markdown, history.GRAFANA, "Capacity")[4])
        self.assertEqual(["2026-01-01", "10 d"], row(self.markdown, "api", "Capacity")[1:])
        old = f"older than the newest of their name on this machine: {history.BOT} (1 of {len(history.CONTAINERS)} containers)."
        self.assertIn(old, self.markdown)

    def test_regressions_are_told_from_what_stayed(self) -> None:
        api = row(self.markdown, "api", "Regressions")
        self.assertEqual(["100 ms", "180 ms", "under 0.1 %", "worse"], api[1:])
        self.assertEqual("not worse", row(self.markdown, "steady", "Regressions")[4])
        calls = row(self.markdown, "exchange_connection", "Regressions")
        self.assertRegex(calls[1], rf"^{history.ERRORS_BEFORE - 1}|{history.ERRORS_BEFORE} of ")
        self.assertRegex(calls[2], r"^(89|90) of ")
        self.assertEqual("worse", calls[4])

    def test_the_score_adds_up(self) -> None:
        memory = json.loads((self.folder / "reports" / f"{REPORT}.json").read_text())
        section = self.markdown[self.markdown.index("### Score breakdown") : self.markdown.index("## Data coverage")]
        deducted = [int(points) for points in re.findall(r"\| (?:✅|⚠️) (?:−)?(\d+) \|", section)]
        self.assertEqual(memory["score"], 100 - sum(deducted))
        self.assertLessEqual(memory["score"], 69)
        self.assertIn("at most: some of the data is unknown", self.markdown)
        self.assertIn("| Validation | ❔ unknown |", section)

    def test_trends_tell_eight_weeks(self) -> None:
        trends = self.markdown[self.markdown.index("## Trends") : self.markdown.index("## Appendix")]
        weeks = re.findall(r"^\| (2025-\d\d-\d\d) \| (\d+) \| ([\d.]+) %", trends, re.MULTILINE)
        self.assertEqual(8, len(weeks), trends)
        self.assertEqual("2025-11-03", weeks[0][0])
        # A day of each of the first six was looked at, of which so many minutes were down.
        for number, (_, _, availability) in enumerate(weeks[:6], 1):
            self.assertAlmostEqual(100 * (1 - number / (24 * 60)), float(availability), delta=0.005)
        self.assertIn("since the previous week (", self.markdown)

    def test_three_things_to_do_have_runbooks(self) -> None:
        first = self.markdown[self.markdown.index("## Recommended actions") : self.markdown.index("### Score breakdown")]
        self.assertEqual(3, len(re.findall(r"^\d\. .*\[Runbook\]\(<https://\S+/runbooks/\w+\.md>\)$", first, re.MULTILINE)), first)
        self.assertIn("1. event_executor was down for 18 min in 2 outages, 178.6 % of its error budget.", first)

    def test_pages_need_nothing_else_and_hold_no_nonsense(self) -> None:
        for text in (self.markdown, self.page):
            for nonsense in (r"\bnan\b", r"\binf\b", "1970-01-01", r"\bnull\b"):
                self.assertIsNone(re.search(nonsense, text, re.IGNORECASE), nonsense)
        self.assertNotRegex(self.page, r"<script|<link|<img|src=|@import|url\(")
        self.assertGreaterEqual(self.page.count("<svg"), 3)


class Degraded(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-report-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def make(self, *arguments: str) -> str:
        made = salusctl("report", "weekly", "--to", "2025-12-22T04:00:00Z", "--out", str(self.folder / "out"), *arguments)
        self.assertEqual(0, made.returncode, made.stderr)
        text = (self.folder / "out" / f"{REPORT}.md").read_text()
        for nonsense in (r"\bnan\b", r"\binf\b", "1970-01-01"):
            self.assertIsNone(re.search(nonsense, text, re.IGNORECASE), nonsense)
        return text

    def test_without_prometheus_the_report_says_so_in_every_section(self) -> None:
        text = self.make("--prometheus", f"http://127.0.0.1:{web.free_ports(1)[0]}")
        self.assertIn("**unknown** health score", text)
        for sentence in (
            "Availability from 2025-12-15 04:00 UTC to 2025-12-22 04:00 UTC is unknown: Prometheus could not be queried",
            "Availability is unknown: Prometheus could not be queried",
            "Alerts are unknown:", "Log events are unknown:", "Disk space is unknown:", "Latencies are unknown:",
            "Incidents and actions are unknown: it was not queried.", "The five phases are unknown: it was not run.",
        ):
            self.assertIn(sentence, text)

    def test_two_days_of_data_are_called_two_days(self) -> None:
        prometheus = Prometheus(self.folder, history.END - 2 * history.DAY)
        self.addCleanup(prometheus.stop)
        text = self.make("--prometheus", prometheus.url)
        bot = row(text, history.BOT, "Availability")
        self.assertEqual(["100 %", "0 s", "5 d", "0"], bot[2:6])
        self.assertRegex(text, r"expected samples were received \(28\.\d %\)")
        self.assertIn("Monitoring itself was down 2 times, 5 d in total", text)
        self.assertIn("too few samples", text)
        self.assertIn("unknown, unknown, unknown, unknown, unknown, ", text)  # days of logs


if __name__ == "__main__":
    SALUSCTL = sys.argv.pop(1)
    unittest.main(verbosity=2)
