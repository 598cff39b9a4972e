"""Around the poll each duty stands with its holder and with nobody else, and goes when it is done."""

from uuid import UUID

import pytest
from flask import Flask

from pb.act import Role
from pb.cards.service import cards, confirmations, handing_over, reissues, undoing
from pb.cycles.models import Phase
from pb.roll.models import CorrectionKind, RequestKind
from pb.roll.service import commitments, corrections, requests
from pb.roll.service.corrections import Wanted
from pb.territory.service import working_days
from pb.voting.service import closing, objections, preparation
from tests.duties import told, waiting
from tests.polls.open_poll import OpenPoll
from tests.polls.ready_poll import ReadyPoll
from tests.roll.test_roll import imported
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin

SECOND_OF_THE_ROLL = (Role.OFFICE, Role.CHAIR, Role.SECRETARY, Role.AUDITOR)


def of_a_prepared_poll(okrug: Village) -> UUID:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        preparation.prepare(act, cycle, KEYS)
    return cycle_id


def test_the_roll_waits_for_the_registrar_and_then_for_a_second_person(app: Flask, okrug: Village) -> None:
    cycle_id, keys = of_a_prepared_poll(okrug), {Role.TRUSTEE: ["Make your key"]}
    assert told(app, okrug.act_as) == {Role.REGISTRAR: ["Bring in the roll of voters"], **keys}
    imported(okrug, cycle_id, 1, 2)
    made = {Role.REGISTRAR: ["Make the voter cards"], **keys}
    confirm: dict[Role, list[str]] = {key: ["Confirm the roll of voters"] for key in SECOND_OF_THE_ROLL}
    assert told(app, okrug.act_as) == keys | confirm
    with okrug.in_cycle(cycle_id, Role.AUDITOR) as (act, cycle):
        commitments.confirm(act, cycle, KEYS)
    assert told(app, okrug.act_as) == made
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        whole = {"iin": invented_iin(9), "name": "Дана", "settlement": SETTLEMENTS[0], "reason": "left out"}
        correction = corrections.propose(act, cycle, KEYS, Wanted(kind=CorrectionKind.ADD, **whole)).id
    decide: dict[Role, list[str]] = {key: ["Decide on corrections of the roll"] for key in SECOND_OF_THE_ROLL}
    assert told(app, okrug.act_as) == made | decide
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        corrections.decide(act, cycle, KEYS, corrections.get(act, cycle, correction), approve=True)
    assert told(app, okrug.act_as) == made


@pytest.mark.parametrize(("first", "second"), [(Role.OFFICE, Role.CHAIR), (Role.CHAIR, Role.OFFICE)])
def test_an_annulment_waits_for_the_other_body(app: Flask, okrug: Village, first: Role, second: Role) -> None:
    cycle_id, deed = of_a_prepared_poll(okrug), "Decide on the annulment of the vote"
    with okrug.in_cycle(cycle_id, first) as (act, cycle):
        closing.annul(act, cycle, preparation.state.require(act, cycle), "a wrong project")
    assert [role for role, deeds in told(app, okrug.act_as).items() if deed in deeds] == [second]
    with okrug.in_cycle(cycle_id, second) as (act, cycle):
        closing.annul(act, cycle, preparation.state.require(act, cycle), "")
    then = told(app, okrug.act_as)
    assert then == {Role.OFFICE: ["Prepare the vote again"], Role.REGISTRAR: ["Bring in the roll of voters"]}


def test_what_is_ready_waits_for_the_office_to_open_it(app: Flask, ready: ReadyPoll) -> None:
    assert told(app, ready.act) == {Role.OFFICE: ["Open the vote"], Role.CLERK: ["Hand over the cards"]}
    assert not waiting(app, ready.act)[Role.CLERK][0].daily
    ready.open()
    assert waiting(app, ready.act)[Role.CLERK][0].daily, "whoever comes today votes today"
    assert told(app, ready.act) == {
        Role.CLERK: ["Hand over the cards"],
        Role.REGISTRAR: ["Bring the confirmation of the cards' maker"],
    }


def test_what_voters_ask_for_waits_for_who_answers(app: Flask, opened: OpenPoll) -> None:
    before = told(app, opened.act)
    with opened.act(Role.RESIDENT) as act:
        cycle, poll = opened.rows(act)
        person = {"iin": invented_iin(300), "name": "Вера", "settlement": "Красный Яр", "contact": "8 701", "text": ""}
        asked = requests.submit(act, cycle, KEYS, kind=RequestKind.MISSING, **person)[0].id
        objections.object_to(act, poll, text="My card is gone.")
    now = told(app, opened.act)
    assert now.pop(Role.OFFICE) == ["Answer the objections"]
    with opened.act(Role.OFFICE) as act:
        cycle, poll = opened.rows(act)
        first = objections.first_due(act, cycle, poll)
        assert first == working_days.last_day(act, act.at, cycle.answer_days)
    assert [duty.until for duty in waiting(app, opened.act)[Role.OFFICE]] == [first], "counted from the oldest"
    assert set(now.pop(Role.REGISTRAR)) - set(before.get(Role.REGISTRAR, [])) == {"Answer the requests about the roll"}
    assert now == {role: deeds for role, deeds in before.items() if role is not Role.REGISTRAR}
    with opened.act(Role.REGISTRAR) as act:
        cycle, _poll = opened.rows(act)
        requests.answer(act, cycle, requests.get(act, cycle, asked), granted=False, text="The roll is frozen.")
    with opened.act(Role.OFFICE) as act:
        _cycle, poll = opened.rows(act)
        objection = objections.find(act, poll, 1)
        assert objection is not None
        objections.answer_objection(act, poll, objection, "Come to the desk.")
    assert told(app, opened.act) == before


def test_a_card_that_needs_a_second_person_waits_for_them(app: Flask, opened: OpenPoll) -> None:
    before, entry, lost = told(app, opened.act), opened.entry_id(0), opened.entry_id(1)
    with opened.act(Role.CLERK) as act:
        undoing.propose(act, *opened.rows(act), entry, "I marked the line above.")
    with opened.act(Role.REGISTRAR) as act:
        reissues.propose(act, *opened.rows(act), lost, "lost on the road")
    mark, replace = "Decide on a mistaken mark of a hand-over", "Decide on the replacement of lost cards"
    wanted = {Role.CHAIR: [mark, replace], Role.SECRETARY: [mark, replace], Role.OFFICE: [replace]}
    assert told(app, opened.act) == before | wanted
    [duty] = [duty for duty in waiting(app, opened.act)[Role.CHAIR] if duty.deed == mark]
    assert duty.thing == f"Card №\u00a0{opened.entry_number(0)}", "no name"
    with opened.act(Role.CHAIR) as act:
        cycle, poll = opened.rows(act)
        undoing.confirm(act, cycle, poll, entry)
        reissues.approve(act, cycle, poll, cards.reissues(act, poll)[0])
    assert told(app, opened.act) == before


def test_who_hands_cards_over_is_told_how_many_lie_there(app: Flask, opened: OpenPoll) -> None:
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        lying, confirmed = handing_over.counts(act, poll)[1], confirmations.lack(act, poll) is None
    [duty] = waiting(app, opened.act)[Role.CLERK]
    assert (duty.thing, duty.until is not None) == (f"At the desk: {lying}", True)
    assert (Role.REGISTRAR in waiting(app, opened.act)) is not confirmed
