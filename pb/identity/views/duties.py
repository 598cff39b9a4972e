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
