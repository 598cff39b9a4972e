"""The jobs table is the truth about long work; a queue only says that there is something in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified


class Job(Identified, Base):
    """One piece of work: where, what (`kind`), on what (`subject_id`, `argument`). Asked for twice, it is one row.

    A running job holds a lease; when its process is killed the lease runs out and another takes it up again. `behind`
    counts those that wait of the same person, where persons take turns.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("territory_id", "kind", "subject_id", "argument"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state_known"),
        CheckConstraint("priority BETWEEN 1 AND 7", name="priority_known"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    argument: Mapped[str] = mapped_column(String(40), default="")
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    progress: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    behind: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
