#!/usr/bin/python3
"""Writes dashboards/*.json from boards/*.py, or says with --check which of them are not what the boards say."""

import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def built() -> dict[Path, str]:
    """File → what it should hold."""
    files = {}
    for module in sorted((HERE / "boards").glob("[a-z]*.py")):
        board = importlib.import_module(f"boards.{module.stem}").build()
        files[HERE / "dashboards" / f"{board['uid']}.json"] = json.dumps(board, indent=2) + "\n"
    return files


def main() -> int:
    wanted = built()
    stale = [path for path in (HERE / "dashboards").glob("*.json") if path not in wanted]
    if "--check" in sys.argv[1:]:
        differ = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        for path in [*stale, *differ]:
            print(f"{path.relative_to(HERE.parent)}: not what grafana/boards say; run grafana/build.py", file=sys.stderr)
        return 1 if stale or differ else 0
    for path in stale:
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
