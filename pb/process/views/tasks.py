"""What waits for the reader, and for nobody else: shown on the first page and on the page of the cycle."""

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.cards.service import undoing
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.identity.service import appointments, suspensions
from pb.identity.service.roles import APPOINTING
from pb.polls.service import state
from pb.process.service import ending
from pb.proposals.models import State
from pb.proposals.service import proposals
from pb.roll.models import Entry
from pb.voting.service import closing


def waiting(act: Act) -> list[dict[str, str]]:
    """All that the reader can confirm, answer or review now, each with the place where it is done."""
    found = [task for cycle in cycles.all_of(act) for task in of_cycle(act, cycle)]
    if not act.holds(*APPOINTING):
        return found
    for proposal in appointments.confirmable(act):
        text = _("A role waits for your confirmation: %(name)s", name=proposal.name)
        found.append({"label": text, "url": url_for("identity.show_proposal", appointment_id=proposal.id)})
    for suspension in suspensions.confirmable(act):
        text = _("An account is to be suspended or let in, and waits for you: %(name)s", name=suspension.person.name)
        found.append({"label": text, "url": url_for("identity.show_suspension", suspension_id=suspension.id)})
    return found


def of_cycle(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """What of a cycle waits for the reader now."""
    ends = _ending(act, cycle)
    if cycle.phase == Phase.VOTING:
        # Confirming the end annuls the poll.
        return [*(ends or _annulment(act, cycle)), *_undoings(act, cycle)]
    if ends:
        return ends
    return [*_questions(act, cycle), *_answers(act, cycle)] if cycle.phase in {Phase.REVIEW, Phase.GATHERING} else []


def _ending(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """That the cycle is to end, which the office proposed and the chair decides on."""
    if not act.holds(Role.CHAIR) or ending.proposed(act, cycle) is None:
        return []
    text = _("The end of the cycle %(year)s waits for your confirmation", year=cycle.year)
    return [{"label": text, "url": url_for("process.look_over_end", cycle_id=cycle.id)}]


def _questions(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """What the office asked the reader about their own proposals."""
    if not act.holds(Role.RESIDENT):
        return []
    found = []
    for proposal in proposals.own(act, cycle):
        if proposals.answerable(act, cycle, proposal):
            text = _("A question about your proposal № %(number)s waits for your answer", number=proposal.number)
            url = url_for("proposals.edit", cycle_id=cycle.id, proposal_id=proposal.id)
            found.append({"label": text, "url": url})
    return found


def _answers(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """What authors answered after the review: in its own phase all proposals wait, and the office has its list."""
    if not act.holds(Role.OFFICE) or cycle.phase != Phase.GATHERING:
        return []
    found = []
    for proposal in proposals.public(act, cycle, [State.SUBMITTED]):
        if not proposals.is_own(act, proposal):
            text = _("The author answered: review proposal № %(number)s", number=proposal.number)
            url = url_for("reviews.edit", cycle_id=cycle.id, proposal_id=proposal.id)
            found.append({"label": text, "url": url})
    return found


def _annulment(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """The annulment of the cycle's poll that the other body proposed."""
    poll = state.current(act, cycle)
    if poll is None or poll.annul_first_id is None or not closing.may_decline(act, cycle, poll):
        return []
    if act.person is not None and poll.annul_first_id == act.person.id:
        return []
    text = _("The annulment of the vote %(year)s waits for your confirmation", year=cycle.fiscal_year)
    return [{"label": text, "url": url_for("voting.look_over_annulment", cycle_id=cycle.id)}]


def _undoings(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """Marks of hand-overs that a clerk calls mistakes; by the number of the card alone."""
    poll = state.current(act, cycle) if act.holds(*undoing.SECOND_PERSONS) else None
    found = []
    for asked in undoing.all_waiting(act, poll) if poll is not None else ():
        number = act.session.get_one(Entry, asked.entry_id).number
        text = _("A mistaken mark of a hand-over waits for you: card № %(number)s", number=number)
        url = url_for("cards.look_over_undoing", cycle_id=cycle.id, entry_id=asked.entry_id)
        found.append({"label": text, "url": url})
    return found
