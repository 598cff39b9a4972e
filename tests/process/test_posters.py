"""Posters: those of the moment are offered, on one sheet, with an address to be photographed or typed."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from pb import clock
from pb.core.poll.bilingual import Said
from pb.cycles.models import Phase
from pb.process import documents
from pb.worker import run_all
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.tools import require_tool
from tests.village import HOME, Village

YEAR = clock.now().year + 1
A3 = "841.89 x 1190.55 pts (A3)"


def printed(app: Flask, client: LintingClient, address: str, folder: Path) -> tuple[str, str]:
    """The words of a poster and what a telephone reads in its square; it is one sheet."""
    require_tool("pdftotext")
    assert client.post(address).status_code == 302
    run_all(app)
    path = folder / "poster.pdf"
    path.write_bytes(client.get(f"{address}.pdf").data)
    about = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    assert "Pages:           1\n" in about
    assert (A3 in about) == ("-a3/" in address)
    words = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout
    subprocess.run(["pdftoppm", "-png", "-r", "72", "-singlefile", path, folder / "poster"], check=True)
    (square,) = zxingcpp.read_barcodes(Image.open(folder / "poster.png"))
    return " ".join(words.split()), square.text


@pytest.mark.parametrize("size", ["a4", "a3"])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_in_the_phase_of_ideas_residents_are_asked_for_projects(
    app: Flask, client: LintingClient, okrug: Village, tmp_path: Path, size: str, language: str
) -> None:
    okrug.open_cycle(fiscal_year=YEAR)
    page = client.get(f"{HOME}/{YEAR}/posters").text
    assert "Propose a project" in page
    assert "Where and how to vote" not in page
    words, square = printed(app, client, f"{HOME}/documents/poster-ideas-{size}/{YEAR}/{language}", tmp_path)
    assert {"kk": "неге жұмсаймыз?", "ru": "на что потратим?"}[language] in words
    assert square.endswith(f"{HOME}/{YEAR}")
    assert square.partition("://")[2] in words


def test_while_people_vote_the_short_address_stands_on_it(
    app: Flask, client: LintingClient, opened: OpenPoll, tmp_path: Path
) -> None:
    cycle = opened.path.removesuffix("/poll")
    page = client.get(f"{cycle}/posters").text
    assert "Where and how to vote" in page
    assert "Propose a project" not in page
    year = cycle.rpartition("/")[2]
    own = client.get(f"{HOME}/documents/poster-vote-a4/{year}/kk").text
    assert "<h1>Poster, A4: Where and how to vote</h1>" in own
    assert "poster-vote-a4" not in own.partition("<main")[2].partition("<form")[0], "no file's name"
    words, square = printed(app, client, f"{HOME}/documents/poster-vote-a4/{year}/kk", tmp_path)
    assert square.endswith(f"{HOME}/vote")
    assert square.partition("://")[2] in words
    assert "Бюллетень құпия." in words


@pytest.mark.parametrize("size", ["a4", "a3"])
@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(
    ("winners", "title"),
    [(1, "Су"), (7, "Мектепке баратын жолға шам орнату"), (25, "Абай көшесіндегі жол " * 6), (10, "Ж" * 120)],
    ids=["one", "seven", "many", "words as long as a line"],
)
def test_however_many_win_the_result_is_one_sheet_with_the_way_to_check_it(
    app: Flask,
    client: LintingClient,
    okrug: Village,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: str,
    language: str,
    winners: int,
    title: str,
) -> None:
    """Played: with seven winners the square and the address stood on a second sheet, which nobody hangs up."""
    okrug.open_cycle(fiscal_year=YEAR)
    said = Said(title[:120], language)
    won = [
        SimpleNamespace(number=n, called=lambda _language: said, cost=12_400_000_00, won=True)
        for n in range(1, winners + 1)
    ]
    counted = SimpleNamespace(projects=won, voted=412, entitled=1830, envelope=60_000_000_00, left=0)
    monkeypatch.setattr(documents.counting, "outcome", lambda _act, _cycle: counted)
    words, square = printed(app, client, f"{HOME}/documents/poster-result-{size}/{YEAR}/{language}", tmp_path)
    assert square.endswith(f"{HOME}/{YEAR}/result")
    assert square.partition("://")[2] in words.replace("/ ", "/"), "an address breaks after a stroke alone"
    assert words.count("12 400 000 ₸") == min(winners, documents.MOST_WINNERS)


def test_what_is_not_the_moment_is_neither_offered_nor_printed(client: LintingClient, okrug: Village) -> None:
    okrug.open_cycle(fiscal_year=YEAR, phase=Phase.REVIEW)
    assert "There is no poster now." in client.get(f"{HOME}/{YEAR}/posters").text
    for name in ("ideas", "vote", "result"):
        assert client.post(f"{HOME}/documents/poster-{name}-a4/{YEAR}/kk").status_code == 404
