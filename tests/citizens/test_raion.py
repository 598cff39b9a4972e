"""The okrugs of a raion side by side: each figure with its source, what is missing in words, in few statements."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from lxml import html
from openpyxl import load_workbook

from pb.act import Act, Role
from pb.citizens.service import comparing
from pb.db import Database
from pb.demo.places import KRASNOYAR
from pb.territory.service import populations, tree
from pb.winners import service as winners
from tests.citizens.world import SPENT, YEAR, in_force, reported
from tests.pages import Pages
from tests.process.raions import asked
from tests.village import HOME, MILLION, Okrug
from tests.winners.world import come_to_a_result

PEOPLE = 1_234
RAION = "/kokshetau/citizens"


@pytest.fixture
def raion(okrug: Okrug) -> Act:
    """The city with its address, and a neighbour that keeps no budget here."""
    city = tree.describe(okrug.session, KRASNOYAR.above)
    tree.give_address(Act(okrug.session, city, None, frozenset(), okrug.at), "kokshetau")
    names = ("Көрші ауылдық округі", "Соседний сельский округ", "Neighbour rural okrug")
    there = tree.describe(
        okrug.session, tree.Described("111100001", KRASNOYAR.described.kind, names, ()), KRASNOYAR.above
    )
    tree.give_address(Act(okrug.session, there, None, frozenset(), okrug.at), "korshi")
    return Act(okrug.session, city, None, frozenset(), okrug.at)


def test_each_figure_is_computed_of_the_budget_and_what_is_missing_is_none(okrug: Okrug, raion: Act) -> None:
    version = in_force(okrug)
    first, other = sorted(comparing.of_raion(raion, [YEAR]), key=lambda one: one.standing is None)
    assert (other.standing, other.each, other.own_share, other.executed_share, other.decided_share) == (None,) * 5
    assert (first.each, first.paid, first.decided) == (None, None, None)
    assert first.own_share == 1969
    populations.record(okrug.act(Role.OFFICE), YEAR, PEOPLE, source="stat.gov.kz")
    reported(okrug, version, date(YEAR, 9, 30))
    reported(okrug, version, date(YEAR, 10, 31), MILLION)
    first = next(one for one in comparing.of_raion(raion, [YEAR]) if one.standing is not None)
    assert first.each == (SPENT + PEOPLE // 2) // PEOPLE
    assert first.report is not None
    assert first.report.until == date(YEAR, 10, 31)
    assert (first.paid, first.executed_share) == (3 * MILLION, 446)
    assert comparing.years(raion) == [YEAR]


def test_what_residents_decided_is_a_part_of_the_spending(
    okrug: Okrug, raion: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_to_a_result(okrug, monkeypatch)
    winners.make_lines(okrug.act(Role.OFFICE), okrug.cycle)
    in_force(okrug, 2027)
    found = next(one for one in comparing.of_raion(raion, [2027]) if one.standing is not None)
    assert found.decided == (2, 10 * MILLION)
    assert found.decided_share == 1488


@pytest.mark.usefixtures("raion")
def test_the_page_has_a_card_for_each_okrug_and_files_to_take(okrug: Okrug, pages: Pages) -> None:
    version = in_force(okrug)
    okrug.session.commit()
    told = pages.get(RAION).text
    page = html.fromstring(told)
    assert len(page.xpath("//ul[contains(@class, 'side-by-side')]/li")) == 2
    assert not page.xpath("//main//table"), "nothing that a phone scrolls sideways"
    for words in (
        "nobody recorded the population",
        "no report on what was paid was taken in",
        "residents decided nothing of this budget",
        "No budget of this year has gone before the assembly here.",
    ):
        assert words in told
    assert f'href="{HOME}/budget/{YEAR}/versions/1"' in told
    populations.record(okrug.act(Role.OFFICE), YEAR, PEOPLE, source="stat.gov.kz")
    reported(okrug, version, date(YEAR, 10, 31), MILLION)
    okrug.session.commit()
    told = pages.get(f"{RAION}?sort=each&order=desc&year=1999").text
    names = [" ".join(one.text_content().split()) for one in html.fromstring(told).xpath("//li[@class='card']/h2")]
    assert names == ["Krasnoyar rural okrug", "Neighbour rural okrug"], "who has no figure stands last"
    assert f"{HOME}/budget/{YEAR}/citizens/executed-{YEAR}-10-31" in told
    assert "4,46\u00a0%" in told
    csv = pages.get("/kokshetau/citizens.csv").data.decode("utf-8-sig").splitlines()
    assert len(csv) == 3
    [row] = [line.split(",") for line in csv if "Krasnoyar" in line]
    assert (row[5], row[6], row[12]) == ("67224000", str(PEOPLE), f"{YEAR}-10-31")
    book = load_workbook(BytesIO(pages.get("/kokshetau/citizens.xlsx").data))
    assert book.worksheets[0].max_row == 3
    pages.get(f"{HOME}/citizens.csv", status=404)
    for path in ("/kokshetau/", f"/kokshetau/budgets?year={YEAR}", "/kokshetau/maslikhat"):
        assert RAION in pages.get(path).text


@pytest.mark.usefixtures("raion")
def test_questions_to_the_database_do_not_grow_with_okrugs_or_years(okrug: Okrug, tmp_path: Path) -> None:
    def count(years: list[int]) -> int:
        okrug.session.commit()
        database = Database(f"sqlite:///{tmp_path / 'okrug.db'}")
        with database.work(writing=False) as session, asked(database) as statements:
            there = tree.find(session, "kokshetau")
            assert there is not None
            comparing.of_raion(Act(session, there, None, frozenset(), okrug.at), years)
        database.engine.dispose()
        return len(statements)

    reported(okrug, in_force(okrug), date(YEAR, 10, 31))
    few = count([YEAR])
    for year in range(YEAR - 4, YEAR):
        in_force(okrug, year)
    many = count(list(range(YEAR - 4, YEAR + 1)))
    assert many <= few
    assert many < 14
