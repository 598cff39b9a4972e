"""A cycle that cannot go on, or is not to, is ended early: by the office, from the gathering on with the chair."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Cycle, Ending, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, OutOfPhase
from pb.polls.models import State
from pb.polls.service import state
from pb.process.service import ending
from pb.proposals.service import proposals
from pb.voting.service import closing, preparation
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.process.test_phases import accept_all, advance, propose
from tests.village import HOME, KEYS, Village

both = pytest.mark.both_databases
REASON = "The only project was withdrawn by its author."


def end(okrug: Village, cycle_id: UUID, reason: str = REASON, role: Role = Role.OFFICE) -> bool:
    with okrug.in_cycle(cycle_id, role) as (act, cycle):
        return ending.end(act, cycle, reason)


def phase_of(okrug: Village, cycle_id: UUID) -> str:
    with okrug.in_cycle(cycle_id) as (_act, cycle):
        return cycle.phase


def events(okrug: Village, cycle_id: UUID) -> list[str]:
    with okrug.act_as() as act:
        return [event.action for event in audit.of_subject(act, cycle_id)]


def with_a_poll(okrug: Village) -> UUID:
    cycle_id = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        preparation.prepare(act, cycle, KEYS)
    return cycle_id


def withdraw_the_only_project(okrug: Village) -> UUID:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    advance(okrug, cycle_id)
    accept_all(okrug, cycle_id)
    advance(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        [only] = proposals.public(act, cycle)
        proposals.withdraw(act, cycle, only)
    return cycle_id


def test_a_village_whose_only_project_was_withdrawn_ends_the_cycle_and_begins_anew(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    cycle_id = withdraw_the_only_project(okrug)
    base, office, chair = okrug.path(cycle_id), sign_in(Role.OFFICE), sign_in(Role.CHAIR)
    page = office.get(f"{base}/").text
    assert "This cycle can no longer go on" in page
    assert f'href="{base}/end"' in page
    assert "Nobody can bring the cycle back" in office.get(f"{base}/end").text
    assert office.post(f"{base}/end", data={"reason": " "}).status_code == 422
    assert office.post(f"{base}/end", data={"reason": REASON}).status_code == 302
    assert phase_of(okrug, cycle_id) == Phase.GATHERING
    assert chair.post(f"{base}/end/confirm").status_code == 302
    assert phase_of(okrug, cycle_id) == Phase.ENDED
    assert events(okrug, cycle_id)[-1] == "cycle.ended"
    pages = [f"{base}{page}" for page in ("/", "/proposals", "/proposals/1", "/meetings", "/poll")]
    for address in (*pages, f"{base}/winners"):
        told = client.get(address).text
        assert "ended early" in told, address
        assert REASON in told, address
    assert REASON in client.get(f"{HOME}/").text
    second = okrug.open_cycle()
    assert okrug.path(second) == f"{base}-2"
    assert client.get(f"{base}-2/").status_code == 200
    assert REASON not in client.get(f"{base}-2/").text


@both
@pytest.mark.parametrize("phase", [Phase.GATHERING, Phase.VOTING, Phase.BUDGET])
def test_from_the_gathering_on_the_office_ends_no_cycle_without_the_chair(okrug: Village, phase: Phase) -> None:
    """Seen: the list that the assembly had validated, with minutes confirmed, went with the office's one press."""
    cycle_id = okrug.open_cycle(phase=phase)
    assert not end(okrug, cycle_id)
    assert phase_of(okrug, cycle_id) == phase
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle), pytest.raises(Forbidden):
        ending.confirm(act, cycle)
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        ending.confirm(act, cycle)
    assert phase_of(okrug, cycle_id) == Phase.ENDED


