"""Winners in the okrug's budget: what they lack is added, a version with less does not go to the assembly."""

from pathlib import Path

import pytest

from pb.act import Role
from pb.budget import service as budgets
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import checking, steps, writing
from pb.errors import Conflict
from pb.winners import documents, service
from pb.winners.service import budgeting, following, plans, waiting
from pb.winners.service.following import Work
from pb.winners.service.plans import Basis
from pb.winners.service.plans import Part as Planned
from tests.budget.world import OFFICE, TAX, agreed, approved, line
from tests.pages import open_pages
from tests.village import HOME, MILLION, Okrug
from tests.winners.world import LIGHTS, begun, cut, goes_on

PROGRAMME = "07.0.124.008"


@pytest.fixture
def made(adopted: Okrug) -> Okrug:
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    return adopted


def told(okrug: Okrug, version: Version) -> list[str]:
    return [str(fault.told) for fault in checking.faults(okrug.act(), version)]


@pytest.mark.parametrize(
    ("lines", "code", "before"),
    [
        ({}, LIGHTS, 0),  # no line holds it: one is made
        ({LIGHTS: "3 000"}, LIGHTS, 3 * MILLION),
        ({f"{PROGRAMME}.028": "4 000"}, f"{PROGRAMME}.015", 0),  # a programme is written in one way
        ({PROGRAMME: "4 000"}, PROGRAMME, 4 * MILLION),  # a decision that prints programmes alone
    ],
)
def test_a_line_gets_what_residents_decided_of_it(made: Okrug, lines: dict[str, str], code: str, before: int) -> None:
    version = begun(made, **lines)
    assert [text for text in told(made, version) if "№\u00a01, №\u00a02" in text]
    raised = budgeting.put_into(made.act(Role.OFFICE), version)
    assert raised == [(2027, code, before, 10 * MILLION)]
    assert not [text for text in told(made, version) if "residents decided" in text]
    assert budgeting.put_into(made.act(Role.OFFICE), version) == []
    assert {row.code for row in documents.decided(made.act(), version, "ru")} == {code}, "as its annex has it"


def test_a_plan_that_the_office_raised_is_not_said_to_be_what_residents_decided(made: Okrug, tmp_path: Path) -> None:
    version = begun(made, **{LIGHTS: "10 000"})
    lamps, _park = plans.standings(made.act(), made.cycle)
    more = [Planned(2027, LIGHTS, 7 * MILLION)]
    plans.change(made.act(Role.OFFICE), made.cycle, lamps.winner, more, reason="Wires.", language="kk")
    [fault] = [text for text in told(made, version) if LIGHTS in text]
    assert "winners' plans have 12\u00a0000,0 thousand tenge here" in fault
    assert "Residents decided 10\u00a0000,0 of it; the akim's office planned 2\u00a0000,0 more (№\u00a01, " in fault
    assert documents.decided(made.act(), version, "ru")[0][2:] == (5 * MILLION, 2 * MILLION)
    with open_pages(made, tmp_path) as pages:
        page = pages.get(f"{HOME}/budget/2027/versions/1").text
    assert "Residents decided 10\u00a0000,0 of it, the akim's office planned 2\u00a0000,0 more" in page
    assert "planned 2\u00a0000,0 more for their projects" in page


def test_lines_below_a_winners_code_count_and_what_waits_does_not(made: Okrug) -> None:
    made.seat_assembly(5)
    version = begun(made, **{f"{LIGHTS}.159": "10 000"})
    writing.set_line(made.act(Role.OFFICE), version, line(f"{LIGHTS}.159", "7 000", 2027))
    _lamps, park = plans.standings(made.act(), made.cycle)
    assert [one.has for one in budgeting.of_version(made.act(), version)] == [7 * MILLION]
    writing.set_line(made.act(Role.OFFICE), version, line(f"{LIGHTS}.159", "10 000", 2027))
    rests = cut(made, version, **{TAX: "57 000", f"{LIGHTS}.159": "7 000"})
    waiting.wait(made.act(Role.OFFICE), made.cycle, park.winner, Basis(rests), reason="Cut.", language="kk")
    assert budgeting.put_into(made.act(Role.OFFICE), version) == []


