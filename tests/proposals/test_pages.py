"""The pages of proposals and reviews, as each role sees them."""

import html
import re
from pathlib import Path

import pytest

from pb.act import Role
from pb.core.poll.bilingual import Bilingual
from pb.cycles.models import Phase
from pb.formats import day
from pb.proposals.models import State, Verdict
from pb.reviews import service as reviews
from tests.pages import open_pages
from tests.village import MILLION, Okrug, findings

TYPED = {
    "title": "Lighting of Abai street",
    "problem": "It is dark.",
    "solution": "Put up lamps.",
    "settlement": "Красный Яр",
    "place": "Abai street",
    "category": "lighting",
    "cost": "5 000 000 ₸",
    "action": "submit",
}


def test_a_resident_proposes_and_everybody_reads_it(okrug: Okrug, tmp_path: Path) -> None:
    base = f"{okrug.path}/proposals"
    with open_pages(okrug, tmp_path) as pages:
        assert "/proposals/new" not in pages.get(base).text
        pages.get(f"{base}/new", status=302)
        pages.sign_in(Role.RESIDENT)
        pages.get(f"{base}/new")
        address = pages.post(f"{base}/new", TYPED).headers["Location"]
        assert "Lighting of Abai street" in pages.get(address).text
        pages.sign_out()
        assert "5\u00a0000\u00a0000\u00a0₸" in pages.get(address).text


def test_bad_input_is_told_at_its_field_and_all_else_is_kept(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.RESIDENT)
        for field, typed, told in (
            ("title", "", "Write what the project is called."),
            ("cost", "many", "Write a sum in tenge"),
            ("cost", "25000000", "above the limit"),
            ("problem", " ", "Write what is wrong"),
            ("category", "palaces", "Choose a category."),
        ):
            page = pages.post(f"{okrug.path}/proposals/new", {**TYPED, field: typed}, status=422).text
            assert f'href="#{field}' in page
            assert told in page
            assert "Put up lamps." in page
        assert okrug.cycle.phase == Phase.PROPOSALS
        assert "Lighting of Abai street" not in pages.get(f"{okrug.path}/proposals").text


def test_a_draft_is_kept_and_submitted_later(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.RESIDENT)
        draft = {"title": "Lamps", "settlement": "Красный Яр", "action": "draft"}
        address = pages.post(f"{okrug.path}/proposals/new", draft).headers["Location"]
        pages.get(address)
        pages.get(f"{address}/edit")
        pages.post(f"{address}/edit", TYPED)
        pages.post(f"{address}/edit", TYPED, status=409)
        pages.sign_in(Role.OFFICE)
        assert pages.get(address, status=308).headers["Location"] == f"{okrug.path}/proposals/1"
        pages.get(f"{okrug.path}/proposals/1")


def test_out_of_phase_the_page_says_which_phase_it_is(okrug: Okrug, tmp_path: Path) -> None:
    okrug.enter(Phase.GATHERING)
    base = f"{okrug.path}"
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.RESIDENT)
        page = pages.get(f"{base}/proposals/new", status=409).text
        assert "The phase now" in page
        assert "Gathering" in page
        pages.post(f"{base}/proposals/new", TYPED, status=409)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESIDENT])
def test_staff_do_not_propose(okrug: Okrug, tmp_path: Path, role: Role) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(role)
        pages.get(f"{okrug.path}/proposals/new", status=403)
        pages.post(f"{okrug.path}/proposals/new", TYPED, status=403)


def test_the_office_reviews_and_the_reason_is_public(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose("Water main")
    okrug.enter(Phase.REVIEW)
    base = f"{okrug.path}"
    review = f"{base}/reviews/{proposal.number}"
    refusal = {"verdict": "refuse", "ground": "other", "reason": "The city runs the water.", "language": "ru"}
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.RESIDENT)
        pages.get(f"{base}/reviews", status=403)
        pages.post(review, status=403)
        pages.sign_in(Role.OFFICE)
        pages.get(f"{base}/reviews")
        pages.get(review)
        pages.post(f"{review}/competence", {"competence": "other", "competent_body": "City of Kokshetau"})
        pages.post(f"{review}/verdict", {**refusal, "reason": ""}, status=422)
        pages.post(f"{review}/verdict", {**refusal, "verdict": "accept"}, status=422)
        pages.post(f"{review}/verdict", refusal)
        pages.record_review(review)
        pages.post(review, status=409)
        pages.sign_out()
        page = pages.get(f"{base}/proposals/{proposal.number}").text
        assert "The city runs the water." in page
        assert "City of Kokshetau" in page


