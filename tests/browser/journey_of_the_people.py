"""The journey's beginning: two people found the okrug, staff come by invitation, residents activate."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

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
    press_finally,
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
    page.wait_for_url(lambda address: not address.endswith("/invitation"))
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
        home.locator(".own > summary").click()
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
        told(page, "The member counts once another body has confirmed the record.")
        page = okrug.at("secretary" if office == "chair" else "chair", "/krasnoyar/assembly")
        press_finally(page, "Confirm the member")
        told(page, "The member is confirmed.")
    okrug.camera.take(page, "assembly")
