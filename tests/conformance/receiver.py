"""A receiver of alerts as the tests see it: an address to post to, and a file with a line for each action that ran."""

import itertools
import secrets
import time
from pathlib import Path
from typing import List, Optional, Sequence

from conformance import bodies
from conformance.post import Address, Answer, at_once, head, send
from e2e.waiting import wait_for

# How many targets a receiver must know: row 10 takes the most of them.
TARGETS = [f"conformance-{number:03d}" for number in range(300)]


class Receiver:
    """Somebody's. What is known of it is its address, its token and its file of actions."""

    cooldown = 3.0  # between two actions on one target
    patience = 30.0  # for what must happen
    quiet = 3.0  # for what must not

    def __init__(self, url: str, actions_log: Path, token: str = ""):
        self.address = Address.of(url)
        self.actions_log = actions_log
        self.token = token
        self._run = secrets.token_hex(4)
        self._numbers = itertools.count()
        self._targets = itertools.cycle(TARGETS)

    @property
    def own(self) -> bool:
        """Whether it is a healer that the test started, which tells what it thinks."""
        return False

    # ---- identities ------------------------------------------------------------------------

    def identity(self) -> str:
        """One that no alert has had before."""
        return f"{self._run}-{next(self._numbers)}"

    def target(self) -> str:
        return next(self._targets)

    def alert(self, target: Optional[str] = None, **fields: str) -> bodies.Alert:
        """A new firing alert, on a target that no other test uses."""
        return bodies.alert(self.identity(), target or self.target(), **fields)

    # ---- what it is sent ---------------------------------------------------------------------

    def request(self, body: bytes, **fields: object) -> bytes:
        fields.setdefault("token", self.token)
        return head(self.address, len(body), **fields) + body  # type: ignore[arg-type]

    def post(self, body: bytes, **fields: object) -> Answer:
        return send(self.address, [self.request(body, **fields)])

    def deliver(self, *alerts: bodies.Alert, **fields: object) -> Answer:
        return self.post(bodies.delivery(alerts, **fields))

    def deliver_at_once(self, many: Sequence[bytes]) -> List[Answer]:
        return at_once(self.address, [self.request(body) for body in many])

    # ---- what it did -------------------------------------------------------------------------

    def ran(self) -> int:
        """How many actions have begun, in all its life."""
        return len(self.lines())

    def lines(self) -> List[str]:
        return self.actions_log.read_text(errors="replace").splitlines() if self.actions_log.exists() else []

    def expect(self, count: int, before: int = 0) -> None:
        """Waits until so many actions have run since `before`, and makes sure that it stays so."""
        wait_for(lambda: self.ran() - before >= count, f"{count} actions", self.patience, 0.02)
        self.settle()
        if self.ran() - before != count:
            raise AssertionError(f"{self.ran() - before} actions ran, not {count}")

    def settle(self) -> None:
        """Until it has done whatever it will do by itself."""
        seen = self.ran()
        end = time.monotonic() + self.quiet
        while time.monotonic() < end:
            time.sleep(0.05)
            if self.ran() != seen:
                seen, end = self.ran(), time.monotonic() + self.quiet

    def expect_alive(self) -> None:
        """It still acts on an alert, once."""
        before = self.ran()
        answer = self.deliver(self.alert())
        if not answer.good:
            raise AssertionError(f"a plain delivery is answered {answer.status}")
        self.expect(1, before)
