"""How somebody wants to be told: in the page, by mail, by SMS, of what, in which language, and at which hours."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.db import AT_ONCE
from pb.errors import FieldRefusal, refuse_all
from pb.formats import LANGUAGES, language
from pb.notices.models import Channel, Choices, Reminder, Topic
from pb.notices.service.follows import owner

LAST_HOUR = 23
PAGE = "page"
_ALL = ",".join(Topic)


@dataclass(frozen=True)
class Wish:
    """What a person chooses: the topics that are on in each way, and the hours."""

    language: str
    page: frozenset[str]
    mail: frozenset[str]
    sms: frozenset[str]
    digest_hour: int | None
    quiet_from: int
    quiet_until: int


def usual(person_id: UUID, tongue: str = "kk") -> Choices:
    """What holds until somebody chooses: everything in the page and by mail, by SMS what concerns them themselves.

    Mail and SMS go to nobody who has not given an address and shown that it is theirs.
    """
    return Choices(
        person_id=person_id,
        language=tongue,
        page=_ALL,
        mail=_ALL,
        sms=Topic.OWN.value,
        digest_hour=None,
        quiet_from=21,
        quiet_until=9,
    )


def of_actor(act: Act) -> Choices:
    """The actor's choices, or the usual ones in the language of the page. Raises Forbidden."""
    person = owner(act)
    return act.session.get(Choices, person) or usual(person, language())


def of_people(session: Session, people: Collection[UUID]) -> dict[UUID, Choices]:
    """The choices of each of them, the usual ones of whoever made none."""
    found: dict[UUID, Choices] = {}
    wanted = sorted(people)
    for start in range(0, len(wanted), AT_ONCE):
        query = select(Choices).where(Choices.person_id.in_(wanted[start : start + AT_ONCE]))
        found |= {row.person_id: row for row in session.scalars(query)}
    return {person: found.get(person) or usual(person) for person in wanted}


def choose(act: Act, wish: Wish) -> Choices:
    """Keeps what the actor chooses. What concerns them themselves always stands in the page.

    Raises Forbidden, FieldRefusal.
    """
    refuse_all(_faults(wish))
    chosen = kept(act)
    chosen.language = wish.language
    chosen.page = _joined(wish.page | {Topic.OWN})
    chosen.mail, chosen.sms = _joined(wish.mail), _joined(wish.sms)
    chosen.digest_hour, chosen.quiet_from, chosen.quiet_until = wish.digest_hour, wish.quiet_from, wish.quiet_until
    act.session.flush()
    return chosen


def kept(act: Act) -> Choices:
    """The actor's row, made with the usual choices where there is none: they hold in the language of now."""
    person = owner(act)
    row = act.session.get(Choices, person)
    if row is None:
        row = usual(person, language())
        act.session.add(row)
        act.session.flush()
    return row


def silence(session: Session, person_id: UUID, channel: Channel) -> None:
    """Nothing goes to a person by this channel any more, whoever asked: a link to unsubscribe."""
    row = session.get(Choices, person_id)
    if row is None:
        row = usual(person_id)
        session.add(row)
    setattr(row, channel.value, "")
    session.execute(delete(Reminder).where(Reminder.person_id == person_id, Reminder.channel == channel))
    session.flush()


def _faults(wish: Wish) -> Iterable[FieldRefusal]:
    if wish.language not in LANGUAGES:
        yield FieldRefusal("language", _("Choose one of the list."))
    for name in ("digest_hour", "quiet_from", "quiet_until"):
        hour = getattr(wish, name)
        if hour is not None and not 0 <= hour <= LAST_HOUR:
            yield FieldRefusal(name, _("Choose one of the list."))


def _joined(topics: Collection[str]) -> str:
    return ",".join(topic.value for topic in Topic if topic in topics)
