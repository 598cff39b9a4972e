"""The trustees of a poll, and what they hand in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified


class Fault(StrEnum):
    """What a trustee did wrong last; of a dealing another trustee says so, and nobody can prove it."""

    NONE = ""
    DEALING = "dealing"
    SHUFFLE = "shuffle"
    DECRYPTION = "decryption"


class PollTrustee(Base):
    """A trustee of a poll. `position` counts from 1, as owners do in the archive; `key_json` and `body` are public.

    Certificate, dealing and share are the messages of the three steps of a threshold key; in a dealing the secrets are
    sealed to their recipients. `fault` says what this trustee did wrong last, until it is made good.
    """

    __tablename__ = "poll_trustees"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"), FROZEN)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str] = mapped_column(String(200), default="", server_default="")
    key_json: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    decryption_json: Mapped[str | None] = mapped_column(Text)
    certificate_json: Mapped[str | None] = mapped_column(Text)
    dealing_json: Mapped[str | None] = mapped_column(Text)
    share_json: Mapped[str | None] = mapped_column(Text)
    fault: Mapped[str] = mapped_column(String(12), default="", server_default="")


class PollShuffle(Identified, Base):
    """A shuffle that a trustee handed in. `verdict` is None until the job has checked it, then whether it is right."""

    __tablename__ = "poll_shuffles"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    position: Mapped[int]
    data: Mapped[str] = mapped_column(Text)
    handed_in_at: Mapped[datetime]
    verdict: Mapped[bool | None]


class PollDecryption(Identified, Base):
    """A decryption that a trustee handed in, until the job has checked it: then the row is taken away."""

    __tablename__ = "poll_decryptions"
    __table_args__ = (UniqueConstraint("poll_id", "position"), FROZEN)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"))
    position: Mapped[int]
    data: Mapped[str] = mapped_column(Text)


class PollComplaint(Base):
    """A trustee's program found that what `dealer_id` dealt does not fit. Each says so of each other once."""

    __tablename__ = "poll_complaints"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    dealer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    made_at: Mapped[datetime]


class ShuffleCode(Base):
    """A one-time code with which a trustee's program hands a shuffle in; only its SHA-256 is kept.

    It is used once `shuffle_id` stands here; then it only tells what came of that shuffle.
    """

    __tablename__ = "shuffle_codes"

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    shuffle_id: Mapped[UUID | None] = mapped_column(ForeignKey("poll_shuffles.id"))
