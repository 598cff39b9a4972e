"""What a person was told, as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.errors import NotFound
from pb.notices.models import Notice
from pb.notices.service import telling, times, wording
from pb.notices.service.follows import owner
from pb.notices.service.telling import Words
from pb.territory.models import Territory

PAGE = 20
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One notice; `new`: it was not read."""

    id: UUID
    at: datetime
    words: Words
    place: Territory
    new: bool

    @property
    def tongue(self) -> str:
        """The language of the thing's name, where it is another than the page's."""
        return wording.another(self.words)

    @property
    def said(self) -> str:
        """The reason that was given, or the question that was asked."""
        return wording.said(self.words)


def unread(act: Act) -> int:
    """How many notices the actor has not read; a hundred stands for more."""
    if act.person is None:
        return 0
    some = select(Notice.id).where(*_mine(act), Notice.read_at.is_(None)).limit(MOST_COUNTED)
    return act.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def count(act: Act) -> int:
    """How many notices the actor has."""
    return act.session.scalar(select(func.count()).select_from(Notice).where(*_mine(act))) or 0


def page(act: Act, number: int) -> Sequence[Told]:
    """One page of them, the latest first, in the language of now; pages count from 1."""
    query = select(Notice, AuditEvent, Territory).join(AuditEvent, AuditEvent.hash == Notice.event)
    query = query.join(Territory, Territory.id == Notice.territory_id).where(*_mine(act))
    query = query.where(AuditEvent.action.in_(telling.actions()))
    query = query.order_by(Notice.at.desc(), Notice.id).offset((number - 1) * PAGE).limit(PAGE)
    return [
        Told(
            notice.id,
            notice.at,
            wording.of_event(_as_a_stranger(act, territory), event).to(notice.topic),
            territory,
            notice.read_at is None,
        )
        for notice, event, territory in act.session.execute(query)
    ]


def leads_to(act: Act, notice_id: UUID) -> str:
    """The address of what one of the actor's notices tells. Raises Forbidden, NotFound (another's)."""
    query = select(AuditEvent, Territory).join(Notice, Notice.event == AuditEvent.hash)
    query = query.join(Territory, Territory.id == Notice.territory_id).where(*_mine(act), Notice.id == notice_id)
    found = act.session.execute(query.where(AuditEvent.action.in_(telling.actions()))).one_or_none()
    if found is None:
        raise NotFound
    event, territory = found
    return wording.of_event(_as_a_stranger(act, territory), event).url


def read(act: Act, notice_id: UUID) -> None:
    """The actor has opened what one of their notices tells. Raises Forbidden."""
    this = (*_mine(act), Notice.id == notice_id, Notice.read_at.is_(None))
    act.session.execute(update(Notice).where(*this).values(read_at=times.hour(act.at)))


def read_all(act: Act) -> None:
    """The actor has read everything. Raises Forbidden."""
    owner(act)
    unread_ones = (*_mine(act), Notice.read_at.is_(None))
    act.session.execute(update(Notice).where(*unread_ones).values(read_at=times.hour(act.at)))


def _as_a_stranger(act: Act, territory: Territory) -> Act:
    return replace(act, territory=territory, person=None, roles=frozenset())


def _mine(act: Act) -> tuple[ColumnElement[bool], ...]:
    return Notice.person_id == owner(act), Notice.shown.is_(True)
