"""Accounts come to life by a paper code or an invitation, once; roles that watch each other are not held together."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.core import alphabet
from pb.core.national_numbers import parse_iin
from pb.errors import FieldRefusal, Forbidden
from pb.identity.models import Invitation, Person
from pb.identity.service import acceptance, accounts, reach
from pb.identity.service.roles import APPOINTMENTS, EXCLUSIVE, Level
from tests.by_code import activate, begin_accepting
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, invented_iin

NEWCOMER = invented_iin(100)


def register(okrug: Village, **changes: Any) -> str:
    with okrug.act_as(Role.CLERK) as act:
        told = {"iin": NEWCOMER, "name": "  Newcomer \n Invented ", "settlement": SETTLEMENTS[1], **changes}
        return accounts.register_resident(act, KEYS, **told)


@pytest.mark.both_databases
def test_a_resident_activates_with_iin_and_code_together_and_once(okrug: Village) -> None:
    code = register(okrug)
    with okrug.act_as() as act:
        person = activate(act, NEWCOMER, code.lower().replace("-", " "), PASSWORD)
        assert person.name == "Newcomer Invented"
        assert reach.roles_of(act.session, person.id, act.territory.id, clock.local(act.at).date()) == {Role.RESIDENT}
    with okrug.act_as() as act:
        assert accounts.sign_in(act.session, KEYS, NEWCOMER, PASSWORD) is not None
        with pytest.raises(FieldRefusal):
            activate(act, NEWCOMER, code, PASSWORD)


def test_a_code_does_not_work_with_another_iin_nor_as_an_invitation(okrug: Village) -> None:
    code = register(okrug)
    with okrug.act_as() as act:
        with pytest.raises(FieldRefusal):
            activate(act, invented_iin(101), code, PASSWORD)
        for secret in (code, code.replace("-", "")):
            with pytest.raises(FieldRefusal):
                begin_accepting(act, secret, PASSWORD)


def test_a_code_ends_after_its_days_and_when_a_new_one_is_made(okrug: Village) -> None:
    first = register(okrug)
    second = register(okrug)
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        activate(act, NEWCOMER, first, PASSWORD)
    with okrug.act_as(at=clock.now() + accounts.ACTIVATION_LIFE) as act, pytest.raises(FieldRefusal):
        activate(act, NEWCOMER, second, PASSWORD)
    with okrug.act_as(at=clock.now() + accounts.ACTIVATION_LIFE - timedelta(minutes=1)) as act:
        activate(act, NEWCOMER, second, PASSWORD)


def test_nobody_under_18_nor_of_another_place_nor_of_the_staff_is_registered(okrug: Village) -> None:
    young = parse_iin("081121500098", clock.now().date())  # 18 on 21 November 2026
    for told in ({"settlement": "Astana"}, {"iin": invented_iin(1 + list(Role).index(Role.AKIM))}):
        with pytest.raises(FieldRefusal):
            register(okrug, **told)
    with okrug.act_as(Role.CLERK, at=clock.now().replace(year=2026, month=11, day=19)) as act:
        with pytest.raises(FieldRefusal) as refusal:
            accounts.register_resident(act, KEYS, iin=young, name="Young", settlement=SETTLEMENTS[0])
        assert refusal.value.field == "iin"


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLERK, Role.OFFICE}])
def test_only_the_desk_registers_residents(okrug: Village, role: Role) -> None:
    with okrug.act_as(role) as act, pytest.raises(Forbidden):
        accounts.register_resident(act, KEYS, iin=NEWCOMER, name="N", settlement=SETTLEMENTS[0])


def test_an_active_account_gets_no_new_code(okrug: Village) -> None:
    code = register(okrug)
    with okrug.act_as() as act:
        activate(act, NEWCOMER, code, PASSWORD)
    with pytest.raises(FieldRefusal):
        register(okrug)


@pytest.mark.both_databases
def test_staff_accept_their_invitation_once_and_within_its_week(okrug: Village) -> None:
    with okrug.act_as(Role.ADMINISTRATOR) as act:
        akim = act.session.get_one(Person, okrug.people[Role.AKIM].id)
        late, secret = accounts.invite(act, akim), accounts.invite(act, akim)
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        begin_accepting(act, late, PASSWORD)  # the newer one ended it
    with okrug.act_as(at=clock.now() + accounts.INVITATION_LIFE) as act, pytest.raises(FieldRefusal):
        begin_accepting(act, secret, PASSWORD)
    with okrug.act_as() as act:
        begun = begin_accepting(act, f" {secret}\n", PASSWORD)
        code = pyotp.TOTP(acceptance.secret_of(begun, KEYS)).at(act.at)
        assert acceptance.finish(act, KEYS, begun, code).id == akim.id
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        begin_accepting(act, secret, PASSWORD)


def test_secrets_and_passwords_are_kept_as_hashes_alone(okrug: Village) -> None:
    code = register(okrug)
    with okrug.act_as() as act:
        person = activate(act, NEWCOMER, code, PASSWORD)
        kept = act.session.scalars(select(Invitation).where(Invitation.person_id == person.id)).one()
        assert kept.secret_hash != code.encode()
        assert len(kept.secret_hash) == 32
        assert person.password_hash is not None
        assert person.password_hash.startswith("$argon2id$")
        assert NEWCOMER.text.encode() not in person.iin_lookup + person.iin_sealed
        assert all(NEWCOMER.text not in str(event.data) for event in audit.every(act))


@pytest.mark.parametrize("password", ["short", "", "x" * 201])
def test_a_password_has_from_10_to_200_characters(okrug: Village, password: str) -> None:
    with okrug.act_as() as act, pytest.raises(FieldRefusal) as refusal:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.AKIM].id), password)
    assert refusal.value.field == "password"


def test_a_wrong_password_and_an_unknown_person_are_the_same_refusal(okrug: Village) -> None:
    with okrug.act_as() as act:
        person = act.session.get_one(Person, okrug.people[Role.AKIM].id)
        iin = invented_iin(1 + list(Role).index(Role.AKIM))
        assert accounts.sign_in(act.session, KEYS, iin, "") is None  # no password was ever set
        accounts.set_password(act, person, PASSWORD)
        assert accounts.sign_in(act.session, KEYS, iin, PASSWORD) is person
        assert accounts.sign_in(act.session, KEYS, iin, PASSWORD + "!") is None
        assert accounts.sign_in(act.session, KEYS, NEWCOMER, PASSWORD) is None
        assert accounts.sign_in(act.session, KEYS, None, PASSWORD) is None


@pytest.mark.parametrize("pair", EXCLUSIVE, ids=lambda pair: "+".join(sorted(pair)))
def test_roles_that_watch_each_other_are_not_held_by_one_person(okrug: Village, pair: frozenset[Role]) -> None:
    for first, second in (sorted(pair), sorted(pair, reverse=True)):
        if second is Role.MASLIKHAT_SECRETARY:
            continue  # given in a raion alone: tests/identity/test_roles_in_a_raion.py
        with pytest.raises(FieldRefusal) as refusal:
            okrug.appoint(okrug.people[Role(first)].id, Role(second), body="a body", by=_other(okrug, first, second))
        assert "together" in str(refusal.value.message)


def _other(okrug: Village, person: str, role: str) -> Role:
    """Who may propose the role to this person, and is somebody else."""
    assert okrug.people
    return next(proposer for proposer in APPOINTMENTS[Level.OKRUG][Role(role)].proposes if proposer != person)


def test_a_paper_code_is_read_as_tolerantly_as_a_card(okrug: Village) -> None:
    """Kazakh letters that look like a symbol, every dash, and what a messenger puts between."""
    assert accounts.tidy_code("қөұһ – ңіё\u00ad\u200bз\u00a0ol") == "K0YHH1E301"
    code = register(okrug)
    cyrillic = str.maketrans("ABEKMHPCTYX013", "АВЕҚМҢРСТҰХӨІЗ")
    with okrug.act_as() as act:
        activate(act, NEWCOMER, code.translate(cyrillic).replace("-", " — "), PASSWORD)


def test_people_stand_by_the_kazakh_alphabet(okrug: Village) -> None:
    names = ["Ұлан", "Фатима", "Қайрат", "Камал", "Әлия", "Бота"]
    with okrug.act_as() as act:
        for number, name in enumerate(names, 200):
            person = accounts.add_person(act, KEYS, iin=invented_iin(number), name=name, settlement=SETTLEMENTS[0])
            accounts.admit_resident(act, person, basis="document")
    with okrug.act_as() as act:
        listed = [person.name for person in accounts.holders(act, Role.RESIDENT) if person.name in names]
        assert listed == ["Әлия", "Бота", "Камал", "Қайрат", "Ұлан", "Фатима"]
        assert act.territory.settlements == sorted(act.territory.settlements, key=alphabet.key)
