"""Rows 14 to 16: connections that give nothing, tokens that are wrong, methods and paths that are none."""

import selectors
import socket
import statistics
import threading
import time
from typing import Dict, List

from conformance import bodies, post
from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.receiver import Receiver
from conformance.rows import Place, row

GROUP = "webhook"


def half_sent(receiver: Receiver, count: int) -> List[bytes]:
    """What each connection sends at once: nothing, half a head, a head, half a body."""
    whole = receiver.request(bodies.delivery([receiver.alert()]))
    body = whole.index(b"\r\n\r\n") + 4
    pieces = [b"", whole[:20], whole[:body], whole[: (body + len(whole)) // 2]]
    return [pieces[number % len(pieces)] for number in range(count)]


class Valid(threading.Thread):
    """Posts meanwhile, and keeps the slowest answer's time."""

    def __init__(self, receiver: Receiver):
        super().__init__(daemon=True)
        self.receiver = receiver
        self.over = threading.Event()
        self.answers: List[post.Answer] = []

    def run(self) -> None:
        while not self.over.wait(0.5):
            self.answers.append(self.receiver.deliver(self.receiver.alert(heal="nobody")))


@row(14, GROUP, "300 half-sent requests (silent, and trickling a byte a second); slow reader", "each closed within 10 s, a valid POST < 1 s meanwhile, fds bounded", black_box=True)
def half(place: Place) -> None:
    receiver = place.receiver()
    limit = 10 + 2 * place.slack
    valid = Valid(receiver)
    selector = selectors.DefaultSelector()
    begin = time.monotonic()
    opened: Dict[socket.socket, float] = {}
    for number, piece in enumerate(half_sent(receiver, 300)):
        connection = receiver.address.connect()
        connection.sendall(piece)
        connection.setblocking(False)
        opened[connection] = time.monotonic()
        selector.register(connection, selectors.EVENT_READ, number % 2 == 1)
    valid.start()
    slow = slow_reader(receiver)
    trickled = begin
    late: List[float] = []
    while selector.get_map():
        for key, _ in selector.select(0.1):
            if not gone(key.fileobj):  # type: ignore[arg-type]
                continue
            late.append(time.monotonic() - opened[key.fileobj])  # type: ignore[index]
            selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
        if time.monotonic() - trickled > 1:
            trickled = time.monotonic()
            for key in list(selector.get_map().values()):
                if key.data:
                    trickle(key.fileobj)  # type: ignore[arg-type]
        expect(time.monotonic() - begin < limit + 20, f"{len(selector.get_map())} are still open")
    if isinstance(receiver, Healer):
        # The healer closes its end once it has seen that the peer closed, which takes a moment each.
        until = time.monotonic() + 2 * place.slack
        while receiver.descriptors() >= 60 and time.monotonic() < until:
            time.sleep(0.05)
        expect(receiver.descriptors() < 60, f"{receiver.descriptors()} descriptors are open afterwards")
        place.note(f"{receiver.descriptors()} descriptors afterwards")
    valid.over.set()
    valid.join()
    slow.close()
    worst = max(each.seconds for each in valid.answers)
    place.note(f"closed after {max(late):.1f} s at most, a valid POST took {worst * 1000:.0f} ms at most")
    expect(max(late) <= limit, f"one was open for {max(late):.1f} s")
    expect(all(each.good for each in valid.answers), "every valid POST is acknowledged")
    expect(worst < place.slack, f"a valid POST took {worst:.2f} s")


def gone(connection: socket.socket) -> bool:
    """Whether the peer has closed it, or told it to go away."""
    try:
        return connection.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def trickle(connection: socket.socket) -> None:
    try:
        connection.send(b" ")
    except OSError:
        pass


def slow_reader(receiver: Receiver) -> socket.socket:
    """Asks for much and reads nothing of it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.connect((receiver.address.host, receiver.address.port))
    connection.setblocking(False)
    ask = post.head(receiver.address, 0, receiver.token, method="GET", path="/metrics")
    try:
        for _ in range(200):
            connection.send(ask)
    except OSError:
        pass
    return connection


@row(15, GROUP, "no token, wrong token, 10,000 wrong tries", "401 in constant time, log limited, nothing done", black_box=True)
def wrong_token(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    body = bodies.delivery([receiver.alert()])
    right = receiver.token or "a-token"
    for token in ("", "wrong", right[:-1], right + "x", right.upper(), "\u00e9"):
        status = receiver.post(body, token=token).status
        expect(status in (401, 403) or (status == 400 and not token.isascii()), f"answered {status}")
    for scheme in ("Basic", "bearer2", "Token"):
        status = receiver.post(body, token="", more={"Authorization": f"{scheme} {right}"}).status
        expect(status in (401, 403), f"{scheme}: answered {status}")
    log_before = receiver.log.stat().st_size if isinstance(receiver, Healer) else 0
    # One that is wrong from its first byte, and one that is wrong in its last only: told apart by nothing.
    times = try_often(receiver, ["!" * len(right), right[:-1] + "!"], 5000)
    first, last = (statistics.median(each) * 1e6 for each in times)
    place.note(f"median {first:.0f} µs wrong from the first byte, {last:.0f} µs in the last only")
    expect(0.5 < first / last < 2, "the time tells how much of a token is right")
    receiver.settle()
    expect(receiver.ran() == before, "an action ran")
    if isinstance(receiver, Healer):
        grown = receiver.log.stat().st_size - log_before
        place.note(f"{grown} bytes of log")
        expect(grown < 8192, f"10,000 wrong tries made {grown} bytes of log")
        expect(receiver.metric("salus_alerts_received_total", result="unauthorized") >= 10_000, "they are counted")
    receiver.expect_alive()


def try_often(receiver: Receiver, tokens: List[str], times: int) -> List[List[float]]:
    """Alternating over kept-alive connections, as fast as they are answered."""
    taken: List[List[float]] = [[] for _ in tokens]
    requests = [receiver.request(b"{}", token=token) for token in tokens]
    connection = receiver.address.connect()
    for _ in range(times):
        for index, request in enumerate(requests):
            begin = time.perf_counter()
            connection.sendall(request)
            status = post.read_answer(connection).status
            if status == 0:  # it closes after a refusal
                connection.close()
                connection = receiver.address.connect()
                continue
            taken[index].append(time.perf_counter() - begin)
            expect(status in (401, 403), f"answered {status}")
    connection.close()
    return taken


@row(16, GROUP, "wrong method or path", "405 / 404, nothing done", black_box=True)
def wrong_method(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    body = bodies.delivery([receiver.alert()])
    for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        status = receiver.post(body, method=method).status
        expect(status in (400, 405, 501), f"{method}: answered {status}")
    for path in ("/alerts-not-here", receiver.address.path + "/x", receiver.address.path + "//", "/..%2f..%2fetc/passwd"):
        status = receiver.post(body, path=path).status
        expect(status in (400, 404), f"{path}: answered {status}")
    receiver.settle()
    expect(receiver.ran() == before, "an action ran")
    receiver.expect_alive()
