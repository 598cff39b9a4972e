"""The assembly meets: convening, quorum, open votes, minutes, the akim's answer."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, OutOfPhase
from pb.gatherings.models import Gathering, Matter, Office, Outcome, State
from pb.gatherings.service import adoption, arrivals, cycle_meetings, drafting, holding, meetings, membership, minutes
from pb.gatherings.service.counting import Votes
from pb.proposals.models import Proposal, Verdict
from pb.proposals.models import State as ProposalState
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from tests.village import Okrug, findings, open_meeting


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """This room by itself: what rooms further on demand before an adoption is tested there (tests/checks)."""
    monkeypatch.setattr(adoption, "missing", lambda _act, _cycle: [])


@pytest.fixture
def ready(okrug: Okrug) -> Okrug:
    """Two accepted projects and an assembly of five, in the phase of the gathering."""
    okrug.seat_assembly(5)
    okrug.accept_two()
    return okrug


def convene(okrug: Okrug, matter: Matter = Matter.PROJECT, previous: Gathering | None = None) -> Gathering:
    meets_at = okrug.at + timedelta(hours=3)
    return cycle_meetings.convene(
        okrug.act(Role.CHAIR), okrug.cycle, matter, meets_at=meets_at, place="School № 1", previous=previous
    )


def member_ids(gathering: Gathering, count: int) -> list[UUID]:
    return [attendance.member_id for attendance in gathering.attendances][:count]


def come(okrug: Okrug, gathering: Gathering, who: Iterable[UUID]) -> meetings.Quorum:
    okrug.at = max(okrug.at, gathering.meets_at)
    return open_meeting(okrug.act(Role.SECRETARY), gathering, who)


def votes(
    in_favour: int,
    against: int,
    abstained: int = 0,
    chair: Outcome | None = None,
    conflicted: Iterable[UUID] = (),
    present: Iterable[UUID] | None = None,
) -> Votes:
    return Votes(
        in_favour,
        against,
        abstained,
        chair,
        frozenset(conflicted),
        None if present is None else frozenset(present),
        reason="Counted again.",
    )


def hold(okrug: Okrug, gathering: Gathering, *, agrees: bool = True) -> None:
    """The whole meeting up to the akim's answer: all present, all in favour."""
    come(okrug, gathering, member_ids(gathering, 5))
    secretary, chair = okrug.act(Role.SECRETARY), okrug.act(Role.CHAIR)
    for question in gathering.questions:
        holding.record_votes(secretary, gathering, question, votes(5, 0))
    minutes.draw_up(secretary, gathering, remarks="")
    minutes.confirm(secretary, gathering)
    minutes.confirm(chair, gathering)
    minutes.answer(okrug.act(Role.AKIM), gathering, agrees=agrees, reason="" if agrees else "No money.")


def test_the_agenda_is_made_of_the_accepted_projects(ready: Okrug) -> None:
    gathering = convene(ready)
    projects = meetings.projects_by_id(ready.act(), gathering)
    assert [projects[question.proposal_id][0].title for question in gathering.questions] == ["Lamps", "Park"]
    assert meetings.quorum_of(gathering) == meetings.Quorum(entitled=5, present=0, needed=3, reached=False)


@pytest.mark.parametrize("okrug", [{"notice_days": 10}], indirect=True)
def test_members_are_told_as_many_days_ahead_as_the_okrug_decided(ready: Okrug) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        convene(ready)
    assert refusal.value.field == "meets_at"


def test_one_meeting_is_open_at_a_time(ready: Okrug) -> None:
    gathering = convene(ready)
    for previous in (None, gathering):
        with pytest.raises(Conflict):
            convene(ready, previous=previous)


def test_without_a_quorum_nothing_is_decided_and_the_chair_convenes_again(ready: Okrug) -> None:
    gathering = convene(ready)
    assert not come(ready, gathering, member_ids(gathering, 2)).reached
    assert gathering.state == State.INQUORATE
    secretary = ready.act(Role.SECRETARY)
    with pytest.raises(Conflict):
        holding.record_votes(secretary, gathering, gathering.questions[0], votes(2, 0))
    with pytest.raises(Conflict):
        minutes.draw_up(secretary, gathering, remarks="")
    again = convene(ready, previous=gathering)
    assert again.previous_id == gathering.id
    assert len(again.questions) == 2


