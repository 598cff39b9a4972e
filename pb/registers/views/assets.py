"""Communal property for everybody; the office enters objects and what was decided of them."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from wtforms import SelectChoice

from pb.act import Act
from pb.core import measures
from pb.formats import language
from pb.gatherings.models import Matter
from pb.registers.forms import ChangeForm, FileForm, ObjectForm, StateForm
from pb.registers.models import (
    CHANGE_LABELS,
    CHANGE_TAGS,
    CONDITION_LABELS,
    GONE,
    SORT_LABELS,
    UNIT_LABELS,
    Change,
    State,
)
from pb.registers.service import WRITING, assets, may_write, objects, require_writing
from pb.registers.service.assets import THE_OFFICE, Kept
from pb.registers.service.objects import Named
from pb.registers.service.reading import Cells, LineFault
from pb.registers.views import shared
from pb.registers.views.blueprint import blueprint
from pb.registers.views.development import of_a_village
from pb.registers.views.shared import Sent
from pb.tables import Sheet
from pb.tasks.service import basis, wording
from pb.tasks.service.basis import Basis, Decision
from pb.web.access import A_FILE, A_TEXT, EVERYBODY, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, notify, page

ONE: Final = "/<okrug:okrug>/property/<number:property_id>"
ELSEWHERE: Final = lazy_gettext("Another decision: see below")
LABELS: Final = {
    "sorts": SORT_LABELS,
    "changes": CHANGE_LABELS,
    "tags": CHANGE_TAGS,
    "conditions": CONDITION_LABELS,
    "units": UNIT_LABELS,
    "measure": measures.shown,
}


@blueprint.get("/<okrug:okrug>/property")
@access(EVERYBODY)
def list_property() -> str:
    return _list(of_a_village())


@blueprint.get(ONE)
@access(EVERYBODY)
def show_property(property_id: UUID) -> str:
    act = of_a_village()
    kept = assets.find(act, property_id)
    decisions = assets.decisions_of(act, [kept])
    return page(
        "registers/object.html",
        kept=kept,
        states=[(state, _rests_on(state, decisions)) for state in reversed(kept.states)],
        may_change=may_write(act) and not kept.last.gone,
        **LABELS,
    )


@blueprint.get("/<okrug:okrug>/property/new")
@access(allow(*WRITING))
def new_property() -> str:
    act = of_a_village()
    form = _object_form(act)
    form.question.data = basis.asked(act, request.args.get("question", ""))
    return page("registers/object_form.html", form=form)


@blueprint.post("/<okrug:okrug>/property/new")
@access(allow(*WRITING), action=lazy_gettext("enter an object of communal property"), largest_body=A_TEXT)
def enter_property() -> Response:
    act = of_a_village()
    form = _object_form(act)
    typed = form.typed()
    cells = Cells(typed)
    thing, shape = objects.read_thing(act, cells, typed), objects.read_shape(cells, Change.RECEIVED)
    decision = _decision(act, form, cells)
    entered = form.submit(
        lambda: assets.enter(act, thing, shape, decision, cells.faults),
        faults=lambda: [*cells.faults, *assets.faults(act, None, shape, decision)],
        places=DECISION_PLACES,
    )
    if entered is None:
        return page("registers/object_form.html", form=form), 422
    notify(_("The object is entered. Everybody sees it."))
    return redirect(url_for("registers.show_property", property_id=entered.id))


@blueprint.get(f"{ONE}/change")
@access(allow(*WRITING))
def choose_change(property_id: UUID) -> str:
    act = of_a_village()
    kept = assets.find(act, property_id)
    assets.require_changing(act, kept)
    form = _change_form(act, kept)
    now = assets.in_cells(kept, {})
    for name in ("condition", "size", "unit", "income"):
        form[name].data = now[name]
    form.question.data = basis.asked(act, request.args.get("question", ""))
    return page("registers/change.html", form=form, kept=kept, **LABELS)


@blueprint.post(f"{ONE}/change")
@access(allow(*WRITING), action=lazy_gettext("enter what was decided of communal property"), largest_body=A_TEXT)
def change_property(property_id: UUID) -> Response:
    act = of_a_village()
    kept = assets.find(act, property_id)
    assets.require_changing(act, kept)
    form = _change_form(act, kept)
    cells = Cells(form.typed())
    shape = objects.read_shape(cells)
    decision = _decision(act, form, cells)

    def filled() -> str:
        return page("registers/change.html", form=form, kept=kept, **LABELS)

    wrong = [*cells.faults, *assets.faults(act, kept, shape, decision)]
    if form.validate() and not wrong and shape.change in GONE:
        told = [_("It leaves the register, and nothing of it changes any more. Its former states stay on its page.")]
        if asked := ask_first(_("Enter the decision?"), told, _("Enter the decision"), filled=filled):
            return asked
    changed = form.submit(
        lambda: assets.change(act, kept, shape, decision, cells.faults),
        faults=lambda: wrong,
        places=DECISION_PLACES,
    )
    if changed is None:
        return filled(), 422
    notify(_("The decision is entered; what stood before stays beside it."))
    return redirect(url_for("registers.show_property", property_id=kept.thing.id))


@blueprint.post("/<okrug:okrug>/property/import")
@access(
    allow(*WRITING),
    action=lazy_gettext("take communal property from a file"),
    largest_body=A_FILE + shared.ROOM_FOR_THE_FORM,
    own_transaction=True,
)
def import_property() -> Response:
    form = FileForm()

    def record(act: Act, sent: Sent | None) -> Response:
        if sent is None:
            return _list(act, form), 422
        incoming, faults = assets.judge(act, sent.rows, language())
        if faults:
            return _list(act, form, faults), 422
        if not incoming:
            notify(_("Nothing in the file is new: all of it stands here already."))
            return redirect(url_for("registers.list_property"))
        fresh, changed = assets.take_in(act, incoming, sha256=sent.digest)
        notify(_("Taken in. New objects: %(new)s, changed: %(changed)s", new=fresh, changed=changed))
        return redirect(url_for("registers.list_property"))

    def allowed(act: Act) -> None:
        of_a_village()
        require_writing(act, THE_OFFICE)

    return shared.with_table(form, objects.COLUMNS, ("number",), allowed, record)


@blueprint.get("/<okrug:okrug>/property.csv")
@access(EVERYBODY)
def property_csv() -> FlaskResponse:
    return shared.as_csv(_sheet(of_a_village()), "property")


@blueprint.get("/<okrug:okrug>/property.xlsx")
@access(EVERYBODY)
def property_workbook() -> FlaskResponse:
    return shared.as_workbook(_sheet(of_a_village()), "property")


DECISION_PLACES: Final = {"minutes_number": "decision_number", "minutes_on": "decision_on"}


def _list(act: Act, form: FileForm | None = None, faults: list[LineFault] | None = None) -> str:
    every = assets.every(act)
    present = assets.present(every)
    wrong, more = shared.told(faults or [])
    return page(
        "registers/property.html",
        present=present,
        gone=[kept for kept in every if kept.last.gone],
        income=sum(kept.last.income for kept in present),
        form=form or (FileForm() if may_write(act) else None),
        may_write=may_write(act),
        faults=[(fault.line, fault.column, fault.told) for fault in wrong],
        more=more,
        tongue=language(),
        **LABELS,
    )


def _sheet(act: Act) -> Sheet:
    every = assets.every(act)
    names = assets.names_of(act, every)
    return objects.sheet(act, [assets.in_cells(kept, names) for kept in every], language())


def _object_form(act: Act) -> ObjectForm:
    form = ObjectForm()
    tongue = language()
    here = [(name, act.territory.settlement(name, tongue)) for name in act.territory.settlements]
    form.settlement.choices = [("", act.territory.name(tongue)), *here]
    form.question.choices = shared.choices(act, Matter.PROPERTY, ELSEWHERE)
    return form


def _change_form(act: Act, kept: Kept) -> ChangeForm:
    form = ChangeForm()
    form.question.choices = shared.choices(act, Matter.PROPERTY, ELSEWHERE)
    offered = assets.MOVES[kept.let]
    form.change.choices = [SelectChoice(one.value, label) for one, label in CHANGE_LABELS.items() if one in offered]
    return form


def _decision(act: Act, form: StateForm, cells: Cells) -> Basis | Named:
    return form.point() or objects.read_named(act, cells)


def _rests_on(state: State, decisions: Mapping[UUID, Decision]) -> Markup | None:
    """A point of a meeting in words; None where the decision is named by its number and day."""
    return wording.rests_on(decisions, state.question_id, "", None)
