"""Every field of a ballot altered, and the ballot signed again by its voter, who is the attacker here.

All hashes and the chain are made anew, so that nothing but the check that a field belongs to can refuse it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pb.core.belenios.ballots import Answer, Ballot, sign_ballot
from pb.core.belenios.canonical import Check, dump_json, hash_base64
from pb.core.belenios.credentials import public_credential
from pb.core.belenios.groups import Element
from pb.core.belenios.messages import Ciphertext, EventType, Proof, product
from pb.core.belenios.proofs import Claim, interval_prefix, prove_disjunction, prove_knowledge
from tests.conformance.alterations import (
    Alteration,
    P,
    Path,
    every,
    load,
    refuse_all,
    refused,
)
from tests.conformance.polls import G, Poll, links, verified, write


def test_the_polls_themselves_verify(poll: Poll, other: Poll, blank_poll: Poll) -> None:
    assert all(verified(each.archive).ok for each in (poll, other, blank_poll))


def ballot_check(path: Path) -> set[Check]:
    """The check that a field of a ballot belongs to."""
    names = [key for key in path if isinstance(key, str)]
    for name, check in (
        ("signature", Check.SIGNATURE),
        ("individual_proofs", Check.INDIVIDUAL_PROOF),
        ("overall_proof", Check.OVERALL_PROOF),
        ("blank_proof", Check.BLANK_PROOF),
        ("choices", Check.INDIVIDUAL_PROOF),
        ("credential", Check.CREDENTIAL),
    ):
        if name in names:
            return {check, Check.ANSWERS} if names[-1] in {"choices", "individual_proofs"} else {check}
    return {Check.ANSWERS}


def signed_again(altered: Any, original: Any, secret: int) -> str:
    """The altered ballot with a new signature by the attacker, who is its voter; where the signature itself was
    altered, it stays so.
    """
    signature = altered.get("signature") if isinstance(altered, dict) else None
    if dump_json(signature) != dump_json(original["signature"]):
        return dump_json(altered)
    body = {name: value for name, value in altered.items() if name != "signature"}
    digest = hash_base64(dump_json(body))
    proof = prove_knowledge(G, secret, f"sig|{digest}").to_value()
    return dump_json(
        {name: {"hash": digest, "proof": proof} if name == "signature" else altered[name] for name in altered}
    )


def test_ballots(blank_poll: Poll, other_blank_poll: Poll) -> None:
    messages = blank_poll.messages
    original = load(messages.ballots[0])

    def archive(alteration: Alteration) -> bytes:
        text = alteration.text
        if text is None:
            text = signed_again(alteration.value, original, blank_poll.secrets[0])
        return write(links(replace(messages, ballots=(text, messages.ballots[1])), EventType.BALLOT))

    def not_a_member_is_not_listed(alteration: Alteration) -> Alteration:
        """A credential that is in range but not on the list is refused as such before anything is computed."""
        if alteration.path == ("credential",) and alteration.checks == {Check.MEMBERSHIP}:
            return replace(alteration, checks=frozenset({Check.CREDENTIAL}))
        return alteration

    alterations = map(
        not_a_member_is_not_listed, every(original, load(other_blank_poll.messages.ballots[0]), ballot_check)
    )
    assert refuse_all(alterations, archive, height=1) > 500


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("election_uuid", "other", Check.ELECTION),
        ("election_hash", "other", Check.ELECTION),
        ("credential", "other", Check.CREDENTIAL),
        ("credential", "second voter", Check.SIGNATURE),
        ("election_uuid", "", Check.FORM),
        ("election_uuid", "O" * 14, Check.FORM),
        ("election_hash", None, Check.FORM),
        ("election_hash", "", Check.ELECTION),
    ],
)
def test_texts_of_a_ballot(poll: Poll, other: Poll, name: str, value: Any, check: Check) -> None:
    original = load(poll.messages.ballots[0])
    source = {"other": other.messages.ballots[0], "second voter": poll.messages.ballots[1]}.get(value)
    altered = original | {name: value if source is None else load(source)[name]}
    text = signed_again(altered, original, poll.secrets[0])
    archive = write(links(replace(poll.messages, ballots=(text,)), EventType.BALLOT))
    assert refused(archive) == (check, 1)


def test_proofs_of_another_ballot_and_of_another_choice_do_not_fit(poll: Poll) -> None:
    first, second = (load(ballot) for ballot in poll.messages.ballots)
    for field, check in (
        ("individual_proofs", Check.INDIVIDUAL_PROOF),
        ("overall_proof", Check.OVERALL_PROOF),
        ("choices", Check.INDIVIDUAL_PROOF),
    ):
        answer = first["answers"][0] | {field: second["answers"][0][field]}
        text = signed_again(first | {"answers": [answer]}, first, poll.secrets[0])
        assert refused(write(links(replace(poll.messages, ballots=(text,)), EventType.BALLOT))) == (check, 1)
    copied = signed_again(first | {"answers": second["answers"]}, first, poll.secrets[0])
    archive = write(links(replace(poll.messages, ballots=(copied,)), EventType.BALLOT))
    assert refused(archive) == (Check.INDIVIDUAL_PROOF, 1)


def test_a_signature_by_someone_else(poll: Poll) -> None:
    ballot = Ballot.parse(poll.messages.ballots[0], G)
    forged = sign_ballot(ballot, G, poll.secrets[1]).to_json(G)
    assert refused(write(links(replace(poll.messages, ballots=(forged,)), EventType.BALLOT))) == (Check.SIGNATURE, 1)


def with_even_challenges(prove: Callable[[], tuple[Proof, ...]]) -> tuple[Proof, ...]:
    while True:
        proofs = prove()
        if all(proof.challenge % 2 == 0 for proof in proofs):
            return proofs


def test_a_ballot_outside_the_group_whose_proofs_all_hold(poll: Poll, monkeypatch: pytest.MonkeyPatch) -> None:
    """With -α for α and even challenges every equation holds: nothing but the membership check stands in the way."""
    election, secret = poll.election, poll.secrets[0]
    y, one = G.fixed(election.public_key), Claim(7, 1, 1)
    context = f"{election.hash}|{public_credential(G, secret)}"
    alpha, beta = Element(P - int(G.generator.exp(7))), G.mul(y.exp(7), G.g)
    blank = Ciphertext(G.generator.exp(9), y.exp(9))
    total = product(G, [Ciphertext(alpha, beta), blank])
    whole = f"{context}|{int(alpha)},{int(beta)},{int(blank.alpha)},{int(blank.beta)}"
    prefix = interval_prefix(G, context, alpha, beta)
    first = with_even_challenges(lambda: prove_disjunction(G, y, prefix, [Claim(7, 1, 0), one]))
    second = prove_disjunction(
        G, y, interval_prefix(G, context, blank.alpha, blank.beta), [Claim(9, 0, 0), Claim(9, 0, 1)]
    )
    prefix_of_sum = interval_prefix(G, whole, total.alpha, total.beta)
    overall = with_even_challenges(lambda: prove_disjunction(G, y, prefix_of_sum, [Claim(16, 1, 0), Claim(16, 1, 1)]))
    answer = Answer((Ciphertext(alpha, beta), blank), (first, second), overall)
    unsigned = replace(Ballot.parse(poll.messages.ballots[0], G), answers=(answer,))
    forged = sign_ballot(unsigned, G, secret).to_json(G)
    archive = write(links(replace(poll.messages, ballots=(forged,)), EventType.BALLOT))
    assert refused(archive) == (Check.MEMBERSHIP, 1)
    monkeypatch.setattr("pb.core.belenios.finite_field.Ladder.is_member", lambda _self: True)
    assert verified(archive).ok
