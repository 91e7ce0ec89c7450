"""Eight weeks of a stack that never was, with faults at known times: as OpenMetrics for promtool, as a journal, and as what a report must say."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
# Monday 2025-12-22 04:00 UTC: the end of the last week.
END = 1766376000
START = END - 8 * WEEK
LAST = END - WEEK

BOT, REDIS, POSTGRES, GRAFANA = "quantum_trading_bot", "quantum_redis", "quantum_postgres", "quantum_grafana"
CONTAINERS = [BOT, REDIS, POSTGRES, GRAFANA]
# Created within the last week, and deleted within it.
YOUNG, DELETED = "quantum_backup", "quantum_old"

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Span:
    begin: int
    end: int

    @property
    def seconds(self) -> int:
        return self.end - self.begin

    def __contains__(self, time: int) -> bool:
        return self.begin <= time < self.end


def span(day: int, hour: int, minute: int, minutes: int) -> Span:
    """Of the last week, counted from its beginning on Monday 04:00."""
    begin = LAST + day * DAY + hour * HOUR + minute * MINUTE
    return Span(begin, begin + minutes * MINUTE)


# What happened in the last week.
OUTAGES: dict[str, list[Span]] = {
    BOT: [span(1, 3, 10, 6), span(4, 8, 0, 12)],
    REDIS: [span(2, 10, 30, 3)],
    POSTGRES: [Span(LAST - 20 * MINUTE, LAST + 4 * MINUTE)],  # it began before the window
    GRAFANA: [],
}
OWN_GAP = span(5, 1, 0, 30)  # nothing at all was scraped
SURGE = span(3, 6, 0, 60)  # 353 critical events and 482 errors of postgres
CREATED = LAST + 2 * DAY + 5 * HOUR  # YOUNG: its counters have counted before their first scrape
REMOVED = LAST + 3 * DAY + 12 * HOUR  # DELETED, with all its series
EXPORTER_RESTART = LAST + 1 * DAY + 12 * HOUR  # its counters of containers begin again at 0
LOW_HEALTH = span(3, 6, 0, 6 * 60)  # a health score of 60, of 100 at all other times
YOUNG_EVENTS = {"critical": 2, "error": 5, "warning": 3}  # the first of each before the first scrape
DELETED_EVENTS = {"critical": 0, "error": 4, "warning": 1}  # each of them in the last week, before its removal
RESTARTS = {BOT: 3, REDIS: 1, POSTGRES: 0, GRAFANA: 0}
OOM_KILLS = {BOT: 0, REDIS: 2, POSTGRES: 0, GRAFANA: 0}
LEAK_PER_DAY = 24 * MIB
LEAKING = REDIS
ALERT_FIRES = [span(1, 3, 11, 5), span(1, 3, 20, 4), span(4, 8, 1, 11)]
CALLS_PER_MINUTE = 10
ERRORS_BEFORE, ERRORS_NOW = 20, 90
DISK_LEFT_AT_END = 40 * GIB
DISK_SHRINKS_PER_DAY = 2 * GIB
CERTIFICATE_EXPIRES = END + 10 * DAY


def lost(time: int) -> bool:
    return time in OWN_GAP


def sampled(step: int, begin: int = LAST) -> Iterator[int]:
    return (time for time in range(begin, END, step) if not lost(time))


def since_the_beginning(step: int) -> Iterator[int]:
    """Of the first six weeks a day each: enough for their reports to differ, and loaded within seconds."""
    return (time for time in sampled(step, START) if time >= LAST - WEEK or (time - START) % WEEK < DAY)


def running(container: str, time: int) -> int:
    week, second = divmod(time - START, WEEK)
    if container == BOT and week < 7:  # down for a minute more each week
        return 0 if 5 * HOUR <= second < 5 * HOUR + (week + 1) * MINUTE else 1
    return 0 if any(time in outage for outage in OUTAGES[container]) else 1


def latency(time: int) -> float:
    """A hundredth of a second of jitter on 100 ms; on 180 ms in the last week."""
    jitter = (time // 600 * 7919 % 101 - 50) / 5000
    return (0.18 if time >= LAST else 0.1) + jitter


def critical_events(time: int) -> int:
    done = min(max(time - SURGE.begin, 0), SURGE.seconds)
    return 353 * done // SURGE.seconds


def errors(time: int) -> int:
    done = min(max(time - SURGE.begin, 0), SURGE.seconds)
    return 482 * done // SURGE.seconds + (time - START) // (2 * HOUR)  # and one every other hour


def young_events(level: str, time: int) -> int:
    """One at the first scrape, and then one every hour until all have happened."""
    return min(YOUNG_EVENTS[level], 1 + (time - CREATED) // HOUR)


def deleted_events(level: str, time: int) -> int:
    """200 in the weeks before, then one every ten minutes until all have happened."""
    return 200 + min(DELETED_EVENTS[level], max(time - LAST, 0) // (10 * MINUTE))


def since_the_restart(times: list[int], time: int) -> int:
    """How often it happened, as the exporter counts: 20 times before the last week, and from its restart on again."""
    if time < EXPORTER_RESTART:
        return 20 + sum(1 for each in times if each <= time)
    return sum(1 for each in times if EXPORTER_RESTART <= each <= time)


def restart_times(container: str) -> list[int]:
    return {BOT: [LAST + DAY, LAST + DAY + 11 * HOUR, LAST + 4 * DAY], REDIS: [LAST + 2 * DAY]}.get(container, [])


def kill_times(container: str) -> list[int]:
    return {REDIS: [LAST + HOUR, LAST + 2 * DAY]}.get(container, [])


def failed_calls(time: int) -> int:
    week = (time - (END - 2 * WEEK)) / WEEK
    if week <= 0:
        return 0
    return int(ERRORS_BEFORE * week) if week <= 1 else ERRORS_BEFORE + int(ERRORS_NOW * (week - 1))


def series() -> Iterator[tuple[str, str, Iterator[tuple[float, int]]]]:
    """Metric, labels, values with their times: all of a metric one after the other."""
    for container in CONTAINERS:
        yield "salus_container_running", f'container="{container}"', (
            (running(container, time), time) for time in (sampled(MINUTE, LAST - 2 * HOUR) if container != BOT else since_the_beginning(MINUTE))
        )
    yield "salus_container_running", f'container="{DELETED}"', ((1, time) for time in sampled(MINUTE, LAST - 2 * HOUR) if time < REMOVED)
    for container in CONTAINERS:
        yield "salus_container_expected", f'container="{container}"', ((1, time) for time in since_the_beginning(HOUR))
    yield "salus_container_expected", f'container="{DELETED}"', ((1, time) for time in since_the_beginning(HOUR) if time < REMOVED)
    for metric, times in (("restarts", restart_times), ("oom_kills", kill_times)):
        for container in CONTAINERS:
            yield f"salus_container_{metric}_total", f'container="{container}"', (
                (since_the_restart(times(container), time), time) for time in sampled(5 * MINUTE, LAST - HOUR)
            )
        yield f"salus_container_{metric}_total", f'container="{DELETED}"', (
            (7, time) for time in sampled(5 * MINUTE, LAST - HOUR) if time < REMOVED
        )
    yield "salus:health_score:weighted", "", ((60 if time in LOW_HEALTH else 100, time) for time in sampled(5 * MINUTE))
    for name, container, trading in (("event_executor", BOT, "critical"), ("database", POSTGRES, "partial"), ("universe_os", REDIS, "partial")):
        labels = f'subsystem="{name}",container="{container}",trading="{trading}",cadence="normal"'
        yield "salus_subsystem_info", labels, ((1, time) for time in since_the_beginning(HOUR))
    yield "subsystem:salus_available:bool", 'subsystem="event_executor"', ((running(BOT, time), time) for time in sampled(MINUTE))
    yield "ALERTS", 'alertname="Watchdog",alertstate="firing"', ((1, time) for time in sampled(MINUTE))
    yield "ALERTS", f'alertname="ContainerDown",alertstate="firing",container="{BOT}"', (
        (1, time) for time in sampled(MINUTE) if any(time in fires for fires in ALERT_FIRES)
    )
    yield "ALERTS", 'alertname="LogRotationDue",alertstate="firing",task="log_rotation"', ((1, LAST + day * DAY) for day in range(7))
    for level, value in (("critical", critical_events), ("error", errors), ("warning", lambda time: (time - START) // HOUR)):
        yield "salus_log_events_total", f'source="{POSTGRES}",level="{level}"', ((value(time), time) for time in sampled(5 * MINUTE, LAST - HOUR))
    for level in YOUNG_EVENTS:
        yield "salus_log_events_total", f'source="{YOUNG}",level="{level}"', (
            (young_events(level, time), time) for time in sampled(5 * MINUTE) if time >= CREATED
        )
        yield "salus_log_events_total", f'source="{DELETED}",level="{level}"', (
            (deleted_events(level, time), time) for time in sampled(5 * MINUTE, LAST - HOUR) if time < REMOVED
        )
    for record, limit in (("salus:log_critical_events:limit", 5), ("salus:log_errors:limit", 50)):
        yield record, "", ((limit, time) for time in since_the_beginning(HOUR))
    yield "salus_host_filesystem_avail_bytes", 'mountpoint="/"', (
        (DISK_LEFT_AT_END + (END - time) * DISK_SHRINKS_PER_DAY // DAY, time) for time in sampled(5 * MINUTE, LAST - WEEK)
    )
    yield "salus_host_filesystem_size_bytes", 'mountpoint="/"', ((200 * GIB, time) for time in sampled(5 * MINUTE))
    for container in CONTAINERS:
        grows = LEAK_PER_DAY if container == LEAKING else 0
        yield "salus_container_memory_working_set_bytes", f'container="{container}"', (
            (100 * MIB + (time - LAST) * grows // DAY + time % 7 * 1000, time) for time in sampled(5 * MINUTE)
        )
    yield "salus_container_memory_working_set_bytes", f'container="{DELETED}"', (
        (50 * MIB, time) for time in sampled(5 * MINUTE) if time < REMOVED
    )
    yield "salus_container_image_current", f'container="{DELETED}"', ((0, time) for time in sampled(HOUR) if time < REMOVED)
    for container in CONTAINERS:
        current = 0 if container == BOT else 1
        yield "salus_container_image_current", f'container="{container}"', ((current, time) for time in sampled(HOUR))
    yield "salus_probe_cert_expiry_timestamp_seconds", 'probe="api"', ((CERTIFICATE_EXPIRES, time) for time in sampled(HOUR))
    yield "salus_probe_duration_seconds", 'probe="api"', ((latency(time), time) for time in sampled(5 * MINUTE, LAST - WEEK))
    yield "salus_probe_duration_seconds", 'probe="steady"', ((0.1 + (latency(time) % 0.02), time) for time in sampled(5 * MINUTE, LAST - WEEK))
    yield "salus_subsystem_calls_total", 'subsystem="exchange_connection"', (
        ((time - START) // MINUTE * CALLS_PER_MINUTE, time) for time in sampled(5 * MINUTE, LAST - WEEK)
    )
    yield "salus_subsystem_call_errors_total", 'subsystem="exchange_connection"', (
        (failed_calls(time), time) for time in sampled(5 * MINUTE, LAST - WEEK)
    )


def open_metrics(begin: int = START) -> Iterator[str]:
    """Several documents, of some days each: promtool reads a whole one for each block of two hours that it makes."""
    documents: dict[int, list[str]] = {}
    for metric, labels, values in series():
        for value, time in values:
            if time >= begin:
                documents.setdefault(time // (2 * DAY), []).append(f"{metric}{{{labels}}} {value} {time}\n")
    for _, lines in sorted(documents.items()):
        yield "".join(lines) + "# EOF\n"


# ---- what the healer did, as its journal ---------------------------------------------------------


@dataclass(frozen=True)
class TaskRuns:
    """Runs of a task at equal distances from the beginning of the last week on, by their outcomes."""

    name: str
    outcomes: list[str]
    every: int

    @property
    def failures(self) -> int:
        return sum(outcome != "success" for outcome in self.outcomes)

    def time(self, number: int) -> int:
        return LAST + (number + 1) * self.every


PRUNING = TaskRuns("cache_pruning", ["success"] * 4, 30 * HOUR)
ROTATION = TaskRuns("log_rotation", ["success", "failure", "interrupted", "failure"], 36 * HOUR)
TASKS = [PRUNING, ROTATION]
# Incidents: target, alert's start, end (None: open at the window's end), state. Both of the first outage of BOT are one.
INCIDENTS = [
    (BOT, OUTAGES[BOT][0].begin, OUTAGES[BOT][0].begin + 2 * MINUTE, "resolved"),
    (BOT, OUTAGES[BOT][0].begin + 3 * MINUTE, OUTAGES[BOT][0].begin + 8 * MINUTE, "healed"),
    (REDIS, OUTAGES[REDIS][0].begin, OUTAGES[REDIS][0].begin + 4 * MINUTE, "healed"),
    (BOT, OUTAGES[BOT][1].begin, None, "exhausted"),
]
INCIDENT_OUTAGES = 3
APPROVAL_ASKED = LAST + 6 * DAY
TIGHTENED = Span(LAST + 4 * DAY + 8 * HOUR, LAST + 4 * DAY + 10 * HOUR)  # defensive_exit, else allow_all


def rfc3339(time: int) -> str:
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def records() -> list[tuple[int, dict[str, Any]]]:
    """In order of time. An incident's number is that of the record that opened it: those are filled in last."""
    all_records: list[tuple[int, dict[str, Any]]] = [
        (LAST - DAY, {"kind": "process_started", "quarantined": ""}),
        (LAST - DAY, {"kind": "policy_moved", "from": "no_new_trades", "to": "allow_all", "causes": []}),
        (TIGHTENED.begin, {"kind": "policy_moved", "from": "allow_all", "to": "defensive_exit", "causes": ["event_executor is critical"]}),
        (TIGHTENED.end, {"kind": "policy_moved", "from": "defensive_exit", "to": "allow_all", "causes": []}),
        (LAST + 5 * DAY, {"kind": "operator_acted", "verb": "pause", "who": "ada", "reason": "deployment", "length_ms": 3600000, "incident": "", "policy": "allow_all"}),
    ]

    def run(key: str, number: int, time: int, target: dict[str, str], action: str, outcome: str) -> None:
        about = {"incident": key, "action_id": f"{key}/{number}"}
        all_records.append((time, {"kind": "action_intended", **about, "playbook": "p", "action": action, "rung": 0, "target": target, "description": f"{action} of {target['name']}"}))
        all_records.append((time + 5, {"kind": "action_finished", **about, "outcome": outcome, "detail": "" if outcome == "success" else "no space left"}))

    def opened(key: str, time: int, target: dict[str, str], alert: str, began: int) -> None:
        all_records.append((time, {"kind": "incident_opened", "key": key, "playbook": "p", "subsystem": "", "severity": "critical", "target": target, "fingerprint": key, "alert_name": alert, "alert_starts_at": rfc3339(began)}))

    for task in TASKS:
        for number, outcome in enumerate(task.outcomes):
            key, target = f"{task.name}{number}", {"kind": "task", "name": task.name}
            opened(key, task.time(number) - 1, target, "Due", task.time(number) - 10)
            run(key, 1, task.time(number), target, task.name, outcome)
            all_records.append((task.time(number) + 6, {"kind": "incident_moved", "incident": key, "from": "running", "to": "healed", "refusal": None, "detail": ""}))
    for number, (name, began, ended, state) in enumerate(INCIDENTS):
        key, target = f"incident{number}", {"kind": "container", "name": name}
        opened(key, began + 5, target, "ContainerDown", began)
        if state != "resolved":
            run(key, 1, began + 10, target, "container_restart", "success" if state == "healed" else "failure")
        all_records.append((ended or began + MINUTE, {"kind": "incident_moved", "incident": key, "from": "verifying", "to": state, "refusal": None, "detail": ""}))
    all_records.append((APPROVAL_ASKED, {"kind": "approval_asked", "approval": "APR-1", "incident": "incident3", "action_id": "incident3/2", "playbook": "p", "rung": 1, "action": "rebuild", "target": {"kind": "container", "name": BOT}, "description": "rebuild the stack", "refusal": "approval", "within_ms": 3600000}))
    return sorted(all_records, key=lambda each: each[0])


def numbers() -> dict[str, int]:
    """The numbers of the incidents by the keys that records() uses."""
    return {record["key"]: seq for seq, (_, record) in enumerate(records(), 1) if "key" in record}


def write_journal(path: Path) -> None:
    known = numbers()
    database = sqlite3.connect(path)
    database.executescript(
        f"PRAGMA application_id={0x53414C55}; PRAGMA user_version=1;"
        "CREATE TABLE records(seq INTEGER PRIMARY KEY, record TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    )
    for seq, (time, record) in enumerate(records(), 1):
        record = {"at": rfc3339(time), **{name: value for name, value in record.items() if name != "key"}}
        if record.get("incident"):
            key = record["incident"]
            record["incident"] = f"INC-{known[key]}"
            if "action_id" in record:
                record["action_id"] = record["action_id"].replace(key, f"INC-{known[key]}")
        database.execute("INSERT INTO records VALUES(?, ?, ?)", (seq, json.dumps(record), bytes(32)))
    database.commit()
    database.close()
