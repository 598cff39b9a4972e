"""The roles of people in a territory: where each is given, which reach down, who gives them, which exclude others."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext

from pb.act import Role
from pb.core.places.kinds import FOURTH_LEVEL, WITH_MASLIKHAT, Kind

LABELS: dict[Role, LazyString] = {
    Role.RESIDENT: lazy_gettext("Resident"),
    Role.OFFICE: lazy_gettext("Specialist of the akim's office"),
    Role.AKIM: lazy_gettext("Akim"),
    Role.CHAIR: lazy_gettext("Chair of the assembly"),
    Role.SECRETARY: lazy_gettext("Secretary of the assembly"),
    Role.REGISTRAR: lazy_gettext("Registrar"),
    Role.CLERK: lazy_gettext("Desk clerk"),
    Role.TRUSTEE: lazy_gettext("Trustee"),
    Role.DEPUTY: lazy_gettext("Deputy of the maslikhat"),
    Role.MASLIKHAT_SECRETARY: lazy_gettext("Secretary of the maslikhat"),
    Role.AUDITOR: lazy_gettext("Auditor"),
    Role.OBSERVER: lazy_gettext("Observer"),
    Role.ADMINISTRATOR: lazy_gettext("Platform administrator"),
}

# The pictogram beside the word: of the body that one works in.
ICONS: dict[Role, str] = {
    Role.RESIDENT: "resident",
    Role.OFFICE: "office",
    Role.AKIM: "office",
    Role.CHAIR: "chair",
    Role.SECRETARY: "chair",
    Role.REGISTRAR: "office",
    Role.CLERK: "office",
    Role.TRUSTEE: "trustee",
    Role.DEPUTY: "deputy",
    Role.MASLIKHAT_SECRETARY: "deputy",
    Role.AUDITOR: "auditor",
    Role.OBSERVER: "auditor",
    Role.ADMINISTRATOR: "office",
}

STAFF = frozenset(Role) - {Role.RESIDENT}

# Held in a raion or city, these are held in every okrug of it too; the others only where they were given.
REACHING_DOWN = frozenset({Role.DEPUTY, Role.MASLIKHAT_SECRETARY, Role.AUDITOR, Role.OBSERVER, Role.ADMINISTRATOR})


class Level(StrEnum):
    """Where a role is given: the 4th level of the budget, or what has a maslikhat."""

    OKRUG = "okrug"
    RAION = "raion"


LEVEL_LABELS: dict[Level, LazyString] = {
    Level.OKRUG: lazy_gettext("Okrug, village, settlement or town"),
    Level.RAION: lazy_gettext("Raion or city"),
}
KINDS: dict[Level, frozenset[Kind]] = {Level.OKRUG: FOURTH_LEVEL, Level.RAION: WITH_MASLIKHAT}


def level_of(kind: str) -> Level | None:
    """The level of a kind of territory; None where nobody holds a role, as in an oblast."""
    return next((level for level, kinds in KINDS.items() if kind in kinds), None)


class Body(StrEnum):
    """Whom a role answers to. Two people of one body are not two bodies."""

    EXECUTIVE = "executive"
    ASSEMBLY = "assembly"
    MASLIKHAT = "maslikhat"
    AUDIT = "audit"


BODIES: dict[Role, Body] = {
    Role.ADMINISTRATOR: Body.EXECUTIVE,
    Role.OFFICE: Body.EXECUTIVE,
    Role.AKIM: Body.EXECUTIVE,
    Role.REGISTRAR: Body.EXECUTIVE,
    Role.CLERK: Body.EXECUTIVE,
    Role.CHAIR: Body.ASSEMBLY,
    Role.SECRETARY: Body.ASSEMBLY,
    Role.DEPUTY: Body.MASLIKHAT,
    Role.MASLIKHAT_SECRETARY: Body.MASLIKHAT,
    Role.AUDITOR: Body.AUDIT,
}


class Appointment(NamedTuple):
    """Whose holders propose that a role is given or ended, and whose confirm it; the two are of two bodies."""

    proposes: tuple[Role, ...]
    confirms: tuple[Role, ...]

    def pairs(self) -> list[tuple[Role, Role]]:
        """Who proposes and who confirms, of two bodies."""
        return [(one, other) for one in self.proposes for other in self.confirms if BODIES[one] is not BODIES[other]]


_EXECUTIVE = (Role.ADMINISTRATOR, Role.OFFICE)
_MASLIKHAT = (Role.DEPUTY, Role.MASLIKHAT_SECRETARY)
# Of the raion's two bodies either proposes, and the other confirms.
_EITHER = Appointment((Role.ADMINISTRATOR, Role.MASLIKHAT_SECRETARY), (Role.MASLIKHAT_SECRETARY, Role.ADMINISTRATOR))
# In a raion no chair confirms: its administrator and its maslikhat do. Both reach down into its okrugs.
APPOINTMENTS: dict[Level, dict[Role, Appointment]] = {
    Level.OKRUG: {
        Role.TRUSTEE: Appointment((Role.CHAIR,), (Role.DEPUTY, Role.AUDITOR, Role.MASLIKHAT_SECRETARY)),
        Role.AUDITOR: Appointment((Role.CHAIR,), _MASLIKHAT),
        Role.CHAIR: Appointment((Role.CHAIR, Role.SECRETARY, *_MASLIKHAT), _EXECUTIVE),
        Role.SECRETARY: Appointment((Role.CHAIR,), _EXECUTIVE),
        Role.DEPUTY: Appointment(_EXECUTIVE, (Role.CHAIR,)),
        Role.ADMINISTRATOR: Appointment(_EXECUTIVE, (Role.CHAIR,)),
        Role.OFFICE: Appointment(_EXECUTIVE, (Role.CHAIR,)),
        Role.AKIM: Appointment(_EXECUTIVE, (Role.CHAIR,)),
        Role.REGISTRAR: Appointment((Role.OFFICE,), (Role.CHAIR,)),
        Role.CLERK: Appointment((Role.OFFICE,), (Role.CHAIR,)),
        Role.OBSERVER: Appointment((Role.OFFICE, *_MASLIKHAT), (Role.CHAIR,)),
    },
    Level.RAION: {
        Role.AUDITOR: Appointment(_MASLIKHAT, (Role.ADMINISTRATOR,)),
        Role.DEPUTY: _EITHER,
        Role.MASLIKHAT_SECRETARY: Appointment(_MASLIKHAT, (Role.ADMINISTRATOR,)),
        Role.ADMINISTRATOR: Appointment((Role.ADMINISTRATOR,), (Role.MASLIKHAT_SECRETARY,)),
        Role.OBSERVER: Appointment((Role.ADMINISTRATOR, *_MASLIKHAT), (Role.MASLIKHAT_SECRETARY, Role.ADMINISTRATOR)),
    },
}
_RESIDENTS = Appointment((Role.OFFICE,), (Role.CHAIR,))
# By what the roles watch over: for somebody with several, the first of them decides who invites again.
_WATCHING = (
    Role.TRUSTEE,
    Role.AUDITOR,
    Role.CHAIR,
    Role.SECRETARY,
    Role.DEPUTY,
    Role.MASLIKHAT_SECRETARY,
    Role.ADMINISTRATOR,
    Role.OFFICE,
    Role.AKIM,
    Role.REGISTRAR,
    Role.CLERK,
    Role.OBSERVER,
)
_ROWS = [row for rows in APPOINTMENTS.values() for row in rows.values()]
PROPOSING = tuple(role for role in Role if any(role in row.proposes for row in _ROWS))
APPOINTING = tuple(role for role in Role if any(role in (*row.proposes, *row.confirms) for row in _ROWS))
FOUNDERS: dict[Level, tuple[Role, Role]] = {
    Level.OKRUG: (Role.ADMINISTRATOR, Role.CHAIR),
    Level.RAION: (Role.ADMINISTRATOR, Role.MASLIKHAT_SECRETARY),
}


def given_in(kind: str) -> dict[Role, Appointment]:
    """The roles that are given in a territory of this kind, each with its row of the table."""
    level = level_of(kind)
    return APPOINTMENTS[level] if level is not None else {}


def row_of(kind: str, role: Role) -> Appointment:
    """Who of such a territory decides about the account of somebody whose role this is, or was.

    That is the role's own row. In a raion its two bodies decide about people of its okrugs; in an okrug the office and
    the chair do about residents, and about who was secretary of the maslikhat as about a deputy.
    """
    rows = given_in(kind)
    if level_of(kind) is Level.OKRUG:
        return rows.get(Role.DEPUTY if role is Role.MASLIKHAT_SECRETARY else role, _RESIDENTS)
    return rows.get(role, _EITHER)


# While a poll is prepared or under way a change of any office is explained: each makes, hands over, serves, checks,
# decrypts, confirms, writes minutes or watches.
OF_A_POLL = STAFF


def governing(roles: Iterable[Role]) -> Role:
    """Of a person's roles the one whose row says who invites again. Raises ValueError without a staff role."""
    held = set(roles)
    for role in _WATCHING:
        if role in held:
            return role
    raise ValueError("no staff role")


