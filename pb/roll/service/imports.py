"""A file becomes the roll in two steps: it is read and its difference shown, then the registrar takes it in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, func, insert, select, update

from pb import keyring, tables
from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.core.national_numbers import parse_iin
from pb.core.places.settlements import Settlements
from pb.core.tables import TableFault, Wrong
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, NotFound
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.models import IMPORT_CONTEXT, Change, Departure, Entry, Import
from pb.roll.service import commitments, departures, entries, reading
from pb.roll.service.reading import FileFault, Reading, Row, Voter, read_roll

LARGEST_FILE = 5 * 1024 * 1024
READ_AGAIN = _("The roll changed after this file was read, or another file was read. Read the file again.")
TOO_LARGE = _("The file is larger than 5 MB.")
FILE_FAULTS = {
    "columns": _("The file needs the columns iin, name and settlement in its first line."),
    "workbook": _("The workbook cannot be read. Save it again as XLSX without a password, or as CSV."),
    "lines": _("The file has more than 50 000 lines."),
    "no_workbook": _("This is an archive or another document, not an XLSX workbook. Save it as XLSX or as CSV."),
    "size": _("The workbook is too large when it is unpacked. Leave the columns iin, name and settlement alone in it."),
}


@dataclass(frozen=True)
class Difference:
    """What a file changes: who is new, who comes back, whose entry differs, who is missing; and how many stay."""

    new: list[Voter] = field(default_factory=list)
    returned: list[tuple[Entry, Voter]] = field(default_factory=list)
    changed: list[tuple[Entry, Voter]] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    same: int = 0

    @property
    def empty(self) -> bool:
        return not (self.new or self.returned or self.changed or self.gone)


@dataclass(frozen=True)
class Kept:
    """What is kept of a read file until it is taken in: its good lines, repairs by their line, rows at fault."""

    voters: list[Voter]
    repairs: dict[int, Voter]
    rows: dict[int, Row]


@dataclass(frozen=True)
class Prepared:
    """A file that was read: its lines as judged, sealed, and by which settlements and day of voting."""

    found: Reading
    sealed: bytes
    settlements: Settlements
    voting_day: date


class Leaving(NamedTuple):
    """The day and the reason for those who are missing in a whole roll."""

    day: date
    reason: Departure


@dataclass(frozen=True)
class TakingIn:
    """All that is written when a file is taken in, made ready before the write lock; true while `base_id` is the last.

    Rows of new entries, of what changes in others and of what stood there before; who leaves; the commitment after it.
    """

    difference: Difference
    base_id: UUID | None
    added: list[dict[str, Any]]
    altered: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    leavers: list[UUID]
    repaired: int
    committed: commitments.Committed


def as_csv(data: bytes) -> bytes:
    """A file that was sent, as CSV; called with no transaction open. Raises FieldRefusal."""
    try:
        if len(data) <= LARGEST_FILE:
            return reading.as_csv(data)
    except FileFault as fault:
        raise FieldRefusal("file", FILE_FAULTS[str(fault)]) from fault
    raise FieldRefusal("file", TOO_LARGE)


def read_file(act: Act, cycle: Cycle, keys: Keys, data: bytes, *, whole: bool = False) -> Import:
    """Reads a CSV and keeps its good lines sealed; nothing is on the roll until `confirm_import`.

    `whole`: the file is the whole roll, not an addition. Raises OutOfPhase, Forbidden (not the registrar), Conflict
    (the poll is open), FieldRefusal (no such file).
    """
    return keep_file(act, cycle, prepare_file(act, cycle, keys, data), whole=whole)


def prepare_file(act: Act, cycle: Cycle, keys: Keys, data: bytes) -> Prepared:
    """Judges the lines of a CSV and seals the good ones: seconds for a large roll, in which nothing is written.

    Raises as `read_file`.
    """
    entries.require_registrar(act, cycle)
    if len(data) > LARGEST_FILE:
        raise FieldRefusal("file", TOO_LARGE)
    settlements = act.territory.known_settlements()
    try:
        found = read_roll(data, settlements=settlements, voting_day=cycle.voting_until)
    except FileFault as fault:
        raise FieldRefusal("file", FILE_FAULTS[str(fault)]) from fault
    except TableFault as fault:
        if fault.wrong is Wrong.TOO_MANY_LINES:
            raise FieldRefusal("file", FILE_FAULTS["lines"]) from fault
        raise tables.refused(fault) from fault
    sealed = keyring.seal_bytes(_written(found), keys.seal, IMPORT_CONTEXT)
    return Prepared(found, sealed, settlements, cycle.voting_until)


def keep_file(act: Act, cycle: Cycle, prepared: Prepared, *, whole: bool = False) -> Import:
    """Keeps what `prepare_file` made. Raises as `read_file`, and Conflict: what it was judged by changed meanwhile."""
    registrar_id = entries.require_registrar(act, cycle)
    if (prepared.settlements, prepared.voting_day) != (act.territory.known_settlements(), cycle.voting_until):
        raise Conflict(READ_AGAIN)
    found = prepared.found
    base = commitments.last(act, cycle)
    taken = act.session.scalar(select(func.max(Import.number)).where(Import.cycle_id == cycle.id)) or 0
    waiting = Import(
        cycle_id=cycle.id,
        number=taken + 1,
        registrar_id=registrar_id,
        read_at=act.at,
        sealed=prepared.sealed,
        good=len(found.voters),
        faults=[[line, fault] for line, fault in found.faults],
        whole=whole,
        base_id=base.id if base else None,
    )
    commitments.drop_files(act, cycle)  # of those that wait the last one alone is kept
    act.session.add(waiting)
    act.session.flush()
    data_told = {
        "good": len(found.voters),
        "faults": len(found.faults),
        "repairs": len(found.repairs),
        "whole": whole,
    }
    audit.record(act, "roll.read", subject=cycle.id, data=data_told)
    return waiting


def get_import(act: Act, cycle: Cycle, import_id: UUID) -> Import:
    """A read file of this cycle. Raises NotFound."""
    waiting = act.session.get(Import, import_id)
    if waiting is None or waiting.cycle_id != cycle.id:
        raise NotFound
    return waiting


def kept(keys: Keys, waiting: Import) -> Kept:
    """The lines of a read file. Raises Conflict (imported, or no longer kept)."""
    if waiting.sealed is None:
        raise Conflict(_("This file was imported already.") if waiting.confirmed_at is not None else READ_AGAIN)
    read = json.loads(keyring.unseal_bytes(waiting.sealed, keys.seal, IMPORT_CONTEXT))
    repairs = {line: _voter(told) for line, told in read["repairs"]}
    return Kept([_voter(told) for told in read["voters"]], repairs, {line: tuple(row) for line, row in read["rows"]})


def difference(act: Act, cycle: Cycle, keys: Keys, waiting: Import, *, repaired: bool = False) -> Difference:
    """What a read file would change in the roll as it stands; `repaired`: with the lines whose zeros are put back.

    Nobody of those lines is missing in the file, whether they are taken in or not. Raises Conflict (imported, or no
    longer kept).
    """
    lines = kept(keys, waiting)
    everybody = entries.everybody_ever(act, cycle)
    by_lookup = {(entry.iin_lookup, entry.iin_pepper): entry for entry in everybody}

    def entry_of(voter: Voter) -> Entry | None:
        known = (by_lookup.get(lookup) for lookup in numbers.versioned(voter.iin, keys.pepper))
        return next((entry for entry in known if entry is not None), None)

    offered = list(lines.repairs.values())
    found = Difference()
    met = {entry.id for voter in offered if (entry := entry_of(voter)) is not None}
    same = 0
    for voter in [*lines.voters, *(offered if repaired else [])]:
        entry = entry_of(voter)
        if entry is None:
            found.new.append(voter)
            continue
        met.add(entry.id)
        if entry.gone_on is not None:
            found.returned.append((entry, voter))
        elif (entry.name, entry.settlement) != (voter.name, voter.settlement):
            found.changed.append((entry, voter))
        else:
            same += 1
    gone = [entry for entry in everybody if waiting.whole and entry.gone_on is None and entry.id not in met]
    return replace(found, gone=gone, same=same)


def _written(found: Reading) -> bytes:
    """A read file as it is sealed."""
    read = {
        "voters": [_told(voter) for voter in found.voters],
        "repairs": [(repair.line, _told(repair.voter)) for repair in found.repairs],
        "rows": list(found.rows.items()),
    }
    return json.dumps(read, ensure_ascii=False).encode()


def _told(voter: Voter) -> Row:
    return voter.iin.text, voter.name, voter.settlement


def _voter(told: Row) -> Voter:
    text, name, settlement = told
    return Voter(parse_iin(text, date.max), name, settlement)


def is_stale(act: Act, cycle: Cycle, waiting: Import) -> bool:
    """Whether the roll changed or another file was read since: what was shown then is not the difference now."""
    latest = commitments.last(act, cycle)
    return waiting.sealed is None or waiting.base_id != (latest.id if latest else None)


def confirm_import(
    act: Act, cycle: Cycle, keys: Keys, waiting: Import, *, leaving: Leaving | None = None, repaired: bool = False
) -> Difference:
    """What `prepare_import` and `take_in` do, in one transaction. Raises as they do."""
    prepared = prepare_import(act, cycle, keys, waiting, leaving=leaving, repaired=repaired)
    take_in(act, cycle, keys, waiting, prepared)
    standing = select(Entry).where(Entry.cycle_id == cycle.id)
    act.session.scalars(standing.execution_options(populate_existing=True)).all()  # what the session holds is anew
    return prepared.difference


def prepare_import(
    act: Act, cycle: Cycle, keys: Keys, waiting: Import, *, leaving: Leaving | None = None, repaired: bool = False
) -> TakingIn:
    """Makes ready what `take_in` writes: seconds for a large roll, in which nothing is written and nobody waits.

    Whoever is missing in a whole roll is dated by `leaving`, or stays without. `repaired`: the registrar says that the
    zeros which are put back in some lines are theirs.

    Raises as `read_file`, Conflict (imported already, the roll changed since), FieldRefusal (the day).
    """
    registrar_id = entries.require_registrar(act, cycle)
    _refuse_stale(act, cycle, waiting)
    found = difference(act, cycle, keys, waiting, repaired=repaired)
    if leaving is not None and leaving.day > local(act.at).date():
        raise FieldRefusal("day", _("The day has not come yet."))
    leavers = found.gone if leaving is not None else []
    altered: dict[UUID, dict[str, Any]] = {}
    changes: list[dict[str, Any]] = []
    for entry, voter in [*found.returned, *found.changed]:
        after = {"name": voter.name, "settlement": voter.settlement, "gone_on": None}
        changes += field_changes(act, registrar_id, entry, after)
        altered[entry.id] = {**after, "gone_reason": None}
    for entry in leavers:
        left = {"gone_on": leaving.day, "gone_reason": leaving.reason.value} if leaving is not None else {}
        changes += field_changes(act, registrar_id, entry, {"gone_on": left["gone_on"]})
        altered[entry.id] = {"name": entry.name, "settlement": entry.settlement, **left}
    added = _rows(act, cycle, keys, found.new)
    return TakingIn(
        difference=found,
        base_id=waiting.base_id,
        added=added,
        altered=[{"entry_id": entry_id, **after} for entry_id, after in altered.items()],
        changes=changes,
        leavers=[entry.id for entry in leavers],
        repaired=len(kept(keys, waiting).repairs) if repaired else 0,
        committed=_committed(act, cycle, keys, found.new, altered),
    )


def take_in(act: Act, cycle: Cycle, keys: Keys, waiting: Import, prepared: TakingIn) -> None:
    """Writes what was prepared in a few statements, however many people it is of: everybody else's writing waits.

    Raises as `prepare_import`: whatever changed the roll meanwhile left another commitment.
    """
    entries.require_registrar(act, cycle)
    _refuse_stale(act, cycle, waiting)
    if waiting.base_id != prepared.base_id:
        raise Conflict(READ_AGAIN)
    waiting.sealed, waiting.confirmed_at = None, act.at
    if prepared.added or prepared.altered:
        if (confirmed := entries.confirmation(act, cycle)) is not None:
            act.session.delete(confirmed)  # what a second person looked at is no longer what stands
        act.session.flush()
        _write(act, prepared)
    if prepared.leavers:
        departures.announce(act, cycle, prepared.leavers)
    act.session.flush()
    latest = commitments.commit(act, cycle, keys, commitments.Occasion.IMPORT, committed=prepared.committed)
    found = prepared.difference
    data = {
        "added": len(found.new),
        "returned": len(found.returned),
        "changed": len(found.changed),
        "gone": len(prepared.leavers),
        "repaired": prepared.repaired,
        "count": latest.count,
        "commitment": latest.commitment,
    }
    audit.record(act, "roll.imported", subject=cycle.id, data=data)


def _refuse_stale(act: Act, cycle: Cycle, waiting: Import) -> None:
    if waiting.confirmed_at is not None:
        raise Conflict(_("This file was imported already."))
    if is_stale(act, cycle, waiting):
        raise Conflict(READ_AGAIN)


def _rows(act: Act, cycle: Cycle, keys: Keys, voters: Sequence[Voter]) -> list[dict[str, Any]]:
    """The entries of new voters, with the numbers after the last."""
    first = entries.last_number(act, cycle) + 1
    return [
        {
            "id": uuid4(),
            "cycle_id": cycle.id,
            "number": number,
            "iin_lookup": numbers.lookup(voter.iin, keys.pepper),
            "iin_pepper": keys.pepper.version,
            "iin_sealed": numbers.seal(voter.iin, keys.seal),
            "name": voter.name,
            "settlement": voter.settlement,
        }
        for number, voter in enumerate(voters, first)
    ]


def _committed(
    act: Act, cycle: Cycle, keys: Keys, new: Sequence[Voter], altered: Mapping[UUID, Mapping[str, Any]]
) -> commitments.Committed:
    """The commitment to the roll as it will be."""
    lines, count, last = [], len(new), 0
    for entry in entries.everybody_ever(act, cycle):
        stands = {"name": entry.name, "settlement": entry.settlement, "gone_on": entry.gone_on}
        name, settlement, gone_on = ({**stands, **altered.get(entry.id, {})}[field] for field in stands)
        lines.append(
            commitments.line(entry.number, numbers.unseal(entry.iin_sealed, keys.seal), name, settlement, gone_on)
        )
        count, last = count + (gone_on is None), entry.number
    lines += [
        commitments.line(number, voter.iin.text, voter.name, voter.settlement, None)
        for number, voter in enumerate(new, last + 1)
    ]
    return commitments.over(lines, count)


def _write(act: Act, prepared: TakingIn) -> None:
    """By tables, past the session's objects: of 50 000 rows the session's own work took as long as the database's."""
    roll, history = Entry.metadata.tables[Entry.__tablename__], Change.metadata.tables[Change.__tablename__]
    connection = act.session.connection()
    if prepared.added:
        connection.execute(insert(roll), [{**row, "imported_at": act.at} for row in prepared.added])
    if prepared.altered:
        columns: dict[str, Any] = {name: bindparam(name) for name in ("name", "settlement", "gone_on", "gone_reason")}
        connection.execute(update(roll).where(roll.c.id == bindparam("entry_id")).values(columns), prepared.altered)
    if prepared.changes:
        connection.execute(insert(history), [{**row, "at": act.at} for row in prepared.changes])


def field_changes(act: Act, person_id: UUID, entry: Entry, after: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of `roll_changes` for the fields that differ; dates as YYYY-MM-DD, nothing as an empty text."""
    return [
        {
            "id": uuid4(),
            "entry_id": entry.id,
            "person_id": person_id,
            "at": act.at,
            "field": field,
            "before": str(before) if before is not None else "",
            "after": str(value) if value is not None else "",
        }
        for field, value in after.items()
        if (before := getattr(entry, field)) != value
    ]
