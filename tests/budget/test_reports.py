"""What of a report on the execution is asked about before it is taken in."""

from datetime import date

import pytest

from pb.act import Role
from pb.budget import service
from pb.budget.models import Budget
from pb.budget.service import execution
from pb.budget.service.execution import Paid
from pb.core.budget.codes import Code, part_of
from tests.budget.world import LIGHTING, TAX, approved, begun
from tests.village import Okrug


@pytest.fixture
def budget(okrug: Okrug) -> Budget:
    okrug.seat_assembly(5)
    version = begun(okrug, okrug.at.year)
    approved(okrug, version)
    return version.budget


def report(okrug: Okrug, budget: Budget, share: int = 4, plan: int | None = None, **paid: int) -> list[Paid]:
    """A `share`-th of each line was paid, but for those that `paid` names."""
    version = service.in_force(okrug.act(), budget)
    assert version is not None
    sums = {line.code: line.amount // share for line in service.lines(okrug.act(), version, budget.first_year)} | paid
    return [Paid(part_of(Code.read(code)), code, plan, None, None, one) for code, one in sums.items()]


def asked(okrug: Okrug, budget: Budget, lines: list[Paid], month: int = 3) -> str:
    day = date(budget.first_year, month, 28)
    return " ".join(str(one) for one in execution.doubts(okrug.act(Role.OFFICE), budget, lines, day))


def test_receipts_a_thousand_times_over_their_plan_are_asked_about(okrug: Okrug, budget: Budget) -> None:
    assert asked(okrug, budget, report(okrug, budget)) == ""
    plan = 13_000_00_000
    told = asked(okrug, budget, report(okrug, budget, **{TAX: plan * 500}))
    assert f"{TAX}: " in told
    assert "Tenge or thousands?" in told
    assert asked(okrug, budget, report(okrug, budget, **{TAX: plan * 2})) == "", "more taxes than planned are good luck"


def test_sums_far_below_the_report_before_or_merely_less_are_asked_about(okrug: Okrug, budget: Budget) -> None:
    """Played: a file a thousand times too small, and one with a third of what was paid a day before."""
    office = okrug.act(Role.OFFICE)
    execution.take(office, budget, date(budget.first_year, 2, 28), report(okrug, budget), sha256="0" * 64)
    assert f"{LIGHTING}: 3,0 thousand tenge, 3\u00a0000,0 in the report before. Tenge or thousands?" in asked(
        okrug, budget, report(okrug, budget, 4_000)
    )
    january = report(okrug, budget, 2)
    early = " ".join(map(str, execution.doubts(okrug.act(), budget, january, date(budget.first_year, 1, 31))))
    assert "3\u00a0000,0 of the report of a later day" in early
    told = asked(okrug, budget, report(okrug, budget, 12))
    assert f"{LIGHTING}: 1\u00a0000,0 thousand tenge, less than the 3\u00a0000,0 of the report before." in told
    assert asked(okrug, budget, report(okrug, budget, 12), month=1) == "", "an earlier day may have less"
    assert asked(okrug, budget, report(okrug, budget, 3)) == ""


def test_a_plan_that_the_file_names_otherwise_is_asked_about(okrug: Okrug, budget: Budget) -> None:
    told = asked(okrug, budget, report(okrug, budget, plan=500_000))
    assert f"{LIGHTING}: the file names a plan of 5,0 thousand tenge, here it is 12\u00a0000,0." in told
