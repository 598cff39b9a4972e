"""Addresses that can be dictated: one for each page, and every other way of writing it leads there once."""

import re
from datetime import timedelta

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from pb import clock
from pb.act import Act, Role
from pb.core.places import slugs
from pb.core.places.kinds import Kind
from pb.cycles.models import ORDER, Cycle, Phase
from pb.demo.places import KRASNOYAR
from pb.errors import FieldRefusal
from pb.territory.service import tree
from pb.web.access import EVERYBODY, decision
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import HOME, Village, content
from tests.web.test_permissions import path_of, rules

YEAR = clock.now().year + 1


def first_words(app: Flask) -> set[str]:
    return {str(rule).split("/")[1] for rule in app.url_map.iter_rules()} - {""}


def test_no_address_of_an_okrug_is_the_server_s_own(app: Flask, okrug: Village) -> None:
    own = {word for word in first_words(app) if not word.startswith("<")}
    assert own <= slugs.RESERVED, "a new first word is reserved: an okrug could have it"
    with okrug.act_as() as act:
        for word in own:
            with pytest.raises(FieldRefusal):
                tree.give_address(act, word)


def test_everything_below_an_okrug_has_a_word_or_a_year(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        words = str(rule).split("/")
        if words[1].startswith("<okrug") and len(words) > 2 and words[2]:
            assert words[2].startswith("<year:") or words[2][0].isalpha(), rule
            assert not words[2].isdigit()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/krasnoyar", "/krasnoyar/"),
        ("/Krasnoyar/", "/krasnoyar/"),
        (f"/KRASNOYAR/{YEAR}", f"/krasnoyar/{YEAR}/"),
        (f"/krasnoyar/{YEAR}/proposals/", f"/krasnoyar/{YEAR}/proposals"),
        (f"/krasnoyar/{YEAR}/Proposals?page=1", f"/krasnoyar/{YEAR}/proposals?page=1"),
        (f"/krasnoyar/{YEAR}-1/proposals", f"/krasnoyar/{YEAR}/proposals"),
        (f"/{KRASNOYAR.described.kato}/log", "/krasnoyar/log/"),
        ("/Guide", "/guide"),
    ],
)
def test_another_way_of_writing_leads_there_once(
    okrug: Village, client: LintingClient, written: str, address: str
) -> None:
    okrug.open_cycle()
    led = client.get(written)
    assert (led.status_code, led.headers["Location"]) == (308, address)
    assert client.get(address).status_code == 200


def test_an_old_address_leads_to_the_new_one_and_still_takes_what_is_sent(
    okrug: Village, client: LintingClient, sign_in: SignIn
) -> None:
    cycle = okrug.open_cycle()
    with okrug.act_as(at=clock.now() + timedelta(milliseconds=1)) as act:
        tree.give_address(act, "krasny-yar")
    assert client.get(f"{HOME}/{YEAR}/proposals").headers["Location"] == f"/krasny-yar/{YEAR}/proposals"
    assert client.get("/krasny-yar/").status_code == 200
    answer = sign_in(Role.OFFICE).post(f"{HOME}/{YEAR}/advance")
    assert answer.status_code == 409, "the old address is no other page"
    with okrug.in_cycle(cycle, Role.RESIDENT) as (act, row):
        from pb.proposals.service import proposals

        proposals.submit(act, row, proposals.save_draft(act, row, content()))
    answer = sign_in(Role.OFFICE).post(f"{HOME}/{YEAR}/advance", data={"early": "y"})
    assert answer.status_code in {302, 409}
    assert "krasnoyar" not in answer.headers.get("Location", "")


def test_a_wrong_address_offers_where_to_go(client: LintingClient, okrug: Village) -> None:
    assert okrug.people
    for written in ("/krasnojar/", "/krasnoyar-okrugi/2027/", "/Краснояр/"):
        page = client.get(written)
        assert page.status_code == 404, written
        assert 'href="/krasnoyar/"' in page.text.partition("<main")[2], written
    assert "Did you mean" not in client.get("/nothing-like-it/").text
    assert "Did you mean" in client.get("/krasnoyar/nothing").text
    assert "Did you mean" not in client.get("/krasnoyar/1999/").text


def test_the_only_okrug_is_where_the_server_leads(client: LintingClient) -> None:
    assert client.get("/").headers["Location"] == "/krasnoyar/"


def test_a_second_cycle_of_a_year_begins_when_the_first_is_over(okrug: Village, client: LintingClient) -> None:
    okrug.open_cycle()
    with pytest.raises(FieldRefusal):
        okrug.open_cycle()
    with okrug.act_as() as act:
        first = act.session.scalars(select(Cycle)).one()
        for step in ORDER[1:]:
            first.phase = step
            act.session.flush()
    second = okrug.open_cycle()
    assert okrug.path(second) == f"/krasnoyar/{YEAR}-2"
    assert f"Cycle of {YEAR}-2" in client.get(f"/krasnoyar/{YEAR}-2/").text
    assert client.get(f"/krasnoyar/{YEAR}-3/").status_code == 404


def test_the_rooms_of_a_repeated_cycle_say_which_it_is(okrug: Village, client: LintingClient) -> None:
    with okrug.in_cycle(okrug.open_cycle(phase=Phase.WORKS)) as (_act, cycle):
        assert cycle.over
    okrug.open_cycle()
    rooms = (
        f"{YEAR}{{}}/proposals",
        f"{YEAR}{{}}/winners",
        f"{YEAR}{{}}/posters",
        f"{YEAR}{{}}/poll",
        f"{YEAR}{{}}/meetings",
    )
    for room in rooms:
        second, first = (client.get(f"/krasnoyar/{room.format(attempt)}").text for attempt in ("-2", ""))
        assert f"Cycle {YEAR}-2: number 2 of the year {YEAR}." in second, room
        assert "of the year" not in first, room


