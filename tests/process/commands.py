#!/usr/bin/env python3
"""What the commands answer to wrong usage, and what they say of what they did.

    commands.py KIP CHECKOUT

Exit codes: 0 done, 1 findings, 2 wrong usage, 3 `up` cannot go on.
"""

import datetime
import json
import os
import re
import shutil
import signal
import socket
import struct
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part
from feeders import instant
from processes import Up, wait_until
from rocks import Rocks

DONE, FINDINGS, USAGE, STOPPED = 0, 1, 2, 3
FULL_ITEM = 5_000  # the events that one item may have
TOLD = "2026-11-20T02:00:00Z"
LATER = "2026-11-21T02:00:00Z"


def event(item, number, at=TOLD):
    return json.dumps(
        {
            "event_id": f"{item}.{number}",
            "source": "urn:kip:test:commands",
            "item_id": item,
            "kind": "WORK_KIND_DOSSIER",
            "status": "WORK_STATUS_ACCEPTED",
            "unit_id": "van-phong",
            "occurred_at": at,
        }
    )


def full_item(count):
    """So many events of one item, in order: none of them makes the history be folded anew."""
    begin = datetime.datetime(2026, 11, 19, tzinfo=datetime.timezone.utc)
    at = [begin + datetime.timedelta(seconds=n) for n in range(count)]
    return [event("full", n, instant(at[n])) for n in range(count)]


def indicator(number):
    data = {
        "event_id": f"i{number}",
        "source": "urn:kip:test:commands",
        "indicator_id": "disbursement-rate",
        "value": 1,
        "as_of": TOLD,
    }
    return json.dumps({"indicator": data, "ingested_at": TOLD})


class Commands:
    def __init__(self, checks):
        self.checks, self.kip = checks, checks.kip
        self.data = checks.path("data")
        self.file = self.kip.file("few.jsonl", [event(f"HS-{n}", 1) for n in range(3)])

    def run(self, code, words, *args):
        """Its exit code and, of what it says on stderr, these words; gives the process."""
        done = self.kip.run(*args)
        ok = done.returncode == code and re.search(words, done.stderr) is not None
        said = " | ".join(done.stderr.strip().splitlines())[-200:]
        wanted = "" if ok else f" instead of {code} '{words}'"
        shown = " ".join(args).replace(self.checks.folder + "/", "")
        self.checks.expect(f"kip {shown}: exit {done.returncode}{wanted}: {said}", ok)
        return done

    def imports(self, *args):
        """Its figures."""
        done = self.run(DONE, "", "import", "--json", "--clock", "log", "--registry", "open", *args)
        return json.loads(done.stdout)


