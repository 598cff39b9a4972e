"""Every field of every message altered, with all hashes, the chain and the attacker's signatures made anew.

So nothing but the check that a field belongs to can refuse it, and each test names that check. The poll is small: two
voters, two projects, two trustees, and a second question with blank votes where a message has one.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from pb.core.belenios.archive import event_record
from pb.core.belenios.ballots import Ballot, sign_ballot
from pb.core.belenios.canonical import Check, dump_json, hash_base64
from pb.core.belenios.credentials import public_credential
from pb.core.belenios.messages import EventType
from pb.core.belenios.proofs import prove_knowledge
from pb.core.belenios.trustees import generate_private_key, trustee_key
from tests.conformance.alterations import (
    Alteration,
    P,
    Path,
    every,
    load,
    shape_alterations,
    text_alterations,
    with_leaf,
)
from tests.conformance.polls import (
    G,
    Messages,
    Poll,
    digest_of,
    links,
    make_link,
    make_poll,
    make_terms,
    rebuilt,
    verified,
    write,
)

VOTES = [(0, [[1, 0]]), (1, [[0, 1]])]


def with_blank(uuid: str, y: Any) -> str:
    questions = [
        {"answers": ["а", "ә"], "min": 0, "max": 1, "question": "?"},
        {"answers": ["б"], "blank": True, "min": 1, "max": 1, "question": "?"},
    ]
    election = {"version": 1, "description": "", "name": "", "group": G.name, "public_key": G.serialise(y)}
    return dump_json({**election, "questions": questions, "uuid": uuid})


@pytest.fixture(scope="module")
def poll() -> Poll:
    return make_poll(VOTES, terms=make_terms(roll=2))


@pytest.fixture(scope="module")
def other() -> Poll:
    """Another poll, whose values an attacker may try."""
    return make_poll(VOTES, terms=make_terms(roll=2))


@pytest.fixture(scope="module")
def blank_poll() -> Poll:
    return make_poll([(0, [[1, 0], [0, 1]]), (1, [[0, 0], [1, 0]])], election_json=with_blank)


@pytest.fixture(scope="module")
def other_blank_poll() -> Poll:
    return make_poll([(0, [[1, 0], [0, 1]]), (1, [[0, 0], [1, 0]])], election_json=with_blank)


def refuse_all(alterations: Iterable[Alteration], archive: Callable[[Alteration], bytes], height: int) -> int:
    """Every alteration is refused at this event by its own check; returns how many there were."""
    wrong, count = [], 0
    for alteration in alterations:
        count += 1
        failure = verified(archive(alteration)).failure
        if failure is None or failure.check not in alteration.checks or failure.height != height:
            wrong.append(f"{alteration.name[:200]}: {sorted(alteration.checks)} expected, {failure}")
    assert not wrong, "\n".join(wrong)
    return count


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


def refused(archive: bytes) -> tuple[Check | None, int]:
    failure = verified(archive).failure
    return (failure and failure.check, failure.height if failure else -1)


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


def test_trustees(poll: Poll, other: Poll) -> None:
    original = load(poll.messages.trustees)

    def check(path: Path) -> set[Check]:
        is_list = len(path) < 2
        return {Check.ELECTION_KEY} if is_list else {Check.TRUSTEES}

    def archive(alteration: Alteration) -> bytes:
        return write(links(replace(poll.messages, trustees=alteration.json), EventType.SETUP))

    assert refuse_all(every(original, load(other.messages.trustees), check), archive, height=0) > 100


def test_a_trustee_more_or_another_one_with_a_true_proof(poll: Poll) -> None:
    original = load(poll.messages.trustees)
    stranger = ["Single", trustee_key(G, generate_private_key(G)).to_value(G)]
    identity = ["Single", trustee_key(G, 0).to_value(G)]
    for trustees, check in (
        ([*original, stranger], Check.ELECTION_KEY),
        ([original[0], stranger], Check.ELECTION_KEY),
        ([*original, identity], Check.TRUSTEES),
        ([["Pedersen", original[0][1]], original[1]], Check.UNSUPPORTED),
    ):
        archive = write(links(replace(poll.messages, trustees=dump_json(trustees)), EventType.SETUP))
        assert refused(archive) == (check, 0)


def test_credentials(poll: Poll, other: Poll) -> None:
    original = load(poll.messages.credentials)
    strangers = load(other.messages.credentials)

    def archive(credentials: Any) -> bytes:
        text = credentials if isinstance(credentials, str) else dump_json(credentials)
        return write(links(replace(poll.messages, credentials=text)))

    first = public_credential(G, poll.secrets[0])
    without_first = [credential for credential in original if credential != first]
    cases: list[tuple[Any, Check, int]] = [
        (without_first, Check.CREDENTIAL, 1),
        ([original[0], original[0]], Check.CREDENTIALS, 0),
        ([*original, original[1]], Check.CREDENTIALS, 0),
        (original[::-1], Check.CREDENTIALS, 0),
        (sorted([*original, strangers[0]], key=int), Check.CREDENTIALS, 0),
        (sorted([*without_first, strangers[0]], key=int), Check.CREDENTIAL, 1),
        (["1", original[1]], Check.CREDENTIALS, 0),
        (["2", original[1]], Check.MEMBERSHIP, 0),
        (["0", original[1]], Check.ELEMENT, 0),
        (["-" + original[0], original[1]], Check.ELEMENT, 0),
        (["0" + original[0], original[1]], Check.ELEMENT, 0),
        ([original[0], str(int(original[1]) + P)], Check.ELEMENT, 0),
        ([f"{original[0]},1", original[1]], Check.UNSUPPORTED, 0),
        ([f"{original[0]},1000", original[1]], Check.UNSUPPORTED, 0),
        ([int(original[0]), original[1]], Check.FORM, 0),
        ({"0": original[0]}, Check.FORM, 0),
    ]
    for credentials, check, height in cases:
        assert refused(archive(credentials)) == (check, height), str(credentials)[:60]
    for alteration in text_alterations(original):
        assert refused(archive(alteration.json)) == (Check.FORM, 0), alteration.name


def test_setup_data(poll: Poll) -> None:
    setup, *_rest = links(poll.messages, EventType.SETUP)
    original = load(setup.records[3].data.decode())
    cases = [Alteration(f"{name} altered", original | {name: "0" * 64}, frozenset({Check.SETUP})) for name in original]
    cases += [
        Alteration(
            "swapped",
            original | {"election": original["trustees"], "trustees": original["election"]},
            frozenset({Check.SETUP}),
        ),
        Alteration("upper case", original | {"election": original["election"].upper()}, frozenset({Check.FORM})),
        Alteration("short", original | {"election": original["election"][:-1]}, frozenset({Check.FORM})),
        Alteration("number", original | {"election": 5}, frozenset({Check.FORM})),
        *shape_alterations(original, lambda _path: {Check.FORM}),
        *text_alterations(original),
    ]
    setup_texts = [entry.data.decode() for entry in setup.records[:3]]

    def archive(alteration: Alteration) -> bytes:
        return write([make_link(None, EventType.SETUP, *setup_texts, alteration.json)])

    assert refuse_all(cases, archive, height=0) > 20


def test_encrypted_tally(poll: Poll, other: Poll) -> None:
    original = load(poll.messages.tally)

    def archive(alteration: Alteration) -> bytes:
        return write(links(replace(poll.messages, tally=alteration.json)))

    def one_check(alteration: Alteration) -> Alteration:
        """A value that is no member cannot be the product of members: no membership check of its own is needed."""
        member = alteration.checks == {Check.MEMBERSHIP}
        return replace(alteration, checks=frozenset({Check.TALLY})) if member else alteration

    alterations = map(one_check, every(original, load(other.messages.tally), lambda _path: {Check.TALLY}))
    assert refuse_all(alterations, archive, height=4) > 50


def test_sized_tally(poll: Poll) -> None:
    made = links(poll.messages)
    tally, sized = (entry.data.decode() for entry in made[4].data)
    original = load(sized)
    wrong = frozenset({Check.TALLY})
    cases = [
        Alteration("fewer", original | {"num_tallied": 1}, wrong),
        Alteration("more", original | {"num_tallied": 3}, wrong),
        Alteration("weight", original | {"total_weight": 3}, wrong),
        Alteration("hash", original | {"encrypted_tally": digest_of("")}, wrong),
        Alteration("negative", original | {"num_tallied": -2}, frozenset({Check.FORM})),
        Alteration("text", original | {"num_tallied": "2"}, frozenset({Check.FORM})),
        Alteration("boolean", original | {"num_tallied": True}, frozenset({Check.FORM})),
        *shape_alterations(original, lambda _path: {Check.FORM}),
        *text_alterations(original),
        Alteration("float", None, frozenset({Check.FORM}), (), sized.replace("2", "2.0", 1)),
    ]

    def archive(alteration: Alteration) -> bytes:
        return write([*made[:4], make_link(made[3], EventType.ENCRYPTED_TALLY, tally, alteration.json)])

    assert refuse_all(cases, archive, height=4) > 20


def test_partial_decryptions(poll: Poll, other: Poll) -> None:
    messages = poll.messages
    (_, decryption), second = messages.decryptions

    def archive(alteration: Alteration) -> bytes:
        return write(links(replace(messages, decryptions=((1, alteration.json), second))))

    original, foreign = load(decryption), load(other.messages.decryptions[0][1])
    assert refuse_all(every(original, foreign, lambda _path: {Check.DECRYPTION}), archive, height=5) > 50


def test_owners_of_decryptions(poll: Poll) -> None:
    messages = poll.messages
    first, second = (decryption for _owner, decryption in messages.decryptions)
    for decryptions, check, height in (
        (((2, first), (1, second)), Check.DECRYPTION, 5),
        (((1, first), (1, first)), Check.OWNER, 6),
        (((1, first), (1, second)), Check.OWNER, 6),
        (((3, first), (2, second)), Check.OWNER, 5),
        (((0, first), (2, second)), Check.FORM, 5),
        (((-1, first), (2, second)), Check.FORM, 5),
        (((1, first),), Check.RESULT, 6),
    ):
        assert refused(write(links(replace(messages, decryptions=decryptions)))) == (check, height)
    assert verified(write(links(replace(messages, decryptions=((2, second), (1, first)))))).ok
    made = links(messages)
    owned = load(made[5].data[1].data.decode())
    for alteration in (
        Alteration("payload", owned | {"payload": digest_of("")}, frozenset({Check.HASH})),
        *shape_alterations(owned, lambda _path: {Check.FORM}),
        *text_alterations(owned),
    ):
        link = make_link(made[4], EventType.PARTIAL_DECRYPTION, first, alteration.json)
        assert refused(write([*made[:5], link]))[0] in alteration.checks, alteration.name


def test_result(poll: Poll) -> None:
    original = load(poll.messages.result)
    wrong = frozenset({Check.RESULT})
    cases = [
        Alteration(f"{index}: {count}", with_leaf(original, ("result", 0, index), count), frozenset({check}))
        for index in (0, 1)
        for count, check in (
            (0, Check.RESULT),
            (2, Check.RESULT),
            (10**15, Check.RESULT),
            (-1, Check.FORM),
            ("1", Check.FORM),
        )
    ]
    cases += [
        *shape_alterations(original, lambda _path: {Check.RESULT}),
        *text_alterations(original),
        Alteration("a question more", {"result": [[1, 1], [1]]}, wrong),
        Alteration("whole ballots", {"result": [[[1, 0], [0, 1]]]}, frozenset({Check.FORM})),
    ]

    def archive(alteration: Alteration) -> bytes:
        return write(links(replace(poll.messages, result=alteration.json)))

    twice = {"('result', 0): item 0 twice", "('result', 0): item 1 twice"}
    assert {case.name for case in cases} >= twice
    assert refuse_all(cases, archive, height=7) > 20


def events_of(messages: Messages) -> list[tuple[EventType, tuple[Any, ...]]]:
    return [(link.event.type, link.data) for link in links(messages)]


def test_events_dropped_repeated_or_exchanged_with_the_chain_rebuilt(poll: Poll) -> None:
    events = events_of(poll.messages)
    expected_drop = [Check.ORDER, Check.TALLY, Check.TALLY, Check.ORDER, Check.ORDER, Check.RESULT, Check.RESULT, None]
    for index, check in enumerate(expected_drop):
        assert refused(write(rebuilt(events[:index] + events[index + 1 :])))[0] is check, index
    expected_twice = [Check.ORDER, *[Check.DUPLICATE] * 2, *[Check.ORDER] * 2, *[Check.OWNER] * 2, Check.ORDER]
    for index, check in enumerate(expected_twice):
        assert refused(write(rebuilt(events[: index + 1] + events[index:]))) == (check, index + 1)
    for index in range(len(events) - 1):
        exchanged = [*events[:index], events[index + 1], events[index], *events[index + 2 :]]
        check: Check | None = Check.ORDER
        if events[index][0] is events[index + 1][0]:
            check = None  # two ballots, or two decryptions: an order of their own
        elif events[index + 1][0] is EventType.RESULT:
            check = Check.RESULT  # before the last decryption
        assert refused(write(rebuilt(exchanged)))[0] is check, index


def test_each_field_of_each_event(poll: Poll) -> None:
    made = links(poll.messages)
    for index, link in enumerate(made):
        original = load(link.records[-1].data.decode())
        cases = [
            Alteration("height", original | {"height": link.event.height + 1}, frozenset({Check.CHAIN})),
            Alteration("height negative", original | {"height": -1}, frozenset({Check.FORM})),
            Alteration("height text", original | {"height": str(index)}, frozenset({Check.FORM})),
            Alteration("type unknown", original | {"type": "Extension"}, frozenset({Check.UNSUPPORTED})),
            Alteration("type of shuffles", original | {"type": "EndShuffles"}, frozenset({Check.UNSUPPORTED})),
            *text_alterations(original),
        ]
        for kind in EventType:
            if kind is not link.event.type:
                checks = {Check.ORDER} | ({Check.HASH} if kind is EventType.END_BALLOTS else set())
                cases.append(Alteration(f"type {kind}", original | {"type": kind.value}, frozenset(checks)))
        if index:
            wrong = frozenset({Check.CHAIN})
            cases.append(Alteration("parent", original | {"parent": "0" * 64}, wrong))
            cases.append(Alteration("grandparent", original | {"parent": made[index - 2].digest}, wrong))
            cases.append(Alteration("no parent", {k: v for k, v in original.items() if k != "parent"}, wrong))
        if link.event.payload:
            cases.append(Alteration("payload", original | {"payload": "0" * 64}, frozenset({Check.HASH})))
            cases.append(
                Alteration("no payload", {k: v for k, v in original.items() if k != "payload"}, frozenset({Check.HASH}))
            )
        else:
            cases.append(Alteration("a payload", original | {"payload": "0" * 64}, frozenset({Check.HASH})))
        cases.append(Alteration("extra", original | {"x": 1}, frozenset({Check.FORM})))
        cases.append(Alteration("parent null", original | {"parent": None}, frozenset({Check.FORM})))
        for case in cases:
            if case.name == "grandparent" and index == 1:
                continue
            event = replace(link, records=(*link.data, event_record(case.json)))
            assert refused(write([*made[:index], event]))[0] in case.checks, (index, case.name)


def test_election(poll: Poll, other: Poll) -> None:
    """What the specification asks of election.json, and that ballots are bound to each of its bytes."""
    original = load(poll.messages.election)
    question = original["questions"][0]
    strange = load(other.messages.election)
    y = int(original["public_key"])
    cases: list[tuple[str, Any, Check]] = [
        ("version", 2, Check.FORM),
        ("version", "1", Check.FORM),
        ("description", None, Check.FORM),
        ("name", ["x"], Check.FORM),
        ("administrator", 5, Check.FORM),
        ("group", "RFC-3526-2048", Check.UNSUPPORTED),
        ("group", "Ed25519", Check.UNSUPPORTED),
        ("group", 1, Check.FORM),
        ("uuid", "short", Check.FORM),
        ("uuid", "0" * 14, Check.FORM),
        ("uuid", "A" * 100, Check.FORM),
        ("public_key", strange["public_key"], Check.ELECTION_KEY),
        ("public_key", str(y * int(G.g) % P), Check.ELECTION_KEY),
        ("public_key", "1", Check.ELECTION_KEY),
        ("public_key", str(P - y), Check.MEMBERSHIP),
        ("public_key", str(y + P), Check.ELEMENT),
        ("public_key", str(-y), Check.ELEMENT),
        ("public_key", "0" + str(y), Check.ELEMENT),
        ("public_key", y % 1000, Check.ELEMENT),
        ("questions", [], Check.FORM),
        ("questions", [question, question], Check.TERMS),
        ("questions", [{"type": "NonHomomorphic", "value": {}}], Check.UNSUPPORTED),
        ("questions", [question | {"type": "Lists"}], Check.UNSUPPORTED),
        ("questions", [question | {"min": 2}], Check.FORM),
        ("questions", [question | {"min": 1}], Check.TERMS),
        ("questions", [question | {"min": -1}], Check.FORM),
        ("questions", [question | {"max": 3}], Check.FORM),
        ("questions", [question | {"max": 2}], Check.TERMS),
        ("questions", [question | {"blank": True}], Check.TERMS),
        ("questions", [question | {"blank": 1}], Check.FORM),
        ("questions", [question | {"answers": []}], Check.FORM),
        ("questions", [question | {"answers": question["answers"][::-1]}], Check.TERMS),
        ("questions", [question | {"answers": question["answers"][:1]}], Check.TERMS),
        ("questions", [question | {"answers": [1, 2]}], Check.FORM),
    ]
    for field, value, check in cases:
        text = dump_json(original | {field: value})
        assert refused(write(links(replace(poll.messages, election=text)))) == (check, 0), (field, value)
    for field in ("version", "description", "name", "group", "public_key", "questions", "uuid"):
        text = dump_json({name: value for name, value in original.items() if name != field})
        assert refused(write(links(replace(poll.messages, election=text)))) == (Check.FORM, 0), field
    for alteration in text_alterations(original):
        assert refused(write(links(replace(poll.messages, election=alteration.json)))) == (Check.FORM, 0)
    for field, value in (("name", "x"), ("description", "x"), ("uuid", "A" * 14), ("administrator", "x"), ("new", 1)):
        text = dump_json(original | {field: value})
        assert refused(write(links(replace(poll.messages, election=text)))) == (Check.ELECTION, 1), field


def test_each_term_of_the_poll_is_bound_to_the_ballots(poll: Poll) -> None:
    original = load(poll.messages.election)
    terms = original["asar"]
    dearer = [terms["projects"][0] | {"cost": 1}, *terms["projects"][1:]]
    for field, value in (
        ("envelope", 1),
        ("projects", dearer),
        ("minimum_ballots", 1),
        ("closes_at", "2026-12-01T13:00:00Z"),
        ("receipt_key", "A" * 43 + "="),
    ):
        text = dump_json(original | {"asar": terms | {field: value}})
        assert refused(write(links(replace(poll.messages, election=text)))) == (Check.ELECTION, 1), field
