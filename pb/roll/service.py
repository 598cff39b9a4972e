"""Verbs of the roll: a file is read and reported on, imported when confirmed, and confirmed by a second person."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.identity import iin as numbers
from pb.identity.iin import IIN
from pb.identity.roles import Role
from pb.identity.service import Keys
from pb.roll.models import Confirmation, Entry, Import
from pb.roll.reading import FileFault, read_roll

LARGEST_FILE = 5 * 1024 * 1024
SALT_BYTES = 32
SECOND_PERSONS = (Role.CHAIR, Role.SECRETARY, Role.OFFICE, Role.AUDITOR)
_context = b"asar-roll-import"


def read_file(act: Act, cycle: Cycle, keys: Keys, data: bytes) -> Import:
    """Reads a file and keeps its report; nothing is on the roll until `confirm_import`.

    Raises OutOfPhase, Forbidden (not the registrar), Conflict (the poll is open), FieldRefusal (no such CSV).
    """
    _registrar(act, cycle)
    if len(data) > LARGEST_FILE:
        raise FieldRefusal("file", _("The file is larger than 5 MB."))
    known = {numbers.unseal(entry.iin_sealed, keys.seal) for entry in entries(act, cycle)}
    try:
        reading = read_roll(data, settlements=act.territory.settlements, voting_day=cycle.voting_until, known=known)
    except FileFault as fault:
        raise FieldRefusal("file", _FILE_FAULTS[str(fault)]) from fault
    waiting = Import(
        cycle_id=cycle.id,
        registrar_id=act.person.id if act.person else None,
        read_at=act.at,
        sealed=numbers.seal_bytes(data, keys.seal, _context),
        good=len(reading.voters),
        faults=[[line, fault] for line, fault in reading.faults],
    )
    act.session.add(waiting)
    act.session.flush()
    audit.record(act, "roll.read", subject=cycle.id, data={"good": len(reading.voters), "faults": len(reading.faults)})
    return waiting


_FILE_FAULTS = {
    "encoding": _("The file is not text in UTF-8. Save it as CSV in UTF-8."),
    "columns": _("The file needs the columns iin, name and settlement in its first line."),
    "lines": _("The file has more than 50 000 lines."),
}


def confirm_import(act: Act, cycle: Cycle, keys: Keys, waiting: Import) -> int:
    """Puts the good lines of a read file on the roll; the number added. Raises as `read_file`, Conflict if done."""
    _registrar(act, cycle)
    if waiting.sealed is None:
        raise Conflict(_("This file was imported already."))
    data = numbers.unseal_bytes(waiting.sealed, keys.seal, _context)
    known = {numbers.unseal(entry.iin_sealed, keys.seal) for entry in entries(act, cycle)}
    voters = read_roll(data, settlements=act.territory.settlements, voting_day=cycle.voting_until, known=known).voters
    number = act.session.scalar(select(func.max(Entry.number)).where(Entry.cycle_id == cycle.id)) or 0
    for number, voter in enumerate(voters, number + 1):  # noqa: B020 - goes on from the last number of the roll
        act.session.add(
            Entry(
                cycle_id=cycle.id,
                number=number,
                iin_lookup=numbers.lookup(voter.iin, keys.pepper),
                iin_sealed=numbers.seal(voter.iin, keys.seal),
                name=voter.name,
                settlement=voter.settlement,
                imported_at=act.at,
            )
        )
    waiting.sealed, waiting.confirmed_at = None, act.at
    if (confirmed := confirmation(act, cycle)) is not None:
        act.session.delete(confirmed)  # what a second person looked at is no longer what stands
    act.session.flush()
    audit.record(act, "roll.imported", subject=cycle.id, data={"added": len(voters), "count": count(act, cycle)})
    return len(voters)


def confirm(act: Act, cycle: Cycle) -> Confirmation:
    """A second person confirms the roll's count; a fresh salted commitment is kept and stands in the poll.

    Raises OutOfPhase, Forbidden (the registrar, or another role), Conflict (empty, open, or confirmed already).
    """
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(*SECOND_PERSONS) or act.holds(Role.REGISTRAR):
        raise Forbidden(_("The roll is confirmed by a second person, not by the registrar."))
    importers = select(Import.registrar_id).where(Import.cycle_id == cycle.id)
    if act.person.id in act.session.scalars(importers):
        raise Forbidden(_("The roll is confirmed by a second person, not by the registrar."))
    refuse_frozen(act, cycle)
    if not count(act, cycle):
        raise Conflict(_("The roll is empty."))
    if confirmation(act, cycle) is not None:
        raise Conflict(_("The roll is confirmed already."))
    salt = secrets.token_bytes(SALT_BYTES)
    confirmed = Confirmation(
        cycle_id=cycle.id,
        count=count(act, cycle),
        salt=salt,
        commitment=commitment(act, cycle, salt),
        person_id=act.person.id,
        at=act.at,
    )
    act.session.add(confirmed)
    act.session.flush()
    data = {"count": confirmed.count, "commitment": confirmed.commitment}
    audit.record(act, "roll.confirmed", subject=cycle.id, data=data)
    return confirmed


def commitment(act: Act, cycle: Cycle, salt: bytes) -> str:
    """HMAC-SHA-256 under a 256-bit salt over the sorted look-ups: one changed entry changes it, none can be guessed."""
    lookups = act.session.scalars(select(Entry.iin_lookup).where(Entry.cycle_id == cycle.id))
    return hmac.new(salt, b"".join(sorted(lookups)), hashlib.sha256).hexdigest()


def confirmation(act: Act, cycle: Cycle) -> Confirmation | None:
    return act.session.get(Confirmation, cycle.id)


def entries(act: Act, cycle: Cycle) -> Sequence[Entry]:
    """The roll in the order of its numbers."""
    return act.session.scalars(select(Entry).where(Entry.cycle_id == cycle.id).order_by(Entry.number)).all()


def count(act: Act, cycle: Cycle) -> int:
    return act.session.scalar(select(func.count()).select_from(Entry).where(Entry.cycle_id == cycle.id)) or 0


def find(act: Act, cycle: Cycle, iin: IIN, keys: Keys) -> Entry | None:
    """The entry of an IIN on the roll of this cycle."""
    query = select(Entry).where(Entry.cycle_id == cycle.id, Entry.iin_lookup == numbers.lookup(iin, keys.pepper))
    return act.session.scalars(query).one_or_none()


def find_in_okrug(act: Act, iin: IIN, keys: Keys) -> Entry | None:
    """The latest entry of an IIN on any roll of the act's okrug."""
    query = (
        select(Entry)
        .join(Cycle, Cycle.id == Entry.cycle_id)
        .where(Cycle.territory_id == act.territory.id, Entry.iin_lookup == numbers.lookup(iin, keys.pepper))
        .order_by(Entry.imported_at.desc())
    )
    return act.session.scalars(query).first()


def get_import(act: Act, cycle: Cycle, import_id: UUID) -> Import:
    """A read file of this cycle. Raises NotFound."""
    waiting = act.session.get(Import, import_id)
    if waiting is None or waiting.cycle_id != cycle.id:
        raise NotFound
    return waiting


def refuse_frozen(act: Act, cycle: Cycle) -> None:
    """Raises Conflict once the poll of the cycle has been opened: the roll is frozen with it."""
    from pb.polls import state

    if state.roll_is_frozen(act, cycle):
        raise Conflict(_("The poll was opened: the roll can no longer change."))


def _registrar(act: Act, cycle: Cycle) -> None:
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(Role.REGISTRAR):
        raise Forbidden(_("Only the registrar changes the roll."))
    refuse_frozen(act, cycle)
