"""What a cycle's choices mean for the ballot and for the count of its poll."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.cards.service import statements
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import GreedyTerms
from pb.core.belenios.ballot_rule import MOST_POINTS, Approval, BallotRule, Knapsack, Points, Ranking
from pb.core.belenios.canonical import dump_json, sha256_hex
from pb.core.belenios.groups import group_named
from pb.core.poll import terms as poll_terms
from pb.core.poll.counting_rule import CountingRule
from pb.cycles.models import BallotKind, Cycle
from pb.errors import Conflict
from pb.gatherings.service import meetings
from pb.polls.models import Poll
from pb.proposals.service import outcomes
from pb.roll.service import entries
from pb.typesetting import unbroken

TIYN = 100  # in a tenge

MARKS = "Жобаларды белгілеңіз, ең көбі {choices} / Отметьте проекты, не более {choices}"

WORDING = {
    BallotKind.TOTALS: MARKS,
    BallotKind.APPROVAL: MARKS,
    BallotKind.POINTS: "Жобаларға ұпай беріңіз, барлығы ең көбі {points} / "
    "Дайте проектам баллы, всего не больше {points}",
    BallotKind.KNAPSACK: "Құны бірге {limit} ₸ аспайтын жобаларды белгілеңіз / "
    "Отметьте проекты, которые вместе стоят не больше {limit} ₸",
    BallotKind.RANKING: "Жобаларды ретімен қойыңыз, ең көбі {choices} / Поставьте проекты по порядку, до {choices}",
}


def wording(cycle: Cycle, terms: poll_terms.PollTerms) -> str:
    """The question in both languages, as it stands in election.json."""
    limit = f"{limit_of(cycle) // TIYN:,}".replace(",", " ")
    words = WORDING[BallotKind(cycle.ballot_kind)]
    return unbroken(words.format(choices=terms.choices, points=cycle.points_total, limit=limit))


def terms_for(
    act: Act, cycle: Cycle, poll: Poll, closes_at: datetime, exclusive: Sequence[frozenset[UUID]]
) -> poll_terms.PollTerms:
    confirmed = entries.confirmation(act, cycle)
    if confirmed is None or poll.seed_text is None or poll.minutes_on is None:
        raise Conflict(_("The preparation is not complete."))
    territory = act.territory
    projects = tuple(
        poll_terms.Project(
            str(proposal.id),
            proposal.number or 0,
            review.titles.text,
            territory.settlement(proposal.settlement, "kk"),
            review.cost or 0,
        )
        for proposal, review in meetings.approved(act, cycle)
    )
    return poll_terms.PollTerms(
        okrug=poll_terms.Okrug(territory.kato, territory.name_kk, territory.name_ru),
        fiscal_year=cycle.fiscal_year,
        envelope=cycle.envelope,
        projects=projects,
        choices=_choices(cycle, len(projects)),
        closes_at=closes_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        minimum_ballots=cycle.minimum_ballots,
        tie_seed=poll_terms.TieSeed.of(poll.seed_text),
        roll=poll_terms.Roll(confirmed.count, confirmed.commitment),
        receipt_key=poll.receipt_public,
        minutes=poll_terms.Minutes(poll.minutes_number or "", poll.minutes_on.isoformat()),
        reserve=len(statements.reserve_keys(act, poll)),
        rule=rule_of(act, cycle, exclusive),
        ballot=ballot_of(cycle, [project.cost for project in projects]),
        blank=cycle.blank,
        maker=statements.minuted(poll),
    )


def fingerprint_of_summaries(act: Act, cycle: Cycle, terms: poll_terms.PollTerms) -> str:
    """SHA-256 of what stands on the ballot under the projects' titles: election.json does not hold it, the log does."""
    written = outcomes.summaries(act, cycle)
    told = {
        str(project.number): {"kk": said.kk, "ru": said.ru}
        for project in terms.projects
        if (said := written.get(project.number))
    }
    return sha256_hex(dump_json(told))


def rule_of(act: Act, cycle: Cycle, exclusive: Sequence[frozenset[UUID]] = ()) -> CountingRule:
    """The counting rule that the cycle chose, with the opening's groups of projects that exclude each other."""
    chosen = cycle.poll_settings
    if chosen.equal_shares:
        return SharesTerms()
    return GreedyTerms(
        stop_at_misfit=chosen.stop_at_misfit,
        least_votes=chosen.least_votes,
        exclusive=tuple(frozenset(map(str, group)) for group in exclusive),
        in_part=chosen.in_part,
        # By the same names as the projects': a settlement may have been renamed since the cycle was opened.
        envelopes={act.territory.settlement(kept, "kk"): part for kept, part in chosen.settlement_envelopes.items()},
    )


def ballot_of(cycle: Cycle, costs: Sequence[int]) -> BallotRule | None:
    """The rule for a valid whole ballot of projects with these costs (tiyn); None where only totals are decrypted."""
    choices, projects = _choices(cycle, len(costs)), len(costs)
    return {
        BallotKind.TOTALS: None,
        BallotKind.APPROVAL: Approval(0, choices),
        BallotKind.POINTS: Points(max(1, cycle.points_each), max(1, min(cycle.points_total, MOST_POINTS * projects))),
        BallotKind.RANKING: Ranking(choices),
        BallotKind.KNAPSACK: Knapsack(tuple(costs), limit_of(cycle)),
    }[BallotKind(cycle.ballot_kind)]


def limit_of(cycle: Cycle) -> int:
    """What the projects on one ballot of the kind knapsack may cost together, in tiyn."""
    return cycle.cost_limit or cycle.envelope


def _choices(cycle: Cycle, projects: int) -> int:
    """How many projects a ballot may name: points and cost limit a ballot by themselves."""
    counted = cycle.ballot_kind not in {BallotKind.POINTS, BallotKind.KNAPSACK}
    return min(cycle.choices, projects) if counted else projects


def most_projects(cycle: Cycle) -> int | None:
    """How many projects a ballot can carry: one element of the group holds a whole ballot; None: as many as wanted."""
    embedding = group_named(cycle.group_name).embedding
    return None if cycle.ballot_kind == BallotKind.TOTALS or embedding is None else embedding.most
