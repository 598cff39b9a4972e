"""The development programme for everybody, its versions, and the way from one version to the next."""

from typing import Final
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.core import measures
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.formats import language
from pb.gatherings.models import Matter
from pb.registers.forms import ApprovalForm, FileForm, YearsForm
from pb.registers.models import SOURCE_LABELS, Programme, Version
from pb.registers.service import WRITING, may_write, programmes, tasks
from pb.registers.service.reading import LineFault
from pb.registers.views import shared
from pb.registers.views.blueprint import blueprint
from pb.registers.views.shared import Sent
from pb.tables import Sheet
from pb.tasks.service import basis, wording
from pb.web.access import A_FILE, A_TEXT, EVERYBODY, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page

ONE: Final = "/<okrug:okrug>/development/<number:programme_id>"
SEEING_DRAFTS: Final = (Role.OFFICE, Role.AKIM, Role.CHAIR, Role.SECRETARY, Role.AUDITOR)
ELSEWHERE: Final = lazy_gettext("A meeting held elsewhere: see below")


@blueprint.get("/<okrug:okrug>/development")
@access(EVERYBODY)
def development() -> str | Response:
    """Leads to the programme of this year, else to the last one."""
    act = of_a_village()
    found = programmes.current(act)
    if found is None:
        drafts = programmes.of_here(act) if act.holds(*SEEING_DRAFTS) else []
        return page("registers/no_programme.html", drafts=drafts, may_write=may_write(act))
    return redirect(url_for("registers.programme", programme_id=found.id))


@blueprint.get(ONE)
@access(EVERYBODY)
def programme(programme_id: UUID) -> str:
    act = of_a_village()
    return programme_page(act, seen(act, programme_id))


@blueprint.get(f"{ONE}/versions/<number:version>")
@access(EVERYBODY)
def former(programme_id: UUID, version: str) -> str:
    """A version as the assembly approved it, beside the one in force."""
    act = of_a_village()
    found = seen(act, programme_id)
    asked = next((one for one in programmes.versions(act, found) if one.number == int(version)), None)
    if asked is None or asked.approved_at is None:
        raise NotFound
    return programme_page(act, found, asked)


@blueprint.get("/<okrug:okrug>/development/new")
@access(allow(*WRITING))
def new_programme() -> str:
    act = of_a_village()
    form = YearsForm()
    this = local(act.at).year
    form.first_year.data, form.last_year.data = this + 1, this + 3
    return page("registers/years.html", form=form)


@blueprint.post("/<okrug:okrug>/development/new")
@access(allow(*WRITING), action=lazy_gettext("begin a development programme"))
def begin_programme() -> Response:
    act = of_a_village()
    form = YearsForm()
    years = form.first_year.data or 0, form.last_year.data or 0
    begun = form.submit(lambda: programmes.begin(act, *years), faults=lambda: programmes.faults_of_years(*years))
    if begun is None:
        return page("registers/years.html", form=form), 422
    notify(_("The programme is begun. Write its tasks or take them from a file; nobody else sees them yet."))
    return redirect(url_for("registers.programme", programme_id=begun.id, _anchor="written"))


@blueprint.post(f"{ONE}/revise")
@access(allow(*WRITING), action=lazy_gettext("begin a new version of the development programme"))
def revise(programme_id: UUID) -> Response:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    version = programmes.revise(act, found)
    notify(_("Version %(number)s is begun with the tasks of the one in force.", number=version.number))
    return redirect(url_for("registers.programme", programme_id=found.id, _anchor="written"))


@blueprint.post(f"{ONE}/discard")
@access(allow(*WRITING), action=lazy_gettext("discard a version of the development programme that is being written"))
def discard(programme_id: UUID) -> Response:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    programmes.require_written(act, found)
    told = [_("Nobody brings it back: it goes with its tasks. What the assembly approved stays.")]
    if asked := ask_first(_("Discard the version?"), told, _("Discard the version")):
        return asked
    gone = programmes.discard(act, found)
    notify(_("The version is discarded."))
    if gone:
        return redirect(url_for("registers.development"))
    return redirect(url_for("registers.programme", programme_id=found.id))


@blueprint.post(f"{ONE}/import")
@access(
    allow(*WRITING),
    action=lazy_gettext("take tasks of the development programme from a file"),
    largest_body=A_FILE + shared.ROOM_FOR_THE_FORM,
    own_transaction=True,
)
def import_tasks(programme_id: UUID) -> Response:
    form = FileForm()

    def record(act: Act, sent: Sent | None) -> Response:
        found = programmes.get(act, programme_id)
        if sent is None:
            return programme_page(act, found, form=form), 422
        entries, faults = tasks.read_file(found, sent.rows, language())
        if faults:
            return programme_page(act, found, form=form, faults=faults), 422
        count = programmes.replace_tasks(act, found, entries, sha256=sent.digest)
        notify(_("The tasks are taken in. Lines: %(number)s", number=count))
        return redirect(url_for("registers.programme", programme_id=found.id, _anchor="written"))

    return shared.with_table(
        form,
        tasks.COLUMNS,
        ("number",),
        lambda act: programmes.require_written(act, programmes.get(act, programme_id)),
        record,
    )


