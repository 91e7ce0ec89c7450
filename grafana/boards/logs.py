"""What the logs say: how many events of what level from whom, and the patterns behind them."""

from panels import BLUE, GREEN, ORANGE, RED, GREY, YELLOW, Json, Panel, Query, Row, dashboard, lines, number, states, table, variable

OF = 'source=~"$source"'
LEVELS = {"critical": RED, "error": ORANGE, "warning": YELLOW, "info": BLUE}
LEVEL_COLOURS = [{"matcher": {"id": "byName", "options": level}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}]} for level, colour in LEVELS.items()]


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Critical in an hour", "Critical events within the last 60 minutes, of all chosen sources.", f'sum(source:salus_log_events:increase1h{{level="critical", {OF}}})', "short"),
        number("Errors in an hour", "Errors within the last 60 minutes, of all chosen sources.", f'sum(source:salus_log_events:increase1h{{level="error", {OF}}})', "short"),
        number("Warnings in an hour", "Warnings within the last 60 minutes. They are only counted.", f'sum(source:salus_log_events:increase1h{{level="warning", {OF}}})', "short"),
        number("Lines", "Lines read in a second.", f"sum(rate(salus_log_lines_total{{{OF}}}[$__rate_interval]))", "short", spark=True),
        number("Sources that cannot be read", "Their errors are counted nowhere.", f"count(salus_log_source_up{{{OF}}} == 0) or vector(0)", "short", steps=[(None, GREEN), (1, RED)]),
        number("New patterns in a day", "Kinds of events that were never seen before.", f"sum(increase(salus_log_new_patterns_total{{{OF}}}[1d]))", "short"),
        lines("Events by level", "Events in a second, by level.", [Query(f"sum by (level) (rate(salus_log_events_total{{{OF}}}[$__rate_interval]))", "{{level}}")], "short", overrides=LEVEL_COLOURS, stack=True),
        lines("Errors and worse by source", "Errors and critical events in a second, by source.", [Query(f'sum by (source) (rate(salus_log_events_total{{level=~"error|critical", {OF}}}[$__rate_interval]))', "{{source}}")], "short"),
        states(
            "Above threshold",
            "When a source, or the whole stack, held more critical events, or errors, within an hour than the rules allow.",
            [
                Query('max(level:salus_log_events:increase1h{level="critical"} >= bool on () group_left () salus:log_critical_events:limit)', "all critical"),
                Query('max(level:salus_log_events:increase1h{level="error"} >= bool on () group_left () salus:log_errors:limit)', "all errors"),
                Query(f'max by (source) (source:salus_log_events:increase1h{{level="critical", {OF}}} >= bool on () group_left () salus:log_critical_events:limit)', "{{source}} critical"),
                Query(f'max by (source) (source:salus_log_events:increase1h{{level="error", {OF}}} >= bool on () group_left () salus:log_errors:limit)', "{{source}} errors"),
            ],
            [(0, "below", GREY), (1, "above", RED)],
            height=8,
            no_data="No source has been read for long enough",
        ),
        Row("Patterns"),
        table(
            "Top patterns",
            "The patterns with the most events in this time. Words and examples: /api/v1/log-patterns of the exporter.",
            f"topk(20, sum by (source, level, pattern) (increase(salus_log_pattern_events_total{{{OF}}}[$__range])) > 0)",
            {"source": "source", "level": "level", "pattern": "pattern", "Value": "events"},
            unit="short",
            sort="events",
            height=10,
            no_data="No pattern yet",
        ),
        lines("New patterns", "Kinds of events that were never seen before, in an hour.", [Query(f"sum by (source, level) (increase(salus_log_new_patterns_total{{{OF}}}[1h]))", "{{source}} {{level}}")], "short", height=10),
        Row("Sources"),
        states("Sources that can be read", "Whether each log can be read.", [Query(f"min by (source) (salus_log_source_up{{{OF}}})", "{{source}}")], [(0, "unreadable", RED), (1, "read", GREEN)], width=12, height=10),
        lines("Silence", "How long ago each source wrote its last line.", [Query(f"time() - max by (source) (salus_log_last_line_timestamp_seconds{{{OF}}} > 0)", "{{source}}")], "s", height=10),
    ]
    return dashboard(
        "logs",
        "Logs",
        "What the logs say: how many events of what level from whom, and the patterns behind them.",
        parts,
        variables=[variable("source", "label_values(salus_log_lines_total, source)", "The logs to look at", multi=True)],
    )
