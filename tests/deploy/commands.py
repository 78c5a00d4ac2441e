#!/usr/bin/env python3
"""Every command line of Kịp in deploy/city is one that the program takes, options and values; and
the roles take the signals that the units send.

commands.py KIP CHECKOUT

Each is given to the real program with one option more that it cannot know, and must end with that
one as its only complaint: so it was read to its end, and nothing was done.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from city import ROLES, City, filled_in  # noqa: E402
from processes import wait_until  # noqa: E402

UNKNOWN = "--no-such-option"
SPECIFIERS = {"i": "01", "l": "machine", "S": "/var/lib", "d": "/run/credentials/unit"}


def expanded(text):
    return re.sub(r"%(\w)", lambda found: SPECIFIERS[found.group(1)], text)


def settings(text):
    """The variables that a unit or a file of an environment sets."""
    return dict(re.findall(r'^(?:Environment=)?"?(KIP_\w+)=(.*?)"?$', expanded(text), re.MULTILINE))


def words_of(line, values):
    """As systemd splits it: ${NAME} within a word, $NAME into words of its own."""
    words = []
    for word in shlex.split(expanded(line)):
        if re.fullmatch(r"\$\w+", word):
            words += values[word[1:]].split()
        else:
            words.append(re.sub(r"\$\{(\w+)\}", lambda found: values[found.group(1)], word))
    return words


def of_units(city):
    for path in city.units():
        name = os.path.basename(path)
        line = re.search(r"^ExecStart=/usr/bin/kip (.*)$", city.read("systemd", name), re.MULTILINE)
        for how in ("", "kip-tls.conf"):
            texts = [city.read("systemd", name), city.read("systemd", "city.env")]
            texts += [city.read("systemd", how)] if how else []
            values = {key: value for text in texts for key, value in settings(text).items()}
            yield f"{name} {how}".strip(), words_of(line.group(1), values)


def of_compose(city):
    for name, service in city.kip_services().items():
        yield name, [filled_in(word) for word in service["command"]]


def of_image(city):
    entry, command = (
        json.loads(re.search(rf"^{word} (\[.*\])$", city.read("Dockerfile"), re.MULTILINE).group(1))
        for word in ("ENTRYPOINT", "CMD")
    )
    assert entry == ["/usr/bin/kip"]
    yield "Dockerfile", command


def of_readme(city):
    """What stands in blocks of code, beginning with `kip`."""
    for found in re.finditer(r"^ {4}kip (.*?)(?: +#.*)?$", city.read("README.md"), re.MULTILINE):
        any_file = re.sub(r"\bFILE\S*", city.path("README.md"), found.group(1))
        yield "README.md", shlex.split(any_file)


def blocked(pid, number):
    """The program takes this signal when it comes to it."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        mask = re.search(r"^SigBlk:\s*(\w+)$", status.read(), re.MULTILINE)
    return int(mask.group(1), 16) >> (number - 1) & 1


def signals(checks, role):
    """SIGHUP reloads and ends nothing, SIGTERM is an orderly end; without a broker too."""
    command = [checks.kip.program, role, "--config", checks.kip.config, "--kafka", "127.0.0.1:1"]
    command += ["--data", checks.path("data")] if role != "ingest" else []
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until("it takes SIGTERM", lambda: blocked(running.pid, signal.SIGTERM), 30)
    running.send_signal(signal.SIGHUP)
    running.send_signal(signal.SIGTERM)
    checks.equal(f"{role}: exit after SIGHUP and SIGTERM", running.wait(60), 0)


def test(checks):
    city = City(checks)
    lines = [*of_units(city), *of_compose(city), *of_image(city), *of_readme(city)]
    part(f"{len(lines)} command lines")
    for name, words in lines:
        done = checks.kip.run(*words, UNKNOWN)
        said = done.stderr.splitlines()[0] if done.stderr else ""
        only = said == f"The following argument was not expected: {UNKNOWN}"
        checks.expect(f"{name}: kip {' '.join(words)}" + ("" if only else f": {said}"), only)
    wrong = checks.kip.run("topics", "create", "--kafka", "a", "--partitions", "0", UNKNOWN)
    checks.expect("a wrong value is found", "not in range" in wrong.stderr)
    part("signals")
    for role in ROLES:
        signals(checks, role)


if __name__ == "__main__":
    main(__doc__, test)
