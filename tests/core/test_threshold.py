"""A group of trustees makes a key: any t of them decrypt, whoever cheats or fails is named, by number."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from pb.core.belenios import channel
from pb.core.belenios.canonical import Check, ProtocolError, dump_json, hash_mod
from pb.core.belenios.decryption import check_partial_decryption, combine, compute_result, enough, partial_decryption
from pb.core.belenios.factors import check_factors, prove_factors
from pb.core.belenios.groups import BELENIOS_2048, ED25519, Element, Group
from pb.core.belenios.messages import EncryptedTally, PartialDecryption, Proof
from pb.core.belenios.threshold import (
    Dealing,
    _decryption_key,
    _signing_key,
    accept_shares,
    assemble,
    check_dealing,
    deal,
    generate_seed,
    make_certificate,
)
from pb.core.belenios.trustee_list import SignedMessage, Trustees, VerificationKey
from tests.conformance.polls import Poll, make_poll, parse_tally

G = ED25519
SIZE, THRESHOLD = 3, 2
SEEDS = [generate_seed() for _ in range(SIZE)]
CERTS = [make_certificate(G, seed, size=SIZE, threshold=THRESHOLD, index=i) for i, seed in enumerate(SEEDS, 1)]
DEALINGS = [deal(G, seed, threshold=THRESHOLD, certs=CERTS) for seed in SEEDS]


def accept(seed: str, dealings: Sequence[Dealing] = DEALINGS) -> tuple[int, VerificationKey]:
    return accept_shares(G, seed, threshold=THRESHOLD, certs=CERTS, dealings=dealings)


def at_fault(error: pytest.ExceptionInfo[ProtocolError]) -> tuple[Check, int | None]:
    return error.value.check, error.value.trustee


def test_any_two_shares_are_worth_the_same_key() -> None:
    shares = {index: accept(seed)[0] for index, seed in enumerate(SEEDS, 1)}
    keys = [accept(seed)[1] for seed in SEEDS]
    made = assemble(G, threshold=THRESHOLD, certs=CERTS, dealings=DEALINGS, verification_keys=keys)
    y = Trustees((made,)).public_key(G)
    for i, j in combinations(shares, 2):
        secret = shares[i] * j * pow(j - i, -1, G.q) + shares[j] * i * pow(i - j, -1, G.q)
        assert G.generator.exp(secret) == y
    assert Trustees.parse(Trustees((made,)).to_json(G), G).kinds == (made,)


def test_days_later_the_seed_alone_gives_the_same_share() -> None:
    again = [Dealing.parse(dealing.to_json(), G) for dealing in DEALINGS]
    assert accept(SEEDS[1])[0] == accept(SEEDS[1], again)[0]


@pytest.mark.parametrize(("size", "threshold", "index"), [(3, 0, 1), (3, 4, 1), (3, 2, 0), (3, 2, 4), (101, 2, 1)])
def test_groups_that_cannot_be(size: int, threshold: int, index: int) -> None:
    with pytest.raises(ProtocolError) as refused:
        make_certificate(G, SEEDS[0], size=size, threshold=threshold, index=index)
    assert refused.value.check is Check.CEREMONY


def test_whose_certificate_is_wrong() -> None:
    third = CERTS[2]
    another = make_certificate(G, generate_seed(), size=SIZE, threshold=THRESHOLD, index=3)
    copied = make_certificate(G, SEEDS[0], size=SIZE, threshold=THRESHOLD, index=3)
    place = make_certificate(G, SEEDS[2], size=SIZE, threshold=THRESHOLD, index=2)
    easier = make_certificate(G, SEEDS[2], size=SIZE, threshold=1, index=3)
    unsigned = SignedMessage(third.message, another.signature)
    for wrong in (copied, place, easier, unsigned, SignedMessage("{}", third.signature)):
        with pytest.raises(ProtocolError) as refused:
            deal(G, SEEDS[0], threshold=THRESHOLD, certs=[*CERTS[:2], wrong])
        assert at_fault(refused)[1] == 3
    with pytest.raises(ProtocolError) as refused:
        deal(G, generate_seed(), threshold=THRESHOLD, certs=CERTS)
    assert at_fault(refused) == (Check.CEREMONY, None)


def send_share(value: str, *, sender: int = 2, recipient: int = 1) -> str:
    key = G.generator.exp(_decryption_key(G, SEEDS[recipient - 1]))
    return channel.send(G, _signing_key(G, SEEDS[sender - 1]), key, value)


@pytest.mark.parametrize(
    "sealed",
    [
        send_share('{"secret":"5"}'),
        send_share('{"secret":5}'),
        send_share("{}"),
        send_share("not JSON"),
        send_share('{"secret":"5"}', sender=3),
        send_share('{"secret":"5"}', recipient=3),
        DEALINGS[2].secrets[0],
        DEALINGS[1].secrets[1],
        DEALINGS[1].secrets[0].replace('"data":"', '"data":"AAAA'),
        "{}",
        "",
    ],
)
def test_who_deals_a_wrong_secret_is_named(sealed: str) -> None:
    wrong = replace(DEALINGS[1], secrets=(sealed, *DEALINGS[1].secrets[1:]))
    with pytest.raises(ProtocolError) as refused:
        accept(SEEDS[0], [DEALINGS[0], wrong, DEALINGS[2]])
    assert at_fault(refused)[1] == 2
    assert accept(SEEDS[2], [DEALINGS[0], wrong, DEALINGS[2]])


def test_who_commits_to_something_else_is_named() -> None:
    other = deal(G, SEEDS[1], threshold=THRESHOLD, certs=CERTS)
    stranger = deal(G, SEEDS[2], threshold=THRESHOLD, certs=CERTS)
    for wrong in (
        replace(DEALINGS[1], coefexps=other.coefexps),
        replace(DEALINGS[1], signature=other.signature),
        replace(DEALINGS[1], secrets=other.secrets),
        replace(DEALINGS[1], secrets=DEALINGS[1].secrets[:2]),
        stranger,
    ):
        with pytest.raises(ProtocolError) as refused:
            accept(SEEDS[0], [DEALINGS[0], wrong, DEALINGS[2]])
        assert at_fault(refused)[1] == 2
    with pytest.raises(ProtocolError) as refused:
        check_dealing(G, THRESHOLD, CERTS, 2, stranger)
    assert at_fault(refused) == (Check.TRUSTEES, 2)
    with pytest.raises(ProtocolError):
        accept(SEEDS[0], DEALINGS[:2])


def test_who_publishes_a_wrong_key_is_named() -> None:
    keys = [accept(seed)[1] for seed in SEEDS]
    for wrong in (keys[1], replace(keys[2], signature=keys[1].signature), replace(keys[2], key=keys[0].key)):
        with pytest.raises(ProtocolError) as refused:
            assemble(G, threshold=THRESHOLD, certs=CERTS, dealings=DEALINGS, verification_keys=[*keys[:2], wrong])
        assert at_fault(refused) == (Check.TRUSTEES, 3)
    with pytest.raises(ProtocolError):
        assemble(G, threshold=THRESHOLD, certs=CERTS, dealings=DEALINGS, verification_keys=keys[:2])


def test_a_private_message_is_read_by_its_recipient_alone() -> None:
    sealed = send_share("құпия")
    sender = G.generator.exp(_signing_key(G, SEEDS[1]))
    assert channel.receive(G, _decryption_key(G, SEEDS[0]), sender, sealed) == "құпия"
    assert "құпия" not in sealed
    with pytest.raises(ProtocolError):
        channel.receive(G, _decryption_key(G, SEEDS[2]), sender, sealed)
    assert json.loads(sealed).keys() == {"alpha", "beta", "data"}
    assert sealed != send_share("құпия")


def forged(poll: Poll, tally: EncryptedTally, number: int) -> PartialDecryption:
    """Factors that are wrong although their proofs hold: H(decrypt|φ|X|A,B) does not bind F, so B is chosen first."""
    honest = partial_decryption(poll.election, poll.private_keys[number - 1], tally)
    group, x = poll.election.group, poll.private_keys[number - 1]
    alpha, w, b = tally.questions[0][0].alpha, 12345, group.generator.exp(67890)
    statement = f"decrypt|{poll.election.hash}|{group.serialise(poll.trustee_keys[number - 1].public_key)}"
    c = hash_mod(group.q, f"{statement}|{group.serialise(group.generator.exp(w))},{group.serialise(b)}")
    r = (w - x * c) % group.q
    factor = group.exp(group.mul(b, group.inv(group.exp(alpha, r))), pow(c, -1, group.q))
    factors: tuple[tuple[Element, ...], ...] = ((factor, *honest.factors[0][1:]), *honest.factors[1:])
    made = PartialDecryption(factors, ((Proof(c, r), *honest.proofs[0][1:]), *honest.proofs[1:]))
    check_partial_decryption(poll.election, poll.trustee_keys[number - 1], tally, made)
    assert made != honest
    return made


def test_a_wrong_factor_whose_proof_holds_gives_no_count() -> None:
    poll = make_poll([(0, [[1, 0]]), (1, [[1, 0]])], trustees=1, threshold=(2, 4), group=G)
    tally = parse_tally(poll)
    honest = {n: partial_decryption(poll.election, x, tally) for n, x in enumerate(poll.private_keys, 1)}
    combined = combine(G, poll.trustees, {1: honest[1], 2: honest[2], 3: forged(poll, tally, 3)})
    with pytest.raises(ProtocolError) as refused:
        compute_result(poll.election, tally, 2, combined)
    assert refused.value.check is Check.RESULT


def test_when_enough_have_decrypted() -> None:
    poll = make_poll([(0, [[1, 0]])], trustees=1, threshold=(2, 3), group=G)
    tally = parse_tally(poll)
    made = {n: partial_decryption(poll.election, x, tally) for n, x in enumerate(poll.private_keys, 1)}
    for numbers, sufficient in (((1, 2, 3), True), ((1, 4, 2), True), ((1, 2), False), ((2, 3, 4), False)):
        decryptions = {number: made[number] for number in numbers}
        assert enough(poll.trustees, decryptions) is sufficient
        if sufficient:
            combined = combine(G, poll.trustees, decryptions)
            assert compute_result(poll.election, tally, 1, combined).result == ((1, 0),)
        else:
            with pytest.raises(ProtocolError):
                combine(G, poll.trustees, decryptions)


def test_lists_of_trustees_for_mandatory_ones_alone() -> None:
    from pb.core.belenios.messages import parse_trustees

    poll = make_poll([], trustees=1, threshold=(1, 2), group=G)
    with pytest.raises(ProtocolError) as refused:
        parse_trustees(poll.messages.trustees, G)
    assert refused.value.check is Check.UNSUPPORTED
    with pytest.raises(ProtocolError):
        Trustees.parse(dump_json([["Pedersen"]]), G)


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
def test_the_proof_that_binds_every_factor_names_a_wrong_one_at_once(group: Group) -> None:
    poll = make_poll([(0, [[1, 0]])], group=group)
    tally = parse_tally(poll)
    first, second = (PartialDecryption.parse(text, group) for _owner, text in poll.messages.decryptions)
    key, other_key = poll.trustee_keys
    proof = prove_factors(poll.election, poll.private_keys[0], tally, first)
    check_factors(poll.election, key, tally, first, proof)
    wrong = forged(poll, tally, 1)
    swapped = replace(first, factors=(first.factors[0][::-1],))
    own = prove_factors(poll.election, poll.private_keys[0], tally, wrong)
    for trustee, decryption, given in (
        (key, wrong, own),
        (key, wrong, proof),
        (key, swapped, proof),
        (key, first, Proof(proof.challenge, (proof.response + 1) % group.q)),
        (other_key, first, proof),
        (other_key, second, proof),
    ):
        with pytest.raises(ProtocolError) as refused:
            check_factors(poll.election, trustee, tally, decryption, given)
        assert refused.value.check is Check.DECRYPTION
