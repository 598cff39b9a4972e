"""The way of a cycle: each phase waits for what it needs, and tells those whose turn it is."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.budget.models import Decision
from pb.cycles import service
from pb.cycles.models import ORDER, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, OutOfPhase
from pb.gatherings.service import adoption, cycle_meetings, meetings
from pb.identity.models import Message
from pb.polls.service import state
from pb.process.service import phases
from pb.proposals.models import Verdict
from pb.proposals.service import outcomes, proposals
from pb.proposals.service.contents import Content
from pb.reviews import service as reviews
from pb.trustees.service import places
from pb.winners.service import adopting
from pb.winners.service.adopting import Adopted
from tests.conftest import SignIn
from tests.village import KEYS, MILLION, SETTLEMENTS, Village, content, findings


def propose(okrug: Village, cycle_id: UUID) -> None:
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        content = Content("Lamps", "Dark", "Lamps", SETTLEMENTS[0], "Abai street", "lighting", 5 * MILLION)
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content))


def accept_all(okrug: Village, cycle_id: UUID) -> None:
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        for proposal in proposals.public(act, cycle):
            reviews.review(act, cycle, proposal, findings(cost=proposal.cost))


def advance(okrug: Village, cycle_id: UUID, role: Role = Role.OFFICE) -> Phase:
    with okrug.in_cycle(cycle_id, role) as (act, cycle):
        return phases.advance(act, cycle, KEYS)


def phase_of(okrug: Village, cycle_id: UUID) -> str:
    with okrug.in_cycle(cycle_id) as (_act, cycle):
        return cycle.phase


def refused(okrug: Village, cycle_id: UUID) -> str:
    before = phase_of(okrug, cycle_id)
    with pytest.raises(Conflict) as refusal:
        advance(okrug, cycle_id)
    assert phase_of(okrug, cycle_id) == before
    return str(refusal.value.message)


def test_ideas_wait_for_a_proposal_and_the_review_for_every_verdict(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    assert "No proposal waits" in refused(okrug, cycle_id)
    propose(okrug, cycle_id)
    assert advance(okrug, cycle_id) == Phase.REVIEW
    told = refused(okrug, cycle_id)
    assert "not reviewed yet" in told
    assert "No proposal is accepted" in told
    accept_all(okrug, cycle_id)
    assert advance(okrug, cycle_id) == Phase.GATHERING
    assert phase_of(okrug, cycle_id) == Phase.GATHERING


def cut_off(okrug: Village, cycle_id: UUID) -> list[str]:
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        return list(map(str, phases.cut_off(act, cycle)))


def test_a_question_that_nobody_answered_ends_with_a_refusal_for_that_reason(
    okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    propose(okrug, cycle_id)
    advance(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        first, second = proposals.public(act, cycle)
        reviews.review(act, cycle, first, findings(cost=first.cost))
        asked = findings(verdict=Verdict.RETURN, reason="Whose land is it?")
        reviews.review(act, cycle, second, asked)
        unanswered = second.id
    assert any("may still answer" in str(text) for text in cut_off(okrug, cycle_id))
    monkeypatch.setattr(outcomes, "term_is_over", lambda _act, _proposal: True)
    assert any("without an answer" in str(text) or "did not answer" in str(text) for text in cut_off(okrug, cycle_id))
    assert advance(okrug, cycle_id) == Phase.GATHERING
    page = (
        sign_in(Role.RESIDENT).get(f"{okrug.path(cycle_id)}/proposals/{okrug.called('proposal_id', unanswered)}").text
    )
    for told in ("Refused", "did not answer in time", "Whose land is it?"):
        assert told in page
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle), pytest.raises(Conflict):
        proposals.submit(act, cycle, proposals.get(act, cycle, unanswered))


def test_the_vote_waits_for_the_assembly_and_its_poll_is_prepared(
    okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.GATHERING)
    assert "assembly must choose" in refused(okrug, cycle_id)
    monkeypatch.setattr(meetings, "approved", lambda _act, _cycle: [("project", "review")])
    assert advance(okrug, cycle_id) == Phase.VOTING
    with okrug.in_cycle(cycle_id) as (act, cycle):
        poll = state.require(act, cycle)
        assert poll.attempt == 1
        assert len(places.all_of(act, poll)) == 3


def test_the_end_of_the_vote_is_not_the_office_s_move(okrug: Village) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    assert "by itself" in refused(okrug, cycle_id)


def test_the_budget_waits_for_the_adoption_and_the_works_for_the_maslikhat(
    okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.RESULT)
    assert "no poll of this cycle" in refused(okrug, cycle_id), "a result without a checked poll is none"
    monkeypatch.setattr(adoption, "missing", lambda _act, _cycle: [])
    assert "adopt the result" in refused(okrug, cycle_id)
    monkeypatch.setattr(meetings, "adopted", lambda _act, _cycle: "minutes")
    assert advance(okrug, cycle_id) == Phase.BUDGET
    assert "maslikhat" in refused(okrug, cycle_id)
    monkeypatch.setattr(adopting, "of_cycle", lambda _act, _cycle: Adopted({uuid4(): Decision()}, 0))
    assert advance(okrug, cycle_id) == Phase.WORKS
    assert "last phase" in refused(okrug, cycle_id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_nobody_else_moves_a_cycle(okrug: Village, role: Role) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    with pytest.raises(Forbidden):
        advance(okrug, cycle_id, role)


def test_each_move_is_logged_and_those_whose_turn_it_is_get_a_letter_in_both_languages(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    advance(okrug, cycle_id)
    accept_all(okrug, cycle_id)
    advance(okrug, cycle_id)
    with okrug.act_as() as act:
        moves = [event.data for event in audit.of_subject(act, cycle_id) if event.action == "cycle.moved"]
        assert moves == [{"from": "proposals", "to": "review"}, {"from": "review", "to": "gathering"}]
        letters = act.session.scalars(select(Message)).all()
        concerned = [Role.OFFICE, Role.CHAIR, Role.SECRETARY]
        assert {letter.person_id for letter in letters} == {okrug.people[role].id for role in concerned}
        assert all(" / " in letter.subject for letter in letters)


@pytest.mark.parametrize("phase", ORDER)
def test_no_phase_is_skipped_and_none_is_gone_back_to(okrug: Village, phase: Phase) -> None:
    cycle_id = okrug.open_cycle(phase=phase)
    following = ORDER[ORDER.index(phase) + 1 :][:1]
    for target in ORDER:
        if target in following:
            continue
        with okrug.in_cycle(cycle_id) as (act, cycle), pytest.raises(OutOfPhase):
            service.move(act, cycle, target)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fiscal_year": 2020}, "fiscal_year"),
        ({"envelope": 0}, "envelope"),
        ({"envelope": 150_50}, "envelope"),
        ({"project_limit": 61 * MILLION}, "project_limit"),
        ({"project_limit": 0}, "project_limit"),
        ({"proposals_per_resident": 0}, "proposals_per_resident"),
        ({"choices": 0}, "choices"),
        ({"choices": 21}, "choices"),
        ({"proposals_until": clock.now().date() - timedelta(days=2)}, "proposals_until"),
        ({"voting_until": clock.now().date() + timedelta(days=30)}, "voting_until"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(
    okrug: Village, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        okrug.open_cycle(**changes)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_a_year_has_one_cycle(okrug: Village) -> None:
    okrug.open_cycle()
    with pytest.raises(FieldRefusal):
        okrug.open_cycle()


def test_a_cycle_that_is_not_there_is_not_found(okrug: Village) -> None:
    with pytest.raises(NotFound), okrug.in_cycle(UUID(int=1)):
        pass


def test_moving_on_names_what_ends_with_the_phase(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.save_draft(act, cycle, Content("Park", "", "", SETTLEMENTS[0], "", "", None))
    days, drafts = cut_off(okrug, cycle_id)
    assert "Days left of this phase" in days
    assert drafts == "Drafts that their authors can no longer submit: 1"


def test_the_vote_does_not_begin_while_an_author_may_still_answer(
    okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.GATHERING)
    monkeypatch.setattr(meetings, "approved", lambda _act, _cycle: [("project", "review")])
    monkeypatch.setattr(cycle_meetings, "unsettled", lambda _act, _cycle: "7")
    assert "would be closed out" in refused(okrug, cycle_id)
    assert "7" in refused(okrug, cycle_id)


def test_what_was_withdrawn_again_moves_no_cycle_to_a_review_of_nothing(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        [only] = proposals.public(act, cycle)
        proposals.withdraw(act, cycle, only)
    assert "No proposal waits" in refused(okrug, cycle_id)
    propose(okrug, cycle_id)
    assert advance(okrug, cycle_id) == Phase.REVIEW


def test_the_page_of_a_proposal_says_that_the_office_left_its_answer_lying(
    okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    advance(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        [proposal] = proposals.public(act, cycle)
        reviews.review(act, cycle, proposal, findings(verdict=Verdict.RETURN, reason="Whose land is it?"))
        where = f"{okrug.path(cycle_id)}/proposals/{proposal.number}"
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        [proposal] = proposals.public(act, cycle)
        proposals.amend(act, cycle, proposal, content(), "Ours.")
        monkeypatch.setattr(outcomes, "REVIEW_DAYS", -1)
        proposals.refuse_overdue(act, cycle)
    page = sign_in(Role.RESIDENT).get(where).text
    assert "the office did not review the answer in time" in page
    assert "author did not answer" not in page
