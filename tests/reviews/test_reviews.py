"""The office reviews: what a verdict needs, who may give it, what it does."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from pb.act import Role
from pb.core.poll.bilingual import Bilingual, Said
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, OutOfPhase
from pb.gatherings.service import cycle_meetings
from pb.process.service import phases
from pb.proposals.models import Ground, Proposal, Review, State, Verdict
from pb.proposals.service import history, outcomes, proposals
from pb.reviews import service
from tests.pages import open_pages
from tests.village import MILLION, Okrug, content, findings


def test_an_accepted_proposal_carries_checked_cost_and_programme(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    service.review(
        okrug.act(Role.OFFICE),
        okrug.cycle,
        proposal,
        findings(cost=6 * MILLION, cost_explanation="Poles are dearer.", programme="008"),
    )
    assert proposal.state == State.ACCEPTED
    [(found, review)] = outcomes.accepted(okrug.act(), okrug.cycle)
    assert found is proposal
    assert review.cost == 6 * MILLION
    assert review.programme == "008"
    assert proposal.cost == 5 * MILLION, "the author's own estimate stays"


@pytest.mark.parametrize(
    ("solution", "offered"), [("Put up\n lamps.", "Put up lamps."), ("шам " * 100, "шам " * 68 + "шам…")]
)
def test_the_summary_begins_as_what_the_author_wrote(okrug: Okrug, solution: str, offered: str) -> None:
    assert service.summed_up(okrug.propose(solution=solution)) == offered
    assert len(offered) <= 280


def test_what_the_office_writes_in_both_languages_stands_on_the_ballot(okrug: Okrug) -> None:
    proposal = okrug.propose("Lamps")
    okrug.enter(Phase.REVIEW)
    titles, summaries = Bilingual(" Шамдар", "Лампы\n "), Bilingual("Он екі шам.", "Двенадцать ламп.")
    service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, findings(titles=titles, summaries=summaries))
    [(_proposal, review)] = outcomes.accepted(okrug.act(), okrug.cycle)
    assert review.titles == Bilingual("Шамдар", "Лампы")
    assert outcomes.summaries(okrug.act(), okrug.cycle) == {1: summaries}
    assert proposal.title == "Lamps", "the author's own stays"
    assert [proposal.called(language).text for language in ("kk", "ru", "en")] == ["Шамдар", "Лампы", "Лампы"]


def test_before_its_review_a_proposal_is_called_as_its_author_calls_it(okrug: Okrug) -> None:
    assert okrug.propose("Лампы", language="ru").called("kk") == Said("Лампы", "ru")


@pytest.mark.parametrize("missing", ["title_kk", "title_ru", "summary_kk", "summary_ru"])
def test_the_database_takes_no_accepted_review_without_both_languages(okrug: Okrug, missing: str) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    written = {"title_kk": "Ш", "title_ru": "Л", "summary_kk": "Ш.", "summary_ru": "Л."} | {missing: ""}
    review = {"okrug_competent": True, "feasible": True, "cost": 10_000, "programme": "008", "verdict": "accept"}
    office = okrug.act(Role.OFFICE)
    assert office.person is not None
    who = {"proposal_id": proposal.id, "reviewer_id": office.person.id, "at": okrug.at}
    okrug.session.add(Review(**who, **review, **written))
    with pytest.raises(IntegrityError, match="accepted_in_both_languages"):
        okrug.session.flush()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("competent_body", {"okrug_competent": False}),
        ("verdict", {"okrug_competent": False, "competent_body": "City of Kokshetau"}),
        ("verdict", {"feasible": False}),
        ("cost", {"cost": None}),
        ("cost", {"cost": 5 * MILLION + 50_00}),
        ("cost", {"cost": 21 * MILLION, "cost_explanation": "dear"}),
        ("cost_explanation", {"cost": 6 * MILLION}),
        ("programme", {"programme": None}),
        ("programme", {"programme": "999"}),
        ("summary_kk", {"summaries": Bilingual("ж" * 281, "ж")}),
        ("summary_ru", {"summaries": Bilingual("ж", " ")}),
        ("title_kk", {"titles": Bilingual("", "Лампы")}),
        ("title_ru", {"titles": Bilingual("Шамдар", "ж" * 121)}),
        ("title_ru", {"titles": Bilingual("Шамдар", "Лампы | фонари")}),
        ("reason", {"verdict": Verdict.REFUSE}),
        ("reason", {"verdict": Verdict.RETURN, "reason": "  "}),
        ("ground", {"verdict": Verdict.REFUSE, "ground": None, "reason": "The city runs it."}),
    ],
)
def test_findings_that_do_not_bear_the_verdict_are_refused(
    okrug: Okrug, field: str, changes: dict[str, object]
) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    with pytest.raises(FieldRefusal) as refusal:
        service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, findings(**changes))
    assert refusal.value.field == field
    assert proposal.state == State.SUBMITTED
    assert outcomes.rounds(okrug.act(), proposal) == []


def test_a_matter_of_another_body_is_refused_with_its_name(okrug: Okrug) -> None:
    proposal = okrug.propose("Water main")
    okrug.enter(Phase.REVIEW)
    verdict = findings(
        verdict=Verdict.REFUSE, okrug_competent=False, competent_body="City of Kokshetau", reason="The city runs it."
    )
    service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, verdict)
    assert proposal.state == State.REFUSED
    with pytest.raises(Conflict):
        okrug.accept(proposal)


def test_a_refusal_for_a_reason_of_the_list_needs_no_other_words_and_each_reads_it_in_their_language(
    okrug: Okrug, tmp_path: Path
) -> None:
    first, second = okrug.propose("Lamps"), okrug.propose("More lamps")
    okrug.enter(Phase.REVIEW)
    repeated = findings(verdict=Verdict.REFUSE, ground=Ground.REPEATED)
    service.review(okrug.act(Role.OFFICE), okrug.cycle, second, repeated)
    written = findings(verdict=Verdict.REFUSE, ground=Ground.NOT_OURS, reason="Земля частная.", language="ru")
    service.review(okrug.act(Role.OFFICE), okrug.cycle, first, written)
    okrug.session.commit()
    with open_pages(okrug, tmp_path) as pages:
        for language, told in (
            ("kk", "Дәл осыны басқа ұсыныс сұрап отыр."),
            ("ru", "О том же просит другое предложение."),
        ):
            page = pages.get(f"{okrug.path}/proposals/2?lang={language}").text
            assert page.count(told) == 2, "under why it was refused, and in the history"
        kazakh = pages.get(f"{okrug.path}/proposals/1?lang=kk").text
        assert "Жер немесе ғимарат басқа біреудің меншігі." in kazakh
        assert kazakh.count('<span lang="ru">Земля частная.</span>') == 2


@pytest.mark.parametrize(
    ("earlier", "chosen"),
    [({"competence": "other", "competent_body": "City"}, "another-body"), ({"feasible": "no"}, "not-feasible")],
)
def test_the_reason_that_the_earlier_questions_named_is_chosen_already(
    okrug: Okrug, tmp_path: Path, earlier: dict[str, str], chosen: str
) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    okrug.session.commit()
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        review = f"{okrug.path}/reviews/{proposal.number}"
        pages.post(f"{review}/competence", {"competence": "okrug", **earlier})
        if "feasible" in earlier:
            pages.post(f"{review}/feasibility", earlier)
        assert f'<option selected value="{chosen}">' in pages.get(f"{review}/verdict").text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_nobody_but_the_office_reviews(okrug: Okrug, role: Role) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    with pytest.raises(Forbidden):
        service.review(okrug.act(role), okrug.cycle, proposal, findings())


def test_nobody_reviews_a_proposal_of_their_own(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    both = okrug.act(Role.OFFICE, person=okrug.people[Role.RESIDENT])
    with pytest.raises(Forbidden):
        service.review(both, okrug.cycle, proposal, findings())


def test_reviews_wait_for_their_phase(okrug: Okrug) -> None:
    proposal = okrug.propose()
    with pytest.raises(OutOfPhase):
        service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, findings())


def ask(okrug: Okrug, proposal: Proposal, until: date | None = None) -> None:
    asked = findings(verdict=Verdict.RETURN, reason="How many?", cost=None, programme=None, answer_until=until)
    service.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, asked)


def answer(okrug: Okrug, proposal: Proposal) -> None:
    proposals.amend(okrug.act(Role.RESIDENT), okrug.cycle, proposal, content(), "Twelve.")


def may_convene(okrug: Okrug) -> bool:
    try:
        cycle_meetings.refuse_unsettled(okrug.act(Role.CHAIR), okrug.cycle)
    except Conflict:
        return False
    return True


def test_an_official_and_an_author_cannot_hold_the_assembly_up_by_questions(okrug: Okrug) -> None:
    """One asks with the longest term, the other answers on its last day, over and over: it ends with the plan."""
    proposal = okrug.propose()
    okrug.enter(Phase.GATHERING)
    rounds = 0
    while rounds < 20 and not (rounds and may_convene(okrug)):
        days = [okrug.at.date() + timedelta(days=n) for n in range(1, 61)]
        if terms := [day for day in days if may_ask(okrug, day)]:
            ask(okrug, proposal, terms[-1])
            okrug.at = datetime.combine(terms[-1], okrug.at.timetz())
            answer(okrug, proposal)
            rounds += 1
        okrug.at += timedelta(days=outcomes.REVIEW_DAYS)
        if may_ask(okrug, okrug.at.date() + timedelta(days=1)):
            continue
        okrug.at += timedelta(days=1)
    assert rounds == 2, "one that ends with the plan, and one after it"
    assert okrug.at.date() <= okrug.cycle.gathering_until + timedelta(days=31)


def may_ask(okrug: Okrug, until: date) -> bool:
    asked = findings(verdict=Verdict.RETURN, reason="How many?", cost=None, programme=None, answer_until=until)
    [proposal] = proposals.public(okrug.act(), okrug.cycle)
    return not list(service.faults(okrug.act(Role.OFFICE), okrug.cycle, proposal, asked))


def test_a_question_may_be_answered_till_the_last_day_of_the_gathering_at_most(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    with pytest.raises(FieldRefusal) as refusal:
        ask(okrug, proposal, okrug.cycle.gathering_until + timedelta(days=1))
    assert refusal.value.field == "answer_until"
    ask(okrug, proposal, okrug.cycle.gathering_until)


def test_after_the_review_s_last_day_the_office_asks_once(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.GATHERING)
    for _question in range(2):
        ask(okrug, proposal)
        okrug.at += timedelta(minutes=1)
        answer(okrug, proposal)
    okrug.at += timedelta(days=25)
    ask(okrug, proposal)
    okrug.at += timedelta(days=9)
    answer(okrug, proposal)
    with pytest.raises(FieldRefusal) as refusal:
        ask(okrug, proposal)
    assert refusal.value.field == "verdict"
    okrug.accept(proposal)


def test_an_answer_that_the_office_leaves_lying_holds_no_meeting_and_is_told(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    ask(okrug, proposal)
    okrug.enter(Phase.GATHERING)
    answer(okrug, proposal)
    okrug.at += timedelta(days=outcomes.REVIEW_DAYS)
    assert not may_convene(okrug), "the office has its days"
    okrug.at += timedelta(days=1)
    assert may_convene(okrug)
    office = okrug.act(Role.OFFICE)
    assert any("did not review" in str(told) for told in phases.cut_off(office, okrug.cycle))
    proposals.refuse_overdue(office, okrug.cycle)
    assert proposal.state == State.REFUSED
    assert "did not review the answer" in str(history.of(office, proposal)[-1].text)


def test_an_answer_left_lying_can_still_be_reviewed_before_the_vote(okrug: Okrug) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    ask(okrug, proposal)
    okrug.enter(Phase.GATHERING)
    answer(okrug, proposal)
    okrug.at += timedelta(days=100)
    okrug.accept(proposal)
    assert proposal.state == State.ACCEPTED
