"""`make shots`: each page as its reader sees it, at a phone's and a desk's width, in two languages and themes.

    .venv/bin/python tools/shots.py var/shots.html

One HTML file with the pictures in it, to be looked through before a change of the face is called done. The pages and
their readers are those that the rules of axe are tried on (`tests/browser/test_accessibility.py`).
"""

import argparse
import base64
import html
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="asar-shots-run-"))

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, QUIET
from tests.browser.served import Served, served
from tests.browser.test_accessibility import PAGES
from tests.tools import require_tool

WIDTHS = (360, 1280)
LANGUAGES = ("kk", "ru")
THEMES = ("light", "dark")
QUALITY = 45
HIGHEST = 6_000  # pixels of a page; what is longer is cut, and its height said
HEAD = """<!doctype html><meta charset="utf-8"><title>Asar: all pages</title>
<style>
body { font: 16px system-ui; margin: 2rem }
figure { display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top }
img { display: block; border: 1px solid #999; max-width: 40rem }
figcaption { color: #555 }
</style>
<h1>Asar: all pages</h1>
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="where the gallery is written")
    parser.add_argument("--page", action="append", choices=[*PAGES], help="only this page; may be given several times")
    asked = parser.parse_args()
    chromium = require_tool("chromium-headless-shell")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as okrug, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS + QUIET)
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        with asked.file.open("w", encoding="utf-8") as gallery:
            gallery.write(HEAD)
            for name in asked.page or PAGES:
                gallery.write(f"<h2>{html.escape(name)}</h2>\n")
                gallery.writelines(figures(okrug, browser, name))
        browser.close()


def figures(okrug: Served, browser: Browser, name: str) -> Iterator[str]:
    """The pictures of one page."""
    role, address = PAGES[name]
    for width, language in product(WIDTHS, LANGUAGES):
        context = okrug.context(browser, role, language, viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(okrug.origin + address(okrug))
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            clip = {"x": 0, "y": 0, "width": width, "height": min(height, HIGHEST)}
            taken = page.screenshot(type="jpeg", quality=QUALITY, full_page=True, clip=clip)
            picture = base64.b64encode(taken).decode()
            caption = html.escape(f"{name} · {role or 'anybody'} · {width} × {height} · {language} · {theme}")
            yield (
                f'<figure><img loading="lazy" alt="" src="data:image/jpeg;base64,{picture}">'
                f"<figcaption>{caption}</figcaption></figure>\n"
            )
        context.close()


if __name__ == "__main__":
    main()
