"""Photos in the browser: sent over a line that breaks, light on a project's page, and on the ballot told to nobody."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from pb import worker
from pb.act import Role
from pb.cycles.models import Phase
from pb.media.models import Picture
from pb.proposals.service import proposals
from pb.settings import Settings
from tests.browser.poll import Poll
from tests.browser.serving import PHONE, give_session, heard_page, origin_of, serving
from tests.browser.site import Site
from tests.browser.test_weight import KILOBYTE, metered
from tests.browser.voting_page import choose, heading, sign_in
from tests.media.hostile import HEIC, paper, paper_with_a_program, photo
from tests.village import Village, content

pytestmark = pytest.mark.browser
PROJECT_PAGE = 250 * KILOBYTE


@pytest.fixture
def draft(okrug_of_tests: Village) -> str:
    """The address of a draft's pictures, below the site's own."""
    cycle_id = okrug_of_tests.open_cycle(phase=Phase.PROPOSALS)
    with okrug_of_tests.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.save_draft(act, cycle, content())
    return f"{okrug_of_tests.path(cycle_id)}/proposals/draft-1"


@pytest.fixture
def okrug_of_tests(database: object) -> Village:
    from tests.village import found

    return found(database)  # type: ignore[arg-type]


@pytest.fixture
def served(okrug_of_tests: Village, settings: Settings) -> Iterator[Flask]:
    with serving(okrug_of_tests.database, lambda origin: replace(settings, base_url=origin)) as app:
        yield app


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Five, as a phone takes them: some megabytes each."""
    paths = [tmp_path / f"IMG_{seed}.jpg" for seed in range(1, 6)]
    for seed, path in enumerate(paths, 1):
        path.write_bytes(photo((2000, 1500), seed=seed, quality=90))
    return paths


def signed_in(browser: Browser, served: Flask, okrug: Village, **options: object) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "lang", "value": "en", "url": origin_of(served)}])
    give_session(context, served, okrug.database, okrug.people[Role.RESIDENT].id)
    with heard_page(context) as page:
        yield page
    context.close()


@pytest.fixture
def author(browser: Browser, served: Flask, okrug_of_tests: Village) -> Iterator[Page]:
    yield from signed_in(browser, served, okrug_of_tests)


def test_five_photos_arrive_over_a_line_that_breaks_twice_and_their_page_is_light(
    author: Page, browser: Browser, served: Flask, okrug_of_tests: Village, draft: str, photos: list[Path]
) -> None:
    parts: list[int] = []

    def break_off(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        parts.append(len(route.request.post_data_buffer or b""))
        if len(parts) == 4:  # before it comes
            return route.abort("connectionreset")
        if len(parts) == 9:  # it came, and the answer is lost
            route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    author.route("**/pictures/*", break_off)
    author.goto(origin_of(served) + draft + "/pictures")
    author.locator("#pictures").set_input_files(photos)
    author.get_by_role("button", name="Keep").click()
    expect(author.locator("ol.cards > li")).to_have_count(5)
    assert len(parts) > 9
    assert worker.run_all(served) >= 5, "five photos, and what is told where drawing them took long"
    expect(author.locator("ol.cards img")).to_have_count(5)
    with okrug_of_tests.act_as() as act:
        assert {max(one.width or 0, one.height or 0) for one in act.session.query(Picture)} == {1280}
        proposal = proposals.own_anywhere(replace(act, person=okrug_of_tests.people[Role.RESIDENT]))[0]
    with okrug_of_tests.in_cycle(proposal[0].id, Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.get(act, cycle, proposal[1].id))
    context = browser.new_context(viewport=PHONE, device_scale_factor=3)
    page, counted = metered(context)
    page.goto(origin_of(served) + draft.replace("draft-1", "1"), wait_until="networkidle")
    for shot in page.locator("img.shot").all():
        shot.scroll_into_view_if_needed()
        page.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=shot.element_handle())
    assert page.locator("img.shot").count() == 5
    context.close()
    assert KILOBYTE < counted.bytes <= PROJECT_PAGE, counted


