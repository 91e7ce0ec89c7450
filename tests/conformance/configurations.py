"""Row 23: configurations that are wrong, at boot and at a reload."""

import signal
from typing import Callable, Dict

import yaml

from conformance.deliveries import expect
from conformance.healer import Config, playbook
from conformance.rows import Place, row
from e2e.waiting import wait_for

GROUP = "world"


def unknown_key(config: Config) -> None:
    config["playbook"] = []


def duplicate_names(config: Config) -> None:
    config["playbooks"] *= 2


def unknown_action(config: Config) -> None:
    config["playbooks"][0]["rungs"][0]["action"] = "rm"


def no_rungs(config: Config) -> None:
    config["playbooks"][0]["rungs"] = []


def relative_program(config: Config) -> None:
    config["playbooks"][0]["rungs"][0]["parameters"]["argv"] = ["sh", "-c", "true"]


def hostile_expression(config: Config) -> None:
    config["playbooks"][0]["verify"]["healthy"] = "up{" * 10_000


def too_long(config: Config) -> None:
    config["playbooks"][0]["cooldown"] = "99999999999999999999y"


def secret_in_place(config: Config) -> None:
    config["token"] = "conformance-secret"


WRONG: Dict[str, Callable[[Config], None]] = {
    "an unknown key": unknown_key,
    "duplicate names": duplicate_names,
    "an unknown action": unknown_action,
    "no rungs": no_rungs,
    "a program without a path": relative_program,
    "a duration that is none": too_long,
    "a secret in the file": secret_in_place,
}


@row(23, GROUP, "invalid config at boot / reload; playbook named by no rule; duplicate names; hostile regex", "boot refuses / keeps the old; metric 0")
def wrong(place: Place) -> None:
    for what, spoil in WRONG.items():
        healer = place.healer(spoil)
        healer.start(ready=False)
        assert healer.process is not None
        expect(healer.process.popen.wait(30) == 1, f"{what}: it starts")
        said = healer.log.read_text()
        expect(f"{healer.folder}/healer.yml:" in said, f"{what}: file and line are named: {said}")
        expect("conformance-secret" not in said, f"{what}: no secret is told")
        expect(not healer.data.exists(), f"{what}: nothing was touched")

    # A playbook that no rule names is no problem of the healer's; an expression of any kind is Prometheus's to judge.
    healer = place.healer(hostile_expression)
    healer.config["playbooks"].append(playbook("named_by_no_rule", healer.record))
    healer.config["playbooks"][0], healer.config["playbooks"][1] = healer.config["playbooks"][::-1]
    healer.config["playbooks"][0]["name"] = "spare"
    healer.config["playbooks"][1]["name"] = "conformance"
    healer.config["playbooks"][1]["verify"]["healthy"] = 'up{target="{{target}}"} == 1'
    healer.write_config()
    healer.start()
    healer.expect_alive()
    good = yaml.safe_dump(healer.config)
    metric = "salus_healer_config_last_reload_successful"
    expect(healer.metric(metric) == 1, "the metric is 1")
    for what, spoil in WRONG.items():
        config = yaml.safe_load(good)
        spoil(config)
        (healer.folder / "healer.yml").write_text(yaml.safe_dump(config))
        answer = healer.command("POST", "/-/reload")
        expect(answer.status == 400, f"{what}: a reload is answered {answer.status}")
        expect(f"{healer.folder}/healer.yml:" in answer.text, f"{what}: the answer names the place: {answer.text}")
        expect(healer.metric(metric) == 0, f"{what}: the metric is 0")
    (healer.folder / "healer.yml").write_text("stack: [\n")
    assert healer.process is not None
    healer.process.send(signal.SIGHUP)
    wait_for(lambda: "healer.yml:2" in healer.log.read_text() or "healer.yml:3" in healer.log.read_text(), "SIGHUP to be heeded", 30)
    healer.expect_alive()
    (healer.folder / "healer.yml").write_text(good)
    expect(healer.command("POST", "/-/reload").status == 200, "what is right is taken up")
    expect(healer.metric(metric) == 1, "the metric is 1 again")
    healer.expect_alive()
