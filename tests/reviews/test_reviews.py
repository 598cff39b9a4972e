"""The office reviews: what a verdict needs, who may give it, what it does."""

import pytest

from pb.act import Role
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, OutOfPhase
from pb.proposals.models import State, Verdict
from pb.proposals.service import outcomes
from pb.reviews import service
from tests.village import MILLION, Okrug, findings


def test_an_accepted_proposal_carries_checked_cost_and_programme(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    service.review(
        okrug.act(Role.OFFICE),
        okrug.cycle,
        proposal,
        findings(cost=6 * MILLION, cost_explanation="Poles are dearer.", programme="008"),
    )
    assert proposal.state == State.ACCEPTED
    [(found, review)] = outcomes.accepted(okrug.act(), okrug.cycle)
    assert found is proposal
    assert review.cost == 6 * MILLION
    assert review.programme == "008"
    assert proposal.cost == 5 * MILLION, "the author's own estimate stays"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("competent_body", {"okrug_competent": False}),
        ("verdict", {"okrug_competent": False, "competent_body": "City of Kokshetau"}),
        ("verdict", {"feasible": False}),
        ("cost", {"cost": None}),
        ("cost", {"cost": 5 * MILLION + 50_00}),
        ("cost", {"cost": 21 * MILLION, "cost_explanation": "dear"}),
        ("cost_explanation", {"cost": 6 * MILLION}),
        ("programme", {"programme": None}),
        ("programme", {"programme": "999"}),
        ("reason", {"verdict": Verdict.REFUSE}),
        ("reason", {"verdict": Verdict.RETURN, "reason": "  "}),
    ],
)
def test_findings_that_do_not_bear_the_verdict_are_refused(
    okrug: Okrug, field: str, changes: dict[str, object]
) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    with pytest.raises(FieldRefusal) as refusal:
        service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, findings(**changes))
    assert refusal.value.field == field
    assert proposal.state == State.SUBMITTED
    assert outcomes.rounds(okrug.act(), proposal) == []


def test_a_matter_of_another_body_is_refused_with_its_name(okrug: Okrug) -> None:
    proposal = okrug.propose("Water main")
    okrug.enter(Phase.REVIEW)
    verdict = findings(
        verdict=Verdict.REFUSE, okrug_competent=False, competent_body="City of Kokshetau", reason="The city runs it."
    )
    service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, verdict)
    assert proposal.state == State.REFUSED
    with pytest.raises(Conflict):
        okrug.accept(proposal)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_nobody_but_the_office_reviews(okrug: Okrug, role: Role) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    with pytest.raises(Forbidden):
        service.review(okrug.act(role), okrug.cycle, proposal, findings())


def test_nobody_reviews_a_proposal_of_their_own(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    both = okrug.act(Role.OFFICE, person=okrug.people[Role.RESIDENT])
    with pytest.raises(Forbidden):
        service.review(both, okrug.cycle, proposal, findings())


def test_reviews_wait_for_their_phase(okrug: Okrug) -> None:
    proposal = okrug.propose()
    with pytest.raises(OutOfPhase):
        service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, findings())
