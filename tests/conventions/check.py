#!/usr/bin/env python3
"""Holds the tree to its conventions; one line for each finding: file:line: rule: what.

    check.py [--root DIR]             all but the commands
    check.py --update                 writes the ratchet of sizes anew
    check.py --commands PROGRAM       are the sub-commands that our texts name known to it?

Exit 0 clean, 1 findings, 77 nothing to check against (the program is not built).
"""

import argparse
import os
import sys

import commands
import layering
import sizes
import tree
import words


def main():
    parser = argparse.ArgumentParser(description="conventions of the tree")
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--root", default=os.path.join(here, "..", ".."))
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--commands", metavar="PROGRAM")
    args = parser.parse_args()
    paths = tree.files(args.root)
    if args.update:
        sizes.update(args.root, paths)
        return 0
    if args.commands:
        if not os.access(args.commands, os.X_OK):
            print(f"skipped: {os.path.basename(args.commands)} is not built")
            return 77
        problems = commands.check(args.root, paths, args.commands)
    else:
        problems = []
        for part in (layering, sizes, words):
            problems += part.check(args.root, paths)
    for path, line, rule, what in problems:
        print(f"{path}:{line}: {rule}: {what}")
    print(f"{len(paths)} files, {len(problems)} findings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
