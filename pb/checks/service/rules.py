"""Who checks, and when: between the closing of the box and the adoption of the result."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.service import holdings
from pb.polls.models import LinksErasure, Poll, State
from pb.territory import service as territories
from pb.text import one_line

COMMISSION = (Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.MASLIKHAT_SECRETARY, Role.AUDITOR)
COUNTING = (Role.CHAIR, Role.SECRETARY, Role.AUDITOR)
# Who writes what minutes say; a secretary who also works for the akim's office is not of the commission.
WRITING = (Role.SECRETARY, Role.DEPUTY, Role.MASLIKHAT_SECRETARY)
# Whoever, since the poll was prepared, made cards, handed them over, keeps the server, works for the office or is the
# akim has done what is checked here, and cannot also check it. pb/freezes/checks.py names the same.
CHECKED = (Role.REGISTRAR, Role.CLERK, Role.OFFICE, Role.ADMINISTRATOR, Role.AKIM)
CHECKING = frozenset({State.CLOSED, State.DECRYPTING, State.COMPLETE})
LONGEST_NUMBER = 40
LONGEST_TEXT = 2_000


def require_closed(poll: Poll) -> None:
    """Raises Conflict before the closing, and for a poll that ended without a result."""
    if poll.state not in CHECKING:
        raise Conflict(_("The checks begin when voting has ended."))


def erased(act: Act, poll: Poll) -> LinksErasure | None:
    """The erasure of what joined people to ballots, once the term for objections was over."""
    return act.session.get(LinksErasure, poll.id)


def require_links(act: Act, poll: Poll) -> None:
    """Raises Conflict before the closing, and once nothing can be compared any more."""
    require_closed(poll)
    if erased(act, poll) is not None:
        raise Conflict(_("The term for objections is over, and what joined people to ballots was erased."))


def member(act: Act, poll: Poll, *roles: Role) -> UUID:
    """The acting member of the commission in one of `roles` (none: any), after the closing and before the erasure.

    Raises Forbidden (no such role, one that is too new, or work of one's own to check), Conflict.
    """
    person_id = require_independent(act, poll, *(roles or COMMISSION))
    require_links(act, poll)
    return person_id


def require_independent(act: Act, poll: Poll, *roles: Role) -> UUID:
    """The actor, who holds one of `roles` long enough and has nothing of their own to check. Raises Forbidden."""
    if act.person is None or not act.holds(*roles):
        raise Forbidden(_("Your role does not allow this."))
    if has_own_work(act, poll, act.person.id):
        raise Forbidden(
            _(
                "Who was registrar, clerk, akim, specialist of the office or administrator since the vote was prepared "
                "does not check it."
            )
        )
    holdings.require_cooled(act, *roles)
    return act.person.id


def has_own_work(act: Act, poll: Poll, person_id: UUID) -> bool:
    """Whether the person held, since the poll was prepared, a role whose work is checked; also if it ended since."""
    begun, today = local(poll.prepared_at).date(), local(act.at).date()
    return any(
        Role(grant.role) in CHECKED
        and grant.since <= today
        and (grant.until is None or max(grant.until, grant.since) >= begun)
        for grant, person in holdings.ever_of_staff(act)
        if person.id == person_id
    )


def require_first(act: Act, poll: Poll, person_id: UUID, *roles: Role, since: datetime) -> None:
    """Who recorded something at `since` may still check it when another agrees, as the database asks. Raises Forbidden.

    In one role of `roles`, held ever since and by now for the cooling-off time.
    """
    holdings.require_first_holds(act, person_id, *roles, since=since)
    cooled = act.at - timedelta(days=territories.setting(act, "cooling_days"))
    held = [holdings.held_since(act, person_id, role) for role in roles]
    if has_own_work(act, poll, person_id) or not any(one and one <= min(since, cooled) for one in held):
        raise Forbidden(
            _("Who recorded this may no longer check this vote: refuse it, and somebody else records it anew.")
        )


def allowed(act: Act, poll: Poll, *roles: Role) -> bool:
    """Whether the actor checks in one of `roles` (none: any of the commission)."""
    return hindrance(act, poll, *roles) is None and act.holds(*(roles or COMMISSION))


def hindrance(act: Act, poll: Poll, *roles: Role) -> str | None:
    """Why a holder of one of `roles` (none: any of the commission) may not check; None for who may or holds none."""
    roles = roles or COMMISSION
    if act.person is None or not act.holds(*roles):
        return None
    try:
        require_independent(act, poll, *roles)
    except Forbidden as refusal:
        return str(refusal.message)
    return None


def minutes_number(text: str) -> str:
    """The number of minutes. Raises FieldRefusal."""
    number = one_line(text)
    if not number or len(number) > LONGEST_NUMBER:
        raise FieldRefusal("minutes_number", _("Write the number of the minutes, in at most 40 characters."))
    return number
