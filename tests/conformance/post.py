"""Deliveries over raw sockets: what HTTP libraries would not send, and many at once."""

import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Iterable, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Address:
    """Where a receiver listens."""

    host: str
    port: int
    path: str
    secure: bool

    @classmethod
    def of(cls, url: str) -> "Address":
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.hostname or "127.0.0.1", port, parts.path or "/", parts.scheme == "https")

    def connect(self, timeout: float = 30) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.secure:
            return plain
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True)
class Answer:
    status: int  # 0: the connection was closed without an answer
    seconds: float
    text: str = ""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


def head(
    address: Address,
    length: Optional[int],
    token: str = "",
    method: str = "POST",
    path: Optional[str] = None,
    content_type: str = "application/json",
    more: Optional[Mapping[str, str]] = None,
) -> bytes:
    """Request line and headers."""
    lines = [f"{method} {path or address.path} HTTP/1.1", f"Host: {address.host}:{address.port}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in (more or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_answer(connection: socket.socket) -> Answer:
    """The whole next answer of a connection, with its time from now."""
    begin = time.monotonic()
    received = b""
    try:
        while b"\r\n\r\n" not in received:
            more = connection.recv(1 << 16)
            if not more:
                return Answer(0, time.monotonic() - begin)
            received += more
        headers, _, rest = received.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b":", 1) for line in headers.split(b"\r\n")[1:] if b":" in line)
        length = int(fields.get(b"content-length", b"0"))
        while len(rest) < length:
            more = connection.recv(1 << 16)
            if not more:
                break
            rest += more
    except (ConnectionError, ssl.SSLError):
        return Answer(0, time.monotonic() - begin)
    return Answer(int(headers.split()[1]), time.monotonic() - begin, rest.decode(errors="replace"))


def send(address: Address, pieces: Iterable[bytes], timeout: float = 30) -> Answer:
    """Sends the pieces over one connection until the peer closes it, and reads its answer."""
    begin = time.monotonic()
    try:
        connection = address.connect(timeout)
    except OSError as error:
        return Answer(0, time.monotonic() - begin, str(error))
    with connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            pass  # it may have answered before it closed
        answer = read_answer(connection)
    return Answer(answer.status, time.monotonic() - begin, answer.text)


def at_once(address: Address, requests: Sequence[bytes], timeout: float = 60) -> List[Answer]:
    """Each request over a connection of its own, all in the same moment: they are all open before one is sent."""
    connections = [address.connect(timeout) for _ in requests]
    begin = time.monotonic()

    def one(index: int) -> Answer:
        with connections[index] as connection:
            try:
                connection.sendall(requests[index])
            except OSError:
                pass
            answer = read_answer(connection)
            return Answer(answer.status, time.monotonic() - begin, answer.text)

    with ThreadPoolExecutor(max_workers=min(64, len(requests))) as pool:
        return list(pool.map(one, range(len(requests))))
