"""Two bodies give and end roles; nobody is two; a clerk who knew an IIN first opens nothing with it."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest
import segno
import time_machine
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.core.places.kinds import Kind
from pb.cycles import service as cycles
from pb.cycles.models import Phase
from pb.demo.places import KRASNOYAR
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes.roles import APPOINTED_BY, DECIDED_BY, GIVEN_IN, LEVELS
from pb.freezes.roles import FOUNDERS as FOUNDED_BY
from pb.identity.models import Grant, Person, Proposal
from pb.identity.service import accounts, appointments, founding, holdings
from pb.identity.service.holdings import Terms
from pb.identity.service.roles import (
    APPOINTMENTS,
    BODIES,
    FOUNDERS,
    KINDS,
    REACHING_DOWN,
    STAFF,
    Level,
    level_of,
    row_of,
)
from pb.voting.service import preparation
from tests.by_code import activate
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, called, invented_iin

both_databases = pytest.mark.both_databases
TODAY = clock.local(clock.now()).date()
DAY = timedelta(days=1)
LINK = re.compile(r"http\S+/invitation#([\w-]+)")


def newcomer(okrug: Village, number: int = 200) -> UUID:
    """Registered as early as the log allows, so that a role may be given in the past."""
    with okrug.act_as(at=okrug.last_moment()) as act:
        return accounts.add_person(act, KEYS, iin=invented_iin(number), name=f"Newcomer {number}").id


def propose(okrug: Village, person: UUID, role: Role, *, by: Role, who: Person | None = None, **terms: Any) -> UUID:
    reason = terms.pop("reason", "")
    with okrug.act_as(by, person=who) as act:
        whole = {"since": TODAY, "basis": "order № 1", "body": "School" if role is Role.TRUSTEE else "", **terms}
        subject = act.session.get_one(Person, person)
        return appointments.propose_giving(act, subject, Terms(role, **whole), reason=reason).id


def sent(number: int, role: Role, **changes: str) -> dict[str, str]:
    """The form that proposes a role."""
    return {
        "iin": invented_iin(number).text,
        "name": f"Invented {number}",
        "role": role,
        "body": "",
        "since": TODAY.isoformat(),
        "until": "",
        "basis": "order № 7",
        "reason": "",
        **changes,
    }


# The table


HERE = APPOINTMENTS[Level.OKRUG]


@pytest.mark.parametrize("level", Level)
def test_every_role_has_two_bodies_and_both_founders_reach_all_of_them(level: Level) -> None:
    rows = APPOINTMENTS[level]
    for role, row in rows.items():
        assert all(BODIES[one] is not BODIES[other] for one, other in row.pairs()), role
        assert {one for one, _other in row.pairs()} == set(row.proposes)
        assert {other for _one, other in row.pairs()} == set(row.confirms)
    reached = set(FOUNDERS[level])
    for _round in STAFF:
        reached |= {
            role for role, row in rows.items() if any(one in reached and other in reached for one, other in row.pairs())
        }
    assert reached == set(rows)


def test_each_role_is_given_somewhere_and_in_a_raion_what_reaches_down_alone() -> None:
    assert set(HERE) == STAFF - {Role.MASLIKHAT_SECRETARY}
    assert set(APPOINTMENTS[Level.RAION]) == REACHING_DOWN


def test_the_database_knows_the_same_table() -> None:
    assert set(APPOINTED_BY) == {
        f"{level} {role} {proposes} {confirms}"
        for level, rows in APPOINTMENTS.items()
        for role, row in rows.items()
        for proposes, confirms in row.pairs()
    }
    assert set(GIVEN_IN) == {
        f"{level_of(kind)} {role}" for kind in Kind for role in Role if holdings.is_given_in(kind, role)
    }
    assert set(FOUNDED_BY) == {f"{level} {role}" for level, roles in FOUNDERS.items() for role in roles}
    assert {level: set(kinds) for level, kinds in LEVELS.items()} == {level: set(KINDS[level]) for level in Level}
    assert set(DECIDED_BY) == {
        f"{level} {role} {proposes} {confirms}"
        for level in Level
        for role in Role
        for proposes, confirms in row_of(next(iter(KINDS[level])), role).pairs()
    }


def test_the_table_stands_on_the_page_of_rights(client: LintingClient) -> None:
    page = client.get("/krasnoyar/permissions").text
    assert "Who gives and ends a role" in page
    assert "Deputy of the maslikhat, Auditor" in page


def test_the_pages_give_and_end_a_role_and_everybody_reads_it(
    sign_in: SignIn, okrug: Village, client: LintingClient
) -> None:
    chair, deputy = sign_in(Role.CHAIR), sign_in(Role.DEPUTY)
    told = sent(300, Role.TRUSTEE, name="Сара Нұрлан")
    refused = chair.post("/krasnoyar/roles/new", data={**told, "since": "2026-01-01"})
    assert refused.status_code == 422
    with okrug.act_as() as act:
        assert accounts.find(act.session, invented_iin(300), KEYS) is None, "a refused form leaves no account"
    assert "Name the organisation" in chair.post("/krasnoyar/roles/new", data=told).text
    assert chair.post("/krasnoyar/roles/new", data={**told, "body": "School № 2"}).status_code == 302
    waiting = re.search(r"/krasnoyar/roles/proposals/[0-9]+", deputy.get("/krasnoyar/roles").text)
    assert waiting is not None
    assert "Сара" not in client.get("/krasnoyar/permissions").text
    assert deputy.post(f"{waiting[0]}/confirm").status_code == 200
    page = client.get("/krasnoyar/permissions").text
    assert re.search(r"Сара Нұрлан</b> · School №\s2.*?order №\s7", page, re.DOTALL)
    assert "Invented resident" not in page, "residents are a number"
    ending = re.search(
        r'href="(/krasnoyar/roles/[0-9a-z-]+/end)">End this role<span class="hidden">: Trustee, Сара',
        chair.get("/krasnoyar/roles").text,
    )
    assert ending is not None
    assert chair.post(ending[1], data={"last_day": TODAY.isoformat(), "basis": ""}).status_code == 422
    assert chair.post(ending[1], data={"last_day": TODAY.isoformat(), "basis": "order № 8"}).status_code == 302
    with okrug.act_as() as act:
        latest = appointments.every(act)[0].id
    assert (
        deputy.post(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', latest)}/confirm").status_code == 302
    )
    assert "order № 8" in deputy.get("/krasnoyar/roles").text


def test_the_roles_are_folded_and_a_name_is_looked_up(sign_in: SignIn, okrug: Village) -> None:
    chair, clerk = sign_in(Role.CHAIR), okrug.people[Role.CLERK].name
    page = chair.get("/krasnoyar/roles").text
    assert clerk in page
    assert not re.search(r'<details class="role"[^>]* open', page)
    found = chair.post("/krasnoyar/roles", data={"name": clerk.upper()[1:]}).text
    assert len(re.findall(r'<details class="role" open>', found)) == 1
    assert clerk in found
    assert "Nobody of this name holds or held a role." in chair.post("/krasnoyar/roles", data={"name": "zzz"}).text


def test_who_proved_long_ago_is_asked_again_before_appointing(sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert office.get("/krasnoyar/roles/new").headers["Location"] == "/prove?after=/krasnoyar/roles/new"
        assert (
            office.post("/krasnoyar/roles/new", data=sent(301, Role.CLERK)).headers["Location"]
            == "/prove?after=/krasnoyar/roles/new&again=1"
        )


# Played: the office appoints ten invented people, sees their links, and annuls an open poll alone


def test_the_office_cannot_make_people_and_annul_with_them(okrug: Village, sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    for number in range(500, 510):
        answer = office.post("/krasnoyar/roles/new", data=sent(number, Role.OFFICE))
        assert answer.status_code == 302
        assert "/invitation#" not in answer.text + office.get("/krasnoyar/roles").text
    with okrug.act_as(Role.OFFICE) as act:
        waiting = [proposal.id for proposal in appointments.every(act) if proposal.decision is None]
        assert len(waiting) == 10
        assert len(holdings.of_role(act, Role.OFFICE)) == 1, "nobody has a role by it"
    for proposal in waiting:
        refused = office.post(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}/confirm")
        assert refused.status_code == 403
        assert "Nobody confirms what they proposed" in refused.text
        assert (
            "Nobody confirms what they proposed"
            in office.get(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}").text
        )
        same_body = sign_in(Role.ADMINISTRATOR).post(
            f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}/confirm"
        )
        assert same_body.status_code == 403, "an administrator is of the same body"


def test_an_office_annuls_no_poll_with_a_second_specialist(okrug: Village, sign_in: SignIn) -> None:
    second = newcomer(okrug, 501)
    okrug.appoint(second, Role.OFFICE, at=clock.now() - 10 * DAY)
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    path = f"{okrug.path(cycle)}/poll/annul"
    assert sign_in(Role.OFFICE).post(path, data={"reason": "we lose"}).status_code == 302
    with okrug.act_as() as act:
        colleague = act.session.get_one(Person, second)
    refused = sign_in(person=colleague).post(path, data={})
    assert refused.status_code == 409
    assert "The other body must confirm" in refused.text
    assert sign_in(Role.CHAIR).post(path, data={}).status_code == 302


def test_whoever_also_holds_a_role_of_the_first_body_is_not_the_second(okrug: Village, sign_in: SignIn) -> None:
    """Secretary and office in one: the chair proposes to annul, and the assembly's own secretary would confirm."""
    both = newcomer(okrug, 502)
    for role in (Role.SECRETARY, Role.OFFICE):
        okrug.appoint(both, role, at=clock.now() - 10 * DAY)
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    path = f"{okrug.path(cycle)}/poll/annul"
    assert sign_in(Role.CHAIR).post(path, data={"reason": "we lose"}).status_code == 302
    with okrug.act_as() as act:
        person = act.session.get_one(Person, both)
    refused = sign_in(person=person).post(path, data={})
    assert refused.status_code == 409
    assert "The other body must confirm" in refused.text


