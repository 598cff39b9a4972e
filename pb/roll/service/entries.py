"""Looking at the roll, and who may touch it while it can still change."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.core.national_numbers import IIN
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, Forbidden, NotFound
from pb.folding import fold, folded
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.models import Change, Confirmation, Correction, Entry, Freeze, Import, NumbersErasure

LONGEST_NUMBER = 9  # digits of a number on the roll
SECOND_PERSONS = (Role.CHAIR, Role.SECRETARY, Role.OFFICE, Role.AUDITOR)


def voters(act: Act, cycle: Cycle) -> Sequence[Entry]:
    """Those who may vote, in the order of their numbers."""
    query = select(Entry).where(Entry.cycle_id == cycle.id, Entry.gone_on.is_(None))
    return act.session.scalars(query.order_by(Entry.number)).all()


def everybody_ever(act: Act, cycle: Cycle) -> Sequence[Entry]:
    """The roll in the order of its numbers, with those who left it."""
    return act.session.scalars(select(Entry).where(Entry.cycle_id == cycle.id).order_by(Entry.number)).all()


def one_page(act: Act, cycle: Cycle, number: int, size: int) -> Sequence[Entry]:
    """The `number`-th page (from 1) of the roll, with those who left it."""
    query = select(Entry).where(Entry.cycle_id == cycle.id).order_by(Entry.number)
    return act.session.scalars(query.offset((number - 1) * size).limit(size)).all()


def search(act: Act, cycle: Cycle, sought: str | IIN, keys: Keys, most: int) -> Sequence[Entry]:
    """The first `most` entries of the roll, with those who left it, that are found.

    By parts of name and settlement (in any of its languages) in any order, by the number of the roll, or by the whole
    IIN.
    """
    if isinstance(sought, IIN):
        which = is_of(sought, keys)
    elif sought.isascii() and sought.isdigit():
        which = Entry.number == int(sought[:LONGEST_NUMBER])
    else:
        words = fold(sought).split()
        text = folded(Entry.name + " " + Entry.settlement, "".join(words))
        which = and_(
            *(
                or_(text.contains(word, autoescape=True), Entry.settlement.in_(act.territory.settlements_named(word)))
                for word in words
            )
        )
    query = select(Entry).where(Entry.cycle_id == cycle.id, which).order_by(Entry.number)
    return act.session.scalars(query.limit(most)).all()


def count(act: Act, cycle: Cycle) -> int:
    """How many may vote."""
    query = select(func.count()).select_from(Entry).where(Entry.cycle_id == cycle.id, Entry.gone_on.is_(None))
    return act.session.scalar(query) or 0


def last_number(act: Act, cycle: Cycle) -> int:
    return act.session.scalar(select(func.max(Entry.number)).where(Entry.cycle_id == cycle.id)) or 0


def find(act: Act, cycle: Cycle, iin: IIN, keys: Keys) -> Entry | None:
    """The entry of an IIN, if that person may vote; under whichever pepper the entry stands."""
    entry = find_ever(act, cycle, iin, keys)
    return entry if entry is not None and entry.gone_on is None else None


def find_ever(act: Act, cycle: Cycle, iin: IIN, keys: Keys) -> Entry | None:
    """The entry of an IIN, also of somebody who left the roll."""
    return act.session.scalars(select(Entry).where(Entry.cycle_id == cycle.id, is_of(iin, keys))).first()


def find_in_any_okrug(session: Session, iin: IIN, keys: Keys) -> Entry | None:
    """The latest entry of an IIN that stands on a roll of any okrug of the server; not of somebody who left it."""
    query = select(Entry).where(Entry.gone_on.is_(None), is_of(iin, keys))
    return session.scalars(query.order_by(Entry.imported_at.desc())).first()


def is_of(iin: IIN, keys: Keys) -> ColumnElement[bool]:
    """An entry that was made of this IIN with the pepper that it says: each look-up counts with its own version alone.

    A row that somebody wrote past the program, with a pepper that leaked, under the version of another is nobody's.
    """
    return tuple_(Entry.iin_lookup, Entry.iin_pepper).in_(numbers.versioned(iin, keys.pepper))


def get(act: Act, cycle: Cycle, entry_id: UUID) -> Entry:
    """An entry of this cycle's roll. Raises NotFound."""
    entry = act.session.get(Entry, entry_id)
    if entry is None or entry.cycle_id != cycle.id:
        raise NotFound
    return entry


def numbered(act: Act, cycle: Cycle, number: int) -> Entry:
    """The entry of this cycle's roll that has this number. Raises NotFound."""
    query = select(Entry).where(Entry.cycle_id == cycle.id, Entry.number == number)
    entry = act.session.scalars(query).first()
    if entry is None:
        raise NotFound
    return entry


def changes(act: Act, entry: Entry) -> Sequence[Change]:
    """What was changed in an entry, in order."""
    query = select(Change).where(Change.entry_id == entry.id)
    return act.session.scalars(query.order_by(Change.at, Change.field)).all()


def confirmation(act: Act, cycle: Cycle) -> Confirmation | None:
    return act.session.get(Confirmation, cycle.id)


def people_at_work(act: Act, cycle: Cycle) -> set[UUID]:
    """Who brought anything into this roll, whatever role they hold by now: they are never its poll's trustees."""
    importers = select(Import.registrar_id).where(Import.cycle_id == cycle.id)
    proposers = select(Correction.proposed_by).where(Correction.cycle_id == cycle.id)
    return {*act.session.scalars(importers), *act.session.scalars(proposers)}


def freeze_in_force(act: Act, cycle: Cycle) -> Freeze | None:
    query = select(Freeze).where(Freeze.cycle_id == cycle.id, Freeze.thawed_at.is_(None))
    return act.session.scalars(query).one_or_none()


def is_frozen(act: Act, cycle: Cycle) -> bool:
    """Whether the roll was frozen with the opening of its poll, and not thawed since for a repetition."""
    return freeze_in_force(act, cycle) is not None


def are_erased(act: Act, cycle: Cycle) -> bool:
    """Whether the IINs of the roll were erased."""
    return act.session.get(NumbersErasure, cycle.id) is not None


def refuse_erased(act: Act, cycle: Cycle) -> None:
    """Raises Conflict once the IINs of the roll were erased: what came later would have no day at which it goes."""
    if are_erased(act, cycle):
        raise Conflict(_("The IINs of this roll were erased after their term. Nothing comes to it any more."))


def refuse_frozen(act: Act, cycle: Cycle) -> None:
    """Raises Conflict while the roll is frozen, and after the erasure of its IINs."""
    refuse_erased(act, cycle)
    if is_frozen(act, cycle):
        raise Conflict(_("The poll was opened: the roll can no longer change."))


def require_registrar(act: Act, cycle: Cycle) -> UUID:
    """The registrar's id, while the roll can change. Raises OutOfPhase, Forbidden, Conflict (frozen)."""
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(Role.REGISTRAR):
        raise Forbidden(_("Only the registrar changes the roll."))
    refuse_frozen(act, cycle)
    return act.person.id
