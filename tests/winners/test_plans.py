"""What pays for a winner changes with a reason, and winners wait from the last one up, by a decision."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from pb.act import Role
from pb.audit import service as audit
from pb.budget import service as budgets
from pb.budget.service import steps
from pb.commands import as_logged
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Matter
from pb.winners import service
from pb.winners.models import Line, Plan, Source, Winner
from pb.winners.service import plans, waiting
from pb.winners.service.plans import Basis, Part, Standing
from tests.budget.world import TAX, agreed, meeting_decides
from tests.frozen.world import without_rules
from tests.pages import open_pages
from tests.village import HOME, MILLION, Okrug
from tests.winners.world import LIGHTS, begun, cut


@pytest.fixture
def made(adopted: Okrug) -> Okrug:
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    return adopted


def both(okrug: Okrug) -> tuple[Standing, Standing]:
    lamps, park = plans.standings(okrug.act(), okrug.cycle)
    return lamps, park


def change(okrug: Okrug, one: Standing, *parts: Part, reason: str = "Wires cost more.") -> None:
    plans.change(okrug.act(Role.OFFICE), okrug.cycle, one.winner, parts, reason=reason, language="kk")


def nothing_for_winners(okrug: Okrug) -> UUID:
    """The assembly agrees a draft that has no money for them any more."""
    return cut(okrug, begun(okrug, **{LIGHTS: "10 000"}), **{LIGHTS: "0", TAX: "50 000"})


def wait(okrug: Okrug, one: Standing, rests: UUID | None = None) -> None:
    rests = nothing_for_winners(okrug) if rests is None else rests
    waiting.wait(
        okrug.act(Role.OFFICE), okrug.cycle, one.winner, Basis(rests), reason="Transfers were cut.", language="kk"
    )


def test_several_years_and_parts_pay_for_a_winner_and_the_drift_is_told(made: Okrug) -> None:
    lamps, _park = both(made)
    transfers = Part(2028, "07.3.124.008.029", 2 * MILLION, Source.TRANSFERS)
    change(made, lamps, Part(2027, LIGHTS, 4 * MILLION), transfers)
    lamps, _park = both(made)
    assert (lamps.total, lamps.drift) == (6 * MILLION, MILLION)
    first, second = plans.versions(made.act(), lamps.winner)
    assert (first.total, second.plan.reason) == (5 * MILLION, "Wires cost more.")


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (Part(2026, LIGHTS, 9 * MILLION), "year_1"),
        (Part(2027, "04.2.124.005.015", 9 * MILLION), "programme_1"),  # education is not an okrug's competence
        (Part(2027, "07.3.124.999.015", 9 * MILLION), "programme_1"),
        (Part(2027, "07.3.124.008.777", 9 * MILLION), "subprogramme_1"),
        (Part(2027, "07.3.124.008", 9 * MILLION), "subprogramme_1"),
        (Part(2027, f"{LIGHTS}.9x9", 9 * MILLION), "specific_1"),
        (Part(2027, LIGHTS, 9 * MILLION + 1), "amount_1"),
        (Part(2027, LIGHTS, MILLION), "amount_1"),
    ],
)
def test_what_fits_no_code_or_no_year_stops_at_its_field(made: Okrug, part: Part, field: str) -> None:
    lamps, _park = both(made)
    with pytest.raises(FieldRefusal) as refused:
        change(made, lamps, part, reason="")
    assert {refused.value.field, *(fault.field for fault in refused.value.others)} == {field, "reason"}


def test_winners_wait_from_the_last_one_up_by_a_decision_and_go_on_from_the_first(made: Okrug) -> None:
    made.seat_assembly(5)
    lamps, park = both(made)
    with pytest.raises(Conflict):
        wait(made, lamps, uuid4())
    with pytest.raises(FieldRefusal, match="that cut its money"):
        wait(made, park, uuid4())
    point = nothing_for_winners(made)
    wait(made, park, point)
    wait(made, lamps, point)
    with pytest.raises(Conflict):
        change(made, lamps, Part(2027, LIGHTS, MILLION))
    with pytest.raises(Conflict):
        waiting.resume(made.act(Role.OFFICE), made.cycle, park.winner, reason="Again.", language="kk")
    waiting.resume(made.act(Role.OFFICE), made.cycle, lamps.winner, reason="Again.", language="kk")
    lamps, park = both(made)
    assert (lamps.plan.waits, park.plan.waits) == (False, True)
    assert lamps.total == lamps.winner.granted, "its lines are those that it had"
    assert made.cycle.envelope == 60 * MILLION, "the vote stays as it is"


def before_the_result(okrug: Okrug) -> UUID:
    """A point on the budget that a meeting decided before the winners became lines."""
    okrug.seat_assembly(5)
    point = meeting_decides(okrug)
    okrug.at += timedelta(days=1)
    return point


def on_another_matter(okrug: Okrug) -> UUID:
    """A point of another matter that a meeting decided after the winners became lines."""
    return meeting_decides(okrug, matter=Matter.PROPERTY)


def test_no_winner_waits_by_a_decision_of_before_the_result_on_another_matter_or_that_cut_nothing(
    adopted: Okrug, tmp_path: Path
) -> None:
    early = before_the_result(adopted)
    service.make_lines(adopted.act(Role.OFFICE), adopted.cycle)
    whole = begun(adopted, **{LIGHTS: "10 000"})
    agreed(adopted, whole)
    with_it = next(step.question_id for step in budgets.steps_of(adopted.act(), whole) if step.question_id is not None)
    steps.withdraw(adopted.act(Role.OFFICE), whole, "Anew.", "kk")
    others = [on_another_matter(adopted), meeting_decides(adopted), with_it]
    _lamps, park = both(adopted)
    assert waiting.decisions(adopted.act(), park.winner) == []
    for point in (early, *others):
        with pytest.raises(FieldRefusal, match="that cut its money"):
            wait(adopted, park, point)
        with pytest.raises(IntegrityError, match="decided_winner_plans"), adopted.session.begin_nested():
            force_to_wait(adopted, park, question_id=point)
    with open_pages(adopted, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        page = pages.get(f"{HOME}/{adopted.cycle.year}/winners/2/wait").text
        assert "Since the result no decision has cut the money of this winner" in page


def force_to_wait(okrug: Okrug, one: Standing, **rests: UUID) -> None:
    """What an operator writes past the service, with an event that looks right."""
    office = okrug.act(Role.OFFICE)
    audit.record(office, "winner.waits", subject=one.proposal.id, data={"version": 2})
    row = {"winner_id": one.winner.id, "number": 2, "waits": True, "reason": "x", "language": "kk"}
    by = {**rests, "made_at": office.at, "made_by": office.person.id if office.person else None}
    okrug.session.execute(insert(Plan).values(**row, **by))


def test_the_database_keeps_plans_and_their_order(made: Okrug) -> None:
    made.seat_assembly(5)
    point = nothing_for_winners(made)
    lamps, _park = both(made)
    office, session = made.act(Role.OFFICE), made.session
    assert office.person is not None
    row = {"winner_id": lamps.winner.id, "number": 2, "waits": True, "reason": "x", "language": "kk"}
    row |= {"question_id": point, "made_at": office.at, "made_by": office.person.id}
    audit.record(office, "winner.waits", subject=lamps.proposal.id, data={"version": 2})
    with pytest.raises(IntegrityError, match="ordered_winner_plans"), session.begin_nested():
        session.execute(insert(Plan).values(**row))
    with pytest.raises(IntegrityError, match="logged_winner_plans"), session.begin_nested():
        session.execute(insert(Plan).values(**{**row, "waits": False, "question_id": None}))
    with pytest.raises(IntegrityError, match="frozen_winner_lines_update"), session.begin_nested():
        session.execute(update(Line).values(amount=MILLION))
    with pytest.raises(Forbidden):
        plans.change(made.act(Role.AKIM), made.cycle, lamps.winner, [], reason="x", language="kk")


def test_a_plan_has_the_lines_that_the_log_names_and_no_other(made: Okrug) -> None:
    """Played: behind the event of a plan two more lines entered by INSERT, of other sums and years; all was ok."""
    lamps, _park = both(made)
    change(made, lamps, Part(2027, LIGHTS, 4 * MILLION), Part(2028, LIGHTS, 2 * MILLION))
    forged = {"winner_id": lamps.winner.id, "number": 2, "position": 3, "year": 2027, "code": LIGHTS}
    forged |= {"amount": 5 * MILLION, "source": "transfers"}
    for also in ({}, {"code": "%", "amount": 2 * MILLION}, {"position": 2, "year": 2029}):
        with pytest.raises(IntegrityError, match="winner_lines_"), made.session.begin_nested():
            made.session.execute(insert(Line).values(**{**forged, **also}))
    assert as_logged.differing(made.session) == []
    made.session.commit()
    with without_rules(made.session.get_bind()) as connection:  # type: ignore[arg-type]
        connection.execute(insert(Line).values(**forged))
        connection.execute(update(Winner).where(Winner.id == lamps.winner.id).values(granted=4 * MILLION))
        connection.execute(delete(Line).where(Line.winner_id != lamps.winner.id))
    assert [(one.table, one.row, one.gone) for one in as_logged.differing(made.session)] == [
        ("winners", str(lamps.winner.id), 0),
        ("winner_lines", f"{lamps.winner.id} 2", 0),
        ("winner_lines", "", 1),
    ]