# Who confirms


def test_the_link_stands_on_the_confirmers_page_alone(okrug: Village, sign_in: SignIn) -> None:
    office, chair = sign_in(Role.OFFICE), sign_in(Role.CHAIR)
    office.post("/krasnoyar/roles/new", data=sent(520, Role.CLERK))
    with okrug.act_as() as act:
        proposal = appointments.every(act)[0].id
    page = chair.get(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}").text
    assert invented_iin(520).text not in page
    answer = chair.post(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}/confirm")
    assert answer.status_code == 200
    assert LINK.search(answer.text) is not None
    for page in (
        office.get("/krasnoyar/roles").text,
        office.get(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}").text,
        chair.get("/krasnoyar/roles").text,
    ):
        assert LINK.search(page) is None
    assert (
        chair.post(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}/confirm").status_code == 409
    )


def test_the_confirmer_hands_over_a_slip_with_the_code_and_the_last_digits_of_the_iin(
    okrug: Village, sign_in: SignIn
) -> None:
    office, chair = sign_in(Role.OFFICE), sign_in(Role.CHAIR)
    office.post("/krasnoyar/roles/new", data=sent(521, Role.CLERK))
    with okrug.act_as() as act:
        proposal = appointments.every(act)[0].id
    page = chair.post(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}/confirm").text
    link = LINK.search(page)
    assert link is not None
    out = io.BytesIO()
    segno.make(link[0], error="m").save(out, kind="svg", border=2, scale=4, xmldecl=False, svgns=False)
    modules = re.search(r' d="([^"]+)"', out.getvalue().decode())
    assert modules is not None
    assert modules[1] in page, "the picture is of this link"
    slip = page[page.index('class="slip"') : page.index("</section>")]
    for language in ("kk", "ru"):
        assert f'<p lang="{language}">' in slip, "whoever gets it reads one of the two"
    assert "Шақыру" in slip
    assert "Приглашение" in slip
    assert slip.count("FreeOTP, Aegis") == 2, "and knows which application is meant"
    assert "data-print" in page
    for group in link[1].split("-"):
        assert f"<span>{group}</span>" in slip
    iin = invented_iin(521)
    assert iin.masked in slip
    assert iin.text not in page


