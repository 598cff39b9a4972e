"""What each event of the audit log tells whom, and in which words: the rooms say it of their own events.

A room registers for an action (`tells`) whom it concerns and how it is told. Both are asked with the act of a stranger:
nobody is told what is not public. This room knows no other, and no service knows of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from flask_babel import LazyString

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.notices.models import Kind, Topic


class Subject(NamedTuple):
    """A thing that can be followed."""

    kind: Kind
    id: UUID


@dataclass(frozen=True, slots=True)
class Concerned:
    """`people`: told whatever they follow; those who follow one of `followed` are told too."""

    people: frozenset[UUID] = frozenset()
    followed: frozenset[Subject] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """One notice in the language of now. `thing`: of what, by number and title; `what` happened and who decided it.

    `why` is the reason that was given, or `question` what was asked; `following` is what happens next, `own` the same
    for those whom it concerns themselves. `text` is what was published, for mail and feed; `tongue` the language
    of it and of `thing`, which may be another than the reader's. `url` begins at the server's root.
    """

    thing: str
    what: str
    url: str
    why: str = ""
    following: str = ""
    question: str = ""
    own: str = ""
    text: str = ""
    tongue: str = ""

    def to(self, topic: str) -> "Words":
        """As somebody is told who hears of it under this topic."""
        return replace(self, following=self.own or self.following) if topic == Topic.OWN else replace(self, own="")


class Teller(NamedTuple):
    """What is registered for an action. `sentences` are those of what happened, for the preview; `asks`: a question."""

    topic: Topic
    sentences: tuple[LazyString, ...]
    concerned: Callable[[Act, AuditEvent], Concerned]
    words: Callable[[Act, AuditEvent], Words]
    asks: bool = False


def of_cycle(act: Act, cycle_id: UUID, *more: Subject) -> frozenset[Subject]:
    """Who follows the cycle or its okrug is told of what happens in it."""
    return frozenset({Subject(Kind.CYCLE, cycle_id), Subject(Kind.OKRUG, act.territory.id), *more})


Named = Mapping[UUID, tuple[str, str]]
_tellers: dict[str, Teller] = {}
Look = Callable[[Act, Mapping[str, UUID]], object]
_names: dict[Kind, Callable[[Act, list[UUID]], Named]] = {}
_looks: dict[Kind, Look] = {}


def tells(action: str, teller: Teller) -> None:
    """Registers what is told of the events with this action."""
    _tellers[action] = teller


def names(kind: Kind, name: Callable[[Act, list[UUID]], Named], look: Look | None = None) -> None:
    """Registers what the followed things of a kind are called, with the addresses of their pages.

    `look` is given what the address of a thing's page names, and raises NotFound where there is no such thing.
    """
    _names[kind] = name
    if look is not None:
        _looks[kind] = look


def require(act: Act, kind: Kind, where: Mapping[str, UUID]) -> None:
    """Raises NotFound where the thing is not of this cycle, or the cycle not of the act's territory."""
    _looks[kind](act, where)


def actions() -> list[str]:
    """The actions of which people are told."""
    return sorted(_tellers)


def teller(action: str) -> Teller:
    """What is registered for an action. Raises KeyError."""
    return _tellers[action]


def all_tellers() -> Mapping[str, Teller]:
    """What is registered, by action."""
    return _tellers


def named(act: Act, kind: Kind, ids: list[UUID]) -> Named:
    """Name and address of followed things of one kind; what is not there any more is left out."""
    return _names[kind](act, ids) if kind in _names and ids else {}
