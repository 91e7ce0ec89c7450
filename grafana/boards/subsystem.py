"""One subsystem: how fresh, what answers, what fails, what it depends on, what was done."""

from panels import BLUE, HEALTH, ORANGE, RED, RUNBOOKS, YES_NO, GREEN, Json, Panel, Query, Row, annotation, dashboard, limit, lines, number, states, table, variable

OF = 'subsystem="$subsystem"'


def graph() -> Panel:
    """Nodes are subsystems with their health, edges what they depend on."""
    nodes = 'label_replace(label_replace(max by (subsystem) (subsystem:salus_health_status:max), "id", "$1", "subsystem", "(.*)"), "title", "$1", "subsystem", "(.*)")'
    edges = 'label_replace(label_replace(label_join(max by (subsystem, depends_on) (salus_subsystem_depends_on), "id", "-", "subsystem", "depends_on"), "source", "$1", "subsystem", "(.*)"), "target", "$1", "depends_on", "(.*)")'
    rename = {"id": "organize", "options": {"renameByName": {"Value": "mainstat", "Value #A": "mainstat", "Value #B": "mainstat"}, "excludeByName": {"Time": True, "subsystem": True, "depends_on": True}}}
    return Panel(
        "nodeGraph",
        "Dependencies",
        "Who needs whom: an arrow points to what is needed. The number is its health: -1 unknown, 0 healthy to 3 failed.",
        [Query(nodes, table=True), Query(edges, table=True)],
        "none",
        width=12,
        height=10,
        no_data="No dependencies are declared",
        transformations=[rename],
    )


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Health", "The subsystem's worst firing alert.", f"max(subsystem:salus_health_status:max{{{OF}}})", "none", values=HEALTH, no_data="unknown"),
        number("Updated", "Time since its state was last updated.", f"time() - max(salus_subsystem_last_update_timestamp_seconds{{{OF}}})", "s", no_data="no state"),
        number("State can be read", "Whether everything asked of its state was found at the newest look.", f"min(salus_subsystem_read_success{{{OF}}})", "none", values=YES_NO, no_data="no state"),
        number("Container runs", "Whether the container it lives in runs.", f"min(salus_container_running and on (container) salus_subsystem_info{{{OF}}})", "none", values=YES_NO, no_data="no container"),
        number("Errors", "Share of its calls that failed in the last 5 minutes.", f"max(subsystem:salus_call_errors:ratio_rate5m{{{OF}}})", "percentunit", no_data="not counted"),
        number("Firing alerts", "Alerts that name it.", f'count(ALERTS{{alertstate="firing", {OF}}}) or vector(0)', "short", steps=[(None, GREEN), (1, ORANGE)]),
        states("Health over time", "The subsystem's worst firing alert.", [Query(f"max by (subsystem) (subsystem:salus_health_status:max{{{OF}}})", "{{subsystem}}")], HEALTH, height=4),
        lines(
            "Age of its state",
            "How long ago it last updated its state, with the limits of the rules.",
            [
                Query(f"time() - max(salus_subsystem_last_update_timestamp_seconds{{{OF}}})", "age"),
                Query(f"max(subsystem:salus_age_degraded_seconds:limit{{{OF}}})", "degraded above"),
                Query(f"max(subsystem:salus_age_critical_seconds:limit{{{OF}}})", "critical above"),
            ],
            "s",
            overrides=[limit("degraded above", ORANGE), limit("critical above", RED)],
            no_data="It has no state file",
        ),
        lines("Items in its state", "Counts inside its state file.", [Query(f"max by (item) (salus_subsystem_items{{{OF}}})", "{{item}}")], "short", no_data="No items are read"),
        Row("What answers, what fails"),
        states("Probes", "Whether each probe of the subsystem succeeds.", [Query(f"min by (probe) (salus_probe_success{{{OF}}})", "{{probe}}")], [(0, "fails", RED), (1, "answers", GREEN)], width=12, height=6, no_data="No probe"),
        lines(
            "Response times",
            "How long all checks of the subsystem took together, and each of its probes.",
            [
                Query(f"max by (subsystem) (salus_subsystem_check_duration_seconds{{{OF}}})", "all checks"),
                Query(f"max by (probe) (salus_probe_duration_seconds{{{OF}}})", "{{probe}}"),
            ],
            "s",
            height=6,
            no_data="No check",
        ),
        lines(
            "Calls",
            "Calls that it made, and those that failed, as it counts them itself.",
            [Query(f"sum(rate(salus_subsystem_calls_total{{{OF}}}[$__rate_interval]))", "calls"), Query(f"sum(rate(salus_subsystem_call_errors_total{{{OF}}}[$__rate_interval]))", "errors")],
            "reqps",
            no_data="It counts no calls",
        ),
        lines(
            "Share of calls that fail",
            "Over 5 minutes, with the limits of the rules.",
            [
                Query(f"max(subsystem:salus_call_errors:ratio_rate5m{{{OF}}})", "fail"),
                Query("max(salus:call_errors_degraded:limit)", "degraded above"),
                Query("max(salus:call_errors_critical:limit)", "critical above"),
            ],
            "percentunit",
            overrides=[limit("degraded above", ORANGE), limit("critical above", RED)],
        ),
        lines("Files", "How many files of each set are there, and should be.", [Query(f"max by (set) (salus_file_set_present{{{OF}}})", "{{set}} present"), Query(f"max by (set) (salus_file_set_expected{{{OF}}})", "{{set}} expected")], "short", no_data="No file set"),
        Row("What it stands on, what was done"),
        graph(),
        table(
            "Its alerts in this time",
            "How many samples of each alert were firing, most first. The name leads to its runbook.",
            f'sort_desc(sum by (alertname, severity, status) (count_over_time(ALERTS{{alertstate="firing", {OF}}}[$__range])))',
            {"alertname": "alert", "severity": "severity", "status": "status", "Value": "samples"},
            unit="short",
            cell_links={"alert": RUNBOOKS + "${__value.raw}.md"},
            no_data="Nothing fired",
            height=10,
        ),
    ]
    return dashboard(
        "subsystem",
        "Subsystem",
        "One subsystem: how fresh, what answers, what fails, what it depends on, what was done.",
        parts,
        variables=[variable("subsystem", "label_values(salus_subsystem_info, subsystem)", "The subsystem to look at")],
        annotations=[
            annotation("Alerts", f'max by (alertname) (ALERTS{{alertstate="firing", {OF}}})', "{{alertname}}", RED),
            annotation("Actions", "sum by (action) (changes(salus_actions_total[1m])) > 0", "{{action}}", BLUE),
        ],
    )
