"""The assembly's papers are built by a job, in Kazakh and in Russian."""

import subprocess
from pathlib import Path

import pytest

from pb.act import Role
from pb.cycles.models import Phase
from pb.gatherings.models import Matter
from pb.gatherings.service import cycle_meetings, holding, minutes
from pb.worker import run_all
from tests.pages import open_pages
from tests.tools import require_tool
from tests.village import HOME, Okrug


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", ["Жергілікті қоғамдастық жиналысы", "хаттама", "Әкім келіседі"]), ("ru", ["Протокол", "Аким согласен"])],
)
def test_minutes_and_announcement_print(okrug: Okrug, tmp_path: Path, language: str, words: list[str]) -> None:
    okrug.seat_assembly(5)
    proposal = okrug.propose("Сейфуллин көшесін жөндеу")
    okrug.enter(Phase.REVIEW)
    okrug.accept(proposal)
    okrug.enter(Phase.GATHERING)
    chair, secretary = okrug.act(Role.CHAIR), okrug.act(Role.SECRETARY)
    meets_at = okrug.at.replace(hour=13)
    gathering = cycle_meetings.convene(chair, okrug.cycle, Matter.PROJECT, meets_at=meets_at, place="Мектеп")
    everybody = [attendance.member_id for attendance in gathering.attendances]
    holding.mark_present(secretary, gathering, everybody)
    votes = holding.Votes(4, 1, 0, None, frozenset())
    holding.record_votes(secretary, gathering, gathering.questions[0], votes)
    minutes.draw_up(secretary, gathering, remarks="Қонақтар")
    minutes.confirm(secretary, gathering)
    minutes.confirm(chair, gathering)
    minutes.answer(okrug.act(Role.AKIM), gathering, agrees=True, reason="")
    printed = ""
    with open_pages(okrug, tmp_path) as pages:
        for kind in ("announcement", "minutes"):
            page = f"{HOME}/documents/{kind}/meetings/{gathering.number}/{language}"
            room = f"{HOME}/meetings/{gathering.number}"
            assert f'href="{page}"' in pages.get(room if kind == "announcement" else f"{room}/minutes").text
            pages.get(page)
            pages.post(page)
            pages.get(page)
            application = pages.client.application
            assert run_all(application) == 1
            pages.get(page)
            pdf = tmp_path / f"{kind}.pdf"
            pdf.write_bytes(pages.get(f"{page}.pdf").data)
            require_tool("pdftotext")
            text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True).stdout
            printed += " ".join(text.decode().split())
    for expected in [*words, "Сейфуллин көшесін жөндеу", "Member 1", "Қонақтар"]:
        assert expected in printed
