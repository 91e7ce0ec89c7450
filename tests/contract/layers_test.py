"""Folders include only what is below them: the programs and libraries, the layers of the healer, and the symbols that the
layers link.

The order of the layers is the order of salus_layer() in healer/CMakeLists.txt.

Folders also stay small enough to be read at a glance. A folder of a program or of base/ that has subfolders has at most ten units
beside them. A unit is a source file together with the header of the same name. A header without a source file contains only
plain types or an interface, and is not counted, nor is main.cpp.
"""

import os
import re
import subprocess
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tree import FOLDERS, ROOT, SOURCES, ContractTest, Finding, code, files, relative

MAY_INCLUDE = {
    "base": {"base"},
    "inventory": {"base", "inventory"},
    "log_analysis": {"base", "log_analysis"},
    "exporter": {"base", "inventory", "log_analysis", "exporter"},
    "healer": {"base", "inventory", "log_analysis", "healer"},
    "salusctl": {"base", "inventory", "log_analysis", "healer", "salusctl"},
}
MOST_UNITS = 10

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LAYER = re.compile(r"^salus_layer\((\w+)(?:\s+LINK\s+([^)]*))?\)", re.MULTILINE)
CMAKE = ROOT / "healer/CMakeLists.txt"


@dataclass(frozen=True)
class Layer:
    name: str
    links: frozenset[str]  # beside the layers below it


LAYERS = [Layer(name, frozenset(links.split())) for name, links in LAYER.findall(CMAKE.read_text(encoding="utf-8"))]
ORDER = [layer.name for layer in LAYERS]


def project_includes(path: Path) -> Iterator[tuple[int, str]]:
    """Line and path of each included file of this repository."""
    for number, line in enumerate(code(path), 1):
        if match := INCLUDE.match(line):
            quote, included = match.groups()
            if quote == '"' or included.split("/")[0] in FOLDERS:
                yield number, included


def allowed(path: str, included: str) -> str:
    """Why the file may not include the other one; empty when it may."""
    home, folder = path.split("/")[0], included.split("/")[0]
    if folder not in MAY_INCLUDE[home]:
        return f"{home}/ includes {included}, but may include only {', '.join(sorted(MAY_INCLUDE[home]))}"
    if home != "healer":
        return ""
    layer = path.split("/")[1]
    if layer not in ORDER:
        return ""  # reported by EveryLayer
    if folder == "log_analysis" and "log_analysis" not in LAYERS[ORDER.index(layer)].links:
        return f"healer/{layer}/ includes {included}, but does not link log_analysis"
    lower = ORDER[: ORDER.index(layer) + 1]
    if folder == "healer" and included.split("/")[1] not in lower:
        return f"healer/{layer}/ includes {included}, which is above it"
    return ""


class EveryInclude(ContractTest):
    def test_goes_down(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in files(".cpp", ".h", folders=SOURCES):
                for number, included in project_includes(path):
                    if why := allowed(relative(path), included):
                        yield Finding(path, number, why, "Move what both need to a lower folder, or pass it in from above.")

        self.settle(findings())

    def test_that_goes_up_is_found(self) -> None:
        bottom, top = ORDER[0], ORDER[-1]
        self.assertFalse(allowed(f"healer/{top}/a.cpp", f"healer/{bottom}/b.h"))
        self.assertFalse(allowed(f"healer/{top}/a.cpp", f"healer/{top}/b.h"))
        for path, included in [
            (f"healer/{bottom}/a.h", f"healer/{top}/b.h"),
            (f"healer/{bottom}/a.h", "log_analysis/level.h"),
            (f"healer/{top}/a.cpp", "exporter/family.h"),
            (f"healer/{top}/a.cpp", "../b.h"),
            ("exporter/a.cpp", f"healer/{bottom}/b.h"),
            ("base/a.cpp", "inventory/subsystems.h"),
            ("inventory/a.cpp", "log_analysis/level.h"),
            ("log_analysis/a.cpp", "inventory/subsystems.h"),
            ("salusctl/a.cpp", "exporter/family.h"),
            ("salusctl/a.cpp", "tests/pch.h"),
        ]:
            with self.subTest(path=path, included=included):
                self.assertTrue(allowed(path, included))


class EveryLayer(ContractTest):
    def test_is_a_folder_and_every_folder_is_a_layer(self) -> None:
        folders = {path.name for path in (ROOT / "healer").iterdir() if path.is_dir()}
        self.assertEqual(sorted(ORDER), sorted(folders), "name each folder of healer/ once in healer/CMakeLists.txt")

    def test_contains_all_sources(self) -> None:
        self.settle(
            Finding(path, 1, "is in no layer", "Move it to the folder that it belongs to.")
            for path in files(".cpp", ".h", folders=["healer"])
            if path.parent == ROOT / "healer"
        )


class EveryFolder(ContractTest):
    def test_with_subfolders_has_few_files_beside_them(self) -> None:
        def findings() -> Iterator[Finding]:
            for top in ("base", "exporter", "healer", "salusctl"):
                for folder in [ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir())]:
                    units = [path for path in folder.glob("*.cpp") if path.name != "main.cpp"]
                    if len(units) > MOST_UNITS and any(path.is_dir() for path in folder.iterdir()):
                        yield Finding(folder, 1, f"{len(units)} units beside subfolders", "Move what belongs together to a subfolder.")

        self.settle(findings())


BUILD = Path(os.environ.get("SALUS_BUILD") or ROOT / "build/dev")
# A mangled name in namespace healer, also of a vtable or of type information.
HEALER = re.compile(r"_Z(T[A-Z])?NK?6healer")


def archive(layer: str) -> Path:
    return BUILD / "healer" / f"libhealer_{layer}.a"


def is_current(layer: str) -> bool:
    path = archive(layer)
    return path.exists() and all(
        source.stat().st_mtime <= path.stat().st_mtime for source in files(".cpp", folders=[f"healer/{layer}"]) if source.name != "main.cpp"
    )


def symbols(path: Path) -> tuple[set[str], set[str]]:
    """Those in namespace healer that the archive defines, and those that it needs."""
    defined: set[str] = set()
    needed: set[str] = set()
    for line in subprocess.run(["nm", "-P", path], check=True, capture_output=True, text=True).stdout.splitlines():
        name, kind, *_ = [*line.split(), "", ""]
        if HEALER.match(name):
            (needed if kind in ("U", "v", "w") else defined).add(name)
    return defined, needed - defined


def readable(names: set[str]) -> list[str]:
    return sorted(subprocess.run(["c++filt"], input="\n".join(names), check=True, capture_output=True, text=True).stdout.splitlines())


class EverySymbol(ContractTest):
    def test_is_defined_in_its_layer_or_below(self) -> None:
        """Reads the archives of the build in SALUS_BUILD, or in build/dev."""
        old = [layer for layer in ORDER if not is_current(layer)]
        if old:
            self.skipTest(f"{BUILD} has no current build of {', '.join(old)}")
        below: set[str] = set()
        for layer in ORDER:
            defined, needed = symbols(archive(layer))
            below |= defined
            with self.subTest(layer=layer):
                self.assertTrue(defined, f"{archive(layer)} defines nothing in namespace healer")
                above = readable(needed - below)
                self.assertFalse(above, f"healer/{layer}/ needs what it and the layers below it do not define:\n" + "\n".join(above))


if __name__ == "__main__":
    unittest.main()
