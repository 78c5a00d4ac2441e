"""Who may include whom. The order of the libs is the table of libs/README.md:

    | # | lib | its one responsibility | may use |
    | 3 | `calendar` | ... | base, config |

A lib may use what its last cell names, base, and itself; it names only libs of rows above it.
"""

import os
import re

import tree

TABLE = "libs/README.md"
ROW = re.compile(r"^\|\s*\d+\s*\|\s*`(\w+)`\s*\|.*\|([^|]*)\|\s*$")
NO_LIB = {"", "-", "—", "–", "std", "only", "none", "nothing", "proto"}
# A service is thin, but it may name the types that `app` hands on.
SERVICES_USE = {"app", "base", "contract", "rules", "sample", "store", "stream"}

# Outside libraries: what an #include starts with, and who may write it (libs, or folders).
THIRD_PARTY = [
    ("yaml-cpp/", {"config"}),
    ("google/protobuf/", {"contract", "tests/simulation"}),
    ("kip/v1/", {"contract", "tests/simulation"}),
    ("rocksdb/", {"store"}),
    ("librdkafka/", {"stream", "tests"}),
    ("prometheus/", {"app", "telemetry"}),
    ("openssl/x509_vfy.h", {"base", "stream", "tests"}),  # names of what librdkafka hands on
    ("openssl/", {"base", "tests"}),
    ("boost/asio", {"web"}),
    ("boost/beast", {"web"}),
    ("boost/url", {"web"}),
    ("boost/json", {"contract", "sample", "web", "notify", "app", "tests"}),
    ("curl/", {"notify"}),
    ("kainjow/", {"messages", "notify"}),
    ("boost/", {"web"}),
    ("zlib.h", {"contract", "web"}),
    ("zip.h", {"directory"}),
    ("pugixml.hpp", {"directory"}),
    ("CLI/", {"app", "services"}),
]
TEST_ONLY = ("gtest/", "gmock/", "fuzzer/")

