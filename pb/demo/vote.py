"""The vote of a played cycle: the roll, cards and keys, ballots as people cast them, the tally and its checks."""

import random
import secrets
from datetime import datetime, time
from uuid import UUID

from pb.act import Role
from pb.cards.service import card_keys, card_table, cards, confirmations, statements
from pb.clock import ALMATY, local
from pb.core import sealing
from pb.core.belenios import ballots, credentials, possession
from pb.core.poll.card_confirmation import confirm
from pb.core.poll.card_list import CardList, Made, salt
from pb.core.poll.card_numbers import compare_numbers, read_numbers
from pb.core.poll.maker_key import public_half
from pb.demo import choices, people
from pb.demo.checks import Checks
from pb.demo.played import Demo, Played
from pb.demo.trustees import Trustees
from pb.jobs import service as jobs
from pb.polls.models import Channel, Poll
from pb.polls.service import state
from pb.results.service import counting
from pb.roll.models import Entry
from pb.roll.service import commitments, entries, imports
from pb.voting.service import casting, closing, preparation


class Vote(Played):
    """From the roll to the verified archive."""

    def _vote(self, demo: Demo) -> str:
        codes = self._prepare(demo)
        cast = self._cast(demo, codes)
        return f"cards {len(codes)}, ballots {cast}"

    def _take_roll(self, demo: Demo) -> str:
        """The registrar brings the roll in on day 20, an auditor confirms it; cards are to be made next."""
        roll = people.voters(self.roll_size, self.place)
        with self.act(Role.REGISTRAR, 20) as act:
            cycle = self._cycle(act, demo)
            lines = "".join(f"{person.iin.text},{person.name},{person.settlement}\n" for person in roll)
            roll_import = imports.read_file(act, cycle, self.keys, ("iin,name,settlement\n" + lines).encode())
            imports.confirm_import(act, cycle, self.keys, roll_import)
        with self.act(Role.AUDITOR, 20, 11) as act:
            commitments.confirm(act, self._cycle(act, demo), self.keys)
        return f"{self.roll_size} voters, confirmed"

    def _prepare(self, demo: Demo) -> dict[UUID, str]:
        """Cards, trustees' keys, the draw, and the opening on day 21."""
        roll = people.voters(self.roll_size, self.place)
        with self.act(Role.REGISTRAR, 20, 12) as act:
            cycle = self._cycle(act, demo)
            poll = state.require(act, cycle)
            demo.poll_id, demo.poll_uuid = poll.id, poll.uuid
            codes = {entry.id: credentials.generate_code() for entry in entries.voters(act, cycle)}
            public = {entry: _public_key(poll, code) for entry, code in codes.items()}
            numbers = range(1, cards.reserve_wanted(act, cycle) + 1)
            demo.reserve = {number: credentials.generate_code() for number in numbers}
            reserve = {number: _public_key(poll, code) for number, code in demo.reserve.items()}
            voters = entries.voters(act, cycle)
            sealed = {entry.id: self._seal(poll.uuid, entry, codes[entry.id], public[entry.id]) for entry in voters}
            keys = card_keys.checked(state.group_of(poll), public, reserve, sealed if self.codes_key else None)
            cards.add_credentials(act, cycle, poll, keys)
            by_number = {str(entry.number): public[entry.id] for entry in voters}
            spare = {f"R{number}": key for number, key in reserve.items()}
            made = CardList(
                poll.uuid, poll.group_name, Made.PROGRAM, salt(), by_number, spare, public_half(demo.maker_seed)
            )
            statements.state_list(act, cycle, poll, made.statement())
            demo.maker = made
            by_name = list(zip(voters, roll, strict=True))
            demo.cards = [(person, codes[entry.id]) for entry, person in by_name]
        self._trustees(demo).make_keys(20, 13)
        with self.act(Role.SECRETARY, 20, 16) as act:
            cycle = self._cycle(act, demo)
            drawn = " ".join(map(str, secrets.SystemRandom().sample(range(1, 91), 6)))
            preparation.record_minutes(
                act,
                cycle,
                state.require(act, cycle),
                number=f"{self.fiscal_year}/2",
                day=local(act.at).date(),
                seed_text=drawn,
            )
        for role in (Role.CHAIR, Role.SECRETARY):
            with self.act(role, 20, 17) as act:
                cycle = self._cycle(act, demo)
                preparation.confirm_minutes(act, cycle, state.require(act, cycle))
        self._open_vote(demo)
        return codes

    def _open_vote(self, demo: Demo) -> None:
        """The opening on day 21, and the confirmation of the list by the maker of the cards."""
        with self.act(Role.OFFICE, 21, 8) as act:
            cycle = self._cycle(act, demo)
            closes = self.closes_at or datetime.combine(cycle.voting_until, time(20), ALMATY)
            preparation.open_poll(act, cycle, state.require(act, cycle), self.keys, closes_at=closes)
        if demo.maker is None:
            return
        with self.act(Role.REGISTRAR, 21, 8.2) as act:
            poll = state.require(act, self._cycle(act, demo))
            election = state.election_of(poll.election_json or "")
            table = card_table.take(act, self._cycle(act, demo), poll)
            compared = not compare_numbers(demo.maker, read_numbers(table.encode()))
            confirmation = confirm(demo.maker, election.hash, demo.maker_seed, numbers_compared=compared)
            confirmations.confirm(act, self._cycle(act, demo), poll, confirmation.to_json().encode())

    def _seal(self, uuid: str, entry: Entry, code: str, public_key: str) -> str:
        if not self.codes_key:
            return ""
        lookup = (entry.iin_lookup or b"").hex()
        return sealing.seal_code(
            code, lookup, codes_key=self.codes_key, poll=uuid, entry=str(entry.id), public_key=public_key
        )

    def _trustees(self, demo: Demo) -> Trustees:
        trustees = Trustees(self.act, lambda act: self._cycle(act, demo))
        trustees.keys = demo.trustee_keys
        return trustees

    def _cast(self, demo: Demo, codes: dict[UUID, str]) -> int:
        """Real ballots: each voter proves the key, encrypts, casts. Popular ideas are chosen more often."""
        draw = random.Random(self.fiscal_year)  # noqa: S311 - invented opinions, not secrets
        voting_entries = self._hand_over(demo)
        for count, entry in enumerate(voting_entries[: self.voters]):
            hours = 9 + count * self.voting_hours / max(1, self.voters)
            with self.act(None, 21, hours) as act:
                cycle = self._cycle(act, demo)
                poll = state.require(act, cycle)
                nonce = casting.challenge(act, poll, codes[entry.id], self.origin)
                election, terms = state.election_of(poll.election_json or ""), state.terms_of(poll)
                assert terms is not None  # noqa: S101 - the poll is open
                group = election.group
                secret = credentials.derive(group, poll.uuid, codes[entry.id])
                proof = possession.prove_login(group, secret, origin=self.origin, uuid=poll.uuid, nonce=nonce)
                voter = casting.admit(
                    act,
                    cycle,
                    poll,
                    self.keys,
                    iin=next(person.iin for person, code in demo.cards if code == codes[entry.id]),
                    public_key=credentials.public_credential(group, secret),
                    proof=proof.to_value(),
                    nonce=nonce,
                    origin=self.origin,
                )
                raw = ballots.encrypt_ballot(election, secret, [choices.invent(draw, terms)]).to_json(group)
                casting.check(poll, voter, raw)
                channel = Channel.KIOSK if count % 10 == 0 else Channel.WEB
                casting.cast(act, poll.id, self.keys, voter, raw, channel)
        return min(self.voters, len(voting_entries))

    def _hand_over(self, demo: Demo) -> list[Entry]:
        """A clerk hands a card to each who will vote, and to some who will not; the demo's residents keep theirs."""
        with self.act(Role.CLERK, 21, 8.5) as act:
            cycle = self._cycle(act, demo)
            poll = state.require(act, cycle)
            voters = list(entries.voters(act, cycle))
            handed = voters[: self.voters + self.spare_cards]
            for entry in handed:
                cards.hand_over(act, cycle, poll, entry.id)
        skipped = len(people.RESIDENTS) if len(voters) >= self.voters + len(people.RESIDENTS) else 0
        return handed[skipped:]

    def _tally(self, demo: Demo) -> str:
        with self.act(None, 34, 20.1) as act:
            cycle = self._cycle(act, demo)
            poll = state.require(act, cycle)
            closing.close_if_due(act, cycle, poll)
            closed = poll.state == "closed"
        if not closed:
            return "fewer ballots than the minimum: nothing is decrypted"
        with self.act(None, 34, 20.2) as act:
            poll = act.session.get_one(Poll, demo.poll_id)
            encrypted, count = closing.compute_tally(act.session, poll)
            closing.keep_tally(act, self._cycle(act, demo), poll, encrypted, count)
        self._trustees(demo).shuffle(34, 21)
        self._trustees(demo).decrypt(35, 10)
        with self.act(None, 35, 14) as act:
            outcome = counting.outcome(act, self._cycle(act, demo))
        if outcome is None:
            raise RuntimeError("the trustees decrypted, but no result was published")
        winners = sum(project.won for project in outcome.projects)
        return f"{outcome.voted} ballots, {winners} winners, {outcome.left // 100} tenge left"

    def _result(self, demo: Demo) -> str:
        """The worker verifies the whole archive, as anybody can."""
        if self.work is None:
            return "the archive waits for the worker, who verifies it"
        done = self.work()
        with self.act(None, 35, 14.5) as act:
            job = jobs.find(act, "poll.verify", state.require(act, self._cycle(act, demo)).id)
            if job is None or (job.state, job.outcome) != ("done", "ok"):
                raise RuntimeError(f"the archive was not verified: {job and job.outcome}")
        return f"the worker did {done} jobs and verified the archive"

    def _check(self, demo: Demo) -> str:
        """Paper lists, unopened cards and the sample, before the adoption."""
        checks = Checks(self.act, lambda act: self._cycle(act, demo), demo.reserve, self.keys)
        return checks.run(36, f"{self.fiscal_year}/2-1")


def _public_key(poll: Poll, code: str) -> str:
    group = state.group_of(poll)
    return credentials.public_credential(group, credentials.derive(group, poll.uuid, code))
