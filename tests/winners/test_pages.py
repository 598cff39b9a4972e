"""The budget's page: the office makes the lines, everybody reads."""

from pathlib import Path

from pb.act import Role
from pb.core.budget.amounts import thousands
from pb.worker import run_all
from tests.pages import open_pages
from tests.village import HOME, MILLION, Okrug


def test_lines_and_whose_move_the_decision_is(adopted: Okrug, tmp_path: Path) -> None:
    base = f"{HOME}/{adopted.cycle.year}/winners"
    with open_pages(adopted, tmp_path) as pages:
        pages.get(base)
        pages.sign_in(Role.DEPUTY)
        pages.post(f"{base}/lines", status=403)
        pages.sign_in(Role.OFFICE)
        pages.get(base)
        pages.post(f"{base}/lines", {"confirmed": "y"})
        pages.post(f"{base}/lines", {"confirmed": "y"}, status=409)
        page = pages.get(base).text
        assert thousands(5 * MILLION) in page
        assert "07.3.124.008.015" in page
        assert "s budget of 2027 and puts the winners" in page, "whose move it is"
        pages.sign_out()
        annex = f"/krasnoyar/documents/annex/{adopted.cycle.year}/kk"
        assert f'href="{annex}"' in pages.get(base).text
        pages.post(annex)
        application = pages.client.application
        assert run_all(application) == 1
        assert pages.get(f"{annex}.pdf").data.startswith(b"%PDF-")
        assert f'href="{annex}.pdf"' in pages.get(base).text, "made: the link is the file"


def test_a_winner_is_followed_from_its_proposal_and_planned_anew_on_its_page(adopted: Okrug, tmp_path: Path) -> None:
    base = f"{HOME}/{adopted.cycle.year}/winners"
    with open_pages(adopted, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        pages.post(f"{base}/lines", {"confirmed": "y"})
        page = pages.get(f"{base}/1").text
        assert f'href="{HOME}/{adopted.cycle.year}/proposals/1"' in page
        assert f'href="{HOME}/{adopted.cycle.year}/result"' in page
        assert "<p>90, <a" in page, "its votes"
        pages.get(f"{base}/3", status=404)
        pages.get(f"{base}/1/wait", status=409)  # the last winner waits first
        assert 'value="5\u00a0000\u00a0000"' in pages.get(f"{base}/1/plan").text
        line = {"year_1": "2027", "programme_1": "07.3.124.008", "source_1": "own", "amount_1": "4 000 000"}
        unknown = {**line, "subprogramme_1": "777", "reason": "", "language": "kk"}
        wrong = pages.post(f"{base}/1/plan", unknown, status=422)
        assert all(f'href="#{name}"' in wrong.text for name in ("subprogramme_1", "reason"))
        unread = {**line, "subprogramme_1": "015", "amount_1": "4 million", "reason": "Wires.", "language": "kk"}
        second = {"year_2": "2028", "programme_2": "07.3.124.008", "subprogramme_2": "", "source_2": "own"}
        wrong = pages.post(f"{base}/1/plan", {**unread, **second, "amount_2": "5"}, status=422)
        assert 'href="#amount_1"' in wrong.text
        assert 'href="#subprogramme_2"' in wrong.text
        assert "Residents granted" not in wrong.text, "the sum of what cannot be read is not compared"
        second = {"year_2": "2028", "programme_2": "07.3.124.008", "subprogramme_2": "029", "source_2": "transfers"}
        right = {**line, "subprogramme_1": "015", **second, "amount_2": "1 500 000", "reason": "Wires cost more."}
        pages.post(f"{base}/1/plan", {**right, "language": "kk"})
        pages.sign_out()
        page = pages.get(f"{base}/1").text
        assert "Wires cost more." in page
        assert "a difference of 500,0" in page
        assert "Decided by the vote" in pages.get(f"{HOME}/winners").text


def test_out_of_phase_nobody_makes_lines(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        pages.post(f"{HOME}/{okrug.cycle.year}/winners/lines", {"confirmed": "y"}, status=409)
