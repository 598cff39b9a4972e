"""Pages on paper: A4, black on white, without what only a screen needs; documents as PDFs in both languages."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from pb.act import Role
from pb.demo.cycle import Stage
from pb.documents.models import Printed
from pb.gatherings.models import Gathering
from pb.worker import run_all
from tests.browser.served import Served
from tests.tools import require_tool

pytestmark = pytest.mark.browser

LOOKS_EVERY = 3_000  # ms: static/js/await_paper.js
DONE, VOTING = Stage.BUDGET, Stage.VOTING


def printed(okrug: Served, browser: Browser, path: str, role: Role | None = None) -> Page:
    page = okrug.context(browser, role).new_page()
    page.goto(okrug.origin + path)
    page.emulate_media(media="print")
    return page


def sheets(page: Page, path: Path) -> int:
    pdf = page.pdf(path=path, prefer_css_page_size=True, print_background=False)
    assert re.search(rb"/MediaBox \[0 0 59[45](\.\d+)? 84[12]", pdf), "not A4"
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_minutes_on_paper_have_lines_to_sign_and_no_buttons(okrug: Served, browser: Browser, tmp_path: Path) -> None:
    path = f"/krasnoyar/meetings/{okrug.first(Gathering, DONE)}/minutes"
    page = printed(okrug, browser, path, Role.SECRETARY)
    expect(page.locator(".signature")).to_have_count(2)
    expect(page.locator(".signature").first).to_be_visible()
    for hidden in ("footer.bottom", ".languages", "main .button", ".skip"):
        for one in page.locator(hidden).all():
            expect(one).to_be_hidden()
    assert 1 <= sheets(page, tmp_path / "minutes.pdf") <= 6


def test_the_hand_over_list_is_a_table_with_a_place_to_sign(okrug: Served, browser: Browser, tmp_path: Path) -> None:
    page = printed(okrug, browser, okrug.path(VOTING, "/poll/hand-over/list"), Role.CLERK)
    page.set_viewport_size({"width": 794, "height": 1123})
    expect(page.locator("thead")).to_be_visible()
    expect(page.locator("td.print-only").first).to_be_visible()
    expect(page.locator(".screen-only")).to_be_hidden()
    assert 1 <= sheets(page, tmp_path / "hand-over.pdf") <= 3


def test_a_result_on_paper_keeps_its_figures_its_bar_and_its_cards(
    okrug: Served, browser: Browser, tmp_path: Path
) -> None:
    page = printed(okrug, browser, okrug.path(DONE, "/result"))
    for kept in ("h1", "dl.figures", "svg", ".tile", "ul.duties"):
        expect(page.locator(kept).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert page.locator("h2:visible").count() <= 3
    assert 1 <= sheets(page, tmp_path / "result.pdf") <= 3
    require_tool("pdftotext")
    command = ["pdftotext", "-layout", str(tmp_path / "result.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    for sheet in text.removesuffix("\f").split("\f"):
        assert len(sheet.split()) > 40, sheet
    for technical in ("EJR+", "CSV", "SHA-256"):
        assert technical not in text
    band = page.locator(".band.surface").first
    painted = band.evaluate("band => getComputedStyle(band).boxShadow")
    assert painted == "none", "the tint beside a band covered on paper what came after it"


def test_a_phase_that_is_over_is_a_full_mark_on_paper(okrug: Served, browser: Browser) -> None:
    """Backgrounds are not printed: played, what was done and what was to come were the same empty rings."""
    page = printed(okrug, browser, okrug.path(VOTING))
    marks = page.locator("nav.cycle .marks i")
    full = "(mark) => 2 * parseFloat(getComputedStyle(mark).borderTopWidth) >= mark.offsetHeight"
    states = [mark.get_attribute("class") for mark in marks.all()]
    assert [mark.evaluate(full) for mark in marks.all()] == [state == "done" for state in states]
    assert {"done", "current", "todo"} == set(states)


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("kind", ["announcement", "result", "annex"])
def test_each_document_is_made_as_a_pdf(okrug: Served, browser: Browser, kind: str, language: str) -> None:
    of_a_meeting = kind == "announcement"
    year = okrug.year(DONE)
    subject = f"meetings/{okrug.first(Gathering, DONE)}" if of_a_meeting else year
    with okrug.database.work() as session:
        session.execute(delete(Printed))  # whoever came before may have had it made
    page = okrug.context(browser, language="en").new_page()
    page.clock.install()
    page.goto(f"{okrug.origin}/krasnoyar/documents/{kind}/{subject}/{language}")
    expect(page.locator("main")).to_contain_text("The document is being made.")  # nobody pressed anything
    run_all(okrug.app)
    with page.expect_download() as paper:  # it opens by itself
        page.clock.run_for(LOOKS_EVERY)
    assert paper.value.suggested_filename == f"asar-{kind}-{language}.pdf"
    link = page.get_by_role("link", name="Download the PDF").get_attribute("href")
    answer = page.context.request.get(okrug.origin + (link or ""))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert len(answer.body()) < 200_000
