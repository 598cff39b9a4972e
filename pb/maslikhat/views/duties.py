"""What waits for the secretary of the maslikhat: proposals to register, to put before a sitting, to answer."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.core.places.kinds import FOURTH_LEVEL
from pb.formats import language, named
from pb.identity.service.duties import Duty, duties_of
from pb.maslikhat.models import Kind
from pb.maslikhat.service import finding

DEEDS = {
    Kind.SENT: lazy_gettext("Register a proposal of the assembly"),
    Kind.RECEIVED: lazy_gettext("Record the sitting on a proposal of the assembly"),
    Kind.CONSIDERED: lazy_gettext("Answer a proposal of the assembly"),
}


@duties_of(Role.MASLIKHAT_SECRETARY)
def of_the_maslikhat(act: Act) -> Iterator[Duty]:
    """At the okrug alone: the raion's own page would tell the same once more."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    for one in finding.waiting(act):
        thing = named(one.motion.number, one.motion.called(language()).text)
        yield Duty(str(DEEDS[Kind(one.last.kind)]), url_for("maslikhat.show", motion_id=one.motion.id), thing)


@duties_of(Role.CHAIR, Role.SECRETARY)
def of_the_assembly(act: Act) -> Iterator[Duty]:
    """They sent it, and wait."""
    for one in finding.waiting(act):
        thing = named(one.motion.number, one.motion.called(language()).text)
        url = url_for("maslikhat.show", motion_id=one.motion.id)
        yield Duty(_("The maslikhat has to answer a proposal"), url, thing, of_others=True)
