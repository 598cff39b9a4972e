"""Pages of the minutes: drawing up, confirming, the akim's answer, and the papers to print."""

from collections.abc import Callable
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb.act import Act, Role
from pb.clock import local
from pb.errors import NotFound
from pb.formats import day, language, numbered
from pb.gatherings import documents
from pb.gatherings.documents import recorded
from pb.gatherings.documents.corrections import about
from pb.gatherings.forms import AnswerForm, MinutesForm
from pb.gatherings.models import Correction, Gathering, Minutes, Outcome
from pb.gatherings.models.referrals import About, Step
from pb.gatherings.service import (
    corrections,
    late,
    meetings,
    minutes,
    referrals,
    standing,
)
from pb.gatherings.service.rules import needed_in_words
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.meetings import LABELS, what_may_be_done
from pb.gatherings.views.records import correction_of, page_of, record_of, told_of
from pb.web.access import A_TEXT, EVERYBODY, SIGNED_IN, TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.limits import PAPERS, limited, signed_in
from pb.web.parts import Place, parts
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes")
@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>")
@access(EVERYBODY)
def show_minutes(gathering_id: UUID, correction: int | None = None) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    row = correction_of(act, gathering, correction)
    return _page(act, gathering) if row is None else _correction_page(act, row, correction)


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes")
@access(SIGNED_IN, action=lazy_gettext("draw up the minutes"), largest_body=TEXTS)
def draw_up(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    form = MinutesForm()
    form.submit(lambda: minutes.draw_up(act, gathering, remarks=form.remarks.data or ""))
    if form.errors:
        return _page(act, gathering, form=form), 422
    notify(_("The minutes are drawn up. Chair and secretary confirm them."))
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering.id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/confirm")
@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/confirm")
@access(SIGNED_IN, action=lazy_gettext("confirm the minutes"))
@fresh_proof("gatherings.show_minutes")
def confirm(gathering_id: UUID, correction: int | None = None) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    corrected = correction_of(act, gathering, correction)
    if corrected is not None:
        asked = _ask_to_confirm_correction(corrected) if minutes.may_confirm(act, corrected) else None
    else:
        drawn_up = meetings.minutes_of(act, gathering)
        asked = _ask_to_confirm(gathering, drawn_up) if drawn_up is not None else None
    if asked:
        return asked
    minutes.confirm(act, gathering, corrected)
    notify(_("You confirmed the minutes."))
    return redirect(page_of(gathering.id, correction))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/answer")
@access(allow(Role.AKIM), action=lazy_gettext("answer the minutes"), largest_body=A_TEXT)
def answer(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    form = AnswerForm()
    agrees, reason = form.agrees.data == "yes", form.reason.data or ""

    def filled() -> str:
        return _page(act, gathering, answer_form=form)

    if (
        form.validate()
        and (agrees or reason.strip())
        and (asked := _ask_to_answer(filled, agrees=agrees, reason=reason))
    ):
        return asked
    form.submit(lambda: minutes.answer(act, gathering, agrees=agrees, reason=reason))
    if form.errors:
        return filled(), 422
    notify(_("The answer is recorded."))
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes.pdf")
@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>.pdf")
@access(EVERYBODY)
def download(gathering_id: UUID, correction: int | None = None) -> FlaskResponse:
    act = current_act()
    row = record_of(act, gathering_id, correction)
    paper = minutes.paper_of(act, row)
    if paper is None:
        raise NotFound
    return FlaskResponse(
        paper.pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.file_name}"', "ETag": f'"{paper.sha256}"'},
    )


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes.pdf")
@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>.pdf")
@limited(PAPERS, proof=signed_in)
@access(EVERYBODY, action=lazy_gettext("have a document made for printing"))
def ask_for_paper(gathering_id: UUID, correction: int | None = None) -> Response:
    act = current_act()
    minutes.ask_for_paper(act, record_of(act, gathering_id, correction))
    return redirect(page_of(gathering_id, correction))


def _ask_to_confirm(gathering: Gathering, drawn_up: Minutes) -> str | None:
    told = [
        _("Minutes: %(number)s, %(date)s", number=numbered(drawn_up.number), date=day(gathering.meets_at)),
        *documents.in_short(drawn_up.body["questions"]),
        _("When chair and secretary have confirmed, nothing in the minutes changes any more."),
    ]
    return ask_first(_("Confirm these minutes?"), told, _("Confirm these minutes"))


def _ask_to_confirm_correction(row: Correction) -> str | None:
    told = [
        _("Minutes: %(number)s, %(date)s", number=numbered(row.number), date=day(row.drawn_up_at)),
        *([row.body["wrong"]] if row.body["wrong"] else []),
        row.body["right"],
        row.body["reason"],
        _("When chair and secretary have confirmed, nothing in the minutes changes any more."),
    ]
    facts = [(_("What is corrected"), about(row))]
    return ask_first(_("Confirm these minutes?"), told, _("Confirm these minutes"), facts=facts)


def _ask_to_answer(filled: Callable[[], str], *, agrees: bool, reason: str) -> str | None:
    told = [
        _("The akim agrees") if agrees else _("The akim disagrees"),
        *([reason.strip()] if reason.strip() else []),
        _("The akim answers minutes once. Everybody reads the answer."),
    ]
    return ask_first(_("Record this answer?"), told, _("Record the answer"), filled=filled)


def _page(
    act: Act,
    gathering: Gathering,
    *,
    form: MinutesForm | None = None,
    answer_form: AnswerForm | None = None,
) -> str:
    row = meetings.minutes_of(act, gathering)
    akims_answer = meetings.answer_to(act, row) if row else None
    can = what_may_be_done(act, gathering)
    if form is None and can["draw_up"]:
        form = MinutesForm(obj=row)
    if answer_form is None and row is not None and minutes.may_answer(act, row):
        answer_form = AnswerForm()
    stands = standing.standing(act, row) if row else None
    return page(
        "gatherings/minutes.html",
        needed_in_words=needed_in_words,
        cycle=meetings.cycle_of(act, gathering),
        gathering=gathering,
        minutes=row,
        which=None,
        decision_shown=agenda.decision_shown,
        answer=akims_answer,
        stands=stands,
        complaint=standing.of_execution(act, row) if row else None,
        may_send=[about for about in About if row and Step.SENT in referrals.may(act, row, about)],
        late=akims_answer is not None and local(akims_answer.at).date() > akims_answer.due,
        due=minutes.answer_due(act, row) if row is not None and row.confirmed else None,
        minutes_due=minutes.due(act, gathering),
        minutes_from=minutes.first_day(act, gathering),
        minutes_late=local(row.drawn_up_at if row else act.at).date() > minutes.due(act, gathering),
        signatures_late=late.of_many(act, [gathering]).get(gathering.id) == "signatures",
        recorded=recorded,
        votes_said=documents.votes_said,
        outcome_said=documents.outcome_said,
        act=act,
        language=language(),
        corrected=corrections.told(act, row) if row else [],
        may_correct=row is not None and corrections.may_write(act, row),
        correction_waits=row is not None and corrections.waiting(act, row) is not None,
        can=can,
        form=form,
        ends_early=meetings.ends_early(gathering),
        answer_form=answer_form,
        **told_of(act, gathering, row),
        parts=parts(Place.MINUTES, act, gathering),
        of_decisions=_of_decisions(act, gathering) if stands and stands.way in standing.IN_FORCE else {},
        **LABELS,
    )


def _correction_page(act: Act, row: Correction, which: int | None) -> str:
    gathering = row.gathering
    return page(
        "gatherings/correction.html",
        gathering=gathering,
        minutes=row,
        which=which,
        about=about(row),
        may_confirm=minutes.may_confirm(act, row),
        may_redraw=not row.confirmed and corrections.may_write(act, row.corrects),
        **told_of(act, gathering, row),
    )


def _of_decisions(act: Act, gathering: Gathering) -> dict[int, list[Markup]]:
    """What other rooms hang on each point that was adopted, by its position."""
    adopted = (one for one in gathering.questions if one.outcome == Outcome.APPROVED and one.amends_id is None)
    return {question.position: parts(Place.DECISION, act, question) for question in adopted}
