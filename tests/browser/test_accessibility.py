"""Pages for everybody: the rules of axe in Kazakh in both themes, a screen of 320 px, and a browser without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from pb.act import Role
from pb.demo.cycle import Stage
from pb.demo.places import KRASNOYAR
from pb.gatherings.models import Gathering, Kind
from pb.proposals.models import Proposal
from pb.roll.models import Entry
from tests.browser.rules import opens_legibly, passes, tab_to
from tests.browser.served import Served
from tests.village import PASSWORD

pytestmark = pytest.mark.browser

VOTING, IDEAS, DONE = Stage.VOTING, Stage.PROPOSALS, Stage.BUDGET
Address = Callable[[Served], str]


def of(stage: Stage, rest: str = "") -> Address:
    return lambda okrug: okrug.path(stage, rest)


def fixed(path: str) -> Address:
    return lambda _okrug: path


def meeting(rest: str) -> Address:
    return lambda okrug: f"/krasnoyar/meetings/{okrug.first(Gathering, DONE)}{rest}"


def held(rest: str, kind: Kind = Kind.ASSEMBLY) -> Address:
    """A page of a meeting to which people come just now."""
    return lambda okrug: f"/krasnoyar/meetings/{okrug.meetings[kind]}{rest}"


def budget(path: str) -> Address:
    """A page of the budget that pays for the finished cycle."""
    return lambda okrug: f"/krasnoyar{path.format(year=okrug.year(DONE))}"


def won(path: str) -> Address:
    """A page of the first winner of the finished cycle, which is called by the number of its proposal."""
    return lambda okrug: okrug.path(DONE, path.format(winner=okrug.winner(DONE)))


PAGES: dict[str, tuple[Role | None, Address]] = {
    "home": (None, fixed("/krasnoyar/")),
    "help": (None, fixed("/guide")),
    "verification": (None, fixed("/krasnoyar/verification")),
    "permissions": (None, fixed("/krasnoyar/permissions")),
    "surveys": (Role.OFFICE, fixed("/krasnoyar/surveys")),
    "new survey": (Role.OFFICE, fixed("/krasnoyar/surveys/new")),
    "development programme": (Role.OFFICE, fixed("/krasnoyar/development")),
    "property": (Role.OFFICE, fixed("/krasnoyar/property")),
    "new object of property": (Role.OFFICE, fixed("/krasnoyar/property/new")),
    "sign in": (None, fixed("/sign-in")),
    "activate": (None, fixed("/activate")),
    "invitation": (None, fixed("/invitation")),
    "assembly": (Role.OFFICE, fixed("/krasnoyar/assembly")),
    "settings": (Role.OFFICE, fixed("/krasnoyar/settings")),
    "register": (Role.CLERK, fixed("/krasnoyar/residents/register")),
    "cycle": (Role.OFFICE, of(IDEAS)),
    "new cycle": (Role.OFFICE, fixed("/krasnoyar/cycles/new")),
    "proposals": (None, of(IDEAS, "/proposals")),
    "proposal": (None, lambda okrug: okrug.path(VOTING, f"/proposals/{okrug.first(Proposal, VOTING)}")),
    "proposal that won or lost": (None, lambda okrug: okrug.path(DONE, f"/proposals/{okrug.first(Proposal, DONE)}")),
    "new proposal": (Role.RESIDENT, of(IDEAS, "/proposals/new")),
    "reviews": (Role.OFFICE, of(VOTING, "/reviews")),
    "meetings": (Role.CHAIR, of(VOTING, "/meetings")),
    "meeting": (None, meeting("")),
    "minutes": (None, meeting("/minutes")),
    "convene": (Role.OFFICE, fixed("/krasnoyar/meetings/convene/separate")),
    "meeting that is held": (Role.SECRETARY, held("")),
    "attendance": (Role.SECRETARY, held("/attendance")),
    "reason of an absence": (Role.SECRETARY, held("/attendance/1")),
    "registration": (Role.OFFICE, held("/attendance", Kind.GATHERING)),
    "election of the chair": (Role.OFFICE, held("/officers/chair", Kind.GATHERING)),
    "agenda": (Role.SECRETARY, held("/agenda")),
    "point to add": (Role.SECRETARY, held("/agenda/add")),
    "point to take off": (Role.SECRETARY, held("/agenda/1/remove")),
    "amendment": (Role.SECRETARY, held("/questions/2/amend")),
    "question": (Role.SECRETARY, held("/questions/2")),
    "question by name": (Role.SECRETARY, held("/questions/2?ballot=by_name")),
    "question in secret": (Role.SECRETARY, held("/questions/2?ballot=secret")),
    "election": (Role.SECRETARY, held("/questions/3")),
    "screen of the hall": (None, held("/hall?question=1")),
    "roll": (Role.REGISTRAR, of(VOTING, "/roll")),
    "entry": (Role.REGISTRAR, lambda okrug: okrug.path(VOTING, f"/roll/entries/{okrug.first(Entry, VOTING)}")),
    "iin": (Role.REGISTRAR, lambda okrug: okrug.path(VOTING, f"/roll/entries/{okrug.first(Entry, VOTING)}/iin")),
    "find": (Role.REGISTRAR, of(VOTING, "/roll/find")),
    "corrections": (Role.AUDITOR, of(VOTING, "/roll/corrections")),
    "commitments": (Role.AUDITOR, of(VOTING, "/roll/commitments")),
    "statistics": (None, of(VOTING, "/roll/statistics")),
    "requests": (Role.REGISTRAR, of(VOTING, "/roll/requests")),
    "answer": (None, of(VOTING, "/roll/requests/answer")),
    "roles": (Role.ADMINISTRATOR, fixed("/krasnoyar/roles")),
    "my work": (Role.CLERK, fixed("/my-work")),
    "my page": (Role.RESIDENT, fixed("/my-work")),
    "appoint": (Role.ADMINISTRATOR, fixed("/krasnoyar/roles/new")),
    "cards": (Role.REGISTRAR, of(VOTING, "/poll/cards")),
    "hand over": (Role.CLERK, of(VOTING, "/poll/hand-over")),
    "trustee": (Role.TRUSTEE, of(VOTING, "/poll/trustee")),
    "ceremony": (Role.SECRETARY, of(VOTING, "/poll/ceremony")),
    "poll": (Role.CHAIR, of(VOTING, "/poll")),
    "vote": (None, of(VOTING, "/poll/vote")),
    "kiosk": (Role.CLERK, of(VOTING, "/poll/kiosk")),
    "end of the kiosk": (None, of(VOTING, "/poll/kiosk/end")),
    "tracker": (None, of(VOTING, "/poll/tracker")),
    "events": (None, of(VOTING, "/poll/events")),
    "objections": (Role.OFFICE, of(VOTING, "/poll/objections")),
    "maker of the cards": (None, of(VOTING, "/poll/maker")),
    "key of a card": (None, of(VOTING, "/poll/keys")),
    "asked at the desk": (Role.CLERK, of(VOTING, "/poll/asked")),
    "checks": (None, of(DONE, "/poll/checks")),
    "checks as a member": (Role.SECRETARY, of(DONE, "/poll/checks")),
    "sample": (Role.DEPUTY, of(DONE, "/poll/checks/sample")),
    "ballots and cards": (Role.AUDITOR, of(DONE, "/poll/reconciliation")),
    "result": (None, of(DONE, "/result")),
    "winners": (Role.DEPUTY, lambda okrug: f"/krasnoyar/{okrug.year(DONE)}/winners"),
    "winner": (None, won("/winners/{winner}")),
    "plan of a winner": (Role.OFFICE, won("/winners/{winner}/plan")),
    "decided, budgeted, built": (None, fixed("/krasnoyar/winners")),
    "budget": (None, budget("/budget/{year}")),
    "version of a budget": (Role.OFFICE, budget("/budget/{year}/versions/1")),
    "budgets of a raion": (Role.DEPUTY, fixed("/kokshetau/budgets")),
    "receipt": (None, budget("/receipt/{year}")),
    "question from a line": (Role.RESIDENT, budget("/receipt/{year}/ask")),
    "citizens' budget": (None, budget("/budget/{year}/citizens/approved")),
    "okrugs side by side": (None, fixed("/kokshetau/citizens")),
    "works": (None, of(DONE, "/works")),
    "works of a project": (None, won("/works/{winner}")),
    "payment": (Role.OFFICE, won("/works/{winner}/payments")),
    "visits": (None, fixed("/krasnoyar/inspections")),
    "report of a visit": (Role.AUDITOR, fixed("/krasnoyar/inspections/new")),
    "commission": (None, fixed("/krasnoyar/commission")),
    "reports": (None, fixed("/krasnoyar/reports")),
    "official form": (None, fixed("/krasnoyar/reports/2022-4/decree-826")),
    "enter a meeting": (Role.OFFICE, fixed("/krasnoyar/reports/meetings/new")),
    "audit log": (Role.AUDITOR, fixed("/krasnoyar/log/")),
    "out of phase": (Role.RESIDENT, of(DONE, "/proposals/new")),
    "no such page": (None, fixed("/nowhere")),
    "document": (None, lambda okrug: f"/krasnoyar/documents/result/{okrug.year(DONE)}/kk"),
}


THIRD_LEVEL = 3  # okrug, year, room, and what is in it: from there on one way leads back
BALLOT = {"vote", "kiosk", "end of the kiosk"}


def opened(okrug: Served, browser: Browser, name: str) -> Page:
    role, address = PAGES[name]
    page = okrug.context(browser, role).new_page()
    page.goto(okrug.origin + address(okrug))
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_passes_the_rules_in_both_themes_fits_a_small_screen_and_is_translated(
    okrug: Served, browser: Browser, name: str
) -> None:
    page = opened(okrug, browser, name)
    passes(page)
    opens_legibly(page)
    if PAGES[name][1](okrug).strip("/").count("/") >= THIRD_LEVEL and name not in BALLOT:
        expect(page.locator("main .back").first).to_be_visible()
    page.context.close()


# Without scripts


def test_a_resident_signs_in_and_proposes_without_scripts(okrug: Served, browser: Browser) -> None:
    context = okrug.context(browser, language="en", java_script_enabled=False)
    page = context.new_page()
    page.goto(okrug.origin + okrug.path(IDEAS, "/proposals/new"))
    expect(page.locator("h1")).to_have_text("Sign in")
    page.get_by_label("IIN").fill(okrug.resident.text)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_have_text("Propose a project")
    page.get_by_label("Name of the project").fill("Көшеге шам")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("#errors li").first).to_be_visible()
    expect(page.get_by_label("Name of the project")).to_have_value("Көшеге шам")
    page.get_by_label("The problem").fill("Қараңғы")
    page.get_by_label("What should be done").fill("Шам орнату")
    page.get_by_label("Place").fill("Абай көшесі")
    page.get_by_label("Street lighting").check()
    page.locator("[name=cost]").fill("1 200 000")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("h1")).to_have_text("Көшеге шам")
    expect(page.locator("main")).to_contain_text("The proposal was submitted.")
    page.locator(".own > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_heading_leaves_a_phone_to_the_page(okrug: Served, browser: Browser, language: str) -> None:
    """The office had 400 px of name, role and links above each page; here a line, the ornament and the menu's row."""
    settings = {"kk": "Округ баптаулары", "ru": "Настройки округа"}
    context = okrug.context(browser, Role.OFFICE, language)
    page = context.new_page()
    page.goto(okrug.origin + okrug.path(IDEAS))
    header = page.locator("header.top")
    assert header.bounding_box()["height"] <= 64 + 12 + 48  # type: ignore[index]
    expect(header.locator(".links a").first).to_be_hidden()
    page.locator(".menu > summary").click()
    expect(header.locator(".rooms a").first).to_be_visible()
    for row in header.locator(".rooms a").all():
        assert row.bounding_box()["height"] >= 44  # type: ignore[index]
    page.locator(".menu > summary").click()
    page.locator(".own > summary").click()
    expect(header.get_by_role("link", name=settings[language])).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(header.locator(".links a").first).to_be_visible()
    expect(page.locator(".menu > summary")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_who_is_signed_in_reads_on_a_phone_in_which_room_they_are_and_escape_closes_a_menu(
    okrug: Served, browser: Browser, language: str
) -> None:
    """Played: beside the name the room was cut to “· Ұсыны…”."""
    context = okrug.context(browser, Role.OFFICE, language)
    page = context.new_page()
    ideas, meetings, poll = okrug.path(IDEAS, "/proposals"), okrug.path(DONE, "/meetings"), okrug.path(VOTING, "/poll")
    for path in (ideas, meetings, poll, "/my-work"):
        page.goto(okrug.origin + path)
        menu, own = page.locator(".menu > summary"), page.locator(".own > summary")
        assert " · " in menu.inner_text()
        cut = "(line) => line.scrollWidth > line.clientWidth || line.scrollHeight > line.clientHeight"
        assert not menu.evaluate(cut), menu.inner_text()
        assert menu.bounding_box()["height"] == 48  # type: ignore[index]
        name = page.locator(".own .name").text_content() or ""
        expect(own).to_have_accessible_name(name)
        assert len(page.locator(".own .initials").inner_text()) == 2
        for folded in (menu, own):
            folded.click()
            page.keyboard.press("Escape")
            expect(page.locator("header details[open]")).to_have_count(0)
            expect(folded).to_be_focused()
        own.click()
        expect(own).to_have_text(name, use_inner_text=True)
    context.close()


def test_an_office_does_its_work_without_scripts(okrug: Served, browser: Browser) -> None:
    """Settings, a look at the rooms, and the language: links and forms alone."""
    context = okrug.context(browser, Role.OFFICE, java_script_enabled=False)
    page = context.new_page()
    page.goto(okrug.origin + "/krasnoyar/settings")
    page.get_by_role("link", name="РУС").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.goto(okrug.origin + okrug.path(IDEAS))
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.locator("h1")).to_be_visible()
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_without_scripts_the_ballot_says_at_once_where_to_vote(okrug: Served, browser: Browser, language: str) -> None:
    described = KRASNOYAR.described
    place = {"kk": described.paper_place, "ru": described.paper_place_ru, "en": described.paper_place_en}[language]
    context = okrug.context(browser, language=language, java_script_enabled=False)
    page = context.new_page()
    page.goto(okrug.origin + okrug.path(VOTING, "/poll/vote"))
    expect(page.locator("#elsewhere")).to_be_visible()
    expect(page.locator("#elsewhere")).to_contain_text(place)
    expect(page.locator("h1 + #elsewhere")).to_have_count(1)  # the heading has something below it
    page.locator("#elsewhere .back").click()
    assert page.url == okrug.origin + okrug.path(VOTING, "/poll")
    page.go_back()
    expect(page.locator("#vote form")).to_have_count(2)
    for form in page.locator("#vote form").all():
        expect(form).to_be_hidden()
    context.close()


def test_the_keyboard_alone_votes(okrug: Served, browser: Browser) -> None:
    """Every step by Tab, Space and Enter; the focus is never lost."""
    voter, code = okrug.cycles[VOTING].cards[3]
    page = okrug.context(browser, language="en").new_page()
    page.goto(okrug.origin + okrug.path(VOTING, "/poll/vote"))
    page.get_by_label("IIN").focus()
    page.keyboard.type(voter.iin.text)
    page.keyboard.press("Tab")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Choose projects")
    expect(page.locator("h1")).to_be_focused()
    tab_to(page, "#projects input")
    page.keyboard.press("Space")
    expect(page.locator("#projects input:checked")).to_have_count(1)
    tab_to(page, ".sticky .button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Check your ballot")
    tab_to(page, "[data-action=cast]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your ballot is in the box", timeout=20_000)
    expect(page.locator("h1")).to_be_focused()
    page.context.close()
