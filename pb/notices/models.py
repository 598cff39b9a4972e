"""What people follow, how they want to be told, what they were told, and what is sent of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified

CONTACT_CONTEXT = b"contact"
CODE_CONTEXT = b"contact-code"


class Kind(StrEnum):
    """What can be followed."""

    OKRUG = "okrug"
    CYCLE = "cycle"
    PROJECT = "project"
    MEETING = "meeting"


class Topic(StrEnum):
    """Why somebody is told: what each person switches on or off."""

    OWN = "own"
    PROJECT = "project"
    MEETING = "meeting"
    CYCLE = "cycle"
    NEWS = "news"


class Channel(StrEnum):
    """Ways to a person besides the page."""

    MAIL = "mail"
    SMS = "sms"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


TOPIC_LABELS: dict[Topic, LazyString] = {
    Topic.OWN: lazy_gettext("What concerns you yourself: your proposals, requests and meetings"),
    Topic.PROJECT: lazy_gettext("Projects that you follow"),
    Topic.MEETING: lazy_gettext("Meetings of the assembly"),
    Topic.CYCLE: lazy_gettext("The course of the year: ideas, the vote, the result, the budget"),
    Topic.NEWS: lazy_gettext("News of the places that you follow"),
}

CHANNEL_LABELS: dict[Channel, LazyString] = {
    Channel.MAIL: lazy_gettext("By mail"),
    Channel.SMS: lazy_gettext("By SMS"),
}


class Follow(Identified, Base):
    """Somebody follows a thing: they are told of what happens to it from then on."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        Index("ix_follows_of_subject", "kind", "subject_id", "person_id"),
        CheckConstraint("kind IN ('okrug', 'cycle', 'project', 'meeting')", name="kind_known"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[UUID]
    since: Mapped[datetime]


class Choices(Base):
    """How a person wants to be told. `page`, `mail`, `sms`: the topics that are on there, parted by commas.

    `digest_hour`: once a day at this hour, else at once; nothing is sent from `quiet_from` until `quiet_until`, hours
    of Almaty, where they differ.
    """

    __tablename__ = "notice_choices"
    __table_args__ = (
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language_known"),
        CheckConstraint("digest_hour >= 0 AND digest_hour <= 23", name="hour_of_digest"),
        CheckConstraint(
            "quiet_from >= 0 AND quiet_from <= 23 AND quiet_until >= 0 AND quiet_until <= 23", name="quiet_hours"
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    page: Mapped[str] = mapped_column(String(80))
    mail: Mapped[str] = mapped_column(String(80))
    sms: Mapped[str] = mapped_column(String(80))
    digest_hour: Mapped[int | None]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]

    def on(self, channel: str, topic: str) -> bool:
        """Whether a topic is on in the page or a channel."""
        return topic in str(getattr(self, channel)).split(",")


def _one_of_each(name: str, which: str) -> Index:
    """A person has at most one such contact of a channel."""
    return Index(name, "person_id", "channel", unique=True, sqlite_where=text(which), postgresql_where=text(which))


class Contact(Identified, Base):
    """A mail address or a telephone of a person, sealed; nothing but the code is sent there before `verified_at`.

    `code_sealed` is sent to show that it is the person's own, taken until `code_until`, which is empty before it
    was sent; `tries` are the wrong ones that came back. Moments of a person are full hours (`times.hour`). Where nobody
    took it, after so many `attempts`, it is tried again at `next_at`: the failure of one address is no other's.

    One that waits for its code stands beside the one in use. That is `replaced_at` when the code came back: it is told
    so once, and goes.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        _one_of_each("one_contact_waits", "verified_at IS NULL"),
        _one_of_each("one_contact_in_use", "verified_at IS NOT NULL AND replaced_at IS NULL"),
        CheckConstraint("channel IN ('mail', 'sms')", name="channel_known"),
        CheckConstraint("replaced_at IS NULL OR verified_at IS NOT NULL", name="what_was_in_use_is_replaced"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(String(4))
    address_sealed: Mapped[bytes] = mapped_column(info={"sealed": CONTACT_CONTEXT})
    code_sealed: Mapped[bytes | None] = mapped_column(info={"sealed": CODE_CONTEXT})
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class Reached(Base):
    """How far into a territory's audit log people were told: to `position`, and of the next event up to `person_id`.

    Its row is locked while notices are written: they and the way come in one transaction.
    """

    __tablename__ = "notices_reached"

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[UUID | None]


class Notice(Identified, Base):
    """A person is told of one event of the log; the words are made when they are read. `shown`: in the page too."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "event"),
        Index("ix_notices_of_person", "person_id", "shown", "at"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    at: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(10))
    shown: Mapped[bool]
    read_at: Mapped[datetime | None]


class Sending(Identified, Base):
    """A notice that goes out by one channel. The address is taken from the person when it is sent.

    Those with one `message` go as one, which has it for its Message-ID at each attempt. `next_at`: not before; whoever
    sends it moves that on first, so that no other does. `trouble` is the kind of the last failure, nothing of whom.
    """

    __tablename__ = "notice_sendings"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel"),
        Index("ix_notice_sendings_due", "territory_id", "state", "next_at"),
        CheckConstraint("channel IN ('mail', 'sms')", name="channel_known"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'dropped')", name="state_known"),
    )

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(String(4))
    message: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), default=State.WAITING)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(20), default="")
    done_at: Mapped[datetime | None]


class CalendarLink(Base):
    """The secret address of a person's calendar, as a hash: whoever has it reads what they follow, and nothing else."""

    __tablename__ = "calendar_links"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class Reminder(Identified, Base):
    """Somebody asked to be reminded before a vote ends. It is sent whether they voted or not, and deleted with that.

    Nothing joins it to who voted; `ends_at` is when the vote does, and no row is there afterwards.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("person_id", "cycle_id", "channel"),
        CheckConstraint("channel IN ('mail', 'sms')", name="channel_known"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"))
    channel: Mapped[str] = mapped_column(String(4))
    next_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
