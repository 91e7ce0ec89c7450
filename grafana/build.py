#!/usr/bin/python3
"""Writes dashboards/*.json from boards/*.py. The contract tests check that the dashboards are what the boards say."""

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


def main() -> None:
    wanted = built()
    stale = [path for path in (HERE / "dashboards").glob("*.json") if path not in wanted]
    for path in stale:
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
