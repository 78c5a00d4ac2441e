"""The channels of libs/notify under test: a channels.yaml, and the program that sends over it."""

import json
import os
import subprocess

CANARY = "canary-"  # in every secret and token; never in what the program says
AT = "2026-11-24T07:05:00Z"
TEXT = """Kính gửi đồng chí,

.
.Hạn 25/11 14:20: cấp phép xây dựng, còn 11g08.
Đường dẫn: https://kip.example/x
"""
HTML = "<!doctype html>\n<p>Kính gửi <b>đồng chí</b>,</p>\n" + "<p>Hạn 25/11</p>" * 200 + "\n"
SUBJECT = "[Kịp] P. KT-HT-ĐT: 3 việc NGUY CƠ TRỄ, 1 việc trễ hạn; mai nghỉ lễ, xác nhận trước 15:10"


def delivery(key, channel, to, **other):
    return {
        "key": key,
        "channel": channel,
        "to": [to] if isinstance(to, str) else to,
        "subject": SUBJECT,
        "text": TEXT,
        "html": HTML,
        "language": "vi",
        "at": AT,
        "fields": {"unit": 'Phòng "KT" & HT', "count": "3", "link": "https://kip.example/x"},
        **other,
    }


class Site:
    """A folder with secrets and a channels.yaml; what every probe said is kept."""

    def __init__(self, checks):
        self.checks, self.said = checks, []
        self.folder = checks.path("site")
        os.makedirs(self.folder)
        self.data = checks.path("data")
        self.names = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def secret(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text + "\n")
        os.chmod(self.path(name), 0o600)
        return name

    def probe(self, channels, hosts=("127.0.0.1", "localhost"), networks=("127.0.0.1",), **top):
        """JSON is YAML enough."""
        self.names += 1
        name = self.path(f"channels-{self.names}.yaml")
        outgoing = {"hosts": list(hosts), "networks": list(networks)}
        whole = {"version": 1, "outgoing": outgoing, **top, "channels": channels}
        with open(name, "w", encoding="utf-8") as out:
            json.dump(whole, out)
        return Probe(self, [self.checks.kip.program, name, self.data])

    def keeps_secrets(self):
        found = [line for line in self.said if CANARY in line]
        self.checks.expect(f"no secret in {len(self.said)} lines that were said", not found)


class Probe:
    def __init__(self, site, command):
        self.site = site
        env = {**os.environ, "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self, what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def end(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the probe has ended: {self.process.wait()}")
        self.site.said.append(line)
        return json.loads(line)

    def send(self, what):
        self.begin(what)
        return self.end()

    def expect(self, words, what, kind, code, says=""):
        got = self.send(what)
        ok = (got["kind"], got["code"]) == (kind, code) and says in got["detail"]
        self.site.checks.expect(f"{words}: {got['kind']} {got['code']}: {got['detail']}", ok)
        return got

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)
