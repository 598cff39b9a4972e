"""The okrug's budgets, and one of them: how it stands, its four amounts, its versions."""

from typing import NamedTuple
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.budget import service
from pb.budget.forms import BeginForm, ReviseForm
from pb.budget.models import BEING_WRITTEN, HOLDERS, KIND_LABELS, MOVE_LABELS, TAGS, Budget, Kind, Version
from pb.budget.service import Standing, amounts, decisions
from pb.budget.views.blueprint import blueprint
from pb.budget.views.parts import rows_of, sums_of
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, NotFound
from pb.web.access import EVERYBODY, access, allow
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify, page

Tag = tuple[str, LazyString]

MADE_FOR_THE_ASSEMBLY = lazy_gettext("Version %(number)s is made. Change its lines, then put it before the assembly.")
MADE = {
    Kind.QUARTER: lazy_gettext("Version %(number)s is made. Check its lines; then the akim decides it."),
    Kind.PAPER: lazy_gettext(
        "Version %(number)s is made. Take in the annexes of the decision, then the decision itself."
    ),
}


class Row(NamedTuple):
    """A budget of the list: how its last version stands."""

    budget: Budget
    tag: Tag
    holder: LazyString


@blueprint.get("/<okrug:okrug>/budget")
@access(EVERYBODY)
def list_all() -> str:
    return _list(current_act(), None)


@blueprint.post("/<okrug:okrug>/budget")
@access(allow(Role.OFFICE), action=lazy_gettext("begin the budget of three years"))
def begin() -> Response:
    act = current_act()
    form = BeginForm()
    version = form.submit(lambda: service.begin(act, form.year.data, Kind(form.kind.data)))
    if version is None:
        return _list(act, form), 422
    notify(_("The budget is begun. Write its lines, or import them."))
    return redirect(url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id))


@blueprint.get("/<okrug:okrug>/budget/<number:budget_id>")
@access(EVERYBODY)
def show(budget_id: UUID) -> str:
    act = current_act()
    budget = of_here(act, budget_id)
    every = service.versions(act, budget)
    leading, adopted = service.leading(every), amounts.adopted(act, budget)
    return page(
        "budget/show.html",
        budget=budget,
        versions=[(one, tag_of(one)) for one in reversed(every)],
        last=leading,
        holder=HOLDERS[leading.move],
        tag=tag_of(leading),
        kinds={kind.value: label for kind, label in KIND_LABELS.items()},
        on_paper=decisions.on_paper(act, budget),
        in_force=service.in_force(act, budget),
        adopted=adopted,
        sums=sums_of(act, budget, adopted),
        rows=rows_of(amounts.four(act, budget), act, budget.first_year),
        may_report=act.holds(Role.OFFICE),
        may_revise=act.holds(Role.OFFICE) and bool(service.offered(act, budget)),
        parts=parts(Place.BUDGET_OF_YEARS, act, budget),
    )


@blueprint.get("/<okrug:okrug>/budget/<number:budget_id>/new")
@access(allow(Role.OFFICE))
def new_version(budget_id: UUID) -> str:
    act = current_act()
    budget = of_here(act, budget_id)
    return _revision(act, budget, _revise_form(act, budget))


@blueprint.post("/<okrug:okrug>/budget/<number:budget_id>/new")
@access(allow(Role.OFFICE), action=lazy_gettext("make a new version of the budget"))
def revise(budget_id: UUID) -> Response:
    act = current_act()
    budget = of_here(act, budget_id)
    form = _revise_form(act, budget)

    def make() -> Version:
        kind, proposer = form.chosen()
        return service.revise(
            act, budget, kind, proposer, reason=form.reason.data or "", language=form.language.data or "kk"
        )

    version = form.submit(make)
    if version is None:
        return _revision(act, budget, form), 422
    notify(str(MADE.get(Kind(version.kind), MADE_FOR_THE_ASSEMBLY)) % {"number": version.number})
    return redirect(url_for("budget.show_version", budget_id=budget.id, version_id=version.id))


def of_here(act: Act, budget_id: UUID) -> Budget:
    """A budget of the act's territory. Raises NotFound."""
    budget = act.session.get(Budget, budget_id)
    if budget is None or budget.territory_id != act.territory.id:
        raise NotFound
    return budget


def tag_of(standing: Standing) -> Tag:
    """How a version stands, as a tag."""
    if standing.move is None:
        return "amber", BEING_WRITTEN
    return TAGS[standing.move], MOVE_LABELS[standing.move]


def _list(act: Act, form: BeginForm | None) -> str:
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    found = service.budgets(act)
    stand = service.standing_of(act, [budget.id for budget in found])
    if form is None and act.holds(Role.OFFICE):
        form = BeginForm(year=max([local(act.at).year, *(budget.first_year for budget in found)]) + 1)
    return page(
        "budget/list.html",
        rows=[
            Row(budget, tag_of(leading), HOLDERS[leading.move])
            for budget in found
            if (leading := service.leading(stand[budget.id]))
        ],
        form=form,
    )


def _revise_form(act: Act, budget: Budget) -> ReviseForm:
    """The kinds that can be made now. Raises Conflict where none can."""
    offered = service.offered(act, budget)
    if not offered:
        raise Conflict(_("A version is still under way: finish it or withdraw it first."))
    form = ReviseForm()
    form.kind.choices = [(kind.value, KIND_LABELS[kind]) for kind in offered]
    if form.kind.data is None:
        form.kind.data = offered[0].value
    return form


def _revision(act: Act, budget: Budget, form: ReviseForm) -> str:
    return page("budget/revise.html", budget=budget, form=form, changing=service.adopted(act, budget) is not None)
