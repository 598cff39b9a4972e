"""Pages of the review, for the akim's office."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from pb.act import Act, Role
from pb.classification import service as classification
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.errors import Conflict, FieldRefusal
from pb.formats import day, language, money, named
from pb.identity.service.duties import Duty
from pb.proposals.models import (
    CATEGORY_LABELS,
    GROUND_LABELS,
    STATE_LABELS,
    STATE_TAGS,
    VERDICT_LABELS,
    Ground,
    Proposal,
    State,
    Verdict,
)
from pb.proposals.service import attached, outcomes, proposals
from pb.reviews import service
from pb.reviews.forms import (
    BALLOT_WORDS,
    FIELDS,
    FORMS,
    TITLES,
    BallotForm,
    ReviewForm,
    Step,
    answered,
    begun,
    left_open,
    way,
)
from pb.web.access import TEXTS, access, allow
from pb.web.forms import Form
from pb.web.requests import Response, current_act, notify, page
from pb.web.sent import not_taken
from pb.web.wording import title_of

blueprint = Blueprint("reviews", __name__)
LABELS = {"state_labels": STATE_LABELS, "state_tags": STATE_TAGS, "category_labels": CATEGORY_LABELS}


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/reviews")
@access(allow(Role.OFFICE))
def queue(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    waiting = proposals.public(act, cycle, [State.SUBMITTED])
    return page(
        "reviews/queue.html",
        cycle=cycle,
        may_review=cycle.phase in {Phase.REVIEW, Phase.GATHERING},
        waiting=waiting,
        begun=service.begun(act, waiting),
        reviewed=proposals.public(act, cycle, [State.RETURNED, State.ACCEPTED, State.REFUSED, State.WITHDRAWN]),
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/reviews/<word:proposal_id>")
@access(allow(Role.OFFICE))
def edit(cycle_id: UUID, proposal_id: UUID) -> str:
    """Where the reviewer's draft stands: the first question that is open, or all answers to look over."""
    act = current_act()
    cycle, proposal = _waiting(act, cycle_id, proposal_id)
    answers = service.draft_of(act, proposal)
    step = _open_step(act, cycle, proposal, answers)
    if step is not None:
        return _step_page(act, cycle, proposal, step, answers)
    return _look_over(act, cycle, proposal, answers)


