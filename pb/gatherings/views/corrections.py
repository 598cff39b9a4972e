"""Corrections of confirmed minutes: what was written, and forms for who keeps the record and for the chair."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act
from pb.db import by_id
from pb.errors import NotFound
from pb.formats import numbered
from pb.gatherings import documents
from pb.gatherings.forms import CorrectionForm, VerdictForm
from pb.gatherings.models import Minutes
from pb.gatherings.service import corrections, meetings
from pb.gatherings.service.points import question_text
from pb.gatherings.views.blueprint import blueprint
from pb.identity.models import Person
from pb.web.access import A_TEXT, EVERYBODY, SIGNED_IN, access
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections")
@access(EVERYBODY)
def list_corrections(gathering_id: UUID) -> str:
    act = current_act()
    return _page(act, _minutes(act, gathering_id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections")
@access(SIGNED_IN, action=lazy_gettext("correct confirmed minutes"), largest_body=A_TEXT)
def correct(gathering_id: UUID) -> Response:
    act = current_act()
    row = _minutes(act, gathering_id)
    form = _offered(CorrectionForm(), row)
    form.submit(
        lambda: corrections.write(
            act,
            row,
            form.position(),
            text=form.text.data or "",
            language=form.language.data,
            reason=form.reason.data or "",
        )
    )
    if form.errors:
        return _page(act, row, form), 422
    notify(_("The correction is written. It counts once the chair has confirmed it."))
    return redirect(url_for("gatherings.list_corrections", gathering_id=gathering_id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/verdict")
@access(SIGNED_IN, action=lazy_gettext("confirm a correction of minutes"), largest_body=A_TEXT)
def judge_correction(gathering_id: UUID) -> Response:
    act = current_act()
    row = _minutes(act, gathering_id)
    form = VerdictForm()
    right, reason = form.right.data == "yes", form.reason.data or ""

    def judged() -> bool | str:
        asked = _ask(act, row, form) if right and corrections.may_judge(act, row) else None
        return asked or bool(corrections.judge(act, row, right=right, reason=reason))

    answer = form.submit(judged)
    if answer is None:
        return _page(act, row, form), 422
    if isinstance(answer, str):
        return answer
    notify(
        _("The correction is confirmed. It stands above the minutes.") if right else _("The correction is declined.")
    )
    return redirect(url_for("gatherings.list_corrections", gathering_id=gathering_id))


def _ask(act: Act, row: Minutes, form: VerdictForm) -> str | None:
    waits = corrections.waiting(act, row)
    if waits is None:
        return None
    places = [question.position for question in row.gathering.questions if question.id == waits.row.question_id]
    point = next((one for one in row.body["questions"] if one["position"] in places), None)
    of = documents.in_short([point])[0] if point is not None else _("The minutes as a whole")
    told = [numbered(waits.number), waits.row.text, waits.row.reason]
    title, deed = _("Confirm this correction?"), _("Confirm the correction")
    return ask_first(title, told, deed, facts=[(_("What is corrected"), of)], filled=lambda: _page(act, row, form))


def _page(act: Act, row: Minutes, typed: CorrectionForm | VerdictForm | None = None) -> str:
    found = corrections.all_of(act, row)
    people = {one.row.by_id for one in found} | {one.verdict.by_id for one in found if one.verdict is not None}
    writing = typed if isinstance(typed, CorrectionForm) else None
    judging = typed if isinstance(typed, VerdictForm) else None
    if writing is None and corrections.may_write(act, row):
        writing = _offered(CorrectionForm(formdata=None), row)
    if judging is None and corrections.may_judge(act, row):
        judging = VerdictForm(formdata=None)
    return page(
        "gatherings/corrections.html",
        gathering=row.gathering,
        minutes=row,
        found=found,
        positions={question.id: question.position for question in row.gathering.questions},
        people={each: person.name for each, person in by_id(act.session, Person, people).items()},
        typed=typed,
        writing=writing,
        judging=judging,
    )


def _offered(form: CorrectionForm, row: Minutes) -> CorrectionForm:
    points = [
        SelectChoice(str(point["position"]), f"{point['position']}. {question_text(point)}")
        for point in row.body["questions"]
    ]
    form.point.choices = [SelectChoice("", _("The minutes as a whole")), *points]
    return form


def _minutes(act: Act, gathering_id: UUID) -> Minutes:
    """Raises NotFound: before minutes are confirmed they are drawn up again, not corrected."""
    row = meetings.minutes_of(act, meetings.get(act, gathering_id))
    if row is None or not row.confirmed:
        raise NotFound
    return row
