"""The journey's first rooms: people get their accounts, residents propose, the office reviews, the assembly decides."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from pb.core.national_numbers import IIN
from tests.browser.journey import (
    OKRUG,
    SETTLEMENTS,
    Installation,
    Person,
    Visits,
    fill,
    heading,
    press,
    told,
)
from tests.browser.screens import Camera
from tests.village import invented_iin

PASSWORD = "төрт жай сөз қатар"
STAFF = {
    "administrator": "Дәурен Тлеубаев",
    "office": "Айгүл Сериковна",
    "akim": "Ерлан Болатұлы",
    "chair": "Бауыржан Нұрланов",
    "secretary": "Гүлнар Омарова",
    "registrar": "Дина Қасымова",
    "clerk": "Зарина Ким",
    "deputy": "Қанат Оспанов",
    "auditor": "Людмила Ткач",
    "trustee 1": "Мұрат Жүнісов",
    "trustee 2": "Наталья Бауэр",
    "trustee 3": "Сәуле Ахметова",
}
FOUNDERS = ("administrator", "chair")
COOLING = 4  # days: three, and the hours in which the others were appointed
# After so many days, in this order: the role, who proposes, who confirms.
APPOINTED = (
    (
        COOLING,
        (
            ("office", "administrator", "chair"),
            ("secretary", "chair", "administrator"),
            ("akim", "office", "chair"),
            ("deputy", "office", "chair"),
            ("registrar", "office", "chair"),
            ("clerk", "office", "chair"),
        ),
    ),
    (
        COOLING,
        (
            ("auditor", "chair", "deputy"),
            ("trustee 1", "chair", "deputy"),
            ("trustee 2", "chair", "deputy"),
            ("trustee 3", "chair", "deputy"),
        ),
    ),
)
RESIDENTS = ("Тимур Әбенов", "Шолпан Ибраева")
MEMBERS = (
    ("Бауыржан Нұрланов", "chair"),
    ("Гүлнар Омарова", "secretary"),
    ("Әсел Есенова", "member"),
    ("Виктор Шмидт", "member"),
    ("Жанна Ли", "member"),
)
ENVELOPE = 45_000_000


@dataclass(frozen=True)
class Idea:
    title: str
    category: str
    cost: int
    programme: str
    verdict: str = "accept"
    checked: int | None = None  # the office's cost, where it differs


IDEAS = (
    Idea("Абай көшесін жарықтандыру", "lighting", 18_500_000, "008"),
    Idea("Балалар алаңы мен отыратын орындықтар", "sport", 9_500_000, "028", checked=9_000_000),
    Idea("Өзен бойындағы су құбырын жөндеу", "water", 30_000_000, "014"),
    Idea("Автобус аялдамасына күрке", "streets", 2_400_000, "013", verdict="return"),
    Idea("Клубтың шатырын жаңарту", "culture", 12_000_000, "006"),
    Idea("Мектепке жаңа спортзал", "sport", 25_000_000, "028", verdict="refuse"),
)


@dataclass
class Okrug:
    """The people of the journey and the cycle that they make."""

    installation: Installation
    visits: Visits
    camera: Camera
    people: dict[str, Person] = field(default_factory=dict)
    residents: list[Person] = field(default_factory=list)
    cycle: str = ""  # its path
    proposals: list[str] = field(default_factory=list)  # their paths

    def at(self, who: str, path: str) -> Page:
        return self.visits.at(self.people[who], path)

    @property
    def trustees(self) -> list[Person]:
        return [person for role, person in self.people.items() if role.startswith("trustee")]


# 0. People


def staff_come_by_invitation(okrug: Okrug) -> None:
    """The founding names two; all others are proposed by one body and confirmed by another, who hands the link over."""
    founders = {role: okrug.people.setdefault(role, Person(STAFF[role], iin_of(role))) for role in FOUNDERS}
    for person, link in zip(founders.values(), the_okrug_is_founded(okrug, *founders.values()), strict=True):
        accepts(okrug, person, link)
    for days, appointments in APPOINTED:
        okrug.installation.pass_days(days)
        for role, proposer, confirmer in appointments:
            person = okrug.people[role] = Person(STAFF[role], iin_of(role))
            accepts(okrug, person, appointed(okrug, person, role, proposer, confirmer))
    okrug.installation.pass_days(COOLING)


def iin_of(role: str) -> IIN:
    return invented_iin(1 + list(STAFF).index(role))


def the_okrug_is_founded(okrug: Okrug, administrator: Person, chair: Person) -> list[str]:
    """The links of the two whom the installation names."""
    names = [part for name, value in OKRUG.items() for part in (f"--{name}", value)]
    places = [part for name in SETTLEMENTS for part in ("--settlement", name)]
    two = ["--administrator", administrator.name, "--administrator-basis", "өкім № 1"]
    two += ["--chair", chair.name, "--chair-basis", "хаттама № 1"]
    typed = f"{administrator.iin.text}\n{chair.iin.text}\n"
    printed = okrug.installation.command("territory", "found", *names, *places, *two, typed=typed)
    return re.findall(r"http\S+/invitation#\S+", printed)


def appointed(okrug: Okrug, person: Person, role: str, proposer: str, confirmer: str) -> str:
    """Both bodies at their pages; the link that the confirmer is shown."""
    page = okrug.at(proposer, "/krasnoyar/roles/new")
    fill(page, iin=person.iin.text, name=person.name, role=role.split(maxsplit=1)[0], basis="өкім № 1")
    if role.startswith("trustee"):
        fill(page, body=f"{role}: ұйым")
    press(page, "Propose")
    told(page, "Another body must confirm it")
    assert "/invitation#" not in page.content(), "who proposes sees no link"
    page = okrug.at(confirmer, "/krasnoyar/roles")
    path = page.get_by_role("link", name=person.name).first.get_attribute("href")
    page = okrug.at(confirmer, path or "")
    okrug.camera.take(page, "confirm-role", once=True)
    press(page, "Confirm")
    heading(page, "Confirmed")
    return page.locator("main .mono", has_text="/invitation#").inner_text()


def accepts(okrug: Okrug, person: Person, link: str) -> None:
    page = okrug.visits.stranger()
    page.goto(link)
    expect(page.locator("[name=code]")).to_have_value(link.partition("#")[2])
    assert "#" not in page.url, "the secret must not stay in the browser's history"
    okrug.camera.take(page, "invitation", once=True)
    fill(page, password=PASSWORD, repeated=PASSWORD)
    press(page, "Go on")
    okrug.camera.take(page, "authenticator", once=True)
    okrug.visits.show_code(page, person)
    told(page, "Your password is set")
    person.password, person.context = PASSWORD, page.context


def a_link_works_once(okrug: Okrug) -> None:
    person = Person("Рауан Сатпаев", invented_iin(90))
    link = appointed(okrug, person, "observer", "office", "chair")
    accepts(okrug, person, link)
    page = okrug.visits.stranger()
    page.goto(link)
    fill(page, password=PASSWORD, repeated=PASSWORD)
    press(page, "Go on")
    expect(page.locator("#errors")).to_contain_text("was used or has expired")


def residents_are_registered_and_activate(okrug: Okrug) -> None:
    for number, name in enumerate(RESIDENTS):
        person = Person(name, invented_iin(20 + number), PASSWORD)
        desk = okrug.at("clerk", "/krasnoyar/residents/register")
        fill(desk, iin=person.iin.text, name=name, settlement=SETTLEMENTS[number])
        press(desk, "Register and show the code")
        heading(desk, "Code for the account")
        assert person.iin.text not in desk.locator("main").inner_text(), "the IIN stands masked"
        code = desk.locator("dd.mono").inner_text()
        home = okrug.visits.stranger()
        home.goto(f"{okrug.installation.origin}/activate")
        okrug.camera.take(home, "activate", once=True)
        fill(home, iin=person.iin.text, code=code.lower(), password=PASSWORD, repeated=PASSWORD)
        press(home, "Set the password")
        told(home, "Your password is set")
        home.locator(".menu > summary").click()
        home.get_by_role("button", name="Sign out").click()
        okrug.visits.sign_in(home, person)
        person.context = home.context
        okrug.residents.append(person)


def members_are_recorded(okrug: Okrug) -> None:
    for name, office in MEMBERS:
        page = okrug.at("office", "/krasnoyar/assembly")
        today = okrug.installation.today()
        fill(page, name=name, settlement=SETTLEMENTS[0], office=office, term_from=today)
        fill(page, term_until=today + timedelta(days=1400), electing_document="жиын хаттамасы № 1")
        press(page, "Record the member")
        told(page, "The member is recorded.")
    okrug.camera.take(page, "assembly")


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
    if page.url.endswith("/advance"):  # what it cuts off is told once more
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
    _describe(page, IDEAS[0])
    press(page, "Submit for review")
    expect(page.locator("#errors")).to_be_visible()  # three proposals are the limit of one resident


def _describe(page: Page, idea: Idea) -> None:
    fill(page, title=idea.title, problem="Кешке көше қараңғы, балалар мектептен қорқып қайтады.")
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
        _find(page, idea)
        if idea.verdict == "return":
            fill(page, verdict="return", reason="Аялдама қай үйдің жанында?")
            press(page, "Record the review")
            told(page, "The review is recorded.")
            the_author_answers(okrug, number)
            page = _review(okrug, number)
            expect(page.locator("main")).to_contain_text("Аялдама қай үйдің жанында?")
            _find(page, idea)
        if idea.verdict == "refuse":
            fill(page, competence="other", verdict="refuse", reason="Мектептер қаланың білім бөліміне қарайды.")
            press(page, "Record the review")
            expect(page.locator("[name=competent_body]")).to_have_attribute("aria-invalid", "true")
            fill(page, competent_body="Көкшетау қаласының білім бөлімі")
        press(page, "Record the review")
        told(page, "The review is recorded.")
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
    fill(page, competence="okrug", feasible="yes", feasibility="Жер мен желілер бар.", programme=idea.programme)
    fill(page, verdict="accept")
    if idea.checked:
        fill(page, cost=str(idea.checked))
        press(page, "Record the review")
        expect(page.locator("[name=cost_explanation]")).to_have_attribute("aria-invalid", "true")
        fill(page, cost_explanation="Орындықтар тендер бағасымен.")


def the_author_answers(okrug: Okrug, number: int) -> None:
    page = okrug.visits.at(okrug.residents[number // 3], okrug.proposals[number])
    expect(page.locator(".banner.warning")).to_contain_text("Аялдама қай үйдің жанында?")
    page.get_by_role("link", name="Answer and submit again").click()
    fill(page, answer="12-үйдің жанында.", place="Абай көшесі, 12-үй")
    press(page, "Answer and submit again")
    told(page, "Your answer was sent. The office reviews the proposal again.")


# 4. The assembly


def the_chair_convenes(okrug: Okrug, label: str, *, in_days: int = 11) -> str:
    """Convenes a meeting at eleven o'clock and returns its path."""
    page = okrug.at("chair", f"{okrug.cycle}/meetings")
    if label == "Convene again":
        page.get_by_role("link", name=re.compile("^Meeting № ")).first.click()
    page.get_by_role("link", name=label).click()
    okrug.camera.take(page, "gathering-plan", once=True)
    fill(page, meets_on=okrug.installation.today() + timedelta(days=1), meets_time="11:00", place="Мәдениет үйі")
    press(page, "Convene the meeting")
    expect(page.locator("[name=meets_on]")).to_have_attribute("aria-invalid", "true")  # too short a notice
    fill(page, meets_on=_day(okrug, in_days))
    press(page, "Convene the meeting")
    told(page, "The meeting is convened.")
    return re.sub(r"^https?://[^/]+", "", page.url)


