"""A poll that was closed with twelve ballots, nobody of the commission has checked anything yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text

from pb.act import Role
from pb.checks.models import Answer
from pb.checks.service import faults, openings, paper, sample
from pb.core.belenios import ballots, credentials
from pb.demo.checks import Checks
from pb.polls.models import Channel
from pb.polls.service import state
from pb.voting.jobs import close_due
from pb.voting.service import casting
from tests.polls.open_poll import GROUP, OpenPoll
from tests.village import KEYS

VOTED = 12
ABSENT = 5  # of the voters: somebody else voted in their place


@dataclass
class ClosedPoll:
    """The poll after its end; `at` is the moment of the next act, which the test moves on."""

    opened: OpenPoll
    at: datetime

    def act(self, role: Role | None, number: int = 0) -> Any:
        self.at += timedelta(minutes=1)
        return self.opened.act(role, number, at=self.at)

    @property
    def checks(self) -> Checks:
        """The honest commission of the demonstration, in the order of this poll's moments."""

        def act(role: Role | None, _day: int, _hours: float) -> Any:
            return self.act(role)

        return Checks(act, lambda act: self.opened.rows(act)[0], self.opened.demo.reserve, KEYS)

    def missing(self) -> list[str]:
        with self.act(None) as act:
            return [str(text) for text in faults.missing(act, self.opened.rows(act)[1])]

    def marks(self) -> list[str]:
        with self.act(None) as act:
            return [fault.mark for fault in faults.unexplained(act, self.opened.rows(act)[1])]

    def answer(self, *absent: int) -> None:
        """The sample is asked; those with these numbers on the roll say that they did not vote."""
        with self.act(Role.SECRETARY) as act:
            cycle, poll = self.opened.rows(act)
            listed = sample.committed(act, poll)
            assert listed is not None
            copied = listed.commitment[:32]
            sample.record_draw(act, cycle, poll, text="7 41 3 12 88 20", minutes_number="5", copied=copied)
        with self.act(Role.AUDITOR) as act:
            sample.answer_draw(act, *self.opened.rows(act), 1, agrees=True)
        with self.act(Role.DEPUTY) as act:
            cycle, poll = self.opened.rows(act)
            for number in sample.members(act, poll):
                said = Answer.DID_NOT_VOTE if number in absent else Answer.VOTED
                sample.answer(act, cycle, poll, number, said)
        with self.act(Role.AUDITOR) as act:
            cycle, poll = self.opened.rows(act)
            sample.confirm(act, cycle, poll, [sample.named(row) for row in sample.confirmable(act, poll)])

    def enemy(self, *statements: Any, triggers: tuple[str, ...] = ()) -> None:
        """Whoever owns the SQLite file: takes triggers away first, and asks no foreign key."""
        engine = self.opened.database.engine
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")  # a pragma is deaf inside a transaction
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for trigger in triggers:
                connection.execute(text(f"DROP TRIGGER {trigger}"))
            for statement in statements:
                assert connection.execute(statement).rowcount > 0, str(statement)
            connection.commit()
        engine.dispose()

    def choose_cards(self, text: str = "") -> None:
        """Two members say which cards are opened."""
        with self.act(Role.SECRETARY) as act:
            openings.choose(act, *self.opened.rows(act), minutes_number="5", text=text)
        with self.act(Role.DEPUTY) as act:
            openings.answer_choice(act, *self.opened.rows(act), 1, agrees=True)

    def record_all(self, **typed: str) -> None:
        """The secretary records every closed card; `typed` is what was read from some of them."""
        self.choose_cards()
        with self.act(Role.SECRETARY) as act:
            cycle, poll = self.opened.rows(act)
            lines = "\n".join(f"{card} {typed.get(f'_{card}', '')}" for card in openings.to_open(act, poll))
            openings.record(act, cycle, poll, lines)

    def confirm_cards(self, role: Role = Role.DEPUTY) -> None:
        """A second member confirms the lines that the page shows."""
        with self.act(role) as act:
            cycle, poll = self.opened.rows(act)
            openings.confirm(act, cycle, poll, openings.fingerprint(openings.confirmable(act, poll)))

    def open_all(self, **typed: str) -> None:
        self.record_all(**typed)
        self.confirm_cards()

    def explain(self, text: str = "A slip.", *, role: Role = Role.SECRETARY) -> None:
        """Every fault that stands is explained in one text."""
        with self.act(role) as act:
            cycle, poll = self.opened.rows(act)
            kinds = list(faults.chosen_by(faults.unwritten(act, poll)))
            faults.explain(act, cycle, poll, kinds=kinds, minutes_number="6", text=text)

    def answer_explanation(self, place: int = -1, *, agrees: bool = True) -> None:
        with self.act(Role.CHAIR) as act:
            cycle, poll = self.opened.rows(act)
            faults.confirm_explanation(act, cycle, poll, faults.explanations(act, poll)[place], agrees=agrees)

    def fingerprint(self, number: int) -> str:
        return sha256(credentials.public_credential(GROUP, self.opened.secret(number)).encode()).hexdigest()

    def count(self, role: Role, cards: list[str]) -> None:
        with self.act(role) as act:
            cycle, poll = self.opened.rows(act)
            paper.record(act, cycle, poll, signatures=len(cards), text=", ".join(cards))


def cast(opened: OpenPoll, number: int, sign: Callable[[str], casting.SignedTracker] | None = None) -> str:
    """The `number`-th voter casts a ballot with the card, and may sign its tracker; returns it."""
    voter = casting.Voter(opened.entry_id(number), credentials.public_credential(GROUP, opened.secret(number)))
    ballot = opened.ballot(number, 1)
    tracker = ballots.tracker(ballot)
    signed = sign(tracker) if sign is not None else None
    with opened.act() as act:
        casting.cast(act, opened.rows(act)[1].id, KEYS, voter, ballot, Channel.WEB, signed)
    return tracker


@pytest.fixture
def closed(app: object, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch) -> ClosedPoll:  # noqa: ARG001 - its rooms
    for number in range(VOTED):
        cast(opened, number)
    return close(opened, monkeypatch)


def close(opened: OpenPoll, monkeypatch: pytest.MonkeyPatch) -> ClosedPoll:
    """The clock closes the poll."""
    with opened.act() as act:
        closes = opened.rows(act)[1].closes_at
    assert closes is not None
    late = closes + timedelta(minutes=1)
    monkeypatch.setattr("pb.clock.now", lambda: late)
    assert close_due(opened.database)
    monkeypatch.undo()
    with opened.act() as act:
        assert opened.rows(act)[1].state == state.State.CLOSED
    return ClosedPoll(opened, late)
