"""Who checks, and when: between the closing of the box and the adoption of the result."""

from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act, Role
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.polls.models import LinksErasure, Poll, State
from pb.text import one_line

COMMISSION = (Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.AUDITOR)
COUNTING = (Role.CHAIR, Role.SECRETARY, Role.AUDITOR)
# Whoever makes cards, hands them over or keeps the server cannot also check them.
CHECKED = (Role.REGISTRAR, Role.CLERK, Role.ADMINISTRATOR)
CHECKING = frozenset({State.CLOSED, State.DECRYPTING, State.COMPLETE})
LONGEST_NUMBER = 40
LONGEST_DRAWN = 200
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


def member(act: Act, poll: Poll) -> UUID:
    """The acting member of the commission, after the closing and before the erasure. Raises Forbidden, Conflict."""
    if act.person is None or not act.holds(*COMMISSION) or act.holds(*CHECKED):
        raise Forbidden(
            _("The commission is the chair, the secretary, deputies and auditors who hold no office of the cards.")
        )
    require_links(act, poll)
    return act.person.id


def minutes_number(text: str) -> str:
    """The number of minutes. Raises FieldRefusal."""
    number = one_line(text)
    if not number or len(number) > LONGEST_NUMBER:
        raise FieldRefusal("minutes_number", _("Write the number of the minutes, in at most 40 characters."))
    return number


def drawn_text(text: str) -> str:
    """A drawn text, which may be empty. Raises FieldRefusal."""
    drawn = one_line(text)
    if len(drawn) > LONGEST_DRAWN:
        raise FieldRefusal("text", _("Use at most 200 characters."))
    return drawn