def _day(okrug: Okrug, days: int) -> date:
    return okrug.installation.today() + timedelta(days=days)


def the_secretary_marks(okrug: Okrug, meeting: str, present: int) -> Page:
    page = okrug.at("secretary", meeting)
    page.get_by_role("link", name="Mark who is present").click()
    okrug.camera.take(page, "gathering-attendance", once=True)
    for box in page.locator("[name=present]").all()[:present]:
        box.check()
    press(page, "Save who is present")
    return page


def without_a_quorum_nothing_is_decided(okrug: Okrug, meeting: str) -> None:
    page = the_secretary_marks(okrug, meeting, present=2)
    told(page, "There is no quorum.")
    expect(page.get_by_role("link", name="Record the votes")).to_have_count(0)
    expect(page.get_by_role("link", name="Draw up the minutes")).to_have_count(0)
    okrug.camera.take(page, "gathering-no-quorum")


def record_votes(okrug: Okrug, meeting: str, position: int, in_favour: int, against: int, **more: str) -> Page:
    """Records the votes on a point of the agenda; `conflicted` names a member."""
    page = okrug.at("secretary", meeting)
    page.locator("ol.cards > li").nth(position - 1).get_by_role("link", name="Record the votes").click()
    okrug.camera.take(page, "gathering-vote", once=True)
    if "conflicted" in more:
        page.get_by_label(more["conflicted"]).and_(page.locator("[name=conflicted]")).check()
    fill(page, in_favour=in_favour, against=against, abstained=0)
    press(page, "Record the votes")
    told(page, "The votes are recorded.")
    return page


