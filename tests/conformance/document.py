"""docs/conformance.md: its table is written from the rows and what came of them."""

import re
import time
from pathlib import Path
from typing import Dict, Sequence

from conformance.rows import TABLE, Row, Verdict

BEGIN, END = "<!-- rows -->", "<!-- end of rows -->"
LINE = re.compile(r"^\| (\d+) \|.*\| ([^|]*) \|$")


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def line(one: Row, result: str) -> str:
    command = f"`./dev conformance --rows {one.number}`"
    where = "yes" if one.black_box else ""
    return f"| {one.number} | {cell(one.fault)} | {cell(one.passes)} | {where} | {command} | {result} |"


def table(results: Dict[int, str]) -> str:
    head = "| # | fault | passes when | peers | command | last result |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(line(one, results.get(number, "not run")) for number, one in sorted(TABLE.items()))])


def results_in(text: str) -> Dict[int, str]:
    found = (LINE.match(each) for each in text.splitlines())
    return {int(match[1]): match[2] for match in found if match}


def result_of(verdict: Verdict, how: str) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    detail = "" if verdict.result == "fail" else f": {cell(verdict.detail)}" if verdict.detail else ""
    return f"{verdict.result} {day}, {how}, {verdict.seconds:.1f} s{detail}"


def write(path: Path, verdicts: Sequence[Verdict], how: str) -> None:
    """The rows that ran get their new results, with how they ran; the others keep theirs."""
    text = path.read_text()
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    results = results_in(old) | {each.row.number: result_of(each, how) for each in verdicts}
    path.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}")
