"""Whole polls for tests: every secret in hand, every message as text, so that an attacker can change and rebuild."""

import io
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from pb.core.belenios import chain
from pb.core.belenios.archive import Record, event_record, header, record
from pb.core.belenios.ballot_rule import BallotRule, rule_extra
from pb.core.belenios.ballots import Ballot, encrypt_ballot
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.chain import Link
from pb.core.belenios.credentials import derive, generate_code, public_credential
from pb.core.belenios.decryption import combine, compute_result, partial_decryption
from pb.core.belenios.groups import BELENIOS_2048, Group
from pb.core.belenios.messages import (
    Election,
    EncryptedTally,
    Event,
    EventType,
    Owned,
    Result,
    SetupData,
    SizedTally,
    TrusteeKey,
    credentials_json,
    generate_uuid,
)
from pb.core.belenios.receipt import generate_receipt_key
from pb.core.belenios.report import Report
from pb.core.belenios.shuffles import shuffle
from pb.core.belenios.tally import shuffled, tally, to_shuffle
from pb.core.belenios.threshold import accept_shares, assemble, deal, generate_seed, make_certificate
from pb.core.belenios.trustee_list import Pedersen, Trustees
from pb.core.belenios.trustees import generate_private_key, trustee_key
from pb.core.belenios.verify import verify
from pb.core.poll.terms import Minutes, Okrug, PollTerms, Project, Roll, TieSeed, build_election

G = BELENIOS_2048
TIMESTAMP = 1795253127
TITLES = (
    "Көше жарығы: Ә, Ғ, Қ, Ң, Ө, Ұ, Ү, Һ, І",
    "Балалар алаңы «Күншуақ» | Детская площадка «Куншуак»",
    "Су құдығы",
    "Көпір 🌉",
    'Жол "Бірлік" \\ №5',
)


@dataclass(frozen=True)
class Messages:
    """All messages of a finished poll, as texts. `sizes` are those of the sized tally."""

    election: str
    trustees: str
    credentials: str
    ballots: tuple[str, ...]
    tally: str
    sizes: tuple[int, int]
    decryptions: tuple[tuple[int, str], ...]
    result: str
    shuffles: tuple[tuple[int, str], ...] | None = None


@dataclass(frozen=True)
class Poll:
    """A poll with its secrets: private keys of the trustees, exponents of the voters."""

    election: Election
    trustees: Trustees
    private_keys: tuple[int, ...]
    secrets: tuple[int, ...]
    receipt_key: bytes
    messages: Messages = field(repr=False)

    @property
    def trustee_keys(self) -> tuple[TrusteeKey, ...]:
        return self.trustees.keys

    @property
    def archive(self) -> bytes:
        return write(links(self.messages))


def make_terms(
    *, projects: int = 2, choices: int = 1, minimum: int = 0, roll: int = 5, receipt_key: str | None = None
) -> PollTerms:
    return PollTerms(
        okrug=Okrug("111033000", "Краснояр ауылдық округі", "Красноярский сельский округ"),
        fiscal_year=2027,
        envelope=6_000_000_000,
        projects=tuple(
            Project(str(UUID(int=number)), number, title, "Краснояр", 1_500_000_000 * number)
            for number, title in enumerate(TITLES[:projects], start=1)
        ),
        choices=choices,
        closes_at="2026-11-30T13:00:00Z",
        minimum_ballots=minimum,
        tie_seed=TieSeed.of("Сегодня в Краснояре идёт снег, 12 °C"),
        roll=Roll(roll, "ab" * 32),
        receipt_key=receipt_key or generate_receipt_key()[1],
        minutes=Minutes("4", "2026-11-20"),
    )


