"""Week over week: health, availability, incidents."""

from panels import GREEN, HEALTH, ORANGE, RED, Json, Panel, Query, Row, dashboard, exact, lines, number, states, table

ERRORS = 'salus_log_events_total{level=~"error|critical"}'


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Health score", "The average over 7 days, of 100: degraded subsystems count by half, unknown ones not at all, those that are critical for trading three times.", "avg_over_time(salus:health_score:weighted[7d])", "none", steps=[(None, RED), (80, ORANGE), (95, GREEN)], width=6, no_data="No subsystem"),
        number("Health score the week before", "The same of the 7 days before.", "avg_over_time(salus:health_score:weighted[7d] offset 7d)", "none", steps=[(None, RED), (80, ORANGE), (95, GREEN)], width=6, no_data="not two weeks old"),
        number("Health score now", "Of 100, at this moment.", "max(salus:health_score:weighted)", "none", steps=[(None, RED), (80, ORANGE), (95, GREEN)], width=6, no_data="No subsystem"),
        number("Lowest health score", "The lowest of 7 days.", "min_over_time(salus:health_score:weighted[7d])", "none", steps=[(None, RED), (80, ORANGE), (95, GREEN)], width=6, no_data="No subsystem"),
        number("Availability", "Share of the last 7 days in which the subsystems that are critical for trading were neither critical nor failed. Unknown time counts neither way.", "avg(avg_over_time(subsystem:salus_available:bool[7d]))", "percentunit", steps=[(None, RED), (0.99, ORANGE), (0.999, GREEN)], width=6, no_data="No critical subsystem"),
        number("The week before", "The same of the 7 days before.", "avg(avg_over_time(subsystem:salus_available:bool[7d] offset 7d))", "percentunit", steps=[(None, RED), (0.99, ORANGE), (0.999, GREEN)], width=6, no_data="not two weeks old"),
        number("Healed", "Incidents healed and verified in 7 days.", f"sum({exact('salus_time_to_heal_seconds_count', '7d')}) or vector(0)", "short", width=6),
        number("Actions", "Actions in 7 days.", f"sum({exact('salus_actions_total', '7d')})", "short", width=6),
        states("Overall health", "The worst of the subsystems that trading depends on.", [Query("max(salus:overall_status:max)", "overall")], HEALTH, height=4),
        table("Availability by subsystem", "Of the subsystems that are critical for trading, over 7 days.", "sort(avg by (subsystem) (avg_over_time(subsystem:salus_available:bool[7d])))", {"subsystem": "subsystem", "Value": "available"}, unit="percentunit"),
        lines(
            "Error budget left",
            "What is left of the 43 minutes that 99.9 % of 30 days allow.",
            [Query("1 - (1 - avg by (subsystem) (avg_over_time(subsystem:salus_available:bool[30d]))) / 0.001", "{{subsystem}}")],
            "percentunit",
            limits=[(None, RED), (0, ORANGE), (0.5, GREEN)],
        ),
        Row("Week over week"),
        lines("Errors in the logs", "Errors and worse in 7 days, and in the 7 days before.", [Query(f"sum({exact(ERRORS, '7d')})", "this week"), Query(f"sum({exact(ERRORS, '7d', '7d')})", "the week before")], "short"),
        lines("Restarts", "Restarts of containers in 7 days, and in the 7 days before.", [Query(f"sum({exact('salus_container_restarts_total', '7d')})", "this week"), Query(f"sum({exact('salus_container_restarts_total', '7d', '7d')})", "the week before")], "short"),
        lines("Probe times", "Median time of each probe over 7 days.", [Query("max by (probe) (probe:salus_duration_seconds:median7d)", "{{probe}}")], "s", no_data="No probe"),
        table("Noisiest alerts", "Samples in which each alert fired, over 7 days.", 'topk(15, sum by (alertname) (count_over_time(ALERTS{alertstate="firing", alertname!="Watchdog"}[7d])))', {"alertname": "alert", "Value": "samples"}, unit="short", sort="samples", no_data="Nothing fired"),
    ]
    return dashboard("weekly", "Weekly history", "Week over week: health, availability, incidents.", parts, since="now-7d", refresh="5m")
