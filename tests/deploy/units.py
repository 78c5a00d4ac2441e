#!/usr/bin/env python3
"""The systemd units: systemd finds nothing wrong with them, and little that they may do.

units.py KIP CHECKOUT
"""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped, main, part  # noqa: E402
from city import City, run  # noqa: E402

EXPOSURE_MOST = 30  # of 100, in tenths; what listens and writes a folder is at 13
SYSTEM = "/usr/lib/systemd/system"


class Root:
    """A system of its own below a folder: Debian's units, ours, and programs to start."""

    def __init__(self, folder, city):
        self.folder = folder
        shutil.copytree(SYSTEM, folder + SYSTEM, symlinks=True)
        self.ours = os.path.join(folder, "etc/systemd/system")
        os.makedirs(self.ours)
        for unit in city.units():
            shutil.copy(unit, self.ours)
        for program in ("usr/bin/kip", "bin/kill"):
            path = os.path.join(folder, program)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                out.write("#!/bin/sh\n")
            os.chmod(path, 0o755)

    def drop_in(self, unit, file):
        os.makedirs(os.path.join(self.ours, unit + ".d"))
        shutil.copy(file, os.path.join(self.ours, unit + ".d"))

    def verify(self, unit):
        instance = unit.replace("@.", "@01.")
        return run("systemd-analyze", "verify", "--man=no", f"--root={self.folder}", instance)

    def security(self, unit):
        how = ["--no-pager", "--offline=true", f"--threshold={EXPOSURE_MOST}"]
        return run("systemd-analyze", "security", *how, f"--root={self.folder}", unit)


def test(checks):
    city = City(checks)
    if shutil.which("systemd-analyze") is None or not os.path.isdir(SYSTEM):
        raise Skipped("there is no systemd here")
    units = [os.path.basename(path) for path in city.units()]
    plain, secured = (Root(checks.path(name), city) for name in ("plain", "secured"))
    for unit in units:
        part(unit)
        code, said = plain.verify(unit)
        checks.expect(f"verified {said}".strip(), code == 0 and not said)
        secured.drop_in(unit, city.path("systemd", "kip-tls.conf"))
        code, said = secured.verify(unit)
        checks.expect(f"verified with TLS {said}".strip(), code == 0 and not said)
        code, said = plain.security(unit)
        exposure = re.search(r"exposure level for \S+: ([\d.]+)", said)
        checks.expect(f"exposure {exposure and exposure.group(1)}", code == 0 and exposure)

    part("a unit with a mistake")
    with open(os.path.join(plain.ours, units[0]), "a", encoding="utf-8") as out:
        out.write("\n[Service]\nNoSuchKey=1\n")
    checks.expect("is found", "NoSuchKey" in plain.verify(units[0])[1])

    part("the user")
    if shutil.which("systemd-sysusers") is None:
        raise Skipped("there is no systemd-sysusers here")
    users = city.path("systemd", "kip.sysusers")
    code, said = run("systemd-sysusers", "--dry-run", f"--root={plain.folder}", users)
    checks.expect(f"would be made: {said.strip()}", code == 0 and "kip" in said)


if __name__ == "__main__":
    main(__doc__, test)
