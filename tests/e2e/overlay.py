"""The shipped configuration with other addresses, paths, secrets and intervals, and nothing else changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import urlsplit

import yaml

from e2e import web
from e2e.folder import RunFolder

SOURCE = Path(__file__).resolve().parents[2]

# Where the shipped files say that the stack keeps its data and logs.
SHIPPED_DATA = "/var/lib/quantum"
SHIPPED_LOGS = "/var/log/quantum"
# And the exporter its state.
SHIPPED_STATE = "/var/lib/salus-exporter"
# And the healer its reports.
SHIPPED_REPORTS = "/var/lib/salus/reports"


@dataclass(frozen=True)
class Places:
    """What differs on this machine."""

    config: Path  # the folder of the overlaid files
    data: Path  # instead of SHIPPED_DATA
    logs: Path  # instead of SHIPPED_LOGS
    docker_host: str
    healer_data: Path
    policy_file: Path
    token_file: Path
    trading_token_file: Path
    exporter: int  # ports
    healer: int
    prometheus: int
    alertmanager: int
    stack: Mapping[str, int]  # ports by container
    chat_url_file: Optional[Path] = None  # where notices go, beside the log

    @classmethod
    def without_a_stack(cls, folder: RunFolder) -> "Places":
        """In the run's folder, on free ports: there is no Docker Engine, and nothing answers for the containers."""
        exporter, healer, prometheus, alertmanager, nobody = web.free_ports(5)
        return cls(
            config=folder.directory("config"),
            data=folder.directory("data"),
            logs=folder.directory("log"),
            docker_host=f"unix://{folder.path}/no-engine.sock",
            healer_data=folder.directory("healer"),
            policy_file=folder.file("policy", "policy.json"),
            token_file=folder.file("secrets", "token"),
            trading_token_file=folder.file("secrets", "trading-token"),
            exporter=exporter,
            healer=healer,
            prometheus=prometheus,
            alertmanager=alertmanager,
            stack={container: nobody for container in SHIPPED_PORTS.values()},
        )


# Where the shipped files say that the stack's servers listen, and which container each is.
SHIPPED_PORTS = {6379: "quantum_redis", 8001: "quantum_ai_engine", 80: "quantum_nginx", 8000: "quantum_trading_bot"}
# Servers that this stack has stand-ins for, which do not speak their protocol: there is nothing to probe.
STAND_INS = ("postgres", "sqlite")


def load(path: str) -> Any:
    return yaml.safe_load((SOURCE / path).read_text())


def replace_prefixes(value: Any, prefixes: Dict[str, str]) -> Any:
    """The same tree with the beginnings of its strings replaced."""
    if isinstance(value, dict):
        return {key: replace_prefixes(item, prefixes) for key, item in value.items()}
    if isinstance(value, list):
        return [replace_prefixes(item, prefixes) for item in value]
    if isinstance(value, str):
        for old, new in prefixes.items():
            if value == old or value.startswith(old + "/"):
                return new + value[len(old) :]
    return value


def without_stand_ins(exporter_config: Any) -> Any:
    """The configuration with probes only of what is there."""
    probes = exporter_config["collectors"]["probes"]
    probes["probes"] = [probe for probe in probes["probes"] if probe["kind"] not in STAND_INS]
    return exporter_config


def probed_here(probe: Dict[str, Any], stack: Mapping[str, int]) -> Dict[str, Any]:
    """The probe with the port that its server has on this machine."""
    for key in ("address", "url"):
        if key in probe:
            shipped = urlsplit(probe[key] if key == "url" else f"//{probe[key]}").port
            probe[key] = probe[key].replace(f":{shipped}", f":{stack[SHIPPED_PORTS[shipped or 0]]}")
    return probe


def exporter_config(places: Places, production_intervals: bool) -> Any:
    config = without_stand_ins(load("deploy/config/exporter.yml"))
    if not production_intervals:
        config["cadence"]["normal"] = config["cadence"]["critical"]
    for probe in config["collectors"]["probes"]["probes"]:
        probed_here(probe, places.stack)
    config.setdefault("docker", {})["host"] = places.docker_host
    state = places.healer_data.parent / "exporter"
    return replace_prefixes(
        config, {SHIPPED_DATA: str(places.data), SHIPPED_LOGS: str(places.logs), SHIPPED_STATE: str(state)}
    )


