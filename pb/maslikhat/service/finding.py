"""Proposals to the maslikhat as the pages of an okrug and of its raion show them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from pb.act import Act
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.gatherings.models import Matter
from pb.maslikhat.models import Kind, Motion, Step
from pb.tasks.service import basis as bases
from pb.tasks.service.basis import Decision


class Standing(NamedTuple):
    """A proposal with its last step."""

    motion: Motion
    last: Step

    def days(self, today: date) -> int:
        """For how long whoever holds it has held it."""
        return max(0, (today - self.last.day).days)


def get(act: Act, motion_id: UUID) -> Motion:
    """A proposal of the act's okrug. Raises NotFound."""
    motion = act.session.get(Motion, motion_id)
    if motion is None or motion.territory_id != act.territory.id:
        raise NotFound
    return motion


def steps(act: Act, motion: Motion) -> Sequence[Step]:
    """All steps, the first one first."""
    return act.session.scalars(select(Step).where(Step.motion_id == motion.id).order_by(Step.number)).all()


def count(act: Act, state: Kind | None = None) -> int:
    """How many the okrug sent, or the okrugs of the raion; of one state, or of all."""
    return act.session.scalar(select(func.count()).select_from(_query(act, state).subquery())) or 0


def page(act: Act, state: Kind | None, number: int, size: int) -> list[Standing]:
    """One page of them, from 1, the latest step first."""
    query = _query(act, state).order_by(Step.at.desc(), Motion.number.desc())
    return _read(act, query.offset((number - 1) * size).limit(size))


def waiting(act: Act) -> list[Standing]:
    """What the maslikhat has not answered yet, the oldest step first."""
    return _read(act, _query(act, None).where(Step.kind != Kind.ANSWERED).order_by(Step.day, Motion.number))


def to_send(act: Act) -> list[Decision]:
    """What meetings here decided to propose to the maslikhat, and nobody has sent."""
    return bases.waiting(act, [Matter.MASLIKHAT], select(Motion.question_id))


def _read(act: Act, query: Select[Motion, Step]) -> list[Standing]:
    return [Standing(motion, last) for motion, last in act.session.execute(query)]


def _query(act: Act, state: Kind | None) -> Select[Motion, Step]:
    last = select(func.max(Step.number)).where(Step.motion_id == Motion.id).correlate(Motion).scalar_subquery()
    query = select(Motion, Step).join(Step, and_(Step.motion_id == Motion.id, Step.number == last))
    here = Motion.territory_id if act.territory.kind in FOURTH_LEVEL else Motion.raion_id
    query = query.where(here == act.territory.id)
    return query.where(Step.kind == state) if state is not None else query
