"""A poll whose trustees made a key together: any two of three decrypt, and whoever fails or cheats is named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import Credential, Way
from pb.cards.service import card_events
from pb.core.belenios import threshold
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.report import Stage as Reached
from pb.core.belenios.trustee_list import Pedersen, Trustees
from pb.core.belenios.verify import verify
from pb.demo.cycle import Demo
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.polls.models import Poll, State
from pb.results.service import counting
from pb.trustees.models import Fault, PollComplaint, PollDecryption, PollTrustee
from pb.trustees.service import decrypting, places
from tests.conformance.outside import belenios_accepts
from tests.conftest import english
from tests.polls.trustees import SIZE, Ceremony, bel, copied, driven, factors, refused
from tests.sessions import session_of
from tests.village import KEYS, found, invented_iin


@pytest.fixture(scope="module")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    return driven(tmp_path_factory.mktemp("prepared"), "make_keys", 22, trustees_needed=2, group_name="Ed25519")


@pytest.fixture(scope="module")
def tallied_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    return driven(tmp_path_factory.mktemp("tallied"), "decrypt", 40, trustees_needed=2)


@pytest.fixture
def prepared(prepared_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    yield from copied(prepared_file, tmp_path)


@pytest.fixture
def tallied(tallied_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    yield from copied(tallied_file, tmp_path)


def frozen(poll: Ceremony, *changes: Update | Delete) -> None:
    """Triggers refuse each of these changes."""
    for change in changes:
        with poll.database.engine.connect() as connection, pytest.raises(DatabaseError, match="frozen_"):
            connection.execute(change)


def test_three_trustees_make_a_key_of_which_two_decrypt(prepared: Ceremony) -> None:
    assert [prepared.stage(number) for number in range(SIZE)] == ["certificate"] * SIZE
    prepared.all_take("certificate")
    assert prepared.stage(0) == "dealing"
    prepared.all_take("dealing")
    assert prepared.stage(0) == "share"
    prepared.all_take("share")
    poll = prepared.poll()
    (group,) = Trustees.parse(poll.trustees_json or "", prepared.group).kinds
    assert isinstance(group, Pedersen)
    assert (group.threshold, group.size) == (2, SIZE)
    for number in range(SIZE):
        assert prepared.stage(number) == "confirmation"
        assert prepared.post(number, "confirmation", proof=prepared.confirmation(number)).status_code == 201
        assert prepared.stage(number) == "wait"
    assert len(prepared.log("poll.trustees_fixed")) == 1


def test_each_step_waits_for_all_and_a_message_can_be_replaced_until_then(prepared: Ceremony) -> None:
    assert prepared.post(0, "certificate", certificate=prepared.certificate(0)).status_code == 201
    assert prepared.stage(0) == "wait"
    prepared.seeds[0] = threshold.generate_seed()
    assert prepared.post(0, "certificate", certificate=prepared.certificate(0)).status_code == 201
    refused(prepared.post(0, "dealing", dealing="{}"), 409, "not the one that the trustees take now")
    refused(prepared.post(0, "share", share="{}"), 409, "not the one that the trustees take now")
    refused(prepared.post(0, "complaint", dealer=2), 409, "not the one that the trustees take now")
    refused(prepared.post(0, "key", trustee="{}"), 409, "together, in three steps")
    refused(prepared.post(0, "confirmation", proof={}), 409, "Not all trustees")
    for number in (1, 2):
        assert prepared.post(number, "certificate", certificate=prepared.certificate(number)).status_code == 201
    refused(prepared.post(0, "certificate", certificate=prepared.certificate(0)), 409, "not the one")
    prepared.all_take("dealing", "share")
    refused(prepared.post(0, "share", share="{}"), 409, "the list of trustees is fixed")


def test_messages_of_another_place_group_or_key_are_refused(prepared: Ceremony) -> None:
    for wrong in ({"index": 3}, {"size": 4}, {"threshold": 3}):
        answer = prepared.post(0, "certificate", certificate=prepared.certificate(0, **wrong))
        refused(answer, 422, "not a certificate for your place")
    assert prepared.post(0, "certificate", certificate=prepared.certificate(0)).status_code == 201
    prepared.seeds[1], own = prepared.seeds[0], prepared.seeds[1]
    refused(prepared.post(1, "certificate", certificate=prepared.certificate(1)), 422, "the same key")
    prepared.seeds[1] = own
    prepared.all_take("certificate")
    dealt = prepared.dealing(0)
    refused(prepared.post(1, "dealing", dealing=dealt.to_json()), 422, "not a dealing")
    refused(prepared.post(0, "dealing", dealing=replace(dealt, secrets=dealt.secrets[:2]).to_json()), 422, "not a deal")
    prepared.all_take("dealing")
    refused(prepared.post(1, "share", share=prepared.share(0)), 422, "does not fit what was dealt")


def test_a_trustee_who_deals_wrongly_is_named_and_all_deal_again(prepared: Ceremony) -> None:
    prepared.all_take("certificate")
    for number in range(SIZE):
        dealt = prepared.dealing(number)
        if number == 1:  # a share for another trustee in the place of each
            dealt = replace(dealt, secrets=(dealt.secrets[1], dealt.secrets[0], *dealt.secrets[2:]))
        assert prepared.post(number, "dealing", dealing=dealt.to_json()).status_code == 201
    cheat = prepared.place(1)
    with pytest.raises(ProtocolError) as found:
        prepared.share(0)
    assert found.value.trustee == cheat
    refused(prepared.post(0, "complaint", dealer=prepared.place(0)), 422, "another trustee")
    refused(prepared.post(0, "complaint", dealer=9), 422, "another trustee")
    assert prepared.post(0, "complaint", dealer=cheat).status_code == 201
    assert [one["dealer"] for one in prepared.log("poll.trustee_complaint")] == [cheat]
    assert [prepared.stage(number) for number in range(SIZE)] == ["wait", "certificate", "wait"]
    assert "the share from you does not fit" in prepared.client(1).get(f"{prepared.path}/trustee").text
    page = prepared.client(0).get(f"{prepared.path}/trustee").text
    assert "Begins again after a complaint" in page
    said = f"Trustee {prepared.place(0)} says that the share from trustee {cheat} does not fit."
    assert said in page
    assert said in prepared.client(0).get(f"{prepared.path}/ceremony").text
    prepared.seeds[1] = threshold.generate_seed()
    assert prepared.post(1, "certificate", certificate=prepared.certificate(1)).status_code == 201
    prepared.all_take("dealing", "share")
    assert prepared.poll().trustees_json
    assert "Was wrong" not in prepared.client(0).get(f"{prepared.path}/trustee").text


def test_a_trustee_says_it_of_another_once_so_that_no_complaint_goes_on_for_ever(prepared: Ceremony) -> None:
    prepared.all_take("certificate", "dealing")
    assert prepared.post(0, "complaint", dealer=prepared.place(1)).status_code == 201
    assert prepared.post(1, "certificate", certificate=prepared.certificate(1)).status_code == 201
    prepared.all_take("dealing")
    refused(prepared.post(0, "complaint", dealer=prepared.place(1)), 409, "replaces one of you two")
    assert prepared.stage(1) == "share", "nothing began again"
    assert len(prepared.log("poll.trustee_complaint")) == 1
    frozen(prepared, delete(PollComplaint), update(PollComplaint).values(dealer_id=prepared.person_id(Role.TRUSTEE, 2)))


def newcomer(prepared: Ceremony, body: str = "Мешіт / Мечеть") -> Person:
    """Somebody to whom the office gave the role of trustee after the poll was put in preparation."""
    with prepared.act(Role.OFFICE) as act:
        person = accounts.add_person(act, KEYS, iin=invented_iin(77), name="Қуаныш Әбілов")
    found(prepared.database).appoint(person.id, Role.TRUSTEE, basis="№ 5 өкім", body=body)
    return person


def replaced(prepared: Ceremony, position: int | str, person: Person) -> TestResponse:
    assert prepared.app is not None
    office = english(prepared.app)
    with prepared.database.work() as work, office.session_transaction() as session:
        session.update(session_of(work, prepared.person_id(Role.OFFICE)))
    form = {"place": str(position), "person": str(person.id)}
    return office.post(f"{prepared.path}/trustees", data=form)


def numbers(prepared: Ceremony) -> list[int]:
    """Which of the four who hold the role now have a place."""
    with prepared.act() as act:
        placed = {one.person_id for one in places.all_of(act, prepared.rows(act)[1])}
    return [number for number in range(SIZE + 1) if prepared.person_id(Role.TRUSTEE, number) in placed]


def test_a_trustee_who_fell_ill_is_replaced_and_all_deal_again(prepared: Ceremony) -> None:
    prepared.all_take("certificate", "dealing")
    ill, left = prepared.place(1), prepared.person_id(Role.TRUSTEE, 1)
    seeds = {prepared.person_id(Role.TRUSTEE, number): prepared.seeds[number] for number in range(SIZE)}
    came = newcomer(prepared)
    assert replaced(prepared, ill, came).status_code == 302
    (logged,) = prepared.log("poll.trustee_replaced")
    assert (logged["trustee"], logged["left"], logged["came"]) == (ill, str(left), str(came.id))
    people = [prepared.person_id(Role.TRUSTEE, number) for number in range(SIZE + 1)]
    prepared.seeds = [seeds.get(person, threshold.generate_seed()) for person in people]
    new, others = people.index(came.id), [n for n in numbers(prepared) if people[n] != came.id]
    assert prepared.place(new) == ill
    assert prepared.client(people.index(left)).get(f"{prepared.path}/trustee").status_code == 403
    assert [prepared.stage(number) for number in (new, *others)] == ["certificate", "wait", "wait"]
    assert prepared.post(new, "certificate", certificate=prepared.certificate(new)).status_code == 201
    for call in ("dealing", "share"):
        for number in numbers(prepared):
            assert prepared.post(number, call, **{call: prepared.message(number, call)}).status_code == 201
    assert prepared.poll().trustees_json
    assert replaced(prepared, ill, came).status_code == 409, "the list of trustees is fixed"


def test_who_comes_must_be_a_trustee_and_independent(prepared: Ceremony) -> None:
    with prepared.act() as act:
        poll = prepared.rows(act)[1]
        body = next(one.body for one in places.all_of(act, poll) if one.position == 1)
    assert replaced(prepared, 2, prepared.person(Role.REGISTRAR)).status_code == 422
    assert replaced(prepared, 9, newcomer(prepared, body)).status_code == 422
    came = prepared.person(Role.TRUSTEE, next(iter({0, 1, 2, 3} - set(numbers(prepared)))))
    answer = replaced(prepared, 2, came)
    assert answer.status_code == 409, "two of three who decrypt would come from one organisation"
    assert "organisation" in answer.text
    with prepared.act() as act:
        poll = prepared.rows(act)[1]
        entry = act.session.scalars(select(Credential).where(Credential.poll_id == poll.id)).first()
        assert entry is not None
        card_events.keep(act, poll, Way.HANDED_OVER, entry.entry_id)
        entry.handed_over_at, entry.clerk_id = act.at, came.id
    assert "worked on the roll or the cards" in replaced(prepared, 1, came).text
    unplaced = replaced(prepared, "", came).text
    assert "worked on the roll or the cards" in unplaced, "told together with the place that was not chosen"
    assert 'id="place-error"' in unplaced
    assert prepared.client(0).post(f"{prepared.path}/trustees", data={}).status_code == 403
    assert prepared.log("poll.trustee_replaced") == []


def test_nobody_else_takes_a_step(prepared: Ceremony) -> None:
    assert prepared.app is not None
    office = english(prepared.app)
    with prepared.database.work() as work, office.session_transaction() as session:
        session.update(session_of(work, prepared.person_id(Role.OFFICE)))
    for call in ("certificate", "dealing", "share", "complaint", "shuffle"):
        assert office.post(f"{prepared.path}/trustee/{call}", json={}).status_code == 403
    assert office.get(f"{prepared.path}/trustee/files/dealings.json").status_code == 403


@pytest.mark.parametrize("pair", [(0, 1), (2, 0)])
def test_any_two_decrypt_and_the_archive_holds(tallied: Ceremony, tmp_path: Path, pair: tuple[int, int]) -> None:
    first, second = pair
    tallied.decrypt(first)
    assert tallied.poll().state == State.DECRYPTING
    refused(tallied.post(first, "decryption", partial_decryption="{}"), 409, "in already")
    tallied.decrypt(second)
    assert tallied.poll().state == State.COMPLETE
    report = verify(bel(tallied, tmp_path))
    assert report.ok, report.failure
    assert report.stage is Reached.COMPLETE
    assert belenios_accepts(report.election, bel(tallied, tmp_path).read_bytes())
    third = 3 - first - second
    refused(tallied.post(third, "decryption", partial_decryption="{}"), 409, "nothing to decrypt")
    with tallied.act() as act:
        cycle, _poll = tallied.rows(act)
        counted = counting.outcome(act, cycle)
        assert counted is not None
        assert counted.voted == 12


def test_each_sees_who_has_decrypted_and_how_many_are_needed(tallied: Ceremony) -> None:
    """Played: after a trustee had decrypted, her own row said that she had no work, and nobody knew who was missing."""
    tallied.decrypt(0)
    own = tallied.client(0).get(f"{tallied.path}/trustee").text
    assert "Your decryption is recorded: it fits your key." in own
    assert "Trustees who have decrypted: 1. Needed: 2 of 3." in own
    for number in (0, 1):
        rows = tallied.client(number).get(f"{tallied.path}/trustee").text.split('<li class="card">')[1:]
        said = ["Has decrypted" in row for row in rows]
        assert said == [place == tallied.place(0) for place in range(1, SIZE + 1)]
        assert sum("Has something to do" in row for row in rows) == 2


def test_a_decryption_is_checked_by_a_job_and_one_that_does_not_fit_is_asked_for_again(tallied: Ceremony) -> None:
    refused(tallied.post(0, "decryption", partial_decryption="{}"), 422, "not a decryption")
    of_another = factors(tallied, 1)
    assert tallied.post(0, "decryption", partial_decryption=of_another).status_code == 202
    refused(tallied.post(0, "decryption", partial_decryption=of_another), 409, "in already")
    frozen(tallied, update(PollDecryption).values(data="{}"), delete(PollDecryption))
    assert tallied.stage(0) == "wait"
    assert "is being checked" in tallied.client(0).get(f"{tallied.path}/trustee").text
    assert tallied.client(0).get(f"{tallied.path}/trustee/verdict").get_json() == {"checking": True}
    tallied.work()
    assert tallied.client(0).get(f"{tallied.path}/trustee/verdict").get_json() == {"checking": False}
    assert tallied.stage(0) == "decryption"
    assert "does not fit your key" in tallied.client(0).get(f"{tallied.path}/trustee").text
    assert tallied.fault(0) == Fault.DECRYPTION
    assert tallied.log("poll.decryption_refused")[0]["trustee"] == tallied.place(0)
    tallied.decrypt(0)
    assert tallied.fault(0) == Fault.NONE
    tallied.decrypt(2)
    assert tallied.poll().state == State.COMPLETE


@pytest.mark.parametrize("said", ["poll.decrypted", "poll.decryption_refused", "poll.decryption_handed_in"])
def test_a_decryption_goes_with_its_own_verdict_alone(tallied: Ceremony, said: str) -> None:
    """Played: a trustee's decryption was taken away before it was checked, and the trustee seemed not to have come."""
    assert tallied.post(0, "decryption", partial_decryption=factors(tallied, 0)).status_code == 202
    with tallied.act() as act:
        cycle, poll = tallied.rows(act)
        position = act.session.scalars(select(PollDecryption.position)).one()
        # A verdict on another trustee's, or a right one that is kept nowhere.
        other = position if said == "poll.decrypted" else position % SIZE + 1
        audit.record(act, said, subject=cycle.id, data={"poll": poll.uuid, "trustee": other})
    frozen(tallied, delete(PollDecryption))
    tallied.work()
    with tallied.act() as act:
        assert act.session.scalars(select(PollDecryption)).all() == []