def test_attendance_waits_for_the_day_and_ends_with_the_first_decision(ready: Okrug) -> None:
    meets_at = ready.at + timedelta(days=3)
    gathering = cycle_meetings.convene(
        ready.act(Role.CHAIR), ready.cycle, Matter.PROJECT, meets_at=meets_at, place="School"
    )
    with pytest.raises(Conflict):
        arrivals.mark_present(ready.act(Role.SECRETARY), gathering, member_ids(gathering, 5))
    come(ready, gathering, member_ids(gathering, 5))
    holding.record_votes(ready.act(Role.SECRETARY), gathering, gathering.questions[0], votes(5, 0))
    with pytest.raises(Conflict):
        come(ready, gathering, member_ids(gathering, 3))


def test_who_comes_later_votes_from_then_on_and_who_left_no_longer_counts(ready: Okrug) -> None:
    gathering = convene(ready)
    everybody = member_ids(gathering, 5)
    come(ready, gathering, everybody[:3])
    secretary, (first, second) = ready.act(Role.SECRETARY), gathering.questions
    holding.record_votes(secretary, gathering, first, votes(2, 1))
    with pytest.raises(FieldRefusal) as refusal:
        holding.record_votes(secretary, gathering, second, votes(4, 0))
    assert refusal.value.field == "in_favour", "three were there when it opened"
    holding.record_votes(secretary, gathering, second, votes(2, 2, present=everybody[1:]))
    assert (first.needed, first.outcome, second.needed, second.outcome) == (2, Outcome.APPROVED, 3, Outcome.REJECTED)
    minutes.draw_up(secretary, gathering, remarks="")
    drawn_up = meetings.minutes_of(secretary, gathering)
    assert drawn_up is not None
    names = {attendance.member_id: attendance.member.name for attendance in gathering.attendances}
    assert len(drawn_up.body["present"]) == 5
    assert [one["name"] for one in drawn_up.body["present"] if "came" in one] == [names[one] for one in everybody[3:]]
    assert [one["name"] for one in drawn_up.body["present"] if "left" in one] == [names[everybody[0]]]
    assert [(point["present"], point["left"]) for point in drawn_up.body["questions"]] == [
        (3, []),
        (4, [names[everybody[0]]]),
    ]
    assert drawn_up.body["questions"][0]["came"] == []
    assert set(drawn_up.body["questions"][1]["came"]) == {names[member] for member in everybody[3:]}


def test_a_question_recorded_again_keeps_who_was_there_then(ready: Okrug) -> None:
    gathering = convene(ready)
    everybody = member_ids(gathering, 5)
    come(ready, gathering, everybody[:3])
    secretary, (first, second) = ready.act(Role.SECRETARY), gathering.questions
    holding.record_votes(secretary, gathering, first, votes(3, 0))
    holding.record_votes(secretary, gathering, second, votes(5, 0, present=everybody))
    assert meetings.present_at(gathering, first) == set(everybody[:3])
    assert meetings.present_at(gathering, second) == set(everybody)


def test_where_too_many_left_no_question_is_decided_any_more(ready: Okrug) -> None:
    gathering = convene(ready)
    everybody = member_ids(gathering, 5)
    come(ready, gathering, everybody)
    secretary, question = ready.act(Role.SECRETARY), gathering.questions[0]
    with pytest.raises(FieldRefusal) as refusal:
        holding.record_votes(secretary, gathering, question, votes(2, 0, present=everybody[:2]))
    assert refusal.value.field == "present"
    with pytest.raises(NotFound):
        holding.record_votes(secretary, gathering, question, votes(6, 0, present=[*everybody, uuid4()]))


@pytest.mark.parametrize("okrug", [{"chair_decides_ties": 1}], indirect=True)
def test_a_chair_who_is_absent_decides_no_tie(ready: Okrug) -> None:
    """Played: five members, the chair at home, 2 to 2, and the chair's vote recorded as the deciding one."""
    gathering = convene(ready)
    chair = next(row.member_id for row in gathering.attendances if row.member.office == Office.CHAIR)
    others = [row.member_id for row in gathering.attendances if row.member_id != chair]
    come(ready, gathering, others)
    secretary, question = ready.act(Role.SECRETARY), gathering.questions[0]
    for absent in (votes(2, 2, chair=Outcome.APPROVED), votes(2, 2, chair=Outcome.APPROVED, present=others)):
        with pytest.raises(FieldRefusal) as refusal:
            holding.record_votes(secretary, gathering, question, absent)
        assert refusal.value.field == "chair"
    holding.record_votes(secretary, gathering, question, votes(2, 2))
    assert question.outcome == Outcome.REJECTED
    with_chair = [chair, *others[:3]]
    holding.record_votes(secretary, gathering, question, votes(2, 2, chair=Outcome.APPROVED, present=with_chair))
    assert question.outcome == Outcome.APPROVED


