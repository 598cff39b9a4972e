"""Verbs of identity: accounts, roles, invitations, passwords. The IIN never leaves this room and the roll."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core import alphabet
from pb.core.belenios.credentials import ALPHABET, normalise_symbols
from pb.core.national_numbers import IIN, parse_iin
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.identity.models import Grant, Invitation, Person, SecondFactor
from pb.identity.service import holdings, invitations, notices, own_log, passwords, reach, security, sessions, suspended
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.text import one_line

INVITATION_LIFE = timedelta(days=7)
ACTIVATION_LIFE = timedelta(days=30)
COMING_OF_AGE = 18
SYMBOLS = ALPHABET
ACTIVATION_SYMBOLS = 12  # counts together with the IIN alone
INVITATION_SYMBOLS = 28
OF_ANOTHER_DESK = _("No code is made here for this IIN: its account is of another territory, and is helped there.")


def holders(act: Act, role: Role) -> Sequence[Person]:
    """The people who hold a role in the act's territory today, by name."""
    day = local(act.at).date()
    query = (
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(reach.held_in(act.session, act.territory.id), Grant.role == role, Grant.since <= day)
        .where(or_(Grant.until.is_(None), Grant.until >= day))
    )
    return sorted(act.session.scalars(query).unique(), key=lambda person: alphabet.key(person.name))


def people_with_roles(act: Act) -> list[tuple[Person, frozenset[Role]]]:
    """Everybody who holds a role in the act's territory today, by their first role's rank and then by name."""
    day = local(act.at).date()
    query = (
        select(Person, Grant.role)
        .join(Grant, Grant.person_id == Person.id)
        .where(reach.held_in(act.session, act.territory.id), Grant.since <= day)
        .where(or_(Grant.until.is_(None), Grant.until >= day))
    )
    roles_of_people: dict[Person, set[Role]] = {}
    for person, role in act.session.execute(query):
        roles_of_people.setdefault(person, set()).add(Role(role))
    rank = list(Role)
    people = [(person, frozenset(roles)) for person, roles in roles_of_people.items()]
    return sorted(people, key=lambda pair: (min(map(rank.index, pair[1])), alphabet.key(pair[0].name)))


def find(session: Session, iin: IIN, keys: Keys) -> Person | None:
    """The account of an IIN, if there is one; while the pepper is being rotated, under whichever it stands.

    Raises Conflict for one that is found under this IIN and is not of it: its row was changed past the program.
    """
    query = select(Person).where(Person.iin_lookup.in_(numbers.lookups(iin, keys.pepper)))
    person = session.scalars(query).one_or_none()
    if person is not None and not is_of(person, iin, keys):
        security.tell("found_under_another_iin", person.id)
        raise Conflict(_("The account that is found under this IIN was made for another. Ask at the akimat."))
    return person


def is_of(person: Person, iin: IIN, keys: Keys) -> bool:
    """Whether an account is this IIN's: its look-up under the pepper that it names, and the number sealed in it.

    A look-up alone is written anew by whoever has the database and the pepper.
    """
    if not numbers.is_found_as(iin, keys.pepper, person.iin_pepper, person.iin_lookup):
        return False
    try:
        return numbers.unseal(person.iin_sealed, keys.seal) == iin.text
    except InvalidTag:
        return False


def add_person(act: Act, keys: Keys, *, iin: IIN, name: str, settlement: str = "", email: str | None = None) -> Person:
    """A new account without a password, or the one that the IIN already has.

    Its name is what was typed last until its first role is given, for that rests on a document that somebody saw.
    """
    person = find(act.session, iin, keys)
    if person is not None and not holdings.ever_held(act.session, person.id):
        person.name, person.settlement = one_line(name), settlement
    if person is None:
        person = Person(
            name=one_line(name),
            iin_lookup=numbers.lookup(iin, keys.pepper),
            iin_pepper=keys.pepper.version,
            iin_sealed=numbers.seal(iin, keys.seal),
            settlement=settlement,
            email=email,
            created_at=act.at,
        )
        act.session.add(person)
        act.session.flush()
        audit.record(act, "identity.person_added", subject=person.id)
    return person


