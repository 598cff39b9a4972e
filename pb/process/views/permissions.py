"""Who can do what, read off the decisions that the routes carry, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask
from flask_babel import gettext

from pb.act import Role
from pb.identity.service.roles import APPOINTMENTS, LABELS, LEVEL_LABELS, excluded_by_role
from pb.web.access import EVERYBODY, Callers, decision

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Right(NamedTuple):
    """One route: its endpoint, the address's pattern, whether it changes anything, who may, and what it is called."""

    endpoint: str
    address: str
    changing: bool
    callers: Callers
    action: str

    @property
    def call(self) -> str:
        return ("POST " if self.changing else "GET ") + self.address


def every(app: Flask) -> Iterator[Right]:
    """Every decided route by address; those that only read come before those that change."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        decided = decision(app, rule.endpoint)
        if decided is not None:
            changing = not decided.reads and bool(CHANGING & (rule.methods or set()))
            yield Right(rule.endpoint, rule.rule, changing, decided.callers, str(decided.action or rule.rule))


def in_words(callers: Callers) -> str:
    """Who may call, in words."""
    if callers.by_code:
        return str(gettext("a trustee's program, with a one-time code"))
    if callers.by_link:
        return str(gettext("whoever has the link of a letter"))
    if callers.roles is None:
        return str(gettext("everybody"))
    labels = ", ".join(str(LABELS[role]) for role in Role if role in callers.roles)
    return labels or str(gettext("everybody who signed in"))


def by_role(app: Flask) -> dict[Role, list[str]]:
    """What each role may do besides what everybody may."""
    changing = [right for right in every(app) if right.changing and right.callers.roles is not None]
    return {role: [right.action for right in changing if role in (right.callers.roles or ())] for role in Role}


def public(app: Flask) -> list[str]:
    """What needs no account."""
    return [right.action for right in every(app) if right.changing and right.callers == EVERYBODY]


def excluding() -> list[tuple[str, str]]:
    """Each role, and those that nobody holds together with it: the pairs that are enforced."""
    return [
        (str(LABELS[role]), ", ".join(str(LABELS[other]) for other in others)) for role, others in excluded_by_role()
    ]


def appointments() -> list[tuple[str, str, str, str]]:
    """The table that appointments follow: where, the role, who proposes, who confirms."""

    def words(roles: tuple[Role, ...]) -> str:
        return ", ".join(str(LABELS[role]) for role in roles)

    return [
        (str(LEVEL_LABELS[level]), str(LABELS[role]), words(rows[role].proposes), words(rows[role].confirms))
        for level, rows in APPOINTMENTS.items()
        for role in Role
        if role in rows
    ]