@pytest.mark.parametrize("proposer", [Role.OFFICE, Role.ADMINISTRATOR, Role.CHAIR])
def test_a_role_is_offered_to_whom_the_table_lets_propose_it(sign_in: SignIn, proposer: Role) -> None:
    page = sign_in(proposer).get("/krasnoyar/roles/new").text
    offered = set(re.findall(r'<option value="(\w+)"', page))
    assert offered == {str(role) for role, row in HERE.items() if proposer in row.proposes}
    assert page.count("(optional)") == 1, "the last day is, and nothing that may be asked for"


def test_the_form_says_when_organisation_and_reason_are_asked_for(sign_in: SignIn) -> None:
    chair = sign_in(Role.CHAIR)
    page = chair.get("/krasnoyar/roles/new").text
    assert "Organisation (required for a trustee)" in page
    assert 'name="reason"' not in page, "no poll is under way"
    assert 'name="body"' not in sign_in(Role.DEPUTY).get("/krasnoyar/roles/new").text, "a deputy proposes no trustee"
    page = chair.post("/krasnoyar/roles/new", data=sent(522, Role.TRUSTEE, basis="")).text
    for field in ("body", "basis"):
        assert f'id="{field}-error"' in page, "told at once, each at its field"


def test_while_a_poll_is_under_way_the_missing_reason_is_told_with_all_else_that_is_missing(
    okrug: Village, sign_in: SignIn
) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    chair = sign_in(Role.CHAIR)
    assert "Reason (required)" in chair.get("/krasnoyar/roles/new").text
    page = chair.post("/krasnoyar/roles/new", data=sent(523, Role.TRUSTEE, basis="")).text
    for field in ("body", "basis", "reason"):
        assert f'id="{field}-error"' in page, "told at once, each at its field"
    page = chair.post("/krasnoyar/roles/new", data={}).text
    for field in ("iin", "name", "role", "basis", "reason"):
        assert f'id="{field}-error"' in page, "with nothing filled in, too"
    with okrug.act_as() as act:
        grant = called(act.session, "grant_id", holdings.of_role(act, Role.TRUSTEE)[0].id)
    page = chair.post(f"/krasnoyar/roles/{grant}/end", data={"last_day": "", "basis": ""}).text
    for field in ("last_day", "basis", "reason"):
        assert f'id="{field}-error"' in page


