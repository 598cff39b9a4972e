"""What somebody types of their own taxes is spread over the receipt in the browser, and leaves it by no way."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, expect

from pb.act import Role
from pb.budget.service import steps
from pb.core.receipt import divided_up
from pb.receipt import service
from pb.receipt.service.words import signed
from pb.territory.service import populations
from tests.browser.serving import PHONE
from tests.browser.site import Site
from tests.budget.world import FIRST, begun
from tests.pages import open_pages
from tests.village import HOME, small_okrug

pytestmark = pytest.mark.browser
HERE = f"{HOME}/receipt/{FIRST}"


def test_own_taxes_are_spread_to_the_tiyn_and_nothing_typed_is_sent_or_kept(
    settled_file: Path, tmp_path: Path, browser: Browser
) -> None:
    with small_okrug(settled_file, tmp_path) as okrug, open_pages(okrug, tmp_path) as pages, Site() as site:
        version = begun(okrug)
        steps.put(okrug.act(Role.OFFICE), version)
        populations.record(okrug.act(Role.OFFICE), 2026, 1_234, source="stat.gov.kz")
        okrug.session.commit()
        told = pages.get(HERE).text
        receipt = service.of_budget(okrug.act(), version.budget)
        assert receipt is not None
        parts = divided_up(receipt.whole, Fraction(15_500_50)).of
        site.pages[HERE] = re.sub(r"/static/[0-9a-f]+/", "/static/", told)
        context = browser.new_context(viewport=PHONE)
        page = context.new_page()
        asked: list[Request] = []

        def note(request: Request) -> None:
            asked.append(request)

        page.on("request", note)
        page.goto(site.origin + HERE)
        fields = page.locator("[data-tax]")
        expect(fields).to_have_count(4)
        expect(page.locator("#told")).to_be_hidden()
        loaded = len(asked)
        fields.nth(1).fill("12 500")
        fields.nth(3).fill("3000,50")
        expect(page.locator("#told")).to_contain_text("15\u00a0500,50\u00a0₸")
        mine = page.locator("#till > .till-rows > li > details > summary .mine")
        assert mine.all_inner_texts() == [f"of yours: {signed(part.amount)}" for part in parts]
        expect(page.locator("[data-mine=total]")).to_have_text("of yours: 15\u00a0500,50\u00a0₸")
        fields.nth(0).fill("много")
        expect(page.locator("#wrong")).to_be_visible()
        expect(mine.first).to_be_hidden()
        fields.nth(0).press("Enter")
        page.locator("#till summary").first.click()
        page.goto("about:blank")
        assert asked[loaded:] == [], "typing asks for nothing"
        assert all(request.method == "GET" and not request.post_data for request in asked)
        assert not [request.url for request in asked if re.search(r"12.?500|3000|15.?500|\?", request.url)]
        page.go_back()
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        context.close()
        still = browser.new_context(viewport=PHONE, java_script_enabled=False)
        page = still.new_page()
        page.goto(site.origin + HERE)
        expect(page.locator("#till .total")).to_contain_text("₸")
        expect(page.locator("#fields")).to_be_hidden()
        expect(page.locator("#needs")).to_contain_text("The receipt per resident above is whole without it.")
        still.close()
