"""Whether a ballot stands in somebody's name: asked at the desk against a document, or with a digital signature."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.national_numbers import IIN
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden
from pb.keyring import Keys
from pb.polls.models import LinksErasure, Participation, Poll
from pb.roll.service import entries


class Way(StrEnum):
    DESK = "desk"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Standing:
    """What whoever asked is told: on the roll or not, and the day of the ballot; None where there is none."""

    on_roll: bool
    day: date | None


def ask_at_the_desk(act: Act, cycle: Cycle, poll: Poll, iin: IIN, keys: Keys) -> Standing:
    """The clerk asks for a person who stands there with a document. Raises Forbidden, Conflict (not opened yet)."""
    if act.person is None or not act.holds(Role.CLERK):
        raise Forbidden(_("Your role does not allow this."))
    return _ask(act, cycle, poll, iin, keys, Way.DESK)


def ask_by_signature(act: Act, cycle: Cycle, poll: Poll, iin: IIN, keys: Keys) -> Standing:
    """The person whose signature was verified asks; whoever is signed in here is not written down."""
    return _ask(replace(act, person=None, roles=frozenset()), cycle, poll, iin, keys, Way.SIGNATURE)


def _ask(act: Act, cycle: Cycle, poll: Poll, iin: IIN, keys: Keys, way: Way) -> Standing:
    """The log says that somebody asked, and how; neither who, nor the answer."""
    if poll.election_json is None:
        raise Conflict(_("The vote was not opened yet."))
    if act.session.get(LinksErasure, poll.id) is not None:
        raise Conflict(_("The term for objections is over, and what joined people to ballots was erased."))
    entry = entries.find(act, cycle, iin, keys)
    row = act.session.get(Participation, (poll.id, entry.id)) if entry is not None else None
    audit.record(act, "checks.ballot_asked", subject=cycle.id, data={"poll": poll.uuid, "way": way})
    return Standing(entry is not None, local(row.hour).date() if row is not None and row.hour is not None else None)