def test_decryptions_that_come_at_once_are_all_checked(tallied: Ceremony) -> None:
    for number in range(SIZE):
        answer = tallied.post(number, "decryption", partial_decryption=factors(tallied, number, wrong=number == 1))
        assert answer.status_code == 202
    tallied.work()
    assert tallied.poll().state == State.COMPLETE
    assert tallied.fault(0) == tallied.fault(2) == Fault.NONE


def test_a_result_that_another_job_published_is_not_published_again(tallied: Ceremony) -> None:
    tallied.decrypt(0)
    tallied.post(1, "decryption", partial_decryption=factors(tallied, 1))
    with tallied.act() as act:
        cycle, poll = tallied.rows(act)
        row = act.session.scalars(select(PollDecryption)).one()
        decrypting.judge_decryption(act, cycle, poll, row, holds=True)
        made = decrypting.decrypted(act, poll)
        assert made is not None
        decrypting.publish(act, cycle, poll, made)
        height = poll.height
        decrypting.publish(act, cycle, poll, made)
        assert poll.height == height
    tallied.work()
    assert tallied.poll().state == State.COMPLETE


def test_a_wrong_factor_is_refused_although_its_proof_holds_and_its_trustee_asked_again(
    tallied: Ceremony, tmp_path: Path
) -> None:
    tallied.decrypt(0, wrong=True)
    assert tallied.fault(0) == Fault.DECRYPTION
    assert tallied.stage(0) == "decryption"
    assert tallied.log("poll.decryption_refused")[0]["trustee"] == tallied.place(0)
    tallied.decrypt(1)
    assert tallied.poll().state == State.DECRYPTING
    tallied.decrypt(0)
    assert tallied.poll().state == State.COMPLETE
    assert tallied.fault(0) == Fault.NONE
    assert verify(bel(tallied, tmp_path)).ok


def test_what_the_ceremony_left_is_frozen_by_the_opening(tallied: Ceremony) -> None:
    changes = [
        update(PollTrustee).values(certificate_json="{}"),
        update(PollTrustee).values(dealing_json="{}"),
        update(PollTrustee).values(share_json="{}"),
        update(Poll).values(threshold=3),
        update(Poll).values(group_name="Ed25519"),
    ]
    frozen(tallied, *changes)
