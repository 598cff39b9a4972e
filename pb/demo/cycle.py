"""Drives one cycle through the same services that the web calls, up to a chosen stage."""

import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pb import clock
from pb.act import Act, Role
from pb.cards.service import card_keys, card_table, cards, confirmations, statements
from pb.clock import ALMATY, local
from pb.core import sealing
from pb.core.belenios import ballots, credentials, possession
from pb.core.poll.card_confirmation import confirm
from pb.core.poll.card_list import CardList, Made, salt
from pb.core.poll.card_numbers import compare_numbers, read_numbers
from pb.core.poll.maker_key import generate_seed, public_half
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, PollSettings
from pb.db import Database
from pb.demo import choices, okrug, people
from pb.demo.budget import BudgetYears
from pb.demo.checks import Checks
from pb.demo.people import Invented
from pb.demo.places import KRASNOYAR, Place
from pb.demo.projects import Idea, ideas
from pb.demo.registers import RegistersYear
from pb.demo.trustees import Trustees
from pb.demo.works import WorksYear
from pb.gatherings.models import Matter
from pb.gatherings.service import agenda, arrivals, cycle_meetings, holding, meetings, minutes
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.rules import Count
from pb.jobs import service as jobs
from pb.keyring import Keys
from pb.polls.models import Channel, Poll
from pb.polls.service import state
from pb.process.service import phases
from pb.proposals.models import Ground, Proposal, Verdict
from pb.proposals.service import contents, outcomes, proposals
from pb.results.service import counting
from pb.reviews import service as reviews
from pb.roll.models import Entry
from pb.roll.service import commitments, entries, imports
from pb.voting.service import casting, closing, preparation
from pb.winners import service as winners

ENVELOPE = 60_000_000_00
PROJECT_LIMIT = 30_000_000_00
CHOICES = 5
A_YEAR = 365
SPARE_CARDS = 20


class Stage(StrEnum):
    PROPOSALS = "proposals"
    REVIEW = "review"
    GATHERING = "gathering"
    ROLL = "roll"
    VOTING = "voting"
    TALLY = "tally"
    RESULT = "result"
    BUDGET = "budget"


@dataclass
class Demo:
    """The demonstration's cycle with its secrets: the codes of the cards, the trustees' private keys by position.

    `path` is the address of its page. `maker` is the file of the cards' maker, `maker_seed` the key that signs its
    confirmation.
    """

    cycle_id: UUID
    path: str
    stages: list[tuple[Stage, str]] = field(default_factory=list)
    cards: list[tuple[Invented, str]] = field(default_factory=list)
    reserve: dict[int, str] = field(default_factory=dict)
    trustee_keys: dict[int, int] = field(default_factory=dict)
    poll_id: UUID | None = None
    poll_uuid: str = ""
    maker_seed: bytes = field(default_factory=generate_seed)
    maker: CardList | None = None


def _public_key(poll: Poll, code: str) -> str:
    group = state.group_of(poll)
    return credentials.public_credential(group, credentials.derive(group, poll.uuid, code))


