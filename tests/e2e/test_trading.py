"""The real healer and a real trading bot: the bot applies what the healer decides, and orders stop."""

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
from e2e.case import RigCase, become_root, programs
from e2e.folder import RunFolder
from e2e.observer import in_order
from e2e.overlay import SOURCE
from e2e.timeline import seconds
from e2e.waiting import wait_for

PATIENCE = 60
HEALER = """\
alertmanager_url: http://127.0.0.1:{alertmanager}
prometheus_url: http://127.0.0.1:{alertmanager}
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


HEARTBEAT = {"alertname": "Watchdog", "severity": "info", "installation": "salus", "policy": "allow_all"}


def rules() -> Dict[str, Any]:
    """What Prometheus would say of its rules: nothing but the heartbeat fires."""
    now = at(datetime.now(timezone.utc))
    beats = {"labels": HEARTBEAT, "state": "firing", "activeAt": "2025-12-17T04:00:00Z"}
    rule = {"type": "alerting", "name": "Watchdog", "labels": HEARTBEAT, "health": "ok", "lastEvaluation": now, "alerts": [beats]}
    return {"status": "success", "data": {"groups": [{"name": "heartbeat", "file": "rules", "interval": 1, "rules": [rule]}]}}


class Alertmanager(http.server.ThreadingHTTPServer):
    """Holds a Watchdog that is always fresh, and what a test lets fire. Of Prometheus it has the rules alone."""

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
        path = self.path.partition("?")[0]
        held = [alert("0123456789abcdef", **HEARTBEAT), *self.server.firing]
        answers = {"/api/v2/alerts": held, "/api/v1/rules": rules()}
        body = json.dumps(answers.get(path, {})).encode()
        self.send_response(200 if path in answers else 503)
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
            for moment in web.get_json(self.healer_port, f"/api/v1/incidents/{incident['id']}")["data"]["timeline"]:
                if moment["what"] in ("action_succeeded", "action_failed"):
                    return f"{moment['what']}: {moment['detail']}"
        raise ConnectionError("no action has ended yet")

    def policy_after_the_lease(self) -> Dict[str, Any]:
        policy: Dict[str, Any] = web.get_json(self.healer_port, "/policy")
        if any(cause.startswith("lease ") for cause in policy["causes"]):
            raise ConnectionError("the lease goes on")
        return policy

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
        policy = wait_for(self.policy_after_the_lease, "the end of the lease", PATIENCE)
        self.assertEqual(policy["restrictions"]["trading"], "halted", "until the action is undone")
        self.assert_no_more_orders()
        before = self.orders()["orders"]
        action = next(cause.split()[1] for cause in policy["causes"] if cause.startswith("halt "))
        headers = {"Authorization": "Bearer token-s3cret", "Content-Type": "application/json"}
        self.alertmanager.firing = []
        answer = web.ask(self.healer_port, f"/api/v1/actions/{action}/undo", "POST", '{"reason":"repaired"}', headers)
        self.assertEqual(answer.status, 200, answer.text)
        wait_for(lambda: self.orders()["orders"] > before, "orders again", PATIENCE)

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


class StaleFeedTest(RigCase):
    """What ships, on the whole stack: the feed's program hangs, so trading on its data must stop."""

    FEED, BOT = "quantum_data_feed", "quantum_trading_bot"

    def orders(self) -> Dict[str, Any]:
        found: Dict[str, Any] = web.get_json(self.rig.stack.ports[self.BOT], "/orders")
        return found

    def incident(self, **fields: str) -> Dict[str, Any]:
        """The newest with these fields, once there is one."""
        found = [each for each in self.rig.monitoring.incidents() if all(each[key] == value for key, value in fields.items())]
        if not found:
            raise ConnectionError(f"no incident with {fields}")
        return found[0]

    def closed(self, **fields: str) -> Dict[str, Any]:
        incident = self.incident(**fields)
        if incident["closed_at"] is None:
            raise ConnectionError(f"{incident['id']} is {incident['state']}")
        return incident

    def said(self, incident: Dict[str, Any]) -> str:
        return "\n".join(f"{moment['what']}: {moment['detail']}" for moment in incident["timeline"])

    def test_trading_halts_the_feed_is_restarted_and_trading_is_resumed(self) -> None:
        wait_for(lambda: self.orders()["orders"] >= 1, "orders", PATIENCE)
        # A younger container is left alone at first: the shipped playbook lets it settle.
        started = self.rig.engine.inspect(self.FEED)["State"]["StartedAt"]
        wait_for(lambda: time.time() - seconds(started) > 10, "a container that has run for a while", PATIENCE)
        fault = time.time()
        self.rig.stack.fault(self.FEED, "hang")
        pause = wait_for(lambda: self.incident(playbook="pause_trading"), "the incident", PATIENCE)
        wait_for(lambda: "acknowledged pause_trading" in self.said(self.incident(id=pause["id"])), "the halt", PATIENCE)
        halted = self.orders()
        self.assertFalse(halted["may_open"])

        pause = wait_for(lambda: self.closed(id=pause["id"]), "its end", PATIENCE)
        self.assertEqual(pause["state"], "healed", self.said(pause))
        what = [moment["what"] for moment in pause["timeline"]]
        self.assertTrue(in_order(what, ["intent", "action_succeeded", "probation", "healed"]), what)
        self.assertRegex(self.said(pause), rf"acknowledged pause_trading as {pause['id']}/1@\S+: paused; \d+ open positions")
        self.assertIn("container quantum_data_feed runs", self.said(pause), "the Engine was asked, too")
        self.assertGreaterEqual(self.rig.engine.events(self.FEED, "restart", fault, time.time()), 1)

        undo = wait_for(lambda: self.closed(undoes=f"{pause['id']}/1"), "what takes the halt back", PATIENCE)
        self.assertEqual((undo["state"], undo["started_by"]), ("healed", "salus"), self.said(undo))
        self.assertRegex(self.said(undo), rf"acknowledged resume_trading as {undo['id']}/1@")
        self.assertEqual([each["undone"] for each in self.incident(id=pause["id"])["undo"]], [True])
        wait_for(lambda: self.orders()["orders"] > halted["orders"], "orders again", PATIENCE)
        wait_for(self.rig.calm, "a policy that allows trading again", PATIENCE)
        again = self.rig.salusctl("undo", f"{pause['id']}/1", "--reason", "once more")
        self.assertIn(undo["id"], again, "it was done, and is not done again")


if __name__ == "__main__":
    os.umask(0o077)
    become_root()
    unittest.main()
