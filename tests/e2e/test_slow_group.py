"""A rule group that is evaluated every 160 s, and an Alertmanager that loses its data: that the alert is missing meanwhile is no end."""

import os
import unittest

import yaml

from e2e.evidence_rig import EvidenceRig


class SlowGroupTest(unittest.TestCase):
    def test_a_slow_group_holds_while_alertmanager_has_lost_its_data(self) -> None:
        def slow_rule(rig: EvidenceRig) -> None:
            rule = {"alert": "MarginLow", "expr": "vector(1)", "labels": {"severity": "critical", "policy": "defensive_exit"}}
            groups = {"groups": [{"name": "slow", "interval": "160s", "rules": [rule]}]}
            (rig.path / "rules/slow.rules.yml").write_text(yaml.safe_dump(groups))

        rig = EvidenceRig(slow_rule)
        self.addCleanup(rig.stop)
        rig.start()
        rig.wait_policy("defensive_exit", 180)
        rig.kill("alertmanager")
        for each in (rig.path / "alertmanager").iterdir():
            each.unlink()
        rig.start_one("alertmanager")
        self.assertEqual(set(rig.hold(130)), {"defensive_exit"})
        self.assertIn("alert MarginLow", rig.policy()[1])


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
