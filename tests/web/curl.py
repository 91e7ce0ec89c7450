"""curl, as an operator would use it."""

import subprocess
from dataclasses import dataclass
from typing import Dict

# What curl's exit codes say.
CANNOT_SHAKE_HANDS = 35
CUT_WHILE_SENDING = 55
CUT_WHILE_READING = 56
BAD_CERTIFICATE = 60


@dataclass
class Done:
    code: int
    status: int
    headers: Dict[str, str]
    body: str
    errors: str


def curl(url: str, *flags: str) -> Done:
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--include", "--http1.1", "--noproxy", "*", "--max-time", "20", *flags, url],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    head, _, body = done.stdout.partition("\n\n")
    first, *rest = head.splitlines() or [""]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Done(done.returncode, int(first.split()[1]) if first else 0, headers, body, done.stderr)
