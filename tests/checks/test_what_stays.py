"""What the commission recorded stays, an explanation covers one fault, and the gate asks until the akim agreed."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import CardEvent, Credential
from pb.checks.models import ParticipantList
from pb.checks.service import faults, openings, sample
from pb.cycles.models import Phase
from pb.db import Database
from pb.documents.service.sheets import Minutes as MinutesPaper
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings import documents
from pb.gatherings.models import Matter
from pb.gatherings.service import cycle_meetings, holding, meetings, minutes
from pb.gatherings.service.counting import Votes
from pb.settings import Settings
from pb.text import in_fours
from tests.checks.conftest import ClosedPoll
from tests.conftest import make_app
from tests.polls.open_poll import HANDED_OVER, OpenPoll
from tests.village import open_meeting

LOST = str(HANDED_OVER + 1)  # a card that nobody took, and that is not in its envelope
FAULT = "The checks found a fault"


# Opened cards


def test_recording_again_takes_no_fault_away_and_changes_no_drawn_text(closed: ClosedPoll) -> None:
    closed.record_all(**{f"_{LOST}": "-"})
    assert closed.marks() == [f"card_missing:{LOST}"]
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(FieldRefusal, match="recorded already"):
            openings.record(act, cycle, poll, LOST)
        with pytest.raises(Conflict, match="that stays"):
            openings.choose(act, cycle, poll, minutes_number="5", text="1 2 3 4 5 6")
    with closed.act(None) as act:
        opening = openings.get(act, closed.opened.rows(act)[1])
        assert opening is not None
        assert opening.text == ""
    assert closed.marks() == [f"card_missing:{LOST}"]


def test_a_correction_stands_beside_and_whoever_wrote_it_does_not_confirm_it(closed: ClosedPoll) -> None:
    closed.record_all(**{f"_{LOST}": "-"})
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        for lines in ("1", "R99", "", f"{LOST} ж"):
            with pytest.raises(FieldRefusal):
                openings.correct(act, cycle, poll, lines)
        assert openings.correct(act, cycle, poll, LOST) == 1
        assert openings.summary(act, poll)["missing"] == 1, "the worse reading counts"
        assert openings.summary(act, poll)["corrected"] == 1
        assert LOST not in {row.card for row in openings.confirmable(act, poll)}
        seen = openings.fingerprint(openings.confirmable(act, poll))
        openings.confirm(act, cycle, poll, seen)
        with pytest.raises(Forbidden):
            openings.confirm(act, cycle, poll, seen)
    assert closed.marks() == [f"card_missing:{LOST}"], "the secretary explains it in the minutes"
    closed.confirm_cards(Role.CHAIR)
    with closed.act(Role.DEPUTY) as act, pytest.raises(Conflict):
        openings.correct(act, *closed.opened.rows(act), LOST)
    with closed.act(None) as act:
        assert [event.action for event in audit.every(act) if event.action.startswith("checks.cards")] == [
            "checks.cards_drawn",
            "checks.cards_draw_confirmed",
            "checks.cards_opened",
            "checks.cards_corrected",
            "checks.cards_confirmed",
            "checks.cards_confirmed",
        ]


# Explanations


def test_a_fault_has_one_text_at_a_time_and_the_chair_may_refuse_it(closed: ClosedPoll) -> None:
    closed.record_all(**{f"_{LOST}": "-"})

    closed.explain("It was never printed.")
    with pytest.raises(Conflict, match="waits for the chair"):
        closed.explain("It fell behind the safe.")
    closed.answer_explanation(0, agrees=False)
    assert closed.marks() == [f"card_missing:{LOST}"]
    with pytest.raises(Conflict):
        closed.answer_explanation(0, agrees=True)
    closed.explain("It fell behind the safe.")
    closed.answer_explanation(1, agrees=True)
    assert closed.marks() == []
    with closed.act(None) as act:
        rows = faults.explanations(act, closed.opened.rows(act)[1])
        assert [(row.text, row.agreed) for row in rows] == [
            ("It was never printed.", False),
            ("It fell behind the safe.", True),
        ]


# The gate


def meeting(closed: ClosedPoll) -> UUID:
    """The assembly adopts the result; its minutes are drawn up."""
    with closed.act(Role.CHAIR) as act:
        cycle, _poll = closed.opened.rows(act)
        cycle.phase = Phase.RESULT
        act.session.flush()
        when = closed.at + timedelta(days=20)
        gathering_id = cycle_meetings.convene(act, cycle, Matter.ADOPTION, meets_at=when, place="club").id
    closed.at = when
    with closed.act(Role.SECRETARY) as act:
        gathering = meetings.get(act, gathering_id)
        present = [attendance.member_id for attendance in gathering.attendances]
        open_meeting(act, gathering, present)
        votes = Votes(len(present), 0, 0, None, frozenset())
        holding.record_votes(act, gathering, gathering.questions[0], votes)
        minutes.draw_up(act, gathering, remarks="")
    return gathering_id


def confirm(closed: ClosedPoll, gathering_id: UUID, roles: Sequence[Role] = (Role.CHAIR, Role.SECRETARY)) -> None:
    for role in roles:
        with closed.act(role) as act:
            minutes.confirm(act, meetings.get(act, gathering_id))


def take_a_mark_away(closed: ClosedPoll) -> None:
    """Somebody with the database takes away that a card went out, after the assembly has voted."""
    closed.enemy(
        update(Credential).where(Credential.entry_id == closed.opened.entry_id(0)).values(handed_over_at=None,
                                                                                            clerk_id=None),
        triggers=("frozen_credentials_update",),
    )  # fmt: skip


def test_a_fault_that_comes_up_after_the_vote_stops_the_minutes(closed: ClosedPoll) -> None:
    closed.checks.run(0, "2027/2-1")
    gathering_id = meeting(closed)
    take_a_mark_away(closed)
    with pytest.raises(Conflict, match=FAULT):
        confirm(closed, gathering_id)


def test_a_fault_that_comes_up_after_the_minutes_stops_the_akims_consent_and_not_the_refusal(
    closed: ClosedPoll,
) -> None:
    closed.checks.run(0, "2027/2-1")
    gathering_id = meeting(closed)
    confirm(closed, gathering_id)
    closed.enemy(
        delete(CardEvent).where(CardEvent.entry_id == closed.opened.entry_id(0)),
        triggers=("frozen_card_events_delete",),
    )
    with closed.act(Role.AKIM) as act:
        gathering = meetings.get(act, gathering_id)
        with pytest.raises(Conflict, match=FAULT):
            minutes.answer(act, gathering, agrees=True, reason="")
        minutes.answer(act, gathering, agrees=False, reason="A card is not explained.")
        assert meetings.adopted(act, closed.opened.rows(act)[0]) is None


def test_without_a_checked_poll_nothing_is_adopted(app: object, opened: OpenPoll) -> None:  # noqa: ARG001 - its rooms
    told = ["There is no poll of this cycle whose checks could be done."]
    with opened.act() as act:
        cycle, _poll = opened.rows(act)
        assert [str(lacking) for lacking in faults.before_adoption(act, cycle)] == told
    with opened.act(Role.CHAIR) as act:
        cycle, _poll = opened.rows(act)
        cycle.phase = Phase.RESULT
        act.session.flush()
        later = act.at + timedelta(days=30)
        with pytest.raises(Conflict, match=told[0]):
            cycle_meetings.convene(act, cycle, Matter.ADOPTION, meets_at=later, place="club")


def test_the_minutes_print_the_whole_commitment_and_are_compared_with_the_log(
    settings: Settings, database: Database, closed: ClosedPoll
) -> None:
    closed.checks.run(0, "2027/2-1")
    gathering_id = meeting(closed)
    with closed.act(None) as act:
        _cycle, poll = closed.opened.rows(act)
        listed = sample.committed(act, poll)
        assert listed is not None
        [logged] = [event for event in audit.every(act) if event.action == "checks.participants_committed"]
        assert logged.data["commitment"] == listed.commitment
        with make_app(settings, database).test_request_context():
            row = meetings.minutes_of(act, meetings.get(act, gathering_id))
            assert row is not None
            [paper, _in_russian] = documents.minutes(act, row, "http://localhost").parts
        assert isinstance(paper, MinutesPaper)
        assert in_fours(listed.commitment) in [value for _name, value in paper.facts]
        assert faults.in_minutes(act, poll) is True
    closed.enemy(update(ParticipantList).values(commitment="0" * 64), triggers=("frozen_participant_lists_update",))
    with closed.act(None) as act:
        assert faults.in_minutes(act, closed.opened.rows(act)[1]) is False
    assert any("another list of participants" in lacking for lacking in closed.missing())
    with pytest.raises(Conflict, match="another list of participants"):
        confirm(closed, gathering_id)
