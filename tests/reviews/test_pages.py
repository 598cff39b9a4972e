"""The review as the office meets it: one question a page, a draft that waits, all answers looked over at the end."""

import html
import re
from pathlib import Path

import pytest

from pb.act import Role
from pb.cycles.models import Phase
from pb.errors import Forbidden
from pb.process.service import ending
from pb.proposals.models import Review, ReviewDraft, State
from pb.proposals.service import proposals
from pb.reviews import service
from tests.pages import Pages, open_pages
from tests.village import Okrug

ACCEPTED = {
    "competence": {"competence": "okrug"},
    "feasibility": {"feasible": "yes", "feasibility": "The land is the okrug's."},
    "cost": {"cost": "5 000 000"},
    "ballot": {
        "programme": "008",
        "title_kk": "Абай көшесінің жарығы",
        "summary_kk": "Мектеп жолына шамдар.",
        "title_ru": "Освещение улицы Абая",
        "summary_ru": "Lamps along the school's way.",
    },
    "verdict": {"verdict": "accept"},
}


def answer(pages: Pages, review: str, *steps: str) -> str:
    """Answers the steps, and returns where the last one led."""
    led = ""
    for step in steps or ACCEPTED:
        led = pages.post(f"{review}/{step}", ACCEPTED[step]).headers["Location"]
    return led


def waiting(okrug: Okrug) -> str:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    return f"{okrug.path}/reviews/{proposal.number}"


def drafts(okrug: Okrug) -> list[ReviewDraft]:
    okrug.session.commit()
    return okrug.session.query(ReviewDraft).all()


def test_the_office_types_its_own_cost_and_reads_the_authors_beside_it(okrug: Okrug, tmp_path: Path) -> None:
    """Played: the author's number stood in the field of the cost that the office had checked."""
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        answer(pages, review, "competence", "feasibility")
        page = pages.get(f"{review}/cost").text
        field = re.search(r'<input[^>]*name="cost"[^>]*>', page)
        assert field is not None
        assert re.search(r'value="[^"]', field[0]) is None
        assert "5\u00a0000\u00a0000\u00a0₸" in page


def test_each_page_asks_one_question_and_the_project_stays_in_view(okrug: Okrug, tmp_path: Path) -> None:
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        first = pages.get(review).text
        assert "question 1 of 5" in first
        assert 'name="feasible"' not in first
        for step, following in zip(list(ACCEPTED), list(ACCEPTED)[1:], strict=False):
            led = answer(pages, review, step)
            assert led == f"{review}/{following}"
            assert "Cost by the author" in pages.get(led).text
        assert answer(pages, review, "verdict") == review
        page = pages.get(review).text
        assert "Look the review over" in page
        assert "Lamps along the school" in page
        assert page.count(f'href="{review}/cost"') == 1, "what was answered can be changed"
        pages.record_review(review)
    assert okrug.session.query(Review).one().programme == "008"


def test_what_does_not_concern_an_answer_is_not_asked(okrug: Okrug, tmp_path: Path) -> None:
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        pages.post(f"{review}/competence", {"competence": "other"}, status=422)
        other = {"competence": "other", "competent_body": "City of Kokshetau"}
        assert pages.post(f"{review}/competence", other).headers["Location"] == f"{review}/verdict"
        page = pages.get(f"{review}/verdict").text
        assert "question 2 of 2" in page
        assert 'value="accept"' not in page
        answer(pages, review, "competence")
        assert pages.post(f"{review}/feasibility", {"feasible": "no"}).headers["Location"] == f"{review}/verdict"


