"""A stranger's first visit of each public page: the server's processor time, and what a phone on a slow line sees.

Targets: 50 ms of processor with the database warm; at 400 kbit/s and 400 ms the largest element is text and stands
within 2.5 s, and no more than 0.02 of the page moves. Run: `python -m benchmarks.first_visit`.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, QUIET
from tests.browser.served import Served, served
from tests.browser.test_weight import PUBLIC, WATCHED
from tests.tools import require_tool

RUNS = 15
MILLISECONDS = 50
SECONDS = 2.5
MOVES = 0.02
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}


def server_time(okrug: Served, path: str) -> float:
    """Median of the processor's milliseconds of a page, asked for within this process."""
    visitor = okrug.app.test_client()
    times = []
    for _ in range(RUNS):
        begun = time.thread_time()
        answer = visitor.get(path, base_url=okrug.origin)
        answer.get_data()
        times.append(1000 * (time.thread_time() - begun))
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status}")
    return statistics.median(times[1:])


def on_a_slow_line(okrug: Served, browser: Browser, path: str) -> dict[str, Any]:
    """When the largest element stood, what it is, and how much moved, in a browser that was never here."""
    context = okrug.context(browser)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    page.goto(okrug.origin + path, wait_until="networkidle")
    seen: dict[str, Any] = page.evaluate(WATCHED)
    context.close()
    return seen


def main() -> int:
    """Print the table; exit status 1 if a target is missed."""
    missed = False
    chromium = require_tool("chromium-headless-shell")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as okrug, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS + QUIET)
        for name, address in PUBLIC.items():
            milliseconds = server_time(okrug, address(okrug))
            seen = on_a_slow_line(okrug, browser, address(okrug))
            missed |= milliseconds > MILLISECONDS or seen["at"] > 1000 * SECONDS or seen["moved"] > MOVES
            missed |= seen["element"] in {"", "IMG"}
            sys.stdout.write(
                f"{name:10} {milliseconds:5.1f} ms of processor; largest <{seen['element'].lower()}> after "
                f"{seen['at'] / 1000:4.2f} s, {seen['moved']:.3f} moved (load {os.getloadavg()[0]:.1f})\n"
            )
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
