"""The first pages: open to everybody, true to what is enforced."""

from datetime import timedelta

import pytest
from flask import Flask

from pb import clock, migrations
from pb.act import Role
from pb.cycles.models import Phase
from pb.identity.service.roles import LABELS
from pb.process.views import permissions
from pb.territory import service as territories
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import Village


def test_before_the_first_cycle_the_first_page_says_what_will_be_here(client: LintingClient) -> None:
    assert "No cycle is open yet" in client.get("/").text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", ["/", "/guide", "/verification", "/permissions", "/okrug", "/audit", "/sign-in"])
def test_the_first_pages_are_open_in_three_languages(
    okrug: Village, client: LintingClient, path: str, language: str
) -> None:
    okrug.open_cycle()
    page = client.get(path, query_string={"lang": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("phase", list(Phase))
def test_the_first_page_shows_where_the_cycle_is(okrug: Village, client: LintingClient, phase: Phase) -> None:
    okrug.open_cycle(phase=phase)
    page = client.get("/").text
    assert 'aria-current="step"' in page
    assert "60\u00a0000\u00a0000\u00a0₸" in page


def test_every_route_that_changes_something_has_words(app: Flask) -> None:
    named = {right.endpoint: right.action != right.address for right in permissions.every(app) if right.changing}
    assert len(named) > 60
    assert [endpoint for endpoint, has_words in named.items() if not has_words] == []


def test_the_page_of_permissions_names_those_in_office_but_no_resident(okrug: Village, client: LintingClient) -> None:
    page = client.get("/permissions").text
    for role, person in okrug.people.items():
        assert str(LABELS[role]) in page
        assert (person.name in page) == (role is not Role.RESIDENT)


def test_only_the_office_and_the_administrator_record_settings(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    assert "Record a decision" not in client.get("/okrug").text
    decision = {
        "name": "quorum_percent",
        "value": "60",
        "since": clock.local(clock.now()).date(),
        "source": "Decision 7",
    }
    office = sign_in(Role.OFFICE)
    assert "Record a decision" in office.get("/okrug").text
    assert office.post("/okrug", data=decision).status_code == 302
    page = office.get("/okrug").text
    assert "The setting is recorded" in page
    assert "Decision 7" in page
    with okrug.act_as() as act:
        assert territories.setting(act, "quorum_percent") == 60
    assert sign_in(Role.CHAIR).post("/okrug", data=decision).status_code == 403


def test_a_setting_of_a_day_to_come_does_not_hold_yet(okrug: Village, client: LintingClient) -> None:
    today = clock.local(clock.now()).date()
    with okrug.act_as(Role.OFFICE) as act:
        territories.record_setting(act, "notice_days", 3, source="Later", since=today + timedelta(days=1))
        assert territories.setting(act, "notice_days") == 10
    page = client.get("/okrug").text
    assert "Notice of a meeting, days: 10" in page
    assert "Later" in page


@pytest.mark.parametrize(
    ("field", "value"), [("value", "101"), ("value", "x"), ("source", " "), ("name", "nonsense"), ("since", "")]
)
def test_a_setting_out_of_bounds_is_refused_at_its_field(sign_in: SignIn, field: str, value: str) -> None:
    decision = {"name": "quorum_percent", "value": "60", "since": "2026-11-21", "source": "Decision 7", field: value}
    page = sign_in(Role.OFFICE).post("/okrug", data=decision)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text


def test_health_tells_the_migration_the_database_stands_at(client: LintingClient) -> None:
    answer = client.get("/health").json
    assert answer == {"status": "ok", "migration": migrations.newest()}


@pytest.mark.both_databases
def test_the_public_pages_work_on_both_databases(okrug: Village, client: LintingClient) -> None:
    okrug.open_cycle()
    for path in ("/", "/permissions", "/okrug", "/audit", "/health"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("role", "offer"),
    [
        (Role.OFFICE, "Open the vote"),
        (Role.REGISTRAR, "Make the cards"),
        (Role.SECRETARY, "Draw the seed in public"),
    ],
)
def test_what_ends_with_the_opening_is_offered_no_more(
    opened: OpenPoll, sign_in: SignIn, role: Role, offer: str
) -> None:
    visitor = sign_in(person=opened.person(role))
    page = visitor.get(f"/cycles/{opened.demo.cycle_id}").text.partition("<main")[2]
    assert offer not in page
    assert "Vote, or see how the vote goes" in page
