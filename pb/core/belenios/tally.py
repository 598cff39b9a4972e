"""The encrypted tally (sections 4.15 and 4.16 of the specification)."""

from collections.abc import Iterable

from pb.core.belenios.ballots import Ballot
from pb.core.belenios.canonical import sha256_hex
from pb.core.belenios.messages import Ciphertext, Election, EncryptedTally, SizedTally


class RunningTally:
    """The component-wise product over ballots, kept up to date one ballot at a time.

    It holds one ciphertext per choice, however many ballots there are. `count` is the number of ballots in it.
    """

    def __init__(self, election: Election) -> None:
        one = election.group.one
        self.count = 0
        self._group = election.group
        self._sums = [[Ciphertext(one, one)] * question.ciphertexts for question in election.questions]

    def add(self, ballot: Ballot) -> None:
        self.count += 1
        mul = self._group.mul
        for row, answer in zip(self._sums, ballot.answers, strict=True):
            for index, choice in enumerate(answer.choices):
                row[index] = Ciphertext(mul(row[index].alpha, choice.alpha), mul(row[index].beta, choice.beta))

    def remove(self, ballot: Ballot) -> None:
        """Take out a ballot that was added before: its credential voted again."""
        self.count -= 1
        mul, inv = self._group.mul, self._group.inv
        for row, answer in zip(self._sums, ballot.answers, strict=True):
            for index, choice in enumerate(answer.choices):
                alpha, beta = mul(row[index].alpha, inv(choice.alpha)), mul(row[index].beta, inv(choice.beta))
                row[index] = Ciphertext(alpha, beta)

    def encrypted_tally(self) -> EncryptedTally:
        return EncryptedTally(tuple(tuple(row) for row in self._sums))


def tally(election: Election, ballots: Iterable[Ballot]) -> tuple[EncryptedTally, int]:
    """The encrypted tally of checked ballots, and how many were counted: the last one of each credential."""
    last = {ballot.credential: ballot for ballot in ballots}
    running = RunningTally(election)
    for ballot in last.values():
        running.add(ballot)
    return running.encrypted_tally(), running.count


def sized_tally(election: Election, encrypted_tally: EncryptedTally, count: int) -> SizedTally:
    """The payload of the EncryptedTally event: each vote has the weight 1."""
    return SizedTally(count, count, sha256_hex(encrypted_tally.to_json(election.group)))
