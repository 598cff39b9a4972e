"""Pages of what is reported: meetings with residents, figures and appeals of a quarter, and the forms made of them."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.core.topics import LINES
from pb.documents.service.papers import LANGUAGES
from pb.errors import FieldRefusal, NotFound
from pb.formats import day
from pb.formats import numbered as in_numbers
from pb.gatherings.models import Gathering
from pb.identity.service.duties import Duty, duties_of
from pb.reports import addresses
from pb.reports.documents import FORMS
from pb.reports.forms import AppealsForm, FiguresForm, MeetingForm
from pb.reports.models import AppealsTable, OfQuarter, QuarterFigures, ReportedMeeting
from pb.reports.service import figures, gaps, held_here, meetings, sheets, words
from pb.reports.service.quarters import FIRST_YEAR, Quarter
from pb.tables import Sheet, as_workbook
from pb.territory.service import tree
from pb.web import downloads, places
from pb.web.access import EVERYBODY, access, allow
from pb.web.numbers import numbered
from pb.web.paging import pager
from pb.web.remembered import made_once
from pb.web.requests import Response, current_act, notify, page

blueprint = Blueprint("reports", __name__)
places.name("reported_id", numbered(ReportedMeeting, within="territory_id"))
places.name("subject_id", addresses.with_quarters(places.naming("subject_id")))  # meetings said theirs before
PAGE = 20
LABELS = {
    "levels": words.LEVELS,
    "channels": words.CHANNELS,
    "addressees": words.ADDRESSEES,
    "guests": words.GUESTS,
    "topics": words.TOPICS,
    "kinds": words.KINDS,
    "of_appeals": words.OF_APPEALS,
}


@blueprint.get("/<okrug:okrug>/reports")
@access(EVERYBODY)
def overview() -> str:
    act = current_act()
    this = Quarter.of(local(act.at).date())
    year = _asked_year(this.year)
    at_page = pager(meetings.count(act), PAGE, lambda other: url_for("reports.overview", page=other))
    begun = [quarter for quarter in Quarter(year, 4).of_year if quarter <= this]
    return page(
        "reports/overview.html",
        year=year,
        years=range(min(figures.first_year(act) or this.year, this.year - 1), this.year + 1),
        quarters=[(quarter, sheets.words_of(quarter), quarter < this) for quarter in reversed(begun)],
        first_of_forms=sheets.FIRST_YEAR_OF_FORMS,
        forms={kind: label for kind, (_compute, label) in FORMS.items()},
        reported=meetings.page(act, at_page.number, PAGE),
        pager=at_page,
        labels=LABELS,
        may_enter=act.holds(Role.OFFICE),
        held=[(one, _title(one)) for one in held_here.offered(act)],
        lacking={each.number for each in gaps.of_quarter(act, begun[-1]).quarters} if begun else set(),
    )


@blueprint.get("/<okrug:okrug>/reports/topics")
@access(EVERYBODY)
def topics() -> str:
    rows = [
        [words.TOPICS[topic], *(words.OFFICIAL[name][line] for name, line in lines._asdict().items())]
        for topic, lines in LINES.items()
    ]
    return page("reports/topics.html", rows=rows)


@blueprint.get("/<okrug:okrug>/reports/meetings/new")
@access(allow(Role.OFFICE))
def new_meeting() -> str:
    act = current_act()
    form = _entry(act)
    asked = request.args.get("meeting", 0, type=int)
    held = next((one for one in held_here.offered(act) if one.number == asked), None)
    if held is not None:
        form.show(held_here.account_of(held))
        form.meeting.data = held.id.hex
    return page("reports/meeting_form.html", form=form, meeting=None)


@blueprint.post("/<okrug:okrug>/reports/meetings/new")
@access(allow(Role.OFFICE), action=lazy_gettext("enter a meeting with residents"))
def record_meeting() -> Response:
    act = current_act()
    form = _entry(act)
    meeting = form.submit(
        lambda: meetings.record(act, form.account(), _held(form)), faults=lambda: _faults(act, form, _held(form))
    )
    if meeting is None:
        return page("reports/meeting_form.html", form=form, meeting=None), 422
    notify(_("The meeting is entered. The forms of its year are computed with it."))
    return redirect(url_for("reports.show_meeting", reported_id=meeting.id))


@blueprint.get("/<okrug:okrug>/reports/meetings/<number:reported_id>")
@access(EVERYBODY)
def show_meeting(reported_id: UUID) -> str:
    act = current_act()
    meeting = meetings.get(act, reported_id)
    return page(
        "reports/meeting.html",
        meeting=meeting,
        versions=meetings.versions(act, meeting),
        labels=LABELS,
        may_enter=act.holds(Role.OFFICE),
    )


@blueprint.get("/<okrug:okrug>/reports/meetings/<number:reported_id>/correct")
@access(allow(Role.OFFICE))
def new_correction(reported_id: UUID) -> str:
    act, form = current_act(), _correction()
    meeting = meetings.get(act, reported_id)
    form.show(meetings.account_of(meetings.versions(act, meeting)[0]))
    return page("reports/meeting_form.html", form=form, meeting=meeting)


@blueprint.post("/<okrug:okrug>/reports/meetings/<number:reported_id>/correct")
@access(allow(Role.OFFICE), action=lazy_gettext("correct what was entered of a meeting with residents"))
def correct_meeting(reported_id: UUID) -> Response:
    act, form = current_act(), _correction()
    meeting = meetings.get(act, reported_id)
    version = form.submit(
        lambda: meetings.correct(act, meeting, form.account()),
        faults=lambda: _faults(act, form, meeting.gathering_id, corrects=True),
    )
    if version is None:
        return page("reports/meeting_form.html", form=form, meeting=meeting), 422
    notify(_("The correction is recorded. The earlier version stays below it."))
    return redirect(url_for("reports.show_meeting", reported_id=meeting.id))


@blueprint.get("/<okrug:okrug>/reports/<year:period>/figures")
@access(EVERYBODY)
def show_figures(period: str) -> str:
    act = current_act()
    form, versions = FiguresForm(), figures.versions(act, _begun(act, period), QuarterFigures)
    if versions:
        form.show(versions[0])
    return _page_of("reports/figures.html", act, period, form, versions)


@blueprint.post("/<okrug:okrug>/reports/<year:period>/figures")
@access(allow(Role.OFFICE), action=lazy_gettext("enter the figures of a quarter"))
def record_figures(period: str) -> Response:
    act, form = current_act(), FiguresForm()
    quarter = _begun(act, period)
    row = form.submit(
        lambda: figures.record_figures(act, quarter, form.figures(), form.reason.data or ""),
        faults=lambda: _of_what_is_read(
            form, figures.faults_of_figures(act, quarter, form.figures(), form.reason.data or "")
        ),
    )
    if row is None:
        return _page_of("reports/figures.html", act, period, form, figures.versions(act, quarter, QuarterFigures)), 422
    notify(_("The figures of the quarter are entered."))
    return redirect(url_for("reports.show_figures", period=period))


@blueprint.get("/<okrug:okrug>/reports/<year:period>/appeals")
@access(EVERYBODY)
def show_appeals(period: str) -> str:
    act = current_act()
    form, versions = AppealsForm(), figures.versions(act, _begun(act, period), AppealsTable)
    if versions:
        form.show(versions[0])
    return _page_of("reports/appeals.html", act, period, form, versions)


@blueprint.post("/<okrug:okrug>/reports/<year:period>/appeals")
@access(allow(Role.OFFICE), action=lazy_gettext("enter the table of appeals of a quarter"))
def record_appeals(period: str) -> Response:
    act, form = current_act(), AppealsForm()
    quarter = _begun(act, period)
    row = form.submit(
        lambda: figures.record_appeals(act, quarter, form.appeals(), form.reason.data or ""),
        faults=lambda: _of_what_is_read(
            form, figures.faults_of_appeals(act, quarter, form.appeals(), form.reason.data or "")
        ),
    )
    if row is None:
        return _page_of("reports/appeals.html", act, period, form, figures.versions(act, quarter, AppealsTable)), 422
    notify(_("The table of appeals is entered."))
    return redirect(url_for("reports.show_appeals", period=period))


@blueprint.get("/<okrug:okrug>/reports/<year:period>/<word:form_name>")
@access(EVERYBODY)
def show_form(period: str, form_name: str) -> str:
    quarter, compute = Quarter.read(period), _compute(form_name)
    form = compute(current_act(), quarter)
    columns = zip(*(line.values for line in form.lines), strict=True)
    filled = [place for place, values in enumerate(columns) if any(value is not None for value in values)]
    others = {other: label for other, (_computes, label) in FORMS.items() if other != form_name}
    return page(
        "reports/form.html",
        form=form,
        filled=filled,
        quarter=quarter,
        kind=form_name,
        others=others,
        tongues=tuple(LANGUAGES),
    )


@blueprint.get("/<okrug:okrug>/reports/<year:period>/<word:form_name>.<any(kk, ru):language>.xlsx")
@access(EVERYBODY)
@made_once
def workbook(period: str, form_name: str, language: str) -> Response:
    quarter, compute = Quarter.read(period), _compute(form_name)
    with force_locale(LANGUAGES[language]):
        act = current_act()
        form = compute(act, quarter)
        above = (act.territory.name(language), form.title, form.subtitle, *form.lacks)
        sheet = Sheet(quarter.text, ["№", _("Indicator"), *form.columns], list(sheets.rows(form)), above)
        data = as_workbook([sheet])
    return downloads.attachment(data, downloads.WORKBOOK, f"asar-{form_name}-{quarter.text}-{language}.xlsx")


@duties_of(Role.OFFICE)
def of_the_quarter(act: Act) -> Iterator[Duty]:
    """Its forms are to be handed in, and something of it is not entered."""
    found = gaps.due(act) if act.territory.kind in FOURTH_LEVEL else None
    if found is None:
        return
    quarter, lacking = found
    okrug = tree.slug_of(act.session, act.territory.id)
    url = (
        url_for("reports.show_figures", okrug=okrug, period=lacking.quarters[0].text)
        if lacking.quarters
        else url_for("reports.overview", okrug=okrug, _anchor="held")
    )
    yield Duty(_("Fill the quarterly form of Decree № 826"), url, sheets.words_of(quarter), gaps.last_day(act, quarter))


def _entry(act: Act) -> MeetingForm:
    form = MeetingForm()
    held = [(one.id.hex, _title(one)) for one in held_here.offered(act)]
    form.meeting.choices = [("", _("Elsewhere, or before it was kept here")), *held]
    return form


def _title(gathering: Gathering) -> str:
    return f"{gathering.title}, {in_numbers(gathering.number)}, {day(gathering.meets_at)}"


def _held(form: MeetingForm) -> UUID | None:
    known = {value for value, _label in form.meeting.choices}
    return UUID(form.meeting.data) if form.meeting.data and form.meeting.data in known else None


def _correction() -> MeetingForm:
    form = MeetingForm()
    del form.meeting  # which meeting it was stays as it was entered
    return form


def _faults(act: Act, form: MeetingForm, held: UUID | None, *, corrects: bool = False) -> list[FieldRefusal]:
    unread = {field.name for field in form if field.errors}
    found = meetings.faults(act, form.account(), corrects=corrects, gathering_id=held)
    return [fault for fault in found if fault.field not in unread]


def _of_what_is_read(form: FiguresForm | AppealsForm, faults: Iterable[FieldRefusal]) -> list[FieldRefusal]:
    """No sum is named where one of its numbers could not be read."""
    unread = any(field.errors for field in form if field.name != "reason")
    return [fault for fault in faults if not unread or fault.field == "reason"]


def _compute(kind: str) -> sheets.Compute:
    if kind not in FORMS:
        raise NotFound
    return FORMS[kind][0]


def _begun(act: Act, period: str) -> Quarter:
    """The quarter of an address, which has begun. Raises NotFound."""
    quarter = Quarter.read(period)
    if not figures.begun(act, quarter):
        raise NotFound
    return quarter


def _asked_year(this_year: int) -> int:
    year = request.args.get("year", this_year, type=int)
    if not FIRST_YEAR <= year <= this_year:
        raise NotFound
    return year


def _page_of(
    template: str, act: Act, period: str, form: FiguresForm | AppealsForm, versions: Sequence[OfQuarter]
) -> str:
    quarter = Quarter.read(period)
    return page(
        template,
        quarter=quarter,
        in_words=sheets.words_of(quarter),
        form=form if act.holds(Role.OFFICE) else None,
        versions=versions,
        labels=LABELS,
    )
