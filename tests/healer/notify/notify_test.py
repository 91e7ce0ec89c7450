"""The healer's notifications for real: the healer itself, and receivers that behave like Discord, Slack and a mail server."""

import hashlib
import hmac
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional

import yaml
from e2e import web
from e2e.process import Process
from e2e.waiting import wait_for

from receiver import PASSWORD, SECRET, USER, Receiver, make_certificate

HEALER = ""
SALUSCTL = ""
TOKEN = "sesame-opens"
TASKS = 14

SUBSYSTEMS = "subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]\n"


class Healer:
    """One healer whose playbooks carry out tasks, so that it needs no Docker; nobody else is there."""

    def __init__(self, folder: Path, receiver: Receiver):
        self.folder = folder
        self.receiver = receiver
        self.port = web.free_ports(1)[0]
        self.environment: Dict[str, str] = {}
        self.process: Optional[Process] = None
        self.secret("token", TOKEN)
        for name in ("discord", "slack", "webhook"):
            self.secret(name, getattr(receiver, name))
        self.secret("password", PASSWORD)
        self.secret("hmac", "k3y-of-the-webhook")
        (folder / "subsystems.yml").write_text(SUBSYSTEMS)

    def secret(self, name: str, text: str) -> None:
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.write_text(text + "\n")
        path.chmod(0o400)

    def configure(self, *notifiers: Dict[str, Any], **more: Any) -> None:
        """Each notifier receives finished tasks only, unless it says otherwise."""
        playbook = {"rungs": [{"action": "command", "parameters": {"argv": ["/bin/true"]}}], "verify": {"within": "10m"}}
        tasks = [{"name": f"p{i}", "task": f"t{i}", "accepts": ["Due"], **playbook} for i in range(TASKS)]
        config = {
            **{f"{name}_url": "http://127.0.0.1:1" for name in ("alertmanager", "prometheus", "exporter")},
            "stack": "Quantum Trader",
            "token_file": "token",
            "data_dir": "data",
            # Nobody tells it the whole list, and commands are disruptive.
            "guards": {"startup_grace": "0s", "disk_free_mib": 0, "concurrency": 64, "actions_per_hour": 10000},
            "playbooks": tasks,
            "notifiers": [{"only": ["task_done"], **notifier} for notifier in notifiers],
            **more,
        }
        (self.folder / "healer.yml").write_text(yaml.safe_dump(config))

    def start(self) -> None:
        argv = [
            HEALER,
            f"--config.file={self.folder}/healer.yml",
            f"--subsystems.file={self.folder}/subsystems.yml",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        environment = {"PATH": os.environ["PATH"], **self.environment}
        self.process = Process("salus-healer", argv, self.folder / "log", environment)
        wait_for(self.answers, f"the healer's start\n{self.log()}", 60)

    def answers(self) -> bool:
        if self.process and not self.process.running():
            raise AssertionError(self.log())
        return web.ask(self.port, "/-/ready").status == 200

    def kill(self) -> None:
        if self.process:
            self.process.popen.kill()
            self.process.popen.wait()

    def stop(self) -> None:
        if self.process:
            self.process.stop()

    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""

    def fire(self, *tasks: int) -> None:
        """Alerts that ask for these tasks, each of which ends in one notice that it is done."""
        alerts = [
            {
                "status": "firing",
                "labels": {"alertname": "Due", "heal": f"p{i}", "task": f"t{i}", "severity": "warning"},
                "annotations": {},
                "startsAt": "2025-12-17T04:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": f"f{i}",
            }
            for i in tasks
        ]
        body = json.dumps({"version": "4", "groupKey": "k", "status": "firing", "alerts": alerts})
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        answer = web.ask(self.port, "/api/v1/alerts", "POST", body, headers)
        assert answer.status == 200, answer.text

    def metric(self, sample: str) -> Optional[float]:
        for line in web.ask(self.port, "/metrics").text.splitlines():
            if line.startswith(sample + " "):
                return float(line.rpartition(" ")[2])
        return None

    def outcome(self, notifier: str, outcome: str) -> Optional[float]:
        return self.metric(f'salus_notifications_total{{notifier="{notifier}",outcome="{outcome}"}}')

    def waits_for(self, notifier: str, outcome: str, count: float) -> None:
        wait_for(lambda: self.outcome(notifier, outcome) == count, f"{count} {outcome} by {notifier}\n{self.log()}", 60)

    def salusctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        argv = [SALUSCTL, f"--url=http://127.0.0.1:{self.port}", f"--token-file={self.folder}/token", *arguments]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60)


def discord(**more: Any) -> Dict[str, Any]:
    return {"name": "discord", "kind": "discord", "url_file": "discord", **more}


class NotifyTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-notify-", dir="/var/tmp")
        self.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        self.receiver = Receiver(folder)
        self.receiver.__enter__()
        self.addCleanup(self.receiver.__exit__)
        self.healer = Healer(folder, self.receiver)
        self.addCleanup(self.healer.stop)

    def mail(self, **more: Any) -> Dict[str, Any]:
        return {
            "name": "mail",
            "kind": "email",
            "smtp": self.receiver.smtp,
            "from": "salus@example.org",
            "to": ["ops@example.org", "desk@example.org"],
            "username": USER,
            "password_file": "password",
            "ca_file": str(self.receiver.ca_file),
            **more,
        }

    def start(self, *notifiers: Dict[str, Any], **more: Any) -> None:
        self.healer.configure(*notifiers, **more)
        self.healer.start()

    def texts(self, service: str) -> List[str]:
        return [message["text"] for message in self.receiver.accepted(service)]


class EachService(NotifyTest):
    def test_gets_the_notice_in_its_own_form(self) -> None:
        self.healer.environment["QT_ALERT_WEBHOOK"] = self.receiver.slack
        self.start(
            discord(),
            {"name": "slack", "kind": "slack", "url_env": "QT_ALERT_WEBHOOK"},
            {"name": "own", "kind": "webhook", "url_file": "webhook", "hmac_file": "hmac"},
            self.mail(),
            templates={"task_done": "🔧 **{stack}** {incident} <now>\n{incident}/1: {title}"},
        )
        self.healer.fire(0)
        first = self.receiver.wait_for("discord", 1)[0]
        self.assertRegex(first["text"], r"^🔧 \*\*Quantum Trader\*\* INC-\d+ <now>\nINC-\d+/1: ")
        self.assertEqual(first["body"]["allowed_mentions"], {"parse": []})
        self.assertRegex(self.receiver.wait_for("slack", 1)[0]["text"], r"^🔧 \*Quantum Trader\* INC-\d+ &lt;now&gt;\n")

        own = self.receiver.wait_for("webhook", 1)[0]
        self.assertEqual(own["body"]["kind"], "task_done")
        self.assertEqual(own["body"]["next_step"], "No action needed.")
        self.assertEqual(own["body"]["version"], 1)
        signed = json.dumps(own["body"], separators=(",", ":"), ensure_ascii=False).encode()
        signature = hmac.new(b"k3y-of-the-webhook", signed, hashlib.sha256).hexdigest()
        self.assertEqual(own["headers"]["X-Salus-Signature"], f"sha256={signature}")

        mail = self.receiver.wait_for("smtp", 1)[0]
        self.assertRegex(mail["subject"], r"^🔧 Quantum Trader INC-\d+ <now>")
        self.assertRegex(mail["text"], r"^🔧 Quantum Trader INC-\d+ <now>\nINC-\d+/1: ")
        self.assertTrue(mail["encrypted"])
        self.assertEqual(mail["user"], USER)
        self.assertEqual(mail["recipients"], ["TO:<ops@example.org>", "TO:<desk@example.org>"])
        for notifier in ("discord", "slack", "own", "mail"):
            self.healer.waits_for(notifier, "delivered", 1)

    def test_hears_of_a_failure_in_its_own_words_and_is_heeded(self) -> None:
        self.receiver.fail("discord", status=429, retry_after=1.2)
        self.receiver.fail("discord", status=0)
        self.receiver.fail("slack", status=503)
        self.receiver.fail("smtp", status=451)
        self.start(discord(), {"name": "slack", "kind": "slack", "url_file": "slack"}, self.mail(smtp=self.receiver.smtps))
        self.healer.fire(0)
        for service in ("discord", "slack", "smtp"):
            self.receiver.wait_for(service, 1)
        self.assertEqual(self.receiver.attempts("discord"), 3)
        for notifier in ("discord", "slack", "mail"):
            self.healer.waits_for(notifier, "delivered", 1)
        self.assertEqual(self.healer.metric('salus_notifications_waiting{notifier="discord"}'), 0)
        self.assertIn("You are being rate limited", self.healer.log())
        self.assertNotIn(SECRET, self.healer.log())
        self.assertNotIn(PASSWORD, self.healer.log())


class WhatCannotBeDelivered(NotifyTest):
    def test_becomes_a_dead_letter_that_is_counted_and_kept(self) -> None:
        self.healer.secret("discord", f"{self.receiver.base}/api/webhooks/2/{SECRET}-that-was-revoked")
        self.healer.secret("password", "wr0ng-password")
        (self.healer.folder / "stranger").mkdir()
        stranger, _ = make_certificate(self.healer.folder / "stranger")
        self.start(
            discord(),
            self.mail(),
            self.mail(name="plain", smtp=self.receiver.plain_smtp),
            self.mail(name="untrusted", ca_file=str(stranger)),
            self.mail(name="nobody", to=["who@nowhere.example"]),
        )
        self.healer.fire(0)
        for notifier in ("discord", "mail", "plain", "untrusted", "nobody"):
            self.healer.waits_for(notifier, "failed", 1)
        log = self.healer.log()
        self.assertIn("answered 404", log)
        self.assertIn("Unknown Webhook", log)
        for secret in (SECRET, "wr0ng-password"):
            self.assertNotIn(secret, log)
        self.assertEqual(self.receiver.accepted("smtp"), [])
        self.healer.stop()
        with sqlite3.connect(self.healer.folder / "data/outbox.db") as outbox:
            dead = outbox.execute("SELECT notifier, error FROM dead ORDER BY notifier").fetchall()
        self.assertEqual([name for name, _ in dead], ["discord", "mail", "nobody", "plain", "untrusted"])
        self.assertNotIn(SECRET, str(dead))

    def test_is_given_up_when_its_time_is_over(self) -> None:
        self.receiver.fail("discord", times=1000, status=500)
        self.start(discord(), notifications={"give_up_after": "1s"})
        self.healer.fire(0)
        self.healer.waits_for("discord", "failed", 1)
        self.assertEqual(self.receiver.accepted("discord"), [])


