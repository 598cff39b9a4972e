"""What a page costs on a slow line: bytes on the wire and requests, as Chromium counts them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from pb.act import Role
from pb.demo.cycle import Stage
from pb.proposals.models import Proposal
from tests.browser.served import Served

pytestmark = pytest.mark.browser

KILOBYTE = 1000
FIRST_VISIT = (30 * KILOBYTE, 4)
NEXT_PAGE = (15 * KILOBYTE, 2)
WHOLE_VOTE = (120 * KILOBYTE, 25)
STAFF_PAGE = 150 * KILOBYTE

PUBLIC: dict[str, Callable[[Served], str]] = {
    "home": lambda _okrug: "/krasnoyar/",
    "cycle": lambda okrug: okrug.path(Stage.VOTING),
    "proposals": lambda okrug: okrug.path(Stage.VOTING, "/proposals"),
    "proposal": lambda okrug: okrug.path(Stage.VOTING, f"/proposals/{okrug.first(Proposal, Stage.VOTING)}"),
    "poll": lambda okrug: okrug.path(Stage.VOTING, "/poll"),
    "vote": lambda okrug: okrug.path(Stage.VOTING, "/poll/vote"),
    "result": lambda okrug: okrug.path(Stage.BUDGET, "/result"),
    "help": lambda _okrug: "/guide",
    "receipt": lambda okrug: f"/krasnoyar/receipt/{okrug.year(Stage.BUDGET)}",
    "citizens' budget": lambda okrug: f"/krasnoyar/budget/{okrug.year(Stage.BUDGET)}/citizens/approved",
    "surveys": lambda _okrug: "/krasnoyar/surveys",
    "development programme": lambda _okrug: "/krasnoyar/development",
    "property": lambda _okrug: "/krasnoyar/property",
}
STAFF: dict[str, tuple[Role, Callable[[Served], str]]] = {
    "reviews": (Role.OFFICE, lambda okrug: okrug.path(Stage.VOTING, "/reviews")),
    "roll": (Role.REGISTRAR, lambda okrug: okrug.path(Stage.VOTING, "/roll")),
    "hand-over": (Role.CLERK, lambda okrug: okrug.path(Stage.VOTING, "/poll/hand-over")),
    "trustee": (Role.TRUSTEE, lambda okrug: okrug.path(Stage.VOTING, "/poll/trustee")),
    "my work": (Role.CLERK, lambda _okrug: "/my-work"),
    "audit": (Role.AUDITOR, lambda _okrug: "/krasnoyar/log/"),
}


# What the browser itself noted of the page: the largest element, when it stood, and how much of the page moved.
WATCHED = """() => new Promise((done) => {
    let largest = { at: 0, element: "" }, moved = 0
    new PerformanceObserver((list) => { for (const entry of list.getEntries())
        largest = { at: entry.startTime, element: entry.element?.tagName ?? "" } })
        .observe({ type: "largest-contentful-paint", buffered: true })
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value })
        .observe({ type: "layout-shift", buffered: true })
    setTimeout(() => done({ ...largest, moved }), 300)
})"""


DRAWN = (
    """() => new Promise((done) => new PerformanceObserver(() => done()).observe({ type: "paint", buffered: true }))"""
)


@dataclass
class Meter:
    """Counts what crosses the wire to a page."""

    bytes: int = 0
    addresses: list[str] = field(default_factory=list)

    @property
    def measured(self) -> tuple[int, int]:
        return self.bytes, len(self.addresses)


def metered(context: BrowserContext) -> tuple[Page, Meter]:
    """A page of which everything is counted that crosses the wire."""
    page, counted = context.new_page(), Meter()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.requestWillBeSent", lambda told: counted.addresses.append(told["request"]["url"]))
    wire.on(
        "Network.loadingFinished",
        lambda told: setattr(counted, "bytes", counted.bytes + int(told["encodedDataLength"])),
    )
    return page, counted


@pytest.fixture
def meter(okrug: Served, browser: Browser) -> Iterator[Callable[..., tuple[Page, Meter]]]:
    contexts: list[BrowserContext] = []

    def install(role: Role | None = None) -> tuple[Page, Meter]:
        contexts.append(okrug.context(browser, role))
        return metered(contexts[-1])

    yield install
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", [*PUBLIC, "trustee"])
def test_the_largest_thing_of_a_page_is_text_and_nothing_moves(okrug: Served, browser: Browser, name: str) -> None:
    """When it stands is measured by benchmarks/first_visit.py.

    Scripts come after the page was drawn, as on a slow line: what they move, a person sees.
    """
    role, path = STAFF.get(name) or (None, PUBLIC[name])
    context = okrug.context(browser, role)
    page = context.new_page()
    held: list[Route] = []
    drawn = False

    def hold(script: Route) -> None:
        if drawn:
            script.continue_()
        else:
            held.append(script)

    page.route("**/*.js", hold)
    page.goto(okrug.origin + path(okrug), wait_until="commit")
    page.evaluate(DRAWN)
    drawn = True
    for script in held:
        script.continue_()
    page.wait_for_load_state("networkidle")
    seen = page.evaluate(WATCHED)
    context.close()
    assert seen["element"] not in {"", "IMG", "SVG"}, seen
    assert seen["moved"] <= 0.02, seen


@pytest.mark.parametrize("name", ["vote", "trustee"])
def test_a_browser_that_cannot_encrypt_is_told_where_to_go(okrug: Served, browser: Browser, name: str) -> None:
    """One without BigInt is told by the script, one that reads no modules, or lost them, after some seconds."""
    role, path = STAFF.get(name) or (None, PUBLIC[name])
    for old in (True, False):
        context = okrug.context(browser, role)
        page = context.new_page()
        if old:
            page.add_init_script("delete window.BigInt")
        else:
            page.route("**/*.js", lambda script: script.abort())
        page.goto(okrug.origin + path(okrug))
        box = page.locator("#elsewhere")
        if not old:
            expect(box).to_be_hidden()
            waits = box.evaluate("(box) => box.getAnimations().map((late) => late.effect.getTiming().duration)")
            assert len(waits) == 1
            assert 4_000 < waits[0] <= 20_000
            box.evaluate("(box) => box.getAnimations()[0].finish()")  # as if that time had passed
        expect(box).to_be_visible(timeout=4_000)
        context.close()


def within(meter: Meter, limit: tuple[int, int]) -> None:
    real = [address for address in meter.addresses if not address.startswith("data:")]
    assert meter.bytes > KILOBYTE, "nothing was measured"
    assert meter.bytes <= limit[0], meter
    assert len(real) <= limit[1], meter


@pytest.mark.parametrize("name", PUBLIC)
def test_a_first_visit_is_light(okrug: Served, meter: Callable[..., tuple[Page, Meter]], name: str) -> None:
    page, counted = meter()
    page.goto(okrug.origin + PUBLIC[name](okrug), wait_until="networkidle")
    if name == "vote":
        expect(page.locator("#projects li")).to_have_count(12)
    within(counted, FIRST_VISIT)


def test_the_next_page_is_lighter(okrug: Served, meter: Callable[..., tuple[Page, Meter]]) -> None:
    page, counted = meter()
    page.goto(okrug.origin + "/krasnoyar/", wait_until="networkidle")
    counted.bytes, counted.addresses[:] = 0, []
    page.goto(okrug.origin + okrug.path(Stage.VOTING, "/proposals"), wait_until="networkidle")
    # What the browser kept is asked for by nobody: such an address costs no byte.
    assert counted.bytes <= NEXT_PAGE[0], counted


def test_a_whole_vote_from_signing_in_to_the_receipt_is_light(
    okrug: Served, meter: Callable[..., tuple[Page, Meter]]
) -> None:
    page, counted = meter()
    page.goto(okrug.origin + okrug.path(Stage.VOTING, "/poll/vote?lang=en"))
    voter, code = okrug.cycles[Stage.VOTING].cards[0]
    page.get_by_label("IIN").fill(voter.iin.text)
    page.get_by_label("Code on your card").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text("Choose projects")
    page.locator("#projects input").first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("h1")).to_have_text("Your ballot is in the box", timeout=20_000)
    within(counted, WHOLE_VOTE)


@pytest.mark.parametrize("name", STAFF)
def test_pages_of_the_staff_are_not_heavy(okrug: Served, meter: Callable[..., tuple[Page, Meter]], name: str) -> None:
    role, path = STAFF[name]
    page, counted = meter(role)
    answer = page.goto(okrug.origin + path(okrug), wait_until="networkidle")
    assert answer is not None
    assert answer.ok
    assert counted.bytes <= STAFF_PAGE, counted
