"""Who owns the database writes neither presence nor votes nor words into a meeting that is not minuted yet."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.gatherings.models import Attendance, Candidate, Gathering, NamedVote, Presence, Question, Registration
from pb.gatherings.service import elections, holding
from pb.gatherings.service.counting import Votes
from tests.village import SETTLEMENTS, Village
from tests.web.meetings_held import of_members, seat_assembly, with_residents

VOTE = {
    "present": 2,
    "in_favour": 2,
    "against": 0,
    "abstained": 0,
    "needed": 2,
    "outcome": "approved",
    "ballot": "open",
}


@pytest.mark.both_databases
def test_presence_votes_and_words_stand_with_their_events_alone(okrug: Village) -> None:
    seat_assembly(okrug)
    held = of_members(okrug)
    election = _election(okrug)
    with okrug.act_as(Role.SECRETARY) as act:
        meeting = act.session.get_one(Gathering, held)
        first, second = meeting.questions[:2]
        there = next(row.member_id for row in meeting.attendances if row.present)
        away = next(row for row in meeting.attendances if not row.present)
        of_first, of_away = Question.id == first.id, Attendance.member_id == away.member_id
        later = act.at + timedelta(minutes=1)

        def refused(table: str, statement: Any) -> None:
            with pytest.raises(DatabaseError, match=f"logged_{table}_"), act.session.begin_nested():
                act.session.execute(statement)

        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        for table, statement in (
            ("agenda_questions", update(Question).where(of_first).values(**VOTE)),
            ("agenda_questions", update(Question).where(of_first).values(speeches="Басқа")),
            ("attendances", update(Attendance).where(Attendance.member_id == there).values(present=False)),
            ("attendances", update(Attendance).where(Attendance.member_id == there).values(left_at=later)),
            ("attendances", update(Attendance).where(of_away).values(absence="x")),
            ("attendances", update(Attendance).where(of_away).values(present=True, came_at=act.at)),
            ("meeting_registrations", update(Registration).values(left_at=later)),
            ("named_votes", insert(NamedVote).values(question_id=first.id, member_id=there, vote="for")),
            ("question_presences", insert(Presence).values(question_id=first.id, member_id=there)),
            ("candidates", update(Candidate).values(votes=2, elected=True)),
        ):
            refused(table, statement)
        told = {"question": first.position, **VOTE}
        audit.record(act, "gathering.voted", subject=held, data=told)
        refused("agenda_questions", update(Question).where(of_first).values(**VOTE | {"in_favour": 1, "against": 1}))
        refused("agenda_questions", update(Question).where(Question.id == second.id).values(**VOTE))
        refused("attendances", update(Attendance).where(of_away).values(came_at=later))
        audit.record(act, "gathering.voted", subject=election, data={"question": 2, "candidates": "1:1 2:1"})
        refused("candidates", update(Candidate).values(votes=2, elected=True))
        for action, here in (("inquorate", "1"), ("quorate", "1 2"), ("attendance", "1 2")):
            audit.record(act, f"gathering.{action}", subject=held, data={"present": 1, "here": here})
            refused("attendances", update(Attendance).where(of_away).values(present=True, came_at=act.at))
        told = {"who": away.member.number, "here": "1 2 3"}
        audit.record(act, "gathering.attendance", subject=held, data=told)
        refused("attendances", update(Attendance).where(Attendance.member_id == there).values(left_at=act.at))
        refused("meeting_registrations", update(Registration).values(left_at=act.at))
        holding.record_votes(act, meeting, first, Votes(2, 0, 0, None, frozenset()))
        refused("question_presences", delete(Presence))
        refused("question_presences", insert(Presence).values(question_id=first.id, member_id=away.member_id))
        refused("named_votes", insert(NamedVote).values(question_id=first.id, member_id=there, vote="for"))
        refused("attendances", update(Attendance).where(Attendance.member_id == there).values(left_at=act.at))
        refused("attendances", update(Attendance).where(of_away).values(came_at=act.at))
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        refused("question_presences", delete(Presence))


def _election(okrug: Village) -> UUID:
    """A gathering of two residents in which somebody stands for election."""
    held = with_residents(okrug, 9)
    with okrug.act_as(Role.OFFICE) as act:
        meeting = act.session.get_one(Gathering, held)
        elections.nominate(act, meeting, meeting.questions[1], "Дәулет", SETTLEMENTS[0])
    return held