class ACrash(NotifyTest):
    def test_loses_nothing_that_was_accepted(self) -> None:
        self.receiver.fail("discord", times=1000, status=503)
        self.start(discord())
        self.healer.fire(0, 1, 2)
        wait_for(lambda: self.healer.metric('salus_notifications_waiting{notifier="discord"}') == 3, "three to be waiting", 60)
        self.receiver.wait_for_attempts("discord", 1)
        self.healer.kill()
        self.receiver.recover("discord")
        self.healer.start()
        self.receiver.wait_for("discord", 3)
        self.healer.waits_for("discord", "delivered", 3)
        incidents = [found.group(1) for text in self.texts("discord") if (found := re.search(r"Incident: (INC-\d+)", text))]
        self.assertEqual(incidents, sorted(incidents, key=lambda name: int(name[4:])))
        self.assertEqual(len(set(incidents)), 3)

    def test_between_sending_and_its_answer_sends_again(self) -> None:
        self.receiver.fail("discord", status=500, after_taking=True, delay=3600)
        self.start(discord())
        self.healer.fire(0)
        self.receiver.wait_for("discord", 1)
        self.healer.kill()
        self.healer.start()
        texts = [message["text"] for message in self.receiver.wait_for("discord", 2)]
        self.assertEqual(texts[0], texts[1])
        self.healer.waits_for("discord", "delivered", 1)

    def test_does_not_repeat_what_was_answered(self) -> None:
        self.start(discord())
        self.healer.fire(0)
        self.healer.waits_for("discord", "delivered", 1)
        self.healer.kill()
        self.healer.configure(discord(), discord(name="second", only=["started"]))
        self.healer.start()
        self.healer.waits_for("second", "delivered", 1)
        done = [text for text in self.texts("discord") if "Task Done" in text.split("\n")[0]]
        self.assertEqual(len(done), 1)


class TheHealer(NotifyTest):
    def test_tells_of_a_storm_in_a_digest(self) -> None:
        self.start(discord(), notifications={"max_per_minute": 3})
        self.healer.fire(*range(TASKS))
        self.receiver.wait_for("discord", 4)
        self.healer.waits_for("discord", "digested", TASKS - 3)
        texts = self.texts("discord")
        self.assertEqual(len(texts), 4)
        self.assertIn(f"{TASKS - 3} notices exceeded the rate limit and were combined", texts[3])
        self.assertRegex(texts[3], rf"task.*done: {TASKS - 3}")

    def test_does_without_a_disk_for_its_notices(self) -> None:
        (self.healer.folder / "data/outbox.db").mkdir(parents=True)
        (self.healer.folder / "data/outbox.db/in-the-way").touch()
        (self.healer.folder / "data/outbox.db.bad/too").mkdir(parents=True)
        self.start(discord())
        self.healer.fire(0)
        self.receiver.wait_for("discord", 1)
        self.assertIn("failed to open the outbox; undelivered notifications are lost when the healer ends", self.healer.log())

    def test_goes_on_healing_while_nobody_can_be_told(self) -> None:
        self.receiver.fail("discord", times=1000, status=200, delay=3600)
        self.start(discord())
        self.healer.fire(0)
        self.receiver.wait_for_attempts("discord", 1)
        self.healer.fire(1)
        incidents = lambda: web.get_json(self.healer.port, "/api/v1/incidents")["data"]  # noqa: E731
        wait_for(lambda: sum(one["state"] == "verifying" for one in incidents()) == 2, "both actions to have run", 60)
        self.healer.kill()  # it would wait for its attempt

    def test_shows_on_request_whom_it_can_reach(self) -> None:
        self.healer.secret("slack", self.receiver.base + "/services/T0/B0/none")
        self.start(discord(), {"name": "slack", "kind": "slack", "url_file": "slack"}, self.mail())
        done = self.healer.salusctl("notify", "test")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^discord +delivered")
        self.assertRegex(done.stdout, r"(?m)^mail +delivered")
        self.assertRegex(done.stdout, r"(?m)^slack +refused +127.0.0.1:\d+ answered 404: no_service")
        self.assertIn("Quantum Trader - Test", self.texts("discord")[0])
        alone = self.healer.salusctl("notify", "test", "mail")
        self.assertEqual(alone.returncode, 0, alone.stdout + alone.stderr)
        unknown = self.healer.salusctl("notify", "test", "pager")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn('unknown notifier "pager"', unknown.stderr)


if __name__ == "__main__":
    SALUSCTL = sys.argv.pop()
    HEALER = sys.argv.pop()
    unittest.main(module=__name__)