def wrong_usage(commands):
    part("wrong usage is 2")
    data, file = commands.data, commands.file
    commands.imports("--data", data, file)
    for args, words in (
        (["up", "--data", "new", "--until", LATER], "--until needs --clock log"),
        (["import", "--data", "new", "--until", LATER, file], "--until needs --clock log"),
        (["up", "--data", "new", "--http", "0.0.0.0:18999"], "token_file"),
        (["up", "--data", "new", "--http", ":18451"], "HOST:PORT"),
        (["up", "--data", "new", "--http", "nobody.example:80"], "no IP address"),
        (["up", "--data", "new", "--token-file", "/nonexistent"], "/nonexistent"),
        (["up", "--data", "new", "--feed", "/nonexistent"], "/nonexistent"),
        (["up", "--data", "new", "--config", "/nonexistent"], "/nonexistent"),
        (["up", "--data", "new", "--clock", "noon"], "--clock"),
        (["up", "--data", file], "no folder"),
        (["up", "--data", data, "--shards", "7"], "shards"),
        (["import", "--data", "new", "/nonexistent"], "/nonexistent"),
        (["check", "--config", "/nonexistent"], "/nonexistent"),
        (["people", "import", "/nonexistent"], "/nonexistent"),
        (["people", "list", "--config", "/nonexistent"], "/nonexistent"),
        (["people", "list", "--at", "noon"], "--at"),
        (["test-message", "van-phogn"], "nearest: van-phong"),
        (["audit", "--data", "/nonexistent"], "/nonexistent"),
        (["audit", "--data", data, "--config", "/nonexistent"], "/nonexistent"),
        (["trace", "HS-1", "--data", "/nonexistent"], "/nonexistent"),
        (["dead", "list", "--data", "/nonexistent"], "/nonexistent"),
        (["trace", "HS-9", "--data", data], "nearest: HS-"),
        (["dead", "show", "abc", "--data", data], "abc"),
        (["dead", "show", "99", "--data", data], "no dead letter"),
        (["messages", "list", "--data", "/nonexistent"], "/nonexistent"),
        (["messages", "who", "--data", "/nonexistent"], "/nonexistent"),
        (["messages", "again", "--data", "new", "m", "outbox"], "new"),
        (["messages", "again", "--data", data, "m", "outbox"], "no delivery of 'm'"),
        (["backup", "--data", "/nonexistent", "--to", "new"], "/nonexistent"),
        (["backup", "--data", data, "--to", data], "not empty"),
        (["restore", "--from", "/nonexistent", "--data", "new"], "/nonexistent"),
        (["replay", file, "--alerts", "-"], "stdout"),
        (["replay", file, "--alerts", "/nonexistent/a"], "/nonexistent/a"),
        (["replay", file, "--alerts", file], "is read"),
        (["replay", file, "--items", f"{os.path.dirname(file)}/./few.jsonl"], "is read"),
        (["replay", file, "--refused", file], "is read"),
        (["replay", file, "--items", "new", "--refused", "new"], "files of their own"),
        (["import", "--data", "new", file, "--refused", file], "is read"),
        (["backtest", "--test", file], "--train is required"),
        (["backtest", "--train", file], "--test is required"),
        (["backtest", "--train", "/nonexistent", "--test", file], "/nonexistent"),
        (["backtest", "--train", file, "--test", file, "--scores", "-"], "stdout"),
        (["backtest", "--train", file, "--test", file, "--scores", file], "is read"),
        (["backtest", "--train", file, "--test", file, "--scores", "/nonexistent/s"], "/nonexist"),
        (["help", "nothing"], "nothing"),
        (["nothing"], "nothing"),
    ):
        new = commands.checks.path("new")
        commands.run(USAGE, words, *(new if arg == "new" else arg for arg in args))
        if os.path.exists(new):
            commands.checks.expect("nothing was touched", False)
            shutil.rmtree(new)
    with open(file, encoding="utf-8") as read:
        commands.checks.equal("lines of the file that was not to be written", len(list(read)), 3)


def other_codes(commands):
    part("3 is only of `up`")
    data = commands.data
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = commands.run(STOPPED, "in use", "up", "--data", data, "--http", address)
    commands.checks.expect("it does not say that it can go on", "Chạy lại" not in done.stdout)


def help_and_version(commands):
    part("help and version")
    checks = commands.checks
    version = commands.run(DONE, "", "version").stdout
    checks.expect(version.strip(), re.fullmatch(r"kip \d+\.\d+\.\d+\n", version) is not None)
    checks.equal("--version", commands.run(DONE, "", "--version").stdout, version)
    as_json = json.loads(commands.run(DONE, "", "version", "--json").stdout)
    checks.equal("--json", "kip " + as_json["version"], version.strip())
    shown = commands.run(DONE, "", "help").stdout
    checks.expect("help lists the commands", all(name in shown for name in ("import", "restore")))
    checks.expect("of one", "--until" in commands.run(DONE, "", "help", "import").stdout)
    bare = commands.run(USAGE, "restore", *[])
    checks.equal("bare kip says the same, on stderr", (bare.stdout, bare.stderr), ("", shown))


def audits(commands):
    part("an audit that could not look at everything is not clean")
    checks, data = commands.checks, commands.data
    clean = json.loads(commands.run(DONE, "^$", "audit", "--json", "--data", data).stdout)
    checks.equal("differences", clean["differences"], 0)
    checks.equal("not checked", clean["not_checked"], [])
    other = commands.kip.changed_config(30)
    args = ["audit", "--data", data, "--config", other]
    said = commands.run(FINDINGS, "another configuration", *args).stdout
    checks.expect("the closing line says so", "CHƯA kiểm tra" in said.splitlines()[-1])
    partly = json.loads(commands.run(FINDINGS, "", *args, "--json").stdout)
    checks.equal("not checked", partly["not_checked"], ["states", "counters"])
    for name in ("items", "state_digest", "totals_digest", "alerts_digest", "differences"):
        checks.equal(name, partly[name], clean[name])
    with Up(commands.kip, data, clock="log", config=other) as up:
        checks.equal("exit after SIGTERM", up.stop(), 0)
        checks.equal("on stderr", up.last_words(), "")
    commands.run(DONE, "^$", *args)
    commands.run(DONE, "^$", "audit", "--data", data)  # it knows what it was settled under
    args = ["audit", "--data", data, "--config", commands.kip.config]
    commands.run(FINDINGS, "another configuration", *args)


