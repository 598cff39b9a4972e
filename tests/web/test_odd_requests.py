"""Odd addresses and odd forms: a page or a refusal, never an error of the program, and no link that leads away."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, SelectField

from pb import clock
from pb.act import Role
from pb.cycles.models import Phase
from pb.web.access import Access, decision
from tests.cards.test_reissues import staff
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import Village
from tests.web.odd_values import VALUES, every_field, every_form
from tests.web.test_permissions import path_of, rules, year_of

QUERIES = [
    "_scheme=javascript&_external=1",
    "_scheme=javascript",
    "_external=1&_anchor=x&_method=PATCH",
    "endpoint=home.index&values=x&self=x&error=x",
    "cycle_id=x&kind=x&number=x",
    "page=-1",
    "page=99999999999999999999999",
    "page=x&name=%00&tracker=%00&kiosk=%00&after=%00",
    "lang=zz",
    "lang=%00&%00=%00",
    "tracker=%ff%fe&name=%ff",
    "after=//elsewhere.example",
]
OTHERS = {"person", "action", "decision", "group"}  # what pages ask for that is no form of ours
both_databases = pytest.mark.both_databases


def visitor(app: Flask, endpoint: str, sign_in: SignIn) -> LintingClient:
    access = decision(app, endpoint)
    assert isinstance(access, Access)
    return sign_in(min(access.callers.roles or {Role.RESIDENT}))


@both_databases
def test_no_query_breaks_a_page_or_bends_its_links(app: Flask, okrug: Village, sign_in: SignIn) -> None:
    """Each database is asked another quarter of the questions on each page, and every question on a quarter of them."""
    year = year_of(okrug.path(okrug.open_cycle(phase=Phase.BUDGET)))
    half = int(okrug.database.engine.dialect.name == "postgresql")
    seen = 0
    for place, rule in enumerate(rules(app), start=half):
        if "GET" not in (rule.methods or set()):
            continue
        client = visitor(app, rule.endpoint, sign_in)
        for query in QUERIES[place % 4 :: 4]:
            answer = client.get(f"{path_of(app, rule, year)}?{query}")
            told = f"{rule}?{query}: {answer.status_code}"
            assert answer.status_code < 500, told
            assert b'href="javascript' not in answer.data, told
            assert b'href="//' not in answer.data, told
            assert not answer.headers.get("Location", "").startswith("//"), told
            seen += answer.status_code == 200
    assert seen > 100


@pytest.mark.usefixtures("okrug")
def test_the_links_to_other_languages_keep_the_address_and_its_question(client: LintingClient) -> None:
    told = client.get("/sign-in?after=/guide&x=1").text
    assert 'href="?after=%2Fguide&amp;x=1&amp;lang=ru"' in told


def test_a_question_that_stands_in_an_address_is_a_number_a_day_or_a_choice(app: Flask) -> None:
    """No name, no IIN and no code is asked for by an address: the linting client says so of every page besides."""
    with app.test_request_context():
        asked = {name: form() for name, form in every_form().items() if not form.Meta.csrf}
        assert asked, "the number of an objection is asked for so"
        for name, form in asked.items():
            assert all(isinstance(field, IntegerField | DateField | SelectField) for field in form), name


@pytest.mark.parametrize(
    ("page", "role", "query"),
    [
        ("/poll/keys", None, "key=0011 2233 4455 6677 8899 aabb ccdd eeff"),
        ("/poll/tracker", None, "tracker=abcdef"),
        ("/poll/hand-over", Role.CLERK, "name=Nobody"),
        ("/poll/reissues", Role.REGISTRAR, "name=Nobody"),
    ],
)
def test_an_address_with_a_name_or_a_code_looks_nothing_up(
    opened: OpenPoll, app: Flask, page: str, role: Role | None, query: str
) -> None:
    """Played: the fingerprint of a card stood in the history of a shared device and in the log of the proxy."""
    client = staff(app, opened, role) if role else english(app)
    untouched, asked = client.get(f"{opened.path}{page[5:]}"), client.get(f"{opened.path}{page[5:]}?{query}")
    assert asked.status_code == 200
    differing = r"csrf_token.*|\?[^\"]*lang=..|data-now=\"[^\"]*\""
    assert re.sub(differing, "", asked.text) == re.sub(differing, "", untouched.text)


@pytest.mark.both_databases
@pytest.mark.parametrize("digits", [18, 19, 400])
def test_no_number_is_too_long_to_be_refused(opened: OpenPoll, app: Flask, digits: int) -> None:
    """Played: a number of 309 digits fits no float, a page of 18 no row's number; both broke the page."""
    number, anybody = "9" * digits, english(app)
    cycle = opened.path.removesuffix("/poll")
    assert staff(app, opened, Role.CLERK).get(f"{opened.path}/hand-over?page={number}").status_code == 404
    assert anybody.get(f"{opened.path}/objections?number={number}").status_code == 200
    assert anybody.get(f"{opened.path}/objections?page={number}").status_code in {200, 404}
    asked = anybody.post(f"{cycle}/roll/requests/answer", data={"number": number, "secret": "x"})
    assert asked.status_code == 422