def whole_election(
    group: Group, answers: int, rule: BallotRule | None = None, *, totals: bool = False
) -> Callable[[str, Any], str]:
    """An election with a question of whole ballots, and before it one of totals where wanted."""
    value = {"answers": [f"Жоба {number}" for number in range(answers)], "question": "Жобаларды бағалаңыз"}
    extra = {} if rule is None else {"extra": rule_extra(rule)}
    first = [{"answers": ["Иә", "Жоқ"], "blank": True, "min": 1, "max": 1, "question": "Қабылдайсыз ба?"}]

    def election(uuid: str, y: Any) -> str:
        return dump_json(
            {
                "version": 1,
                "description": "",
                "name": "Ауыл бюджеті",
                "group": group.name,
                "public_key": group.serialise(y),
                "questions": [*(first if totals else []), {"type": "NonHomomorphic", "value": value, **extra}],
                "uuid": uuid,
            }
        )

    return election


def make_group(group: Group, size: int, threshold: int) -> tuple[Pedersen, tuple[int, ...]]:
    """A group of trustees of which any `threshold` decrypt, by the three steps, and their private keys."""
    seeds = [generate_seed() for _ in range(size)]
    certs = [
        make_certificate(group, seed, size=size, threshold=threshold, index=index)
        for index, seed in enumerate(seeds, start=1)
    ]
    dealings = [deal(group, seed, threshold=threshold, certs=certs) for seed in seeds]
    shares = [accept_shares(group, seed, threshold=threshold, certs=certs, dealings=dealings) for seed in seeds]
    pedersen = assemble(
        group, threshold=threshold, certs=certs, dealings=dealings, verification_keys=[key for _, key in shares]
    )
    return pedersen, tuple(private_key for private_key, _ in shares)


def make_trustees(group: Group, mandatory: int, pedersen: tuple[int, int] | None) -> tuple[Trustees, tuple[int, ...]]:
    """Mandatory trustees, and after them a group of (threshold, size) where one is wanted."""
    private_keys = tuple(generate_private_key(group) for _ in range(mandatory))
    kinds = tuple(trustee_key(group, private_key) for private_key in private_keys)
    if pedersen is None:
        return Trustees(kinds), private_keys
    threshold, size = pedersen
    made, shares = make_group(group, size, threshold)
    return Trustees((*kinds, made)), (*private_keys, *shares)


def make_poll(
    votes: Sequence[tuple[int, Sequence[Sequence[int]]]],
    *,
    voters: int = 2,
    trustees: int = 2,
    threshold: tuple[int, int] | None = None,
    decrypting: Sequence[int] | None = None,
    group: Group = G,
    terms: PollTerms | None = None,
    election_json: Callable[[str, Any], str] | None = None,
) -> Poll:
    """Run a poll. A vote is a voter (counted from 0) and the choices per question; a voter may vote again.

    `trustees` are mandatory; `threshold` is (threshold, size) of a group beside them. `decrypting` are the numbers of
    those who decrypt, all by default. `election_json(uuid, public key)` replaces the election of the terms.
    """
    receipt_key, public_receipt_key = generate_receipt_key()
    keys, private_keys = make_trustees(group, trustees, threshold)
    uuid, y = generate_uuid(), keys.public_key(group)
    if election_json is None:
        election_text = build_election(
            uuid=uuid,
            name="Ауыл бюджеті – 2027",
            description="Қай жобалар жүзеге асады?",
            question="Жобаларды таңдаңыз",
            public_key=y,
            terms=replace(terms or make_terms(), receipt_key=public_receipt_key),
            administrator="Әкімдік",
            credential_authority="Комиссия",
            group=group,
        )
    else:
        election_text = election_json(uuid, y)
    election = Election.parse(election_text)
    secrets = tuple(derive(group, uuid, generate_code()) for _ in range(voters))
    credentials = credentials_json([public_credential(group, secret) for secret in secrets])
    ballots = [encrypt_ballot(election, secrets[voter], choices) for voter, choices in votes]
    setup = Messages(election_text, keys.to_json(group), credentials, (), "", (0, 0), (), "")
    poll = Poll(election, keys, private_keys, secrets, receipt_key, setup)
    return replace(poll, messages=finish(poll, ballots, decrypting))


