"""A proposal is handed in with all of its pictures and papers ready: none of them is lost unseen."""

import pytest

from pb.act import Role
from pb.cycles.models import Phase
from pb.proposals.models import Verdict
from pb.proposals.service import proposals
from pb.proposals.service.attached import NotReady
from pb.reviews import service as reviews
from tests.conftest import SignIn, english
from tests.media.conftest import Author
from tests.media.hostile import paper, paper_with_a_program, photo
from tests.village import content, findings

TYPED = {
    "title": "Lighting of Abai street",
    "problem": "Forty houses have no light.",
    "solution": "Put up twelve lamps.",
    "settlement": "Красный Яр",
    "place": "Abai street",
    "category": "lighting",
    "cost": "5 000 000",
    "language": "ru",
    "action": "submit",
}


def test_what_is_still_being_looked_at_is_waited_for_and_nothing_typed_is_lost(author: Author) -> None:
    author.send(("1.jpg", photo()))
    form = f"{author.address}/edit"
    refused = author.client.post(form, data=TYPED)
    assert refused.status_code == 409
    assert "Not submitted yet" in refused.text.partition("<h1>")[0], "at the top"
    assert "Photo 1: still being looked at" in refused.text
    assert f'href="{author.page}" target="_blank"' in refused.text
    assert "Put up twelve lamps." in refused.text
    author.wait()
    assert author.client.post(form, data=TYPED).status_code == 302
    assert english(author.app).get(author.address).status_code == 200


def test_what_was_refused_is_told_with_why_until_it_is_removed(author: Author) -> None:
    author.send(papers=(("Prices.pdf", paper()), ("Letter.pdf", paper_with_a_program())))
    author.wait()
    form = f"{author.address}/edit"
    assert "Letter: The PDF holds a program." in author.client.get(form).text
    refused = author.client.post(form, data=TYPED)
    assert refused.status_code == 409
    assert "Prices" not in refused.text
    _prices, letter = author.papers()
    author.client.post(f"{author.page}/arrange", data={"remove_paper": letter.id.hex})
    assert "Not submitted yet" not in author.client.get(form).text
    assert author.client.post(form, data=TYPED).status_code == 302


def test_an_answer_too_waits_for_what_was_added_to_it(author: Author) -> None:
    author.submit()
    with author.okrug.in_cycle(author.cycle_id, Role.OFFICE) as (act, cycle):
        cycle.phase = Phase.REVIEW
        asked = findings(verdict=Verdict.RETURN, reason="How many lamps?", cost=None)
        reviews.review(act, cycle, proposals.get(act, cycle, author.proposal_id), asked)
    author.send(("1.jpg", photo()))
    typed = {**TYPED, "answer": "Twelve lamps in all."}
    refused = author.client.post(f"{author.address}/edit", data=typed)
    assert refused.status_code == 409
    assert "Photo 1: still being looked at" in refused.text
    assert "Twelve lamps in all." in refused.text
    with author.okrug.in_cycle(author.cycle_id, Role.RESIDENT) as (act, cycle), pytest.raises(NotReady):
        proposals.amend(act, cycle, proposals.get(act, cycle, author.proposal_id), content(), "Twelve.")
    author.wait()
    assert author.client.post(f"{author.address}/edit", data=typed).status_code == 302


def test_what_a_photo_shows_is_read_out_in_the_language_in_which_it_was_written(
    author: Author, sign_in: SignIn
) -> None:
    author.send(("1.jpg", photo()), ("2.jpg", photo(seed=2)))
    author.wait()
    author.send(alt_1="Грунтовая дорога с ямами", alt_2="")
    assert author.client.post(f"{author.address}/edit", data=TYPED).status_code == 302
    with author.okrug.in_cycle(author.cycle_id) as (_act, cycle):
        cycle.phase = Phase.REVIEW
    review = author.address.replace("/proposals/", "/reviews/")
    for page in (english(author.app).get(author.address).text, sign_in(Role.OFFICE).get(review).text):
        described, unsaid = page.split("<figure")[1:]
        assert described.startswith(' lang="ru">')
        assert "Грунтовая дорога с ямами</figcaption>" in described
        assert unsaid.startswith(">"), "its number is in the language of the page"
