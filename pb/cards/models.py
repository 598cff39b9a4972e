"""Voter cards: their keys, the reserve, and lost ones."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified


class Credential(Base):
    """A card: whose entry it is, the public key of its code, and on which of two ways its voter got the code.

    Either a clerk handed the card over, or the code was released to the voter's digital signature, never both.
    The row goes when the poll's links are erased: then nobody can tell any more which ballot is whose.
    `withdrawn_at` is set when a lost card is re-issued from the reserve. `event` is the audit log's event of its
    making: triggers take no card without one, and let none go without a withdrawal. `by_page`: a page that the platform
    served handed the key in, whatever its maker says afterwards.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("poll_id", "public_key"),
        CheckConstraint("(handed_over_at IS NULL) = (clerk_id IS NULL)", name="handed_over_by_a_clerk"),
        CheckConstraint("released_at IS NULL OR handed_over_at IS NULL", name="one_way_to_the_voter"),
        CheckConstraint("released_at IS NULL OR withdrawn_at IS NULL", name="released_or_withdrawn"),
        Index("ix_credentials_standing", "poll_id", "entry_id", "handed_over_at", "released_at", "withdrawn_at"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(700))
    made_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    by_page: Mapped[bool]
    handed_over_at: Mapped[datetime | None]
    clerk_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class SealedCode(Base):
    """A card's code under the code-releasing process's key: what this database holds of it, it cannot open."""

    __tablename__ = "sealed_codes"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)


class ReserveCredential(Base):
    """A card of the reserve, made with the others and bound to nobody; `number` is printed on its envelope.

    `by_page` as for cards of the roll.
    """

    __tablename__ = "reserve_credentials"
    __table_args__ = (UniqueConstraint("poll_id", "public_key"), FROZEN)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    public_key: Mapped[str] = mapped_column(String(700))
    made_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    by_page: Mapped[bool]


class CardWithdrawal(Base):
    """A card that was taken back before the opening: its key never comes back, and `event` of the audit log says so.

    The log has a commitment to the reason, under `salt`; both go with the poll's links. A card of somebody who left the
    roll goes without either.
    """

    __tablename__ = "card_withdrawals"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(700), primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[bytes | None]


class CardStatement(Base):
    """What the maker of the cards stated of the whole list; `statement` is its JSON, as election.json will hold it.

    `list` is the fingerprint of the list, `count` the number of keys. No card comes or goes while it stands: whoever
    changes cards takes the statement and the confirmation of the minutes away first. `event` is the log's event. A
    trigger takes no statement over cards of a page of the platform that says something else of how they were made.
    """

    __tablename__ = "card_statements"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    list: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    statement: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)


class MakerConfirmation(Base):
    """The maker's signed word that the published list is the one that was made; triggers keep it.

    One that says that the numbers were compared may follow one that does not: the stronger counts. What the maker's key
    did not sign counts for nothing, and does not stand in the way of what it signs later. Of an electronic
    signature the CMS stands among `signatures`: it holds an IIN.
    """

    __tablename__ = "maker_confirmations"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    numbers_compared: Mapped[bool] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    confirmation: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Reissue(Identified, Base):
    """A lost card while voting is open: one person proposes, another approves, a card of the reserve takes its place.

    `entry_id`, `reason` and `salt` go with the erasure of the poll's links; the log has a commitment to the reason
    under that salt.
    `withdrawn_key` is the public key that no longer votes, `event` the audit log's event that says so, as
    `proposed_event` says who proposed it. `replaced_at`
    is set when the card of the reserve was lost in its turn.
    """

    __tablename__ = "reissues"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),
        ForeignKeyConstraint(["poll_id", "reserve"], ["reserve_credentials.poll_id", "reserve_credentials.number"]),
        UniqueConstraint("poll_id", "reserve"),
        UniqueConstraint("poll_id", "withdrawn_key"),
        UniqueConstraint("event"),
        UniqueConstraint("proposed_event"),
        CheckConstraint("approved_by <> proposed_by", name="by_two_people"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (reserve IS NULL) "
            "AND (approved_at IS NULL) = (withdrawn_key IS NULL) AND (approved_at IS NULL) = (event IS NULL)",
            name="approved_as_a_whole",
        ),
        CheckConstraint("(handed_over_at IS NULL) = (clerk_id IS NULL)", name="handed_over_by_a_clerk"),
        CheckConstraint(
            "approved_at IS NOT NULL OR (handed_over_at IS NULL AND replaced_at IS NULL)", name="approved_first"
        ),
        Index(
            "one_proposal_at_a_time",
            "poll_id",
            "entry_id",
            unique=True,
            sqlite_where=text("approved_at IS NULL"),
            postgresql_where=text("approved_at IS NULL"),
        ),
        Index(
            "one_reissue_in_force",
            "poll_id",
            "entry_id",
            unique=True,
            sqlite_where=text("approved_at IS NOT NULL AND replaced_at IS NULL"),
            postgresql_where=text("approved_at IS NOT NULL AND replaced_at IS NULL"),
        ),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    entry_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes | None]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_event: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    reserve: Mapped[int | None]
    withdrawn_key: Mapped[str | None] = mapped_column(String(700))
    event: Mapped[str | None] = mapped_column(String(64))
    handed_over_at: Mapped[datetime | None]
    clerk_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    replaced_at: Mapped[datetime | None]


class HandOverUndoing(Identified, Base):
    """A mark of a hand-over that was a mistake: a clerk asks, somebody of another body confirms, and the mark goes.

    `entry_id`, `reason` and `salt` go with the erasure of the poll's links, as those of a re-issue.
    """

    __tablename__ = "hand_over_undoings"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),
        UniqueConstraint("proposed_event"),
        UniqueConstraint("event"),
        CheckConstraint("approved_by <> proposed_by", name="by_two_people"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (event IS NULL)",
            name="approved_as_a_whole",
        ),
        Index(
            "one_undoing_at_a_time",
            "poll_id",
            "entry_id",
            unique=True,
            sqlite_where=text("approved_at IS NULL"),
            postgresql_where=text("approved_at IS NULL"),
        ),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"))
    entry_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes | None]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_event: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    event: Mapped[str | None] = mapped_column(String(64))


class Way(StrEnum):
    """How a code came to its voter, or that a mark was a mistake: what a card event says."""

    HANDED_OVER = "handed_over"
    RELEASED = "released"
    RELEASED_AGAIN = "released_again"
    UNDONE = "undone"


class CardEvent(Base):
    """A card was handed over, or a code released, on a day: kept with the salt of its published commitment.

    Nothing here tells the order of a day's events or their minute, which beside the trackers would join names to
    ballots. `reserve` is the number of a card of the reserve. Auditors alone read it; triggers refuse any change, and
    any event of a day whose batch is published.
    """

    __tablename__ = "card_events"
    __table_args__ = (
        CheckConstraint("way IN ('handed_over', 'released', 'released_again', 'undone')", name="way_known"),
        Index("ix_card_events_entry", "poll_id", "entry_id"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    salt: Mapped[bytes]
    day: Mapped[date]
    way: Mapped[str] = mapped_column(String(14))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"))
    reserve: Mapped[int | None]


class CardBatch(Base):
    """A day's commitments were published, sorted, in one event of the audit log: `event`, which a trigger demands."""

    __tablename__ = "card_batches"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)
