"""Rows 8 and 33 to 35: actions that misbehave, and a healer that runs out of what the system gives."""

import os
import resource
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import List

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import QUICK, Healer, playbook, write_program
from conformance.rows import Place, Unable, row
from e2e import web
from e2e.process import start_time
from e2e.waiting import wait_for

GROUP = "programs"

STUBBORN = """#!/usr/bin/python3
# Ignores SIGTERM, as do the grandchildren, which hold its output open.
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(3):
    os.fork()
with open("{pids}", "a") as file:
    file.write(f"{{os.getpid()}}\\n")
time.sleep(3600)
"""

FLOOD = """#!/usr/bin/python3
# {megabytes} MB of output on both streams, and a daemon that leaves the group and keeps a stream.
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(3, 64)
        with open("{daemon}", "w") as file:
            file.write(str(os.getpid()))
        time.sleep(15)
    os._exit(0)
block = b"o" * 1048576
for _ in range({megabytes} // 2):
    os.write(1, block)
    os.write(2, block)
os.write(2, b"\\nthe end of it\\n")
os.closerange(0, 3)
open("{done}", "w").close()
os._exit(3)
"""


@row(8, GROUP, "an action that sleeps an hour, ignores SIGTERM, has grandchildren holding the pipe", "TERM then KILL of the whole group at the deadline; other targets and acknowledgements unaffected")
def stubborn(place: Place) -> None:
    healer = place.healer()
    pids = healer.folder / "pids"
    program = write_program(healer.folder / "stubborn", STUBBORN.format(pids=pids))
    healer.config["playbooks"].append(playbook("stubborn", program, verify=QUICK))
    healer.config["playbooks"][1]["rungs"][0]["timeout"] = "8s"
    healer.write_config()
    healer.start()
    begin = time.monotonic()
    alert = healer.alert(heal="stubborn")
    target = alert["labels"]["container"]
    healer.world.alerts = [alert]
    healer.world.ill = {target}
    healer.deliver(alert)
    wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 8, "the program and its children", 30, 0.01)
    processes = [int(pid) for pid in pids.read_text().split()]
    # Meanwhile others are answered and healed.
    other = time.monotonic()
    answer = healer.deliver(healer.alert())
    expect(answer.good and answer.seconds < place.slack, f"answered {answer.status} after {answer.seconds:.2f} s")
    wait_for(lambda: healer.ran() == 1, "another target's action", 30, 0.01)
    place.note(f"another target's action after {time.monotonic() - other:.1f} s")
    expect(healer.incident_of(target)["state"] == "running", "the first still runs")
    wait_for(lambda: not any(start_time(pid) for pid in processes), "the whole group to be gone", 30, 0.02)
    took = time.monotonic() - begin
    place.note(f"a deadline of 8 s, all gone after {took:.1f} s")
    expect(took < 8 + 2 + 1 + 2 * place.slack, f"it took {took:.1f} s")
    incident = healer.wait_state(target, "exhausted")
    expect("did not end in time" in str(incident["timeline"]), "the story says so")
    expect(not healer.children(), "no process is left")
    healer.expect_alive()


@row(33, GROUP, "a child floods 1 GB of output, closes fds, forks a daemon", "output capped, no deadlock, no zombie")
def flood(place: Place) -> None:
    healer = place.healer()
    done, daemon = healer.folder / "done", healer.folder / "daemon"
    megabytes = 1024
    text = FLOOD.format(megabytes=megabytes, daemon=daemon, done=done)
    healer.config["playbooks"].append(playbook("flood", write_program(healer.folder / "flood", text), verify=QUICK))
    healer.config["playbooks"][1]["rungs"][0]["timeout"] = "120s"
    healer.write_config()
    healer.start()
    before, files = healer.rss_mib(), healer.descriptors()
    alert = healer.alert(heal="flood")
    target = alert["labels"]["container"]
    healer.world.alerts, healer.world.ill = [alert], {target}
    healer.deliver(alert)
    wait_for(done.exists, "1 GB of output to be read", 120)
    incident = healer.wait_state(target, "exhausted")
    story = str(incident["timeline"])
    expect("failed with exit code 3" in story, f"its exit code is told: {story}")
    expect(len(story) < 4000, f"the story is {len(story)} bytes")
    healer.expect_alive()
    place.note(f"{megabytes} MB, peak RSS {healer.peak_mib():.0f} MiB (before: {before:.0f})")
    expect(healer.peak_mib() < 64, f"RSS reached {healer.peak_mib():.0f} MiB")
    wait_for(lambda: not healer.children(), "no zombie", 10)
    expect(healer.descriptors() <= files + 5, f"{files} descriptors before, {healer.descriptors()} after")
    pid = int(daemon.read_text())
    expect(start_time(pid) is not None, "what left the group is left alone")
    os.kill(pid, 9)


