"""A wrong mark of a hand-over is undone by two, before its voter voted, and the published lists add up."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import Credential, HandOverUndoing, Way
from pb.cards.service import card_events, cards, undoing
from pb.checks.service import paper
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import cards as rules
from pb.roll.models import Entry
from tests.cards.test_desk import make_namesakes
from tests.cards.test_reissues import staff
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll

both = pytest.mark.both_databases
WRONG, WAITS = 0, 24  # places on the roll: one marked, one whose card lies at the desk
REASON = "I marked the line above."


def propose(opened: OpenPoll, role: Role = Role.CLERK, place: int = WRONG, reason: str = REASON) -> None:
    entry = opened.entry_id(place)
    with opened.act(role) as act:
        undoing.propose(act, *opened.rows(act), entry, reason)


def confirm(opened: OpenPoll, role: Role = Role.CHAIR) -> None:
    entry = opened.entry_id(WRONG)
    with opened.act(role) as act:
        undoing.confirm(act, *opened.rows(act), entry)


def marked(opened: OpenPoll, place: int = WRONG) -> bool:
    entry = opened.entry_id(place)
    with opened.act() as act:
        return cards.standing(act, opened.rows(act)[1], entry).handed_over


def events_of(opened: OpenPoll, entry_id: UUID) -> list[str]:
    with opened.act() as act:
        query = act.session.query(card_events.CardEvent).filter_by(entry_id=entry_id)
        return sorted(event.way for event in query)


def test_the_database_and_the_program_name_the_same_second_persons() -> None:
    assert rules.UNDOING_PERSONS == undoing.SECOND_PERSONS


@both
@pytest.mark.parametrize("second", [Role.CHAIR, Role.SECRETARY])
def test_a_mark_is_undone_by_two_and_the_card_waits_at_the_desk_again(opened: OpenPoll, second: Role) -> None:
    assert marked(opened)
    propose(opened)
    assert marked(opened), "until the other body confirms"
    confirm(opened, second)
    assert not marked(opened)
    entry = opened.entry_id(WRONG)
    with opened.act(Role.CLERK) as act:
        cards.hand_over(act, *opened.rows(act), entry)
    assert marked(opened)
    assert events_of(opened, opened.entry_id(WRONG)) == [Way.HANDED_OVER, Way.HANDED_OVER, Way.UNDONE]


def test_marks_and_undoings_add_up_in_the_reconciliation(opened: OpenPoll) -> None:
    propose(opened)
    confirm(opened)
    with opened.act(at=clock.now() + timedelta(days=1, hours=1)) as act:
        cycle, poll = opened.rows(act)
        card_events.publish(act, cycle, poll)
        found = paper.compare(act, poll)
        assert found.rows == found.commitments
        assert not found.without_event
        assert not found.without_row
        assert not found.false
        assert Way.UNDONE in {event.way for event in card_events.opened(act, poll) if event.holds}
        said = [event for event in audit.of_subject(act, cycle.id) if "undo" in event.action]
        assert [event.action for event in said] == ["poll.undoing_proposed", "poll.hand_over_undone"]
        assert REASON not in str([event.data for event in said]), "people write names there"


def vote(opened: OpenPoll, app: Flask, place: int = WRONG) -> None:
    client: LintingClient = app.test_client()  # type: ignore[assignment]
    opened.sign_in(client, place)
    assert opened.cast(client, opened.ballot(place, 0)).status_code < 400


def test_who_voted_keeps_the_mark(opened: OpenPoll, app: Flask) -> None:
    propose(opened)
    vote(opened, app)
    confirm(opened)
    assert marked(opened)
    with opened.act() as act:
        cycle, poll = opened.rows(act)
        assert not undoing.all_waiting(act, poll), "one answer for each time it is asked, and both in the log"
        said = [event.action for event in audit.of_subject(act, cycle.id) if "undo" in event.action]
    assert said == ["poll.undoing_proposed", "poll.undoing_declined"]


def test_no_page_of_the_undoing_tells_who_has_voted(opened: OpenPoll, app: Flask) -> None:
    """Played: a clerk, the chair and the secretary read it for everybody, one number after another, without a trace."""
    voted, absent = 0, 1
    vote(opened, app, voted)
    where = [f"{opened.path}/hand-over/{opened.entry_number(place)}/undo" for place in (voted, absent)]
    clerk, chair, secretary = (staff(app, opened, role) for role in (Role.CLERK, Role.CHAIR, Role.SECRETARY))

    def told(client: LintingClient) -> set[str]:
        """What the pages say, without what differs between any two voters."""
        return {told_of(opened, place, client.get(where[place]).text) for place in (voted, absent)}

    for client in (chair, secretary):
        assert [client.get(address).status_code for address in where] == [404, 404], "nobody asked"
    assert len(told(clerk)) == 1
    for address in where:
        assert clerk.post(address, data={"reason": REASON}, follow_redirects=True).status_code == 200
    assert len(told(clerk)) == 1
    assert len(told(chair)) == 1
    for place in (voted, absent):
        assert opened.voter(place).name not in chair.get(where[place]).text, "whoever reads no list learns no name"
    answers = [chair.post(f"{address}/confirm") for address in where]
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert "Your answer is recorded" in chair.get(answers[0].location).text
    assert [marked(opened, place) for place in (voted, absent)] == [True, False]
    assert [chair.get(address).status_code for address in where] == [404, 404]


def told_of(opened: OpenPoll, place: int, page: str) -> str:
    entry = opened.entry_id(place)
    with opened.act() as act:
        row = act.session.get_one(Entry, entry)
        name, number = row.name, str(row.number)
    text = re.sub(r"<[^>]*>", "\n", page[page.index("<main") : page.index("</main>")])
    own = {name: "NAME", number: "NUMBER", "Krasny Yar": "SETTLEMENT", "Kyzylzhuldyz": "SETTLEMENT"}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(own.get(line, line) for line in lines)


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.CHAIR, Role.OFFICE, Role.OBSERVER])
def test_only_a_clerk_asks(opened: OpenPoll, role: Role) -> None:
    with pytest.raises(Forbidden):
        propose(opened, role)


@pytest.mark.parametrize("role", [Role.CLERK, Role.REGISTRAR, Role.OFFICE])
def test_the_clerk_s_own_body_does_not_confirm(opened: OpenPoll, role: Role) -> None:
    propose(opened)
    with pytest.raises(Forbidden):
        confirm(opened, role)


def test_what_cannot_be_undone_is_said(opened: OpenPoll) -> None:
    with pytest.raises(Conflict, match="not marked"):
        propose(opened, place=WAITS)
    with pytest.raises(FieldRefusal):
        propose(opened, reason=" ")
    propose(opened)
    with pytest.raises(Conflict, match="asked already"):
        propose(opened)
    entry = opened.entry_id(WRONG)
    with opened.act(Role.SECRETARY) as act:
        undoing.decline(act, *opened.rows(act), entry)
    with pytest.raises(Conflict, match="Nothing about this card"):
        confirm(opened)
    propose(opened)


def test_the_desk_and_the_chair_find_the_way(app: Flask, opened: OpenPoll) -> None:
    where = f"{opened.path}/hand-over/{opened.entry_number(WRONG)}/undo"
    clerk, chair = staff(app, opened, Role.CLERK), staff(app, opened, Role.CHAIR)
    assert f'href="{where}"' in clerk.get(f"{opened.path}/hand-over").text
    assert clerk.post(where, data={"reason": ""}).status_code == 422
    assert clerk.post(where, data={"reason": REASON}).status_code == 302
    desk = clerk.get(f"{opened.path}/hand-over").text
    assert "Marks that wait to be undone: 1" in desk, "whoever asked finds it again"
    assert f'href="{where}"' in desk
    assert f'href="{where}"' in chair.get(opened.path.removesuffix("poll")).text
    assert REASON in chair.get(where).text
    assert clerk.post(f"{where}/confirm").status_code == 403
    assert chair.post(f"{where}/confirm").status_code == 302
    assert not marked(opened)
    assert chair.get(where).status_code == 404
    told = clerk.get(where).text
    assert "not marked as handed over" in told
    assert "Undo the mark of this card?</h1>" not in told


def test_the_page_of_a_marked_card_leads_to_its_undoing(app: Flask, opened: OpenPoll) -> None:
    clerk, number = staff(app, opened, Role.CLERK), opened.entry_number(WRONG)
    told = clerk.get(f"{opened.path}/hand-over/{number}").text
    assert "Hand the card over?" not in told
    assert f'href="{opened.path}/hand-over/{number}/undo"' in told


def test_the_page_of_an_undoing_tells_namesakes_apart(app: Flask, opened: OpenPoll) -> None:
    make_namesakes(opened, WRONG, WAITS)
    born = str(opened.voter(WRONG).iin.born.year)
    page = staff(app, opened, Role.CLERK).get(f"{opened.path}/hand-over/{opened.entry_number(WRONG)}/undo").text
    assert "Year of birth" in page
    assert born in page


@both
def test_the_database_takes_no_mark_away_without_two(opened: OpenPoll) -> None:
    entry = opened.entry_id(WRONG)
    unmark = update(Credential).where(Credential.entry_id == entry).values(handed_over_at=None, clerk_id=None)
    clerk = opened.person_id(Role.CLERK)
    propose(opened)
    alone = update(HandOverUndoing).values(approved_at=clock.now(), approved_by=clerk, event="e" * 64)
    for attack, by in ((unmark, "frozen_credentials_update"), (alone, "logged_hand_over_undoings|by_two_people")):
        with opened.database.engine.connect() as connection:
            with pytest.raises(DatabaseError, match=by):
                connection.execute(attack)
            connection.rollback()
    confirm(opened)
    with opened.act(Role.CLERK) as act:
        cards.hand_over(act, *opened.rows(act), entry)
    with opened.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match="frozen_credentials_update"):
            connection.execute(unmark)
        connection.rollback()
