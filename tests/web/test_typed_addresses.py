"""An address that only takes forms, typed by hand or loaded again, leads to the nearest page above it."""

import pytest
from flask import Flask

from pb.act import Role
from tests.cards.test_reissues import staff
from tests.conftest import english
from tests.polls.open_poll import OpenPoll
from tests.web.test_permissions import rules
from tests.web.test_queries import path_of

ALWAYS_THERE = {"okrug", "cycle_id", "role"}
OF_RAIONS = "/<okrug:okrug>/budgets/"  # no page of an okrug


def test_the_list_of_trustees_typed_by_hand_is_the_page_of_the_poll(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    assert client.get(f"{opened.path}/trustees").headers["Location"] == opened.path
    assert client.head(f"{opened.path}/trustees").status_code == 302
    assert client.get("/demo/sign-in").headers["Location"] == "/"
    assert client.put(f"{opened.path}/trustees").status_code == 405
    assert client.get(f"{opened.path}/challenge", headers={"Accept": "application/json"}).status_code in {302, 405}


def test_capitals_and_a_needless_slash_lead_on_together_and_keep_the_question(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    answer = client.get("/Krasnoyar/Vote/?q=\u0436&x=a%20b")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/krasnoyar/vote?q=%D0%B6&x=a%20b"
    assert opened.path in client.get("/krasnoyar/vote?q=%D0%B6").headers["Location"]
    environ = {"QUERY_STRING": b"q=\xd0\xb6".decode("latin-1")}
    assert client.get("/krasnoyar/vote/", environ_overrides=environ).headers["Location"] == "/krasnoyar/vote?q=%D0%B6"


@pytest.mark.parametrize("typed", ["/.kz/Krasnoyar", "/kz/krasnoyar", "/asar.kz/krasnoyar", "/asar.kz/Krasnoyr/vote"])
def test_a_place_is_offered_behind_the_name_of_a_site(app: Flask, opened: OpenPoll, typed: str) -> None:
    assert opened.path
    answer = english(app).get(typed)
    assert answer.status_code == 404
    assert '<li><a href="/krasnoyar/">' in answer.text


@pytest.mark.parametrize("reader", [None, Role.OFFICE])
def test_no_address_answers_a_reader_with_405(app: Flask, opened: OpenPoll, reader: Role | None) -> None:
    """`/krasnoyar/2027/poll/trustees` said "This cannot be done at this address"."""
    client = staff(app, opened, reader) if reader else english(app)
    read = {rule.rule for rule in rules(app) if "GET" in (rule.methods or set())}
    taking_forms = [rule for rule in rules(app) if rule.rule not in read]
    assert len(taking_forms) > 30
    for rule in taking_forms:
        answer = client.get(path_of(app, rule, opened), follow_redirects=True)
        there = rule.arguments <= ALWAYS_THERE and not rule.rule.startswith(OF_RAIONS)
        allowed = {200, 403} if there else {200, 403, 404}
        assert answer.status_code in allowed, (rule.rule, answer.status_code)
