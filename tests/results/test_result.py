"""A poll whose cycle chose its counting rule: counted, verified, explained, paid and handed out as files."""

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from pb import clock, migrations
from pb.act import Act
from pb.app import create_app
from pb.core.allocation.count import count
from pb.core.allocation.greedy import Reason
from pb.core.allocation.pabulib import read
from pb.core.allocation.pabulib_count import interpret
from pb.core.allocation.pabulib_rules import terms_of
from pb.core.belenios.verify import verify
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.db import Database
from pb.demo import okrug
from pb.demo.cycle import Driver, Stage
from pb.demo.places import KRASNOYAR
from pb.documents.service.sheets import Paper
from pb.errors import FieldRefusal
from pb.formats import money, numbered
from pb.gatherings.service import meetings
from pb.keyring import Keys
from pb.polls.models import Poll
from pb.polls.service import archive, state
from pb.process import documents as posters
from pb.results.service import counting, explanations
from pb.results.service.exports import as_csv
from pb.settings import Settings
from pb.tables import Sheet, as_workbook
from pb.text import harmless
from pb.voting.service import preparation
from pb.winners.service import plans
from tests.village import KEYS

ORIGIN = "http://localhost"
SETTLEMENT = KRASNOYAR.settlements[0]
PART = 10_000_000_00
OPEN = preparation.open_poll


class Finished(NamedTuple):
    database: Database
    client: FlaskClient
    path: str
    counted: counting.Counted
    paid: list[int]
    archive: Path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    folder = tmp_path_factory.mktemp("finished")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    settings = Settings(str(database.engine.url), "a key for tests alone, forty characters!", KEYS.pepper, KEYS.seal,
                        folder, ORIGIN)  # fmt: skip
    app = create_app(settings, database)
    with app.test_request_context(base_url=ORIGIN):
        with database.work() as session:
            okrug.build(session, KEYS, clock.now() - timedelta(days=400))
        driver = Driver(
            database=database,
            keys=KEYS,
            origin=ORIGIN,
            fiscal_year=clock.local(clock.now()).year + 1,
            begins=clock.local(clock.now() - timedelta(days=120)).date(),
            voters=12,
            projects=6,
            roll_size=14,
            report=lambda _stage, _figures: None,
            rule={"in_part": True, "settlement_envelopes": {SETTLEMENT: PART}},
        )
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(preparation, "open_poll", with_a_group)
            demo = driver.run(Stage.BUDGET)
        with database.work() as session:
            act = okrug.act_of(session, None, clock.now())
            cycle = session.get_one(Cycle, demo.cycle_id)
            counted = counting.outcome(act, cycle)
            assert counted is not None
            paid = [standing.total for standing in plans.standings(act, cycle)]
            poll = state.require(act, cycle)
            bel = folder / f"{poll.uuid}.bel"
            bel.write_bytes(b"".join(archive.stream(session, poll)))
    yield Finished(database, app.test_client(), f"{demo.path}/result", counted, paid, bel)
    database.engine.dispose()


def with_a_group(act: Act, cycle: Cycle, poll: Poll, keys: Keys, *, closes_at: datetime) -> Poll:
    """Opens as the akim's office would that put the two projects named first into one group."""
    proposals = [proposal.id for proposal, _review in meetings.approved(act, cycle)]
    with pytest.raises(FieldRefusal):
        OPEN(act, cycle, poll, keys, closes_at=closes_at, exclusive=[frozenset(proposals[:1])])
    return OPEN(act, cycle, poll, keys, closes_at=closes_at, exclusive=[frozenset(proposals[:2])])


def test_of_a_group_one_wins_and_the_other_learns_which(finished: Finished) -> None:
    (excluded,) = [one for one in finished.counted.projects if one.reason == Reason.EXCLUDED]
    rival = next(one for one in finished.counted.projects if one.number == excluded.rival)
    assert (rival.won, excluded.won) == (True, False)
    page = finished.client.get(finished.path, query_string={"lang": "en"}).text
    assert f"Only one of these projects can win, and another one did: №\u00a0{rival.number}." in page
    assert "Of projects that exclude each other only one can win." in page


def test_the_archive_tells_the_same_winners_and_sums(finished: Finished) -> None:
    report = verify(finished.archive)
    assert report.ok
    assert report.allocation == finished.counted.allocation
    assert report.terms is not None
    assert (report.terms.rule.in_part, report.terms.rule.envelopes) == (True, {SETTLEMENT: PART})


