#!/usr/bin/env python3
"""The compose file is one for docker-compose, without an engine: nothing is pulled or started.

compose.py KIP CHECKOUT
"""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from city import ROLES, City, run  # noqa: E402


def wall(checks, city, grafana):
    """What the provisioned files count on: folders in the container, variables."""
    places = {volume.split(":")[1] for volume in grafana["volumes"]}
    files = glob.glob(city.path("..", "grafana", "provisioning", "*", "*.yaml"))
    checks.expect(f"{len(files)} files of provisioning", len(files) > 1)
    for path in files:
        for provider in city.yaml(path).get("providers", []):
            folder = provider["options"]["path"]
            checks.expect(f"dashboards are mounted at {folder}", folder in places)
        for name in re.findall(r"\$\{(KIP_\w+)\}", city.read(path)):
            checks.expect(f"{name} is set", name in grafana["environment"])


def test(checks):
    city = City(checks)
    tool = city.tool("docker-compose")
    part("docker-compose config")
    code, said = run(tool, "-f", city.compose_file, "config", "-q")
    checks.expect(f"taken {said}".strip(), code == 0 and not said)
    bad = checks.path("compose.yaml")
    with open(bad, "w", encoding="utf-8") as out:
        out.write(city.read("compose.yaml").replace("cap_drop:", "cap_dropped:"))
    checks.expect("an unknown key is refused", run(tool, "-f", bad, "config", "-q")[0] != 0)

    part("what it says")
    services = city.services()
    for name, service in services.items():
        image = service["image"]
        pinned = re.search(r":v?\d+\.\d+\.\d+$", image) is not None
        checks.expect(f"{name}: {image} is pinned", pinned)
        for port in service.get("ports", []):
            checks.expect(f"{name}: {port} on loopback only", port.startswith("127.0.0.1:"))
    for role in ROLES:
        several = [n for n in services if n.startswith(role)]
        checks.expect(f"{len(several)} instances of {role}", len(several) > 1)
    roles = {name: s["command"] for name, s in services.items() if name.startswith(ROLES)}
    members = [command[command.index("--member") + 1] for command in roles.values()]
    checks.equal("members of their own", sorted(members), sorted(roles))
    keeping = ("engine", "notifier", "kafka")
    keepers = [s["volumes"] for name, s in services.items() if name.startswith(keeping)]
    data = [volume for volumes in keepers for volume in volumes if not volume.startswith(".")]
    checks.equal("no two keep their data in one volume", len(data), len(set(data)))

    part("what it takes from this tree")
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                checks.expect(f"{name}: {source} is there", os.path.exists(city.path(source)))
    wall(checks, city, services["grafana"])


if __name__ == "__main__":
    main(__doc__, test)
