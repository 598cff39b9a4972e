"""Drives one cycle through the same services that the web calls, up to a chosen stage."""

from collections.abc import Callable
from datetime import date, datetime, time

from pb import clock
from pb.act import Role
from pb.clock import ALMATY
from pb.demo.before_the_vote import ENVELOPE, BeforeTheVote
from pb.demo.budget import BudgetYears
from pb.demo.played import Demo, Stage
from pb.demo.registers import RegistersYear
from pb.demo.vote import Vote
from pb.demo.works import WorksYear
from pb.gatherings.models import Matter
from pb.process.service import phases
from pb.results.service import counting
from pb.winners import service as winners

A_YEAR = 365

__all__ = ["ENVELOPE", "Demo", "Driver", "Stage"]


class Driver(BeforeTheVote, Vote):
    """Plays every role of one cycle, phase by phase; what it is given stands at `Played`."""

    def run(self, through: Stage) -> Demo:
        """Plays the cycle up to and including a stage."""
        demo = self._open()
        steps: list[tuple[Stage, Callable[[Demo], str]]] = [
            (Stage.PROPOSALS, self._propose),
            (Stage.REVIEW, self._review),
            (Stage.GATHERING, self._gather),
            (Stage.ROLL, self._take_roll),
            (Stage.VOTING, self._vote),
            (Stage.TALLY, self._tally),
            (Stage.RESULT, self._result),
            (Stage.BUDGET, self._budget),
        ]
        steps = steps[: [stage for stage, _step in steps].index(through) + 1]
        # The worker's events are of today: the log takes none of the past after them.
        for stage, step in sorted(steps, key=lambda each: each[0] is Stage.RESULT):
            if stage is Stage.RESULT:
                self.turn(clock.now())
            figures = step(demo)
            demo.stages.append((stage, figures))
            self.report(stage, figures)
        return demo

    def _okrugs_budget(self) -> BudgetYears:
        midnight = datetime.combine(self.begins, time(0), ALMATY)
        return BudgetYears(self.act, midnight, self.fiscal_year, (clock.now() - midnight).days)

    def _year_of(self, demo: Demo, budget: BudgetYears) -> None:
        """Of a cycle that is long over: its budget went through a year, and the next one is being drafted."""
        if budget.today < A_YEAR:
            return
        registers = RegistersYear(self.act, budget.begins, self.fiscal_year, budget.today)
        budget.play(
            amend=(date(self.fiscal_year, 3, 12) - self.begins).days,
            correct=(date(self.fiscal_year, 6, 12) - self.begins).days,
            draft=(date(self.fiscal_year, 8, 12) - self.begins).days,
            others=[
                *WorksYear(self.act, self.begins, self.fiscal_year, demo.cycle_id).deeds(),
                *registers.deeds(),
            ],
        )
        registers.ask_residents()

    def _budget(self, demo: Demo) -> str:
        with self.act(None, 35, 15) as act:
            if counting.outcome(act, self._cycle(act, demo)) is None:
                return "no result, no lines"
        self._check(demo)
        self._meet(demo, Matter.ADOPTION, convened=36, day=47)
        with self.act(Role.OFFICE, 49, 10) as act:
            cycle = self._cycle(act, demo)
            phases.advance(act, cycle, self.keys)
            lines = winners.make_lines(act, cycle)
        budget = self._okrugs_budget()
        budget.approve(50)
        with self.act(Role.OFFICE, 64, 12) as act:
            phases.advance(act, self._cycle(act, demo), self.keys)
        self._year_of(demo, budget)
        return f"{len(lines)} lines, {sum(winner.granted for winner in lines) // 100} tenge"
