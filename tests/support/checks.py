"""What a test program of real processes prints, and how it ends: 0, 1 on a finding, 77 skipped."""

import argparse
import os
import sys
import tempfile
import time

from processes import Kip

FULL = os.environ.get("KIP_FULL") == "1"
BRIEF = os.environ.get("KIP_BRIEF") == "1" and not FULL  # a sanitizer build
SKIPPED = 77


class Skipped(Exception):
    """It cannot run here; the text says why."""


class Checks:
    def __init__(self, kip, folder):
        self.kip, self.folder, self.findings = kip, folder, []

    def path(self, name):
        return os.path.join(self.folder, name)

    def expect(self, what, ok):
        print(f"  {'ok  ' if ok else 'FAIL'} {what}", flush=True)
        if not ok:
            self.findings.append(what)

    def equal(self, what, got, want):
        self.expect(f"{what}: {got}" + ("" if got == want else f" instead of {want}"), got == want)

    def clean(self, what, audit):
        self.expect(f"{what}: audit of {audit.items} items clean", audit.clean)
        if not audit.clean:
            print(audit.words)


def part(words):
    print(words, flush=True)


def run(description, test):
    """`test` takes the Checks; the command line is KIP CHECKOUT."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("kip")
    parser.add_argument("checkout")
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kip-process-") as folder:
        checks = Checks(Kip(os.path.abspath(args.kip), args.checkout, folder), folder)
        try:
            test(checks)
        except Skipped as why:
            print(f"skipped: {why}")
            if not checks.findings:
                return SKIPPED
    print(f"{time.monotonic() - began:.0f} s")
    for finding in checks.findings:
        print("finding:", finding)
    return 1 if checks.findings else 0


def main(description, test):
    sys.exit(run(description, test))
