"""The sub-commands of kip that documents, units and scripts name must be known to `kip --help`."""

import re
import subprocess

import tree

NAMED = re.compile(r"(?:(?:\S*/)kip|\"?\$\{?kip\}?\"?)\s+([a-z][a-z-]+)\b")
SPOKEN = re.compile(r"(?:^|[`$(|&;]\s*|\s{2})kip\s+([a-z][a-z-]+)\b")


def commands_of(text, markdown):
    """(line, sub-command) of what is meant to be typed: in Markdown only what stands in code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if markdown and line.lstrip().startswith("```"):
            fenced = not fenced
            continue
        shown = (
            [line]
            if fenced or not markdown or line.startswith("    ")
            else ["`" + s for s in re.findall(r"`([^`]+)`", line)]
        )
        for piece in shown:
            for pattern in ((NAMED, SPOKEN) if markdown else (NAMED,)):
                for match in pattern.finditer(piece):
                    yield number, match.group(1)


def known(program):
    run = subprocess.run(
        [program, "--help"], capture_output=True, text=True, check=False, timeout=20
    )
    return set(re.findall(r"^\s{1,8}([a-z][a-z-]+)\b", run.stdout + run.stderr, re.MULTILINE))


def check(root, paths, program):
    help_words = known(program)
    if not help_words:
        return [("kip", 1, "commands", "--help lists no sub-command")]
    problems = []
    for path in paths:
        script = path.startswith(("deploy/", "tests/", ".ci/")) and not path.endswith(
            (".py", ".cc", ".h")
        )
        if not path.endswith(".md") and not script:
            continue
        text = tree.read(root, path)
        for number, word in commands_of(text or "", path.endswith(".md")):
            if word not in help_words:
                problems.append((path, number, "commands", f"'kip {word}' is no sub-command"))
    return problems
