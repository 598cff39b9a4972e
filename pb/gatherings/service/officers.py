"""Who presides over a meeting, and who keeps its record: what both may do follows from the meeting.

The law has both elected by open vote for each meeting; until then, and where the secretary has no account, who opened
it writes. A raion's regulation may give the assembly a standing chair and secretary; its commission has none.

Source: Law of 23.01.2001 № 148, article 39-3, point 10.
"""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.text import composed
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.gatherings.models import CONFIRMED, Answer, Correction, Gathering, Kind, Minutes, Office, Officer, State
from pb.gatherings.service import hour, members, presence
from pb.gatherings.service.rules import Count
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.identity.service.duties import works_in
from pb.identity.service.roles import EXCLUSIVE

OPENERS = (Role.AKIM, Role.OFFICE)
"""The akim opens a meeting, or whom the akim authorises: the akim's office."""
OPENERS_OF_SITTINGS = (Role.SECRETARY, Role.CHAIR)
"""A sitting of the commission, who watches the akim's spending, is opened by whom it is convened by."""
ELECTED = (Office.CHAIR, Office.SECRETARY)
LEAST_WORDS = 2  # a given name alone is that of many
ROLE_OF = {Office.CHAIR: Role.CHAIR, Office.SECRETARY: Role.SECRETARY}


def presides(act: Act, gathering: Gathering) -> bool:
    """Whether the actor is the chair of this meeting."""
    return _is(act, gathering, Office.CHAIR)


def is_secretary(act: Act, gathering: Gathering) -> bool:
    """Whether the actor is the secretary of this meeting: who merely opened it writes, and confirms nothing."""
    return _is(act, gathering, Office.SECRETARY)


def keeps_record(act: Act, gathering: Gathering) -> bool:
    """Whether the actor writes the record of this meeting: its secretary, or until one took over who opened it."""
    if gathering.standing_officers or of(gathering, Office.SECRETARY, with_account=True) is not None:
        return _is(act, gathering, Office.SECRETARY)
    if gathering.opened_by_id is None:
        return act.holds(*(OPENERS_OF_SITTINGS if gathering.kind == Kind.COMMISSION else OPENERS))
    return act.person is not None and act.person.id == gathering.opened_by_id


def of(gathering: Gathering, office: Office, *, with_account: bool = False) -> Officer | None:
    """Whom this meeting elected to an office; `with_account`: and who took it up with their own account."""
    found = next((row for row in gathering.officers if row.office == office), None)
    return None if found is None or (with_account and found.person_id is None) else found


def missing(gathering: Gathering) -> list[Office]:
    """The offices that those present have still to fill, before they decide anything else."""
    return [] if gathering.standing_officers else [office for office in ELECTED if of(gathering, office) is None]


def named(act: Act, gathering: Gathering) -> dict[Office, str]:
    """Who presides and who keeps the record, by name: whom this meeting elected, else who holds the standing role.

    Of several holders it is the actor, else one who is here as a member, else the first by name. Who is not known is
    left out.
    """
    if not gathering.standing_officers:
        return {Office(row.office): row.name for row in gathering.officers}
    here = [row.member for row in gathering.attendances if row.here]

    def comes_first(person: Person) -> tuple[bool, bool]:
        acts = act.person is not None and act.person.id == person.id
        return not acts, not any(members.is_named(person, member) for member in here)

    held = {office: sorted(accounts.holders(act, role), key=comes_first) for office, role in ROLE_OF.items()}
    return {office: people[0].name for office, people in held.items() if people}


def elect(act: Act, gathering: Gathering, office: Office, name: str, count: Count) -> Officer:
    """Records whom those present elected chair or secretary, by open vote; until the minutes another may be elected.

    Raises Forbidden, Conflict (before the announced hour; no quorum; the regulation has a standing chair), FieldRefusal
    (nobody of this name is here; they hold the other office; the votes do not add up; too few in favour).
    """
    if not keeps_record(act, gathering):
        raise Forbidden(_("Only who keeps the record of the meeting does this."))
    if gathering.standing_officers:
        raise Conflict(_("The regulation gives the assembly a standing chair and secretary."))
    hour.require(act, gathering)
    if gathering.state != State.QUORATE:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    if name not in presence.names(gathering):
        raise FieldRefusal("name", _("Choose somebody who is present."))
    if any(row.name == name and row.office != office for row in gathering.officers):
        raise FieldRefusal("name", _("One person cannot be both chair and secretary."))
    needed = presence.needed_of(gathering, count)
    votes = {"in_favour": count.in_favour, "against": count.against, "abstained": count.abstained}
    data = {"office": office, **votes, "present": count.total, "needed": needed}
    audit.record(act, "gathering.officer_elected", subject=gathering.id, data=data)
    row = of(gathering, office)
    if row is None:
        row = Officer(gathering_id=gathering.id, office=office)
        gathering.officers.append(row)
    row.name, row.elected_at, row.person_id, row.accepted_at = name, act.at, None, None
    row.present, row.needed = count.total, needed
    row.in_favour, row.against, row.abstained = count.in_favour, count.against, count.abstained
    act.session.flush()
    return row


