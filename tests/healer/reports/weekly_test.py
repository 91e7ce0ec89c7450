"""The weekly report of a history that is known, made by the real program from a real Prometheus: every figure equals the truth."""

import json
import math
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
RUNBOOK = "https://wiki.example.org/container-down"
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
            " {alert: LogRotationDue, expr: vector(0) > 1}]}]\n".replace("{alert: ContainerDown,", "{alert: ContainerDown, annotations: {runbook_url: " + RUNBOOK + "},")
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


def rows(markdown: str, section: str, first: str) -> list[list[str]]:
    """All rows of the table whose first column is named `first`, below the heading `section`, without signs and links."""
    lines = markdown[re.search(rf"^##+ {re.escape(section)}$", markdown, re.MULTILINE).end() :].splitlines()  # type: ignore[union-attr]
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            return found
        cells = [re.sub(r"^(✅|⚠️|❌|❔) ", "", cell.strip()) for cell in line.strip().strip("|").split(" | ")]
        found.append([re.sub(r"^\[(.*)\]\(.*\)$", r"\1", cell.strip()) for cell in cells])
    return found


def figure(cell: str) -> float:
    """The number that a cell begins with."""
    match = re.match(r"[+−-]?[\d.]+", cell)
    if match is None:
        raise AssertionError(f"no figure in {cell!r}")
    return float(match.group().replace("−", "-"))


