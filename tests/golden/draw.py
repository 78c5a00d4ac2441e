#!/usr/bin/env python3
"""The messages as pictures: tests/golden/messages/*.html in Chromium, at the width of a screen and
of a phone, written to build/messages. No page may be wider than its screen.

draw.py CHECKOUT
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

CHROMIUM = os.environ.get("KIP_CHROMIUM", "/usr/bin/chromium")
SCREENS = {"": 720, "-phone": 390}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
# A frame of the wanted width (a window of Chromium is never narrower than 500) with the message in
# it; when that is drawn, its size stands in the title.
FRAME = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="mail" style="border:0;width:%dpx;height:%dpx" src="%s"></iframe>
<script>
onload = () => {
  const page = document.getElementById('mail').contentDocument;
  const all = [...page.querySelectorAll('*')].map(e => e.getBoundingClientRect().right);
  document.title = JSON.stringify({
    width: Math.max(page.documentElement.scrollWidth, ...all),
    height: page.documentElement.scrollHeight,
    text: page.body.innerText.length,
  });
};
</script>"""


def chromium(folder, *args):
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "--allow-file-access-from-files"]
    done = subprocess.run(
        [*command, *args], capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"chromium: {done.stderr[-2000:]}")
    return done.stdout


def size_of(folder, page, width):
    frame = os.path.join(folder, "frame.html")
    with open(frame, "w", encoding="utf-8") as out:
        out.write(FRAME % (width, 100, "file://" + page))
    dom = chromium(folder, "--dump-dom", "file://" + frame)
    title = dom.split("<title>")[1].split("</title>")[0]
    return json.loads(title), frame


def draw(folder, page, width, picture):
    """What the page measures at that width; the picture holds all of it."""
    size, frame = size_of(folder, page, width)
    with open(frame, "w", encoding="utf-8") as out:
        out.write(FRAME % (width, size["height"], "file://" + page))
    window = f"--window-size={max(width, 500)},{size['height']}"
    chromium(folder, window, f"--screenshot={picture}", "file://" + frame)
    return size


def main():
    checkout = os.path.abspath(sys.argv[1])
    if not os.access(CHROMIUM, os.X_OK):
        print(f"skipped: there is no {CHROMIUM} here: tests/install --pages")
        return 77
    to = os.path.join(checkout, "build", "messages")
    os.makedirs(to, exist_ok=True)
    pages = sorted(glob.glob(os.path.join(checkout, "tests", "golden", "messages", "*.html")))
    bad = [] if pages else ["there is no message to draw"]
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            name = os.path.basename(page).removesuffix(".html")
            for suffix, width in SCREENS.items():
                picture = os.path.join(to, name + suffix + ".png")
                size = draw(folder, page, width, picture)
                if size["width"] > width:
                    bad.append(f"{name}: {size['width']} px wide on a screen of {width}")
                if size["text"] < 100 or not os.path.getsize(picture):
                    bad.append(f"{name}: nothing is drawn at {width}")
    for line in bad:
        print(line)
    print(f"{len(pages)} messages drawn in build/messages, {len(bad)} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
