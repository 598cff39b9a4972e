"""Small ways of the registrar, the clerk, the office and the author, each found by walking it."""

from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.cycles import service as cycles
from pb.cycles.models import Phase
from pb.errors import FieldRefusal
from pb.gatherings.service.rules import needed_in_words
from pb.polls.service import state
from pb.process.service import ending
from pb.proposals.models import Proposal, State, Verdict
from pb.proposals.service import proposals
from pb.proposals.service.contents import Content
from pb.reviews import service as reviews
from pb.roll.models import Entry
from pb.roll.service import imports
from pb.territory import service as territories
from pb.voting.service import objections, preparation
from tests.conftest import SignIn
from tests.process.test_phases import advance, propose
from tests.village import HOME, KEYS, SETTLEMENTS, Village, findings, invented_iin

ROLL = "iin,name,settlement\n" + "".join(
    f"{invented_iin(number).text},{name},{SETTLEMENTS[0]}\n"
    for number, name in ((100, "Әсел Қасымова"), (101, "Болат Ерлан"))
)


def with_a_roll(okrug: Village) -> UUID:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        preparation.prepare(act, cycle, KEYS)
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        imports.confirm_import(act, cycle, KEYS, imports.read_file(act, cycle, KEYS, ROLL.encode()))
    return cycle_id


def draft(okrug: Village, cycle_id: UUID) -> str:
    """The address of a draft of the resident's."""
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        content = Content("Park", "", "", SETTLEMENTS[0], "", "", None)
        kept = proposals.save_draft(act, cycle, content).id
    return f"{okrug.path(cycle_id)}/proposals/{okrug.called('proposal_id', kept)}"


def test_the_registrar_finds_the_roll_from_every_page(okrug: Village, sign_in: SignIn) -> None:
    roll = f'href="{okrug.path(with_a_roll(okrug))}/roll"'
    assert roll in sign_in(Role.REGISTRAR).get(f"{HOME}/assembly").text
    assert roll not in sign_in(Role.CLERK).get(f"{HOME}/assembly").text


def test_the_roll_is_searched_by_name_number_and_whole_iin(okrug: Village, sign_in: SignIn) -> None:
    where = f"{okrug.path(with_a_roll(okrug))}/roll"
    registrar = sign_in(Role.REGISTRAR)
    with okrug.act_as() as act:
        number = act.session.query(Entry).filter_by(name="Болат Ерлан").one().number
    for sought, found, other in (
        ("қасымова әсел", "Әсел Қасымова", "Болат Ерлан"),
        (str(number), "Болат Ерлан", "Әсел Қасымова"),
        (invented_iin(100).text, "Әсел Қасымова", "Болат Ерлан"),
    ):
        page = registrar.post(f"{where}/search", data={"name": sought}).text
        assert found in page
        assert other not in page
        assert invented_iin(100).text not in page, "an IIN leaves the field"
    assert "Nobody is found" in registrar.post(f"{where}/search", data={"name": "Жоқ"}).text
    assert registrar.post(f"{where}/search", data={"name": "800416200300"}).status_code == 422
    assert sign_in(Role.CHAIR).post(f"{where}/search", data={"name": "Болат"}).status_code == 403


def test_a_draft_after_the_phase_of_ideas_says_what_can_be_done_and_is_deleted_by_its_author(
    okrug: Village, sign_in: SignIn
) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    where, author = draft(okrug, cycle_id), sign_in(Role.RESIDENT)
    assert "this draft cannot be submitted" not in author.get(where).text
    advance(okrug, cycle_id)
    assert "this draft cannot be submitted" in author.get(where).text
    assert author.post(f"{okrug.path(cycle_id)}/proposals/1/delete").status_code == 409, "it was submitted"
    assert author.post(f"{where}/delete", data={"confirmed": "y"}).status_code == 302
    assert author.get(where).status_code == 404
    with okrug.act_as() as act:
        assert act.session.query(Proposal).filter_by(state=State.DRAFT).count() == 0


@pytest.mark.both_databases
def test_the_database_lets_drafts_alone_go(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    with okrug.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match="frozen_proposals_delete"):
            connection.execute(delete(Proposal))
        connection.rollback()


def test_the_form_of_a_cycle_proposes_the_first_year_without_one(okrug: Village, sign_in: SignIn) -> None:
    year = clock.local(clock.now()).year + 1
    cycle_id = okrug.open_cycle()
    with okrug.act_as(Role.OFFICE) as act:
        assert cycles.first_free_year(act) == year + 1
    assert f'value="{year + 1}"' in sign_in(Role.OFFICE).get(f"{HOME}/cycles/new").text
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        ending.end(act, cycle, "Nothing came.")
        assert cycles.first_free_year(act) == year


def test_a_review_without_a_decision_asks_for_the_decision_alone(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    advance(okrug, cycle_id)
    where = f"{okrug.path(cycle_id)}/reviews/1/verdict"
    told = sign_in(Role.OFFICE).post(where, data={"verdict": "", "reason": ""}).text
    assert "Choose a decision." in told
    assert "Write the question or the reason" not in told


def test_an_answer_to_a_question_is_called_an_answer(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    advance(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        [asked] = proposals.public(act, cycle)
        reviews.review(act, cycle, asked, findings(verdict=Verdict.RETURN, reason="Whose land is it?"))
    data = {
        "title": "Lamps",
        "problem": "Dark",
        "solution": "Lamps",
        "settlement": SETTLEMENTS[0],
        "place": "Abai street",
        "category": "lighting",
        "cost": "50000",
        "answer": "Ours.",
    }
    where = f"{okrug.path(cycle_id)}/proposals/1/edit"
    assert "Your answer was sent." in sign_in(Role.RESIDENT).post(where, data=data, follow_redirects=True).text


@pytest.mark.parametrize(("text", "told"), [(" ", "Write what happened."), ("x" * 2001, "at most 2000")])
def test_an_objection_that_is_empty_is_told_apart_from_one_that_is_too_long(
    okrug: Village, text: str, told: str
) -> None:
    cycle_id = with_a_roll(okrug)
    with okrug.in_cycle(cycle_id) as (act, cycle), pytest.raises(FieldRefusal, match=told):
        objections.object_to(act, state.require(act, cycle), text=text)


def test_how_many_votes_were_needed_is_a_sentence() -> None:
    assert str(needed_in_words(5, 50)) == "Votes needed: 5. That is more than half of those present."
    assert "more than 66 percent" in str(needed_in_words(7, 66))


def test_a_setting_that_is_yes_or_no_is_shown_and_set_so(okrug: Village, sign_in: SignIn) -> None:
    office, day = sign_in(Role.OFFICE), clock.local(clock.now()).date().isoformat()
    label = "Casting vote of the chair on a tie"
    assert f"{label}, if the assembly" in office.get(f"{HOME}/settings").text
    setting = {"name": "chair_decides_ties", "since": day, "source": "decision № 1", "decided": "own"}
    assert "Choose yes or no." in office.post(f"{HOME}/settings", data=setting).text
    assert office.post(f"{HOME}/settings", data={**setting, "agreed": "yes"}).status_code == 302
    page = office.get(f"{HOME}/settings").text
    assert "Budget Code of 15.03.2025 № 171-VIII, article 98, point 4" in page, "not of the model regulation"
    assert "gives it: yes" in page
    with okrug.act_as() as act:
        assert territories.setting(act, "chair_decides_ties") == 1
