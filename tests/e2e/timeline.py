"""When what happened, counted in seconds from a fault."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional

@dataclass
class Entry:
    at: float  # seconds since the epoch
    what: str
    detail: str


@dataclass
class Timeline:
    """One story's course. `show` is called for each entry as it is added."""

    title: str
    show: Callable[["Timeline", Entry], None] = lambda timeline, entry: None
    fault: float = 0
    entries: List[Entry] = field(default_factory=list)

    def begin(self, detail: str) -> None:
        self.fault = time.time()
        self.add(self.fault, "fault", detail)

    def add(self, at: float, what: str, detail: str) -> None:
        entry = Entry(at, what, detail)
        self.entries.append(entry)
        self.show(self, entry)

    def note(self, what: str, detail: str) -> None:
        """Something that is seen now."""
        self.add(time.time(), what, detail)

    def after(self, what: str) -> Optional[float]:
        """Seconds from the fault to the first entry of that kind."""
        return next((entry.at - self.fault for entry in self.entries if entry.what == what), None)


def seconds(text: str) -> float:
    """RFC 3339 as seconds since the epoch."""
    whole, _, rest = text.rstrip("Z").partition(".")
    fraction = float(f"0.{rest}") if rest else 0.0
    return datetime.fromisoformat(whole + "+00:00").timestamp() + fraction


def moments(incident: Dict[str, Any]) -> List[str]:
    """What happened to an incident, in order."""
    return [moment["what"] for moment in incident["timeline"]]