def formats(commands):
    part("data of a newer state format is refused with words, of an older one brought up")
    checks, data, file = commands.checks, commands.checks.path("format"), commands.file
    commands.imports("--data", data, file)
    told = json.loads(commands.run(DONE, "", "version", "--json").stdout)["state_format"]
    number = ("meta", b"format")

    def say(format_now):
        Rocks().put(os.path.join(data, "db"), *number, struct.pack(">Q", format_now))

    say(told + 1)
    words = f"state format {told + 1}, .*use a newer kip"
    saved = checks.path("format-saved")
    for code, args in (
        (USAGE, ["up", "--data", data]),
        (USAGE, ["import", "--data", data, file]),
        (FINDINGS, ["audit", "--data", data]),
        (FINDINGS, ["trace", "HS-1", "--data", data]),
        (FINDINGS, ["dead", "list", "--data", data]),
        (FINDINGS, ["dead", "show", "0", "--data", data]),
        (USAGE, ["backup", "--data", data, "--to", saved]),
    ):
        commands.run(code, words, *args)
    say(1)
    commands.run(DONE, "^$", "audit", "--data", data)
    commands.run(DONE, "", "backup", "--data", data, "--to", saved)
    commands.run(DONE, "", "restore", "--from", saved, "--data", checks.path("format-again"))
    for folder in (data, checks.path("format-again")):
        figures = commands.imports("--data", folder, file)
        checks.equal("all known after it was brought up", figures["repeats"], 3)
        commands.run(DONE, "^$", "audit", "--data", folder)


def refusals(commands):
    part("what a shard refuses is listed and counted")
    checks = commands.checks
    lines = full_item(FULL_ITEM + 2) + ["{}"]
    file = commands.kip.file("full.jsonl", lines)
    figures = commands.imports("--data", checks.path("full"), file)
    checks.equal("taken", figures["taken"], FULL_ITEM)
    checks.equal("refused by the door", figures["refused"], 1)
    checks.equal("refused by the shard", figures["refused_by_shard"], 2)
    data = checks.path("full-words")
    args = ["--clock", "log", "--registry", "open", "--data", data, file]
    said = commands.run(DONE, "3 bị từ chối(.|\n)*history_events", "import", *args).stdout
    checks.expect("in words", "5.003 sự kiện: 5.000 nhận, 0 trùng, 3 bị từ chối" in said)
    args = ["replay", file, "--registry", "open"]
    done = commands.run(DONE, "3 bị từ chối(.|\n)*history_events", *args, "--json")
    figures = json.loads(done.stdout)
    checks.equal("events replayed", figures["events"], FULL_ITEM + 2)
    checks.equal("of them refused by the shard", figures["refused_by_shard"], 2)
    checks.equal("refused by the door", figures["refused"], 1)


def refused_files(commands):
    part("all that is refused is in the file of --refused")
    checks = commands.checks
    lines = ["{}"] * 30 + full_item(FULL_ITEM + 25)
    file = commands.kip.file("many.jsonl", lines)
    into = ["--clock", "log", "--data", checks.path("many")]
    for command, more in (("import", into), ("replay", [])):
        to = checks.path(command + ".refused")
        args = [command, file, "--registry", "open", *more]
        commands.run(DONE, r"… và 10 nữa \(--refused FILE(.|\n)*… và 5 nữa", *args)
        if command == "import":
            more[-1] = checks.path("many-again")
        args = [command, file, "--registry", "open", *more, "--refused", to]
        commands.run(DONE, "… và 10 nữa .*" + os.path.basename(to), *args)
        with open(to, encoding="utf-8") as told:
            rows = [json.loads(line) for line in told]
        checks.equal("rows and events", len(rows), 30 + 25)
        door = [row for row in rows if "line" in row]
        checks.equal("lines of rows", [row["line"] for row in door], list(range(1, 31)))
        checks.equal("their file", {row["file"] for row in door}, {file})
        named = {"code", "field", "reason"}
        checks.expect("each with code, field, reason", all(named <= set(row) for row in rows))
        shard = {(row["item_id"], row["code"]) for row in rows if "item_id" in row}
        checks.equal("events of the full item", shard, {("full", "history_events")})
    args = ["replay", file, "--registry", "open", "--refused"]
    commands.run(USAGE, "cannot write", *args, checks.path("no/such/folder"))


