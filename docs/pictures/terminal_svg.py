"""Turns what the demo printed into a picture of a terminal, for the README:

    ./dev demo | tee demo.txt
    sed -n '/^Story 1/,$p' demo.txt | /usr/bin/python3 docs/pictures/terminal_svg.py './dev demo' > docs/pictures/demo.svg
"""

import re
import sys
from html import escape
from typing import List

CHARACTER, LINE, MARGIN, BAR = 7.8, 18, 18, 34
MAX_COLUMNS = 132
BACKGROUND, FOREGROUND, DIM = "#16181d", "#d7dae0", "#8b919c"
# The words a line's second column can have, as the demo itself colours them.
COLOURS = {
    "fault": "#f0757a",
    "exhausted": "#f0757a",
    "failed": "#f0757a",
    "detected": "#e5c07b",
    "delivered": "#e5c07b",
    "acted": "#66c6d6",
    "verified": "#8fce7c",
    "relaxed": "#8fce7c",
}
ENTRY = re.compile(r"^(\s+[+-][\d.]+ s  )(\S+)(.*)$")


def span(text: str, colour: str, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<tspan fill="{colour}"{weight}>{escape(text)}</tspan>'


def painted(line: str) -> str:
    entry = ENTRY.match(line)
    if entry:
        when, what, rest = entry.groups()
        return span(when, DIM) + span(what, COLOURS.get(what, FOREGROUND)) + span(rest, FOREGROUND)
    return span(line, FOREGROUND, bold=bool(line) and not line.startswith(" "))


def picture(lines: List[str], title: str) -> str:
    lines = [line if len(line) <= MAX_COLUMNS else line[: MAX_COLUMNS - 1] + "…" for line in lines]
    width = round(2 * MARGIN + CHARACTER * max(map(len, lines), default=0))
    height = round(BAR + MARGIN + LINE * len(lines) + MARGIN / 2)
    rows = "\n".join(
        f'<text x="{MARGIN}" y="{BAR + MARGIN + LINE * number}" xml:space="preserve">{painted(line)}</text>'
        for number, line in enumerate(lines)
        if line
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"
 font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" role="img" aria-label="{escape(title)}">
<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>
<circle cx="20" cy="17" r="5.5" fill="#f0757a"/><circle cx="38" cy="17" r="5.5" fill="#e5c07b"/><circle cx="56" cy="17" r="5.5" fill="#8fce7c"/>
<text x="{width // 2}" y="21" text-anchor="middle" fill="{DIM}">{escape(title)}</text>
{rows}
</svg>
"""


if __name__ == "__main__":
    printed = [line.rstrip() for line in sys.stdin.read().rstrip().splitlines()]
    sys.stdout.write(picture(printed, sys.argv[1] if len(sys.argv) > 1 else "terminal"))
