"""A network of two ends for one test: a namespace with a broker in it, and a wire to it that can be
cut, both ways or one way."""

import os
import shutil
import subprocess

from checks import Skipped

NETS = ("198.51.100", "203.0.113")  # of RFC 5737: nobody's, but some machines use them
CUT = """table inet cut {
  chain out { type filter hook output priority 0; oifname "%s" drop; }
}
"""


def must(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skipped(f"{' '.join(command)}: {done.stderr.strip()}")


class Wire:
    def __init__(self):
        for tool in ("ip", "nft"):
            if shutil.which(tool) is None:
                raise Skipped(f"there is no {tool} here")
        if os.geteuid() != 0:
            raise Skipped("network namespaces need root")
        taken = subprocess.run(["ip", "-4", "route"], capture_output=True, text=True, check=False)
        free = [net for net in NETS if net not in taken.stdout]
        if not free:
            raise Skipped("the addresses for a test network are in use")
        self.outside, self.inside = free[0] + ".1", free[0] + ".2"
        self.space = f"kip-{os.getpid()}"
        self.here, self.there = f"kip{os.getpid() % 10**8}a", f"kip{os.getpid() % 10**8}b"
        self.within = ["ip", "netns", "exec", self.space]

    def __enter__(self):
        try:
            must("ip", "netns", "add", self.space)
            must("ip", "link", "add", self.here, "type", "veth", "peer", "name", self.there)
            must("ip", "link", "set", self.there, "netns", self.space)
            must("ip", "addr", "add", self.outside + "/30", "dev", self.here)
            must("ip", "link", "set", self.here, "up")
            must(*self.within, "ip", "addr", "add", self.inside + "/30", "dev", self.there)
            must(*self.within, "ip", "link", "set", self.there, "up")
            must(*self.within, "ip", "link", "set", "lo", "up")
            self.cut_answers()
            self.heal_answers()
        except Skipped:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for command in (["link", "del", self.here], ["netns", "del", self.space]):
            subprocess.run(["ip", *command], capture_output=True, check=False)

    def cut(self):
        must("ip", "link", "set", self.here, "down")

    def heal(self):
        must("ip", "link", "set", self.here, "up")

    def cut_answers(self):
        """What is asked arrives, what is answered is lost."""
        must(*self.within, "nft", "-f", "-", text=CUT % self.there)

    def heal_answers(self):
        must(*self.within, "nft", "delete", "table", "inet", "cut")
