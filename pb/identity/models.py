"""People, the roles they hold, and the ways in which an account comes to life."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified

IIN_CONTEXT = b"iin"
SECOND_FACTOR_CONTEXT = b"second-factor"


class Person(Identified, Base):
    """An account. The IIN stands here as HMAC (to find by) and sealed; `password_hash` is argon2id, empty until set.

    `iin_pepper` is the version of the pepper that `iin_lookup` was made with. `renewed_at` is when two bodies last
    voided all that opened the account: no session begun before it lasts.
    """

    __tablename__ = "people"
    __table_args__ = FROZEN

    name: Mapped[str] = mapped_column(String(120))
    iin_lookup: Mapped[bytes] = mapped_column(unique=True, info={"lookup_of": "iin_sealed", "pepper": "iin_pepper"})
    iin_pepper: Mapped[int] = mapped_column(default=1, server_default="1")
    iin_sealed: Mapped[bytes] = mapped_column(info={"sealed": IIN_CONTEXT})
    settlement: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime | None]


class Proposal(Identified, Base):
    """A role to be given or ended, or somebody to be invited again: one body proposes, another decides.

    `kind` GIVE has `since`, `until` and the trustee's `body`; END has the grant and its last day in `until`; INVITE has
    neither. `name` is how who proposed it wrote the person: what another okrug knows of an IIN is not shown here.
    `basis` is the document, `reason` why it happens while a poll is under way. `proposed_as` and `decided_as` are the
    roles that they acted in; the events stand in the audit log.
    """

    __tablename__ = "role_proposals"
    __table_args__ = (
        CheckConstraint("kind IN ('give', 'end', 'invite')", name="kind_known"),
        CheckConstraint("decision IN ('approved', 'declined')", name="decision_known"),
        CheckConstraint("decision IS NULL OR decision = 'declined' OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "proposed_by <> person_id AND (decision IS NULL OR decision = 'declined' OR decided_by <> person_id)",
            name="not_for_oneself",
        ),
        CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL) "
            "AND (decision IS NULL) = (decided_as IS NULL) AND (decision IS NULL) = (decided_event IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint("(kind = 'end') = (grant_id IS NOT NULL)", name="ends_a_grant"),
        UniqueConstraint("event"),
        UniqueConstraint("decided_event"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[date | None]
    until: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(String(200), default="", server_default="")
    grant_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_as: Mapped[str] = mapped_column(String(20))
    proposed_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_as: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime | None]
    decided_event: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])


class Grant(Identified, Base):
    """A role of a person in a territory, with its days (`until` is the last) and the documents it rests on.

    One that was ended at once on its first day has the day before as its last: it holds on no day any more.

    `body` names the organisation that a trustee comes from. A staff role stands on the proposal that another body
    confirmed, or on the founding of the territory; `event` is the audit event of that. Triggers refuse a grant without
    them, roles that exclude each other at one time, and any change but an ending that two bodies confirmed.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("person_id", "territory_id", "role", "since"),
        UniqueConstraint("event", "role"),  # the founding is one event and gives two roles
        CheckConstraint("until IS NULL OR until >= since OR end_basis IS NOT NULL", name="days_ordered"),
        FROZEN,
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(String(200), default="", server_default="")
    end_basis: Mapped[str | None] = mapped_column(String(300))
    granted_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_proposals.id"), unique=True)

    @property
    def ended_at_once(self) -> bool:
        """Whether it was ended on its first day, and held for hours alone."""
        return self.until is not None and self.until < self.since


class Invitation(Identified, Base):
    """A one-time secret that lets a person set their password: a link for staff, a paper code for residents.

    Only its hash is kept; residents' codes must be given together with the IIN. A staff member's new password and the
    sealed secret of the authenticator wait here until its first code: only then is the invitation used.
    """

    __tablename__ = "invitations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    secret_sealed: Mapped[bytes | None] = mapped_column(info={"sealed": SECOND_FACTOR_CONTEXT})


class SecondFactor(Base):
    """A staff member's authenticator: the sealed secret of its codes, in force once `confirmed_at` is set.

    `last_step` is the last 30-second step whose code was taken: no code serves twice. `failures` are the wrong codes
    in a row from devices that are not known; after every five of them nothing is taken there before `paused_until`.
    """

    __tablename__ = "second_factors"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_counted"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(info={"sealed": SECOND_FACTOR_CONTEXT})
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]


class AccountSession(Identified, Base):
    """Somebody who signed in on one device: the cookie holds a random token, the row its hash.

    `device` is the family of the browser and of the system, never an address. Ended rows stay for some weeks: a device
    that none of them names is a new one (`new_device`). `proved_at` is when the person last showed who they are.
    """

    __tablename__ = "account_sessions"
    __table_args__ = (CheckConstraint("seen_at >= made_at", name="seen_after_made"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    device: Mapped[str] = mapped_column(String(60))
    new_device: Mapped[bool]
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Suspension(Identified, Base):
    """An account to be suspended, or to be let in again (`kind`): one body proposes, another decides.

    The latest approved row of a person says whether the account is suspended. `role` is the person's role whose row of
    the table of appointments says who may; `basis` is the document.
    """

    __tablename__ = "suspensions"
    __table_args__ = (
        CheckConstraint("kind IN ('suspend', 'resume')", name="kind_known"),
        CheckConstraint("decision IN ('approved', 'declined')", name="decision_known"),
        CheckConstraint("decision IS NULL OR decision = 'declined' OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "proposed_by <> person_id AND (decision IS NULL OR decided_by <> person_id)", name="not_oneself"
        ),
        CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL) "
            "AND (decision IS NULL) = (decided_as IS NULL) AND (decision IS NULL) = (decided_event IS NULL)",
            name="decided_whole",
        ),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(300))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_as: Mapped[str] = mapped_column(String(20))
    proposed_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_as: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime | None]
    decided_event: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])


class UsedNonce(Base):
    """A nonce under which a valid proof came, kept until it would be too old anyway: none serves twice."""

    __tablename__ = "used_nonces"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


class SentForm(Base):
    """A form of a page that was sent: where its first submission led, so that the second leads there too.

    `token` is the key of form, sender and content (`sent_forms.key_of`), `told` what the second is told there.
    `sender` is the person's id in hexadecimal, or a hash that names a browser in which nobody is signed in. `at` is the
    full hour.
    """

    __tablename__ = "sent_forms"

    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    sender: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str | None] = mapped_column(String(2000))
    told: Mapped[str] = mapped_column(String(500), server_default="")
    at: Mapped[datetime] = mapped_column(index=True)


class Signature(Identified, Base):
    """Somebody's electronic signature: `kind` and `subject_id` say of what, `role` as whom.

    `text` is the statement that was signed; of a file, whose bytes were signed, its name and SHA-256.

    `cms` holds the signer's certificate, and so the IIN; the other columns may be shown. Triggers keep the row.
    """

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "role"), FROZEN)

    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    cms: Mapped[bytes]
    algorithm: Mapped[str] = mapped_column(String(40))
    certificate: Mapped[str] = mapped_column(String(64))
    organization_bin: Mapped[str | None] = mapped_column(String(12))
    signed_at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class Message(Identified, Base):
    """A letter that waits in the outbox until the job of its territory that sends what it holds has sent it."""

    __tablename__ = "outbox"

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
