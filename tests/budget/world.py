"""A budget of the test okrug: its lines, and the meetings of the assembly that decide on it."""

from datetime import timedelta
from uuid import UUID

from pb.act import Role
from pb.budget import service
from pb.budget.models import Version
from pb.budget.service import Sum, decisions, steps, writing
from pb.budget.service.decisions import Decided
from pb.clock import local
from pb.core.budget.amounts import read_thousands
from pb.core.budget.codes import Code, part_of
from pb.gatherings.models import Matter
from pb.gatherings.service import agenda, arrivals, convening, holding, meetings, minutes
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.rules import Count
from tests.village import Okrug

FIRST = 2028
A_MOMENT = timedelta(milliseconds=1)
TAX, TRANSFER, BALANCE = "1.04.1.02", "4.02.3.03", "8.01.1"
OFFICE, LIGHTING, GREEN = "01.1.124.001.015", "07.0.124.008.015", "07.0.124.011.015"
# Thousand tenge of each year: what comes in, what goes out, and the balances that cover the difference.
PLAN = {TAX: "13 000", TRANSFER: "53 024", BALANCE: "1 200", OFFICE: "40 000,5", LIGHTING: "12 000", GREEN: "15 223,5"}


def line(code: str, thousand: str, year: int = FIRST) -> Sum:
    return Sum(year, part_of(Code.read(code)), code, read_thousands(thousand))


def begun(okrug: Okrug, first: int = FIRST) -> Version:
    """A draft with the lines of the plan in each of its three years."""
    office = okrug.act(Role.OFFICE)
    version = service.begin(office, first)
    writing.replace_lines(
        office,
        version,
        [line(code, told, year) for year in range(first, first + 3) for code, told in PLAN.items()],
        sha256="0" * 64,
    )
    return version


def meeting_decides(okrug: Okrug, *, agrees: bool = True, akim: bool = True, matter: Matter = Matter.BUDGET) -> UUID:
    """The assembly meets on the budget; the point that it decided. `akim`: the akim agreed with the minutes."""
    points = [convening.Point(matter, "Бюджет", "kk")]
    okrug.at += A_MOMENT
    plan = convening.Plan(convening.Kind.ASSEMBLY, okrug.at + A_MOMENT, "Клуб", points)
    meeting = convening.convene(okrug.act(Role.OFFICE), plan)
    okrug.at = meeting.meets_at + A_MOMENT
    secretary = okrug.act(Role.SECRETARY)
    present = [row.member_id for row in meeting.attendances]
    all_of_them = len(present)
    arrivals.mark_present(secretary, meeting, present)
    agenda.adopt(secretary, meeting, Count(all_of_them, 0, 0))
    unanimous = Votes(all_of_them, 0, 0, None, frozenset())
    point = next(point for point in meeting.questions if point.matter == matter)
    holding.record_votes(
        secretary, meeting, point, unanimous if agrees else Votes(0, all_of_them, 0, None, frozenset())
    )
    for other in meetings.to_decide(secretary, meeting):
        if other.outcome is None:
            holding.record_votes(secretary, meeting, other, unanimous)
    minutes.draw_up(secretary, meeting, remarks="")
    minutes.confirm(okrug.act(Role.CHAIR), meeting)
    minutes.confirm(okrug.act(Role.SECRETARY), meeting)
    if akim:
        minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    return point.id


def agreed(okrug: Okrug, version: Version) -> None:
    """Put before the assembly, which agrees it."""
    steps.put(okrug.act(Role.OFFICE), version)
    point = meeting_decides(okrug)
    steps.settle(okrug.act(Role.OFFICE), version, point)


def considered(okrug: Okrug, version: Version) -> None:
    """And sent up, where the raion's commission considered it."""
    agreed(okrug, version)
    today = local(okrug.at).date()
    steps.send(okrug.act(Role.OFFICE), version, today, "12-05/77")
    steps.consider(okrug.act(Role.MASLIKHAT_SECRETARY), version, today)


def approved(okrug: Okrug, version: Version, reference: str = "41-3") -> None:
    """And approved by the maslikhat."""
    considered(okrug, version)
    decided = Decided(reference, local(okrug.at).date())
    secretary = okrug.act(Role.MASLIKHAT_SECRETARY)
    decisions.approve(secretary, version.budget.first_year, decided, [version.id])
