"""The server's own pages are in no territory: an account's events stand where it got its first role."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.routing import BuildError

from pb import migrations
from pb.act import SERVER, Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.db import Database
from pb.demo.places import KONYSBAI
from pb.errors import NotFound
from pb.identity.models import Person
from pb.identity.service import accounts, own_log, sessions
from pb.settings import Settings
from tests.conftest import SignIn, english, make_app
from tests.village import KEYS, Village, found, invented_iin, settle


def on_the_server(act: Act, person: Person | None = None) -> Act:
    return Act(act.session, SERVER, person, frozenset(), act.at)


def logs_with(act: Act, action: str, person: Person) -> list[str]:
    """The codes of the territories in whose logs this happened to the account."""
    query = select(AuditEvent.territory_id).where(AuditEvent.subject_id == person.id, AuditEvent.action == action)
    return [str(one) for one in act.session.scalars(query)]


def test_a_sign_in_stands_in_the_log_of_the_first_role_with_the_roles_held_there(okrug: Village) -> None:
    settle(okrug.database, KONYSBAI)
    beside = found(okrug.database, KONYSBAI)
    with okrug.act_as() as act:
        akim = act.session.get_one(Person, okrug.people[Role.AKIM].id)
        sessions.begin(on_the_server(act), akim, "Firefox, Linux")
        sessions.begin(on_the_server(act, akim), akim, "Firefox, Linux")
        assert logs_with(act, "identity.session_begun", akim) == [str(act.territory.id)] * 2
        event = audit.latest(act, "identity.session_begun")
        assert event is not None
        assert event.actor_roles == "akim"
    with beside.act_as() as act:
        assert audit.latest(act, "identity.session_begun") is None


def test_on_a_territory_s_own_page_its_own_log_says_what_is_done(okrug: Village) -> None:
    settle(okrug.database, KONYSBAI)
    with found(okrug.database, KONYSBAI).act_as() as act:
        person = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        assert own_log.of(act, person.id) is act


def test_an_account_that_was_made_in_no_territory_is_in_no_log(okrug: Village) -> None:
    with okrug.act_as() as act:
        person = Person(name="Played", iin_lookup=b"x", iin_sealed=b"x", created_at=act.at)
        act.session.add(person)
        act.session.flush()
        with pytest.raises(NotFound):
            own_log.of(on_the_server(act), person.id)
        act.session.rollback()


def test_an_account_without_a_role_is_of_the_log_in_which_it_begins(okrug: Village) -> None:
    with okrug.act_as() as act:
        person = accounts.add_person(act, KEYS, iin=invented_iin(700), name="Without a role")
        assert own_log.of(on_the_server(act), person.id).territory.id == act.territory.id
        assert [event.action for event in own_log.events(on_the_server(act), person.id)] == ["identity.person_added"]


def test_nobody_has_a_role_on_the_server_s_own_pages(okrug: Village, sign_in: SignIn) -> None:
    shown = sign_in(Role.OFFICE).get("/account").text
    assert "Register a resident" not in shown
    assert "Register a resident" in sign_in(Role.OFFICE).get(f"{okrug.home}/").text


def test_the_server_s_own_pages_lead_to_no_okrug_by_themselves(app: Flask, okrug: Village) -> None:  # noqa: ARG001
    with app.test_request_context("/guide"), pytest.raises(BuildError):
        url_for("process.verification")


@pytest.mark.parametrize("path", ["/sign-in", "/guide", "/activate", "/invitation", "/nowhere/at/all"])
def test_the_server_s_own_pages_need_no_okrug(settings: Settings, tmp_path: Path, path: str) -> None:
    """Before the first territory is recorded they are there already."""
    bare = Database(f"sqlite:///{tmp_path / 'bare.db'}")
    migrations.upgrade(bare.engine)
    answer = english(make_app(replace(settings, database_url=str(bare.engine.url)), bare)).get(path)
    bare.engine.dispose()
    assert answer.status_code == (404 if path == "/nowhere/at/all" else 200)
    assert 'href="/krasnoyar' not in answer.text