def test_a_meeting_that_was_convened_again_is_over(ready: Okrug) -> None:
    """Played: days after the second was convened the secretary made the first one quorate, and both decided."""
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 2))
    convene(ready, previous=gathering)
    with pytest.raises(Conflict):
        come(ready, gathering, member_ids(gathering, 5))


def test_a_member_with_a_conflict_of_interest_does_not_vote(ready: Okrug) -> None:
    gathering = convene(ready)
    present = member_ids(gathering, 5)
    come(ready, gathering, present)
    secretary, question = ready.act(Role.SECRETARY), gathering.questions[0]
    with pytest.raises(FieldRefusal) as refusal:
        holding.record_votes(secretary, gathering, question, votes(5, 0, conflicted=present[:1]))
    assert refusal.value.field == "in_favour"
    holding.record_votes(secretary, gathering, question, votes(3, 1, conflicted=present[:1]))
    assert question.outcome == Outcome.APPROVED
    assert [conflict.member_id for conflict in question.conflicts] == present[:1]


def test_a_tie_is_a_rejection_and_the_chair_has_no_second_vote(ready: Okrug) -> None:
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 4))
    secretary, question = ready.act(Role.SECRETARY), gathering.questions[0]
    with pytest.raises(FieldRefusal) as refusal:
        holding.record_votes(secretary, gathering, question, votes(2, 2, chair=Outcome.APPROVED))
    assert refusal.value.field == "chair"
    holding.record_votes(secretary, gathering, question, votes(2, 2))
    assert question.outcome == Outcome.REJECTED
    assert question.needed == 3


def test_five_abstentions_adopt_nothing_whatever_the_chair_wants(ready: Okrug) -> None:
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 5))
    secretary, question = ready.act(Role.SECRETARY), gathering.questions[0]
    with pytest.raises(FieldRefusal):
        holding.record_votes(secretary, gathering, question, votes(0, 0, 5, chair=Outcome.APPROVED))
    holding.record_votes(secretary, gathering, question, votes(0, 0, 5))
    assert question.outcome == Outcome.REJECTED


@pytest.mark.parametrize("okrug", [{"chair_decides_ties": 1}], indirect=True)
def test_a_raions_regulation_may_give_the_chair_the_casting_vote(ready: Okrug) -> None:
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 4))
    secretary, question = ready.act(Role.SECRETARY), gathering.questions[0]
    with pytest.raises(FieldRefusal) as refusal:
        holding.record_votes(secretary, gathering, question, votes(2, 2))
    assert refusal.value.field == "chair"
    holding.record_votes(secretary, gathering, question, votes(2, 2, chair=Outcome.APPROVED))
    assert question.outcome == Outcome.APPROVED


def test_the_minutes_say_all_and_change_no_more_once_both_confirmed(ready: Okrug) -> None:
    gathering = convene(ready)
    hold(ready, gathering)
    row = meetings.minutes_of(ready.act(), gathering)
    assert row is not None
    assert gathering.state == State.CONFIRMED
    assert row.sha256 == drafting.fingerprint(row.body)
    assert row.body["members"] == 5
    assert [question["title"] for question in row.body["questions"]] == ["Lamps", "Park"]
    with pytest.raises(Conflict):
        minutes.draw_up(ready.act(Role.SECRETARY), gathering, remarks="")
    with pytest.raises(Conflict):
        minutes.confirm(ready.act(Role.CHAIR), gathering)
    with pytest.raises(Conflict):
        holding.record_votes(ready.act(Role.SECRETARY), gathering, gathering.questions[0], votes(0, 5))


def test_minutes_wait_for_every_decision_and_drawing_up_again_takes_the_confirmations_back(ready: Okrug) -> None:
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 5))
    secretary = ready.act(Role.SECRETARY)
    holding.record_votes(secretary, gathering, gathering.questions[0], votes(5, 0))
    with pytest.raises(Conflict):
        minutes.draw_up(secretary, gathering, remarks="")
    holding.record_votes(secretary, gathering, gathering.questions[1], votes(5, 0))
    minutes.draw_up(secretary, gathering, remarks="")
    minutes.confirm(secretary, gathering)
    row = minutes.draw_up(secretary, gathering, remarks="A guest spoke.")
    assert row.secretary_at is None
    assert row.body["remarks"] == "A guest spoke."


