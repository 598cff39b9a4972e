"""What waits for the reader as the second of two bodies: shown on the first page and on the page of the cycle."""

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.identity.service import appointments, suspensions
from pb.identity.service.roles import APPOINTING
from pb.polls.service import state
from pb.voting.service import closing


def waiting(act: Act) -> list[dict[str, str]]:
    """Every proposal that the reader can confirm now, each with the place where it is answered."""
    found = [task for cycle in cycles.all_of(act) for task in of_cycle(act, cycle)]
    if not act.holds(*APPOINTING):
        return found
    for proposal in appointments.confirmable(act):
        text = _("A role waits for your confirmation: %(name)s", name=proposal.person.name)
        found.append({"label": text, "url": url_for("identity.show_proposal", appointment_id=proposal.id)})
    for suspension in suspensions.confirmable(act):
        text = _("An account is to be suspended or let in, and waits for you: %(name)s", name=suspension.person.name)
        found.append({"label": text, "url": url_for("identity.show_suspension", suspension_id=suspension.id)})
    return found


def of_cycle(act: Act, cycle: Cycle) -> list[dict[str, str]]:
    """The annulment of the cycle's poll that the other body proposed."""
    poll = state.current(act, cycle) if cycle.phase == Phase.VOTING else None
    if poll is None or poll.annul_first_id is None or not closing.may_annul(act, cycle, poll):
        return []
    text = _("The annulment of the vote %(year)s waits for your confirmation", year=cycle.fiscal_year)
    return [{"label": text, "url": url_for("voting.look_over_annulment", cycle_id=cycle.id)}]
