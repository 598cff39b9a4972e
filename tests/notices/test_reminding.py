"""Whoever asks is reminded before a vote ends; nothing says whether they voted, and nothing is left afterwards."""

import inspect
import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pb import clock
from pb.act import Role
from pb.clock import ALMATY
from pb.core import sms
from pb.jobs import service as jobs
from pb.keyring import seal_bytes
from pb.notices.models import CONTACT_CONTEXT, Channel, Choices, Contact, Reminder
from pb.notices.service import choices, reminding, times, waking
from pb.notices.service.choices import usual
from pb.settings import Settings
from tests.conftest import english
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.village import KEYS

PHONE = "+77010000001"


def test_who_asks_is_reminded_once_and_no_row_is_left(opened: OpenPoll, app: Flask, settings: Settings) -> None:
    database = opened.database
    with opened.act(Role.RESIDENT) as act:
        cycle, poll = opened.rows(act)
        assert act.person is not None
        assert poll.closes_at is not None
        closes, person_id = poll.closes_at, act.person.id
        contact = Contact(person_id=person_id, channel=Channel.SMS, tries=0, verified_at=act.at)
        contact.address_sealed = seal_bytes(PHONE.encode(), KEYS.seal, CONTACT_CONTEXT)
        wish = usual(person_id)
        wish.quiet_from = wish.quiet_until = 0
        act.session.add_all([contact, wish])
        act.session.flush()
        reminding.ask(act, cycle.id, closes)
        reminding.ask(act, cycle.id, closes)

    def work() -> list[str]:
        with app.app_context():
            while waking.wake(database) or jobs.run_all(database, settings):
                pass
        texts = [path.read_text() for path in (settings.state_folder / "outbox").glob("*.sms")]
        return [text for text in texts if "Еске салуды" in text]

    with time_machine.travel(closes - timedelta(hours=3, minutes=1)):
        assert work() == []
    with time_machine.travel(closes - timedelta(hours=2)):
        (text,) = work()
        assert work() == [text]
    number, told = text.rstrip("\n").split("\n", 1)
    assert number == PHONE
    assert sms.length(told).parts <= 2
    with database.work(writing=False) as session:
        assert session.scalars(select(Reminder)).all() == []
        assert session.get(Choices, person_id) is not None


def test_nothing_that_reminds_knows_who_voted() -> None:
    """The room stands below the roll, the polls and the ballots: it could not ask them."""
    imported = [line for line in inspect.getsource(reminding).splitlines() if line.startswith(("from ", "import "))]
    assert not [
        line for line in imported if line.split()[1].startswith(("pb.polls", "pb.voting", "pb.roll", "pb.cards"))
    ]


def test_what_could_not_be_sent_goes_when_the_vote_ends(opened: OpenPoll, app: Flask, settings: Settings) -> None:
    with opened.act(Role.RESIDENT) as act:
        cycle, poll = opened.rows(act)
        assert act.person is not None
        assert poll.closes_at is not None
        closes = poll.closes_at
        row = Reminder(person_id=act.person.id, territory_id=act.territory.id, cycle_id=cycle.id, channel="mail")
        row.next_at, row.ends_at, row.attempts = closes + timedelta(hours=1), closes, 0
        act.session.add(row)
    with time_machine.travel(closes + timedelta(seconds=1)), app.app_context():
        waking.wake(opened.database)
        jobs.run_all(opened.database, settings)
        with opened.database.work(writing=False) as session:
            assert session.scalars(select(Reminder)).all() == []


def test_who_unsubscribes_is_reminded_no_more_by_that_channel(opened: OpenPoll) -> None:
    """Played: the link in a reminder ended everything but the reminders."""
    with opened.act(Role.RESIDENT) as act:
        cycle, _poll = opened.rows(act)
        assert act.person is not None
        for channel in Channel:
            row = Reminder(person_id=act.person.id, territory_id=act.territory.id, cycle_id=cycle.id, channel=channel)
            row.next_at, row.ends_at, row.attempts = act.at, act.at, 0
            act.session.add(row)
        act.session.flush()
        choices.silence(act.session, act.person.id, Channel.MAIL)
        assert [row.channel for row in act.session.scalars(select(Reminder))] == [Channel.SMS]


