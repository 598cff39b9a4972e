"""Calendars to subscribe to: what will be in an okrug, and what one person follows, under a secret address.

The rooms say what is on theirs (`fills`). An entry keeps its UID for good; whatever happens to it raises its SEQUENCE,
and what will not take place stays as CANCELLED, so that no telephone keeps a meeting that nobody comes to.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.errors import NotFound
from pb.formats import language
from pb.notices.models import CalendarLink, Follow, Kind
from pb.notices.service import choices, times
from pb.notices.service.carriers import speaking
from pb.notices.service.follows import owner
from pb.notices.service.telling import Subject
from pb.territory.models import Territory

TOKEN_BYTES = 16
MEETING_HOURS = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a calendar: a moment, or a whole day. `sequence` counts what happened to it.

    `title` says what it is, without place and year: they are added, for a telephone shows those of several in one list.
    """

    id: str
    sequence: int
    changed: datetime
    begins: datetime | date
    title: str
    year: str
    url: str
    subjects: frozenset[Subject]
    place: str = ""
    cancelled: bool = False


Fill = Callable[[Act], Iterable[Entry]]
_rooms: list[Fill] = []


def fills(fill: Fill) -> Fill:
    """Registers what a room has in the calendar of a territory; it is asked with the act of a stranger."""
    _rooms.append(fill)
    return fill


def of_place(act: Act, base_url: str) -> bytes:
    """The calendar of the act's territory."""
    stranger = replace(act, person=None, roles=frozenset())
    return _written(_("Asar: %(place)s", place=act.territory.name(language())), _of(stranger), base_url)


def of_entry(act: Act, entry_id: str, base_url: str) -> bytes:
    """One entry of the same calendar alone, to be added by hand. Raises NotFound where there is none."""
    stranger = replace(act, person=None, roles=frozenset())
    found = [entry for entry in _of(stranger) if entry.id == entry_id]
    if not found:
        raise NotFound
    return _written(found[0].title, found, base_url)


def of_person(session: Session, person_id: UUID, at: datetime, base_url: str) -> bytes:
    """What a person follows, of all territories, in the language that they chose."""
    with speaking(choices.of_people(session, [person_id])[person_id].language):
        return _written(_("Asar: what I follow"), _followed(session, person_id, at), base_url)


def _followed(session: Session, person_id: UUID, at: datetime) -> list[Entry]:
    rows = session.scalars(select(Follow).where(Follow.person_id == person_id)).all()
    followed = {Subject(Kind(row.kind), row.subject_id) for row in rows}
    entries: list[Entry] = []
    for territory_id in sorted({row.territory_id for row in rows}):
        act = Act(session, session.get_one(Territory, territory_id), None, frozenset(), at)
        entries += [entry for entry in _of(act) if entry.subjects & followed]
    return entries


def subscribing(address: str) -> str:
    """The address by which a telephone opens its calendar and asks whether to subscribe."""
    return f"webcal:{address.partition(':')[2]}"


def make_link(act: Act) -> str:
    """A new secret word for the actor's calendar; the one before it ends. It is kept as a hash. Raises Forbidden."""
    person, token = owner(act), secrets.token_hex(TOKEN_BYTES)
    end_link(act)
    act.session.add(CalendarLink(person_id=person, token_hash=_hash(token), made_at=times.hour(act.at)))
    act.session.flush()
    return token


def end_link(act: Act) -> None:
    """The address of the actor's calendar leads nowhere any more. Raises Forbidden."""
    act.session.execute(delete(CalendarLink).where(CalendarLink.person_id == owner(act)))


def has_link(act: Act) -> bool:
    """Whether there is an address of the actor's calendar. Raises Forbidden."""
    return act.session.get(CalendarLink, owner(act)) is not None


def owner_of(session: Session, token: str) -> UUID | None:
    """Whose calendar it is."""
    query = select(CalendarLink.person_id).where(CalendarLink.token_hash == _hash(token))
    return session.scalars(query).one_or_none()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _of(act: Act) -> Iterator[Entry]:
    place = act.territory.name(language())
    for fill in _rooms:
        for entry in fill(act):
            yield replace(entry, title=f"{entry.title} – {place}, {entry.year}")


def _written(name: str, entries: Iterable[Entry], base_url: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Asar//asar//KK")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, base_url))
    return bytes(calendar.to_ical())


def _event(entry: Entry, base_url: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@{urlsplit(base_url).hostname}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed)
    event.add("dtstart", entry.begins)
    whole_day = not isinstance(entry.begins, datetime)
    event.add("dtend", entry.begins + (timedelta(days=1) if whole_day else timedelta(hours=MEETING_HOURS)))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    event.add("url", f"{base_url}{entry.url}")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if whole_day else "OPAQUE")
    return event
