"""Polls that the benchmarks verify, written to archives as the platform writes them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pb.core.belenios import chain
from pb.core.belenios.archive import header, record
from pb.core.belenios.ballots import encrypt_ballot
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.chain import Link
from pb.core.belenios.credentials import derive, generate_code, public_credential
from pb.core.belenios.decryption import compute_result, partial_decryption
from pb.core.belenios.groups import Group
from pb.core.belenios.messages import Election, Question, WholeQuestion, credentials_json, generate_uuid, trustees_json
from pb.core.belenios.shuffles import shuffle
from pb.core.belenios.tally import RunningTally, shuffled, to_shuffle
from pb.core.belenios.trustees import combine_keys, generate_private_key, trustee_key

TIMESTAMP = 1_795_253_127
CHOICES, LIMIT = 20, 5
TOTALS = Question(tuple(f"Жоба {number}" for number in range(CHOICES)), 0, LIMIT, "?")


class Poll:
    """A poll with two trustees, written event by event so that memory does not grow with its ballots."""

    def __init__(self, path: Path, group: Group, question: Question | WholeQuestion, voters: int) -> None:
        self.path = path
        self.group = group
        self.private_keys = [generate_private_key(group) for _ in range(2)]
        keys = [trustee_key(group, private_key) for private_key in self.private_keys]
        uuid = generate_uuid()
        value: dict[str, Any] = {
            "version": 1,
            "description": "",
            "name": "",
            "group": group.name,
            "public_key": group.serialise(combine_keys(group, keys)),
            "questions": [question.to_value()],
            "uuid": uuid,
        }
        self.election = Election.parse(dump_json(value))
        self.secrets = [derive(group, uuid, generate_code()) for _ in range(voters)]
        credentials = credentials_json([public_credential(group, secret) for secret in self.secrets])
        self.running = RunningTally(self.election)
        path.write_bytes(header(TIMESTAMP))
        self.add(chain.setup(self.election.json, trustees_json(keys, group), credentials))

    def add(self, link: Link) -> None:
        self.event = link.event
        with self.path.open("ab") as file:
            for entry in link.records:
                file.write(record(entry.name, entry.data, TIMESTAMP))

    def vote(self, choices: Callable[[int], Sequence[int]]) -> None:
        """A ballot of each voter."""
        for voter, secret in enumerate(self.secrets):
            ballot = encrypt_ballot(self.election, secret, [choices(voter)])
            self.running.add(ballot)
            self.add(chain.ballot(self.event, ballot.to_json(self.group)))

    def finish(self) -> None:
        """Close, tally, shuffle whole ballots twice, decrypt, publish the result."""
        election, tally, count = self.election, self.running.encrypted_tally(), self.running.count
        self.add(chain.end_ballots(self.event))
        self.add(chain.encrypted_tally(self.event, election, tally, count))
        if election.whole:
            for owner in (1, 2):
                proved_shuffle = shuffle(election, to_shuffle(election, tally))
                tally = shuffled(election, tally, proved_shuffle.ciphertexts)
                self.add(chain.shuffle(self.event, election, owner, proved_shuffle))
            self.add(chain.end_shuffles(self.event))
        decryptions = [partial_decryption(election, private_key, tally) for private_key in self.private_keys]
        for owner, decryption in enumerate(decryptions, start=1):
            self.add(chain.partial_decryption(self.event, election, owner, decryption))
        self.add(chain.result(self.event, compute_result(election, tally, count, decryptions)))


def some_projects(voter: int) -> list[int]:
    """None to `LIMIT` of the projects, another choice for each voter."""
    chosen = {(voter + step) % CHOICES for step in range(voter % (LIMIT + 1))}
    return [int(place in chosen) for place in range(CHOICES)]
