"""One version of a budget: its six lines, its lines year by year, its way, and what may be done with it now."""

from typing import NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb.act import Act, Role
from pb.budget import service
from pb.budget.documents import PAPERS
from pb.budget.forms import LineForm
from pb.budget.models import HOLDERS, KIND_LABELS, PROPOSER_LABELS, Kind, Move, Proposer, Step, Version
from pb.budget.service import amending, asking, at_meetings, checking, decisions, notes, steps, writing
from pb.budget.service.amending import Compared
from pb.budget.views.blueprint import blueprint
from pb.budget.views.budgets import of_here, tag_of
from pb.budget.views.parts import entries, six_lines
from pb.classification import service as classification
from pb.core.budget.amounts import exact_thousands, thousands
from pb.core.budget.codes import Part
from pb.db import by_id
from pb.errors import Conflict, NotFound
from pb.formats import day, language, numbered
from pb.gatherings.models import Question
from pb.media.models import Paper
from pb.web.access import EVERYBODY, access, allow
from pb.web.final import ask_first
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify, page
from pb.web.wording import said_in

TAKING_FILES = (Role.OFFICE, Role.AKIM, Role.DEPUTY, Role.MASLIKHAT_SECRETARY)
SENTENCES = {
    Move.PUT: lazy_gettext("The office put it before the assembly."),
    Move.AGREED: lazy_gettext("The assembly agreed it: %(basis)s"),
    Move.DECLINED: lazy_gettext("The assembly did not agree it: %(basis)s"),
    Move.SENT: lazy_gettext("The office sent it to the raion: %(reference)s, %(day)s"),
    Move.CONSIDERED: lazy_gettext("The raion's budget commission considered it: %(day)s"),
    Move.APPROVED: lazy_gettext("The maslikhat approved it by its decision %(basis)s"),
    Move.RETURNED: lazy_gettext("It was returned with reasons: %(day)s"),
    Move.DECIDED: lazy_gettext("The akim decided it: %(basis)s"),
    Move.WITHDRAWN: lazy_gettext("The office withdrew it."),
    Move.TAKEN: lazy_gettext("The office took it in from the decision on paper: %(basis)s"),
}

CONFIRMED = lazy_gettext("Somebody of another body confirmed that it is as the decision on paper: %(basis)s")


class Event(NamedTuple):
    """A step in a sentence, with the reasons in their language and the paper of its decision."""

    step: Step
    text: Markup
    note: Markup | None
    paper: Paper | None


@blueprint.get("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>")
@access(EVERYBODY)
def show_version(budget_id: UUID, version_id: UUID) -> str:
    act = current_act()
    return version_page(act, version_in(act, budget_id, version_id), None)


@blueprint.get("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/lines")
@access(allow(Role.OFFICE))
def edit_line(budget_id: UUID, version_id: UUID) -> str:
    """The form of a line: empty, or with the line that the address names."""
    act = current_act()
    version = version_in(act, budget_id, version_id)
    if not service.standing(act, version).being_written:
        raise Conflict(_("The lines of this version stand: make a new version to change them."))
    form = _line_form(version)
    wanted = (request.args.get("code", ""), request.args.get("part", ""))
    year = request.args.get("year", version.budget.first_year, type=int)
    form.year.data = year if year in dict(form.year.choices or []) else version.budget.first_year
    found = next(
        (line for line in service.lines(act, version, form.year.data) if (line.code, line.part) == wanted), None
    )
    if found is not None:
        form.code.data, form.amount.data = found.code, found.amount
        form.part.data = found.part if found.part in {Part.CREDITS, Part.ASSETS_BOUGHT} else ""
    return _line_page(act, version, form, found.part if found is not None else "")


