"""The budget's draft at meetings: heard by residents, agreed by the assembly, or spoken of where there is none."""

from datetime import timedelta
from pathlib import Path

from pb.act import Role
from pb.budget.service import at_meetings, steps
from pb.gatherings.models import OF_KINDS, Gathering, Kind, Matter, Office, Outcome, Question
from pb.gatherings.service import agenda, arrivals, convening, holding, officers
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from tests.budget.world import begun, meeting_decides
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug

BEFORE = "No version of the budget lies before the assembly on this platform"
AFTER = "no version of the budget lay before the assembly on this platform"


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


def test_to_agree_a_budget_of_which_no_version_lies_here_is_told_before_at_and_after_the_vote(
    okrug: Okrug, tmp_path: Path
) -> None:
    """Played: the draft was convened for, voted on and approved, and nothing of it had ever been on the platform."""
    okrug.seat_assembly(5)
    asked = {"meets_on": "2026-12-05", "meets_time": "18:00", "place": "Клуб", "language": "kk", "matter_1": "budget"}
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        told = pages.post(f"{HOME}/meetings/convene/assembly", asked, status=200).text
        assert BEFORE in told
        assert f'href="{HOME}/budget"' in told
    point = okrug.session.get_one(Question, meeting_decides(okrug))
    assert at_meetings.nothing_lies(okrug.act(), point)
    version = begun(okrug)
    with open_pages(okrug, tmp_path) as pages:
        meeting = f"{HOME}/meetings/{point.gathering.number}"
        assert AFTER in pages.get(meeting).text
        for path in (f"{HOME}/decisions", meeting):
            told = pages.get(path).text
            assert AFTER in told
            assert "&lt;div" not in told, "played: everybody read the source text of the banner"
        pages.sign_in(Role.OFFICE)
        assert f'href="{HOME}/budget/2028/versions/1"' in pages.get(meeting).text, "there the office puts it"
    okrug.at += timedelta(days=1)
    steps.put(okrug.act(Role.OFFICE), version)
    assert at_meetings.nothing_lies(okrug.act(), point), "it was put after the meeting"
    later = okrug.session.get_one(Question, meeting_decides(okrug))
    assert not at_meetings.nothing_lies(okrug.act(), later)
    steps.settle(okrug.act(Role.OFFICE), version, later.id)
    assert not at_meetings.nothing_lies(okrug.act(), later)
    okrug.at += timedelta(days=1)
    anew = Plan(Kind.ASSEMBLY, okrug.at + timedelta(days=11), "Клуб", [Point(Matter.BUDGET, "", "")])
    meeting = convening.convene(okrug.act(Role.OFFICE), anew)
    assert at_meetings.nothing_lies(okrug.act(), meeting.questions[-1]), "it was agreed already"
    okrug.at = anew.meets_at + timedelta(seconds=1)
    secretary = okrug.act(Role.SECRETARY)
    arrivals.mark_present(secretary, meeting, [row.member_id for row in meeting.attendances])
    agenda.adopt(secretary, meeting, Count(5, 0, 0))
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at + timedelta(minutes=1))
        pages.sign_in(Role.SECRETARY)
        page = f"{HOME}/meetings/{meeting.number}/questions/{meeting.questions[-1].position}"
        assert BEFORE in pages.get(page).text
