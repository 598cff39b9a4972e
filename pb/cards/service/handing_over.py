"""The desk's list: who waits for a card, who has one, and what one search finds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select

from pb.act import Act
from pb.cards.models import Credential, Reissue
from pb.core.national_numbers import IIN, parse_iin
from pb.errors import NotFound
from pb.folding import fold, found_in
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.polls.models import Poll
from pb.roll.models import Entry
from pb.roll.service import entries as roll
from pb.text import one_line

NUMBER, RESERVE = re.compile(r"[0-9]{1,9}"), re.compile(r"r[0-9]{1,9}")
MOST_ENTRIES = 10_000_000  # more than any roll has


@dataclass(frozen=True)
class Line:
    """One voter with their card. `reissue`: the approved one whose card of the reserve stands for the entry now."""

    entry: Entry
    card: Credential
    reissue: Reissue | None

    @property
    def withdrawn(self) -> bool:
        return self.card.withdrawn_at is not None

    @property
    def reserve(self) -> int | None:
        """The number of the card of the reserve that the voter gets or got instead of the first one."""
        return self.reissue.reserve if self.withdrawn and self.reissue else None

    @property
    def released(self) -> bool:
        """The code went to the voter's digital signature: no card is handed over."""
        return self.card.released_at is not None

    @property
    def handed_over_at(self) -> datetime | None:
        """When the card that counts now was handed over, to the full hour."""
        if not self.withdrawn:
            return self.card.handed_over_at
        return self.reissue.handed_over_at if self.reissue else None

    @property
    def waits(self) -> bool:
        """Whether a card lies at the desk for this voter."""
        lies_there = not self.withdrawn or self.reserve is not None
        return lies_there and not self.released and self.handed_over_at is None


@dataclass(frozen=True)
class Page:
    """Some lines of those that were found, how many were found in all, and how many of those wait."""

    lines: Sequence[Line]
    found: int
    waiting: int


def lines(act: Act, poll: Poll) -> Sequence[Line]:
    """Everybody with a card, in the order of the roll: for a printed list, not for a page."""
    return sorted(_of_entries(act, poll), key=lambda line: line.entry.number)


def one_page(act: Act, poll: Poll, keys: Keys, sought: str | IIN = "", *, number: int = 1, size: int) -> Page:
    """The `number`-th page (from 1) of what is found, as a clerk works through it: first those who wait.

    By parts of the name and of the settlement (in any of its languages) in any order, by the number of the roll, as R1
    for a card of the reserve,
    or by the IIN. A few queries, however long the roll: the database counts and puts in order all that is found, and
    one page is read.
    """
    first = (number - 1) * size
    which = roll.is_of(sought, keys) if isinstance(sought, IIN) else _found_by(act, poll, sought)
    entries, found, waiting = (
        _some_of_all(act, poll, first, size) if which is None else _some_of_those_found(act, poll, which, first, size)
    )
    by_entry = {line.entry.id: line for line in _of_entries(act, poll, entries)}
    return Page([by_entry[entry] for entry in entries], found, waiting)


def _some_of_all(act: Act, poll: Poll, first: int, size: int) -> tuple[list[UUID], int, int]:
    """The entries of one page, and `counts`: read in the order of the roll, and no further than to its end."""
    made, waiting = counts(act, poll)

    def entries(which: ColumnElement[bool]) -> Select[Any]:
        query = select(Entry.id).where(Entry.cycle_id == poll.cycle_id, Entry.id.in_(_entries(poll, which)))
        # Plus nothing: SQLite sorts what one index holds instead of looking each entry up in the order of another.
        return query.order_by(Entry.number + 0)

    of_waiting = max(0, min(size, waiting - first))
    some = [*act.session.scalars(entries(_waits()).offset(first).limit(of_waiting))]
    rest = entries(not_(_waits())).offset(max(0, first - waiting)).limit(size - of_waiting)
    return [*some, *act.session.scalars(rest)], made, waiting


def _some_of_those_found(
    act: Act, poll: Poll, which: ColumnElement[bool], first: int, size: int
) -> tuple[list[UUID], int, int]:
    """The entries of one page, how many are found, and how many of those wait. Past the last page nothing is found."""
    waits = case((Entry.id.in_(_entries(poll, _waits())), 1), else_=0).label("waits")
    named = select(Entry.id, Entry.number, waits).where(
        Entry.cycle_id == poll.cycle_id, which, Entry.id.in_(_entries(poll))
    )
    # With a limit, which changes nothing, SQLite computes the column once and not once for each use of it.
    found = named.limit(MOST_ENTRIES).subquery()
    query = select(found.c.id, func.count().over(), func.sum(found.c.waits).over())
    rows = act.session.execute(query.order_by(found.c.waits.desc(), found.c.number).offset(first).limit(size)).all()
    return ([row[0] for row in rows], rows[0][1], rows[0][2]) if rows else ([], 0, 0)


