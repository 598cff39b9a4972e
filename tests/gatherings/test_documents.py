"""The assembly's papers are built by a job, in Kazakh and in Russian."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pb.act import Role
from pb.cycles.models import Phase
from pb.documents.service.render import render
from pb.errors import Conflict
from pb.gatherings import documents
from pb.gatherings.models import Gathering, Matter, Paper
from pb.gatherings.service import cycle_meetings, holding, minutes
from pb.gatherings.service.counting import Votes
from pb.identity.service import accounts
from pb.worker import run_all
from tests.pages import open_pages
from tests.tools import require_tool
from tests.village import HOME, Okrug, open_meeting


@pytest.fixture
def met(okrug: Okrug) -> Gathering:
    """A meeting to which four of five came, before its minutes."""
    okrug.seat_assembly(5)
    proposal = okrug.propose("Сейфуллин көшесін жөндеу")
    okrug.enter(Phase.REVIEW)
    okrug.accept(proposal)
    okrug.enter(Phase.GATHERING)
    chair = okrug.act(Role.CHAIR)
    meets_at = okrug.at.replace(hour=13)
    gathering = cycle_meetings.convene(chair, okrug.cycle, Matter.PROJECT, meets_at=meets_at, place="Мектеп")
    everybody = [attendance.member_id for attendance in gathering.attendances]
    okrug.at = meets_at
    secretary = okrug.act(Role.SECRETARY)
    open_meeting(secretary, gathering, everybody[:4])
    votes = Votes(3, 1, 0, None, frozenset())
    holding.record_votes(secretary, gathering, gathering.questions[0], votes)
    return gathering


def text_of(pdf: bytes, folder: Path) -> str:
    require_tool("pdftotext")
    (folder / "paper.pdf").write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", folder / "paper.pdf", "-"], capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


@pytest.mark.parametrize(("language", "words"), [("kk", "Жиналыс"), ("ru", "Объявление о собрании")])
def test_the_announcement_prints(okrug: Okrug, met: Gathering, tmp_path: Path, language: str, words: str) -> None:
    with open_pages(okrug, tmp_path) as pages:
        page = f"{HOME}/documents/announcement/meetings/{met.number}/{language}"
        assert f'href="{page}"' in pages.get(f"{HOME}/meetings/{met.number}").text
        pages.get(page)
        pages.post(page)
        assert run_all(pages.client.application) == 1
        printed = text_of(pages.get(f"{page}.pdf").data, tmp_path)
    assert words in printed
    assert "Сейфуллин көшесін жөндеу" in printed


def test_no_minutes_are_drawn_up_that_could_not_name_their_chair(
    okrug: Okrug, met: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = accounts.holders
    monkeypatch.setattr(accounts, "holders", lambda act, role: [] if role is Role.CHAIR else held(act, role))
    with pytest.raises(Conflict, match="Minutes name chair and secretary"):
        minutes.draw_up(okrug.act(Role.SECRETARY), met, remarks="")


def test_minutes_are_one_file_in_kazakh_and_russian_whose_bytes_stay(
    okrug: Okrug, met: Gathering, tmp_path: Path
) -> None:
    minutes.draw_up(okrug.act(Role.SECRETARY), met, remarks="")
    row = minutes.draw_up(okrug.act(Role.SECRETARY), met, remarks="Қонақтар")
    address = f"{HOME}/meetings/{met.number}/minutes"
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        shown = pages.get(address).text
        assert "The file is being made." in shown
        for role in (Role.CHAIR, Role.SECRETARY):
            assert okrug.people[role].name in shown
        pages.get(f"{address}.pdf", status=404)
        assert run_all(pages.client.application) == 2, "of the version that was drawn up anew nothing is made"
        assert f'href="{address}.pdf"' in pages.get(address).text
        pdf = pages.get(f"{address}.pdf").data
    okrug.session.expire_all()
    [paper] = okrug.session.scalars(select(Paper)).all()
    assert (paper.version, paper.sha256) == (2, hashlib.sha256(pdf).hexdigest())
    printed = text_of(pdf, tmp_path)
    heads = [okrug.people[role].name for role in (Role.CHAIR, Role.SECRETARY)]
    assert [row.body[office]["name"] for office in ("chair", "secretary")] == heads
    for name in heads:  # the heading and the line to sign on, in both languages
        assert printed.count(name) == 4, "played: minutes of standing officers named nobody (law № 148, 39-3, point 10)"
    for words in ("хаттамасы № 1/2026", "Протокол № 1/2026", "Member 1", "Қонақтар", "Қатыспағандар", "Отсутствовали"):
        assert words in printed.replace("\u00a0", " ")
    assert printed.index("хаттамасы №") < printed.index("Протокол №")
    act = okrug.act()
    both = documents.minutes(act, row, "http://localhost")
    assert render(both) == render(both), "the same minutes are the same bytes"
    for change in ("UPDATE minutes_papers SET sha256 = ''", "DELETE FROM minutes_papers"):
        with pytest.raises(DBAPIError, match="frozen_minutes_papers"), okrug.session.begin_nested():
            okrug.session.execute(text(change))
