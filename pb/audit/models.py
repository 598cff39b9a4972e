"""The audit log: one event per change of state, each with the hash of the one before. Triggers refuse any change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base


class AuditEvent(Base):
    """`hash` = SHA-256 of the canonical JSON of all the other fields; `previous` is the hash of the event before."""

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("territory_id", "position"),
        Index("ix_audit_events_of_subject", "territory_id", "subject_id", "position"),
        Index("ix_audit_events_of_action", "territory_id", "action", "position"),
        Index("ix_audit_events_of_day", "territory_id", "at", "position"),
        Index("ix_audit_events_of_person", "territory_id", "actor_id", "position"),
        FROZEN,
    )

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    position: Mapped[int]
    previous: Mapped[str | None] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    actor_roles: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]


class AuditHead(Base):
    """The end of a territory's log: its row is locked while an event is added, so that the chain never forks.

    Triggers move it by one event at a time, and never back: what a rule asks of the last event holds once.
    """

    __tablename__ = "audit_heads"
    __table_args__ = FROZEN

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str | None] = mapped_column(String(64))
