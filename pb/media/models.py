"""Pictures and papers that people hand in: what is known of each. Their bytes lie in the store, under their SHA-256.

Whose they are the room that shows them says: it keeps rows that point here.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified

MOST_PAGES = 500
LARGEST_PAPER = 5 * 1024 * 1024


class State(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


class Picture(Identified, Base):
    """`sha256` is of the file that was sent, which goes once the picture is drawn anew.

    `small`, `middle` and `large` are the digests of what was drawn, at most 320, 640 and 1280 px long; `width` and
    `height` those of the largest. `fault` says why it could not be drawn.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'refused')", name="state_known"),
        CheckConstraint("(state = 'refused') = (fault <> '')", name="refused_for_a_reason"),
        CheckConstraint(
            "state <> 'ready' OR (small IS NOT NULL AND middle IS NOT NULL AND large IS NOT NULL "
            "AND width > 0 AND height > 0)",
            name="ready_whole",
        ),
        *(Index(None, name) for name in ("small", "middle", "large")),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sent_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default=State.WAITING)
    fault: Mapped[str] = mapped_column(String(20), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    small: Mapped[str | None] = mapped_column(String(64))
    middle: Mapped[str | None] = mapped_column(String(64))
    large: Mapped[str | None] = mapped_column(String(64))


class Paper(Identified, Base):
    """A PDF; `name` is its file's, without the ending, and `sha256` that of what was sent.

    `pages`, `size` (bytes) and `digest` are of what was written anew of it; `fault` says why nothing was.
    """

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'refused')", name="state_known"),
        CheckConstraint("(state = 'refused') = (fault <> '')", name="refused_for_a_reason"),
        CheckConstraint(
            "state <> 'ready' OR (digest IS NOT NULL AND pages IS NOT NULL AND size IS NOT NULL)", name="ready_whole"
        ),
        CheckConstraint(f"pages BETWEEN 1 AND {MOST_PAGES}", name="pages_bounded"),
        CheckConstraint(f"size BETWEEN 1 AND {LARGEST_PAPER}", name="size_bounded"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sent_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default=State.WAITING)
    fault: Mapped[str] = mapped_column(String(20), default="")
    pages: Mapped[int | None]
    size: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64), index=True)

    @property
    def ready(self) -> bool:
        return self.state == State.READY


class Upload(Identified, Base):
    """A file that comes in parts: how far it is says the file itself, in the state folder.

    `subject_id` is what it is for, `size` and `sha256` what it will be; after `expires_at` it goes.
    """

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("person_id", "subject_id", "sha256"),)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    subject_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)
