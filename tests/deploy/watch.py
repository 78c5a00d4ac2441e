#!/usr/bin/env python3
"""Prometheus' and Alertmanager's files are right, and every instance of Kịp is scraped.

watch.py KIP CHECKOUT
"""

import glob
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from city import ROLES, City, run  # noqa: E402


def as_mounted(checks, city):
    """The folder of Prometheus as the compose file makes it; the file in it."""
    folder = checks.path("prometheus")
    rules = os.path.join(city.checkout, "deploy", "prometheus")
    os.makedirs(os.path.join(folder, "rules"))
    for path in glob.glob(os.path.join(rules, "*.rules.yml")):
        shutil.copy(path, os.path.join(folder, "rules"))
    text = city.read("prometheus.yml")
    secret = os.path.join(folder, "prometheus-token")
    with open(secret, "w", encoding="utf-8") as out:
        out.write("0" * 64)
    assert "/run/secrets/prometheus-token" in text
    path = os.path.join(folder, "prometheus.yml")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text.replace("/run/secrets/prometheus-token", secret))
    return path


def test(checks):
    city = City(checks)
    promtool, amtool = city.tool("promtool"), city.tool("amtool")
    part("prometheus.yml")
    path = as_mounted(checks, city)
    code, said = run(promtool, "check", "config", path)
    checks.expect(f"taken\n{said}".strip() if code else "taken", code == 0)
    with open(path, "a", encoding="utf-8") as out:
        out.write("no_such_key: 1\n")
    checks.expect("an unknown key is refused", run(promtool, "check", "config", path)[0] != 0)

    part("alertmanager.yml")
    code, said = run(amtool, "check-config", city.path("alertmanager.yml"))
    checks.expect(f"taken\n{said}".strip() if code else "taken", code == 0)

    part("who is scraped")
    services = city.services()
    roles = {name for name in services if name.startswith(ROLES)}
    scraped = set()
    for job in city.yaml("prometheus.yml")["scrape_configs"]:
        for target in (t for c in job["static_configs"] for t in c["targets"]):
            host = target.split(":")[0]
            known = host in services or host == "localhost"
            checks.expect(f"{job['job_name']}: {target} is a service", known)
            if host in roles:
                scraped.add(host)
                checks.expect("  with a token", "authorization" in job)
    checks.equal("every instance", sorted(scraped), sorted(roles))


if __name__ == "__main__":
    main(__doc__, test)
