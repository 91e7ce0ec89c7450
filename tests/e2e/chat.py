"""A chat of the run's own that behaves like Discord: where the healer's notices arrive."""

import json
from typing import Any, List
from urllib.parse import urlsplit

from e2e import overlay, web
from e2e.folder import RunFolder
from e2e.waiting import wait_for


class Chat:
    """Runs from here on until the folder is taken down."""

    def __init__(self, folder: RunFolder):
        receiver = overlay.SOURCE / "tests/healer/notify/receiver.py"
        process = folder.start("chat", ["/usr/bin/python3", "-B", str(receiver), "--stay"])
        wait_for(lambda: process.log.read_text().endswith("\n"), "the chat's address", 30)
        addresses = json.loads(process.log.read_text().splitlines()[0])
        self.port = urlsplit(addresses["messages"]).port or 0
        self.url_file = folder.file("secrets", "chat-url")
        self.url_file.touch(mode=0o600)
        self.url_file.write_text(addresses["discord"] + "\n")

    def messages(self) -> List[str]:
        """The texts of what it took, oldest first."""
        taken: List[Any] = web.get_json(self.port, "/messages")
        return [message["text"] for message in taken]
