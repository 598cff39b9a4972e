"""A hearing as its pages and its printed report show it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from pb.act import Act, Role
from pb.clock import local
from pb.errors import NotFound
from pb.gatherings.models import Gathering, Kind, Matter, Question, State
from pb.gatherings.service import calling_off, line, meetings, officers
from pb.hearings.models import Channel, Opinion, OpinionAnswer, Verdict
from pb.identity.models import Person
from pb.materials import service as materials
from pb.territory.service import working_days


class Said(NamedTuple):
    """An opinion with its answer, and whose it is where the actor may know."""

    opinion: Opinion
    answer: OpinionAnswer | None
    name: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many opinions came on which way, and how many were answered how."""

    channels: Counter[Channel]
    verdicts: Counter[Verdict]

    @property
    def total(self) -> int:
        return self.channels.total()

    @property
    def unanswered(self) -> int:
        return self.total - self.verdicts.total()


def get(act: Act, gathering_id: UUID) -> Gathering:
    """A hearing of this territory. Raises NotFound, also for another meeting."""
    gathering = meetings.get(act, gathering_id)
    if gathering.kind != Kind.HEARING:
        raise NotFound
    return gathering


def opinion(gathering: Gathering, act: Act, opinion_id: UUID) -> Opinion:
    """An opinion at this hearing. Raises NotFound."""
    found = act.session.get(Opinion, opinion_id)
    if found is None or found.gathering_id not in calling_off.line_of(act, gathering):
        raise NotFound
    return found


def answer_to(act: Act, opinion: Opinion) -> OpinionAnswer | None:
    return act.session.get(OpinionAnswer, opinion.id)


def here(act: Act, gathering: Gathering) -> ColumnElement[bool]:
    """The opinions of a hearing: its own, and those that came for a called-off one in whose place it is."""
    return Opinion.gathering_id.in_(calling_off.line_of(act, gathering))


def stands(act: Act, gathering: Gathering) -> Gathering:
    """The hearing at which what came for this one is read and answered."""
    return line.last(act, gathering) if gathering.state == State.CALLED_OFF else gathering


def authors(act: Act, gathering: Gathering) -> Sequence[UUID]:
    """Whose opinions from the page stand at a hearing."""
    query = select(Opinion.by_id).where(here(act, gathering), Opinion.channel == Channel.PAGE)
    return act.session.scalars(query.distinct()).all()


def counts(act: Act, gathering: Gathering) -> Counts:
    """What the report of the hearing counts."""
    of_it = here(act, gathering)
    channels = select(Opinion.channel, func.count()).where(of_it).group_by(Opinion.channel)
    verdicts = select(OpinionAnswer.verdict, func.count()).join(Opinion, Opinion.id == OpinionAnswer.opinion_id)
    rows = act.session.execute(verdicts.where(of_it).group_by(OpinionAnswer.verdict))
    return Counts(
        Counter({Channel(channel): number for channel, number in act.session.execute(channels)}),
        Counter({Verdict(verdict): number for verdict, number in rows}),
    )


def page(act: Act, gathering: Gathering, number: int = 1, size: int | None = None) -> list[Said]:
    """One page of the opinions, from 1, by their numbers; all of them without a size."""
    query = (
        select(Opinion, OpinionAnswer, Person.name)
        .join(OpinionAnswer, OpinionAnswer.opinion_id == Opinion.id, isouter=True)
        .join(Person, Person.id == Opinion.by_id)
        .where(here(act, gathering))
        .order_by(Opinion.number)
    )
    if size is not None:
        query = query.offset((number - 1) * size).limit(size)
    knows = knows_names(act, gathering)
    return [Said(row, answer, _name(act, row, name, knows=knows)) for row, answer, name in act.session.execute(query)]


def knows_names(act: Act, gathering: Gathering) -> bool:
    """Whether the actor sees who wrote on the page: who answers, and who keeps the record of the hearing."""
    return act.holds(Role.AKIM, Role.OFFICE) or officers.keeps_record(act, gathering)


def has_papers(act: Act, gathering: Gathering) -> bool:
    """Whether a paper of the draft is published; a file that could not be read is none."""
    return any(not one.paper.fault for one in materials.of(act, gathering))


def waits_for_papers(act: Act, gathering: Gathering) -> bool:
    """Whether a hearing that is to be held, or is held today, has nothing of which people may think something."""
    to_be = gathering.state in {State.CONVENED, State.QUORATE} and not is_over(act, gathering)
    return to_be and not has_papers(act, gathering)


def papers_due(act: Act, gathering: Gathering) -> date:
    """The last day on which papers of the draft are in time."""
    return materials.due(act, local(gathering.meets_at).date())


def to_publish(act: Act) -> list[Gathering]:
    """The hearings here that have no paper yet, and may still get one."""
    return [
        one
        for one in meetings.to_come(act)
        if one.kind == Kind.HEARING and materials.may_publish(act, one) and not has_papers(act, one)
    ]


def own(act: Act, gathering: Gathering) -> int:
    """How many opinions the actor wrote on the page."""
    if act.person is None:
        return 0
    query = select(func.count()).select_from(Opinion)
    query = query.where(here(act, gathering), Opinion.by_id == act.person.id)
    return act.session.scalar(query.where(Opinion.channel == Channel.PAGE)) or 0


def due(act: Act, gathering: Gathering) -> date:
    """The last day for the answers, counted in working days from the day of the hearing."""
    return working_days.last_day(act, gathering.meets_at, gathering.answer_days)


def heard(gathering: Gathering) -> list[Question]:
    """The points that the hearing is held on: its drafts."""
    return [one for one in gathering.questions if not one.removed and one.matter != Matter.EARLIER]


def took_part(gathering: Gathering) -> int | None:
    """How many were registered at the door, also who left before the end; None until it is opened."""
    return len(gathering.registrations) if gathering.opened_at is not None else None


def is_over(act: Act, gathering: Gathering) -> bool:
    """Whether the day of the hearing is past."""
    return local(gathering.meets_at).date() < local(act.at).date()


def unanswered(act: Act) -> Sequence[tuple[Gathering, int]]:
    """The hearings of the territory that have opinions without an answer, and how many."""
    query = (
        select(Gathering, func.count())
        .join(Opinion, Opinion.gathering_id == Gathering.id)
        .join(OpinionAnswer, OpinionAnswer.opinion_id == Opinion.id, isouter=True)
        .where(Gathering.territory_id == act.territory.id, OpinionAnswer.opinion_id.is_(None))
        .group_by(Gathering.id)
    )
    found: Counter[Gathering] = Counter()
    for gathering, number in act.session.execute(query):
        found[stands(act, gathering)] += number
    return [(gathering, number) for gathering, number in found.items() if gathering.state != State.CALLED_OFF]


def _name(act: Act, opinion: Opinion, of_account: str, *, knows: bool) -> str:
    """Of an opinion from the page the pages name nobody, as they name no author of a project."""
    if opinion.channel != Channel.PAGE:
        return opinion.name
    own_words = act.person is not None and act.person.id == opinion.by_id
    return of_account if knows or own_words else ""
