"""A page of metrics as a test asks about it."""

import re
from typing import Dict, Optional

from e2e import web

_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text)


class Page:
    """One scrape."""

    def __init__(self, text: str):
        self.text = text
        self.lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    @classmethod
    def scrape(cls, port: int) -> "Page":
        answer = web.ask(port, "/metrics")
        if answer.status != 200:
            raise ConnectionError(f"/metrics: {answer.status}")
        return cls(answer.text)

    def value(self, family: str, **labels: str) -> Optional[float]:
        """Of the one series of the family that has these labels, among others; None when there is none."""
        found = [value for series, value in self._series(family) if labels.items() <= series.items()]
        if len(found) > 1:
            raise AssertionError(f"{len(found)} series of {family} have {labels}")
        return found[0] if found else None

    def _series(self, family: str) -> "list[tuple[Dict[str, str], float]]":
        series = []
        for line in self.lines:
            name, _, rest = line.partition("{")
            if name == family:
                inside, _, value = rest.rpartition("} ")
                series.append(({key: _unescape(text) for key, text in _LABEL.findall(inside)}, float(value)))
            elif line.split(" ")[0] == family:
                series.append(({}, float(line.split(" ")[1])))
        return series
