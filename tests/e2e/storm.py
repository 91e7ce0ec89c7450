"""A log storm: far more critical events and errors in an hour than the rules allow; and what must be reported."""

import re
import time
from pathlib import Path
from typing import List

from e2e import web
from e2e.rig import Rig
from e2e.waiting import wait_for

CRITICALS, ERRORS, WARNINGS = 353, 482, 10
# Keeps data: what its log complains of is its clients' doing, and it is not restarted for it.
DATABASE = "quantum_postgres"
TARGET = "quantum_nginx"
RESTARTED = "quantum_grafana"

CRITICAL = '{time} UTC [74] FATAL:  database "quantum" does not exist'
WARNING = "{time} [warn] 7#7: *{n} an upstream response is buffered to a temporary file"
ERROR = "{time} [error] 7#7: *{n} connect() failed (111: Connection refused) while connecting to upstream"

# The section of docs/reports.md; "<…>" is what differs from run to run.
SECTION = f"""---

### ⚡ Real-Time Incident Report

**Timestamp:** <time>  
**Auto-Heal Triggered:** ✅ Yes  

#### Issue Summary

| Category | Count |
|----------|-------|
| Critical Events | {CRITICALS} |
| Errors | {ERRORS} |
| Warnings | {WARNINGS} |
| Container Restarts | 1 |

#### Critical Events (Top 5)
```
{chr(10).join([f"[{DATABASE}] <line>"] * 5)}
```

#### Errors (Top 10)
```
{chr(10).join([f"[{TARGET}] <line>"] * 10)}
```
"""
# The chat's message begins with it.
TRIGGERED = f"""🚨 **Quantum Trader - Auto-Heal Triggered**

**Reason:** {CRITICALS} critical events (threshold: 5); {ERRORS} errors (threshold: 50)
**Critical Events:** {CRITICALS}
**Errors:** {ERRORS}
**Container Restarts:** 1

Auto-heal process initiated.

Container: {TARGET}
"""


def lines(template: str, count: int) -> str:
    now = time.strftime("%Y-%m-%d %H:%M:%S.179", time.gmtime())
    return "".join(template.format(time=now, n=n) + "\n" for n in range(count))


def rage(rig: Rig) -> None:
    """Everything is counted before the last of it, which is more than the rules allow for a container that may be restarted."""
    rig.engine.docker("restart", "--time=5", RESTARTED)
    say(rig, TARGET, lines(WARNING, WARNINGS))
    say(rig, DATABASE, lines(CRITICAL, CRITICALS))
    wait_for(lambda: counted(rig, DATABASE, "critical") >= CRITICALS, "the critical events in Prometheus", 30)
    wait_for(lambda: counted(rig, TARGET, "warning") >= WARNINGS, "the warnings in Prometheus", 30)
    wait_for(lambda: restarts(rig) >= 1, "the restart in Prometheus", 30)
    say(rig, TARGET, lines(ERROR, ERRORS))


def say(rig: Rig, container: str, text: str) -> None:
    answer = web.ask(rig.stack.ports[container], "/log", "POST", text)
    if answer.status != 200:
        raise RuntimeError(f"{container}: {answer.status} {answer.text}")


def counted(rig: Rig, source: str, level: str) -> float:
    return number(rig, f'salus_log_events_total{{source="{source}",level="{level}"}}')


def restarts(rig: Rig) -> float:
    return number(rig, f'salus_container_restarts_total{{container="{RESTARTED}"}}')


def number(rig: Rig, expression: str) -> float:
    return sum(float(each["value"][1]) for each in rig.monitoring.query(expression))


def sections(report: str) -> List[str]:
    """The incident sections of a report, each to its end."""
    reported = report.partition("\n<!-- salus: incident reports end -->")[0]
    begins = [match.start() for match in re.finditer(r"^---\n\n### ⚡", reported, re.MULTILINE)]
    return [reported[begin:end] for begin, end in zip(begins, [*begins[1:], len(reported)])]


def matches(section: str, template: str) -> bool:
    """Byte for byte, apart from times and lines."""
    pattern = re.escape(template).replace("<time>", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}").replace("<line>", r"[^\n]+")
    return re.fullmatch(pattern + r"\n*", section) is not None


def written(rig: Rig) -> "Path | None":
    folder = rig.monitoring.places.healer_data / "reports"
    return next((path for path in folder.glob("WEEKLY_HEALTH_REPORT_*.md") if sections(path.read_text())), None)
