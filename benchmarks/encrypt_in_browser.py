"""Time to encrypt a ballot of 20 choices in Chromium, as it is and at a sixth of the processor's speed.

Targets: at most 300 ms, and at most 3 s at 6 x throttling. Run: `python benchmarks/encrypt_in_browser.py`.
"""

import json
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pb.core.belenios.groups import BELENIOS_2048, ED25519, Group
from tests.browser.site import Site
from tests.conformance.polls import make_poll

RUNS = 5
TARGETS = {1: 300, 6: 3000}
ENCRYPT = """async ([raw, secret, votes]) => {
    const { Election } = await import('/static/js/belenios.js')
    const start = performance.now()
    const election = new Election(raw)
    await Promise.all([election.prepare(), election.ready()])
    const prepared = performance.now()
    await election.ballot(BigInt(secret), [votes])
    return [prepared - start, performance.now() - prepared]
}"""


def election(group: Group) -> str:
    """An election of 20 projects of which up to 5 may be chosen."""
    value = json.loads(make_poll([], group=group).messages.election)
    value["questions"] = [{"answers": [str(number) for number in range(20)], "min": 0, "max": 5, "question": "?"}]
    return json.dumps(value)


def measure(page: Page, address: str, election_json: str, throttling: int) -> tuple[float, float]:
    """Medians over fresh pages, in milliseconds: making the tables, and encrypting."""
    votes = [1] * 5 + [0] * 15
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": throttling})
    times = []
    for _ in range(RUNS):
        page.goto(address)
        times.append(page.evaluate(ENCRYPT, [election_json, str(2**250 + 1), votes]))
    tables, encryption = zip(*times, strict=True)
    return statistics.median(tables), statistics.median(encryption)


def main() -> int:
    """Print the table; exit status 1 if a target is missed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not installed\n")
        return 1
    missed = False
    with Site(pages={"/": "<!doctype html><title>bench</title>"}) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for group in (BELENIOS_2048, ED25519):
            for throttling, target in TARGETS.items():
                tables, encryption = measure(browser.new_page(), site.origin + "/", election(group), throttling)
                missed |= encryption > target
                sys.stdout.write(
                    f"{group.name}, 1/{throttling} speed: tables {tables:5.0f} ms, ballot {encryption:5.0f} ms"
                    f" (target {target})\n"
                )
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
