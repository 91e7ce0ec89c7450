"""Both programs, Prometheus and Alertmanager in one folder, each behind the same web configuration."""

import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import List

from e2e import web
from e2e.waiting import wait_for

from web.curl import Done, curl
from web.pki import Authority

PASSWORD = "open sesame"
HASH = "$2y$10$abcdefghijklmnopqrstuu4SuEsu2LsUrAYUpWQHLMMc4GV5pZTxK"
TOKEN = "the healer's own token"

TLS = "tls_server_config: {cert_file: tls/server.crt, key_file: tls/server.key}\n"
USERS = f'basic_auth_users: {{prometheus: "{HASH}"}}\n'
HTTP_CONFIG = "{tls_config: {ca_file: tls/ca.crt}, basic_auth: {username: prometheus, password_file: password}}"

EXPORTER = "collectors: {subsystems: {interval: 1s}}\n"
SUBSYSTEMS = "subsystems: [{name: data_feed, purpose: x, trading: none, cadence: normal}]\n"
PROMETHEUS = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: salus-exporter
    scheme: https
    tls_config: {{ca_file: tls/ca.crt}}
    basic_auth: {{username: prometheus, password_file: password}}
    static_configs: [{{targets: ["127.0.0.1:{exporter}"]}}]
  - job_name: salus-healer
    scheme: https
    tls_config: {{ca_file: tls/ca.crt}}
    basic_auth: {{username: prometheus, password_file: password}}
    static_configs: [{{targets: ["127.0.0.1:{healer}"]}}]
"""
ALERTMANAGER = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
HEALER = """\
alertmanager_url: https://127.0.0.1:{alertmanager}
alertmanager_http_config: {http_config}
prometheus_url: https://127.0.0.1:{prometheus}
prometheus_http_config: {http_config}
exporter_url: https://127.0.0.1:{exporter}
exporter_http_config: {http_config}
token_file: token
data_dir: data
"""


class Folder:
    """What the programs read, and where they listen."""

    def __init__(self, path: Path):
        self.path = path
        (path / "tls").mkdir()
        self.authority = Authority(path / "tls", "ca")
        self.renew(self.authority)
        for secret, content in (("password", PASSWORD), ("token", TOKEN)):
            (path / secret).touch(mode=0o600)
            (path / secret).write_text(content + "\n")
        self.exporter, self.healer, self.prometheus, self.alertmanager = web.free_ports(4)
        ports = {name: getattr(self, name) for name in ("exporter", "healer", "prometheus", "alertmanager")}
        for name, text in (
            ("exporter.yml", EXPORTER),
            ("subsystems.yml", SUBSYSTEMS),
            ("prometheus.yml", PROMETHEUS.format(**ports)),
            ("alertmanager.yml", ALERTMANAGER),
            ("healer.yml", HEALER.format(**ports, http_config=HTTP_CONFIG)),
            ("web.yml", TLS + USERS),
        ):
            (path / name).write_text(text)

    def renew(self, authority: Authority) -> None:
        authority.issue(self.path / "tls/server.crt", self.path / "tls/server.key")

    @property
    def trusting(self) -> List[str]:
        return ["--cacert", str(self.authority.certificate)]

    @property
    def user(self) -> List[str]:
        return ["--user", f"prometheus:{PASSWORD}"]


class ProgramsTest(unittest.TestCase):
    exporter_program = ""
    healer_program = ""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Folder(Path(folder.name))

    def start(self, port: int, *argv: str) -> "subprocess.Popen[bytes]":
        """Started in the folder; it is there when it answers a TLS or plain connection."""
        with (self.folder.path / f"{port}.log").open("wb") as log:
            process = subprocess.Popen(argv, cwd=self.folder.path, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

        def answers() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"{argv[0]} has ended: {self.log(port)}")
            return curl(f"https://127.0.0.1:{port}/-/ready", "--insecure", *self.folder.user).status in (200, 401) or (
                curl(f"http://127.0.0.1:{port}/-/ready").status in (200, 401)
            )

        wait_for(answers, f"{argv[0]} on port {port}", 30)
        return process

    def log(self, port: int) -> str:
        return (self.folder.path / f"{port}.log").read_text()

    def start_exporter(self) -> None:
        self.start(self.folder.exporter, self.exporter_program, "--config.file=exporter.yml", "--web.config.file=web.yml",
                   f"--web.listen-address=127.0.0.1:{self.folder.exporter}")  # fmt: skip

    def start_healer(self) -> None:
        self.start(self.folder.healer, self.healer_program, "--config.file=healer.yml", "--web.config.file=web.yml",
                   f"--web.listen-address=127.0.0.1:{self.folder.healer}")  # fmt: skip

    def start_prometheus(self) -> None:
        self.start(self.folder.prometheus, "/usr/bin/prometheus", "--config.file=prometheus.yml", "--web.config.file=web.yml",
                   "--storage.tsdb.path=tsdb", f"--web.listen-address=127.0.0.1:{self.folder.prometheus}")  # fmt: skip

    def start_alertmanager(self) -> None:
        self.start(self.folder.alertmanager, "/usr/bin/prometheus-alertmanager", "--config.file=alertmanager.yml",
                   "--web.config.file=web.yml", "--storage.path=alerts", "--cluster.listen-address=",
                   f"--web.listen-address=127.0.0.1:{self.folder.alertmanager}")  # fmt: skip

    def ask(self, port: int, path: str, *flags: str) -> Done:
        return curl(f"https://127.0.0.1:{port}{path}", *self.folder.trusting, *flags)
