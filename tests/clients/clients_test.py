"""The three reference clients against one table of documents: what is good says what it permits, everything else is no_new_trades."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, ClassVar, Dict, List, Optional

ROOT = Path(__file__).resolve().parents[2]
READ_POLICY = ""  # the C++ client's program
POLICIES = ("allow_all", "safe_risk_profile", "no_new_trades", "defensive_exit", "emergency_shutdown")
SHUT = "no_new_trades shut stops=normal existing=exits_allowed trading=exits_only"
PERMISSIONS: Dict[str, Dict[str, Any]] = {
    "allow_all": {"new_positions": "yes", "stops": "normal", "existing_positions": "kept", "trading": "yes"},
    "safe_risk_profile": {"new_positions": "reduced", "max_leverage": 5.0, "position_size_factor": 0.5, "stops": "tighter",
                          "existing_positions": "kept", "trading": "yes"},
    "no_new_trades": {},
    "defensive_exit": {"stops": "tighter", "existing_positions": "high_risk_closed"},
    "emergency_shutdown": {"stops": "tighter", "existing_positions": "all_closed", "trading": "halted"},
}
SAID = {
    "allow_all": "allow_all open size=1 leverage=none stops=normal existing=kept trading=yes",
    "safe_risk_profile": "safe_risk_profile open size=0.5 leverage=5 stops=tighter existing=kept trading=yes",
    "no_new_trades": SHUT,
    "defensive_exit": "defensive_exit shut stops=tighter existing=high_risk_closed trading=exits_only",
    "emergency_shutdown": "emergency_shutdown shut stops=tighter existing=all_closed trading=halted",
}


def moment(seconds: float) -> str:
    """So long from now, as the healer writes it. Minutes away from every limit, so that a slow machine does not matter."""
    time = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"


def restrictions(policy: str, **changes: Any) -> Dict[str, Any]:
    usual = {"new_positions": "no", "max_leverage": None, "position_size_factor": 1.0, "stops": "normal",
             "existing_positions": "exits_allowed", "trading": "exits_only"}
    return usual | PERMISSIONS.get(policy, {}) | changes


def document(policy: str = "allow_all", issued: float = -60, until: float = 600, **fields: Any) -> Dict[str, Any]:
    allowed = policy in ("allow_all", "safe_risk_profile")
    whole = {
        "policy": policy,
        "level": POLICIES.index(policy) if policy in POLICIES else 0,
        "trading_allowed": allowed,
        "new_positions_allowed": allowed,
        "restrictions": restrictions(policy),
        "causes": ["alert A", 'lease INC-1/1 "quoted" \\ and more'],
        "issued_at": moment(issued),
        "valid_until": moment(until),
        "sequence": 1765944059000,
        "journal_record": 17,
    }
    return whole | fields


def written(fields: Dict[str, Any]) -> bytes:
    """As the healer does it."""
    return (json.dumps(fields, separators=(",", ":")) + "\n").encode()


def restricted(policy: str, **changes: Any) -> bytes:
    return written(document(policy, restrictions=restrictions(policy, **changes)))


def unrestricted(name: str) -> bytes:
    limits = restrictions("allow_all")
    del limits[name]
    return written(document(restrictions=limits))


def without(name: str) -> bytes:
    fields = document()
    del fields[name]
    return written(fields)


def replaced(old: str, new: str) -> bytes:
    text = written(document()).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


BROKEN: Dict[str, Callable[[], Optional[bytes]]] = {
    "is missing": lambda: None,
    "is empty": lambda: b"",
    "is a line break": lambda: b"\n",
    "is no JSON": lambda: b"allow_all\n",
    "is a list": lambda: b"[" + written(document()).strip() + b"]\n",
    "is a text": lambda: b'"allow_all"\n',
    "is followed by another": lambda: written(document()) + written(document()),
    "is followed by a word": lambda: written(document()).strip() + b" allow_all\n",
    "is followed by a zero byte": lambda: written(document()) + b"\0",
    "begins with a zero byte": lambda: b"\0" + written(document()),
    "has a zero byte in its policy": lambda: replaced("allow_all", "allow\0_all"),
    "begins with a byte order mark": lambda: b"\xef\xbb\xbf" + written(document()),
    "is written twice as wide": lambda: written(document()).decode().encode("utf-16"),
    "is too large": lambda: written(document(causes=["x" * 100_000])),
    "has no policy": lambda: without("policy"),
    "has no issued_at": lambda: without("issued_at"),
    "has no valid_until": lambda: without("valid_until"),
    "has no restrictions": lambda: without("restrictions"),
    "has no new_positions_allowed": lambda: without("new_positions_allowed"),
    "has a text for new_positions_allowed": lambda: written(document(new_positions_allowed="true")),
    "has null for its restrictions": lambda: written(document(restrictions=None)),
    "has a list of restrictions": lambda: written(document(restrictions=[])),
    "has empty restrictions": lambda: written(document(restrictions={})),
    "does not say whether new positions are allowed": lambda: unrestricted("new_positions"),
    "does not say which leverage is allowed": lambda: unrestricted("max_leverage"),
    "does not say which size is allowed": lambda: unrestricted("position_size_factor"),
    "does not say which stops are allowed": lambda: unrestricted("stops"),
    "does not say what happens to positions": lambda: unrestricted("existing_positions"),
    "does not say whether trading goes on": lambda: unrestricted("trading"),
    "has an unknown answer to new positions": lambda: restricted("allow_all", new_positions="maybe"),
    "has an unknown answer to trading": lambda: restricted("allow_all", trading="on"),
    "has no leverage left": lambda: restricted("safe_risk_profile", max_leverage=0),
    "has a leverage below zero": lambda: restricted("safe_risk_profile", max_leverage=-5),
    "has a text for its leverage": lambda: restricted("safe_risk_profile", max_leverage="5"),
    "has no size left": lambda: restricted("safe_risk_profile", position_size_factor=0),
    "has a size beyond the usual": lambda: restricted("allow_all", position_size_factor=1.5),
    "has null for its size": lambda: restricted("allow_all", position_size_factor=None),
    "has two restrictions": lambda: replaced('"causes"', '"restrictions":{},"causes"'),
    "has an unknown policy": lambda: written(document("anything_goes")),
    "has a policy in capitals": lambda: written(document("ALLOW_ALL")),
    "has an empty policy": lambda: written(document("")),
    "has a number for its policy": lambda: replaced('"policy":"allow_all"', '"policy":0'),
    "has null for its policy": lambda: replaced('"policy":"allow_all"', '"policy":null'),
    "has an escaped policy": lambda: replaced("allow_all", "allow\\_all"),
    "has two policies": lambda: replaced('"level"', '"policy":"allow_all","level"'),
    "is unquoted": lambda: replaced('"policy"', "policy"),
    "has a comma too many": lambda: replaced('"causes":[', '"causes":[,'),
    "has a field without a value": lambda: replaced(":1765944059000", ":"),
    "expired": lambda: written(document(issued=-900, until=-300)),
    "expired long ago": lambda: written(document(valid_until="1970-01-01T00:00:00.000Z")),
    "is from the future": lambda: written(document(issued=300, until=900)),
    "is valid for too long": lambda: written(document(until=2 * 24 * 3600)),
    "is valid until year 9999": lambda: written(document(valid_until="9999-12-31T23:59:59.999Z")),
    "ends before it begins and now": lambda: written(document(issued=-60, until=-600)),
    "has a time that is none": lambda: written(document(valid_until="tomorrow")),
    "has an empty time": lambda: written(document(valid_until="")),
    "has a time in seconds": lambda: written(document(valid_until=4102444800)),
    "has a time without a zone": lambda: written(document(valid_until=moment(600)[:-1])),
    "has a time of another zone": lambda: written(document(valid_until=moment(600)[:-1] + "+09:00")),
    "has a thirteenth month": lambda: written(document(issued_at=re.sub(r"^(.{5})..", r"\g<1>13", moment(-60)))),
    "has a time with letters in it": lambda: written(document(issued_at=moment(-60)[:-2] + "xZ")),
}


def documented(language: str) -> str:
    """The one block of it in the documentation that is a whole program."""
    text = (ROOT / "docs/trading-client.md").read_text()
    blocks: List[str] = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{len(blocks)} blocks of {language}"
    return blocks[0]


class ClientsTest(unittest.TestCase):
    folder: ClassVar[Path]
    clients: ClassVar[Dict[str, List[str]]]

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="salus-clients-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        (cls.folder / "read_policy.py").write_text(documented("python"))
        (cls.folder / "read_policy.sh").write_text(documented("sh"))
        cls.clients = {
            "C++": [READ_POLICY],
            "Python": ["/usr/bin/python3", "-B", str(cls.folder / "read_policy.py")],
            "shell": ["/bin/sh", str(cls.folder / "read_policy.sh")],
        }

    def read(self, client: str, content: Optional[bytes]) -> str:
        file = self.folder / "policy.json"
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        done = subprocess.run([*self.clients[client], str(file)], capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    def check(self, content: Callable[[], Optional[bytes]], said: str) -> None:
        for client in self.clients:
            with self.subTest(client=client):
                self.assertEqual(self.read(client, content()), said + "\n")

    def test_a_good_document_says_what_it_says(self) -> None:
        for policy in POLICIES:
            with self.subTest(policy=policy):
                self.check(lambda policy=policy: written(document(policy)), SAID[policy])  # type: ignore[misc]
        self.check(lambda: written(document("defensive_exit", causes=[])), SAID["defensive_exit"])

    def test_the_permissions_hold_where_they_are_stricter_than_the_word(self) -> None:
        shut = "no_new_trades shut stops=tighter existing=exits_allowed trading=exits_only"
        both = {"max_leverage": 5.0, "position_size_factor": 0.5, "stops": "tighter"}
        self.check(lambda: restricted("no_new_trades", **both), shut)
        self.check(lambda: restricted("no_new_trades", trading="halted"), SHUT.replace("exits_only", "halted"))
        self.check(lambda: restricted("safe_risk_profile", max_leverage=2.5, position_size_factor=0.25),
                   "safe_risk_profile open size=0.25 leverage=2.5 stops=tighter existing=kept trading=yes")

    def test_whatever_forbids_new_positions_does(self) -> None:
        allowed = SAID["allow_all"].replace("open size=1 leverage=none", "shut")
        self.check(lambda: written(document(new_positions_allowed=False)), allowed)
        self.check(lambda: restricted("allow_all", new_positions="no"), allowed)
        self.check(lambda: restricted("allow_all", trading="halted"), allowed.replace("trading=yes", "trading=halted"))
        self.check(lambda: written(document("no_new_trades", new_positions_allowed=True)), SHUT)

    def test_a_broken_document_is_no_new_trades(self) -> None:
        for what, content in BROKEN.items():
            with self.subTest(document=what):
                self.check(content, SHUT)

    def test_a_document_that_was_cut_anywhere_is_no_new_trades(self) -> None:
        whole = written(document())
        for end in (1, 9, 10, 11, 20, 60, 120, len(whole) // 2, len(whole) - 20, len(whole) - 3, len(whole) - 2):
            with self.subTest(end=end):
                self.check(lambda end=end: whole[:end], SHUT)  # type: ignore[misc]

    def test_a_folder_in_its_place_is_no_new_trades(self) -> None:
        for client, command in self.clients.items():
            with self.subTest(client=client):
                done = subprocess.run([*command, str(self.folder)], capture_output=True, text=True, timeout=60, check=True)
                self.assertEqual(done.stdout, SHUT + "\n")

    def test_a_document_like_the_healer_writes_it_stands_in_the_documentation_of_the_api(self) -> None:
        text = (ROOT / "docs/api.md").read_text()
        begin = text.index('{"policy":"no_new_trades","level"')
        shown = json.loads(text[begin : text.index("```", begin)])
        self.assertEqual(list(shown), list(document()))


if __name__ == "__main__":
    READ_POLICY = sys.argv.pop(1)
    unittest.main()
