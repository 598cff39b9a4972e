"""The journey's first rooms: the office opens a cycle, residents propose, the office reviews, the assembly decides."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.journey import (
    SETTLEMENTS,
    fill,
    heading,
    press,
    press_finally,
    told,
)
from tests.browser.journey_of_the_people import Okrug

ENVELOPE = 45_000_000


@dataclass(frozen=True)
class Idea:
    title: str
    russian: str  # what the office calls it
    category: str
    cost: int
    programme: str
    verdict: str = "accept"
    checked: int | None = None  # the office's cost, where it differs


IDEAS = (
    Idea("Абай көшесін жарықтандыру", "Освещение улицы Абая", "lighting", 18_500_000, "008"),
    Idea(
        "Балалар алаңы мен отыратын орындықтар",
        "Детская площадка и скамейки",
        "sport",
        9_500_000,
        "028",
        checked=9_000_000,
    ),
    Idea("Өзен бойындағы су құбырын жөндеу", "Ремонт водопровода у реки", "water", 30_000_000, "014"),
    Idea("Автобус аялдамасына күрке", "Навес на остановке", "streets", 2_400_000, "013", verdict="return"),
    Idea("Клубтың шатырын жаңарту", "Новая крыша клуба", "culture", 12_000_000, "006"),
    Idea("Мектепке жаңа спортзал", "Новый спортзал школы", "sport", 25_000_000, "028", verdict="refuse"),
)


# 1. Cycle


def the_office_opens_a_cycle(okrug: Okrug) -> None:
    page = okrug.at("office", "/krasnoyar/cycles/new")
    okrug.camera.take(page, "cycle-new")
    fill(page, envelope="45 000 000", project_limit="30 000 000", choices="3")
    press(page, "Open the cycle")
    told(page, "The cycle is open")
    okrug.cycle = re.sub(r"^https?://[^/]+", "", page.url).rstrip("/")
    okrug.camera.take(page, "cycle-office")


def the_office_moves_on(okrug: Okrug, phase: str) -> None:
    page = okrug.at("office", okrug.cycle)
    page.get_by_role("main").get_by_text("Move the cycle on", exact=True).click()
    press(page, "Yes, move it on")
    told(page, f"The cycle moved on: {phase}")


# 2. Proposals


def residents_propose(okrug: Okrug) -> None:
    for number, idea in enumerate(IDEAS):
        page = okrug.visits.at(okrug.residents[number // 3], f"{okrug.cycle}/proposals/new")
        if number == 0:
            a_bad_input_keeps_all_else(okrug, page, idea)
        _describe(page, idea)
        if number == 1:
            press(page, "Keep as a draft")
            told(page, "Only you see it")
            stranger = okrug.visits.stranger()
            answer = stranger.goto(page.url)
            assert answer is not None
            assert answer.status == 404, "a draft is nobody else's business"
            page.get_by_role("link", name="Change and submit").click()
            expect(page.locator("[name=title]")).to_have_value(idea.title)
        press(page, "Submit for review")
        told(page, "The proposal was submitted.")
        heading(page, idea.title)
        okrug.proposals.append(re.sub(r"^https?://[^/]+", "", page.url))
    page = okrug.visits.at(okrug.residents[0], f"{okrug.cycle}/proposals/new")
    _describe(page, replace(IDEAS[0], title="Тағы бір көшені жарықтандыру"))  # the same once more would be asked about
    press(page, "Submit for review")
    expect(page.locator("#errors")).to_be_visible()  # three proposals are the limit of one resident


def _describe(page: Page, idea: Idea) -> None:
    fill(page, language="kk", title=idea.title, problem="Кешке көше қараңғы, балалар мектептен қорқып қайтады.")
    fill(page, solution="Бағаналар мен шамдар қою.", settlement=SETTLEMENTS[0], place="Абай көшесі")
    fill(page, category=idea.category, cost=f"{idea.cost:,}".replace(",", " "))


def a_bad_input_keeps_all_else(okrug: Okrug, page: Page, idea: Idea) -> None:
    okrug.camera.take(page, "proposal-new")
    _describe(page, idea)
    fill(page, cost="он сегіз миллион", problem="")
    press(page, "Submit for review")
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("[name=cost]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=cost]")).to_have_value("он сегіз миллион")
    expect(page.locator("[name=title]")).to_have_value(idea.title)
    expect(page.locator(f"[name=category][value={idea.category}]")).to_be_checked()
    assert page.title().startswith("Error: ")
    expect(page.locator("#errors a")).to_have_count(2)
    page.locator("#errors a[href='#cost']").click()
    expect(page.locator("[name=cost]")).to_be_focused()


# 3. Review


def the_office_reviews(okrug: Okrug) -> None:
    okrug.camera.take(okrug.at("office", f"{okrug.cycle}/reviews"), "review-queue")
    for number, idea in enumerate(IDEAS):
        page = _review(okrug, number)
        if number == 0:
            okrug.camera.take(page, "review")
        if idea.verdict == "refuse":
            _refuse(page)
            continue
        _find(page, idea)
        if idea.verdict == "return":
            _decide(page, verdict="return", reason="Аялдама қай үйдің жанында?")
            the_author_answers(okrug, number)
            page = _review(okrug, number)
            expect(page.locator("main")).to_contain_text("Аялдама қай үйдің жанында?")
            _find(page, idea)
        page = _review(okrug, number)  # a draft waits where it was left
        _decide(page, verdict="accept")
    stranger = okrug.visits.stranger()
    stranger.goto(okrug.installation.origin + okrug.proposals[5])
    expect(stranger.locator(".banner.bad")).to_contain_text("білім бөліміне қарайды")
    okrug.camera.take(stranger, "proposal-refused")
    stranger.goto(okrug.installation.origin + okrug.proposals[3])
    expect(stranger.locator("ol.history")).to_contain_text("Аялдама қай үйдің жанында?")
    okrug.camera.take(stranger, "proposal-history")
    stranger.goto(f"{okrug.installation.origin}{okrug.cycle}/proposals")
    okrug.camera.take(stranger, "proposals")


def _review(okrug: Okrug, number: int) -> Page:
    return okrug.at("office", okrug.proposals[number].replace("/proposals/", "/reviews/"))


def _find(page: Page, idea: Idea) -> None:
    """Answers each question but the last."""
    _answer(page, competence="okrug")
    _answer(page, feasible="yes", feasibility="Жер мен желілер бар.")
    if idea.checked:
        _answer(page, cost=str(idea.checked))
        expect(page.locator("[name=cost_explanation]")).to_have_attribute("aria-invalid", "true")
        _answer(page, cost_explanation="Орындықтар тендер бағасымен.")
    else:
        _answer(page, cost=str(idea.cost))
    expect(page.locator("[name=title_kk]")).to_have_value(idea.title)
    _answer(page, programme=idea.programme, title_ru=idea.russian, summary_ru="Поставить столбы и фонари.")


def _refuse(page: Page) -> None:
    """Another body's matter: neither its cost nor a programme is asked for."""
    _answer(page, competence="other")
    expect(page.locator("[name=competent_body]")).to_have_attribute("aria-invalid", "true")
    _answer(page, competent_body="Көкшетау қаласының білім бөлімі")
    _decide(page, verdict="refuse", reason="Мектептер қаланың білім бөліміне қарайды.")


