"""Winners become budget lines, once, after the adoption; a deputy records the maslikhat's decision."""

from contextlib import nullcontext
from datetime import date

import pytest
from flask import Flask

from pb.act import Act, Role
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, OutOfPhase
from pb.gatherings.service import meetings
from pb.winners import service
from pb.winners.service import plans
from tests.duties import told, waiting
from tests.village import HOME, MILLION, Okrug


def test_winners_become_lines_with_the_programme_of_their_review(adopted: Okrug) -> None:
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    lamps, park = plans.standings(adopted.act(), adopted.cycle)
    [line] = lamps.lines
    assert (line.code, line.year) == ("07.3.124.008.015", 2027)
    assert line.amount == lamps.winner.granted == 5 * MILLION
    assert (park.winner.position, park.drift) == (2, 0)
    with pytest.raises(Conflict):
        service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)


def test_no_line_stands_before_the_result_is_adopted(adopted: Okrug, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meetings, "adopted", lambda _act, _cycle: None)
    with pytest.raises(Conflict):
        service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    adopted.enter(Phase.WORKS)
    with pytest.raises(OutOfPhase):
        service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)


def test_a_deputy_records_the_decision_once(adopted: Okrug) -> None:
    deputy = adopted.act(Role.DEPUTY)
    with pytest.raises(Conflict):
        service.record_decision(deputy, adopted.cycle, number="38/5", decided_on=date(2026, 11, 20))
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    with pytest.raises(FieldRefusal):
        service.record_decision(deputy, adopted.cycle, number="38/5", decided_on=date(2026, 12, 25))
    service.record_decision(deputy, adopted.cycle, number=" 38/5 ", decided_on=date(2026, 11, 20))
    found = service.decision(adopted.act(), adopted.cycle)
    assert found is not None
    assert found.number == "38/5"
    with pytest.raises(Conflict):
        service.record_decision(deputy, adopted.cycle, number="39", decided_on=date(2026, 11, 20))


@pytest.mark.parametrize("role", list(Role))
def test_each_office_does_its_own_part_and_no_other(adopted: Okrug, role: Role) -> None:
    if role is not Role.OFFICE:
        with pytest.raises(Forbidden):
            service.make_lines(adopted.act(role), adopted.cycle)
    if role not in service.MASLIKHAT:
        with pytest.raises(Forbidden):
            service.record_decision(adopted.act(role), adopted.cycle, number="1", decided_on=date(2026, 11, 20))


def test_the_lines_wait_for_the_office_and_then_the_decision_for_the_maslikhat(app: Flask, adopted: Okrug) -> None:
    def of(role: Role) -> nullcontext[Act]:
        return nullcontext(adopted.act(role))

    assert told(app, of) == {Role.OFFICE: ["Make the budget lines"]}
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    decision = ["Record the decision of the maslikhat"]
    assert told(app, of) == {Role.DEPUTY: decision, Role.MASLIKHAT_SECRETARY: decision}
    assert waiting(app, of)[Role.DEPUTY][0].url == f"{HOME}/{adopted.cycle.year}/winners#decision", "below the lines"
    service.record_decision(adopted.act(Role.DEPUTY), adopted.cycle, number="38/5", decided_on=date(2026, 11, 20))
    assert told(app, of) == {Role.OFFICE: ["Move the cycle on"]}