def test_going_back_to_the_question_before_keeps_what_was_typed(okrug: Okrug, tmp_path: Path) -> None:
    """Played: “← The question before” was a link, and the field was empty when its writer came back."""
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        assert 'name="back"' not in pages.get(review).text, "there is none before the first"
        answer(pages, review, "competence")
        assert 'name="back"' in pages.get(f"{review}/feasibility").text
        half = {"feasibility": "No answer from the networks yet.", "back": "yes"}
        assert pages.post(f"{review}/feasibility", half).headers["Location"] == f"{review}/competence"
        assert answer(pages, review, "competence") == f"{review}/feasibility", "a question left open is asked again"
        assert half["feasibility"] in pages.get(f"{review}/feasibility").text
        assert answer(pages, review, "feasibility") == f"{review}/cost"
        left = {**ACCEPTED["cost"], "cost": "4 900 000", "back": "yes"}
        assert pages.post(f"{review}/cost", left).headers["Location"] == f"{review}/feasibility"
        assert answer(pages, review, "feasibility") == f"{review}/cost"
        assert "4 900 000" in pages.get(f"{review}/cost").text.replace("\u00a0", " ")
        refused = pages.post(f"{review}/cost", {"cost": "many", "back": "yes"}, status=422).text
        assert 'value="many"' in refused, "what cannot be read is not thrown away either"
        assert answer(pages, review, "cost", "ballot", "verdict") == review
        for step in ("verdict", "ballot"):
            pages.post(f"{review}/{step}", ACCEPTED[step] | {"back": "yes"})
        assert "Look the review over" in pages.get(review).text, "nothing was changed: all is answered still"


def test_a_draft_waits_for_its_writer_and_for_nobody_else(okrug: Okrug, tmp_path: Path) -> None:
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        answer(pages, review, "competence", "feasibility")
        assert "You began" in pages.get(review.rpartition("/")[0]).text
        pages.sign_out()
        pages.get(f"{review}/feasibility", status=302)
        pages.sign_in(Role.OFFICE)
        assert "question 3 of 5" in pages.get(review).text
        assert "The land is the okrug" in pages.get(f"{review}/feasibility").text
        [draft] = drafts(okrug)
        draft.writer_id = okrug.people[Role.CHAIR].id  # as if it were a colleague's
        okrug.session.commit()
        assert "question 1 of 5" in pages.get(review).text
        assert "The land is the okrug" not in pages.get(f"{review}/feasibility").text
        answer(pages, review)
        pages.record_review(review)
    assert drafts(okrug) == [], "of whoever else had begun too"


def test_a_review_is_recorded_only_when_all_is_answered(okrug: Okrug, tmp_path: Path) -> None:
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        answer(pages, review, "competence", "feasibility")
        assert pages.post(review).headers["Location"] == review
    assert okrug.session.query(Review).all() == []


def test_nothing_is_recorded_that_was_not_looked_over(okrug: Okrug, tmp_path: Path) -> None:
    """Played: the cost was changed in another tab, and the tab that showed the old one published the new one."""
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        answer(pages, review)
        seen = pages.looked_over(review)
        pages.post(f"{review}/cost", {"cost": "9 900 000", "cost_explanation": "Twenty lamps."})
        told = pages.post(review, seen, status=409).text
        assert "Your draft was changed" in told
        assert "9 900 000" in told.replace("\u00a0", " "), "the answers as they stand now"
        pages.post(review, status=409)
        assert okrug.session.query(Review).all() == []
        okrug.session.commit()
        pages.record_review(review)
    assert okrug.session.query(Review).one().cost == 990_000_000


@pytest.mark.parametrize("meanwhile", ["withdrawn", "recorded"])
def test_what_waits_no_more_says_why_and_leads_to_the_proposal(okrug: Okrug, tmp_path: Path, meanwhile: str) -> None:
    """Played: the refusal named no reason, and its link led to the same refusal."""
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    review = f"{okrug.path}/reviews/{proposal.number}"
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        answer(pages, review)
        if meanwhile == "recorded":
            pages.record_review(review)
        else:
            proposals.withdraw(okrug.act(Role.RESIDENT), okrug.cycle, proposal)
            okrug.session.commit()
        why = {"withdrawn": "The author has withdrawn this", "recorded": "The office has recorded its review"}
        refused = [pages.get(review, status=409), pages.post(f"{review}/cost", ACCEPTED["cost"], status=409)]
        for page in (each.text for each in [*refused, pages.post(review, status=409)]):
            assert why[meanwhile] in page
            assert f'<a href="{okrug.path}/proposals/{proposal.number}">To the page where this stands' in page


