"""Objections of voters, numbered and answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import day
from pb.polls.models import LinksErasure, Poll
from pb.territory.service import working_days
from pb.voting.models import Objection
from pb.voting.service import term

LONGEST_OBJECTION = 2_000
PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of a poll's objections by number: which of how many, and how many objections there are in all."""

    objections: Sequence[Objection]
    number: int
    pages: int
    total: int


def page(act: Act, poll: Poll, number: int = 1, *, sought: int | None = None, waiting: bool = False) -> Page:
    """A page, counted from 1; with `sought` the one on which that objection stands; `waiting`: the unanswered alone.

    Whatever number there is none of gives the nearest page.
    """
    listed = Objection.poll_id == poll.id
    if waiting:
        listed &= Objection.answered_at.is_(None)
    total = act.session.scalar(select(func.count()).select_from(Objection).where(listed)) or 0
    pages = max(1, -(-total // PAGE))
    if sought is not None:
        before = select(func.count()).select_from(Objection).where(listed, Objection.number < sought)
        number = (act.session.scalar(before) or 0) // PAGE + 1
    number = max(1, min(number, pages))
    query = select(Objection).where(listed).order_by(Objection.number)
    return Page(act.session.scalars(query.offset((number - 1) * PAGE).limit(PAGE)).all(), number, pages, total)


def count(act: Act, poll: Poll) -> int:
    """How many objections to this poll there are."""
    return act.session.scalar(select(func.count()).select_from(Objection).where(Objection.poll_id == poll.id)) or 0


def count_unanswered(act: Act, poll: Poll) -> int:
    """How many objections to a poll wait for their answer."""
    query = select(func.count()).select_from(Objection)
    return act.session.scalar(query.where(Objection.poll_id == poll.id, Objection.answered_at.is_(None))) or 0


def answer_due(act: Act, cycle: Cycle, made_at: datetime) -> date:
    """The last day for the answer to an objection of that moment, counted in working days."""
    return working_days.last_day(act, made_at, cycle.answer_days)


def first_due(act: Act, cycle: Cycle, poll: Poll) -> date | None:
    """The last day for the answer that waits longest; None where none waits."""
    query = select(func.min(Objection.made_at)).where(Objection.poll_id == poll.id, Objection.answered_at.is_(None))
    oldest = act.session.scalar(query)
    return answer_due(act, cycle, oldest) if oldest is not None else None


def find(act: Act, poll: Poll, number: int) -> Objection | None:
    """The objection of this number."""
    query = select(Objection).where(Objection.poll_id == poll.id, Objection.number == number)
    return act.session.scalars(query).one_or_none()


def object_to(act: Act, poll: Poll, *, text: str, contact: str = "") -> Objection:
    """«Someone used my card»: an objection with a number, which is answered. Raises FieldRefusal, also after the term.

    Without a `contact` nobody can call; the answer stands under the number all the same.
    There is no most of them: a thousand invented ones shut no honest one out. What one network or person writes in a
    day is limited before. The erasure waits for an answer to each, so none is taken after the term: anybody could put
    the erasure off for ever.
    """
    refuse_all(faults(act, poll, text))  # before anything is locked
    act.session.get_one(Poll, poll.id, with_for_update=True)
    number = (act.session.scalar(select(func.max(Objection.number)).where(Objection.poll_id == poll.id)) or 0) + 1
    objection = Objection(
        poll_id=poll.id, number=number, text=text.strip(), contact=contact.strip()[:200], made_at=act.at
    )
    act.session.add(objection)
    act.session.flush()
    audit.record(act, "poll.objection", subject=poll.cycle_id, data={"poll": poll.uuid, "number": number})
    return objection


def faults(act: Act, poll: Poll, text: str) -> Iterator[FieldRefusal]:
    """What is wrong with an objection's text; and where else to turn, once the term or what it protects is over."""
    if not text.strip():
        yield FieldRefusal("text", _("Write what happened."))
    if len(text) > LONGEST_OBJECTION:
        yield FieldRefusal("text", _("Use at most 2000 characters."))
    days = term.of_poll(act, act.session.get_one(Cycle, poll.cycle_id), poll)
    if days.last is None:
        return
    if days.is_over(local(act.at).date()) or act.session.get(LinksErasure, poll.id) is not None:
        told = _(
            "Objections to this vote were accepted until %(day)s. "
            "Turn to the akim's office in writing, or to the court.",
            day=day(days.last),
        )
        yield FieldRefusal("text", told)


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
