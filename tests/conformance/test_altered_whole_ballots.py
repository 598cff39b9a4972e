"""Every field of whole ballots, of shuffles and of threshold trustees altered, on Ed25519 for its speed.

All hashes, the chain and every signature that the attacker could make are made anew, so that nothing but the check
that a field belongs to can refuse it.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pb.core.belenios.canonical import Check, dump_json, hash_base64
from pb.core.belenios.channel import sign, sign_message
from pb.core.belenios.groups import ED25519, RFC_3526_2048, Group
from pb.core.belenios.messages import EventType
from pb.core.belenios.proofs import prove_knowledge
from pb.core.belenios.shuffles import Shuffle, shuffle
from pb.core.belenios.tally import to_shuffle
from pb.core.belenios.threshold import _signing_key, accept_shares, assemble, deal, generate_seed, make_certificate
from pb.core.belenios.trustee_list import Trustees
from tests.conformance.alterations import (
    Alteration,
    Path,
    element_alterations,
    every,
    leaf_alterations,
    leaves,
    load,
    refuse_all,
    refused,
    with_leaf,
)
from tests.conformance.polls import Poll, links, make_poll, parse_tally, verified, whole_election, write

VOTES = [(0, [[1, 2]]), (1, [[3, 4]])]


def make(group: Group) -> Poll:
    return make_poll(VOTES, group=group, election_json=whole_election(group, 2))


@pytest.fixture(scope="module")
def whole() -> Poll:
    return make(ED25519)


@pytest.fixture(scope="module")
def other_whole() -> Poll:
    return make(ED25519)


def signed(group: Group, altered: Any, original: Any, secret: int) -> str:
    signature = altered.get("signature") if isinstance(altered, dict) else None
    if dump_json(signature) != dump_json(original["signature"]):
        return dump_json(altered)
    digest = hash_base64(dump_json({name: value for name, value in altered.items() if name != "signature"}))
    proof = prove_knowledge(group, secret, f"sig|{digest}").to_value()
    return dump_json({**altered, "signature": {"hash": digest, "proof": proof}})


def test_whole_ballots(whole: Poll, other_whole: Poll) -> None:
    original = load(whole.messages.ballots[0])

    def check(path: Path) -> set[Check]:
        if "signature" in path:
            return {Check.SIGNATURE}
        if path[:1] == ("credential",):
            return {Check.CREDENTIAL}
        return {Check.WHOLE_PROOF} if len(path) > 1 else {Check.ANSWERS}

    def archive(alteration: Alteration) -> bytes:
        text = alteration.text
        if text is None:
            text = signed(ED25519, alteration.value, original, whole.secrets[0])
        return write(links(replace(whole.messages, ballots=(text, whole.messages.ballots[1])), EventType.BALLOT))

    def listed_first(alteration: Alteration) -> Alteration:
        """A credential in its form that is not on the list is refused as such before anything is computed."""
        unlisted = alteration.path == ("credential",) and alteration.checks == {Check.MEMBERSHIP}
        return replace(alteration, checks=frozenset({Check.CREDENTIAL})) if unlisted else alteration

    foreign = load(other_whole.messages.ballots[0])
    alterations = map(listed_first, every(original, foreign, check, ED25519))
    assert refuse_all(alterations, archive, height=1) > 130


def test_a_copied_answer_and_an_answer_of_the_other_kind(whole: Poll) -> None:
    first, second = (load(ballot) for ballot in whole.messages.ballots)
    totals = make_poll([(0, [[1, 0]])], group=ED25519)
    for answers, check in (
        (second["answers"], Check.WHOLE_PROOF),
        (load(totals.messages.ballots[0])["answers"], Check.ANSWERS),
        ([*first["answers"], *first["answers"]], Check.ANSWERS),
        ([], Check.ANSWERS),
    ):
        text = signed(ED25519, first | {"answers": answers}, first, whole.secrets[0])
        assert refused(write(links(replace(whole.messages, ballots=(text,)), EventType.BALLOT))) == (check, 1)


def not_computed_with(alteration: Alteration) -> Alteration:
    """The first messages t are only compared with members that were computed: no membership check is needed."""
    compared = alteration.path[:1] == ("proofs",) and alteration.path[2:3] == (0,)
    member = alteration.checks == {Check.MEMBERSHIP}
    return replace(alteration, checks=frozenset({Check.SHUFFLE})) if compared and member else alteration


def test_shuffles(whole: Poll, other_whole: Poll) -> None:
    messages, others = whole.messages, other_whole.messages
    assert messages.shuffles is not None
    assert others.shuffles is not None
    (_, first), second = messages.shuffles

    def archive(alteration: Alteration) -> bytes:
        return write(links(replace(messages, shuffles=((1, alteration.json), second)), EventType.SHUFFLE))

    alterations = map(
        not_computed_with, every(load(first), load(others.shuffles[0][1]), lambda _path: {Check.SHUFFLE}, ED25519)
    )
    assert refuse_all(alterations, archive, height=5) > 400


def test_shuffles_outside_the_finite_field() -> None:
    poll = make(RFC_3526_2048)
    assert poll.messages.shuffles is not None
    (_, first), second = poll.messages.shuffles
    original, count = load(first), 0
    for path, leaf in leaves(original):
        if path[:1] == ("proofs",) and path[2] in {0, 1}:
            continue
        for name, value, check in element_alterations(leaf, RFC_3526_2048):
            if name in {"another member", "not a member", "the identity"}:
                count += 1
                altered = dump_json(with_leaf(original, path, value))
                messages = replace(poll.messages, shuffles=((1, altered), second))
                assert refused(write(links(messages, EventType.SHUFFLE))) == (check or Check.SHUFFLE, 5)
    assert count == 24


def test_whose_shuffle_and_when(whole: Poll) -> None:
    messages = whole.messages
    assert messages.shuffles is not None
    (_, first), (_, second) = messages.shuffles
    for shuffles, check, height in (
        (((1, first), (1, second)), Check.OWNER, 6),
        (((1, first), (3, second)), Check.OWNER, 6),
        (((1, first), (0, second)), Check.FORM, 6),
        (((1, second), (2, first)), Check.SHUFFLE, 5),
        (((1, first), (2, first)), Check.SHUFFLE, 6),
        ((), Check.ORDER, 5),
        (None, Check.ORDER, 5),
        (((2, first), (1, second)), None, -1),
    ):
        assert refused(write(links(replace(messages, shuffles=shuffles)))) == (check, height), (check, height)


def test_a_shuffle_that_drops_repeats_or_replaces_a_ballot(whole: Poll) -> None:
    """The attacker makes true proofs of a shuffle of other ciphertexts than those of the tally."""
    election = whole.election
    (row,) = to_shuffle(election, parse_tally(whole))
    for forged, check in (((row[0], row[0]), Check.SHUFFLE), (row[:1], Check.SHUFFLE), ((*row, row[0]), Check.SHUFFLE)):
        text = shuffle(election, (tuple(forged),)).to_json(ED25519)
        messages = replace(whole.messages, shuffles=((1, text),))
        assert refused(write(links(messages, EventType.SHUFFLE))) == (check, 5)
    true = shuffle(election, (row,))
    swapped = Shuffle((true.ciphertexts[0][::-1],), true.proofs).to_json(ED25519)
    assert (
        refused(write(links(replace(whole.messages, shuffles=((1, swapped),)), EventType.SHUFFLE)))[0] is Check.SHUFFLE
    )


def test_a_poll_of_totals_is_not_shuffled(whole: Poll) -> None:
    totals = make_poll([(0, [[1, 0]])], group=ED25519)
    messages = replace(totals.messages, shuffles=whole.messages.shuffles)
    assert refused(write(links(messages))) == (Check.ORDER, 4)


def test_tally_and_result_of_whole_ballots(whole: Poll) -> None:
    tally, result = load(whole.messages.tally), load(whole.messages.result)
    for altered in ([tally[0][::-1]], [tally[0][:1]], [[*tally[0], tally[0][0]]], [], [[]]):
        assert refused(write(links(replace(whole.messages, tally=dump_json(altered)))))[0] is Check.TALLY
    first, second = result["result"][0]
    for rows, check in (
        ([[second, first]], Check.RESULT),
        ([[first, [9, 9]]], Check.RESULT),
        ([[first]], Check.RESULT),
        ([[first, second, second]], Check.RESULT),
        ([[first[:1], second[:1]]], Check.RESULT),
        ([[1, 2]], Check.RESULT),
        ([[first, 2]], Check.FORM),
        ([[first, [-1, 2]]], Check.FORM),
        ([[first, ["1", 2]]], Check.FORM),
        ([], Check.RESULT),
    ):
        text = dump_json({"result": rows})
        assert refused(write(links(replace(whole.messages, result=text))))[0] is check, rows


class Pair:
    """Two trustees of whom both decrypt, and everything that the first can sign."""

    def __init__(self) -> None:
        self.seeds = [generate_seed(), generate_seed()]
        self.certs = [
            make_certificate(ED25519, seed, size=2, threshold=2, index=index)
            for index, seed in enumerate(self.seeds, 1)
        ]
        self.dealings = [deal(ED25519, seed, threshold=2, certs=self.certs) for seed in self.seeds]
        keys = [
            accept_shares(ED25519, seed, threshold=2, certs=self.certs, dealings=self.dealings)[1]
            for seed in self.seeds
        ]
        made = assemble(ED25519, threshold=2, certs=self.certs, dealings=self.dealings, verification_keys=keys)
        self.trustees = Trustees((made,))

    def sign_again(self, value: Any) -> str:
        """trustees.json with the first trustee's signatures made anew over whatever stands there now."""
        key = _signing_key(ED25519, self.seeds[0])
        group = value[0][1]
        for name in ("certs", "coefexps"):
            group[name][0] = sign_message(ED25519, key, group[name][0]["message"]).to_value()
        coefexps = json.loads(group["coefexps"][0]["message"])
        listed = dump_json({"certs": group["certs"], "coefexps": coefexps.get("coefexps")})
        group["signatures"][0] = sign(ED25519, key, f"certs_sig|{listed}").to_value()
        return dump_json(value)


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair()


