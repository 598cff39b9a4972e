"""Every post with another's thing in its address, and every public post with nothing right in it: refused, unchanged.

Both lists are read from the application's own addresses: a new route is called here by itself, and an argument that
this file does not know fails until somebody says here what another's would be.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from pb import clock, migrations
from pb.act import Role
from pb.db import Database
from pb.gatherings.models import Gathering
from pb.identity.models import AccountSession
from pb.polls.models import Poll
from pb.web import places
from pb.web.access import EVERYBODY, Access, decision
from pb.winners.models import Winner
from tests.conftest import SignIn, english
from tests.frozen import world
from tests.village import Village
from tests.web import form_calls
from tests.web.test_permissions import NO_YEAR, NOBODY, VALUES, nothing, path_of, rules, year_of

MADE = {
    "correction_id": "roll_corrections",
    "reissue_id": "reissues",
    "explanation_id": "fault_explanations",
    "signature_id": "signatures",
}
# The okrug is one: what stands under it and belongs to no cycle and no person has no other owner.
OF_THE_OKRUG = {"grant_id", "appointment_id", "member_id", "suspension_id", "subject_id", "gathering_id"}
# In an own meeting stands what is another meeting's.
OF_A_MEETING = {"question_id", "signature_id"}
# What may be written although nothing came of the call: it is bounded and ends by itself.
PASSING = {"account_sessions", "used_nonces"}


def _winner(okrug: Village) -> UUID:
    with okrug.act_as() as act:
        return act.session.scalars(select(Winner.id)).first() or uuid4()


class Another:
    """Two cycles of each kind with all that belongs to them: `own` is in the address, the things are the others'."""

    def __init__(self, app: Flask, okrug: Village) -> None:
        self.known = form_calls.calls(okrug)
        year = clock.local(clock.now()).year
        self.answers = dict(self._answers(app))
        _path, proposal, _photo = form_calls._with_a_proposal(okrug, year)
        held, question = form_calls._held(okrug, year + 8, voted=False)
        roll, entry, _gone, waiting, request = form_calls._with_a_roll(okrug, year + 10)
        theirs = okrug.cycle_at(roll)
        self.ids: dict[str, UUID] = {
            "proposal_id": proposal,
            "gathering_id": self._meeting(okrug, held),
            "question_id": question,
            "entry_id": entry,
            "import_id": waiting,
            "request_id": request,
            "winner_id": _winner(okrug),
            **self._made(okrug.database, theirs),
        }
        self.own: dict[str, str] = {
            "proposal_id": self._year_of("reviews.CompetenceForm"),
        }
        self.meeting = _number_of(self.known["gatherings.VotesForm"].path)
        self.roll = self._year_of("roll.AddForm")

    def address(self, app: Flask, rule: Rule) -> str:
        """The rule's address with another's things in it."""
        things = sorted(name for name in rule.arguments if name.endswith("_id") and name != "cycle_id")
        values: dict[str, Any] = {name: VALUES.get(name, "chair") for name in rule.arguments}
        for name in things:
            values[name] = self._another(rule, name)
        if OF_A_MEETING & rule.arguments:
            values["gathering_id"] = self.meeting
        if "cycle_id" in rule.arguments:
            values["cycle_id"] = self.own.get(things[0], self.roll)
        if rule.endpoint.startswith("documents"):
            values["kind"] = "announcement"
        with app.test_request_context():
            built = rule.build(values)
        assert built is not None
        return built[1]

    def _another(self, rule: Rule, name: str) -> UUID | str:
        if name in OF_THE_OKRUG or "cycle_id" not in rule.arguments:
            return self.ids["session_id"] if name == "session_id" else nothing(rule, name)
        assert name in self.ids, f"say in tests/web/test_others_objects.py what another's {name} is ({rule})"
        return nothing(rule, name)

    def stand_in_addresses(self, patch: pytest.MonkeyPatch, apart: Collection[str] = ()) -> None:
        """A number leads to what is in the own cycle alone. Here it leads to another's: the services see it too.

        `apart`: of what there is no other's, for the address names the okrug alone.
        """
        for name, row_id in self.ids.items():
            if name in places._namings and name not in apart:
                known = places._namings[name]
                naming = known._replace(read=lambda *_told, row_id=row_id: row_id, write=_of_here(known))
                patch.setitem(places._namings, name, naming)

    @staticmethod
    def _meeting(okrug: Village, path: str) -> UUID:
        with okrug.act_as() as act:
            query = select(Gathering.id).where(Gathering.territory_id == act.territory.id)
            return act.session.scalars(query.where(Gathering.number == int(_number_of(path)))).one()

    def _year_of(self, form: str) -> str:
        return year_of(self.known[form].path)

    def _answers(self, app: Flask) -> Iterator[tuple[str, form_calls.Call]]:
        """A right answer for each address that takes a form."""
        addresses = app.url_map.bind("localhost")
        for call in self.known.values():
            endpoint, _arguments = addresses.match(call.path.partition("?")[0], call.method)
            yield endpoint, call

    @staticmethod
    def _made(database: Database, cycle_id: UUID) -> dict[str, UUID]:
        """Things of the other cycle that only a long way through the services makes: put there past the rules."""
        tables = migrations.metadata().tables
        with world.without_rules(database.engine) as connection:
            poll_id = connection.execute(select(Poll.id).where(Poll.cycle_id == cycle_id)).scalar_one()
            made = {}
            for name, table in MADE.items():
                row = world._row(connection, tables[table], cycle_id, poll_id)
                connection.execute(tables[table].insert().values(row))
                made[name] = row["id"]
            query = select(AccountSession.id).limit(1)
            made["session_id"] = connection.execute(query).scalar() or NOBODY
        return made


