"""The files of the tree, and C++ text with its comments and strings blanked out."""

import os
import re
import subprocess

NOT_OURS = {".git", "build", "kip-demo", "__pycache__"}
INPUTS = ("/corpus/", "/testdata/")  # of tests: bytes that need not be well formed
CODE_ROOTS = ("libs", "services", "tests")


def files(root):
    """Paths of our files relative to `root`: what git tracks or would; else what is there."""
    git = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
        check=False,
    )
    own_git = os.path.exists(os.path.join(root, ".git"))
    if git.returncode == 0 and own_git:
        found = [p for p in git.stdout.decode().split("\0") if p]
    else:
        found = []
        for folder, folders, names in os.walk(root):
            folders[:] = [d for d in folders if d not in NOT_OURS]
            found += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    ours = (p for p in found if not any(part in "/" + p for part in INPUTS))
    return sorted(p for p in ours if os.path.isfile(os.path.join(root, p)))


def read(root, path):
    """The text of a file, or None where it is no text."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="replace")


def cpp_files(paths):
    return [p for p in paths if p.split("/")[0] in CODE_ROOTS and p.endswith((".h", ".cc"))]


def is_test(path):
    """Test code: tests/, x_test.cc, and the helpers of tests that lie beside them."""
    name = path.rsplit("/", 1)[-1]
    return path.startswith("tests/") or name.endswith("_test.cc") or name.startswith("test")


TOKEN = re.compile(
    r"//[^\n]*"
    r"|/\*.*?\*/"
    r'|(?:u8|[uUL])?R"(?P<raw>[^ ()\\\n]{0,16})\(.*?\)(?P=raw)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


def blank(text):
    """C++ text of the same shape, with spaces for every comment, string and character."""
    return TOKEN.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def raw_string_lines(text):
    """Line numbers that lie inside a raw string: no formatter can break them."""
    lines = set()
    for match in TOKEN.finditer(text):
        if match.group("raw") is not None:
            first = text.count("\n", 0, match.start()) + 1
            lines.update(range(first, first + match.group().count("\n") + 1))
    return lines
