"""The maslikhat's decision on winners follows from the okrug's budget: what holds their lines, by which decision."""

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pb.act import Role
from pb.budget import service as budgets
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import writing
from pb.core.budget.codes import Part
from pb.errors import FieldRefusal
from pb.process.service import phases
from pb.winners import service, telling
from pb.winners.service import adopting, budgeting, plans, waiting
from pb.winners.service.plans import Basis
from pb.winners.service.plans import Part as Planned
from tests.budget.world import OFFICE, TAX, agreed, approved, line, meeting_decides
from tests.duties import told
from tests.pages import open_pages
from tests.village import HOME, MILLION, Okrug
from tests.winners.test_in_budget import PROGRAMME
from tests.winners.test_plans import force_to_wait, wait
from tests.winners.world import LIGHTS, begun, cut, goes_on


@pytest.fixture
def made(adopted: Okrug) -> Okrug:
    adopted.seat_assembly(5)
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    return adopted


def references(okrug: Okrug) -> list[str]:
    return [one.reference for one in adopting.of_cycle(okrug.act(), okrug.cycle).decisions]


def turn(okrug: Okrug) -> str:
    found = adopting.turn(okrug.act(), okrug.cycle)
    return str(found.holder) if found is not None else ""


def balanced(okrug: Okrug, code: str, thousand: str) -> Version:
    """A draft with this line; the rest goes to the akim's office."""
    rest = 60_000 - int(thousand.replace(" ", ""))
    return begun(okrug, **{code: thousand, "01.1.124.001.015": str(rest)})


def amended(okrug: Okrug, version: Version, code: str, thousand: str, reference: str) -> None:
    """The maslikhat amends the budget: one line of 2027, and the transfer that pays for it."""
    office = okrug.act(Role.OFFICE)
    change = budgets.revise(office, version.budget, Kind.AMENDMENT, Proposer.AKIM, reason="More.", language="kk")
    writing.set_line(office, change, line(code, thousand, 2027))
    missing = -budgets.statement(budgets.lines(office, change, 2027)).difference
    writing.set_line(office, change, budgets.Sum(2027, Part.TRANSFERS, "4.02.3.03", missing))
    approved(okrug, change, reference)


def less_transfers(okrug: Okrug, version: Version, *lines: tuple[str, str], transfer: str = "2 000") -> Version:
    """An amendment with these lines of 2027, and this transfer."""
    office = okrug.act(Role.OFFICE)
    less = budgets.revise(office, version.budget, Kind.AMENDMENT, Proposer.AKIM, reason="Less.", language="kk")
    for code, thousand in (*lines, ("4.02.3.03", transfer)):
        writing.set_line(office, less, line(code, thousand, 2027))
    return less


def test_the_decision_is_that_which_put_a_budget_with_the_winners_lines_in_force(made: Okrug) -> None:
    assert references(made) == []
    assert "it begins the okrug's budget of 2027" in turn(made)
    version = balanced(made, LIGHTS, "3 000")
    assert "puts the winners' lines into the version" in turn(made)
    for code, thousand in ((LIGHTS, "10 000"), ("01.1.124.001.015", "50 000")):
        writing.set_line(made.act(Role.OFFICE), version, line(code, thousand, 2027))
    assert turn(made) == "The akim's office: it writes the lines"
    agreed(made, version)
    assert references(made) == [], "what the assembly agreed gives nobody money"
    assert "it sends the draft up" in turn(made)


def test_once_the_maslikhat_approved_it_the_cycle_goes_on(app: Flask, made: Okrug, tmp_path: Path) -> None:
    page = f"{HOME}/{made.cycle.year}/winners"
    with open_pages(made, tmp_path) as pages:
        assert "The maslikhat has not put a budget in force yet" in pages.get(page).text
    assert phases.missing(made.act(), made.cycle)
    approved(made, begun(made, **{PROGRAMME: "10 000"}), "38/5")
    found = adopting.of_cycle(made.act(), made.cycle)
    assert ([one.reference for one in found.decisions], found.whole, turn(made)) == (["38/5"], True, "")
    assert phases.missing(made.act(), made.cycle) == []
    assert "Move the cycle on" in told(app, lambda role: nullcontext(made.act(role)))[Role.OFFICE]
    with open_pages(made, tmp_path) as pages:
        shown = pages.get(page).text
        assert "№\u00a038/5" in shown
        assert f'href="{HOME}/budget-decisions/1"' in shown
        assert "№\u00a038/5" in pages.get(f"{page}/1").text


def test_a_decision_before_the_vote_gave_nobody_s_winner_money(adopted: Okrug) -> None:
    adopted.seat_assembly(5)
    version = balanced(adopted, LIGHTS, "30 000")
    approved(adopted, version, "12/1")
    adopted.at += timedelta(days=1)
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    assert references(adopted) == [], "its thirty millions were for other lamps"
    assert "makes a new version" in turn(adopted)
    amended(adopted, version, LIGHTS, "31 000", "12/4")
    assert references(adopted) == ["12/4"]


