"""A resident proposes: drafts, submission, limits, who sees what."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from pb.act import Role
from pb.audit import service as audit
from pb.clock import local
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, OutOfPhase
from pb.proposals.models import Proposal, QuestionAnswer, State, Verdict
from pb.proposals.service import contents, history, outcomes, proposals
from pb.reviews import service as reviews
from tests.village import MILLION, Okrug, content, findings


def test_a_draft_needs_no_more_than_a_title_and_is_seen_by_its_author_alone(okrug: Okrug) -> None:
    author = okrug.act(Role.RESIDENT)
    draft = proposals.save_draft(author, okrug.cycle, content(problem="", solution="", place="", cost=None))
    assert draft.state == State.DRAFT
    assert draft.number is None
    assert proposals.public(author, okrug.cycle) == []
    assert proposals.own(author, okrug.cycle) == [draft]
    assert proposals.get(author, okrug.cycle, draft.id) is draft
    for other in (okrug.act(), okrug.act(Role.OFFICE)):
        with pytest.raises(NotFound):
            proposals.get(other, okrug.cycle, draft.id)


@pytest.mark.parametrize("missing", ["problem", "solution", "place", "category", "cost"])
def test_a_submission_tells_which_field_is_missing(okrug: Okrug, missing: str) -> None:
    author = okrug.act(Role.RESIDENT)
    draft = proposals.save_draft(
        author, okrug.cycle, content(**{missing: {"cost": None, "category": ""}.get(missing, " ")})
    )
    with pytest.raises(FieldRefusal) as refusal:
        proposals.submit(author, okrug.cycle, draft)
    assert refusal.value.field == missing
    assert draft.state == State.DRAFT


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " \n "), ("cost", 21 * MILLION), ("cost", 0), ("settlement", "Astana"), ("category", "palaces")],
)
def test_what_cannot_be_is_refused_at_its_field(okrug: Okrug, field: str, value: object) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        proposals.save_draft(okrug.act(Role.RESIDENT), okrug.cycle, content(**{field: value}))
    assert refusal.value.field == field


def test_submitting_numbers_the_proposals_and_is_logged(okrug: Okrug) -> None:
    first, second = okrug.propose("First"), okrug.propose("Second")
    assert (first.number, second.number) == (1, 2)
    assert [event.action for event in audit.of_subject(okrug.act(), first.id)] == ["proposal.submitted"]
    with pytest.raises(Conflict):
        proposals.submit(okrug.act(Role.RESIDENT), okrug.cycle, first)


def test_a_resident_submits_no_more_than_the_cycle_allows(okrug: Okrug) -> None:
    okrug.propose("First")
    okrug.propose("Second")
    with pytest.raises(FieldRefusal):
        okrug.propose("Third")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESIDENT])
def test_nobody_but_a_resident_proposes(okrug: Okrug, role: Role) -> None:
    with pytest.raises(Forbidden):
        proposals.save_draft(okrug.act(role), okrug.cycle, content())


def test_nobody_changes_the_proposal_of_another(okrug: Okrug) -> None:
    proposal = okrug.propose()
    stranger = okrug.act(Role.RESIDENT, person=okrug.people[Role.OBSERVER])
    with pytest.raises(Forbidden):
        proposals.own_proposal(stranger, okrug.cycle, proposal.id)
    with pytest.raises(Forbidden):
        proposals.save_draft(stranger, okrug.cycle, content(), proposal)


def test_ideas_end_with_their_last_day(okrug: Okrug) -> None:
    okrug.at += timedelta(days=11)
    with pytest.raises(OutOfPhase):
        proposals.save_draft(okrug.act(Role.RESIDENT), okrug.cycle, content())


def test_a_returned_proposal_is_answered_once_and_its_history_tells_it(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    office, author = okrug.act(Role.OFFICE), okrug.act(Role.RESIDENT)
    question = findings(verdict=Verdict.RETURN, reason="How many lamps?", cost=None)
    with pytest.raises(Conflict):
        proposals.amend(author, okrug.cycle, proposal, content(), "Twelve.")
    reviews.review(office, okrug.cycle, proposal, question)
    proposals.amend(author, okrug.cycle, proposal, content(solution="Twelve lamps."), " Twelve.\n")
    assert proposal.state == State.SUBMITTED
    assert proposal.number == 1
    assert proposal.solution == "Twelve lamps."
    okrug.at += timedelta(minutes=1)
    okrug.accept(proposal)
    told = history.of(author, proposal)
    assert [event.note for event in told] == ["", "How many lamps?", "Twelve.", ""]
    assert [event.action for event in audit.of_subject(author, proposal.id)] == [
        "proposal.submitted",
        "review.returned",
        "proposal.answered",
        "review.accepted",
    ]


def test_a_title_keeps_no_control_characters_or_line_breaks(okrug: Okrug) -> None:
    draft = proposals.save_draft(
        okrug.act(Role.RESIDENT), okrug.cycle, content(title=" Lamps\u0000 on\n\tAbai  street ")
    )
    assert draft.title == "Lamps on Abai street"


def test_a_resident_keeps_ten_drafts_and_no_more(okrug: Okrug) -> None:
    act = okrug.act(Role.RESIDENT)
    drafts = [proposals.save_draft(act, okrug.cycle, content(title=f"Draft {n}")) for n in range(proposals.MOST_DRAFTS)]
    with pytest.raises(Conflict):
        proposals.save_draft(act, okrug.cycle, content())
    proposals.save_draft(act, okrug.cycle, content(title="Rewritten"), drafts[0])
    proposals.submit(act, okrug.cycle, drafts[0])
    proposals.save_draft(act, okrug.cycle, content())


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "\ufb2c" * 60), ("place", "x" * 201), ("problem", "x" * 4001), ("solution", "x" * 4001)],
)
def test_a_text_is_measured_as_it_is_kept(okrug: Okrug, field: str, value: str) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        proposals.save_draft(okrug.act(Role.RESIDENT), okrug.cycle, content(**{field: value}))
    assert refusal.value.field == field


def test_a_question_stays_answerable_until_its_own_term(okrug: Okrug) -> None:
    """The phase moved on meanwhile: the author was given a day, and has it."""
    first, second = okrug.propose("Lamps"), okrug.propose("Benches")
    okrug.enter(Phase.REVIEW)
    office, author = okrug.act(Role.OFFICE), okrug.act(Role.RESIDENT)
    until = local(office.at).date() + timedelta(days=12)
    for proposal in (first, second):
        asked = findings(verdict=Verdict.RETURN, reason="How many?", cost=None, answer_until=until)
        reviews.review(office, okrug.cycle, proposal, asked)
    okrug.enter(Phase.GATHERING)
    proposals.refuse_overdue(office, okrug.cycle)
    assert proposals.unsettled(office, okrug.cycle) == [first, second]
    proposals.amend(author, okrug.cycle, first, content(), "Twelve.")
    assert first.state == State.SUBMITTED
    reviews.review(office, okrug.cycle, first, findings(cost=first.cost))
    okrug.at += timedelta(days=13)
    late = okrug.act(Role.RESIDENT)
    with pytest.raises(OutOfPhase):
        proposals.amend(late, okrug.cycle, second, content(), "Three.")
    proposals.refuse_overdue(okrug.act(Role.OFFICE), okrug.cycle)
    assert (first.state, second.state) == (State.ACCEPTED, State.REFUSED)


def test_an_author_withdraws_a_submitted_proposal(okrug: Okrug) -> None:
    proposal, other = okrug.propose("Lamps"), okrug.propose("Benches")
    author = okrug.act(Role.RESIDENT)
    with pytest.raises(Forbidden):
        proposals.withdraw(okrug.act(Role.RESIDENT, person=okrug.people[Role.OBSERVER]), okrug.cycle, proposal)
    proposals.withdraw(author, okrug.cycle, proposal)
    assert proposal.state == State.WITHDRAWN
    assert proposals.public(author, okrug.cycle) == [proposal, other], "it stays in the list"
    assert [event.action for event in audit.of_subject(author, proposal.id)][-1] == "proposal.withdrawn"
    assert [str(event.text) for event in history.of(author, proposal)][-1] == "The author withdrew the proposal."
    with pytest.raises(Conflict):
        proposals.withdraw(author, okrug.cycle, proposal)
    okrug.enter(Phase.REVIEW)
    with pytest.raises(Conflict):
        okrug.accept(proposal)


def test_what_was_withdrawn_makes_room_but_not_without_end(okrug: Okrug) -> None:
    author, most = okrug.act(Role.RESIDENT), okrug.cycle.proposals_per_resident
    for _time in range(most):
        proposals.withdraw(author, okrug.cycle, okrug.propose())
    for _time in range(most):
        okrug.propose()
    with pytest.raises(FieldRefusal):
        okrug.propose()


def test_nothing_is_withdrawn_once_the_list_of_the_poll_is_fixed(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    okrug.accept(proposal)
    assert proposals.may_withdraw(okrug.act(Role.RESIDENT), okrug.cycle, proposal)
    okrug.enter(Phase.VOTING)
    assert not proposals.may_withdraw(okrug.act(Role.RESIDENT), okrug.cycle, proposal)
    with pytest.raises(OutOfPhase):
        proposals.withdraw(okrug.act(Role.RESIDENT), okrug.cycle, proposal)
    with pytest.raises(IntegrityError, match="in_time_proposals_update"):
        okrug.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(state=State.WITHDRAWN))
    okrug.session.rollback()


def test_nobody_answers_what_was_not_asked(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    okrug.accept(proposal)
    [review] = outcomes.rounds(okrug.act(), proposal)
    with pytest.raises(IntegrityError, match="ordered_question_answers_insert"):
        okrug.session.execute(insert(QuestionAnswer).values(review_id=review.id, at=okrug.at, text="yes"))
    okrug.session.rollback()


def test_all_that_a_submission_lacks_is_told_at_once(okrug: Okrug) -> None:
    empty = content(title=" ", problem="", solution="", place="", category="", cost=None)
    told = [fault.field for fault in contents.faults(okrug.act(), okrug.cycle, empty, whole=True)]
    assert told == ["title", "problem", "solution", "place", "category", "cost"]
