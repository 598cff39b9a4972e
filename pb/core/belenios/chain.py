"""The chain of events (section 4.4 of the specification).

A link is an event with the data records before it in the archive. The functions named after events make
the next link from the event before; `read_links` reads links back and checks everything about them that needs no
cryptography but SHA-256: records in their order, payloads, heights, parents, and which event may follow which. That
whole ballots are shuffled before they are decrypted, and nothing else is, depends on the election: `verify` sees to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pb.core.belenios.archive import Record, RecordKind, data_record, event_record
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.messages import (
    Election,
    EncryptedTally,
    Event,
    EventType,
    Owned,
    PartialDecryption,
    Result,
    SetupData,
)
from pb.core.belenios.shuffles import Shuffle
from pb.core.belenios.tally import sized_tally


@dataclass(frozen=True, slots=True)
class Link:
    """An event and its records in the order of the archive: data, of which the last is the payload, then the event."""

    event: Event
    records: tuple[Record, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the event: the parent of the next one, and what a receipt names."""
        return self.records[-1].digest

    @property
    def data(self) -> tuple[Record, ...]:
        return self.records[:-1]


DATA_BEFORE: Final = {
    EventType.SETUP: 4,  # election, trustees, public credentials, setup data
    EventType.BALLOT: 1,
    EventType.END_BALLOTS: 0,
    EventType.ENCRYPTED_TALLY: 2,  # encrypted tally, sized encrypted tally
    EventType.SHUFFLE: 2,  # shuffle, who owns it
    EventType.END_SHUFFLES: 0,
    EventType.PARTIAL_DECRYPTION: 2,  # partial decryption, who owns it
    EventType.RESULT: 1,
}

MAY_FOLLOW: Final[dict[EventType | None, frozenset[EventType]]] = {
    None: frozenset({EventType.SETUP}),
    EventType.SETUP: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
    EventType.BALLOT: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
    EventType.END_BALLOTS: frozenset({EventType.ENCRYPTED_TALLY}),
    EventType.ENCRYPTED_TALLY: frozenset({EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION}),
    EventType.SHUFFLE: frozenset({EventType.SHUFFLE, EventType.END_SHUFFLES}),
    EventType.END_SHUFFLES: frozenset({EventType.PARTIAL_DECRYPTION}),
    EventType.PARTIAL_DECRYPTION: frozenset({EventType.PARTIAL_DECRYPTION, EventType.RESULT}),
    EventType.RESULT: frozenset(),
}


def next_event(parent: Event | None, kind: EventType, payload: str | None = None) -> Event:
    """The event after `parent` (None before Setup). Raises ProtocolError (ORDER) where it may not follow."""
    if kind not in MAY_FOLLOW[None if parent is None else parent.type]:
        raise ProtocolError(Check.ORDER, "“%(event)s” may not follow here.", event=kind.value)
    if parent is None:
        return Event(0, kind, None, payload)
    return Event(parent.height + 1, kind, event_record(parent.to_json()).digest, payload)


def _link(parent: Event | None, kind: EventType, *messages: str) -> Link:
    data = tuple(data_record(message) for message in messages)
    event = next_event(parent, kind, data[-1].digest if data else None)
    return Link(event, (*data, event_record(event.to_json())))


def setup(election_json: str, trustees_json: str, credentials_json: str) -> Link:
    """Opening: the election, its trustees and the public credentials are frozen."""
    digests = (data_record(message).digest for message in (election_json, trustees_json, credentials_json))
    setup_data = SetupData(*digests).to_json()
    return _link(None, EventType.SETUP, election_json, trustees_json, credentials_json, setup_data)


def ballot(parent: Event, ballot_json: str) -> Link:
    """A ballot is accepted."""
    return _link(parent, EventType.BALLOT, ballot_json)


def end_ballots(parent: Event) -> Link:
    """Closing: no ballot may follow."""
    return _link(parent, EventType.END_BALLOTS)


def encrypted_tally(parent: Event, election: Election, tally: EncryptedTally, count: int) -> Link:
    """The encrypted tally of `count` ballots."""
    sized = sized_tally(election, tally, count).to_json()
    return _link(parent, EventType.ENCRYPTED_TALLY, tally.to_json(election.group), sized)


def shuffle(parent: Event, election: Election, owner: int, shuffled: Shuffle) -> Link:
    """A shuffle by the trustee number `owner`, counted from 1 in the order of trustees.json."""
    message = shuffled.to_json(election.group)
    return _link(parent, EventType.SHUFFLE, message, Owned(owner, data_record(message).digest).to_json())


def end_shuffles(parent: Event) -> Link:
    """No shuffle may follow."""
    return _link(parent, EventType.END_SHUFFLES)


def partial_decryption(parent: Event, election: Election, owner: int, decryption: PartialDecryption) -> Link:
    """The decryption of the trustee number `owner`, counted from 1 in the order of trustees.json."""
    message = decryption.to_json(election.group)
    return _link(parent, EventType.PARTIAL_DECRYPTION, message, Owned(owner, data_record(message).digest).to_json())


def result(parent: Event, published: Result) -> Link:
    """The result."""
    return _link(parent, EventType.RESULT, published.to_json())


def read_links(records: Iterable[Record]) -> Iterator[Link]:
    """Links from records, each checked against the one before.

    Raises ProtocolError: FORM (an event), CHAIN (parent or height), ORDER (an event or a record where it may not
    stand), HASH (a payload that is not the record before the event).
    """
    parent: Event | None = None
    pending: list[Record] = []
    for record in records:
        pending.append(record)
        if record.kind is RecordKind.EVENT:
            parent = _check_event(parent, pending)
            yield Link(parent, tuple(pending))
            pending = []
        elif len(pending) > max(DATA_BEFORE.values()):
            raise ProtocolError(Check.ORDER, "A record belongs to no event.")
    if pending:
        raise ProtocolError(Check.ORDER, "The archive ends with a record that belongs to no event.")


def _check_event(parent: Event | None, pending: list[Record]) -> Event:
    *data, record = pending
    event = Event.parse(record.data)
    expected = next_event(parent, event.type, event.payload)
    if event != expected:
        raise ProtocolError(
            Check.CHAIN, "An event does not follow the one before it.", equation="parent = SHA256(event before)"
        )
    if len(data) != DATA_BEFORE[event.type]:
        raise ProtocolError(
            Check.ORDER, "“%(event)s” does not stand after the records it needs.", event=event.type.value
        )
    if event.payload != (data[-1].digest if data else None):
        raise ProtocolError(
            Check.HASH, "An event's payload is not the record before it.", equation="payload = SHA256(record)"
        )
    return event
