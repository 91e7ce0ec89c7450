"""The story of a log storm, on a rig of its own."""

import unittest

from e2e.case import RigCase, become_root
from e2e.stories import log_storm
from e2e.timeline import Timeline


class LogStormTest(RigCase):
    def test_it_is_healed_and_told(self) -> None:
        timeline = Timeline("log storm")
        log_storm(self.rig, timeline)
        times = [timeline.after(what) for what in ("fault", "detected", "delivered", "intent", "acted", "verified", "relaxed")]
        self.assertNotIn(None, times, timeline.entries)
        self.assertEqual(times, sorted(time for time in times if time is not None), timeline.entries)


if __name__ == "__main__":
    become_root()
    unittest.main()