@dataclass
class Driver:
    """Plays every role of one cycle. `begins` is the day on which it is opened; the clock is moved by hand.

    `rule` are settings of ballots and of the counting rule, as in `cycles.Plan`; `ideas_days` is how long ideas are
    collected, `voting_hours` over how many hours the ballots spread. `codes_key` is the public key of the
    code-releasing process: codes are sealed to it, so that voters may use their digital signature. `work` does the
    waiting jobs and returns their number; without it they are left to a worker. `spare_cards` are handed over to people
    who do not vote here; `closes_at` is when voting ends, if not at the evening of its last day. `turn` is told each
    act's moment before it, and waits (pb/demo/together.py). `illustrate` gives a draft its pictures.
    """

    database: Database
    keys: Keys
    origin: str
    fiscal_year: int
    begins: date
    voters: int
    projects: int
    roll_size: int
    report: Callable[[Stage, str], None]
    ideas_days: int = 5
    voting_hours: float = 240
    codes_key: str = ""
    rule: Mapping[str, Any] = field(default_factory=dict)
    work: Callable[[], int] | None = None
    spare_cards: int = SPARE_CARDS
    closes_at: datetime | None = None
    place: Place = KRASNOYAR
    turn: Callable[[datetime], None] = lambda _at: None
    illustrate: Callable[[Act, Cycle, Proposal, int], None] | None = None

    def run(self, through: Stage) -> Demo:
        """Plays the cycle up to and including a stage."""
        demo = self._open()
        steps: list[tuple[Stage, Callable[[Demo], str]]] = [
            (Stage.PROPOSALS, self._propose),
            (Stage.REVIEW, self._review),
            (Stage.GATHERING, self._gather),
            (Stage.ROLL, self._take_roll),
            (Stage.VOTING, self._vote),
            (Stage.TALLY, self._tally),
            (Stage.RESULT, self._result),
            (Stage.BUDGET, self._budget),
        ]
        steps = steps[: [stage for stage, _step in steps].index(through) + 1]
        # The worker's events are of today: the log takes none of the past after them.
        for stage, step in sorted(steps, key=lambda each: each[0] is Stage.RESULT):
            if stage is Stage.RESULT:
                self.turn(clock.now())
            figures = step(demo)
            demo.stages.append((stage, figures))
            self.report(stage, figures)
        return demo

    @contextmanager
    def act(self, role: Role | None, days: int, hours: float = 10, number: int = 0) -> Iterator[Act]:
        """An act of the `number`-th holder of a role, `days` after the beginning, in a transaction of its own."""
        at = datetime.combine(self.begins, time(0), ALMATY) + timedelta(days=days, hours=hours)
        self.turn(at)
        with self.database.work() as session:
            yield okrug.act_of(session, role, at, number, self.place)

    @property
    def _ideas(self) -> tuple[Idea, ...]:
        return ideas(self.place)[: self.projects]

    def _cycle(self, act: Act, demo: Demo) -> Cycle:
        return cycles.get(act, demo.cycle_id)

    def _open(self) -> Demo:
        day = self.begins + timedelta(days=self.ideas_days - 5)
        with self.act(Role.OFFICE, 0, 9) as act:
            plan = cycles.Plan(
                fiscal_year=self.fiscal_year,
                envelope=ENVELOPE,
                project_limit=PROJECT_LIMIT,
                proposals_per_resident=10,
                proposals_until=day + timedelta(days=5),
                review_until=day + timedelta(days=8),
                gathering_until=day + timedelta(days=20),
                voting_until=day + timedelta(days=34),
                result_until=day + timedelta(days=60),
                budget_until=day + timedelta(days=90),
                poll=PollSettings(**({"choices": min(CHOICES, self.projects)} | dict(self.rule))),
            )
            cycle = cycles.open_cycle(act, plan)
            return Demo(cycle.id, cycles.path(act, cycle))

    def _propose(self, demo: Demo) -> str:
        for number, idea in enumerate(self._ideas):
            with self.act(
                Role.RESIDENT, 1 + number * 3 // len(self._ideas), number=number % len(people.RESIDENTS)
            ) as act:
                cycle = self._cycle(act, demo)
                content = contents.Content(
                    language=idea.language,
                    title=idea.title,
                    problem=idea.problem,
                    solution=idea.solution,
                    settlement=idea.settlement,
                    place=idea.place,
                    category=idea.category,
                    cost=idea.cost,
                )
                draft = proposals.save_draft(act, cycle, content)
                if self.illustrate is not None:
                    self.illustrate(act, cycle, draft, number)
                proposals.submit(act, cycle, draft)
        return f"{len(self._ideas)} proposals submitted"

    def _review(self, demo: Demo) -> str:
        with self.act(Role.OFFICE, 6) as act:
            cycle = self._cycle(act, demo)
            phases.advance(act, cycle, self.keys)
            for proposal in proposals.public(act, cycle):
                idea = next(idea for idea in self._ideas if idea.title == proposal.title)
                reviews.review(
                    act,
                    cycle,
                    proposal,
                    reviews.Findings(
                        verdict=Verdict.REFUSE if idea.city else Verdict.ACCEPT,
                        okrug_competent=not idea.city,
                        competent_body=idea.city,
                        feasible=True,
                        feasibility="",
                        cost=None if idea.city else idea.cost,
                        cost_explanation="",
                        programme=None if idea.city else idea.programme,
                        titles=idea.titles,
                        summaries=idea.summaries,
                        ground=Ground.ANOTHER_BODY if idea.city else None,
                        reason=f"Обратитесь: {idea.city}" if idea.city else "",
                        language="ru",
                    ),
                )
            accepted = len(outcomes.accepted(act, cycle))
            refused = len(proposals.public(act, cycle)) - accepted
        return f"{accepted} accepted, {refused} sent on to the city"

    def _gather(self, demo: Demo) -> str:
        with self.act(Role.OFFICE, 7) as act:
            phases.advance(act, self._cycle(act, demo), self.keys)
        figures = self._meet(demo, Matter.PROJECT, convened=7, day=18)
        with self.act(Role.OFFICE, 19, 15) as act:
            phases.advance(act, self._cycle(act, demo), self.keys)
        return figures

    def _meet(self, demo: Demo, matter: Matter, *, convened: int, day: int) -> str:
        """A meeting from its notice to the akim's answer."""
        hour = datetime.combine(self.begins, time(0), ALMATY) + timedelta(days=day, hours=15)
        with self.act(Role.CHAIR, convened, 13) as act:
            place = f"Мәдениет үйі, {self.place.settlements[0]}"
            meeting = cycle_meetings.convene(act, self._cycle(act, demo), matter, meets_at=hour, place=place).id
        with self.act(Role.SECRETARY, day, 15.5) as act:
            gathering = meetings.get(act, meeting)
            members = [attendance.member_id for attendance in gathering.attendances]
            present = members[: max(1, len(members) * 4 // 5)]
            quorum = arrivals.mark_present(act, gathering, present)
            agenda.adopt(act, gathering, Count(len(present), 0, 0))
            for question in gathering.questions:
                votes = Votes(len(present), 0, 0, None, frozenset())
                holding.record_votes(act, gathering, question, votes)
            minutes.draw_up(act, gathering, remarks="")
        for role in (Role.CHAIR, Role.SECRETARY):
            with self.act(role, day, 18) as act:
                minutes.confirm(act, meetings.get(act, meeting))
        with self.act(Role.AKIM, day + 1, 11) as act:
            minutes.answer(act, meetings.get(act, meeting), agrees=True, reason="")
        return f"{quorum.present} of {quorum.entitled} members present, {len(gathering.questions)} questions approved"

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

    def _okrugs_budget(self) -> BudgetYears:
        midnight = datetime.combine(self.begins, time(0), ALMATY)
        return BudgetYears(self.act, midnight, self.fiscal_year, (clock.now() - midnight).days)

    def _year_of(self, demo: Demo, budget: BudgetYears) -> None:
        """Of a cycle that is long over: its budget went through a year, and the next one is being drafted."""
        if budget.today < A_YEAR:
            return
        registers = RegistersYear(self.act, budget.begins, self.fiscal_year, budget.today)
        budget.play(
            amend=(date(self.fiscal_year, 3, 12) - self.begins).days,
            correct=(date(self.fiscal_year, 6, 12) - self.begins).days,
            draft=(date(self.fiscal_year, 8, 12) - self.begins).days,
            others=[
                *WorksYear(self.act, self.begins, self.fiscal_year, demo.cycle_id).deeds(),
                *registers.deeds(),
            ],
        )
        registers.ask_residents()

    def _budget(self, demo: Demo) -> str:
        with self.act(None, 35, 15) as act:
            if counting.outcome(act, self._cycle(act, demo)) is None:
                return "no result, no lines"
        self._check(demo)
        self._meet(demo, Matter.ADOPTION, convened=36, day=47)
        with self.act(Role.OFFICE, 49, 10) as act:
            cycle = self._cycle(act, demo)
            phases.advance(act, cycle, self.keys)
            lines = winners.make_lines(act, cycle)
        budget = self._okrugs_budget()
        budget.approve(50)
        with self.act(Role.OFFICE, 64, 12) as act:
            phases.advance(act, self._cycle(act, demo), self.keys)
        self._year_of(demo, budget)
        return f"{len(lines)} lines, {sum(winner.granted for winner in lines) // 100} tenge"
