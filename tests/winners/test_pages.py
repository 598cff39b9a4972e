"""The budget's page: the office makes the lines, a deputy records the decision, everybody reads."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pb.act import Role
from pb.cycles.models import Phase
from pb.gatherings.service import meetings
from pb.results.service import counting
from pb.winners import service
from pb.worker import run_all
from tests.pages import open_pages
from tests.village import HOME, MILLION, Okrug


@pytest.fixture
def adopted(okrug: Okrug, monkeypatch: pytest.MonkeyPatch) -> Okrug:
    lamps = okrug.propose("Lamps")
    okrug.enter(Phase.REVIEW)
    okrug.accept(lamps)
    okrug.enter(Phase.BUDGET)
    won = SimpleNamespace(id=lamps.id, title="Lamps", votes=90, cost=5 * MILLION, granted=5 * MILLION, won=True)
    outcome = SimpleNamespace(voted=181, entitled=300, projects=[won])
    monkeypatch.setattr(counting, "outcome", lambda _act, _cycle: outcome)
    monkeypatch.setattr(meetings, "adopted", lambda _act, _cycle: object())
    return okrug


def test_lines_and_decision(adopted: Okrug, tmp_path: Path) -> None:
    base = f"{HOME}/{adopted.cycle.year}/winners"
    decision = {"number": "38/5", "decided_on": "2026-11-20", "confirmed": "y"}
    with open_pages(adopted, tmp_path) as pages:
        pages.get(base)
        pages.sign_in(Role.DEPUTY)
        pages.post(f"{base}/lines", status=403)
        pages.post(f"{base}/decision", decision, status=409)
        pages.sign_in(Role.OFFICE)
        pages.get(base)
        pages.post(f"{base}/lines", {"confirmed": "y"})
        pages.post(f"{base}/lines", {"confirmed": "y"}, status=409)
        pages.post(f"{base}/decision", decision, status=403)
        page = pages.get(base).text
        assert service.in_thousands(5 * MILLION) in page
        assert "07 / 124 / 008 / 015" in page
        pages.sign_in(Role.DEPUTY)
        assert 'id="decision"' in pages.get(base).text, "where the duty leads"
        pages.post(f"{base}/decision", {**decision, "number": ""}, status=422)
        pages.post(f"{base}/decision", {**decision, "decided_on": "2026-12-25"}, status=422)
        pages.post(f"{base}/decision", decision)
        pages.sign_out()
        assert "38/5" in pages.get(base).text
        annex = f"/krasnoyar/documents/annex/{adopted.cycle.year}/kk"
        assert f'href="{annex}"' in pages.get(base).text
        pages.post(annex)
        application = pages.client.application
        assert run_all(application) == 1
        assert pages.get(f"{annex}.pdf").data.startswith(b"%PDF-")
        assert f'href="{annex}.pdf"' in pages.get(base).text, "made: the link is the file"


def test_out_of_phase_nobody_makes_lines(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        pages.post(f"{HOME}/{okrug.cycle.year}/winners/lines", {"confirmed": "y"}, status=409)
