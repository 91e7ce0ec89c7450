"""What a healer asks, answered by one small server: Alertmanager's list, Prometheus, the exporter. Each test says
what is firing, what is healthy and who does not answer."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Set
from urllib.parse import parse_qs, urlsplit

from conformance import bodies


class World:
    """Thread-safe as far as whole attributes are replaced. Time is this machine's, moved by `offset` seconds."""

    def __init__(self) -> None:
        self.alerts: List[bodies.Alert] = []  # what Alertmanager holds, beside the Watchdog
        self.over: Callable[[], bool] = lambda: False  # whether they have ended meanwhile
        self.watchdog = True
        self.alertmanager = True  # whether it answers
        self.prometheus = True
        self.ill: Set[str] = set()  # targets whose verify.healthy finds nothing
        self.rule_active: List[Dict[str, str]] = []  # label sets of active alerts in Prometheus's rules
        self.rules = [bodies.ALERT_NAME, "ConformanceOther"]
        self.rules_raise_them = True  # `alerts`; else they come from another system's Prometheus
        self.unloaded: Set[str] = set()  # alerts whose rule Prometheus has no longer
        self.offset = 0.0
        self.asked: Dict[str, int] = {}
        self._known: Set[str] = set()
        self.list: Optional[bytes] = None  # Alertmanager's, in place of `alerts`: large ones take their time to be built
        self.list_answered: Optional[float] = None  # when it was sent first, by time.monotonic()
        world = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.answer()

            def answer(self) -> None:
                document = world.document(self.path)
                is_list = world.list is not None and self.path == "/api/v2/alerts"
                body = world.list if is_list and world.list else json.dumps(document).encode()
                self.send_response(503 if document is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if is_list and world.list_answered is None:
                    world.list_answered = time.monotonic()

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a healer that was killed while it asked

        self._server = Server(("127.0.0.1", 0), Answers)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def now(self) -> float:
        return time.time() + self.offset

    def document(self, path: str) -> Optional[Any]:
        """The answer, or None for an error."""
        where = urlsplit(path)
        self.asked[where.path] = self.asked.get(where.path, 0) + 1
        if where.path == "/api/v2/alerts":
            return self._list() if self.alertmanager else None
        if where.path == "/api/v1/refresh":
            names = parse_qs(where.query).get("collector", ["all"])
            return {"status": "success", "data": [{"collector": name, "success": True} for name in names]}
        if not self.prometheus:
            return None
        if where.path == "/api/v1/query":
            return self._query(parse_qs(where.query)["query"][0])
        if where.path == "/api/v1/rules":
            return self._rules()
        return {}

    def _list(self) -> List[Any]:
        now = self.now()
        told = [*([] if self.over() else self.alerts), *([bodies.watchdog()] if self.watchdog else [])]
        times = {"updatedAt": bodies.stamp(now), "endsAt": bodies.stamp(now + 300)}
        # What Alertmanager says about one of them in particular (status, receivers) is in its "listed".
        return [bodies.listed(each) | times | each.get("listed", {}) for each in told if each["status"] == "firing"]

    def _query(self, expression: str) -> Any:
        now = self.now()
        if expression == "time()":
            return {"status": "success", "data": {"resultType": "scalar", "result": [now, str(now)]}}
        value = str(now) if "timestamp(up" in expression else "1"
        ill = any(f'"{target}"' in expression for target in self.ill)
        result = [] if ill else [{"metric": {}, "value": [now, value]}]
        return {"status": "success", "data": {"resultType": "vector", "result": result}}

    def _rules(self) -> Any:
        """Every alert that Alertmanager ever held has a rule here, which is inactive once the alert is dropped. One that only
        heals is active where a test says so: its rule ends before Alertmanager knows."""
        evaluated = bodies.stamp(self.now() + 0.002)
        held = [each for each in ([] if self.over() else self.alerts) if each["status"] == "firing"]
        self._known.update(each["labels"]["alertname"] for each in self.alerts)
        active = [(labels, bodies.stamp(self.now())) for labels in self.rule_active]
        raised = held if self.rules_raise_them else []
        active += [(each["labels"], each["startsAt"]) for each in raised if each["labels"].get("policy")]
        heartbeat = bodies.watchdog()
        active.append((heartbeat["labels"], heartbeat["startsAt"]))
        names = {*self.rules, *self._known, "Watchdog"} - self.unloaded
        rules = [
            {
                "type": "alerting",
                "name": name,
                "labels": {"severity": "info", **bodies.HEARTBEAT} if name == "Watchdog" else {},
                "health": "ok",
                "lastError": "",
                "lastEvaluation": evaluated,
                "alerts": [
                    {"labels": labels, "state": "firing", "activeAt": since} for labels, since in active if labels["alertname"] == name
                ],
            }
            for name in sorted(names)
        ]
        return {"status": "success", "data": {"groups": [{"name": "conformance", "file": "conformance", "interval": 1, "rules": rules}]}}
