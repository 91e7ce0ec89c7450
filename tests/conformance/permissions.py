"""Row 41: causes of different kinds at once, in any order, and the way back from each."""

import http.server
import itertools
import json
import threading
import time
from typing import Any, Callable, Dict, List

from conformance import bodies
from conformance.deliveries import expect
from conformance.healer import Config, Healer, playbook
from conformance.rows import Place, row
from e2e import web
from e2e.waiting import wait_for

RELAX = 1.5  # seconds
SHUT = {"new_positions": "no", "max_leverage": 5.0, "position_size_factor": 0.5, "stops": "tighter"}


class TradingSystem(http.server.ThreadingHTTPServer):
    """Acknowledges whatever it is asked."""

    def __init__(self) -> None:
        self.asked: List[Dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    server: TradingSystem

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **asked})
        body = json.dumps({"acknowledged": True, "request_id": asked["request_id"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def configure(config: Config, trading: TradingSystem) -> None:
    config["policy"].update(relax_after=f"{int(RELAX * 1000)}ms", lease="10s")
    config["reconcile_interval"] = "1s"
    config["trading"] = {"url": trading.url, "timeout": "2s"}
    pause = {"action": "pause_trading", "timeout": "10s", "policy": "no_new_trades", "lease": "1s"}
    by_hand = playbook("pause_trading", acts_on="trading", accepts=["NeverFires"], cooldown="0s")
    config["playbooks"].append({**by_hand, "rungs": [pause]})


def document(healer: Healer) -> Dict[str, Any]:
    found: Dict[str, Any] = web.get_json(healer.port, "/policy")
    return found


def restrictions(healer: Healer) -> Dict[str, Any]:
    found: Dict[str, Any] = document(healer)["restrictions"]
    return found


def fire(healer: Healer, policy: str) -> Dict[str, Any]:
    alert = healer.alert(heal="", labels={"policy": policy})
    healer.world.alerts.append(alert)
    expect(healer.deliver(alert).good, "acknowledged")
    return alert


def end(healer: Healer, alert: Dict[str, Any]) -> None:
    healer.world.alerts.remove(alert)
    healer.deliver(bodies.resolved(alert))


def shut_for(healer: Healer, seconds: float, why: str) -> None:
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        now = document(healer)
        expect(now["restrictions"]["new_positions"] == "no" and not now["new_positions_allowed"], f"{why}: {now}")
        time.sleep(0.05)


@row(41, "world", "causes of different kinds (a hold, an alert with safe_risk_profile, a halt) in every order; stricter ones come and go", "each permission is the meet; new positions only if every cause allows them")
def permissions(place: Place) -> None:
    trading = TradingSystem()
    place.stack.callback(trading.close)
    healer = place.healer(lambda config: configure(config, trading)).start()
    healer.wait_policy("allow_all")
    action = ""

    def hold() -> None:
        expect(healer.command("POST", "/api/v1/policy/hold", policy="no_new_trades", reason="tonight").status == 200, "held")

    def safe() -> None:
        fire(healer, "safe_risk_profile")

    def halt() -> None:
        nonlocal action
        answer = healer.command("POST", "/api/v1/playbooks/pause_trading/run", target="trading", reason="by hand")
        expect(answer.status in (200, 202), answer.text)
        wait_for(lambda: restrictions(healer)["trading"] == "halted", "the halt", 30, 0.05)
        action = next(cause.split()[1] for cause in document(healer)["causes"] if cause.startswith("halt "))

    causes: Dict[str, Callable[[], None]] = {"hold": hold, "safe": safe, "halt": halt}
    for order in itertools.permutations(causes):
        for name in order:
            causes[name]()
        wait_for(lambda: restrictions(healer) == {**SHUT, "existing_positions": "exits_allowed", "trading": "halted"}, f"the meet of {order}", 30, 0.05)
        expect(document(healer)["policy"] == "no_new_trades" and not document(healer)["trading_allowed"], str(document(healer)))
        # A stricter one comes and goes: nothing is opened on the way back.
        worse = fire(healer, "defensive_exit")
        healer.wait_policy("defensive_exit")
        end(healer, worse)
        shut_for(healer, 3 * RELAX, f"{order}, back from defensive_exit")
        expect(restrictions(healer)["trading"] == "halted", "the halt outlasts its lease")
        healer.kill()
        healer.start()
        wait_for(lambda: document(healer), "a document", 30, 0.05)
        expect(restrictions(healer)["trading"] == "halted", "the halt outlasts the healer")
        undone = healer.command("POST", f"/api/v1/actions/{action}/undo", reason="over")
        expect(undone.status in (200, 202), undone.text)
        wait_for(lambda: restrictions(healer)["trading"] == "exits_only", "the end of the halt", 30, 0.05)
        expect(trading.asked[-1]["undoes"] == "pause_trading", str(trading.asked[-1]))
        shut_for(healer, 2 * RELAX, f"{order}, after the halt")
        expect(healer.command("POST", "/api/v1/policy/release", reason="over").status == 200, "released")
        healer.wait_policy("safe_risk_profile")
        expect(restrictions(healer)["max_leverage"] == 5 and restrictions(healer)["new_positions"] == "reduced", str(restrictions(healer)))
        end(healer, healer.world.alerts[-1])
        healer.wait_policy("allow_all")
    place.note(f"{len(list(itertools.permutations(causes)))} orders")
