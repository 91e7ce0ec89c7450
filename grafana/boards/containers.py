"""Containers and the machine they run on."""

from panels import GREEN, ORANGE, RED, YES_NO, Json, Panel, Query, Row, dashboard, limit, lines, number, states, table, variable

OF = 'container=~"$container"'


def build() -> Json:
    parts: list[Panel | Row] = [
        number("Down", "Declared containers that do not run.", "count(salus_container_running == 0 and on (container) salus_container_expected == 1) or vector(0)", "short", steps=[(None, GREEN), (1, RED)]),
        number("Restarts in an hour", "Starts after the first, by the restart policy or by anyone.", f"sum(container:salus_container_restarts:increase1h{{{OF}}})", "short", steps=[(None, GREEN), (2, ORANGE)]),
        number("Killed for memory in a day", "Processes of containers that the kernel killed for want of memory.", f"sum(increase(salus_container_oom_kills_total{{{OF}}}[1d]))", "short", steps=[(None, GREEN), (1, RED)]),
        number("CPU", "Share of the machine's CPU time that is used.", "max(host:salus_cpu_busy:ratio_rate1m)", "percentunit", spark=True),
        number("Memory", "Share of the machine's memory that is used.", "max(host:salus_memory_used:ratio)", "percentunit", spark=True),
        number("Fullest disk", "The fullest file system.", "max(mountpoint:salus_disk_used:ratio)", "percentunit"),
        states("Running", "Whether each container runs.", [Query(f"max by (container) (salus_container_running{{{OF}}})", "{{container}}")], YES_NO, height=12),
        lines("CPU by container", "CPUs that each container keeps busy.", [Query(f"sum by (container) (rate(salus_container_cpu_seconds_total{{{OF}}}[$__rate_interval]))", "{{container}}")], "short", no_data="No usage is read"),
        lines("Memory by container", "Working set of each container.", [Query(f"max by (container) (salus_container_memory_working_set_bytes{{{OF}}})", "{{container}}")], "bytes", no_data="No usage is read"),
        table(
            "Images",
            "The image each container was made from.",
            f"max by (container, image) (salus_container_info{{{OF}}})",
            {"container": "container", "image": "image"},
        ),
        lines("Restarts", "Restarts of each container in an hour.", [Query(f"max by (container) (container:salus_container_restarts:increase1h{{{OF}}}) > 0", "{{container}}")], "short", no_data="No container restarted"),
        Row("The machine"),
        lines("CPU", "Time of all CPUs, by mode.", [Query('sum by (mode) (rate(salus_host_cpu_seconds_total{mode!="idle"}[$__rate_interval]))', "{{mode}}")], "short", stack=True),
        lines("Memory", "Memory that is there, and that programs could still get.", [Query("max(salus_host_memory_total_bytes)", "total"), Query("min(salus_host_memory_available_bytes)", "available")], "bytes"),
        lines(
            "CPU and memory against their limits",
            "Share of CPU time and memory that is used, with the limits of the rules.",
            [
                Query("max(host:salus_cpu_busy:ratio_rate1m)", "CPU"),
                Query("max(host:salus_memory_used:ratio)", "memory"),
                Query("max(salus:host_cpu_critical:limit)", "CPU critical above"),
                Query("max(salus:host_memory_critical:limit)", "memory critical above"),
            ],
            "percentunit",
            overrides=[limit("CPU critical above", RED), limit("memory critical above", RED)],
        ),
        lines(
            "Disks",
            "How full each file system is, with the limits of the rules.",
            [
                Query("mountpoint:salus_disk_used:ratio", "{{mountpoint}}"),
                Query("max(salus:host_disk_filling:limit)", "warning above"),
                Query("max(salus:host_disk_full:limit)", "critical above"),
            ],
            "percentunit",
            overrides=[limit("warning above", ORANGE), limit("critical above", RED)],
        ),
        lines("Pressure", "Share of time in which all tasks waited for a resource.", [Query('max by (resource) (rate(salus_host_pressure_seconds_total{kind="full"}[$__rate_interval]))', "{{resource}}")], "percentunit", no_data="Not reported by this kernel"),
        lines("Connections", "TCP connections by state.", [Query('sum by (state) (salus_host_connections{protocol="tcp"})', "{{state}}")], "short"),
        lines("Load", "Mean number of tasks that ran or waited over a minute.", [Query("max(salus_host_load1)", "load")], "short"),
    ]
    return dashboard(
        "containers",
        "Containers and host",
        "Containers and the machine they run on.",
        parts,
        variables=[variable("container", "label_values(salus_container_running, container)", "The containers to look at", multi=True)],
    )
