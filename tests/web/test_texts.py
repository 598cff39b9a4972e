"""What is typed into a form is one text for every validator and service, whatever keyboard it came from."""

import unicodedata
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from pb.act import Role
from pb.gatherings.models import Member
from pb.web.forms import Form, SumsField
from tests.conftest import SignIn
from tests.village import SETTLEMENTS, Village


class Card(Form):
    class Meta:
        csrf = False

    name = StringField("Name", [InputRequired("Write the name."), Length(max=6, message="Too long.")])
    text = TextAreaField("Text")
    password = PasswordField("Password")
    sums = SumsField("Sums")


def filled(app: Flask, **typed: str) -> Any:
    with app.test_request_context("/?lang=en"):
        form = Card(MultiDict(typed))
        form.validate()
        form.told = {name: list(map(str, messages)) for name, messages in form.errors.items()}
        return form


def test_a_name_is_tidy_before_its_length_is_measured(app: Flask) -> None:
    form = filled(app, name=unicodedata.normalize("NFD", " Сер\u00adгей\u200b \u00a0"))
    assert (form.name.data, form.told) == ("Сергей", {})


@pytest.mark.parametrize("blank", [" ", "\u00a0\u2009", "\u200b\u00ad", "\u3164"])
def test_spaces_and_signs_without_a_look_are_no_name(app: Flask, blank: str) -> None:
    assert filled(app, name=blank).told == {"name": ["Write the name."]}


@pytest.mark.parametrize("field", ["name", "text", "sums"])
@pytest.mark.parametrize(("sign", "told"), [("\u202e", "turns the direction"), ("\x1b", "cannot be seen")])
def test_a_sign_that_hides_something_is_refused_at_its_field(app: Flask, field: str, sign: str, told: str) -> None:
    form = filled(app, **{"name": "А", field: f"А{sign}б: 1"})
    assert list(form.told) == [field]
    assert told in form.told[field][0]


def test_a_text_keeps_its_lines(app: Flask) -> None:
    assert filled(app, name="А", text="Бір  екі\r\n\r\nүш ").text.data == "Бір екі\n\nүш"


def test_a_password_keeps_its_spaces_and_is_composed(app: Flask) -> None:
    typed = "  қой\u00a0 и\u0306од \u00ad"
    assert filled(app, name="А", password=typed).password.data == unicodedata.normalize("NFC", typed)


def test_a_settlement_in_the_list_of_sums_is_found_however_it_was_typed(app: Flask) -> None:
    sums = filled(app, name="А", sums=unicodedata.normalize("NFD", "Красный\u00a0 Яр : 1 000 000")).sums
    assert sums.data == {"Красный Яр": 100_000_000}


def test_a_member_of_the_assembly_is_kept_as_one_text(okrug: Village, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    told = {
        "name": unicodedata.normalize("NFD", "Йолдас\u00a0 Сер\u00adікұлы"),
        "settlement": SETTLEMENTS[0],
        "office": "member",
        "term_from": "2026-01-01",
        "term_until": "2029-01-01",
        "electing_document": "minutes\u200b № 1",
    }
    assert office.post("/krasnoyar/assembly", data=told).status_code == 302
    with okrug.act_as() as act:
        member = act.session.scalars(select(Member)).one()
        assert (member.name, member.electing_document) == ("Йолдас Серікұлы", "minutes № 1")
    refused = office.post("/krasnoyar/assembly", data={**told, "name": "\u202eлат"})
    assert refused.status_code == 422
    assert "turns the direction of writing" in refused.text
