"""deploy/city as data: its files, its compose file, its units, and the tools that look at them."""

import glob
import os
import re
import shutil
import subprocess

from checks import Skipped

ROLES = ("ingest", "engine", "notifier")


class City:
    def __init__(self, checks):
        self.checkout = os.path.dirname(os.path.dirname(checks.kip.config))
        self.folder = os.path.join(self.checkout, "deploy", "city")
        self.compose_file = os.path.join(self.folder, "compose.yaml")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def read(self, *names):
        with open(self.path(*names), encoding="utf-8") as file:
            return file.read()

    def yaml(self, *names):
        try:
            import yaml
        except ImportError:
            raise Skipped("PyYAML is not here: tests/install --tests") from None
        return yaml.safe_load(self.read(*names))

    def services(self):
        return self.yaml("compose.yaml")["services"]

    def kip_services(self):
        found = {n: s for n, s in self.services().items() if s["image"].startswith("kip:")}
        assert found, "no service of Kịp in the compose file"
        return found

    def units(self):
        found = sorted(glob.glob(self.path("systemd", "*.service")))
        assert found, "no unit"
        return found

    def tool(self, name):
        """The program, from the PATH or from where tests/install unpacks it."""
        tools = os.path.join(self.checkout, "build", "tools")
        places = [os.path.join(tools, "bin"), os.path.join(tools, "venv", "bin")]
        found = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *places]))
        if found is None:
            raise Skipped(f"{name} is not here: tests/install --tests")
        return found


def run(*args, **options):
    """The exit code and all that was said."""
    done = subprocess.run(
        args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    return done.returncode, done.stdout


def filled_in(text):
    """As compose fills it in with an empty environment: ${NAME:-default} and $$."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text).replace("$$", "$")
