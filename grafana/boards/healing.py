"""What the healer received, refused and did, and the outcomes."""

from panels import GREEN, RED, Json, Panel, Query, Row, dashboard, lines, number, table


def quantile(q: float) -> str:
    return f"histogram_quantile({q}, sum by (le, playbook) (increase(salus_time_to_heal_seconds_bucket[$__range])))"


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Alerts received", "Alerts that came by webhook in this time.", "sum(increase(salus_alerts_received_total[$__range]))", "short"),
        number("Refused", "Decisions not to act, in this time.", 'sum(increase(salus_decisions_total{outcome="refuse"}[$__range])) or vector(0)', "short"),
        number("Actions", "Actions that were started in this time.", "sum(increase(salus_actions_total[$__range]))", "short"),
        number("Verified", "Incidents that were healed and verified in this time.", "sum(increase(salus_time_to_heal_seconds_count[$__range])) or vector(0)", "short", steps=[(None, GREEN)], width=3),
        number("Escalated", "Incidents that wait for an operator now.", "count(salus_incident_exhausted == 1) or vector(0)", "short", steps=[(None, GREEN), (1, RED)], width=3),
        number("Pending approvals", "Actions that wait for an operator's approval now.", "max(salus_approvals_pending)", "short", steps=[(None, GREEN), (1, RED)], no_data="no healer", width=3),
        number("Journal errors", "Writes to the journal that failed in this time.", "sum(increase(salus_journal_errors_total[$__range]))", "short", steps=[(None, GREEN), (1, RED)], width=3),
        table("Why it refused", "Decisions not to act, by playbook and reason.", 'sort_desc(sum by (playbook, reason) (salus_decisions_total{outcome="refuse"}) > 0)', {"playbook": "playbook", "reason": "reason", "Value": "decisions"}, unit="short", no_data="Nothing was refused"),
        table("Success by action", "Share of the actions of each kind that ended well, since the journal began. Whether they helped is what verification says.", 'sum by (action) (salus_actions_total{outcome="success"}) / sum by (action) (salus_actions_total)', {"action": "action", "Value": "succeeded"}, unit="percentunit", no_data="No action yet"),
        lines("Time to heal", "From the start of an incident's first alert until its healing was verified.", [Query(quantile(0.5), "{{playbook}} p50"), Query(quantile(0.9), "{{playbook}} p90")], "s", no_data="Nothing was healed"),
        lines("Time of an action", "How long actions take, nine out of ten.", [Query("histogram_quantile(0.9, sum by (le, action) (increase(salus_action_duration_seconds_bucket[$__range])))", "{{action}} p90")], "s", no_data="No action"),
        Row("Over time"),
        lines("Decisions", "Decisions in a minute, by outcome.", [Query("60 * sum by (outcome) (rate(salus_decisions_total[$__rate_interval]))", "{{outcome}}")], "short"),
        lines("Actions", "Actions in a minute, by kind and how they ended.", [Query("60 * sum by (action, outcome) (rate(salus_actions_total[$__rate_interval]))", "{{action}} {{outcome}}")], "short"),
        lines("Open incidents", "Incidents that are not closed, by severity.", [Query("sum by (severity) (salus_incidents_open)", "{{severity}}")], "short", stack=True),
        table("Needs an operator", "Incidents whose healing is exhausted: fix the cause, then `salusctl release`.", "max by (subsystem, playbook) (salus_incident_exhausted) == 1", {"subsystem": "subsystem", "playbook": "playbook"}, no_data="None"),
        lines("Messages", "Messages to operators in a minute, by notifier and outcome.", [Query("60 * sum by (notifier, outcome) (rate(salus_notifications_total[$__rate_interval]))", "{{notifier}} {{outcome}}")], "short", no_data="No notifier is configured"),
        lines("Journal", "Size of the journal.", [Query("max(salus_journal_bytes)", "journal")], "bytes"),
    ]
    return dashboard("healing", "Healing", "What the healer received, refused and did, and the outcomes.", parts, since="now-24h")