def test_the_author_answers_a_question(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    base = f"{okrug.path}"
    review = f"{base}/reviews/{proposal.number}"
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        for step, answers in {
            "competence": {"competence": "okrug"},
            "feasibility": {"feasible": "yes"},
            "cost": {},
            "ballot": {},
            "verdict": {"verdict": "return", "reason": "How many lamps?"},
        }.items():
            pages.post(f"{review}/{step}", answers)
        pages.record_review(review)
        pages.sign_in(Role.RESIDENT)
        assert "How many lamps?" in pages.get(f"{base}/proposals/{proposal.number}/edit").text
        answered = {**TYPED, "solution": "Twelve lamps.", "answer": "Twelve, one at each gate."}
        page = pages.post(f"{base}/proposals/{proposal.number}/edit", {**answered, "answer": " "}, status=422).text
        assert "Write your answer to the office" in page
        pages.post(f"{base}/proposals/{proposal.number}/edit", answered)
        assert "Twelve, one at each gate." in pages.get(f"{base}/proposals/{proposal.number}").text
        pages.sign_in(Role.OFFICE)
        assert "Twelve, one at each gate." in pages.get(f"{base}/reviews/{proposal.number}").text
        assert "Twelve lamps." in pages.get(f"{base}/proposals/{proposal.number}").text
    okrug.session.refresh(proposal)
    assert proposal.state == State.SUBMITTED
    assert proposal.cost == 5 * MILLION


def test_no_review_is_offered_before_the_review(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose()
    offered = f'href="{okrug.path}/reviews/{proposal.number}"'
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        assert offered not in pages.get(f"{okrug.path}/reviews").text
        assert offered not in pages.get(f"{okrug.path}/proposals/{proposal.number}").text
        pages.get(f"{okrug.path}/reviews/{proposal.number}", status=409)
        okrug.enter(Phase.REVIEW)
        okrug.session.commit()
        assert offered in pages.get(f"{okrug.path}/reviews").text


def test_withdrawing_is_asked_once_more_and_shown_as_withdrawn(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose()
    page = f"{okrug.path}/proposals/{proposal.number}"
    with open_pages(okrug, tmp_path) as pages:
        assert "Withdraw this proposal" not in pages.get(page).text
        pages.sign_in(Role.RESIDENT)
        assert f"{page}/withdraw" in pages.get(page).text
        assert "cannot be brought back" in pages.get(f"{page}/withdraw").text
        pages.post(f"{page}/withdraw")
        assert "Withdrawn by the author" in pages.get(f"{okrug.path}/proposals").text
        assert "Withdraw this proposal" not in pages.get(page).text
        pages.get(f"{page}/withdraw", status=302)
        pages.post(f"{page}/withdraw", status=409)


def test_everything_that_a_submission_lacks_stands_in_one_list(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.RESIDENT)
        empty = {**dict.fromkeys(TYPED, ""), "action": "submit"}
        page = pages.post(f"{okrug.path}/proposals/new", empty, status=422).text
        for field in ("title", "problem", "solution", "settlement", "place", "category", "cost"):
            assert f'<a href="#{field}' in page, field


def test_the_list_has_a_card_for_each_proposal_that_leads_to_it(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose("Water main")
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(f"{okrug.path}/proposals").text
    card = page.partition('<li class="card tile">')[2].partition("</li>")[0]
    assert card.count("<a ") == 1
    assert f'href="{okrug.path}/proposals/{proposal.number}"' in card
    assert f"icons.svg#{proposal.category}" in card
    assert card.count('class="tag') == 1
    assert f"{okrug.path}/" in page.partition("</ul>")[2], "the list ends with a way on"


def test_a_project_begins_with_what_the_review_says_of_it_in_short(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose("Water main")
    okrug.enter(Phase.REVIEW)
    address = f"{okrug.path}/proposals/{proposal.number}"
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(address).text
        assert "has not checked it yet" in page
        assert "reviews the proposal and publishes what it decides" in page.partition('id="next"')[2]
        assert day(okrug.cycle.review_until, "en") in page
        words = {"titles": Bilingual("Су құбыры", "Водопровод"), "summaries": Bilingual("Құбыр.", "Труба в 2 км.")}
        said = findings(cost=3 * MILLION, cost_explanation="The pipe is longer.", **words)
        reviews.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, said)
        okrug.enter(Phase.GATHERING)
        okrug.session.commit()
        page = pages.get(address).text
        kazakh = pages.client.get(address, query_string={"lang": "kk"}, follow_redirects=True).text
    before, _, after = page.partition("<main")[2].partition("Труба в 2 км.")
    assert '<h1><span lang="ru">Водопровод</span></h1>' in before, "of English there is none: marked"
    assert "<h1>Су құбыры</h1>" in kazakh
    own = kazakh.partition("<h1>")[2].partition("Water main")
    assert '<p lang="kk"><b>' in own[0][-20:], "the author's own title stays"
    assert "<h2" not in before
    folded = after.partition("How it was worked out")[2].partition("</details>")[0]
    assert "The pipe is longer." in folded
    assert "decides whether the project comes to the vote" in after
    assert "The akim's office accepted the proposal." in html.unescape(after.partition("History")[2])


def test_the_author_of_a_returned_proposal_is_told_what_is_asked_and_until_when(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    asked = findings(verdict=Verdict.RETURN, reason="How many lamps?")
    reviews.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, asked)
    okrug.session.commit()
    with open_pages(okrug, tmp_path) as pages:
        address = f"{okrug.path}/proposals/{proposal.number}"
        assert f"{address}/edit" not in pages.get(address).text
        pages.sign_in(Role.RESIDENT)
        following = pages.get(address).text.partition('id="next"')[2].partition("</section>")[0]
    assert "How many lamps?" in following
    assert "Last day:" in following
    assert f'href="{address}/edit"' in following


def test_a_link_that_is_sent_shows_what_the_project_is(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose('Шам & "жарық"')
    okrug.session.commit()
    address = f"{okrug.path}/proposals/{proposal.number}"
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(address).text
    head = page.partition("</head>")[0]
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', head))
    assert html.unescape(told["title"]) == 'Шам & "жарық"'
    assert told["url"].endswith(address)
    assert "5\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000" in told["description"]
    assert "wa.me/?text=%D0%A8%D0%B0%D0%BC%20%26%20%22" in page


def test_a_draft_is_sent_to_nobody(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.RESIDENT)
        address = pages.post(f"{okrug.path}/proposals/new", {**TYPED, "action": "draft"}).headers["Location"]
        page = pages.get(address).text
    assert "og:title" not in page
    assert "wa.me" not in page
