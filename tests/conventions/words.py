"""What no file of ours holds, the form of headers, and the names of the top level."""

import re

import tree

TOP = {
    "CMakeLists.txt",
    "CMakePresets.json",
    "README.md",
    "proto",
    "services",
    "libs",
    "deploy",
    "tests",
}

# Written so that this file does not hold them itself.
MARKERS = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME|X{3})\b")
PATHS = re.compile(r"(?<![\w.$}/-])/(?:work|root|home)(?=[/\s\"'`]|$)")
TEMPORARY = re.compile(r"(?<![\w.$}/-])/tmp(?=[/\s\"'`]|$)")
HOSTS = re.compile(
    r"registry[.]npmjs|pypi[.]org|pythonhosted[.]org|crates[.]io|proxy[.]golang"
    r"|repo\d*[.]maven|maven[.]org|(?:deb|security)[.]debian[.]org",
    re.IGNORECASE,
)


def check(root, paths):
    for path in paths:
        top = path.split("/")[0]
        if top not in TOP and not top.startswith("."):
            yield path, 1, "top-level", f"'{top}': only {', '.join(sorted(TOP))} and dotfiles"
        text = tree.read(root, path)
        if text is None:
            continue
        in_tests = path.startswith("tests/") or path.endswith("_test.cc")
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, rule in (
                (MARKERS, "leftover marker"),
                (PATHS, "path of one machine"),
                (HOSTS, "host of a package registry"),
                (None if in_tests else TEMPORARY, "path of one machine"),
            ):
                found = pattern and pattern.search(line)
                if found:
                    yield path, number, "words", f"{rule} '{found.group()}'"
        if path.endswith(".h"):
            lines = text.splitlines() + ["", ""]
            if lines[0] != "#pragma once" or not lines[1].startswith("//"):
                yield path, 1, "header", "begins with '#pragma once' and a comment on what it is"
