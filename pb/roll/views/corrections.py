"""Pages of one entry: found by its IIN, corrected, dated as gone, its number shown; the second person's decisions."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.national_numbers import masked, parse_iin
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, Refusal
from pb.identity.models import Person
from pb.identity.service import iin as numbers
from pb.roll.forms import DEPARTURES, AddForm, CorrectForm, FindForm, GoneForm, LookForm, ReasonForm
from pb.roll.models import Correction, CorrectionKind, Departure, Entry, Request
from pb.roll.service import corrections, entries, requests
from pb.roll.views.blueprint import blueprint
from pb.roll.views.roll import READERS
from pb.web import settlements
from pb.web.access import access, allow
from pb.web.account import proved_recently
from pb.web.forms import Form
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page

KIND_LABELS = {
    CorrectionKind.ADD: lazy_gettext("Somebody is added"),
    CorrectionKind.CHANGE: lazy_gettext("Name or settlement is changed"),
    CorrectionKind.GONE: lazy_gettext("Somebody left the roll"),
    CorrectionKind.RETURN: lazy_gettext("Somebody comes back to the roll"),
}
FIELD_LABELS = {
    "name": lazy_gettext("Name"),
    "settlement": lazy_gettext("Settlement"),
    "gone_on": lazy_gettext("Left on"),
}


def _entry_of(cycle_id: UUID, entry_id: UUID) -> tuple[Act, Cycle, Entry]:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return act, cycle, entries.get(act, cycle, entry_id)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/find")
@access(allow(Role.REGISTRAR))
def find(cycle_id: UUID) -> str:
    act = current_act()
    return page("roll/find.html", cycle=cycles.get(act, cycle_id), form=FindForm())


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/find")
@access(allow(Role.REGISTRAR), action=lazy_gettext("find an entry of the roll by the IIN"))
def find_entry(cycle_id: UUID) -> Response:
    """By POST: a number never stands in an address."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = FindForm()
    entry = entries.find_ever(act, cycle, form.iin.iin, keys()) if form.validate() else None
    if entry is None:
        if not form.errors:
            form.iin.errors = [_("Nobody with this IIN is on the roll.")]
        return page("roll/find.html", cycle=cycle, form=form), 422
    return redirect(url_for("roll.show_entry", cycle_id=cycle.id, entry_id=entry.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>")
@access(allow(Role.REGISTRAR))
def show_entry(cycle_id: UUID, entry_id: UUID) -> str:
    act, cycle, entry = _entry_of(cycle_id, entry_id)
    return page(
        "roll/entry.html",
        cycle=cycle,
        entry=entry,
        masked=masked(numbers.unseal(entry.iin_sealed, keys().seal)) if entry.iin_sealed else "–",
        departure=DEPARTURES[Departure(entry.gone_reason)] if entry.gone_reason else None,
        changes=[
            {
                "at": change.at,
                "text": FIELD_LABELS[change.field],
                "who": _name_of(act, change.person_id),
                "note": f"{_shown(change.field, change.before)} → {_shown(change.field, change.after)}",
            }
            for change in entries.changes(act, entry)
        ],
        changing=not entries.is_frozen(act, cycle),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>/iin")
@access(allow(Role.REGISTRAR))
@fresh_proof("roll.ask_iin")
def ask_iin(cycle_id: UUID, entry_id: UUID) -> Response:
    _act, cycle, entry = _entry_of(cycle_id, entry_id)
    return page("roll/iin.html", cycle=cycle, entry=entry, form=LookForm(), shown=None)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>/iin")
@access(allow(Role.REGISTRAR), action=lazy_gettext("look at the IIN of an entry, which is logged"))
@fresh_proof("roll.ask_iin")
def show_iin(cycle_id: UUID, entry_id: UUID) -> Response:
    """The one page that shows a number, and only after the look was logged."""
    act, cycle, entry = _entry_of(cycle_id, entry_id)
    form = LookForm()
    if not form.validate():
        return page("roll/iin.html", cycle=cycle, entry=entry, form=form, shown=None), 422
    shown = numbers.unseal(entry.iin_sealed, keys().seal)
    audit.record(act, "roll.iin_shown", subject=entry.id, data={"entry": entry.number, "reason": form.reason.data})
    return page("roll/iin.html", cycle=cycle, entry=entry, form=form, shown=shown)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/add")
@access(allow(Role.REGISTRAR))
@fresh_proof("roll.add")
def add(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    entries.refuse_frozen(act, cycle)
    resident_request = _request_of_address(act, cycle)
    fields = {"name": resident_request.name, "settlement": resident_request.settlement} if resident_request else {}
    form = (CorrectForm if resident_request else AddForm)(data=fields)
    return _add_page(act, cycle, _with_settlements(act, form), resident_request)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/add")
@access(allow(Role.REGISTRAR), action=lazy_gettext("add somebody to the roll"))
@fresh_proof("roll.add")
def add_entry(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    resident_request = _request_of_address(act, cycle)
    form = _with_settlements(act, CorrectForm() if resident_request else AddForm())

    def addition() -> corrections.Wanted:
        return corrections.Wanted(
            kind=CorrectionKind.ADD,
            reason=form.reason.data or "",
            iin=parse_iin(requests.iin_of(resident_request, keys()), date.max) if resident_request else form.iin.known,
            name=form.name.data or "",
            settlement=form.settlement.data or "",
            request=resident_request,
        )

    return _propose(act, cycle, form, addition) or (_add_page(act, cycle, form, resident_request), 422)


def _request_of_address(act: Act, cycle: Cycle) -> Request | None:
    """The resident's request that the addition answers, if the address names one."""
    number = request.args.get("request", type=int)
    return requests.by_number(act, cycle, number) if number is not None else None


def _add_page(act: Act, cycle: Cycle, form: Form, resident_request: Request | None) -> str:
    return page(
        "roll/add.html",
        cycle=cycle,
        form=form,
        resident_request=resident_request,
        masked=masked(requests.iin_of(resident_request, keys())) if resident_request else None,
        two=_needs_second_person(act, cycle),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>/correct")
@access(allow(Role.REGISTRAR))
@fresh_proof("roll.correct")
def correct(cycle_id: UUID, entry_id: UUID) -> Response:
    act, cycle, entry = _entry_of(cycle_id, entry_id)
    entries.refuse_frozen(act, cycle)
    form = _with_settlements(act, CorrectForm(data={"name": entry.name, "settlement": entry.settlement}))
    return _entry_page("roll/correct.html", act, cycle, entry, form)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>/correct")
@access(allow(Role.REGISTRAR), action=lazy_gettext("correct an entry of the roll"))
@fresh_proof("roll.correct")
def correct_entry(cycle_id: UUID, entry_id: UUID) -> Response:
    act, cycle, entry = _entry_of(cycle_id, entry_id)
    form = _with_settlements(act, CorrectForm())

    def change() -> corrections.Wanted:
        return corrections.Wanted(
            kind=CorrectionKind.CHANGE,
            reason=form.reason.data or "",
            entry=entry,
            name=form.name.data or "",
            settlement=form.settlement.data or "",
        )

    return _propose(act, cycle, form, change) or (_entry_page("roll/correct.html", act, cycle, entry, form), 422)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>/gone")
@access(allow(Role.REGISTRAR))
@fresh_proof("roll.gone")
def gone(cycle_id: UUID, entry_id: UUID) -> Response:
    act, cycle, entry = _entry_of(cycle_id, entry_id)
    entries.refuse_frozen(act, cycle)
    form = ReasonForm() if entry.gone_on else GoneForm(data={"day": local(act.at).date()})
    return _entry_page("roll/gone.html", act, cycle, entry, form)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/entries/<number:entry_id>/gone")
@access(allow(Role.REGISTRAR), action=lazy_gettext("date somebody who left the roll, or take somebody back"))
@fresh_proof("roll.gone")
def date_entry(cycle_id: UUID, entry_id: UUID) -> Response:
    """Dates somebody as gone, or takes somebody back who came back."""
    act, cycle, entry = _entry_of(cycle_id, entry_id)
    back = entry.gone_on is not None
    form = ReasonForm() if back else GoneForm()

    def change() -> corrections.Wanted:
        return corrections.Wanted(
            kind=CorrectionKind.RETURN if back else CorrectionKind.GONE,
            reason=form.reason.data or "",
            entry=entry,
            day=None if back else form.day.data,
            departure=None if back or form.departure.errors else Departure(form.departure.data),
        )

    return _propose(act, cycle, form, change) or (_entry_page("roll/gone.html", act, cycle, entry, form), 422)


def _entry_page(template: str, act: Act, cycle: Cycle, entry: Entry, form: Form) -> str:
    return page(template, cycle=cycle, entry=entry, form=form, two=_needs_second_person(act, cycle))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/corrections")
@access(allow(*READERS))
def list_corrections(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    all_corrections = corrections.every(act, cycle)
    numbers_of = {entry.id: entry.number for entry in entries.everybody_ever(act, cycle)} if all_corrections else {}
    return page(
        "roll/corrections.html",
        cycle=cycle,
        corrections=[
            {
                "row": correction,
                "label": KIND_LABELS[CorrectionKind(correction.kind)],
                "number": numbers_of.get(correction.entry_id) if correction.entry_id else None,
                "masked": masked(numbers.unseal(correction.iin_sealed, keys().seal)) if correction.iin_sealed else None,
                "departure": DEPARTURES[Departure(correction.gone_reason)] if correction.gone_reason else None,
                "proposed_by": _name_of(act, correction.proposed_by),
                "lapsed": None if correction.decided_at else corrections.lapsed(act, correction),
                "decided_by": _name_of(act, correction.decided_by),
            }
            for correction in all_corrections
        ],
        proved=proved_recently(),
        may_decide=act.holds(*entries.SECOND_PERSONS)
        and not act.holds(Role.REGISTRAR)
        and not entries.is_frozen(act, cycle),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/corrections/<number:correction_id>")
@access(
    allow(*entries.SECOND_PERSONS),
    action=lazy_gettext("decide on a correction of the confirmed roll as the second person"),
)
@fresh_proof("roll.list_corrections")
def decide(cycle_id: UUID, correction_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    approve = request.form.get("decision") == "approve"
    corrections.decide(act, cycle, keys(), corrections.get(act, cycle, correction_id), approve=approve)
    notify(_("The correction is made and the roll confirmed anew.") if approve else _("The correction is refused."))
    return redirect(url_for("roll.list_corrections", cycle_id=cycle.id))


def _propose(act: Act, cycle: Cycle, form: Form, wanted: Callable[[], corrections.Wanted]) -> Response | None:
    """Where to go when the correction was taken; None when a field of the form is at fault."""

    def propose() -> Correction:
        try:
            with act.session.begin_nested():
                return corrections.propose(act, cycle, keys(), wanted())
        except FieldRefusal as refusal:
            for fault in (refusal, *refusal.others):
                if fault.field not in form:
                    raise Refusal(fault.message) from refusal  # the IIN of a request has no field in the form
            raise

    def faults() -> list[FieldRefusal]:
        return [fault for fault in corrections.faults(act, cycle, keys(), wanted()) if fault.field in form]

    correction = form.submit(propose, faults=faults)
    if correction is None:
        return None
    waits = correction.decided_at is None
    notify(_("The correction waits for a second person.") if waits else _("The roll is corrected."))
    return redirect(url_for("roll.list_corrections", cycle_id=cycle.id))


def _with_settlements(act: Act, form: CorrectForm) -> CorrectForm:
    settlements.offer(form.settlement, act)
    return form


def _needs_second_person(act: Act, cycle: Cycle) -> bool:
    """Whether a second person must agree: the roll is confirmed."""
    return entries.confirmation(act, cycle) is not None


def _shown(field: str, value: str | None) -> str:
    """What stood or stands in a field of an entry."""
    return "–" if not value else settlements.named(value) if field == "settlement" else value


def _name_of(act: Act, person_id: UUID | None) -> str:
    return act.session.get_one(Person, person_id).name if person_id else ""