def test_a_young_role_confirms_nothing_and_touches_no_poll(okrug: Village) -> None:
    deputy = newcomer(okrug, 530)
    appointed = clock.now() - 3 * DAY + timedelta(hours=1)
    okrug.appoint(deputy, Role.DEPUTY, at=appointed)
    auditor = propose(okrug, newcomer(okrug, 531), Role.AUDITOR, by=Role.CHAIR)
    with okrug.act_as() as act:
        who = act.session.get_one(Person, deputy)
    with okrug.act_as(Role.DEPUTY, person=who) as act, pytest.raises(Forbidden, match="too new"):
        appointments.confirm(act, appointments.get(act, auditor))
    with okrug.act_as(Role.DEPUTY, person=who, at=appointed + 3 * DAY) as act:
        appointments.confirm(act, appointments.get(act, auditor))
    office = newcomer(okrug, 532)
    okrug.appoint(office, Role.OFFICE)
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.act_as() as act:
        who = act.session.get_one(Person, office)
    with okrug.act_as(Role.OFFICE, person=who) as act:
        row = cycles.get(act, cycle)
        with pytest.raises(Forbidden, match="too new"):
            preparation.prepare(act, row, KEYS)


def test_a_role_renewed_without_a_gap_stays_old(okrug: Village) -> None:
    person = newcomer(okrug, 535)
    okrug.appoint(person, Role.DEPUTY, at=clock.now() - 20 * DAY, until=TODAY - DAY)
    okrug.appoint(person, Role.DEPUTY, at=clock.now() - 2 * DAY, since=TODAY)
    with okrug.act_as() as act:
        since = holdings.held_since(act, person, Role.DEPUTY)
        assert since is not None
        assert clock.local(since).date() == TODAY - 20 * DAY


@pytest.mark.parametrize("role", sorted(HERE))
def test_nobody_outside_the_table_proposes_or_confirms(okrug: Village, role: Role) -> None:
    row = HERE[Role(role)]
    person = newcomer(okrug, 540)
    for by in set(Role) - set(row.proposes):
        with pytest.raises((Forbidden, FieldRefusal)):
            propose(okrug, person, Role(role), by=by)
    proposal = propose(okrug, person, Role(role), by=row.proposes[0])
    for by in set(Role) - set(row.confirms):
        with pytest.raises(Forbidden):
            okrug.confirm(proposal, by=by)
    okrug.confirm(proposal, by=row.confirms[-1])


def test_nobody_proposes_or_confirms_for_themselves(okrug: Village) -> None:
    with pytest.raises(Forbidden):
        propose(okrug, okrug.people[Role.OFFICE].id, Role.OBSERVER, by=Role.OFFICE)
    proposal = propose(okrug, okrug.people[Role.CHAIR].id, Role.OBSERVER, by=Role.OFFICE)
    with pytest.raises(Forbidden):
        okrug.confirm(proposal)


