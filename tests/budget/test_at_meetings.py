"""The budget's draft at meetings: heard by residents, agreed by the assembly, or spoken of where there is none."""

from datetime import timedelta
from pathlib import Path

from pb.act import Role
from pb.gatherings.models import OF_KINDS, Gathering, Kind, Matter, Office, Outcome
from pb.gatherings.service import agenda, arrivals, convening, holding, officers
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from tests.budget.world import begun
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug


def heard(okrug: Okrug) -> Gathering:
    """A hearing on the draft to which two residents came, and which noted it."""
    point = Point(Matter.DRAFT, "2028 жылғы бюджет", "kk")
    meets_at = okrug.at + timedelta(days=11)
    hearing = convening.convene(okrug.act(Role.OFFICE), Plan(Kind.HEARING, meets_at, "Клуб", [point], entitled=900))
    okrug.at = meets_at + timedelta(seconds=1)
    office = okrug.act(Role.OFFICE)
    for name in ("Ақан", "Бота"):
        arrivals.register(office, hearing, name, SETTLEMENTS[0])
    officers.elect(office, hearing, Office.CHAIR, "Ақан", Count(2, 0, 0))
    officers.elect(office, hearing, Office.SECRETARY, "Бота", Count(2, 0, 0))
    agenda.adopt(office, hearing, Count(2, 0, 0))
    holding.discuss(office, hearing, hearing.questions[0], "Жарық керек.", noted=True)
    return hearing


def test_a_hearing_is_on_the_draft_of_the_budget_and_leads_there_and_back(okrug: Okrug, tmp_path: Path) -> None:
    """Played: the matters of a hearing had a programme and an execution, and no draft of a budget."""
    assert [kind for kind in Kind if Matter.DRAFT in OF_KINDS[kind]] == [Kind.HEARING]
    begun(okrug)
    assert heard(okrug).questions[0].outcome == Outcome.NOTED
    with open_pages(okrug, tmp_path) as pages:
        draft, hearing = f"{HOME}/budget/2028/versions/1", f"{HOME}/meetings/1"
        for path in (hearing, f"{hearing}/hearing"):
            assert f'href="{draft}"' in pages.get(path).text
        assert f'href="{hearing}/hearing"' in pages.get(draft).text
