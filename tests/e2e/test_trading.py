"""The real healer and a real trading bot: what the healer decides, the bot obeys, and orders stop."""

import http.server
import json
import os
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List

from e2e import web
from e2e.case import programs
from e2e.folder import RunFolder
from e2e.overlay import SOURCE
from e2e.waiting import wait_for

PATIENCE = 60
HEALER = """\
alertmanager_url: http://127.0.0.1:{alertmanager}
prometheus_url: http://127.0.0.1:{nobody}
exporter_url: http://127.0.0.1:{nobody}
token_file: {folder}/token
data_dir: {folder}/healer
reconcile_interval: 1s
policy: {{file: {folder}/policy.json, lease: 3s, relax_after: 0s}}
trading: {{url: 'http://127.0.0.1:{bot}', token_file: {folder}/trading-token, timeout: 2s}}
playbooks:
  - name: pause_trading
    acts_on: trading
    accepts: [ExchangeStale]
    rungs: [{{action: pause_trading, parameters: {{every: 200ms}}, timeout: 50s, policy: no_new_trades, lease: 5s}}]
  - name: close_positions
    acts_on: trading
    accepts: [TradingHopeless]
    rungs: [{{action: close_all_positions, parameters: {{every: 200ms}}, timeout: 50s, policy: no_new_trades, lease: 1h}}]
    on_crash: never_repeat
    approval: none
"""


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def alert(fingerprint: str, **labels: str) -> Dict[str, Any]:
    now = datetime.now(timezone.utc)
    return {
        "fingerprint": fingerprint,
        "labels": labels,
        "annotations": {},
        "startsAt": at(now - timedelta(minutes=1)),
        "updatedAt": at(now),
        "endsAt": at(now + timedelta(minutes=4)),
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }


class Alertmanager(http.server.ThreadingHTTPServer):
    """Holds a Watchdog that is always fresh, and what a test lets fire."""

    def __init__(self, port: int) -> None:
        self.firing: List[Dict[str, Any]] = []
        super().__init__(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    server: Alertmanager

    def do_GET(self) -> None:
        watchdog = alert("0123456789abcdef", alertname="Watchdog", severity="info")
        body = json.dumps([watchdog, *self.server.firing]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class TradingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = RunFolder.create("salus-e2e-trading-")
        self.addCleanup(self.folder.take_down)
        alertmanager, self.healer_port, self.bot_port, nobody = web.free_ports(4)
        for name in ("token", "trading-token"):
            path = self.folder.file(name)
            path.touch(mode=0o600)
            path.write_text(f"{name}-s3cret\n")
        self.folder.file("healer.yml").write_text(
            HEALER.format(folder=self.folder.path, alertmanager=alertmanager, nobody=nobody, bot=self.bot_port)
        )
        subsystems = SOURCE / "deploy/config/subsystems.yml"
        self.folder.file("subsystems.yml").write_bytes(subsystems.read_bytes())
        self.alertmanager = Alertmanager(alertmanager)
        self.addCleanup(self.alertmanager.stop)
        self.start_bot(programs().example_service)
        self.start_healer()
        wait_for(lambda: self.orders()["orders"] >= 3, "orders", PATIENCE)

    def start_bot(self, program: Path) -> None:
        path = self.folder.path
        arguments = ["--name", "trading_bot", "--port", str(self.bot_port), "--log", str(path / "bot.log")]
        arguments += ["--policy", str(path / "policy.json"), "--token", str(path / "trading-token")]
        self.folder.start("trading-bot", [str(program), *arguments])

    def start_healer(self) -> None:
        config, listen = f"{self.folder.path}/healer.yml", f"127.0.0.1:{self.healer_port}"
        command = [str(programs().healer), f"--config.file={config}", f"--web.listen-address={listen}"]
        self.healer = self.folder.start("salus-healer", command)
        wait_for(lambda: web.ask(self.healer_port, "/-/ready").status == 200, "the healer", PATIENCE)

    def orders(self) -> Dict[str, Any]:
        found: Dict[str, Any] = web.get_json(self.bot_port, "/orders")
        return found

    def fire(self, name: str, heal: str) -> None:
        fires = alert("00000000000000aa", alertname=name, heal=heal, subsystem="exchange_connection", severity="critical")
        self.alertmanager.firing = [fires]
        hook = {**fires, "status": "firing", "generatorURL": ""}
        body = {"version": "4", "status": "firing", "receiver": "salus", "groupKey": "{}", "truncatedAlerts": 0}
        body |= {"groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "", "alerts": [hook]}
        headers = {"Authorization": "Bearer token-s3cret", "Content-Type": "application/json"}
        answer = web.ask(self.healer_port, "/api/v1/alerts", "POST", json.dumps(body), headers)
        self.assertEqual(answer.status, 200, answer.text)

    def outcome(self) -> str:
        """What the incident says of its action's success, once it has ended."""
        for incident in web.get_json(self.healer_port, "/api/v1/incidents")["data"]:
            for moment in web.get_json(self.healer_port, f"/api/v1/incidents/{incident['id']}")["data"]["story"]:
                if moment["what"] in ("action_succeeded", "action_failed"):
                    return f"{moment['what']}: {moment['detail']}"
        raise ConnectionError("no action has ended yet")

    def assert_no_more_orders(self) -> None:
        """For three of its rounds, which place an order each while that is allowed."""
        before = self.orders()["orders"]
        end = time.monotonic() + 3.5
        while time.monotonic() < end:
            self.assertEqual(self.orders()["orders"], before)
            time.sleep(0.1)

    def test_orders_stop_when_trading_is_paused_and_the_acknowledgement_is_kept(self) -> None:
        self.fire("ExchangeStale", "pause_trading")
        outcome = wait_for(self.outcome, "the action's end", PATIENCE)
        self.assertRegex(
            outcome, r"^action_succeeded: the trading system acknowledged pause_trading as INC-\d+/1@\S+Z: paused; \d+ open"
        )
        self.assertFalse(self.orders()["may_open"], "the document holds from the intent on")
        self.assert_no_more_orders()
        wait_for(lambda: self.orders()["why"] == "told to pause", "the end of the lease", PATIENCE)
        self.assert_no_more_orders()

    def test_no_position_is_left_when_all_are_closed(self) -> None:
        wait_for(lambda: self.orders()["open_positions"] >= 3, "open positions", PATIENCE)
        self.fire("TradingHopeless", "close_positions")
        outcome = wait_for(self.outcome, "the action's end", PATIENCE)
        self.assertRegex(outcome, r"acknowledged close_all_positions as INC-\d+/1@\S+Z: every position is closed; 0 open")
        self.assertEqual(self.orders()["open_positions"], 0)
        self.assert_no_more_orders()
        self.assertEqual(self.orders()["open_positions"], 0)

    def test_orders_stop_by_themselves_when_the_healer_is_gone(self) -> None:
        self.healer.kill()
        wait_for(lambda: self.orders()["why"] == "the policy document has expired", "an old document", PATIENCE)
        self.assert_no_more_orders()
        self.start_healer()
        before = self.orders()["orders"]
        wait_for(lambda: self.orders()["orders"] > before, "orders again", PATIENCE)


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
