"""The budgets of all okrugs of a raion: how each stands, and the decisions that approve them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.budget import service
from pb.budget.documents import CHANGES, PAPERS
from pb.budget.forms import ApproveForm, RaionForm
from pb.budget.models import HOLDERS, Budget, Kind, Move, Question, Step
from pb.budget.service import Standing, asking, decisions, steps, totals
from pb.budget.views.blueprint import blueprint
from pb.budget.views.budgets import tag_of
from pb.budget.views.deciding import kept, with_paper
from pb.clock import local
from pb.core.budget.amounts import thousands
from pb.core.budget.statement import Statement
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.formats import language
from pb.media.service.files import Received
from pb.territory.models import Territory
from pb.territory.service import addresses
from pb.web import places
from pb.web.access import EVERYBODY, PHOTOS, access, allow
from pb.web.requests import Response, current_act, notify, page

THE_SECRETARY = allow(Role.MASLIKHAT_SECRETARY)


class Row(NamedTuple):
    """An okrug with its budget, if one was begun: how its last version stands, and what holds or is proposed.

    `proposed`: the sums of a version that is under way while another is in force.
    """

    territory: Territory
    budget: Budget | None
    last: Standing | None
    tag: tuple[str, LazyString] | None
    holder: LazyString | None
    cells: list[str]
    proposed: list[str] | None = None
    questions: Sequence[Question] = ()
    papers: Sequence[tuple[str, str]] = ()
    may_ask: bool = False
    may_return: bool = False
    reasons: Step | None = None

    @property
    def waits(self) -> int:
        """How many questions nobody answered yet."""
        return sum(map(asking.waits, self.questions))


@blueprint.get("/<okrug:okrug>/budgets")
@access(EVERYBODY)
def of_raion() -> str:
    return _page(current_act(), None, None)


@blueprint.post("/<okrug:okrug>/budgets/approve")
@access(
    THE_SECRETARY,
    action=lazy_gettext("record the maslikhat's decision on budgets"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def approve() -> Response:
    form = ApproveForm()

    def record(act: Act, paper: Received | None) -> Response:
        year = _year(act)
        _offer(act, form, year)
        chosen = [UUID(one) for one in form.versions.data or [] if one in dict(form.versions.choices or [])]
        sure = bool(form.sure.data)
        if not kept(form, paper, lambda: decisions.approve(act, year, form.decided(), chosen, paper, sure=sure)):
            return _page(act, form, None), 422
        notify(_("The decision is recorded: the budgets that it approves are in force."))
        return redirect(url_for("budget.of_raion", year=year))

    return with_paper(form, record, _require_raion)


@blueprint.post("/<okrug:okrug>/budgets/raion")
@access(THE_SECRETARY, action=lazy_gettext("record the decision on the raion's own budget"))
def record_raions() -> Response:
    act = current_act()
    _require_raion(act)
    form = RaionForm()
    called = {"reference": "raion_reference", "day": "raion_day"}
    if form.submit(lambda: decisions.record_raions(act, _year(act), form.decided()), called) is None:
        return _page(act, None, form), 422
    notify(_("The decision is recorded. The term for the budgets of the okrugs runs from its day."))
    return redirect(url_for("budget.of_raion", year=_year(act)))


def _page(act: Act, form: ApproveForm | None, raion_form: RaionForm | None) -> str:
    _require_raion(act)
    year = _year(act)
    secretary = act.holds(Role.MASLIKHAT_SECRETARY)
    rows = _rows(act, year)
    if form is None and secretary:
        form = ApproveForm(formdata=None)
        _offer(act, form, year)
    own = decisions.raions(act, act.territory.id, year)
    if raion_form is None and secretary and own is None:
        raion_form = RaionForm(formdata=None)
    this = local(act.at).year
    return page(
        "budget/raion.html",
        year=year,
        years=range(this - 1, this + 3),
        rows=rows,
        form=form if form is not None and form.versions.choices else None,
        raion_form=raion_form,
        own=own,
        on_paper=decisions.taken_from_paper(act, [row.budget.id for row in rows if row.budget is not None]),
        decided=decisions.of_year(act, year),
        deputies=[row for row in rows if row.questions or row.papers],
        said_by=asking.said_by(act, [question for row in rows for question in row.questions]),
    )


def _rows(act: Act, year: int) -> list[Row]:
    here = [(place, one) for place, one in addresses.every(act.session, act.territory.id) if one.kind in FOURTH_LEVEL]
    places.expect(place for place, _one in here)
    okrugs = [one for _place, one in here]
    found = decisions.of_raion(act, year)
    shown = {budget.id: totals.shown(some) for budget, some in found.values()}
    leading = {budget.id: service.leading(some) for budget, some in found.values() if some}
    under_way = [one.version.id for one in leading.values() if not one.over and not one.being_written]
    wanted = [*(one.id for one in shown.values() if one is not None), *under_way]
    sums = totals.of_versions(act, wanted, year)
    by_version = asking.of_versions(act, [one.version.id for _budget, some in found.values() for one in some])
    asked = {
        budget.id: sorted(
            (question for one in some for question in by_version.get(one.version.id, ())),
            key=lambda question: question.answered_at is not None,
        )
        for budget, some in found.values()
    }
    tongue = language()
    rows = []
    for okrug in sorted(okrugs, key=lambda one: one.name(tongue)):
        budget, some = found.get(okrug.id, (None, []))
        last = leading.get(budget.id) if budget is not None and some else None
        version = shown.get(budget.id) if budget is not None else None
        statement = sums.get(version.id) if version is not None else None
        beside = last is not None and last.version.id in under_way and last.version is not version
        rows.append(
            Row(
                okrug,
                budget,
                last,
                tag_of(last) if last is not None else None,
                HOLDERS[last.move] if last is not None else None,
                _cells(statement),
                _cells(sums.get(last.version.id)) if last is not None and beside else None,
                *(_of_deputies(act, last, asked[last.version.budget_id]) if last is not None else ()),
            )
        )
    return rows


def _of_deputies(
    act: Act, last: Standing, asked: Sequence[Question]
) -> tuple[Sequence[Question], Sequence[tuple[str, str]], bool, bool, Step | None]:
    """What deputies do with a version: its questions, its papers, whether they may ask or return it, and why it was."""
    kinds = [kind for kind in PAPERS if kind != CHANGES or last.version.kind in {Kind.AMENDMENT, Kind.CORRECTION}]
    decided_here = last.last is not None and last.version.kind != Kind.PAPER
    papers = [(kind, str(PAPERS[kind][1])) for kind in kinds] if decided_here else []
    may_return = act.holds(Role.MASLIKHAT_SECRETARY) and steps.may(act, last, Move.RETURNED)
    returned = last.last if last.move is Move.RETURNED else None
    return asked, papers, asking.may_ask(act, last), may_return, returned


def _cells(statement: Statement | None) -> list[str]:
    if statement is None:
        return ["–"] * 4
    return [thousands(one) for one in (statement.own, statement.transferred, statement.expenditure, statement.deficit)]


def _offer(act: Act, form: ApproveForm, year: int) -> None:
    waiting = decisions.waiting_in(act, year)
    named = {one.id: one.name(language()) for _place, one in addresses.every(act.session, act.territory.id)}
    form.versions.choices = [(one.version.id.hex, named.get(one.version.budget.territory_id, "")) for one in waiting]
    if form.versions.data is None:
        form.versions.data = [value for value, _label in form.versions.choices]


def _require_raion(act: Act) -> None:
    if act.territory.kind in FOURTH_LEVEL:
        raise NotFound


def _year(act: Act) -> int:
    """The year that the address asks for: by default the next one."""
    this = local(act.at).year
    asked = request.args.get("year", this + 1, type=int)
    return asked if this - 30 <= asked <= this + 10 else this + 1
