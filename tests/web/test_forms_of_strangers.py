"""Forms that no page of ours sends are refused before they are taken apart."""

import pytest
from flask import Flask, Request

from pb.app import LARGEST_FORM, LARGEST_REQUEST, MOST_FIELDS, largest_body
from tests.conftest import english

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("body", [b"a&" * LARGEST_FORM, b"a&" * (MOST_FIELDS + 1)])
@pytest.mark.usefixtures("okrug")
def test_an_endless_form_is_not_taken_apart(app: Flask, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """Played: two megabytes of `a&a&` to the page of signing in took two seconds."""
    taken_apart: list[bytes] = []
    monkeypatch.setattr(Request, "form_data_parser_class", lambda *_a, **_k: taken_apart.append(body))
    answer = english(app).post("/sign-in", data=body, content_type=FORM, token=False)
    assert answer.status_code == 413
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
    assert largest_body(app)("POST", "/sign-in") == LARGEST_REQUEST
