"""Where a cycle is, in one line on each of its pages, and the first page of an okrug that begins with it."""

import re
from dataclasses import asdict
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import insert

from pb import clock
from pb.act import Role
from pb.cycles.models import Phase
from pb.gatherings.models import Gathering, Kind, Matter, Question
from pb.gatherings.service import convening
from pb.process.service import ending
from pb.proposals.service import proposals
from tests.conftest import SignIn
from tests.frozen.world import without_rules
from tests.linting import LintingClient
from tests.polls.open_poll import PROJECTS, OpenPoll
from tests.process.test_phases import propose
from tests.village import HOME, Village, content


def line_of(page: str) -> str:
    found = re.search(r"<span data-phase>(.*?)</span>", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("phase", "days", "told"),
    [
        (Phase.PROPOSALS, 0, "1 / 7 · Ideas · 11 days left"),
        (Phase.PROPOSALS, 9, "1 / 7 · Ideas · 2 days left"),
        (Phase.PROPOSALS, 10, "1 / 7 · Ideas · the last day is today"),
        (Phase.PROPOSALS, 11, "1 / 7 · Ideas · ideas are no longer taken"),
        (Phase.REVIEW, 20, "2 / 7 · Review · the last day is today"),
        (Phase.REVIEW, 21, "2 / 7 · Review · the planned day has passed"),
        (Phase.VOTING, 0, "4 / 7 · Vote · being prepared"),
        (Phase.WORKS, 0, "7 / 7 · Works"),
    ],
)
def test_the_line_says_how_long_a_phase_lasts(
    okrug: Village, client: LintingClient, phase: Phase, days: int, told: str
) -> None:
    cycle_id = okrug.open_cycle(phase=phase)
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        for address in (f"{HOME}/", f"{okrug.path(cycle_id)}/"):
            assert line_of(client.get(address).text) == told


def test_on_the_last_day_of_a_vote_its_hour_is_said(opened: OpenPoll, client: LintingClient) -> None:
    with opened.act() as act:
        closes_at = opened.rows(act)[1].closes_at
    assert closes_at is not None
    with time_machine.travel(closes_at - timedelta(minutes=1), tick=False):
        page = client.get(opened.path).text
        assert line_of(page).endswith(f"the last day is today, until {clock.local(closes_at):%H:%M}")
        assert f'data-ends="{closes_at.isoformat()}"' in page
    with time_machine.travel(closes_at, tick=False):
        page = client.get(opened.path).text
        assert line_of(page) == "4 / 7 · Vote · voting has ended, the result is being counted"
        assert "data-ends" not in page


def test_where_somebody_writes_and_on_the_ballot_nothing_else_stands(
    opened: OpenPoll, okrug: Village, sign_in: SignIn
) -> None:
    second = okrug.open_cycle(fiscal_year=2029)
    resident = sign_in(Role.RESIDENT)
    for form in (f"{opened.path}/vote", f"{okrug.path(second)}/proposals/new"):
        assert "data-phase" not in resident.get(form).text
    assert "data-phase" in resident.get(f"{okrug.path(second)}/proposals").text


def test_the_first_page_begins_with_what_one_can_do_now(opened: OpenPoll, client: LintingClient) -> None:
    page = client.get(f"{HOME}/").text
    assert f'href="{opened.path}/vote" data-closes>Vote now</a>' in page
    assert "You need your card and your IIN" in page
    assert (
        page.index("Vote now") < page.index("in numbers") < page.index("How it works") < page.index("Who decides what")
    )
    assert f"<dd>{PROJECTS}</dd>" in page


def test_before_there_are_projects_the_first_page_asks_for_them(
    okrug: Village, client: LintingClient, sign_in: SignIn
) -> None:
    cycle_id = okrug.open_cycle()
    page = client.get(f"{HOME}/").text
    assert "what shall we spend it on?" in page
    assert f'href="{okrug.path(cycle_id)}/proposals/new" data-closes' in page
    assert 'id="projects"' not in page
    propose(okrug, cycle_id)
    page = client.get(f"{HOME}/").text
    assert 'id="projects"' in page
    assert sign_in(Role.RESIDENT).get(f"{okrug.path(cycle_id)}/proposals/new").status_code == 200


@pytest.mark.parametrize(
    ("phase", "told"), [(Phase.GATHERING, "See when the assembly meets"), (Phase.BUDGET, "See the winners")]
)
def test_the_button_promises_what_is_there(okrug: Village, client: LintingClient, phase: Phase, told: str) -> None:
    """Played: "Read what the assembly decided", where no meeting was convened yet."""
    cycle_id = okrug.open_cycle(phase=phase)
    for address in (f"{HOME}/", f"{okrug.path(cycle_id)}/"):
        page = client.get(address).text
        assert told in page
        assert "Read what the assembly decided" not in page


def test_a_cycle_that_was_ended_early_asks_for_nothing(okrug: Village, client: LintingClient) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        assert ending.end(act, cycle, "No money is left.")
    page = client.get(f"{HOME}/").text
    assert "No money is left." in page
    for gone in ("what shall we spend it on?", "in numbers", 'id="projects"', "What came of it"):
        assert gone not in page, gone


def test_other_projects_stand_on_the_first_page_each_day(okrug: Village, client: LintingClient) -> None:
    """A low number on the ballot is no advantage."""
    cycle_id = okrug.open_cycle(proposals_per_resident=9)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        for number in range(5):
            proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(title=f"Idea {number}")))
    shown = set()
    for day in range(5):
        with time_machine.travel(clock.now() + timedelta(days=day), tick=False):
            found = re.findall(r"(Idea \d)(?:</span>)?</a></h3>", client.get(f"{HOME}/").text)
        assert len(found) == 3
        shown |= set(found)
    assert len(shown) == 5


def test_the_next_meeting_of_the_assembly_stands_on_the_first_page(okrug: Village, client: LintingClient) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.GATHERING)
    with okrug.in_cycle(cycle_id) as (act, cycle):
        meeting = {"territory_id": act.territory.id, "cycle_id": cycle_id, **asdict(convening.rules_of(act, cycle))}
    meeting |= {"id": uuid4(), "number": 1, "kind": Kind.ASSEMBLY, "place": "Мектеп", "state": "convened"}
    moments = {"meets_at": clock.now() + timedelta(days=20), "convened_at": clock.now()}
    point = {"id": uuid4(), "gathering_id": meeting["id"], "position": 1, "matter": Matter.ADOPTION}
    with without_rules(okrug.database.engine) as connection:
        connection.execute(insert(Gathering).values(**meeting, **moments))
        connection.execute(insert(Question).values(**point))
    page = client.get(f"{HOME}/").text
    assert "Next meetings" in page
    assert f'href="{HOME}/meetings/1">Meeting on the result of the vote</a>' in page
    assert "Мектеп" in page
    assert page.index("Next meetings") < page.index("How it works"), "a day to come to stands first"