@blueprint.post("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/lines")
@access(allow(Role.OFFICE), action=lazy_gettext("write a line of the budget"))
def write_line(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    form = _line_form(version)
    if form.validate() and not list(writing.faults_of_line(act, version, form.line())):
        doubt = writing.doubt_of_line(act, version, form.line())
        if doubt is not None and (asked := _ask_about(act, version, form, doubt)):
            return asked

    def write() -> bool:
        writing.set_line(act, version, form.line())
        return True

    if form.submit(write, faults=lambda: writing.faults_of_line(act, version, form.line())) is None:
        return _line_page(act, version, form, ""), 422
    notify(_("The line is written."))
    return redirect(_url(version, anchor=f"year-{form.year.data}"))


@blueprint.post("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/lines/remove")
@access(allow(Role.OFFICE), action=lazy_gettext("take a line out of the budget"))
def remove_line(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version = version_in(act, budget_id, version_id)
    year, part = request.form.get("year", 0, type=int), request.form.get("part", "")
    if part not in list(Part):
        raise NotFound
    if year not in version.budget.years:
        raise NotFound
    writing.remove_line(act, version, year, Part(part), request.form.get("code", ""))
    notify(_("The line is taken out."))
    return redirect(_url(version, anchor=f"year-{year}"))


def version_in(act: Act, budget_id: UUID, version_id: UUID) -> Version:
    """A version of a budget of the act's territory. Raises NotFound."""
    budget = of_here(act, budget_id)
    version = act.session.get(Version, version_id)
    if version is None or version.budget_id != budget.id:
        raise NotFound
    return version


def version_page(act: Act, version: Version, form: object) -> str:
    """The page of a version; `form` is one that was typed wrongly, under the name of its step."""
    standing = service.standing(act, version)
    every = service.lines(act, version)
    years = version.budget.years
    by_year = {year: [line for line in every if line.year == year] for year in years}
    noted = notes.of_lines(act, [(line.year, line.part, line.code) for line in every])
    compared = amending.compared(act, version)
    office = act.holds(Role.OFFICE)
    return page(
        "budget/version.html",
        version=version,
        budget=version.budget,
        kind=KIND_LABELS[Kind(version.kind)],
        proposer=PROPOSER_LABELS[Proposer(version.proposer)],
        reason=said_in(version.reason, version.language) if version.reason else None,
        changed=amending.changed_decisions(act, version, language()),
        tag=tag_of(standing),
        holder=HOLDERS[standing.move],
        years=list(years),
        sums=six_lines([service.statement(by_year[year]) for year in years]),
        lines=[(year, entries(act, by_year[year], year, noted), by_year[year]) for year in years],
        parts=parts(Place.BUDGET, act, version),
        hearings=at_meetings.hearings_on(act, version),
        compared=compared,
        changes=_changed(compared) if compared is not None else [],
        faults=checking.faults(act, version) if standing.being_written and office else [],
        history=_history(act, version),
        may={move.value for move in Move if steps.may(act, standing, move)},
        stands_in=steps.stands_in(act) and version.kind in {Kind.DRAFT, Kind.AMENDMENT},
        writing=standing.being_written and office,
        form=form,
        questions=(questions := asking.of_version(act, version)),
        said_by=asking.said_by(act, questions),
        files={kind: label for kind, (_content, label) in PAPERS.items()},
        on_paper=decisions.on_paper(act, version.budget),
        may_take_files=act.holds(*TAKING_FILES) and version.kind != Kind.PAPER,
        may_ask=asking.may_ask(act, standing),
        may_answer=act.holds(Role.OFFICE),
    )


def _changed(compared: Compared) -> list[list[str]]:
    """The rows of what a version changes; what the akim moved in between in a column of its own, if anything."""
    rows = []
    for one in compared.changes:
        cells = ["–" if sum_ is None else thousands(sum_) for sum_ in (one.before, one.after)]
        if compared.corrected is not None:
            cells.insert(1, thousands(one.moved))
        rows.append([f"{one.year}: {one.code}", *cells, thousands(one.difference)])
    return rows


def _history(act: Act, version: Version) -> list[Event]:
    taken = service.steps_of(act, version)
    by_decision = decisions.by_step(act, taken)
    papers = by_id(act.session, Paper, (one.paper_id for one in by_decision.values()))
    points = by_id(act.session, Question, (step.question_id for step in taken))
    found = []
    for step in taken:
        decision = by_decision.get(step.decision_id) if step.decision_id else None
        point = points.get(step.question_id) if step.question_id else None
        basis = Markup("")
        if point is not None:
            url = url_for("gatherings.show", gathering_id=point.gathering_id)
            told = _("Meeting of %(day)s, question %(number)s", day=day(step.day), number=numbered(point.position))
            basis = Markup('<a href="{}">{}</a>').format(url, told)
        elif decision is not None:
            told = [decision.maslikhat, numbered(decision.reference), day(decision.decided_on)]
            basis = Markup(", ").join(one for one in told if one)
        values = {
            "basis": basis,
            "reference": numbered(step.reference) if step.reference else "",
            "day": day(step.day),
        }
        from_paper = version.kind == Kind.PAPER and step.move == Move.APPROVED
        text = Markup(str(CONFIRMED if from_paper else SENTENCES[Move(step.move)])) % values  # noqa: S704 - our own sentence
        note = said_in(step.words, step.language) if step.words else None
        found.append(Event(step, text, note, papers.get(decision.paper_id) if decision and decision.paper_id else None))
    return found


def _ask_about(act: Act, version: Version, form: LineForm, doubt: int) -> str | None:
    """A sum a thousand times off what the line was otherwise is asked about: tenge may be meant, or thousands."""
    told = [
        _("Elsewhere this line has %(sum)s thousand tenge.", sum=exact_thousands(doubt)),
        _("Now it would have %(sum)s thousand tenge.", sum=exact_thousands(form.line().amount)),
    ]
    undone = _("The line can be changed again.")
    return ask_first(
        _("Is the amount in thousand tenge?"),
        told,
        _("Write the line"),
        undone=undone,
        filled=lambda: _line_page(act, version, form, ""),
    )


def _line_form(version: Version) -> LineForm:
    form = LineForm()
    form.year.choices = [(year, str(year)) for year in version.budget.years]
    return form


def _line_page(act: Act, version: Version, form: LineForm, kept: str) -> str:
    """`kept` is the part of a line that is there already, which can be taken out."""
    known = classification.codes(act, form.year.data or version.budget.first_year)
    return page("budget/line.html", version=version, budget=version.budget, form=form, kept=kept, known=known)


def _url(version: Version, anchor: str = "") -> str:
    return url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id, _anchor=anchor or None)