def minutes_are_confirmed_and_answered(okrug: Okrug, meeting: str, number: str) -> None:
    page = okrug.at("secretary", f"{meeting}/minutes")
    fill(page, number=number)
    press(page, "Draw up the minutes")
    told(page, "The minutes are drawn up.")
    for role in ("chair", "secretary"):
        page = okrug.at(role, f"{meeting}/minutes")
        press(page, "Confirm these minutes")
        told(page, "You confirmed the minutes.")
    expect(page.get_by_role("button", name="Draw up the minutes")).to_have_count(0)
    okrug.installation.pass_days(2)
    page = okrug.at("akim", f"{meeting}/minutes")
    fill(page, agrees="no")
    press(page, "Record the answer")
    expect(page.locator("[name=reason]")).to_have_attribute("aria-invalid", "true")
    fill(page, agrees="yes")
    press(page, "Record the answer")
    told(page, "The answer is recorded.")


def the_assembly_validates(okrug: Okrug) -> None:
    failed = the_chair_convenes(okrug, "Convene a meeting")
    okrug.installation.pass_days(11, hour=12)
    without_a_quorum_nothing_is_decided(okrug, failed)
    meeting = the_chair_convenes(okrug, "Convene again")
    okrug.installation.pass_days(11, hour=12)
    told(the_secretary_marks(okrug, meeting, present=5), "A quorum is present.")
    record_votes(okrug, meeting, 1, 5, 0)
    record_votes(okrug, meeting, 2, 4, 0, conflicted="Жанна Ли")
    record_votes(okrug, meeting, 3, 3, 2)
    record_votes(okrug, meeting, 4, 3, 1, conflicted="Виктор Шмидт")
    page = record_votes(okrug, meeting, 5, 2, 2, conflicted="Жанна Ли")  # a tie is a rejection
    expect(page.locator("ol.cards > li").nth(4)).to_contain_text("Votes needed: 3.")
    okrug.camera.take(page, "gathering")
    minutes_are_confirmed_and_answered(okrug, meeting, "2026/1")
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
