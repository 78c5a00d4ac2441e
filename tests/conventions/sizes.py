"""Sizes: source 400 lines, header 150, function 70, line 100 columns; a ratchet for what is larger.

ratchet.txt holds a line for each exception, `kind path[:name] size`. It may shrink and never grow.
A function is counted from the line of its opening brace to that of its closing one, both included.
"""

import os
import re

import tree

RATCHET = "tests/conventions/ratchet.txt"
LIMITS = {"source": 400, "header": 150, "function": 70, "line": 100}
AFTER_PARAMETERS = re.compile(
    r"^\s*(?:const\b|noexcept\b|override\b|final\b|mutable\b|try\b|&&?|\s)*"
    r"(?:->\s*[\w:<>,&*\s()]+)?$"
)
CONTROL = re.compile(r"^(?:if|for|while|switch|catch|return)\b")


def last_parenthesis(text):
    """(start, end) of the last parenthesis pair at the outermost level, or None."""
    depth, start, pair = 0, 0, None
    for i, c in enumerate(text):
        if c == "(":
            if depth == 0:
                start = i
            depth += 1
        elif c == ")" and depth > 0:
            depth -= 1
            if depth == 0:
                pair = (start, i + 1)
    return pair


def first_name(text):
    plain, before = text, None
    while plain != before:  # std::function<void(int)> f( is called f
        before, plain = plain, re.sub(r"<[^<>]*>", "", plain)
    match = re.search(r"(operator\s*[^\s\w(]+|[~\w:]+)\s*\(([^()]*)", plain)
    if not match:
        return "?"
    name = match.group(1).strip(":").replace(" ", "")
    if name.startswith(("TEST", "TYPED_TEST")):
        return ".".join(p.strip() for p in match.group(2).split(","))
    return name


def kind_of(head):
    """What a brace opens, judged by the text before it: namespace, type, function or value."""
    head = re.sub(
        r"^\s*(?:(?:public|private|protected)\s*:|template\s*<[^{]*?>\s*(?=\w))\s*", "", head
    ).strip()
    if re.match(r"^(?:inline\s+)?namespace\b|^extern\b\s*$", head):
        return "namespace"
    pair = last_parenthesis(head)
    if pair and AFTER_PARAMETERS.match(head[pair[1] :]) and not CONTROL.match(head):
        equals = re.search(r"(?<!operator)(?<![=!<>])=(?!=)", head[: head.find("(")])
        return "value" if equals else "function"
    if re.search(r"\b(?:class|struct|union|enum)\b", head):
        return "type"
    return "value"


def functions(text):
    """(name, first line, lines) of every function body; what is nested inside one counts to it."""
    code = re.sub(
        r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*",
        lambda m: re.sub(r"[^\n]", " ", m.group()),
        tree.blank(text),
        flags=re.MULTILINE,
    )
    stack, head, line = [], "", 1
    for c in code:
        if c == "\n":
            line += 1
        if c == "{":
            inside = any(kind == "function" for kind, _, _ in stack)
            kind = "block" if inside else kind_of(head)
            stack.append((kind, head, line))
            head = head if kind == "value" else ""
        elif c == "}":
            kind, before, start = stack.pop() if stack else ("block", "", line)
            if kind == "function":
                yield first_name(before), start, line - start + 1
            # after `a_{1}` of an initialiser list the head goes on
            head = before + "()" if kind == "value" else ""
        elif c == ";":
            head = ""
        elif not stack or stack[-1][0] != "value":
            head += c


def measure(root, paths):
    """key -> (size, line) of everything over its limit; key is 'kind path[:name]'."""
    over = {}
    for path in tree.cpp_files(paths):
        text = tree.read(root, path)
        lines = text.splitlines()
        kind = "header" if path.endswith(".h") else "source"
        if len(lines) > LIMITS[kind]:
            over[f"{kind} {path}"] = (len(lines), 1)
        for name, start, size in functions(text):
            key = f"function {path}:{name}"
            if size > max(LIMITS["function"], over.get(key, (0, 0))[0]):
                over[key] = (size, start)
    for path in paths:
        if path.endswith((".h", ".cc", ".py", ".cmake", "CMakeLists.txt")) or is_script(root, path):
            text = tree.read(root, path) or ""
            raw = tree.raw_string_lines(text) if path.endswith((".h", ".cc")) else set()
            long = [
                n
                for n, l in enumerate(text.splitlines(), 1)
                if len(l) > LIMITS["line"] and n not in raw
            ]
            if long:
                over[f"line {path}"] = (len(long), long[0])
    return over


def is_script(root, path):
    if "." in path.rsplit("/", 1)[-1]:
        return path.endswith(".sh")
    with open(os.path.join(root, path), "rb") as file:
        return file.read(2) == b"#!"


def read_ratchet(root):
    entries = {}
    path = os.path.join(root, RATCHET)
    if os.path.exists(path):
        for number, line in enumerate(tree.read(root, RATCHET).splitlines(), 1):
            if line and not line.startswith("#"):
                key, size = line.rsplit(" ", 1)
                entries[key] = (int(size), number)
    return entries


def text_of(key, size):
    kind = key.split(" ")[0]
    if kind == "line":
        return f"{size} lines over {LIMITS['line']} columns"
    what = key.split(":", 1)[1] + " has" if kind == "function" else "has"
    return f"{what} {size} lines, the limit of a {kind} is {LIMITS[kind]}"


def check(root, paths):
    over, allowed = measure(root, paths), read_ratchet(root)
    for key, (size, line) in sorted(over.items()):
        path = key.split(" ", 1)[1].split(":", 1)[0]
        if key not in allowed:
            yield path, line, "size", text_of(key, size)
        elif size > allowed[key][0]:
            was = allowed[key][0]
            yield path, line, "size", f"{text_of(key, size)}; it had {was} and may not grow"
    for key, (_, number) in sorted(allowed.items()):
        if key not in over:
            yield RATCHET, number, "ratchet", f"'{key}' is within its limit now: remove the line"


def update(root, paths):
    """Writes the ratchet anew; whoever reviews sees in the diff what grew."""
    comment = (
        "# What is over its limit today (sizes.py): kind path[:name] size. It may shrink, never\n"
        "# grow. Written by tests/conventions/check.py --update.\n"
    )
    with open(os.path.join(root, RATCHET), "w", encoding="utf-8") as file:
        file.write(comment)
        for key, (size, _) in sorted(measure(root, paths).items()):
            file.write(f"{key} {size}\n")
