"""Where a person is reached: a mail address, a telephone; sealed, and shown to be the person's own by a code."""

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from uuid import UUID, uuid4

import structlog
from flask_babel import gettext, lazy_gettext
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.errors import FieldRefusal
from pb.identity.service import reach
from pb.jobs import service as jobs
from pb.keyring import KeyRing, Keys, seal_bytes, unseal_bytes
from pb.notices.models import CODE_CONTEXT, CONTACT_CONTEXT, Channel, Choices, Contact
from pb.notices.service import carriers, choices, times
from pb.notices.service.follows import owner
from pb.settings import Settings
from pb.territory.models import Territory

LIFE = timedelta(minutes=30)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 60, 180, 480, 900))
"""Between one attempt to send a code and the next. They end within its half hour: who still waits has gone by then."""
MOST_TRIES = 5
CODE_DIGITS = 6
LONGEST = 200
JOB = "notices.code"
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"(?:\+?7|8)([0-9]{10})")
_MOBILE = re.compile(r"7(?:0[0-8]|47|5[01]|6[0-4]|7[15-8]|85)")
"""How mobile numbers begin in the national numbering plan; all others are in a wall, and take no SMS."""
log = structlog.get_logger()


def normal(channel: Channel, typed: str) -> str:
    """The address as it is kept: a telephone as +77010000000. Raises FieldRefusal."""
    if channel is Channel.SMS:
        found = _PHONE.fullmatch(re.sub(r"[ ()–-]", "", typed))
        if found is None:
            raise FieldRefusal("address", lazy_gettext("Write a number of Kazakhstan: +7 and ten digits."))
        if _MOBILE.match(found[1]) is None:
            raise FieldRefusal(
                "address",
                lazy_gettext(
                    "An SMS reaches mobile numbers alone: after +7 they begin with 70, 747, 75, 76, 77 or 785."
                ),
            )
        return f"+7{found[1]}"
    if len(typed) > LONGEST or _MAIL.fullmatch(typed) is None:
        raise FieldRefusal("address", lazy_gettext("Write a mail address: name@example.kz"))
    return typed


def box(address: str) -> str:
    """Where an address leads, whatever its spelling: what is counted of it."""
    name, at, host = address.casefold().partition("@")
    return f"{name.partition('+')[0]}{at}{host}" if at else address


def ask_code(act: Act, keys: Keys, channel: Channel, typed: str) -> Contact:
    """Keeps the address and has a code sent there; one that waited before it is forgotten, one in use stays in use.

    Raises Forbidden, FieldRefusal (no address, or the one in use).
    The caller bounds how often: an SMS costs money, and strangers' telephones are not to be rung.
    """
    person, address = owner(act), normal(channel, typed)
    used = in_use(act, channel)
    if used is not None and opened(used, keys.seal) == address:
        raise FieldRefusal("address", lazy_gettext("This address is in use already: notices go there."))
    contact = waiting(act, channel)
    if contact is None:
        contact = Contact(person_id=person, channel=channel)
        act.session.add(contact)
    contact.address_sealed = seal_bytes(address.encode(), keys.seal, CONTACT_CONTEXT)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    contact.code_sealed = seal_bytes(code.encode(), keys.seal, CODE_CONTEXT)
    contact.code_until, contact.tries, contact.attempts, contact.next_at = None, 0, 0, None
    choices.kept(act)  # in the language in which they ask
    act.session.flush()
    _ask(act)
    return contact


def _ask(act: Act) -> None:
    place = _place(act)
    jobs.ask(replace(act, territory=place), JOB, place.id)  # of the place: a job's moment is nobody's


def _place(act: Act) -> Territory:
    """A territory whose job it is: one's own page is in none, so one where the actor has a role, or any."""
    held = reach.territories_of(act.session, owner(act), clock.local(act.at).date())
    return held[0] if held else act.session.scalars(select(Territory).order_by(Territory.kato).limit(1)).one()


