"""An account is of the okrug that gave it its first role: the others neither open it, nor name it, nor learn of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.national_numbers import IIN
from pb.core.places.kinds import Kind
from pb.demo.places import KRASNOYAR
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.models import Grant, Invitation, Person, Proposal
from pb.identity.service import accounts, appointments, reach, suspensions
from pb.identity.service.holdings import Terms
from pb.territory.service import tree
from tests.by_code import activate
from tests.conftest import SignIn
from tests.frozen.world import without_rules
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, invented_iin

KENT = tree.Described("111099100", Kind.KENT, ("Станционный кенті", "посёлок Станционный", "Stantsionny"), ("Станция",))
THEIRS = invented_iin(790)
TODAY = clock.local(clock.now()).date()


@pytest.fixture(autouse=True)
def next_door(okrug: Village) -> None:
    """A settlement beside the okrug."""
    with okrug.act_as(at=okrug.last_moment()) as act:
        place = tree.describe(act.session, KENT, parent=KRASNOYAR.above)
        tree.give_address(Act(act.session, place, None, frozenset(), act.at), "stantsionny")


def register(okrug: Village, place: str | None, iin: IIN, name: str, *, forgotten: bool = False) -> str:
    """At the desk of a place; whoever serves there is of no matter to the rule."""
    settlement = SETTLEMENTS[0] if place is None else KENT.settlements[0]
    with okrug.act_as(Role.CLERK, place=place) as act:
        return accounts.register_resident(
            act, KEYS, iin=iin, name=name, settlement=settlement, forgotten=forgotten, correct=True
        )


def account(okrug: Village, iin: IIN) -> Person:
    with okrug.act_as() as act:
        person = accounts.find(act.session, iin, KEYS)
        assert person is not None
        return person


def propose(okrug: Village, iin: IIN, name: str) -> UUID:
    """The okrug's office proposes an observer, as its page does."""
    with okrug.act_as(Role.OFFICE) as act:
        return observer(act, iin, name)


def propose_next_door(okrug: Village, iin: IIN, name: str) -> UUID:
    """The same there, by the secretary of the city's maslikhat."""
    with okrug.act_as(place=KRASNOYAR.above.kato) as act:
        (secretary,) = accounts.holders(act, Role.MASLIKHAT_SECRETARY)
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, person=secretary, place=KENT.kato) as act:
        return observer(act, iin, name)


def observer(act: Act, iin: IIN, name: str) -> UUID:
    person = accounts.add_person(act, KEYS, iin=iin, name=name)
    return appointments.propose_giving(act, person, Terms(Role.OBSERVER, TODAY, "order № 1"), name=name).id


@pytest.mark.both_databases
@pytest.mark.parametrize("opened", [False, True], ids=["waits for its code", "opened"])
def test_another_desk_makes_no_code_whether_the_account_was_opened_or_not(okrug: Village, *, opened: bool) -> None:
    """Played: the desk next door registers the IIN of a resident who has not opened the account yet, and opens it."""
    code = register(okrug, KENT.kato, THEIRS, "Іңкәр Нурланова")
    if opened:
        with okrug.act_as() as act:
            activate(act, THEIRS, code, PASSWORD)
    for forgotten in (False, True):
        with pytest.raises(FieldRefusal, match="of another territory") as refusal:
            register(okrug, None, THEIRS, "Басқа Есім", forgotten=forgotten)
        assert refusal.value.field == "iin"
        assert "Нурланова" not in str(refusal.value.message)
    person = account(okrug, THEIRS)
    assert person.name == "Іңкәр Нурланова"
    with okrug.act_as() as act:
        assert not reach.roles_of(act.session, person.id, act.territory.id, TODAY)
        assert len(act.session.scalars(select(Invitation).where(Invitation.person_id == person.id)).all()) == 1
    register(okrug, KENT.kato, THEIRS, "Іңкәр Нурланова", forgotten=True)


def test_who_is_resident_of_two_okrugs_is_helped_where_the_account_began(okrug: Village) -> None:
    register(okrug, KENT.kato, THEIRS, "Іңкәр Нурланова")
    person = account(okrug, THEIRS)
    with okrug.act_as() as act:
        accounts.admit_resident(act, act.session.get_one(Person, person.id), basis="decision № 1")
    with pytest.raises(FieldRefusal, match="of another territory"):
        register(okrug, None, THEIRS, "N", forgotten=True)
    register(okrug, KENT.kato, THEIRS, "Іңкәр Нурланова")


def test_the_staff_of_another_okrug_are_not_told_from_its_residents(okrug: Village) -> None:
    clerk = invented_iin(1 + list(Role).index(Role.AKIM))
    register(okrug, None, THEIRS, "Resident")
    told = set()
    for iin in (clerk, THEIRS):
        with pytest.raises(FieldRefusal) as refusal:
            register(okrug, KENT.kato, iin, "N")
        told.add(str(refusal.value.message))
    assert len(told) == 1


# A name


def test_a_proposal_of_another_okrug_plants_no_name(okrug: Village) -> None:
    """Played: an office next door proposes an unknown IIN under a name that mocks, and nobody can put it right."""
    propose_next_door(okrug, THEIRS, "Дурак Дураков")
    register(okrug, None, THEIRS, "Айгүл Серікқызы")
    assert account(okrug, THEIRS).name == "Айгүл Серікқызы"


