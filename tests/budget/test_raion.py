"""The page of the raion: what deputies ask of all its okrugs, what the offices answer, what they read and return."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from pb.act import Act, Role
from pb.budget.models import Asked, Question
from pb.budget.service import asking, decisions, steps
from pb.budget.service.decisions import Decided
from pb.clock import local
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Message
from pb.territory.service import tree
from tests.budget.world import FIRST, agreed, begun, considered
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
