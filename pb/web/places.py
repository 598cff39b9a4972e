"""Addresses that can be dictated: `/krasnoyar/2027/proposals/14` stands for an okrug, a cycle and what is in it.

Views take UUIDs, and `url_for` is given UUIDs: both are exchanged here for what the address says. So whatever an
address names is looked up within its okrug and its cycle; what is not there is `NOWHERE`, which no view finds. Each
room tells `name` how its own things are called.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, unquote
from uuid import UUID

from flask import Flask, current_app, g, redirect, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from pb.db import Database
from pb.errors import NotFound
from pb.formats import language
from pb.territory.models import Territory
from pb.territory.service import addresses
from pb.territory.service.addresses import Place

T = TypeVar("T")
MOST_WORDS = 3  # of an address that is not there, which may each be meant as a place
NOWHERE = UUID(int=0)
"""Stands for what an address names and is not there: whoever may not ask is told so first."""


class OkrugConverter(BaseConverter):
    """The first word: an address that some territory has or had, or its code in the classifier."""

    regex = "[A-Za-z][A-Za-z0-9-]{2,39}|[0-9]{9}"

    def to_python(self, value: str) -> str:
        return value.lower()


class YearConverter(BaseConverter):
    """A cycle by its year: `2027`, and `2027-2` for the second of that year."""

    regex = "[0-9]{4}(?:-[1-9][0-9]?)?"


class NumberConverter(BaseConverter):
    """A number within the cycle, the meeting or the okrug."""

    regex = "[0-9]{1,9}"


class WordConverter(BaseConverter):
    """A word that says which: `draft-3`, `57-chair`, `4-maslikhat_secretary`."""

    regex = "[a-z0-9]+(?:[-_][a-z0-9]+)*"


class PaperConverter(BaseConverter):
    """What a paper is about: a cycle, a meeting, a point, a version of a budget or a report on it, a visit.

    What a room calls its papers in `addresses.py` stands here too, or the address leads nowhere.
    """

    regex = (
        "(?:[0-9]{4}(?:-[1-9][0-9]?)?|meetings/[0-9]{1,9}(?:/[0-9]{1,9})?|budget/[0-9]{4}/versions/[0-9]{1,9}"
        "|budget/[0-9]{4}/citizens/executed-[0-9]{4}-[0-9]{2}-[0-9]{2}|inspections/[0-9]{1,9}"
        "|commission/reports/[0-9]{1,9})"
    )
    part_isolating = False


class Called(NamedTuple):
    """What stands in an address for a row, and the territory that it belongs to, if the row says so."""

    text: str
    territory_id: UUID | None = None


class Naming(NamedTuple):
    """How a kind of thing is called in addresses.

    `read` finds the row of a text, within the place and with the arguments that stand before it in the address; `write`
    says what a row is called.
    """

    read: Callable[[Session, Place, Mapping[str, Any], str], UUID | None]
    write: Callable[[Session, UUID], Called | None]


@dataclass
class Known:
    """What this request has looked up already: its place, and what rows are called."""

    place: Place | None = None
    called: dict[tuple[str, UUID], Called] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)


_namings: dict[str, Naming] = {}
_own: dict[str, Naming] = {}
_further: dict[str, list[Naming]] = {}


def name(argument: str, naming: Naming) -> None:
    """Says how what the argument of a view stands for is called."""
    _own[argument] = naming
    _compose(argument)


def name_also(argument: str, naming: Naming) -> None:
    """Says so for another kind of thing that the same argument may stand for, once one is named."""
    _further.setdefault(argument, []).append(naming)
    _compose(argument)


def _compose(argument: str) -> None:
    if argument not in _own:
        return
    every = [_own[argument], *_further.get(argument, [])]

    def read(session: Session, place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
        return next((found for one in every if (found := one.read(session, place, before, told)) is not None), None)

    def write(session: Session, row_id: UUID) -> Called | None:
        return next((called for one in every if (called := one.write(session, row_id)) is not None), None)

    _namings[argument] = Naming(read, write) if len(every) > 1 else every[0]


def naming(argument: str) -> Naming:
    """How the things of an argument are called, for a room whose addresses name those of another."""
    return _namings[argument]


def prepare(app: Flask) -> None:
    """Before any route is added: they are written with these words."""
    app.url_map.converters |= {
        "okrug": OkrugConverter,
        "year": YearConverter,
        "number": NumberConverter,
        "word": WordConverter,
        "paper": PaperConverter,
    }
    app.url_value_preprocessor(_read)
    app.before_request(_lead_to_the_present_address)
    app.url_defaults(_write)


def known() -> Known:
    """What was looked up for this request, or where there is none, in this context."""
    found: Known = g.setdefault("known_places", Known())
    return found


def expect(places: Iterable[Place]) -> None:
    """Notes the addresses of places that a page was read with: its many links ask for none of them again."""
    known().places.update({place.id: place for place in places})


def here() -> Place | None:
    """The place that the address names; None on the server's own pages."""
    return known().place