def test_a_proposal_shows_the_name_that_was_typed_and_renames_nobody(okrug: Village, sign_in: SignIn) -> None:
    """Played: from an IIN to the name that another okrug knows."""
    register(okrug, KENT.kato, THEIRS, "Шолпан Ермекова")
    page = sign_in(Role.OFFICE).post(
        "/krasnoyar/roles/new",
        data={"iin": THEIRS.text, "name": "Кім Екенін", "role": "clerk", "since": TODAY.isoformat(), "basis": "№ 1"},
        follow_redirects=True,
    )
    assert "Кім Екенін" in page.text
    assert "Шолпан" not in page.text
    with okrug.act_as() as act:
        proposal = act.session.scalars(select(Proposal).where(Proposal.name == "Кім Екенін")).one()
    shown = sign_in(Role.CHAIR).get(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal.id)}")
    assert "Кім Екенін" in shown.text
    assert "Шолпан" not in shown.text
    assert account(okrug, THEIRS).name == "Шолпан Ермекова"


def test_a_first_role_fixes_the_name_of_its_own_proposal(okrug: Village) -> None:
    ours = propose(okrug, THEIRS, "Айгүл Серікқызы")
    propose_next_door(okrug, THEIRS, "Дурак Дураков")
    okrug.confirm(ours)
    assert account(okrug, THEIRS).name == "Айгүл Серікқызы"


def test_the_own_desk_corrects_a_name_by_the_document_and_the_log_says_so(okrug: Village) -> None:
    register(okrug, None, THEIRS, "Айгул Серикова")
    register(okrug, None, THEIRS, "Айгүл Серікова")
    person = account(okrug, THEIRS)
    assert person.name == "Айгүл Серікова"
    with okrug.act_as() as act:
        corrected = [event for event in audit.every(act) if event.action == "identity.person_corrected"]
    assert [event.subject_id for event in corrected] == [person.id]


# Suspensions


def test_the_form_of_suspensions_tells_nothing_of_accounts_elsewhere(okrug: Village, sign_in: SignIn) -> None:
    register(okrug, KENT.kato, THEIRS, "Шолпан Ермекова")
    propose_next_door(okrug, invented_iin(791), "Nobody yet")
    office = sign_in(Role.OFFICE)
    answers = {
        (answer.status_code, answer.text.replace(iin.text, "").count("Nobody with this IIN"))
        for iin in (THEIRS, invented_iin(791), invented_iin(792))
        for answer in [
            office.post("/krasnoyar/suspensions/new", data={"iin": iin.text, "kind": "suspend", "basis": "№ 1"})
        ]
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_who_is_of_two_okrugs_is_refused_at_the_field_and_what_was_typed_stays(okrug: Village, sign_in: SignIn) -> None:
    register(okrug, None, THEIRS, "Айгүл Серікова")
    person = account(okrug, THEIRS)
    with okrug.act_as(place=KENT.kato) as act:
        accounts.admit_resident(act, act.session.get_one(Person, person.id), basis="decision № 1")
    answer = sign_in(Role.OFFICE).post(
        "/krasnoyar/suspensions/new", data={"iin": THEIRS.text, "kind": "suspend", "basis": "memo № 77"}
    )
    assert answer.status_code == 422
    assert "memo № 77" in answer.text
    with okrug.act_as() as act:
        assert not suspensions.every(act)


# Addresses of roles


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESIDENT])
def test_whatever_the_role_the_address_of_its_grant_is_found(app: Flask, role: Role) -> None:
    """Played: “End this role” of the maslikhat's secretary is a dead link, for that role has an underscore."""
    rules = app.url_map.bind("localhost")
    for page in ("end", "invite"):
        assert rules.match(f"/krasnoyar/roles/4-{role}/{page}")[1]["grant_id"] == f"4-{role}"


def test_who_was_named_elsewhere_meanwhile_is_given_no_role_by_another_name(okrug: Village) -> None:
    """Played: the chair confirmed «Первое Имя», and the role was that of whom a desk next door had named otherwise."""
    waiting = propose(okrug, THEIRS, "Бірінші Есім")
    register(okrug, KENT.kato, THEIRS, "Бөтен Есім")
    with okrug.act_as(Role.CHAIR) as act:
        proposal = appointments.get(act, waiting)
        with pytest.raises(Conflict, match="another name"):
            appointments.confirm(act, proposal)
        appointments.decline(act, proposal)


def test_who_holds_no_role_any_more_is_not_invited_again(okrug: Village) -> None:
    """Played: the invitation that waited outlived the role, and its link opened the account."""
    person_id = okrug.people[Role.CLERK].id
    with okrug.act_as(Role.OFFICE) as act:
        person = act.session.get_one(Person, person_id)
        waiting = appointments.propose_inviting(act, person, basis="lost telephone", reason="lost").id
    with without_rules(okrug.database.engine) as connection:
        ended = update(Grant).where(Grant.person_id == person_id)
        connection.execute(ended.values(until=TODAY - timedelta(days=1), end_basis="order № 2"))
    with okrug.act_as(Role.CHAIR) as act:
        proposal = appointments.get(act, waiting)
        assert appointments.confirmable(act) == []
        with pytest.raises(Forbidden, match="holds no role any more"):
            appointments.confirm(act, proposal)
        appointments.decline(act, proposal)
