"""Every field of the tally, the decryptions, the result and the events altered.

All hashes and the chain are made anew, so that nothing but the check that a field belongs to can refuse it.
"""

from dataclasses import replace
from typing import Any

from pb.core.belenios.archive import event_record
from pb.core.belenios.canonical import Check
from pb.core.belenios.messages import EventType
from tests.conformance.alterations import (
    Alteration,
    every,
    load,
    refuse_all,
    refused,
    shape_alterations,
    text_alterations,
    with_leaf,
)
from tests.conformance.polls import Messages, Poll, digest_of, links, make_link, rebuilt, verified, write


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
        Alteration("whole ballots", {"result": [[[1, 0], [0, 1]]]}, wrong),
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
