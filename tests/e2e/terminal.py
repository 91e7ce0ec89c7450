"""What the demo shows: lines that stay, and one at the bottom that ticks while something takes its time."""

import sys
import threading
import time
from contextlib import contextmanager
from typing import Iterator, List, Sequence

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"


class Terminal:
    """Colours and the ticking line only on a terminal; plain lines in a log."""

    def __init__(self) -> None:
        self._tty = sys.stdout.isatty()
        self._lock = threading.Lock()
        self._status = ""

    def paint(self, text: str, *styles: str) -> str:
        return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if self._tty and styles else text

    def line(self, text: str = "") -> None:
        with self._lock:
            self._clear()
            print(text, flush=True)
            self._draw()

    @contextmanager
    def busy(self, what: str) -> Iterator[None]:
        """While inside, the bottom line says what is waited for and for how long."""
        start = time.monotonic()
        done = threading.Event()

        def tick() -> None:
            while not done.wait(0.2):
                with self._lock:
                    self._clear()
                    self._status = self.paint(f"  … {what} ({time.monotonic() - start:.0f} s)", DIM)
                    self._draw()

        ticker = threading.Thread(target=tick, daemon=True)
        if self._tty:
            ticker.start()
        try:
            yield
        finally:
            done.set()
            if self._tty:
                ticker.join()
            with self._lock:
                self._clear()
                self._status = ""

    def _clear(self) -> None:
        if self._tty:
            sys.stdout.write("\r\x1b[K")

    def _draw(self) -> None:
        if self._tty and self._status:
            sys.stdout.write(self._status)
            sys.stdout.flush()

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as they need to be; the first to the left, the others to the right."""
        widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

        def joined(row: Sequence[str]) -> str:
            cells: List[str] = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
            return "  " + "   ".join(cells)

        self.line(self.paint(joined(head), BOLD))
        for row in rows:
            self.line(joined(row))
