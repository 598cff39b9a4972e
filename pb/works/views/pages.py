"""The projects of a cycle, one project with its way, and both as OC4IDS."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask import Response as FlaskResponse
from flask import url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from pb.act import Act
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import NotFound
from pb.formats import money
from pb.media.models import State as Drawn
from pb.proposals.models import Proposal
from pb.web import downloads
from pb.web.access import EVERYBODY, access
from pb.web.charts import money_bar
from pb.web.parts import Place, parts
from pb.web.requests import current_act, page, settings
from pb.web.wording import called, said_in
from pb.winners import service as winners
from pb.winners.service import adopting
from pb.works import service
from pb.works.forms import PLACES, written
from pb.works.models import (
    OPINION_LABELS,
    RATING_LABELS,
    STAGE_LABELS,
    STATE_LABELS,
    STATE_TAGS,
    UNIT_LABELS,
    Reply,
    Stage,
    State,
    Step,
    Unit,
)
from pb.works.service import answers, finding, oc4ids, pictures
from pb.works.service.drafts import DRAFTS
from pb.works.service.finding import Known, Work
from pb.works.telling import SENTENCES
from pb.works.views import writing
from pb.works.views.blueprint import blueprint

JSON = "application/json"
TITLES = {DRAFTS[kind].model.__tablename__: title for kind, title in writing.TITLES.items()}


class Event(NamedTuple):
    """Something that happened to a project on a day, in a sentence, with the reason that was given."""

    day: date
    at: datetime
    text: str | Markup
    words: Markup | None = None


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works")
@access(EVERYBODY)
def list_all(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    works = finding.of_cycle(act, cycle)
    planned, paid = sum(work.planned for work in works), sum(work.paid for work in works)
    return page(
        "works/list.html",
        cycle=cycle,
        works=[(work, tag(work), pace(work, local(act.at).date()), bar(work.paid, work.planned)) for work in works],
        whole=bar(paid, planned) if works else None,
        finished=sum(work.finished for work in works),
        late=sum(1 for work in works if (work.late or 0) > 0),
        begun=cycle.phase == Phase.WORKS,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>")
@access(EVERYBODY)
def show(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    work, known = finding.work(act, proposal), finding.known(act, proposal)
    today = local(act.at).date()
    photos = [photo for photo in pictures.of(act, proposal) if photo.picture.state == Drawn.READY]
    return page(
        "works/show.html",
        cycle=cycle,
        proposal=proposal,
        work=work,
        known=known,
        tag=tag(work),
        pace=pace(work, today),
        chart=bar(work.paid, work.planned),
        today=today,
        history=sorted(_history(act, cycle, work, known), key=lambda event: (event.day, event.at)),
        changed=[(row, TITLES[row.__tablename__]) for row in known.versions if row.version > 1],
        photos=[(STAGE_LABELS[stage], [one for one in photos if one.shown.stage == stage]) for stage in Stage],
        waiting=[one for one in pictures.of(act, proposal) if one.picture.state != Drawn.READY],
        counts=answers.counts(act, proposal),
        own=answers.own(act, proposal),
        reply=_own_reply(act, proposal),
        may_answer=answers.may_answer(act, proposal),
        may_read=answers.may_read(act),
        may_write=service.may_write(act, cycle),
        quantity=lambda value: written(value, PLACES),
        units={str(unit): UNIT_LABELS[unit] for unit in Unit},
        opinions=OPINION_LABELS,
        ratings=RATING_LABELS,
        parts=parts(Place.WORK, act, proposal),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works.json")
@access(EVERYBODY)
def export_all(cycle_id: UUID) -> FlaskResponse:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    url = url_for("works.export_all", cycle_id=cycle.id)
    return _package(act, cycle, finding.of_cycle(act, cycle), url, f"asar-{cycle.year}-works.json")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>.json")
@access(EVERYBODY)
def export(cycle_id: UUID, proposal_id: UUID) -> FlaskResponse:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    name = f"asar-{cycle.year}-works-{proposal.number}.json"
    url = url_for("works.export", cycle_id=cycle.id, proposal_id=proposal.id)
    return _package(act, cycle, [finding.work(act, proposal)], url, name)


def _package(act: Act, cycle: Cycle, works: list[Work], url: str, name: str) -> FlaskResponse:
    """Raises NotFound: a package has one project at least."""
    if not works:
        raise NotFound
    told = oc4ids.package(act, cycle, works, settings().base_url + url)
    return downloads.attachment(json.dumps(told, ensure_ascii=False, indent=2), JSON, name)


def tag(work: Work) -> tuple[str, LazyString | str]:
    """Where a project is, as a tag shows it."""
    if work.state is None:
        return "grey", _("Not begun")
    return STATE_TAGS[work.state], STATE_LABELS[work.state]


def pace(work: Work, today: date) -> str:
    """Late or ahead, in words; empty where nothing can be said of it yet, or what is late says so by its tag."""
    if work.late is None:
        return ""
    if work.late > 0:
        if work.overdue(today):
            return ""
        return str(ngettext("Finished %(num)s day late", "Finished %(num)s days late", work.late))
    if work.late < 0:
        return str(ngettext("Ahead by %(num)s day", "Ahead by %(num)s days", -work.late))
    return str(_("On time"))


def bar(paid: int, planned: int) -> Markup:
    """What was paid of what was planned; more than was planned fills the whole bar, and the figures say so."""
    return money_bar(
        min(paid, planned),
        planned,
        title=_("Paid of what was planned"),
        spent_text=_("Paid: %(sum)s", sum=money(paid)),
        left_text=_("Planned: %(sum)s", sum=money(planned)),
    )


def _own_reply(act: Act, proposal: Proposal) -> Reply | None:
    own = answers.own(act, proposal)
    return answers.reply(act, own) if own is not None else None


def _history(act: Act, cycle: Cycle, work: Work, known: Known) -> Iterator[Event]:
    """Everything that has a day, from the decision on that put a budget in force which holds what residents decided."""
    won = next(one for one in winners.of_cycle(act, cycle) if one.proposal_id == work.proposal.id)
    decision = adopting.of_cycle(act, cycle).by_project.get(work.proposal.id)
    if decision is not None:
        told = _("The maslikhat gave the money: %(sum)s", sum=money(won.granted))
        yield Event(decision.decided_on, decision.recorded_at, told)
    yield from (_step(step) for step in known.steps)
    for contract in known.contracts:
        told = _(
            "Contract № %(number)s with %(supplier)s for %(sum)s",
            number=contract.reference,
            supplier=contract.supplier,
            sum=money(contract.amount),
        )
        yield Event(contract.signed_on, contract.at, told)
    for payment in work.payments:
        told = _("Paid: %(sum)s (%(document)s)", sum=money(payment.amount), document=payment.document)
        yield Event(payment.day, payment.at, told)
    for milestone in work.milestones:
        if milestone.done_on is not None:
            yield Event(milestone.done_on, milestone.at, escape(_("Done:")) + " " + called(milestone))


def _step(step: Step) -> Event:
    words = said_in(step.words, step.language) if step.words else None
    return Event(step.day, step.at, str(SENTENCES[State(step.state)]), words)
