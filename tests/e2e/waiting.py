"""Waits for conditions with a limit and a reason."""

import time
from typing import Callable, Optional, TypeVar

T = TypeVar("T")

# Limits are written for a quiet machine. A test that waits for something to come about gives a busy one so many times as long.
PATIENCE = 4.0


class TimedOut(Exception):
    """Something did not come about in time; says what."""


def wait_for(look: Callable[[], Optional[T]], what: str, seconds: float, every: float = 0.1, patience: float = PATIENCE) -> T:
    """The first answer that is neither None nor False. Errors of connections count as no answer yet."""
    end = time.monotonic() + patience * seconds
    problem = ""
    while True:
        try:
            answer = look()
            if answer is not None and answer is not False:
                return answer
        except OSError as error:
            problem = f" ({error})"
        if time.monotonic() > end:
            raise TimedOut(f"not within {patience * seconds:g} s: {what}{problem}")
        time.sleep(every)
