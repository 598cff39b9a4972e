"""A budget that was decided on paper before the platform came: taken in as it was decided, confirmed, then in force."""

import io
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.budget import service
from pb.budget.models import Kind, Move, Proposer, Version
from pb.budget.service import amounts, calendar, checking, decisions, execution, steps, writing
from pb.budget.service.decisions import Decided
from pb.budget.service.execution import Paid
from pb.clock import local
from pb.core.budget.codes import Code, part_of
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.media.service.files import Received
from tests.budget.world import GREEN, LIGHTING, PLAN, agreed, approved, begun, line, meeting_decides
from tests.pages import open_pages
from tests.village import Okrug

WHOSE = "Целиноградский районный маслихат"


@pytest.fixture(autouse=True)
def assembly(okrug: Okrug) -> None:
    okrug.seat_assembly(5)


def scan() -> Received:
    return Received(uuid4(), "38-5.pdf", uuid4().hex * 2, is_paper=True)


def written(okrug: Okrug, first: int) -> Version:
    """The lines of the decision, as its annexes have them."""
    office = okrug.act(Role.OFFICE)
    version = service.begin(office, first, Kind.PAPER)
    sums = [line(code, told, year) for year in range(first, first + 3) for code, told in PLAN.items()]
    writing.replace_lines(office, version, sums, sha256="0" * 64)
    return version


def decided(version: Version) -> Decided:
    return Decided("38/5", date(version.budget.first_year - 1, 12, 24))


def taken(okrug: Okrug) -> Version:
    version = written(okrug, okrug.at.year)
    decisions.take_in(okrug.act(Role.OFFICE), version, decided(version), WHOSE, scan())
    okrug.at += timedelta(minutes=1)
    return version


def test_it_is_in_force_once_somebody_of_another_body_confirmed_it(okrug: Okrug) -> None:
    """Played: last year's decision could be imported and never put in force, but by falsifying it."""
    version = taken(okrug)
    assert service.in_force(okrug.act(), version.budget) is None
    with pytest.raises(Conflict):
        writing.set_line(okrug.act(Role.OFFICE), version, line(LIGHTING, "1", version.budget.first_year))
    decisions.confirm(okrug.act(Role.AUDITOR), version)
    assert service.in_force(okrug.act(), version.budget) == version
    decision = decisions.of_version(okrug.act(), version)
    assert decision is not None
    assert (decision.kind, decision.reference, decision.maslikhat) == ("paper", "38/5", WHOSE)
    assert decision.decided_on == decided(version).day
    assert decision.paper_id is not None
    assert [at.version.kind for at in service.versions(okrug.act(), version.budget)] == [Kind.PAPER]
    done = {day.due for day in calendar.of_budget(okrug.act(), version.budget.first_year) if day.done}
    assert {calendar.Due.AGREE, calendar.Due.COMMISSION, calendar.Due.APPROVE} <= done


@pytest.mark.parametrize("role", [Role.OFFICE, Role.AKIM, Role.CHAIR, Role.DEPUTY])
def test_nobody_else_confirms_it(okrug: Okrug, role: Role) -> None:
    version = taken(okrug)
    with pytest.raises(Forbidden):
        decisions.confirm(okrug.act(role), version)


def test_who_wrote_it_does_not_confirm_it_under_another_role(okrug: Okrug, monkeypatch: pytest.MonkeyPatch) -> None:
    version = taken(okrug)
    okrug.people[Role.AUDITOR] = okrug.people[Role.OFFICE]
    with pytest.raises(Forbidden):
        decisions.confirm(okrug.act(Role.AUDITOR), version)
    monkeypatch.setattr(steps, "_is_for", lambda _act, _standing, _move: True)
    with pytest.raises(DatabaseError, match="placed_budget_steps_insert"), okrug.session.begin_nested():
        decisions.confirm(okrug.act(Role.AUDITOR), version)


def test_the_second_person_returns_what_is_not_as_decided_and_it_is_taken_in_anew(okrug: Okrug) -> None:
    version = taken(okrug)
    steps.send_back(okrug.act(Role.AUDITOR), version, local(okrug.at).date(), "Другая сумма.", "ru")
    office = okrug.act(Role.OFFICE)
    anew = service.revise(office, version.budget, Kind.PAPER, Proposer.AKIM, reason="", language="kk")
    decisions.take_in(office, anew, decided(anew), WHOSE, scan())
    okrug.at += timedelta(minutes=1)
    decisions.confirm(okrug.act(Role.MASLIKHAT_SECRETARY), anew)
    assert service.in_force(office, anew.budget) == anew


def test_it_needs_number_day_whose_and_document_all_told_at_once(okrug: Okrug) -> None:
    version = written(okrug, okrug.at.year)
    with pytest.raises(FieldRefusal) as refused:
        decisions.take_in(okrug.act(Role.OFFICE), version, Decided(" ", date(2018, 1, 1)), " ", None)
    fields = {refused.value.field, *(other.field for other in refused.value.others)}
    assert fields == {"reference", "day", "maslikhat", "paper"}


def test_sums_that_do_not_add_up_are_not_taken_in(okrug: Okrug) -> None:
    version = written(okrug, okrug.at.year)
    writing.set_line(okrug.act(Role.OFFICE), version, line(LIGHTING, "12 001", okrug.at.year))
    with pytest.raises(Conflict, match="line 6"):
        decisions.take_in(okrug.act(Role.OFFICE), version, decided(version), WHOSE, scan())


