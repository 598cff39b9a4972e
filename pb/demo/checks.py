"""What the commission of the demonstration does between the closing and the adoption, through the services."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from pb.act import Act, Role
from pb.cards.models import Credential, Reissue
from pb.checks.models import Answer
from pb.checks.service import openings, paper, sample
from pb.core.belenios import credentials
from pb.cycles.models import Cycle
from pb.keyring import Keys
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Entry


@dataclass
class Checks:
    """Plays the clerk and the commission; `reserve` are the codes on the cards of the reserve."""

    act: Callable[[Role | None, int, float], AbstractContextManager[Act]]
    cycle: Callable[[Act], Cycle]
    reserve: dict[int, str]
    keys: Keys

    def run(self, day: int, number: str) -> str:
        """All checks on one day; minutes have `number`. Returns how many were asked and how many cards opened."""
        self.count_paper(day)
        opened = self.open_cards(day, number)
        asked = self.ask_sample(day, number)
        return f"{opened} cards opened, {asked} participants asked"

    def count_paper(self, day: int) -> None:
        for role in (Role.CLERK, Role.AUDITOR):
            with self.act(role, day, 9) as act:
                cycle, poll = self._rows(act)
                signed = self._signed(act, poll)
                paper.record(act, cycle, poll, signatures=len(signed), text=", ".join(signed))

    def _signed(self, act: Act, poll: Poll) -> list[str]:
        """The paper list: in the demonstration everybody signed who got a card."""
        query = select(Entry.number).join(Credential, Credential.entry_id == Entry.id)
        roll = act.session.scalars(query.where(Credential.poll_id == poll.id, Credential.handed_over_at.is_not(None)))
        reserve = select(Reissue.reserve).where(Reissue.poll_id == poll.id, Reissue.handed_over_at.is_not(None))
        return [
            *map(str, sorted(roll)),
            *(f"R{number}" for number in sorted(filter(None, act.session.scalars(reserve)))),
        ]

    def open_cards(self, day: int, number: str) -> int:
        with self.act(Role.SECRETARY, day, 10) as act:
            cycle, poll = self._rows(act)
            if not openings.closed_cards(act, poll):
                return 0
            openings.choose(act, cycle, poll, minutes_number=number, text="")
        with self.act(Role.DEPUTY, day, 10.1) as act:
            openings.answer_choice(act, *self._rows(act), 1, agrees=True)
        with self.act(Role.SECRETARY, day, 10.2) as act:
            cycle, poll = self._rows(act)
            cards = openings.to_open(act, poll)
            lines = "\n".join(f"{card} {self._read(poll, card)}".strip() for card in cards)
            openings.record(act, cycle, poll, lines)
        with self.act(Role.DEPUTY, day, 10.5) as act:
            cycle, poll = self._rows(act)
            openings.confirm(act, cycle, poll, openings.fingerprint(openings.confirmable(act, poll)))
        return len(cards)

    def _read(self, poll: Poll, card: str) -> str:
        """The fingerprint under the fold of a reserve card; those of the roll are looked up by number alone."""
        if not card.startswith("R"):
            return ""
        group = state.group_of(poll)
        secret = credentials.derive(group, poll.uuid, self.reserve[int(card[1:])])
        return sha256(credentials.public_credential(group, secret).encode()).hexdigest()

    def ask_sample(self, day: int, number: str) -> int:
        with self.act(Role.SECRETARY, day, 11) as act:
            cycle, poll = self._rows(act)
            listed = sample.committed(act, poll)
            if listed is None or not listed.asked:
                return 0
            copied = listed.commitment[: sample.COPIED_DIGITS]
            sample.record_draw(act, cycle, poll, text="12 7 41 3 88 20", minutes_number=number, copied=copied)
        with self.act(Role.AUDITOR, day, 11.2) as act:
            sample.answer_draw(act, *self._rows(act), 1, agrees=True)
        with self.act(Role.DEPUTY, day, 12) as act:
            cycle, poll = self._rows(act)
            visited = sample.look(act, cycle, poll, self.keys)
            for entry, _given in visited:
                sample.answer(act, cycle, poll, entry.number, Answer.VOTED)
        with self.act(Role.CHAIR, day, 12.5) as act:
            cycle, poll = self._rows(act)
            sample.look(act, cycle, poll, self.keys)
            sample.confirm(act, cycle, poll, [sample.named(row) for row in sample.confirmable(act, poll)])
        return len(visited)

    def _rows(self, act: Act) -> tuple[Cycle, Poll]:
        cycle = self.cycle(act)
        return cycle, state.require(act, cycle)
