"""What a territory recorded of the classification, over the file that the project brings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base

LONGEST_CODE = 20
LONGEST_NAME = 600
LONGEST_SOURCE = 300


class RecordedCode(Base):
    """A code as a file had it; the latest of the nearest territory goes before what was recorded earlier or above.

    `offered`: it may pay for a resident's project. `checked`: somebody compared it with its `source`.
    `number`: from 1, as in the file.
    """

    __tablename__ = "classification_entries"
    __table_args__ = (
        UniqueConstraint("territory_id", "recorded_at", "number"),
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="validity_in_order"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), primary_key=True)
    number: Mapped[int]
    name_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    offered: Mapped[bool]
    checked: Mapped[bool]
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE))
    event: Mapped[str] = mapped_column(String(64))
