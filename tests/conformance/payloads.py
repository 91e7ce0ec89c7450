"""Rows 11 to 13 and 17 to 19: bodies that are wrong, huge, hostile or incomplete."""

import gzip
import json
import time
from typing import Dict

from conformance import bodies, post
from conformance.deliveries import expect
from conformance.healer import Healer
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "webhook"
MIB = 1 << 20


@row(11, GROUP, "malformed, empty, truncated, wrong content type, NaN, duplicate keys, invalid UTF-8, NUL", "400, counted, nothing done", black_box=True)
def malformed(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    good = bodies.delivery([receiver.alert()])
    wrong: Dict[str, bytes] = {
        "malformed": b"{alerts:[",
        "empty": b"",
        "no object": b"[]",
        "truncated": good[: len(good) // 2],
        "all but its last byte": good[:-1],
        "more behind it": good + b"{}",
        "NaN": good.replace(b'"truncatedAlerts": 0', b'"truncatedAlerts": NaN'),
        "duplicate keys": good.replace(b'"status": "firing"', b'"status": "resolved", "status": "firing"'),
        "invalid UTF-8": good.replace(b"A check of", b"A \xff\xfe of"),
        "NUL": good.replace(b"A check of", b"A \x00 of"),
    }
    for what, body in wrong.items():
        status = receiver.post(body).status
        expect(status == 400, f"{what}: answered {status}")
    status = receiver.post(good, content_type="text/plain").status
    expect(status in (400, 415), f"wrong content type: answered {status}")
    receiver.settle()
    expect(receiver.ran() == before, "an action ran")
    if isinstance(receiver, Healer):
        counted = receiver.metric("salus_alerts_received_total", result="invalid")
        expect(counted == len(wrong) + 1, f"{counted} were counted")
    receiver.expect_alive()


@row(12, GROUP, "64 MiB body; chunked without length; lying Content-Length; gzip bomb", "413 or closed, RSS bounded; 4 MiB bodies accepted", black_box=True)
def huge(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    address, token = receiver.address, receiver.token
    refusals = (0, 400, 411, 413, 415, 501)

    def sent(*pieces: bytes, length: int | None = None, **fields: object) -> int:
        return post.send(address, [post.head(address, length, token, **fields), *pieces]).status  # type: ignore[arg-type]

    status = sent(*[b" " * MIB] * 64, length=64 * MIB)
    expect(status in refusals, f"64 MiB: answered {status}")
    chunk = b"100000\r\n" + b" " * MIB + b"\r\n"
    status = sent(*[chunk] * 64, b"0\r\n\r\n", more={"Transfer-Encoding": "chunked"})
    expect(status in refusals, f"chunked: answered {status}")
    good = bodies.delivery([receiver.alert()])
    status = sent(good, length=len(good) - 10)
    expect(status in refusals, f"a length that is too short: answered {status}")
    bomb = gzip.compress(b" " * 64 * MIB, 9)
    status = sent(bomb, length=len(bomb), more={"Content-Encoding": "gzip"})
    expect(status in refusals, f"a gzip bomb: answered {status}")
    receiver.settle()
    expect(receiver.ran() == before, "an action ran")

    alert = receiver.alert()
    alert["annotations"]["description"] = "d" * 4000
    body = bodies.delivery([alert])
    padded = body + b" " * (4 * MIB - len(body))
    status = receiver.post(padded).status
    expect(status == 200, f"4 MiB: answered {status}")
    receiver.expect(1, before)
    if isinstance(receiver, Healer):
        place.note(f"peak RSS {receiver.peak_mib():.0f} MiB")
        expect(receiver.peak_mib() < 64, f"RSS reached {receiver.peak_mib():.0f} MiB")


@row(13, GROUP, "200,000 nested arrays", "400, no stack overflow", black_box=True)
def nested(place: Place) -> None:
    receiver = place.receiver()
    good = bodies.delivery([receiver.alert()])
    deep = b"[" * 200_000 + b"]" * 200_000
    for body in (deep, good.replace(b'"truncatedAlerts": 0', b'"deep": ' + deep), b'{"a":' * 200_000 + b"1" + b"}" * 200_000):
        status = receiver.post(body).status
        expect(status == 400, f"answered {status}")
    receiver.expect_alive()


HOSTILE = {
    "substitution": "$(touch {canary})",
    "backticks": "`touch {canary}`",
    "semicolon": "; touch {canary} ; rm -rf {canary}",
    "newline": "x\ntouch {canary}\n",
    "nul": "x\x00touch {canary}",
    "dash": "-rf --help",
    "traversal": "../../../../{canary}",
    "quotes": "'\"; touch {canary} #",
    "braces": '"} == 1 or vector(1) or up{x="',
    "look_alike": "conformance\u2010000",
    "markup": "<script>alert(1)</script>",
}


@row(17, GROUP, "label values with $(…), ; rm, newline, NUL, leading -, ../, 100 KB; a label LD_PRELOAD; a look-alike target name", "no shell; only declared targets and typed parameters reach argv; refused and reported; escaped", black_box=True)
def hostile(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    canary = place.folder / "canary"
    values = {name: value.replace("{canary}", str(canary)) for name, value in HOSTILE.items()}
    for name, value in values.items():
        # As a target: nobody knows it. As a playbook and a name, likewise.
        for fields in ({"container": value, "subsystem": value}, {"heal": value}, {"alertname": value}):
            alert = receiver.alert(labels=fields)
            expect(receiver.deliver(alert).status in (200, 400), f"{name} is answered")
    receiver.settle()
    if isinstance(receiver, Healer):
        expect(receiver.ran() == before, "an action ran for a target that nobody declared")
        said = receiver.log.read_text(errors="replace")
        for reason in ("undeclared_target", "unknown_playbook", "not_accepted"):
            expect(reason in said, f"{reason} is logged")
    # Around a right target they change nothing.
    beside = {f"label_{name}": value for name, value in values.items()}
    before = receiver.ran()
    alert = receiver.alert(labels={**beside, "LD_PRELOAD": str(canary), "PATH": str(place.folder), "subsystem": "$(id)"})
    alert["annotations"] |= {"summary": values["markup"], "description": values["newline"]}
    expect(receiver.deliver(alert).good, "the delivery is acknowledged")
    receiver.expect(1, before)
    expect(not canary.exists(), "something of a label was carried out")
    huge = receiver.alert(labels={"long": "x" * 100_000})
    expect(receiver.deliver(huge).status in (200, 400, 413), "100 KB are answered")
    receiver.settle()  # where its labels are obeyed, it runs an action as well
    if isinstance(receiver, Healer):
        environment = receiver.lines()[-1]
        expect("LD_PRELOAD" not in environment and str(place.folder) + " " not in environment, environment)
        receiver.metric("salus_alerts_received_total")  # the page is still one that can be parsed
        json.dumps(receiver.incidents())
    receiver.expect_alive()


@row(18, GROUP, 'version "5", missing fingerprint, unknown fields, missing alerts', "an unknown version is refused loudly; unknown fields tolerated; own key computed", black_box=True)
def versions(place: Place) -> None:
    receiver = place.receiver()
    before = receiver.ran()
    status = receiver.deliver(receiver.alert(), version="5").status
    expect(status == 400, f'version "5": answered {status}')
    without = json.loads(bodies.delivery([receiver.alert()]))
    del without["alerts"]
    status = receiver.post(json.dumps(without).encode()).status
    expect(status == 400, f"no alerts: answered {status}")
    receiver.settle()
    expect(receiver.ran() == before, "an action ran")
    alert = receiver.alert()
    del alert["fingerprint"]
    alert["novel"] = {"a": [1, 2]}
    for _ in range(3):
        expect(receiver.deliver(alert, novel=[1, {"b": None}]).good, "unknown fields are tolerated")
    receiver.expect(1, before)
    if isinstance(receiver, Healer):
        expect('unsupported version "5"' in receiver.log.read_text().replace("\\", ""), "the log says why")


@row(19, "world", "truncatedAlerts: 7", "the rest is pulled from Alertmanager, the incident says so")
def truncated(place: Place) -> None:
    healer = place.healer(lambda config: config.update(reconcile_interval="1h")).start()
    wait_for(lambda: healer.world.asked.get("/api/v2/alerts", 0) >= 1, "the first list", 60)
    alerts = [healer.alert() for _ in range(8)]
    healer.world.alerts = alerts
    begin = time.monotonic()
    expect(healer.deliver(alerts[0], truncatedAlerts=7).good, "acknowledged")
    healer.expect(8)
    place.note(f"8 actions within {time.monotonic() - begin:.1f} s")
    expect(healer.metric("salus_alerts_received_total", result="truncated") == 7, "counted")
    pulled = healer.timeline(alerts[7]["labels"]["container"])
    expect("Alertmanager's list" in pulled, f"the incident says where it heard of it: {pulled}")
    told = healer.timeline(alerts[0]["labels"]["container"])
    expect("Alertmanager's list" not in told, f"what was delivered is not pulled: {told}")