def _look_over(act: Act, cycle: Cycle, proposal: Proposal, answers: Mapping[str, str], *, changed: bool = False) -> str:
    """All answers; `changed`: they are others than those that were looked over before."""
    return page(
        "reviews/look_over.html",
        cycle=cycle,
        proposal=proposal,
        rows=_rows(act, cycle, proposal, _read(answers)),
        last=_at(cycle, proposal, Step.VERDICT),
        digest=service.digest(answers),
        changed=changed,
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/reviews/<word:proposal_id>")
@access(allow(Role.OFFICE), action=lazy_gettext("review a proposal"))
def record(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle, proposal = _waiting(act, cycle_id, proposal_id)
    answers = service.draft_of(act, proposal)
    if _open_step(act, cycle, proposal, answers) is not None:
        not_taken()
        return redirect(url_for("reviews.edit", cycle_id=cycle.id, proposal_id=proposal.id))
    if request.form.get("draft") != service.digest(answers):  # another tab has changed it since
        return _look_over(act, cycle, proposal, answers, changed=True), 409
    service.review(act, cycle, proposal, _read(answers).findings())
    notify(_("The review is recorded."))
    return redirect(url_for("reviews.queue", cycle_id=cycle.id))


STEP = "/<okrug:okrug>/<year:cycle_id>/reviews/<word:proposal_id>/<any({}):step>".format(", ".join(Step))


@blueprint.get(STEP)
@access(allow(Role.OFFICE))
def ask(cycle_id: UUID, proposal_id: UUID, step: str) -> str:
    act = current_act()
    cycle, proposal = _waiting(act, cycle_id, proposal_id)
    return _step_page(act, cycle, proposal, Step(step), service.draft_of(act, proposal))


@blueprint.post(STEP)
@access(allow(Role.OFFICE), action=lazy_gettext("write the draft of a review"), largest_body=TEXTS)
def keep(cycle_id: UUID, proposal_id: UUID, step: str) -> Response:
    """Keeps one step's answers and leads to what is open next, or to the question before."""
    act = current_act()
    cycle, proposal = _waiting(act, cycle_id, proposal_id)
    before = service.draft_of(act, proposal)
    form = _form(act, cycle, Step(step), before)
    answers = before | {name: request.form.get(name, "") for name in FIELDS[Step(step)]}
    form.validate()
    if request.form.get("kept", _kept(Step(step), before)) != _kept(Step(step), before):
        return _step_page(act, cycle, proposal, Step(step), answers, form, changed=True), 409
    if "back" in request.form:
        return _go_back(act, cycle, proposal, Step(step), before, answers, form)
    answers.pop(left_open(Step(step)), None)
    own = {field.name for field in form if field.errors}
    for fault in _faults(act, cycle, proposal, Step(step), answers):
        if fault.field not in own:
            form.refuse(fault)
    if form.errors:
        return _step_page(act, cycle, proposal, Step(step), answers, form), 422
    service.keep_draft(act, cycle, proposal, answers)
    following = _open_step(act, cycle, proposal, answers)
    if following is None:
        return redirect(url_for("reviews.edit", cycle_id=cycle.id, proposal_id=proposal.id))
    return redirect(_at(cycle, proposal, following))


def _kept(step: Step, answers: Mapping[str, str]) -> str:
    """What of a step stands in the draft: a page opened before another tab changed it does not know of that."""
    return service.digest({name: answers.get(name, "") for name in FIELDS[step]})


def _go_back(
    act: Act,
    cycle: Cycle,
    proposal: Proposal,
    step: Step,
    before: Mapping[str, str],
    answers: dict[str, str],
    form: Form,
) -> Response:
    """Keeps what was typed and leads to the question before. What is missing is not asked for yet."""
    for field in form:
        if not request.form.get(field.name):
            field.errors = []
    if form.errors:
        return _step_page(act, cycle, proposal, step, answers, form), 422
    if answers != before:
        service.keep_draft(act, cycle, proposal, answers | {left_open(step): "yes"})
    earlier = [one for one in way(answers) if [*Step].index(one) < [*Step].index(step)]
    return redirect(_at(cycle, proposal, earlier[-1] if earlier else step))


def _waiting(act: Act, cycle_id: UUID, proposal_id: UUID) -> tuple[Cycle, Proposal]:
    cycle = cycles.get(act, cycle_id)
    proposal = proposals.get(act, cycle, proposal_id)
    if proposal.state != State.SUBMITTED:
        own_page = url_for("proposals.show", cycle_id=cycle.id, proposal_id=proposal.id)
        raise Conflict(service.why_not(proposal), page=own_page)
    service.permit(act, cycle, proposal)
    return cycle, proposal


def _at(cycle: Cycle, proposal: Proposal, step: Step) -> str:
    return url_for("reviews.ask", cycle_id=cycle.id, proposal_id=proposal.id, step=step)


def _read(answers: Mapping[str, str]) -> ReviewForm:
    return ReviewForm(MultiDict(answers))


def _open_step(act: Act, cycle: Cycle, proposal: Proposal, answers: Mapping[str, str]) -> Step | None:
    """The first step of the way that was not answered, or does not bear the decision; None: all is there."""
    steps = way(answers)
    if missing := next((step for step in steps if not answered(step, answers)), None):
        return missing
    return next((step for step in steps if _faults(act, cycle, proposal, step, answers)), None)


def _faults(act: Act, cycle: Cycle, proposal: Proposal, step: Step, answers: Mapping[str, str]) -> list[FieldRefusal]:
    """What the service would refuse of this step.

    Before a decision is chosen the answers are read as if for an acceptance, which asks the most; only what may still
    be left empty for a question to the author is not asked for.
    """
    findings = _read(answers).findings()
    decided = answers.get("verdict") in set(Verdict)
    if not decided:
        findings = replace(findings, verdict=Verdict.ACCEPT)
    found = [one for one in service.faults(act, cycle, proposal, findings) if one.field in FIELDS[step]]
    if step is Step.VERDICT and not decided:
        return []  # that it is missing is said alone
    empty = {name for name in ("cost", "programme", *BALLOT_WORDS) if not decided and not answers.get(name, "").strip()}
    return [one for one in found if one.field not in empty]


def _form(act: Act, cycle: Cycle, step: Step, answers: Mapping[str, str]) -> Form:
    """The step's form with what is sent, or with what was answered."""
    typed = None if request.method == "POST" else MultiDict(answers) if begun(step, answers) else None
    form = FORMS[step](**({"formdata": typed} if typed is not None else {}))
    if isinstance(form, BallotForm):
        form.offer(classification.codes(act, cycle.fiscal_year))
    if step is Step.VERDICT and Step.COST not in way(answers):
        form["verdict"].choices = [one for one in form["verdict"].choices if one.value != Verdict.ACCEPT]
    return form


def _step_page(
    act: Act,
    cycle: Cycle,
    proposal: Proposal,
    step: Step,
    answers: Mapping[str, str],
    form: Form | None = None,
    *,
    changed: bool = False,
) -> str:
    """A question; `changed`: another tab has answered it since the page was opened from which this was sent."""
    steps = way(answers)
    if form is None:
        form = _form(act, cycle, step, answers)
        if not begun(step, answers):
            _suggest(act, cycle, proposal, step, form, answers)
        elif answered(step, answers) and answered(Step.VERDICT, answers):
            for fault in _faults(act, cycle, proposal, step, answers):
                form.refuse(fault)
    place = steps.index(step) if step in steps else 0
    return page(
        "reviews/form.html",
        cycle=cycle,
        proposal=proposal,
        rounds=outcomes.rounds(act, proposal),
        photos=attached.pictures(act, proposal),
        papers=[paper for paper in attached.papers(act, proposal) if paper.ready],
        form=form,
        step=step,
        title=TITLES[step],
        question=place + 1,
        total=len(steps),
        changed=changed,
        paid_for=service.offered(act, cycle).values() if step is Step.COMPETENCE else (),
        kept=_kept(step, service.draft_of(act, proposal)),
        **LABELS,
    )


def _suggest(act: Act, cycle: Cycle, proposal: Proposal, step: Step, form: Form, answers: Mapping[str, str]) -> None:
    """What stands in a step before its reviewer has written anything."""
    if step is Step.BALLOT:
        form[f"title_{proposal.language}"].data = proposal.title
        form[f"summary_{proposal.language}"].data = service.summed_up(proposal)
    elif step is Step.VERDICT:
        form["answer_until"].data = service.usual_term(act, cycle)
        form["verdict"].data = Verdict.REFUSE.value if Step.COST not in way(answers) else None
        form["ground"].data = ground.value if (ground := _evident(answers)) else ""


def _evident(answers: Mapping[str, str]) -> Ground | None:
    """The reason of a refusal that the earlier steps have named."""
    if answers.get("competence") == "other":
        return Ground.ANOTHER_BODY
    return Ground.NOT_FEASIBLE if answers.get("feasible") == "no" else None


def _rows(act: Act, cycle: Cycle, proposal: Proposal, form: ReviewForm) -> list[tuple[object, object, str]]:
    """What was answered, each with where to change it; what does not concern this answer is left out."""
    findings = form.findings()
    costed, asks = findings.okrug_competent and findings.feasible, findings.verdict is Verdict.RETURN
    programme = service.offered(act, cycle).get(findings.programme or "")
    told: list[tuple[Step, str, object]] = [
        (Step.COMPETENCE, "competence", _("This akimat") if findings.okrug_competent else findings.competent_body)
    ]
    if findings.okrug_competent:
        told.append((Step.FEASIBILITY, "feasible", _("Yes") if findings.feasible else _("No")))
        told.append((Step.FEASIBILITY, "feasibility", findings.feasibility))
    if costed:
        told.append((Step.COST, "cost", money(findings.cost) if findings.cost is not None else ""))
        told.append((Step.COST, "cost_explanation", findings.cost_explanation))
        told.append(
            (Step.BALLOT, "programme", f"{findings.programme} {programme.name(language())}" if programme else "")
        )
        if findings.verdict is Verdict.ACCEPT:
            told += [(Step.BALLOT, name, form[name].data) for name in BALLOT_WORDS]
    told.append((Step.VERDICT, "verdict", VERDICT_LABELS[findings.verdict]))
    if findings.verdict is Verdict.REFUSE and findings.ground is not None:
        told.append((Step.VERDICT, "ground", GROUND_LABELS[findings.ground]))
    told.append((Step.VERDICT, "reason", findings.reason))
    told.append((Step.VERDICT, "answer_until", day(findings.answer_until) if asks and findings.answer_until else ""))
    return [(form[name].label.text, value, _at(cycle, proposal, step)) for step, name, value in told if value]


@duties_in(Phase.REVIEW, Phase.GATHERING, of=[Role.OFFICE])
def to_review(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """In its own phase all that waits is one duty; afterwards each proposal whose author answered has its own days."""
    waiting = [one for one in proposals.public(act, cycle, [State.SUBMITTED]) if not proposals.is_own(act, one)]
    if cycle.phase == Phase.REVIEW:
        if waiting:
            many, url = _("Waiting: %(number)s", number=len(waiting)), url_for("reviews.queue", cycle_id=cycle.id)
            yield Duty(_("Review the proposals"), url, many, cycle.review_until)
        return
    for proposal in waiting:
        answer = outcomes.rounds(act, proposal)[-1].answer
        until = local(answer.at).date() + timedelta(days=outcomes.REVIEW_DAYS) if answer else None
        url = url_for("reviews.edit", cycle_id=cycle.id, proposal_id=proposal.id)
        yield Duty(_("Review what the author answered"), url, named(proposal.number, title_of(proposal)), until)
