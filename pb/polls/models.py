"""A poll: its preparation, its chain of events, its ballots, and who took part. Triggers keep what was frozen."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified

RECEIPT_CONTEXT = b"asar-receipt-key"


class State(StrEnum):
    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"
    DECRYPTING = "decrypting"
    COMPLETE = "complete"
    UNDER_MINIMUM = "under_minimum"
    ANNULLED = "annulled"


class Channel(StrEnum):
    WEB = "web"
    KIOSK = "kiosk"


class Poll(Identified, Base):
    """`uuid` is the protocol's identifier. `election_json` and what stands beside it are set once, at opening.

    `head` is the JSON of the last event of the chain, `height` its height, `records` how many archive records exist;
    `timestamp` (seconds) stands in every record of the archive. `receipt_private` is sealed.
    `minutes_cards` is what the maker of the cards stated, as the minutes hold it.
    `threshold` is how many trustees decrypt; None where all of them must.
    """

    __tablename__ = "polls"
    __table_args__ = (
        UniqueConstraint("cycle_id", "attempt"),
        CheckConstraint(
            "state IN ('preparing', 'open', 'closed', 'decrypting', 'complete', 'under_minimum', 'annulled')",
            name="state_known",
        ),
        CheckConstraint("state IN ('preparing', 'annulled') OR election_json IS NOT NULL", name="frozen_when_open"),
        CheckConstraint("annul_second_id IS NULL OR annul_second_id <> annul_first_id", name="annulled_by_two"),
        CheckConstraint(
            "(annul_first_id IS NULL) = (annul_first_role IS NULL) "
            "AND (annul_first_id IS NULL) = (annul_first_at IS NULL) "
            "AND (annul_second_id IS NULL) = (annul_second_role IS NULL) "
            "AND (annul_first_role IS NULL OR annul_first_role IN ('chair', 'office')) "
            "AND (annul_second_role IS NULL OR (annul_second_role IN ('chair', 'office') "
            "AND annul_first_role IS NOT NULL AND annul_second_role <> annul_first_role))",
            name="annulled_by_two_bodies",
        ),
        CheckConstraint("(state = 'annulled') = (annul_second_id IS NOT NULL)", name="annulled_with_reason"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    attempt: Mapped[int]
    uuid: Mapped[str] = mapped_column(String(14), unique=True)
    state: Mapped[str] = mapped_column(String(14), default=State.PREPARING)
    receipt_private: Mapped[bytes] = mapped_column(info={"sealed": RECEIPT_CONTEXT})
    receipt_public: Mapped[str] = mapped_column(String(44))
    prepared_at: Mapped[datetime]
    trustees_json: Mapped[str | None] = mapped_column(Text)
    seed_text: Mapped[str | None] = mapped_column(String(200))
    minutes_number: Mapped[str | None] = mapped_column(String(40))
    minutes_on: Mapped[date | None]
    minutes_cards: Mapped[str | None] = mapped_column(Text)
    minutes_chair_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    minutes_secretary_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    election_json: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    timestamp: Mapped[int] = mapped_column(default=0)
    head: Mapped[str | None] = mapped_column(Text)
    height: Mapped[int] = mapped_column(default=-1)
    records: Mapped[int] = mapped_column(default=0)
    annul_reason: Mapped[str] = mapped_column(Text, default="")
    annul_first_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    annul_first_role: Mapped[str | None] = mapped_column(String(20))
    annul_first_at: Mapped[datetime | None]
    annul_second_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    annul_second_role: Mapped[str | None] = mapped_column(String(20))
    group_name: Mapped[str] = mapped_column(String(13), default="BELENIOS-2048", server_default="BELENIOS-2048")
    threshold: Mapped[int | None]

    @property
    def minutes_confirmed(self) -> bool:
        return self.minutes_chair_id is not None and self.minutes_secretary_id is not None


class Participation(Base):
    """One person, one vote, by whatever channel: the primary key refuses a second.

    `hour` is cut to the full hour, and goes with the erasure of the poll's links.
    """

    __tablename__ = "participations"
    __table_args__ = (CheckConstraint("channel IN ('web', 'kiosk')", name="channel_known"), FROZEN)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    hour: Mapped[datetime | None]


class LinksErasure(Base):
    """What joined voters to their ballots was erased after the term for objections. Triggers erase nothing without it.

    `event` is the audit log's event that says so; `figures` is what was counted from the links just before.
    """

    __tablename__ = "links_erasures"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class ArchiveRecord(Base):
    """A record of the poll's archive, in order: the ballot hash chain itself. Triggers refuse any change."""

    __tablename__ = "archive_records"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes]