def admit_resident(act: Act, person: Person, *, basis: str) -> None:
    """Gives the role of a resident from today on, on a document or a signature; whoever holds it keeps it."""
    today = local(act.at).date()
    if Role.RESIDENT in reach.roles_of(act.session, person.id, act.territory.id, today):
        return
    terms = holdings.refuse_terms(act, person.id, holdings.Terms(Role.RESIDENT, today, basis))
    data = {"role": Role.RESIDENT, "basis": terms.basis, "since": today.isoformat()}
    event = audit.record(act, "identity.resident_admitted", subject=person.id, data=data)
    holdings.give(act, person.id, terms, event)


def renew(act: Act, person: Person) -> None:
    """Voids password, authenticator, waiting codes and sessions: an invitation, or EDS, opens the account anew."""
    factor = act.session.get(SecondFactor, person.id)
    was_open = factor is not None or person.password_hash is not None
    if factor is not None:
        act.session.delete(factor)
    invitations.end_open(act.session, person.id, act.at)
    person.password_hash, person.renewed_at = None, act.at
    act.session.flush()
    sessions.end_all(act, person.id)
    if was_open:
        notices.send(act, person, notices.Change.RENEWED)
    audit.record(act, "identity.account_renewed", subject=person.id)


def invite(act: Act, person: Person) -> str:
    """A fresh code for a staff member's slip and link (140 bits, groups of 4); only its hash is kept."""
    code = _code(INVITATION_SYMBOLS)
    invitations.keep(act, person, tidy_code(code), INVITATION_LIFE)
    audit.record(act, "identity.invited", subject=person.id)
    return code


def register_resident(
    act: Act,
    keys: Keys,
    *,
    iin: IIN,
    name: str,
    settlement: str,
    forgotten: bool = False,
    correct: bool = False,
) -> str:
    """A resident's account and the one-time paper code (60 bits, groups of 4) that activates it with the IIN.

    `forgotten`: the account is active and its password forgotten; the old one serves until the code is used. The
    settlement becomes that of the document that the desk has before it, and so does the name if the desk, which is told
    whose account stands there, means it (`correct`): another's IIN would else give an account away under a new name.
    An account that has, had or will have a staff role is never touched, nor one that is not of this desk, open or not:
    whoever holds a code holds the account. Raises Forbidden (neither clerk nor office), FieldRefusal (settlement, under
    18, of the staff, an active account, an account of another territory, one of another name).
    """
    if not act.holds(Role.CLERK, Role.OFFICE):
        raise Forbidden(_("Residents are registered at the desk of the akimat."))
    name = one_line(name)
    refuse_all(faults_of_resident(act, keys, iin, settlement, forgotten=forgotten))
    known = find(act.session, iin, keys)
    if known is not None and known.name != name and not correct:
        told = _("An account stands there with this IIN. Its name: %(name)s", name=known.name)
        raise FieldRefusal("correct", told)
    person = add_person(act, keys, iin=iin, name=name, settlement=settlement)
    _correct(act, person, name=name, settlement=settlement)
    admit_resident(act, person, basis="identity document shown at the akimat")
    code = _code(ACTIVATION_SYMBOLS)
    invitations.keep(act, person, tidy_code(code), ACTIVATION_LIFE)
    audit.record(act, "identity.activation_code_made", subject=person.id)
    return code