def test_the_budget_pays_what_was_granted(finished: Finished) -> None:
    granted = [one.granted for one in finished.counted.projects if one.won]
    assert finished.paid == granted
    assert sum(granted) == finished.counted.spent <= finished.counted.envelope


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_says_why_and_what_it_means(finished: Finished, language: str) -> None:
    page = finished.client.get(finished.path, query_string={"lang": language})
    assert page.status_code == 200
    settlements = {one.settlement for one in finished.counted.projects}
    spreads = 1 + (len(settlements) > 1)  # over the kinds of projects, and over the settlements
    assert page.text.count('<svg class="chart"') == 2 + spreads
    assert page.text.count("<table") == 1 + spreads
    for ending in ("csv", "xlsx", "pb"):
        assert f"{finished.path}.{ending}" in page.text
    if language == "en":
        assert "Paid from the part of its settlement: Krasny Yar." in page.text
        assert "The first project that does not fit gets what is left" in page.text
        assert "12 voters chose a project that won" in page.text


def test_winners_come_first_and_what_belongs_to_a_checker_is_folded_away(finished: Finished) -> None:
    """A phone showed 10,000 px of it, and measures of proportionality before what won."""
    page = finished.client.get(finished.path, query_string={"lang": "en"}).text
    main = page.partition("<main")[2].partition("</main>")[0]
    in_sight = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", main)
    assert [html.unescape(re.sub(r"<svg.*?</svg>", "", one)).strip() for one in headings] == [
        "What won",
        "What did not win, and why",
        "What happens next",
    ]
    assert "<table" not in in_sight, "a phone scrolls no table sideways"
    for technical in ("EJR+", "archive", "(CSV)", "Identifier of the poll", "text drawn in public"):
        assert technical not in in_sight, technical
    for project in finished.counted.projects:
        title = html.escape(project.called("en").text)
        assert f'{numbered(project.number)}. <span lang="ru">{title}</span>' in in_sight, "English has none"
        if not project.won:
            with finished.client.application.test_request_context(query_string={"lang": "en"}):
                assert explanations.reason(project, finished.counted) in html.unescape(in_sight)


def test_bars_mark_the_titles_that_english_has_in_russian(finished: Finished) -> None:
    page = html.unescape(finished.client.get(finished.path, query_string={"lang": "en"}).text)
    chart = page.partition('<svg class="chart"')[2].partition("</svg>")[0]
    kazakh = finished.client.application.test_client().get(finished.path, query_string={"lang": "kk"}).text
    for project in finished.counted.projects:
        first = project.called("ru").text.split()[0]
        assert re.search(rf'<text[^>]* lang="ru">[^<]*{re.escape(first)}', page), project.title
    assert "<title>" in chart
    assert 'lang="ru">' not in kazakh.partition("<main")[2], "a Kazakh page needs no mark"


def test_each_winner_has_a_card_that_leads_to_its_project(finished: Finished) -> None:
    page = finished.client.get(finished.path, query_string={"lang": "en"}).text
    cards = re.findall(r'<li class="card tile">.*?</li>', page, re.DOTALL)
    won = [one for one in finished.counted.projects if one.won]
    assert len(cards) == len(won)
    for project, card in zip(won, cards, strict=True):
        assert f'href="{finished.path.removesuffix("/result")}/proposals/{project.number}"' in card
        assert card.count("<a ") == 1
        assert card.count('class="tag') == 1
        assert money(project.granted) in card
        assert f"Votes: {project.votes}" in card


def test_the_money_is_one_bar_that_says_what_is_spent_and_what_is_left(finished: Finished) -> None:
    page = finished.client.get(finished.path, query_string={"lang": "en"}).text
    bar = page.partition('<svg class="chart"')[2].partition("</svg>")[0]
    counted = finished.counted
    told = f"Envelope: {money(counted.envelope)}. Spent: {money(counted.spent)}. Left: {money(counted.left)}."
    assert f"<title>{told}</title>" in bar
    assert bar.count("<rect") == 2


def test_the_result_page_ends_with_what_happens_next(finished: Finished) -> None:
    page = finished.client.get(finished.path, query_string={"lang": "en"}).text
    following = page.partition('id="next"')[2].partition("</section>")[0]
    assert "/winners" in following
    assert "carries the projects out" in following