def test_only_of_a_year_that_began_before_the_first_budget_was_kept_here(
    okrug: Okrug, monkeypatch: pytest.MonkeyPatch
) -> None:
    this = okrug.at.year
    with pytest.raises(FieldRefusal):
        service.begin(okrug.act(Role.OFFICE), this + 1, Kind.PAPER)
    begun(okrug, this)
    okrug.at = okrug.at.replace(year=this + 1)
    with pytest.raises(FieldRefusal):
        service.begin(okrug.act(Role.OFFICE), this + 1, Kind.PAPER)
    version = written(okrug, this - 1)
    decisions.take_in(okrug.act(Role.OFFICE), version, decided(version), WHOSE, scan())
    monkeypatch.setattr(service, "began_before", lambda _act, _year: True)
    late = written(okrug, this + 1)
    with pytest.raises(DatabaseError, match="placed_budget_steps_insert"), okrug.session.begin_nested():
        decisions.take_in(okrug.act(Role.OFFICE), late, decided(late), WHOSE, scan())


def test_not_of_a_budget_that_is_in_force_here(okrug: Okrug) -> None:
    version = begun(okrug, okrug.at.year)
    approved(okrug, version)
    office = okrug.act(Role.OFFICE)
    assert Kind.PAPER not in service.offered(office, version.budget)
    with pytest.raises(FieldRefusal):
        service.revise(office, version.budget, Kind.PAPER, Proposer.AKIM, reason="", language="kk")


def test_a_draft_in_which_it_was_imported_goes_over_into_it(okrug: Okrug) -> None:
    version = begun(okrug, okrug.at.year)
    office = okrug.act(Role.OFFICE)
    steps.withdraw(office, version, "Шешім қағазда.", "kk")
    assert Kind.PAPER in service.offered(office, version.budget)
    anew = service.revise(office, version.budget, Kind.PAPER, Proposer.AKIM, reason="", language="kk")
    assert len(service.lines(office, anew)) == len(service.lines(office, version))


def test_amendments_corrections_and_reports_rest_on_it(okrug: Okrug) -> None:
    version = taken(okrug)
    decisions.confirm(okrug.act(Role.MASLIKHAT_SECRETARY), version)
    first, budget = version.budget.first_year, version.budget
    office = okrug.act(Role.OFFICE)
    amended = service.revise(office, budget, Kind.AMENDMENT, Proposer.AKIM, reason="Трансферт.", language="kk")
    writing.set_line(office, amended, line(LIGHTING, "11 000", first))
    writing.set_line(office, amended, line(GREEN, "16 223,5", first))
    changed = decisions.changed_by(office, amended)
    assert changed is not None
    assert changed.decision.reference == "38/5"
    approved(okrug, amended, "44-1")
    office = okrug.act(Role.OFFICE)
    moved = service.revise(office, budget, Kind.CORRECTION, Proposer.AKIM, reason="Түзету.", language="kk")
    writing.set_line(office, moved, line(LIGHTING, "11 100", first))
    writing.set_line(office, moved, line(GREEN, "16 123,5", first))
    assert checking.faults(office, moved) == []
    agreed(okrug, moved)
    decisions.decide(okrug.act(Role.AKIM), moved, Decided("9", local(okrug.at).date()))
    office = okrug.act(Role.OFFICE)
    lines = [Paid(part_of(Code.read(code)), code, None, None, None, 0) for code in PLAN]
    execution.take(office, budget, local(okrug.at).date(), lines, sha256="0" * 64)
    assert amounts.adopted(office, budget).approved == version


def test_its_steps_are_its_own(okrug: Okrug) -> None:
    version = written(okrug, okrug.at.year)
    with pytest.raises(Conflict):
        steps.put(okrug.act(Role.OFFICE), version)
    meeting_decides(okrug)
    assert not steps.may(okrug.act(Role.MASLIKHAT_SECRETARY), service.standing(okrug.act(), version), Move.APPROVED)


def test_pages_lead_through_it_and_keep_saying_that_it_came_from_paper(okrug: Okrug, tmp_path: Path) -> None:
    version = written(okrug, okrug.at.year)
    budget = f"/krasnoyar/budget/{version.budget.first_year}"
    here = f"{budget}/versions/1"
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at + timedelta(hours=1), tick=False):
        pages.sign_in(Role.OFFICE)
        assert f'href="{here}/take-in"' in pages.get(here).text
        pages.get(f"{here}/take-in")
        paper = (io.BytesIO(b"%PDF-1.4 %%EOF"), "38-5.pdf")
        typed = {"maslikhat": WHOSE, "reference": "38/5", "day": f"{version.budget.first_year - 1}-12-24"}
        assert "Choose the decision as PDF" in pages.post(f"{here}/take-in", typed, 422).text
        pages.post(f"{here}/take-in", {**typed, "paper": paper})
        assert f'action="{here}/confirm"' not in pages.get(here).text, "who took it in"
        pages.sign_in(Role.AUDITOR)
        assert "Compare a budget that was taken in with its decision" in pages.get("/my-work").text
        assert f'action="{here}/confirm"' in pages.get(here).text
        assert WHOSE in pages.post(f"{here}/confirm", status=200).text
        pages.post(f"{here}/confirm", {"confirmed": "1"})
        for page in (budget, here):
            assert "Taken in from paper: decision №\u00a038/5" in pages.get(page).text
        assert "documents/budget-decision/" not in pages.get(here).text, "its decision is drafted nowhere"
