#!/usr/bin/python3 -B
"""Stands in for docker-compose where it is not installed: the commands that salus-healer gives, on a real engine, for services
with container_name, build, command, depends_on, volumes and network_mode. SALUS_COMPOSE names a real one for the tests."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import yaml


def docker(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["/usr/bin/docker", *arguments], capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        sys.exit(f"ERROR: {done.stderr.strip()}")
    return done.stdout.strip()


def in_order(services: Dict[str, Any]) -> List[str]:
    done: List[str] = []
    while len(done) < len(services):
        done += [name for name, each in services.items() if name not in done and set(each.get("depends_on", [])) <= set(done)]
    return done


def main() -> None:
    parser = argparse.ArgumentParser(prog="docker-compose")
    parser.add_argument("-f", "--file", action="append", required=True)
    parser.add_argument("-p", "--project-name")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("config").add_argument("-q", "--quiet", action="store_true")
    commands.add_parser("build").add_argument("--no-cache", action="store_true")
    commands.add_parser("stop").add_argument("-t", "--timeout", default="10")
    down = commands.add_parser("down")
    down.add_argument("-v", "--volumes", action="store_true")
    down.add_argument("-t", "--timeout", default="10")
    up = commands.add_parser("up")
    for flag in ("--detach", "--no-build", "--force-recreate"):
        up.add_argument(flag, action="store_true")
    up.add_argument("-t", "--timeout", default="10")
    asked = parser.parse_args()

    if "DOCKER_HOST" not in os.environ:
        sys.exit("ERROR: no DOCKER_HOST")
    file = Path(asked.file[0])
    try:
        document = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        sys.exit(f"ERROR: {error}")
    project = asked.project_name or file.parent.name
    services: Dict[str, Any] = document["services"]
    order = in_order(services)

    if asked.command == "build":
        for name in order:
            context = services[name].get("build")
            if context:
                docker("build", "--no-cache", "--tag", f"{project}_{name}", str((file.parent / context).resolve()))
    if asked.command in ("stop", "down"):
        for name in reversed(order):
            docker("stop", "--time", asked.timeout, services[name]["container_name"], check=False)
    if asked.command == "down":
        for name in order:
            docker("rm", "--force", "--volumes", services[name]["container_name"], check=False)
        for volume in document.get("volumes") or {} if asked.volumes else {}:
            docker("volume", "rm", f"{project}_{volume}")
    if asked.command == "up":
        for name in order:
            service = services[name]
            docker("rm", "--force", service["container_name"], check=False)
            mounts = [f"--volume={project}_{mount}" for mount in service.get("volumes", [])]
            image = service.get("image") or f"{project}_{name}"
            network = f"--network={service.get('network_mode', 'none')}"
            docker("run", "--detach", f"--name={service['container_name']}", network, *mounts, image, *service.get("command", []))


main()
