"""Winners become budget lines, once, after the adoption."""

from contextlib import nullcontext

import pytest
from flask import Flask

from pb.act import Act, Role
from pb.cycles.models import Phase
from pb.errors import Conflict, Forbidden, OutOfPhase
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


@pytest.mark.parametrize("role", list(Role))
def test_each_office_does_its_own_part_and_no_other(adopted: Okrug, role: Role) -> None:
    if role is not Role.OFFICE:
        with pytest.raises(Forbidden):
            service.make_lines(adopted.act(role), adopted.cycle)


def test_the_lines_wait_for_the_office_which_then_puts_them_into_the_budget(app: Flask, adopted: Okrug) -> None:
    def of(role: Role) -> nullcontext[Act]:
        return nullcontext(adopted.act(role))

    assert told(app, of) == {Role.OFFICE: ["Make the budget lines"]}
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    assert told(app, of) == {Role.OFFICE: ["Put the winners' lines into the budget"]}
    assert waiting(app, of)[Role.OFFICE][0].url == f"{HOME}/budget"
