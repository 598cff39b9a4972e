"""What waits of proposals: for chair and secretary to be sent, for the maslikhat's secretary each step there."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.core.places.kinds import FOURTH_LEVEL
from pb.formats import language, named
from pb.identity.service.duties import Duty, duties_of
from pb.maslikhat.models import Kind
from pb.maslikhat.service import SENDING, finding
from pb.tasks.service import wording
from pb.territory.service import tree

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


@duties_of(*SENDING)
def to_send(act: Act) -> Iterator[Duty]:
    """What a meeting decided to propose lies here until the letter has gone."""
    okrug = tree.slug_of(act.session, act.territory.id)
    for decision in finding.to_send(act):
        url = url_for("maslikhat.new", okrug=okrug, question=decision.called)
        yield Duty(_("Send a proposal to the maslikhat"), url, wording.shortly(decision))


@duties_of(*SENDING)
def of_the_assembly(act: Act) -> Iterator[Duty]:
    """They sent it, and wait."""
    for one in finding.waiting(act):
        thing = named(one.motion.number, one.motion.called(language()).text)
        url = url_for("maslikhat.show", motion_id=one.motion.id)
        yield Duty(_("The maslikhat has to answer a proposal"), url, thing, of_others=True)
