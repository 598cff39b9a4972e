"""Each step of a budget is an edition: the draft, what the maslikhat approved and amended, each report."""

import io
import json
import zipfile
from datetime import date

import pytest
from flask import Flask, g

from pb.act import Role
from pb.budget import service as budgets
from pb.budget.models import Kind, Move, Proposer
from pb.budget.service import decisions, exporting, steps, writing
from pb.budget.service.decisions import Decided
from pb.citizens import service
from pb.citizens.service import due, editions, words
from pb.citizens.service.editions import Period, Stage
from pb.clock import local
from pb.core.budget.amounts import read_thousands
from pb.core.budget.codes import Part
from pb.identity.service import duties
from pb.receipt import service as receipt
from tests.budget.test_from_paper import taken
from tests.budget.world import GREEN, LIGHTING, TAX, begun, considered, line, meeting_decides
from tests.citizens.world import REVENUE, SPENT, YEAR, in_force, reported
from tests.village import MILLION, Okrug


def called(okrug: Okrug, version: budgets.Version) -> list[str]:
    return [one.called for one in editions.of_budget(okrug.act(), version.budget)]


def test_lines_that_are_being_written_are_no_edition_and_what_was_shown_stays_one(okrug: Okrug) -> None:
    version = begun(okrug)
    assert called(okrug, version) == []
    steps.put(okrug.act(Role.OFFICE), version)
    assert called(okrug, version) == ["draft-1"]
    steps.withdraw(okrug.act(Role.OFFICE), version, "Қате кетті.", "kk")
    [draft] = editions.of_budget(okrug.act(), version.budget)
    assert draft.move is Move.WITHDRAWN
    assert editions.latest([draft]) == draft, "there is nothing else that could be meant"


def test_an_amendment_and_a_correction_are_editions_with_the_decision_that_made_them(okrug: Okrug) -> None:
    version = in_force(okrug)
    act = okrug.act(Role.OFFICE)
    amended = budgets.revise(act, version.budget, Kind.AMENDMENT, Proposer.AKIM, reason="Трансферт.", language="kk")
    writing.set_line(act, amended, line(TAX, "13 500", YEAR))
    writing.set_line(act, amended, line(LIGHTING, "12 500", YEAR))
    considered(okrug, amended)
    today = local(okrug.at).date()
    decisions.approve(okrug.act(Role.MASLIKHAT_SECRETARY), YEAR, Decided("44-1", today), [amended.id])
    act = okrug.act(Role.OFFICE)
    moved = budgets.revise(act, version.budget, Kind.CORRECTION, Proposer.AKIM, reason="Үнем.", language="kk")
    for code, told in ((LIGHTING, "12 400"), (GREEN, "15 323,5")):
        writing.set_line(act, moved, line(code, told, YEAR))
    steps.put(act, moved)
    point = meeting_decides(okrug)
    steps.settle(okrug.act(Role.OFFICE), moved, point)
    decisions.decide(okrug.act(Role.AKIM), moved, Decided("17", local(okrug.at).date()))
    every = editions.of_budget(okrug.act(), version.budget)
    assert {one.called for one in every} == {"draft-1", "approved-1", "draft-2", "amended-2", "draft-3", "amended-3"}
    last, before = editions.of_stage(every, Stage.AMENDED)
    assert (last.by_the_akim, before.by_the_akim) == (True, False)
    assert before.decision is not None
    assert before.decision.reference == "44-1"
    content = service.of_edition(okrug.act(), version.budget, before)
    assert content.statement[Part.TAXES] == read_thousands("13 500")
    assert editions.latest(every) == last


