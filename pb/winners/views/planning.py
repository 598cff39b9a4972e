"""One winner: where it came from and what became of it, what pays for it, and planning that anew."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb.act import Act, Role
from pb.budget.models import Decision
from pb.budget.models import Version as BudgetVersion
from pb.classification import service as classification
from pb.core.budget.amounts import thousands
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.cycles.service.envelopes import YEARS
from pb.errors import Conflict
from pb.formats import day, language, money, numbered
from pb.gatherings.service import meetings
from pb.polls.service import state
from pb.results.service import counting
from pb.tasks.service import basis, wording
from pb.web.access import A_TEXT, EVERYBODY, TEXTS, access, allow
from pb.web.forms import Form
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify, page
from pb.winners import service
from pb.winners.forms import PlanForm, ReasonForm, WaitForm
from pb.winners.models import Winner
from pb.winners.service import adopting, following, plans, waiting
from pb.winners.service.plans import NO_BASIS, Basis, Standing, Version
from pb.winners.service.waiting import Cut
from pb.winners.views.blueprint import blueprint
from pb.winners.views.parts import rows_of

OF_MASLIKHAT = "maslikhat-"
"""What begins the choice of a decision of the maslikhat, beside those of meetings."""
ONE = "/<okrug:okrug>/<year:cycle_id>/winners/<number:winner_id>"


class Told(NamedTuple):
    """A version of the plan in a sentence, with its reason and the decision by which the winner waits."""

    version: Version
    text: str
    basis: Markup | None


@blueprint.get(ONE)
@access(EVERYBODY)
def show_winner(cycle_id: UUID, winner_id: UUID) -> str:
    act = current_act()
    cycle, one = _one(act, cycle_id, winner_id)
    outcome = counting.outcome(act, cycle)
    poll = state.current(act, cycle)
    every = plans.standings(act, cycle)
    may = plans.may(act, cycle)
    return page(
        "winners/winner.html",
        cycle=cycle,
        one=one,
        rows=rows_of(act, one.lines),
        planned=thousands(one.total),
        granted=thousands(one.winner.granted),
        drift=thousands(one.drift),
        counted=next((p for p in outcome.projects if p.id == one.proposal.id), None) if outcome else None,
        archive=poll if poll is not None and poll.election_json else None,
        adopted=meetings.adopted(act, cycle),
        decision=adopting.of_cycle(act, cycle).by_project.get(one.proposal.id),
        turn=adopting.turn(act, cycle),
        budgets=_budgets(act, one),
        held=thousands(following.in_budgets(act, plans.of_okrug(act)).get(one.winner.id, 0)),
        history=_history(act, one.winner),
        parts=parts(Place.WINNER, act, one.winner),
        may_plan=may and not one.plan.waits,
        may_wait=may and waiting.hinders_waiting(every, one.winner) is None,
        may_resume=may and waiting.hinders_resuming(every, one.winner) is None,
    )


@blueprint.get(f"{ONE}/plan")
@access(allow(Role.OFFICE))
def write_plan(cycle_id: UUID, winner_id: UUID) -> str:
    act = current_act()
    cycle, one = _one(act, cycle_id, winner_id)
    _require(plans.may(act, cycle) and not one.plan.waits)
    form = _plan_form(act, cycle, one)
    form.show(plans.parts_of(one.lines))
    return _plan_page(cycle, one, form)


@blueprint.post(f"{ONE}/plan")
@access(allow(Role.OFFICE), action=lazy_gettext("plan what pays for a winner"), largest_body=TEXTS)
def plan(cycle_id: UUID, winner_id: UUID) -> Response:
    act = current_act()
    cycle, one = _one(act, cycle_id, winner_id)
    form = _plan_form(act, cycle, one)

    def change() -> bool:
        plans.change(act, cycle, one.winner, form.parts(), **_reason(form))
        return True

    wrong = form.submit(
        change,
        places=form.places(),
        faults=lambda: plans.faults(act, cycle, one, form.parts(), form.reason.data or ""),
    )
    if wrong is None:
        return _plan_page(cycle, one, form), 422
    notify(_("The plan is changed. Everybody sees what it was before, and why."))
    return redirect(_url(cycle, one))


@blueprint.get(f"{ONE}/wait")
@access(allow(Role.OFFICE))
def write_wait(cycle_id: UUID, winner_id: UUID) -> str:
    act = current_act()
    cycle, one = _one(act, cycle_id, winner_id)
    _require(plans.may(act, cycle) and waiting.hinders_waiting(plans.standings(act, cycle), one.winner) is None)
    return _form_page("winners/wait.html", cycle, one, _wait_form(act, one))


@blueprint.post(f"{ONE}/wait")
@access(allow(Role.OFFICE), action=lazy_gettext("record that a winner waits for money"), largest_body=A_TEXT)
def wait(cycle_id: UUID, winner_id: UUID) -> Response:
    act = current_act()
    form = _wait_form(act, _one(act, cycle_id, winner_id)[1])
    return _take(
        cycle_id,
        winner_id,
        form,
        "winners/wait.html",
        lambda cycle, one: waiting.wait(act, cycle, one.winner, _chosen(form), **_reason(form)),
        _("The winner waits. Everybody sees by which decision."),
    )


@blueprint.get(f"{ONE}/resume")
@access(allow(Role.OFFICE))
def write_resume(cycle_id: UUID, winner_id: UUID) -> str:
    act = current_act()
    cycle, one = _one(act, cycle_id, winner_id)
    _require(plans.may(act, cycle) and waiting.hinders_resuming(plans.standings(act, cycle), one.winner) is None)
    return _form_page("winners/resume.html", cycle, one, ReasonForm())


@blueprint.post(f"{ONE}/resume")
@access(allow(Role.OFFICE), action=lazy_gettext("record that a winner no longer waits"), largest_body=A_TEXT)
def resume(cycle_id: UUID, winner_id: UUID) -> Response:
    act = current_act()
    form = ReasonForm()
    return _take(
        cycle_id,
        winner_id,
        form,
        "winners/resume.html",
        lambda cycle, one: waiting.resume(act, cycle, one.winner, **_reason(form)),
        _("The winner no longer waits: its lines count again."),
    )


def _take(
    cycle_id: UUID, winner_id: UUID, form: Form, template: str, verb: Callable[[Cycle, Standing], None], told: str
) -> Response:
    cycle, one = _one(current_act(), cycle_id, winner_id)

    def take() -> bool:
        verb(cycle, one)
        return True

    if form.submit(take) is None:
        return _form_page(template, cycle, one, form), 422
    notify(told)
    return redirect(_url(cycle, one))


def _one(act: Act, cycle_id: UUID, winner_id: UUID) -> tuple[Cycle, Standing]:
    """Raises NotFound."""
    cycle = cycles.get(act, cycle_id)
    winner = service.get(act, cycle, winner_id)
    return cycle, next(one for one in plans.standings(act, cycle) if one.winner.id == winner.id)


def _require(allowed: bool) -> None:  # noqa: FBT001 - a condition that has been asked
    if not allowed:
        raise Conflict(_("This cannot be done with the winner as it stands now."))


def _reason(form: ReasonForm | WaitForm | PlanForm) -> dict[str, str]:
    return {"reason": form.reason.data or "", "language": form.language.data or "kk"}


def _budgets(act: Act, one: Standing) -> list[tuple[int, object]]:
    """The versions in force that its years belong to, year by year."""
    found = following.in_force(act, {line.year for line in one.lines})
    return [] if one.plan.waits else list(found.items())


def _history(act: Act, winner: Winner) -> list[Told]:
    every = plans.versions(act, winner)
    decisions = basis.of(act, (version.plan.question_id for version in every))
    cutting = waiting.of_versions(act, (version.plan.version_id for version in every))
    found = []
    for number, version in enumerate(every):
        before = every[number - 1] if number else None
        rests = wording.rests_on(decisions, version.plan.question_id, "", None)
        if version.plan.version_id is not None:
            rests = _cut(*cutting[version.plan.version_id])
        found.append(Told(version, _sentence(version, before), rests))
    return found


def _cut(version: BudgetVersion, decision: Decision) -> Markup:
    """The decision on an amendment that cut the transfers, with a link to the amendment."""
    url = url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id)
    which = f"{numbered(decision.reference)}, {day(decision.decided_on)}"
    return Markup('<a href="{}">{}: {}</a>').format(url, _("Decision of the maslikhat"), which)


def _sentence(version: Version, before: Version | None) -> str:
    if before is None:
        return str(_("The result granted %(sum)s.", sum=money(version.total)))
    if version.plan.waits:
        return str(_("Its money was cut: the winner waits."))
    if before.plan.waits:
        return str(_("The winner no longer waits."))
    if before.total == version.total:
        return str(_("The office planned its lines anew: %(sum)s together", sum=money(version.total)))
    sums = {"before": money(before.total), "after": money(version.total)}
    return str(_("The office planned another sum: %(before)s → %(after)s", **sums))


def _plan_form(act: Act, cycle: Cycle, one: Standing) -> PlanForm:
    known, tongue = classification.codes(act, cycle.fiscal_year), language()
    programmes = {entry.code: f"{digits} {entry.name(tongue)}" for digits, entry in known.programmes().items()}
    for line in one.lines:
        code = ".".join(line.code.split(".")[:4])
        programmes.setdefault(code, f"{code.split('.')[3]} {known.name(code, tongue)}")
    form = PlanForm()
    form.offer(range(cycle.fiscal_year, cycle.fiscal_year + YEARS), programmes)
    return form


def _plan_page(cycle: Cycle, one: Standing, form: PlanForm) -> str:
    return page("winners/plan.html", cycle=cycle, one=one, form=form, shown=form.to_show())


def _wait_form(act: Act, one: Standing) -> WaitForm:
    form = WaitForm()
    form.question.choices = [
        ("", _("Choose the decision")),
        *((each.question_id.hex, wording.shortly(each)) for each in waiting.decisions(act, one.winner)),
        *((f"{OF_MASLIKHAT}{each.version.id.hex}", _called(each)) for each in waiting.cuts(act, one.winner)),
    ]
    return form


def _called(cut: Cut) -> str:
    told: str = _(
        "Decision of the maslikhat %(number)s, %(day)s: transfers less by %(sum)s thousand tenge",
        number=numbered(cut.decision.reference),
        day=day(cut.decision.decided_on),
        sum=thousands(cut.amount),
    )
    return told


def _chosen(form: WaitForm) -> Basis:
    """What was chosen of the list; what is not in it the form refuses itself."""
    value = form.question.data or ""
    if value not in {each for each, _label in form.question.choices if each}:
        return NO_BASIS
    own = value.removeprefix(OF_MASLIKHAT)
    return Basis(version_id=UUID(own)) if own != value else Basis(question_id=UUID(own))


def _form_page(template: str, cycle: Cycle, one: Standing, form: Form) -> str:
    return page(template, cycle=cycle, one=one, form=form)


def _url(cycle: Cycle, one: Standing) -> str:
    return url_for("winners.show_winner", cycle_id=cycle.id, winner_id=one.winner.id)
