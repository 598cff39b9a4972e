"""Forms that no page of ours sends are refused before they are taken apart."""

import pytest
from flask import Flask, Request
from wtforms.validators import Length

from pb.app import LARGEST_PUBLIC_FORM, MOST_FIELDS, is_dear, largest_body
from pb.web.access import A_FEW_FIELDS, TEXTS, decision
from pb.web.forms import Form
from tests.conftest import english
from tests.village import Village
from tests.web.form_calls import calls
from tests.web.odd_values import every_form

FORM = "application/x-www-form-urlencoded"
BYTES_OF_A_LETTER = 6  # as browsers send Kazakh: %D2%9B
BYTES_OF_A_SIGN = 3  # of lists of numbers and keys; commas and the ends of lines are written so
LONGEST_TEXT = 10_000  # what is longer is such a list
A_SHORT_FIELD = 200  # bytes of a number, a choice, a day, the token
# What takes more than a few texts, and why: files, ballots, what trustees' programs hand in, numbers of many cards.
LARGE = {
    "POST /<okrug:okrug>/news/new",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/ballots",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/cards",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/checks/cards",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/checks/cards/choice",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/checks/cards/correction",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/checks/paper",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/confirmation",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/cards/keys",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/shuffles",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/trustee/dealing",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/trustee/decryption",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/trustee/share",
    "POST /<okrug:okrug>/<year:cycle_id>/poll/trustee/shuffle",
    "POST /<okrug:okrug>/<year:cycle_id>/roll",
    "POST /<okrug:okrug>/<year:cycle_id>/proposals/<word:proposal_id>/pictures",
    "POST /<okrug:okrug>/emblem",
    "POST /<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/pictures",
    "POST /<okrug:okrug>/inspections/<number:inspection_id>/paper",
    "POST /<okrug:okrug>/commission/reports/<number:report_id>/paper",
    "POST /<okrug:okrug>/maslikhat/<number:motion_id>/answer",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/materials",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/scan",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/verify",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/minutes/verify",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/superior/decided",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/superior/discussed",
    "POST /<okrug:okrug>/meetings/<number:gathering_id>/superior/sent",
    "POST /<okrug:okrug>/tasks/<number:task_id>/done",
    "POST /<okrug:okrug>/classification",
    "POST /<okrug:okrug>/development/<number:programme_id>/import",
    "POST /<okrug:okrug>/property/import",
    "POST /<okrug:okrug>/budget/<number:budget_id>/execution",
    "POST /<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/annexes",
    "POST /<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/decide",
    "POST /<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/take-in",
    "POST /<okrug:okrug>/budgets/approve",
}


@pytest.mark.parametrize("body", [b"a&" * A_FEW_FIELDS, b"a&" * (MOST_FIELDS + 1)])
@pytest.mark.usefixtures("okrug")
def test_an_endless_form_is_not_taken_apart(app: Flask, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """Played: two megabytes of `a&a&a&` to the page of signing in took two seconds."""
    taken_apart: list[bytes] = []
    monkeypatch.setattr(Request, "form_data_parser_class", lambda *_a, **_k: taken_apart.append(body))
    answer = english(app).post("/sign-in", data=body, content_type=FORM, token=False)
    assert answer.status_code == 413
    assert not taken_apart


def test_a_form_instead_of_a_ballot_is_not_taken_apart(
    app: Flask, okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart: list[bytes] = []
    monkeypatch.setattr(Request, "form_data_parser_class", lambda *_a, **_k: taken_apart.append(b""))
    path = f"{okrug.path(okrug.open_cycle())}/poll/ballots"
    body = b"a=" + b"%41" * LARGEST_PUBLIC_FORM
    assert len(body) < largest_body(app)("POST", path)
    assert english(app).post(path, data=body, content_type=FORM, token=False).status_code == 413
    assert not taken_apart


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/nowhere"), ("GET", "/sign-in")])
@pytest.mark.usefixtures("okrug")
def test_a_body_for_a_page_that_takes_none_is_not_read(
    app: Flask, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    def refuse(_request: Request) -> None:
        raise AssertionError("the form was read")

    monkeypatch.setattr(Request, "_load_form_data", refuse)
    english(app).open(path, method=method, data=b"a&a", content_type=FORM, token=False)
    assert largest_body(app)(method, path) == 0


def test_a_page_that_takes_a_form_says_how_much(app: Flask) -> None:
    assert largest_body(app)("POST", "/sign-in") == A_FEW_FIELDS


def test_the_routes_that_take_much_are_known(app: Flask) -> None:
    """Whoever declares a large body says here what it is for; a stranger sends that much before anybody is asked."""
    large = set()
    for rule in app.url_map.iter_rules():
        decided = decision(app, rule.endpoint)
        if decided is not None and decided.largest_body > TEXTS:
            large.add(f"POST {rule.rule}")
            assert "POST" in (rule.methods or ())
    assert large == LARGE


def test_the_routes_that_hash_a_password_are_known(app: Flask) -> None:
    """The server serves few of them at once; a page that only shows the form is no such one.

    What asks for a code first hashes for a right one alone, and strangers' passwords keep nobody from it.
    """
    dear = is_dear(app)
    paths = {"/sign-in", "/account/password", "/prove"}
    declared = [decision(app, rule.endpoint) for rule in app.url_map.iter_rules()]
    assert sum(each is not None and each.dear for each in declared) == len(paths)
    assert all(dear("POST", path) and not dear("GET", path) for path in paths)
    assert not any(dear("POST", path) for path in ("/activate", "/invitation", "/nowhere"))


def test_every_route_takes_what_its_form_can_hold(app: Flask, okrug: Village) -> None:
    """All texts at their longest, in Kazakh: refused would be what somebody typed with care."""
    forms = every_form()
    for name, call in calls(okrug).items():
        if call.method == "POST":
            with app.test_request_context():
                needed = longest(forms[name](formdata=None))
            assert largest_body(app)("POST", call.path.partition("?")[0]) >= needed, name


def longest(form: Form) -> int:
    """Bytes of the form with every text at its longest, without files."""
    size = 0
    for field in form:
        longest_text = max((each.max for each in field.validators if isinstance(each, Length)), default=0)
        size += A_SHORT_FIELD
        size += longest_text * (BYTES_OF_A_LETTER if longest_text <= LONGEST_TEXT else BYTES_OF_A_SIGN)
    return size
