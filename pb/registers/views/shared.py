"""What pages of both registers share: the decisions to choose from, and a file that is read in no transaction."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import Response as FlaskResponse
from flask_babel import LazyString

from pb import tables
from pb.act import Act
from pb.formats import language
from pb.gatherings.models import Matter
from pb.registers.forms import FileForm
from pb.registers.service import reading
from pb.registers.service.reading import Heads, LineFault, Row
from pb.tables import Sheet
from pb.tasks.service import basis, wording
from pb.web import downloads
from pb.web.requests import Response, begin_work
from pb.web.sent import once

SHOWN_FAULTS = 200
ROOM_FOR_THE_FORM = 16 * 1024


class Sent(NamedTuple):
    """A file that was read: its lines, and its SHA-256."""

    rows: Sequence[Row]
    digest: str


def choices(act: Act, matter: Matter, elsewhere: LazyString) -> list[tuple[str, str]]:
    """Decisions to choose from, those on the matter first; `elsewhere` is what none of them is called."""
    of_matter = {one.question_id.hex for one in basis.decisions(act) if one.point.get("matter") == matter.value}
    offered = wording.choices(act)[1:]
    return [("", str(elsewhere)), *sorted(offered, key=lambda each: each[0] not in of_matter)]


def with_table(
    form: FileForm,
    columns: Mapping[str, Heads],
    may_lack: Sequence[str],
    allowed: Callable[[Act], object],
    record: Callable[[Act, Sent | None], Response],
) -> Response:
    """What `record` answers, once, to a form with a table, which is read in no transaction: None where it is none."""
    with begin_work(writing=False) as act:
        allowed(act)
    sent = form.submit(lambda: _read(form, columns, may_lack))
    with begin_work(writing=True) as act:
        return once(act, lambda: record(act, sent))


def told(faults: Sequence[LineFault]) -> tuple[list[LineFault], int]:
    """The faults that a page shows, and how many more there are."""
    return list(faults[:SHOWN_FAULTS]), max(0, len(faults) - SHOWN_FAULTS)


def as_csv(sheet: Sheet, name: str) -> FlaskResponse:
    data = tables.as_csv([sheet.columns, *sheet.rows], language())
    return downloads.attachment(data, "text/csv", f"{name}.csv")


def as_workbook(sheet: Sheet, name: str) -> FlaskResponse:
    return downloads.attachment(tables.as_workbook([sheet]), downloads.WORKBOOK, f"{name}.xlsx")


def _read(form: FileForm, columns: Mapping[str, Heads], may_lack: Sequence[str]) -> Sent:
    data = bytes(form.file.data.read())
    return Sent(reading.rows(data, columns, may_lack=may_lack), hashlib.sha256(data).hexdigest())