def _answer(page: Page, **answers: str) -> None:
    fill(page, **answers)
    press(page, "Keep and go on")


def _decide(page: Page, **answers: str) -> None:
    _answer(page, **answers)
    press(page, "Record the review")
    told(page, "The review is recorded.")


def the_author_answers(okrug: Okrug, number: int) -> None:
    page = okrug.visits.at(okrug.residents[number // 3], okrug.proposals[number])
    expect(page.get_by_role("region", name="What happens next")).to_contain_text("Аялдама қай үйдің жанында?")
    page.get_by_role("link", name="Answer and submit again").click()
    fill(page, answer="12-үйдің жанында.", place="Абай көшесі, 12-үй")
    press(page, "Answer and submit again")
    told(page, "Your answer was sent. The office reviews the proposal again.")


# 4. The assembly


def the_chair_convenes(okrug: Okrug, label: str, *, in_days: int = 11) -> str:
    """Convenes a meeting at eleven o'clock and returns its path."""
    page = okrug.at("chair", f"{okrug.cycle}/meetings")
    if label == "Convene again":
        page.get_by_role("link", name=re.compile("^Meeting on .*, №")).first.click()
    page.get_by_role("link", name=label).click()
    okrug.camera.take(page, "gathering-plan", once=True)
    fill(page, meets_on=okrug.installation.today() + timedelta(days=1), meets_time="11:00", place="Мәдениет үйі")
    press(page, "Convene the meeting")
    expect(page.locator("[name=meets_on]")).to_have_attribute("aria-invalid", "true")  # too short a notice
    fill(page, meets_on=_day(okrug, in_days))
    press(page, "Convene the meeting")
    okrug.camera.take(page, "gathering-convene", once=True)
    press(page, "Convene the meeting")  # the day with its weekday was looked at
    told(page, "The meeting is convened.")
    return re.sub(r"^https?://[^/]+", "", page.url)


def _day(okrug: Okrug, days: int) -> date:
    return okrug.installation.today() + timedelta(days=days)


def too_few_come(okrug: Okrug, meeting: str) -> None:
    """A press for each who comes; all are counted, and the meeting decides nothing."""
    page = okrug.at("office", meeting)
    page.get_by_role("link", name="Mark who is present").click()
    okrug.camera.take(page, "gathering-attendance", once=True)
    for name in ("Әсел Есенова", "Бауыржан Нұрланов"):
        press(page, f"Came – {name}")
        expect(page.get_by_role("button", name=f"Went away – {name}")).to_be_visible()
    expect(page.locator(".strip")).to_contain_text("No quorum: 1 more needed")
    press(page, "All are counted: there is no quorum")
    press(page, "There is no quorum")
    told(page, "There is no quorum.")
    expect(page.get_by_role("link", name="Record the votes")).to_have_count(0)
    expect(page.get_by_role("link", name="Draw up the minutes")).to_have_count(0)
    okrug.camera.take(page, "gathering-no-quorum")


def all_are_marked_at_once(okrug: Okrug, meeting: str, present: int) -> None:
    """Who opens the meeting marks the first members of the list, and keeps the record until it has a secretary."""
    page = okrug.at("office", meeting)
    page.get_by_role("link", name="Mark who is present").click()
    page.get_by_text("Mark all at once").click()
    expect(page.locator("[name=present]").first).to_be_visible()  # `all` below does not wait for the page
    for number, box in enumerate(page.locator("[name=present]").all()):
        box.set_checked(number < present)
    expect(page.locator("[name=present]:checked")).to_have_count(present)
    press(page, "Save who is present")
    told(page, "A quorum is present.")


def officers_are_elected(okrug: Okrug, meeting: str, present: int) -> None:
    """Those present elect chair and secretary by open vote; both take their offices up with their own accounts."""
    page = okrug.at("office", meeting)
    page.get_by_role("link", name="Elect the chair").click()
    okrug.camera.take(page, "gathering-officer", once=True)
    fill(page, name="Бауыржан Нұрланов")
    press(page, f"Unanimous: {present} in favour")
    told(page, "Elected: Бауыржан Нұрланов.")
    heading(page, "Elect the secretary")
    fill(page, name="Гүлнар Омарова")
    page.get_by_text("Not unanimous: count").click()
    fill(page, in_favour=1, against=0, abstained=present - 1)
    press(page, "Record the votes")
    expect(page.locator("[name=in_favour]")).to_have_attribute("aria-invalid", "true")  # too few are in favour
    fill(page, in_favour=present - 1, abstained=1)
    press(page, "Record the votes")
    told(page, "Elected: Гүлнар Омарова.")
    for role, office in (("chair", "Chair of the meeting"), ("secretary", "Secretary of the meeting")):
        page = okrug.at(role, meeting)
        press(page, f"Take up this office: {office}")
        press(page, "Take up this office")
        told(page, "You hold the office for this meeting.")
    expect(okrug.at("office", meeting).get_by_role("link", name="Adopt the agenda")).to_have_count(0)


def the_agenda_is_adopted(okrug: Okrug, meeting: str, present: int) -> None:
    """The secretary's device takes the record over from the one that opened the meeting."""
    page = okrug.at("secretary", meeting)
    page.get_by_role("link", name="Adopt the agenda").click()
    okrug.camera.take(page, "gathering-agenda", once=True)
    press(page, "Write on this device")
    told(page, "From now on this device writes the record.")
    press(page, f"Unanimous: {present} in favour")
    told(page, "The agenda is adopted.")


def a_meeting_opens(okrug: Okrug, meeting: str, present: int) -> None:
    all_are_marked_at_once(okrug, meeting, present)
    officers_are_elected(okrug, meeting, present)
    the_agenda_is_adopted(okrug, meeting, present)


def record_votes(okrug: Okrug, meeting: str, position: int, in_favour: int, against: int, **more: str) -> None:
    """Records the votes on a point of the agenda; `conflicted` names a member."""
    page = okrug.at("secretary", meeting)
    page.get_by_role("link", name=re.compile(f"^Question {position} of ")).click()
    okrug.camera.take(page, "gathering-vote", once=True)
    if "conflicted" in more:
        page.get_by_text("Somebody has a conflict of interest").click()
        page.get_by_label(more["conflicted"]).and_(page.locator("[name=conflicted]")).check()
    if against == 0:
        press(page, f"Unanimous: {in_favour} in favour")
    else:
        fill(page, in_favour=in_favour, against=against, abstained=0)
        expect(page.locator("[data-left]")).to_have_text("Left to count: 0")
        press(page, "Record the votes")
    told(page, "The votes are recorded.")


def minutes_are_confirmed_and_answered(okrug: Okrug, meeting: str) -> None:
    page = okrug.at("secretary", f"{meeting}/minutes")
    press(page, "Draw up the minutes")
    told(page, "The minutes are drawn up.")
    for role in ("chair", "secretary"):
        page = okrug.at(role, f"{meeting}/minutes")
        press_finally(page, "Confirm these minutes")
        told(page, "You confirmed the minutes.")
    expect(page.get_by_role("button", name="Draw up the minutes")).to_have_count(0)
    okrug.installation.pass_days(2)
    page = okrug.at("akim", f"{meeting}/minutes")
    fill(page, agrees="no")
    press(page, "Record the answer")
    expect(page.locator("[name=reason]")).to_have_attribute("aria-invalid", "true")
    fill(page, agrees="yes")
    press_finally(page, "Record the answer")
    told(page, "The answer is recorded.")


def the_assembly_validates(okrug: Okrug) -> None:
    failed = the_chair_convenes(okrug, "Convene a meeting")
    okrug.installation.pass_days(11, hour=12)
    too_few_come(okrug, failed)
    meeting = the_chair_convenes(okrug, "Convene again")
    okrug.installation.pass_days(11, hour=12)
    a_meeting_opens(okrug, meeting, present=5)
    record_votes(okrug, meeting, 1, 5, 0)
    record_votes(okrug, meeting, 2, 4, 0, conflicted="Жанна Ли")
    record_votes(okrug, meeting, 3, 3, 2)
    record_votes(okrug, meeting, 4, 3, 1, conflicted="Виктор Шмидт")
    record_votes(okrug, meeting, 5, 2, 2, conflicted="Жанна Ли")  # a tie is a rejection
    page = okrug.at("secretary", meeting)
    expect(page.locator("ol.cards > li").nth(4)).to_contain_text("Votes needed: 3.")
    okrug.camera.take(page, "gathering")
    minutes_are_confirmed_and_answered(okrug, meeting)
    okrug.camera.take(okrug.at("akim", f"{meeting}/minutes"), "minutes")
    a_document_is_printed(okrug, f"{meeting}/minutes")
    a_document_is_printed(okrug, meeting)


def a_document_is_printed(okrug: Okrug, path: str) -> None:
    """One press on the link of the Kazakh PDF: a background job makes it, and it opens by itself."""
    page = okrug.at("office", path)
    with page.expect_download() as paper:
        page.get_by_role("link", name=re.compile("қазақша|Print in Kazakh")).first.click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
    okrug.camera.take(page, "document", once=True)
