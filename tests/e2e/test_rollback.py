"""A deployment whose image does not work is taken back, on a rig of its own."""

import unittest
from pathlib import Path
from typing import Any, Dict, Optional

from e2e.case import RigCase, become_root
from e2e.images import import_program
from e2e.waiting import wait_for

CONTAINER = "quantum_grafana"
OTHER = "quantum_nginx"
GOOD = "container_image:salus_container_good:group"


class RollbackTest(RigCase):
    def rollback(self, container: str) -> Optional[Dict[str, Any]]:
        incidents = self.rig.monitoring.incidents()
        return next((each for each in incidents if each["playbook"] == "rollback_image" and each["target"]["name"] == container), None)

    def healed(self) -> bool:
        incident = self.rollback(CONTAINER)
        return incident is not None and incident["state"] in ("probation", "healed")

    def test_a_new_image_that_does_not_work_is_taken_back(self) -> None:
        rig, engine, monitoring = self.rig, self.rig.engine, self.rig.monitoring
        before = engine.inspect(CONTAINER)
        # One that has no health check counts as good when it has run for a minute.
        wait_for(lambda: bool(monitoring.query(f'{GOOD}{{container="{CONTAINER}"}}')), "a container known as good", 120)
        engine.docker("tag", "example-service:latest", "example-service:previous")
        import_program(engine, "example-service", Path("/usr/bin/false"))
        rig.stack.deploy(CONTAINER)
        self.assertNotEqual(engine.inspect(CONTAINER)["Image"], before["Image"])
        # Trouble that has nothing to do with an image: it is healed, and its image stays.
        other = engine.inspect(OTHER)["Image"]
        engine.docker("kill", OTHER)

        wait_for(lambda: monitoring.firing(alertname="ContainerImageFailing", container=CONTAINER), "the alert", 150)
        wait_for(self.healed, "the rollback", 150)
        after = engine.inspect(CONTAINER)
        self.assertEqual(after["Image"], before["Image"])
        self.assertEqual(after["Args"], before["Args"])
        wait_for(lambda: rig.stack.answers(CONTAINER), "the program of the previous image", 30)
        wait_for(lambda: not monitoring.firing(alertname="ContainerImageFailing"), "a quiet alert", 30)

        self.assertIsNone(self.rollback(OTHER))
        self.assertEqual(engine.inspect(OTHER)["Image"], other)
        self.assertTrue(rig.stack.answers(OTHER))


if __name__ == "__main__":
    become_root()
    unittest.main()
