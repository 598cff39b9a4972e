"""Arithmetic in the group, and proofs that hold exactly for what they state."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.belenios.ballots import check_ballot, check_plaintext, encrypt_ballot
from pb.core.belenios.canonical import Check, ProtocolError, hash_mod
from pb.core.belenios.decryption import check_partial_decryption, compute_result
from pb.core.belenios.groups import BELENIOS_2048, group_named
from pb.core.belenios.messages import PartialDecryption, Proof, Question
from pb.core.belenios.proofs import (
    Claim,
    Statement,
    disjunction_holds,
    equality_holds,
    knowledge_holds,
    prove_disjunction,
    prove_equality,
    prove_knowledge,
)
from pb.core.belenios.tally import RunningTally, tally
from tests.conformance.polls import make_poll, parse_tally

G = BELENIOS_2048
P = int(G.p)  # type: ignore[attr-defined]
numbers = st.integers(0, G.q - 1) | st.integers(0, 3) | st.integers(G.q - 3, G.q - 1)
few = settings(max_examples=25, deadline=None)


@few
@given(numbers, numbers)
def test_tables_and_ladders_agree_with_plain_exponentiation(exponent: int, base_exponent: int) -> None:
    base = G.exp(G.g, base_exponent)
    expected = pow(int(base), exponent, P)
    assert G.exp(base, exponent) == G.ladder(base).exp(exponent) == expected
    assert G.generator.exp(exponent) == pow(int(G.g), exponent, P)
    assert G.fixed(G.g).exp(-exponent) == G.inv(G.generator.exp(exponent))


@few
@given(st.integers(1, P - 1))
def test_membership_is_having_the_order_q(number: int) -> None:
    is_member = pow(number, G.q, P) == 1
    element = G.read(str(number))
    assert G.is_member(element) == G.ladder(element).is_member() == is_member


def test_the_group_is_the_one_of_the_specification() -> None:
    assert (P - 1) % G.q == 0
    assert (P.bit_length(), G.q.bit_length()) == (2048, 256)
    assert pow(int(G.g), G.q, P) == 1 != int(G.g)
    assert G.parse(G.serialise(G.g)) == G.g
    with pytest.raises(ProtocolError) as refused:
        group_named("RFC-3526-1024")
    assert refused.value.check is Check.UNSUPPORTED


@few
@given(numbers, st.text(max_size=20), st.text(max_size=20))
def test_knowledge_is_bound_to_secret_and_statement(secret: int, statement: str, other: str) -> None:
    proof = prove_knowledge(G, secret, statement)
    public = G.ladder(G.generator.exp(secret))
    assert knowledge_holds(G, public, statement, proof)
    assert knowledge_holds(G, public, other, proof) == (other == statement)
    assert not knowledge_holds(G, G.ladder(G.generator.exp(secret + 1)), statement, proof)


@few
@given(numbers, numbers)
def test_equality_of_two_logarithms(secret: int, base_exponent: int) -> None:
    alpha = G.generator.exp(base_exponent + 1)
    public, factor = G.ladder(G.generator.exp(secret)), G.exp(alpha, secret)
    proof = prove_equality(G, secret, G.ladder(alpha), "s")
    assert equality_holds(G, public, G.ladder(alpha), G.ladder(factor), "s", proof)
    wrong = G.ladder(G.mul(factor, G.g))
    assert not equality_holds(G, public, G.ladder(alpha), wrong, "s", proof)
    assert not equality_holds(G, public, G.ladder(alpha), G.ladder(factor), "t", proof)


@few
@given(numbers, numbers, st.integers(0, 4), st.integers(0, 4))
def test_a_number_in_the_interval_and_none_outside(key: int, randomness: int, least: int, plaintext: int) -> None:
    y = G.fixed(G.generator.exp(key))
    messages = range(least, least + 3)
    claims = [Claim(randomness, plaintext, message) for message in messages]
    if plaintext not in messages:
        with pytest.raises(ValueError, match="none of the claims"):
            prove_disjunction(G, y, "p|", claims)
        return
    proofs = prove_disjunction(G, y, "p|", claims)
    alpha = G.ladder(G.generator.exp(randomness))
    beta = G.ladder(G.mul(y.exp(randomness), G.generator.exp(plaintext)))
    statements = [Statement(alpha, beta, message) for message in messages]
    assert disjunction_holds(G, y, "p|", statements, proofs)
    assert not disjunction_holds(G, y, "q|", statements, proofs)
    assert not disjunction_holds(G, y, "p|", statements[::-1], proofs)
    assert not disjunction_holds(G, y, "p|", statements, proofs[:-1])
    assert not disjunction_holds(G, y, "p|", statements[:-1], proofs[:-1])


QUESTION = Question(("a", "b", "c"), 1, 2, "?", blank=True)


@pytest.mark.parametrize(
    ("bits", "allowed"),
    [
        ([0, 1, 0, 0], True),
        ([0, 1, 1, 0], True),
        ([1, 0, 0, 0], True),
        ([0, 0, 0, 0], False),
        ([0, 1, 1, 1], False),
        ([1, 1, 0, 0], False),
        ([0, 2, 0, 0], False),
        ([0, 1, 0, -1], False),
        ([1, 0, 0], False),
        ([], False),
    ],
)
def test_which_choices_a_question_with_blank_votes_allows(bits: list[int], *, allowed: bool) -> None:
    if allowed:
        check_plaintext(QUESTION, bits)
    else:
        with pytest.raises(ProtocolError) as refused:
            check_plaintext(QUESTION, bits)
        assert refused.value.check is Check.PLAINTEXT


def test_a_ballot_needs_an_answer_to_each_question() -> None:
    poll = make_poll([])
    for choices in ([], [[1, 0], [1, 0]], [[1, 1]], [[1]]):
        with pytest.raises(ProtocolError) as refused:
            encrypt_ballot(poll.election, poll.secrets[0], choices)
        assert refused.value.check is Check.PLAINTEXT


def test_two_ballots_with_the_same_choice_do_not_look_alike() -> None:
    poll = make_poll([(0, [[1, 0]]), (0, [[1, 0]])])
    first, second = (
        check_ballot(poll.election, {public_key(poll.messages.ballots[0])}, text) for text in poll.messages.ballots
    )
    assert first.answers[0].choices != second.answers[0].choices
    assert first.signature != second.signature


def public_key(ballot_json: str) -> str:
    return str(json.loads(ballot_json)["credential"])


def test_the_running_tally_forgets_a_ballot_that_was_replaced() -> None:
    poll = make_poll([(0, [[1, 0]]), (1, [[0, 1]]), (0, [[0, 0]])])
    credentials = {public_key(ballot) for ballot in poll.messages.ballots}
    first, second, again = (check_ballot(poll.election, credentials, ballot) for ballot in poll.messages.ballots)
    running = RunningTally(poll.election)
    for ballot in (first, second, again):
        running.add(ballot)
    running.remove(first)
    assert (running.encrypted_tally(), running.count) == tally(poll.election, [first, second, again])


def test_a_wrong_factor_with_a_valid_proof_shows_as_a_result_that_is_none() -> None:
    """H(decrypt|φ|X|A,B) does not bind F: choose B first, then the F that fits. What F is cannot be chosen."""
    poll = make_poll([(0, [[1, 0]])])
    election, encrypted = poll.election, parse_tally(poll)
    x, key = poll.private_keys[0], poll.trustee_keys[0]
    honest = PartialDecryption.parse(poll.messages.decryptions[0][1], G)
    second = PartialDecryption.parse(poll.messages.decryptions[1][1], G)
    alpha = encrypted.questions[0][0].alpha
    w, b = 12345, G.generator.exp(67890)
    statement = f"decrypt|{election.hash}|{G.serialise(key.public_key)}"
    c = hash_mod(G.q, f"{statement}|{G.serialise(G.generator.exp(w))},{G.serialise(b)}")
    shift = G.exp(G.mul(b, G.inv(G.exp(alpha, w))), pow(c, -1, G.q))
    factor = G.mul(G.exp(alpha, x), shift)
    forged = PartialDecryption(
        factors=((factor, honest.factors[0][1]),),
        proofs=((Proof(c, (w - x * c) % G.q), honest.proofs[0][1]),),
    )
    check_partial_decryption(election, key, encrypted, forged)
    assert compute_result(election, encrypted, 1, [honest, second]).result == ((1, 0),)
    with pytest.raises(ProtocolError) as refused:
        compute_result(election, encrypted, 1, [forged, second])
    assert refused.value.check is Check.RESULT