def _read(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """What the address names. Raises NotFound: no territory that takes part."""
    if not values or "okrug" not in values:
        return
    told = values.pop("okrug")
    with _database().work(writing=False) as session:
        place = addresses.find(session, told)
        if place is None:
            raise NotFound
        known().place = place
        for argument, text in list(values.items()):  # as they stand in the address: the outer before the inner
            if (naming := _namings.get(argument)) is not None:
                values[argument] = naming.read(session, place, values, str(text)) or NOWHERE


def _lead_to_the_present_address() -> Response | None:
    """From capitals, a missing or needless slash, an earlier name or a code, once. What is sent is taken as it came."""
    values = dict(request.view_args or {})
    rule = request.url_rule
    if request.method not in {"GET", "HEAD"} or rule is None or NOWHERE in values.values():
        return None
    if "okrug" not in rule.arguments:
        return None
    _write(request.endpoint or "", values)
    built = rule.build(values, append_unknown=False)
    if built is None or unquote(built[1]) == request.path:
        return None
    return redirect(request.script_root + built[1] + asked(), 308)


def asked() -> str:
    """The question mark and what stands behind it in the address, as it came; what is no ASCII is encoded once."""
    query = quote(request.query_string, safe="/?:@!$&'()*+,;=-._~%")
    return f"?{query}" if query else ""


def in_small_letters() -> Response | None:
    """Where an address leads that nobody knows with its capitals; None if it leads nowhere without them either."""
    path = request.path.lower()
    if request.method not in {"GET", "HEAD"} or path == request.path:
        return None
    if request.url_rule is not None and known().place is not None:
        return None  # a thing of this place that is not there
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        rule, values = adapter.match(path, request.method, return_rule=True)
    except HTTPException:
        return None
    if request.url_rule is not None and "okrug" in values:
        return None  # a place that is not there
    built = rule.build(values, append_unknown=False)  # without a needless slash too: it leads there once
    return redirect(request.script_root + (built[1] if built else quote(path)) + asked(), 308)


def takes_forms_alone() -> bool:
    """Whether a reader asks for one of the server's own addresses that only takes forms, as `/sign-out` does."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in {"GET", "HEAD"}:
        return False
    try:
        _endpoint, values = adapter.match(request.path, "POST")
    except HTTPException:
        return False
    return not values


def page_above() -> str:
    """The nearest page above an address that only takes forms: it was typed, or a form's answer is loaded again."""
    adapter, above = current_app.create_url_adapter(request), request.path.rstrip("/")
    while adapter is not None and (above := above.rpartition("/")[0]):
        try:
            _endpoint, values = adapter.match(above, "GET")
        except HTTPException:
            continue
        if "okrug" not in values or _is_a_place(values["okrug"]):
            return request.script_root + above
    return f"{request.script_root}/"


def _is_a_place(told: str) -> bool:
    return _with_a_session(lambda session: addresses.find(session, told)) is not None


def likely() -> list[tuple[str, str]]:
    """Addresses and names of the places that somebody may have meant who is at an address that is not there."""
    words = [word for word in request.path.strip("/").split("/") if word][:MOST_WORDS]  # a site's name may go before
    found = _with_a_session(lambda session: [one for word in words for one in addresses.like(session, word.lower())])
    return list(dict.fromkeys((f"/{place.slug}/", territory.name(language())) for place, territory in found))


def above() -> list[tuple[str, str]]:
    """Where to go, by address and name, from a thing of this place that is not there: the page above, and the place."""
    adapter, place = current_app.create_url_adapter(request), here()
    if adapter is None or place is None:
        return []
    territory = _with_a_session(lambda session: session.get_one(Territory, place.id))
    found = [(f"/{place.slug}/", territory.name(language()))]
    path = request.path.rstrip("/")
    while path := path.rpartition("/")[0]:
        for address in (path, f"{path}/"):
            with suppress(HTTPException):
                _endpoint, values = adapter.match(address, "GET")
                if _is_all_there(place, values):
                    return found if len(values) == 1 and path.count("/") == 1 else [(address, address), *found]
    return found


def _is_all_there(place: Place, values: Mapping[str, Any]) -> bool:
    """Whether everything is there that an address of this place names."""

    def look(session: Session) -> bool:
        read = dict(values)
        for argument, text in values.items():
            if (naming := _namings.get(argument)) is not None:
                read[argument] = naming.read(session, place, read, str(text))
        return None not in read.values()

    return _with_a_session(look)


def _write(endpoint: str, values: dict[str, Any]) -> None:
    """What `url_for` is given becomes what an address says."""
    if not current_app.url_map.is_endpoint_expecting(endpoint, "okrug"):
        return
    territory_id = None
    for argument in _namings:
        if isinstance(values.get(argument), UUID):
            called = _called(argument, values[argument])
            values[argument] = called.text
            territory_id = called.territory_id or territory_id
    if "okrug" not in values and (place := _place(territory_id)) is not None:
        values["okrug"] = place.slug


def _called(argument: str, row_id: UUID) -> Called:
    """What stands in an address for the row, looked up once in a request. Raises NotFound.

    A meeting is `3` on its page and `meetings/3` in the address of its paper: the argument says which.
    """
    told = known().called
    if (argument, row_id) not in told:
        found = _with_a_session(lambda session: _namings[argument].write(session, row_id))
        if found is None:
            raise NotFound
        told[argument, row_id] = found
    return told[argument, row_id]


def _place(territory_id: UUID | None) -> Place | None:
    """The place of this territory, or the one where the request is."""
    place = here()
    if place is not None and territory_id in {None, place.id}:
        return place
    if territory_id is None:
        return None
    told = known().places
    if territory_id not in told:
        found = _with_a_session(lambda session: addresses.of(session, territory_id))
        if found is None:
            return None
        told[territory_id] = found
    return told[territory_id]


def _with_a_session(look_up: Callable[[Session], T]) -> T:
    """Asks within the request's unit of work, or in a short one of its own where there is none."""
    if (act := g.get("act")) is not None:
        return look_up(act.session)
    with _database().work(writing=False) as session:
        return look_up(session)


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