def test_one_person_in_both_offices_cannot_confirm_twice(ready: Okrug) -> None:
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 5))
    both = ready.act(Role.CHAIR, Role.SECRETARY)
    for question in gathering.questions:
        holding.record_votes(both, gathering, question, votes(5, 0))
    minutes.draw_up(both, gathering, remarks="")
    minutes.confirm(both, gathering)
    with pytest.raises(Conflict):
        minutes.confirm(both, gathering)


def test_projects_go_to_the_vote_when_the_akim_agreed(ready: Okrug) -> None:
    gathering = convene(ready)
    assert meetings.approved(ready.act(), ready.cycle) == []
    hold(ready, gathering)
    assert [proposal.title for proposal, _review in meetings.approved(ready.act(), ready.cycle)] == ["Lamps", "Park"]
    actions = [event.action for event in audit.of_subject(ready.act(), gathering.questions[0].proposal_id)]
    assert actions[-1] == "proposal.approved"
    with pytest.raises(Conflict):
        convene(ready, previous=gathering)


def test_when_the_akim_disagrees_the_assembly_discusses_again(ready: Okrug) -> None:
    gathering = convene(ready)
    hold(ready, gathering, agrees=False)
    assert meetings.approved(ready.act(), ready.cycle) == []
    again = convene(ready, previous=gathering)
    hold(ready, again)
    assert len(meetings.approved(ready.act(), ready.cycle)) == 2


def test_the_akims_answer_is_due_in_five_working_days_and_given_once(ready: Okrug) -> None:
    gathering = convene(ready)
    hold(ready, gathering)
    row = meetings.minutes_of(ready.act(), gathering)
    assert row is not None
    assert minutes.answer_due(ready.act(), row).isoformat() == "2026-11-27", "the 21st of November 2026 is a Saturday"
    with pytest.raises(Conflict):
        minutes.answer(ready.act(Role.AKIM), gathering, agrees=True, reason="")


def test_a_disagreement_needs_its_reason(ready: Okrug) -> None:
    gathering = convene(ready)
    with pytest.raises(Conflict):
        minutes.answer(ready.act(Role.AKIM), gathering, agrees=True, reason="")
    come(ready, gathering, member_ids(gathering, 5))
    for question in gathering.questions:
        holding.record_votes(ready.act(Role.SECRETARY), gathering, question, votes(5, 0))
    minutes.draw_up(ready.act(Role.SECRETARY), gathering, remarks="")
    minutes.confirm(ready.act(Role.SECRETARY), gathering)
    minutes.confirm(ready.act(Role.CHAIR), gathering)
    with pytest.raises(FieldRefusal):
        minutes.answer(ready.act(Role.AKIM), gathering, agrees=False, reason=" ")


def test_the_result_is_adopted_in_its_own_phase(ready: Okrug) -> None:
    with pytest.raises(OutOfPhase):
        convene(ready, Matter.ADOPTION)
    ready.enter(Phase.RESULT)
    gathering = convene(ready, Matter.ADOPTION)
    assert len(gathering.questions) == 1
    assert meetings.adopted(ready.act(), ready.cycle) is None
    hold(ready, gathering)
    adopted = meetings.adopted(ready.act(), ready.cycle)
    assert adopted is not None
    assert adopted.number == "1/2026"


@pytest.mark.parametrize("role", list(Role))
def test_each_office_does_its_own_part_and_no_other(ready: Okrug, role: Role) -> None:
    gathering = convene(ready)
    act = ready.act(role)
    term = date(2026, 1, 1), date(2029, 12, 31)
    elected = membership.Election("Асқар", "Красный Яр", Office.MEMBER, *term, "№ 3")
    attempts = {
        Role.CHAIR: lambda: cycle_meetings.convene(
            act, ready.cycle, Matter.PROJECT, meets_at=ready.at + timedelta(hours=1), place="School"
        ),
        Role.SECRETARY: lambda: arrivals.mark_present(act, gathering, []),
        Role.AKIM: lambda: minutes.answer(act, gathering, agrees=True, reason=""),
        Role.OFFICE: lambda: membership.record(act, elected),
    }
    for owner, attempt in attempts.items():
        if owner is not role:
            with pytest.raises(Forbidden):
                attempt()