@row(34, GROUP, "fd exhaustion, fork failure", "503, no crash, recovers")
def exhausted(place: Place) -> None:
    descriptors(place)
    forks(place)


def descriptors(place: Place) -> None:
    healer = place.healer(limits={resource.RLIMIT_NOFILE: 64}).start()
    healer.expect_alive()
    held: List[socket.socket] = []
    try:
        for _ in range(120):
            held.append(healer.address.connect(2))
            held[-1].sendall(b"POST /api/v1/alerts HTTP/1.1\r\n")
        wait_for(lambda: healer.descriptors() >= 60, "the healer to run out of descriptors", 30)
        assert healer.process is not None
        expect(healer.process.running(), "it crashed without descriptors")
    finally:
        for each in held:
            each.close()
    wait_for(lambda: web.ask(healer.port, "/-/ready").status == 200, "an answer when they are free again", 30)
    healer.expect_alive()
    expect(healer.stop() == 0, "it ends well")


def forks(place: Place) -> None:
    """As a user who has no process left: the action fails, is told as such, and works again later."""
    if os.geteuid() != 0:
        raise Unable("running as another user needs root")
    user = 54321  # nobody's, so that no other process counts
    become = ["/usr/bin/setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    if not Path(become[0]).exists():
        raise Unable(f"{become[0]} is missing")
    healer = place.healer(wrap=become, limits={resource.RLIMIT_NPROC: 100})
    for folder in (place.folder, healer.folder):
        os.chmod(folder, 0o755)
    program = Path(shutil.copy(healer.program, healer.folder / "salus-healer"))
    healer.program = program
    healer.actions_log.touch()
    for path in (healer.folder, *healer.folder.iterdir()):
        os.chown(path, user, user)
    healer.config["playbooks"][0].update(cooldown="0s", verify=QUICK)
    healer.write_config()
    os.chown(healer.folder / "healer.yml", user, user)
    healer.start()
    healer.expect_alive()
    sleepers = [subprocess.Popen([*become, "/bin/sleep", "600"], cwd="/") for _ in range(100)]
    place.stack.callback(lambda: [each.kill() for each in sleepers])
    alert = healer.alert()
    target = alert["labels"]["container"]
    healer.world.alerts, healer.world.ill = [alert], {target}
    before = healer.ran()
    expect(healer.deliver(alert).good, "acknowledged")
    incident = healer.wait_state(target, "exhausted")
    expect("fork" in str(incident["timeline"]), f"the failure is told: {incident['timeline']}")
    expect(healer.ran() == before, "nothing ran")
    for each in sleepers:
        each.kill()
        each.wait()
    healer.expect_alive()
    expect(healer.stop() == 0, "it ends well")


@row(35, GROUP, "actions failing at a high rate", "the process lives (a peer panics after 42)")
def failing(place: Place) -> None:
    healer = place.healer()
    failing = healer.add_program("failing", "exit 1")
    verify = {"healthy_for": "0s", "within": "1s", "every": "100ms", "healthy": 'up{target="{{target}}"} == 1'}
    healer.config["playbooks"] = [playbook("conformance", failing, verify=verify, cooldown="0s")]
    healer.config["playbooks"][0]["rungs"][0]["attempts"] = 4
    healer.config["action_workers"] = 16
    healer.write_config()
    healer.start()
    alerts = [healer.alert() for _ in range(75)]
    targets = {each["labels"]["container"] for each in alerts}
    healer.world.alerts, healer.world.ill = alerts, targets
    begin = time.monotonic()
    expect(healer.post(bodies.delivery(alerts)).good, "acknowledged")
    wait_for(lambda: healer.ran() >= 300, "300 failures", 120)
    wait_for(lambda: all_exhausted(healer, targets), "every ladder to end", 120)
    expect(healer.ran() == 300, f"{healer.ran()} runs, not 300")
    place.note(f"300 failures in {time.monotonic() - begin:.0f} s, RSS {healer.rss_mib():.0f} MiB")
    assert healer.process is not None
    expect(healer.process.running(), "it died")
    expect(not healer.children(), "no zombie")
    expect(healer.metric("salus_actions_total", outcome="failure") == 300, "they are counted")


def all_exhausted(healer: Healer, targets: set[str]) -> bool:
    found = {each["target"]["name"] for each in healer.incidents("open") if each["state"] == "exhausted"}
    return targets <= found
