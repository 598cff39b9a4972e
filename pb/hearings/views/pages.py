"""The page of a hearing, which is its report too: papers, opinions on each way, and what each was answered."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import MATTER_LABELS, Gathering, Matter
from pb.hearings import service
from pb.hearings.forms import EntryForm, OpinionForm
from pb.hearings.models import CHANNEL_LABELS, MOST_OF_ONE, VERDICT_LABELS, VERDICT_TAGS
from pb.hearings.service import finding
from pb.hearings.views.blueprint import blueprint
from pb.materials import service as materials
from pb.media.service.files import PAPER_FAULTS
from pb.web.access import A_TEXT, EVERYBODY, SIGNED_IN, access
from pb.web.paging import pager
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify, page

PAGE = 50


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/hearing")
@access(EVERYBODY)
def show(gathering_id: UUID) -> str:
    act = current_act()
    return _page(act, finding.get(act, gathering_id), OpinionForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/hearing")
@access(SIGNED_IN, action=lazy_gettext("say what one thinks of the draft of a hearing"), largest_body=A_TEXT)
def give(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = finding.get(act, gathering_id)
    form = OpinionForm()
    opinion = form.submit(
        lambda: service.give(act, gathering, form.words()), faults=lambda: service.faults_of_words(form.words())
    )
    if opinion is None:
        return _page(act, gathering, form), 422
    notify(_("Your opinion is number %(number)s. You are told when it is answered.", number=opinion.number))
    return redirect(url_for("hearings.show", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/hearing/enter")
@access(SIGNED_IN)
def take_down(gathering_id: UUID) -> str:
    act = current_act()
    gathering = finding.get(act, gathering_id)
    service.require_entering(act, gathering)
    return page("hearings/enter.html", gathering=gathering, form=EntryForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/hearing/enter")
@access(SIGNED_IN, action=lazy_gettext("enter an opinion that was said or handed in"), largest_body=A_TEXT)
def enter(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = finding.get(act, gathering_id)
    service.require_entering(act, gathering)
    form = EntryForm()
    opinion = form.submit(
        lambda: service.enter(act, gathering, form.entry()), faults=lambda: service.faults_of_entry(form.entry())
    )
    if opinion is None:
        return page("hearings/enter.html", gathering=gathering, form=form), 422
    notify(_("The opinion is entered under number %(number)s.", number=opinion.number))
    return redirect(url_for("hearings.show", gathering_id=gathering.id))


def _page(act: Act, gathering: Gathering, form: OpinionForm) -> str:
    counts = finding.counts(act, gathering)
    at_page = pager(counts.total, PAGE, lambda other: url_for("hearings.show", gathering_id=gathering.id, page=other))
    own = finding.own(act, gathering)
    is_open = service.takes_opinions(act, gathering)
    return page(
        "hearings/show.html",
        gathering=gathering,
        stands=finding.stands(act, gathering),
        heard=finding.heard(gathering),
        matters={matter.value: label for matter, label in MATTER_LABELS.items() if matter is not Matter.OTHER},
        took_part=finding.took_part(gathering),
        papers=materials.of(act, gathering),
        faults={fault.value: told for fault, told in PAPER_FAULTS.items()},
        counts=counts,
        channels=CHANNEL_LABELS,
        verdicts=VERDICT_LABELS,
        tags=VERDICT_TAGS,
        opinions=finding.page(act, gathering, at_page.number, PAGE),
        pager=at_page,
        due=finding.due(act, gathering),
        waits_for_papers=finding.waits_for_papers(act, gathering),
        papers_due=finding.papers_due(act, gathering),
        papers_late=local(act.at).date() > finding.papers_due(act, gathering),
        answers_late=counts.unanswered > 0 and local(act.at).date() > finding.due(act, gathering),
        is_over=finding.is_over(act, gathering),
        is_open=is_open,
        left=MOST_OF_ONE - own,
        form=form if is_open and act.person is not None and own < MOST_OF_ONE else None,
        signed_in=act.person is not None,
        may_enter=service.may_enter(act, gathering),
        may_answer=service.may_answer(act, gathering),
        may_publish=materials.may_publish(act, gathering),
        parts=parts(Place.HEARING, act, gathering),
    )
