"""Verbs of the review: the office decides what is the okrug's business, feasible, and at what cost."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb import text
from pb.act import Act, Role
from pb.audit import service as audit
from pb.classification import service as classification
from pb.classification.service.entries import Entry
from pb.clock import local
from pb.core.poll import bilingual
from pb.core.poll.bilingual import Bilingual
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, OutOfPhase, refuse_all
from pb.formats import day
from pb.proposals.models import LONGEST_SUMMARY, LONGEST_TITLE, Ground, Proposal, Review, ReviewDraft, State, Verdict
from pb.proposals.service import contents, finding, outcomes, proposals

ANSWER_DAYS = 10
MOST_ANSWER_DAYS = 60
MISSING_WORDS = {
    "title_kk": _("Write the title in Kazakh: it stands on the ballot."),
    "title_ru": _("Write the title in Russian: it stands on the ballot."),
    "summary_kk": _("Write in Kazakh what the project is: it stands on the ballot."),
    "summary_ru": _("Write in Russian what the project is: it stands on the ballot."),
}
LATE_QUESTIONS = 1  # after the review's last day: whoever asks on and on holds the assembly up
STEP = 100_00  # a corrected cost is a multiple of 100 ₸: budgets print thousands of tenge with one decimal

STATES = {Verdict.ACCEPT: State.ACCEPTED, Verdict.RETURN: State.RETURNED, Verdict.REFUSE: State.REFUSED}


NOT_WRITTEN = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the specialist found; `cost` in tiyn, `programme` a code of administrator 124.

    `language` is that of all free words but titles and summaries, which stand in both.
    """

    verdict: Verdict
    okrug_competent: bool
    competent_body: str
    feasible: bool
    feasibility: str
    cost: int | None
    cost_explanation: str
    programme: str | None
    reason: str
    language: str
    ground: Ground | None = None
    answer_until: date | None = None
    """The last day for the author's answer to a question; None: the usual one."""
    titles: Bilingual = NOT_WRITTEN
    summaries: Bilingual = NOT_WRITTEN
    """What stands on the ballot."""


def offered(act: Act, cycle: Cycle) -> Mapping[str, Entry]:
    """The programmes that may pay for a project, by their digits: what is in none of them is no okrug's competence."""
    return classification.codes(act, cycle.fiscal_year).programmes()


def usual_term(act: Act, cycle: Cycle) -> date:
    """Until when a question of today is usually answered: the review's last day, or ten days where that is later."""
    return max(cycle.review_until, local(act.at).date() + timedelta(days=ANSWER_DAYS))


def latest_term(act: Act, cycle: Cycle) -> date:
    """The last day that a question of today may give: sixty days, no longer than the gathering, or the usual term."""
    days = local(act.at).date() + timedelta(days=MOST_ANSWER_DAYS)
    return max(usual_term(act, cycle), min(days, cycle.gathering_until))


def _answer_until(act: Act, cycle: Cycle, findings: Findings) -> date | None:
    if findings.verdict is not Verdict.RETURN:
        return None
    return findings.answer_until or usual_term(act, cycle)


