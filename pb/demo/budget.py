"""The okrug's budget of the finished cycle, from its draft to a year of execution, and the draft of the next one."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Final
from uuid import UUID

from pb.act import Act, Role
from pb.budget import service
from pb.budget.models import Kind, Line, Proposer, Version
from pb.budget.service import Sum, asking, decisions, execution, steps, writing
from pb.budget.service.decisions import Decided
from pb.budget.service.execution import Paid
from pb.clock import local
from pb.core.budget.codes import Code, Part, Side, part_of
from pb.demo import meeting
from pb.demo.meeting import Acting
from pb.gatherings.models import Matter
from pb.winners.service import budgeting
from pb.works.models import Payment
from pb.works.service import facts

THOUSAND: Final = 1_000_00
SUBVENTION: Final = "4.02.3.03"
# Invented, thousand tenge a year: a budget of the size that okrugs have on average; the subvention makes up the rest.
PLAN: Final = {
    "1.01.2.02": 21_000,
    "1.04.1.02": 900,
    "1.04.3": 1_200,
    "1.04.4.02": 9_800,
    "2.01.5": 300,
    "3.03.1": 500,
    "4.02.3.01": 25_000,
    "8.01.1": 2_700,
    "01.0.124.001.015": 62_000,
    "07.0.124.008.015": 14_000,
    "07.0.124.009.015": 9_500,
    "07.0.124.010.015": 600,
    "07.0.124.011.015": 38_000,
    "08.0.124.006.015": 12_000,
    "12.0.124.013.015": 28_900,
    "12.0.124.045.029": 25_000,
}
GREEN, LIGHTING, ROADS = "07.0.124.011.015", "07.0.124.008.015", "12.0.124.013.015"
YEARS: Final = 3
LASTS: Final = 20
"""Days that the longest of its deeds takes: a draft with a deputy's question."""


