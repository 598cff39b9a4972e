"""My work: what waits for a person in every okrug and cycle, what ends first above, and where they begin."""

import re
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.core.places import slugs
from pb.cycles.models import ORDER, Phase
from pb.formats import day
from pb.gatherings.models import Office
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.proposals.models import Verdict
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from tests.conftest import SignIn, english
from tests.identity.test_appointments import newcomer, propose
from tests.linting import LintingClient
from tests.village import (
    HOME,
    PASSWORD,
    Village,
    content,
    findings,
    found,
    invented_iin,
    meeting_confirmed_and_answered,
    settle,
)
from tests.web.meetings_held import seat_members
from tests.web.test_two_okrugs import NAMESAKE

MOST_BYTES = 30_000
DECIDED = {
    "position": 1,
    "matter": "other",
    "text": "Lamps",
    "language": "en",
    "speaker": "",
    "majority_basis": "",
    "in_favour": 3,
    "against": 0,
    "abstained": 0,
    "needed": 2,
    "percent": 50,
    "majority": "present",
    "chair_vote": None,
    "outcome": "approved",
    "speeches": "",
    "conflicts": [],
}
"""A point of minutes that the akim is to answer."""


def minutes_to_answer(okrug: Village, **plan: object) -> UUID:
    """A cycle in the gathering whose minutes wait for the akim."""
    cycle_id = okrug.open_cycle(phase=Phase.GATHERING, **plan)  # type: ignore[arg-type]
    with okrug.in_cycle(cycle_id) as (act, _cycle):
        meeting_confirmed_and_answered(act, cycle_id, {"questions": [DECIDED]}, answered=False)
    return cycle_id


def test_only_who_is_signed_in_has_work(client: LintingClient) -> None:
    answer = client.get("/my-work")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?after=/my-work?")
    assert "my-work" in slugs.RESERVED, "no okrug gets this address"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICE}))
def test_where_nothing_waits_the_page_says_so_and_leads_on(sign_in: SignIn, role: Role) -> None:
    page = sign_in(role).get("/my-work").text
    assert "Nothing waits for you now." in page
    assert 'href="/krasnoyar/"' in page


def test_a_new_okrugs_office_has_at_most_a_budget_to_begin_and_is_late_with_nothing(sign_in: SignIn) -> None:
    page = sign_in(Role.OFFICE).get("/my-work").text
    duties = re.findall(r'<ul class="duties"><li><div><a [^>]*>([^<]*)', page.partition("Done last")[0])
    assert duties in ([], ["Begin the budget of three years"]), "the second one from the summer on"
    assert "overdue" not in page


def test_the_answer_of_the_akim_is_one_press_from_signing_in(okrug: Village, app: Flask) -> None:
    minutes_to_answer(okrug)
    akim, client = okrug.people[Role.AKIM], english(app)
    secret = okrug.open_account(akim.id)
    number = invented_iin(1 + list(Role).index(Role.AKIM)).text
    assert client.post("/sign-in", data={"iin": number, "password": PASSWORD}).status_code == 302
    answer = client.post("/second-factor", data={"code": pyotp.TOTP(secret).now()})
    assert answer.headers["Location"] == "/my-work"
    page = client.get("/my-work").text
    address = f"{HOME}/meetings/1/minutes"
    assert f'<a href="{address}#answer">Answer the minutes</a>' in page
    assert 'name="agrees"' in client.get(address).text


def test_who_asked_for_a_page_comes_to_it_and_a_resident_to_the_first_page(okrug: Village, app: Flask) -> None:
    okrug.open_account(okrug.people[Role.AKIM].id)
    with okrug.act_as() as act:
        resident = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        accounts.set_password(act, resident, PASSWORD)
    client = english(app)
    told = {"iin": invented_iin(1 + list(Role).index(Role.AKIM)).text, "password": PASSWORD}
    client.post("/sign-in?after=/krasnoyar/log/", data=told)
    with client.session_transaction() as session:
        assert session["half"]["after"] == "/krasnoyar/log/"
    told = {"iin": invented_iin(1 + list(Role).index(Role.RESIDENT)).text, "password": PASSWORD}
    assert client.post("/sign-in", data=told).headers["Location"] == "/"


def test_every_page_leads_to_it(sign_in: SignIn, client: LintingClient) -> None:
    for path in ("/krasnoyar/", "/guide", "/account"):
        assert '<a href="/my-work">My work</a>' in sign_in(Role.AKIM).get(path).text
        assert '<a href="/my-work">My page</a>' in sign_in(Role.RESIDENT).get(path).text
    assert "/my-work" not in client.get("/krasnoyar/").text