def faults_of_resident(
    act: Act, keys: Keys, iin: IIN | None, settlement: str, *, forgotten: bool
) -> Iterator[FieldRefusal]:
    """What stands against registering a resident; an `iin` of None is not known yet."""
    if settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    if iin is None:
        return
    known = find(act.session, iin, keys)
    if iin.age_on(local(act.at).date()) < COMING_OF_AGE:
        yield FieldRefusal("iin", _("Only people of 18 and over take part."))
    elif known is not None and is_of_another_desk(act, known):
        yield FieldRefusal("iin", OF_ANOTHER_DESK)
    elif known is not None and holdings.ever_staff(act.session, known.id):
        yield FieldRefusal(
            "iin", _("This person works here, worked here or will: such accounts come by an invitation.")
        )
    elif known is not None and known.password_hash is not None and not forgotten:
        yield FieldRefusal("iin", _("This person already has an active account. A forgotten password: see below."))


def is_of_another_desk(act: Act, person: Person) -> bool:
    """Whether another territory gave the account its first role: its desk alone makes codes for it."""
    first = holdings.first_held_in(act.session, person.id)
    return first is not None and first != act.territory.id


def _correct(act: Act, person: Person, *, name: str, settlement: str) -> None:
    """What the desk reads in the document goes before what was written earlier; the log says that it changed."""
    if (person.name, person.settlement) != (name, settlement):
        person.name, person.settlement = name, settlement
        audit.record(act, "identity.person_corrected", subject=person.id)


def _code(length: int) -> str:
    """Random symbols in groups of four, 5 bits each."""
    code = "".join(secrets.choice(SYMBOLS) for _symbol in range(length))
    return "-".join(code[i : i + 4] for i in range(0, length, 4))


def tidy_code(typed: str) -> str:
    """A paper code as it was made, read as tolerantly as a card's: look-alikes of both alphabets, marks between."""
    return "".join(symbol for symbol in normalise_symbols(typed) if symbol in SYMBOLS)


def hashed_with_code(act: Act, keys: Keys, iin: IIN, code: str, password: str, site: str = "") -> str:
    """The hash of a resident's new password, for `activate`: argon2 runs outside the write lock, for right codes alone.

    `site` is the address of the installation. Raises FieldRefusal (the code, the password), Forbidden (suspended).
    """
    refuse_all(faults_of_activation(act, keys, iin, code, password, site))
    suspended.refuse(act.session, _with_code(act, keys, iin, code)[1].id)
    return passwords.hashed(password, by_code=True)


def activate(act: Act, keys: Keys, iin: IIN, code: str, password_hash: str) -> Person:
    """Sets a resident's password by IIN and paper code together. Raises FieldRefusal("code"), Forbidden (suspended)."""
    invitation, person = _with_code(act, keys, iin, code, locked=True)
    suspended.refuse(act.session, person.id)
    act = own_log.of(act, person.id)
    invitation.used_at = act.at
    audit.record(act, "identity.invitation_used", subject=person.id)
    return keep_password(act, person, password_hash, notices.Change.INVITATION)


def faults_of_activation(
    act: Act, keys: Keys, iin: IIN | None, code: str, password: str, site: str = ""
) -> Iterator[FieldRefusal]:
    """What is wrong with code and password; without an IIN (None: not known yet) nothing is said of the code."""
    own_of_person: list[str] = []
    try:
        if iin is not None:
            own_of_person = own_words(act, keys, _with_code(act, keys, iin, code)[1], site)
    except FieldRefusal as refusal:
        yield refusal
    yield from passwords.guessable(password, own_of_person)


def _with_code(act: Act, keys: Keys, iin: IIN, code: str, *, locked: bool = False) -> tuple[Invitation, Person]:
    """A resident's short code counts only together with the IIN, and never for staff. Raises FieldRefusal."""
    invitation, person = invitations.find_open(act, tidy_code(code), locked=locked)
    if not is_of(person, iin, keys) or holdings.ever_staff(act.session, person.id):
        raise invitations.refused()
    return invitation, person


def set_password(act: Act, person: Person, password: str) -> Person:
    """Keeps the argon2id hash. Raises FieldRefusal for a password of under 10 or over 200 characters."""
    return keep_password(act, person, passwords.hashed(password))


