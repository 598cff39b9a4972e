"""Documents that were built: A4 PDFs, kept until what they tell of changes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified


class Printed(Identified, Base):
    """One document of a kind about one thing in one language; asked for again, it is built again."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("territory_id", "kind", "subject_id", "language"),)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes]
