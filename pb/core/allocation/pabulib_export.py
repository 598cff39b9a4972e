"""A finished count as a Pabulib file that names nobody."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from pb.core.allocation.instance import Instance, Kind
from pb.core.allocation.pabulib import PabulibFile, Table
from pb.core.allocation.pabulib_count import amount

SMALLEST_GROUP: Final = 5
"""Age and sex of voters are published only in groups of at least so many."""

ORDER: Final[tuple[str, ...]] = (
    "description", "country", "unit", "district", "subunit", "instance", "num_projects", "num_votes", "budget",
    "vote_type", "rule", "date_begin", "date_end", "min_length", "max_length", "min_sum_cost", "max_sum_cost",
    "min_points", "max_points", "min_sum_points", "max_sum_points", "default_score", "min_project_cost",
    "max_project_cost", "min_project_score_threshold", "neighborhoods", "subdistricts", "categories", "edition",
    "language", "currency", "fully_funded", "experimental", "comment", "acknowledgments",
)  # fmt: skip
"""The order of META that the format asks for."""


def export(
    instance: Instance,
    meta: Mapping[str, str],
    winners: Sequence[str],
    random: Random,
    people: Sequence[tuple[str, str]] | None = None,
) -> PabulibFile:
    """A finished count as a file: random voter ids, rows shuffled, no times.

    `meta` holds the keys that the instance does not hold (description, country, unit, dates, rule …); `people` age
    group and sex of each voter in the order of the ballots: they are left out if any pair is shared by fewer than
    `SMALLEST_GROUP` voters. `random` should be a `random.SystemRandom`.
    """
    vote_type = {Kind.APPROVAL: "approval", Kind.POINTS: "cumulative", Kind.RANKING: "ordinal"}[instance.kind]
    counts = {"num_projects": str(len(instance.projects)), "num_votes": str(instance.voters)}
    if instance.kind is Kind.RANKING:
        counts["max_length"] = str(max((max(ballot.points) for ballot in instance.ballots if ballot.points), default=1))
    if instance.kind is Kind.POINTS and "max_sum_points" not in meta:
        counts["max_sum_points"] = str(
            max((sum(ballot.points) for ballot in instance.ballots if ballot.points), default=1)
        )
    whole = {**meta, **counts, "budget": amount(instance.envelope, instance.unit), "vote_type": vote_type}
    ordered = {key: whole[key] for key in (*ORDER, *whole) if key in whole}
    votes = [
        _cells(instance, ballot.choices, ballot.points) for ballot in instance.ballots for _ in range(ballot.voters)
    ]
    columns = ["voter_id", "vote"] if instance.kind is not Kind.POINTS else ["voter_id", "vote", "points"]
    if people is not None and min((people.count(pair) for pair in set(people)), default=0) >= SMALLEST_GROUP:
        columns += ["age", "sex"]
        votes = [(*cells, *person) for cells, person in zip(votes, people, strict=True)]
    random.shuffle(votes)
    ids = random.sample(range(16**10), len(votes))
    rows = tuple((f"{number:010x}", *cells) for number, cells in zip(ids, votes, strict=True))
    return PabulibFile(ordered, _project_table(instance, frozenset(winners)), Table(tuple(columns), rows), {})


def _cells(instance: Instance, choices: tuple[int, ...], points: tuple[int, ...] | None) -> tuple[str, ...]:
    if points is None:
        return (",".join(instance.projects[place].id for place in choices),)
    ranked = sorted(zip(choices, points, strict=True), key=lambda choice: -choice[1])
    names = ",".join(instance.projects[place].id for place, _number in ranked)
    return (names,) if instance.kind is Kind.RANKING else (names, ",".join(str(number) for _place, number in ranked))


def _project_table(instance: Instance, winners: frozenset[str]) -> Table:
    """The projects, winners first: programs that break ties by the order of the rows then agree with the result.

    The format leaves no name or subunit empty: an id replaces a name, the column may be missing.
    """
    places = sorted(range(len(instance.projects)), key=lambda place: instance.projects[place].id not in winners)
    projects = [instance.projects[place] for place in places]
    columns: dict[str, Sequence[str]] = {
        "project_id": [project.id for project in projects],
        "cost": [amount(project.cost, instance.unit) for project in projects],
        "votes": [str(instance.votes[place]) for place in places],
    }
    if instance.kind is not Kind.APPROVAL:
        columns["score"] = [str(instance.scores[place]) for place in places]
    columns["name"] = [project.name or project.id for project in projects]
    if any(project.category for project in projects):
        columns["category"] = [project.category for project in projects]
    columns["selected"] = [str(int(project.id in winners)) for project in projects]
    if all(project.settlement for project in projects):
        columns["subunit"] = [project.settlement for project in projects]
    return Table(tuple(columns), tuple(zip(*columns.values(), strict=True)))
