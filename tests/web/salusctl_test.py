"""salusctl, where something else than a healer behind TLS answers."""

import socket
import subprocess
import sys
import threading
import unittest
from typing import List

PROGRAM = ""


class HangsUp:
    """Accepts, and closes at once."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


class SalusctlTest(unittest.TestCase):
    def ask(self, port: int) -> "subprocess.CompletedProcess[str]":
        command: List[str] = [PROGRAM, "--url", f"https://127.0.0.1:{port}", "status"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30)

    def test_a_server_that_hangs_up_is_told(self) -> None:
        server = HangsUp()
        self.addCleanup(server.close)
        for _ in range(20):
            done = self.ask(server.port)
            self.assertEqual(done.returncode, 3)
            self.assertRegex(done.stderr, "TLS handshake: (unexpected eof|connection reset|broken pipe)")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main(module=__name__)