def test_the_assembly_has_one_chair_at_a_time(okrug: Okrug) -> None:
    okrug.seat_assembly(3)
    with pytest.raises(FieldRefusal) as refusal:
        okrug.seat_assembly(3)
    assert refusal.value.field == "office"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE minutes SET serial = 9",
        "DELETE FROM minutes",
        "UPDATE gatherings SET place = 'elsewhere'",
        "DELETE FROM gatherings",
        "UPDATE attendances SET present = 0",
        "DELETE FROM attendances",
        "UPDATE agenda_questions SET in_favour = 0, outcome = 'rejected'",
        "DELETE FROM agenda_questions",
        "UPDATE akim_answers SET agrees = 0, reason = 'changed'",
        "INSERT INTO conflicts_of_interest SELECT q.id, m.id FROM agenda_questions q, assembly_members m LIMIT 1",
        "DELETE FROM question_presences",
    ],
)
def test_the_database_itself_refuses_to_change_confirmed_minutes(ready: Okrug, change: str) -> None:
    hold(ready, convene(ready))
    with pytest.raises(DBAPIError, match=r"frozen_|logged_|numbered_"):
        ready.session.execute(text(change))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE agenda_questions SET outcome = 'approved', in_favour = 5, against = 0, abstained = 0",
        (
            "INSERT INTO akim_answers (minutes_id, akim_id, at, due, agrees, reason) "
            "SELECT id, id, '2026-11-21', '2026-11-21', 1, '' FROM gatherings"
        ),
    ],
)
def test_the_database_itself_refuses_decisions_before_there_is_a_quorum(ready: Okrug, change: str) -> None:
    convene(ready)
    with pytest.raises(DBAPIError, match=r"ordered_|logged_"):
        ready.session.execute(text(change))


def test_the_database_itself_refuses_minutes_that_one_person_confirmed_alone(ready: Okrug) -> None:
    gathering = convene(ready)
    come(ready, gathering, member_ids(gathering, 5))
    secretary = ready.act(Role.SECRETARY)
    for question in gathering.questions:
        holding.record_votes(secretary, gathering, question, votes(5, 0))
    minutes.draw_up(secretary, gathering, remarks="")
    minutes.confirm(secretary, gathering)
    with pytest.raises(DBAPIError, match=r"(ordered|logged)_minutes"):
        ready.session.execute(text("UPDATE minutes SET chair_id = secretary_id, chair_at = secretary_at"))


def hold_against(okrug: Okrug, gathering: Gathering) -> None:
    """The whole meeting: all present, all against, and the akim agrees."""
    come(okrug, gathering, member_ids(gathering, 5))
    secretary, chair = okrug.act(Role.SECRETARY), okrug.act(Role.CHAIR)
    for question in gathering.questions:
        holding.record_votes(secretary, gathering, question, votes(0, 5))
    minutes.draw_up(secretary, gathering, remarks="")
    minutes.confirm(secretary, gathering)
    minutes.confirm(chair, gathering)
    minutes.answer(okrug.act(Role.AKIM), gathering, agrees=True, reason="")


@pytest.mark.parametrize("matter", list(meetings.PHASES))
def test_an_assembly_that_said_no_may_meet_again_and_say_yes(ready: Okrug, matter: Matter) -> None:
    ready.enter(meetings.PHASES[matter])
    refusing = convene(ready, matter)
    assert not meetings.may_be_held_again(ready.act(), refusing)
    ready.at += timedelta(days=1)
    hold_against(ready, refusing)
    assert meetings.approved(ready.act(), ready.cycle) == []
    assert meetings.adopted(ready.act(), ready.cycle) is None
    again = convene(ready, matter, refusing)
    ready.at += timedelta(days=1)
    hold(ready, again)
    if matter is Matter.PROJECT:
        assert len(meetings.approved(ready.act(), ready.cycle)) == 2
    else:
        assert meetings.adopted(ready.act(), ready.cycle) is not None
    with pytest.raises(Conflict):
        convene(ready, matter, again)


