"""Rows 51 and 52: more connections, bytes and passwords than a healer can take, and requests that a browser was made to send."""

import base64
import itertools
import multiprocessing
import resource
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Callable, ContextManager, Dict, Iterator, List, Optional

from conformance import bodies, post
from conformance.deliveries import expect
from conformance.healer import TOKEN, Healer
from conformance.rows import Place, row
from e2e import web
from e2e.waiting import wait_for
from web.pki import Authority
from web.programs import HASH, PASSWORD

GROUP = "floods"
MOST_MIB = 256
POST_HEAD = b"POST /api/v1/alerts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


class BehindWeb(Healer):
    """A healer with a web configuration."""

    def __init__(self, folder: Path, program: Path, web_config: str):
        super().__init__(folder, program)
        (folder / "web.yml").write_text(web_config)

    @property
    def argv(self) -> List[str]:
        return [*super().argv, f"--web.config.file={self.folder}/web.yml"]

    def wait_ready(self) -> None:
        def look() -> bool:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return True

        wait_for(look, "the healer to listen", 60, 0.02)


class Crowd:
    """Opens `count` connections, sends each its bytes, and opens another for each that is closed. In a process of its own, so that
    it does not delay who measures."""

    def __init__(self, port: int, count: int, first: bytes, deaf: bool):
        self.port, self.count, self.first, self.deaf = port, count, first, deaf
        self.open: List[socket.socket] = []

    def add(self) -> None:
        connection = socket.socket()
        if self.deaf:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(5)
        try:
            connection.connect(("127.0.0.1", self.port))
            connection.setblocking(False)
            if self.first:
                connection.send(self.first)
            self.open.append(connection)
        except OSError:
            connection.close()

    def gone(self, connection: socket.socket) -> bool:
        if self.deaf:
            return False  # it reads nothing
        try:
            return connection.recv(4096) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def run(self, full: Event, over: Event) -> None:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        while not over.is_set():
            for connection in [each for each in self.open if self.gone(each)]:
                connection.close()
                self.open.remove(connection)
            for _ in range(self.count - len(self.open)):
                self.add()
            full.set()
            over.wait(0.2)


@contextmanager
def side_process(run: Callable[..., None], *arguments: object) -> Iterator[None]:
    """run(*arguments, full, over) meanwhile: it sets the one event when it is at work, and ends at the other."""
    how = multiprocessing.get_context("fork")
    full, over = how.Event(), how.Event()
    process = how.Process(target=run, args=(*arguments, full, over), daemon=True)
    process.start()
    try:
        expect(full.wait(60), "the other process is at work")
        yield
    finally:
        over.set()
        process.join()


def crowd(port: int, count: int, first: bytes, deaf: bool = False) -> ContextManager[None]:
    return side_process(Crowd(port, count, first, deaf).run)


def slowest(healer: Healer, seconds: float, connect: Optional[Callable[[], socket.socket]] = None) -> float:
    """Asks for the policy and delivers alerts, each over a new connection, and says how long the slowest took."""
    worst, begin = 0.0, time.monotonic()
    alert = bodies.delivery([healer.alert(heal="none")])
    requests = [
        post.head(healer.address, None, TOKEN, "GET", "/policy"),
        healer.request(alert),
    ]
    for request in itertools.cycle(requests):
        if time.monotonic() - begin > seconds:
            return worst
        asked = time.monotonic()
        with connect() if connect else healer.address.connect() as connection:
            connection.sendall(request)
            answer = post.read_answer(connection)
        worst = max(worst, time.monotonic() - asked)
        what = request.split(b" HTTP", 1)[0].decode()
        expect(answer.good, f"{what} is answered {answer.status} after {time.monotonic() - asked:.2f} s")
        time.sleep(0.05)
    return worst


def within_a_second(place: Place, what: str, worst: float) -> None:
    place.note(f"{what}: {worst * 1000:.0f} ms")
    expect(worst < max(1.0, place.slack / 4), f"{what}: one took {worst:.2f} s")


def small(healer: Healer) -> None:
    expect(healer.peak_mib() < MOST_MIB, f"the healer's memory grew to {healer.peak_mib():.0f} MiB")


@row(
    51,
    GROUP,
    "600 half-sent headers, bodies, handshakes; wrong passwords; 24 large reports at once",
    "webhook and policy answer within 1 s; memory bounded",
)
def floods(place: Place) -> None:
    unfinished_requests(place)
    long_polls(place)
    half_handshakes(place)
    wrong_passwords(place)
    large_reports(place)