@blueprint.get(f"{ONE}/approve")
@access(allow(*WRITING))
def choose_decision(programme_id: UUID) -> str:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    version = programmes.require_approving(act, found)
    form = _approval(act)
    form.question.data = basis.asked(act, request.args.get("question", ""))
    return _approval_page(act, found, version, form)


@blueprint.post(f"{ONE}/approve")
@access(
    allow(*WRITING),
    action=lazy_gettext("enter that the assembly approved the development programme"),
    largest_body=A_TEXT,
)
def approve(programme_id: UUID) -> Response:
    act = of_a_village()
    found = programmes.get(act, programme_id)
    version = programmes.require_approving(act, found)
    form = _approval(act)

    def filled() -> str:
        return _approval_page(act, found, version, form)

    sound = form.validate() and not list(basis.faults(act, form.basis()))
    told = [
        _(
            "Everybody sees this version, and it stays as it is: what changes later is a new version, by another "
            "decision."
        )
    ]
    if sound and (asked := ask_first(_("Enter the decision?"), told, _("Enter the decision"), filled=filled)):
        return asked
    approved = form.submit(
        lambda: programmes.approve(act, found, form.basis()), faults=lambda: basis.faults(act, form.basis())
    )
    if approved is None:
        return filled(), 422
    notify(_("The programme stands as the assembly approved it."))
    return redirect(url_for("registers.programme", programme_id=found.id))


@blueprint.get(f"{ONE}/tasks.csv")
@access(EVERYBODY)
def tasks_csv(programme_id: UUID) -> FlaskResponse:
    act = of_a_village()
    return shared.as_csv(_sheet(act, programme_id), "development")


@blueprint.get(f"{ONE}/tasks.xlsx")
@access(EVERYBODY)
def tasks_workbook(programme_id: UUID) -> FlaskResponse:
    act = of_a_village()
    return shared.as_workbook(_sheet(act, programme_id), "development")


def programme_page(
    act: Act,
    found: Programme,
    former: Version | None = None,
    *,
    form: FileForm | None = None,
    faults: list[LineFault] | None = None,
) -> str:
    """The version in force, or a former one; and what is being written, for those who see it."""
    versions = programmes.versions(act, found)
    in_force = programmes.in_force(act, found)
    shown = former or in_force
    written = programmes.written(act, found) if act.holds(*SEEING_DRAFTS) else None
    decisions = basis.of(act, [version.question_id for version in versions])
    wrong, more = shared.told(faults or [])
    others = [one for one in programmes.approved_here(act) if one.id != found.id]
    return page(
        "registers/programme.html",
        programme=found,
        shown=shown,
        in_force=in_force,
        rows=programmes.standing(act, found, shown) if shown is not None else [],
        approved=[
            (one, wording.rests_on(decisions, one.question_id, one.minutes_number, one.minutes_on))
            for one in versions
            if one.approved_at is not None
        ],
        written=written,
        tasks=programmes.tasks(act, written) if written is not None else [],
        others=others,
        tongue=language(),
        sources=SOURCE_LABELS,
        measure=measures.shown,
        may_write=may_write(act),
        form=form or (FileForm() if written is not None and may_write(act) else None),
        faults=[(fault.line, fault.column, fault.told) for fault in wrong],
        more=more,
    )


def seen(act: Act, programme_id: UUID) -> Programme:
    """A programme that the actor may see. Raises NotFound."""
    found = programmes.get(act, programme_id)
    if programmes.in_force(act, found) is None and not act.holds(*SEEING_DRAFTS):
        raise NotFound
    return found


def of_a_village() -> Act:
    """Raises NotFound: a raion keeps no such register here."""
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    return act


def _approval_page(act: Act, found: Programme, version: Version, form: ApprovalForm) -> str:
    """The form, under the tasks that are approved by it."""
    return page(
        "registers/approve.html",
        form=form,
        programme=found,
        tasks=programmes.tasks(act, version),
        sources=SOURCE_LABELS,
        measure=measures.shown,
        tongue=language(),
    )


def _approval(act: Act) -> ApprovalForm:
    form = ApprovalForm()
    form.question.choices = shared.choices(act, Matter.PROGRAMME, ELSEWHERE)
    return form


def _sheet(act: Act, programme_id: UUID) -> Sheet:
    """The tasks in force; to those who see what is written, before there are any, those."""
    found = seen(act, programme_id)
    version = programmes.in_force(act, found) or programmes.written(act, found)
    return tasks.sheet(found, programmes.tasks(act, version) if version is not None else [], language())