def test_what_a_decision_lacks_is_told_at_its_step_and_nothing_typed_is_lost(okrug: Okrug, tmp_path: Path) -> None:
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        answer(pages, review, "competence", "feasibility")
        page = pages.post(f"{review}/cost", {"cost": "6 000 000"}, status=422).text
        assert "Explain why the cost differs" in page
        assert 'value="6 000 000"' in page
        page = pages.post(f"{review}/cost", {"cost": "50", "cost_explanation": "Cheap."}, status=422).text
        assert "must be a multiple of 100" in page
        assert "Cheap." in page
        pages.post(f"{review}/cost", {"cost": ""})  # the author might have to be asked first
        answer(pages, review, "ballot")
        assert answer(pages, review, "verdict") == f"{review}/cost"
        assert "Write the cost that the office has checked." in pages.get(f"{review}/cost").text
        assert answer(pages, review, "cost") == review


def test_nobody_drafts_a_review_of_a_proposal_of_their_own(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    both = okrug.act(Role.OFFICE, person=okrug.people[Role.RESIDENT])
    with pytest.raises(Forbidden):
        service.keep_draft(both, okrug.cycle, proposal, ACCEPTED["competence"])
    assert drafts(okrug) == []


def test_a_draft_ends_with_its_proposal_and_with_its_cycle(okrug: Okrug) -> None:
    withdrawn, left = okrug.propose(), okrug.propose("Water main")
    okrug.enter(Phase.REVIEW)
    office = okrug.act(Role.OFFICE)
    for proposal in (withdrawn, left):
        service.keep_draft(office, okrug.cycle, proposal, {"competence": "okrug"})
    proposals.withdraw(okrug.act(Role.RESIDENT), okrug.cycle, withdrawn)
    assert withdrawn.state == State.WITHDRAWN
    assert [draft.proposal_id for draft in drafts(okrug)] == [left.id]
    assert service.draft_of(office, left) == {"competence": "okrug"}
    ending.end(office, okrug.cycle, "No money.")
    assert drafts(okrug) == []


def test_a_tab_that_does_not_know_of_another_s_answer_does_not_write_over_it(okrug: Okrug, tmp_path: Path) -> None:
    """Played: the older of two tabs put its answer in the place of the newer one without a word."""
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        kept = re.compile(r'name="kept" value="(\w+)"')
        [older] = kept.findall(pages.get(f"{review}/feasibility").text)
        answer(pages, review, "competence", "feasibility")
        typed = {"feasible": "yes", "feasibility": "Written in the older tab.", "kept": older}
        page = pages.post(f"{review}/feasibility", typed, status=409).text
        assert "was answered in another tab" in page
        assert "Written in the older tab." in page, "nothing typed is lost"
        assert ACCEPTED["feasibility"]["feasibility"] in html.unescape(pages.get(f"{review}/feasibility").text)
        pages.post(f"{review}/feasibility", typed | {"kept": kept.findall(page)[0]})
        assert "Written in the older tab." in pages.get(f"{review}/feasibility").text, "now they know"


@pytest.mark.parametrize(("field", "value"), [("ground", "because"), ("language", "tr")])
def test_what_is_in_no_list_is_refused_at_its_field(okrug: Okrug, tmp_path: Path, field: str, value: str) -> None:
    review = waiting(okrug)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        for step in list(ACCEPTED)[:-1]:
            answer(pages, review, step)
        refusal = {"verdict": "refuse", "ground": "repeated", "reason": "See № 1.", "language": "ru", field: value}
        page = pages.post(f"{review}/verdict", refusal, status=422).text
        assert f'href="#{field}' in page