def setup_with(poll: Poll, pair: Pair, trustees: str) -> bytes:
    key = ED25519.serialise(pair.trustees.public_key(ED25519))
    election = dump_json(load(poll.messages.election) | {"public_key": key})
    return write(links(replace(poll.messages, election=election, trustees=trustees), EventType.SETUP))


def test_threshold_trustees(whole: Poll, pair: Pair) -> None:
    original = load(pair.trustees.to_json(ED25519))
    other = load(Pair().trustees.to_json(ED25519))
    assert verified(setup_with(whole, pair, dump_json(original))).ok

    def check(path: Path) -> set[Check]:
        return {Check.ELECTION_KEY} if len(path) < 2 else {Check.TRUSTEES}

    def archive(alteration: Alteration) -> bytes:
        return setup_with(whole, pair, alteration.json)

    assert refuse_all(every(original, other, check, ED25519), archive, height=0) > 250


def inner_alterations(pair: Pair) -> Iterator[Alteration]:
    """What the first trustee's own messages say, altered and signed again by the first trustee."""
    for name in ("certs", "coefexps"):
        original = load(pair.trustees.to_json(ED25519))
        message = load(original[0][1][name][0]["message"])
        elements = [(path, leaf) for path, leaf in leaves(message) if isinstance(leaf, str) and path[0] != "context"]
        altered = [
            Alteration(f"{name} {path}: {way}", with_leaf(message, path, value), frozenset({check or Check.TRUSTEES}))
            for path, leaf in elements
            for way, value, check in element_alterations(leaf, ED25519)
        ]
        altered += [
            Alteration(
                f"{name} {field}", message | {"context": message["context"] | {field: value}}, frozenset({check})
            )
            for field, value, check in (
                ("group", "BELENIOS-2048", Check.TRUSTEES),
                ("size", 3, Check.TRUSTEES),
                ("threshold", 1, Check.TRUSTEES),
                ("index", 2, Check.TRUSTEES),
                ("index", -1, Check.FORM),
                ("index", "1", Check.FORM),
            )
            if name == "certs"
        ]
        altered.append(Alteration(f"{name}: extra", message | {"x": 1}, frozenset({Check.FORM})))
        for alteration in altered:
            value = load(pair.trustees.to_json(ED25519))
            value[0][1][name][0]["message"] = dump_json(alteration.value)
            yield replace(alteration, value=None, text=pair.sign_again(value))


