"""Where a person is reached: given, shown to be theirs by a code, forgotten; and who exactly is told, by a count."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from smtplib import SMTPRecipientsRefused
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from structlog.testing import capture_logs

from pb import clock
from pb.act import Role
from pb.formats import day
from pb.identity.models import Person
from pb.jobs.models import Job
from pb.notices.models import Channel, Contact, Kind, Notice, Sending, Topic
from pb.notices.service import carriers, contacts, following, terms
from pb.notices.service.choices import usual
from pb.notices.views import addresses
from pb.settings import Settings
from tests.conftest import SignIn, english, make_app
from tests.notices.told import PHONE, Told, in_a_while
from tests.sessions import session_of
from tests.village import KEYS

MANY = 120


def test_a_telephone_is_told_of_nothing_before_its_code_came_back(told: Told, sign_in: SignIn) -> None:
    author = sign_in(Role.RESIDENT)
    assert author.post("/notices/sms", data={"address": "8 (701) 000-00-01"}).status_code == 302
    told.work()
    ((number, text),) = told.texts()
    assert number == PHONE["author"]
    code = re.findall(r"\d{6}", text)[0]
    told.review()
    told.work()
    assert len(told.texts()) == 1
    wrong = f"{(int(code) + 1) % 10**6:06}"
    answer = author.post("/notices/sms/code", data={"code": wrong}).text
    assert "Look at it again, or have another one sent." in answer.partition('id="code-error"')[2], "at the field"
    assert "not shown to be yours yet" in author.get("/notices/sms").text
    author.post("/notices/sms/code", data={"code": code})
    assert "It was shown to be yours: notices go there." in author.get("/notices/sms").text
    author.post("/notices/sms/forget")
    assert PHONE["author"] not in author.get("/notices/sms").text
    author.post("/notices/sms", data={"address": "+77470000002"})
    told.work()
    before = len(told.texts())
    told.work()
    last = dict(told.texts())
    assert "your address was deleted, no notices come here any more" in last[PHONE["author"]]
    assert "code" in last["+77470000002"]
    assert len(told.texts()) == before, "once, and it goes"
    with told.okrug.act_as() as act:
        assert len(list(act.session.scalars(select(Contact)))) == 1


def code_in(text: str) -> str:
    return re.findall(r"\d{6}", text)[0]


def test_a_mistyped_new_number_silences_nobody_and_the_old_one_is_told_once_when_it_is_replaced(
    told: Told, sign_in: SignIn
) -> None:
    """Played: whoever asked a code for another telephone was told of nothing from then on."""
    old, mistyped, new = PHONE["author"], "+77010000099", "+77470000001"
    told.reach(told.author, Channel.SMS, old)
    told.choose(told.author, mail="", language="en")
    author = sign_in(Role.RESIDENT)
    assert "This address is in use already" in author.post("/notices/sms", data={"address": old}).text
    author.post("/notices/sms", data={"address": mistyped})
    told.review()
    told.work()
    page = author.get("/notices/sms").text
    assert old in page
    assert mistyped in page
    assert "Until its code came back, notices go to the address in use as before." in page
    assert {number for number, text in told.texts() if not re.search(r"\b\d{6}\b", text)} == {old}
    assert f"{old}; {mistyped} (not shown to be yours yet)" in author.get("/notices/choices").text

    author.post("/notices/sms", data={"address": new})
    told.work()
    assert mistyped not in author.get("/notices/sms").text
    before = len(told.texts())
    author.post("/notices/sms/code", data={"code": code_in(dict(told.texts())[new])})
    told.work()
    told.work()
    ((number, text),) = told.texts()[before:]
    assert number == old
    assert "your notices go to another address from now on" in text
    with told.okrug.act_as() as act:
        assert len(list(act.session.scalars(select(Contact)))) == 1
    assert old not in author.get("/notices/sms").text


def test_the_new_address_is_deleted_and_the_old_one_stays(told: Told, sign_in: SignIn) -> None:
    told.reach(told.author, Channel.MAIL, "author@example.kz")
    author = sign_in(Role.RESIDENT)
    author.post("/notices/mail", data={"address": "new@example.kz"})
    author.post("/notices/mail/forget", data={"waiting": "1"})
    page = author.get("/notices/mail").text
    assert "author@example.kz" in page
    assert "new@example.kz" not in page


@pytest.mark.parametrize("waits", ["", "author@example.kz"])
def test_there_is_one_box_until_an_address_was_given(told: Told, sign_in: SignIn, waits: str) -> None:
    author = sign_in(Role.RESIDENT)
    if waits:
        author.post("/notices/mail", data={"address": waits})
    page = author.get("/notices/mail").text
    assert ('name="code"' in page) is bool(waits)
    assert ("No code came?" in page) is bool(waits)
    assert ("Nothing else is sent there before." in page) is not bool(waits)
    assert told.cycle_id


def test_five_wrong_codes_and_the_right_one_opens_nothing(told: Told, sign_in: SignIn) -> None:
    author = sign_in(Role.RESIDENT)
    author.post("/notices/mail", data={"address": "author@example.kz"})
    told.work()
    code = re.findall(r"\d{6}", told.mails()[0].get_content())[0]
    wrong = {"code": "000000" if code != "000000" else "111111"}
    answers = [author.post("/notices/mail/code", data=wrong).text for _each in range(5)]
    only_a_new_one = "Too many wrong codes: this one opens nothing any more. Have a new code sent."
    assert [only_a_new_one in answer.partition('id="code-error"')[2] for answer in answers] == [False] * 4 + [True]
    author.post("/notices/mail/code", data={"code": code})
    with told.okrug.act_as() as act:
        assert act.session.scalars(select(Contact)).one().verified_at is None


def test_a_code_is_too_old_after_half_an_hour(told: Told, sign_in: SignIn) -> None:
    author = sign_in(Role.RESIDENT)
    author.post("/notices/mail", data={"address": "author@example.kz"})
    told.work()
    code = re.findall(r"\d{6}", told.mails()[0].get_content())[0]
    with time_machine.travel(in_a_while(minutes=31)):
        author.post("/notices/mail/code", data={"code": code})
        assert "not shown to be yours yet" in author.get("/notices/mail").text


@pytest.mark.parametrize("number", ["87172 55-55-55", "+7 717 255 55 55", "8 (727) 255-55-55", "8 800 080 77 77"])
def test_a_telephone_in_a_wall_takes_no_sms(told: Told, sign_in: SignIn, number: str) -> None:
    answer = sign_in(Role.RESIDENT).post("/notices/sms", data={"address": number})
    assert answer.status_code == 422
    assert "An SMS reaches mobile numbers alone" in answer.text.partition('id="address-error"')[2]
    assert told.cycle_id


@pytest.mark.parametrize(
    "code", ["700", "701", "702", "705", "706", "707", "708", "747", "751", "764", "771", "775", "778"]
)
def test_every_mobile_code_of_kazakhstan_is_taken(code: str) -> None:
    assert contacts.normal(Channel.SMS, f"8 ({code}) 123-45-67") == f"+7{code}1234567"


@pytest.mark.parametrize("number", ["8 701", "+1 701 000 00 00", "+7 701 000 00 0a", "+7 701 000 00 00 1"])
def test_what_is_no_telephone_of_kazakhstan_is_refused_at_the_field(told: Told, sign_in: SignIn, number: str) -> None:
    answer = sign_in(Role.RESIDENT).post("/notices/sms", data={"address": number})
    assert answer.status_code == 422
    assert "ten digits" in answer.text
    assert told.cycle_id


class Asker:
    """Somebody who asks for codes, and what the answers were."""

    def __init__(self, told: Told, app: Flask, person: Person) -> None:
        self.client = english(app)
        with told.okrug.database.work() as work, self.client.session_transaction() as session:
            session.update(session_of(work, person.id))
        self.refusal = ""

    def ask(self, address: str) -> int:
        answer = self.client.post("/notices/sms", data={"address": address})
        self.refusal = answer.text.partition('id="address-error"')[2][:300]
        return answer.status_code


@pytest.fixture
def limited(told: Told, settings: Settings) -> Flask:
    return make_app(replace(settings, limits=True), told.okrug.database)


def test_nobody_rings_at_a_strangers_all_day_and_keeps_no_code_from_whose_number_it_is(
    told: Told, limited: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: two people took the codes of a neighbour's number, day by day."""
    monkeypatch.setattr(addresses.CODES_TO, "rate", "4 per day")
    monkeypatch.setattr(addresses.FIRST_CODES_TO, "rate", "6 per day")
    number = PHONE["author"]
    first, second, third, fourth = (Asker(told, limited, told.resident(320 + each)) for each in range(4))
    owner = Asker(told, limited, told.author)
    assert [first.ask(number) for _each in range(4)] == [302] * 3 + [429]
    assert [second.ask(number) for _each in range(2)] == [302, 429]
    for asker in (first, second):
        assert "The codes to this address are used up. Ask for the next one after this: " in asker.refusal
        assert "Too much came from here" not in asker.refusal
    assert first.ask("+7 702 000 00 00") == 302, "what was refused took nothing of one's own"
    assert [owner.ask(number) for _each in range(2)] == [302, 429], "the first of a person passes"
    assert [third.ask(number), fourth.ask(number)] == [302, 429], "so many and no more"


