"""The forms of works and visits: where each is sent, and what answers it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from pb import clock
from pb.act import Role
from pb.inspections import service as inspections
from pb.inspections.models import MOST_RECOMMENDATIONS
from pb.inspections.service import Advice, Visit
from pb.works.models import Opinion, State
from pb.works.service import Words, answers
from pb.works.service.answers import Said
from tests.village import Village
from tests.works.projects import Site, site

Answers = tuple[str, Mapping[str, str | list[str]], Role]
Readied = tuple[str, Mapping[str, str | list[str]], Role, Callable[[], None]]


def of_works(okrug: Village, picture: str, year: int) -> dict[str, Readied]:
    """Each form with what stands ready before it is sent: only what a resident wrote anew gets another reply."""
    works = site(okrug, fiscal_year=year)
    works.take(State.ACCEPTED)
    _answered(okrug, works)
    found = {**_of_projects(works, picture), **_of_visits(okrug, works.ids[0])}
    ready = {"works.ReplyForm": lambda: _answered(okrug, works)}
    return {name: (*told, ready.get(name, lambda: None)) for name, told in found.items()}


def _answered(okrug: Village, works: Site) -> None:
    """A resident says something of the first project: an answer, or the same one anew."""
    with okrug.in_cycle(works.cycle_id, Role.RESIDENT) as (act, cycle):
        answers.give(act, cycle, works.project(act), Said(Opinion.DISPUTED, words=Words("Шам жоқ.", "kk")))


def _of_projects(works: Site, picture: str) -> dict[str, Answers]:
    day = clock.local(clock.now()).date().isoformat()
    said = {"words": "Себебі бар.", "language": "kk"}
    fact = said | {"withdrawn": ""}
    names = {"name_kk": "Шам", "name_ru": "Фонари"}
    contract = {"supplier": "«Жарық» ЖШС", "bin": "961141000023", "reference": "12", "signed_on": day}
    contract |= {"amount": "1 000", "notice": "1", "notice_url": "https://example.kz/1"}
    one, other = f"{works.page}/1", f"{works.page}/2"
    return {
        "works.StepForm": (f"{other}/step", {"state": "stopped", "day": day, **said}, Role.OFFICE),
        "works.ContractForm": (f"{one}/contracts", contract | fact, Role.OFFICE),
        "works.MilestoneForm": (f"{one}/milestones", {**names, "until": day, "done_on": day, **fact}, Role.OFFICE),
        "works.PaymentForm": (
            f"{one}/payments",
            {"day": day, "amount": "1 000,50", "document": "№ 1", "confirmed": "y", **fact},
            Role.OFFICE,
        ),
        "works.QuantityForm": (
            f"{one}/quantities",
            {**names, "unit": "m2", "planned": "40", "reached": "12,5", **fact},
            Role.OFFICE,
        ),
        "works.ResponsibleForm": (f"{other}/responsible", {"name": "Серік", "post": "Маман", **fact}, Role.OFFICE),
        "works.PictureForm": (
            f"{one}/pictures",
            {"photo": picture, "stage": "after", "alt": "Шам", "language": "kk"},
            Role.OFFICE,
        ),
        "works.AnswerForm": (f"{one}/answer", {"opinion": "confirmed", "rating": "high", **said}, Role.RESIDENT),
        "works.ReplyForm": (f"{one}/answers/1/reply", said, Role.OFFICE),
    }


def _of_visits(okrug: Village, proposal_id: UUID) -> dict[str, Answers]:
    """One report that nobody has signed, and one that is answered."""
    today = clock.local(clock.now()).date()
    day = today.isoformat()
    with okrug.act_as(Role.AUDITOR) as act:
        visit = Visit(today.year, proposal_id, today, "Жоқ", [Advice("Орнату.", today)], "kk")
        waiting, signed = inspections.write(act, visit), inspections.write(act, visit)
        inspections.sign(act, signed, inspections.digest(signed))
        numbers = waiting.number, signed.number
    page = f"{okrug.home}/inspections"
    report: dict[str, str | list[str]] = {"proposal": "", "year": str(today.year), "visited_on": day}
    report |= {"monitoring": "", "findings": "Жоқ", "language": "kk"}
    for n in range(1, MOST_RECOMMENDATIONS + 1):
        report |= {f"words_{n}": "Орнату.", f"until_{n}": (today + timedelta(days=n)).isoformat()}
    paper: dict[str, str | list[str]] = {"members": [], "signed_on": day, "paper": "%PDF-1.4 %%EOF"}
    answer = {"kind": "promised", "until": day, "words": "Орнатамыз.", "language": "kk"}
    return {
        "inspections.VisitForm": (f"{page}/new", report, Role.AUDITOR),
        "inspections.PaperForm": (f"{page}/{numbers[0]}/paper", paper, Role.AUDITOR),
        "inspections.AnswerForm": (f"{page}/{numbers[1]}/recommendations/1", answer, Role.AKIM),
    }
