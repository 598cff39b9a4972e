"""Two okrugs with the same people, names and years on one server: nothing of one is seen, changed or sent in the other.

The second is a namesake in another raion, built by the same steps. Each page is asked for in it by everybody who may,
and whatever row the program loads for it must be its own; each address is called with the first one's things in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Table, event, inspect, select
from werkzeug.routing import Rule

from pb import migrations
from pb.act import Role
from pb.db import Base, Database
from pb.demo.places import KRASNOYAR, ZERENDI, Place
from pb.identity.service import accounts
from pb.territory.models import Territory
from pb.web import places
from pb.web.access import Access, decision
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.village import KEYS, Village, found, invented_iin, settle, territory_of
from tests.web.test_others_objects import Another, state_of, unchanged
from tests.web.test_permissions import VALUES, nothing, rules

NAMESAKE = Place(9, "krasnoyar-zerendi", replace(KRASNOYAR.described, kato="115699000"), ZERENDI)
# What people, accounts and the server itself have is of no okrug.
OF_THE_SERVER = {"people", "account_sessions", "second_factors", "invitations", "territories", "territory_slugs"}


class Owners:
    """Which okrug each row of the database belongs to, by the shortest way of foreign keys that leads to one."""

    def __init__(self, database: Database) -> None:
        self.tables = migrations.metadata().tables
        self._steps = dict(self._ways())
        with database.engine.connect() as connection:
            self._rows = {
                name: {self._key(table, row): row for row in connection.execute(select(table)).mappings()}
                for name, table in self.tables.items()
            }

    def _ways(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """For each table the column that leads one step nearer to the territory, and where it leads."""
        reached = {"territories"}
        while True:
            more = [
                (name, (key.parent.name, key.column.table.name))
                for name, table in self.tables.items()
                if name not in reached | {"people"}
                for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
                if key.column.table.name in reached and key.column.name == "id"
            ]
            if not more:
                return
            yield from dict(reversed(more)).items()
            reached |= {name for name, _step in more}

    @staticmethod
    def _key(table: Table, row: Any) -> tuple[Any, ...]:
        return tuple(row[column.name] for column in table.primary_key)

    def of(self, name: str, key: tuple[Any, ...]) -> UUID | None:
        """The territory of a row; None where no way leads to one, or what leads there is empty."""
        while name in self._steps:
            row = self._rows[name].get(key)
            column, name = self._steps[name]
            if row is None or row[column] is None:
                return None
            key = (row[column],)
        return key[0] if name == "territories" else None


@contextmanager
def loaded() -> Iterator[set[tuple[str, tuple[Any, ...]]]]:
    """The rows that the program makes objects of within."""
    rows: set[tuple[str, tuple[Any, ...]]] = set()

    def note(target: Any, _context: Any) -> None:
        state = inspect(target)
        rows.add((state.mapper.local_table.name, tuple(state.identity or ())))

    event.listen(Base, "load", note, propagate=True)
    try:
        yield rows
    finally:
        event.remove(Base, "load", note)


class Two:
    """Both okrugs, with all that belongs to a year's work, and the addresses of the namesake's things."""

    def __init__(self, app: Flask, okrug: Village) -> None:
        self.first = Another(app, okrug)
        settle(okrug.database, NAMESAKE)
        self.beside = found(okrug.database, NAMESAKE)
        self.second = Another(app, self.beside)
        for each in (self.first, self.second):
            each.ids["subject_id"] = each.ids["gathering_id"]
        with okrug.act_as() as act:
            namesake = territory_of(act.session, NAMESAKE)
            self.line = {one.id for one in namesake.line}
            self.krasnoyar = act.session.scalars(
                select(Territory.id).where(Territory.kato == okrug.place.described.kato)
            ).one()

    def pages(self, app: Flask) -> Iterator[tuple[Rule, str]]:
        """Every page of the namesake with its own things in the address."""
        for rule in rules(app):
            if "GET" in (rule.methods or set()) and "okrug" in rule.arguments:
                yield rule, self.address(app, rule)

    def address(self, app: Flask, rule: Rule, *, of_first: bool = False) -> str:
        """The namesake's address of a rule with its own things in it, or with the first okrug's."""
        things = sorted(name for name in rule.arguments if name.endswith("_id") and name != "cycle_id")
        ids = (self.first if of_first else self.second).ids
        values: dict[str, Any] = {
            name: VALUES.get(name, "1" if f"<number:{name}>" in rule.rule else "chair") for name in rule.arguments
        }
        values["okrug"] = NAMESAKE.slug
        if "cycle_id" in rule.arguments:
            values["cycle_id"] = self.second.own.get(things[0], self.second.roll) if things else self.second.roll
        with app.test_request_context():
            for name in things:
                called = places.naming(name).write if name in ids and name in places._namings else None
                with self.beside.act_as() as act:
                    told = called(act.session, ids[name]) if called else None
                values[name] = told.text if told else nothing(rule, name)
            if rule.endpoint.startswith("documents"):
                values["kind"] = "announcement"
            built = rule.build(values)
        assert built is not None
        return built[1]


@pytest.fixture
def two(app: Flask, okrug: Village, sign_in: SignIn) -> Two:
    sign_in(Role.OBSERVER)
    return Two(app, okrug)


def asking(access: Access) -> list[Role | None]:
    """Everybody who may; of a page for all, a stranger and those who see more on it than others."""
    roles = access.callers.roles
    if roles is None:
        return [None, Role.RESIDENT, Role.OFFICE, Role.REGISTRAR, Role.AUDITOR]
    return sorted(roles) if roles else [Role.RESIDENT, Role.OFFICE]


def test_no_page_of_one_okrug_loads_a_row_of_the_other(
    app: Flask, okrug: Village, sign_in: SignIn, client: LintingClient, two: Two
) -> None:
    """Who holds the same role in both sees in each what is there alone."""
    owners, seen = Owners(okrug.database), 0
    visitors: dict[Role | None, LintingClient] = {role: sign_in(role) for role in Role}
    visitors[None] = client
    for rule, address in two.pages(app):
        access = decision(app, rule.endpoint)
        assert isinstance(access, Access)
        for role in asking(access):
            visitor = visitors[role]
            with loaded() as rows:
                answer = visitor.get(address)
            told = f"GET {address} ({rule}) as {role}: {answer.status_code}"
            assert answer.status_code < 500, told
            strangers = {
                name for name, key in rows if name not in OF_THE_SERVER and owners.of(name, key) == two.krasnoyar
            }
            assert strangers == set(), told
            assert f"/{okrug.place.slug}/".encode() not in answer.get_data(), told
            seen += answer.status_code == 200
    assert seen > 150


def test_what_is_the_other_okrug_s_is_not_found_and_stays_as_it_is(
    app: Flask, okrug: Village, sign_in: SignIn, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The services are given the other's things themselves, past the look-up of addresses."""
    two.first.stand_in_addresses(monkeypatch)
    called = 0
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        assert isinstance(access, Access)
        things = {name for name in rule.arguments if name.endswith("_id")} - {"cycle_id"}
        if "okrug" not in rule.arguments or not things:
            continue
        address = two.address(app, rule, of_first=True)
        answers = two.second.answers.get(rule.endpoint)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for role in sorted(access.callers.roles or {Role.RESIDENT}):
                before = state_of(okrug.database)
                data = answers.data({}) if answers and method == "POST" else None
                answer = sign_in(role).open(address, method=method, data=data)
                told = f"{method} {address} ({rule}) as {role}: {answer.status_code}"
                led_on = rule.endpoint.startswith("documents") and answer.status_code == 308  # to a paper of its own
                assert answer.status_code in {403, 404} or led_on, told
                unchanged(before, state_of(okrug.database), told)
                called += 1
    assert called > 80


def test_who_works_in_one_okrug_is_a_stranger_in_the_other(
    app: Flask, okrug: Village, two: Two, sign_in: SignIn
) -> None:
    with okrug.act_as() as act:
        clerk = accounts.add_person(act, KEYS, iin=invented_iin(777), name="Тек осында")
        clerk_id = clerk.id
    okrug.appoint(clerk_id, Role.CLERK)
    visitor = sign_in(person=clerk)
    assert "Тек осында" in visitor.get(f"{okrug.home}/").text
    assert visitor.get(f"{okrug.home}/residents/register").status_code == 200
    assert visitor.get(f"{two.beside.home}/residents/register").status_code == 403
    assert english(app).get(f"{two.beside.home}/residents/register").status_code == 302
