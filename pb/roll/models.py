"""The roll: who may vote in a cycle. IINs stand here as HMAC and sealed, and nowhere beyond identity and the roll."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified


class Entry(Identified, Base):
    """A voter of a cycle. `number` is the place in the roll: printed on the card and the hand-over list."""

    __tablename__ = "roll_entries"
    __table_args__ = (UniqueConstraint("cycle_id", "iin_lookup"), UniqueConstraint("cycle_id", "number"))

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    number: Mapped[int]
    iin_lookup: Mapped[bytes]
    iin_sealed: Mapped[bytes]
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    imported_at: Mapped[datetime]


class Import(Identified, Base):
    """A file that was read and reported on, and waits for the registrar's word. The file itself is kept sealed."""

    __tablename__ = "roll_imports"
    __table_args__ = (
        CheckConstraint("(confirmed_at IS NULL) OR (sealed IS NULL)", name="file_dropped_when_confirmed"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    registrar_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    read_at: Mapped[datetime]
    sealed: Mapped[bytes | None]
    good: Mapped[int]
    faults: Mapped[list[Any]]
    confirmed_at: Mapped[datetime | None]


class Confirmation(Base):
    """A second person confirmed the roll: its count and a salted commitment to it (32-byte salt, HMAC-SHA-256)."""

    __tablename__ = "roll_confirmations"

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    count: Mapped[int]
    salt: Mapped[bytes]
    commitment: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
