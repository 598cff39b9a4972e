"""What becomes of the rest of a year: recorded once, anew with a reason, and looked at again after a later report."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask, g
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.budget import service
from pb.budget.models import Budget, Leftover
from pb.budget.service import execution, rests, writing
from pb.budget.service.execution import Paid
from pb.budget.service.rests import Left
from pb.core.budget.amounts import read_thousands
from pb.core.budget.codes import Code, part_of
from pb.errors import FieldRefusal, Refusal
from pb.identity.service import duties
from pb.identity.service.duties import Duty
from tests.budget.world import LIGHTING, TAX, approved, begun, line
from tests.village import Okrug

TARGETED = "07.0.124.011.028"
HUNDRED = read_thousands("100")


@pytest.fixture
def budget(okrug: Okrug) -> Budget:
    """The year is over: of the lighting and of a transfer for a purpose 100 thousand tenge each were not paid."""
    okrug.seat_assembly(5)
    first = okrug.at.year
    version = begun(okrug, first)
    for year in version.budget.years:
        for code, told in {TARGETED: "1 000", TAX: "14 000"}.items():
            writing.set_line(okrug.act(Role.OFFICE), version, line(code, told, year))
    approved(okrug, version)
    okrug.at = datetime(first + 1, 1, 11, 9, tzinfo=UTC)
    reported(okrug, version.budget, HUNDRED)
    return version.budget


def reported(okrug: Okrug, budget: Budget, unpaid: int) -> None:
    version = service.in_force(okrug.act(), budget)
    assert version is not None
    short = {LIGHTING, TARGETED}
    sums = [
        (one.code, one.amount - (unpaid if one.code in short else 0))
        for one in service.lines(okrug.act(), version, budget.first_year)
    ]
    paid = [Paid(part_of(Code.read(code)), code, None, None, None, sum_) for code, sum_ in sums]
    execution.take(
        okrug.act(Role.OFFICE), budget, date(budget.first_year, 12, 31), paid, sha256=f"{unpaid:064}", sure=True
    )


def asked(app: Flask, okrug: Okrug) -> list[Duty]:
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        g.act = okrug.act(Role.OFFICE)
        return [duty for duty in duties.here(g.act) if "of the year" in str(duty.deed) and "left" in duty.url]


def test_a_rest_is_recorded_and_after_a_later_report_anew_with_a_reason(
    app: Flask, okrug: Okrug, budget: Budget
) -> None:
    """Played: after a corrected report the rest could not be corrected, and what had been recorded was gone."""
    office, next_year = okrug.act(Role.OFFICE), budget.first_year + 1
    assert [(duty.thing, duty.until) for duty in asked(app, okrug)] == [(str(budget.first_year), date(next_year, 3, 1))]
    with pytest.raises(FieldRefusal, match="own money"):
        rests.record(office, budget, Left(LIGHTING, 0, HUNDRED, 0))
    rests.record(office, budget, Left(LIGHTING, HUNDRED, 0, 0))
    rests.record(office, budget, Left(TARGETED, 0, HUNDRED, 0))
    assert asked(app, okrug) == []
    reported(okrug, budget, 0)
    found = {one.code: one for one in rests.of_budget(okrug.act(), budget)}
    assert found.keys() == {LIGHTING, TARGETED}, "what was recorded stays"
    assert all(one.outdated and one.left == 0 for one in found.values())
    assert [str(duty.deed) for duty in asked(app, okrug)] == [
        "Look again at what is left of the year: a report changed it"
    ]
    office = okrug.act(Role.OFFICE)
    with pytest.raises(Refusal, match="why it is recorded anew"):
        rests.record(office, budget, Left(LIGHTING, 0, 0, 0))
    for code in (LIGHTING, TARGETED):
        rests.record(office, budget, Left(code, 0, 0, 0), reason="Есеп түзетілді.")
    assert asked(app, okrug) == []
    lighting = next(one for one in rests.of_budget(okrug.act(), budget) if one.code == LIGHTING)
    assert [(one.whole, one.reason) for one in lighting.records] == [(HUNDRED, ""), (0, "Есеп түзетілді.")]
    with pytest.raises(Refusal, match="recorded already"):
        rests.record(okrug.act(Role.OFFICE), budget, Left(LIGHTING, 0, 0, 0), reason="Тағы.")


def test_no_rest_enters_beside_the_log(okrug: Okrug, budget: Budget) -> None:
    office = okrug.act(Role.OFFICE)
    made = rests.record(office, budget, Left(TARGETED, 0, HUNDRED, 0))
    forged = {column.name: getattr(made, column.name) for column in Leftover.__table__.columns}
    for told in ({"number": 2, "reason": "x"}, {"code": LIGHTING, "returned": 0, "lapsed": HUNDRED}):
        with pytest.raises(DatabaseError), office.session.begin_nested():
            office.session.execute(insert(Leftover).values({**forged, **told}))