def keep_password(act: Act, person: Person, password_hash: str, *also: notices.Change) -> Person:
    """Keeps a hash: all sessions end. A letter goes to the owner; it tells what changed with it, too (`also`)."""
    act = own_log.of(act, person.id)
    person.password_hash = password_hash
    act.session.flush()
    sessions.end_all(act, person.id)
    audit.record(act, "identity.password_set", subject=person.id)
    security.tell("password_set", person.id)
    notices.send(act, person, *also, notices.Change.PASSWORD)
    return person


def new_password(act: Act, keys: Keys, person: Person, password: str, site: str) -> str:
    """The hash of a password that the person chose. Raises FieldRefusal: too short or long, common, of own data.

    `site` is the address of the installation.
    """
    refuse_all(passwords.guessable(password, own_words(act, keys, person, site)))
    return passwords.hashed(password)


def own_words(act: Act, keys: Keys, person: Person, site: str) -> list[str]:
    """What the person's password may not be made of."""
    held = holdings.of_person(act.session, person.id, local(act.at).date())
    places = [own_log.of(act, person.id).territory, *(territory for _role, territory in held)]
    digits = parse_iin(numbers.unseal(person.iin_sealed, keys.seal), local(act.at).date())
    return passwords.own_words(person, digits, places, site)


def changed_password(act: Act, keys: Keys, current: str, password: str, site: str) -> str:
    """The hash of the actor's new password, for `change_password`: argon2 runs outside the write lock.

    Raises Forbidden (nobody; staff whose invitation is open), FieldRefusal("current", "password").
    """
    person = own(act)
    if person is None:
        raise Forbidden(_("Sign in first."))
    refuse_password_of_invitation(act, person)
    refuse_all(faults_of_change(act, keys, current, password, site))
    return new_password(act, keys, person, password, site)


def faults_of_change(act: Act, keys: Keys, current: str, password: str, site: str) -> Iterator[FieldRefusal]:
    """What is wrong with the actor's present password and the new one."""
    person = own(act)
    if person is None:
        return
    if person.password_hash is not None:
        if not current or not has_password(person, current):
            security.tell("password_refused", person.id)
            yield FieldRefusal("current", _("The password is wrong."))
        elif has_password(person, password):
            yield FieldRefusal("password", _("This is the password that you have now. Choose another."))
            return
    yield from passwords.guessable(password, own_words(act, keys, person, site))


def refuse_password_of_invitation(act: Act, person: Person) -> None:
    """Raises Forbidden for staff whose invitation is open."""
    if password_is_of_invitation(act, person):
        raise Forbidden(_("The password of this account is set with its invitation."))


def password_is_of_invitation(act: Act, person: Person) -> bool:
    """Whether the account is of staff, and has no authenticator so far: both come with the invitation."""
    return bool(holdings.ever_staff(act.session, person.id)) and act.session.get(SecondFactor, person.id) is None


def change_password(act: Act, password_hash: str, *, before: str | None) -> Person:
    """Puts the actor's new password in force, where the one `before` still is. All other sessions end.

    Raises Forbidden (nobody), Conflict (changed elsewhere meanwhile).
    """
    if act.person is None:
        raise Forbidden(_("Sign in first."))
    person = act.session.get_one(Person, act.person.id, with_for_update=True, populate_existing=True)
    if person.password_hash != before:
        raise Conflict(_("This was done already, or changed at the same moment. Load the page again and look."))
    return keep_password(act, person, password_hash)


def sign_in(session: Session, keys: Keys, iin: IIN | None, password: str) -> Person | None:
    """The person whose password this is, or None; an unknown IIN costs the same argon2 run as a wrong password."""
    person = find(session, iin, keys) if iin else None
    right = passwords.fits(person.password_hash if person else None, password)
    if not right:
        security.tell("sign_in_refused", person.id if person else None)
    return person if right else None


def own(act: Act) -> Person | None:
    """The account of the actor."""
    return act.session.get(Person, act.person.id) if act.person is not None else None


def has_password(person: Person, password: str) -> bool:
    """Whether this is the person's password."""
    return passwords.fits(person.password_hash, password)