def test_nobody_votes_on_what_its_author_withdrew(ready: Okrug) -> None:
    """The agenda was convened with it; the minutes say why it was not voted on."""
    meeting = convene(ready)
    come(ready, meeting, member_ids(meeting, 4))
    withdrawn, standing = meeting.questions
    project = ready.session.get_one(Proposal, withdrawn.proposal_id)
    proposals.withdraw(ready.act(Role.RESIDENT), ready.cycle, project)
    secretary = ready.act(Role.SECRETARY)
    with pytest.raises(Conflict):
        holding.record_votes(secretary, meeting, withdrawn, votes(4, 0))
    holding.record_votes(secretary, meeting, standing, votes(4, 0))
    drawn_up = minutes.draw_up(secretary, meeting, remarks="")
    assert [question["outcome"] for question in drawn_up.body["questions"]] == [None, "approved"]
    decide = "outcome = 'approved', in_favour = 4, against = 0, abstained = 0, needed = 3, present = 4"
    told = {"in_favour": 4, "against": 0, "abstained": 0, "needed": 3, "present": 4, "outcome": "approved"}
    of_point = {"question": withdrawn.position, "ballot": "open", **told}
    audit.record(secretary, "gathering.voted", subject=meeting.id, data=of_point)
    decide += f" WHERE position = {withdrawn.position}"
    with pytest.raises(DBAPIError, match="standing_agenda_questions_update"):
        ready.session.execute(text(f"UPDATE agenda_questions SET {decide}"))  # noqa: S608 - no value of a stranger
    ready.session.rollback()


def test_an_author_does_not_withdraw_what_the_assembly_voted_on(ready: Okrug) -> None:
    meeting = convene(ready)
    come(ready, meeting, member_ids(meeting, 4))
    holding.record_votes(ready.act(Role.SECRETARY), meeting, meeting.questions[0], votes(4, 0))
    project = ready.session.get_one(Proposal, meeting.questions[0].proposal_id)
    assert not proposals.may_withdraw(ready.act(Role.RESIDENT), ready.cycle, project)
    with pytest.raises(Conflict):
        proposals.withdraw(ready.act(Role.RESIDENT), ready.cycle, project)
    assert project.state == ProposalState.ACCEPTED


def test_no_agenda_is_made_while_an_author_may_still_answer(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    first, second = okrug.propose("Lamps"), okrug.propose("Park")
    okrug.enter(Phase.REVIEW)
    okrug.accept(first)
    asked = findings(verdict=Verdict.RETURN, reason="Whose land?", cost=None)
    reviews.review(okrug.act(Role.OFFICE), okrug.cycle, second, asked)
    okrug.enter(Phase.GATHERING)
    with pytest.raises(Conflict, match="2"):
        convene(okrug)
    okrug.at += timedelta(days=30)
    assert len(convene(okrug).questions) == 1


@pytest.mark.parametrize("okrug", [{"notice_days": 10}], indirect=True)
def test_a_day_that_is_too_early_names_the_earliest(ready: Okrug) -> None:
    with pytest.raises(FieldRefusal, match=r"The earliest day: 2026.*1.*желтоқсан"):
        convene(ready)


def test_the_platform_numbers_minutes_by_the_year_without_gaps_and_keeps_every_version(ready: Okrug) -> None:
    first = convene(ready)
    come(ready, first, member_ids(first, 5))
    secretary = ready.act(Role.SECRETARY)
    for question in first.questions:
        holding.record_votes(secretary, first, question, votes(0, 5))
    minutes.draw_up(secretary, first, remarks="")
    row = minutes.draw_up(secretary, first, remarks="A guest spoke.")
    assert row.number == row.body["number"] == "1/2026", "drawn up again they keep their number"
    assert [version.body["remarks"] for version in minutes.versions(secretary, row)] == ["", "A guest spoke."]
    minutes.confirm(secretary, first)
    minutes.confirm(ready.act(Role.CHAIR), first)
    minutes.answer(ready.act(Role.AKIM), first, agrees=True, reason="")
    second = convene(ready, previous=first)
    hold_against(ready, second)
    second_row = meetings.minutes_of(secretary, second)
    assert second_row is not None
    assert second_row.number == "2/2026"
    for change in (
        (
            "INSERT INTO minutes (id, gathering_id, territory_id, year, serial, remarks, body, sha256, drawn_up_at) "
            "SELECT 'x', id, territory_id, 2026, 4, '', '{}', '', convened_at FROM gatherings LIMIT 1"
        ),
        "UPDATE minutes_versions SET body = '{}'",
        "UPDATE minutes SET serial = 9",
    ):
        with pytest.raises(DBAPIError, match=r"numbered_|frozen_|logged_"), ready.session.begin_nested():
            ready.session.execute(text(change))
