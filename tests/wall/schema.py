#!/usr/bin/env python3
"""The dashboards are what Grafana 12.4 says that a dashboard is: @grafana/schema, checked by tsc.

schema.py CHECKOUT
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import dashboards

# An enum of the schema is a TypeScript enum; in JSON it is its text.
HEAD = """import type { Dashboard } from '@grafana/schema';
type Plain<T> = T extends string ? `${T}` : T extends (infer U)[] ? Plain<U>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
"""
OPTIONS = ["--noEmit", "--skipLibCheck", "--strict", "--target", "es2022"]
OPTIONS += ["--module", "esnext", "--moduleResolution", "bundler"]


def tsc(node, folder, dashboard):
    """What tsc has against it; empty: nothing."""
    path = os.path.join(folder, "dashboard.ts")
    with open(path, "w", encoding="utf-8") as out:
        text = json.dumps(dashboard, ensure_ascii=False)
        out.write(f"{HEAD}export const dashboard = {text} satisfies Plain<Dashboard>;\n")
    program = os.path.join(node, "node_modules", "typescript", "bin", "tsc")
    done = subprocess.run(
        ["node", program, *OPTIONS, path], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def planted(dashboard):
    """Breaks it where only the schema knows."""
    broken = json.loads(json.dumps(dashboard))
    broken["panels"][0]["gridPos"]["w"] = "8"
    broken["panels"][0]["fieldConfig"]["defaults"]["thresholds"]["mode"] = "absolut"
    return broken


def main():
    checkout = sys.argv[1]
    node = os.path.join(checkout, "build", "tools", "node")
    if shutil.which("node") is None or not os.path.isdir(os.path.join(node, "node_modules")):
        print("skipped: Grafana's schema is not in build/tools/node: tests/install --tests")
        return 77
    findings = []
    # Beside node_modules, where tsc looks for the schema.
    with tempfile.TemporaryDirectory(dir=node) as folder:
        for name, dashboard in dashboards.all_of(checkout).items():
            words = tsc(node, folder, dashboard)
            findings += [f"{name}: {words}"] if words else []
        words = tsc(node, folder, planted(dashboards.load(checkout, dashboards.WALL)))
        if "'string' is not assignable to type 'number'" not in words or "absolut" not in words:
            findings.append(f"a broken dashboard is not found: {words}")
    print(f"{len(findings)} findings")
    for finding in findings:
        print("finding:", finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