# No thread, file, socket, clock or chance in here: time and chance are arguments.
PURE = {
    "base",
    "config",
    "calendar",
    "workitem",
    "subjects",
    "registry",
    "directory",
    "rules",
    "forecast",
    "alerting",
    "messages",
    "engine",
    "sample",
    "contract",
}
IMPURE_HEADERS = {
    "thread",
    "mutex",
    "shared_mutex",
    "condition_variable",
    "future",
    "semaphore",
    "latch",
    "barrier",
    "stop_token",
    "fstream",
    "filesystem",
}
# contract reads the files of an import, zipped or not.
# directory unpacks a table of people from bytes that are handed in.
PURE_EXCEPT = {"contract": {"fstream", "filesystem", "zlib.h"}, "directory": {"zip.h"}}
IMPURE_CALLS = re.compile(
    r"::now\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)"
    r"|\b(?:gettimeofday|clock_gettime|localtime|localtime_r|random_device|srand|getenv)\b"
    r"|(?<![\w:.>])rand\s*\("
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_table(root):
    """(rows, problems): rows is lib -> the libs it may use, in the order of the table."""
    rows, problems = {}, []
    path = os.path.join(root, TABLE)
    if not os.path.exists(path):
        return rows, [
            (TABLE, 1, "layering", "missing: the table of libs is the order that is checked")
        ]
    text = tree.read(root, TABLE)
    for number, line in enumerate(text.splitlines(), 1):
        match = ROW.match(line)
        if not match:
            continue
        uses = set()
        for word in re.split(r"[\s,`;]+", match.group(2)):
            if word == "all":
                uses |= set(rows)
            elif word in rows:
                uses.add(word)
            elif word not in NO_LIB:
                problems.append(
                    (
                        TABLE,
                        number,
                        "layering",
                        f"'{match.group(1)}' may use '{word}', which is no lib of a row above it",
                    )
                )
        rows[match.group(1)] = uses | ({"base"} if "base" in rows else set()) | {match.group(1)}
    if not rows:
        problems.append((TABLE, 1, "layering", "has no row like: | 1 | `base` | ... | std only |"))
    return rows, problems


def owner(path):
    """The lib or folder that a file belongs to: 'calendar', 'services', 'tests/simulation'."""
    parts = path.split("/")
    if parts[0] == "libs":
        return parts[1]
    return "/".join(parts[:2]) if parts[0] == "tests" and len(parts) > 2 else parts[0]


def third_party_problem(path, name):
    if name.startswith(TEST_ONLY):
        return None if tree.is_test(path) else f"<{name}> is for tests only"
    who = owner(path)
    for prefix, allowed in THIRD_PARTY:
        if name.startswith(prefix):
            if who in allowed or who.split("/")[0] in allowed:
                return None
            return f"'{who}' includes <{name}>: only {', '.join(sorted(allowed))} may"
    if "/" in name and not name.endswith(".h"):
        return (
            f"<{name}> is of no library known here (THIRD_PARTY in tests/conventions/layering.py)"
        )
    return None


def pure_problem(path, name):
    who = owner(path)
    if not path.startswith("libs/") or who not in PURE or tree.is_test(path):
        return None
    if name in PURE_EXCEPT.get(who, set()) or name.startswith("openssl/"):
        return None
    if name in IMPURE_HEADERS:
        return f"'{who}' is pure: no <{name}>"
    if name.endswith(".h") and not name.startswith(("google/", "kip/", "yaml-cpp/")):
        return f"'{who}' is pure: no system header <{name}>"
    return None


def lib_problem(root, path, name, rows, libs):
    """An include in quotes: "lib/header.h" from the root of libs, of services or of tests."""
    first = name.split("/")[0]
    who = owner(path)
    if name.startswith("kip/v1/"):
        return third_party_problem(path, name)
    if path.startswith("services/") and os.path.exists(os.path.join(root, "services", name)):
        return None
    if first not in libs or "/" not in name:
        return (
            None if tree.is_test(path) else f'"{name}": includes start at libs/, as in "{who}/x.h"'
        )
    if path.startswith("services/") and first not in SERVICES_USE:
        return f"services may use {', '.join(sorted(SERVICES_USE))}, not '{first}'"
    if path.startswith("libs/") and who in rows and first not in rows[who]:
        return f"'{who}' may not use '{first}' ({TABLE})"
    return None


def check_includes(root, path, rows, libs):
    text = tree.read(root, path)
    code = tree.blank(text).splitlines()
    lines = text.splitlines()
    for number, line in enumerate(code, 1):
        match = INCLUDE.match(lines[number - 1]) if re.match(r"\s*#\s*include", line) else None
        if match:
            name = match.group(2)
            if match.group(1) == '"':
                problem = lib_problem(root, path, name, rows, libs)
            else:
                problem = third_party_problem(path, name) or pure_problem(path, name)
            if problem:
                yield path, number, "layering", problem
        elif owner(path) in PURE and path.startswith("libs/") and not tree.is_test(path):
            call = IMPURE_CALLS.search(line)
            if call:
                yield path, number, "pure", f"'{owner(path)}' is pure: no {call.group().strip()}"


def check_cmake(root, path, rows):
    text = re.sub(r"#[^\n]*", "", tree.read(root, path))
    for match in re.finditer(r"kip_lib\s*\(\s*(\w+)([^)]*)\)", text):
        number = text.count("\n", 0, match.start()) + 1
        lib, words = match.group(1), match.group(2).split()
        deps, inside = [], False
        for word in words:
            if word.isupper():
                inside = word == "DEPS"
            elif inside:
                deps.append(word)
        if lib not in rows:
            yield path, number, "layering", f"'{lib}' has no row in {TABLE}"
            continue
        for dep in deps:
            if dep == "proto" and lib != "contract":
                yield path, number, "layering", f"'{lib}' links proto: only contract may"
            elif dep != "proto" and dep not in rows[lib]:
                yield path, number, "layering", f"'{lib}' may not link '{dep}' ({TABLE})"


def check(root, paths):
    rows, problems = read_table(root)
    libs = {p.split("/")[1] for p in paths if p.startswith("libs/") and p.count("/") > 1}
    for lib in sorted(set(rows) - libs):
        problems.append((TABLE, 1, "layering", f"names '{lib}', which is no folder of libs"))
    for path in tree.cpp_files(paths):
        problems += check_includes(root, path, rows, libs)
    for path in paths:
        if path.startswith("libs/") and path.endswith("CMakeLists.txt") and rows:
            problems += check_cmake(root, path, rows)
    return problems
