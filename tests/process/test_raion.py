"""A raion's page: its okrugs side by side, each figure the one of its own page, and nothing of an open poll."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from pb import clock, formats, migrations
from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.db import Database
from pb.demo.cycle import Stage
from pb.demo.places import KRASNOYAR
from pb.formats import money
from pb.polls.models import Poll
from pb.process.service import ending, raion
from pb.process.views import raion as raion_page
from pb.proposals.service import proposals
from pb.results.service import counting
from pb.territory.models import Territory
from pb.territory.service import populations
from pb.winners import service as winners
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll, driven
from tests.process.raions import CITY, YEAR, asked, cycle_there, give_city_an_address, neighbour
from tests.village import MILLION, Village, content, sole


@pytest.fixture
def city(okrug: Village) -> Village:
    """The city with its address, the okrug in the phase of ideas, one neighbour in the vote and one done."""
    give_city_an_address(okrug)
    okrug.open_cycle(envelope=40 * MILLION)
    neighbour(okrug, 1, phase=Phase.VOTING, envelope=90 * MILLION, people=3000)
    neighbour(okrug, 2, phase=Phase.WORKS, envelope=50 * MILLION)
    return okrug


def shown(page: str) -> list[str]:
    """The slugs of the okrugs in the order of the table."""
    return re.findall(r'<th scope="row"><a href="/([a-z0-9-]+)/">', page)


def cycles_shown(page: str) -> list[tuple[str, str]]:
    """Okrug and phase of each row, in the order of the table."""
    return re.findall(r'<th scope="row"><a href="/([a-z0-9-]+)/">.*?<td[^>]*><a[^>]*>([^<]+)<', page, re.DOTALL)


def table(client: LintingClient, query: str = "") -> list[list[str]]:
    answer = client.get(f"{CITY}okrugs.csv{query}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    delimiter = ";" if "lang=kk" in query or "lang=ru" in query else ","  # as the spreadsheet of that language wants
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.both_databases
def test_the_okrugs_stand_side_by_side_with_links_to_their_own_pages(city: Village, client: LintingClient) -> None:
    assert city.people
    page = client.get(CITY).text
    assert set(shown(page)) == {"krasnoyar", "korshi-1", "korshi-2"}
    for slug, room in (("krasnoyar", "proposals"), ("korshi-1", "poll"), ("korshi-2", "")):
        assert f'href="/{slug}/{YEAR}/{room}"' in page
    assert money(90 * MILLION) in page
    for address in set(re.findall(r'href="(/k[^"]+)"', page.partition("<table")[2].partition("</table>")[0])):
        assert client.get(address).status_code == 200, address


def test_the_days_left_are_those_that_the_okrug_s_own_page_says(
    city: Village, client: LintingClient, sign_in: SignIn
) -> None:
    """The last day itself counts: on it one day is left, and the day after none."""
    with city.in_cycle(city.cycle_at(f"/krasnoyar/{YEAR}")) as (_act, cycle):
        until = cycle.proposals_until
    with city.in_cycle(city.cycle_at(f"/krasnoyar/{YEAR}"), Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content()))
    own = sign_in(Role.OFFICE).get(f"/krasnoyar/{YEAR}/").text
    days = {row[0]: row[5] for row in table(client)}["Krasnoyar rural okrug"]
    assert f"Days left of this phase: {days}." in own
    assert days == str((until - clock.local(clock.now()).date()).days + 1)
    for later, told in ((0, 1), (1, 0), (2, -1)):
        assert cycles.days_left(until, until + timedelta(days=later)) == told


@pytest.mark.both_databases
def test_a_running_vote_does_not_hide_behind_next_year_s_ideas(
    opened: OpenPoll, client: LintingClient, okrug: Village
) -> None:
    """Every running cycle has its row and the latest ended one too; an open vote is the first."""
    give_city_an_address(okrug)
    neighbour(okrug, 1, phase=Phase.BUDGET, people=900)
    assert opened.demo.path == f"/krasnoyar/{YEAR}"
    with okrug.act_as(Role.OFFICE) as act:
        for _attempt in range(2):
            cycle_there(act, Phase.WORKS, year=YEAR - 1)
        cycle_there(act, Phase.PROPOSALS, year=YEAR + 1)
    with okrug.act_as(Role.OFFICE, place="korshi-1") as act:
        cycle_there(act, Phase.WORKS, year=YEAR - 1)
    page = client.get(CITY).text
    assert cycles_shown(page) == [
        ("krasnoyar", f"{YEAR}: Vote"),
        ("korshi-1", f"{YEAR}: Budget"),
        ("korshi-1", f"{YEAR - 1}: Works"),
        ("krasnoyar", f"{YEAR + 1}: Ideas"),
        ("krasnoyar", f"{YEAR - 1}-2: Works"),
    ]
    by_name = cycles_shown(client.get(f"{CITY}?sort=name&order=desc").text)
    assert next(phase for slug, phase in by_name if slug == "krasnoyar") == f"{YEAR}: Vote"
    assert [slug for slug, _phase in by_name] == ["krasnoyar"] * 3 + ["korshi-1"] * 2
    assert cycles_shown(client.get(f"{CITY}?phase=voting").text) == [("krasnoyar", f"{YEAR}: Vote")]
    assert cycles_shown(client.get(f"{CITY}?phase=works&year={YEAR - 1}").text) == [
        ("korshi-1", f"{YEAR - 1}: Works"),
        ("krasnoyar", f"{YEAR - 1}-2: Works"),
    ]
    assert [row[2] for row in table(client)[1:]] == [
        *map(str, (YEAR, YEAR, YEAR - 1, YEAR + 1)),
        f"{YEAR - 1}-2",
    ]
    bars = page.partition('<ul class="bars">')[2].partition("</ul>")[0]
    assert re.findall(r"<li>([^:]+):", bars)[1:3] == [
        f"Korshi 1 rural okrug, {YEAR}",
        f"Korshi 1 rural okrug, {YEAR - 1}",
    ]


def test_a_cycle_that_was_ended_early_takes_no_finished_one_s_place(city: Village, client: LintingClient) -> None:
    with city.act_as(Role.OFFICE) as act:
        [broken_off] = cycles.all_of(act)
        cycle_there(act, Phase.WORKS, year=YEAR - 1)
        assert ending.end(act, broken_off, "Nobody proposed anything.")
    of_it = [phase for slug, phase in cycles_shown(client.get(CITY).text) if slug == "krasnoyar"]
    assert of_it == [f"{YEAR}: Ended early", f"{YEAR - 1}: Works"]
    assert [row[2] for row in table(client) if row[0] == "Krasnoyar rural okrug"] == [str(YEAR), str(YEAR - 1)]


def test_the_money_of_a_cycle_that_was_ended_early_is_compared_with_nothing(
    city: Village, client: LintingClient
) -> None:
    """Played: 200 000 tenge for each resident that nobody spends, beside the cycle that took its place."""
    with city.act_as(Role.OFFICE) as act:
        [broken_off] = cycles.all_of(act)
        year = broken_off.fiscal_year
        assert ending.end(act, broken_off, "Nobody proposed anything.")
    page = client.get(CITY).text
    assert f"Krasnoyar rural okrug, {year}" not in page.partition('<ul class="bars">')[2].partition("</ul>")[0]
    assert ("krasnoyar", f"{year}: Ended early") in cycles_shown(page)
    city.open_cycle(fiscal_year=year)
    page = client.get(CITY).text
    assert f"Krasnoyar rural okrug, {year}-2" in page.partition('<ul class="bars">')[2]
    assert ("krasnoyar", f"{year}: Ended early") not in cycles_shown(page)


def test_of_a_cycle_that_was_ended_early_nothing_more_is_promised(okrug: Village, client: LintingClient) -> None:
    give_city_an_address(okrug)
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content()))
    base = okrug.path(cycle_id)
    assert "not made yet" in client.get(CITY).text
    assert "Waits for review" in client.get(f"{base}/proposals").text
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        assert ending.end(act, cycle, "Nobody can review.")
    assert "not made yet" not in client.get(CITY).text
    for page in ("/proposals", "/proposals/1"):
        told = re.sub(r"<form.*?</form>", "", client.get(f"{base}{page}").text, flags=re.DOTALL)
        assert "Waits for review" not in told
        assert "Not decided: the cycle was ended early" in told
    told = client.get(f"{base}/winners").text
    assert "it was ended early" in told
    assert "They are made when" not in told
    assert "usually in December" not in told


def test_on_a_telephone_what_there_is_not_takes_no_line(
    opened: OpenPoll, client: LintingClient, okrug: Village
) -> None:
    give_city_an_address(okrug)
    neighbour(okrug, 1)
    page = client.get(CITY).text
    cells = re.findall(r'<td data-label="([^"]+)" class="([a-z ]+)">(.*?)</td>', page)
    assert {shown == "–" for _label, kinds, shown in cells if "nothing" in kinds} == {True}
    assert ("People on the roll", "number nothing", "–") in cells, "no roll yet is not a roll of nobody"
    turnout = next(shown for label, kinds, shown in cells if label == "Turnout" and "nothing" not in kinds)
    assert re.search(r">\d+ of \d+<br>", turnout)
    assert opened.path


def test_the_city_s_address_of_the_vote_leads_to_who_votes(
    opened: OpenPoll, client: LintingClient, okrug: Village
) -> None:
    give_city_an_address(okrug)
    neighbour(okrug, 1)
    page = client.get(f"{CITY}vote").text.partition("<main")[2]
    assert page.index('href="/krasnoyar/vote"') < page.index('href="/korshi-1/"')
    assert "Votes now" in page
    assert client.get(f"{CITY}assembly").status_code == 404
    assert "/assembly" not in client.get(CITY).text
    assert opened.path


def test_before_the_vote_its_short_address_says_when_it_comes(okrug: Village, client: LintingClient) -> None:
    cycle_id = okrug.open_cycle()
    page = client.get("/krasnoyar/vote").text
    with okrug.in_cycle(cycle_id) as (_act, cycle):
        assert formats.day(cycle.voting_until, "en") in page
    assert f'href="{okrug.path(cycle_id)}/"' in page


def test_a_city_s_settings_call_it_a_city_and_leave_nothing_empty(okrug: Village, client: LintingClient) -> None:
    give_city_an_address(okrug)
    page = client.get(f"{CITY}settings").text
    assert "<h1>Settings of the city</h1>" in page
    assert "<dt>City</dt>" in page
    assert "Territory</dt>" not in page
    assert "<dd></dd>" not in page


def test_the_number_of_queries_does_not_grow_with_the_okrugs(okrug: Village, client: LintingClient) -> None:
    """Two okrugs, then six of several cycles each, in every phase and with polls: page, table and front page."""
    give_city_an_address(okrug)
    okrug.open_cycle()
    neighbour(okrug, 1, phase=Phase.VOTING, people=900)
    counted = []
    for more in ((), (2, 3, 4, 5)):
        for number in more:
            slug = neighbour(okrug, number, phase=Phase.VOTING if number % 2 else Phase.BUDGET, people=800 + number)
            with okrug.act_as(Role.OFFICE, place=slug) as act:
                for year, phase in ((YEAR - 1, Phase.WORKS), (YEAR + 1, Phase.PROPOSALS)):
                    cycle_there(act, phase, year=year)
        for address in (CITY, f"{CITY}okrugs.csv", "/", "/?q=korshi"):
            client.get(address)
            with asked(okrug.database) as statements:
                assert client.get(address).status_code == 200
            counted.append(len(statements))
    assert len(shown(client.get(CITY).text)) == 2 + 4 * 3
    assert counted[:4] == counted[4:]
    assert max(counted) < 30


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["korshi-1", "korshi-2", "krasnoyar"]),
        ("?order=desc", ["krasnoyar", "korshi-2", "korshi-1"]),
        ("?sort=envelope", ["krasnoyar", "korshi-2", "korshi-1"]),
        ("?sort=envelope&order=desc", ["korshi-1", "korshi-2", "krasnoyar"]),
        ("?sort=phase", ["krasnoyar", "korshi-1", "korshi-2"]),
        ("?sort=days", ["krasnoyar", "korshi-1", "korshi-2"]),
        ("?sort=days&order=desc", ["korshi-1", "krasnoyar", "korshi-2"]),
        ("?phase=voting", ["korshi-1"]),
        ("?q=КӨРШ", ["korshi-1", "korshi-2"]),
        ("?q=krasno", ["krasnoyar"]),
        (f"?year={YEAR}", ["korshi-1", "korshi-2", "krasnoyar"]),
        ("?year=1999&phase=nonsense&sort=nonsense&order=x&each=x", ["korshi-1", "korshi-2", "krasnoyar"]),
        ("?year=x", ["korshi-1", "korshi-2", "krasnoyar"]),
    ],
)
def test_it_is_sorted_and_filtered_by_its_address(
    city: Village, client: LintingClient, query: str, order: list[str]
) -> None:
    """What is not known yet stands last either way; the table for a spreadsheet is the same."""
    assert city.people
    assert shown(client.get(f"{CITY}{query}").text) == order
    katos = {"krasnoyar": KRASNOYAR.described.kato, "korshi-1": "111100001", "korshi-2": "111100002"}
    assert [row[1] for row in table(client, query)[1:]] == [katos[slug] for slug in order]


def test_what_was_asked_stays_in_the_links_that_sort(city: Village, client: LintingClient) -> None:
    assert city.people
    page = client.get(f"{CITY}?phase=voting&sort=envelope").text
    assert f'href="{CITY}?phase=voting&amp;sort=envelope&amp;order=desc"' in page
    assert f'href="{CITY}?phase=voting&amp;sort=roll"' in page
    assert 'aria-sort="ascending"' in page
    assert f'href="{CITY}okrugs.csv?phase=voting&amp;sort=envelope"' in page
    assert "Nothing here fits" in client.get(f"{CITY}?q=zzz").text


@pytest.mark.parametrize(("language", "heading"), [("kk", "Аумақ"), ("ru", "Территория"), ("en", "Territory")])
def test_the_table_has_numbers_as_they_are_and_headings_of_the_reader(
    city: Village, client: LintingClient, language: str, heading: str
) -> None:
    assert city.people
    rows = table(client, f"?lang={language}&sort=envelope")
    assert rows[0][0] == heading
    assert [row[6] for row in rows[1:]] == ["40000000", "50000000", "90000000"]


def test_a_name_is_no_formula_in_the_table(city: Village, client: LintingClient) -> None:
    with city.act_as() as act:
        sole(act.session).name_en = "=HYPERLINK(1)"
    assert "'=HYPERLINK(1)" in {row[0] for row in table(client)}


def test_bars_tell_of_residents_only_where_somebody_counted_them(city: Village, client: LintingClient) -> None:
    assert city.people
    page = client.get(CITY).text.partition('id="each"')[2].partition("</ul>\n{%")[0]
    assert page.count("no population recorded") == 2
    assert page.count("<svg") == 1
    assert money(30_000_00) in page, "90 000 000 for 3000 people"
    assert 'href="/korshi-1/population"' in page
    assert "stat.gov.kz" in client.get("/korshi-1/settings").text
    granted = client.get(f"{CITY}?each=granted").text
    assert "nothing is decided yet" in granted
    assert "<svg" not in granted.partition('id="each"')[2]


@pytest.mark.both_databases
def test_of_an_open_poll_nothing_is_told_but_the_turnout(
    opened: OpenPoll, client: LintingClient, okrug: Village
) -> None:
    opened.cast(client, opened.ballot(0, 1))
    give_city_an_address(okrug)
    with okrug.act_as() as act:
        city = act.session.get_one(Territory, sole(act.session).parent_id)
        [one] = raion.compare(Act(act.session, city, None, frozenset(), act.at)).standings
        assert one.turnout is not None
        cast, entitled = one.turnout
        _cycle, poll = opened.rows(act)
        assert one.until == clock.local(poll.closes_at or act.at).date()
        assert (one.decided, one.lines, one.decisions) == (None, None, [])
    own = " ".join(re.sub(r"<[^>]+>", " ", client.get(opened.path).text).split())
    assert f"Ballots in the box {cast} of {entitled} voters" in own
    percent = formats.tenths(cast * 1000 // entitled)
    assert f"voters ({percent}\u00a0%)" in own.replace(" %", "\u00a0%"), (
        "the figure of the raion's page is on the poll's own"
    )
    assert f">{cast} of {entitled}<br>{percent}\u00a0%</a>" in client.get(CITY).text
    assert [row[10:16] for row in table(client)[1:]] == [[""] * 6]


class Done(NamedTuple):
    database: Database
    counted: counting.Counted
    lines: int
    total: int


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """A cycle whose budget was decided."""
    folder = tmp_path_factory.mktemp("done")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    with driven(database, folder, roll_size=14) as driver:
        driver.begins -= timedelta(days=60)
        driver.voters, driver.spare_cards = 12, 0
        demo = driver.run(Stage.BUDGET)
    with database.work(writing=False) as session:
        act = Act(session, sole(session), None, frozenset(), clock.now())
        cycle = session.get_one(Cycle, demo.cycle_id)
        counted = counting.outcome(act, cycle)
        assert counted is not None
        lines = winners.of_cycle(act, cycle)
        yield Done(database, counted, len(lines), sum(winner.granted for winner in lines))
    database.engine.dispose()


def test_the_figures_are_those_of_the_result_and_of_the_budget(done: Done) -> None:
    with done.database.work(writing=False) as session:
        city = session.get_one(Territory, sole(session).parent_id)
        [one] = raion.compare(Act(session, city, None, frozenset(), clock.now())).standings
        assert one.decided == (sum(project.won for project in done.counted.projects), done.counted.spent)
        assert one.turnout == (done.counted.voted, done.counted.entitled)
        assert one.turnout is not None
        assert one.turnout.tenths == done.counted.voted * 1000 // done.counted.entitled
        assert one.lines == raion.Lines(done.lines, done.total)
        assert [decision.reference for decision in one.decisions] == ["41-3"]
        assert one.roll == 14


def test_an_annulled_poll_has_neither_turnout_nor_result(opened: OpenPoll, okrug: Village) -> None:
    with okrug.act_as() as act:
        _cycle, poll = opened.rows(act)
        poll_id = poll.id
    from pb.voting.service import closing

    for role in (Role.OFFICE, Role.CHAIR):
        with opened.act(role) as act:
            cycle, poll = opened.rows(act)
            closing.annul(act, cycle, poll, "a wrong project")
    with okrug.act_as() as act:
        assert act.session.get_one(Poll, poll_id).state == "annulled"
        city = act.session.get_one(Territory, sole(act.session).parent_id)
        [one] = raion.compare(Act(act.session, city, None, frozenset(), act.at)).standings
        assert (one.turnout, one.decided) == (None, None)


def test_an_okrug_has_no_table_of_okrugs(okrug: Village, client: LintingClient) -> None:
    assert okrug.people
    assert client.get("/krasnoyar/okrugs.csv").status_code == 404


def test_the_latest_count_before_the_year_holds(city: Village) -> None:
    with city.act_as() as act:
        for year, people in ((YEAR - 4, 100), (YEAR - 2, 200)):
            populations.record(act, year, people, source="stat.gov.kz")
        before = populations.at(act.session, act.territory.id, YEAR - 3)
        assert before is not None
        assert before.people == 100, "what was counted later does not count"
        parent = act.session.get_one(Territory, sole(act.session).parent_id)
        compared = raion.compare(Act(act.session, parent, None, frozenset(), act.at))
        [one] = [one for one in compared.standings if one.slug == "krasnoyar"]
        assert one.people is not None
        assert one.people.people == 200
        assert one.envelope_each() == 40 * MILLION // 200


def test_many_okrugs_stand_on_pages_with_bars_of_one_measure(
    city: Village, client: LintingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raion_page, "PAGE", 2)
    assert city.people
    first, second = (client.get(f"{CITY}?sort=envelope&page={number}").text for number in (1, 2))
    assert (shown(first), shown(second)) == (["krasnoyar", "korshi-2"], ["korshi-1"])
    assert "Page 1 of 2" in first
    assert "sort=envelope" in first.partition('rel="next"')[2].partition(">")[0]
    whole = table(client, "?sort=envelope")
    assert len(whole) == 4, "the table for a spreadsheet is whole"
    assert shown(client.get(f"{CITY}?page=9").text) == shown(client.get(CITY).text)
