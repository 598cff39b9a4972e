"""Who runs the database adds no line to what the log tells of: a draft that is being written, a report."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.budget import service
from pb.budget.models import Decision, Execution, ExecutionLine, Kind, Line, Proposer, Step, Version
from pb.budget.service import execution, kept, writing
from pb.budget.service.execution import Paid
from pb.clock import local
from pb.commands import as_logged
from pb.core.budget.codes import Code, part_of
from tests.budget.world import FIRST, GREEN, LIGHTING, approved, begun, line
from tests.frozen.world import without_rules
from tests.village import Okrug

NEW = "07.0.124.009.015"


@pytest.fixture(autouse=True)
def assembly(okrug: Okrug) -> None:
    okrug.seat_assembly(5)


def refused(okrug: Okrug, *statements: object) -> None:
    for statement in statements:
        with pytest.raises(DatabaseError), okrug.session.begin_nested():
            okrug.session.execute(statement)  # type: ignore[call-overload]


def forged(version: Version, code: str = NEW, year: int = FIRST) -> object:
    return insert(Line).values(version_id=version.id, year=year, part="spending", code=code, amount=1)


def changed(version: Version, code: str) -> list[object]:
    at = (Line.version_id == version.id, Line.code == code)
    return [update(Line).where(*at).values(amount=1), delete(Line).where(*at)]


def test_after_a_line_was_written_no_other_line_changes(okrug: Okrug) -> None:
    """Played: any line of a draft was changed by SQL once the office had written one; its digest was then good."""
    version = begun(okrug)
    writing.set_line(okrug.act(Role.OFFICE), version, line(LIGHTING, "12 000"))
    at = (Line.version_id == version.id, Line.code == LIGHTING, Line.year == FIRST)
    refused(okrug, forged(version), *changed(version, GREEN), *changed(version, LIGHTING))
    refused(okrug, update(Line).where(*at).values(code=NEW), update(Line).where(*at).values(amount=1))


def test_after_a_line_was_taken_out_or_a_file_brought_them_none_enters_or_leaves(okrug: Okrug) -> None:
    version = begun(okrug)
    refused(okrug, forged(version), *changed(version, GREEN))
    writing.remove_line(okrug.act(Role.OFFICE), version, FIRST, line(LIGHTING, "0").part, LIGHTING)
    refused(okrug, forged(version), *changed(version, GREEN))


def test_a_version_that_begins_with_lines_of_another_takes_no_more(okrug: Okrug) -> None:
    version = begun(okrug)
    approved(okrug, version)
    amended = service.revise(
        okrug.act(Role.OFFICE), version.budget, Kind.AMENDMENT, Proposer.AKIM, reason="Трансферт.", language="kk"
    )
    refused(okrug, forged(amended), *changed(amended, GREEN))


def reported(okrug: Okrug) -> execution.Execution:
    version = begun(okrug, okrug.at.year)
    approved(okrug, version)
    office = okrug.act(Role.OFFICE)
    lines = [
        Paid(part_of(Code.read(one.code)), one.code, None, None, None, one.amount // 2)
        for one in service.lines(office, version, version.budget.first_year)
    ]
    return execution.take(office, version.budget, local(okrug.at).date(), lines, sha256="0" * 64)


def test_a_report_has_as_many_lines_as_the_log_says(okrug: Okrug) -> None:
    """Played: 99 million more were paid by one INSERT, and the log and the doctor found nothing wrong."""
    report = reported(okrug)
    for number in (report.lines + 1, 1, 0):
        row = {"execution_id": report.id, "part": "spending", "code": NEW, "number": number, "paid": 9_900_000_000}
        refused(okrug, insert(ExecutionLine).values(row))


def test_the_doctor_names_reports_whose_lines_are_others(okrug: Okrug) -> None:
    report = reported(okrug)
    assert kept.differing_reports(okrug.session) == []
    okrug.session.commit()
    with without_rules(okrug.session.get_bind()) as connection:  # type: ignore[arg-type]
        at = (ExecutionLine.execution_id == report.id, ExecutionLine.code == GREEN)
        connection.execute(update(ExecutionLine).where(*at).values(paid=1))
    [(territory, found)] = kept.differing_reports(okrug.session)
    assert (territory.id, found.id) == (okrug.territory.id, report.id)


def test_the_doctor_compares_a_budget_in_force_with_what_the_log_says_of_it(okrug: Okrug) -> None:
    """Played: with the triggers taken away a sum of an approved budget was raised; they came back, and all was ok."""
    reported(okrug)
    version = okrug.session.scalars(select(Version)).one()
    assert as_logged.differing(okrug.session) == []
    okrug.session.commit()
    with without_rules(okrug.session.get_bind()) as connection:  # type: ignore[arg-type]
        connection.execute(update(Line).where(Line.code == GREEN).values(amount=Line.amount + 5_000_000_00))
        connection.execute(update(Version).values(reason="7"))
        connection.execute(update(Decision).values(reference="7"))
        connection.execute(update(Step).where(Step.number == 1).values(reference="7"))
        connection.execute(update(Execution).values(year=FIRST + 9))
    assert {(one.table, one.row) for one in as_logged.differing(okrug.session)} == {
        ("budget_lines", str(version.id)),
        ("budget_versions", str(version.id)),
        ("budget_steps", f"{version.id} 1"),
        *(("budget_decisions", str(one)) for one in okrug.session.scalars(select(Decision.id))),
        *(("budget_executions", str(one)) for one in okrug.session.scalars(select(Execution.id))),
    }
