"""Images from programs that are here already: no registry is asked."""

import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Iterable, List

from e2e.engine import Engine


def libraries(program: Path) -> List[Path]:
    """The shared libraries that a program needs, its loader included; none for a static one."""
    done = subprocess.run(["/usr/bin/ldd", str(program)], capture_output=True, text=True, check=False)
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", done.stdout)]


def import_image(engine: Engine, name: str, files: Iterable[tuple[Path, str]], entrypoint: str) -> None:
    """An image of those files (each with its path inside) that runs `entrypoint`."""
    with tempfile.TemporaryFile() as archive:
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for folder in ("tmp", "data", "logs"):
                entry = tarfile.TarInfo(folder)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777
                tar.addfile(entry, io.BytesIO())
            for source, inside in files:
                tar.add(source.resolve(), arcname=inside.lstrip("/"))
        archive.seek(0)
        engine.docker("import", "--change", f'ENTRYPOINT ["{entrypoint}"]', "-", name, stdin=archive)


def import_program(engine: Engine, name: str, program: Path) -> None:
    """An image of one program of this machine with its libraries."""
    files = [(program, f"/{program.name}")]
    files += [(library, str(library)) for library in libraries(program)]
    import_image(engine, name, files, f"/{program.name}")
