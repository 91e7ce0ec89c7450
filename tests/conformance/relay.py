"""Real Alertmanagers that deliver through a relay, which can be shut: an outage of the receiver as they see it."""

import json
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, List, Optional

import yaml

from conformance import bodies
from conformance.receiver import Receiver
from conformance.rows import Place, Unable
from e2e import web
from e2e.process import Process
from e2e.waiting import wait_for

from pathlib import Path

ALERTMANAGER = Path("/usr/bin/prometheus-alertmanager")
PROMETHEUS = Path("/usr/bin/prometheus")
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}


class Relay:
    """Passes every delivery on to the receiver while `up`; else it is refused with a 503, as by one that stores nothing."""

    def __init__(self, receiver: Receiver):
        self.up = True
        self.passed = 0
        self.refused = 0
        relay = self

        class Hand(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.post(body).status if relay.up else 503
                if 200 <= status < 300:
                    relay.passed += 1
                else:
                    relay.refused += 1
                self.send_response(status or 502)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Hand)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Alertmanager:
    """One of a cluster, or alone."""

    def __init__(self, place: Place, number: int, relay: Relay, port: int, cluster: int, peers: List[int]):
        folder = place.folder / f"alertmanager-{number}"
        folder.mkdir()
        self.port = port
        self.log = folder / "log"
        receiver = {"url": f"http://127.0.0.1:{relay.port}/", "send_resolved": True}
        config = {
            # `group_by: ['...']` gives each alert a group of its own.
            "route": {"receiver": "r", "group_by": ["..."], "group_wait": "0s", "group_interval": "1s", "repeat_interval": "1m"},
            "receivers": [{"name": "r", "webhook_configs": [receiver]}],
        }
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(config))
        self.argv = [
            str(ALERTMANAGER),
            f"--config.file={folder}/alertmanager.yml",
            f"--storage.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            f"--cluster.listen-address={f'127.0.0.1:{cluster}' if cluster else ''}",
            *[f"--cluster.peer=127.0.0.1:{peer}" for peer in peers],
            *(["--cluster.settle-timeout=1s", "--cluster.peer-timeout=2s"] if cluster else []),
        ]
        self.process: Optional[Process] = None
        place.stack.callback(self.kill)
        self.start()

    def start(self) -> None:
        self.process = Process("alertmanager", self.argv, self.log, ENVIRONMENT)
        wait_for(lambda: web.ask(self.port, "/-/ready").status == 200, "Alertmanager to be ready", 60)

    def kill(self) -> None:
        if self.process is not None and self.process.running():
            self.process.kill()

    def pause(self) -> None:
        assert self.process is not None
        self.process.send(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send(signal.SIGCONT)

    def fire(self, alert: bodies.Alert, seconds: float = 300) -> None:
        """As Prometheus does: it ends by itself when it is not sent again."""
        told = {key: alert[key] for key in ("labels", "annotations", "startsAt", "generatorURL")}
        told["endsAt"] = bodies.stamp(time.time() + seconds)
        answer = web.ask(
            self.port, "/api/v2/alerts", "POST", json.dumps([told]), {"Content-Type": "application/json"}, 30
        )
        if answer.status != 200:
            raise AssertionError(f"Alertmanager: {answer.status} {answer.text}")


def alertmanagers(place: Place, relay: Relay, count: int, port: int = 0) -> List[Alertmanager]:
    """That many, of one cluster when there are several."""
    if not ALERTMANAGER.exists():
        raise Unable(f"{ALERTMANAGER} is missing: run ./dev setup")
    ports = web.free_ports(2 * count)
    cluster = ports[count:] if count > 1 else [0]
    made = []
    for number in range(count):
        peers = [each for each in cluster[:number] if each]
        made.append(Alertmanager(place, number, relay, port or ports[number], cluster[number], peers))
    return made