def test_what_a_dishonest_trustee_signs(whole: Poll, pair: Pair) -> None:
    def archive(alteration: Alteration) -> bytes:
        return setup_with(whole, pair, alteration.json)

    assert refuse_all(inner_alterations(pair), archive, height=0) > 50
    failure = verified(archive(next(iter(inner_alterations(pair))))).failure
    assert failure is not None
    assert failure.trustee == 1


def test_decryptions_of_threshold_trustees() -> None:
    poll = make_poll([(0, [[1, 0]])], trustees=1, threshold=(2, 3), decrypting=(1, 2, 3), group=ED25519)
    one, two, three = poll.messages.decryptions
    for decryptions, check in (
        ((one, two), Check.RESULT),
        ((two, three), Check.RESULT),
        ((one, (2, three[1]), (3, two[1])), Check.DECRYPTION),
        ((one, two, (4, three[1])), Check.DECRYPTION),
        ((one, two, (5, three[1])), Check.OWNER),
        ((one, two, two), Check.OWNER),
        ((three, one, two), None),
    ):
        assert refused(write(links(replace(poll.messages, decryptions=decryptions))))[0] is check

    def archive(alteration: Alteration) -> bytes:
        altered = (one, (2, alteration.json), three)
        return write(links(replace(poll.messages, decryptions=altered), EventType.PARTIAL_DECRYPTION))

    alterations = leaf_alterations(load(two[1]), lambda _path: {Check.DECRYPTION}, ED25519)
    assert refuse_all(alterations, archive, height=5) > 50