@pytest.mark.parametrize(
    ("path", "offered"),
    [
        (f"/{YEAR}/proposals/999", [f"/krasnoyar/{YEAR}/proposals", "/krasnoyar/"]),
        ("/meetings/9", ["/krasnoyar/meetings", "/krasnoyar/"]),
        (f"/{YEAR + 4}/proposals/1", ["/krasnoyar/"]),
        (f"/{YEAR + 4}/", ["/krasnoyar/"]),
    ],
)
def test_what_is_not_there_leads_to_the_nearest_page_above_it(
    okrug: Village, client: LintingClient, path: str, offered: list[str]
) -> None:
    okrug.open_cycle()
    answer = client.get(f"/krasnoyar{path}")
    assert answer.status_code == 404
    found = answer.text.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r'href="([^"]+)"', found) == offered


def test_the_cards_address_leads_to_the_open_ballot(client: LintingClient, opened: OpenPoll) -> None:
    led = client.get("/krasnoyar/vote?from=poster")
    assert led.headers["Location"] == f"{opened.path}/vote?from=poster"
    assert client.get(led.headers["Location"]).status_code == 200
    assert client.get("/krasnoyar/keys").headers["Location"] == f"{opened.path}/keys"


def test_without_a_poll_the_cards_address_says_so(client: LintingClient) -> None:
    page = client.get("/krasnoyar/vote")
    assert page.status_code == 200
    assert "There is no vote here now." in page.text


def test_nothing_of_another_okrug_is_found_at_an_okrug_s_address(okrug: Village, client: LintingClient) -> None:
    okrug.open_cycle()
    with okrug.database.work() as session:
        other = tree.describe(session, KRASNOYAR.above)
        act = Act(session, other, None, frozenset(), clock.now())
        tree.give_address(act, "kokshetau")
    raion = client.get("/kokshetau/").text
    assert 'href="/krasnoyar/"' in raion
    assert f'href="/krasnoyar/{YEAR}/"' in raion, "where its cycle stands"
    assert client.get("/").headers["Location"] == "/krasnoyar/", "a city is no okrug"
    assert client.get(f"/kokshetau/{YEAR}/").status_code == 404
    assert client.get(f"/kokshetau/{YEAR}/proposals").status_code == 404


def test_with_several_okrugs_the_server_asks_where_one_lives(okrug: Village, client: LintingClient) -> None:
    okrug.open_cycle()
    described = tree.Described("111037000", Kind.KENT, ("Станционный кенті", "Станционный", "Stantsionny"), ["Станция"])
    with okrug.database.work() as session:
        other = tree.describe(session, described, KRASNOYAR.above)
        tree.give_address(Act(session, other, None, frozenset(), clock.now()), "stantsionny")
    page = client.get("/").text
    assert 'href="/krasnoyar/"' in page
    assert 'href="/stantsionny/"' in page
    assert f"Cycle of {YEAR}" not in client.get("/stantsionny/").text
    assert client.get(f"/stantsionny/{YEAR}/proposals").status_code == 404
    assert client.get("/guide").status_code == 200


def test_no_page_of_a_cycle_stands_at_another_okrug_s_address(
    app: Flask, okrug: Village, client: LintingClient
) -> None:
    okrug.open_cycle(phase=Phase.BUDGET)
    with okrug.database.work() as session:
        other = tree.describe(session, KRASNOYAR.above)
        tree.give_address(Act(session, other, None, frozenset(), clock.now()), "kokshetau")
    called = 0
    for rule in rules(app):
        access = decision(app, rule.endpoint)
        if access is None or access.callers != EVERYBODY or "cycle_id" not in rule.arguments:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path = path_of(app, rule, str(YEAR)).replace(HOME, "/kokshetau", 1)
            answer = client.open(path, method=method, json={} if method == "POST" else None)
            assert answer.status_code in {400, 404, 422}, path
            called += 1
    assert called > 30


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ru-RU,ru;q=0.9,en-US;q=0.8", "ru"),
        ("kk-KZ,ru;q=0.9", "kk"),
        ("en", "en"),
        ("de-DE,de;q=0.9", "kk"),
        ("*", "kk"),
        ("", "kk"),
    ],
)
def test_a_first_visit_is_in_the_language_that_the_browser_asks_for(app: Flask, asked: str, language: str) -> None:
    """Played: a Russian telephone got Kazakh, whatever it said."""
    first = app.test_client().get("/krasnoyar/", headers={"Accept-Language": asked})
    assert f'<html lang="{language}">' in first.text
    chosen = app.test_client().get("/krasnoyar/?lang=kk", headers={"Accept-Language": asked})
    assert '<html lang="kk">' in chosen.text


def test_a_page_says_what_it_depends_on(client: LintingClient, sign_in: SignIn, okrug: Village) -> None:
    assert okrug.people
    answer = client.get("/krasnoyar/")
    assert {"Cookie", "Accept-Language"} <= {word.strip() for word in answer.headers["Vary"].split(",")}
    assert "private" in sign_in(Role.OFFICE).get("/krasnoyar/").headers["Cache-Control"]


def test_what_links_are_made_of_is_a_uuid(app: Flask, okrug: Village) -> None:
    cycle = okrug.open_cycle()
    with okrug.in_cycle(cycle, Role.RESIDENT) as (act, row):
        from pb.proposals.service import proposals

        draft = proposals.save_draft(act, row, content()).id
    with app.test_request_context():
        written = url_for("proposals.show", cycle_id=cycle, proposal_id=draft)
    assert written == f"/krasnoyar/{YEAR}/proposals/draft-1"
