"""The roll's pages: a file read and taken in, the second person's confirmation, commitments, statistics."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.core.national_numbers import IIN
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import FieldRefusal, Refusal
from pb.formats import language
from pb.roll import jobs as checks
from pb.roll.forms import DEPARTURES, ImportForm, SearchForm, TakeInForm
from pb.roll.models import Departure, Entry, Import
from pb.roll.service import commitments, corrections, entries, erasing, imports, requests, statistics, templates
from pb.roll.service.reading import Fault, Voter
from pb.roll.views.blueprint import blueprint
from pb.web import downloads
from pb.web.access import EVERYBODY, MEGABYTE, access, allow
from pb.web.account import proved_recently
from pb.web.paging import pager
from pb.web.proof import fresh_proof
from pb.web.requests import Response, begin_work, current_act, keys, notify, page, settings
from pb.web.sent import once
from pb.web.settlements import named

SHOWN = 500
PAGE = 50
READERS = (Role.REGISTRAR, *entries.SECOND_PERSONS)

FAULT_LABELS = {
    Fault.NO_IIN: lazy_gettext("the IIN is not one"),
    Fault.CHECK_DIGIT: lazy_gettext("the check digit of the IIN is wrong"),
    Fault.UNDER_AGE: lazy_gettext("under 18 on the voting day"),
    Fault.TWICE: lazy_gettext("stands twice in the file"),
    Fault.OTHER_OKRUG: lazy_gettext("the settlement is not of this place"),
    Fault.NO_NAME: lazy_gettext("the name is missing or too long"),
    Fault.HIDDEN: lazy_gettext("a sign that cannot be seen or that turns the direction of writing"),
    Fault.LOST_LETTERS: lazy_gettext(
        "a question mark in the place of a letter: the file was saved in an encoding without Kazakh letters"
    ),
    Fault.CELLS: lazy_gettext("more cells than the heading has"),
}
OCCASIONS = {
    commitments.Occasion.IMPORT: lazy_gettext("a file was taken in"),
    commitments.Occasion.CORRECTION: lazy_gettext("an entry was corrected"),
    commitments.Occasion.CONFIRMED: lazy_gettext("a second person confirmed the roll"),
    commitments.Occasion.FROZEN: lazy_gettext("voting was opened"),
}


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll")
@access(allow(*READERS))
def show(cycle_id: UUID) -> str:
    act = current_act()
    return _page(act, cycles.get(act, cycle_id), ImportForm())


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/search")
@access(allow(Role.REGISTRAR), reads=True)
def search(cycle_id: UUID) -> Response:
    """Its own answer is the page of the roll with the first of those found."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = SearchForm()
    sought = form.sought()
    if form.errors:
        return _page(act, cycle, ImportForm(formdata=None), form), 422
    return _page(act, cycle, ImportForm(formdata=None), form, sought)


def _page(act: Act, cycle: Cycle, form: ImportForm, looked: SearchForm | None = None, sought: str | IIN = "") -> str:
    registrar = act.holds(Role.REGISTRAR)
    changing = cycle.phase == Phase.VOTING and not entries.is_frozen(act, cycle) and not entries.are_erased(act, cycle)
    ever = entries.last_number(act, cycle)
    at_page = pager(ever, PAGE, lambda other: url_for("roll.show", cycle_id=cycle.id, page=other))
    return page(
        "roll/show.html",
        cycle=cycle,
        form=form if registrar and changing else None,
        early=cycle.phase in {Phase.PROPOSALS, Phase.REVIEW, Phase.GATHERING},
        entries=_shown(act, cycle, at_page.number, sought) if registrar else [],
        look=looked or SearchForm(formdata=None),
        sought=bool(sought),
        departures=DEPARTURES,
        count=entries.count(act, cycle),
        confirmation=entries.confirmation(act, cycle),
        proved=proved_recently(),
        may_confirm=changing and act.holds(*entries.SECOND_PERSONS) and not registrar,
        corrections_waiting=len(corrections.waiting(act, cycle)),
        requests_waiting=requests.count(act, cycle, waiting=True),
        pager=at_page,
    )


