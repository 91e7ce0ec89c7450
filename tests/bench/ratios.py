"""Times of a program beside those of the bare disk under it: one table for all, so that two builds can be compared."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Callable, List, Optional, Sequence, Type

MOST_RATIO = 5.0  # p99 to the p99 of a bare fsync in the same run


def quantile(milliseconds: Sequence[float], share: float) -> float:
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(what: Callable[[], None]) -> float:
    begin = time.perf_counter()
    what()
    return 1000 * (time.perf_counter() - begin)


class Disk:
    """A file beside the program's own; write() appends and syncs, and returns the milliseconds that this took."""

    def __init__(self, file: Path):
        self.descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> "Disk":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        os.close(self.descriptor)

    def write(self, payload: bytes) -> float:
        def write_and_sync() -> None:
            os.write(self.descriptor, payload)
            os.fsync(self.descriptor)

        return timed(write_and_sync)


@dataclass
class Result:
    """Of one measured thing: its times, and those of the bare disk in the same run."""

    build: str
    name: str
    judged: bool  # its ratio decides
    milliseconds: List[float] = field(default_factory=list)
    disk: List[float] = field(default_factory=list)

    def ratio(self, share: float) -> float:
        return quantile(self.milliseconds, share) / quantile(self.disk, share)


def print_table(results: Sequence[Result]) -> None:
    heads = ("build", "what", "times", "p50 ms", "p99 ms", "max ms", "bare p50", "bare p99", "p50 ratio", "p99 ratio")
    widths = (10, 14, 6, 8, 8, 8, 9, 9, 10, 10)
    print(" ".join(f"{head:>{width}}" for head, width in zip(heads, widths)))
    for each in results:
        row = [each.build, each.name, str(len(each.milliseconds))]
        row += [f"{value:.2f}" for value in (quantile(each.milliseconds, 0.5), quantile(each.milliseconds, 0.99), max(each.milliseconds))]
        row += [f"{quantile(each.disk, share):.2f}" for share in (0.5, 0.99)]
        row += [f"{each.ratio(share):.1f}" for share in (0.5, 0.99)]
        print(" ".join(f"{cell:>{width}}" for cell, width in zip(row, widths)))


def verdict(results: Sequence[Result]) -> bool:
    """Of the last build."""
    judged = [each for each in results if each.judged and each.build == results[-1].build]
    worst = max(judged, key=lambda each: each.ratio(0.99))
    met = worst.ratio(0.99) <= MOST_RATIO
    print(f"{worst.name}: p99 is {worst.ratio(0.99):.1f} times that of a bare fsync, at most {MOST_RATIO:g}: {'met' if met else 'MISSED'}")
    return met
