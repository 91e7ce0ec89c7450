"""A story with the intervals that are shipped."""

import unittest

from e2e.case import RigCase, become_root
from e2e.stories import killed
from e2e.timeline import Timeline


class ProductionIntervalsTest(RigCase):
    production_intervals = True

    def test_a_killed_container_is_healed_within_30_seconds(self) -> None:
        timeline = Timeline("killed")
        killed(self.rig, timeline)
        verified = timeline.after("verified")
        assert verified is not None
        self.assertLess(verified, 30)


if __name__ == "__main__":
    become_root()
    unittest.main()
