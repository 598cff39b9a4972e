"""The roll: who may vote in a cycle. IINs stand here as HMAC and sealed, and nowhere beyond identity and the roll."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified
from pb.identity.models import IIN_CONTEXT

IMPORT_CONTEXT = b"asar-roll-import"


class Departure(StrEnum):
    """Why somebody no longer belongs to the roll."""

    MOVED = "moved"
    DECEASED = "deceased"
    COURT = "court"
    MISTAKE = "mistake"


class CorrectionKind(StrEnum):
    ADD = "add"
    CHANGE = "change"
    GONE = "gone"
    RETURN = "return"


class RequestKind(StrEnum):
    MISSING = "missing"
    WRONG = "wrong"


REQUEST_LABELS: dict[RequestKind, LazyString] = {
    RequestKind.MISSING: lazy_gettext("I am not on the roll"),
    RequestKind.WRONG: lazy_gettext("My name or settlement is wrong on the roll"),
}


class Entry(Identified, Base):
    """A voter of a cycle. `number` is the place in the roll: printed on the card and the hand-over list.

    Whoever moved or died stays, with the day and the reason; triggers keep both or neither. The IIN goes when the
    legal term for keeping it is over.
    """

    __tablename__ = "roll_entries"
    __table_args__ = (
        UniqueConstraint("cycle_id", "iin_lookup"),
        UniqueConstraint("cycle_id", "number"),
        Index("ix_roll_entries_voters", "cycle_id", "gone_on", "settlement", "number", "name"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"))
    number: Mapped[int]
    iin_lookup: Mapped[bytes | None] = mapped_column(info={"lookup_of": "iin_sealed", "pepper": "iin_pepper"})
    iin_pepper: Mapped[int] = mapped_column(default=1, server_default="1")
    iin_sealed: Mapped[bytes | None] = mapped_column(info={"sealed": IIN_CONTEXT})
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    imported_at: Mapped[datetime]
    gone_on: Mapped[date | None]
    gone_reason: Mapped[str | None] = mapped_column(String(10))


class Import(Identified, Base):
    """A file that was read and reported on, and waits for the registrar's word. Its good lines are kept sealed.

    They go when it is taken in, another one is read or the roll changes; no roll is frozen while one waits.
    `whole`: the file is the whole roll, so that whoever is missing in it is reported as gone. `base_id` is the last
    commitment when it was read: another one since means that the difference shown is no longer the difference.
    """

    __tablename__ = "roll_imports"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        CheckConstraint("(confirmed_at IS NULL) OR (sealed IS NULL)", name="file_dropped_when_confirmed"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    number: Mapped[int]
    registrar_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    read_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(info={"sealed": IMPORT_CONTEXT})
    good: Mapped[int]
    faults: Mapped[list[Any]]
    confirmed_at: Mapped[datetime | None]
    whole: Mapped[bool] = mapped_column(default=False, server_default="0")
    base_id: Mapped[UUID | None]


class NumbersErasure(Base):
    """The IINs of a cycle's roll were erased after their legal term, with the salts by which they could be guessed."""

    __tablename__ = "numbers_erasures"
    __table_args__ = FROZEN

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)


class Confirmation(Base):
    """A second person confirmed the roll: its count and a salted commitment to it (32-byte salt, HMAC-SHA-256)."""

    __tablename__ = "roll_confirmations"
    __table_args__ = FROZEN

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    count: Mapped[int]
    salt: Mapped[bytes | None]
    commitment: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Commitment(Identified, Base):
    """What the roll was after each change: the commitment is in the audit log too, the salt here alone. Append-only."""

    __tablename__ = "roll_commitments"
    __table_args__ = (UniqueConstraint("cycle_id", "position"), FROZEN)

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    position: Mapped[int]
    occasion: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    count: Mapped[int]
    salt: Mapped[bytes | None]
    commitment: Mapped[str] = mapped_column(String(64))


class Freeze(Base):
    """The roll was frozen with the opening of its poll; `thawed_at` is set when a poll without a result is repeated."""

    __tablename__ = "roll_freezes"
    __table_args__ = (
        Index(
            "uq_roll_freezes_in_force",
            "cycle_id",
            unique=True,
            sqlite_where=text("thawed_at IS NULL"),
            postgresql_where=text("thawed_at IS NULL"),
        ),
        CheckConstraint("thawed_at IS NULL OR thawed_at >= at", name="thawed_later"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    thawed_at: Mapped[datetime | None]


class Change(Identified, Base):
    """What one entry was before and after a change: kept beside the roll, as the audit log is public. Append-only."""

    __tablename__ = "roll_changes"
    __table_args__ = FROZEN

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    field: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(120))
    after: Mapped[str] = mapped_column(String(120))


class Request(Identified, Base):
    """A resident asks to be taken into the roll or to have an entry put right; answered with a reason.

    `late`: it came after the poll was opened and changes nothing there; the registrar of a later roll takes it over.
    """

    __tablename__ = "roll_requests"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        UniqueConstraint("taken_from_id"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("(answered_at IS NULL) = (granted IS NULL)", name="answered_yes_or_no"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    number: Mapped[int]
    secret_hash: Mapped[bytes]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    iin_sealed: Mapped[bytes | None] = mapped_column(info={"sealed": IIN_CONTEXT})
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    taken_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("roll_requests.id"))
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Correction(Identified, Base):
    """One entry to be added, changed, dated as gone, or taken back. After the roll's confirmation two persons do it."""

    __tablename__ = "roll_corrections"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided_yes_or_no"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    number: Mapped[int]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("roll_entries.id"), index=True)
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("roll_requests.id"))
    kind: Mapped[str] = mapped_column(String(10))
    iin_sealed: Mapped[bytes | None] = mapped_column(info={"sealed": IIN_CONTEXT})
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    gone_on: Mapped[date | None]
    gone_reason: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
