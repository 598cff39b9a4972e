"""Verbs of the review: the office decides what is the okrug's business, feasible, and at what cost."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from pb import text
from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.programmes.service import programmes
from pb.proposals.models import Proposal, Review, State, Verdict
from pb.proposals.service import proposals

STEP = 100_00  # a corrected cost is a multiple of 100 ₸: budgets print thousands of tenge with one decimal

STATES = {Verdict.ACCEPT: State.ACCEPTED, Verdict.RETURN: State.RETURNED, Verdict.REFUSE: State.REFUSED}


@dataclass(frozen=True, slots=True)
class Findings:
    """What the specialist found; `cost` in tiyn, `programme` a code of administrator 124."""

    verdict: Verdict
    okrug_competent: bool
    competent_body: str
    feasible: bool
    feasibility: str
    cost: int | None
    cost_explanation: str
    programme: str | None
    reason: str


def review(act: Act, cycle: Cycle, proposal: Proposal, findings: Findings) -> Review:
    """Records a round of review and moves the proposal on.

    Raises OutOfPhase, Forbidden (not the office, or one's own proposal), Conflict (the proposal does not wait for
    review), FieldRefusal (the findings do not bear the verdict).
    """
    cycles.require(act, cycle, Phase.REVIEW)
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only a specialist of the akim's office may review."))
    if proposal.author_id == act.person.id:
        raise Forbidden(_("Nobody reviews a proposal of their own."))
    act.session.refresh(proposal, with_for_update=True)  # two specialists at once: one decides
    if proposal.state != State.SUBMITTED:
        raise Conflict(_("This proposal does not wait for review."))
    _check(cycle, proposal, findings)
    done = Review(
        proposal_id=proposal.id,
        reviewer_id=act.person.id,
        at=act.at,
        okrug_competent=findings.okrug_competent,
        competent_body=text.one_line(findings.competent_body),
        feasible=findings.feasible,
        feasibility=findings.feasibility.strip(),
        cost=findings.cost,
        cost_explanation=findings.cost_explanation.strip(),
        programme=findings.programme or None,
        verdict=findings.verdict,
        reason=findings.reason.strip(),
    )
    act.session.add(done)
    act.session.flush()
    proposals.decide(act, proposal, STATES[findings.verdict])  # after the review: a trigger asks for it
    audit.record(
        act,
        f"review.{STATES[findings.verdict]}",
        subject=proposal.id,
        data={"number": proposal.number, "cost": findings.cost, "programme": findings.programme},
    )
    return done


def _check(cycle: Cycle, proposal: Proposal, findings: Findings) -> None:
    if not findings.okrug_competent and not findings.competent_body.strip():
        raise FieldRefusal("competent_body", _("Name the body that is in charge."))
    if findings.programme and findings.programme not in programmes():
        raise FieldRefusal("programme", _("Choose a programme from the list."))
    if findings.cost is not None and (findings.cost <= 0 or findings.cost % STEP):
        raise FieldRefusal("cost", _("The cost must be a multiple of 100 ₸."))
    if findings.verdict is Verdict.ACCEPT:
        _check_acceptance(cycle, proposal, findings)
    elif not findings.reason.strip():
        raise FieldRefusal("reason", _("Write the question or the reason: the author and everybody will read it."))


def _check_acceptance(cycle: Cycle, proposal: Proposal, findings: Findings) -> None:
    if not findings.okrug_competent:
        raise FieldRefusal("verdict", _("A project of another body cannot be accepted: refuse it and name the body."))
    if not findings.feasible:
        raise FieldRefusal("verdict", _("A project that is not feasible cannot be accepted."))
    if findings.cost is None:
        raise FieldRefusal("cost", _("Write the cost that the office has checked."))
    if findings.cost > cycle.project_limit:
        raise FieldRefusal("cost", _("The cost is above the limit of this cycle."))
    if findings.cost != proposal.cost and not findings.cost_explanation.strip():
        raise FieldRefusal("cost_explanation", _("Explain why the cost differs from the author's."))
    if not findings.programme:
        raise FieldRefusal("programme", _("Choose the programme that will pay."))
