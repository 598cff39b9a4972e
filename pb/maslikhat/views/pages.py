"""What assemblies proposed to the maslikhat: of an okrug, of all okrugs of a raion, and each with its history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import LazyString, lazy_gettext, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from pb.act import Act
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.db import by_id
from pb.formats import day, language, numbered
from pb.maslikhat import service
from pb.maslikhat.forms import SendingForm
from pb.maslikhat.models import ANSWER_LABELS, LABELS, Answer, Kind, Motion, Step
from pb.maslikhat.service import SENDING, deputies, finding, may_take
from pb.maslikhat.service.finding import Standing
from pb.maslikhat.views.blueprint import blueprint
from pb.media.models import Paper
from pb.media.service.files import PAPER_FAULTS
from pb.tasks.service import basis, wording
from pb.territory.service import addresses
from pb.web import places
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.paging import pager
from pb.web.requests import Response, current_act, notify, page
from pb.web.wording import called, said_in

PAGE = 20
TAGS = {Kind.SENT: "amber", Kind.RECEIVED: "sky", Kind.CONSIDERED: "sky", Kind.ANSWERED: "green"}
ANSWER_TAGS = {Answer.ACCEPTED: "green", Answer.IN_PART: "amber", Answer.DECLINED: "red"}
HOLDERS: dict[Kind, LazyString] = {
    Kind.SENT: lazy_gettext("The maslikhat: it has not registered the letter yet"),
    Kind.RECEIVED: lazy_gettext("The maslikhat: before its sitting"),
    Kind.CONSIDERED: lazy_gettext("The maslikhat: after its sitting, before its answer"),
    Kind.ANSWERED: lazy_gettext("The assembly: the answer has come"),
}
SENTENCES: dict[Kind, LazyString] = {
    Kind.SENT: lazy_gettext("The assembly sent it: %(reference)s, %(day)s"),
    Kind.RECEIVED: lazy_gettext("The maslikhat received it: %(reference)s, %(day)s"),
    Kind.CONSIDERED: lazy_gettext("The maslikhat considered it at its sitting: %(day)s"),
    Kind.ANSWERED: lazy_gettext("The maslikhat answered: %(reference)s, %(day)s"),
}


class Row(NamedTuple):
    """A proposal as lists show it (`duty_rows` of components.html)."""

    url: str
    text: Markup
    place: Markup
    tag: tuple[str, LazyString]
    until: None = None
    late: int = 0


class Event(NamedTuple):
    """A step in a sentence, with the words and the paper of an answer."""

    at: datetime
    text: str
    note: Markup | None
    paper: Paper | None


@blueprint.get("/<okrug:okrug>/maslikhat")
@access(EVERYBODY)
def list_all() -> str:
    act = current_act()
    asked = request.args.get("state", "")
    state = Kind(asked) if asked in list(Kind) else None
    told: dict[str, Any] = {"state": state.value} if state is not None else {}
    at_page = pager(finding.count(act, state), PAGE, lambda other: url_for("maslikhat.list_all", page=other, **told))
    of_okrug = act.territory.kind in FOURTH_LEVEL
    return page(
        "maslikhat/list.html",
        rows=rows(act, finding.page(act, state, at_page.number, PAGE)),
        pager=at_page,
        state=state,
        states=LABELS,
        mine=deputies.by_settlement(act) if of_okrug else [],
        of_okrug=of_okrug,
        may_send=of_okrug and act.holds(*SENDING),
    )


@blueprint.get("/<okrug:okrug>/maslikhat/new")
@access(allow(*SENDING))
def new() -> str:
    act = current_act()
    form = _form(act)
    for name, value in wording.typed(basis.named(act, request.args.get("question", ""))).items():
        form[name].data = value
    return page("maslikhat/form.html", form=form, corrected=wording.corrected(act, form.basis().question_id))


@blueprint.post("/<okrug:okrug>/maslikhat/new")
@access(allow(*SENDING), action=lazy_gettext("record a proposal to the maslikhat"), largest_body=A_TEXT)
def send() -> Response:
    act = current_act()
    form = _form(act)
    motion = form.submit(
        lambda: service.send(act, form.sending(), form.basis()),
        faults=lambda: service.faults_of_sending(act, form.sending(), form.basis()),
    )
    if motion is None:
        return page("maslikhat/form.html", form=form, corrected=wording.corrected(act, form.basis().question_id)), 422
    notify(_("The proposal is recorded. The secretary of the maslikhat sees it."))
    return redirect(url_for("maslikhat.show", motion_id=motion.id))


@blueprint.get("/<okrug:okrug>/maslikhat/<number:motion_id>")
@access(EVERYBODY)
def show(motion_id: UUID) -> str:
    act = current_act()
    motion = finding.get(act, motion_id)
    steps = finding.steps(act, motion)
    last = steps[-1]
    decisions = basis.of(act, [motion.question_id])
    return page(
        "maslikhat/show.html",
        motion=motion,
        tag=_tag(last),
        holder=HOLDERS[Kind(last.kind)],
        lasting=lasting(Standing(motion, last).days(local(act.at).date())),
        basis=wording.rests_on(decisions, motion.question_id, motion.minutes_number, motion.minutes_on),
        history=_history(act, steps),
        faults={fault.value: told for fault, told in PAPER_FAULTS.items()},
        may={kind.value for kind in Kind if may_take(act, last, kind)},
    )


def lasting(days: int) -> str:
    """For how long it has stood so."""
    told: str = ngettext("%(num)s day", "%(num)s days", days) if days else _("since today")
    return told


def _form(act: Act) -> SendingForm:
    form = SendingForm()
    form.question.choices = wording.choices(act)
    return form


def rows(act: Act, some: Iterable[Standing]) -> list[Row]:
    """Proposals as a list shows them."""
    some = list(some)
    today, tongue = local(act.at).date(), language()
    found = addresses.among(act.session, {one.motion.territory_id for one in some})
    places.expect(place for place, _territory in found)
    names = {place.id: territory.name(tongue) for place, territory in found}
    of_raion = act.territory.kind not in FOURTH_LEVEL
    return [_row(one, names.get(one.motion.territory_id, "") if of_raion else "", one.days(today)) for one in some]


def _row(one: Standing, okrug: str, days: int) -> Row:
    kind = Kind(one.last.kind)
    told = [escape(okrug)] if okrug else []
    told.append(escape(HOLDERS[kind]))
    if kind is not Kind.ANSWERED:
        told.append(escape(lasting(days)))
    text = Markup("{} {}").format(numbered(one.motion.number), called(one.motion))
    return Row(url_for("maslikhat.show", motion_id=one.motion.id), text, Markup(" · ").join(told), _tag(one.last))


def _tag(last: Step) -> tuple[str, LazyString]:
    if last.kind == Kind.ANSWERED:
        return ANSWER_TAGS[Answer(last.answer)], ANSWER_LABELS[Answer(last.answer)]
    return TAGS[Kind(last.kind)], LABELS[Kind(last.kind)]


def _history(act: Act, steps: Iterable[Step]) -> list[Event]:
    steps = list(steps)
    papers = by_id(act.session, Paper, (step.paper_id for step in steps))
    return [
        Event(
            step.at,
            _sentence(step),
            said_in(step.words, step.language) if step.words else None,
            papers.get(step.paper_id),
        )
        for step in steps
    ]


def _sentence(step: Step) -> str:
    told = {"reference": numbered(step.reference) if step.reference else _("without a number"), "day": day(step.day)}
    return str(SENTENCES[Kind(step.kind)]) % told


def motion_of(act: Act, motion_id: UUID, kind: Kind) -> Motion:
    """The proposal, of which the actor may take this step now: who may not is told before anything is typed."""
    motion = finding.get(act, motion_id)
    service.require(act, motion, kind)
    return motion
