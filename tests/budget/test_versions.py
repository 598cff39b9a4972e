"""A budget from its draft to its amendment: what each step asks for, what it refuses, and what stands in the end."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.budget import service
from pb.budget.models import FOLLOWING, Kind, Line, Move, Proposer, Step
from pb.budget.service import Sum, amounts, calendar, checking, decisions, execution, steps, writing
from pb.budget.service.calendar import Due
from pb.budget.service.decisions import Decided
from pb.budget.service.execution import Paid
from pb.clock import local
from pb.core.budget.amounts import read_thousands
from pb.core.budget.codes import Code, Part, part_of
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import budget as rules
from tests.budget.world import (
    BALANCE,
    FIRST,
    GREEN,
    LIGHTING,
    OFFICE,
    TAX,
    agreed,
    approved,
    begun,
    considered,
    line,
    meeting_decides,
)
from tests.village import Okrug


@pytest.fixture(autouse=True)
def assembly(okrug: Okrug) -> None:
    okrug.seat_assembly(5)


def moves(okrug: Okrug, version: service.Version) -> list[str]:
    return [step.move for step in service.steps_of(okrug.act(), version)]


def test_the_rules_of_the_database_know_the_same_ways() -> None:
    told = {
        f"{kind.value} {before.value if before else '-'} {move.value}"
        for kind, way in FOLLOWING.items()
        for before, some in way.items()
        for move in some
    }
    assert set(rules.MOVES) == told


def test_a_budget_goes_from_its_draft_to_the_maslikhat_and_the_log_tells_each_step(okrug: Okrug) -> None:
    version = begun(okrug)
    approved(okrug, version)
    whole = ["put", "agreed", "sent", "considered", "approved"]
    assert moves(okrug, version) == whole
    told = [event.action for event in audit.of_subject(okrug.act(), version.id)]
    assert told == [
        "budget.begun",
        "budget.lines_cleared",
        "budget.lines_imported",
        *(f"budget.{move}" for move in whole),
    ]
    assert service.in_force(okrug.act(), version.budget) == version
    statement = service.statement(service.lines(okrug.act(), version, FIRST))
    assert (statement.own, statement.transferred) == (read_thousands("13000"), read_thousands("53024"))
    assert statement.deficit == -read_thousands("1200")
    assert statement.balanced


def test_sums_that_do_not_add_up_stop_it_before_the_assembly(okrug: Okrug) -> None:
    version = begun(okrug)
    office = okrug.act(Role.OFFICE)
    writing.set_line(office, version, line(BALANCE, "1 199,9"))
    [fault] = checking.faults(office, version)
    assert "0,1 thousand tenge less than the deficit" in str(fault.told)
    with pytest.raises(Conflict, match=re.escape("2028: line 6")):
        steps.put(office, version)
    writing.remove_line(office, version, FIRST, line(TAX, "0").part, TAX)
    assert "thousand tenge less" in str(checking.faults(office, version)[0].told)


def test_lines_stand_once_the_assembly_has_them(okrug: Okrug) -> None:
    version = begun(okrug)
    steps.put(okrug.act(Role.OFFICE), version)
    with pytest.raises(Conflict):
        writing.set_line(okrug.act(Role.OFFICE), version, line(LIGHTING, "1"))
    for statement in (
        update(Line).where(Line.version_id == version.id).values(amount=1),
        delete(Line).where(Line.version_id == version.id),
        insert(Line).values(version_id=version.id, year=FIRST, part="spending", code="07.0.124.009", amount=1),
        update(Step).values(move="agreed"),
        delete(Step),
    ):
        with pytest.raises(DatabaseError), okrug.session.begin_nested():
            okrug.session.execute(statement)


def test_the_assembly_agrees_only_by_a_decision_that_the_akim_let_stand(okrug: Okrug) -> None:
    before = meeting_decides(okrug)
    okrug.at += timedelta(days=1)
    version = begun(okrug)
    steps.put(okrug.act(Role.OFFICE), version)
    waiting = meeting_decides(okrug, akim=False)
    for point in (before, waiting, None):
        with pytest.raises(FieldRefusal):
            steps.settle(okrug.act(Role.OFFICE), version, point)
    declining = meeting_decides(okrug, agrees=False)
    assert steps.settle(okrug.act(Role.CHAIR), version, declining) is Move.DECLINED
    anew = service.revise(okrug.act(Role.OFFICE), version.budget, Kind.DRAFT, Proposer.AKIM, reason="", language="kk")
    assert len(service.lines(okrug.act(), anew)) == len(service.lines(okrug.act(), version))
    for code, thousand in ((LIGHTING, "11 999"), (GREEN, "15 224,5")):
        writing.set_line(okrug.act(Role.OFFICE), anew, line(code, thousand))
    steps.put(okrug.act(Role.OFFICE), anew)
    point = meeting_decides(okrug)
    assert steps.settle(okrug.act(Role.OFFICE), anew, point) is Move.AGREED
    assert steps.points_on(okrug.act(), anew) == [], "one decision agrees one version"


def test_who_may_not_take_a_step_is_refused_and_nothing_is_skipped(okrug: Okrug) -> None:
    version = begun(okrug)
    today = local(okrug.at).date()
    with pytest.raises(Forbidden):
        steps.put(okrug.act(Role.CHAIR), version)
    with pytest.raises(Conflict):
        steps.send(okrug.act(Role.OFFICE), version, today, "12")
    agreed(okrug, version)
    with pytest.raises(FieldRefusal) as refused:
        steps.send(okrug.act(Role.OFFICE), version, today + timedelta(days=400), "12")
    assert refused.value.field == "day"
    steps.send(okrug.act(Role.OFFICE), version, local(okrug.at).date(), "12")
    with pytest.raises(Forbidden):
        steps.send_back(okrug.act(Role.OFFICE), version, today, "No.", "ru")
    with pytest.raises(Forbidden):
        decisions.approve(okrug.act(Role.OFFICE), FIRST, Decided("1", today), [version.id])
    with pytest.raises(FieldRefusal):
        decisions.approve(okrug.act(Role.MASLIKHAT_SECRETARY), FIRST, Decided("1", today), [version.id])


def test_a_returned_budget_says_why_and_a_new_version_begins_with_its_lines(okrug: Okrug) -> None:
    version = begun(okrug)
    considered(okrug, version)
    today = local(okrug.at).date()
    steps.send_back(okrug.act(Role.MASLIKHAT_SECRETARY), version, today, "Жарық тым қымбат.", "kk")
    assert service.in_force(okrug.act(), version.budget) is None
    office = okrug.act(Role.OFFICE)
    anew = service.revise(office, version.budget, Kind.DRAFT, Proposer.AKIM, reason="", language="kk")
    writing.set_line(office, anew, line(LIGHTING, "11 000"))
    writing.set_line(office, anew, line(GREEN, "16 223,5"))
    assert [(one.code, one.difference) for one in amounts.changes(
        service.lines(office, version), service.lines(office, anew))] == [
        (LIGHTING, -read_thousands("1000")), (GREEN, read_thousands("1000"))]  # fmt: skip
    with pytest.raises(Conflict, match="under way"):
        service.revise(office, version.budget, Kind.DRAFT, Proposer.AKIM, reason="", language="kk")
    approved(okrug, anew)
    assert service.in_force(office, anew.budget) == anew


def test_four_amounts_after_an_amendment_and_a_correction(okrug: Okrug) -> None:
    version = begun(okrug)
    approved(okrug, version)
    office = okrug.act(Role.OFFICE)
    with pytest.raises(FieldRefusal):
        service.revise(office, version.budget, Kind.AMENDMENT, Proposer.DEPUTY, reason="  ", language="kk")
    amended = service.revise(
        office, version.budget, Kind.AMENDMENT, Proposer.DEPUTY, reason="Трансферт келді.", language="kk"
    )
    writing.set_line(office, amended, line(TAX, "14 000"))
    writing.set_line(office, amended, line(LIGHTING, "13 000"))
    approved(okrug, amended, "44-1")
    corrected = service.revise(
        okrug.act(Role.OFFICE), version.budget, Kind.CORRECTION, Proposer.AKIM, reason="Шам арзандады.", language="kk"
    )
    office = okrug.act(Role.OFFICE)
    writing.set_line(office, corrected, line(LIGHTING, "10 000"))
    writing.set_line(office, corrected, line(GREEN, "18 223,5"))
    [fault] = checking.faults(office, corrected)
    assert f"{LIGHTING[:12]}: at most 2\u00a0600,0 thousand tenge may leave" in str(fault.told)
    writing.set_line(office, corrected, line(LIGHTING, "10 400"))
    writing.set_line(office, corrected, line(GREEN, "17 823,5"))
    assert checking.faults(office, corrected) == []
    agreed(okrug, corrected)
    with pytest.raises(Forbidden):
        decisions.decide(okrug.act(Role.OFFICE), corrected, Decided("9", local(okrug.at).date()))
    decisions.decide(okrug.act(Role.AKIM), corrected, Decided("9", local(okrug.at).date()))
    four = {one.code: one for one in amounts.four(okrug.act(), version.budget)}
    told = [four[LIGHTING].approved, four[LIGHTING].amended, four[LIGHTING].corrected, four[LIGHTING].paid]
    assert told == [read_thousands("12000"), read_thousands("13000"), read_thousands("10400"), None]
    assert four[OFFICE].corrected == read_thousands("40000.5")


def test_a_correction_moves_nothing_that_came_for_a_purpose_and_no_receipts(okrug: Okrug) -> None:
    version = begun(okrug)
    office = okrug.act(Role.OFFICE)
    targeted = "07.0.124.011.028"
    for year in range(FIRST, FIRST + 3):
        writing.set_line(office, version, line(targeted, "1 000", year))
        writing.set_line(office, version, line(TAX, "14 000", year))
    approved(okrug, version)
    office = okrug.act(Role.OFFICE)
    corrected = service.revise(office, version.budget, Kind.CORRECTION, Proposer.AKIM, reason="Түзету.", language="kk")
    assert [str(fault.told) for fault in checking.faults(office, corrected)] == ["Nothing is changed yet."]
    writing.set_line(office, corrected, line(targeted, "900"))
    writing.set_line(office, corrected, line(TAX, "13 900"))
    told = " ".join(str(fault.told) for fault in checking.faults(office, corrected))
    for said in ("changes no receipts", "for a purpose is never moved", "a correction only moves it"):
        assert said in told


def test_a_budget_is_changed_by_decisions_of_its_first_year_alone(
    okrug: Okrug, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = begun(okrug)
    approved(okrug, version)
    office = okrug.act(Role.OFFICE)
    moved = service.revise(office, version.budget, Kind.CORRECTION, Proposer.AKIM, reason="Түзету.", language="kk")
    for code, thousand in ((LIGHTING, "11 000"), (GREEN, "16 223,5")):
        writing.set_line(office, moved, line(code, thousand))
    okrug.at = datetime(FIRST, 12, 31, 12, tzinfo=UTC)
    assert checking.faults(okrug.act(), moved) == []
    agreed(okrug, moved)
    okrug.at = datetime(FIRST + 1, 1, 12, 12, tzinfo=UTC)
    akim = okrug.act(Role.AKIM)
    late, in_time = Decided("99", date(FIRST + 1, 1, 12)), Decided("98", date(FIRST, 12, 31))
    with pytest.raises(FieldRefusal, match="is over"):
        decisions.decide(akim, moved, late)
    with monkeypatch.context() as past, okrug.session.begin_nested() as undone:
        past.setattr(decisions, "_faults_of_year", lambda _versions, _decided: [])
        with pytest.raises(DatabaseError, match="placed_budget_steps"):
            decisions.decide(akim, moved, late)
        undone.rollback()
    decisions.decide(akim, moved, in_time)
    office = okrug.act(Role.OFFICE)
    assert service.offered(office, version.budget) == []
    for kind in (Kind.CORRECTION, Kind.AMENDMENT):
        with pytest.raises(FieldRefusal, match="is over"):
            service.revise(office, version.budget, kind, Proposer.AKIM, reason="Кеш.", language="kk")


def test_the_days_of_the_year_follow_the_settings_and_what_was_done(okrug: Okrug) -> None:
    days = {day.due: day for day in calendar.of_budget(okrug.act(), FIRST)}
    assert [(day.day.month, day.day.day) for due, day in days.items() if due in calendar.SETTINGS] == [
        (9, 1),
        (10, 15),
        (12, 25),
    ]
    assert not any(day.done for day in days.values())
    considered(okrug, begun(okrug))
    after = {day.due: day.done for day in calendar.of_budget(okrug.act(), FIRST)}
    assert after == {Due.BEGIN: True, Due.AGREE: True, Due.COMMISSION: True, Due.APPROVE: False, Due.QUARTER: False}


def test_a_late_budget_lives_on_a_quarter_of_its_draft_until_the_maslikhat_has_approved_it(okrug: Okrug) -> None:
    """Played: a plan without a line was in force, and no budget could be written any more."""
    first = okrug.at.year + 1
    version = begun(okrug, first)
    steps.put(okrug.act(Role.OFFICE), version)
    office = okrug.act(Role.OFFICE)
    with pytest.raises(FieldRefusal, match="December"):
        service.revise(office, version.budget, Kind.QUARTER, Proposer.AKIM, reason="", language="kk")
    okrug.at = okrug.at.replace(month=12, day=20)
    office = okrug.act(Role.OFFICE)
    quarter = service.revise(office, version.budget, Kind.QUARTER, Proposer.AKIM, reason="", language="kk")
    assert {line.code: line.amount for line in service.lines(office, quarter)}[LIGHTING] == read_thousands("3 000")
    assert service.leading(service.versions(office, version.budget)).version == version
    writing.remove_line(office, quarter, first, line(TAX, "0").part, TAX)
    decided = Decided("17", local(okrug.at).date())
    with pytest.raises(Conflict):
        decisions.decide(okrug.act(Role.AKIM), quarter, decided)
    writing.set_line(office, quarter, line(TAX, "3 250", first))
    lines = service.lines(office, quarter, first)
    missing = -service.statement(lines).difference
    held = next(one.amount for one in lines if one.code == BALANCE)
    writing.set_line(office, quarter, Sum(first, line(BALANCE, "0").part, BALANCE, held + missing))
    decisions.decide(okrug.act(Role.AKIM), quarter, decided)
    assert service.in_force(office, version.budget) == quarter
    assert service.offered(office, version.budget) == []
    assert steps.settle(okrug.act(Role.OFFICE), version, meeting_decides(okrug)) is Move.AGREED


def test_what_was_returned_is_not_put_again_unchanged(okrug: Okrug) -> None:
    version = begun(okrug)
    considered(okrug, version)
    steps.send_back(okrug.act(Role.MASLIKHAT_SECRETARY), version, local(okrug.at).date(), "Жарық.", "kk")
    office = okrug.act(Role.OFFICE)
    anew = service.revise(office, version.budget, Kind.DRAFT, Proposer.AKIM, reason="", language="kk")
    [fault] = checking.faults(office, anew)
    assert "Nothing is changed yet" in str(fault.told)


def test_a_report_names_every_line_of_the_plan_and_more_than_planned_is_asked_about(okrug: Okrug) -> None:
    first = okrug.at.year
    version = begun(okrug, first)
    approved(okrug, version)
    office = okrug.act(Role.OFFICE)
    until = local(okrug.at).date()
    plan = {line.code: line.amount for line in service.lines(office, version, first)}

    def report(**changes: int) -> list[Paid]:
        paid = {**{code: amount // 2 for code, amount in plan.items()}, **changes}
        return [Paid(part_of(Code.read(code)), code, None, None, None, amount) for code, amount in paid.items()]

    for lines, told in (
        (report()[1:], "Missing"),
        ([*report(), *report()[:1]], "in the file already"),
        (report(**{"07.0.124.008": 5}), "is above it"),
        (report(**{"99.9.999.999": 5}), "does not have"),
    ):
        with pytest.raises(FieldRefusal) as refused:
            execution.take(office, version.budget, until, lines, sha256="0" * 64)
        assert told in " ".join(str(one) for fault in (refused.value, *refused.value.others) for one in fault.messages)
    much = report(**{LIGHTING: plan[LIGHTING] * 1000})
    with pytest.raises(Conflict, match="planned"):
        execution.take(office, version.budget, until, much, sha256="0" * 64)
    execution.take(office, version.budget, until, report(), sha256="0" * 64)
    four = {one.code: one for one in amounts.four(office, version.budget)}
    assert four[LIGHTING].paid == plan[LIGHTING] // 2
    again = [line._replace(line=place) for place, line in enumerate(report(), 2)]
    faults = execution.faults_of_lines(office, version.budget, until, again)
    assert [(fault.line, fault.wrong) for fault in faults] == [(line.line, execution.Wrong.TAKEN) for line in again]
    assert f"{again[0].code} (№\u00a01, " in faults[0].cell, "by which report"
    with pytest.raises(FieldRefusal):
        execution.take(office, version.budget, until, again, sha256="1" * 64, sure=True)
    yesterday = until - timedelta(days=1)
    assert not execution.faults_of_lines(office, version.budget, yesterday, again)
    [asked] = execution.doubts(office, version.budget, again)
    assert "Was nothing paid between?" in str(asked)
    corrected = report(**{LIGHTING: 5})
    execution.take(office, version.budget, until, corrected, sha256="1" * 64)
    assert len(amounts.four(office, version.budget)) == len(four), "one day, one report: the last one stands"


def test_the_printed_amounts_of_a_part_add_up_to_its_printed_total() -> None:
    """Played: 13 000,55 and 29 899,45 were printed as 13 000,6 and 29 899,5 under a total of 42 900,0."""
    some = [
        amounts.Four(Part.SPENDING, code, read_thousands(told), None, None, None)
        for code, told in ((LIGHTING, "13 000,55"), (GREEN, "29 899,45"))
    ]
    first, second = (row[0] for row in amounts.printed(some))
    assert (first, second) == ("13\xa0000,6", "29\xa0899,4")
    assert amounts.printed(some)[0][1:] == [None] * 3
