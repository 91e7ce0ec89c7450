"""Row 44: bodies of tens of thousands of alerts, the one that matters last."""

import json
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Config, Healer
from conformance.post import Answer, send
from conformance.receiver import TARGETS
from conformance.rows import Place, row
from e2e import web
from e2e.process import Process
from e2e.waiting import wait_for

LIMIT = 0.2  # seconds until the strictest policy of a body is in force
REDIS = Path("/usr/bin/redis-server")
CHANNEL = "salus:policy"
PATIENCE = 300.0


@dataclass
class Watch:
    """When a policy is first seen in each place where it is published."""

    healer: Healer
    redis: Optional[int]
    policy: str
    seen: Dict[str, float] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: List[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Watch":
        ways: Dict[str, Callable[[], None]] = {"file": self._file, "GET /policy": self._get}
        if self.redis:
            ways["Redis"] = self._redis
        for way, look in ways.items():
            self.threads.append(threading.Thread(target=look, name=way, daemon=True))
            self.threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def wait(self) -> None:
        wait_for(lambda: len(self.seen) == len(self.threads), f"{self.policy} everywhere", PATIENCE, 0.01)

    def _note(self, way: str, text: bytes) -> bool:
        found = f'"policy":"{self.policy}"'.encode() in text.replace(b" ", b"")
        if found:
            self.seen[way] = time.monotonic()
        return found

    def _file(self) -> None:
        while not self.stop.wait(0.002) and not self._note("file", self.healer.policy_file.read_bytes()):
            pass

    def _get(self) -> None:
        found = False
        while not found and not self.stop.wait(0.005):
            try:
                found = self._note("GET /policy", web.ask(self.healer.port, "/policy").text.encode())
            except OSError:
                pass  # asked again

    def _redis(self) -> None:
        received = b""
        with socket.create_connection(("127.0.0.1", self.redis or 0), timeout=0.1) as connection:
            connection.sendall(f"SUBSCRIBE {CHANNEL}\r\n".encode())
            while not self.stop.is_set() and not self._note("Redis", received):
                try:
                    # Few messages come, each with few causes.
                    received = received[-(1 << 16) :] + connection.recv(1 << 16)
                except TimeoutError:
                    pass


def start_redis(place: Place) -> Optional[int]:
    if not REDIS.exists():
        return None
    (port,) = web.free_ports(1)
    folder = place.folder / f"redis-{port}"
    folder.mkdir()
    argv = [str(REDIS), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    place.stack.callback(Process("redis", argv, folder / "log", {"PATH": "/usr/bin:/bin"}).kill)
    return port


def crowd(healer: Healer, count: int, **labels: str) -> List[bodies.Alert]:
    alerts = [healer.alert(TARGETS[number % len(TARGETS)], labels=labels, heal="") for number in range(count)]
    for each in alerts:
        each["annotations"]["description"] = "A description of the usual length, so that the body is as large as in production."
    return alerts


def start(place: Place, change: Optional[Callable[[Config], None]] = None) -> tuple[Healer, Optional[int]]:
    redis = start_redis(place)

    def configure(config: Config) -> None:
        config["reconcile_interval"] = "1h"  # what is delivered is not listed as well
        if redis:
            config["policy"]["redis"] = {"address": f"127.0.0.1:{redis}"}
        if change:
            change(config)

    healer = place.healer(configure).start()
    healer.wait_policy("allow_all")
    return healer, redis


def post(healer: Healer, body: bytes) -> Answer:
    return send(healer.address, [healer.request(body)], PATIENCE)


def slowest(watch: Watch, begin: float, place: Place, what: str) -> float:
    taken = {way: at - begin for way, at in sorted(watch.seen.items())}
    place.note(f"{what}: " + ", ".join(f"{way} {seconds * 1000:.0f} ms" for way, seconds in taken.items()))
    return max(taken.values())


def strictest_of_a_delivery(place: Place, count: int, others: str, strictest: str) -> None:
    """The strictest policy is the last alert's; it is in force before the delivery is acknowledged."""
    healer, redis = start(place)
    alerts = crowd(healer, count, **({"policy": others} if others else {"heal": "conformance"}))
    alerts.append(healer.alert(heal="", labels={"policy": strictest}))
    body = bodies.delivery(alerts)
    with Watch(healer, redis, strictest) as watch:
        begin = time.monotonic()
        answer = post(healer, body)
        acknowledged = time.monotonic()
        watch.wait()
    expect(answer.good, f"{count} alerts are answered {answer.status}: {answer.text}")
    worst = slowest(watch, begin, place, f"{strictest} behind {count} alerts of {len(body) / 1e6:.1f} MB")
    place.note(f"acknowledged after {answer.seconds:.2f} s")
    expect(worst < LIMIT * place.slack, f"{strictest} was in force after {worst:.3f} s only")
    expect(max(watch.seen.values()) < acknowledged, "everything was processed before the policy was in force")
    stored = healer.metric("salus_alerts_received_total", result="stored")
    expect(stored == count + 1, f"{stored} alerts were stored")
    place.note(f"peak RSS {healer.peak_mib():.0f} MiB")
    healer.close()


def one_beside_a_crowd(place: Place, count: int) -> None:
    """While a large body is processed, which asks for healing, another delivery tightens the policy."""
    healer, redis = start(place)
    alerts = crowd(healer, count, heal="conformance")
    body = bodies.delivery(alerts)
    answers: List[float] = []

    def post_it() -> None:
        answer = post(healer, body)
        expect(answer.good, f"{count} alerts are answered {answer.status}")
        answers.append(answer.seconds)

    posting = threading.Thread(target=post_it)
    posting.start()
    for wait, policy in ((0.2, "no_new_trades"), (0.6, "defensive_exit"), (1.5, "emergency_shutdown")):
        time.sleep(wait)  # to different moments of the processing
        with Watch(healer, redis, policy) as watch:
            begin = time.monotonic()
            expect(healer.deliver(healer.alert(heal="", labels={"policy": policy})).good, "acknowledged")
            watch.wait()
        worst = slowest(watch, begin, place, f"{policy} while {count} alerts are processed")
        expect(worst < LIMIT * place.slack, f"{policy} was in force after {worst:.3f} s only")
    posting.join()
    expect(len(answers) == 1, "the large body is acknowledged")
    place.note(f"acknowledged after {answers[0]:.2f} s")
    healer.close()


def strictest_of_a_list(place: Place, count: int, strictest: str) -> None:
    """The same of what Alertmanager lists."""
    healer, redis = start(place, lambda config: config.update(reconcile_interval="1s"))
    alerts = crowd(healer, count, policy="safe_risk_profile")
    alerts.append(healer.alert(heal="", labels={"policy": strictest}))
    listed = json.dumps([*(bodies.listed(each, 3600) for each in alerts), bodies.listed(bodies.watchdog(), 3600)]).encode()
    with Watch(healer, redis, strictest) as watch:
        healer.world.list = listed
        watch.wait()
    begin = healer.world.list_answered
    expect(begin is not None, "the list was asked for")
    worst = slowest(watch, begin or 0, place, f"{strictest} behind {count} listed alerts")
    expect(worst < LIMIT * place.slack, f"{strictest} was in force {worst:.3f} s after the list only")
    healer.close()


@row(44, "guards", "20,000 and 40,000 alerts in a body or a list, the strictest last; another delivery beside them", "the strictest policy is in force in the file, in Redis and at GET /policy within 200 ms, before the body is acknowledged; every alert is stored")
def strictest_first(place: Place) -> None:
    strictest_of_a_delivery(place, 20_000, "safe_risk_profile", "emergency_shutdown")
    strictest_of_a_delivery(place, 20_000, "", "no_new_trades")
    strictest_of_a_delivery(place, 40_000, "no_new_trades", "defensive_exit")
    one_beside_a_crowd(place, 20_000)
    strictest_of_a_list(place, 20_000, "emergency_shutdown")