# A trustee who also knows the roll, hands out cards or runs the server could join names to votes; a clerk who is the
# registrar could make a card, hand it over to nobody and vote it; an administrator who makes cards is the maker whom
# everybody compares the server with, and one who hands them over is the clerk whom it is compared with; a chair who
# works for the akim, in any post, would be both bodies that appoint people and annul a poll. Minutes hold what the
# registrar made, and the commission checks what clerk and registrar did: neither is of it. An auditor takes the
# ballots' signatures away from the akim's office.
# Roles of one territory exclude each other, and of what it lies in and of what lies in it; not those of neighbours.
EXCLUSIVE: tuple[frozenset[Role], ...] = (
    frozenset({Role.TRUSTEE, Role.REGISTRAR}),
    frozenset({Role.TRUSTEE, Role.CLERK}),
    frozenset({Role.TRUSTEE, Role.ADMINISTRATOR}),
    frozenset({Role.CLERK, Role.REGISTRAR}),
    frozenset({Role.ADMINISTRATOR, Role.REGISTRAR}),
    frozenset({Role.ADMINISTRATOR, Role.CLERK}),
    frozenset({Role.CHAIR, Role.OFFICE}),
    frozenset({Role.CHAIR, Role.ADMINISTRATOR}),
    frozenset({Role.CHAIR, Role.AKIM}),
    frozenset({Role.CHAIR, Role.REGISTRAR}),
    frozenset({Role.CHAIR, Role.CLERK}),
    frozenset({Role.SECRETARY, Role.REGISTRAR}),
    frozenset({Role.SECRETARY, Role.CLERK}),
    frozenset({Role.SECRETARY, Role.AKIM}),
    frozenset({Role.DEPUTY, Role.REGISTRAR}),
    frozenset({Role.DEPUTY, Role.CLERK}),
    frozenset({Role.DEPUTY, Role.AKIM}),
    frozenset({Role.MASLIKHAT_SECRETARY, Role.REGISTRAR}),
    frozenset({Role.MASLIKHAT_SECRETARY, Role.CLERK}),
    frozenset({Role.MASLIKHAT_SECRETARY, Role.AKIM}),
    frozenset({Role.MASLIKHAT_SECRETARY, Role.OFFICE}),
    frozenset({Role.MASLIKHAT_SECRETARY, Role.ADMINISTRATOR}),
    frozenset({Role.AUDITOR, Role.REGISTRAR}),
    frozenset({Role.AUDITOR, Role.CLERK}),
    frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    frozenset({Role.AUDITOR, Role.OFFICE}),
    frozenset({Role.AUDITOR, Role.AKIM}),
)


def excluded_by_role() -> list[tuple[Role, list[Role]]]:
    """Each role that excludes others, with those, in the order of roles; a pair stands at both."""
    found = []
    for role in Role:
        pairs = [pair for pair in EXCLUSIVE if role in pair]
        others = [other for other in Role if any(other in pair - {role} for pair in pairs)]
        if others:
            found.append((role, others))
    return found
