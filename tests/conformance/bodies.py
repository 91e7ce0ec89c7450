"""Alerts and deliveries as Alertmanager writes them."""

import json
import time
from typing import Any, Dict, Iterable, Mapping, Optional

Alert = Dict[str, Any]

ALERT_NAME = "ConformanceCheck"


def stamp(seconds: Optional[float] = None) -> str:
    """RFC 3339 with milliseconds; now when nothing is said."""
    at = time.time() if seconds is None else seconds
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
    return f"{whole}.{int(at * 1000) % 1000:03d}Z"


def alert(
    identity: str,
    target: str,
    status: str = "firing",
    name: str = ALERT_NAME,
    heal: str = "conformance",
    starts_at: Optional[str] = None,
    labels: Optional[Mapping[str, str]] = None,
) -> Alert:
    """One alert. `identity` tells it from all others; `target` is the container that it is about."""
    return {
        "status": status,
        "labels": {
            "alertname": name,
            "container": target,
            "heal": heal,
            "instance": identity,
            "severity": "critical",
            **(labels or {}),
        },
        "annotations": {"summary": "A check of the receiver."},
        "startsAt": starts_at or stamp(),
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else stamp(),
        "generatorURL": "http://127.0.0.1:9090/graph",
        "fingerprint": f"{hash_of(identity):016x}",
    }


def hash_of(text: str) -> int:
    value = 14695981039346656037
    for byte in text.encode():
        value = ((value ^ byte) * 1099511628211) % (1 << 64)
    return value


def resolved(firing: Alert) -> Alert:
    """The same alert, ended now."""
    return {**firing, "status": "resolved", "endsAt": stamp()}


def delivery(alerts: Iterable[Alert], **fields: Any) -> bytes:
    """The body of a webhook with them."""
    listed = list(alerts)
    status = "firing" if any(each["status"] == "firing" for each in listed) else "resolved"
    document = {
        "version": "4",
        "groupKey": '{}:{alertname="ConformanceCheck"}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "salus-healer",
        "groupLabels": {"alertname": ALERT_NAME},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093",
        "alerts": listed,
        **fields,
    }
    return json.dumps(document).encode()


def listed(firing: Alert, ends_in: float = 300) -> Dict[str, Any]:
    """The alert as Alertmanager's GET /api/v2/alerts shows it."""
    return {
        "labels": firing["labels"],
        "annotations": firing["annotations"],
        "startsAt": firing["startsAt"],
        "updatedAt": stamp(),
        "endsAt": stamp(time.time() + ends_in),
        "generatorURL": firing["generatorURL"],
        "fingerprint": firing["fingerprint"],
        "receivers": [{"name": "salus-healer"}],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }


# What tells the heartbeat from another system's Watchdog, and the policy that the rules demand.
HEARTBEAT = {"installation": "salus", "policy": "allow_all"}


def watchdog() -> Alert:
    return alert("watchdog", "", name="Watchdog", heal="", labels=HEARTBEAT) | {"startsAt": "2025-12-17T04:00:00Z"}