def finish(poll: Poll, ballots: Sequence[Ballot], decrypting: Sequence[int] | None = None) -> Messages:
    """The messages of a poll with these ballots, honestly tallied, shuffled by two, and decrypted."""
    election, group = poll.election, poll.election.group
    encrypted, count = tally(election, ballots)
    final, shuffles = encrypted, []
    for owner in (1, 2) if election.whole else ():
        made = shuffle(election, to_shuffle(election, final))
        final = shuffled(election, final, made.ciphertexts)
        shuffles.append((owner, made.to_json(group)))
    decryptions = {
        owner: partial_decryption(election, poll.private_keys[owner - 1], final)
        for owner in decrypting or range(1, len(poll.private_keys) + 1)
    }
    combined = combine(group, poll.trustees, decryptions)
    return replace(
        poll.messages,
        ballots=tuple(ballot.to_json(group) for ballot in ballots),
        tally=encrypted.to_json(group),
        sizes=(count, count),
        shuffles=tuple(shuffles) if election.whole else None,
        decryptions=tuple((owner, decryption.to_json(group)) for owner, decryption in decryptions.items()),
        result=compute_result(election, final, count, combined).to_json(),
    )


def links(messages: Messages, through: EventType = EventType.RESULT) -> list[Link]:
    """The chain over any messages, true or false: all hashes, heights and parents fit."""
    order = list(EventType)
    made: list[Link] = []

    def add(kind: EventType, *data: str) -> None:
        if order.index(kind) > order.index(through):
            return
        made.append(make_link(made[-1] if made else None, kind, *data))

    setup = (messages.election, messages.trustees, messages.credentials)
    add(EventType.SETUP, *setup, SetupData(*(digest_of(message) for message in setup)).to_json())
    for ballot in messages.ballots:
        add(EventType.BALLOT, ballot)
    add(EventType.END_BALLOTS)
    add(EventType.ENCRYPTED_TALLY, messages.tally, SizedTally(*messages.sizes, digest_of(messages.tally)).to_json())
    if messages.shuffles is not None:
        for owner, made_shuffle in messages.shuffles:
            add(EventType.SHUFFLE, made_shuffle, Owned(owner, digest_of(made_shuffle)).to_json())
        add(EventType.END_SHUFFLES)
    for owner, decryption in messages.decryptions:
        add(EventType.PARTIAL_DECRYPTION, decryption, Owned(owner, digest_of(decryption)).to_json())
    add(EventType.RESULT, messages.result)
    return made


def make_link(before: Link | None, kind: EventType, *data: str) -> Link:
    """A link after any other: unlike `chain`'s own functions it asks for no order."""
    records = [chain.data_record(message) for message in data]
    height, parent = (0, None) if before is None else (before.event.height + 1, before.digest)
    event = Event(height, kind, parent, records[-1].digest if records else None)
    return Link(event, (*records, event_record(event.to_json())))


def rebuilt(parts: Sequence[tuple[EventType, Sequence[Record]]]) -> list[Link]:
    """The chain over events with their data records as given, in the order given."""
    made: list[Link] = []
    for kind, data in parts:
        made.append(make_link(made[-1] if made else None, kind, *(entry.data.decode() for entry in data)))
    return made


def digest_of(message: str) -> str:
    return chain.data_record(message).digest


def write(chain_links: Sequence[Link], timestamp: int = TIMESTAMP) -> bytes:
    records = [entry for link in chain_links for entry in link.records]
    return header(timestamp) + b"".join(record(entry.name, entry.data, timestamp) for entry in records)


def verified(archive: bytes, jobs: int = 1) -> Report:
    return verify(io.BytesIO(archive), jobs=jobs)


def belenios_tool(tool: str, uuid: str, archive: bytes) -> subprocess.CompletedProcess[str]:
    """What Debian's belenios-tool says about an archive."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{uuid}.bel").write_bytes(archive)
        return subprocess.run(
            [tool, "election", "verify"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
        )


def parse_tally(poll: Poll) -> EncryptedTally:
    return EncryptedTally.parse(poll.messages.tally, poll.election.group)


def parse_result(poll: Poll) -> Result:
    return Result.parse(poll.messages.result)