def test_the_same_is_not_proposed_twice_and_can_be_declined(okrug: Village) -> None:
    person = newcomer(okrug, 550)
    proposal = propose(okrug, person, Role.CLERK, by=Role.OFFICE)
    with pytest.raises(Conflict):
        propose(okrug, person, Role.CLERK, by=Role.OFFICE)
    with okrug.act_as(Role.CHAIR) as act:
        appointments.decline(act, appointments.get(act, proposal))
    with pytest.raises(Conflict):
        okrug.confirm(proposal)
    with okrug.act_as() as act:
        assert not holdings.ever_staff(act.session, person)
    propose(okrug, person, Role.CLERK, by=Role.OFFICE)


def test_while_a_poll_is_under_way_a_role_of_it_changes_with_a_reason_alone(okrug: Village) -> None:
    before = propose(okrug, newcomer(okrug, 560), Role.CLERK, by=Role.OFFICE)
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)
    with pytest.raises(Conflict, match="needs a reason"):
        okrug.confirm(before)
    with pytest.raises(FieldRefusal) as refusal:
        propose(okrug, newcomer(okrug, 561), Role.CLERK, by=Role.OFFICE)
    assert refusal.value.field == "reason"
    with okrug.act_as(Role.OFFICE) as act:
        clerk = holdings.of_role(act, Role.CLERK)[0]
        with pytest.raises(FieldRefusal) as refusal:
            appointments.propose_ending(act, clerk, last_day=TODAY, basis="order № 3")
    assert refusal.value.field == "reason"
    okrug.confirm(propose(okrug, newcomer(okrug, 562), Role.CLERK, by=Role.OFFICE, reason="the clerk is ill"))
    okrug.confirm(propose(okrug, newcomer(okrug, 563), Role.OBSERVER, by=Role.OFFICE, reason="somebody wants to watch"))


def test_what_was_typed_is_kept_when_a_proposal_is_refused(sign_in: SignIn) -> None:
    page = sign_in(Role.OFFICE).post(
        "/krasnoyar/roles/new", data=sent(570, Role.CLERK, since="2026-01-01", basis="order № 77")
    )
    assert page.status_code == 422
    assert 'value="order № 77"' in page.text
    assert 'href="#since"' in page.text


# Played: a clerk registers the future registrar's IIN first, then enrols that person's second factor


def test_who_registered_the_future_registrar_first_opens_nothing(
    okrug: Village, client: LintingClient, sign_in: SignIn
) -> None:
    iin = invented_iin(580)
    with okrug.act_as(Role.CLERK) as act:
        code = accounts.register_resident(act, KEYS, iin=iin, name="Дина", settlement=SETTLEMENTS[0])
    with okrug.act_as() as act:
        person = activate(act, iin, code, PASSWORD)
    thief = sign_in(person=person)
    assert "Дина" in thief.get("/krasnoyar/").text
    proposal = propose(okrug, person.id, Role.REGISTRAR, by=Role.OFFICE, since=TODAY + 10 * DAY)
    okrug.confirm(proposal)
    assert "Дина" not in thief.get("/krasnoyar/").text, (
        "the session of the thief has ended, though the role begins later"
    )
    refused = client.post("/sign-in", data={"iin": iin.text, "password": PASSWORD})
    assert refused.status_code == 422
    with okrug.act_as(Role.CLERK) as act, pytest.raises(FieldRefusal):
        accounts.register_resident(act, KEYS, iin=iin, name="Дина", settlement=SETTLEMENTS[0], forgotten=True)
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        activate(act, iin, code, PASSWORD)


def test_a_paper_code_of_before_does_not_open_a_staff_account(okrug: Village) -> None:
    iin = invented_iin(581)
    with okrug.act_as(Role.CLERK) as act:
        code = accounts.register_resident(act, KEYS, iin=iin, name="Дина", settlement=SETTLEMENTS[0])
        person = accounts.find(act.session, iin, KEYS)
        assert person is not None
    okrug.confirm(propose(okrug, person.id, Role.REGISTRAR, by=Role.OFFICE))
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        activate(act, iin, code, PASSWORD)


def test_somebody_whose_role_has_ended_is_still_not_touched_by_the_desk(okrug: Village) -> None:
    number = 1 + list(Role).index(Role.OBSERVER)
    with okrug.act_as() as act:
        grant = holdings.of_role(act, Role.OBSERVER)[0].id
    okrug.end_role(grant, last_day=TODAY - DAY)
    with okrug.act_as(Role.CLERK) as act, pytest.raises(FieldRefusal, match="worked here"):
        accounts.register_resident(act, KEYS, iin=invented_iin(number), name="N", settlement=SETTLEMENTS[0])


