"""The roles of people in a territory: who proposes and confirms each, and which one person may not hold together."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext

from pb.act import Role

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
    Role.AUDITOR: lazy_gettext("Auditor"),
    Role.OBSERVER: lazy_gettext("Observer"),
    Role.ADMINISTRATOR: lazy_gettext("Platform administrator"),
}

STAFF = frozenset(Role) - {Role.RESIDENT}


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
    Role.AUDITOR: Body.AUDIT,
}


class Appointment(NamedTuple):
    """Whose holders propose that a role is given or ended, and whose confirm it."""

    proposes: tuple[Role, ...]
    confirms: tuple[Role, ...]


_EXECUTIVE = (Role.ADMINISTRATOR, Role.OFFICE)
# In the order of what the roles watch over: for somebody with several, the first of them decides who invites again.
APPOINTMENTS: dict[Role, Appointment] = {
    Role.TRUSTEE: Appointment((Role.CHAIR,), (Role.DEPUTY, Role.AUDITOR)),
    Role.AUDITOR: Appointment((Role.CHAIR,), (Role.DEPUTY,)),
    Role.CHAIR: Appointment((Role.CHAIR, Role.SECRETARY, Role.DEPUTY), _EXECUTIVE),
    Role.SECRETARY: Appointment((Role.CHAIR,), _EXECUTIVE),
    Role.DEPUTY: Appointment(_EXECUTIVE, (Role.CHAIR,)),
    Role.ADMINISTRATOR: Appointment(_EXECUTIVE, (Role.CHAIR,)),
    Role.OFFICE: Appointment(_EXECUTIVE, (Role.CHAIR,)),
    Role.AKIM: Appointment(_EXECUTIVE, (Role.CHAIR,)),
    Role.REGISTRAR: Appointment((Role.OFFICE,), (Role.CHAIR,)),
    Role.CLERK: Appointment((Role.OFFICE,), (Role.CHAIR,)),
    Role.OBSERVER: Appointment((Role.OFFICE, Role.DEPUTY), (Role.CHAIR,)),
}
PROPOSING = tuple(role for role in Role if any(role in row.proposes for row in APPOINTMENTS.values()))
APPOINTING = tuple(
    role for role in Role if any(role in (*row.proposes, *row.confirms) for row in APPOINTMENTS.values())
)
FOUNDERS = (Role.ADMINISTRATOR, Role.CHAIR)

# While a poll is prepared or under way a change of these is explained.
OF_A_POLL = frozenset({Role.REGISTRAR, Role.CLERK, Role.TRUSTEE, Role.CHAIR, Role.SECRETARY, Role.OFFICE, Role.AUDITOR})


def governing(roles: Iterable[Role]) -> Role:
    """Of a person's roles the one whose row says who invites again. Raises ValueError without a staff role."""
    held = set(roles)
    for role in APPOINTMENTS:
        if role in held:
            return role
    raise ValueError("no staff role")


# A trustee who also knows the roll, hands out cards or runs the server could join names to votes; a clerk who is the
# registrar could make a card, hand it over to nobody and vote it; a chair who works for the akim, in any post, would be
# both bodies that appoint people and annul a poll. Minutes hold what the registrar made, and the commission checks what
# clerk and registrar did: neither is of it. An auditor takes the ballots' signatures away from the akim's office.
EXCLUSIVE: tuple[frozenset[Role], ...] = (
    frozenset({Role.TRUSTEE, Role.REGISTRAR}),
    frozenset({Role.TRUSTEE, Role.CLERK}),
    frozenset({Role.TRUSTEE, Role.ADMINISTRATOR}),
    frozenset({Role.CLERK, Role.REGISTRAR}),
    frozenset({Role.CHAIR, Role.OFFICE}),
    frozenset({Role.CHAIR, Role.ADMINISTRATOR}),
    frozenset({Role.CHAIR, Role.AKIM}),
    frozenset({Role.CHAIR, Role.REGISTRAR}),
    frozenset({Role.CHAIR, Role.CLERK}),
    frozenset({Role.SECRETARY, Role.REGISTRAR}),
    frozenset({Role.SECRETARY, Role.CLERK}),
    frozenset({Role.DEPUTY, Role.REGISTRAR}),
    frozenset({Role.DEPUTY, Role.CLERK}),
    frozenset({Role.AUDITOR, Role.REGISTRAR}),
    frozenset({Role.AUDITOR, Role.CLERK}),
    frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    frozenset({Role.AUDITOR, Role.OFFICE}),
    frozenset({Role.AUDITOR, Role.AKIM}),
)
