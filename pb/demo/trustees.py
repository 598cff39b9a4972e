"""What the demonstration's trustees do: make their keys alone or together, shuffle whole ballots, decrypt."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from pb.act import Act, Role
from pb.core.belenios import factors, possession, threshold, trustees
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.shuffles import shuffle
from pb.core.belenios.tally import to_shuffle
from pb.core.belenios.verify import LEAST_SHUFFLERS
from pb.cycles.models import Cycle
from pb.demo import people
from pb.polls.models import Poll
from pb.polls.service import state
from pb.trustees.service import decrypting, places, threshold_key, trustee_keys

COUNT = people.TRUSTEES


class Opens(Protocol):
    """Opens an act of the `number`-th holder of a role, some days and hours after the beginning."""

    def __call__(
        self, role: Role | None, days: int, hours: float = 10, number: int = 0
    ) -> AbstractContextManager[Act]: ...


class Trustees:
    """The trustees of one cycle; `keys` are their private keys by position, which they alone know."""

    def __init__(self, act: Opens, cycle: Callable[[Act], Cycle]) -> None:
        self._act = act
        self._cycle = cycle
        self.keys: dict[int, int] = {}

    @contextmanager
    def _at(self, number: int, days: int, hours: float) -> Iterator[tuple[Act, Cycle, Poll, int]]:
        with self._act(Role.TRUSTEE, days, hours, number) as act:
            cycle = self._cycle(act)
            poll = state.require(act, cycle)
            yield act, cycle, poll, places.own(act, poll).position

    def make_keys(self, days: int, hours: float) -> None:
        """Each makes a key, or they make one together in three steps; then each confirms it."""
        with self._at(0, days, hours) as (_act, _cycle, poll, _position):
            together = poll.threshold is not None
        self._make_together(days, hours) if together else self._make_alone(days, hours)
        for number in range(COUNT):
            with self._at(number, days, hours + 1) as (act, cycle, poll, position):
                digest = trustee_keys.trustees_digest(poll)
                proof = possession.prove_confirmation(
                    state.group_of(poll), self.keys[position], uuid=poll.uuid, trustees_sha256=digest
                )
                trustee_keys.confirm_key(act, cycle, poll, proof.to_value())

    def _make_alone(self, days: int, hours: float) -> None:
        for number in range(COUNT):
            with self._at(number, days, hours) as (act, cycle, poll, position):
                group = state.group_of(poll)
                self.keys[position] = trustees.generate_private_key(group)
                key = trustees.trustee_key(group, self.keys[position])
                trustee_keys.hand_in_key(act, cycle, poll, key.to_json(group))

    def _make_together(self, days: int, hours: float) -> None:
        seeds = [threshold.generate_seed() for _ in range(COUNT)]
        for number, seed in enumerate(seeds):
            with self._at(number, days, hours) as (act, cycle, poll, position):
                certificate = threshold.make_certificate(
                    state.group_of(poll), seed, size=COUNT, threshold=poll.threshold or COUNT, index=position
                )
                threshold_key.hand_in_certificate(act, cycle, poll, dump_json(certificate.to_value()))
        for number, seed in enumerate(seeds):
            with self._at(number, days, hours) as (act, cycle, poll, _position):
                certs = threshold_key.certificates(poll, places.all_of(act, poll))
                dealt = threshold.deal(state.group_of(poll), seed, threshold=poll.threshold or COUNT, certs=certs)
                threshold_key.hand_in_dealing(act, cycle, poll, dealt.to_json())
        for number, seed in enumerate(seeds):
            with self._at(number, days, hours) as (act, cycle, poll, position):
                group, everyone = state.group_of(poll), places.all_of(act, poll)
                self.keys[position], share = threshold.accept_shares(
                    group,
                    seed,
                    threshold=poll.threshold or COUNT,
                    certs=threshold_key.certificates(poll, everyone),
                    dealings=threshold_key.dealings(poll, everyone),
                )
                threshold_key.hand_in_share(act, cycle, poll, dump_json(share.to_value(group)))

    def shuffle(self, days: int, hours: float) -> None:
        """The first trustees shuffle whole ballots in turn; each shuffle is checked before the next."""
        for number in range(LEAST_SHUFFLERS):
            with self._at(number, days, hours + number) as (act, cycle, poll, _position):
                tally = decrypting.encrypted_tally(act.session, poll)
                if tally is None or not decrypting.awaits_shuffle(poll):
                    return
                election = state.election_of(poll.election_json or "")
                shuffled = shuffle(election, to_shuffle(election, tally))
                row = decrypting.hand_in_shuffle(act, cycle, poll, shuffled.to_json(election.group))
                decrypting.judge_shuffle(act, cycle, poll, row, holds=decrypting.shuffle_holds(act.session, row))

    def decrypt(self, days: int, hours: float) -> None:
        """As many decrypt as are needed: the last ones, who need not be those who shuffled."""
        with self._at(0, days, hours) as (_act, _cycle, poll, _position):
            needed = poll.threshold or COUNT
        for number in range(COUNT - needed, COUNT):
            with self._at(number, days, hours + number) as (act, cycle, poll, position):
                tally = decrypting.encrypted_tally(act.session, poll)
                if tally is None:
                    return
                election = state.election_of(poll.election_json or "")
                proved = factors.decrypt(election, self.keys[position], tally)
                row = decrypting.hand_in_decryption(act, cycle, poll, proved.to_json(election.group))
                decrypting.judge_decryption(act, cycle, poll, row, holds=decrypting.decryption_holds(act.session, row))
                if decrypted := decrypting.decrypted(act, poll):
                    decrypting.publish(act, cycle, poll, decrypted)