def quiet_rules(commands):
    part("a replay names every configured rule but those that look at other items")
    args = ["replay", commands.file, "--registry", "open"]
    figures = json.loads(commands.run(DONE, "", *args, "--json").stdout)
    with open(os.path.join(commands.kip.config, "rules.yaml"), encoding="utf-8") as lines:
        configured = set(re.findall(r"^ *- rule: (\w+)", lines.read(), re.MULTILINE))
    commands.checks.expect("there are rules", len(configured) > 1)
    wanted = configured - {"blocked", "likely_late"}
    commands.checks.equal("those of rules.yaml", set(figures["rules"]), wanted)
    nothing = {"flagged": 0, "late_flagged": 0}
    nothing |= {"recall": None, "precision": None, "lead_days_median": None}
    commands.checks.equal("one that raised nothing", figures["rules"]["due_soon"], nothing)
    commands.checks.expect("in words", "due_soon" in commands.run(DONE, "", *args).stdout)


def too_little_to_learn(commands):
    part("a backtest that has not enough data says so, and gives the share of late items")
    checks = commands.checks
    rows = [json.loads(event(f"HS-{n}", 1)) for n in range(4)]
    for row in rows:
        row.update(received_at=TOLD, due_at="2026-11-20T14:00:00Z")
    lines = [json.dumps(row) for row in rows] + [event("z", 1, LATER)]
    train = commands.kip.file("train.jsonl", lines)
    test = commands.kip.file("test.jsonl", [json.dumps({**rows[0], "item_id": "HS-9"})])
    scores = checks.path("scores.csv")
    args = ["backtest", "--train", train, "--test", test, "--scores", scores]
    said = commands.run(DONE, "", *args).stdout
    checks.expect("in words", "not enough data" in said)
    figures = json.loads(commands.run(DONE, "", *args, "--json").stdout)
    got = tuple(figures[name] for name in ("items", "train_items", "train_late", "enough_data"))
    checks.equal("and as JSON", got, (1, 4, 4, False))
    with open(scores, encoding="utf-8") as lines:
        text = lines.read()
    got = text.splitlines()
    want = ["item_id,point,scored_at,probability"]
    for point, at in (("0.25", "05"), ("0.5", "08"), ("0.75", "11")):
        want.append(f"HS-9,{point},2026-11-20T{at}:00:00Z,0.833333")  # (4 + 1) / (4 + 2)
    checks.equal("scores", got, want)
    broken = commands.kip.file("broken.csv", ["item_id", "HS-1"])
    args = ["backtest", "--train", train, "--test", broken, "--scores", scores]
    commands.run(FINDINGS, "occurred_at is missing", *args)
    with open(scores, encoding="utf-8") as lines:
        checks.equal("a test log that cannot be read empties no old file", lines.read(), text)
    both = commands.run(DONE, "", "backtest", "--train", train, "--test", train).stdout
    checks.expect("items of both logs", "5 items stand in both logs: not learned from" in both)


def rows_left_out(commands):
    part("rows after --until; indicators count as taken, and as repeats when they come again")
    checks, data = commands.checks, commands.checks.path("until")
    lines = [event("HS-1", 1), event("HS-2", 1), event("HS-3", 1, LATER), indicator(1)]
    file = commands.kip.file("until.jsonl", lines)
    for number, taken in ((1, 3), (2, 0)):
        figures = commands.imports("--data", data, "--until", "2026-11-20T03:00:00Z", file)
        got = {name: figures[name] for name in ("taken", "repeats", "beyond_until", "refused")}
        want = {"taken": taken, "repeats": 3 - taken, "beyond_until": 1, "refused": 0}
        checks.equal(f"import {number}", got, want)
    until = ["--until", "2026-11-20T03:00:00Z", "--registry", "open", "--json"]
    figures = json.loads(commands.run(DONE, "", "replay", file, *until).stdout)
    got = (figures["events"], figures["beyond_until"])
    checks.equal("replayed and left out", got, (2, 1))


