"""What waits for who confirms roles and suspensions of the territory."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act
from pb.identity.service import appointments, suspensions
from pb.identity.service.duties import Duty, duties_of
from pb.identity.service.roles import APPOINTING
from pb.territory.service import tree


@duties_of(*APPOINTING)
def to_confirm(act: Act) -> Iterator[Duty]:
    okrug = tree.slug_of(act.session, act.territory.id)
    for proposal in appointments.confirmable(act):
        url = url_for("identity.show_proposal", okrug=okrug, appointment_id=proposal.id)
        yield Duty(_("Decide on a role"), url, proposal.name)
    for suspension in suspensions.confirmable(act):
        url = url_for("identity.show_suspension", okrug=okrug, suspension_id=suspension.id)
        yield Duty(_("Decide whether an account is suspended or let in"), url, suspension.person.name)


@duties_of(*APPOINTING)
def confirmed_by_others(act: Act) -> Iterator[Duty]:
    """What the actor proposed, and another body decides."""
    okrug, own = tree.slug_of(act.session, act.territory.id), act.person.id if act.person else None
    for proposal in appointments.every(act):
        if proposal.decision is None and proposal.proposed_by == own:
            url = url_for("identity.show_proposal", okrug=okrug, appointment_id=proposal.id)
            yield Duty(_("A role waits for its confirmation"), url, proposal.name, of_others=True)
    for suspension in suspensions.every(act):
        if suspension.decision is None and suspension.proposed_by == own:
            url = url_for("identity.show_suspension", okrug=okrug, suspension_id=suspension.id)
            told = _("An account waits for its suspension, or to be let in")
            yield Duty(told, url, suspension.person.name, of_others=True)