def test_a_duty_of_one_role_is_nobody_elses_and_goes_when_it_is_done(okrug: Village, sign_in: SignIn) -> None:
    """The page of the cycle, the first page and the page of work read the same."""
    cycle_id = minutes_to_answer(okrug)
    pages = ("/my-work", "/krasnoyar/", f"{okrug.path(cycle_id)}/")
    address = f"{HOME}/meetings/1/minutes#answer"
    for role in Role:
        for path in pages:
            assert (address in sign_in(role).get(path).text) == (role is Role.AKIM), (role, path)
    data = {"agrees": "yes", "reason": "", "confirmed": "y"}
    assert sign_in(Role.AKIM).post(address.replace("minutes#answer", "answer"), data=data).status_code == 302
    for path in pages:
        assert address not in sign_in(Role.AKIM).get(path).text


def test_what_waits_in_two_okrugs_stands_on_one_page_with_their_names(okrug: Village, sign_in: SignIn) -> None:
    settle(okrug.database, NAMESAKE)
    beside = found(okrug.database, NAMESAKE)
    assert beside.people[Role.AKIM].id == okrug.people[Role.AKIM].id, "one account serves both"
    here, there = minutes_to_answer(okrug), minutes_to_answer(beside)
    page = sign_in(Role.AKIM).get("/my-work").text
    for village in (okrug, beside):
        assert page.count(f'href="{village.home}/meetings/1/minutes#answer"') == 1
    names = []
    for village in (okrug, beside):
        with village.act_as() as act:
            names.append(f"Meeting of the assembly, №\u00a01 · {act.territory.name('en')} · Cycle of")
    assert sum(page.count(name) for name in set(names)) == 2
    only = sign_in(Role.AKIM).get("/krasnoyar/").text
    assert okrug.path(here) in only
    assert beside.path(there) not in only, "an okrug's page tells of that okrug"


def test_a_role_of_the_raion_finds_the_work_of_its_okrugs(okrug: Village, sign_in: SignIn) -> None:
    """The maslikhat's secretary confirms what the chair proposes in an okrug, without going there first."""
    propose(okrug, newcomer(okrug, 700), Role.AUDITOR, by=Role.CHAIR)
    page = sign_in(Role.MASLIKHAT_SECRETARY).get("/my-work").text
    assert "Decide on a role" in page
    assert "/krasnoyar/roles/proposals/" in page
    assert "Newcomer 700" in page


def test_what_is_late_stands_first_then_what_ends_this_week(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.PROPOSALS)
    ready(okrug, cycle_id, "Late")
    propose(okrug, newcomer(okrug, 701), Role.CHAIR, by=Role.SECRETARY)
    first, phases = clock.local(clock.now()).date() + timedelta(days=25), ORDER[:-1]
    later = {f"{phase}_until": first + timedelta(days=10 * n) for n, phase in enumerate(phases)}
    second = okrug.open_cycle(phase=Phase.PROPOSALS, fiscal_year=clock.now().year + 2, **later)
    ready(okrug, second, "Soon")
    enter_review(okrug, second)
    for days, heading in ((12, "To be done by a later day"), (31, "To be done this week")):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            page = sign_in(Role.OFFICE).get("/my-work").text
        order = ["<h2>Overdue", "Move the cycle on", f"<h2>{heading}", "Review the proposals", "<h2>Without a term"]
        places = [page.find(word) for word in [*order, "Decide on a role"]]
        assert places == sorted(places), days
        assert -1 not in places
        assert page.count(f"overdue: {days - 10} days") == 1
    assert len(page.encode()) < MOST_BYTES


def ready(okrug: Village, cycle_id: UUID, title: str) -> UUID:
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        return proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(title=title))).id


def enter_review(okrug: Village, cycle_id: UUID) -> None:
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        cycle.phase = Phase.REVIEW
        act.session.flush()


def test_a_resident_finds_their_proposals_of_all_years_with_what_is_asked(okrug: Village, sign_in: SignIn) -> None:
    first = okrug.open_cycle()
    lamps = ready(okrug, first, "Lamps")
    enter_review(okrug, first)
    with okrug.in_cycle(first, Role.OFFICE) as (act, cycle):
        asked = {"verdict": Verdict.RETURN, "reason": "How many?"}
        reviews.review(act, cycle, proposals.get(act, cycle, lamps), findings(**asked))
    second = okrug.open_cycle(fiscal_year=clock.now().year + 2)
    with okrug.in_cycle(second, Role.RESIDENT) as (act, cycle):
        proposals.save_draft(act, cycle, content(title="Park"))
    page = sign_in(Role.RESIDENT).get("/my-work").text
    assert "<h1>My page</h1>" in page
    assert f'href="{okrug.path(first)}/proposals/1/edit">Answer the question about your proposal' in page
    assert page.index("№\u00a01 Lamps") < page.index("My proposals") < page.rindex("№\u00a01 Lamps")
    assert f'href="{okrug.path(second)}/proposals/draft-1"' in page
    assert f'href="{okrug.path(second)}/proposals/new"' in page
    assert "Lamps" not in sign_in(Role.CHAIR).get("/my-work").text


