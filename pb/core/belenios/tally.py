"""The encrypted tally (sections 4.15 to 4.17 of the specification)."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pb.core.belenios.ballots import Ballot
from pb.core.belenios.canonical import sha256_hex
from pb.core.belenios.messages import Ciphertext, Election, EncryptedTally, SizedTally, WholeQuestion
from pb.core.belenios.whole_ballots import WholeAnswer


class RunningTally:
    """What is tallied, kept up to date one ballot at a time. `count` is the number of ballots in it.

    For a homomorphic question it holds one ciphertext per choice, however many ballots there are: the component-wise
    product. For a non-homomorphic one it holds each ballot's ciphertext, as the published tally does.
    """

    def __init__(self, election: Election) -> None:
        one = election.group.one
        self.count = 0
        self._group = election.group
        self._sums = [
            [] if isinstance(question, WholeQuestion) else [Ciphertext(one, one)] * question.ciphertexts
            for question in election.questions
        ]
        self._whole: list[Counter[Ciphertext]] = [Counter() for _ in election.questions]

    def add(self, ballot: Ballot) -> None:
        self.count += 1
        mul = self._group.mul
        for row, ciphertexts, answer in zip(self._sums, self._whole, ballot.answers, strict=True):
            if isinstance(answer, WholeAnswer):
                ciphertexts[answer.choices] += 1
                continue
            for index, choice in enumerate(answer.choices):
                row[index] = Ciphertext(mul(row[index].alpha, choice.alpha), mul(row[index].beta, choice.beta))

    def remove(self, ballot: Ballot) -> None:
        """Take out a ballot that was added before: its credential voted again."""
        self.count -= 1
        mul, inv = self._group.mul, self._group.inv
        for row, ciphertexts, answer in zip(self._sums, self._whole, ballot.answers, strict=True):
            if isinstance(answer, WholeAnswer):
                ciphertexts[answer.choices] -= 1
                continue
            for index, choice in enumerate(answer.choices):
                alpha, beta = mul(row[index].alpha, inv(choice.alpha)), mul(row[index].beta, inv(choice.beta))
                row[index] = Ciphertext(alpha, beta)

    def encrypted_tally(self) -> EncryptedTally:
        """Whole ballots are sorted by alpha: their order in the tally says nothing about when they were cast."""
        order = self._group.order
        return EncryptedTally(
            tuple(
                tuple(row) or tuple(sorted(whole.elements(), key=lambda e: (order(e.alpha), order(e.beta))))
                for row, whole in zip(self._sums, self._whole, strict=True)
            )
        )


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


def to_shuffle(election: Election, encrypted_tally: EncryptedTally) -> tuple[tuple[Ciphertext, ...], ...]:
    """The ciphertexts of the non-homomorphic questions (nh_ciphertexts of section 4.17)."""
    return tuple(encrypted_tally.questions[place] for place in election.whole)


def shuffled(
    election: Election, encrypted_tally: EncryptedTally, rows: Sequence[tuple[Ciphertext, ...]]
) -> EncryptedTally:
    """The tally with the ciphertexts of its non-homomorphic questions replaced by shuffled ones."""
    questions = list(encrypted_tally.questions)
    for place, row in zip(election.whole, rows, strict=True):
        questions[place] = row
    return EncryptedTally(tuple(questions))
