"""The page of the raion: what deputies ask of all its okrugs, what the offices answer, what they read and return."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from pb.act import Act, Role
from pb.budget.models import Asked, Question
from pb.budget.service import asking, decisions, steps
from pb.budget.service.decisions import Decided
from pb.clock import local
from pb.commands import as_logged
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Message
from pb.territory.service import tree
from tests.budget.world import FIRST, agreed, begun, considered
from tests.frozen.world import without_rules
from tests.pages import open_pages
from tests.village import Okrug

RAION = f"/kokshetau/budgets?year={FIRST}"


def give_the_raion_an_address(okrug: Okrug) -> None:
    assert okrug.territory.above is not None
    tree.give_address(Act(okrug.session, okrug.territory.above, None, frozenset(), okrug.at), "kokshetau")


def to_the_maslikhat(okrug: Okrug) -> set[UUID]:
    """Who of it has a letter that a budget waits."""
    letters = okrug.session.scalars(select(Message).where(Message.subject.contains("waits for you")))
    return {letter.person_id for letter in letters}


def test_deputies_read_questions_answers_reasons_and_papers_of_all_okrugs_on_one_page(
    okrug: Okrug, tmp_path: Path
) -> None:
    okrug.seat_assembly(5)
    give_the_raion_an_address(okrug)
    version = begun(okrug)
    agreed(okrug, version)
    assert to_the_maslikhat(okrug) == set(), "nothing waits for it yet"
    steps.send(okrug.act(Role.OFFICE), version, local(okrug.at).date(), "12-05/77")
    assert to_the_maslikhat(okrug) >= {okrug.people[Role.DEPUTY].id, okrug.people[Role.MASLIKHAT_SECRETARY].id}
    first = asking.ask(okrug.act(Role.DEPUTY), version, "Неге жарыққа көп?", "kk")
    asking.ask(okrug.act(Role.DEPUTY), version, "Жол қайда?", "kk")
    asking.ask(okrug.act(Role.DEPUTY), version, "Жарыққа көп емес.", "kk", Asked.OPINION)
    asking.answer(okrug.act(Role.OFFICE), version, first, "Баға өсті.", "kk")
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at + timedelta(hours=1), tick=False):
        page = pages.get(RAION).text
        assert "without an answer: 1" in page, "an opinion waits for none"
        assert f"<b>Opinion</b>, {okrug.people[Role.DEPUTY].name}" in page
        assert page.index("Жол қайда?") < page.index("Неге жарыққа көп?") < page.index("Баға өсті.")
        here = f"/krasnoyar/budget/{FIRST}/versions/1"
        assert f'href="/krasnoyar/documents/budget-note/budget/{FIRST}/versions/1/kk"' in page
        assert f'href="{here}/return"' not in page, "nobody is signed in"
        pages.sign_in(Role.MASLIKHAT_SECRETARY)
        page = pages.get(RAION).text
        assert f'href="{here}/return"' in page
        assert f'href="{here}/questions/new"' in page
        returned = {"day": local(okrug.at).date().isoformat(), "words": "Кірістер аз.", "language": "kk"}
        pages.post(f"{here}/return", returned)
        page = pages.get(RAION).text
        assert "Кірістер аз." in page, "why it was returned"
        assert f'href="{here}/return"' not in page


def test_an_opinion_of_a_deputy_stands_and_takes_no_answer(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    version = begun(okrug)
    agreed(okrug, version)
    steps.send(okrug.act(Role.OFFICE), version, local(okrug.at).date(), "12-05/77")
    opinion = asking.ask(okrug.act(Role.DEPUTY), version, "Жарыққа көп емес.", "kk", Asked.OPINION)
    with pytest.raises(Conflict):
        asking.answer(okrug.act(Role.OFFICE), version, opinion, "Рақмет.", "kk")
    with pytest.raises(IntegrityError), okrug.session.begin_nested():
        okrug.session.execute(update(Question).values(kind="question"))


def test_nothing_is_asked_in_the_name_of_a_deputy_who_did_not_ask(okrug: Okrug) -> None:
    """Played: behind a deputy's question another one of other words entered by INSERT, of another deputy."""
    okrug.seat_assembly(5)
    version = begun(okrug)
    agreed(okrug, version)
    steps.send(okrug.act(Role.OFFICE), version, local(okrug.at).date(), "12-05/77")
    deputy = okrug.act(Role.DEPUTY)
    question = asking.ask(deputy, version, "Неге жарыққа көп?", "kk")
    other = okrug.people[Role.MASLIKHAT_SECRETARY].id
    forged = {"id": uuid4(), "version_id": version.id, "words": "Жол қайда?", "language": "kk", "asked_at": deputy.at}
    for number, by in ((2, question.asked_by), (2, other), (1, other)):
        with pytest.raises(IntegrityError, match="_budget_questions_"), okrug.session.begin_nested():
            okrug.session.execute(insert(Question).values(**forged, number=number, asked_by=by))
    another = asking.ask(okrug.act(Role.DEPUTY), version, "Жол қайда?", "kk")
    asking.answer(okrug.act(Role.OFFICE), version, question, "Баға өсті.", "kk")
    answer = {"answer": "Білмейміз.", "answered_at": okrug.at, "answered_by": okrug.people[Role.OFFICE].id}
    with pytest.raises(IntegrityError, match="frozen_budget_questions_update"), okrug.session.begin_nested():
        okrug.session.execute(update(Question).where(Question.id == another.id).values(answer))
    assert as_logged.differing(okrug.session) == []
    okrug.session.commit()
    with without_rules(okrug.session.get_bind()) as connection:  # type: ignore[arg-type]
        connection.execute(update(Question).where(Question.id == another.id).values(words="Ақша қайда?"))
        connection.execute(update(Question).where(Question.id == question.id).values(answer="Білмейміз."))
    found = {(one.table, one.row) for one in as_logged.differing(okrug.session)}
    assert found == {("budget_questions", str(another.id)), ("budget_questions", str(question.id))}


def test_a_budget_approved_before_the_raions_own_is_asked_about(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    version = begun(okrug)
    considered(okrug, version)
    assert okrug.territory.above is not None
    secretary = replace(okrug.act(Role.MASLIKHAT_SECRETARY), territory=okrug.territory.above)
    decided = Decided("41-3", local(okrug.at).date())
    with pytest.raises(FieldRefusal, match="raion's own budget is not recorded"):
        decisions.approve(secretary, FIRST, decided, [version.id])
    assert decisions.approve(secretary, FIRST, decided, [version.id], sure=True).reference == "41-3"
