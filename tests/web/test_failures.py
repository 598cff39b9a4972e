"""Whatever fails, people get a page that says what to do, and programs get JSON."""

import io
import sqlite3
from contextlib import closing
from uuid import UUID

import pytest
from flask import Blueprint, Flask
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from pb import app as factory
from pb import db
from pb.act import Role
from pb.app import create_app
from pb.audit import service as audit
from pb.cycles.models import Phase
from pb.db import Database
from pb.errors import Conflict
from pb.identity.models import Person
from pb.settings import Settings
from pb.web import access
from pb.web.access import EVERYBODY
from pb.web.requests import current_act
from tests.conftest import SignIn, english, make_app
from tests.linting import LintingClient
from tests.village import HOME, Village

BREAKING = Blueprint("breaking", __name__)


@BREAKING.route("/<okrug:okrug>/break/<how>", methods=["GET", "POST"])
@access.access(EVERYBODY)
def broken(how: str) -> str:
    act = current_act()
    audit.record(act, "breaking.done", subject=act.territory.id)
    if how == "conflict":
        raise Conflict("It was done already.")
    raise RuntimeError("a secret of the inside")


@pytest.fixture
def breaking(settings: Settings, database: Database) -> LintingClient:
    app = make_app(settings, database)
    app.register_blueprint(BREAKING)
    return english(app)


@pytest.mark.parametrize(("how", "status"), [("conflict", 409), ("anything", 500)])
def test_a_failure_is_a_page_shows_nothing_internal_and_changes_nothing(
    okrug: Village, breaking: LintingClient, how: str, status: int
) -> None:
    answer = breaking.post(f"{HOME}/break/{how}")
    assert answer.status_code == status
    assert "secret of the inside" not in answer.text
    with okrug.act_as() as act:
        assert all(event.action != "breaking.done" for event in audit.every(act))