def _entries(poll: Poll, which: ColumnElement[bool] | None = None) -> Select[Any]:
    """The entries whose card is so, or all that have one. The database makes one list of them, from an index alone.

    A look-up of the card for each entry of a long roll takes SQLite four times as long.
    """
    query = select(Credential.entry_id).where(Credential.poll_id == poll.id)
    return query if which is None else query.outerjoin(Reissue, _in_force()).where(which)


def counts(act: Act, poll: Poll) -> tuple[int, int]:
    """How many lines there are in all, and for how many of these voters a card lies at the desk."""
    query = select(func.count(), func.sum(case((_waits(), 1), else_=0))).select_from(Credential)
    made, waiting = act.session.execute(
        query.outerjoin(Reissue, _in_force()).where(Credential.poll_id == poll.id)
    ).one()
    return made, waiting or 0


def line_of(act: Act, poll: Poll, entry_id: UUID) -> Line:
    """The line of one entry. Raises NotFound where no card was made for it."""
    found = _of_entries(act, poll, [entry_id])
    if not found:
        raise NotFound
    return found[0]


def birth_years(act: Act, poll: Poll, some: Sequence[Line], keys: Keys) -> dict[UUID, int]:
    """By entry, the year of birth of those who share name and settlement with somebody else on the roll.

    A clerk sees by it which of two cards is whose. Nobody else's IIN is unsealed; one that was erased has no year.
    Raises cryptography's InvalidTag (the key or the bytes are wrong).
    """
    people = select(Entry.name, Entry.settlement).where(
        Entry.cycle_id == poll.cycle_id, Entry.name.in_({line.entry.name for line in some})
    )
    shared = act.session.execute(people.group_by(Entry.name, Entry.settlement).having(func.count() > 1))
    namesakes = {(name, settlement) for name, settlement in shared}
    return {
        line.entry.id: parse_iin(numbers.unseal(line.entry.iin_sealed, keys.seal), date.max).born.year
        for line in some
        if (line.entry.name, line.entry.settlement) in namesakes and line.entry.iin_sealed is not None
    }


def lines_of(act: Act, poll: Poll, some: Sequence[UUID]) -> list[Line]:
    """The lines of these entries, in the order of the roll."""
    return _of_entries(act, poll, some) if some else []


def _of_entries(act: Act, poll: Poll, entries: Sequence[UUID] | None = None) -> list[Line]:
    """Their lines, or all of the poll."""
    query = _lines(poll) if entries is None else _lines(poll).where(Entry.id.in_(entries))
    rows = act.session.execute(query)
    return [Line(entry, card, reissue) for entry, card, reissue in rows]


def _lines(poll: Poll) -> Select[Any]:
    """Entries with their cards, and the approved re-issue in force where there is one."""
    query: Any = select(Entry, Credential, Reissue)
    query = query.join(Credential, and_(Credential.entry_id == Entry.id, Credential.poll_id == poll.id))
    whole: Select[Any] = query.outerjoin(Reissue, _in_force()).where(Entry.cycle_id == poll.cycle_id)
    return whole


def _in_force() -> ColumnElement[bool]:
    return and_(
        Reissue.poll_id == Credential.poll_id,
        Reissue.entry_id == Credential.entry_id,
        Reissue.approved_at.is_not(None),
        Reissue.replaced_at.is_(None),
    )


def _waits() -> ColumnElement[bool]:
    """As `Line.waits`, asked of the database."""
    first = and_(Credential.withdrawn_at.is_(None), Credential.handed_over_at.is_(None))
    reserve = and_(Credential.withdrawn_at.is_not(None), Reissue.reserve.is_not(None), Reissue.handed_over_at.is_(None))
    return and_(Credential.released_at.is_(None), or_(first, reserve))


def _found_by(act: Act, poll: Poll, words: str) -> ColumnElement[bool] | None:
    """Asked of the entry alone, so that a card is looked up for those who are found. None where there are no words."""
    sought = fold(one_line(words)).removeprefix("№").strip()
    if not sought:
        return None
    person = Entry.name + "\n" + Entry.settlement
    found = [
        and_(
            *(
                or_(found_in(person, word), Entry.settlement.in_(act.territory.settlements_named(word)))
                for word in dict.fromkeys(sought.split())
            )
        )
    ]
    if NUMBER.fullmatch(sought):
        found.append(Entry.number == int(sought))
    if RESERVE.fullmatch(sought):
        instead = and_(Credential.withdrawn_at.is_not(None), Reissue.reserve == int(sought[1:]))
        found.append(Entry.id.in_(_entries(poll, instead)))
    return or_(*found)
