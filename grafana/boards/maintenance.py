"""What runs on a schedule and what waits for an operator: tasks, approvals, validation, audits."""

from panels import GREEN, ORANGE, RED, RUNBOOKS, Json, Panel, Query, Row, dashboard, exact, lines, number, states, table

PASS_FAIL = [(0, "fails", RED), (1, "passes", GREEN)]


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Pending approvals", "Actions that wait for an operator: `salusctl approvals`, `salusctl approve`.", "max(salus_approvals_pending)", "short", steps=[(None, GREEN), (1, RED)], no_data="no healer"),
        number("Tasks due", "Tasks whose time has come. A due task normally runs within a minute.", 'count(ALERTS{alertstate="firing", alertname=~".+Due", task!=""}) or vector(0)', "short", steps=[(None, GREEN), (1, ORANGE)]),
        number("Failing tasks", "Tasks whose runs have failed for a day.", 'count(ALERTS{alertstate="firing", alertname="TaskFailing"}) or vector(0)', "short", steps=[(None, GREEN), (1, RED)]),
        number("Failed phases", "Phases that failed in the newest validation. Phases that are not configured are not counted.", "count(salus_validation_phase_success) - sum(salus_validation_phase_success)", "short", steps=[(None, GREEN), (1, RED)], no_data="not validated yet"),
        number("Failed audit checks", "Checks that failed in the newest health audit.", "count(salus_health_audit_check_success) - sum(salus_health_audit_check_success)", "short", steps=[(None, GREEN), (1, RED)], no_data="not audited yet"),
        number("Health score", "Of 100, at this moment: the same figure as in the reports.", "max(salus:health_score:weighted)", "none", steps=[(None, RED), (80, ORANGE), (95, GREEN)], no_data="No subsystem"),
        Row("Tasks"),
        table("Last success", "When each task last succeeded; for a task that never did, the healer's first start.", "1000 * max by (task) (salus_task_last_success_timestamp_seconds > 0)", {"task": "task", "Value": "last success"}, unit="dateTimeFromNow", no_data="No task succeeded yet", width=8),
        table("Last run", "When each task was last started; for a task that never was, the healer's first start.", "1000 * max by (task) (salus_task_last_run_timestamp_seconds > 0)", {"task": "task", "Value": "last run"}, unit="dateTimeFromNow", no_data="No task ran yet", width=8),
        table("Next run", "When each scheduled task is due next, counted from its last run or from the healer's first start.", "1000 * max by (task) (task:salus_next_due_timestamp_seconds:max)", {"task": "task", "Value": "next run"}, unit="dateTimeFromNow", no_data="No task is scheduled", width=8),
        table("Failures in 7 days", "Runs of each task that failed or were interrupted.", f"max by (task) ({exact('salus_task_failures_total', '7d')})", {"task": "task", "Value": "failures"}, unit="short", no_data="No task is configured", width=8),
        table("What keeps failing", "Tasks whose runs have failed for a day. The name of the alert leads to its runbook.", 'max by (task, alertname) (ALERTS{alertstate="firing", alertname="TaskFailing"})', {"task": "task", "alertname": "alert"}, cell_links={"alert": RUNBOOKS + "${__value.raw}.md"}, no_data="None", width=8),
        lines("Duration of tasks", "How long the newest run of each task took.", [Query("max by (task) (salus_task_duration_seconds)", "{{task}}")], "s", no_data="No task ran yet", width=8),
        Row("Approvals"),
        lines("Approvals over time", "Actions that wait for an operator.", [Query("max(salus_approvals_pending)", "pending")], "short", no_data="no healer"),
        lines("Incidents without success", "Incidents whose healing is exhausted: they wait for an operator.", [Query("count(salus_incident_exhausted == 1) or vector(0)", "exhausted")], "short"),
        Row("Validation"),
        states("Validation phases", "Each phase in the newest validation at that time.", [Query("min by (phase) (salus_validation_phase_success)", "{{phase}}")], PASS_FAIL, height=6, no_data="not validated yet"),
        states("Validation checks", "Each check that failed in the newest validation at that time.", [Query("min by (phase, check) (salus_validation_check_success) and on (phase, check) (min_over_time(salus_validation_check_success[$__range]) == 0)", "{{phase}}: {{check}}")], PASS_FAIL, height=8, no_data="None failed"),
        Row("Health audits"),
        states("Audit checks", "Each check of the newest health audit at that time.", [Query("min by (check) (salus_health_audit_check_success)", "{{check}}")], PASS_FAIL, height=10, no_data="not audited yet"),
    ]
    return dashboard("maintenance", "Maintenance", "What runs on a schedule and what waits for an operator: tasks, approvals, validation, audits.", parts, since="now-7d", refresh="1m")
