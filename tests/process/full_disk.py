#!/usr/bin/env python3
"""A disk that fills: kip stops by itself, says why, and has what it answered for after a restart.

    full_disk.py KIP CHECKOUT

The data lie on a small tmpfs in a mount namespace of this test's own, which goes with the last
process in it. Skipped where that is not permitted.

| part | what runs out | who notices |
|---|---|---|
| ahead | slowly, by the events themselves | the look before each write |
| at once | every free byte, taken from outside in one go | whoever writes next |
| files | room for another file (inodes): free bytes as ever | RocksDB, by ENOSPC |
| cut | a limit on the size of a file: the log's write is cut in the middle | RocksDB, by EFBIG |
"""

import concurrent.futures
import os
import resource
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, Skipped, main, part
from feeders import Feeders, missing
from processes import Audit, Up, wait_until

MIB = 1 << 20
RESERVE = 64 * MIB  # store/rocks_store.h
EXIT_STOPPED = 3
INSIDE = "KIP_TEST_NAMESPACE"


class Disk:
    """A tmpfs as long as it is entered. Its ballast is what others have filled it with."""

    def __init__(self, checks, name, size, inodes=0):
        self.path = checks.path(name)
        self.ballast, self.hoard = self.inside("ballast"), self.inside("hoard")
        os.mkdir(self.path)
        options = f"size={size}" + (f",nr_inodes={inodes}" if inodes else "")
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path]
        done = subprocess.run(mount, capture_output=True, text=True)
        if done.returncode != 0:
            raise Skipped(f"no tmpfs can be mounted: {done.stderr.strip()}")

    def inside(self, name):
        return os.path.join(self.path, name)

    def free(self):
        disk = os.statvfs(self.path)
        return disk.f_bavail * disk.f_frsize

    def fill(self, leave=0):
        """Takes all free bytes but so many."""
        with open(self.ballast, "ab") as file:
            while True:
                size = self.free() - leave
                if size <= 0:
                    return
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), size)
                except OSError:  # somebody else was quicker; what is left now?
                    pass

    def fill_inodes(self):
        os.mkdir(self.hoard)
        try:
            for number in range(1 << 20):
                os.mknod(os.path.join(self.hoard, str(number)))
        except OSError:
            return

    def relieve(self):
        if os.path.exists(self.ballast):
            os.unlink(self.ballast)
        shutil.rmtree(self.hoard, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.path], check=False, capture_output=True)


def stops(checks, up, feeders, words):
    """It ends by itself while it is fed: the exit code, and one of `words` on stderr."""
    code = up.exit()
    feeders.stop()
    said = up.last_words().strip()
    checks.equal("exit", code, EXIT_STOPPED)
    known = any(word in said for word in words)
    checks.expect(f"its last words: {said}", known and said.startswith("kip: "))
    taken = len(feeders.accepted)
    checks.expect(f"{taken} events answered with 202, {feeders.refused} with 503", taken > 0)


def comes_back(checks, data, feeders):
    with Up(checks.kip, data, clock="wall") as up:
        lost = missing(up.client(), feeders.accepted)
        checks.equal(f"of {len(feeders.accepted)} accepted events missing", len(lost), 0)
        checks.equal("exit after SIGTERM", up.stop(), 0)
    checks.clean("after the restart", Audit(checks.kip, data))


def ahead(checks, disk):
    data = disk.inside("data")
    with Up(checks.kip, data, clock="wall") as up, Feeders(up.port, 2) as feeders:
        wait_until("events are taken", lambda: len(feeders.accepted) > 500)
        disk.fill(RESERVE + 16 * MIB)
        stops(checks, up, feeders, ["disk full: "])
    free = disk.free() / MIB  # what the log had set aside for itself is given back at the end
    checks.expect(f"{free:.0f} MiB were free then", free > RESERVE / MIB / 2)
    disk.fill(RESERVE - MIB)
    with Up(checks.kip, data, clock="wall") as up:
        checks.expect("it does not start again on the full disk", up.port is None)
        code = up.stop() if up.port else up.exit()
        checks.equal("exit", code, EXIT_STOPPED)
        said = up.last_words().strip()
        checks.expect(f"its words: {said}", "disk full" in said)
    disk.relieve()
    comes_back(checks, data, feeders)


def at_once(checks, disk, number):
    data = disk.inside("data")
    target = 1_000 + 4_000 * (number % 5)  # the store flushes after some 9,000
    with Up(checks.kip, data, clock="wall") as up, Feeders(up.port, 2) as feeders:
        wait_until("events are taken", lambda: len(feeders.accepted) > target)
        disk.fill()
        free = disk.free()  # now: a compaction that ends gives some back
        stops(checks, up, feeders, ["disk full: ", "No space left"])
    checks.expect(f"{free / MIB:.0f} MiB were free then", free < RESERVE)
    disk.relieve()
    comes_back(checks, data, feeders)


def files(checks, disk):
    data = disk.inside("data")
    with Up(checks.kip, data, clock="wall") as up, Feeders(up.port, 2) as feeders:
        wait_until("events are taken", lambda: len(feeders.accepted) > 1_000)
        disk.fill_inodes()
        stops(checks, up, feeders, ["No space left"])
    free = disk.free() / MIB
    checks.expect(f"{free:.0f} MiB were free: the look ahead saw nothing", free > RESERVE / MIB)
    disk.relieve()
    comes_back(checks, data, feeders)


def cut(checks):
    part("cut: a write of the log stops in its middle")
    data = checks.path("cut")
    limit = 3 * MIB + 1234  # no block's end

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that write() says EFBIG

    options = {"preexec_fn": limited, "restore_signals": False}
    with Up(checks.kip, data, clock="wall", **options) as up, Feeders(up.port, 2) as feeders:
        stops(checks, up, feeders, ["File too large"])
    size = max(entry.stat().st_size for entry in os.scandir(os.path.join(data, "db")))
    checks.expect(f"the largest file has {size} bytes of {limit}", limit / 2 < size <= limit)
    comes_back(checks, data, feeders)


def test(checks):
    cut(checks)  # needs no disk of its own
    if os.environ.get(INSIDE) != "1":
        raise Skipped("no mount namespace here; 'cut' ran")
    part("ahead: the events fill the disk")
    with Disk(checks, "ahead", 192 * MIB) as disk:
        ahead(checks, disk)
    rounds = 10 if FULL else 3
    part(f"at once: every free byte taken from outside, {rounds} times")
    for number in range(rounds):
        with Disk(checks, f"at-once-{number}", 600 * MIB) as disk:
            at_once(checks, disk, number)
    part("files: no room for another file")
    with Disk(checks, "files", 600 * MIB, inodes=300) as disk:
        files(checks, disk)


def enter_namespace():
    """Runs this program again where it may mount; goes on here where that is not possible."""
    for how in (["unshare", "-m"], ["unshare", "-rm"]):
        try:
            can = subprocess.run(
                [*how, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
            )
        except OSError:
            return
        if can.returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp(how[0], [*how, sys.executable, *sys.argv])


if __name__ == "__main__":
    if os.environ.get(INSIDE) != "1":
        enter_namespace()
    main(__doc__, test)