def _of_here(naming: places.Naming) -> Callable[[Session, UUID], places.Called | None]:
    """What a row is called, as if it belonged to whatever place the address names: nobody is led to its own."""

    def write(session: Session, row_id: UUID) -> places.Called | None:
        called = naming.write(session, row_id)
        return called and places.Called(called.text)

    return write


def _number_of(path: str) -> str:
    """Of the meeting at `/krasnoyar/meetings/12`, or of a page below it."""
    return path.split("/")[3]


def state_of(database: Database) -> dict[str, list[Any]]:
    """Everything that the database holds, as it holds it, but for what passes by itself."""
    with database.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()))  # noqa: S608
            for name in migrations.metadata().tables
            if name not in PASSING
        }


def unchanged(before: dict[str, list[Any]], after: dict[str, list[Any]], told: str) -> None:
    assert [name for name in before if before[name] != after[name]] == [], told


def posts(app: Flask) -> Iterator[tuple[Rule, Access]]:
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        assert isinstance(access, Access)
        if "POST" in (rule.methods or set()):
            yield rule, access


def test_no_post_reaches_a_thing_of_another_cycle_or_person(
    app: Flask, okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(Role.OBSERVER)
    another = Another(app, okrug)
    another.stand_in_addresses(monkeypatch, OF_THE_OKRUG)
    called, reached, before = 0, [], state_of(okrug.database)
    for rule, access in posts(app):
        if not any(name.endswith("_id") and name != "cycle_id" for name in rule.arguments):
            continue
        address = another.address(app, rule)
        call = another.answers.get(rule.endpoint)
        for role in sorted(access.callers.roles or {Role.RESIDENT}):
            client = sign_in(role)
            answer = client.post(address, data=call.data({}) if call else {"reason": "lost"})
            told = f"POST {address} ({rule}) as {role}: {answer.status_code}"
            if answer.status_code not in {403, 404}:
                reached.append(told)
            unchanged(before, state_of(okrug.database), told)
            called += 1
    assert reached == [], "\n".join(reached)
    assert called > 40


def test_no_post_reaches_a_cycle_that_is_not_there(app: Flask, okrug: Village, sign_in: SignIn) -> None:
    before = state_of(okrug.database)
    for rule, access in posts(app):
        if "cycle_id" not in rule.arguments or access.callers.by_code:
            continue
        client = sign_in(min(access.callers.roles or {Role.RESIDENT}))
        answer = client.post(path_of(app, rule, NO_YEAR), data={})
        told = f"POST {rule}: {answer.status_code}"
        assert 400 <= answer.status_code < 500, told
        unchanged(before, state_of(okrug.database), told)


@pytest.mark.parametrize("sent", ["nothing", "noise", "noise for a script"])
def test_a_public_post_with_nothing_right_in_it_changes_nothing(app: Flask, okrug: Village, sent: str) -> None:
    year = year_of(okrug.path(okrug.open_cycle()))
    fields = {"iin": "x", "code": "x", "password": "x", "text": "", "key": "x", "after": "//elsewhere", "person": "x"}
    called, before = 0, state_of(okrug.database)
    for rule, access in posts(app):
        if access.callers != EVERYBODY:
            continue
        client = english(app)
        path = path_of(app, rule, year)
        body: dict[str, Any] = {"data": {}} if sent == "nothing" else {"data": fields}
        if sent == "noise for a script":
            body = {"json": {"cms": "x", "nonce": 1, "iin": [], "ballot": {}, "for": None}}
        answer = client.post(path, **body)
        told = f"POST {path} with {sent}: {answer.status_code}"
        assert answer.status_code < 500, told
        assert "elsewhere" not in answer.headers.get("Location", ""), told
        unchanged(before, state_of(okrug.database), told)
        called += 1
    assert called > 15


def test_no_post_without_its_token_is_taken(app: Flask, okrug: Village, sign_in: SignIn) -> None:
    """Whoever may, led here by a page of another site."""
    year = year_of(okrug.path(okrug.open_cycle()))
    before = state_of(okrug.database)
    for rule, access in posts(app):
        if access.callers.by_code or access.callers.by_link:
            continue
        client = sign_in(min(access.callers.roles or {Role.RESIDENT}))
        answer = client.post(path_of(app, rule, year), data={}, token=False)
        assert answer.status_code == 400, f"POST {rule}: {answer.status_code}"
        unchanged(before, state_of(okrug.database), str(rule))
