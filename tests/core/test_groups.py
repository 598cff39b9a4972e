"""The three groups behind their one interface: arithmetic, encodings, membership, whole ballots, generators."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.credentials import derive, generate_code
from pb.core.belenios.groups import BELENIOS_2048, ED25519, GROUPS, RFC_3526_2048, Group
from pb.core.belenios.keyfile import decrypt_seed, encrypt_seed
from pb.core.belenios.proofs import prove_knowledge
from pb.core.belenios.threshold import generate_seed
from pb.core.belenios.trustees import generate_private_key
from tests.conformance.polls import make_poll

every_group = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS.keys())
whole_groups = pytest.mark.parametrize("group", [RFC_3526_2048, ED25519], ids=lambda group: group.name)
few = settings(max_examples=15, deadline=None)
exponents = st.integers(-(2**260), 2**260) | st.integers(-3, 3)


@every_group
@few
@given(a=exponents, b=exponents)
def test_exponents_add_and_multiply(group: Group, a: int, b: int) -> None:
    base = group.generator.exp(a)
    expected = group.exp(group.g, a * b)
    assert group.exp(base, b) == group.ladder(base).exp(b) == group.fixed(base).exp(b) == expected
    assert group.mul(base, group.generator.exp(b)) == group.generator.exp(a + b)
    assert group.mul(base, group.inv(base)) == group.one
    assert group.product_of_powers([base, group.g, base], [b, a, -1]) == group.mul(expected, group.one)
    assert group.is_member(base)
    assert group.ladder(base).is_member()
    assert group.parse(group.serialise(base)) == base


@every_group
def test_the_order_and_the_identity(group: Group) -> None:
    assert group.exp(group.g, group.q) == group.generator.exp(0) == group.one != group.g
    assert group.exp(group.one, 5) == group.inv(group.one) == group.one
    assert group.product_of_powers([], []) == group.one
    assert group.is_member(group.one)
    assert group.parse(group.serialise(group.one)) == group.one


@every_group
@few
@given(data=st.data())
def test_a_product_of_many_powers(group: Group, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(st.integers(0, 50), exponents), max_size=40))
    bases = [group.generator.exp(base) for base, _ in rows]
    expected = group.generator.exp(sum(base * exponent for base, exponent in rows))
    assert group.product_of_powers(bases, [exponent for _, exponent in rows]) == expected


@every_group
@few
@given(st.text(max_size=70))
def test_no_text_but_a_canonical_one_is_read(group: Group, text: str) -> None:
    try:
        assert group.serialise(group.parse(text)) == text
    except ProtocolError as error:
        assert error.check in {Check.ELEMENT, Check.MEMBERSHIP}  # noqa: PT017 - both outcomes are right


def test_points_that_are_no_members() -> None:
    """y = -1 has the order 2, y = 0 the order 4; a member plus such a point has neither order."""
    of_order_two = ED25519.read(f"{2**255 - 20:064x}")
    assert not ED25519.is_member(of_order_two)
    mixed = ED25519.mul(ED25519.g, of_order_two)
    assert not ED25519.ladder(mixed).is_member()
    with pytest.raises(ProtocolError) as refused:
        ED25519.exp(mixed, 5)
    assert refused.value.check is Check.MEMBERSHIP
    with pytest.raises(ProtocolError):
        ED25519.mul(ED25519.g, ED25519.read(f"{2:064x}"))


def test_rfc_8032_s_base_point() -> None:
    assert ED25519.serialise(ED25519.g) == "6" * 62 + "58"
    assert ED25519.q.bit_length() == 253


def test_a_safe_prime() -> None:
    p = int(RFC_3526_2048.p)  # type: ignore[attr-defined]
    assert p == 2 * RFC_3526_2048.q + 1
    assert p.bit_length() == 2048
    assert pow(2, RFC_3526_2048.q, p) == 1


@whole_groups
@few
@given(data=st.data())
def test_a_whole_ballot_goes_into_an_element_and_comes_back(group: Group, data: st.DataObject) -> None:
    assert group.embedding is not None
    integers = data.draw(st.lists(st.integers(0, 255), max_size=group.embedding.most))
    element = group.encode(integers)
    assert group.is_member(element)
    assert list(group.decode(element, len(integers))) == integers


@whole_groups
def test_what_an_element_does_not_carry(group: Group) -> None:
    assert group.embedding is not None
    for integers in ([256], [-1], [0] * (group.embedding.most + 1)):
        with pytest.raises(ProtocolError) as refused:
            group.encode(integers)
        assert refused.value.check is Check.PLAINTEXT
    with pytest.raises(ProtocolError) as refused:
        BELENIOS_2048.encode([1])
    assert refused.value.check is Check.UNSUPPORTED


@every_group
def test_independent_generators_are_members_and_differ(group: Group) -> None:
    generators = [group.independent_generator(index) for index in range(-1, 4)]
    assert len({*generators, group.g, group.one}) == 7
    assert all(map(group.is_member, generators))


@every_group
def test_random_exponents_fill_the_whole_range(group: Group) -> None:
    """Of 64 uniform numbers below q, one in the top and one in the bottom eighth are missing once in 5,000 runs."""
    sources = (
        lambda: generate_private_key(group),
        lambda: derive(group, "A" * 14, generate_code()),
        lambda: prove_knowledge(group, 1, "s").response,
    )
    for source in sources:
        numbers = [source() for _ in range(64)]
        if group is RFC_3526_2048 and source is sources[1]:
            assert max(numbers) < 2**512  # two SHA-256 make 512 bits
            continue
        assert len(set(numbers)) == 64
        assert 0 <= min(numbers) < group.q // 8
        assert group.q - group.q // 8 < max(numbers) < group.q


@whole_groups
def test_two_ballots_of_the_same_vote_share_no_value(group: Group) -> None:
    poll = make_poll([(0, [[1, 0]]), (0, [[1, 0]])], group=group)
    first, second = ({part for part in ballot.split('"') if len(part) > 60} for ballot in poll.messages.ballots)
    assert len(first) >= 19
    assert first & second == {poll.messages.ballots[0].split('"credential":"')[1].split('"')[0]}


def test_the_key_file_of_a_seed() -> None:
    seed = generate_seed()
    assert math.log2(58) * len(seed) > 128
    key_file = encrypt_seed(ED25519, seed, "0123-ABCD-EFGH-JKMN")
    assert decrypt_seed(key_file, "0123abcdefghjkmn") == (ED25519, seed)
    assert seed not in key_file
    for altered in (key_file.replace("asar-trustee-seed", "asar-trustee-key"), key_file.replace("Ed25519", "Ed448")):
        with pytest.raises(ProtocolError):
            decrypt_seed(altered, "0123-ABCD-EFGH-JKMN")
