"""A data feed is two hours stale, and then a part of the way from the rules to the healer disappears: the policy stays, and
says what is missing. It loosens when the part is back and the feed is well."""

import os
import unittest
from typing import Callable, Optional

import yaml

from e2e import web
from e2e.evidence_rig import EvidenceRig
from e2e.waiting import wait_for

HOLD = 20  # longer than any of these took to loosen the policy without evidence


class EvidenceTest(unittest.TestCase):
    def rig(self, change: Optional[Callable[[EvidenceRig], None]] = None) -> EvidenceRig:
        rig = EvidenceRig(change)
        self.addCleanup(rig.stop)
        rig.start()
        return rig

    def exiting(self, change: Optional[Callable[[EvidenceRig], None]] = None) -> EvidenceRig:
        """In defensive_exit, because the feed is stale."""
        rig = self.rig(change)
        rig.wait_policy("allow_all", 60)
        rig.make_stale("data_feed")
        rig.wait_policy("defensive_exit")
        return rig

    def assert_held(self, rig: EvidenceRig, words: str) -> None:
        self.assertEqual(set(rig.hold(HOLD)), {"defensive_exit"})
        rig.wait_cause(words)
        self.assertFalse(rig.chain()["ok"])
        self.assertIn("salus_policy_chain_ok 0", web.ask(rig.healer, "/metrics").text)

    def assert_recovers(self, rig: EvidenceRig) -> None:
        rig.stale.clear()
        rig.wait_policy("allow_all", 60)
        self.assertTrue(rig.chain()["ok"])

    def test_a_removed_rule_file_holds_the_policy(self) -> None:
        for file, words in (("policy", "rules no longer loaded"), ("subsystems", "alert SubsystemStale: its rule is no longer loaded")):
            with self.subTest(file=file):
                rig = self.exiting()
                rules = rig.path / f"rules/{file}.rules.yml"
                aside = rules.rename(rules.with_suffix(".aside"))
                rig.reload_prometheus()
                self.assert_held(rig, words)
                rig.kill("healer")
                rig.start_one("healer")
                wait_for(lambda: rig.policy()[0] == "defensive_exit", "the policy after a restart", 20)
                self.assertEqual(set(rig.hold(10)), {"defensive_exit"})
                aside.rename(rules)
                rig.reload_prometheus()
                self.assert_recovers(rig)

    def test_a_rule_that_is_removed_while_quiet_is_named_until_an_operator_accepts_it(self) -> None:
        rig = self.rig()
        rig.wait_policy("allow_all", 60)
        (rig.path / "rules/certificates.rules.yml").unlink()
        (rig.path / "rules/subsystems.rules.yml").unlink()
        rig.reload_prometheus()
        rig.wait_policy("no_new_trades", 30)
        rig.wait_cause("rules no longer loaded in prometheus")
        self.assertIn("SubsystemStale", rig.chain()["rulers"]["prometheus"]["missing_rules"])
        self.assertEqual(rig.release("rules no longer loaded in prometheus").status, 200)
        rig.wait_policy("allow_all", 30)

    def test_relabelling_that_drops_the_policy_holds_it(self) -> None:
        rig = self.exiting()
        rig.prometheus_config["alerting"]["alert_relabel_configs"] = [{"action": "labeldrop", "regex": "policy"}]
        rig.write("prometheus.yml", rig.prometheus_config)
        rig.reload_prometheus()
        self.assert_held(rig, "delivered without its label policy")
        del rig.prometheus_config["alerting"]["alert_relabel_configs"]
        rig.write("prometheus.yml", rig.prometheus_config)
        rig.reload_prometheus()
        self.assert_recovers(rig)

    def test_a_renamed_group_is_no_missing_rule(self) -> None:
        rig = self.exiting()
        rules = rig.path / "rules/policy.rules.yml"
        document = yaml.safe_load(rules.read_text())
        document["groups"][0]["name"] = "renamed"
        rules.write_text(yaml.safe_dump(document, sort_keys=False))
        rig.reload_prometheus()
        self.assertEqual(set(rig.hold(10)), {"defensive_exit"})
        self.assert_recovers(rig)

    def test_a_subsystem_that_is_not_watched_any_more_holds_the_policy(self) -> None:
        rig = self.exiting()
        del rig.exporter_config["collectors"]["subsystems"]["sources"]["data_feed"]
        rig.write("exporter.yml", rig.exporter_config)
        rig.subsystems["subsystems"] = [each for each in rig.subsystems["subsystems"] if each["name"] != "data_feed"]
        rig.write("subsystems.yml", rig.subsystems)
        rig.kill("exporter")
        rig.start_one("exporter")
        self.assert_held(rig, "subsystem data_feed has no metrics")
        self.assertEqual(rig.release("SubsystemStale").status, 200)
        rig.wait_policy("allow_all", 60)

    def test_another_systems_watchdog_is_no_heartbeat(self) -> None:
        def route_elsewhere(rig: EvidenceRig) -> None:
            rig.prometheus_config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": ["127.0.0.1:1"]}]}]}

        rig = self.rig(route_elsewhere)
        wait_for(lambda: rig.chain()["rulers"].get("prometheus", {}).get("up"), "the rules", 30)
        for _ in range(15):
            beat = '[{"labels": {"alertname": "Watchdog", "severity": "none", "cluster": "staging", "policy": "allow_all"}}]'
            web.ask(rig.alertmanager, "/api/v2/alerts", "POST", beat, {"Content-Type": "application/json"})
            self.assertEqual(rig.hold(2), ["no_new_trades"])
        rig.make_stale("data_feed")
        rig.wait_policy("defensive_exit")  # as Prometheus reports it
        rig.wait_cause("not delivered by Alertmanager")

    def test_a_long_annotation_and_one_that_grows_do_not_lose_the_policy(self) -> None:
        def long_rule(rig: EvidenceRig, size: int = 100) -> None:
            annotations = {"description": "x" * size}
            rule = {"alert": "ExposureLimit", "expr": "vector(1)", "labels": {"severity": "critical", "policy": "defensive_exit"}, "annotations": annotations}
            groups = {"groups": [{"name": "exposure", "rules": [rule]}]}
            (rig.path / "rules/exposure.rules.yml").write_text(yaml.safe_dump(groups))

        rig = self.rig(long_rule)
        rig.wait_policy("defensive_exit", 60)
        for size in (20_000, 1_000_000):
            long_rule(rig, size)
            rig.reload_prometheus()
            self.assertEqual(set(rig.hold(15)), {"defensive_exit"})
        received = web.ask(rig.healer, "/metrics").text
        self.assertNotIn('salus_alerts_received_total{result="oversized"} 0', received)
        wait_for(lambda: not [each for each in rig.chain()["problems"] if "ExposureLimit" in each], "its delivery", 30)


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
