#!/usr/bin/env python3
"""The Dockerfile: hadolint finds nothing, and the image has the libraries of the program.

image.py KIP CHECKOUT
"""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped, main, part  # noqa: E402
from city import City, run  # noqa: E402

# Packages that every Debian has.
ALWAYS = {"libc6", "libgcc-s1"}


def needed(program):
    """Where the libraries are that the program itself names."""
    code, said = run("readelf", "--dynamic", program)
    assert code == 0, said
    names = re.findall(r"\(NEEDED\).*\[(.+)\]", said)
    code, said = run("ldd", program)
    assert code == 0, said
    found = dict(re.findall(r"^\s(\S+) => (\S+)", said, re.MULTILINE))
    return [found[name] for name in names]


def packages_of(paths):
    """A file of the top folders is listed with or without /usr."""
    bare = [path.removeprefix("/usr") for path in paths]
    _, said = run("dpkg-query", "--search", *bare, *("/usr" + path for path in bare))
    pairs = [line.split(": ", 1) for line in said.splitlines() if ": /" in line]
    owners = {path.removeprefix("/usr"): package.split(":")[0] for package, path in pairs}
    return {owners[path] for path in bare} - ALWAYS


def test(checks):
    city = City(checks)
    part("hadolint")
    tool = city.tool("hadolint")
    code, said = run(tool, city.path("Dockerfile"))
    checks.expect(f"nothing to say {said}".strip(), code == 0 and not said)
    bad = checks.path("Dockerfile")
    with open(bad, "w", encoding="utf-8") as out:
        out.write("FROM debian\nRUN apt-get install curl\n")
    checks.expect("it finds what is wrong with another", run(tool, bad)[0] != 0)

    part("the libraries of the image")
    for name in ("readelf", "ldd", "dpkg-query"):
        if shutil.which(name) is None:
            raise Skipped(f"{name} is not here")
    last = city.read("Dockerfile").split("\nFROM ")[-1]
    listed = set(re.findall(r"^ {6}([a-z][a-z0-9.+-]+) \\$", last, re.MULTILINE))
    wanted = packages_of(needed(checks.kip.program))
    checks.expect(f"{len(wanted)} packages; missing: {sorted(wanted - listed)}", wanted <= listed)
    more = listed - wanted - {"ca-certificates"}
    checks.expect(f"none without need: {sorted(more)}", not more)


if __name__ == "__main__":
    main(__doc__, test)