def test_programs_get_json(breaking: LintingClient) -> None:
    answer = breaking.post(f"{HOME}/break/conflict", json={})
    assert answer.status_code == 409
    assert answer.json == {"error": {"code": "409", "message": "It was done already."}}


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/krasnoyar/nonsense",
        "/krasnoyar/1999/",
        "/krasnoyar/documents/announcement/meetings/99/kk.pdf",
        "/krasnoyar/log/?page=9",
    ],
)
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_is_not_there_is_a_page_in_the_reader_s_language(client: LintingClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Cookie": f"lang={language}"})
    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.text


def test_a_method_that_a_page_does_not_know_is_refused(client: LintingClient) -> None:
    assert client.post("/guide").status_code == 405


def test_while_the_database_is_away_the_plain_page_still_comes(
    app: Flask, okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.OFFICE)
    assert okrug.people

    def away(*_arguments: object, **_named: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(app.extensions["database"], "work", away)
    answer = client.get("/krasnoyar/")
    assert answer.status_code == 500
    assert "connection refused" not in answer.text


def test_who_waits_too_long_for_the_database_reads_that_the_server_is_busy(
    settings: Settings, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process writes for longer than a request waits: that is no fault, and passes."""
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 20)
    office = sign_in(Role.OFFICE)
    year = {"year": "2025", "people": "3100", "source": "the bureau"}
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        shown = office.post(f"{HOME}/population", data=year | {"form_page": f"{HOME}/population"})
        told = office.post(f"{HOME}/population", json={}, headers={"Accept": "application/json"})
        assert office.get(f"{HOME}/population").status_code == 200, "who reads waits for nobody"
        other.execute("ROLLBACK")
    assert (shown.status_code, shown.headers["Retry-After"]) == (503, "30")
    assert "The server is busy at this moment." in shown.text
    assert "What you typed is kept in this browser" in shown.text
    assert f'href="{HOME}/population"' in shown.text, "the way back to the form"
    assert "Open the page again" in shown.text
    assert (told.status_code, told.headers["Retry-After"]) == (503, "30")
    assert "The server is busy" in told.get_json()["error"]["message"]


class _Refused(Exception):
    """As PostgreSQL's driver raises it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (DBAPIError("", {}, _Refused("40P01")), True),  # a deadlock
        (DBAPIError("", {}, _Refused("55P03")), True),  # a lock
        (DBAPIError("", {}, _Refused("53300")), True),  # connections
        (DBAPIError("", {}, _Refused("42P01")), False),  # no such table
        (PoolTimeoutError(), True),
        (sqlite3.OperationalError("no such table"), False),
        (RuntimeError(), False),
    ],
)
def test_busy_is_what_passes(error: Exception, busy: bool) -> None:  # noqa: FBT001 - a column of the table
    assert db.is_busy(error) is busy


def test_a_route_that_nobody_decided_keeps_the_application_from_starting(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    undecided = Blueprint("undecided", __name__)
    undecided.add_url_rule("/undecided", view_func=lambda: "", endpoint="page")
    monkeypatch.setattr(factory, "BLUEPRINTS", (*factory.BLUEPRINTS, undecided))
    with pytest.raises(RuntimeError, match="/undecided"):
        create_app(settings, database)


def test_a_decision_names_at_least_one_role() -> None:
    with pytest.raises(ValueError, match="role"):
        access.allow()


def test_a_request_without_an_okrug_is_not_found(settings: Settings, tmp_path: object) -> None:
    from pb import migrations

    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    migrations.upgrade(empty.engine)
    client = english(make_app(settings, empty))
    assert client.get("/krasnoyar/").status_code == 404
    assert client.get("/health").status_code == 200
    empty.engine.dispose()


def test_whoever_is_gone_is_nobody(okrug: Village, client: LintingClient) -> None:
    with okrug.act_as() as act:
        assert act.session.get(Person, UUID(int=7)) is None
    for identifier in (str(UUID(int=7)), "nonsense"):
        with client.session_transaction() as session:
            session["_user_id"] = identifier
        assert "Sign in" in client.get("/krasnoyar/").text


def test_a_file_that_is_too_large_leads_back_to_its_form(sign_in: SignIn, okrug: Village) -> None:
    """Played: statement.json of 100 kB, and a page that knew nothing but the way to the first one."""
    okrug.open_cycle(phase=Phase.VOTING)
    registrar, cards = sign_in(Role.REGISTRAR), f"{HOME}/2027/poll/cards"
    sent = {"statement": (io.BytesIO(b"x" * 100_000), "statement.json")}
    told = registrar.post(f"{HOME}/2027/poll/statement", data=sent, headers={"Referer": f"http://localhost{cards}"})
    assert told.status_code == 413
    assert f'href="{cards}"' in told.text
    assert "At most this much is taken here: " in told.text
    sent = {"statement": (io.BytesIO(b"x" * 100_000), "statement.json")}
    told = registrar.post(f"{HOME}/2027/poll/statement", data=sent, headers={"Referer": "http://elsewhere.example/x"})
    assert "elsewhere" not in told.text


def test_what_cannot_be_done_now_leads_to_the_page_where_one_sees_why(sign_in: SignIn, okrug: Village) -> None:
    """Played: a meeting sent again after "back" was refused rightly, with no way to that meeting."""
    okrug.open_cycle(phase=Phase.GATHERING)
    refused = sign_in(Role.CHAIR).post(f"{HOME}/2027/meetings/convene/project", data={})
    assert refused.status_code == 409
    assert f'href="{HOME}/2027/meetings"' in refused.text


@pytest.mark.parametrize("where", ["the address", "a field"])
def test_who_sends_a_sign_that_no_keyboard_has_is_told_so(okrug: Village, client: LintingClient, where: str) -> None:
    """It was the page of a refusal without a word of why."""
    assert okrug.people
    answer = client.get("/guide?name=%00") if where == "the address" else client.post("/sign-in", data={"iin": "1\0"})
    assert answer.status_code == 400
    assert "a sign that no keyboard has" in answer.text
