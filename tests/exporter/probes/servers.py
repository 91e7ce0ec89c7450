"""Real servers for probes, each in a folder of its own and stopped by its own process id."""

import functools
import http.server
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any, List, Optional, Union

from e2e import web
from e2e.waiting import wait_for

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


class Server:
    """One program that serves a port."""

    def __init__(self, argv: List[str], port: int, log: Path, user: Optional[str] = None):
        self.port = port
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=ENVIRONMENT, cwd="/", user=user, start_new_session=True
            )

    def freeze(self) -> None:
        self.popen.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.popen.send_signal(signal.SIGCONT)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.popen.poll() is None:
            self.thaw()
            self.popen.send_signal(number)
        self.popen.wait(20)


def start_redis(folder: Path, password: str) -> Server:
    (port,) = web.free_ports(1)
    settings = folder / "redis.conf"
    settings.write_text(f"bind 127.0.0.1\nport {port}\ndir {folder}\nsave ''\nrequirepass {password}\n")
    server = Server(["redis-server", str(settings)], port, folder / "redis.log")
    wait_for(lambda: b"NOAUTH" in redis_says(port), "redis-server at work", 20)
    return server


def redis_says(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 2) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(1000)


def postgres_user() -> str:
    """PostgreSQL refuses to run as root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def start_postgres(folder: Path, password: str) -> Server:
    (port,) = web.free_ports(1)
    user = postgres_user() if os.geteuid() == 0 else None
    data = folder / "postgres"
    data.mkdir()
    secret = folder / "superuser"
    secret.write_text(password)
    if user:
        for path in (data, secret):
            shutil.chown(path, user)
    subprocess.run(
        [str(POSTGRES / "initdb"), "--pgdata", str(data), "--username=salus", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync"],
        check=True,
        capture_output=True,
        env=ENVIRONMENT,
        cwd="/",
        user=user,
    )
    settings = ["-D", str(data), "-k", str(data), "-h", "127.0.0.1", "-p", str(port), "-F"]
    server = Server([str(POSTGRES / "postgres"), *settings], port, folder / "postgres.log", user)
    asks = [str(POSTGRES / "pg_isready"), "--host=127.0.0.1", f"--port={port}"]
    wait_for(lambda: subprocess.run(asks, capture_output=True, env=ENVIRONMENT).returncode == 0, "postgres at work", 30)
    return server


def make_certificate(folder: Path, name: str, days: int) -> Path:
    """A self-signed certificate for 127.0.0.1, its key beside it; with days below 0 it has expired."""
    certificate, key, request = (folder / f"{name}.{suffix}" for suffix in ("pem", "key", "csr"))
    subject = ["-subj", "/CN=salus test", "-addext", "subjectAltName=IP:127.0.0.1"]
    steps = [
        ["req", "-newkey", "rsa:2048", "-nodes", *subject, "-keyout", str(key), "-out", str(request)],
        ["x509", "-req", "-copy_extensions", "copyall", "-days", str(days), "-signkey", str(key), "-in", str(request), "-out", str(certificate)],
    ]
    for step in steps:
        subprocess.run(["openssl", *step], check=True, capture_output=True)
    return certificate


class Website:
    """Python's own web server over TLS, serving a folder from a thread."""

    def __init__(self, folder: Path, certificate: Path):
        handler = functools.partial(QuietHandler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class RedisClient:
    """Speaks the protocol itself, so that a test does not depend on what it tests."""

    def __init__(self, port: int, password: str = ""):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.stream = self.socket.makefile("rb")
        if password:
            self("AUTH", password)

    def __call__(self, *words: Union[str, bytes, int]) -> Any:
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        return self.reply()

    def reply(self) -> Any:
        line = self.stream.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.stream.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest

    def close(self) -> None:
        self.stream.close()
        self.socket.close()
