"""The akim's plan of a quarter holds no more than a quarter of the draft, and only for a quarter that is not over."""

from datetime import datetime

import pytest
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.budget import service
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import checking, decisions, writing
from pb.budget.service.decisions import Decided
from pb.clock import ALMATY, local
from pb.errors import Conflict, FieldRefusal
from tests.budget.world import BALANCE, LIGHTING, TAX, begun, line
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


def test_it_begins_as_a_plan_that_can_be_decided(okrug: Okrug) -> None:
    plan = planned(okrug)
    assert checking.faults(okrug.act(Role.OFFICE), plan) == []
    decide(okrug, plan)


def test_it_is_of_a_quarter_that_is_to_come_or_running(okrug: Okrug, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(okrug)
    first = plan.budget.first_year
    okrug.at = datetime(first, 4, 1, 9, tzinfo=ALMATY)
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
