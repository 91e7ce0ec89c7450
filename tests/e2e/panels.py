"""What the shipped dashboards would show: every panel's queries, with the choices filled in, asked of a Prometheus."""

import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple
from urllib.parse import urlencode

from e2e import web

DASHBOARDS = Path(__file__).resolve().parents[2] / "grafana/dashboards"

# Panels that are empty for good reason on a stack that has run for some minutes: what they would show, or the time it takes.
RIGHTLY_EMPTY = {
    ("weekly", "The week before"): "two weeks",
    ("weekly", "Health score the week before"): "two weeks",
    ("overview", "Why the policy is not looser"): "nothing holds it when the stories are over",
    ("healing", "Needs an operator"): "the stories end with every incident released",
    ("healing", "Messages"): "the example configures no notifier",
    ("healing", "Why it refused"): "the stories give no reason to refuse",
    ("overview", "Firing alerts"): "nothing fires when the stories are over",
    ("maintenance", "Duration of tasks"): "no task is due within some minutes of the first start",
    ("maintenance", "What keeps failing"): "no task keeps failing",
    ("maintenance", "Validation checks"): "only checks that failed are shown",
    ("maintenance", "Validation phases"): "not validated within some minutes",
    ("maintenance", "Failed phases"): "not validated within some minutes",
    ("maintenance", "Audit checks"): "no audit within some minutes",
    ("maintenance", "Failed audit checks"): "no audit within some minutes",
    ("containers", "Pressure"): "a kernel without pressure information",
}


class Asked(NamedTuple):
    """One query of one panel, and how many series it returned."""

    dashboard: str
    panel: str
    expression: str
    series: int
    error: str


def filled(expression: str, choices: Dict[str, str]) -> str:
    """The expression with Grafana's own variables and the dashboard's choices replaced, longest names first."""
    known = {"__rate_interval": "20s", "__range": "1h", "__interval": "5s", **choices}
    for name in sorted(known, key=len, reverse=True):
        expression = expression.replace(f"${{{name}}}", known[name]).replace(f"${name}", known[name])
    return expression


def choices(board: Dict[str, Any], port: int) -> Dict[str, str]:
    """What Grafana would choose first: all where it may, else the first value there is."""
    chosen: Dict[str, str] = {}
    for variable in board["templating"]["list"]:
        if variable["type"] != "query":
            continue
        if variable["includeAll"]:
            chosen[variable["name"]] = variable["allValue"]
            continue
        match = re.fullmatch(r"label_values\((.*), *(\w+)\)", variable["query"]["query"])
        if match is None:
            raise ValueError(f"variable {variable['name']}: {variable['query']['query']} is not understood")
        found = web.get_json(port, "/api/v1/query", query=f"group by ({match.group(2)}) ({match.group(1)})")["data"]["result"]
        values = sorted(series["metric"][match.group(2)] for series in found)
        if not values:
            raise ValueError(f"variable {variable['name']} has no value")
        chosen[variable["name"]] = values[0]
    return chosen


def ask_all(port: int, start: float, end: float, subsystems: List[str]) -> Iterator[Asked]:
    """Every query of every panel over that time; of the dashboard of one subsystem, for each of those."""
    for path in sorted(DASHBOARDS.glob("*.json")):
        board = json.loads(path.read_text(encoding="utf-8"))
        chosen = choices(board, port)
        turns = [{**chosen, "subsystem": name} for name in subsystems] if "subsystem" in chosen else [chosen]
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                for turn in turns:
                    yield ask(port, path.stem, panel["title"], target, filled(target["expr"], turn), start, end)


def ask(port: int, dashboard: str, panel: str, target: Dict[str, Any], expression: str, start: float, end: float) -> Asked:
    """One query, as Grafana would ask it: a table for now, anything else over the whole time."""
    if target.get("instant"):
        path = "/api/v1/query?" + urlencode({"query": expression, "time": str(end)})
    else:
        path = "/api/v1/query_range?" + urlencode({"query": expression, "start": str(start), "end": str(end), "step": "5"})
    document = web.ask(port, path).json()
    result: List[Any] = document["data"]["result"] if document["status"] == "success" else []
    return Asked(dashboard, panel, expression, len(result), document.get("error", ""))


def findings(asked: List[Asked]) -> List[str]:
    """What an operator would miss: queries in error, panels of which no query has data, and excuses for no panel."""
    problems = [f"{each.dashboard} / {each.panel}: {each.error}: {each.expression}" for each in asked if each.error]
    shown: Dict[tuple[str, str], int] = {}
    for each in asked:
        key = (each.dashboard, each.panel)
        shown[key] = shown.get(key, 0) + each.series
    for key, series in shown.items():
        if series == 0 and key not in RIGHTLY_EMPTY:
            problems.append(f"{key[0]} / {key[1]}: no data")
    problems += [f"{key[0]} / {key[1]}: there is no such panel" for key in RIGHTLY_EMPTY if key not in shown]
    return problems