def unfinished_requests(place: Place) -> None:
    healer = place.healer().start()
    kinds: Dict[str, tuple[int, bytes, bool]] = {
        "600 half heads": (600, b"GET /policy HTTP/1.1\r\nHost: a\r\nX:", False),
        "2000 half heads": (2000, b"GET /policy HTTP/1.1\r\nHost: a\r\nX:", False),
        "600 silent": (600, b"", False),
        "600 half bodies": (600, POST_HEAD + b"Content-Length: 4000000\r\n\r\n" + b"x" * 200_000, False),
        "600 half chunks": (600, POST_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", False),
        "600 idle": (600, b"GET /policy HTTP/1.1\r\nHost: a\r\n\r\n", False),
        "600 that do not read": (600, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 200, True),
    }
    for what, (count, first, reads_nothing) in kinds.items():
        with crowd(healer.port, count, first, reads_nothing):
            within_a_second(place, what, slowest(healer, 2))
    evicted = healer.metric("salus_healer_http_connections_evicted_total")
    expect(evicted > 1000, f"{evicted:.0f} evictions are counted")
    expect(healer.descriptors() < 700, f"{healer.descriptors()} descriptors are open")
    small(healer)


def long_polls(place: Place) -> None:
    healer = place.healer().start()
    sequence = web.get_json(healer.port, "/policy")["sequence"]
    ask = f"GET /policy?wait=60s&after={sequence} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    check = f"POST /health/force-check HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 0\r\n\r\n".encode()
    with crowd(healer.port, 300, ask), crowd(healer.port, 100, check):
        within_a_second(place, "300 long polls and 100 forced checks", slowest(healer, 3))
    small(healer)


def half_handshakes(place: Place) -> None:
    folder = place.folder / "tls"
    folder.mkdir()
    authority = Authority(folder, "ca")
    authority.issue(folder / "server.crt", folder / "server.key")
    files = f"{{cert_file: {folder}/server.crt, key_file: {folder}/server.key}}"
    healer = BehindWeb(place.folder / "behind-tls", place.program, f"tls_server_config: {files}\n")
    place.stack.callback(healer.close)
    healer.start()
    trusting = ssl.create_default_context(cafile=str(authority.certificate))

    def secure() -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", healer.port), timeout=30)
        return trusting.wrap_socket(plain, server_hostname="127.0.0.1")

    for what, first in (("half a hello", hello(trusting)[:100]), ("a hello", hello(trusting))):
        with crowd(healer.port, 600, first):
            within_a_second(place, f"600 handshakes that end with {what}", slowest(healer, 2, secure))
    small(healer)


def hello(context: ssl.SSLContext) -> bytes:
    """The first bytes of a handshake."""
    sent = ssl.MemoryBIO()
    session = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="127.0.0.1")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


def basic(user: str, password: str) -> Dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def wrong_passwords(place: Place) -> None:
    healer = BehindWeb(place.folder / "behind-passwords", place.program, f'basic_auth_users: {{prometheus: "{HASH}"}}\n')
    place.stack.callback(healer.close)
    healer.start()
    with side_process(guess, healer.port):
        within_a_second(place, "48 who guess passwords, with the token", slowest(healer, 2))
        begin = time.monotonic()
        answer = web.ask(healer.port, "/policy", headers=basic("prometheus", PASSWORD), timeout=30)
        expect(answer.status == 200, f"the right password is answered {answer.status}")
        within_a_second(place, "and with a password, for the first time", time.monotonic() - begin)
    small(healer)


def guess(port: int, full: Event, over: Event) -> None:
    """48 at once, each another password as soon as the last is answered. It is at work when those that are answered at once are used up."""
    tries = itertools.count()

    def one() -> None:
        while not over.is_set():
            number = next(tries)
            if number == 48 + 8:  # base/http/web/password_queue.cpp: kAtOnce
                full.set()
            try:
                web.ask(port, "/policy", headers=basic("prometheus", f"guess {number}"), timeout=10)
            except OSError:
                pass

    guessers = [threading.Thread(target=one, daemon=True) for _ in range(48)]
    for each in guessers:
        each.start()
    over.wait()


def large_reports(place: Place) -> None:
    folder = place.folder / "reports"
    folder.mkdir()
    (folder / "large.md").write_bytes(b"x" * (20 << 20))
    healer = place.healer(lambda config: config.update(reports={"folder": str(folder)})).start()
    sizes: List[int] = []

    def get() -> None:
        sizes.append(len(web.ask(healer.port, "/reports/large.md", timeout=60).text))

    many = [threading.Thread(target=get) for _ in range(24)]
    for each in many:
        each.start()
    within_a_second(place, "24 reports of 20 MiB", slowest(healer, 1))
    for each in many:
        each.join()
    expect(sizes == [20 << 20] * 24, f"each report is whole: {sizes}")
    with crowd(healer.port, 300, b"GET /reports/large.md HTTP/1.1\r\nHost: a\r\n\r\n", deaf=True):
        within_a_second(place, "300 who ask for it and do not read", slowest(healer, 2))
    small(healer)
    place.note(f"peak RSS {healer.peak_mib():.0f} MiB")


@row(52, GROUP, "cross-site requests; link previews", "nothing changes, nothing is forged")
def forged(place: Place) -> None:
    healer = place.healer().start()
    token = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    pause = '{"for": "1h", "reason": "forged"}'
    for foreign in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Referer": "http://evil.example/"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": f"http://127.0.0.1:{healer.port}"},
    ):
        for path in ("/-/reload", "/health/force-check", "/api/v1/pause", "/api/v1/policy/hold"):
            status = web.ask(healer.port, path, "POST", pause, {**token, **foreign}).status
            expect(status == 403, f"{path} with {foreign} is answered {status}")
        status = web.ask(healer.port, "/approvals/APR-1-1?verb=approve&expires=9&token=x", "POST", "", foreign).status
        expect(status == 403, f"a forged button is answered {status}")
    expect(web.get_json(healer.port, "/api/v1/pause")["data"]["paused"] is False, "healing is not paused")
    own = {**token, "Origin": f"http://127.0.0.1:{healer.port}"}
    expect(web.ask(healer.port, "/api/v1/pause", "POST", pause, own).status == 200, "its own page may")
    expect(web.ask(healer.port, "/-/reload", "POST", "", token).status == 200, "and who is no browser")
