"""A chat and mail receiver that behaves like Discord, Slack, an endpoint of one's own and a mail server.

As a program (`receiver.py`, or `python3 -m healer.notify.receiver` with tests/ on the path) it prints one line of JSON with its
addresses and runs until its standard input ends, or with --stay until SIGTERM:

    {"discord": "http://127.0.0.1:4711/api/webhooks/1/secret", "slack": "http://127.0.0.1:4711/services/T0/B0/secret",
     "webhook": "http://127.0.0.1:4711/webhook/secret", "messages": "http://127.0.0.1:4711/messages",
     "smtp": "smtp://localhost:4712", "smtps": "smtps://localhost:4713", "ca_file": "/…/ca.pem"}

GET /messages lists what was accepted, in order: {"service", "text", "at", …}. In Python:

    with Receiver(folder) as receiver:
        receiver.discord                      # the URL, with its secret
        receiver.wait_for("discord", 1)       # the messages, once there are so many
        receiver.fail("discord", status=429, retry_after=0.5, times=2)

What it refuses, it refuses as the services do. Sources: https://discord.com/developers/docs/resources/webhook#execute-webhook,
https://discord.com/developers/docs/topics/rate-limits, https://api.slack.com/messaging/webhooks#handling_errors, RFC 5321, RFC 3207,
RFC 4954.
"""

import base64
import email
import email.policy
import json
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

SECRET = "5ecret-t0ken-0f-the-webhook"
USER = "salus"
PASSWORD = "right-s3cret"
PATHS = {"discord": f"/api/webhooks/1/{SECRET}", "slack": f"/services/T0/B0/{SECRET}", "webhook": f"/webhook/{SECRET}"}

Answer = Tuple[int, Dict[str, str], str]


@dataclass
class Failure:
    """What the next requests to a service get instead of its answer."""

    times: int
    status: int = 0  # 0: the connection is dropped without an answer
    retry_after: Optional[float] = None
    delay: float = 0.0
    after_taking: bool = False  # the message is taken all the same: only the answer is lost


class Mailbox:
    """What was accepted, and what shall go wrong. Thread-safe."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.accepted: List[Dict[str, Any]] = []
        self.attempts: Dict[str, int] = {}
        self.failures: Dict[str, List[Failure]] = {}

    def attempt(self, service: str) -> Optional[Failure]:
        with self.changed:
            self.attempts[service] = self.attempts.get(service, 0) + 1
            self.changed.notify_all()
            for failure in self.failures.get(service, []):
                if failure.times > 0:
                    failure.times -= 1
                    return failure
            return None

    def take(self, service: str, text: str, **more: Any) -> None:
        with self.changed:
            self.accepted.append({"service": service, "text": text, "at": time.time(), **more})
            self.changed.notify_all()


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def as_json(status: int, document: Any, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(document)


def discord_answer(body: bytes) -> Tuple[Answer, Optional[str]]:
    """Discord's answer, and the text if it took it."""
    try:
        document = json.loads(body)
    except ValueError:
        return as_json(400, {"message": "The request body contains invalid JSON.", "code": 50109}), None
    content = document.get("content") if isinstance(document, dict) else None
    if not content and not (isinstance(document, dict) and document.get("embeds")):
        return as_json(400, {"message": "Cannot send an empty message", "code": 50006}), None
    if not isinstance(content, str) or utf16_units(content) > 2000:
        return as_json(400, {"content": ["Must be 2000 or fewer in length."]}), None
    mentions = document.get("allowed_mentions", {})
    if not isinstance(mentions, dict) or not set(mentions.get("parse", [])) <= {"roles", "users", "everyone"}:
        return as_json(400, {"allowed_mentions": ["Value of field \"parse\" is not valid."]}), None
    return (204, {}, ""), content


def slack_answer(body: bytes) -> Tuple[Answer, Optional[str]]:
    plain = {"Content-Type": "text/html"}
    try:
        document = json.loads(body)
    except ValueError:
        return (400, plain, "invalid_payload"), None
    if not isinstance(document, dict):
        return (400, plain, "invalid_payload"), None
    text = document.get("text")
    if not text and not document.get("blocks"):
        return (400, plain, "no_text"), None
    if not isinstance(text, str):
        return (400, plain, "invalid_payload"), None
    if len(text) > 40000:
        return (400, plain, "msg_too_long"), None
    return (200, plain, "ok"), text


