"""The folder of one run: everything it starts is recorded there, so that all of it can be taken down again, also by
another process and after a crash."""

import json
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Iterator, List, Mapping, Optional, Sequence

from e2e.process import Process, end, start_time, signal_if_alive

PARENT = Path("/var/tmp")  # on a disk, and rarely mounted noexec
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Folders that the engine creates outside of ours; removed again when they were not there before.
SHARED = [Path("/run/containerd/s"), Path("/run/containerd"), Path("/run/docker/plugins"), Path("/run/docker")]


class RunFolder:
    """A private folder; call take_down() when done with it."""

    def __init__(self, path: Path):
        self.path = path
        self.name = path.name
        self.processes: List[Process] = []

    @classmethod
    def create(cls, prefix: str) -> "RunFolder":
        folder = cls(Path(tempfile.mkdtemp(prefix=prefix, dir=PARENT)))
        (folder.path / "logs").mkdir()
        absent = [str(path) for path in SHARED if not path.exists()]
        (folder.path / "absent.json").write_text(json.dumps(absent))
        return folder

    def file(self, *parts: str) -> Path:
        path = self.path.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def directory(self, *parts: str) -> Path:
        path = self.path.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def environment(self) -> Mapping[str, str]:
        """For every program of the run: Debian's tools, and nothing of the caller's settings."""
        return {"PATH": PATH, "HOME": str(self.path), "LANG": "C.UTF-8", "TZ": "UTC"}

    def start(self, name: str, argv: Sequence[str]) -> Process:
        process = Process(name, argv, self.file("logs", f"{name}.log"), self.environment())
        self.processes.append(process)
        with self.file("processes").open("a") as record:
            record.write(f"{process.pid} {process.started} {name}\n")
        return process

    def take_down(self, keep_logs: bool = False) -> None:
        """Ends every process, unmounts and removes the folder. With keep_logs, its logs stay."""
        for process in reversed(self.processes):
            process.stop()
        for pid, started in self._recorded():
            end(pid, started)
        self._kill_strays()
        self._unmount()
        self._remove_cgroups()
        for path in json.loads((self.path / "absent.json").read_text()):
            _remove_if_empty(Path(path))
        if keep_logs:
            for entry in self.path.iterdir():
                if entry.name not in ("logs", "absent.json"):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        else:
            shutil.rmtree(self.path)

    def strays(self) -> List[int]:
        """Processes of this run that are alive: its home is their home, or they are in its control groups."""
        found = []
        home = b"HOME=" + os.fsencode(self.path)
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    ours = home in (entry / "environ").read_bytes().split(b"\0")
                    ours = ours or f"/{self.name}/" in (entry / "cgroup").read_text()
                except OSError:
                    continue  # it has just ended
                if ours and start_time(int(entry.name)) is not None:
                    found.append(int(entry.name))
        return sorted(found)

    def mounts(self) -> List[Path]:
        """What is mounted under this folder, deepest last."""
        points = []
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            point = Path(line.split()[4].encode().decode("unicode_escape"))
            if self.path in point.parents:
                points.append(point)
        return sorted(points)

    def _recorded(self) -> Iterator[tuple[int, str]]:
        record = self.path / "processes"
        for line in reversed(record.read_text().splitlines() if record.exists() else []):
            pid, started = line.split()[:2]
            yield int(pid), started

    def _kill_strays(self) -> None:
        limit = time.monotonic() + 10
        while strays := self.strays():
            for pid in strays:
                started: Optional[str] = start_time(pid)
                if started is not None:
                    signal_if_alive(pid, started, signal.SIGKILL)
            if time.monotonic() > limit:
                raise RuntimeError(f"processes {strays} of {self.path} do not end")
            time.sleep(0.05)

    def _unmount(self) -> None:
        import ctypes  # Python's os has no umount before 3.12

        libc = ctypes.CDLL(None, use_errno=True)
        lazily = 2
        for point in reversed(self.mounts()):
            libc.umount2(os.fsencode(point), lazily)

    def _remove_cgroups(self) -> None:
        for parent in [Path("/sys/fs/cgroup"), *Path("/sys/fs/cgroup").glob("*/")]:
            group = parent / self.name
            if group.is_dir():
                for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
                    _remove_if_empty(folder)
                _remove_if_empty(group)


def _remove_if_empty(path: Path) -> None:
    try:
        path.rmdir()
    except OSError:
        pass


def runs(prefix: str) -> List[RunFolder]:
    """The folders of runs that are there, finished or not."""
    return [RunFolder(path) for path in sorted(PARENT.glob(f"{prefix}*")) if path.is_dir()]
