"""What the phases of a played cycle share: its settings, its secrets, and acts on a clock that is moved by hand."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pb.act import Act, Role
from pb.clock import ALMATY
from pb.core.poll.card_list import CardList
from pb.core.poll.maker_key import generate_seed
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.db import Database
from pb.demo import okrug
from pb.demo.people import Invented
from pb.demo.places import KRASNOYAR, Place
from pb.demo.projects import Idea, ideas
from pb.keyring import Keys
from pb.proposals.models import Proposal

SPARE_CARDS = 20


class Stage(StrEnum):
    PROPOSALS = "proposals"
    REVIEW = "review"
    GATHERING = "gathering"
    ROLL = "roll"
    VOTING = "voting"
    TALLY = "tally"
    RESULT = "result"
    BUDGET = "budget"


@dataclass
class Demo:
    """The demonstration's cycle with its secrets: the codes of the cards, the trustees' private keys by position.

    `path` is the address of its page. `maker` is the file of the cards' maker, `maker_seed` the key that signs its
    confirmation.
    """

    cycle_id: UUID
    path: str
    stages: list[tuple[Stage, str]] = field(default_factory=list)
    cards: list[tuple[Invented, str]] = field(default_factory=list)
    reserve: dict[int, str] = field(default_factory=dict)
    trustee_keys: dict[int, int] = field(default_factory=dict)
    poll_id: UUID | None = None
    poll_uuid: str = ""
    maker_seed: bytes = field(default_factory=generate_seed)
    maker: CardList | None = None


@dataclass
class Played:
    """A cycle in which every role is played. `begins` is the day on which it is opened; the clock is moved by hand.

    `rule` are settings of ballots and of the counting rule, as in `cycles.Plan`; `ideas_days` is how long ideas are
    collected, `voting_hours` over how many hours the ballots spread. `codes_key` is the public key of the
    code-releasing process: codes are sealed to it, so that voters may use their digital signature. `work` does the
    waiting jobs and returns their number; without it they are left to a worker. `spare_cards` are handed over to people
    who do not vote here; `closes_at` is when voting ends, if not at the evening of its last day. `turn` is told each
    act's moment before it, and waits (pb/demo/together.py). `illustrate` gives a draft its pictures.
    """

    database: Database
    keys: Keys
    origin: str
    fiscal_year: int
    begins: date
    voters: int
    projects: int
    roll_size: int
    report: Callable[[Stage, str], None]
    ideas_days: int = 5
    voting_hours: float = 240
    codes_key: str = ""
    rule: Mapping[str, Any] = field(default_factory=dict)
    work: Callable[[], int] | None = None
    spare_cards: int = SPARE_CARDS
    closes_at: datetime | None = None
    place: Place = KRASNOYAR
    turn: Callable[[datetime], None] = lambda _at: None
    illustrate: Callable[[Act, Cycle, Proposal, int], None] | None = None

    @contextmanager
    def act(self, role: Role | None, days: int, hours: float = 10, number: int = 0) -> Iterator[Act]:
        """An act of the `number`-th holder of a role, `days` after the beginning, in a transaction of its own."""
        at = datetime.combine(self.begins, time(0), ALMATY) + timedelta(days=days, hours=hours)
        self.turn(at)
        with self.database.work() as session:
            yield okrug.act_of(session, role, at, number, self.place)

    @property
    def _ideas(self) -> tuple[Idea, ...]:
        return ideas(self.place)[: self.projects]

    def _cycle(self, act: Act, demo: Demo) -> Cycle:
        return cycles.get(act, demo.cycle_id)
