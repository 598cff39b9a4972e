"""A poll: its preparation, its chain of events, its ballots, and who took part. Triggers keep what was frozen."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified

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
        CheckConstraint("(state = 'annulled') = (annul_second_id IS NOT NULL)", name="annulled_with_reason"),
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
    annul_second_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    @property
    def minutes_confirmed(self) -> bool:
        return self.minutes_chair_id is not None and self.minutes_secretary_id is not None


class PollTrustee(Base):
    """A trustee of a poll. `position` counts from 1, as owners do in the archive; `key_json` and `body` are public."""

    __tablename__ = "poll_trustees"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str] = mapped_column(String(200), default="", server_default="")
    key_json: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    decryption_json: Mapped[str | None] = mapped_column(Text)


class Credential(Base):
    """A card: whose entry it is, the public key of its code, and when a clerk handed it over."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("poll_id", "public_key"),
        CheckConstraint("(handed_over_at IS NULL) = (clerk_id IS NULL)", name="handed_over_by_a_clerk"),
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(700))
    made_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    clerk_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Participation(Base):
    """One person, one vote: the primary key refuses a second. `hour` is cut to the full hour."""

    __tablename__ = "participations"

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    hour: Mapped[datetime]


class CastBallot(Base):
    """A ballot in the box; the ballot itself stands in the archive's records. `position` counts ballots from 1."""

    __tablename__ = "cast_ballots"
    __table_args__ = (
        UniqueConstraint("poll_id", "tracker"),
        UniqueConstraint("poll_id", "entry_id"),
        ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID]
    tracker: Mapped[str] = mapped_column(String(43))
    height: Mapped[int]
    event: Mapped[str] = mapped_column(String(64))
    hour: Mapped[datetime]


class ArchiveRecord(Base):
    """A record of the poll's archive, in order: the ballot hash chain itself. Triggers refuse any change."""

    __tablename__ = "archive_records"

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes]


class Challenge(Base):
    """A nonce for proving that one has a card's key: used once, within two minutes."""

    __tablename__ = "challenges"

    nonce: Mapped[str] = mapped_column(String(43), primary_key=True)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Objection(Identified, Base):
    """«Someone used my card»: numbered and answered. Number and answer are public, the text is for those who answer."""

    __tablename__ = "objections"
    __table_args__ = (UniqueConstraint("poll_id", "number"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
