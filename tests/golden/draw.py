#!/usr/bin/env python3
"""The messages as pictures: tests/golden/messages/*.html in Chromium, at the width of a screen and
of a phone, and tests/golden/letters/*.html at that of a sheet and of a phone, written to
build/messages. No page may be wider than its screen, and a letter must print on one sheet of A4.

draw.py CHECKOUT
"""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile

CHROMIUM = os.environ.get("KIP_CHROMIUM", "/usr/bin/chromium")
SCREENS = {720: "", 390: "-phone"}
SHEET = {794: "", 390: "-phone"}  # 210 mm, as browsers count them
# As wide as Times New Roman, which the letters are set in; without one they need more room.
TIMES = ("Times New Roman", "Liberation Serif", "Tinos")
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
# One page with a frame for each message and width (a window of Chromium is never narrower than
# 500); when all are there, their sizes stand in the title.
MEASURE = """<!doctype html><meta charset="utf-8"><body>%s<script>
onload = () => {
  document.title = JSON.stringify([...document.querySelectorAll('iframe')].map(frame => {
    const page = frame.contentDocument;
    const all = [...page.querySelectorAll('*')].map(e => e.getBoundingClientRect().right);
    return {
      width: Math.max(page.documentElement.scrollWidth, ...all),
      height: page.documentElement.scrollHeight,
      text: page.body.innerText.length,
    };
  }));
};
</script>"""
FRAME = '<iframe style="border:0;width:%dpx;height:%dpx" src="file://%s"></iframe>'
PAGE = '<!doctype html><meta charset="utf-8"><body style="margin:0">%s'


def chromium(folder, *args):
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "--allow-file-access-from-files"]
    done = subprocess.run(
        [*command, *args], capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"chromium: {done.stderr[-2000:]}")
    return done.stdout


def written(folder, text):
    path = os.path.join(folder, "frame.html")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return "file://" + path


def sizes_of(folder, shots):
    """What each (page, width) measures."""
    frames = "".join(FRAME % (width, 100, page) for page, width in shots)
    dom = chromium(folder, "--dump-dom", written(folder, MEASURE % frames))
    return json.loads(dom.split("<title>")[1].split("</title>")[0])


def draw(folder, page, width, height, picture):
    """All of a page, however long."""
    window = f"--window-size={max(width, 500)},{height}"
    frame = written(folder, PAGE % (FRAME % (width, height, page)))
    chromium(folder, window, f"--screenshot={picture}", frame)


def sheets(folder, page):
    """How many sheets it prints on."""
    paper = os.path.join(folder, "letter.pdf")
    chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={paper}", f"file://{page}")
    with open(paper, "rb") as pdf:
        return len(re.findall(rb"/Type\s*/Page\b", pdf.read()))


def has_times():
    try:
        fonts = subprocess.run(["fc-list"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return False
    return any(name in fonts for name in TIMES)


def main():
    checkout = os.path.abspath(sys.argv[1])
    if not os.access(CHROMIUM, os.X_OK):
        print(f"skipped: there is no {CHROMIUM} here: tests/install --pages")
        return 77
    to = os.path.join(checkout, "build", "messages")
    os.makedirs(to, exist_ok=True)
    golden = os.path.join(checkout, "tests", "golden")
    pages = sorted(glob.glob(os.path.join(golden, "messages", "*.html")))
    letters = sorted(glob.glob(os.path.join(golden, "letters", "*.html")))
    bad = [] if pages and letters else ["there is no message or no letter to draw"]
    with tempfile.TemporaryDirectory() as folder:
        shots = [(page, width) for page in pages for width in SCREENS]
        shots += [(page, width) for page in letters for width in SHEET]
        sizes = sizes_of(folder, shots) if shots else []
        for (page, width), size in zip(shots, sizes, strict=True):
            name = os.path.basename(page).removesuffix(".html") + (SCREENS | SHEET)[width]
            if page in letters:
                name = "letter-" + name
            picture = os.path.join(to, name + ".png")
            draw(folder, page, width, size["height"], picture)
            if size["width"] > width:
                bad.append(f"{name}: {size['width']} px wide on a screen of {width}")
            if size["text"] < 100 or not os.path.getsize(picture):
                bad.append(f"{name}: nothing is drawn at {width}")
        for page in letters if has_times() else []:
            if (count := sheets(folder, page)) != 1:
                bad.append(f"{os.path.basename(page)}: prints on {count} sheets")
    for line in bad:
        print(line)
    if not has_times():
        print(f"sheets are not counted: none of {', '.join(TIMES)} is here")
    drawn = f"{len(pages)} messages and {len(letters)} letters drawn in build/messages"
    print(f"{drawn}, {len(bad)} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