class BudgetYears:
    """Played in the acts of a cycle whose lines of the winners stand; `begins` is midnight before its first day."""

    def __init__(self, act: Acting, begins: datetime, first_year: int, today: int) -> None:
        self.act = act
        self.begins = begins
        self.year = first_year
        self.today = today

    def approve(self, day: int) -> None:
        """The draft, agreed by the assembly, approved by the maslikhat: takes thirteen days."""
        version = self._begun(self.year, day)
        self._agreed(version, day)
        with self._step(Role.MASLIKHAT_SECRETARY, version, day + 13) as (act, found):
            decisions.approve(act, self.year, Decided("41-3", local(act.at).date()), [found.id])

    def play(self, *, amend: int, correct: int, draft: int, others: Sequence[tuple[int, Callable[[], None]]]) -> None:
        """A year: an amendment in March, a correction in June, the next draft in August, a report for each month.

        `others` are deeds of the same year with their days. Days are those since the cycle began; what would lie after
        today is not played yet.
        """
        deeds: list[tuple[int, Callable[[], None]]] = [
            (amend, partial(self.amend, amend)),
            (correct, partial(self.correct, correct)),
            (draft, partial(self.next_draft, draft)),
            *((self._reported(month), partial(self.execute, month)) for month in range(1, 12)),
            *others,
        ]
        for day, deed in sorted(deeds, key=itemgetter(0)):
            lasts = LASTS if day in {amend, correct, draft} else 1
            if day + lasts < self.today:
                deed()

    def amend(self, day: int) -> None:
        """In March the raion's transfer grows: the assembly, then the maslikhat."""
        version = self._revised(Kind.AMENDMENT, Proposer.AKIM, "Ауданнан ағымдағы нысаналы трансферт түсті.", day)
        with self._step(Role.OFFICE, version, day, 11) as (act, found):
            for code, more in (("4.02.3.01", 3_000), ("12.0.124.045.029", 3_000)):
                writing.set_line(act, found, self._line(code, PLAN[code] + more, self.year))
        self._agreed(version, day)
        with self._step(Role.MASLIKHAT_SECRETARY, version, day + 13) as (act, found):
            decisions.approve(act, self.year, Decided("44-1", local(act.at).date()), [found.id])

    def correct(self, day: int) -> None:
        """The akim moves what was saved on roads to lighting, once the assembly has agreed."""
        version = self._revised(Kind.CORRECTION, Proposer.AKIM, "Жол жұмыстары арзан болды, жарық шамдары қажет.", day)
        with self._step(Role.OFFICE, version, day, 11) as (act, found):
            held = {line.code: line.amount for line in service.lines(act, found, self.year)}
            for code, more in ((ROADS, -1_500), (LIGHTING, 1_500)):
                amount = held[code] + more * THOUSAND
                writing.set_line(act, found, Sum(self.year, part_of(Code.read(code)), code, amount))
        self._put_and_agree(version, day)
        with self._step(Role.AKIM, version, day + 13) as (act, found):
            decisions.decide(act, found, Decided("17", local(act.at).date()))

    def execute(self, month: int) -> None:
        """The report of a month, ten days after its end: what was paid grows evenly, and has all payments of works."""
        with self.act(Role.OFFICE, self._reported(month), 16) as act:
            budget = service.get(act, self.year)
            plan = service.in_force(act, budget)
            lines = service.lines(act, plan, self.year) if plan is not None else []
            of_works = self._paid_for_works(act, self._end(month), {line.code for line in lines})
            paid = [self._paid(line, month, of_works[line.code]) for line in lines]
            execution.take(act, budget, self._end(month), paid, sha256=f"{month:064x}")

    def _end(self, month: int) -> date:
        return date(self.year, month + 1, 1) - timedelta(days=1)

    def _reported(self, month: int) -> int:
        """The day on which the report of a month is taken in."""
        return (self._end(month) - self.begins.date()).days + 10

    def next_draft(self, day: int) -> None:
        """The draft of the next three years lies at the raion, with a deputy's question."""
        version = self._begun(self.year + 1, day)
        self._put_and_agree(version, day)
        with self._step(Role.OFFICE, version, day + 12, 12) as (act, found):
            steps.send(act, found, local(act.at).date(), "03-14/211")
        with self._step(Role.DEPUTY, version, day + 20, 12) as (act, found):
            asking.ask(act, found, "Көше жарығына неге былтырғыдан көп ақша сұралып отыр?", "kk")

    def _begun(self, year: int, day: int) -> UUID:
        """A draft with the lines of the plan and of the winners; the subvention makes it add up."""
        with self.act(Role.OFFICE, day, 10) as act:
            version = service.begin(act, year)
            sums = [self._line(code, told, at) for at in range(year, year + YEARS) for code, told in PLAN.items()]
            writing.replace_lines(act, version, sums, sha256="0" * 64)
            budgeting.put_into(act, version)
            for at in range(year, year + YEARS):
                missing = -service.statement(service.lines(act, version, at)).difference
                writing.set_line(act, version, Sum(at, Part.TRANSFERS, SUBVENTION, missing))
            return version.id

    def _revised(self, kind: Kind, proposer: Proposer, reason: str, day: int) -> UUID:
        with self.act(Role.OFFICE, day, 10) as act:
            budget = service.get(act, self.year)
            return service.revise(act, budget, kind, proposer, reason=reason, language="kk").id

    def _agreed(self, version_id: UUID, day: int) -> None:
        """Agreed, sent up, considered by the raion's commission."""
        self._put_and_agree(version_id, day)
        with self._step(Role.OFFICE, version_id, day + 12, 12) as (act, version):
            steps.send(act, version, local(act.at).date(), "03-14/118")
        with self._step(Role.MASLIKHAT_SECRETARY, version_id, day + 12, 16) as (act, version):
            steps.consider(act, version, local(act.at).date())

    def _put_and_agree(self, version_id: UUID, day: int) -> None:
        with self._step(Role.OFFICE, version_id, day, 12) as (act, version):
            steps.put(act, version)
        [point] = meeting.hold(self.act, self.begins, day, [Matter.BUDGET])
        with self._step(Role.OFFICE, version_id, day + 12, 11) as (act, version):
            steps.settle(act, version, point)

    def _line(self, code: str, thousand: int, year: int) -> Sum:
        return Sum(year, part_of(Code.read(code)), code, thousand * THOUSAND)

    def _paid_for_works(self, act: Act, until: date, codes: Collection[str]) -> Counter[str]:
        """By line what the office paid for the winners' projects; each of them is of one line."""
        found: Counter[str] = Counter()
        lines = budgeting.lines_of(act, [self.year])
        payments = facts.latest(act, Payment, [standing.proposal.id for standing, _line in lines])
        for standing, line in lines:
            some = [one.amount for one in payments[standing.proposal.id] if one.day <= until]
            found[budgeting.target(line.code, codes)] += sum(some)
        return found

    def _paid(self, line: Line, month: int, least: int) -> Paid:
        code, part = Code.read(line.code), Part(line.part)
        share = month * 97 if code.side is Side.SPENDING else month * 100
        return Paid(part, line.code, None, None, line.amount, max(least, line.amount * share // 1200))

    @contextmanager
    def _step(self, role: Role, version_id: UUID, day: int, hours: float = 14) -> Iterator[tuple[Act, Version]]:
        """An act together with the version that it is about."""
        with self.act(role, day, hours) as act:
            yield act, act.session.get_one(Version, version_id)