def _shown(act: Act, cycle: Cycle, number: int, sought: str | IIN) -> Sequence[Entry]:
    """A page of the roll, or the first of those who were sought."""
    if sought:
        return entries.search(act, cycle, sought, keys(), PAGE)
    return entries.one_page(act, cycle, number, PAGE)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll")
@access(
    allow(Role.REGISTRAR), action=lazy_gettext("bring in the roll"), largest_body=6 * MEGABYTE, own_transaction=True
)
def read(cycle_id: UUID) -> Response:
    """The file is read before anything is written: it may take long, and meanwhile others vote."""
    form = ImportForm()
    table = form.submit(lambda: imports.as_csv(_sent(form)))
    prepared = None
    if table is not None:
        with begin_work(writing=False) as act:
            prepared = form.submit(lambda: imports.prepare_file(act, cycles.get(act, cycle_id), keys(), table))
    with begin_work(writing=True) as act:
        return once(act, lambda: _read(act, cycles.get(act, cycle_id), form, prepared))


def _read(act: Act, cycle: Cycle, form: ImportForm, prepared: imports.Prepared | None) -> Response:
    if prepared is None:
        return _page(act, cycle, form), 422
    waiting = imports.keep_file(act, cycle, prepared, whole=form.scope.data == "whole")
    return redirect(url_for("roll.report", cycle_id=cycle.id, import_id=waiting.id))


def _sent(form: ImportForm) -> bytes:
    return bytes(form.file.data.read())


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/template.csv")
@access(allow(Role.REGISTRAR))
def template_csv(cycle_id: UUID) -> FlaskResponse:
    """An empty roll in the reader's language, as its spreadsheet opens it."""
    cycles.get(current_act(), cycle_id)
    return downloads.attachment(templates.as_csv(language()), "text/csv", "roll.csv")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/template.xlsx")
@access(allow(Role.REGISTRAR))
def template_workbook(cycle_id: UUID) -> FlaskResponse:
    """An empty roll whose column of IINs is text, so that no zero is lost in it."""
    cycles.get(current_act(), cycle_id)
    return downloads.attachment(templates.as_workbook(language()), downloads.WORKBOOK, "roll.xlsx")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/imports/<number:import_id>")
