"""What a person follows."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, func, select

from pb.act import Act
from pb.errors import Conflict, Forbidden
from pb.notices.models import Follow
from pb.notices.service import times
from pb.notices.service.telling import Subject

MOST = 500


def follow(act: Act, subject: Subject) -> None:
    """The actor is told of what happens to it from now on. Twice is once. Raises Forbidden, Conflict (too many)."""
    person = owner(act)
    if follows(act, subject):
        return
    mine = select(func.count()).select_from(Follow).where(Follow.person_id == person)
    if (act.session.scalar(mine) or 0) >= MOST:
        raise Conflict(_("You follow very much already: stop following something first."))
    act.session.add(
        Follow(
            person_id=person,
            territory_id=act.territory.id,
            kind=subject.kind,
            subject_id=subject.id,
            since=times.hour(act.at),
        )
    )
    act.session.flush()


def leave(act: Act, subject: Subject) -> None:
    """The actor follows it no more. Raises Forbidden."""
    act.session.execute(delete(Follow).where(*_mine(owner(act), subject)))


def follows(act: Act, subject: Subject) -> bool:
    """Whether the actor follows it."""
    if act.person is None:
        return False
    return act.session.scalars(select(Follow.id).where(*_mine(act.person.id, subject))).first() is not None


def of_actor(act: Act) -> Sequence[Follow]:
    """All that the actor follows, in every territory, the latest first."""
    query = select(Follow).where(Follow.person_id == owner(act))
    return act.session.scalars(query.order_by(Follow.since.desc(), Follow.id)).all()


def owner(act: Act) -> UUID:
    """Who acts. Raises Forbidden where nobody signed in."""
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    return act.person.id


def _mine(person: UUID, subject: Subject) -> tuple[ColumnElement[bool], ...]:
    return Follow.person_id == person, Follow.kind == subject.kind, Follow.subject_id == subject.id