@both_databases
@pytest.mark.parametrize("phase", [Phase.PROPOSALS, Phase.RESULT])
def test_no_form_breaks_the_program(app: Flask, okrug: Village, sign_in: SignIn, phase: Phase) -> None:
    """Every field that any form has, filled with odd values, in every post.

    Another quarter of the values in each phase and on each database.
    """
    year = year_of(okrug.path(okrug.open_cycle(phase=phase)))
    quarter = 2 * (phase is Phase.RESULT) + (okrug.database.engine.dialect.name == "postgresql")
    fields = {name for names in every_field(app).values() for name in names}
    posts = [rule for rule in rules(app) if "POST" in (rule.methods or set())]
    for place, rule in enumerate(posts, start=quarter):
        client = visitor(app, rule.endpoint, sign_in)
        for value in VALUES[place % 4 :: 4]:
            sent: Any = MultiDict([(name, value) for name in fields | OTHERS] + [("present", value)])
            answer = client.post(path_of(app, rule, year), data=sent)
            assert answer.status_code < 500, f"{rule} with {value[:20]!r}: {answer.status_code}"


@both_databases
@pytest.mark.parametrize("value", VALUES)
def test_a_form_with_one_odd_field_keeps_the_others(okrug: Village, sign_in: SignIn, value: str) -> None:
    cycle_id = okrug.open_cycle()
    whole = {
        "title": "Lamps",
        "problem": "It is dark",
        "solution": "Lamps",
        "settlement": "Красный Яр",
        "place": "Abai street",
        "category": "lighting",
        "cost": "100 000",
    }
    for name in whole:
        answer = sign_in(Role.RESIDENT).post(f"{okrug.path(cycle_id)}/proposals/new", data={**whole, name: value})
        assert answer.status_code in {302, 400, 409, 422}, name  # 409: whoever sends the same texts again is asked


@both_databases
@pytest.mark.usefixtures("okrug")
def test_the_office_s_forms_refuse_numbers_and_days_that_cannot_be(sign_in: SignIn) -> None:
    days = {
        f"{phase}_until": f"2{n}00-01-01"
        for n, phase in enumerate(("proposals", "review", "gathering", "voting", "result", "budget"), 1)
    }
    year = clock.local(clock.now()).year + 1
    plan = {"fiscal_year": str(year), "envelope": "1000", "project_limit": "1000", "choices": "3", **days}
    plan |= {"proposals_per_resident": "3", "rule": "skip", "least_votes": "1"}
    plan |= {"ballot_kind": "totals", "group_name": "BELENIOS-2048"}
    client = sign_in(Role.OFFICE)
    for name in ("fiscal_year", "envelope", "project_limit", "choices", "proposals_per_resident", "least_votes"):
        for value in ("9" * 12, "9" * 25, "-1", "0"):
            assert client.post("/krasnoyar/cycles/new", data={**plan, name: value}).status_code == 422, (name, value)
    assert client.post("/krasnoyar/cycles/new", data=plan).status_code == 302
    setting = {"name": "quorum_percent", "value": "9" * 25, "since": "0001-01-01", "source": "x"}
    assert client.post("/krasnoyar/settings", data=setting).status_code == 422


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.OFFICE, "/krasnoyar/cycles/new"),
        (Role.OFFICE, "/krasnoyar/settings"),
        (Role.OFFICE, "/krasnoyar/assembly"),
    ],
)
@pytest.mark.usefixtures("okrug")
def test_what_is_no_number_and_no_day_is_told_in_our_own_words(
    app: Flask, sign_in: SignIn, role: Role, path: str
) -> None:
    fields = {name for names in every_field(app).values() for name in names}
    answer = sign_in(role).post(path, data=dict.fromkeys(fields, "нөл"))
    assert answer.status_code == 422
    for kind in ("integer", "date", "time"):
        assert f"Not a valid {kind}" not in answer.text, "the library's own words are in no catalogue of ours"
