"""The first pages: open to everybody, true to what is enforced."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from pb import clock, migrations
from pb.act import Act, Role
from pb.audit import service as audit
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Phase
from pb.identity.service import accounts
from pb.identity.service.roles import LABELS
from pb.process.views import permissions
from pb.proposals.models import Verdict
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from pb.territory import service as territories
from pb.territory.models import Territory
from pb.voting.service import preparation
from tests.conftest import SignIn
from tests.identity.test_appointments import newcomer, propose
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.process.raions import CITY, give_city_an_address
from tests.village import HOME, KEYS, Village, content, findings


def test_before_the_first_cycle_the_first_page_says_what_will_be_here(client: LintingClient) -> None:
    assert "No cycle is open yet" in client.get("/krasnoyar/").text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/krasnoyar/",
        "/guide",
        "/krasnoyar/verification",
        "/krasnoyar/permissions",
        "/krasnoyar/settings",
        "/krasnoyar/log/",
        "/sign-in",
    ],
)
def test_the_first_pages_are_open_in_three_languages(
    okrug: Village, client: LintingClient, path: str, language: str
) -> None:
    okrug.open_cycle()
    page = client.get(path, query_string={"lang": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("phase", ORDER)
def test_the_first_page_shows_where_the_cycle_is(okrug: Village, client: LintingClient, phase: Phase) -> None:
    okrug.open_cycle(phase=phase)
    page = client.get("/krasnoyar/").text
    assert 'aria-current="step"' in page
    assert "60\u00a0000\u00a0000\u00a0₸" in page


def test_every_route_that_changes_something_has_words(app: Flask) -> None:
    named = {right.endpoint: right.action != right.address for right in permissions.every(app) if right.changing}
    assert len(named) > 60
    assert [endpoint for endpoint, has_words in named.items() if not has_words] == []


def test_the_page_of_permissions_names_those_in_office_but_no_resident(okrug: Village, client: LintingClient) -> None:
    page = client.get("/krasnoyar/permissions").text
    for role, person in okrug.people.items():
        assert str(LABELS[role]) in page
        assert (person.name in page) == (role is not Role.RESIDENT)


def test_only_the_office_and_the_administrator_record_settings(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    assert "Record a decision" not in client.get("/krasnoyar/settings").text
    decision = {
        "name": "quorum_percent",
        "value": "60",
        "since": clock.local(clock.now()).date(),
        "source": "Decision 7",
    }
    office = sign_in(Role.OFFICE)
    assert "Record a decision" in office.get("/krasnoyar/settings").text
    assert office.post("/krasnoyar/settings", data=decision).status_code == 302
    page = office.get("/krasnoyar/settings").text
    assert "The setting is recorded" in page
    assert "Decision 7" in page
    # Who recorded it, and when: a day of old is seen.
    assert page.partition("<main")[2].count("Specialist of the akim&#39;s office</p>") == 2
    with okrug.act_as() as act:
        assert territories.setting(act, "quorum_percent") == 60
    assert sign_in(Role.CHAIR).post("/krasnoyar/settings", data=decision).status_code == 403


def test_a_setting_of_a_day_to_come_does_not_hold_yet(okrug: Village, client: LintingClient) -> None:
    today = clock.local(clock.now()).date()
    with okrug.act_as(Role.OFFICE) as act:
        territories.record_setting(act, "notice_days", 30, source="Later", since=today + timedelta(days=1))
        assert territories.setting(act, "notice_days") == 10
    page = client.get("/krasnoyar/settings").text
    assert "Notice of a meeting, days: 10" in page
    assert "Later" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("value", "101"), ("value", "x"), ("source", " "), ("name", "nonsense"), ("since", "")),
        ("value", "49"),  # the law: half of the members
        ("since", "1991-12-16"),  # played: no assembly had a regulation then
    ],
)
def test_a_setting_out_of_bounds_is_refused_at_its_field(sign_in: SignIn, field: str, value: str) -> None:
    decision = {"name": "quorum_percent", "value": "60", "since": "2026-11-21", "source": "Decision 7", field: value}
    page = sign_in(Role.OFFICE).post("/krasnoyar/settings", data=decision)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text


def test_health_tells_the_migration_the_database_stands_at(client: LintingClient) -> None:
    answer = client.get("/health").json
    assert answer == {"status": "ok", "migration": migrations.newest()}


@pytest.mark.both_databases
def test_the_public_pages_work_on_both_databases(okrug: Village, client: LintingClient) -> None:
    okrug.open_cycle()
    for path in ("/krasnoyar/", "/krasnoyar/permissions", "/krasnoyar/settings", "/krasnoyar/log/", "/health"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("role", "offer"),
    [
        (Role.OFFICE, "Open the vote"),
        (Role.REGISTRAR, "Make the cards"),
        (Role.SECRETARY, "Draw the seed in public"),
    ],
)
def test_what_ends_with_the_opening_is_offered_no_more(
    opened: OpenPoll, sign_in: SignIn, role: Role, offer: str
) -> None:
    visitor = sign_in(person=opened.person(role))
    page = visitor.get(f"{opened.demo.path}/").text.partition("<main")[2]
    assert offer not in page
    assert "Vote, or see how the vote goes" in page


def test_whose_turn_it_is_to_annul_is_led_there_from_the_first_page(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    """The office proposes, and the chair finds the way from the first page, the cycle's and the poll's own."""
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    office, chair, path = sign_in(Role.OFFICE), sign_in(Role.CHAIR), f"{okrug.path(cycle)}/poll"
    assert office.post(f"{path}/annul", data={"reason": "a wrong project stands on it"}).status_code == 302
    for address in (f"{HOME}/", f"{okrug.path(cycle)}/"):
        assert f'href="{path}/annul"' in chair.get(address).text
        for other in (office, client):
            assert "/annul" not in other.get(address).text, "who proposed has no turn, nor has anybody else"
    page = chair.get(path).text
    assert f'href="{path}/annul"' in page
    assert "Confirm the annulment" not in page, "not before one more look"
    looked = chair.get(f"{path}/annul").text
    assert "a wrong project stands on it" in looked
    assert "Confirm the annulment" in looked
    assert "Take the proposal back" in office.get(f"{path}/annul").text
    assert "Confirm the annulment" not in office.get(f"{path}/annul").text
    assert chair.post(f"{path}/annul").status_code == 302
    assert "/annul" not in chair.get(f"{HOME}/").text, "it is done"


def test_who_confirms_a_role_finds_it_on_the_first_page(okrug: Village, sign_in: SignIn) -> None:
    person = newcomer(okrug, 640)
    propose(okrug, person, Role.CLERK, by=Role.OFFICE)
    assert "It waits for you" in sign_in(Role.CHAIR).get("/krasnoyar/").text
    assert "/krasnoyar/roles/proposals/" in sign_in(Role.CHAIR).get("/krasnoyar/").text
    for other in (Role.OFFICE, Role.ADMINISTRATOR, Role.CLERK):
        assert "/krasnoyar/roles/proposals/" not in sign_in(other).get("/krasnoyar/").text


def test_an_annulment_that_is_declined_or_taken_back_is_over_and_can_be_proposed_anew(
    okrug: Village, sign_in: SignIn
) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    office, chair, path = sign_in(Role.OFFICE), sign_in(Role.CHAIR), f"{okrug.path(cycle)}/poll"
    for decides in (chair, office):
        assert decides.post(f"{path}/annul/decline").status_code == 409, "nothing waits"
        assert office.post(f"{path}/annul", data={"reason": "a wrong project"}).status_code == 302
        assert decides.post(f"{path}/annul/decline").status_code == 302
        assert "proposes to annul this poll" not in chair.get(path).text
    assert chair.get(f"{path}/annul").status_code == 302, "nothing is to be looked at"
    with okrug.act_as() as act:
        declined = [event for event in audit.of_subject(act, cycle) if event.action == "poll.annulment_declined"]
        assert [event.data["taken_back"] for event in declined] == [False, True]


def test_the_poll_leads_each_role_to_its_work_and_the_steps_to_their_pages(okrug: Village, sign_in: SignIn) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    path = f"{okrug.path(cycle)}/poll"
    registrar = sign_in(Role.REGISTRAR).get(path).text.partition("<main")[2]
    work = registrar.partition("Your work here")[2].partition("</nav>")[0]
    for page in ("cards", "hand-over"):
        assert f'href="{path}/{page}"' in work
    assert f'href="{path}/ceremony"' in registrar, "a step of somebody else's whose page everybody reads"
    assert f'href="{path}/trustee"' not in registrar, "a page that would refuse the reader"
    assert "Your step" in registrar
    assert "Your work here" not in sign_in(Role.RESIDENT).get(path).text


def test_who_opens_reads_first_what_is_missing_and_where_it_is_done(okrug: Village, sign_in: SignIn) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    page = sign_in(Role.OFFICE).get(f"{okrug.path(cycle)}/poll/open").text.partition("<main")[2]
    before, _found, _after = page.partition("Projects on the ballot")
    assert "The preparation is not complete" in before
    assert f'href="{okrug.path(cycle)}/poll/ceremony"' in before
    assert "Done" not in before


FOR_THE_END = r'data-over="[^"]*"|<(\w+)[^>]* data-closed hidden>.*?</\1>'  # kept for the second at which it ends


def test_nobody_is_called_to_vote_before_voting_began_or_after_it_ended(
    opened: OpenPoll, okrug: Village, client: LintingClient
) -> None:
    """The poll is closed by a thread of the platform; its pages say so from the very second on."""
    give_city_an_address(okrug)
    now, vote, ended = "Residents choose among the projects", "Residents vote", "the result is being counted"
    pages = (f"{HOME}/", f"{opened.path.removesuffix('/poll')}/")
    for page in (client.get(page).text for page in pages):
        assert now in page
        assert vote in page
        assert ended not in re.sub(FOR_THE_END, "", page)
    assert '<a class="button " href="/krasnoyar/' in client.get(f"{HOME}/").text
    with opened.act() as act:
        closes_at = opened.rows(act)[1].closes_at
    assert closes_at is not None
    with time_machine.travel(closes_at, tick=False):
        for page in (client.get(page).text for page in pages):
            assert "Voting has ended, the result is being counted." in page, "the sentence"
            step = page.partition('aria-current="step"')[2].partition("</li>")[0]
            assert '<span class="hidden">: voting has ended, the result is being counted</span>' in step
            assert '<span class="hidden">: now</span>' not in step
            for gone in (now, vote, "To the vote", "Vote, or see how the vote goes"):
                assert gone not in page
        assert "Voting has ended" in client.get(opened.path).text
        assert "Vote now" not in client.get(opened.path).text
        year = opened.path.split("/")[2]
        assert f"{year}: Voting has ended, the result is being counted</a>" in client.get(CITY).text
        [row] = csv.DictReader(io.StringIO(client.get(f"{CITY}okrugs.csv").data.decode("utf-8-sig")))
        assert row["Phase"] == "Voting has ended, the result is being counted"
        assert row["Days left"] == "0"


def test_a_vote_that_has_not_begun_is_called_being_prepared(okrug: Village, client: LintingClient) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        preparation.prepare(act, cycle, KEYS)
    for page in (f"{HOME}/", f"{okrug.path(cycle_id)}/"):
        assert "The vote is being prepared" in client.get(page).text
    assert "See how the vote is prepared" in client.get(f"{okrug.path(cycle_id)}/").text


def asked_after_the_review(okrug: Village) -> tuple[UUID, UUID]:
    """A cycle in the gathering whose second proposal has a question open: both identifiers."""
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        for title in ("Lamps", "Park"):
            proposals.submit(act, cycle, proposals.save_draft(act, cycle, content(title=title)))
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        cycles.move(act, cycle, Phase.REVIEW)
        first, second = proposals.public(act, cycle)
        reviews.review(act, cycle, first, findings(cost=first.cost))
        reviews.review(act, cycle, second, findings(verdict=Verdict.RETURN, reason="Whose land is it?"))
        cycles.move(act, cycle, Phase.GATHERING)
        return cycle_id, second.id


def test_a_question_leads_its_author_to_the_answer_and_then_the_office_to_the_review(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    cycle_id, asked = asked_after_the_review(okrug)
    path = okrug.path(cycle_id)
    pages, edit, review = (f"{HOME}/", f"{path}/"), f'href="{path}/proposals/2/edit"', f'href="{path}/reviews/2"'
    author, office, chair = sign_in(Role.RESIDENT), sign_in(Role.OFFICE), sign_in(Role.CHAIR)
    for page in pages:
        assert edit in author.get(page).text
        assert all(edit not in other.get(page).text for other in (office, chair, client))
        assert review not in office.get(page).text
    assert "not settled yet: № 2" in chair.get(f"{path}/").text
    assert "Convene and keep the meeting" not in chair.get(f"{path}/").text
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.amend(act, cycle, proposals.get(act, cycle, asked), content(title="Park"), "The akimat's.")
    for page in pages:
        assert edit not in author.get(page).text
        assert review in office.get(page).text
        assert all(review not in other.get(page).text for other in (author, chair, client))
    assert office.get(f"{path}/reviews/2").status_code == 200
    assert "not settled yet: № 2" in chair.get(f"{path}/").text
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        proposal = proposals.get(act, cycle, asked)
        reviews.review(act, cycle, proposal, findings(cost=proposal.cost))
    assert all(review not in office.get(page).text for page in pages)
    assert "not settled yet" not in chair.get(f"{path}/").text
    assert "Convene and keep the meeting" in chair.get(f"{path}/").text


def test_an_okrug_names_its_raion_and_leads_to_it_where_it_takes_part(okrug: Village, client: LintingClient) -> None:
    assert "city of Kokshetau" in client.get(f"{HOME}/").text.partition("<main")[2]
    assert f'href="{CITY}"' not in client.get(f"{HOME}/").text
    give_city_an_address(okrug)
    assert f'<a href="{CITY}">city of Kokshetau</a>' in client.get(f"{HOME}/").text


def test_who_holds_a_role_of_the_raion_finds_its_page_and_its_administrator_the_settings(
    okrug: Village, sign_in: SignIn
) -> None:
    give_city_an_address(okrug)
    with okrug.act_as() as act:
        city = act.session.get_one(Territory, act.territory.id).above
        assert city is not None
        there = Act(act.session, city, None, frozenset(), act.at)
        [administrator], secretary = (accounts.holders(there, Role.ADMINISTRATOR),
                                      accounts.holders(there, Role.MASLIKHAT_SECRETARY)[0])  # fmt: skip
    page, settings = f'href="{CITY}">', f'href="{CITY}settings">'
    for address in (f"{HOME}/log/", CITY):
        shown = sign_in(person=administrator).get(address).text.partition("<main")[0]
        assert page in shown
        assert settings in shown
        shown = sign_in(person=secretary).get(address).text.partition("<main")[0]
        assert page in shown
        assert settings not in shown
    for role in (Role.OFFICE, Role.ADMINISTRATOR):
        shown = sign_in(role).get(f"{HOME}/log/").text.partition("<main")[0]
        assert page not in shown, "of the okrug alone"
