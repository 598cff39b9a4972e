"""A trustee who cannot go on is replaced, until the list of trustees is fixed: afterwards their key stands in it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.identity.models import Grant
from pb.identity.service import holdings
from pb.polls.models import Poll, State
from pb.polls.service import state
from pb.trustees.models import Fault, PollTrustee
from pb.trustees.service import independence, places

REPLACING = (Role.ADMINISTRATOR, Role.OFFICE)


def possible(act: Act, poll: Poll) -> bool:
    """Whether the actor may replace a trustee of the poll now."""
    return poll.state == State.PREPARING and poll.trustees_json is None and act.holds(*REPLACING)


def require_possible(act: Act, cycle: Cycle, poll: Poll) -> None:
    """Raises OutOfPhase, Forbidden (not who appoints), Conflict (the list is fixed). Locks poll and cycle."""
    state.require_preparing(act, cycle, poll, *REPLACING)
    holdings.require_cooled(act, *REPLACING)
    if poll.trustees_json is not None:
        raise Conflict(_("All keys are in: the list of trustees is fixed."))


def candidates(act: Act, poll: Poll) -> Sequence[Grant]:
    """Who holds the role of trustee today and has no place in the poll."""
    placed = {trustee.person_id for trustee in places.all_of(act, poll)}
    return [grant for grant in holdings.of_role(act, Role.TRUSTEE) if grant.person_id not in placed]


def replace(act: Act, cycle: Cycle, poll: Poll, *, position: int, person_id: UUID | None) -> PollTrustee:
    """Gives the place of one trustee to another, who begins from the start; of a group all deal again.

    Raises OutOfPhase, Forbidden (not who appoints, or oneself), Conflict (the list is fixed; not independent),
    FieldRefusal (no such place, or not a trustee without one).
    """
    require_possible(act, cycle, poll)
    everyone = places.all_of(act, poll)
    place = next((trustee for trustee in everyone if trustee.position == position), None)
    if place is None:
        raise FieldRefusal("place", _("Choose who cannot go on."))
    grant = next((trustee for trustee in candidates(act, poll) if trustee.person_id == person_id), None)
    if grant is None:
        raise FieldRefusal("person", _("Choose who takes the place."))
    if act.person is None or act.person.id == grant.person_id:
        raise Forbidden(_("Nobody gives or ends a role of their own."))
    independence.refuse_one_body(
        [grant.body if trustee is place else trustee.body for trustee in everyone], poll.threshold or 0
    )
    refuse_all(faults_of_person(act, cycle, poll, grant.person_id))
    left = place.person_id
    place.person_id, place.body, place.fault = grant.person_id, grant.body, Fault.NONE
    place.key_json = place.certificate_json = None
    for trustee in everyone if poll.threshold is not None else ():
        trustee.dealing_json = trustee.share_json = trustee.key_json = None
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": position, "left": str(left), "came": str(grant.person_id)}
    audit.record(act, "poll.trustee_replaced", subject=cycle.id, data=data)
    return place


def faults_of_person(act: Act, cycle: Cycle, poll: Poll, person_id: UUID) -> Iterator[FieldRefusal]:
    """Whether somebody is not independent of the poll, whichever place it would be."""
    if independence.entangled(act, cycle, poll, {person_id}):
        yield FieldRefusal("person", _("This person worked on the roll or the cards of this poll."))
