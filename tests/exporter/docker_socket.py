"""A Docker Engine of a few lines on a Unix socket: it says what a test puts into it, byte for byte, or nothing at all."""

import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Dict, List, Set


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128
    engine: "DockerSocket"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that gave up waiting


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.server.engine.answer(self, self.path.partition("?")[0])


class DockerSocket:
    """Containers by id: the bytes that an inspection answers with. Change the fields at any time."""

    def __init__(self, path: Path):
        self.host = f"unix://{path}"
        self.containers: Dict[str, bytes] = {}
        self.listing = b"[]"
        self.hanging: Set[str] = set()  # ids whose inspection never ends; "list": the list itself
        self.delay = 0.0  # of each list
        self.lists = 0
        self.ended = threading.Event()
        self._server = _Server(str(path), _Handler)
        self._server.engine = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def add(self, container: str, name: bytes, image: bytes = b"busybox", status: bytes = b"healthy") -> None:
        """Names and images are JSON text already, to hold whatever a test wants there."""
        self.containers[container] = (
            b'{"Id": "%s", "Name": "/%s", "Config": {"Image": "%s"}, "State": {"Status": "running", "StartedAt":'
            b' "2025-12-17T04:00:00Z", "Health": {"Status": "%s"}}}' % (container.encode(), name, image, status)
        )
        entries: List[bytes] = self.listing[1:-1].split(b"\n") if self.listing != b"[]" else []
        entries.append(
            b'%s{"Id": "%s", "Names": ["/%s"], "Image": "%s", "State": "running"}'
            % (b"," if entries else b"", container.encode(), name, image)
        )
        self.listing = b"[" + b"\n".join(entries) + b"]"

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, to: BaseHTTPRequestHandler, path: str) -> None:
        if path == "/events":
            to.send_response(200)
            to.end_headers()
            to.wfile.flush()
            self.ended.wait()
        elif path == "/containers/json":
            self.lists += 1
            if "list" in self.hanging:
                self.ended.wait()
            time.sleep(self.delay)
            self._send(to, 200, self.listing)
        else:
            container, _, what = path.removeprefix("/containers/").partition("/")
            if what == "json" and container in self.containers:
                if container in self.hanging:
                    self.ended.wait()
                self._send(to, 200, self.containers[container])
            else:
                self._send(to, 404, b'{"message": "no such container"}')

    def _send(self, to: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        to.send_response(status)
        to.send_header("Content-Length", str(len(body)))
        to.send_header("Connection", "close")
        to.end_headers()
        to.wfile.write(body)
