"""Eight weeks of a stack that never was, with faults at known times: as OpenMetrics for promtool, and as what a report must say."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    for container in CONTAINERS:
        yield "salus_container_expected", f'container="{container}"', ((1, time) for time in since_the_beginning(HOUR))
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
    yield "salus_host_filesystem_avail_bytes", 'mountpoint="/"', (
        (DISK_LEFT_AT_END + (END - time) * DISK_SHRINKS_PER_DAY // DAY, time) for time in sampled(5 * MINUTE, LAST - WEEK)
    )
    yield "salus_host_filesystem_size_bytes", 'mountpoint="/"', ((200 * GIB, time) for time in sampled(5 * MINUTE))
    for container in CONTAINERS:
        grows = LEAK_PER_DAY if container == LEAKING else 0
        yield "salus_container_memory_working_set_bytes", f'container="{container}"', (
            (100 * MIB + (time - LAST) * grows // DAY + time % 7 * 1000, time) for time in sampled(5 * MINUTE)
        )
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
