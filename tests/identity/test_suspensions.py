"""Two bodies suspend an account: it cannot come in, and its sessions end."""

from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from pb.act import Role
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.models import AccountSession, Person, Suspension
from pb.identity.service import accounts, sessions, suspensions
from pb.identity.service.suspensions import Kind
from tests.by_code import activate
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.village import KEYS, PASSWORD, Village, invented_iin

both_databases = pytest.mark.both_databases


def iin_of(role: Role) -> str:
    return invented_iin(1 + list(Role).index(role)).text


def proposed(okrug: Village, role: Role, by: Role, kind: Kind = Kind.SUSPEND) -> UUID:
    with okrug.act_as(by) as act:
        person = act.session.get_one(Person, okrug.people[role].id)
        return suspensions.propose(act, person, kind, basis="memo № 7").id


def confirm(okrug: Village, suspension_id: UUID, by: Role) -> None:
    with okrug.act_as(by) as act:
        suspensions.confirm(act, suspensions.get(act, suspension_id))


def suspend(okrug: Village, role: Role, by: Role, confirms: Role) -> None:
    confirm(okrug, proposed(okrug, role, by), confirms)


def inside(client: LintingClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_suspended_account_is_out_at_once_and_stays_out(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
    resident = sign_in(Role.RESIDENT)
    suspend(okrug, Role.RESIDENT, Role.OFFICE, Role.CHAIR)
    assert not inside(resident)
    told = {"iin": iin_of(Role.RESIDENT), "password": PASSWORD}
    answer = client.post("/sign-in", data=told)
    assert answer.status_code == 403
    assert "suspended" in answer.text
    assert not inside(client)
    wrong = client.post("/sign-in", data={**told, "password": "not the password"})
    assert "suspended" not in wrong.text, "only whoever knows the password learns of it"
    confirm(okrug, proposed(okrug, Role.RESIDENT, Role.OFFICE, Kind.RESUME), Role.CHAIR)
    assert client.post("/sign-in", data=told).status_code == 302
    assert inside(client)


@both_databases
def test_a_session_that_began_in_the_same_moment_opens_nothing(okrug: Village) -> None:
    """A sign-in that did not see the suspension yet and was committed after it."""
    suspend(okrug, Role.RESIDENT, Role.OFFICE, Role.CHAIR)
    with okrug.act_as() as act:
        person = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        _row, token = sessions.keep(act.session, act.at, person, "")
        assert sessions.find(act.session, token, act.at) is None
        with pytest.raises(Forbidden, match="suspended"):
            sessions.begin(act, person, "")


def test_a_paper_code_or_an_invitation_does_not_let_a_suspended_account_in(okrug: Village) -> None:
    with okrug.act_as(Role.CLERK) as act:
        person = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        code = accounts.register_resident(
            act, KEYS, iin=invented_iin(1 + list(Role).index(Role.RESIDENT)), name=person.name, settlement="Красный Яр"
        )
    suspend(okrug, Role.RESIDENT, Role.OFFICE, Role.CHAIR)
    with okrug.act_as() as act, pytest.raises(Forbidden, match="suspended"):
        activate(act, invented_iin(1 + list(Role).index(Role.RESIDENT)), code, PASSWORD)


def test_it_takes_two_people_of_two_bodies(okrug: Village) -> None:
    waiting = proposed(okrug, Role.CHAIR, Role.DEPUTY)
    for by in (Role.DEPUTY, Role.CHAIR, Role.SECRETARY, Role.AKIM):
        with pytest.raises(Forbidden):
            confirm(okrug, waiting, by)
    confirm(okrug, waiting, Role.OFFICE)
    with pytest.raises(Conflict):
        confirm(okrug, waiting, Role.OFFICE)


def test_nobody_suspends_or_lets_in_oneself(okrug: Village) -> None:
    with pytest.raises(Forbidden, match="own account"):
        proposed(okrug, Role.CHAIR, Role.CHAIR)
    waiting = proposed(okrug, Role.OFFICE, Role.ADMINISTRATOR)
    with okrug.act_as(Role.OFFICE) as act, pytest.raises(Forbidden):
        suspensions.decline(act, suspensions.get(act, waiting))


def test_whose_role_does_not_propose_is_told_so_at_the_field(okrug: Village) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        proposed(okrug, Role.AUDITOR, Role.OFFICE)
    assert refusal.value.field == "iin"


def test_what_waits_is_not_proposed_twice_and_may_be_declined(okrug: Village) -> None:
    waiting = proposed(okrug, Role.AUDITOR, Role.CHAIR)
    with pytest.raises(Conflict, match="waits"):
        proposed(okrug, Role.AUDITOR, Role.CHAIR)
    with okrug.act_as(Role.DEPUTY) as act:
        suspensions.decline(act, suspensions.get(act, waiting))
    with pytest.raises(FieldRefusal, match="not suspended"):
        proposed(okrug, Role.AUDITOR, Role.CHAIR, Kind.RESUME)


@both_databases
def test_the_database_lets_no_one_suspend_alone(okrug: Village) -> None:
    waiting = proposed(okrug, Role.AUDITOR, Role.CHAIR)
    with okrug.act_as() as act:
        chair, deputy = okrug.people[Role.CHAIR].id, okrug.people[Role.DEPUTY].id
        row = act.session.get_one(Suspension, waiting)
        whole = {"decision": "approved", "decided_at": act.at, "decided_event": row.event}
    for decided in ({"decided_by": chair, "decided_as": "chair"}, {"decided_by": deputy, "decided_as": "deputy"}):
        with pytest.raises(IntegrityError), okrug.act_as() as act:
            act.session.execute(update(Suspension).where(Suspension.id == waiting).values(**whole, **decided))


def test_the_pages_of_both_bodies(okrug: Village, sign_in: SignIn) -> None:
    auditor, chair, deputy = sign_in(Role.AUDITOR), sign_in(Role.CHAIR), sign_in(Role.DEPUTY)
    told = {"iin": iin_of(Role.AUDITOR), "kind": "suspend", "basis": "memo № 7"}
    assert chair.post("/krasnoyar/suspensions/new", data=told).headers["Location"] == "/krasnoyar/suspensions"
    assert "memo" not in english(chair.application).get("/krasnoyar/suspensions").text
    with okrug.act_as() as act:
        waiting = act.session.scalars(select(Suspension.id)).one()
    assert "it takes two people" in chair.get(f"/krasnoyar/suspensions/{okrug.called('suspension_id', waiting)}").text
    assert "memo № 7" in deputy.get(f"/krasnoyar/suspensions/{okrug.called('suspension_id', waiting)}").text
    assert (
        iin_of(Role.AUDITOR) not in deputy.get(f"/krasnoyar/suspensions/{okrug.called('suspension_id', waiting)}").text
    )
    assert chair.post(f"/krasnoyar/suspensions/{okrug.called('suspension_id', waiting)}/confirm").status_code == 403
    assert inside(auditor)
    assert (
        deputy.post(f"/krasnoyar/suspensions/{okrug.called('suspension_id', waiting)}/confirm").headers["Location"]
        == "/krasnoyar/suspensions"
    )
    assert not inside(auditor)
    assert "Confirmed" in deputy.get("/krasnoyar/suspensions").text
    with okrug.act_as() as act:
        query = select(AccountSession).where(AccountSession.person_id == okrug.people[Role.AUDITOR].id)
        assert all(row.ended_at is not None for row in act.session.scalars(query))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"iin": "12"}, "iin"), ({"iin": invented_iin(99).text}, "iin"), ({"kind": ""}, "kind"), ({"basis": ""}, "basis")],
)
def test_bad_input_is_told_at_its_field_and_kept(sign_in: SignIn, changes: dict[str, str], field: str) -> None:
    told = {"iin": iin_of(Role.AUDITOR), "kind": "suspend", "basis": "memo № 7", **changes}
    page = sign_in(Role.CHAIR).post("/krasnoyar/suspensions/new", data=told)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert all(value in page.text for value in told.values())