def verify(act: Act, keys: Keys, channel: Channel, typed: str) -> bool:
    """Whether the code is right: then the address is the actor's own, and the one before it is told that it went.

    A wrong one counts; after five none is taken.
    """
    contact = waiting(act, channel)
    if contact is not None:
        act.session.refresh(contact, with_for_update=True)
    if (
        contact is None
        or contact.code_sealed is None
        or contact.code_until is None
        or contact.code_until < act.at
        or contact.tries >= MOST_TRIES
    ):
        return False
    code = unseal_bytes(contact.code_sealed, keys.seal, CODE_CONTEXT)
    if not hmac.compare_digest(code, typed.strip().encode()):
        contact.tries += 1
        act.session.flush()
        return False
    used = in_use(act, channel)
    if used is not None:
        _retire(act, used)
    contact.verified_at = times.hour(act.at)
    contact.code_sealed, contact.code_until, contact.tries, contact.attempts, contact.next_at = None, None, 0, 0, None
    act.session.flush()
    return True


def forget(act: Act, channel: Channel, *, waiting_alone: bool = False) -> None:
    """Deletes the actor's addresses, or the one that waits for its code. Raises Forbidden.

    One in use is told so, once; nothing else goes there any more.
    """
    act.session.execute(delete(Contact).where(*_mine(act, channel), Contact.verified_at.is_(None)))
    used = None if waiting_alone else in_use(act, channel)
    if used is not None:
        _retire(act, used)


def _retire(act: Act, used: Contact) -> None:
    """It is in use no more: that is told there, and it goes."""
    used.replaced_at = times.hour(act.at)
    act.session.flush()
    _ask(act)


def used_up(act: Act, channel: Channel) -> bool:
    """Whether no code opens the actor's waiting address any more but a new one. Raises Forbidden."""
    contact = waiting(act, channel)
    return contact is not None and contact.tries >= MOST_TRIES


def in_use(act: Act, channel: Channel) -> Contact | None:
    """The actor's address of this channel, to which notices go. Raises Forbidden."""
    used = Contact.verified_at.is_not(None) & Contact.replaced_at.is_(None)
    return act.session.scalars(select(Contact).where(*_mine(act, channel), used)).one_or_none()


def waiting(act: Act, channel: Channel) -> Contact | None:
    """The actor's address that waits for its code. Raises Forbidden."""
    return act.session.scalars(select(Contact).where(*_mine(act, channel), Contact.verified_at.is_(None))).one_or_none()


def _mine(act: Act, channel: Channel) -> tuple[ColumnElement[bool], ...]:
    return Contact.person_id == owner(act), Contact.channel == channel


def opened(contact: Contact, ring: KeyRing) -> str:
    """The address in the clear."""
    return unseal_bytes(contact.address_sealed, ring, CONTACT_CONTEXT).decode()


def verified(session: Session, people: Iterable[UUID]) -> dict[tuple[UUID, str], Contact]:
    """The addresses of these people that something may be sent to, by person and channel."""
    used = Contact.verified_at.is_not(None), Contact.replaced_at.is_(None)
    query = select(Contact).where(Contact.person_id.in_(list(people)), *used)
    return {(contact.person_id, contact.channel): contact for contact in session.scalars(query)}


@jobs.handles(JOB, jobs.Priority.LETTERS)
def send_codes(work: jobs.Work) -> str:
    """Sends each code that is due, in the language of its owner: its half hour begins now; then tells who was replaced.

    What nobody takes now waits for its own next moment, at which `waking` asks for this again, and the next one goes.
    """
    sent, until = 0, monotonic() + times.TURN_SECONDS
    while (contact := _next(work)) is not None:
        work.still_at_work()
        failure = _send(work, contact)
        sent += failure is None
        if failure is not None:
            log.warning("code_not_taken", kind=failure.kind, channel=contact.channel, attempts=contact.attempts)
        with work.database.work() as session:
            row = session.get(Contact, contact.id)
            if row is not None and row.code_sealed == contact.code_sealed:
                _mark(session, row, again=failure is not None and not failure.final)
        if monotonic() >= until:
            return jobs.MORE
    return str(sent)


