"""What costs much and is the same for every stranger is made once for each state of the log."""

from dataclasses import replace

import pytest
from flask import Flask

from pb.act import Role
from pb.audit import service as audit
from pb.db import Database
from pb.process.views import permissions
from pb.settings import Settings
from pb.web import remembered
from tests.conftest import SignIn, english, make_app
from tests.village import Village

PAGE = "/krasnoyar/permissions"


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    return make_app(replace(settings, limits=True), database)


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test on a busy machine takes longer than a page is kept."""
    monkeypatch.setattr(remembered, "SECONDS", 600.0)


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One word for each time that the page was made."""
    made: list[str] = []
    really = permissions.appointments

    def counted() -> list[tuple[str, str, str]]:
        made.append("made")
        return really()

    monkeypatch.setattr(permissions, "appointments", counted)
    return made


@pytest.mark.usefixtures("okrug")
def test_a_flood_costs_one_making(app: Flask, makings: list[str]) -> None:
    pages = {english(app).get(PAGE).text for _time in range(20)}
    assert len(pages) == 1
    assert makings == ["made"]


@pytest.mark.usefixtures("okrug")
def test_invented_arguments_and_cookies_make_nothing_anew(app: Flask, makings: list[str]) -> None:
    client = english(app)
    client.get(PAGE)
    for number in range(5):
        assert client.get(f"{PAGE}?x={number}").headers["Location"] == PAGE
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Done.")]
        session["_user_id"] = "a session that ended"
    assert client.get(PAGE).status_code == 200
    assert makings == ["made"]


@pytest.mark.usefixtures("okrug")
def test_each_language_has_its_own(app: Flask) -> None:
    kazakh, russian = (english(app).get(f"{PAGE}?lang={language}").text for language in ("kk", "ru"))
    assert 'lang="kk"' in kazakh.split("<head>")[0]
    assert 'lang="ru"' in russian.split("<head>")[0]


def test_an_event_of_the_log_makes_it_anew(app: Flask, okrug: Village, makings: list[str]) -> None:
    english(app).get(PAGE)
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "role.granted", subject=act.territory.id)
    english(app).get(PAGE)
    assert len(makings) == 2


@pytest.mark.usefixtures("okrug")
def test_what_changed_without_an_event_is_seen_after_seconds(
    app: Flask, makings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    english(app).get(PAGE)
    monkeypatch.setattr(remembered, "SECONDS", -1.0)
    english(app).get(PAGE)
    assert len(makings) == 2


@pytest.mark.usefixtures("okrug")
def test_who_is_signed_in_gets_an_own_page(app: Flask, sign_in: SignIn, makings: list[str]) -> None:
    english(app).get(PAGE)
    assert "Give and end roles" in sign_in(Role.CHAIR).get(PAGE).text
    assert "Give and end roles" not in english(app).get(PAGE).text
    assert len(makings) == 2


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    memory = remembered.Memory()
    for number in range(10):
        memory.get(number, lambda: app.make_response("page"))
    assert len(memory._made) == 3
