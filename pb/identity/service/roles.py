"""The roles of people in a territory, and which of them one person may not hold together."""

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

# A trustee who also knows the roll, hands out cards or runs the server could join names to votes; a clerk who is the
# registrar could make a card, hand it over to nobody and vote it.
EXCLUSIVE: tuple[frozenset[Role], ...] = (
    frozenset({Role.TRUSTEE, Role.REGISTRAR}),
    frozenset({Role.TRUSTEE, Role.CLERK}),
    frozenset({Role.TRUSTEE, Role.ADMINISTRATOR}),
    frozenset({Role.CLERK, Role.REGISTRAR}),
)
