"""Sends what waits: claimed in one transaction, handed over in none, marked in another.

Who claims a message moves its next attempt on, so that no other worker takes it; one that is killed before it marks it
sent is followed by another with the same Message-ID. At least once, and mail servers drop the double. One thread does
all jobs, so one of these ends after some seconds, and goes on when what is more urgent was done.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.audit.models import AuditEvent
from pb.jobs import service as jobs
from pb.notices.models import Channel, Choices, Contact, Notice, Reached, Sending, State
from pb.notices.service import choices, contacts, times, unsubscribing, wording
from pb.notices.service.carriers import HandOver, Parcel, Undelivered, carrier, speaking
from pb.settings import Settings
from pb.territory.models import Territory

JOB = "notices.send"
AT_ONCE = 25
LEASE = timedelta(minutes=10)


class Claimed(NamedTuple):
    """A message of one person, at which attempt, with what it tells; `contact` says where it goes."""

    message: UUID
    attempts: int
    whose: Choices
    contact: Contact
    told: list[Notice]


@jobs.handles(JOB, jobs.Priority.NOTICES)
def send(work: jobs.Work) -> str:
    """Sends what is due in this territory, by all channels in turn; how many messages were taken."""
    sent, until = 0, monotonic() + times.TURN_SECONDS
    channels = list(Channel)
    while channels:
        for channel in tuple(channels):
            claimed = _claim(work, channel)
            taken = _hand_over_all(work, channel, claimed, until) if claimed else None
            sent += taken or 0
            if taken is None:
                channels.remove(channel)  # nothing is due, or nobody takes it now: the rest keeps its turn
        if channels and monotonic() >= until:
            return jobs.MORE
    return str(sent)


def _hand_over_all(work: jobs.Work, channel: Channel, claimed: Sequence[Claimed], until: float) -> int | None:
    """How many were taken; None where nobody was there to take them. At least one is tried, whatever the time."""
    parcels = _parcels(work, claimed)
    taken = 0
    try:
        with carrier(work.settings, channel) as hand_over:
            for number, (one, parcel) in enumerate(zip(claimed, parcels, strict=True)):
                if number and monotonic() >= until:
                    _put_back(work, claimed[number:])
                    break
                taken += _hand_over(work, hand_over, one, parcel)
    except Undelivered as trouble:  # before the first of them: no server answers
        for one in claimed:
            _mark(work, one, trouble)
        return None
    return taken


def _hand_over(work: jobs.Work, hand_over: HandOver, one: Claimed, parcel: Parcel) -> bool:
    try:
        hand_over(parcel)
    except Undelivered as trouble:
        _mark(work, one, trouble)
        return False
    _mark(work, one, None)
    return True


def _put_back(work: jobs.Work, claimed: Sequence[Claimed]) -> None:
    """They were not tried: they are due as before."""
    which = Sending.message.in_([one.message for one in claimed]), Sending.state == State.WAITING
    with work.database.work() as session:
        values = {"next_at": clock.now(), "attempts": Sending.attempts - 1}
        session.execute(update(Sending).where(*which, Sending.attempts > 0).values(values))


def _mark(work: jobs.Work, one: Claimed, trouble: Undelivered | None) -> None:
    now = clock.now()
    again = None if trouble is None or trouble.final else times.again(now, one.attempts)
    with work.database.work() as session:
        values: dict[str, object] = {"trouble": trouble.kind if trouble else ""}
        if trouble is not None and again is not None:
            values["next_at"] = times.after_quiet(one.whose, again)
        else:
            values |= {"state": State.FAILED if trouble else State.SENT, "done_at": now}
        which = Sending.message == one.message, Sending.state == State.WAITING
        session.execute(update(Sending).where(*which).values(**values))


def _claim(work: jobs.Work, channel: Channel) -> list[Claimed]:
    """Some messages that are due, and for a while nobody else's."""
    while True:
        with work.database.work() as session:
            rows = _due(session, work.territory_id, channel)
            if not rows:
                return []
            people = {row.person_id for row in rows}
            chosen, reachable = choices.of_people(session, people), contacts.verified(session, people)
            ids = [row.notice_id for row in rows]
            notices = {row.id: row for row in session.scalars(select(Notice).where(Notice.id.in_(ids)))}
            claimed = []
            for message, group in groupby(rows, lambda row: row.message):
                of_one = list(group)
                whose = chosen[of_one[0].person_id]
                contact = reachable.get((whose.person_id, channel))
                wanted = _take(of_one, notices, whose, contact)
                if wanted and contact is not None:
                    told = [notices[row.notice_id] for row in wanted]
                    claimed.append(Claimed(message, wanted[0].attempts, whose, contact, told))
        if claimed:
            return claimed


def _due(session: Session, territory_id: UUID, channel: Channel) -> list[Sending]:
    """The rows of some messages that are due. The lock that notices are written under makes workers take turns."""
    session.execute(select(Reached.territory_id).where(Reached.territory_id == territory_id).with_for_update())
    waiting = (Sending.territory_id == territory_id, Sending.channel == channel, Sending.state == State.WAITING)
    due = (*waiting, Sending.next_at <= clock.now())
    messages = set(session.scalars(select(Sending.message).where(*due).order_by(Sending.next_at).limit(AT_ONCE)))
    query = select(Sending).where(*due, Sending.message.in_(messages))
    return list(session.scalars(query.order_by(Sending.message, Sending.id)))


def _take(
    rows: list[Sending], notices: Mapping[UUID, Notice], whose: Choices, contact: Contact | None
) -> list[Sending]:
    """Of one message what is still wanted, and may go at this hour; what nobody wants any more is dropped."""
    now = clock.now()
    later = times.after_quiet(whose, now)
    wanted = [row for row in rows if contact is not None and whose.on(row.channel, notices[row.notice_id].topic)]
    for row in rows:
        if row not in wanted:
            row.state, row.done_at = State.DROPPED, now
        elif later > now:
            row.next_at = later
        else:
            row.next_at, row.attempts = now + LEASE, row.attempts + 1
    return wanted if later <= now else []


def _parcels(work: jobs.Work, claimed: Sequence[Claimed]) -> list[Parcel]:
    with work.database.work(writing=False) as session, wording.addressing(work.settings):
        territory = session.get_one(Territory, work.territory_id)
        stranger = Act(session, territory, None, frozenset(), clock.now())
        return [_written(stranger, work.settings, one) for one in claimed]


def _written(stranger: Act, settings: Settings, one: Claimed) -> Parcel:
    whose, base_url = one.whose, settings.base_url
    with speaking(whose.language):
        topics = {notice.event: notice.topic for notice in one.told}
        events = _events(stranger.session, one.told)
        words = [wording.of_event(stranger, event).to(topics[event.hash]) for event in events]
        address = contacts.opened(one.contact, settings.seal_key)
        if one.contact.channel == Channel.SMS:
            return Parcel(one.message, address, "", wording.text_message(words, base_url))
        link = unsubscribing.link(settings, whose.person_id, Channel.MAIL)
        place = stranger.territory.name(whose.language)
        subject = wording.subject(words[0]) if len(words) == 1 else _("Asar: news of the day: %(place)s", place=place)
        return Parcel(one.message, address, subject, wording.mail(words, base_url, place, link), link)


def _events(session: Session, told: list[Notice]) -> Iterator[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.hash.in_([notice.event for notice in told]))
    return iter(session.scalars(query.order_by(AuditEvent.position)))
