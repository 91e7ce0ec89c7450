"""What the dashboards are built of: panels that are whole (title, description, unit, colours, words for no data) or do not build."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

RUNBOOKS = "https://github.com/salus-project/salus/blob/main/docs/runbooks/"
SOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}

# Okabe and Ito's colours, told apart by everybody: https://jfly.uni-koeln.de/color/
BLUE, GREEN, YELLOW, ORANGE, RED, PURPLE, SKY, GREY = "#0072B2", "#009E73", "#F0E442", "#E69F00", "#D55E00", "#CC79A7", "#56B4E9", "#999999"
DARK = "#5B2C6F"

# The values of subsystem:salus_health_status:max and of salus_safety_policy_level.
HEALTH = [(-1, "unknown", GREY), (0, "healthy", GREEN), (1, "degraded", ORANGE), (2, "critical", RED), (3, "failed", DARK)]
POLICY = [(0, "allow_all", GREEN), (1, "safe_risk_profile", SKY), (2, "no_new_trades", ORANGE), (3, "defensive_exit", RED), (4, "emergency_shutdown", DARK)]
YES_NO = [(0, "no", RED), (1, "yes", GREEN)]

Values = list[tuple[int, str, str]]


def exact(selector: str, window: str, offset: str = "") -> str:
    """What the counters grew in the window. increase() extrapolates; it serves only where a counter was reset meanwhile."""
    at = f" offset {offset}" if offset else ""
    over = f"{selector}[{window}]{at}"
    return f"((last_over_time({over}) - min_over_time({over})) and resets({over}) == 0 or round(increase({over})))"


@dataclass(frozen=True)
class Query:
    """One PromQL expression. `legend` names its series; `table` asks for the newest value as rows."""

    expr: str
    legend: str = ""
    table: bool = False

    def json(self, ref: str) -> Json:
        target: Json = {"datasource": SOURCE, "editorMode": "code", "expr": " ".join(self.expr.split()), "refId": ref}
        if self.legend:
            target["legendFormat"] = self.legend
        if self.table:
            target |= {"format": "table", "instant": True, "range": False}
        else:
            target |= {"range": True}
        return target


@dataclass(frozen=True)
class Panel:
    """`kind` is Grafana's panel type; `steps` are (from, colour), the first from None."""

    kind: str
    title: str
    description: str
    queries: list[Query]
    unit: str
    width: int = 12
    height: int = 8
    no_data: str = "No data"
    values: Values = field(default_factory=list)
    steps: list[tuple[float | None, str]] = field(default_factory=lambda: [(None, BLUE)])
    options: Json = field(default_factory=dict)
    custom: Json = field(default_factory=dict)
    overrides: list[Json] = field(default_factory=list)
    transformations: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    colour: str = "thresholds"

    def json(self, number: int, x: int, y: int) -> Json:
        defaults: Json = {
            "unit": self.unit,
            "noValue": self.no_data,
            "color": {"mode": self.colour},
            "thresholds": {"mode": "absolute", "steps": [{"value": value, "color": colour} for value, colour in self.steps]},
            "custom": self.custom,
        }
        if self.values:
            defaults["mappings"] = [
                {"type": "value", "options": {str(value): {"text": text, "color": colour, "index": index} for index, (value, text, colour) in enumerate(self.values)}}
            ]
        if self.links:
            defaults["links"] = self.links
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "targets": [query.json(chr(ord("A") + index)) for index, query in enumerate(self.queries)],
            "fieldConfig": {"defaults": defaults, "overrides": self.overrides},
            "options": self.options,
            "transformations": self.transformations,
        }


def lines(title: str, description: str, queries: list[Query], unit: str, *, limits: list[tuple[float | None, str]] | None = None, stack: bool = False, **more: Any) -> Panel:
    """Series over time; `limits` are drawn as lines."""
    custom: Json = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 15 if stack else 5, "showPoints": "never", "spanNulls": False}
    if stack:
        custom["stacking"] = {"mode": "normal", "group": "A"}
    if limits:
        custom["thresholdsStyle"] = {"mode": "line"}
        more["steps"] = limits
    legend = {"displayMode": "table", "placement": "right", "calcs": ["lastNotNull", "max"]} if more.get("width", 12) >= 12 else {"displayMode": "list", "placement": "bottom", "calcs": []}
    return Panel("timeseries", title, description, queries, unit, custom=custom, colour="palette-classic", options={"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}, **more)


def limit(legend: str, colour: str) -> Json:
    """Draws the series of that legend as a threshold: the rules record their limits, so a line moves when its rule does."""
    style = {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 8]}}
    return {"matcher": {"id": "byName", "options": legend}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}, style, {"id": "custom.fillOpacity", "value": 0}]}


