"""A poll: its preparation, its chain of events, its ballots, and who took part. Triggers keep what was frozen."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
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


class Fault(StrEnum):
    """What a trustee did wrong last; of a dealing another trustee says so, and nobody can prove it."""

    NONE = ""
    DEALING = "dealing"
    SHUFFLE = "shuffle"
    DECRYPTION = "decryption"


class Channel(StrEnum):
    WEB = "web"
    KIOSK = "kiosk"


class Poll(Identified, Base):
    """`uuid` is the protocol's identifier. `election_json` and what stands beside it are set once, at opening.

    `head` is the JSON of the last event of the chain, `height` its height, `records` how many archive records exist;
    `timestamp` (seconds) stands in every record of the archive. `receipt_private` is sealed.
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
    group_name: Mapped[str] = mapped_column(String(13), default="BELENIOS-2048", server_default="BELENIOS-2048")
    threshold: Mapped[int | None]

    @property
    def minutes_confirmed(self) -> bool:
        return self.minutes_chair_id is not None and self.minutes_secretary_id is not None


class PollTrustee(Base):
    """A trustee of a poll. `position` counts from 1, as owners do in the archive; `key_json` and `body` are public.

    Certificate, dealing and share are the messages of the three steps of a threshold key; in a dealing the secrets are
    sealed to their recipients. `fault` says what this trustee did wrong last, until it is made good.
    """

    __tablename__ = "poll_trustees"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)

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

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    position: Mapped[int]
    data: Mapped[str] = mapped_column(Text)
    handed_in_at: Mapped[datetime]
    verdict: Mapped[bool | None]


class PollDecryption(Identified, Base):
    """A decryption that a trustee handed in, until the job has checked it: then the row is taken away."""

    __tablename__ = "poll_decryptions"
    __table_args__ = (UniqueConstraint("poll_id", "position"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"))
    position: Mapped[int]
    data: Mapped[str] = mapped_column(Text)


class PollComplaint(Base):
    """A trustee's program found that what `dealer_id` dealt does not fit. Each says so of each other once."""

    __tablename__ = "poll_complaints"

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


class Credential(Base):
    """A card: whose entry it is, the public key of its code, and on which of two ways its voter got the code.

    Either a clerk handed the card over, or the code was released to the voter's digital signature, never both.
    `withdrawn_at` is set when a lost card is re-issued from the reserve.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("poll_id", "public_key"),
        CheckConstraint("(handed_over_at IS NULL) = (clerk_id IS NULL)", name="handed_over_by_a_clerk"),
        CheckConstraint("released_at IS NULL OR handed_over_at IS NULL", name="one_way_to_the_voter"),
        CheckConstraint("released_at IS NULL OR withdrawn_at IS NULL", name="released_or_withdrawn"),
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roll_entries.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(700))
    made_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    clerk_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class SealedCode(Base):
    """A card's code under the registrar process's key: what this database holds of it, it cannot open."""

    __tablename__ = "sealed_codes"
    __table_args__ = (ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)


class ReserveCredential(Base):
    """A card of the reserve, made with the others and bound to nobody; `number` is printed on its envelope."""

    __tablename__ = "reserve_credentials"
    __table_args__ = (UniqueConstraint("poll_id", "public_key"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    public_key: Mapped[str] = mapped_column(String(700))
    made_at: Mapped[datetime]


class Reissue(Identified, Base):
    """A lost card while voting is open: one person proposes, another approves, a card of the reserve takes its place.

    `withdrawn_key` is the public key that no longer votes, `event` the audit log's event that says so. `replaced_at`
    is set when the card of the reserve was lost in its turn.
    """

    __tablename__ = "reissues"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),
        ForeignKeyConstraint(["poll_id", "reserve"], ["reserve_credentials.poll_id", "reserve_credentials.number"]),
        UniqueConstraint("poll_id", "reserve"),
        UniqueConstraint("poll_id", "withdrawn_key"),
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
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    entry_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    reserve: Mapped[int | None]
    withdrawn_key: Mapped[str | None] = mapped_column(String(700))
    event: Mapped[str | None] = mapped_column(String(64))
    handed_over_at: Mapped[datetime | None]
    clerk_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    replaced_at: Mapped[datetime | None]


class BallotEvidence(Base):
    """A voter's digital signature of the own ballot's tracker. Auditors alone read it; triggers refuse any change."""

    __tablename__ = "ballot_evidence"
    __table_args__ = (ForeignKeyConstraint(["poll_id", "tracker"], ["cast_ballots.poll_id", "cast_ballots.tracker"]),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    tracker: Mapped[str] = mapped_column(String(43), primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
    cms: Mapped[str] = mapped_column(Text)


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
    """A nonce for one proof: used once, within two minutes, or ten where a person has to sign first."""

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