def test_a_file_that_is_no_photo_is_told_beside_the_field(
    author: Page, served: Flask, draft: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "IMG_7.heic"
    wrong.write_bytes(HEIC)
    author.goto(origin_of(served) + draft + "/pictures")
    author.locator("#pictures").set_input_files(wrong)
    author.get_by_role("button", name="Keep").click()
    expect(author.locator("#not-taken")).to_contain_text("IMG_7.heic: This photo is a HEIC file")
    expect(author.get_by_role("button", name="Keep")).to_be_enabled()
    report = Axe().run(author)
    assert report.violations_count == 0, report.generate_report()


def test_without_the_script_the_form_sends_them_whole(
    browser: Browser, served: Flask, okrug_of_tests: Village, draft: str, photos: list[Path], tmp_path: Path
) -> None:
    letter = tmp_path / "Letter.pdf"
    letter.write_bytes(paper())
    for page in signed_in(browser, served, okrug_of_tests, java_script_enabled=False):
        page.goto(origin_of(served) + draft + "/pictures")
        page.locator("#pictures").set_input_files(photos[:2])
        page.locator("#papers").set_input_files(letter)
        page.get_by_role("button", name="Keep").click()
        expect(page.locator("ol.cards > li")).to_have_count(2)
        expect(page.locator("main")).to_contain_text("Letter is being read")
        worker.run_all(served)
        page.get_by_role("link", name="Look again").click()
        expect(page.locator("main")).to_contain_text("Letter (PDF, 1 page")


def test_a_paper_that_waits_is_looked_for_by_the_page_itself(
    author: Page, served: Flask, draft: str, tmp_path: Path
) -> None:
    letters = [tmp_path / "Letter.pdf", tmp_path / "Program.pdf"]
    for path, data in zip(letters, (paper(), paper_with_a_program()), strict=True):
        path.write_bytes(data)
    author.goto(origin_of(served) + draft + "/pictures")
    author.locator("#papers").set_input_files(letters)
    author.get_by_role("button", name="Keep").click()
    expect(author.locator("main")).to_contain_text("Letter is being read")
    worker.run_all(served)
    expect(author.locator("main")).to_contain_text("Letter (PDF, 1 page")
    expect(author.locator("main")).to_contain_text("The PDF holds a program.")
    expect(author.get_by_role("link", name="Look again")).to_have_count(0)
    report = Axe().run(author)
    assert report.violations_count == 0, report.generate_report()


def test_pictures_of_the_ballot_come_all_at_once_in_one_order_and_never_again(page: Page) -> None:
    poll = Poll(projects=5, voters=2, with_photos=(1, 3, 5))
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "green").save(file, "JPEG")
    asked: list[str] = []

    def show(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        route.fulfill(body=file.getvalue(), content_type="image/jpeg")

    page.route("**/media/*", show)
    orders = []
    with Site() as site:
        poll.serve(site)
        for code in poll.codes:
            asked.clear()
            page.goto(site.origin + "/vote")
            sign_in(page, code)
            heading(page, "Choose projects")
            assert asked == [], "none comes by itself"
            page.get_by_role("button", name="Show the pictures (24 kB)").click()
            expect(page.locator("#projects img")).to_have_count(3)
            expect(page.locator("#projects img[lang=ru]")).to_have_count(3)
            orders.append([*asked])
            requests = len(site.requests)
            choose(page, 0, 2)
            heading(page, "Check your ballot")
            expect(page.locator("#chosen img")).to_have_count(2)
            assert asked == orders[-1], "what is looked at or chosen asks for nothing"
            assert len(site.requests) == requests
    assert orders[0] == orders[1] == [f"{number:064x}.jpg" for number in (1, 3, 5)], "the same for every voter"
