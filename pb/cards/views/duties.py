"""What waits around the cards: making them, handing them over, and what a second person confirms."""

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.cards.service import cards, confirmations, handing_over, reissues, statements, undoing
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.db import by_id
from pb.formats import number, numbered
from pb.identity.service import holdings
from pb.identity.service.duties import Duty
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.polls.service.duties import duties_around
from pb.roll.models import Entry
from pb.roll.service import entries


def _ends(poll: Poll) -> date | None:
    return local(poll.closes_at).date() if poll.closes_at is not None else None


@duties_around(Phase.VOTING, of=[Role.REGISTRAR])
def to_make(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    if poll.state != State.PREPARING or entries.confirmation(act, cycle) is None:
        return  # cards of a roll that nobody has confirmed may be for nobody
    url = url_for("cards.make_cards", cycle_id=cycle.id)
    if blank := len(cards.blanks(act, cycle, poll)):
        yield Duty(_("Make the voter cards"), url, _("Not made yet: %(number)s", number=number(blank)))
    elif statements.find(act, poll) is None:
        yield Duty(_("State the list of the cards"), url)


@duties_around(Phase.VOTING, Phase.RESULT, of=[Role.REGISTRAR])
def to_bring(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """The word of the cards' maker on the opened list, for which the adoption waits."""
    if poll.state not in state.ENDED_WITHOUT_RESULT and confirmations.lack(act, poll) is not None:
        yield Duty(_("Bring the confirmation of the cards' maker"), url_for("cards.maker", cycle_id=cycle.id))


@duties_around(Phase.VOTING, of=[Role.CLERK])
def to_hand_over(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    if poll.state != State.PREPARING and not state.is_open(poll, act.at):
        return
    if waiting := handing_over.counts(act, poll)[1]:
        url = url_for("cards.hand_over_list", cycle_id=cycle.id)
        at_the_desk, daily = _("At the desk: %(number)s", number=number(waiting)), state.is_open(poll, act.at)
        yield Duty(_("Hand over the cards"), url, at_the_desk, _ends(poll), daily=daily)


@duties_around(Phase.VOTING, of=undoing.SECOND_PERSONS)
def mistaken_marks(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """By the number of the card alone."""
    waiting = [one for one in undoing.all_waiting(act, poll) if one.entry_id is not None]
    rows = by_id(act.session, Entry, (one.entry_id for one in waiting))
    for asked in waiting:
        url = url_for("cards.look_over_undoing", cycle_id=cycle.id, entry_id=asked.entry_id)
        card = _("Card %(number)s", number=numbered(rows[asked.entry_id].number))
        yield Duty(_("Decide on a mistaken mark of a hand-over"), url, card, _ends(poll))


@duties_around(Phase.VOTING, of=[Role.REGISTRAR, Role.CLERK])
def decided_by_a_second_person(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """Of what the actor asked for; by their number alone."""
    own = act.person.id if act.person is not None else None
    lost = [one for one in cards.reissues(act, poll) if one.approved_at is None and one.proposed_by == own]
    if lost:
        told, many = _("The replacement of lost cards waits for a second person"), number(len(lost))
        url = url_for("cards.reissue_list", cycle_id=cycle.id)
        yield Duty(told, url, _("Waiting: %(number)s", number=many), _ends(poll), of_others=True)
    marks = [one for one in undoing.all_waiting(act, poll) if one.proposed_by == own]
    if marks:
        told, many = _("A mistaken mark of a hand-over waits for a second person"), number(len(marks))
        url = url_for("cards.hand_over_list", cycle_id=cycle.id)
        yield Duty(told, url, _("Waiting: %(number)s", number=many), _ends(poll), of_others=True)


@duties_around(Phase.VOTING, of=reissues.SECOND_PERSONS)
def lost_cards(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    if act.person is None or act.holds(Role.REGISTRAR) or not state.is_open(poll, act.at):
        return
    waiting = [one for one in cards.reissues(act, poll) if one.approved_at is None]
    waiting = [one for one in waiting if one.proposed_by != act.person.id]
    if waiting and holdings.has_cooled(act, *reissues.SECOND_PERSONS):
        url, many = url_for("cards.reissue_list", cycle_id=cycle.id), len(waiting)
        yield Duty(
            _("Decide on the replacement of lost cards"), url, _("Waiting: %(number)s", number=many), _ends(poll)
        )