def test_somebody_has_five_codes_a_day_and_is_told_that_they_are_their_own(told: Told, limited: Flask) -> None:
    author = Asker(told, limited, told.author)
    assert [author.ask(f"+7702000000{each}") for each in range(6)] == [302] * 5 + [429]
    next_day = day(clock.now() + timedelta(days=1), "en")
    assert "Your codes for a day are used up. Ask for the next one after this: " in author.refusal
    assert any(shown in author.refusal for shown in (next_day, day(clock.now(), "en")))


def test_no_number_and_no_code_stands_in_the_logs(told: Told, sign_in: SignIn) -> None:
    with capture_logs() as logs:
        sign_in(Role.RESIDENT).post("/notices/sms", data={"address": PHONE["author"]})
        told.settings = replace(told.settings, sms_url="http://127.0.0.1:9/", sms_key="secret")
        told.work()
    assert any(line["event"] == "code_not_taken" for line in logs)
    assert not [line for line in logs if PHONE["author"][2:] in repr(line)]


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mail server that takes nothing for bad.example for now; to whom letters were brought."""
    brought: list[str] = []

    def deliver(_settings: Settings, message: EmailMessage) -> None:
        brought.append(message["To"])
        if message["To"].endswith("@bad.example"):
            raise SMTPRecipientsRefused({message["To"]: (450, b"4.1.2 Domain not found")})

    @contextmanager
    def post(settings: Settings) -> Iterator[object]:
        yield lambda _message_id, message: deliver(settings, message)

    monkeypatch.setattr(carriers.outbox, "post", post)
    return brought


def ask_for_code(told: Told, person: Person, address: str) -> None:
    with told.okrug.act_as(person=person) as act:
        contacts.ask_code(act, KEYS, Channel.MAIL, address)


def test_an_address_that_nobody_takes_now_keeps_nobody_elses_code(told: Told, relay: list[str]) -> None:
    """Played: one such address was the first at each run and ended it, and nobody in any okrug had a code any more."""
    people = [told.resident(340 + number) for number in range(6)]
    bad = [f"x{number}@bad.example" for number in range(3)]
    good = [f"neighbour{number}@example.kz" for number in range(3)]
    with time_machine.travel(clock.now(), tick=False) as travel:
        for person, address in zip(people, [*bad, *good], strict=True):
            ask_for_code(told, person, address)
        told.work()
        assert sorted(relay) == sorted(bad + good)
        with told.okrug.act_as() as act:
            assert set(act.session.scalars(select(Job.state).where(Job.kind == contacts.JOB))) == {"done"}
        relay.clear()
        ask_for_code(told, told.author, "late@example.kz")
        told.work()
        assert relay == ["late@example.kz"], "a failure waits for its own next moment"
        relay.clear()
        for pause in contacts.PAUSES:
            travel.shift(pause)
            told.work()
        assert sorted(relay) == sorted(bad * len(contacts.PAUSES))
        travel.shift(timedelta(hours=1))
        told.work()
        assert len(relay) == 3 * len(contacts.PAUSES), "given up"
        assert sum(contacts.PAUSES, timedelta()) <= contacts.LIFE
    with told.okrug.act_as() as act:
        terms.sweep(act.session, in_a_while(days=2))
        assert not list(act.session.scalars(select(Contact.id))), "what was never sent goes too"


def test_exactly_those_who_chose_it_are_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many people with wishes drawn by lot, told a few at a time: counted against what each one wished."""
    monkeypatch.setattr(following, "AT_ONCE", 7)
    drawn, expected = random.Random(16), set()
    for number in range(MANY):
        person = told.resident(400 + number)
        wish = usual(person.id)
        wish.page = ",".join(topic for topic in Topic if drawn.random() < 0.5)
        wish.mail = ",".join(topic for topic in Topic if drawn.random() < 0.5)
        follows, reached = drawn.random() < 0.7, drawn.random() < 0.7
        told.choose(person, page=wish.page, mail=wish.mail, sms="")
        if follows:
            told.follow(person, Kind.OKRUG, told_place(told))
        if reached:
            told.reach(person, Channel.MAIL, f"r{number}@example.kz")
        if follows and reached and Topic.CYCLE in wish.mail:
            expected.add((person.id, "mail"))
        if follows and Topic.CYCLE in wish.page:
            expected.add((person.id, "page"))
    told.okrug.open_cycle(fiscal_year=2031)
    told.work()
    with told.okrug.act_as() as act:
        shown = act.session.execute(select(Notice.person_id).where(Notice.topic == Topic.CYCLE, Notice.shown))
        sent = act.session.execute(select(Sending.person_id, Sending.channel))
        found = [(row.person_id, "page") for row in shown] + [(row.person_id, row.channel) for row in sent]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert len(told.mails()) == len([one for one in expected if one[1] == "mail"])


def told_place(told: Told) -> UUID:
    with told.okrug.act_as() as act:
        return act.territory.id


def test_what_was_sent_is_kept_a_month_and_what_was_told_a_year(told: Told) -> None:
    told.reach(told.author, Channel.MAIL, "author@example.kz")
    told.choose(told.author)
    told.review()
    told.work()
    for days, kept in ((29, (2, 2)), (31, (2, 0)), (366, (0, 0))):
        with told.okrug.act_as() as act:
            terms.sweep(act.session, in_a_while(days=days))
            found = [len(list(act.session.scalars(select(table.id)))) for table in (Notice, Sending)]
        assert tuple(found) == kept, days


@pytest.mark.parametrize("spelling", ["GUESS@Example.kz", "guess+2@example.kz"])
def test_another_spelling_of_an_address_is_no_other_address(spelling: str) -> None:
    """Played: each spelling had five codes of its own."""
    assert contacts.box(spelling) == contacts.box("guess@example.kz") != contacts.box("guest@example.kz")
