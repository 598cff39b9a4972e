"""Pages of the minutes: drawing up, confirming, the akim's answer, and the papers to print."""

from collections.abc import Callable
from typing import Any
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
from pb.gatherings.forms import AnswerForm, MinutesForm
from pb.gatherings.models import Gathering, Minutes, Outcome
from pb.gatherings.models.referrals import About, Step
from pb.gatherings.service import (
    corrections,
    late,
    meetings,
    minutes,
    referrals,
    scans,
    signing,
    standing,
    verification,
)
from pb.gatherings.service.rules import needed_in_words
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.meetings import LABELS, what_may_be_done
from pb.identity.models import Signature
from pb.identity.service.roles import LABELS as ROLE_LABELS
from pb.identity.service.signatures import Standing
from pb.media.service import showing
from pb.web.access import A_TEXT, EVERYBODY, SIGNED_IN, TEXTS, access, allow
from pb.web.account import proved_recently
from pb.web.final import ask_first
from pb.web.limits import PAPERS, limited, signed_in
from pb.web.parts import Place, parts
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, keys, notify, page, settings


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes")
@access(EVERYBODY)
def show_minutes(gathering_id: UUID) -> str:
    act = current_act()
    return _page(act, meetings.get(act, gathering_id))


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
@access(SIGNED_IN, action=lazy_gettext("confirm the minutes"))
@fresh_proof("gatherings.show_minutes")
def confirm(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    drawn_up = meetings.minutes_of(act, gathering)
    if drawn_up is not None and (asked := _ask_to_confirm(gathering, drawn_up)):
        return asked
    minutes.confirm(act, gathering)
    notify(_("You confirmed the minutes."))
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering.id))


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
@access(EVERYBODY)
def download(gathering_id: UUID) -> FlaskResponse:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    row = meetings.minutes_of(act, gathering)
    paper = minutes.paper_of(act, row) if row is not None else None
    if row is None or paper is None:
        raise NotFound
    return FlaskResponse(
        paper.pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.file_name}"', "ETag": f'"{paper.sha256}"'},
    )


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes.pdf")
@limited(PAPERS, proof=signed_in)
@access(EVERYBODY, action=lazy_gettext("have a document made for printing"))
def ask_for_paper(gathering_id: UUID) -> Response:
    act = current_act()
    row = meetings.minutes_of(act, meetings.get(act, gathering_id))
    if row is None:
        raise NotFound
    minutes.ask_for_paper(act, row)
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering_id))


def _ask_to_confirm(gathering: Gathering, drawn_up: Minutes) -> str | None:
    told = [
        _("Minutes: %(number)s, %(date)s", number=numbered(drawn_up.number), date=day(gathering.meets_at)),
        *documents.in_short(drawn_up.body["questions"]),
        _("When chair and secretary have confirmed, nothing in the minutes changes any more."),
    ]
    return ask_first(_("Confirm these minutes?"), told, _("Confirm these minutes"))


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
        decision_shown=agenda.decision_shown,
        answer=akims_answer,
        stands=stands,
        complaint=standing.of_execution(act, row) if row else None,
        may_send=[about for about in About if row and Step.SENT in referrals.may(act, row, about)],
        late=akims_answer is not None and local(akims_answer.at).date() > akims_answer.due,
        due=minutes.answer_due(act, row) if row is not None and row.confirmed else None,
        minutes_due=minutes.due(act, gathering),
        minutes_late=local(row.drawn_up_at if row else act.at).date() > minutes.due(act, gathering),
        signatures_late=late.of_many(act, [gathering]).get(gathering.id) == "signatures",
        versions=minutes.versions(act, row) if row else [],
        paper=minutes.paper_of(act, row) if row else None,
        paper_failed=row is not None and minutes.paper_failed(act, row),
        recorded=recorded,
        votes_said=documents.votes_said,
        outcome_said=documents.outcome_said,
        act=act,
        language=language(),
        corrected=corrections.told(act, row) if row else {},
        may_correct=row is not None and corrections.may_write(act, row),
        correction_waits=row is not None and corrections.waiting(act, row) is not None,
        can=can,
        proved=proved_recently(),
        form=form,
        ends_early=meetings.ends_early(gathering),
        answer_form=answer_form,
        signed=_signed(act, row) if row else [],
        to_sign=list(signing.waiting(act, row, settings().base_url)) if row else [],
        role_labels=ROLE_LABELS,
        **_on_paper(act, gathering, row),
        parts=parts(Place.MINUTES, act, gathering),
        of_decisions=_of_decisions(act, gathering) if stands and stands.way in standing.IN_FORCE else {},
        **LABELS,
    )


def _signed(act: Act, row: Minutes) -> list[tuple[Signature, bool, Standing]]:
    """The signatures under minutes: whether the viewer may take each as a file, and whether it holds."""
    return [
        (one, signing.may_take_cms(act, one), verification.standing(act, settings(), keys(), row, one))
        for one in signing.of_minutes(act, row)
    ]


def _on_paper(act: Act, gathering: Gathering, row: Minutes | None) -> dict[str, Any]:
    """The scan of signed minutes, and what the viewer may do about it."""
    scan = scans.of(act, row) if row is not None else None
    seen = scan is not None and scan.digest is not None and showing.find_paper(act, scan.digest) is not None
    return {
        "scan": scan,
        "hands": scans.hands(act, row) if row is not None else [],
        "scan_seen": seen,
        "may_bring": scans.may_bring(act, gathering),
        "may_confirm_scan": scans.may_confirm(act, gathering),
    }


def _of_decisions(act: Act, gathering: Gathering) -> dict[int, list[Markup]]:
    """What other rooms hang on each point that was adopted, by its position."""
    adopted = (one for one in gathering.questions if one.outcome == Outcome.APPROVED and one.amends_id is None)
    return {question.position: parts(Place.DECISION, act, question) for question in adopted}
