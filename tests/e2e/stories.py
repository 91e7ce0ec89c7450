"""The stories: a fault, the loop at work, and what must be true afterwards."""

import json
import time
from typing import Any, Callable, Dict, List, Optional

from e2e import storm
from e2e.observer import Observer, in_order, level
from e2e.rig import Rig
from e2e.timeline import Timeline, seconds
from e2e.waiting import wait_for


class NotAsItShould(Exception):
    """A story did not go as expected."""


def check(condition: object, what: str) -> None:
    """An assertion that also holds under python -O."""
    if not condition:
        raise NotAsItShould(what)


Story = Callable[[Rig, Timeline], None]


def killed(rig: Rig, timeline: Timeline) -> None:
    """A container is killed; it is restarted and verified."""
    container = "quantum_trading_bot"
    check(rig.engine.running(container), f"{container} runs before the fault")
    timeline.begin(f"docker kill {container}")
    rig.engine.docker("kill", container)
    observer = Observer(rig.monitoring, timeline, container, alertname="ContainerDown", container=container)
    incident = observer.until("healed", 60)
    check_healed(rig, observer, incident)
    check("risk_guard" in subsystems_of(rig, timeline, "ContainerDown"), "each subsystem of the container has its alert")
    check(rig.stack.answers(container), f"{container} answers again")
    check(rig.engine.events(container, "restart", timeline.fault, time.time()) == 1, "it was restarted exactly once")
    relaxed(rig, timeline)


def hanging(rig: Rig, timeline: Timeline) -> None:
    """A program hangs: it runs and answers, but its state is no longer updated."""
    container, subsystem = "quantum_event_executor", "event_executor"
    state = rig.stack.data / "event_executor" / "state.json"
    life = rig.engine.inspect(container)["State"]["StartedAt"]
    # A younger one is left alone at first: the shipped playbook lets it settle.
    wait_for(lambda: time.time() - seconds(life) > 10, "a container that has run for a while", 15)
    timeline.begin(f"{container} hangs; its state file is no longer updated and is backdated")
    rig.stack.fault(container, "hang")
    observer = Observer(rig.monitoring, timeline, container, alertname="SubsystemStale", subsystem=subsystem)
    wait_for(lambda: last_cycle(state) < timeline.fault - 300, "a state older than the shipped threshold", 5)
    check(rig.stack.answers(container), "it still answers while it hangs")
    check(rig.engine.inspect(container)["State"]["StartedAt"] == life, "its process still lives")
    incident = observer.until("healed", 60)
    check_healed(rig, observer, incident)
    check(rig.engine.inspect(container)["State"]["StartedAt"] != life, "its process is a new one")
    check(time.time() - last_cycle(state) < 5, "its state is fresh again")
    check(rig.engine.events(container, "restart", timeline.fault, time.time()) == 1, "it was restarted exactly once")
    relaxed(rig, timeline)


def crash_looping(rig: Rig, timeline: Timeline) -> None:
    """A program crashes at every start: restarting does not help, and an operator must act."""
    container, subsystem = "quantum_ai_engine", "ai_model"
    timeline.begin(f"{container} crashes at every start")
    rig.stack.fault(container, "crash-loop")
    observer = Observer(rig.monitoring, timeline, container, alertname="ContainerDown", container=container)
    incident = observer.until("exhausted", 180)
    story = [moment["what"] for moment in incident["timeline"]]
    check(observer.in_prometheus and observer.in_alertmanager, "the alert was seen in Prometheus and Alertmanager")
    check(in_order(story, ["intent", "running", "ineffective", "intent", "running", "ineffective", "exhausted"]), f"{story}")
    check(incident["rung"] >= 1, "the second rung was tried")
    check(observer.strictest >= 1 and observer.strictest_in_file >= 1, "trading policy tightened")
    wait_for(
        lambda: rig.monitoring.firing(alertname="HealingExhausted", subsystem=subsystem), "the alert for an operator", 20
    )
    exhausted = rig.monitoring.query(f'salus_incident_exhausted{{subsystem="{subsystem}", playbook="restart_container"}}')
    check(exhausted and exhausted[0]["value"][1] == "1", "the latch is a metric")

    actions = rig.monitoring.incident(incident["id"])["actions"]
    timeline.note("fixed", "an operator removes the fault; Docker's restart policy starts the container again")
    rig.stack.mend(container)
    wait_for(lambda: rig.stack.answers(container), f"{container} at work", 70)
    wait_for(lambda: not rig.monitoring.firing(alertname="ContainerDown", container=container), "a quiet alert", 20)
    wait_for(lambda: not rig.monitoring.held(alertname="ContainerDown", container=container), "a resolved alert", 20)
    quiet = time.time()
    wait_for(lambda: rig.monitoring.reconciled_at() > quiet, "a reconciliation by the healer", 20)
    latched = rig.monitoring.incident(incident["id"])
    check(latched["state"] == "exhausted" and latched["actions"] == actions, "it stays latched until it is released")
    check(level(rig.monitoring.policy()["policy"]) >= 1, "trading stays restricted while it is latched")
    timeline.note("operator", f"salusctl release {incident['id']}")
    rig.salusctl("release", incident["id"], "--reason", "the models are fixed")
    wait_for(lambda: rig.monitoring.incident(incident["id"])["state"] == "released", "a released incident", 10)
    timeline.note("released", incident["id"])
    relaxed(rig, timeline)


