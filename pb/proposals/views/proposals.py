"""Pages of the proposals: the list, one proposal with its whole history, and the author's form."""

from collections.abc import Iterator
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.classification import service as classification
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.errors import FieldRefusal, OutOfPhase
from pb.formats import language, money, named
from pb.identity.service.duties import Duty
from pb.proposals import addresses
from pb.proposals.forms import ProposalForm
from pb.proposals.models import CATEGORY_LABELS, STATE_LABELS, Category, Proposal, State
from pb.proposals.service import attached, attaching, contents, fates, finding, history, outcomes, taking_away
from pb.proposals.service import proposals as service
from pb.proposals.views import filters
from pb.proposals.views.blueprint import blueprint
from pb.web import places, sent, settlements
from pb.web.access import EVERYBODY, TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.paging import pager
from pb.web.requests import Response, current_act, notify, page, settings
from pb.web.wording import title_of

places.name("proposal_id", addresses.NUMBER)
PAGE = 25
ORDER_LABELS = {
    finding.Order.NUMBER: lazy_gettext("By number"),
    finding.Order.LATEST: lazy_gettext("The latest first"),
    finding.Order.CHEAPEST: lazy_gettext("The cheapest first"),
    finding.Order.DEAREST: lazy_gettext("The dearest first"),
}


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals")
@access(EVERYBODY)
def list_all(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    asked = filters.read(act)
    found = finding.count(act, cycle, asked.wanted)
    at_page = pager(
        found,
        PAGE,
        lambda other: url_for("proposals.list_all", cycle_id=cycle.id, **asked.at(other)),
    )
    proposals, own = finding.one_page(act, cycle, at_page.number, PAGE, asked.wanted), service.own(act, cycle)
    told = fates.of_cycle(act, cycle)
    return page(
        "proposals/list.html",
        cycle=cycle,
        proposals=proposals,
        found=found,
        own=own,
        fates={one.id: told.get(one.id) or fates.of_proposal(cycle, one) for one in [*proposals, *own]},
        vote=next((fate for fate in told.values() if fate.closes), None),
        settlements=settlements.by_word(act),
        asked=asked,
        states={state.value: STATE_LABELS[state] for state in finding.PUBLIC},
        categories=CATEGORY_LABELS,
        costs_up_to=[(str(most), money(most * filters.TIYN)) for most in filters.COSTS],
        orders=ORDER_LABELS,
        costs=outcomes.costs([*proposals, *own]),
        photos=attached.leading(act, (one.id for one in [*proposals, *own])),
        pager=at_page,
        may_propose=act.holds(Role.RESIDENT) and cycles.takes_ideas(act, cycle),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>")
@access(EVERYBODY)
def show(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    rounds = outcomes.rounds(act, proposal)
    paying = rounds[-1].programme if rounds else None
    programme = classification.codes(act, cycle.fiscal_year).programme(paying) if paying else None
    return page(
        "proposals/show.html",
        cycle=cycle,
        proposal=proposal,
        rounds=rounds,
        review=rounds[-1] if rounds else None,
        fate=fates.of_cycle(act, cycle).get(proposal.id) or fates.of_proposal(cycle, proposal, rounds),
        category=CATEGORY_LABELS[Category(proposal.category)] if proposal.category else None,
        programme=f"{paying} {programme.name(language())}" if programme else paying or "",
        events=history.of(act, proposal),
        address=f"{settings().base_url}{request.path}" if proposal.state != State.DRAFT else "",
        site=settings().base_url,
        photos=attached.pictures(act, proposal),
        papers=[paper for paper in attached.papers(act, proposal) if paper.ready],
        removable=taking_away.removable(act, cycle, proposal),
        may_attach=attaching.may_attach(act, cycle, proposal),
        is_own=service.is_own(act, proposal),
        may_edit=_may_edit(act, cycle, proposal),
        may_withdraw=service.may_withdraw(act, cycle, proposal),
        may_review=act.holds(Role.OFFICE)
        and cycle.phase in {Phase.REVIEW, Phase.GATHERING}
        and proposal.state == State.SUBMITTED,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/new")
@access(allow(Role.RESIDENT))
def new(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    cycles.require(act, cycle, Phase.PROPOSALS)
    return _form_page(act, cycle, _form(act), None)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/new")
@access(allow(Role.RESIDENT), action=lazy_gettext("propose a project"), largest_body=TEXTS)
def create(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form, before = _form(act), sent.made_before(act)
    proposal = service.find_own(act, cycle, UUID(before.made)) if before else service.same(act, cycle, form.content())
    if proposal is None or proposal.state == State.DRAFT:
        return _save(act, cycle, proposal, made_here=True)
    before = before or sent.Before(str(proposal.id), changed=False)
    if request.form.get(sent.ANOTHER) == before.made:
        return _save(act, cycle, None, made_here=True)
    # Sent before: a proposal that others read is not changed in passing, and no second one is made unasked.
    return _form_page(act, cycle, form, None, before=before, sent_as=proposal), 409


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/edit")
@access(allow(Role.RESIDENT))
def edit(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.own_proposal(act, cycle, proposal_id)
    if not _may_edit(act, cycle, proposal):
        raise OutOfPhase(cycle)
    return _form_page(act, cycle, _form(act, proposal, returned=proposal.state == State.RETURNED), proposal)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/edit")
@access(allow(Role.RESIDENT), action=lazy_gettext("change one's own proposal"), largest_body=TEXTS)
def update(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return _save(act, cycle, service.own_proposal(act, cycle, proposal_id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/withdraw")
@access(allow(Role.RESIDENT))
def look_over_withdrawal(cycle_id: UUID, proposal_id: UUID) -> Response:
    """Asks once more: nobody brings a withdrawn proposal back."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.own_proposal(act, cycle, proposal_id)
    if not service.may_withdraw(act, cycle, proposal):
        return redirect(url_for("proposals.show", cycle_id=cycle.id, proposal_id=proposal.id))
    last = service.is_last(act, cycle, proposal)
    return page("proposals/withdraw.html", cycle=cycle, proposal=proposal, last=last)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/withdraw")
@access(allow(Role.RESIDENT), action=lazy_gettext("withdraw one's own proposal"))
def withdraw(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.own_proposal(act, cycle, proposal_id)
    service.withdraw(act, cycle, proposal)
    notify(_("The proposal is withdrawn."))
    return redirect(url_for("proposals.show", cycle_id=cycle.id, proposal_id=proposal.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/delete")
@access(allow(Role.RESIDENT), action=lazy_gettext("delete one's own draft"))
def delete_draft(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    proposal = service.own_proposal(act, cycle, proposal_id)
    told = [proposal.title, _("The draft goes with all that is written in it.")]
    if proposal.state == State.DRAFT and (asked := ask_first(_("Delete this draft?"), told, _("Delete the draft"))):
        return asked
    service.delete_draft(act, cycle, proposal)
    notify(_("The draft is deleted."))
    return redirect(url_for("proposals.list_all", cycle_id=cycle.id))


def _may_edit(act: Act, cycle: Cycle, proposal: Proposal) -> bool:
    """A draft while ideas are taken; a returned proposal while its question can be answered."""
    if proposal.state == State.DRAFT:
        return cycles.takes_ideas(act, cycle)
    return service.answerable(act, cycle, proposal)


def _save(act: Act, cycle: Cycle, proposal: Proposal | None, *, made_here: bool = False) -> Response:
    returned = proposal is not None and proposal.state == State.RETURNED
    form = _form(act, returned=returned)
    action = request.form.get("action")
    draft = action in {"draft", "pictures"}

    def save() -> Proposal:
        with act.session.begin_nested():
            if proposal is not None and form.answer:
                return service.amend(act, cycle, proposal, form.content(), form.answer.data or "")
            saved = service.save_draft(act, cycle, form.content(), proposal)
            if not draft:
                service.submit(act, cycle, saved)
            return saved

    def faults() -> list[FieldRefusal]:
        told = list(contents.faults(act, cycle, form.content(), whole=not draft))
        return [*contents.answer_faults(form.answer.data or ""), *told] if form.answer else told

    try:
        saved = form.submit(save, faults=faults)
    except attached.NotReady as refused:
        form.form_errors = [str(refused.message)]
        return _form_page(act, cycle, form, proposal), refused.status
    if saved is None:
        return _form_page(act, cycle, form, proposal), 422
    if made_here:
        sent.makes(act, str(saved.id))
    if action == "pictures":
        return redirect(url_for("proposals.attachments", cycle_id=cycle.id, proposal_id=saved.id))
    if returned:
        notify(_("Your answer was sent. The office reviews the proposal again."))
    else:
        notify(_("The draft is kept. Only you see it.") if draft else _("The proposal was submitted."))
    return redirect(url_for("proposals.show", cycle_id=cycle.id, proposal_id=saved.id))


def _form(act: Act, proposal: Proposal | None = None, *, returned: bool = False) -> ProposalForm:
    form = ProposalForm(obj=proposal)
    if not returned:
        del form.answer  # only a question of the office has one
    settlements.offer(form.settlement, act)
    return form


def _form_page(
    act: Act,
    cycle: Cycle,
    form: ProposalForm,
    proposal: Proposal | None,
    before: sent.Before | None = None,
    sent_as: Proposal | None = None,
) -> str:
    question = outcomes.rounds(act, proposal)[-1] if proposal and proposal.state == State.RETURNED else None
    action = (
        url_for("proposals.update", cycle_id=cycle.id, proposal_id=proposal.id)
        if proposal
        else url_for("proposals.create", cycle_id=cycle.id)
    )
    return page(
        "proposals/form.html",
        cycle=cycle,
        form=form,
        action=action,
        heading=_("Answer the office") if question else _("Propose a project"),
        question=question,
        unready=attached.unready(act, proposal) if proposal else [],
        attachments=url_for("proposals.attachments", cycle_id=cycle.id, proposal_id=proposal.id) if proposal else "",
        before=before,
        sent_as=sent_as,
    )


@duties_in(Phase.REVIEW, Phase.GATHERING, of=[Role.RESIDENT])
def to_answer(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """What the office asked the author."""
    for proposal in service.own(act, cycle):
        if service.answerable(act, cycle, proposal):
            url = url_for("proposals.edit", cycle_id=cycle.id, proposal_id=proposal.id)
            until = outcomes.rounds(act, proposal)[-1].answer_until
            yield Duty(
                _("Answer the question about your proposal"), url, named(proposal.number, title_of(proposal)), until
            )