def acceptable(act: Act, gathering: Gathering) -> Office | None:
    """The office to which the actor was elected and which they may take up now with their account."""
    if act.person is None or gathering.state not in {State.QUORATE, State.MINUTED}:
        return None
    name = act.person.name
    return next(
        (
            Office(row.office)
            for row in gathering.officers
            if row.person_id is None and _named(name, row.name) and not _excluded(act, row)
        ),
        None,
    )


def accept(act: Act, gathering: Gathering, office: Office) -> Officer:
    """The elected person takes the office up with their own account: what they confirm afterwards counts.

    Raises NotFound (nobody was elected), Conflict (another took it up), Forbidden (the account is of another name, or
    of somebody whose role excludes this office).
    """
    row = of(gathering, office)
    if row is None or act.person is None:
        raise NotFound
    if row.person_id is not None:
        raise Conflict(_("This office was taken up already."))
    if not _named(act.person.name, row.name):
        raise Forbidden(_("Your account has another name than the one elected."))
    if _excluded(act, row):
        raise Forbidden(_("Who works for the akim, or makes or hands over cards, cannot hold this office."))
    audit.record(act, "gathering.office_accepted", subject=gathering.id, data={"office": office})
    row.person_id, row.accepted_at = act.person.id, act.at
    act.session.flush()
    return row


def stands_in(act: Act, gathering: Gathering) -> bool:
    """Whether the actor is chair or secretary of this meeting, or bears the name of whom it elected."""
    if gathering.standing_officers:
        return act.holds(*ROLE_OF.values())
    mine = act.person
    return mine is not None and any(
        row.person_id == mine.id or _named(mine.name, row.name) for row in gathering.officers
    )


def meetings_of(act: Act) -> Sequence[Gathering]:
    """Where the actor presides, keeps the record or opened the meeting, and its minutes wait for an answer or more."""
    if act.person is None:
        return []
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, _under_way(act.person.id))
    return act.session.scalars(query.order_by(Gathering.meets_at)).all()


@works_in
def _places(session: Session, person_id: UUID) -> Sequence[UUID]:
    return session.scalars(select(Gathering.territory_id).where(_under_way(person_id)).distinct()).all()


def to_accept(act: Act) -> list[tuple[Gathering, Office]]:
    """To which offices the actor was elected, here where they live, and can take up now."""
    person = act.person
    if person is None or person.settlement not in act.territory.settlements:
        return []
    query = select(Gathering).join(Officer, Officer.gathering_id == Gathering.id)
    query = query.where(Gathering.territory_id == act.territory.id, _vacant()).order_by(Gathering.meets_at)
    found = [(one, acceptable(act, one)) for one in act.session.scalars(query).unique()]
    return [(one, office) for one, office in found if office is not None]


@works_in
def _elected_in(session: Session, person_id: UUID) -> Sequence[UUID]:
    """Where somebody of this name was elected: that it is this person, and that they live there, is asked later."""
    name = session.get_one(Person, person_id).name
    query = select(Gathering.territory_id, Officer.name).join(Officer, Officer.gathering_id == Gathering.id)
    rows = session.execute(query.where(_vacant())).all()
    return list({territory for territory, elected in rows if _named(name, elected)})


def _vacant() -> ColumnElement[bool]:
    return and_(Gathering.state.in_((State.QUORATE, State.MINUTED)), Officer.person_id.is_(None))


def _under_way(person_id: UUID) -> ColumnElement[bool]:
    elected = exists().where(Officer.gathering_id == Gathering.id, Officer.person_id == person_id)
    answered = exists().where(Minutes.gathering_id == Gathering.id, Answer.minutes_id == Minutes.id)
    corrected = exists().where(Correction.gathering_id == Gathering.id, Correction.kind == "correction", ~CONFIRMED)
    states = (State.QUORATE, State.MINUTED, State.CONFIRMED)
    by_them = or_(Gathering.opened_by_id == person_id, elected)
    return and_(Gathering.state.in_(states), by_them, or_(~answered, corrected))


def _is(act: Act, gathering: Gathering, office: Office) -> bool:
    if gathering.standing_officers:
        return act.holds(ROLE_OF[office])
    elected = of(gathering, office, with_account=True)
    return elected is not None and act.person is not None and act.person.id == elected.person_id


def _excluded(act: Act, row: Officer) -> bool:
    """Whether the actor holds a role that excludes the standing one, as being of the other side in two-person rules."""
    role = ROLE_OF[Office(row.office)]
    return any(act.holds(*(pair - {role})) for pair in EXCLUSIVE if role in pair)


def _named(account: str, elected: str) -> bool:
    """Whether an account is of whom the hall elected: the same words, but for a patronymic that one of them has."""
    mine, theirs = _words(account), _words(elected)
    both = mine & theirs
    return len(both) >= LEAST_WORDS and both in (mine, theirs) and abs(len(mine) - len(theirs)) <= 1


def _words(name: str) -> frozenset[str]:
    return frozenset(composed(name).casefold().split())