def test_who_has_no_address_is_led_to_where_one_is_given_and_back(
    opened: OpenPoll, app: Flask, settings: Settings
) -> None:
    """Played: a page of refusal, without a link."""
    with opened.act(Role.RESIDENT) as act:
        assert act.person is not None
        person = act.person
    client = english(app)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, person.id))
    led = client.post(f"{opened.path}/remind").headers["Location"]
    assert led == f"/notices/sms?after={opened.path}"
    page = client.get(led).text
    assert "Give a mail address or a telephone first" in page
    assert f'href="/notices/mail?after={opened.path}"' in page
    asked = client.post(led, data={"address": PHONE}).headers["Location"]
    assert asked == led
    with app.app_context():
        jobs.run_all(opened.database, settings)
    (text,) = (path.read_text() for path in (settings.state_folder / "outbox").glob("*.sms"))
    code = re.findall(r"\b\d{6}\b", text)[0]
    back = client.post(f"/notices/sms/code?after={opened.path}", data={"code": code}).headers["Location"]
    assert back == opened.path
    assert 'href="https://example.org' not in client.get("/notices/mail?after=https://example.org/").text


@pytest.mark.parametrize(
    ("meant", "ends", "told"),
    [
        ("20:00", "23:00", "20:00"),
        ("05:00", "18:00", "09:00"),  # the quiet hours end in time
        ("05:00", "08:00", "20:00-"),  # the evening before
        ("06:10", "09:10", "20:00-"),  # five minutes are no time
        ("22:00", "23:59", "20:00"),
    ],
)
def test_a_reminder_keeps_quiet_hours_and_comes_before_them_where_the_vote_ends_in_them(
    meant: str, ends: str, told: str
) -> None:
    noon = clock.local(datetime(2027, 5, 31, 12, tzinfo=ALMATY))

    def at(words: str) -> datetime:
        hour, minute = words.strip("-").split(":")
        return noon.replace(hour=int(hour), minute=int(minute)) - timedelta(days=words.endswith("-"))

    yesterday = noon - timedelta(days=1)
    assert times.before_the_end(usual(uuid4()), at(meant), at(ends), yesterday) == at(told)
    in_the_night = at("23:30-")
    if told.endswith("-"):
        assert times.before_the_end(usual(uuid4()), at(meant), at(ends), in_the_night) is None


def test_a_failed_reminder_is_not_tried_again_in_quiet_hours(opened: OpenPoll, app: Flask, settings: Settings) -> None:
    with opened.act(Role.RESIDENT) as act:
        cycle, poll = opened.rows(act)
        assert act.person is not None
        assert poll.closes_at is not None
        now = clock.local(act.at)
        wish = usual(act.person.id)
        wish.quiet_from, wish.quiet_until = now.hour, (now.hour + 2) % 24
        contact = Contact(person_id=act.person.id, channel=Channel.SMS, tries=0, verified_at=act.at)
        contact.address_sealed = seal_bytes(PHONE.encode(), KEYS.seal, CONTACT_CONTEXT)
        row = Reminder(person_id=act.person.id, territory_id=act.territory.id, cycle_id=cycle.id, channel="sms")
        row.next_at, row.ends_at, row.attempts = act.at, poll.closes_at, 1
        act.session.add_all([wish, contact, row])
    with app.app_context():
        while waking.wake(opened.database) or jobs.run_all(opened.database, settings):
            pass
    with opened.database.work(writing=False) as session:
        (row,) = session.scalars(select(Reminder))
        assert clock.local(row.next_at).hour == wish.quiet_until
    assert not list((settings.state_folder / "outbox").glob("*.sms"))