def test_a_cycle_that_ended_takes_nothing_any_more(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    assert end(okrug, cycle_id)
    with pytest.raises(OutOfPhase):
        propose(okrug, cycle_id)
    with pytest.raises(Conflict, match="ended early"):
        advance(okrug, cycle_id)
    with pytest.raises(Conflict, match="is over"):
        end(okrug, cycle_id)


@pytest.mark.parametrize(
    ("role", "method", "page"),
    [(Role.RESIDENT, "get", "/proposals/new"), (Role.OFFICE, "post", "/roll/confirm")],
)
def test_what_cannot_be_done_in_a_cycle_that_ended_says_why(
    okrug: Village, sign_in: SignIn, role: Role, method: str, page: str
) -> None:
    cycle_id = okrug.open_cycle()
    assert end(okrug, cycle_id)
    told = getattr(sign_in(role), method)(f"{okrug.path(cycle_id)}{page}", data={"code": "ABCD"})
    assert told.status_code == 409
    assert REASON in told.text
    assert "To the cycle" in told.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_nobody_but_the_office_ends_a_cycle(okrug: Village, role: Role) -> None:
    cycle_id = okrug.open_cycle()
    with pytest.raises(Forbidden):
        end(okrug, cycle_id, role=role)


def test_a_reason_is_asked_for(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    for reason in ("  ", "x" * 1001):
        with pytest.raises(FieldRefusal):
            end(okrug, cycle_id, reason)


def test_a_vote_that_is_prepared_ends_with_the_chair_s_confirmation_and_is_annulled(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    cycle_id = with_a_poll(okrug)
    base, office, chair = okrug.path(cycle_id), sign_in(Role.OFFICE), sign_in(Role.CHAIR)
    assert "vote that is being prepared" in office.get(f"{base}/end").text
    assert office.post(f"{base}/end", data={"reason": REASON}).status_code == 302
    assert phase_of(okrug, cycle_id) == Phase.VOTING
    assert "proposes to end this cycle early" in client.get(f"{base}/").text
    for address in (f"{HOME}/", f"{base}/"):
        assert f'href="{base}/end"' in chair.get(address).text
    assert REASON in chair.get(f"{base}/end").text
    assert office.post(f"{base}/end/confirm").status_code == 403
    assert chair.post(f"{base}/end/confirm").status_code == 302
    assert phase_of(okrug, cycle_id) == Phase.ENDED
    assert events(okrug, cycle_id)[-2:] == ["poll.annulled", "cycle.ended"]
    with okrug.in_cycle(cycle_id) as (act, cycle):
        assert state.require(act, cycle).state == State.ANNULLED
    assert okrug.path(okrug.open_cycle()) == f"{base}-2"


@pytest.mark.parametrize("role", [Role.CHAIR, Role.OFFICE])
def test_an_end_that_is_declined_or_taken_back_leaves_cycle_and_poll_as_they_were(okrug: Village, role: Role) -> None:
    cycle_id = with_a_poll(okrug)
    for _time in range(2):
        assert not end(okrug, cycle_id)
        with pytest.raises(Conflict, match="proposed already"):
            end(okrug, cycle_id)
        with okrug.in_cycle(cycle_id, role) as (act, cycle):
            assert ending.decline(act, cycle) is (role is Role.OFFICE)
    assert phase_of(okrug, cycle_id) == Phase.VOTING
    assert events(okrug, cycle_id)[-1] == "cycle.ending_declined"
    with okrug.in_cycle(cycle_id) as (act, cycle):
        poll = state.require(act, cycle)
        assert poll.state == State.PREPARING
        assert poll.annul_first_id is None


def test_no_vote_is_ended_by_ending_its_cycle(opened: OpenPoll) -> None:
    with opened.act(Role.OFFICE) as act:
        cycle, poll = opened.rows(act)
        with pytest.raises(Conflict, match="under way"):
            ending.end(act, cycle, REASON)
        assert not closing.annul(act, cycle, poll, REASON)
    with opened.act(Role.CHAIR) as act:
        assert closing.annul(act, *opened.rows(act), "")
    with opened.act(Role.OFFICE) as act:
        assert not ending.end(act, opened.rows(act)[0], REASON), "the chair must confirm"
    with opened.act(Role.CHAIR) as act:
        cycle = opened.rows(act)[0]
        ending.confirm(act, cycle)
        assert cycle.phase == Phase.ENDED


def test_what_ends_with_a_cycle_is_named(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        [told] = map(str, ending.ends_with_it(act, cycle))
        assert told == "Proposals that nobody reviews or votes on any more: № 1"


def test_the_author_of_the_last_proposal_is_warned(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle()
    propose(okrug, cycle_id)
    withdrawal, resident = f"{okrug.path(cycle_id)}/proposals/1/withdraw", sign_in(Role.RESIDENT)
    assert "the cycle cannot go on" not in resident.get(withdrawal).text, "others can still be proposed"
    advance(okrug, cycle_id)
    assert "the cycle cannot go on" in resident.get(withdrawal).text


def refused(okrug: Village, attack: Callable[[Any], object], by: str) -> None:
    with okrug.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match=by):
            attack(connection)
        connection.rollback()


@both
def test_the_database_ends_no_cycle_without_its_ending(okrug: Village) -> None:
    ideas = okrug.open_cycle()
    alone = update(Cycle).where(Cycle.id == ideas).values(phase="ended")
    refused(okrug, lambda connection: connection.execute(alone), "ended_cycles_update")
    end(okrug, ideas)
    for attack in (
        update(Cycle).where(Cycle.id == ideas).values(phase="proposals"),
        delete(Ending).where(Ending.cycle_id == ideas),
        update(Ending).where(Ending.cycle_id == ideas).values(reason="another"),
    ):
        refused(okrug, lambda connection, attack=attack: connection.execute(attack), "frozen_cycle")  # type: ignore[misc]


@both
def test_the_database_lets_the_office_end_no_vote_alone(okrug: Village) -> None:
    cycle_id = with_a_poll(okrug)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        event = audit.record(act, "cycle.ended", subject=cycle.id)
        office, hash_ = act.person.id, event.hash  # type: ignore[union-attr]
        row = {"cycle_id": cycle_id, "phase": "voting", "reason": REASON, "first_id": office, "first_at": act.at}
    attack = insert(Ending).values(**row, first_event=hash_)
    refused(okrug, lambda connection: connection.execute(attack), "frozen_cycle_endings_insert")
    end(okrug, cycle_id)
    refused(
        okrug,
        lambda connection: connection.execute(
            update(Ending).values(second_id=office, second_at=clock.now(), second_event=hash_)
        ),
        "frozen_cycle_endings_update|two_people",
    )
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "cycle.ended", subject=cycle_id)
    whole = update(Cycle).where(Cycle.id == cycle_id).values(phase="ended")
    refused(okrug, lambda connection: connection.execute(whole), "ended_cycles_update")
