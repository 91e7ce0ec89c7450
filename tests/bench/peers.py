"""Programs that are scraped: ours and Debian's exporters, each on a free port, and what a scrape of each costs."""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence

from e2e import web
from e2e.folder import RunFolder
from e2e.process import Process
from e2e.waiting import wait_for
from exporter.page import Page

TICK = os.sysconf("SC_CLK_TCK")
# What salus-exporter's host collector reads, too.
SIX = ("cpu", "filesystem", "loadavg", "meminfo", "pressure", "tcpstat")


class Connection:
    """One kept-alive connection that scrapes as Prometheus does."""

    def __init__(self, port: int, path: str = "/metrics"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
            "Accept: text/plain;version=0.0.4\r\n\r\n"
        ).encode()

    def scrape(self) -> bytes:
        """The body, compressed where the server does that."""
        self.socket.sendall(self.request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if b"content-length" in headers:
            while len(body) < int(headers[b"content-length"]):
                body += self._more()
        else:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
        return body

    def _more(self) -> bytes:
        more = self.socket.recv(1 << 16)
        if not more:
            raise ConnectionError("the server closed the connection")
        return more

    def close(self) -> None:
        self.socket.close()


@dataclass
class Peer:
    """A program that is scraped."""

    name: str
    process: Process
    port: int

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def cpu_seconds(self) -> float:
        """User and system time of all threads, those that have ended too."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def series(self) -> int:
        return len(Page.scrape(self.port).lines)


def start(folder: RunFolder, name: str, argv: Sequence[str], ready: str = "/metrics") -> Peer:
    """Each `{port}` in argv is a free port."""
    (port,) = web.free_ports(1)
    process = folder.start(name.replace(" ", "-"), [word.format(port=port) for word in argv])
    wait_for(lambda: web.ask(port, ready).status == 200, f"{name} to answer", 20)
    return Peer(name, process, port)


def start_others(folder: RunFolder) -> List[Peer]:
    """Those of Debian's exporters that are installed."""
    node, process, blackbox, mtail = (
        f"/usr/bin/{name}" for name in ("prometheus-node-exporter", "prometheus-process-exporter", "prometheus-blackbox-exporter", "mtail")
    )
    programs = folder.directory("mtail")
    (programs / "lines.mtail").write_text("counter lines_total\n/$/ {\n  lines_total++\n}\n")
    (programs / "some.log").touch()
    probes = folder.file("blackbox.yml")
    probes.write_text("modules: {http_2xx: {prober: http}}\n")
    listen = "--web.listen-address=127.0.0.1:{port}"
    wanted = [
        ("node_exporter", [node, listen]),
        ("node_exporter, six", [node, listen, "--collector.disable-defaults", *(f"--collector.{name}" for name in SIX)]),
        ("process-exporter", [process, "-web.listen-address=127.0.0.1:{port}", "-procnames=dockerd,containerd,busybox"]),
        ("blackbox_exporter, idle", [blackbox, listen, f"--config.file={probes}"]),
        ("mtail, idle", [mtail, "-address=127.0.0.1", "-port={port}", f"-progs={programs}", f"-logs={programs}/*.log", f"-log_dir={programs}"]),
    ]
    return [start(folder, name, argv) for name, argv in wanted if Path(argv[0]).exists()]


@dataclass
class Cost:
    """Of one peer's scrapes."""

    name: str
    milliseconds: List[float]
    cpu_ms: float  # of one scrape, without what the program does anyway
    idle_percent: float  # of one core, unscraped
    series: int
    resident_mib: float

    def quantile(self, share: float) -> float:
        return quantile(self.milliseconds, share)


def quantile(milliseconds: List[float], share: float) -> float:
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def in_turn(connections: List[Connection], rounds: int) -> List[List[float]]:
    """Milliseconds of each, asked one after the other, so that whatever else the machine does meets them alike."""
    taken: List[List[float]] = [[] for _ in connections]
    for connection in connections:
        connection.scrape()
    for _ in range(rounds):
        for connection, times in zip(connections, taken):
            begin = time.perf_counter()
            connection.scrape()
            times.append(1000 * (time.perf_counter() - begin))
        time.sleep(0.002)
    return taken


def costs(peers: List[Peer], rounds: int, idle_seconds: float = 5) -> List[Cost]:
    """First what each does unscraped, then all of them scraped in turn."""
    before = [peer.cpu_seconds() for peer in peers]
    begin = time.monotonic()
    time.sleep(idle_seconds)
    elapsed = time.monotonic() - begin
    idle = [(peer.cpu_seconds() - cpu) / elapsed for peer, cpu in zip(peers, before)]

    connections = [Connection(peer.port) for peer in peers]
    before = [peer.cpu_seconds() for peer in peers]
    begin = time.monotonic()
    taken = in_turn(connections, rounds)
    elapsed = time.monotonic() - begin
    found = []
    for peer, times, cpu, share in zip(peers, taken, before, idle):
        spent = peer.cpu_seconds() - cpu - share * elapsed
        found.append(Cost(peer.name, times, max(0.0, 1000 * spent / (rounds + 1)), 100 * share, peer.series(), peer.resident_mib()))
    for connection in connections:
        connection.close()
    return found


def print_costs(found: List[Cost]) -> None:
    heads = ("program", "p50 ms", "p99 ms", "CPU ms/scrape", "idle CPU %", "RSS MiB", "series")
    print("{:26} {:>8} {:>8} {:>14} {:>10} {:>8} {:>7}".format(*heads))
    for cost in found:
        print(
            f"{cost.name:26} {cost.quantile(0.5):8.2f} {cost.quantile(0.99):8.2f} {cost.cpu_ms:14.2f} {cost.idle_percent:10.2f}"
            f" {cost.resident_mib:8.1f} {cost.series:7}"
        )


def by_name(found: List[Cost], name: str) -> Optional[Cost]:
    return next((cost for cost in found if cost.name == name), None)
