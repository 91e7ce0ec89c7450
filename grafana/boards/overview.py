"""What an operator looks at first: what may be traded, what is wrong, what needs an operator."""

from panels import DARK, HEALTH, POLICY, RED, RUNBOOKS, SKY, GREEN, ORANGE, Json, Panel, Query, Row, annotation, dashboard, number, states, table

ALERTS = 'ALERTS{alertstate="firing", alertname!="Watchdog"}'
POSITIONS = 'max(salus_policy_new_positions{value="reduced"} + ignoring (value) 2 * salus_policy_new_positions{value="no"})'
TRADING = 'max(salus_policy_trading{value="exits_only"} + ignoring (value) 2 * salus_policy_trading{value="halted"})'
EXISTING = (
    'max(salus_policy_existing_positions{value="exits_allowed"} + ignoring (value) 2 * salus_policy_existing_positions{value="high_risk_closed"}'
    ' + ignoring (value) 3 * salus_policy_existing_positions{value="all_closed"})'
)


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Trading policy", "What the healer says trading may do now. Expired or absent means no_new_trades.", "max(salus_safety_policy_level)", "none", values=POLICY, width=6, no_data="no healer: no_new_trades"),
        number("Overall health", "The worst of the subsystems that trading depends on.", "salus:overall_status:max", "none", values=HEALTH, width=6, no_data="unknown"),
        number("Open incidents", "Incidents that the healer has not closed.", "sum(salus_incidents_open)", "short", steps=[(None, GREEN), (1, ORANGE)]),
        number("Needs an operator", "Incidents whose healing is exhausted: fix the cause, then `salusctl release`.", "count(salus_incident_exhausted == 1) or vector(0)", "short", steps=[(None, GREEN), (1, RED)]),
        number("Healing", "Whether an operator has paused healing.", "max(salus_healer_paused)", "none", values=[(0, "on", GREEN), (1, "paused", ORANGE)], no_data="no healer"),
        states("Policy over time", "The policy in force. It tightens at once and loosens a step at a time.", [Query("max(salus_safety_policy_level)", "policy")], POLICY, height=4),
        states(
            "Subsystems",
            "Health of each subsystem: its worst firing alert. Click a row for its dashboard.",
            [Query("max by (subsystem) (subsystem:salus_health_status:max)", "{{subsystem}}")],
            HEALTH,
            height=12,
            links=[{"title": "Subsystem ${__field.labels.subsystem}", "url": "/d/subsystem?var-subsystem=${__field.labels.subsystem}&${__url_time_range}"}],
        ),
        table(
            "Firing alerts",
            "Everything that fires now, worst first. The name leads to its runbook.",
            f"max by (alertname, severity, subsystem, container, status) ({ALERTS})",
            {"alertname": "alert", "severity": "severity", "subsystem": "subsystem", "container": "container", "status": "status"},
            cell_links={"alert": RUNBOOKS + "${__value.raw}.md"},
            no_data="Nothing fires",
            width=14,
        ),
        table(
            "Why the policy is not looser",
            "Each reason the healer holds; a thing is allowed only if each of them allows it.",
            "max by (cause) (salus_policy_cause) == 1",
            {"cause": "cause"},
            no_data="Nothing holds it",
            width=10,
        ),
        Row("Permissions"),
        number("New positions", "Whether new positions may be opened; reduced: with less leverage and size.", POSITIONS, "none", values=[(0, "yes", GREEN), (1, "reduced", SKY), (2, "no", ORANGE)], no_data="no healer: no"),
        number("Trading", "Whether orders may be placed at all; halted: none but those that close what must be closed.", TRADING, "none", values=[(0, "yes", GREEN), (1, "exits only", ORANGE), (2, "halted", DARK)], no_data="no healer: exits only"),
        number("Leverage at most", "Of new positions. +Inf: the policy sets no limit.", "min(salus_policy_max_leverage)", "short", no_data="no healer"),
        number("Position size", "Of new positions, as a share of the usual size.", "min(salus_policy_position_size_factor)", "percentunit", no_data="no healer"),
        number("Stops", "Whether stops must be tighter than usual.", 'max(salus_policy_stops{value="tighter"})', "none", values=[(0, "normal", GREEN), (1, "tighter", ORANGE)], no_data="no healer"),
        number("Existing positions", "What is to be done with open positions.", EXISTING, "none", values=[(0, "kept", GREEN), (1, "exits allowed", SKY), (2, "high risk closed", RED), (3, "all closed", DARK)], no_data="no healer"),
        Row("Counts"),
        number("Healthy", "Subsystems without a firing alert.", 'max(salus:subsystems:count{status="healthy"})', "short"),
        number("Degraded", "Subsystems that work, but not as they should.", 'max(salus:subsystems:count{status="degraded"})', "short", steps=[(None, GREEN), (1, ORANGE)]),
        number("Critical", "Subsystems with a major issue.", 'max(salus:subsystems:count{status="critical"})', "short", steps=[(None, GREEN), (1, RED)]),
        number("Failed", "Subsystems of which nothing is left, or whose healing is exhausted.", 'max(salus:subsystems:count{status="failed"})', "short", steps=[(None, GREEN), (1, RED)]),
        number("Unknown", "Subsystems of which nothing is known: never taken for healthy.", 'max(salus:subsystems:count{status="unknown"})', "short", steps=[(None, GREEN), (1, ORANGE)]),
        number("Watchdog", "Time since the healer last received the heartbeat. Silence tightens the policy.", "time() - max(salus_watchdog_last_seen_timestamp_seconds > 0)", "s", steps=[(None, GREEN), (120, ORANGE), (300, RED)]),
    ]
    return dashboard(
        "overview",
        "Overview",
        "What may be traded, what is wrong, what needs an operator.",
        parts,
        annotations=[annotation("Actions", 'sum by (action) (changes(salus_actions_total[1m])) > 0', "{{action}}", ORANGE)],
        since="now-3h",
        refresh="10s",
    )
