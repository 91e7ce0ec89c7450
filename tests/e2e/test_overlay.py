"""What runs here is what is shipped: only addresses, paths, secrets and intervals differ."""

import re
import unittest
from pathlib import Path
from typing import Any, Dict, List

from e2e import overlay

PLACES = overlay.Places(
    config=Path("/run-folder/config"),
    data=Path("/run-folder/data"),
    logs=Path("/run-folder/logs"),
    docker_host="unix:///run-folder/docker.sock",
    healer_data=Path("/run-folder/healer"),
    policy_file=Path("/run-folder/policy.json"),
    token_file=Path("/run-folder/token"),
    trading_token_file=Path("/run-folder/trading-token"),
    exporter=1,
    healer=2,
    prometheus=3,
    alertmanager=4,
    stack={container: 5 for container in overlay.SHIPPED_PORTS.values()},
)
INTERVALS = re.compile(
    r"cadence\.normal|global\.(scrape_interval|scrape_timeout|evaluation_interval)|route\.routes\.\d\.group_interval|reconcile_interval"
    r"|policy\.(relax_after|watchdog_timeout)|guards\.(startup_grace|parent_settle|storm\.calm)"
    r"|playbooks\.\d\.(cooldown|cooldown_max|verify\.(healthy_for|within|every)|accepts\.\d+)"
)


def flat(tree: Any, path: str = "") -> Dict[str, Any]:
    """Every leaf by its path."""
    if isinstance(tree, dict) and tree:
        return {key: value for name, item in tree.items() for key, value in flat(item, f"{path}.{name}").items()}
    if isinstance(tree, list) and tree:
        return {key: value for index, item in enumerate(tree) for key, value in flat(item, f"{path}.{index}").items()}
    return {path.lstrip("."): tree}


def local(value: Any) -> bool:
    """Whether it is an address or a path of this machine."""
    return isinstance(value, str) and (value.startswith(("http://127.0.0.1:", "127.0.0.1:")) or "/" in value)


class OverlayTest(unittest.TestCase):
    def differences(self, shipped: Any, laid_over: Any) -> List[str]:
        before, after = flat(overlay.load(shipped) if isinstance(shipped, str) else shipped), flat(laid_over)
        self.assertEqual(before.keys(), after.keys(), "nothing is added and nothing is left out")
        return [path for path in before if before[path] != after[path] and not (local(before[path]) and local(after[path]))]

    def test_nothing_is_left_out_but_probes_of_servers_that_are_stand_ins(self) -> None:
        shipped = overlay.load("deploy/config/exporter.yml")["collectors"]["probes"]["probes"]
        here = overlay.exporter_config(PLACES, True)["collectors"]["probes"]["probes"]
        left_out = {probe["name"] for probe in shipped} - {probe["name"] for probe in here}
        self.assertEqual(left_out, {"postgres", "quantum.db"})

    def test_with_production_intervals_only_addresses_and_paths_differ(self) -> None:
        exporter = overlay.without_stand_ins(overlay.load("deploy/config/exporter.yml"))
        self.assertEqual(self.differences(exporter, overlay.exporter_config(PLACES, True)), [])
        self.assertEqual(self.differences("deploy/config/healer.yml", overlay.healer_config(PLACES, True)), [])
        for file in overlay.playbook_files():
            self.assertEqual(self.differences(f"deploy/config/{file}", overlay.playbooks(file, PLACES, True)), [])
        self.assertEqual(self.differences("deploy/prometheus/prometheus.yml", overlay.prometheus_config(PLACES, True)), [])
        alertmanager = overlay.alertmanager_config(PLACES, True)
        self.assertEqual(self.differences("deploy/alertmanager/alertmanager.yml", alertmanager), [])

    def test_otherwise_intervals_differ_too_and_nothing_else(self) -> None:
        exporter = overlay.without_stand_ins(overlay.load("deploy/config/exporter.yml"))
        differing = self.differences(exporter, overlay.exporter_config(PLACES, False))
        differing += self.differences("deploy/config/healer.yml", overlay.healer_config(PLACES, False))
        for file in overlay.playbook_files():
            differing += self.differences(f"deploy/config/{file}", overlay.playbooks(file, PLACES, False))
        differing += self.differences("deploy/prometheus/prometheus.yml", overlay.prometheus_config(PLACES, False))
        differing += self.differences("deploy/alertmanager/alertmanager.yml", overlay.alertmanager_config(PLACES, False))
        self.assertTrue(differing)
        self.assertEqual([path for path in differing if not INTERVALS.fullmatch(path)], [])

    def test_every_shipped_address_and_path_is_replaced(self) -> None:
        for laid_over in (
            overlay.exporter_config(PLACES, True),
            overlay.healer_config(PLACES, True),
            *(overlay.playbooks(file, PLACES, True) for file in overlay.playbook_files()),
            overlay.prometheus_config(PLACES, True),
            overlay.alertmanager_config(PLACES, True),
        ):
            for path, value in flat(laid_over).items():
                if isinstance(value, str):
                    self.assertNotRegex(value, r"^/(var|etc|run)/|:9(869|870|090|093)\b|/var/run/docker", path)


if __name__ == "__main__":
    unittest.main()