def test_winners_of_a_later_vote_are_no_dead_end_for_the_budget_of_the_running_year(adopted: Okrug) -> None:
    adopted.seat_assembly(5)
    running = begun(adopted, first=2026, **{LIGHTS: "7 000", "07.0.124.011.015": "3 000"})
    approved(adopted, running, "40-1")
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    office = adopted.act(Role.OFFICE)
    moved = budgets.revise(office, running.budget, Kind.CORRECTION, Proposer.AKIM, reason="Moved.", language="kk")
    for code, thousand in (("01.1.124.001.015", "49 000"), (LIGHTS, "8 000")):
        writing.set_line(office, moved, line(code, thousand, 2026))
    assert budgeting.put_into(office, moved) == []
    assert told(adopted, moved) == []
    writing.set_line(office, moved, line(LIGHTS, "6 000", 2027))
    less = f"2027, {LIGHTS}: of what residents decided (№\u00a01, №\u00a02) the budget in force has 7\u00a0000,0"
    assert [text for text in told(adopted, moved) if text.startswith(less)], "but never less than it held"
    steps.withdraw(office, moved, "Anew.", "kk")
    amended = budgets.revise(office, running.budget, Kind.AMENDMENT, Proposer.AKIM, reason="More.", language="kk")
    assert told(adopted, amended) == [], "the budget of 2027 is asked for them"
    next_one = begun(adopted, **{LIGHTS: "10 000"})
    approved(adopted, next_one)
    assert told(adopted, amended) == [], "also once it is in force"
    office = adopted.act(Role.OFFICE)
    changed = budgets.revise(office, next_one.budget, Kind.AMENDMENT, Proposer.AKIM, reason="Less.", language="kk")
    for code, thousand in ((LIGHTS, "9 000"), ("01.1.124.001.015", "51 000")):
        writing.set_line(office, changed, line(code, thousand, 2027))
    assert [text for text in told(adopted, changed) if "residents decided" in text], "which is held to them"


def test_lines_that_stand_take_no_winner(made: Okrug) -> None:
    made.seat_assembly(5)
    version = begun(made, **{LIGHTS: "10 000"})
    agreed(made, version)
    lamps, *_rest = plans.standings(made.act(), made.cycle)
    more = [Planned(2027, LIGHTS, 6 * MILLION)]
    plans.change(made.act(Role.OFFICE), made.cycle, lamps.winner, more, reason="More.", language="kk")
    with pytest.raises(Conflict):
        budgeting.put_into(made.act(Role.OFFICE), version)


def test_decided_against_budgeted_against_built(made: Okrug, monkeypatch: pytest.MonkeyPatch) -> None:
    made.seat_assembly(5)
    [figures] = following.of_okrug(made.act())
    assert (figures.proposed, figures.won, figures.in_full, figures.budgeted) == (2, 2, 0, (0, 0))
    assert (figures.built, figures.built_of_won, figures.paid) == (0, 0, (0, 0))
    approved(made, begun(made, **{LIGHTS: "10 000"}))
    monkeypatch.setattr(following, "_told", [lambda _act, ids: {ids[0]: Work(4 * MILLION, finished=True)}])
    [figures] = following.of_okrug(made.act())
    assert (figures.decided, figures.budgeted, figures.paid) == (10 * MILLION, (10 * MILLION, 0), (4 * MILLION, 0))
    assert (figures.in_full, figures.built) == (2, 1)
    assert (figures.built_of_proposed, figures.built_of_won) == (5000, 5000), "1 of 2"


def test_what_one_project_has_too_much_hides_nothing_that_another_lacks(
    made: Okrug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.seat_assembly(5)
    lamps, park = plans.standings(made.act(), made.cycle)
    more = [Planned(2027, LIGHTS, 9 * MILLION)]
    plans.change(made.act(Role.OFFICE), made.cycle, lamps.winner, more, reason="Wires.", language="kk")
    rests = cut(made, begun(made, **{LIGHTS: "14 000", OFFICE: "46 000"}), **{LIGHTS: "9 000", TAX: "55 000"})
    waiting.wait(made.act(Role.OFFICE), made.cycle, park.winner, Basis(rests), reason="Cut.", language="kk")
    goes_on(made, 2027)
    monkeypatch.setattr(following, "_told", [lambda _act, ids: {ids[0]: Work(7 * MILLION, finished=False)}])
    [figures] = following.of_okrug(made.act())
    assert (figures.decided, figures.rises, figures.falls) == (10 * MILLION, 4 * MILLION, 5 * MILLION)
    assert figures.budgeted == (5 * MILLION, 4 * MILLION), "of what was decided, and beyond it"
    assert figures.paid == (5 * MILLION, 2 * MILLION)
    with open_pages(made, tmp_path) as pages:
        page = pages.get(f"{HOME}/winners").text
    assert page.count("+4\u00a0000,0") == 2, "of the project and in the total"
    assert page.count("−5\u00a0000,0") == 2
    assert "Paid beyond what was decided" in page


def test_pages_of_the_budget_say_what_residents_decided(made: Okrug, tmp_path: Path) -> None:
    begun(made, **{LIGHTS: "3 000"})
    one = f"{HOME}/budget/2027/versions/1"
    with open_pages(made, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        page = pages.get(one).text
        assert "Residents decided 10\u00a0000,0 of it" in page
        assert f'href="{HOME}/2027/winners/2"' in page
        pages.post(f"{one}/winners")
        page = pages.get(one).text
        assert "3\u00a0000,0 → 10\u00a0000,0" in page
        assert "This version holds all of it" in page
        pages.sign_in(Role.DEPUTY)
        pages.post(f"{one}/winners", status=403)


def test_a_winners_line_names_its_subgroup_as_the_other_lines_of_the_budget_do() -> None:
    own = "08.2.124.028.015"
    assert budgeting.target(own, ["01.0.124.001", "07.0.124.008"]) == "08.0.124.028.015"
    assert budgeting.target(own, ["01.1.124.001.015", "07.0.124.008"]) == own
    assert budgeting.target(own, []) == own
