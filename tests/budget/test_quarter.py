"""The akim's plan of a quarter holds no more than a quarter of the draft, and only for a quarter that is not over."""

from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.budget import service
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import checking, decisions, writing
from pb.budget.service.decisions import Decided
from pb.clock import ALMATY, local
from pb.errors import Conflict, FieldRefusal
from pb.identity.service import duties
from tests.budget.world import BALANCE, LIGHTING, TAX, begun, line
from tests.pages import open_pages
from tests.village import Okrug


@pytest.fixture(autouse=True)
def assembly(okrug: Okrug) -> None:
    okrug.seat_assembly(5)


def planned(okrug: Okrug) -> Version:
    """A plan of the first quarter of next year, as it begins: a quarter of each line, and the balances made to fit."""
    first = okrug.at.year + 1
    version = begun(okrug, first)
    okrug.at = okrug.at.replace(month=12, day=24)
    return service.revise(okrug.act(Role.OFFICE), version.budget, Kind.QUARTER, Proposer.AKIM, reason="", language="kk")


def decide(okrug: Okrug, plan: Version) -> None:
    decisions.decide(okrug.act(Role.AKIM), plan, Decided("13", local(okrug.at).date()))


def test_a_line_holds_at_most_a_quarter_of_the_draft(okrug: Okrug) -> None:
    """Played: spending of a quarter that was more than twice that of the whole year's draft came into force."""
    plan = planned(okrug)
    first, office = plan.budget.first_year, okrug.act(Role.OFFICE)
    new = "07.0.124.009.015"
    writing.set_line(office, plan, line(LIGHTING, "3 000,1", first))
    writing.set_line(office, plan, line(new, "1", first))
    told = [str(fault.told) for fault in checking.faults(office, plan)]
    assert [one for one in told if LIGHTING in one] == [
        f"{LIGHTING}: at most a quarter of the draft, 3\u00a0000,0 thousand tenge; here 3\u00a0000,1."
    ]
    assert any(one.startswith(f"{new}: at most a quarter of the draft, 0,0") for one in told)
    with pytest.raises(Conflict):
        decide(okrug, plan)


def test_the_database_holds_to_the_quarter_too(okrug: Okrug, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(okrug)
    first, office = plan.budget.first_year, okrug.act(Role.OFFICE)
    writing.set_line(office, plan, line(BALANCE, "500 000", first))
    monkeypatch.setattr(checking, "faults", lambda _act, _version: [])
    with pytest.raises(DatabaseError, match="placed_budget_steps_insert"), okrug.session.begin_nested():
        decide(okrug, plan)


def deeds(app: Flask, okrug: Okrug, role: Role) -> dict[str, date | None]:
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        g.act = okrug.act(role)
        return {str(duty.deed): duty.until for duty in duties.here(g.act)}


def test_it_begins_as_a_plan_that_can_be_decided_and_holds(app: Flask, okrug: Okrug, tmp_path: Path) -> None:
    plan = planned(okrug)
    first, to_write = plan.budget.first_year, "Write the budget and put it before the assembly"
    assert checking.faults(okrug.act(Role.OFFICE), plan) == []
    assert deeds(app, okrug, Role.OFFICE)[to_write] == date(first - 1, 9, 1)
    decide(okrug, plan)
    assert deeds(app, okrug, Role.OFFICE)[to_write] == date(first, 3, 1), "a late budget has a term of its own"
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(f"/krasnoyar/budget/{first}").text
    assert "until then the akim's plan of the first quarter holds" in page
    assert f'In force until then</dt><dd><a href="/krasnoyar/budget/{first}/versions/2">' in page
    assert "No version is in force yet" not in page


def test_it_is_of_a_quarter_that_is_to_come_or_running(
    app: Flask, okrug: Okrug, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(okrug)
    first, to_decide = plan.budget.first_year, "Decide on the plan of the first quarter"
    assert to_decide in deeds(app, okrug, Role.AKIM)
    okrug.at = datetime(first, 4, 1, 9, tzinfo=ALMATY)
    assert to_decide not in deeds(app, okrug, Role.AKIM)
    with pytest.raises(Conflict, match="is over"):
        decide(okrug, plan)
    office = okrug.act(Role.OFFICE)
    with pytest.raises(FieldRefusal, match="is over"):
        service.revise(office, plan.budget, Kind.QUARTER, Proposer.AKIM, reason="", language="kk")
    assert Kind.QUARTER not in service.offered(office, plan.budget)
    monkeypatch.setattr(checking, "faults", lambda _act, _version: [])
    with pytest.raises(DatabaseError, match="placed_budget_steps_insert"), okrug.session.begin_nested():
        decide(okrug, plan)


def test_a_receipt_is_bound_as_well(okrug: Okrug) -> None:
    plan = planned(okrug)
    first, office = plan.budget.first_year, okrug.act(Role.OFFICE)
    writing.set_line(office, plan, line(TAX, "13 000", first))
    assert any(TAX in str(fault.told) for fault in checking.faults(office, plan))
