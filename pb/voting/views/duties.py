"""What waits around the poll itself: the drawing in public, the opening, an annulment, a repetition, objections."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.cards.service import statements
from pb.cycles.models import Cycle, Phase
from pb.formats import numbered
from pb.identity.service import holdings
from pb.identity.service.duties import Duty
from pb.polls.models import Poll, State
from pb.polls.service.duties import duties_around
from pb.roll.service import corrections
from pb.voting.service import closing, objections, preparation


@duties_around(Phase.VOTING, of=[Role.SECRETARY])
def to_draw(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """The minutes of the drawing, also anew where the list of cards changed after them."""
    if poll.state != State.PREPARING or poll.trustees_json is None or poll.minutes_confirmed:
        return
    if statements.find(act, poll) is not None and not (poll.seed_text and statements.holds(act, poll)):
        yield Duty(_("Draw the seed in public"), _ceremony(cycle))


@duties_around(Phase.VOTING, of=[Role.CHAIR, Role.SECRETARY])
def to_confirm(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    if poll.state != State.PREPARING or poll.seed_text is None or act.person is None:
        return
    if not statements.holds(act, poll):
        return
    if act.person.id in {poll.minutes_chair_id, poll.minutes_secretary_id}:
        if not poll.minutes_confirmed:
            told, url = _("The minutes of the drawing wait for the other signature"), _ceremony(cycle)
            yield Duty(told, url, numbered(poll.minutes_number or ""), of_others=True)
        return
    as_chair = act.holds(Role.CHAIR) and poll.minutes_chair_id is None
    if not as_chair and not (act.holds(Role.SECRETARY) and poll.minutes_secretary_id is None):
        return
    if holdings.has_cooled(act, Role.CHAIR, Role.SECRETARY):
        yield Duty(_("Confirm the minutes of the drawing"), _ceremony(cycle), numbered(poll.minutes_number or ""))


@duties_around(Phase.VOTING, of=[Role.OFFICE])
def to_open(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """Once nothing is missing; after a vote without a result, to prepare it again."""
    if preparation.may_be_repeated(act, cycle, poll) and holdings.has_cooled(act, Role.OFFICE):
        yield Duty(_("Prepare the vote again"), url_for("voting.show", cycle_id=cycle.id))
    if poll.state != State.PREPARING or corrections.waiting(act, cycle):
        return
    if holdings.has_cooled(act, Role.OFFICE) and preparation.readiness(act, cycle, poll).complete:
        yield Duty(_("Open the vote"), url_for("voting.opening", cycle_id=cycle.id), until=cycle.voting_until)


@duties_around(Phase.VOTING, of=closing.SECOND_PERSONS)
def annulment(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """The other body proposed it."""
    if poll.annul_first_id is None or not closing.may_decline(act, cycle, poll):
        return
    if act.person is not None and poll.annul_first_id == act.person.id:
        url = url_for("voting.look_over_annulment", cycle_id=cycle.id)
        yield Duty(_("The annulment of the vote waits for the other body"), url, of_others=True)
        return
    if holdings.has_cooled(act, *closing.SECOND_PERSONS):
        yield Duty(_("Decide on the annulment of the vote"), url_for("voting.look_over_annulment", cycle_id=cycle.id))


def _ceremony(cycle: Cycle) -> str:
    return url_for("voting.ceremony", cycle_id=cycle.id)


@duties_around(*Phase, of=[Role.OFFICE])
def objections_to_answer(act: Act, cycle: Cycle, poll: Poll) -> Iterator[Duty]:
    """Also after the cycle was ended: whoever objected goes on waiting."""
    if waiting := objections.count_unanswered(act, poll):
        url, until = url_for("voting.objections", cycle_id=cycle.id, waiting=1), objections.first_due(act, cycle, poll)
        yield Duty(_("Answer the objections"), url, _("Waiting: %(number)s", number=waiting), until)