def test_what_was_done_and_waits_for_others_is_folded_below(okrug: Village, sign_in: SignIn) -> None:
    minutes_to_answer(okrug)
    address = f"{HOME}/meetings/1/minutes"
    for role in (Role.CHAIR, Role.SECRETARY):
        page = sign_in(role).get("/my-work").text
        shown, folded = page.split("Waiting for others: 1")
        assert address not in shown, role
        assert f'<a href="{address}">The minutes wait for the akim&#39;s answer</a>' in folded
        assert address not in sign_in(role).get("/krasnoyar/").text, "nothing waits for them"
    propose(okrug, newcomer(okrug, 702), Role.AUDITOR, by=Role.CHAIR)
    assert "A role waits for its confirmation" in sign_in(Role.CHAIR).get("/my-work").text
    agreed = {"agrees": "yes", "reason": "", "confirmed": "y"}
    sign_in(Role.AKIM).post(f"{HOME}/meetings/1/answer", data=agreed)
    assert address not in sign_in(Role.SECRETARY).get("/my-work").text


def test_the_last_three_deeds_of_ones_own_stand_at_the_end(okrug: Village, sign_in: SignIn) -> None:
    for number in range(703, 707):
        propose(okrug, newcomer(okrug, number), Role.AUDITOR, by=Role.CHAIR)
    done = sign_in(Role.CHAIR).get("/my-work").text.partition("Done last")[2]
    assert done.count("A change of a role, or a new invitation, was proposed: Auditor") == 3
    assert "Done last" not in sign_in(Role.DEPUTY).get("/my-work").text


def test_a_deed_leads_to_its_own_entry_on_whatever_page_of_the_log_that_stands(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    """Played: every row of every role led to the log's first page."""
    propose(okrug, newcomer(okrug, 703), Role.AUDITOR, by=Role.CHAIR)
    with okrug.act_as() as act:
        for _number in range(audit.PAGE + 5):
            audit.record(act, "files.rewritten", subject=act.territory.id)
    done = sign_in(Role.CHAIR).get("/my-work").text.partition("Done last")[2]
    address = re.findall(r'href="([^"]+)">A change of a role', done)[0]
    position = re.fullmatch(r"/krasnoyar/log/\?at=(\d+)#event-\1", address)
    assert position is not None, address
    shown = client.get(address.partition("#")[0]).text
    assert f'id="event-{position[1]}"' in shown
    assert "page=1" in shown, "the page before it"
    for nowhere in ("0", "9999999"):
        assert client.get(f"/krasnoyar/log/?at={nowhere}").status_code == 404


def test_what_follows_by_itself_when_a_role_is_confirmed_is_no_deed(okrug: Village, sign_in: SignIn) -> None:
    """Played: a secretary read that everything which opened an account was put out of force."""
    with okrug.act_as(Role.DEPUTY) as act:
        audit.record(act, "identity.account_renewed", subject=okrug.people[Role.CHAIR].id)
    assert "Done last" not in sign_in(Role.DEPUTY).get("/my-work").text


def test_signing_in_is_no_work(okrug: Village, sign_in: SignIn) -> None:
    with okrug.act_as(Role.DEPUTY) as act:
        audit.record(act, "identity.session_begun", subject=okrug.people[Role.DEPUTY].id)
    assert "Done last" not in sign_in(Role.DEPUTY).get("/my-work").text


def test_the_chair_is_told_the_last_day_on_which_members_are_still_told_in_time(
    okrug: Village, sign_in: SignIn
) -> None:
    """Played: the last day of the phase stood there, ten days after the last day of convening."""
    cycle_id = okrug.open_cycle()
    lamps = ready(okrug, cycle_id, "Lamps")
    enter_review(okrug, cycle_id)
    seat_members(okrug, Office.CHAIR)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        reviews.review(act, cycle, proposals.get(act, cycle, lamps), findings())
        cycle.phase = Phase.GATHERING
        assert cycle.gathering_until is not None
        last = cycle.gathering_until - timedelta(days=cycle.notice_days)
    assert f"until {day(last, 'en')}" in sign_in(Role.CHAIR).get("/my-work").text


def test_what_was_proposed_in_years_long_past_is_folded_below(okrug: Village, sign_in: SignIn) -> None:
    """What became of the proposals of the latest three cycles the page asks the rooms; no page grows with the years."""
    year = clock.now().year + 1
    for later in range(4):
        cycle_id = okrug.open_cycle(fiscal_year=year + later)
        with time_machine.travel(clock.now() + timedelta(minutes=later), tick=False):
            ready(okrug, cycle_id, f"Lamps {year + later}")
    shown, folded = sign_in(Role.RESIDENT).get("/my-work").text.split("Earlier years")
    for later in range(1, 4):
        assert f"Lamps {year + later}" in shown
    assert f"Lamps {year}</a>" in folded
    assert f"Lamps {year}</a>" not in shown
