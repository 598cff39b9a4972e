"""The envelope of a cycle: what it is made of, changed with a reason until the poll opens, and never after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Envelope, Phase
from pb.cycles.service import envelopes
from pb.cycles.service.envelopes import Part
from pb.errors import Conflict, FieldRefusal, Forbidden
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import MILLION, Okrug, Village, small_okrug

OWN = Part("Ауыл бюджеті", "Бюджет округа", 2027, 40 * MILLION)
NEXT = Part("Аудан трансферті", "Трансферт района", 2028, 15 * MILLION)


@pytest.fixture
def place(settled_file: Path, tmp_path: Path) -> Iterator[Okrug]:
    with small_okrug(settled_file, tmp_path) as found:
        yield found


def change(place: Okrug, *parts: Part, reason: str = "The raion promised less.") -> None:
    envelopes.change(place.act(Role.OFFICE), place.cycle, parts, reason=reason, language="kk")


def test_opening_a_cycle_makes_the_first_version_and_a_change_tells_why(place: Okrug) -> None:
    act = place.act()
    [first] = envelopes.versions(act, place.cycle)
    assert [(line.year, line.amount) for line in first.lines] == [(2027, 60 * MILLION)]
    change(place, OWN, NEXT)
    assert place.cycle.envelope == 55 * MILLION, "the sum by which votes will be counted"
    opened, changed = envelopes.history(envelopes.versions(act, place.cycle))
    assert "60\u00a0000\u00a0000" in str(opened.text)
    assert "60\u00a0000\u00a0000\u00a0₸ → 55\u00a0000\u00a0000" in str(changed.text)
    assert changed.note == "The raion promised less."


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (OWN._replace(amount=10 * MILLION), "amount_1"),  # less than one project may cost
        (OWN._replace(amount=40 * MILLION + 50_00), "amount_1"),
        (OWN._replace(year=2026), "year_1"),
        (OWN._replace(name_ru=" "), "name_ru_1"),
    ],
)
def test_what_the_envelope_cannot_be_is_told_at_its_field(place: Okrug, part: Part, field: str) -> None:
    with pytest.raises(FieldRefusal) as refused:
        change(place, part, reason="")
    assert {refused.value.field, *(fault.field for fault in refused.value.others)} == {field, "reason"}


def test_nobody_else_changes_it(place: Okrug) -> None:
    with pytest.raises(Forbidden):
        envelopes.change(place.act(Role.AKIM), place.cycle, [OWN], reason="So.", language="kk")
    place.enter(Phase.WORKS)
    with pytest.raises(Conflict):
        change(place, OWN)


def test_the_database_changes_the_sum_with_its_lines_alone(place: Okrug) -> None:
    with pytest.raises(IntegrityError, match="envelope_cycles_update"), place.session.begin_nested():
        place.session.execute(text("UPDATE cycles SET envelope = envelope + 10000"))
    with pytest.raises(IntegrityError, match="logged_cycle_envelope"), place.session.begin_nested():
        place.session.execute(
            text("INSERT INTO cycle_envelopes SELECT cycle_id, 2, 'x', language, made_at, made_by FROM cycle_envelopes")
        )
    change(place, OWN)
    more = "INSERT INTO cycle_envelope_lines SELECT cycle_id, number, 9, name_kk, name_ru, year, 10000 "
    with pytest.raises(IntegrityError, match="logged_cycle_envelope_lines"), place.session.begin_nested():
        place.session.execute(text(f"{more} FROM cycle_envelope_lines WHERE number = 2"))


def test_it_is_fixed_when_the_poll_opens_and_the_page_says_so(opened: OpenPoll, client: LintingClient) -> None:
    with opened.act(Role.OFFICE) as act:
        cycle, _poll = opened.rows(act)
        with pytest.raises(Conflict):
            envelopes.change(act, cycle, [OWN], reason="So.", language="kk")
        audit.record(act, "cycle.envelope_changed", subject=cycle.id, data={"version": 2})
        forged = {"cycle_id": cycle.id, "number": 2, "reason": "x", "language": "kk", "made_at": act.at}
        with pytest.raises(IntegrityError, match="frozen_cycle_envelopes_insert"), act.session.begin_nested():
            act.session.execute(insert(Envelope).values(**forged, made_by=act.person.id if act.person else None))
    assert "nobody changes it after the vote was opened" in client.get(f"{opened.demo.path}/envelope").text


def test_the_page_tells_what_it_was_and_why(sign_in: SignIn, client: LintingClient, okrug: Village) -> None:
    path = okrug.path(okrug.open_cycle())
    office = sign_in(Role.OFFICE)
    form = office.get(f"{path}/envelope/change").text
    assert 'value="60\u00a0000\u00a0000"' in form
    line = {"name_kk_1": "Ауыл бюджеті", "name_ru_1": "Бюджет округа", "year_1": str(clock.local(clock.now()).year + 1)}
    typed = {**line, "amount_1": "a lot", "reason": "", "language": "kk"}
    wrong = office.post(f"{path}/envelope/change", data=typed)
    assert wrong.status_code == 422
    assert {f'href="#{name}"' in wrong.text for name in ("amount_1", "reason")} == {True}
    right = {**typed, "amount_1": "50 000 000", "reason": "Transfers were cut."}
    assert office.post(f"{path}/envelope/change", data=right).status_code == 302
    for page in (client.get(f"{path}/envelope").text, client.get(f"{path}/").text):
        assert "60\u00a0000\u00a0000\u00a0₸ → 50\u00a0000\u00a0000\u00a0₸" in page
        assert "Transfers were cut." in page
