"""A file becomes the roll in two steps: it is read and its difference shown, then the registrar takes it in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, insert, select, update

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
    """Takes the difference into the roll; whoever is missing in a whole roll is dated by `leaving`, or stays without.

    `repaired`: the registrar says that the zeros which are put back in some lines are theirs.

    Raises as `read_file`, Conflict (imported already, the roll changed since), FieldRefusal (the day).
    """
    registrar_id = entries.require_registrar(act, cycle)
    if waiting.confirmed_at is None and is_stale(act, cycle, waiting):
        raise Conflict(READ_AGAIN)
    found = difference(act, cycle, keys, waiting, repaired=repaired)
    repairs = len(kept(keys, waiting).repairs) if repaired else 0
    if leaving is not None and leaving.day > local(act.at).date():
        raise FieldRefusal("day", _("The day has not come yet."))
    leavers = found.gone if leaving is not None else []
    waiting.sealed, waiting.confirmed_at = None, act.at
    if found.new or found.returned or found.changed or leavers:
        if (confirmed := entries.confirmation(act, cycle)) is not None:
            act.session.delete(confirmed)  # what a second person looked at is no longer what stands
        act.session.flush()
        _add(act, cycle, keys, found.new)
        _alter(act, registrar_id, [*found.returned, *found.changed])
        if leaving is not None:
            _date(act, cycle, registrar_id, leavers, leaving)
    act.session.flush()
    latest = commitments.commit(act, cycle, keys, commitments.Occasion.IMPORT)
    data = {
        "added": len(found.new),
        "returned": len(found.returned),
        "changed": len(found.changed),
        "gone": len(leavers),
        "repaired": repairs,
        "count": latest.count,
        "commitment": latest.commitment,
    }
    audit.record(act, "roll.imported", subject=cycle.id, data=data)
    return found


def _add(act: Act, cycle: Cycle, keys: Keys, voters: Sequence[Voter]) -> None:
    first = entries.last_number(act, cycle) + 1
    rows: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "cycle_id": cycle.id,
            "number": number,
            "iin_lookup": numbers.lookup(voter.iin, keys.pepper),
            "iin_pepper": keys.pepper.version,
            "iin_sealed": numbers.seal(voter.iin, keys.seal),
            "name": voter.name,
            "settlement": voter.settlement,
            "imported_at": act.at,
        }
        for number, voter in enumerate(voters, first)
    ]
    if rows:
        act.session.execute(insert(Entry), rows)


def _alter(act: Act, registrar_id: UUID, pairs: Sequence[tuple[Entry, Voter]]) -> None:
    """Names and settlements as the file has them; what stood before is kept."""
    kept: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for entry, voter in pairs:
        after = {"name": voter.name, "settlement": voter.settlement, "gone_on": None}
        kept += field_changes(act, registrar_id, entry, after)
        rows.append({"id": entry.id, "gone_reason": None, **after})
    _write(act, rows, kept, [entry for entry, _voter in pairs])


def _date(act: Act, cycle: Cycle, registrar_id: UUID, leavers: Sequence[Entry], leaving: Leaving) -> None:
    kept: list[dict[str, Any]] = []
    for entry in leavers:
        kept += field_changes(act, registrar_id, entry, {"gone_on": leaving.day})
    rows = [{"id": entry.id, "gone_on": leaving.day, "gone_reason": leaving.reason.value} for entry in leavers]
    _write(act, rows, kept, leavers)
    departures.announce(act, cycle, [entry.id for entry in leavers])


def _write(act: Act, rows: list[dict[str, Any]], kept: list[dict[str, Any]], entries: Sequence[Entry]) -> None:
    if rows:
        act.session.execute(update(Entry), rows)
    if kept:
        act.session.execute(insert(Change), kept)
    for entry in entries:
        act.session.refresh(entry)


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