def log_storm(rig: Rig, timeline: Timeline) -> None:
    """Two logs overflow. The container that may be restarted is; the weekly report and the chat report it."""
    timeline.begin(f"{storm.CRITICALS} critical events of {storm.DATABASE}, {storm.ERRORS} errors of {storm.TARGET}")
    storm.rage(rig)
    observer = Observer(rig.monitoring, timeline, storm.TARGET, alertname="LogErrors", source=storm.TARGET)
    observer.until("verifying", 60)
    report = wait_for(lambda: storm.written(rig), "the incident in the weekly report", 30)
    found = storm.sections(report.read_text())
    check(len(found) == 1 and storm.matches(found[0], storm.SECTION), f"the section in {report.name} is as expected, not {found}")
    timeline.note("reported", f"{report.name}: {storm.CRITICALS} critical events, {storm.ERRORS} errors")
    wait_for(lambda: any(text.startswith(storm.TRIGGERED) for text in rig.chat.messages()), "the notice in the chat", 20)
    timeline.note("notified", "the chat: auto-heal triggered")
    observer.until("healed", 300)
    wait_for(lambda: any("✅ Auto-heal completed successfully" in text for text in rig.chat.messages()), "the notice of its end", 20)
    timeline.note("notified", "the chat: auto-heal completed successfully")
    check(rig.engine.events(storm.TARGET, "restart", timeline.fault, time.time()) == 1, "it was restarted exactly once")
    check(rig.engine.events(storm.DATABASE, "restart", timeline.fault, time.time()) == 0, "the database was left alone")
    check(len(storm.sections(report.read_text())) == 1, "there is one section of it")
    relaxed(rig, timeline)


# The storm comes first: what is reported counts everything that happened within an hour.
STORIES: List[tuple[str, Story]] = [
    ("two logs overflow", log_storm),
    ("quantum_trading_bot is killed", killed),
    ("quantum_event_executor hangs", hanging),
    ("quantum_ai_engine crash-loops", crash_looping),
]


def check_healed(rig: Rig, observer: Observer, incident: Dict[str, Any]) -> None:
    """What every healed incident must show, in each of the programs it went through."""
    story = [moment["what"] for moment in incident["timeline"]]
    wanted = ["accepted", "intent", "running", "action_succeeded", "verifying", "probation", "healed"]
    check(in_order(story, wanted), f"the incident went through every step, not {story}")
    check(incident["actions"] == 1, "one action was enough")
    check(observer.in_prometheus, "Prometheus had the alert firing")
    check(observer.in_alertmanager, "Alertmanager held the alert")
    check(observer.strictest == level("defensive_exit"), "the policy tightened to defensive_exit")
    check(observer.strictest_in_file == observer.strictest, "the policy file said so too")
    healer, playbook = rig.monitoring.places.healer, incident["playbook"]
    healed = rig.monitoring.metric(healer, "salus_time_to_heal_seconds_count", playbook=playbook)
    check(healed and healed >= 1, "the healer counts what it healed")
    check(seconds(incident["opened_at"]) >= observer.timeline.fault, "the incident is of this fault")


def relaxed(rig: Rig, timeline: Timeline) -> None:
    """The policy loosens step by step; with production intervals the story does not wait for the minutes that this takes."""
    if rig.production_intervals:
        return
    wait_for(rig.calm, "a policy that allows trading again, and no open incident", 60)
    check(rig.monitoring.policy_file()["policy"] == "allow_all", "the policy file allows trading again")
    timeline.note("relaxed", "policy allow_all")


def subsystems_of(rig: Rig, timeline: Timeline, alert: str) -> List[str]:
    """The subsystems for which the alert has fired since the fault."""
    window = int(time.time() - timeline.fault) + 1
    series = rig.monitoring.query(f'max_over_time(ALERTS{{alertname="{alert}",alertstate="firing"}}[{window}s])')
    return [one["metric"].get("subsystem", "") for one in series]


def last_cycle(state: Any) -> float:
    found: Optional[float] = json.loads(state.read_text())["last_cycle"]
    return found or 0.0