def summed_up(proposal: Proposal) -> str:
    """The beginning of what should be done, whole words alone: what a review starts its summary with."""
    written = text.one_line(proposal.solution)
    if len(written) <= LONGEST_SUMMARY:
        return written
    return written[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def why_not(proposal: Proposal) -> LazyString:
    """Why a proposal does not wait for its review."""
    if proposal.state == State.WITHDRAWN:
        return _("The author has withdrawn this proposal: there is nothing to review any more.")
    return _("The office has recorded its review of this proposal already.")


def permit(act: Act, cycle: Cycle, proposal: Proposal) -> UUID:
    """Who reviews.

    Raises OutOfPhase, Forbidden (not the office, or one's own proposal), Conflict (the proposal does not wait).
    """
    if cycle.phase not in {Phase.REVIEW, Phase.GATHERING}:
        raise OutOfPhase(cycle)
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only a specialist of the akim's office may review."))
    if proposal.author_id == act.person.id:
        raise Forbidden(_("Nobody reviews a proposal of their own."))
    if proposal.state != State.SUBMITTED:
        raise Conflict(why_not(proposal))
    return act.person.id


def draft_of(act: Act, proposal: Proposal) -> dict[str, str]:
    """What the actor has answered so far, by the fields of the form; another's draft nobody sees."""
    kept = act.session.get(ReviewDraft, (proposal.id, act.person.id)) if act.person is not None else None
    return dict(kept.answers) if kept is not None else {}


def keep_draft(act: Act, cycle: Cycle, proposal: Proposal, answers: Mapping[str, str]) -> None:
    """Keeps what the actor has answered so far; it goes once the proposal waits for no review any more.

    Raises OutOfPhase, Forbidden, Conflict as `permit` does.
    """
    proposals.lock(act, cycle, proposal)
    writer = permit(act, cycle, proposal)
    kept = act.session.get(ReviewDraft, (proposal.id, writer))
    if kept is None:
        kept = ReviewDraft(proposal_id=proposal.id, writer_id=writer)
        act.session.add(kept)
    kept.answers = dict(answers)
    act.session.flush()


def digest(answers: Mapping[str, str]) -> str:
    """Tells one state of a draft from another: what is recorded was looked over as it stands."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def begun(act: Act, waiting: Iterable[Proposal]) -> set[UUID]:
    """Of which of these proposals the actor has a draft."""
    if act.person is None:
        return set()
    own = ReviewDraft.writer_id == act.person.id, ReviewDraft.proposal_id.in_([one.id for one in waiting])
    return set(act.session.scalars(select(ReviewDraft.proposal_id).where(*own)))


def review(act: Act, cycle: Cycle, proposal: Proposal, findings: Findings) -> Review:
    """Records a round of review and moves the proposal on.

    Raises OutOfPhase, Forbidden, Conflict as `permit` does, FieldRefusal (the findings do not bear the verdict).
    """
    proposals.lock(act, cycle, proposal)  # two specialists at once: one decides
    reviewer = permit(act, cycle, proposal)
    refuse_all(faults(act, cycle, proposal, findings))
    done = Review(
        proposal_id=proposal.id,
        reviewer_id=reviewer,
        at=act.at,
        okrug_competent=findings.okrug_competent,
        competent_body=text.one_line(findings.competent_body),
        feasible=findings.feasible,
        feasibility=findings.feasibility.strip(),
        cost=findings.cost,
        cost_explanation=findings.cost_explanation.strip(),
        programme=findings.programme or None,
        **(_ballot_words(findings) if findings.verdict is Verdict.ACCEPT else {}),
        verdict=findings.verdict,
        ground=(findings.ground or "") if findings.verdict is Verdict.REFUSE else "",
        reason=findings.reason.strip(),
        language=findings.language,
        answer_until=_answer_until(act, cycle, findings),
    )
    act.session.add(done)
    act.session.flush()
    act.session.expire(proposal, ["accepted"])
    finding.remember(act, proposal)
    proposals.decide(act, proposal, STATES[findings.verdict])  # after the review: a trigger asks for it
    audit.record(
        act,
        f"review.{STATES[findings.verdict]}",
        subject=proposal.id,
        data={"number": proposal.number, "cost": findings.cost, "programme": findings.programme},
    )
    return done


def faults(act: Act, cycle: Cycle, proposal: Proposal, findings: Findings) -> Iterator[FieldRefusal]:
    """Where the findings do not bear the verdict; a fault for each field at most."""
    if not findings.okrug_competent and not findings.competent_body.strip():
        yield FieldRefusal("competent_body", _("Name the body that is in charge."))
    yield from _faults_of_words(findings)
    if findings.verdict is Verdict.ACCEPT:
        yield from _faults_of_acceptance(act, cycle, proposal, findings)
        return
    if findings.programme and findings.programme not in offered(act, cycle):
        yield FieldRefusal("programme", _("Choose a programme from the list."))
    if findings.cost is not None and (findings.cost <= 0 or findings.cost % STEP):
        yield FieldRefusal("cost", _("The cost must be a multiple of 100 ₸."))
    if findings.verdict is Verdict.REFUSE and findings.ground is None:
        yield FieldRefusal("ground", _("Choose a reason from the list."))
    elif findings.ground in {None, Ground.OTHER} and not findings.reason.strip():
        yield FieldRefusal("reason", _("Write the question or the reason: the author and everybody will read it."))
    if findings.verdict is Verdict.RETURN:
        yield from _faults_of_question(act, cycle, proposal, findings)


def _ballot_words(findings: Findings) -> dict[str, str]:
    """As they are kept, by column."""
    return {
        f"{name}_{language}": text.one_line(getattr(pair, language))
        for name, pair in (("title", findings.titles), ("summary", findings.summaries))
        for language in ("kk", "ru")
    }


def _faults_of_words(findings: Findings) -> Iterator[FieldRefusal]:
    """What is wrong with what is to stand on the ballot; an acceptance needs all of it in both languages."""
    for name, written in _ballot_words(findings).items():
        title = name.startswith("title")
        if title and bilingual.SIGN in written:
            yield FieldRefusal(name, contents.WITHOUT_BAR)
        elif title and len(written) > LONGEST_TITLE:
            yield FieldRefusal(name, _("Use at most 120 characters."))
        elif len(written) > LONGEST_SUMMARY:
            yield FieldRefusal(name, _("Use at most 280 characters."))
        elif not written and findings.verdict is Verdict.ACCEPT:
            yield FieldRefusal(name, MISSING_WORDS[name])


def _faults_of_question(act: Act, cycle: Cycle, proposal: Proposal, findings: Findings) -> Iterator[FieldRefusal]:
    asked = [done for done in outcomes.rounds(act, proposal) if local(done.at).date() > cycle.review_until]
    if len(asked) >= LATE_QUESTIONS:
        yield FieldRefusal("verdict", _("After the review's last day the office asks once. Accept or refuse it now."))
    elif findings.answer_until is not None:
        earliest, latest = local(act.at).date() + timedelta(days=1), latest_term(act, cycle)
        if not earliest <= findings.answer_until <= latest:
            bounds = {"earliest": day(earliest), "latest": day(latest)}
            yield FieldRefusal("answer_until", _("Choose a day: from %(earliest)s to %(latest)s", **bounds))


def _faults_of_acceptance(act: Act, cycle: Cycle, proposal: Proposal, findings: Findings) -> Iterator[FieldRefusal]:
    if not findings.okrug_competent:
        yield FieldRefusal("verdict", _("A project of another body cannot be accepted: refuse it and name the body."))
    elif not findings.feasible:
        yield FieldRefusal("verdict", _("A project that is not feasible cannot be accepted."))
    if findings.cost is None:
        yield FieldRefusal("cost", _("Write the cost that the office has checked."))
    elif findings.cost <= 0 or findings.cost % STEP:
        yield FieldRefusal("cost", _("The cost must be a multiple of 100 ₸."))
    elif findings.cost > cycle.project_limit:
        yield FieldRefusal("cost", _("The cost is above the limit of this cycle."))
    elif findings.cost != proposal.cost and not findings.cost_explanation.strip():
        yield FieldRefusal("cost_explanation", _("Explain why the cost differs from the author's."))
    if not findings.programme:
        yield FieldRefusal("programme", _("Choose the programme that will pay."))
    elif findings.programme not in offered(act, cycle):
        yield FieldRefusal("programme", _("Choose a programme from the list."))
