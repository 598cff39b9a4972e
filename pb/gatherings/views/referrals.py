"""The way of minutes to the maslikhat and the superior akim: who holds them, its steps, and forms of the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from wtforms import Field, SelectChoice

from pb.act import Act, Role
from pb.db import by_id
from pb.errors import FieldRefusal, NotFound, refuse_all
from pb.formats import day, numbered
from pb.gatherings.forms.referrals import JudgingForm, PaperForm, ReferralForm, RulingForm, SittingForm, StepForm
from pb.gatherings.models import Minutes
from pb.gatherings.models.referrals import GROUND_LABELS, RULING_LABELS, STEP_LABELS, About, Ruling, Step
from pb.gatherings.service import disagreements, meetings, referrals, standing
from pb.gatherings.service.points import decision_text
from pb.gatherings.views.blueprint import blueprint
from pb.identity.models import Person
from pb.media.models import Paper
from pb.media.service.files import PAPER_FAULTS, Received
from pb.web import received, sent
from pb.web.access import A_TEXT, EVERYBODY, PHOTOS, SIGNED_IN, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, begin_work, current_act, notify, page

TITLES: Final[dict[About, LazyString]] = {
    About.APPROVAL: lazy_gettext("Instead of the akim's approval"),
    About.EXECUTION: lazy_gettext("A decision is not executed"),
}


@dataclass(frozen=True, slots=True)
class _Offer:
    """A form for the next step: what it is called, where it goes, what it asks."""

    endpoint: str
    title: LazyString
    step: Step
    form: type[StepForm]


OFFERS: Final = (
    _Offer("gatherings.refer", lazy_gettext("Send to the maslikhat and the superior akim"), Step.SENT, ReferralForm),
    _Offer("gatherings.tell_sitting", lazy_gettext("Record the sitting of the maslikhat"), Step.DISCUSSED, SittingForm),
    _Offer("gatherings.rule", lazy_gettext("Record the decision of the superior akim"), Step.DECIDED, RulingForm),
    _Offer("gatherings.judge_ruling", lazy_gettext("Compare and confirm"), Step.CONFIRMED, JudgingForm),
)
CHOOSE_AGAIN = lazy_gettext("Choose the file once more: it is not kept while the form is put right.")
BY_THE_MASLIKHAT = allow(Role.MASLIKHAT_SECRETARY)


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/superior")
@access(EVERYBODY)
def above(gathering_id: UUID) -> str:
    act = current_act()
    return _page(act, _minutes(act, gathering_id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/superior/sent")
@access(
    SIGNED_IN,
    action=lazy_gettext("send minutes to the maslikhat and the superior akim"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def refer(gathering_id: UUID) -> Response:
    return _with_paper(gathering_id, ReferralForm(), Step.SENT)


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/superior/discussed")
@access(
    BY_THE_MASLIKHAT,
    action=lazy_gettext("record that the maslikhat discussed minutes"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def tell_sitting(gathering_id: UUID) -> Response:
    return _with_paper(gathering_id, SittingForm(), Step.DISCUSSED)


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/superior/decided")
@access(
    BY_THE_MASLIKHAT,
    action=lazy_gettext("record what the superior akim decided"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def rule(gathering_id: UUID) -> Response:
    return _with_paper(gathering_id, RulingForm(), Step.DECIDED)


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/superior/confirmed")
@access(SIGNED_IN, action=lazy_gettext("confirm what the superior akim decided"), largest_body=A_TEXT)
def judge_ruling(gathering_id: UUID) -> Response:
    form = JudgingForm()
    step = Step.DECLINED if form.right.data == "no" else Step.CONFIRMED
    return _taken(current_act(), gathering_id, form, step)


def _with_paper(gathering_id: UUID, form: PaperForm, step: Step) -> Response:
    """The document is judged in no transaction, before the words: what is wrong is told all at once."""
    with begin_work(writing=False) as act:
        referrals.require(act, _minutes(act, gathering_id), form.of(), step)
        person = str(act.person.id) if act.person else ""
    paper, fault = received.paper(form.paper, person)
    try:
        with begin_work(writing=True) as act:
            return sent.once(act, lambda: _taken(act, gathering_id, form, step, paper, fault))
    finally:
        received.let_go_unless_known(paper)


def _taken(
    act: Act,
    gathering_id: UUID,
    form: StepForm,
    step: Step,
    paper: Received | None = None,
    wrong: FieldRefusal | None = None,
) -> Response:
    minutes, about = _minutes(act, gathering_id), form.of()
    referrals.require(act, minutes, about, step)  # else the page had no form to show the faults at
    if isinstance(form, ReferralForm):
        _offer_decisions(act, form, minutes, about)

    def faults() -> Iterator[FieldRefusal]:
        yield from referrals.faults(act, minutes, about, step, form.record())
        yield from [wrong] if wrong is not None else []

    def take() -> bool | str:
        if step is Step.CONFIRMED and (asked := _ask(act, minutes, about, form)):
            return asked
        refuse_all(faults())
        referrals.take(act, minutes, about, step, form.record(), paper)
        return True

    answer = form.submit(take, faults=faults)
    if answer is None:
        if paper is not None:
            form.refuse(FieldRefusal("paper", CHOOSE_AGAIN))
        return _page(act, minutes, form), 422
    if isinstance(answer, str):
        return answer
    notify(_("It is recorded. The assembly and all residents see it."))
    return redirect(url_for("gatherings.above", gathering_id=gathering_id))


def _ask(act: Act, minutes: Minutes, about: About, form: StepForm) -> str | None:
    """The decision holds once it is confirmed: said once more, where somebody may confirm it."""
    last = standing.last_step(act, minutes, about)
    if last is None or Step.CONFIRMED not in referrals.may(act, minutes, about):
        return None
    told = [
        RULING_LABELS[Ruling(last.outcome)],
        _("Document: %(number)s, %(date)s", number=numbered(last.reference), date=day(last.day)),
        last.words,
        *(_disputed(act, minutes) if about is About.APPROVAL else []),
    ]
    title = _("Confirm this decision of the superior akim?")
    return ask_first(title, told, _("Confirm this decision"), filled=lambda: _page(act, minutes, form))


def _page(act: Act, minutes: Minutes, typed: StepForm | None = None) -> str:
    gathering = minutes.gathering
    abouts = [told for about in About if (told := _told(act, minutes, about, typed))]
    steps = [row for told in abouts for row in told["steps"]]
    people = {row.by_id for row in steps}
    return page(
        "gatherings/above.html",
        gathering=gathering,
        form=typed,
        abouts=abouts,
        positions={point.id: point.position for point in disagreements.decisions(minutes)},
        people={each: person.name for each, person in by_id(act.session, Person, people).items()},
        papers=by_id(act.session, Paper, (row.paper_id for row in steps)),
        faults=PAPER_FAULTS,
        passed_to=standing.passed_to,
        step_labels=STEP_LABELS,
        ground_labels=GROUND_LABELS,
        ruling_labels=RULING_LABELS,
    )


def _told(act: Act, minutes: Minutes, about: About, typed: StepForm | None) -> dict[str, Any] | None:
    """One of the two ways with its steps and forms; None where nothing of it is to be told."""
    may, steps = referrals.may(act, minutes, about), standing.steps(act, minutes, about)
    if not may and not steps and (about is About.EXECUTION or standing.standing(act, minutes).way in standing.SETTLED):
        return None
    stands = standing.standing(act, minutes) if about is About.APPROVAL else standing.of_execution(act, minutes)
    return {
        "name": about.value,
        "title": TITLES[about],
        "stands": stands,
        "decisions": _disputed(act, minutes) if about is About.APPROVAL else [],
        "steps": steps,
        "offers": [_offer(act, one, minutes, about, typed) for one in OFFERS if one.step in may],
    }


def _disputed(act: Act, minutes: Minutes) -> list[str]:
    """The decisions that the superior akim rules on: those with which the akim disagreed; of a silent akim, all."""
    words = {point["position"]: decision_text(point) for point in minutes.body["questions"]}
    points = disagreements.of(act, minutes) or disagreements.decisions(minutes)
    return [f"{point.position}. {words[point.position]}" for point in points]


def _offer(act: Act, one: _Offer, minutes: Minutes, about: About, typed: StepForm | None) -> dict[str, Any]:
    form = typed if isinstance(typed, one.form) and typed.about.data == about.value else one.form(formdata=None)
    if isinstance(form, ReferralForm):
        _offer_decisions(act, form, minutes, about)
    fields: list[Field] = [each for each in form if each.type not in {"HiddenField", "CSRFTokenField"}]
    for each in fields:  # both ways may be open on one page
        each.id = each.label.field_id = f"{about.value}-{each.name}"
    return {"endpoint": one.endpoint, "title": one.title, "fields": fields}


def _offer_decisions(act: Act, form: ReferralForm, minutes: Minutes, about: About) -> None:
    """A complaint names the decision; the decisions of one meeting go to the superior akim together."""
    if form.question is None:
        return
    if about is About.APPROVAL:
        del form.question
        return
    known = referrals.decisions(act, minutes)
    points = {point["position"]: decision_text(point) for point in minutes.body["questions"]}
    offered = [SelectChoice(str(point), f"{place}. {points[place]}") for point, place in known.items()]
    form.question.choices = [SelectChoice("", _("Choose the decision")), *offered]


def _minutes(act: Act, gathering_id: UUID) -> Minutes:
    minutes = meetings.minutes_of(act, meetings.get(act, gathering_id))
    if minutes is None or not minutes.confirmed:
        raise NotFound
    return minutes