def _mark(session: Session, row: Contact, *, again: bool) -> None:
    """It is sent, or is tried again after a pause, or was tried often enough."""
    if again and row.attempts <= len(PAUSES):
        row.code_until, row.next_at = None, clock.now() + PAUSES[row.attempts - 1]
    elif row.replaced_at is not None:
        session.delete(row)
    elif again:
        row.code_sealed, row.code_until = None, clock.now()


def _due() -> ColumnElement[bool]:
    """What waits to be sent, and whose pause is over."""
    waits = or_(Contact.code_sealed.is_not(None), Contact.replaced_at.is_not(None)) & Contact.code_until.is_(None)
    return waits & or_(Contact.next_at.is_(None), Contact.next_at <= clock.now())


def to_try_again(session: Session) -> list[UUID]:
    """Where the job is to be asked for, if the pause of a code is over: in any territory, for people are in none."""
    due = select(Contact.id).where(_due(), Contact.next_at.is_not(None)).exists()
    return list(session.scalars(select(Territory.id).where(due).order_by(Territory.kato).limit(1)))


def _next(work: jobs.Work) -> Contact | None:
    """The next address that nobody writes to yet: codes before who was replaced, first those that never failed."""
    with work.database.work() as session:
        order = Contact.replaced_at.is_not(None), Contact.attempts, Contact.id
        first = select(Contact).where(_due()).order_by(*order).limit(1)
        contact = session.scalars(first.with_for_update(skip_locked=True)).first()
        if contact is not None:
            contact.code_until, contact.attempts = clock.now() + LIFE, contact.attempts + 1
        return contact


def _send(work: jobs.Work, contact: Contact) -> carriers.Undelivered | None:
    """What kept it. What the libraries say of a failure may name the address, so nothing of it is handed on."""
    with work.database.work(writing=False) as session:
        chosen = session.get(Choices, contact.person_id) or choices.usual(contact.person_id)
        another = (contact.person_id, contact.channel) in verified(session, [contact.person_id])
    ring, channel = work.settings.seal_key, Channel(contact.channel)
    with carriers.speaking(chosen.language):
        if contact.replaced_at is None:
            subject, text, more = _code(contact, ring)
        else:
            subject, text, more = _gone(work.settings, channel, another=another)
    body = text if channel is Channel.SMS else f"{text}\n\n{more}"
    try:
        with carriers.carrier(work.settings, channel) as hand_over:
            hand_over(carriers.Parcel(uuid4(), opened(contact, ring), subject, body))
    except carriers.Undelivered as failure:
        return failure
    return None


def _code(contact: Contact, ring: KeyRing) -> tuple[str, str, str]:
    code = unseal_bytes(contact.code_sealed or b"", ring, CODE_CONTEXT).decode()
    return (
        gettext("Asar: is this your address?"),
        gettext("Asar: your code is %(code)s. Tell it to nobody.", code=code),
        gettext("Write it on the page where you asked for it. If it was not you, do nothing."),
    )


def _gone(settings: Settings, channel: Channel, *, another: bool) -> tuple[str, str, str]:
    """Whoever took somebody's account over does not silence them unseen: not by `another` address, nor by none."""
    url = f"{settings.base_url}/notices/{channel.value}"
    if not another:
        return (
            gettext("Asar: your address was deleted"),
            gettext(
                "Asar: your address was deleted, no notices come here any more. If it was not you: %(url)s", url=url
            ),
            gettext("Sign in there, give your address anew and tell the akim's office."),
        )
    return (
        gettext("Asar: notices go to another address"),
        gettext("Asar: your notices go to another address from now on. If it was not you: %(url)s", url=url),
        gettext("Sign in there, delete the other address and tell the akim's office."),
    )
