"""Every field of the setup's messages altered: election, terms, trustees, credentials, setup data.

All hashes and the chain are made anew, so that nothing but the check that a field belongs to can refuse it.
"""

from dataclasses import replace
from typing import Any

from pb.core.belenios.canonical import Check, dump_json
from pb.core.belenios.credentials import public_credential
from pb.core.belenios.messages import EventType
from pb.core.belenios.trustees import generate_private_key, trustee_key
from tests.conformance.alterations import (
    Alteration,
    P,
    Path,
    every,
    load,
    refuse_all,
    refused,
    shape_alterations,
    text_alterations,
)
from tests.conformance.polls import G, Poll, links, make_link, write


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
        ([["Pedersen", original[0][1]], original[1]], Check.FORM),
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
        ("group", "RFC-3526-1024", Check.UNSUPPORTED),
        ("group", "Ed25519", Check.ELEMENT),
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
        ("questions", [{"type": "NonHomomorphic", "value": {}}], Check.FORM),
        ("questions", [{"type": "NonHomomorphic", "value": {"answers": ["a"], "question": "?"}}], Check.UNSUPPORTED),
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


def test_an_election_moved_to_another_group(poll: Poll) -> None:
    original = load(poll.messages.election)
    text = dump_json(original | {"group": "RFC-3526-2048"})
    assert refused(write(links(replace(poll.messages, election=text))))[0] in {Check.MEMBERSHIP, Check.TRUSTEES}
