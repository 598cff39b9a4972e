"""A card lost while voting is open: two people, one card of the reserve, and the lost card votes no more."""

import io
import json
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue, ReserveCredential
from pb.cards.service import cards, reasons, reissues
from pb.clock import now
from pb.core.belenios import ballots, credentials, possession
from pb.core.belenios.verify import verify
from pb.core.belenios.withdrawn import Withdrawn, sign_withdrawn
from pb.core.poll.sampling import commitment
from pb.errors import FieldRefusal
from pb.keyring import unseal_bytes
from pb.polls.models import RECEIPT_CONTEXT
from pb.polls.service import archive, state
from tests.conftest import english
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP, HANDED_OVER, PROJECTS, OpenPoll
from tests.sessions import session_of
from tests.village import KEYS, called

both_databases = pytest.mark.both_databases
LOST = 0


def staff(app: Flask, opened: OpenPoll, role: Role, number: int = 0) -> LintingClient:
    client = english(app)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, opened.person_id(role, number)))
    return client


def propose(app: Flask, opened: OpenPoll, number: int = LOST, reason: str = "lost on the road") -> int:
    path = f"{opened.path}/reissues/for/{opened.entry_number(number)}"
    return staff(app, opened, Role.REGISTRAR).post(path, data={"reason": reason}).status_code


def waiting(opened: OpenPoll) -> str:
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        found = next(one.id for one in cards.reissues(act, poll) if one.approved_at is None)
        return called(act.session, "reissue_id", found)


def approve(app: Flask, opened: OpenPoll, role: Role = Role.CHAIR) -> int:
    return (
        staff(app, opened, role)
        .post(f"{opened.path}/reissues/{waiting(opened)}/approve", data={"confirmed": "y"})
        .status_code
    )


def hand_over(app: Flask, opened: OpenPoll, number: int = LOST) -> int:
    path = f"{opened.path}/hand-over/{opened.entry_number(number)}"
    return staff(app, opened, Role.CLERK).post(path).status_code


def reissued(app: Flask, opened: OpenPoll, number: int = LOST) -> None:
    assert propose(app, opened, number) == 302
    assert approve(app, opened) == 302


def vote_with_reserve(app: Flask, opened: OpenPoll, number: int = LOST) -> tuple[int, int]:
    """Signs in with the code of the reserve's first card and casts; the two status codes."""
    client = english(app)
    secret = credentials.derive(GROUP, opened.demo.poll_uuid, opened.demo.reserve[1])
    nonce = opened.challenge(client)
    proof = possession.prove_login(GROUP, secret, origin="http://localhost", uuid=opened.demo.poll_uuid, nonce=nonce)
    public_key = credentials.public_credential(GROUP, secret)
    body = {
        "iin": opened.voter(number).iin.text,
        "credential": public_key,
        "nonce": nonce,
        "proof": proof.to_value(),
    }
    admitted = client.post(f"{opened.path}/voter", json=body).status_code
    with opened.act() as act:
        election = state.election_of(opened.rows(act)[1].election_json or "")
    ballot = ballots.encrypt_ballot(election, secret, [[1] + [0] * (PROJECTS - 1)]).to_json(GROUP)
    return admitted, opened.cast(client, ballot).status_code


def test_the_reserve_is_frozen_in_the_election_and_bound_to_nobody(opened: OpenPoll) -> None:
    with opened.act() as act:
        cycle, poll = opened.rows(act)
        terms = state.terms_of(poll)
        assert terms is not None
        assert terms.reserve == cards.reserve_wanted(act, cycle) == 1
        with closing(archive.copy(act.session, poll)) as file:
            assert verify(file).ok


def test_a_lost_card_is_replaced_and_votes_no_more(app: Flask, opened: OpenPoll) -> None:
    reissued(app, opened)
    assert opened.sign_in(english(app), LOST).status_code == 403, "the lost card"
    assert vote_with_reserve(app, opened) == (403, 401), "before a clerk handed the reserve's card over"
    assert hand_over(app, opened) == 302
    assert hand_over(app, opened) == 409
    assert vote_with_reserve(app, opened, number=3) == (403, 401), "a card of the reserve is one voter's"
    assert vote_with_reserve(app, opened) == (200, 201)
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        with closing(archive.copy(act.session, poll)) as file:
            listed = reissues.withdrawn_json(act, poll, KEYS)
            assert verify(file, withdrawn=Withdrawn.parse(listed)).ok
        assert audit.first_fault(act) is None


