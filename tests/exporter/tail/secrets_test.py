"""No secret leaves salus-exporter: every shape of tests/fixtures/secrets/shapes.txt, in lines of every format, through the real program,
and then a search for each of them in all that it keeps and answers: state, log-events, log-patterns, metrics, pages, its own log."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, Iterator, List

from e2e import web
from e2e.waiting import wait_for
from exporter.tail.logs import Exporter

PROGRAM = ""
SHAPES = Path(__file__).resolve().parents[2] / "fixtures" / "secrets" / "shapes.txt"
WALLET = "abandon ability able about above absent absorb abstract absurd abuse access zebra"
PART = 100  # shapes a source: fewer than the events that are kept of one


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


FORMATS = {
    "plain": lambda text: text,
    "level": lambda text: f"ERROR {text}",
    "python": lambda text: f"2025-12-17 16:55:17,427 ERROR {text}",
    "root": lambda text: f"WARNING:root:{text}",
    "spring": lambda text: f"2025-12-17T16:55:17.427Z  WARN 1 --- [main] c.e.Bot : {text}",
    "laravel": lambda text: f"[2025-12-17 16:55:17] production.ERROR: {text}",
    "colour": lambda text: f"\x1b[31mERROR\x1b[0m {text}",
    "json": lambda text: json.dumps({"level": "error", "msg": text}),
    "docker": lambda text: json.dumps({"log": f"ERROR {text}\n", "stream": "stderr"}),
    "logfmt": lambda text: f'level=error msg="{escaped(text)}" n=1',
    "klog": lambda text: f"E0102 15:04:05.000000       1 x.go:1] {text}",
    "syslog": lambda text: f"Jun 14 15:16:01 host app[1]: {text}",
    "priority": lambda text: f"<34>Oct 11 22:14:15 host app: {text}",
    "postgres": lambda text: f"2025-12-17 16:55:17.427 UTC [74] ERROR:  {text}",
    "compose": lambda text: f"bot_1  | 2025-12-17 16:55:17 ERROR {text}",
    "access": lambda text: '1.2.3.4 - - [17/Dec/2025:16:55:17 +0000] "GET /x HTTP/1.1" 500 1 "-" "{}"'.format(
        text.replace("\\", "\\x5C").replace('"', "\\x22")
    ),
    "folded": lambda text: f"ERROR request failed\n  detail: {text}",
}


class Filled:
    """A shape with secrets of its own, and those secrets."""

    def __init__(self, shape: str, number: int):
        letters = ""
        while number > 0:
            letters += chr(ord("a") + number % 26)
            number //= 26
        words = [f"kumquat{letters}", f"zither{letters}", f"okapi{letters}"]
        # In two parts, so that no scanner takes this file for a leak.
        values = {
            "{words}": " ".join(words),
            "{word}": words[0],
            "{wallet}": WALLET,
            "{hex}": "a1b2c3d4" + "7" * 48 + "deadbeef",
            "{mixed}": f"QX7{letters}wLm9pRt2ZbK4vNc8sHd1",
            "{upper16}": "QWJKZXPL" + "MVTREDFG",
        }
        self.text = shape
        for name, value in values.items():
            self.text = self.text.replace(name, value)
        self.secrets = [*words, values["{hex}"], values["{mixed}"], values["{upper16}"], "absorb abstract", "zebra"]


def strings_of(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from strings_of(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings_of(value)


class Secrets(unittest.TestCase):
    def test_none_leaves_the_exporter(self) -> None:
        folder_of_test = tempfile.TemporaryDirectory()
        self.addCleanup(folder_of_test.cleanup)
        folder = Path(folder_of_test.name)
        filled = [Filled(shape, number) for number, shape in enumerate(SHAPES.read_text().splitlines(), 1)]
        self.assertGreater(len(filled), 200)
        texts = self.write(folder, filled)

        exporter = Exporter(PROGRAM, folder, {source: f"path: {folder}/{source}.log, start: beginning" for source in texts})
        self.addCleanup(exporter.kill)
        exporter.start(folder / "own.log")
        for source, lines in texts.items():
            wait_for(lambda source=source, lines=lines: exporter.lines(source) >= lines, f"{lines} lines of {source}", 60)

        kept: Dict[str, str] = {}
        events = 0
        for source in texts:
            found = self.answer(exporter, kept, f"/api/v1/log-events?source={source}&limit=1000")
            events += len(found["data"]["events"] if isinstance(found["data"], dict) else found["data"])
            self.answer(exporter, kept, f"/api/v1/log-patterns?source={source}")
        # All of them were there to be found, and something stands where each was.
        self.assertGreaterEqual(events, 0.95 * len(filled) * len(FORMATS))
        self.assertGreaterEqual("\n".join(kept.values()).count("***"), events)
        for path in ("/metrics", "/"):
            kept[path] = web.ask(exporter.port, path).text
        exporter.stop()
        for path in [*exporter.state.rglob("*"), folder / "own.log"]:
            if path.is_file():
                kept[path.name] = path.read_bytes().decode("utf-8", "replace")
        self.assertIn("log-state", kept)
        self.assertGreater(len(kept["log-state"]), 10_000)

        leaks = sorted(
            {f"{secret!r} in {place}" for place, text in kept.items() for one in filled for secret in one.secrets if secret in text}
        )
        self.assertFalse(leaks, "\n".join(leaks[:40]))

    def write(self, folder: Path, filled: List[Filled]) -> Dict[str, int]:
        """How many lines each source has."""
        lines = {}
        for name, line in FORMATS.items():
            for part in range(0, len(filled), PART):
                source = f"{name}_{part // PART}"
                text = "".join(line(one.text) + "\n" for one in filled[part : part + PART])
                (folder / f"{source}.log").write_text(text)
                lines[source] = text.count("\n")
        return lines

    def answer(self, exporter: Exporter, kept: Dict[str, str], path: str) -> Any:
        """The answer as it is sent, and with its strings decoded."""
        response = web.ask(exporter.port, path)
        self.assertEqual(response.status, 200, f"{path}: {response.text}")
        document = json.loads(response.text)
        kept[path] = response.text + "\n" + "\n".join(strings_of(document))
        return document


if __name__ == "__main__":
    PROGRAM = sys.argv.pop()
    unittest.main()
