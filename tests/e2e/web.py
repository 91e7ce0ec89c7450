"""Speaks HTTP with what runs on this machine; no proxy, no redirects."""

import http.client
import json
import random
import socket
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional
from urllib.parse import urlencode


@dataclass
class Answer:
    status: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def ask(
    port: int,
    path: str,
    method: str = "GET",
    body: Optional[str] = None,
    headers: Optional[Mapping[str, str]] = None,
    timeout: float = 5,
) -> Answer:
    """One request to 127.0.0.1. Raises OSError when no whole answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
    except http.client.HTTPException as error:
        raise ConnectionError(f"port {port}: {error!r}") from error
    finally:
        connection.close()


def get_json(port: int, path: str, **query: str) -> Any:
    """The JSON of a 200; anything else is a ConnectionError."""
    answer = ask(port, f"{path}?{urlencode(query)}" if query else path)
    if answer.status != 200:
        raise ConnectionError(f"port {port}: {path}: {answer.status} {answer.text[:200]}")
    return answer.json()


_claims: List[socket.socket] = []  # of this process, until it ends


def _claim(port: int) -> bool:
    """No other test that runs now takes it, also before anything listens there."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0salus-test-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def free_ports(count: int) -> List[int]:
    """Ports of 127.0.0.1 that are free now, all different, and this process's own until it ends. They lie below those that
    the kernel gives to outgoing connections, so that what is restarted finds its port free again."""
    ports: List[int] = []
    for port in random.sample(range(15000, 32000), 2000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if not _claim(port):
            continue
        ports.append(port)
        if len(ports) == count:
            break
    return ports
