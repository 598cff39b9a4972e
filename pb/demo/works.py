"""A year of works on the winners of the finished cycle, and the auditor's visit with the akim's answers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from pb.act import Act, Role
from pb.clock import local
from pb.cycles.models import Cycle
from pb.inspections import service as inspections
from pb.inspections.models import Kind
from pb.inspections.service import Advice, Visit, following
from pb.inspections.service.following import Reply
from pb.proposals.models import Proposal
from pb.winners.service import plans
from pb.works import service
from pb.works.models import Milestone, State
from pb.works.service.drafts import ContractDraft, MilestoneDraft, PaymentDraft, ResponsibleDraft

Acting = Callable[..., AbstractContextManager[Act]]
SUPPLIER: Final = "«Көкше-Құрылыс» ЖШС"
# Month and day of each deed; between them lie the deeds on the budget, which take some days each.
BEGINS, SIGNS, GOES_ON, BUILT, PAID, VISITED, ANSWERED = (1, 20), (2, 20), (4, 20), (7, 20), (9, 20), (10, 20), (11, 2)


class WorksYear:
    """The first winners are built, others go on, the last ones have not begun."""

    def __init__(self, act: Acting, begins: date, year: int, cycle_id: UUID) -> None:
        self.act = act
        self.begins = begins
        self.year = year
        self.cycle_id = cycle_id

    def deeds(self) -> list[tuple[int, Callable[[], None]]]:
        """What is done, with the day since the cycle began."""
        steps: list[tuple[tuple[int, int], Callable[[int], None]]] = [
            (BEGINS, partial(self._step, 0, 4, State.TENDER)),
            (SIGNS, partial(self._contract, 0, 3)),
            (GOES_ON, partial(self._step, 0, 3, State.WORKS)),
            (BUILT, partial(self._built, 0, 2)),
            (PAID, partial(self._pay, 2, 3)),
            (VISITED, self._visit),
            (ANSWERED, self._answer),
        ]
        found = [((date(self.year, *day) - self.begins).days, deed) for day, deed in steps]
        return [(day, partial(deed, day)) for day, deed in found]

    def _step(self, first: int, last: int, state: State, day: int) -> None:
        with self.act(Role.OFFICE, day, 11) as act:
            for cycle, proposal, _sum in self._winners(act)[first:last]:
                service.take(act, cycle, proposal, state, local(act.at).date())

    def _contract(self, first: int, last: int, day: int) -> None:
        with self.act(Role.OFFICE, day, 11) as act:
            today = local(act.at).date()
            for number, (cycle, proposal, planned) in enumerate(self._winners(act)[first:last], 1):
                draft = ContractDraft(SUPPLIER, "", f"{number}/{self.year}", today, planned * 97 // 100)
                service.put(act, cycle, proposal, draft)
                service.put(act, cycle, proposal, ResponsibleDraft("Бақыт Сейітов", "Бас маман"))
                ends = today + timedelta(days=160 if number < 3 else 270)
                service.put(act, cycle, proposal, MilestoneDraft("Жұмыстың аяқталуы", "Окончание работ", ends))
                service.take(act, cycle, proposal, State.CONTRACT, today)

    def _built(self, first: int, last: int, day: int) -> None:
        self._step(first, last, State.ACCEPTED, day)
        with self.act(Role.OFFICE, day, 12) as act:
            today = local(act.at).date()
            for cycle, proposal, planned in self._winners(act)[first:last]:
                draft = PaymentDraft(today, planned * 97 // 100, "Орындалған жұмыс актісі № 1")
                service.put(act, cycle, proposal, draft)
                ends = service.fact(act, proposal, Milestone, 1)
                done = MilestoneDraft(ends.name_kk, ends.name_ru, ends.until, today)
                service.put(act, cycle, proposal, done, ends, service.Words("Жұмыс аяқталды."))

    def _pay(self, first: int, last: int, day: int) -> None:
        with self.act(Role.OFFICE, day, 12) as act:
            for cycle, proposal, planned in self._winners(act)[first:last]:
                draft = PaymentDraft(local(act.at).date(), planned * 2 // 5, "Аралық акт № 1")
                service.put(act, cycle, proposal, draft)

    def _visit(self, day: int) -> None:
        with self.act(Role.AUDITOR, day, 11) as act:
            today = local(act.at).date()
            _cycle, proposal, _planned = self._winners(act)[0]
            advice = [
                Advice("Қабылдау актісін сайтта жариялау.", today + timedelta(days=20)),
                Advice("Кепілдік мерзімін шарт бойынша бақылауға алу.", today + timedelta(days=60)),
            ]
            found = "Жұмыс шартқа сай орындалған. Қабылдау актісі жарияланбаған."
            visit = Visit(None, proposal.id, today, found, advice, "kk")
            report = inspections.write(act, visit)
            inspections.sign(act, report, inspections.digest(report))

    def _answer(self, day: int) -> None:
        with self.act(Role.AKIM, day, 11) as act:
            report = following.all_of(act)[0].report
            following.answer(act, report, 1, Reply(Kind.DONE, "Акт жарияланды.", "kk"))
            until = local(act.at).date() + timedelta(days=60)
            following.answer(act, report, 2, Reply(Kind.PROMISED, "Бас маманға тапсырылды.", "kk", until))

    def _winners(self, act: Act) -> list[tuple[Cycle, Proposal, int]]:
        """The winners in the order of the result, with what is planned for each in tiyn."""
        cycle = act.session.get_one(Cycle, self.cycle_id)
        return [
            (cycle, act.session.get_one(Proposal, one.winner.proposal_id), one.total)
            for one in plans.standings(act, cycle)
        ]
