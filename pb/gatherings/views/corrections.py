"""Corrections of confirmed minutes: the list of them, and the form of who keeps the record."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act
from pb.errors import NotFound
from pb.gatherings.forms.minutes import CorrectionForm, DeclineForm
from pb.gatherings.models import Minutes
from pb.gatherings.service import corrections, meetings
from pb.gatherings.service.points import question_text
from pb.gatherings.views.blueprint import blueprint
from pb.web.access import A_TEXT, EVERYBODY, SIGNED_IN, TEXTS, access
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections")
@access(EVERYBODY)
def list_corrections(gathering_id: UUID) -> str:
    act = current_act()
    return _page(act, _minutes(act, gathering_id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections")
@access(SIGNED_IN, action=lazy_gettext("correct confirmed minutes"), largest_body=TEXTS)
def correct(gathering_id: UUID) -> Response:
    act = current_act()
    row = _minutes(act, gathering_id)
    form = _offered(CorrectionForm(), row)
    written = form.submit(lambda: corrections.write(act, row, form.mistake()))
    if written is None:
        return _page(act, row, form), 422
    notify(_("The correction is drawn up as new minutes. It counts once chair and secretary have confirmed it."))
    place = corrections.place_of(act, written)
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering_id, correction=place))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/decline")
@access(SIGNED_IN, action=lazy_gettext("decline a needless correction of minutes"), largest_body=A_TEXT)
def decline(gathering_id: UUID) -> Response:
    act = current_act()
    row = _minutes(act, gathering_id)
    form = DeclineForm()
    form.submit(lambda: corrections.decline(act, row, form.why.data or ""))
    if form.errors:
        return _page(act, row, declining=form), 422
    notify(_("The correction is declined. It keeps its number, and nobody signs it any more."))
    return redirect(url_for("gatherings.list_corrections", gathering_id=gathering_id))


def _page(act: Act, row: Minutes, form: CorrectionForm | None = None, *, declining: DeclineForm | None = None) -> str:
    waits = corrections.waiting(act, row)
    if form is None and corrections.may_write(act, row):
        form = _offered(_filled(waits.body) if waits else CorrectionForm(formdata=None), row)
    return page(
        "gatherings/corrections.html",
        gathering=row.gathering,
        minutes=row,
        found=corrections.all_of(act, row),
        waits=waits,
        declining=declining
        or (DeclineForm(formdata=None) if waits is not None and corrections.may_decline(act, row) else None),
        form=form,
    )


def _filled(body: dict[str, str | None]) -> CorrectionForm:
    """What waits for signatures, to be drawn up again in other words."""
    typed = {name: body[name] for name in ("wrong", "language", "reason")}
    return CorrectionForm(formdata=None, data={**typed, "text": body["right"], "point": str(body["position"] or "")})


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
