"""Rows 28 and 31: what trading may do, while alerts demand it and while nobody can say."""

import json
import signal
import time
from functools import partial
from pathlib import Path
from typing import Callable

import yaml

from conformance import bodies, relay
from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.rows import Place, Unable, row
from e2e import web
from e2e.process import Process
from e2e.waiting import wait_for

SILENT = "notice=watchdog_silent"


def demanding(healer: Healer, policy: str) -> dict:  # type: ignore[type-arg]
    return healer.alert(heal="", labels={"policy": policy})


def told(healer: Healer) -> str:
    """By the file: the same as GET /policy."""
    return str(json.loads(healer.policy_file.read_text())["policy"])


@row(28, "world", "emergency_shutdown fires during safe_risk_profile; a lower one; resolved; reboot", "only tightens; survives reboot; released by an operator only")
def emergency(place: Place) -> None:
    healer = place.healer(lambda config: config["policy"].update(relax_after="1s", lease="10s")).start()
    healer.wait_policy("allow_all")
    alerts = {policy: demanding(healer, policy) for policy in ("safe_risk_profile", "emergency_shutdown", "no_new_trades")}
    for policy, strictest in (
        ("safe_risk_profile", "safe_risk_profile"),
        ("emergency_shutdown", "emergency_shutdown"),
        ("no_new_trades", "emergency_shutdown"),
    ):
        healer.world.alerts.append(alerts[policy])
        expect(healer.deliver(alerts[policy]).good, "acknowledged")
        healer.wait_policy(strictest)
        wait_for(lambda: told(healer) == strictest, "the file to say so", 30, 0.02)
    # All of them end: emergency_shutdown stays until a person releases it.
    healer.world.alerts = []
    for each in alerts.values():
        healer.deliver({**each, "status": "resolved", "endsAt": "2099-01-01T00:00:00Z"})
    for again in (False, True):
        if again:
            healer.kill()
            healer.start()
        time.sleep(2.5)  # twice relax_after, with a live Watchdog
        expect(healer.policy() == told(healer) == "emergency_shutdown", f"{healer.policy()} after a reboot: {again}")
    expect(web.ask(healer.port, "/api/v1/policy/release", "POST", "{}").status == 401, "not without the token")
    expect(healer.command("POST", "/api/v1/policy/release", reason="looked at").status == 200, "released")
    healer.wait_policy("allow_all")


@row(31, "engine", "Watchdog stops (Alertmanager killed, Prometheus paused)", "policy tightens after the limit, notified once")
def watchdog(place: Place) -> None:
    if not relay.PROMETHEUS.exists():
        raise Unable(f"{relay.PROMETHEUS} is missing: run ./dev setup")
    alertmanager, prometheus = web.free_ports(2)
    healer = place.healer()
    healer.config["alertmanager_url"] = f"http://127.0.0.1:{alertmanager}"
    healer.config["policy"]["watchdog_timeout"] = "5s"
    healer.config["reconcile_interval"] = "1s"
    healer.write_config()
    healer.start()
    passing = relay.Relay(healer)
    place.stack.callback(passing.stop)
    (manager,) = relay.alertmanagers(place, passing, 1, alertmanager)
    process = start_prometheus(place, prometheus, alertmanager)
    healer.wait_policy("allow_all")

    silent(healer, manager.kill, manager.start)
    silent(healer, partial(process.send, signal.SIGSTOP), partial(process.send, signal.SIGCONT))
    place.note("tightened and relaxed twice, one notice each")


def start_prometheus(place: Place, port: int, alertmanager: int) -> Process:
    folder = place.folder / "prometheus"
    folder.mkdir()
    rule = {"alert": "Watchdog", "expr": "vector(1)", "labels": {"severity": "none", **bodies.HEARTBEAT}}
    (folder / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "w", "interval": "1s", "rules": [rule]}]}))
    managers = [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]
    config = {"global": {"evaluation_interval": "1s"}, "rule_files": ["rules.yml"], "alerting": {"alertmanagers": managers}}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    process = Process("prometheus", prometheus_argv(folder, port), folder / "log", relay.ENVIRONMENT)
    place.stack.callback(process.kill)
    wait_for(lambda: web.ask(port, "/-/ready").status == 200, "Prometheus to be ready", 60)
    return process


def prometheus_argv(folder: Path, port: int) -> list[str]:
    return [
        str(relay.PROMETHEUS),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--rules.alert.resend-delay=1s",
    ]


def silent(healer: Healer, stop: Callable[[], None], go: Callable[[], None]) -> None:
    """Monitoring goes away and comes back."""
    before = healer.log.read_text().count(SILENT)
    stop()
    begin = time.monotonic()
    healer.wait_policy("no_new_trades")
    took = time.monotonic() - begin
    expect(4 < took, f"tightened after {took:.1f} s, the limit is 5 s")
    time.sleep(1)  # many steps of the decider: a notice for each of them would be seen below
    go()
    healer.wait_policy("allow_all")
    said = healer.log.read_text().count(SILENT) - before
    expect(said == 1, f"{said} notices of silence")