@access(allow(Role.REGISTRAR))
def report(cycle_id: UUID, import_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return _report_page(act, cycle, imports.get_import(act, cycle, import_id), TakeInForm())


def _report_page(act: Act, cycle: Cycle, waiting: Import, form: TakeInForm) -> str:
    difference = imports.difference(act, cycle, keys(), waiting) if waiting.sealed is not None else None
    lines = imports.kept(keys(), waiting) if waiting.sealed is not None else None
    return page(
        "roll/report.html",
        cycle=cycle,
        waiting=waiting,
        stale=waiting.confirmed_at is None and imports.is_stale(act, cycle, waiting),
        form=form,
        faults=[
            (line, FAULT_LABELS[Fault(fault)], *(lines.rows[line] if lines else ("", "", "")))
            for line, fault in waiting.faults[:SHOWN]
        ],
        repairs=[
            (line, voter.iin.masked, voter.name, named(voter.settlement))
            for line, voter in (sorted(lines.repairs.items()) if lines else [])
        ],
        difference=difference,
        new=[(voter.name, named(voter.settlement)) for voter in difference.new[:SHOWN]] if difference else [],
        returned=[(entry.number, voter.name, named(voter.settlement)) for entry, voter in difference.returned[:SHOWN]]
        if difference
        else [],
        changed=[_before_and_after(entry, voter) for entry, voter in difference.changed[:SHOWN]] if difference else [],
        gone=[(entry.number, entry.name, named(entry.settlement)) for entry in difference.gone[:SHOWN]]
        if difference
        else [],
        shown=SHOWN,
    )


def _before_and_after(entry: Entry, voter: Voter) -> tuple[Any, ...]:
    before, after = [], []
    for old, new in ((entry.name, voter.name), (named(entry.settlement), named(voter.settlement))):
        if old != new:
            before.append(old)
            after.append(new)
    return entry.number, ", ".join(before), ", ".join(after)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/imports/<number:import_id>")
@access(allow(Role.REGISTRAR), action=lazy_gettext("confirm what was read into the roll"), own_transaction=True)
def confirm_import(cycle_id: UUID, import_id: UUID) -> Response:
    """All is made ready before anything is written: it takes seconds for a long roll, and meanwhile others vote."""
    form = TakeInForm()
    with begin_work(writing=False) as act:
        cycle = cycles.get(act, cycle_id)
        waiting = imports.get_import(act, cycle, import_id)
        leaving = _leaving(form) if waiting.sealed is not None else None
        prepared: imports.TakingIn | Refusal | None = None
        if not form.errors:
            prepared = _prepare(act, cycle, waiting, form, leaving)
        if prepared is None:
            return _report_page(act, cycle, waiting, form), 422
    with begin_work(writing=True) as act:
        return once(act, lambda: _take_in(act, cycles.get(act, cycle_id), import_id, prepared))


def _leaving(form: TakeInForm) -> imports.Leaving | None:
    if not form.validate() or not form.departure.data:
        return None
    if form.day.data is None:
        form.day.errors = [_("Choose the day.")]
        return None
    return imports.Leaving(form.day.data, Departure(form.departure.data))


def _prepare(
    act: Act, cycle: Cycle, waiting: Import, form: TakeInForm, leaving: imports.Leaving | None
) -> imports.TakingIn | Refusal | None:
    """None where a field is at fault. What is refused otherwise is said later, unless this same form did it before."""
    try:
        return imports.prepare_import(act, cycle, keys(), waiting, leaving=leaving, repaired=form.repaired.data)
    except FieldRefusal as refusal:
        form.refuse(refusal)
        return None
    except Refusal as refusal:
        return refusal


def _take_in(act: Act, cycle: Cycle, import_id: UUID, prepared: imports.TakingIn | Refusal) -> Response:
    if isinstance(prepared, Refusal):
        raise prepared
    imports.take_in(act, cycle, keys(), imports.get_import(act, cycle, import_id), prepared)
    notify(_("Added to the roll: %(number)s", number=len(prepared.difference.new)))
    return redirect(url_for("roll.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/confirm")
@access(allow(*entries.SECOND_PERSONS), action=lazy_gettext("confirm the roll as the second person"))
@fresh_proof("roll.show")
def confirm(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    commitments.confirm(act, cycle, keys())
    notify(_("The roll is confirmed."))
    return redirect(url_for("voting.show", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/commitments")
@access(allow(*READERS))
def list_commitments(cycle_id: UUID) -> str:
    """Auditors see the salts, and whether the roll still is what was committed to: it is computed for them.

    A short roll at once, a long one by a job.
    """
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    auditing = act.holds(Role.AUDITOR)
    all_commitments = commitments.every(act, cycle)
    erased = erasing.erasure_of(act, cycle)
    return page(
        "roll/commitments.html",
        cycle=cycle,
        commitments=[
            (commitment, OCCASIONS[commitments.Occasion(commitment.occasion)]) for commitment in all_commitments
        ],
        auditing=auditing,
        standing=checks.standing(act, cycle, keys(), settings()) if auditing and not erased else None,
        erased=erased,
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/commitments")
@access(allow(Role.AUDITOR), action=lazy_gettext("have the whole roll computed anew"))
def check_commitments(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    checks.ask(act, cycle)
    notify(_("The roll is being computed anew."))
    return redirect(url_for("roll.list_commitments", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/statistics")
@access(EVERYBODY)
def show_statistics(cycle_id: UUID) -> str:
    """For everybody from the opening on, when the roll can no longer change: two versions could be subtracted."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    public = entries.is_frozen(act, cycle)
    counted = statistics.statistics(act, cycle, keys()) if public or act.holds(*READERS) else None
    return page(
        "roll/statistics.html",
        cycle=cycle,
        counted=counted,
        settlements=[(", ".join(map(named, group.names)), group.count) for group in counted.settlements]
        if counted
        else [],
        ages=[(statistics.shown_age(group.names), group.count) for group in counted.ages] if counted else [],
    )