def healer_config(places: Places, production_intervals: bool) -> Any:
    config = load("deploy/config/healer.yml")
    config |= {
        "alertmanager_url": f"http://127.0.0.1:{places.alertmanager}",
        "prometheus_url": f"http://127.0.0.1:{places.prometheus}",
        "exporter_url": f"http://127.0.0.1:{places.exporter}",
        "token_file": str(places.token_file),
        "data_dir": str(places.healer_data),
        "docker_host": places.docker_host,
    }
    config["policy"]["file"] = str(places.policy_file)
    if "trading" in config:
        bot = f"http://127.0.0.1:{places.stack['quantum_trading_bot']}"
        config["trading"] |= {"url": bot, "token_file": str(places.trading_token_file)}
    config["reports"]["folder"] = str(places.healer_data / "reports")
    if places.chat_url_file is not None:
        config["notifiers"] = [{"name": "operations", "kind": "discord", "url_file": str(places.chat_url_file)}]
        # Stories follow each other closely: none of what they report is to be in a digest.
        config.setdefault("notifications", {})["max_per_minute"] = 200
    if not production_intervals:
        shorten(config)
    return config


def playbook_files() -> List[Path]:
    """Those that the shipped healer.yml names, below its folder."""
    folder = SOURCE / "deploy/config"
    patterns = load("deploy/config/healer.yml")["playbook_files"]
    return [path.relative_to(folder) for pattern in patterns for path in sorted(folder.glob(pattern))]


def playbooks(file: Path, places: Places, production_intervals: bool) -> Any:
    config = load(f"deploy/config/{file}")
    for playbook in config["playbooks"]:
        for rung in playbook["rungs"]:
            parameters = probed_here(rung.get("parameters", {}), places.stack)
            if not parameters:
                continue
            rung["parameters"] = replace_prefixes(
                parameters,
                {
                    SHIPPED_DATA: str(places.data),
                    SHIPPED_LOGS: str(places.logs),
                    SHIPPED_REPORTS: str(places.healer_data / "reports"),
                },
            )
        if not production_intervals:
            shorten_playbook(playbook)
            playbook["accepts"] = [without_this_machine(alert) for alert in playbook["accepts"]]
    return config


def without_this_machine(alert: str) -> str:
    """A name that no alert has, for those about the machine: it may be busy, and its load is no part of any story."""
    return f"{alert}Elsewhere" if alert.startswith("Host") else alert


def shorten(config: Any) -> None:
    """Intervals for a demonstration: what takes minutes in production takes seconds."""
    config["reconcile_interval"] = "5s"
    config["policy"] |= {"relax_after": "3s", "watchdog_timeout": "15s"}
    config["guards"] |= {"startup_grace": "2s", "parent_settle": "3s"}
    config["guards"]["storm"]["calm"] = "5s"


def shorten_playbook(playbook: Any) -> None:
    if playbook.get("acts_on", "container") != "container" or "task" in playbook:
        return  # tasks are done within seconds as they are shipped; how busy this machine is, is no matter of seconds
    playbook |= {"cooldown": "1s", "cooldown_max": "1s"}
    if playbook["name"] == "auto_heal":
        return  # the logs' rules look back over minutes, whatever the intervals
    playbook.setdefault("verify", {}).update({"healthy_for": "3s", "within": "8s", "every": "500ms"})


def prometheus_config(places: Places, production_intervals: bool) -> Any:
    config = load("deploy/prometheus/prometheus.yml")
    shipped_folder = SOURCE / "deploy/prometheus"
    config["rule_files"] = [str(shipped_folder / pattern) for pattern in config["rule_files"]]
    config["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{places.alertmanager}"]}]
    ports = {
        "salus-exporter": places.exporter,
        "salus-healer": places.healer,
        "prometheus": places.prometheus,
        "alertmanager": places.alertmanager,
    }
    for job in config["scrape_configs"]:
        job["static_configs"] = [{"targets": [f"127.0.0.1:{ports[job['job_name']]}"]}]
    if not production_intervals:
        config["global"] |= {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    return config


def alertmanager_config(places: Places, production_intervals: bool) -> Any:
    config = load("deploy/alertmanager/alertmanager.yml")
    for route in config["route"]["routes"]:
        # Shorter than the interval of evaluation, as it is shipped.
        if route["receiver"] == "healer" and not production_intervals:
            route["group_interval"] = "200ms"
    for receiver in config["receivers"]:
        for webhook in receiver.get("webhook_configs", []):
            webhook["url"] = f"http://127.0.0.1:{places.healer}/api/v1/alerts"
            webhook["http_config"]["authorization"]["credentials_file"] = str(places.token_file)
    return config


def write(places: Places, production_intervals: bool) -> None:
    """Writes every file into places.config."""
    places.config.mkdir(parents=True, exist_ok=True)
    files = {
        "exporter.yml": exporter_config(places, production_intervals),
        "healer.yml": healer_config(places, production_intervals),
        "prometheus.yml": prometheus_config(places, production_intervals),
        "alertmanager.yml": alertmanager_config(places, production_intervals),
    }
    for file in playbook_files():
        (places.config / file).parent.mkdir(exist_ok=True)
        files[str(file)] = playbooks(file, places, production_intervals)
    for name, content in files.items():
        (places.config / name).write_text(yaml.safe_dump(content, sort_keys=False))
    (places.config / "subsystems.yml").write_bytes((SOURCE / "deploy/config/subsystems.yml").read_bytes())
