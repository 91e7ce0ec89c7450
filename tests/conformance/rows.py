"""The table of rows: each is one fault, one function, one verdict."""

import itertools
import shutil
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

from conformance.healer import Config, Healer
from conformance.receiver import Receiver
from conformance.world import World


class Unable(Exception):
    """The machine lacks what the row needs; says what."""


@dataclass
class Place:
    """Where a row runs, and what it may start there."""

    build: Path
    folder: Path  # private to the row; removed after it
    target: Optional[Callable[[], Receiver]] = None  # somebody else's receiver in place of a healer of ours
    slack: float = 1.0  # how many times longer than the row says something may take: a busy machine, a debug build
    soak: bool = False  # take the time that the long rows really want
    figures: List[str] = field(default_factory=list)  # what was measured
    stack: ExitStack = field(default_factory=ExitStack)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def program(self) -> Path:
        return self.build / "healer/salus-healer"

    def healer(self, change: Optional[Callable[[Config], None]] = None, **how: Any) -> Healer:
        """A fresh one, not started."""
        folder = self.folder / f"healer-{next(self.numbers)}"
        healer = Healer(folder, self.program, change, **how)
        self.stack.callback(healer.close)
        return healer

    def world(self) -> World:
        world = World()
        self.stack.callback(world.stop)
        return world

    def receiver(self) -> Receiver:
        """The one that was named, or a healer of ours, at work."""
        return self.target() if self.target else self.healer().start()

    def side_by_side(self, *parts: Callable[[], None]) -> None:
        """Runs parts of a row at once; the first error of them is the row's."""
        with ThreadPoolExecutor(max_workers=4) as pool:
            for done in [pool.submit(part) for part in parts]:
                done.result()

    def note(self, figure: str) -> None:
        self.figures.append(figure)


@dataclass(frozen=True)
class Row:
    number: int
    group: str
    fault: str
    passes: str
    run: Callable[[Place], None]
    black_box: bool  # runs against any receiver


@dataclass(frozen=True)
class Verdict:
    row: Row
    result: str  # pass, fail, unable
    seconds: float
    detail: str = ""


TABLE: Dict[int, Row] = {}


def row(number: int, group: str, fault: str, passes: str, black_box: bool = False) -> Callable[..., Any]:
    def add(run: Callable[[Place], None]) -> Callable[[Place], None]:
        assert number not in TABLE, f"row {number} is there twice"
        TABLE[number] = Row(number, group, fault, passes, run, black_box)
        return run

    return add


def judge(one: Row, place: Place) -> Verdict:
    """Runs a row in a folder of its own and takes everything down again."""
    begin = time.monotonic()
    place.folder.mkdir(parents=True)
    result, detail = "pass", ""
    try:
        with place.stack:
            try:
                one.run(place)
            except Unable as why:
                result, detail = "unable", str(why)
            except Exception as error:
                result, detail = "fail", f"{where(error)}\n{last_words(place.folder)}"
    except Exception as error:  # while taking down
        result, detail = "fail", f"{detail}\n{where(error)}"
    if result != "fail":
        detail = "; ".join([detail] * bool(detail) + place.figures)
    shutil.rmtree(place.folder, ignore_errors=True)
    return Verdict(one, result, time.monotonic() - begin, detail)


def where(error: BaseException) -> str:
    """The error, and the lines of the row that led to it."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "/conformance/" in each.filename]
    path = " > ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames[1:])
    return f"{type(error).__name__}: {error}\n{path}"


def last_words(folder: Path) -> str:
    logs = sorted(folder.glob("healer-*/healer.log"), key=lambda log: log.stat().st_mtime)
    return "\n".join(logs[-1].read_text(errors="replace").splitlines()[-25:]) if logs else ""