def utc(time: int) -> str:
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%d %H:%M UTC" if time % 60 == 0 else "%Y-%m-%d %H:%M:%S UTC")


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
        history.write_journal(cls.folder / "journal.db")
        for week in range(8):
            to = datetime.fromtimestamp(history.START + (week + 1) * history.WEEK, timezone.utc).isoformat()
            cls.made = salusctl(
                "report", "weekly", "--prometheus", prometheus.url, "--to", to, "--out", str(out), "--stack", "Quantum Trader",
                "--journal", str(cls.folder / "journal.db"),
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
        self.assertIn(f"{REPORT}.md\nweekly score: ", self.made.stdout)
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

    def test_every_figure_of_the_availability_table(self) -> None:
        known = history.WEEK - 31 * 60
        trading = {"event_executor": "critical", history.BOT: "critical", history.REDIS: "partial", history.POSTGRES: "partial", history.GRAFANA: "none"}
        down = {"event_executor": 18, history.BOT: 18, history.REDIS: 3, history.POSTGRES: 4, history.GRAFANA: 0}
        began = {"event_executor": 2, history.BOT: 2, history.REDIS: 1, history.POSTGRES: 0, history.GRAFANA: 0}
        table = {cells[0]: cells for cells in rows(self.markdown, "Availability", "service")}
        self.assertEqual(set(trading), set(table), "a deleted container has no row")
        for name, minutes in down.items():
            cells = table[name]
            self.assertEqual(trading[name], cells[1])
            self.assertAlmostEqual(100 * (1 - minutes * 60 / known), figure(cells[2]), delta=0.0006, msg=name)
            hours = (known - minutes * 60) / began[name] / 3600 if began[name] else 0
            self.assertEqual(f"{hours // 24:.0f} d {int(hours % 24)} h" if hours else "–", cells[8], name)
            self.assertAlmostEqual(100 * minutes * 60 / (history.WEEK / 1000), figure(cells[9]), delta=0.06, msg=name)
            self.assertAlmostEqual(minutes * 60 / known * 1000, figure(cells[10]), delta=0.06, msg=name)

    def test_an_outage_of_a_container_is_one_row(self) -> None:
        names = sorted(cells[0] for cells in rows(self.markdown, "Outages", "service"))
        self.assertEqual(sorted([history.BOT, history.BOT, history.REDIS, history.POSTGRES]), names)

    def test_restarts_and_oom_kills_are_exact(self) -> None:
        table = {cells[0]: cells[1:] for cells in rows(self.markdown, "Restarts and OOM kills", "container")}
        self.assertEqual({name: [str(history.RESTARTS[name]), str(history.OOM_KILLS[name])] for name in history.CONTAINERS}, table)

    def test_alerts_fired_and_flapped(self) -> None:
        self.assertEqual([["ContainerDown", "3", "20 min", "1", "–", "–"]], rows(self.markdown, "Alerts", "alert"))
        self.assertIn("1 alert did not fire: HostDiskFull.", self.markdown)
        self.assertIn(f"[ContainerDown](<{RUNBOOK}>)", self.markdown)

    def test_every_figure_of_the_journal(self) -> None:
        self.assertIn(
            f"4 incidents: 1 exhausted, 2 healed, 1 resolved, in {history.INCIDENT_OUTAGES} outages. Tasks ran 8 times. "
            "Time from alert to healed: 5 min (median), 5 min (maximum).",
            self.markdown,
        )
        numbers = history.numbers()
        result = {"resolved": "nothing", "healed": "{} (success)", "exhausted": "{} (failure)"}
        expected = [
            [f"INC-{numbers[f'incident{number}']}", utc(began + 5), name, "ContainerDown",
             result[state].format(f"container_restart of {name}"), "–", state, f"{(ended - began) // 60} min" if ended else "open"]
            for number, (name, began, ended, state) in enumerate(history.INCIDENTS)
        ]
        found = rows(self.markdown, "Incidents and healing", "incident")
        self.assertEqual(sorted(expected), sorted([[cell.replace("\\_", "_") for cell in cells] for cells in found]))
        self.assertEqual(
            [["APR-1", f"INC-{numbers['incident3']}", "rebuild the stack", utc(history.APPROVAL_ASKED)]], rows(self.markdown, "Pending approvals", "approval")
        )
        tasks = [
            [task.name, str(len(task.outcomes)), str(task.failures), utc(task.time(len(task.outcomes) - 1)),
             "succeeded" if task.outcomes[-1] == "success" else "failed: no space left"]
            for task in history.TASKS
        ]
        self.assertEqual(tasks, [[cell.replace("\\_", "_") for cell in cells] for cells in rows(self.markdown, "Tasks", "task")])
        decisions = [[cell.replace("\\_", "_") for cell in cells] for cells in rows(self.markdown, "Tasks", "decision")]
        self.assertEqual([["action", "container_restart: failure", "1"], ["action", "container_restart: success", "2"]], decisions)
        policies = [[cell.replace("\\_", "_") for cell in cells] for cells in rows(self.markdown, "Tasks", "safety policy")]
        self.assertEqual([["allow_all", "6 d 22 h"], ["defensive_exit", "2 h"]], policies)
        self.assertEqual([[utc(history.LAST + 5 * history.DAY), "ada", "pause for 1h", "deployment"]], rows(self.markdown, "Tasks", "when"))

    def test_every_figure_of_the_logs(self) -> None:
        last = history.END - 5 * history.MINUTE  # the last scrape
        errors = history.errors(last) - history.errors(history.LAST)
        table = rows(self.markdown, "Logs", "source")
        young, deleted = history.YOUNG_EVENTS, history.DELETED_EVENTS
        self.assertEqual(
            [
                [history.POSTGRES, "353", str(errors), str((last - history.LAST) // history.HOUR), "12, 12, 12, 847, 12, 12, 11"],
                [history.YOUNG, str(young["critical"]), str(young["error"]), str(young["warning"]), "0, 0, 7, 0, 0, 0, 0"],
                [history.DELETED, str(deleted["critical"]), str(deleted["error"]), str(deleted["warning"]), "4, 0, 0, 0, 0, 0, 0"],
            ],
            table,
        )
        self.assertEqual([[utc(history.SURGE.begin), "353", "482"]], rows(self.markdown, "Logs", "hour from"))
        self.assertIn("1 of 168 known hours had at least 5 critical events or 50 errors; 0 hours of the window are unknown.", self.markdown)

    def test_the_health_score_is_that_of_the_rules(self) -> None:
        values = [60 if time in history.LOW_HEALTH else 100 for time in history.sampled(5 * history.MINUTE)]
        average = sum(values) / len(values)
        self.assertIn(f"Health score: {average:.1f} on average, 60.0 at the lowest, of 100.", self.markdown)

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

    def test_every_figure_of_the_score(self) -> None:
        memory = json.loads((self.folder / "reports" / f"{REPORT}.json").read_text())
        budget = history.WEEK / 1000
        outages = 20 * (18 * 60 / budget) / 4 + 10 * (3 * 60 / budget) / 4 + 10 * (4 * 60 / budget) / 4
        points = {
            "Availability": math.ceil(outages), "Healing": 5, "Tasks": 3, "Approvals": 2, "Logs": 1, "Regressions": 4,
            "Capacity": 5, "Data coverage": 0,
        }
        table = {cells[0]: cells[1:] for cells in rows(self.markdown, "Score breakdown", "item")}
        self.assertEqual("unknown", table.pop("Validation")[0])
        self.assertEqual({name: float(-value) for name, value in points.items()}, {name: figure(cells[0]) for name, cells in table.items()})
        self.assertEqual(100 - sum(points.values()), memory["score"])
        self.assertIn(f"**{memory['score']}** of 100, weekly score, at most: some of the data is unknown", self.markdown)

    def test_trends_tell_eight_weeks(self) -> None:
        trends = self.markdown[self.markdown.index("## Trends") : self.markdown.index("## Appendix")]
        weeks = re.findall(r"^\| (2025-\d\d-\d\d) \| (\d+) \| ([\d.]+) %", trends, re.MULTILINE)
        self.assertEqual(8, len(weeks), trends)
        self.assertEqual("2025-11-03", weeks[0][0])
        # A day of each of the first six was looked at, of which so many minutes were down.
        for number, (_, _, availability) in enumerate(weeks[:6], 1):
            self.assertAlmostEqual(100 * (1 - number / (24 * 60)), float(availability), delta=0.005)
        self.assertIn("since the previous week (", self.markdown)
        week, score, availability, incidents, heal, alerts, errors, health, monitored = rows(self.markdown, "Trends", "week to")[-1]
        self.assertEqual(("2025-12-22", "4", "5 min", "3"), (week, incidents, heal, alerts))
        logged = sum(figure(cells[1]) + figure(cells[2]) for cells in rows(self.markdown, "Logs", "source"))
        self.assertEqual(logged, float(errors))
        self.assertEqual("99.702 %", monitored)
        self.assertAlmostEqual(98.6, float(health), delta=0.05)
        # Nothing of the first week is known of logs, incidents and alerts: none of them is 0.
        self.assertEqual(["unknown", "–", "unknown", "unknown", "unknown"], rows(self.markdown, "Trends", "week to")[0][3:8])

    def test_three_things_to_do_have_runbooks(self) -> None:
        first = self.markdown[self.markdown.index("## Recommended actions") : self.markdown.index("### Score breakdown")]
        lines = re.findall(r"^\d\. .*$", first, re.MULTILINE)
        self.assertEqual(3, len(lines), first)
        number = history.numbers()["incident3"]
        self.assertIn(f"1. INC-{number} requires an operator: playbook p could not heal {history.BOT}. Investigate, then release it.", first.replace("\\_", "_"))
        self.assertIn("2. APR-1 waits for an approval since 2025-12-21 04:00 UTC: rebuild the stack. Approve or reject it.", first)
        self.assertIn("3. event_executor was down for 18 min in 2 outages, 178.6 % of its error budget. Look for a common cause", first.replace("\\_", "_"))
        for number in (0, 2):
            self.assertRegex(lines[number], r"\[Runbook\]\(<https://\S+/runbooks/\w+\.md>\)$")

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
        self.assertIn("**unknown** weekly score", text)
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
        # What the counters held at the first scrape is from before it.
        self.assertEqual(["0", "23", "47", "unknown, unknown, unknown, unknown, unknown, 12, 11"], row(text, history.POSTGRES, "Logs")[1:])
        self.assertEqual(["0", "0", "0"], row(text, history.YOUNG, "Logs")[1:4])
        self.assertIn("Log events are counted since 2025-12-20 04:00 UTC: those before are unknown.", text)
        self.assertIn("no score for the previous week", text)
        self.assertIn("This is the first report: there is nothing to compare it with yet.", text)


if __name__ == "__main__":
    SALUSCTL = sys.argv.pop(1)
    unittest.main(verbosity=2)
