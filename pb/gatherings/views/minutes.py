"""Pages of the minutes: drawing up, confirming, the akim's answer, and the papers to print."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.clock import local
from pb.errors import FieldRefusal, NotFound, refuse_all
from pb.formats import day, language, numbered
from pb.gatherings import documents
from pb.gatherings.documents import recorded
from pb.gatherings.documents.corrections import about
from pb.gatherings.forms.minutes import AnswerForm, MinutesForm
from pb.gatherings.models import Answer, Correction, Gathering, Minutes, Outcome, Question
from pb.gatherings.models.referrals import About, Step
from pb.gatherings.service import (
    corrections,
    disagreements,
    late,
    meetings,
    minutes,
    referrals,
    standing,
)
from pb.gatherings.service.points import as_voted_on, decision_text
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
    row = meetings.minutes_of(act, gathering)
    form = _answer_form(row)
    agrees, reason, disputed = form.agrees.data == "yes", form.reason.data or "", form.ticked()

    def faults() -> Iterator[FieldRefusal]:
        if row is not None and form.agrees.data:
            yield from minutes.faults_of_answer(row, agrees=agrees, reason=reason, disputed=disputed)

    def filled() -> str:
        return _page(act, gathering, answer_form=form)

    def ask_or_answer() -> str | Answer:
        refuse_all(faults())
        points = disagreements.named(row, disputed) if row is not None and not agrees else []
        asked = _ask_to_answer(act, filled, row, points, reason) if row is not None else None
        return asked or minutes.answer(act, gathering, agrees=agrees, reason=reason, disputed=disputed)

    given = form.submit(ask_or_answer, faults=faults)
    if given is None:
        return filled(), 422
    if isinstance(given, str):
        return given
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


def _answer_form(row: Minutes | None) -> AnswerForm:
    """The akim's answer, with the decisions that are ticked one by one; without them where there is no choice."""
    form = AnswerForm()
    offered = disagreements.choices(row) if row is not None else []
    if row is not None and offered:
        words = _in_words(row)
        form.disputed.choices = [SelectChoice(str(point.id), words[point.position]) for point in offered]
    else:
        del form.disputed
    return form


def _in_words(row: Minutes) -> dict[int, str]:
    """The points of these minutes with their numbers, in a line each, by their places."""
    points = row.body["questions"]
    return {point["position"]: f"{point['position']}. {decision_text(point)}" for point in points}


def _ask_to_answer(
    act: Act, filled: Callable[[], str], row: Minutes, disputed: Sequence[Question], reason: str
) -> str | None:
    """Each decision is named, and what was corrected in it: whoever disagrees with one approves the others."""
    corrected = corrections.told(act, row)
    words, others = _in_words(row), [one for one in disagreements.decisions(row) if one not in disputed]
    told = [
        _("The akim disagrees") if disputed else _("The akim agrees"),
        *([reason.strip()] if reason.strip() else []),
        *chain.from_iterable(
            (label % {"decision": words[point.position]}, *corrections.in_words(corrected, point.position))
            for label, group in (
                (_("Disagrees: %(decision)s"), disputed),
                (_("Agrees, and it is in force: %(decision)s"), others),
            )
            for point in group
        ),
        *corrections.in_words(corrected, 0),
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
        answer_form = _answer_form(row)
    stands = standing.standing(act, row) if row else None
    return page(
        "gatherings/minutes.html",
        needed_in_words=needed_in_words,
        cycle=meetings.cycle_of(act, gathering),
        gathering=gathering,
        minutes=row,
        which=None,
        decision_shown=agenda.decision_shown,
        as_voted_on=as_voted_on,
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
        of_decisions=_of_decisions(act, row) if row is not None else {},
        of_the_cycle=[point.position for point in disagreements.always(row)] if row is not None else [],
        points_in_words=_in_words(row) if row is not None else {},
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


def _of_decisions(act: Act, row: Minutes) -> dict[int, list[Markup]]:
    """What other rooms hang on each point that was adopted and is in force, by its position."""
    holding = meetings.in_force(act, row)
    adopted = (one for one in disagreements.decisions(row) if one.outcome == Outcome.APPROVED and one.id in holding)
    return {question.position: parts(Place.DECISION, act, question) for question in adopted}
