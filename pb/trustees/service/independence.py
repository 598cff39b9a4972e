"""Whether a poll's trustees are independent: of each other, and of those who made its roll and its cards."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.cards.models import Credential
from pb.clock import local
from pb.cycles.models import Cycle
from pb.errors import Conflict
from pb.identity.service import holdings
from pb.polls.models import Poll
from pb.roll.service import entries
from pb.trustees.models import PollTrustee


def holds(act: Act, cycle: Cycle, poll: Poll, chosen: Sequence[PollTrustee]) -> bool:
    """Whether these trustees come from different organisations and none had a hand in this poll's preparation."""
    apart = not one_body([trustee.body for trustee in chosen], poll.threshold or 0)
    return apart and not entangled(act, cycle, poll, {trustee.person_id for trustee in chosen})


def one_body(bodies: Sequence[str], needed: int = 0) -> bool:
    """Whether one organisation sent as many trustees as decrypt (`needed`; 0: all), and could do so by itself."""
    counted = Counter(" ".join(body.casefold().split()) for body in bodies)
    return len(bodies) > 1 and max(counted.values()) >= (needed or len(bodies))


def refuse_one_body(bodies: Sequence[str], needed: int = 0) -> None:
    """Raises Conflict when as many trustees as decrypt come from one organisation."""
    if one_body(bodies, needed):
        if needed and not one_body(bodies):
            raise Conflict(_("One organisation sent as many trustees as decrypt. Give the role to people of others."))
        raise Conflict(_("All trustees come from one organisation. Give the role to people of different ones."))


def entangled(act: Act, cycle: Cycle, poll: Poll, people: set[UUID]) -> bool:
    """Whether one of them made the roll or the cards of this poll, or held a role that excludes it since it began."""
    clerks = select(Credential.clerk_id).where(Credential.poll_id == poll.id, Credential.clerk_id.in_(people))
    return (
        bool(entries.people_at_work(act, cycle) & people)
        or act.session.scalars(clerks.limit(1)).first() is not None
        or any(
            holdings.excluded_since(act, person, Role.TRUSTEE, since=local(poll.prepared_at).date())
            for person in people
        )
    )