def test_the_page_of_a_project_says_whether_it_won_and_why_not(finished: Finished) -> None:
    proposals = finished.path.removesuffix("/result") + "/proposals"
    client, listed = finished.client, finished.client.get(f"{proposals}?lang=en").text
    for project in finished.counted.projects:
        page = html.unescape(client.get(f"{proposals}/{project.number}?lang=en").text)
        word = "Won" if project.won else "Did not win"
        assert f'<span class="tag {"green" if project.won else "grey"}">{word}</span>' in page
        assert f'href="{finished.path}"' in page
        if not project.won:
            with client.application.test_request_context(query_string={"lang": "en"}):
                assert explanations.reason(project, finished.counted) in page
    assert listed.count(">Won</span>") == sum(one.won for one in finished.counted.projects)


def test_the_table_holds_every_project_and_its_reason(finished: Finished) -> None:
    answer = finished.client.get(f"{finished.path}.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == [one.called("en").text for one in finished.counted.projects]
    assert sum(int(row[6]) for row in rows[1:]) * 100 == finished.counted.spent
    assert all(row[-1] for row in rows)


def test_the_workbook_has_a_sheet_for_every_view(finished: Finished) -> None:
    answer = finished.client.get(f"{finished.path}.xlsx")
    assert ZipFile(io.BytesIO(answer.data)).testzip() is None
    book = load_workbook(io.BytesIO(answer.data))
    assert len(book.sheetnames) == 5
    assert book.worksheets[0].max_row == len(finished.counted.projects) + 1


def test_the_pabulib_file_holds_sums_and_no_ballot(finished: Finished) -> None:
    file = read(finished.client.get(f"{finished.path}.pb").data)
    assert file.votes.rows == ()
    reading = interpret(file)
    assert list(reading.instance.votes) == [one.votes for one in finished.counted.projects]
    counted = count(reading.instance, terms_of(file))
    names = {project.id: project.name for project in reading.instance.projects}
    assert {names[winner] for winner in counted.winners} == {one.title for one in finished.counted.projects if one.won}
    marks = ["2" if one.in_part else str(int(one.won)) for one in finished.counted.projects]
    assert file.projects.column("selected") == marks
    assert "2" in marks, "who was paid in part is not selected whole"


@pytest.mark.parametrize("text", ["=1+1", "+7", "-3", "@SUM(A1)", "\t=2"])
def test_no_text_becomes_a_formula(text: str) -> None:
    sheet = Sheet("t", ["a"], [[text], [5]])
    assert as_csv(sheet, "en").decode("utf-8-sig").splitlines()[1].strip('"').startswith("'")
    cells = load_workbook(io.BytesIO(as_workbook([sheet]))).worksheets[0]
    assert (cells["A2"].data_type, cells["A3"].value) == ("s", 5)
    assert harmless("1 = 1") == "1 = 1"


def test_before_there_is_a_result_there_are_no_files(finished: Finished) -> None:
    wrong = re.sub(r"/2\d{3}/", "/1999/", finished.path)
    assert all(finished.client.get(f"{wrong}.{ending}").status_code == 404 for ending in ("csv", "xlsx", "pb"))


def test_the_poster_of_the_result_names_the_winners(finished: Finished) -> None:
    cycle = finished.path.removesuffix("/result")
    assert "What the residents decided" in finished.client.get(f"{cycle}/posters?lang=en").text
    with finished.database.work(writing=False) as session:
        act = okrug.act_of(session, None, clock.now())
        found = next(one for one in cycles.all_of(act) if cycles.path(act, one) == cycle)
        poster = posters.result(act, found, "kk", "", Paper.A4)
    won = [one for one in finished.counted.projects if one.won]
    assert [row[1] for row in poster.rows] == [money(one.cost) for one in won]
    assert all(one.called("kk").text in row[0] for one, row in zip(won, poster.rows, strict=True))


def test_the_poster_of_a_result_that_is_not_adopted_says_so(
    finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: a sheet for the wall had winners as a decision while the checks said that nothing can be adopted yet."""
    cycle = finished.path.removesuffix("/result")
    with finished.database.work(writing=False) as session:
        act = okrug.act_of(session, None, clock.now())
        found = next(one for one in cycles.all_of(act) if cycles.path(act, one) == cycle)
        adopted = posters.result(act, found, "kk", "", Paper.A4)
        monkeypatch.setattr(meetings, "adopted", lambda _act, _cycle: None)
        waiting = posters.result(act, found, "kk", "", Paper.A4)
    assert adopted.frame.title != waiting.frame.title
    assert [fact for fact in waiting.facts if fact not in adopted.facts] == waiting.facts[:1]