def test_a_lost_telephone_takes_two_bodies_too(okrug: Village, sign_in: SignIn) -> None:
    clerk = okrug.people[Role.CLERK]
    okrug.open_account(clerk.id)
    before = sign_in(Role.CLERK)
    with okrug.act_as() as act:
        grant = holdings.of_role(act, Role.CLERK)[0].id
    office, chair = sign_in(Role.OFFICE), sign_in(Role.CHAIR)
    answer = office.post(
        f"/krasnoyar/roles/{okrug.called('grant_id', grant)}/invite", data={"basis": "report № 1", "reason": ""}
    )
    assert answer.status_code == 302
    assert LINK.search(answer.text + office.get("/krasnoyar/roles").text) is None
    assert clerk.name in before.get("/krasnoyar/").text, "nothing has changed yet"
    with okrug.act_as() as act:
        proposal = appointments.every(act)[0].id
    link = LINK.search(
        chair.post(f"/krasnoyar/roles/proposals/{okrug.called('appointment_id', proposal)}/confirm").text
    )
    assert link is not None
    assert clerk.name not in before.get("/krasnoyar/").text
    told = {"code": link[1], "password": PASSWORD, "repeated": PASSWORD}
    assert before.post("/invitation", data=told).status_code == 302
    shown = re.search(r'<span class="mono">([A-Z2-7 ]+)</span>', before.get("/invitation/authenticator").text)
    assert shown is not None
    code = pyotp.TOTP(shown[1].replace(" ", "")).at(clock.now())
    assert before.post("/invitation/authenticator", data={"code": code}).status_code == 302
    assert clerk.name in before.get("/krasnoyar/").text


# The database by itself


@both_databases
def test_the_database_takes_no_role_without_two_bodies(okrug: Village) -> None:
    person = newcomer(okrug, 590)
    proposal = propose(okrug, person, Role.CLERK, by=Role.OFFICE)
    with okrug.act_as() as act:
        office, chair = okrug.people[Role.OFFICE].id, okrug.people[Role.CHAIR].id
        last = list(audit.every(act))[-1]
        row = {column.name: getattr(appointments.get(act, proposal), column.name) for column in Proposal.__table__.c}
    decided = {
        "decision": "approved",
        "decided_at": last.at,
        "decided_event": last.hash,
    }
    mine = update(Proposal).where(Proposal.id == proposal)
    grant = {
        "id": uuid4(),
        "person_id": person,
        "territory_id": row["territory_id"],
        "role": "clerk",
        "since": TODAY,
        "basis": "order № 1",
        "body": "",
        "granted_at": last.at,
        "event": last.hash,
        "proposal_id": proposal,
    }
    attempts = [
        mine.values(**decided, decided_by=office, decided_as="office"),
        mine.values(**decided, decided_by=office, decided_as="chair"),
        mine.values(**decided, decided_by=chair, decided_as="chair"),  # the log says nothing of it
        mine.values(basis="another"),
        insert(Proposal).values(**{**row, "id": uuid4(), **decided, "decided_by": chair, "decided_as": "chair"}),
        insert(Grant).values(**grant),
    ]
    for statement in attempts:
        with okrug.database.engine.connect() as connection:
            with pytest.raises(DatabaseError):
                connection.execute(statement)
            connection.rollback()
    okrug.confirm(proposal)
    with okrug.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match="frozen_role_proposals"):
            connection.execute(mine.values(decision="declined"))
        connection.rollback()


def test_what_is_at_work_is_not_founded_again_and_the_founding_gives_two(okrug: Village) -> None:
    with okrug.act_as() as act:
        founders = [
            founding.Founder(role, invented_iin(600 + n), "N", "№ 1") for n, role in enumerate(FOUNDERS[Level.OKRUG])
        ]
        with pytest.raises(Conflict):
            founding.found(act, KEYS, founders)
    with okrug.act_as(place=KRASNOYAR.above.kato) as act:
        event = next(event for event in audit.every(act) if event.action == "territory.founded")
        assert {one["role"] for one in event.data["given"]} == set(FOUNDERS[Level.RAION])
        first = act.session.scalars(select(Grant).where(Grant.event == event.hash)).all()
        assert {Role(grant.role) for grant in first} == set(FOUNDERS[Level.RAION])
