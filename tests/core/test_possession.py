"""Proofs for signing in and for confirming a key: none of them is ever a proof of another kind."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.belenios.ballots import Ballot, Signature, check_ballot
from pb.core.belenios.canonical import Check, ProtocolError, hash_base64, sha256_hex
from pb.core.belenios.messages import Proof, TrusteeKey
from pb.core.belenios.possession import check_confirmation, check_login, prove_confirmation, prove_login
from pb.core.belenios.trustees import check_trustee_key, fingerprint
from tests.conformance.polls import G, Poll, make_poll

ORIGIN = "https://asar.example"
NONCE = "0f" * 16


@pytest.fixture(scope="module")
def poll() -> Poll:
    return make_poll([(0, [[1, 0]])])


def credential_of(poll: Poll) -> str:
    return str(json.loads(poll.messages.ballots[0])["credential"])


def login(poll: Poll, nonce: str = NONCE) -> Proof:
    return prove_login(G, poll.secrets[0], origin=ORIGIN, uuid=poll.election.uuid, nonce=nonce)


def test_who_has_the_code_signs_in(poll: Poll) -> None:
    check_login(G, credential_of(poll), login(poll), origin=ORIGIN, uuid=poll.election.uuid, nonce=NONCE)


@pytest.mark.parametrize(
    "other", [{"origin": "https://evil.example"}, {"uuid": "B" * 14}, {"nonce": "1f" * 16}, {"nonce": ""}]
)
def test_a_login_holds_for_its_origin_poll_and_nonce_alone(poll: Poll, other: dict[str, str]) -> None:
    bound = {"origin": ORIGIN, "uuid": poll.election.uuid, "nonce": NONCE} | other
    with pytest.raises(ProtocolError) as refused:
        check_login(G, credential_of(poll), login(poll), **bound)
    assert refused.value.check is Check.LOGIN


def test_a_login_with_another_code_or_a_strange_element(poll: Poll) -> None:
    stranger = G.serialise(G.generator.exp(poll.secrets[1]))
    bound = {"origin": ORIGIN, "uuid": poll.election.uuid, "nonce": NONCE}
    for credential, check in ((stranger, Check.LOGIN), ("2", Check.MEMBERSHIP), ("x", Check.ELEMENT)):
        with pytest.raises(ProtocolError) as refused:
            check_login(G, credential, login(poll), **bound)
        assert refused.value.check is check


def test_no_part_of_a_login_may_hold_the_separator(poll: Poll) -> None:
    for bound in (
        {"origin": "a|b", "uuid": "u", "nonce": "n"},
        {"origin": "a", "uuid": "u|", "nonce": "n"},
        {"origin": "a", "uuid": "u", "nonce": "|n"},
    ):
        with pytest.raises(ProtocolError) as refused:
            prove_login(G, poll.secrets[0], **bound)
        assert refused.value.check is Check.LOGIN


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=40))
def test_no_login_signs_a_ballot_whatever_its_nonce(poll: Poll, nonce: str) -> None:
    """A server that asks for a login over a ballot's hash, or any other nonce, gets no signature of a ballot."""
    credential = credential_of(poll)
    ballot = Ballot.parse(poll.messages.ballots[0], G)
    digest = hash_base64(ballot.unsigned_json(G))
    for chosen in (nonce, digest, f"sig{nonce}"):
        forged = replace(ballot, signature=Signature(digest, login(poll, chosen))).to_json(G)
        with pytest.raises(ProtocolError) as refused:
            check_ballot(poll.election, {credential}, forged)
        assert refused.value.check is Check.SIGNATURE


def test_no_ballots_signature_signs_in(poll: Poll) -> None:
    ballot = Ballot.parse(poll.messages.ballots[0], G)
    for nonce in (NONCE, ballot.signature.hash):
        with pytest.raises(ProtocolError):
            check_login(
                G,
                ballot.credential,
                ballot.signature.proof,
                origin=ORIGIN,
                uuid=poll.election.uuid,
                nonce=nonce,
            )


def test_a_trustees_confirmation_is_for_this_trustees_json(poll: Poll) -> None:
    digest = sha256_hex(poll.messages.trustees)
    key, uuid = poll.trustee_keys[0], poll.election.uuid
    proof = prove_confirmation(G, poll.private_keys[0], uuid=uuid, trustees_sha256=digest)
    check_confirmation(G, key.public_key, proof, uuid=uuid, trustees_sha256=digest)
    for wrong in (
        {"uuid": "B" * 14, "trustees_sha256": digest},
        {"uuid": uuid, "trustees_sha256": sha256_hex("")},
    ):
        with pytest.raises(ProtocolError) as refused:
            check_confirmation(G, key.public_key, proof, **wrong)
        assert refused.value.check is Check.CONFIRMATION
    with pytest.raises(ProtocolError):
        check_confirmation(G, poll.trustee_keys[1].public_key, proof, uuid=uuid, trustees_sha256=digest)


def test_neither_login_nor_confirmation_is_a_proof_of_possession_of_a_trustee(poll: Poll) -> None:
    x, uuid = poll.private_keys[0], poll.election.uuid
    public_key = poll.trustee_keys[0].public_key
    digest = sha256_hex(poll.messages.trustees)
    confirmation = prove_confirmation(G, x, uuid=uuid, trustees_sha256=digest)
    signed_in = prove_login(G, x, origin=ORIGIN, uuid=uuid, nonce=NONCE)
    for proof in (confirmation, signed_in):
        with pytest.raises(ProtocolError) as refused:
            check_trustee_key(G, TrusteeKey(public_key, proof))
        assert refused.value.check is Check.TRUSTEES
    for proof in (poll.trustee_keys[0].pok, signed_in):
        with pytest.raises(ProtocolError):
            check_confirmation(G, public_key, proof, uuid=uuid, trustees_sha256=digest)
    for proof in (poll.trustee_keys[0].pok, confirmation):
        with pytest.raises(ProtocolError):
            check_login(G, G.serialise(public_key), proof, origin=ORIGIN, uuid=uuid, nonce=NONCE)


def test_fingerprints_are_the_hash_of_the_public_key(poll: Poll) -> None:
    key = poll.trustee_keys[0]
    assert fingerprint(G, key) == sha256_hex(str(int(key.public_key)))
