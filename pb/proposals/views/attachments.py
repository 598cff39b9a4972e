"""The pictures and papers of a proposal: added, described, put in order, removed by its author."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage

from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, NotFound, Refusal
from pb.media.models import State
from pb.media.service import files
from pb.media.service.files import FAULTS, PAPER_FAULTS, NotTaken, Received
from pb.proposals.forms import AttachmentsForm
from pb.proposals.models import MOST_ATTACHED, Proposal
from pb.proposals.service import attached, attaching
from pb.proposals.service import proposals as service
from pb.proposals.views.blueprint import blueprint
from pb.web import sent
from pb.web.access import PHOTOS, access, allow
from pb.web.limits import PAPERS_SENT, PHOTOS_SENT, count, count_bytes
from pb.web.requests import Response, begin_work, current_act, notify, page, settings


@dataclass
class Judged:
    """What came with a form: the files that are taken, and what is wrong with the others, by their field."""

    taken: list[Received] = field(default_factory=list)
    faults: list[FieldRefusal] = field(default_factory=list)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/pictures")
@access(allow(Role.RESIDENT))
def attachments(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle, proposal = _own(act, cycle_id, proposal_id)
    attaching.require(act, cycle, proposal)
    return _page(act, cycle, proposal, AttachmentsForm(formdata=None))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/pictures")
@access(
    allow(Role.RESIDENT),
    action=lazy_gettext("add pictures and papers to one's own proposal"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def attach(cycle_id: UUID, proposal_id: UUID) -> Response:
    """Files are judged in no transaction. Those that are right stay, whatever is wrong with the others."""
    with begin_work(writing=False) as act:
        attaching.require(act, *_own(act, cycle_id, proposal_id))
        person = str(act.person.id) if act.person else ""
    form = AttachmentsForm()
    judged = _judged(form, person) if form.validate() or not form.csrf_token.errors else Judged()
    for received in judged.taken:
        with begin_work(writing=True) as act:
            try:
                added = attaching.add(act, *_own(act, cycle_id, proposal_id), received)
            except FieldRefusal as refusal:
                judged.faults.append(refusal)
                added = False
        if not added:
            files.let_go(settings(), received)
    if judged.faults:
        form.refuse_files(judged.faults)
    with begin_work(writing=True) as act:
        cycle, proposal = _own(act, cycle_id, proposal_id)
        return sent.once(act, lambda: _describe(act, cycle, proposal, form))


def _describe(act: Act, cycle: Cycle, proposal: Proposal, form: AttachmentsForm) -> Response:
    shown = _ids(form.shown.data or "")
    alts = [form[f"alt_{place}"].data or "" for place in range(1, len(shown) + 1)]
    if form.errors:
        return _page(act, cycle, proposal, form), 422
    try:
        attaching.describe(act, cycle, proposal, shown, alts)
    except FieldRefusal as refusal:
        form.refuse(refusal)
        return _page(act, cycle, proposal, form), 422
    notify(_("Pictures and papers are kept."))
    following = "proposals.edit" if "onward" in request.form else "proposals.attachments"
    return redirect(url_for(following, cycle_id=cycle.id, proposal_id=proposal.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/pictures/arrange")
@access(allow(Role.RESIDENT), action=lazy_gettext("arrange or remove pictures and papers of one's own proposal"))
def arrange(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle, proposal = _own(act, cycle_id, proposal_id)
    deeds: dict[str, Callable[[Act, Cycle, Proposal, UUID], None]] = {
        "up": attaching.move_up,
        "remove": attaching.remove_picture,
        "remove_paper": attaching.remove_paper,
    }
    for name, deed in deeds.items():
        for which in _ids(request.form.get(name, ""))[:1]:
            deed(act, cycle, proposal, which)
            return redirect(url_for("proposals.attachments", cycle_id=cycle.id, proposal_id=proposal.id))
    raise NotFound


def _own(act: Act, cycle_id: UUID, proposal_id: UUID) -> tuple[Cycle, Proposal]:
    cycle = cycles.get(act, cycle_id)
    return cycle, service.own_proposal(act, cycle, proposal_id)


def _judged(form: AttachmentsForm, person: str) -> Judged:
    judged = Judged()
    fields = (("pictures", files.take_picture, PHOTOS_SENT), ("papers", files.take_paper, PAPERS_SENT))
    for name, take, limit in fields:
        for place, file in enumerate(_sent(form, name)):
            if place >= MOST_ATTACHED:
                break
            try:
                data = file.read()
                count_bytes(len(data), person)
                count(limit, person)
                judged.taken.append(take(settings(), data, file.filename or ""))
            except NotTaken as refused:
                told = _("%(file)s: %(fault)s", file=files.name_of(file.filename or ""), fault=refused.told)
                judged.faults.append(FieldRefusal(name, told))
            except Refusal as refusal:  # too much of it: what was judged so far stays
                judged.faults.append(FieldRefusal(name, refusal.message))
                break
    return judged


def _sent(form: AttachmentsForm, name: str) -> Iterator[FileStorage]:
    yield from (file for file in form[name].data or () if isinstance(file, FileStorage) and file.filename)


def _ids(told: str) -> list[UUID]:
    """Identifiers as the page wrote them; none where somebody else wrote."""
    try:
        return [UUID(hex=each) for each in told.split()][:MOST_ATTACHED]
    except ValueError:
        return []


def _page(act: Act, cycle: Cycle, proposal: Proposal, form: AttachmentsForm) -> str:
    photos, papers = attached.pictures(act, proposal), attached.papers(act, proposal)
    form.shown.data = " ".join(photo.picture.id.hex for photo in photos)
    _keep_fields(form, photos)
    return page(
        "proposals/pictures.html",
        cycle=cycle,
        proposal=proposal,
        form=form,
        photos=photos,
        papers=papers,
        waiting=State.WAITING in {*(photo.picture.state for photo in photos), *(paper.state for paper in papers)},
        most=MOST_ATTACHED,
        faults={fault.value: told for fault, told in FAULTS.items()},
        paper_faults={fault.value: told for fault, told in PAPER_FAULTS.items()},
    )


def _keep_fields(form: AttachmentsForm, photos: Sequence[attached.Photo]) -> None:
    """A field for each picture, with what was typed into it or what is kept."""
    for place in range(1, MOST_ATTACHED + 1):
        name = f"alt_{place}"
        if place > len(photos):
            del form[name]
        elif not form[name].raw_data:
            form[name].data = photos[place - 1].alt
