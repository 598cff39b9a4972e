"""The papers of a meeting's agenda."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base

MOST: Final = 40


class Material(Base):
    """A paper of a meeting, of one point of its agenda or of all (`question_id` is None).

    `late`: fewer days before the meeting than the settings asked for when it was published.
    """

    __tablename__ = "meeting_materials"
    __table_args__ = FROZEN

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), index=True)
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    late: Mapped[bool]