def test_each_report_is_an_edition_beside_the_plan_of_its_day(okrug: Okrug) -> None:
    version = in_force(okrug)
    reported(okrug, version, date(YEAR, 6, 30), MILLION)
    reported(okrug, version, date(YEAR, 6, 30), 2 * MILLION)
    reported(okrug, version, date(YEAR, 10, 31), 3 * MILLION)
    every = editions.of_budget(okrug.act(), version.budget)
    half, last = (one for one in every if one.stage is Stage.EXECUTED)
    assert (half.called, half.period) == (f"executed-{YEAR}-06-30", Period.HALF)
    assert (last.called, last.period) == (f"executed-{YEAR}-10-31", Period.MONTHS)
    assert half.version == version, "a report of before the decision is read beside the plan that came"
    content = service.of_edition(okrug.act(), version.budget, half)
    assert content.paid_statement is not None
    assert content.paid_statement.expenditure == 6 * MILLION, "of one day the report that was taken last"
    assert sum(one.planned for one in content.done) == SPENT
    assert sum(one.paid for one in content.done) == 6 * MILLION
    for group in content.done:
        assert (sum(one.planned for one in group.of), sum(one.paid for one in group.of)) == (group.planned, group.paid)


def test_what_an_edition_tells_adds_up(okrug: Okrug) -> None:
    version = in_force(okrug)
    edition = editions.find_planned(editions.of_budget(okrug.act(), version.budget), version, draft=False)
    assert edition is not None
    content = service.of_edition(okrug.act(), version.budget, edition)
    assert (content.statement.revenue, content.whole.amount) == (REVENUE, SPENT)
    assert sum(amount for part in service.COMES_IN for _code, amount in content.received(part)) == REVENUE
    assert list(content.statements) == [YEAR, YEAR + 1, YEAR + 2]
    assert content.each(SPENT) is None, "nobody recorded how many people live here"
    assert content.done == []


@pytest.mark.parametrize(("month", "wanted"), [(7, []), (8, [YEAR]), (12, [YEAR])])
def test_the_half_year_is_due_once_no_month_asks_for_it(okrug: Okrug, month: int, wanted: list[int]) -> None:
    in_force(okrug)
    okrug.at = okrug.at.replace(month=month, day=20)
    found = list(due.reviews(okrug.act(Role.OFFICE)))
    assert [one.budget.first_year for one in found] == wanted
    assert [one.whole for one in found] == [False] * len(wanted)


def test_the_year_is_due_ten_days_after_its_end_until_its_report_is_taken_in(okrug: Okrug, app: Flask) -> None:
    version = in_force(okrug)
    okrug.at = okrug.at.replace(year=YEAR + 1, month=1, day=20)
    [year] = due.reviews(okrug.act(Role.OFFICE))
    assert (year.whole, year.day) == (True, date(YEAR + 1, 1, 10))
    with app.test_request_context("/?lang=en"):
        g.act = okrug.act(Role.OFFICE)
        assert "Take in the report of the year" in " ".join(duty.deed for duty in duties.here(g.act))
    reported(okrug, version, date(YEAR, 12, 31))
    assert list(due.reviews(okrug.act(Role.OFFICE))) == []
    last = editions.latest(editions.of_budget(okrug.act(), version.budget))
    assert last is not None
    assert last.period is Period.YEAR


def test_the_citizens_budget_and_the_receipt_tell_one_truth(okrug: Okrug) -> None:
    version = in_force(okrug)
    edition = editions.latest(editions.of_budget(okrug.act(), version.budget))
    shown = receipt.of_budget(okrug.act(), version.budget)
    assert edition is not None
    assert shown is not None
    assert service.of_edition(okrug.act(), version.budget, edition).whole == shown.whole


def test_a_budget_from_paper_says_so_in_its_edition_and_its_data_package(okrug: Okrug) -> None:
    version = taken(okrug)
    decisions.confirm(okrug.act(Role.MASLIKHAT_SECRETARY), version)
    (edition,) = editions.of_budget(okrug.act(), version.budget)
    assert edition.stage is Stage.APPROVED, "nothing was amended"
    assert dict(words.sources(edition))["From paper"].endswith("; not decided on this platform")
    with zipfile.ZipFile(io.BytesIO(exporting.data_package(okrug.act(), version))) as archive:
        described = json.loads(archive.read("datapackage.json"))
    assert described["description"].startswith("from paper: ")
    assert {one["phase"] for one in described["model"]["measures"].values()} == {"approved"}