def number(title: str, description: str, query: str, unit: str, *, spark: bool = False, **more: Any) -> Panel:
    """One value, now."""
    options: Json = {
        "reduceOptions": {"calcs": ["lastNotNull"], "values": False},
        "colorMode": "background" if more.get("values") else "value",
        "graphMode": "area" if spark else "none",
        "textMode": "value",
    }
    more.setdefault("width", 4)
    more.setdefault("height", 4)
    return Panel("stat", title, description, [Query(query)], unit, options=options, **more)


def states(title: str, description: str, queries: list[Query], values: Values, **more: Any) -> Panel:
    """A row a series, coloured by its state."""
    options: Json = {"mergeValues": True, "showValue": "auto", "alignValue": "left", "rowHeight": 0.85, "legend": {"displayMode": "list", "placement": "bottom"}}
    more.setdefault("width", 24)
    return Panel("state-timeline", title, description, queries, "none", values=values, options=options, custom={"fillOpacity": 80, "lineWidth": 0}, **more)


def table(title: str, description: str, query: str, columns: dict[str, str], *, unit: str = "none", values: Values | None = None, sort: str | None = None, cell_links: dict[str, str] | None = None, **more: Any) -> Panel:
    """The newest value as rows. `columns`: label, or "Value", → heading, in order; all others are left out. `cell_links`: heading → URL."""
    overrides: list[Json] = []
    if "Value" in columns:
        properties: list[Json] = [{"id": "unit", "value": unit}]
        if values:
            mapping = {str(value): {"text": text, "color": colour, "index": index} for index, (value, text, colour) in enumerate(values)}
            properties += [{"id": "mappings", "value": [{"type": "value", "options": mapping}]}, {"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "basic"}}]
        overrides.append({"matcher": {"id": "byName", "options": columns["Value"]}, "properties": properties})
    for heading, url in (cell_links or {}).items():
        overrides.append({"matcher": {"id": "byName", "options": heading}, "properties": [{"id": "links", "value": [{"title": heading, "url": url}]}]})
    organize: Json = {
        "id": "organize",
        "options": {"renameByName": columns, "indexByName": {name: index for index, name in enumerate(columns)}, "includeByName": {name: True for name in columns}},
    }
    keep: Json = {"id": "filterFieldsByName", "options": {"include": {"names": list(columns)}}}
    options: Json = {"showHeader": True, "cellHeight": "sm"}
    if sort:
        options["sortBy"] = [{"displayName": sort, "desc": True}]
    return Panel("table", title, description, [Query(query, table=True)], "none", overrides=overrides, transformations=[keep, organize], options=options, **more)


@dataclass(frozen=True)
class Row:
    title: str


def variable(name: str, query: str, description: str, *, multi: bool = False) -> Json:
    """A choice filled from the labels of a metric, whose first value is taken, or all."""
    return {
        "name": name,
        "label": name,
        "description": description,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": multi,
        "includeAll": multi,
        "allValue": ".*" if multi else None,
        "current": {"text": "All", "value": "$__all"} if multi else {},
    }


def annotation(name: str, expr: str, text: str, colour: str) -> Json:
    return {"name": name, "datasource": SOURCE, "enable": True, "expr": expr, "step": "15s", "titleFormat": name, "textFormat": text, "iconColor": colour, "useValueForTime": False}


def dashboard(uid: str, title: str, description: str, parts: list[Panel | Row], *, variables: list[Json] | None = None, annotations: list[Json] | None = None, since: str = "now-6h", refresh: str = "30s") -> Json:
    """The whole dashboard: `parts` flow from left to right and top to bottom."""
    panels: list[Json] = []
    x = y = tallest = 0
    for count, part in enumerate(parts, 1):
        if isinstance(part, Row):
            y, x = y + tallest, 0
            panels.append({"id": count, "type": "row", "title": part.title, "collapsed": False, "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}, "panels": []})
            y, tallest = y + 1, 0
            continue
        if x + part.width > 24:
            y, x, tallest = y + tallest, 0, 0
        panels.append(part.json(count, x, y))
        x, tallest = x + part.width, max(tallest, part.height)
    source: Json = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "current": {}, "hide": 0, "refresh": 1, "regex": ""}
    return {
        "uid": uid,
        "title": f"Salus / {title}",
        "description": description,
        "tags": ["salus"],
        "editable": True,
        "graphTooltip": 1,
        "schemaVersion": 37,
        "version": 1,
        "timezone": "utc",
        "refresh": refresh,
        "time": {"from": since, "to": "now"},
        "templating": {"list": [source, *(variables or [])]},
        "annotations": {"list": annotations or []},
        "links": [
            {"type": "dashboards", "title": "Salus", "tags": ["salus"], "asDropdown": True, "includeVars": False, "keepTime": True},
            {"type": "link", "title": "Runbooks", "url": RUNBOOKS, "icon": "doc", "targetBlank": True},
        ],
        "panels": panels,
    }
