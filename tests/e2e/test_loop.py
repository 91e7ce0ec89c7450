"""Three of the stories, a healer killed in the middle of one, and a pulse that stops: on one rig, one after the other."""

import signal
import time
import unittest

from e2e import panels
from e2e.case import RigCase, become_root
from e2e.observer import Observer, level
from e2e.stories import Story, crash_looping, hanging, killed
from e2e.timeline import Timeline, moments
from e2e.waiting import wait_for


class LoopTest(RigCase):
    def tell(self, story: Story) -> Timeline:
        timeline = Timeline(story.__name__)
        story(self.rig, timeline)
        return timeline

    def assert_in_order(self, timeline: Timeline, *whats: str) -> None:
        times = [timeline.after(what) for what in whats]
        self.assertNotIn(None, times, timeline.entries)
        self.assertEqual(times, sorted(time for time in times if time is not None), timeline.entries)

    def test_0_facts_of_all_thirteen_subsystems_are_in_prometheus(self) -> None:
        facts = 'salus_subsystem_last_update_timestamp_seconds or salus_file_set_present{set="models"}'
        for query, series in (
            (f"group by (subsystem) ({facts})", 13),
            ("rate(salus_subsystem_calls_total[30s]) > 0", 10),
            ("salus_subsystem_call_errors_total == 0", 10),
            ("salus_file_intact == 1", 4),
            ('salus_file_size_bytes{subsystem="database"} > 0', 1),
            ("salus_probe_success == 1", 3),
        ):
            wait_for(lambda: len(self.rig.monitoring.query(query)) == series, f"{series} series of {query}", 30)

    def test_1_a_killed_container_is_healed_within_15_seconds(self) -> None:
        timeline = self.tell(killed)
        self.assert_in_order(timeline, "fault", "detected", "delivered", "intent", "running", "acted", "verified", "relaxed")
        verified = timeline.after("verified")
        assert verified is not None
        self.assertLess(verified, 15)

    def test_2_a_hanging_program_is_healed(self) -> None:
        timeline = self.tell(hanging)
        self.assert_in_order(timeline, "fault", "detected", "delivered", "intent", "running", "acted", "verified", "relaxed")

    def test_3_a_crash_loop_is_latched_until_a_person_releases_it(self) -> None:
        timeline = self.tell(crash_looping)
        self.assert_in_order(timeline, "fault", "detected", "delivered", "acted", "exhausted", "released", "relaxed")

    def test_3b_every_panel_of_the_dashboards_has_data(self) -> None:
        port, now = self.rig.monitoring.places.prometheus, time.time()
        asked = list(panels.ask_all(port, now - 300, now, ["event_executor", "data_feed", "ai_model"]))
        self.assertGreater(len({(each.dashboard, each.panel) for each in asked}), 80)
        self.assertEqual(panels.findings(asked), [])

    def test_4_a_healer_killed_between_intent_and_outcome_restarts_once_more_at_most(self) -> None:
        rig, monitoring, container = self.rig, self.rig.monitoring, "quantum_trading_bot"
        timeline = Timeline("healer killed")
        # The webhook is held back until the engine is stopped, so that the action certainly hangs in it.
        monitoring.alertmanager.send(signal.SIGSTOP)
        timeline.begin("container killed")
        rig.engine.docker("kill", container)
        wait_for(lambda: monitoring.firing(alertname="ContainerDown", container=container), "the alert", 15)
        rig.engine.dockerd.send(signal.SIGSTOP)
        monitoring.alertmanager.send(signal.SIGCONT)
        observer = Observer(monitoring, timeline, container, alertname="ContainerDown", container=container)
        incident = observer.until("running", 15)
        self.assertEqual(incident["actions"], 1)
        monitoring.healer.kill()
        rig.engine.dockerd.send(signal.SIGCONT)
        time.sleep(2)  # what the engine was asked for while it stood still is done or dropped by now
        before = rig.engine.events(container, "restart", timeline.fault, time.time())
        monitoring.start_healer()
        healed = observer.until("healed", 60)
        after = rig.engine.events(container, "restart", timeline.fault, time.time())
        self.assertLessEqual(before, 1)
        self.assertLessEqual(after - before, 1)
        self.assertIn("interrupted", moments(healed))
        self.assertIsNotNone(healed["closed_at"])
        self.assertTrue(rig.stack.answers(container))
        wait_for(rig.calm, "a policy that allows trading again", 60)

    def test_5_a_pulse_that_stops_tightens_the_policy_until_it_is_back(self) -> None:
        rig, monitoring = self.rig, self.rig.monitoring
        monitoring.alertmanager.stop()
        wait_for(lambda: level(monitoring.policy()["policy"]) >= level("no_new_trades"), "a tighter policy", 40)
        self.assertTrue(any("watchdog" in cause.lower() for cause in monitoring.policy()["causes"]))
        self.assertEqual(monitoring.policy_file()["policy"], monitoring.policy()["policy"])
        monitoring.start_alertmanager()
        wait_for(rig.calm, "a policy that allows trading again", 60)


if __name__ == "__main__":
    become_root()
    unittest.main(failfast=True)