def calendar_ends(commands):
    part("the operator is told that the calendar ends, and what is counted without it")
    checks = commands.checks
    year = datetime.date.today().year
    config = checks.path("config-short")
    shutil.copytree(commands.kip.config, config)
    path = os.path.join(config, "calendar.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    days = re.findall(r"(?m)^  - \{date: (\d+)-.*\n", text)
    checks.expect(f"the calendar has days of {year}", str(year) in days)
    text = re.sub(
        r"(?m)^  - \{date: (\d+)-.*\n", lambda m: m[0] if int(m[1]) <= year else "", text
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write(re.sub(r"(?m)^last_year: \d+", f"last_year: {year}", text))
    words = f"lịch sắp hết: cần thêm năm {year + 1}"
    said = commands.run(DONE, "^$", "check", "--config", config).stdout
    checks.expect("kip check, without --at", words in said)
    said = commands.run(DONE, "^$", "check", "--config", commands.kip.config).stdout
    checks.expect("not of the shipped one", words not in said)
    late = json.loads(event("HS-1", 1, f"{year}-06-01T02:00:00Z"))
    late["due_at"] = f"{year + 1}-02-01T02:00:00Z"
    file = commands.kip.file("late.jsonl", [json.dumps(late)])
    data = checks.path("late")
    commands.imports("--data", data, "--config", config, file)
    with Up(commands.kip, data, clock=f"at:{year}-06-02T02:00:00Z", config=config) as up:
        said = up.said()
        checks.expect("kip up, in its head", words in said.partition("việc đang mở")[0])
        checks.expect("how many items", "1 việc có hạn ngoài các năm của lịch" in said)
        up.process.send_signal(signal.SIGHUP)
        wait_until("after a reload", lambda: words in up.said().partition("Đã nạp lại")[2])
        checks.equal("metric", up.client().metric("kip_provisional_items"), 1.0)
        checks.equal("exit after SIGTERM", up.stop(), 0)


def workbook(path, rows):
    """An XLSX file of another kind of writer: all texts are shared, refs are left out."""
    texts = sorted({text for row in rows for text in row})
    cells = [[f'<c t="s"><v>{texts.index(text)}</v></c>' for text in row] for row in rows]
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="Danh bạ" r:id="a"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        '<Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": "<sst>" + "".join(f"<si><t>{t}</t></si>" for t in texts) + "</sst>",
        "xl/worksheets/sheet1.xml": "<worksheet><sheetData>"
        + "".join(f"<row>{''.join(row)}</row>" for row in cells)
        + "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)


def people(commands):
    part("a table of people becomes people.yaml, and who is told is listed by it")
    checks = commands.checks
    config, table = checks.path("people-config"), checks.path("danh-ba.xlsx")
    shutil.copytree(commands.kip.config, config)
    rows = [
        ["mã", "chức danh", "đơn vị", "email", "vai trò", "từ ngày", "đến ngày"],
        ["cvp", "Chánh Văn phòng", "Văn phòng", "cvp@honai.example", "trưởng", "", ""],
        ["pcvp", "Phó Chánh Văn phòng", "Văn phòng", "pcvp@honai.example", "phó", "", ""],
        ["pcvp", "", "", "", "người thay", "02/12/2026", "04/12/2026"],
    ]
    workbook(table, rows)
    text = commands.run(DONE, "^$", "people", "import", table, "--config", config).stdout
    with open(os.path.join(config, "people.yaml"), "w", encoding="utf-8") as file:
        file.write(text)
    said = commands.run(DONE, "^$", "check", "--config", config).stdout
    checks.expect("kip check counts them", "2 người nhận tin" in said)
    checks.expect("and the units without any", "cong-an: chưa có trưởng, phó" in said)
    for at, told in (("2026-12-02T01:00:00Z", "pcvp"), ("2026-12-05T01:00:00Z", "cvp")):
        words = ["people", "list", "--json", "--config", config, "--at", at]
        lines = commands.run(DONE, "^$", *words).stdout.splitlines()
        to = {line["unit"]: line["to"] for line in map(json.loads, lines)}
        checks.equal(at, (to["van-phong"], to["cong-an"], to["unassigned"]), (told,) * 3)
    rows[2][3] = "pcvp"
    workbook(table, rows)
    where = r"danh-ba.xlsx, sheet Danh bạ:3: D \(email\): 'pcvp' is no mail address"
    commands.run(FINDINGS, where, "people", "import", table, "--config", config)


def test(checks):
    commands = Commands(checks)
    wrong_usage(commands)
    other_codes(commands)
    help_and_version(commands)
    audits(commands)
    formats(commands)
    refusals(commands)
    refused_files(commands)
    quiet_rules(commands)
    too_little_to_learn(commands)
    rows_left_out(commands)
    calendar_ends(commands)
    people(commands)


if __name__ == "__main__":
    main(__doc__, test)