def webhook_answer(body: bytes) -> Tuple[Answer, Optional[str]]:
    document = json.loads(body)
    return as_json(200, {"ok": True}), str(document["text"])


ANSWERS = {"discord": discord_answer, "slack": slack_answer, "webhook": webhook_answer}
NOT_FOUND = {
    "discord": as_json(404, {"message": "Unknown Webhook", "code": 10015}),
    "slack": (404, {"Content-Type": "text/html"}, "no_service"),
}


def limited(service: str, seconds: float) -> Answer:
    if service == "discord":
        document = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
        return as_json(429, document, **{"Retry-After": str(max(1, round(seconds)))})
    return 429, {"Retry-After": str(max(1, round(seconds)))}, "rate_limited"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mailbox: Mailbox

    def log_message(self, format: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
        pass

    def answer(self, answer: Answer) -> None:
        status, headers, text = answer
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path != "/messages":
            return self.answer((404, {}, ""))
        with self.mailbox.changed:
            return self.answer(as_json(200, list(self.mailbox.accepted)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        service = next((name for name, path in PATHS.items() if path == self.path), None)
        if service is None:
            known = "discord" if self.path.startswith("/api/webhooks/") else "slack"
            return self.answer(NOT_FOUND[known])
        failure = self.mailbox.attempt(service)
        if failure and not failure.after_taking:
            time.sleep(failure.delay)
            return self.fail(service, failure)
        answer, text = ANSWERS[service](body)
        if text is not None:
            self.mailbox.take(service, text, body=json.loads(body), headers=dict(self.headers.items()))
        if failure:
            time.sleep(failure.delay)
            return self.fail(service, failure)
        return self.answer(answer)

    def fail(self, service: str, failure: Failure) -> None:
        if failure.status == 0:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif failure.status == 429:
            self.answer(limited(service, failure.retry_after or 1))
        else:
            headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
            self.answer((failure.status, headers, "upstream connect error"))


class Smtp(socketserver.StreamRequestHandler):
    """One session. AUTH is offered only once the line is encrypted, and mail is taken only after it."""

    mailbox: Mailbox
    tls: ssl.SSLContext
    implicit_tls = False
    offers_tls = True

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def encrypt(self) -> None:
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.encrypted = True

    def handle(self) -> None:
        self.encrypted = False
        self.user = ""
        self.sender = ""
        self.recipients: List[str] = []
        try:
            if self.implicit_tls:
                self.encrypt()
            self.say("220 localhost ESMTP")
            while line := self.rfile.readline():  # STARTTLS replaces the stream
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if not self.obey(verb.upper(), rest):
                    return
        except (OSError, ssl.SSLError):
            return

    def obey(self, verb: str, rest: str) -> bool:
        if verb == "QUIT":
            self.say("221 bye")
            return False
        if verb in ("EHLO", "HELO"):
            self.ehlo()
        elif verb == "STARTTLS" and self.offers_tls and not self.encrypted:
            self.say("220 go ahead")
            self.encrypt()
        elif verb == "AUTH":
            self.authenticate(rest)
        elif verb == "MAIL":
            self.sender = rest
            self.say("250 ok" if self.user else "530 5.7.0 Authentication required")
        elif verb == "RCPT":
            known = "@nowhere.example" not in rest
            self.recipients += [rest] if known else []
            self.say("250 ok" if known else "550 5.1.1 No such user here")
        elif verb == "DATA" and self.recipients:
            self.data()
        elif verb in ("RSET", "NOOP"):
            self.say("250 ok")
        else:
            self.say("503 5.5.1 bad sequence of commands")
        return True

    def ehlo(self) -> None:
        offers = ["localhost", "SIZE 1000000"]
        if self.encrypted:
            offers.append("AUTH PLAIN LOGIN")
        elif self.offers_tls:
            offers.append("STARTTLS")
        for index, offer in enumerate(offers):
            self.say(f"250{' ' if index + 1 == len(offers) else '-'}{offer}")

    def authenticate(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if not self.encrypted or mechanism.upper() != "PLAIN":
            return self.say("504 5.5.4 mechanism not supported")
        if not initial:
            self.say("334 ")
            initial = self.rfile.readline().decode().strip()
        _, user, password = base64.b64decode(initial).decode().split("\0")
        if (user, password) != (USER, PASSWORD):
            return self.say("535 5.7.8 Authentication credentials invalid")
        self.user = user
        return self.say("235 2.7.0 ok")

    def data(self) -> None:
        self.say("354 go on")
        lines: List[bytes] = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        failure = self.mailbox.attempt("smtp")
        if failure and not failure.after_taking:
            return self.say(f"{failure.status} try again later")
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        body = mail.get_content() if mail.get_content_type() == "text/plain" else ""
        self.mailbox.take(
            "smtp",
            body.replace("\r\n", "\n").rstrip("\n"),
            subject=str(mail["Subject"]),
            id=str(mail["Message-ID"]),
            sender=self.sender,
            recipients=self.recipients,
            encrypted=self.encrypted,
            user=self.user,
        )
        self.recipients = []
        return self.say("250 2.0.0 taken")


class Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def make_certificate(folder: Path) -> Tuple[Path, Path]:
    """A throw-away certificate for localhost that is its own authority."""
    certificate, key = folder / "ca.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


class Receiver:
    """Listens on free ports of loopback from `with` to its end."""

    def __init__(self, folder: Path):
        self.mailbox = Mailbox()
        self.ca_file, key = make_certificate(folder)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.ca_file, key)
        shared = {"mailbox": self.mailbox}
        self.servers: List[socketserver.BaseServer] = [
            ThreadingHTTPServer(("127.0.0.1", 0), type("Web", (Handler,), shared)),
            Threads(("127.0.0.1", 0), type("StartTls", (Smtp,), {**shared, "tls": tls})),
            Threads(("127.0.0.1", 0), type("ImplicitTls", (Smtp,), {**shared, "tls": tls, "implicit_tls": True})),
            Threads(("127.0.0.1", 0), type("NoTls", (Smtp,), {**shared, "tls": tls, "offers_tls": False})),
        ]
        web, smtp, smtps, plain = (server.server_address[1] for server in self.servers)
        self.base = f"http://127.0.0.1:{web}"
        self.discord, self.slack, self.webhook = (self.base + PATHS[name] for name in ("discord", "slack", "webhook"))
        self.messages = f"{self.base}/messages"
        self.smtp, self.smtps = f"smtp://localhost:{smtp}", f"smtps://localhost:{smtps}"
        self.plain_smtp = f"smtp://localhost:{plain}"  # offers no STARTTLS

    def __enter__(self) -> "Receiver":
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def fail(self, service: str, times: int = 1, **how: Any) -> None:
        """The next `times` requests to the service go wrong: see Failure."""
        with self.mailbox.changed:
            self.mailbox.failures.setdefault(service, []).append(Failure(times=times, **how))

    def recover(self, service: str) -> None:
        with self.mailbox.changed:
            self.mailbox.failures.pop(service, None)

    def accepted(self, service: str) -> List[Dict[str, Any]]:
        with self.mailbox.changed:
            return [message for message in self.mailbox.accepted if message["service"] == service]

    def attempts(self, service: str) -> int:
        with self.mailbox.changed:
            return self.mailbox.attempts.get(service, 0)

    def wait_for(self, service: str, count: int, seconds: float = 60) -> List[Dict[str, Any]]:
        """What the service accepted, once there is so much of it."""
        with self.mailbox.changed:
            done = self.mailbox.changed.wait_for(lambda: len(self.accepted(service)) >= count, seconds)
        if not done:
            raise TimeoutError(f"{service}: {len(self.accepted(service))} of {count} messages within {seconds:g} s")
        return self.accepted(service)

    def wait_for_attempts(self, service: str, count: int, seconds: float = 60) -> None:
        with self.mailbox.changed:
            if not self.mailbox.changed.wait_for(lambda: self.attempts(service) >= count, seconds):
                raise TimeoutError(f"{service}: {self.attempts(service)} of {count} attempts within {seconds:g} s")

    def addresses(self) -> Dict[str, str]:
        names = ("discord", "slack", "webhook", "messages", "smtp", "smtps", "ca_file")
        return {name: str(getattr(self, name)) for name in names}


def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM] if "--stay" in sys.argv else [])
    with tempfile.TemporaryDirectory(prefix="salus-receiver-") as folder, Receiver(Path(folder)) as receiver:
        print(json.dumps(receiver.addresses()), flush=True)
        if "--stay" in sys.argv:
            signal.sigwait([signal.SIGTERM])
        else:
            sys.stdin.read()


if __name__ == "__main__":
    main()
