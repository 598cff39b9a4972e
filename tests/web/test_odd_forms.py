"""Each field of each form gets odd values, alone among right answers and together with all the others."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from pb import clock
from pb.act import Role
from pb.web.access import A_FEW_FIELDS
from pb.web.forms import Form
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import Village
from tests.web.form_calls import FILES, LONGEST_NAME, Call, ballots, calls
from tests.web.odd_values import VALUES, every_field, name_of

# U+0000 is refused at the door, for every address: test_odd_requests.
ODD = [value for value in VALUES if "\0" not in value]
ROOM = A_FEW_FIELDS - 4096  # for what the other fields hold
DANGEROUS_ON_POSTGRES = ["9" * 40, "👪" * 200, "9999-12-31", "0001-01-01"]


class Seen:
    """What the forms were filled with, and what each said of its last filling."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.values: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.errors: dict[str, Any] = {}
        fill, validate = Form.__init__, Form.validate

        def filled(form: Form, *arguments: Any, **options: Any) -> None:
            fill(form, *arguments, **options)
            for field in form:
                typed = [getattr(value, "filename", value) for value in getattr(field, "raw_data", None) or []]
                self.values[name_of(type(form)), field.name].update(typed)

        def validated(form: Form, *arguments: Any, **options: Any) -> bool:
            right = bool(validate(form, *arguments, **options))
            self.errors[name_of(type(form))] = form.errors
            return right

        monkeypatch.setattr(Form, "__init__", filled)
        monkeypatch.setattr(Form, "validate", validated)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(monkeypatch)


def visitor(okrug: Village, sign_in: SignIn, call: Call) -> LintingClient:
    client = sign_in(call.role)
    if call.path == "/second-factor":
        with client.session_transaction() as session:
            person = str(okrug.people[Role.OFFICE].id)
            session["half"] = {"person": person, "at": int(clock.now().timestamp()), "after": "/"}
    return client


def send(client: LintingClient, call: Call, changes: dict[str, str]) -> int:
    call.ready()
    if call.method == "GET":
        return client.get(call.path, query_string=call.data(changes)).status_code
    return client.post(call.path, data=call.data(changes)).status_code


def together(fields: list[str], value: str) -> Iterator[list[str]]:
    """The fields that get a value at the same time: all of them, or as many as a small form may hold."""
    number = max(1, ROOM // len(quote(value)))
    for begin in range(0, len(fields), number):
        yield fields[begin : begin + number]


def odd_of(number: int, kind: str) -> Iterator[str]:
    """What a field gets alone: another third of all odd values, or another one of what PostgreSQL may choke on."""
    if kind == "postgresql":
        yield DANGEROUS_ON_POSTGRES[number % len(DANGEROUS_ON_POSTGRES)]
    else:
        yield from ODD[number % 3 :: 3]


def test_every_form_of_every_room_is_sent(app: Flask, okrug: Village) -> None:
    """Whoever makes a form or a field says here where it is sent and what answers it."""
    known = calls(okrug)
    assert sorted(known) == sorted(every_field(app))


@pytest.mark.both_databases
def test_every_field_of_every_form_gets_odd_values_and_none_breaks_the_program(
    app: Flask, okrug: Village, sign_in: SignIn, seen: Seen
) -> None:
    kind = okrug.database.engine.dialect.name
    fields = every_field(app)
    known = calls(okrug)
    for name, call in known.items():
        client = visitor(okrug, sign_in, call)
        alone = [(field, value) for number, field in enumerate(fields[name]) for value in odd_of(number, kind)]
        for field, value in alone:
            status = send(client, call, {field: value})
            assert status < 500, f"{name}.{field} with {value[:20]!r}: {status}"
        wanted = ODD if kind == "sqlite" else DANGEROUS_ON_POSTGRES
        for value in wanted:
            for some in together(fields[name], value):
                status = send(client, call, dict.fromkeys(some, value))
                assert status < 500, f"{name} with {value[:20]!r} in {some}: {status}"
        for field in fields[name]:
            sent = {value[:LONGEST_NAME] for value in wanted} if field in FILES else set(wanted)
            assert sent <= seen.values[name, field], f"{name}.{field} did not get {sent - seen.values[name, field]}"


def test_votes_of_every_kind_are_recorded_and_no_odd_value_among_them_breaks_the_program(
    okrug: Village, sign_in: SignIn
) -> None:
    """By name, in secret, corrected, of an election: the form of votes has other fields in each."""
    for name, call in ballots(okrug).items():
        client = visitor(okrug, sign_in, call)
        for field in call.answers:
            for value in ODD:
                status = send(client, call, {field: value})
                assert status < 500, f"{name}: {field} with {value[:20]!r}: {status}"
        assert send(client, call, {}) == 302, name


def test_the_answers_among_which_an_odd_value_stands_are_right(okrug: Village, sign_in: SignIn, seen: Seen) -> None:
    """Otherwise the odd value would never reach the service behind the form."""
    for name, call in calls(okrug).items():
        assert send(visitor(okrug, sign_in, call), call, {}) < 500, name
        assert seen.errors.get(name, {}) == {}, name
