"""Reminding of the end of a vote whoever asked for it, whether they voted or not.

To remind those alone who have not voted would tell a neighbour who sees the telephone that somebody has not, and of one
that stays silent that its owner has; and the platform would keep a list of both. So nothing here looks who voted,
casting a ballot changes no row, and each row goes when it was sent, or when the vote ends.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import delete, select, update

from pb import clock
from pb.act import Act
from pb.core import sms
from pb.errors import Conflict
from pb.formats import moment
from pb.jobs import service as jobs
from pb.notices.models import Channel, Reminder
from pb.notices.service import choices, contacts, times, unsubscribing, wording
from pb.notices.service.carriers import Parcel, Undelivered, carrier, speaking
from pb.notices.service.follows import owner

JOB = "notices.remind"
AHEAD = (timedelta(days=1), timedelta(hours=3), times.TIME_TO_ACT)
"""How long before the end: the first of these that is still to come."""
LEASE = timedelta(minutes=10)
ENDS = lazy_gettext("Asar: the vote ends: %(moment)s. You asked to be reminded.")


def ask(act: Act, cycle_id: UUID, ends_at: datetime) -> None:
    """The actor is reminded by each address that was shown to be theirs.

    Raises Forbidden, Conflict (no such address, or the vote is about to end, or ends in quiet hours that have begun).
    """
    person, ways = owner(act), ways_of(act)
    if not ways:
        raise Conflict(lazy_gettext("Give a mail address or a telephone first, so that you can be reminded."))
    at = next((ends_at - ahead for ahead in AHEAD if ends_at - ahead > act.at), None)
    if at is None:
        raise Conflict(lazy_gettext("The vote ends in a few minutes: there is no time to remind you."))
    at = times.before_the_end(choices.of_actor(act), at, ends_at, act.at)
    if at is None:
        raise Conflict(lazy_gettext("The vote ends in your quiet hours, in which nothing is sent: vote now."))
    take_back(act, cycle_id)
    for way in ways:
        row = Reminder(person_id=person, territory_id=act.territory.id, cycle_id=cycle_id, channel=way, next_at=at)
        row.ends_at, row.attempts = ends_at, 0
        act.session.add(row)
    act.session.flush()


def ways_of(act: Act) -> list[Channel]:
    """By what the actor can be reminded. Raises Forbidden."""
    person = owner(act)
    reachable = contacts.verified(act.session, [person])
    return [way for way in Channel if (person, way) in reachable]


def take_back(act: Act, cycle_id: UUID) -> None:
    """The actor is not reminded. Raises Forbidden."""
    act.session.execute(delete(Reminder).where(Reminder.person_id == owner(act), Reminder.cycle_id == cycle_id))


def asked(act: Act, cycle_id: UUID) -> bool:
    """Whether the actor waits to be reminded."""
    if act.person is None:
        return False
    query = select(Reminder.id).where(Reminder.person_id == act.person.id, Reminder.cycle_id == cycle_id)
    return act.session.scalars(query.limit(1)).first() is not None


@jobs.handles(JOB, jobs.Priority.NOTICES)
def remind(work: jobs.Work) -> str:
    """Sends what is due in the territory; what could not be sent is tried again until the vote ends."""
    sent, until = 0, monotonic() + times.TURN_SECONDS
    for channel in Channel:
        while rows := _claim(work, channel):
            sent += _send(work, channel, rows, until)
            if monotonic() >= until:
                return jobs.MORE
    return str(sent)


def _claim(work: jobs.Work, channel: Channel) -> Sequence[Reminder]:
    now = clock.now()
    with work.database.work() as session:
        session.execute(delete(Reminder).where(Reminder.ends_at <= now))
        query = select(Reminder).where(Reminder.territory_id == work.territory_id, Reminder.next_at <= now)
        query = query.where(Reminder.channel == channel).order_by(Reminder.id).limit(25)
        rows = session.scalars(query.with_for_update(skip_locked=True)).all()
        chosen = choices.of_people(session, {row.person_id for row in rows})
        quiet = [row for row in rows if times.after_quiet(chosen[row.person_id], now) > now]
        for row in quiet:  # an attempt that failed came into them, or they were chosen since
            row.next_at = min(times.after_quiet(chosen[row.person_id], now), row.ends_at)
        taken = [row for row in rows if row not in quiet]
        for row in taken:
            row.next_at, row.attempts = now + LEASE, row.attempts + 1
        return taken


def _send(work: jobs.Work, channel: Channel, rows: Sequence[Reminder], until: float) -> int:
    done = 0
    parcels = _parcels(work, channel, rows)
    try:
        with carrier(work.settings, channel) as hand_over:
            for number, row in enumerate(rows):
                if number and monotonic() >= until:
                    _put_back(work, rows[number:])
                    break
                try:
                    if row.id in parcels:
                        hand_over(parcels[row.id])
                except Undelivered as trouble:
                    if not trouble.final:
                        continue  # it is tried again when its lease is over
                with work.database.work() as session:
                    session.execute(delete(Reminder).where(Reminder.id == row.id))
                done += 1
    except Undelivered:
        return 0
    return done


def _put_back(work: jobs.Work, rows: Sequence[Reminder]) -> None:
    """They were not tried: they are due as before."""
    with work.database.work() as session:
        which = Reminder.id.in_([row.id for row in rows])
        session.execute(update(Reminder).where(which).values(next_at=clock.now()))


def _parcels(work: jobs.Work, channel: Channel, rows: Sequence[Reminder]) -> dict[UUID, Parcel]:
    """What goes to each who still has an address."""
    base_url, found = work.settings.base_url, {}
    with work.database.work(writing=False) as session, wording.addressing(work.settings):
        people = {row.person_id for row in rows}
        chosen, reachable = choices.of_people(session, people), contacts.verified(session, people)
        for row in rows:
            contact = reachable.get((row.person_id, channel))
            if contact is None:
                continue
            address = f"{base_url}{url_for('voting.show', cycle_id=row.cycle_id)}"
            with speaking(chosen[row.person_id].language):
                text = str(ENDS) % {"moment": moment(row.ends_at)}
                more = _("It comes to everybody who asked for it, whether they have voted or not.")
            to = contacts.opened(contact, work.settings.seal_key)
            if channel is Channel.SMS:
                found[row.id] = Parcel(row.id, to, "", sms.shortened(text, "", f" {address}", wording.MOST_PARTS))
            else:
                link = unsubscribing.link(work.settings, row.person_id, Channel.MAIL)
                found[row.id] = Parcel(row.id, to, text, f"{text}\n{more}\n{address}\n", link)
    return found
