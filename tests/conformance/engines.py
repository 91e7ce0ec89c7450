"""Row 36: a Docker Engine that is missing, hangs, or answers half."""

import socket
import threading
import time
from functools import partial
from pathlib import Path
from typing import Callable, Dict, List

from conformance.deliveries import expect
from conformance.healer import QUICK, playbook
from conformance.rows import Place, row

GROUP = "world"

# What is sent to whoever asks, before the connection hangs; None: it is closed.
HALF = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"Id": "0123'
ANSWERS: Dict[str, List[bytes | None]] = {
    "hangs": [],
    "closes at once": [None],
    "half a head": [b"HTTP/1.1 200 O"],
    "half an answer": [HALF],
    "half an answer and the end": [HALF, None],
    "no HTTP": [b"\x00\x01\x02\x03" * 64, None],
    "no JSON": [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot JSON!"],
    "an endless head": [b"HTTP/1.1 200 OK\r\n" + b"X-Header: x\r\n" * 100_000],
    "an error": [b'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 20\r\n\r\n{"message": "broken"}'],
}


class Engine:
    """A socket that answers everybody the same."""

    def __init__(self, path: Path, answer: List[bytes | None]):
        self.answer = answer
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(16)
        self.kept: List[socket.socket] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.kept.append(connection)
            threading.Thread(target=self.speak, args=(connection,), daemon=True).start()

    def speak(self, connection: socket.socket) -> None:
        try:
            if self.answer:
                connection.recv(1 << 16)
            for piece in self.answer:
                if piece is None:
                    connection.close()
                else:
                    connection.sendall(piece)
        except OSError:
            pass

    def stop(self) -> None:
        self.listener.close()
        for each in self.kept:
            each.close()


@row(36, GROUP, "Docker socket missing, hanging, half answers", "bounded, an action failure, escalates")
def engines(place: Place) -> None:
    parts: List[Callable[[], None]] = [partial(one, place, "missing", None)]
    parts += [partial(one, place, what, answer) for what, answer in ANSWERS.items()]
    place.side_by_side(*parts)
    place.note("missing, " + ", ".join(ANSWERS))


def one(place: Place, what: str, answer: List[bytes | None] | None) -> None:
    healer = place.healer()
    restart = {"action": "container_restart", "parameters": {"stop_timeout": "1s", "settle": "0s"}, "timeout": "6s"}
    healer.config["playbooks"] = [playbook("conformance", healer.record, verify=QUICK)]
    healer.config["playbooks"][0]["rungs"].insert(0, restart)
    healer.write_config()
    if answer is not None:
        engine = Engine(healer.folder / "docker.sock", answer)
        place.stack.callback(engine.stop)
    healer.start()
    alert = healer.alert()
    target = alert["labels"]["container"]
    healer.world.alerts, healer.world.ill = [alert], {target}
    begin = time.monotonic()
    expect(healer.deliver(alert).good, "acknowledged")
    incident = healer.wait_state(target, "exhausted")
    took = time.monotonic() - begin
    told = [moment["what"] for moment in incident["timeline"]]
    # What calls itself 200 is believed so far; that it did not help is found out by verification.
    expect("action_failed" in told or what == "no JSON", f"{what}: the story: {told}")
    expect(healer.ran() == 1, f"{what}: {healer.ran()} runs of the next rung")
    expect(took < 8 + 2 * 2 + 4 * place.slack, f"{what}: it took {took:.1f} s")
    expect(healer.peak_mib() < 64, f"{what}: RSS reached {healer.peak_mib():.0f} MiB")
