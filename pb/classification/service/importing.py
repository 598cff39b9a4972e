"""A file of the classification is recorded: all of its lines or none, with an event of the log."""

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import insert

from pb import tables, workbooks
from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.classification import service as classification
from pb.classification.models import RecordedCode
from pb.classification.service import reading
from pb.classification.service.entries import Entry
from pb.classification.service.reading import ColumnsMissing, Fault, LineFault
from pb.core.budget.codes import AKIMS_OFFICE
from pb.core.tables import TableFault
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.workbooks import SheetFault

LARGEST_FILE: Final = 2 * 1024 * 1024
RECORDED: Final = "classification.recorded"
RECORDERS: Final = (Role.OFFICE, Role.ADMINISTRATOR)
COLUMNS_MISSING: Final = _(
    "The file needs the columns code, name_kk, name_ru and source in its first line, each once: take the list that "
    "stands above as a pattern."
)

FAULTS: Final = {
    Fault.CODE: _("the code is not one"),
    Fault.NAME: _("a name in Kazakh or in Russian is missing"),
    Fault.LOST_LETTERS: _(
        "a question mark in the place of a letter: the file was saved in an encoding without Kazakh letters"
    ),
    Fault.LENGTH: _("the code, a name or the source is too long"),
    Fault.DAY: _("this is not a day of the calendar"),
    Fault.DAYS: _("the last day comes before the first"),
    Fault.ANSWER: _("write yes or no"),
    Fault.SOURCE: _("the source is missing"),
    Fault.TWICE: _("this code stands in the file already, in the line in brackets"),
    Fault.TAKEN: _("another programme with the same three digits is offered to projects"),
    Fault.CELLS: _("more cells than the heading has"),
}


class Received(NamedTuple):
    """A file that was read: nothing of it is recorded yet. `digest` is its SHA-256."""

    entries: Sequence[Entry]
    faults: Sequence[LineFault]
    digest: str


def read(data: bytes) -> Received:
    """Reads a CSV or the first sheet of an XLSX; called with no transaction open. Raises FieldRefusal."""
    if len(data) > LARGEST_FILE:
        raise FieldRefusal("file", _("The file is larger than 2 MB."))
    try:
        csv = workbooks.in_child(data, reading.MOST_LINES, ()) if workbooks.is_workbook(data) else data
        found = reading.read(csv)
    except SheetFault as fault:
        raise FieldRefusal("file", tables.SHEET_WORDS[str(fault)]) from fault
    except TableFault as fault:
        raise tables.refused(fault) from fault
    except ColumnsMissing as fault:
        raise FieldRefusal("file", COLUMNS_MISSING) from fault
    return Received(found.entries, found.faults, hashlib.sha256(data).hexdigest())


def doubts(received: Received) -> list[LazyString]:
    """What is asked about: programmes offered to projects that are no programmes of the akim's office."""
    return [
        _(
            "%(code)s is offered to projects, but its administrator %(administrator)s is not the akim's office of an "
            "okrug, %(own)s.",
            code=entry.code,
            administrator=entry.levels.administrator,
            own=AKIMS_OFFICE,
        )
        for entry in received.entries
        if entry.offered and entry.levels.administrator not in {"", AKIMS_OFFICE}
    ]


def record(act: Act, received: Received, *, sure: bool = False) -> int:
    """Records all lines of a file for the act's territory and returns how many.

    Raises Forbidden, Conflict: a line has a fault, or something is in doubt and nobody is `sure`.
    """
    if not act.holds(*RECORDERS):
        raise Forbidden(_("Only the akim's office records the classification."))
    if received.faults:
        raise Conflict(_("A line of the file has a fault: nothing is recorded."))
    if not sure and doubts(received):
        raise Conflict(_("Some codes are in doubt: say first that they are right."))
    rows = [
        {
            "territory_id": act.territory.id,
            "recorded_at": act.at,
            "code": entry.code,
            "number": number,
            "name_kk": entry.name_kk,
            "name_ru": entry.name_ru,
            "valid_from": entry.valid_from,
            "valid_to": entry.valid_to,
            "offered": entry.offered,
            "checked": entry.checked,
            "source": entry.source,
        }
        for number, entry in enumerate(received.entries, 1)
    ]
    data = {"codes": len(rows), "sha256": received.digest, "digest": fingerprints.of_values(rows)}
    event = audit.record(act, RECORDED, subject=act.territory.id, data=data)  # first: a trigger asks for it
    act.session.execute(insert(RecordedCode), [{**row, "event": event.hash} for row in rows])
    act.session.info.pop(classification.KNOWN, None)
    return len(rows)
