"""Objections of voters, numbered and answered."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.polls.models import LinksErasure, Poll
from pb.voting.models import Objection


def all_of(act: Act, poll: Poll) -> Sequence[Objection]:
    return act.session.scalars(select(Objection).where(Objection.poll_id == poll.id).order_by(Objection.number)).all()


LONGEST_OBJECTION = 2_000


MOST_OBJECTIONS = 1_000


def object_to(act: Act, poll: Poll, *, text: str, contact: str) -> Objection:
    """«Someone used my card»: an objection with a number, which is answered. Raises FieldRefusal, Conflict."""
    if not text.strip() or len(text) > LONGEST_OBJECTION:
        raise FieldRefusal("text", _("Write what happened, in at most 2000 characters."))
    if not contact.strip():
        raise FieldRefusal("contact", _("Write how we can reach you: a telephone or an address."))
    act.session.get_one(Poll, poll.id, with_for_update=True)
    if act.session.get(LinksErasure, poll.id) is not None:
        raise Conflict(_("The term for objections to this poll is over."))
    number = (act.session.scalar(select(func.max(Objection.number)).where(Objection.poll_id == poll.id)) or 0) + 1
    if number > MOST_OBJECTIONS:
        raise Conflict(_("Too many objections were written here. Come to the akimat with yours."))
    objection = Objection(
        poll_id=poll.id, number=number, text=text.strip(), contact=contact.strip()[:200], made_at=act.at
    )
    act.session.add(objection)
    act.session.flush()
    audit.record(act, "poll.objection", subject=poll.cycle_id, data={"poll": poll.uuid, "number": number})
    return objection


def answer_objection(act: Act, poll: Poll, objection: Objection, answer: str) -> None:
    """The office answers; number and answer are public. Raises Forbidden, Conflict (answered), FieldRefusal."""
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office answers objections."))
    if objection.answered_at is not None:
        raise Conflict(_("This objection is answered already."))
    if not answer.strip():
        raise FieldRefusal("answer", _("Write the answer."))
    data = {"poll": poll.uuid, "number": objection.number}
    event = audit.record(act, "poll.objection_answered", subject=poll.cycle_id, data=data)
    objection.answer, objection.answered_at, objection.answered_by = answer.strip(), act.at, act.person.id
    objection.event = event.hash
    act.session.flush()