def test_a_session_that_began_before_the_withdrawal_casts_nothing(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    opened.sign_in(client, LOST)
    ballot = opened.ballot(LOST, 0)
    reissued(app, opened)
    assert opened.cast(client, ballot).status_code == 403


def test_one_person_alone_replaces_no_card(app: Flask, opened: OpenPoll) -> None:
    assert propose(app, opened) == 302
    for role in (Role.REGISTRAR, Role.CLERK, Role.AUDITOR, Role.TRUSTEE, Role.RESIDENT):
        assert approve(app, opened, role) == 403
    proposer = opened.person_id(Role.REGISTRAR)
    values = {"approved_by": proposer, "approved_at": now(), "reserve": 1, "withdrawn_key": "4", "event": "a" * 64}
    with opened.database.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(update(Reissue).values(values))
    with opened.database.engine.connect() as connection, pytest.raises(DatabaseError, match="frozen_credentials"):
        connection.execute(update(Credential).values(withdrawn_at=now()))


def test_a_new_card_asks_again_who_one_is(app: Flask, opened: OpenPoll) -> None:
    registrar = staff(app, opened, Role.REGISTRAR)
    path = f"{opened.path}/reissues/for/{opened.entry_number(LOST)}"
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        answer = registrar.post(path, data={"reason": "lost on the road"})
    assert answer.status_code == 302
    assert "/prove" in answer.location
    with opened.act() as act:
        assert not cards.reissues(act, opened.rows(act)[1])


def test_a_proposal_needs_a_reason_and_is_made_once(app: Flask, opened: OpenPoll) -> None:
    assert propose(app, opened, reason=" ") == 422
    assert propose(app, opened, reason="x" * 501) == 422
    assert propose(app, opened) == 302
    assert propose(app, opened) == 409
    with opened.act() as act:
        poll = opened.rows(act)[1]
        row = act.session.scalars(select(Reissue)).one()
        [data] = [event.data for event in audit.every(act) if event.action == "poll.reissue_proposed"]
        assert "road" not in str(data), "people write names there, and the log is for ever"
        assert data["reason_commitment"] == commitment(f'["{poll.uuid}","lost on the road"]', row.salt or b"")
        assert [reason.commitment for reason in reasons.of_poll(act, poll)] == [data["reason_commitment"]]
    path = f"{opened.path}/reissues/{waiting(opened)}/decline"
    assert staff(app, opened, Role.CLERK).post(path).status_code == 403
    assert staff(app, opened, Role.SECRETARY).post(path).status_code == 302
    assert propose(app, opened) == 302


def test_whoever_has_voted_gets_no_new_card(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    assert propose(app, opened) == 302
    opened.sign_in(client, LOST)
    assert opened.cast(client, opened.ballot(LOST, 1)).status_code == 201
    assert approve(app, opened) == 302
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        assert cards.reissues(act, poll) == []
        assert cards.numbers(act, poll).withdrawn == 0
    assert propose(app, opened, number=LOST) == 302, "asking tells the registrar of nobody's vote"


def test_the_reserve_is_not_endless_and_a_card_of_it_serves_once(app: Flask, opened: OpenPoll) -> None:
    assert propose(app, opened, 1) == 302
    first = waiting(opened)
    assert propose(app, opened, 2) == 302, "a card of the reserve is free until one is approved"
    chair = staff(app, opened, Role.CHAIR)
    assert chair.post(f"{opened.path}/reissues/{first}/approve", data={"confirmed": "y"}).status_code == 302
    assert chair.post(f"{opened.path}/reissues/{first}/approve", data={"confirmed": "y"}).status_code == 409
    assert approve(app, opened) == 409
    assert propose(app, opened, 3) == 409


@both_databases
def test_an_approval_and_the_lost_cards_own_ballot_at_once(app: Flask, opened: OpenPoll) -> None:
    """Whatever comes first: either the ballot is in the box and nothing was withdrawn, or the other way round."""
    client = english(app)
    opened.sign_in(client, LOST)
    ballot = opened.ballot(LOST, 1)
    assert propose(app, opened) == 302
    chair, path = staff(app, opened, Role.CHAIR), f"{opened.path}/reissues/{waiting(opened)}/approve"
    answers: dict[str, int] = {}
    threads = [
        threading.Thread(target=lambda: answers.update(cast=opened.cast(client, ballot).status_code)),
        threading.Thread(target=lambda: answers.update(approve=chair.post(path, data={"confirmed": "y"}).status_code)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers in ({"cast": 201, "approve": 302}, {"cast": 403, "approve": 302})
    with opened.act() as act:
        assert cards.numbers(act, opened.rows(act)[1]).withdrawn == (answers["cast"] == 403)


def test_a_ballot_of_a_withdrawn_card_is_reported_by_whoever_verifies(app: Flask, opened: OpenPoll) -> None:
    """A server that let one in is found out: by the archive and the published list alone."""
    client = english(app)
    opened.sign_in(client, LOST)
    assert opened.cast(client, opened.ballot(LOST, 0)).status_code == 201
    reissued(app, opened, 1)
    public = english(app)
    listed = json.loads(public.get(f"{opened.path}/withdrawn.json").data)
    with opened.act() as act:
        key = credentials.public_credential(GROUP, opened.secret(1))
        assert [one["public_key"] for one in listed["withdrawn"]] == [key]
        event = next(one for one in audit.every(act) if one.action == "poll.reissue_approved")
        assert listed["withdrawn"][0]["event"] == event.hash
    file = public.get(f"{opened.path}/{opened.demo.poll_uuid}.bel").data
    good = Withdrawn.parse(json.dumps(listed, ensure_ascii=False, separators=(",", ":")))
    assert verify(io.BytesIO(file), withdrawn=good).ok
    forged = forge(opened, credentials.public_credential(GROUP, opened.secret(LOST)))
    report = verify(io.BytesIO(file), withdrawn=forged)
    assert not report.ok
    assert [ballot.height for ballot in report.withdrawn] == [1]


def forge(opened: OpenPoll, public_key: str) -> Withdrawn:
    """The list as it would be if the card that voted had been withdrawn."""
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        listed = Withdrawn.parse(reissues.withdrawn_json(act, poll, KEYS))
        private = unseal_bytes(poll.receipt_private, KEYS.seal, RECEIPT_CONTEXT)
    return sign_withdrawn(replace(listed, entries=(replace(listed.entries[0], public_key=public_key),)), private)


def test_the_pages_say_what_happened(app: Flask, opened: OpenPoll) -> None:
    registrar = staff(app, opened, Role.REGISTRAR)
    name = opened.voter(LOST).name
    assert name in registrar.post(f"{opened.path}/reissues", data={"name": name}).text
    reissued(app, opened)
    for role in (Role.REGISTRAR, Role.CHAIR, Role.AUDITOR):
        page = staff(app, opened, role).get(f"{opened.path}/reissues").text
        assert "lost on the road" in page
        assert "R1" in page
    assert "R1" in staff(app, opened, Role.CLERK).get(f"{opened.path}/hand-over").text
    public = english(app)
    page = public.get(f"{opened.path}/withdrawn").text
    assert name not in page
    assert "R1" in page
    assert "Withdrawn cards" in public.get(opened.path).text
    assert public.get(f"{opened.path}/reissues").status_code in {302, 401, 403}


def test_public_numbers_of_the_cards(app: Flask, opened: OpenPoll) -> None:
    reissued(app, opened)
    hand_over(app, opened)
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        found = cards.numbers(act, poll)
    assert found == cards.Numbers(
        made=26, reserve=1, handed_over=HANDED_OVER + 1, released=0, withdrawn=1, unclaimed=26 - HANDED_OVER
    )


@both_databases
@pytest.mark.parametrize("model", [ReserveCredential, Reissue])
def test_no_row_that_counts_can_be_changed_or_taken_away(
    app: Flask, opened: OpenPoll, model: type[ReserveCredential | Reissue]
) -> None:
    reissued(app, opened)
    column = {ReserveCredential: "public_key", Reissue: "withdrawn_key"}[model]
    for statement in (
        delete(model),
        update(model).values({column: "4"}),
        insert(ReserveCredential).from_select(
            ["poll_id", "number", "public_key", "made_at"],
            select(ReserveCredential.poll_id, ReserveCredential.number + 1, literal("4"), ReserveCredential.made_at),
        ),
    ):
        with opened.database.engine.connect() as connection:
            with pytest.raises(DatabaseError, match="frozen_"):
                connection.execute(statement)
            connection.rollback()


def test_a_reason_is_one_line_of_some_length() -> None:
    assert cards.reason_of("  spoiled \n in print ") == "spoiled in print"
    for wrong in ("", " \n ", "x" * 501):
        with pytest.raises(FieldRefusal):
            cards.reason_of(wrong)
