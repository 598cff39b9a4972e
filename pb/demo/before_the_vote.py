"""The phases before the vote: ideas, their review, the meeting that approves the projects."""

from datetime import datetime, time, timedelta

from pb.act import Role
from pb.clock import ALMATY
from pb.cycles import service as cycles
from pb.cycles.models import PollSettings
from pb.demo import people
from pb.demo.played import Demo, Played
from pb.gatherings.models import Matter
from pb.gatherings.service import agenda, arrivals, cycle_meetings, holding, meetings, minutes
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.rules import Count
from pb.process.service import phases
from pb.proposals.models import Ground, Verdict
from pb.proposals.service import contents, outcomes, proposals
from pb.reviews import service as reviews

ENVELOPE = 60_000_000_00
PROJECT_LIMIT = 30_000_000_00
CHOICES = 5


class BeforeTheVote(Played):
    """From the opening of a cycle to the list of its projects; and a meeting of its assembly."""

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
