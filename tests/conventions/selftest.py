#!/usr/bin/env python3
"""The checks can fail: each planted violation is reported at its line, and a clean tree is not."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = "#pragma once\n// What it is.\n"
CLEAN = {
    "libs/README.md": "| # | lib | what | may use |\n|---|---|---|---|\n"
    "| 1 | `base` | errors | std only |\n| 2 | `config` | yaml | base |\n"
    "| 3 | `engine` | machines | base, config |\n| 4 | `web` | pages | base |\n",
    "libs/base/CMakeLists.txt": "kip_lib(base EXTERNAL OpenSSL::Crypto)\n",
    "libs/base/base.h": HEADER + "#include <string>\n",
    "libs/base/base.cc": '#include "base/base.h"\n\n#include <openssl/sha.h>\n// now(), <thread>\n'
    'const char* kText = "steady_clock::now() { {";\n',
    "libs/config/CMakeLists.txt": "kip_lib(config DEPS base EXTERNAL yaml-cpp)\n",
    "libs/config/config.cc": '#include <yaml-cpp/yaml.h>\n\n#include "base/base.h"\n',
    "libs/engine/CMakeLists.txt": "kip_lib(engine DEPS base config)\n",
    "libs/engine/engine.cc": "Engine::Engine(int a) : a_{a}, b_(a) {\n"
    + "  step();\n" * 68
    + "}\n",
    "libs/engine/engine_test.cc": "#include <gtest/gtest.h>\n\n#include <fstream>\n"
    'const char* kRaw = R"(' + "x" * 120 + ')";\n',
    "libs/web/CMakeLists.txt": "kip_lib(web DEPS base)\n",
    "libs/web/web.cc": "#include <boost/asio.hpp>\n\n#include <thread>\n",
    "tests/simulation/oracle.cc": '#include <google/protobuf/any.h>\n#include "engine/engine.h"\n',
    "services/kip/main.cc": '#include "kip/commands.h"\n',
    "services/kip/commands.h": HEADER,
    "deploy/start": "#!/bin/sh\nbuild/release/kip up\n",
    "README.md": "Run `kip up`, then:\n\n```\nkip trace X\n```\n",
    ".clang-format": "BasedOnStyle: Google\n",
}

# (files that replace or add, what must be reported)
PLANTED = [
    (
        {"libs/base/base.h": HEADER + '#include "config/config.h"\n'},
        "libs/base/base.h:3: layering: 'base' may not",
    ),
    (
        {"libs/web/web.cc": '#include "engine/engine.h"\n'},
        "libs/web/web.cc:1: layering: 'web' may not use 'engine'",
    ),
    (
        {"libs/web/web.cc": '#include "web.h"\n'},
        'libs/web/web.cc:1: layering: "web.h": includes start at',
    ),
    (
        {"libs/config/CMakeLists.txt": "kip_lib(config DEPS base engine)\n"},
        "config/CMakeLists.txt:1: layering",
    ),
    (
        {"libs/web/CMakeLists.txt": "kip_lib(web DEPS base proto)\n"},
        "web/CMakeLists.txt:1: layering: 'web' links proto",
    ),
    (
        {"libs/extra/CMakeLists.txt": "kip_lib(extra)\n"},
        "libs/extra/CMakeLists.txt:1: layering: 'extra' has no row",
    ),
    (
        {"libs/README.md": CLEAN["libs/README.md"].replace("| std only |", "| web |")},
        "libs/README.md:3: layering",
    ),
    ({"libs/README.md": "nothing\n"}, "libs/README.md:1: layering: has no row"),
    (
        {"libs/engine/engine.cc": "#include <yaml-cpp/yaml.h>\n"},
        "engine.cc:1: layering: 'engine' includes",
    ),
    (
        {"libs/web/web.cc": "#include <google/protobuf/any.h>\n"},
        "web.cc:1: layering: 'web' includes",
    ),
    ({"libs/web/web.cc": '#include "kip/v1/event.pb.h"\n'}, "web.cc:1: layering: 'web' includes"),
    ({"libs/web/web.cc": "#include <rocksdb/db.h>\n"}, "web.cc:1: layering: 'web' includes"),
    (
        {"libs/web/web.cc": "#include <other/thing.hpp>\n"},
        "web.cc:1: layering: <other/thing.hpp> is of no",
    ),
    (
        {"libs/web/web.cc": "#include <gtest/gtest.h>\n"},
        "web.cc:1: layering: <gtest/gtest.h> is for tests",
    ),
    (
        {"services/kip/main.cc": '#include "engine/engine.h"\n'},
        "main.cc:1: layering: services may use app",
    ),
    (
        {"libs/engine/engine.cc": "#include <thread>\n"},
        "engine.cc:1: layering: 'engine' is pure: no <thread>",
    ),
    (
        {"libs/engine/engine.cc": "#include <sys/socket.h>\n"},
        "engine.cc:1: layering: 'engine' is pure: no system",
    ),
    (
        {"libs/engine/engine.cc": "auto t = std::chrono::steady_clock::now();\n"},
        "engine.cc:1: pure",
    ),
    ({"libs/engine/engine.cc": "auto t = time(nullptr);\n"}, "engine.cc:1: pure"),
    (
        {"libs/engine/engine.cc": "int f() {\n" + "  step();\n" * 69 + "}\n"},
        "engine.cc:1: size: f has 71 lines",
    ),
    (
        {
            "libs/engine/engine.cc": "Engine::Engine(int a) : a_{a}, b_(a) {\n"
            + "  step();\n" * 69
            + "}\n"
        },
        "engine.cc:1: size: Engine::Engine has 71 lines",
    ),
    (
        {"libs/engine/engine_test.cc": "TEST(Engine, Steps) {\n" + "  { }\n" * 70 + "}\n"},
        "engine_test.cc:1: size: Engine.Steps has 72 lines",
    ),
    ({"libs/engine/engine.cc": "\n" * 401}, "engine.cc:1: size: has 401 lines"),
    ({"libs/base/base.h": HEADER + "\n" * 149}, "base.h:1: size: has 151 lines"),
    ({"libs/web/web.cc": "//" + "x" * 99 + "\n"}, "web.cc:1: size: 1 lines over"),
    (
        {
            "libs/web/web.cc": "\n" * 420,
            "tests/conventions/ratchet.txt": "source libs/web/web.cc 410\n",
        },
        "web.cc:1: size: has 420 lines, the limit of a source is 400; it had 410 and may not grow",
    ),
    (
        {"tests/conventions/ratchet.txt": "# why\nsource libs/web/web.cc 410\n"},
        "ratchet.txt:2: ratchet",
    ),
    ({"libs/base/base.h": "// What it is.\n#pragma once\n"}, "base.h:1: header"),
    ({"libs/base/base.h": "#pragma once\n\n#include <string>\n"}, "base.h:1: header"),
    (
        {"deploy/start": "#!/bin/sh\ncat /wo" + "rk/x\n"},
        "deploy/start:2: words: path of one machine",
    ),
    (
        {"deploy/start": '#!/bin/sh\ncat "/t' + 'mp/x"\n'},
        "deploy/start:2: words: path of one machine",
    ),
    ({"README.md": "see pypi" + ".org\n"}, "README.md:1: words: host of a package registry"),
    ({"libs/web/web.cc": "// TO" + "DO: later\n"}, "web.cc:1: words: leftover marker"),
    ({"scripts/x": "x\n"}, "scripts/x:1: top-level: 'scripts'"),
]
COMMANDS = [
    ({"README.md": "Run `kip fly`.\n"}, "README.md:1: commands: 'kip fly'"),
    (
        {"deploy/start": "#!/bin/sh\nbuild/release/kip fly --now\n"},
        "deploy/start:2: commands: 'kip fly'",
    ),
    ({"deploy/start": '#!/bin/sh\n"$kip" fly --now\n'}, "deploy/start:2: commands: 'kip fly'"),
]
PROGRAM = "#!/bin/sh\nprintf 'Usage: kip COMMAND\\n  up     runs\\n  trace  tells why\\n'\n"


def run(files, options=()):
    """The output of the checker over a tree made of `files`."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        program = os.path.join(root, "build", "kip")
        os.makedirs(os.path.dirname(program))
        with open(program, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        os.chmod(program, 0o755)
        options = [program if o == "PROGRAM" else o for o in options]
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "check.py"), "--root", root, *options],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def main():
    failed = 0
    for options, planted in (((), PLANTED), (("--commands", "PROGRAM"), COMMANDS)):
        code, output = run(CLEAN, options)
        if code != 0:
            failed += 1
            print(f"a clean tree is reported:\n{output}")
        for change, expected in planted:
            code, output = run({**CLEAN, **change}, options)
            if code != 1 or expected not in output:
                failed += 1
                print(f"not reported (exit {code}): {expected}\n{output}")
    code, output = run(CLEAN, ("--commands", "nowhere/kip"))
    if code != 77:
        failed += 1
        print(f"a program that is not built must be a skip, not exit {code}")
    print(f"{len(PLANTED) + len(COMMANDS)} planted violations, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
