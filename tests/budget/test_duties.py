"""What a new budget year asks of the akim's office, and when it is late with it."""

from flask import Flask, g

from pb.act import Role
from pb.budget import service
from pb.budget.models import Kind, Proposer
from pb.budget.service import asking, steps
from pb.clock import local
from pb.identity.service import duties
from pb.identity.service.duties import Duty
from tests.budget.world import agreed, begun
from tests.village import Okrug


def to_begin(app: Flask, okrug: Okrug) -> list[Duty]:
    act = okrug.act(Role.OFFICE)
    with app.test_request_context("/?lang=en"):
        g.act = act
        return [duty for duty in duties.here(act) if duty.deed == "Begin the budget of three years"]


def test_next_years_budget_is_to_be_begun_from_the_summer_on(app: Flask, okrug: Okrug) -> None:
    okrug.at = okrug.at.replace(month=3, day=2)
    assert to_begin(app, okrug) == []
    okrug.at = okrug.at.replace(month=11, day=2)
    assert [(duty.thing, duty.until) for duty in to_begin(app, okrug)] == [(str(okrug.at.year + 1), None)]


def test_an_okrug_is_late_with_it_once_it_has_kept_a_budget_here(app: Flask, okrug: Okrug) -> None:
    begun(okrug, okrug.at.year)
    (duty,) = to_begin(app, okrug)
    assert duty.until is not None
    assert duty.until < local(okrug.at).date()
    begun(okrug, okrug.at.year + 1)
    assert to_begin(app, okrug) == []


def test_a_deputys_question_stays_the_offices_duty_when_a_later_version_follows(app: Flask, okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    first = begun(okrug, okrug.at.year + 1)
    agreed(okrug, first)
    steps.send(okrug.act(Role.OFFICE), first, local(okrug.at).date(), "12")
    asking.ask(okrug.act(Role.DEPUTY), first, "Жарыққа неге аз?", "kk")
    steps.send_back(okrug.act(Role.MASLIKHAT_SECRETARY), first, local(okrug.at).date(), "Аз.", "kk")
    service.revise(okrug.act(Role.OFFICE), first.budget, Kind.DRAFT, Proposer.AKIM, reason="", language="kk")
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        g.act = okrug.act(Role.OFFICE)
        mine = duties.here(g.act)
        told = [duty for duty in mine if duty.deed == "Answer a deputy's question"]
        (writing,) = [duty for duty in mine if duty.deed == "Write the budget and put it before the assembly"]
    assert writing.until is None, "what was returned is not late since September"
    assert [duty.url.rpartition("/krasnoyar")[2] for duty in told] == [
        f"/budget/{first.budget.first_year}/versions/1#questions"
    ]
