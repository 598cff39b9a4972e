"""Where the forms of the okrug's budget are sent, over budgets that stand at each step of their way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from pb import clock
from pb.act import Role
from pb.budget import service
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import asking, execution, steps, writing
from pb.budget.service.execution import Paid
from pb.core.budget.codes import Code, part_of
from pb.identity.models import Person
from pb.receipt import service as receipt
from pb.receipt.service import asking as line_questions
from pb.territory.service import tree
from tests.budget import world
from tests.budget.world import GREEN
from tests.village import Okrug, Village, without_notice

FIRST = 2019
STAGES: tuple[Callable[[Okrug, Version], None], ...] = (
    lambda _okrug, _version: None,
    lambda _okrug, _version: None,
    world.agreed,
    world.considered,
    world.approved,
)
WRITING, PUT, AGREED, CONSIDERED, APPROVED = range(FIRST, FIRST + len(STAGES))
SENT, PAPER = APPROVED + 1, APPROVED + 2
CORRECTED = clock.local(clock.now()).year + 1  # of no year that is over
CHANGED = CORRECTED + 1


@contextmanager
def acting(okrug: Village) -> Iterator[Okrug]:
    """The village in one session, for what is done step by step."""
    with okrug.database.work() as session:
        territory = tree.find(session, okrug.place.slug)
        assert territory is not None
        people = {role: session.get_one(Person, person.id) for role, person in okrug.people.items()}
        yield Okrug(session, territory, people, at=clock.now())


def with_budgets(okrug: Village) -> None:
    """A budget at each stage; the assembly has its members already."""
    with acting(okrug) as small:
        without_notice(small.act(Role.OFFICE))
        for year, stage in enumerate(STAGES, FIRST):
            stage(small, world.begun(small, year))
        sent = world.begun(small, SENT)
        world.agreed(small, sent)
        day = clock.local(small.at).date()
        steps.send(small.act(Role.OFFICE), sent, day, "12")
        asking.ask(small.act(Role.DEPUTY), sent, "Why so much?", "ru")
        shown = receipt.of_budget(small.act(), sent.budget)
        assert shown is not None
        line_questions.ask(small.act(Role.RESIDENT), shown, "", "Жол қайда?", "kk", allowed=True)
        _corrected(small)
        world.approved(small, world.begun(small, CHANGED), "41-5")
        _on_paper(small)
        approved = service.get(small.act(), APPROVED)
        lines = [Paid(part_of(Code.read(code)), code, None, None, None, 0) for code in world.PLAN]
        execution.take(small.act(Role.OFFICE), approved, date(APPROVED, 12, 31), lines, sha256="0" * 64)
        before = service.version_of(small.act(), service.get(small.act(), PUT), 1)
        steps.put(small.act(Role.OFFICE), before)  # the last: one at a time lies before the assembly
        world.meeting_decides(small)


def _on_paper(small: Okrug) -> None:
    """A budget whose annexes are taken in: its decision is next."""
    office = small.act(Role.OFFICE)
    version = service.begin(office, PAPER, Kind.PAPER)
    sums = [world.line(code, told, year) for year in range(PAPER, PAPER + 3) for code, told in world.PLAN.items()]
    writing.replace_lines(office, version, sums, sha256="0" * 64)


def _corrected(small: Okrug) -> None:
    """A correction that the assembly agreed: the akim decides it."""
    version = world.begun(small, CORRECTED)
    world.approved(small, version, "41-4")
    office = small.act(Role.OFFICE)
    moved = service.revise(office, version.budget, Kind.CORRECTION, Proposer.AKIM, reason="Түзету.", language="kk")
    for code, thousand in ((world.LIGHTING, "11 999"), (GREEN, "15 224,5")):
        writing.set_line(office, moved, world.line(code, thousand, CORRECTED))
    world.agreed(small, moved)


def nothing_under_way(okrug: Village) -> None:
    """The budget in force can be changed: what was begun is withdrawn."""
    with okrug.act_as(Role.OFFICE) as act:
        for standing in service.versions(act, service.get(act, CHANGED)):
            if not standing.over:
                steps.withdraw(act, standing.version, "Керек емес.", "kk")


def waiting_point(okrug: Village) -> str:
    """The decision of a meeting that a version which was put waits for, as its form calls it."""
    with okrug.act_as() as act:
        version = service.version_of(act, service.get(act, PUT), 1)
        return steps.points_on(act, version)[0].id.hex


def considered(okrug: Village) -> str:
    """The version that waits for the maslikhat, as its form calls it."""
    with okrug.act_as() as act:
        return service.version_of(act, service.get(act, CONSIDERED), 1).id.hex


def paths(okrug: Village) -> dict[str, str]:
    """The pages of versions, by what can be done with them."""
    base = f"{okrug.home}/budget"
    return {
        "list": base,
        "writing": f"{base}/{WRITING}/versions/1",
        "put": f"{base}/{PUT}/versions/1",
        "agreed": f"{base}/{AGREED}/versions/1",
        "sent": f"{base}/{SENT}/versions/1",
        "corrected": f"{base}/{CORRECTED}/versions/2",
        "paper": f"{base}/{PAPER}/versions/1",
        "approved": f"{base}/{APPROVED}",
        "changed": f"{base}/{CHANGED}",
    }


REPORT = "code;paid\n" + "".join(f"{code};1,5\n" for code in world.PLAN)
LINE = {"year": str(WRITING), "code": GREEN, "part": "", "amount": "15 000,5"}


ANNEXES = {
    "file": f"year,code,amount\n{WRITING},{world.TRANSFER},5\n{WRITING},{world.LIGHTING},5\n",
    "unit": "",
}