def test_what_waits_has_no_decision_until_it_goes_on_and_an_amendment_holds_it(made: Okrug) -> None:
    _lamps, park = plans.standings(made.act(), made.cycle)
    wait(made, park, cut(made, balanced(made, LIGHTS, "10 000"), **{LIGHTS: "5 000", TAX: "55 000"}))
    version = goes_on(made, 2027, "38/5")
    found = adopting.of_cycle(made.act(), made.cycle)
    assert (references(made), found.whole, found.lacking) == (["38/5"], True, 0)
    waiting.resume(made.act(Role.OFFICE), made.cycle, park.winner, reason="Money came.", language="kk")
    found = adopting.of_cycle(made.act(), made.cycle)
    assert (references(made), found.whole, found.lacking) == (["38/5"], False, 1)
    amended(made, version, LIGHTS, "10 000", "44/1")
    assert references(made) == ["38/5", "44/1"], "a decision for each"
    assert adopting.of_cycle(made.act(), made.cycle).whole


def test_what_the_office_plans_later_takes_no_decision_back(made: Okrug) -> None:
    approved(made, begun(made, **{LIGHTS: "10 000"}), "38/5")
    lamps, _park = plans.standings(made.act(), made.cycle)
    later = [Planned(2028, LIGHTS, 6 * MILLION)]
    plans.change(made.act(Role.OFFICE), made.cycle, lamps.winner, later, reason="Next year.", language="kk")
    assert references(made) == ["38/5"]


def test_who_follows_the_cycle_is_told_of_the_decision_that_gave_its_winners_money(made: Okrug) -> None:
    version = begun(made, **{LIGHTS: "10 000"})
    assert adopting.by_version(made.act(), version.id, [made.cycle]) == []
    approved(made, version, "38/5")
    assert adopting.by_version(made.act(), version.id, [made.cycle]) == [made.cycle.id]
    assert telling.APPROVED == "budget.approved"


def test_a_meeting_is_no_decision_of_the_maslikhat(made: Okrug) -> None:
    meeting_decides(made)
    assert references(made) == []


def test_a_winner_waits_by_an_amendment_in_force_that_cut_its_money(made: Okrug, tmp_path: Path) -> None:
    version = begun(made, **{LIGHTS: "10 000"})
    approved(made, version)
    _lamps, park = plans.standings(made.act(), made.cycle)
    amended(made, version, OFFICE, "55 000", "44-1")
    assert waiting.cuts(made.act(), park.winner) == [], "more transfers cut nothing"
    less = less_transfers(made, version, (OFFICE, "52 000"))
    approved(made, less, "44-9")
    assert waiting.cuts(made.act(), park.winner) == [], "it holds the winner whole"
    assert waiting.decisions(made.act(), park.winner) == [], "as do all that meetings agreed"
    less = less_transfers(made, version, (OFFICE, "55 000"), (LIGHTS, "5 000"), transfer="0")
    assert budgeting.left_out(made.act(), less) == [park]
    with open_pages(made, tmp_path) as pages:
        shown = pages.get(f"{HOME}/budget/2027/versions/{less.number}").text
        assert "leaves the last winners out" in shown
        assert f'href="{HOME}/2027/winners/2"' in shown
    approved(made, less, "45-1")
    (by,) = waiting.cuts(made.act(), park.winner)
    assert (by.decision.reference, by.amount) == ("45-1", 2 * MILLION)
    assert len(waiting.decisions(made.act(), park.winner)) == 1, "the meeting that agreed it"
    office, whole = made.act(Role.OFFICE), Basis(version_id=version.id)
    with pytest.raises(FieldRefusal, match="that cut its money"):
        waiting.wait(office, made.cycle, park.winner, whole, reason="Cut.", language="kk")
    with pytest.raises(IntegrityError, match="decided_winner_plans"), made.session.begin_nested():
        force_to_wait(made, park, version_id=version.id)
    then = sum(one.need.decided for one in budgeting.of_version(made.act(), version))
    with open_pages(made, tmp_path) as pages:
        pages.wait_until(made.at + timedelta(hours=1))
        pages.sign_in(Role.OFFICE)
        address = f"{HOME}/{made.cycle.year}/winners/2"
        assert "45-1" in pages.get(f"{address}/wait").text
        pages.post(f"{address}/wait", {"question": f"maslikhat-{less.id.hex}", "reason": "Қысқарды.", "language": "kk"})
        page = pages.get(address).text
    assert f'<a href="/krasnoyar/budget/2027/versions/{less.number}">Decision of the maslikhat: №' in page
    made.session.expire_all()
    told = sum(one.need.decided for one in budgeting.of_version(made.act(), version))
    assert told == then, "what was approved before says what residents had decided then"
