"""The result in the Pabulib format, and its manifest: whoever has both counts again with `pb count`, or any program.

Whole ballots are in the file: voter ids that mean nothing, rows shuffled, no times, no settlements, no ages. Both
follow from what is published anyway, so that everybody gets the same bytes and the manifest names the file's hash. A
poll of totals never opens a ballot: its file holds the projects, an empty section of votes, and the totals in its
comment.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any, Final

from pb.core.allocation.count import Terms, count
from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.instance import Instance, Kind, Project
from pb.core.allocation.manifest import canonical, manifest, terms_value
from pb.core.allocation.pabulib import PabulibFile, Table, read, write
from pb.core.allocation.pabulib_comment import comment
from pb.core.allocation.pabulib_count import amount, interpret
from pb.core.allocation.pabulib_export import ORDER, export
from pb.core.allocation.pabulib_rules import terms_of
from pb.core.belenios.ballot_rule import Approval, Knapsack, Points
from pb.core.poll.result import TIYN, PollResult, counting_terms, instance_of
from pb.core.poll.terms import PollTerms
from pb.polls.service import state
from pb.software import software

IN_PART: Final = "2"
"""The format's mark of a project that is funded otherwise than whole by the rule."""


def as_file(terms: PollTerms, result: PollResult, voted: int, election_json: str) -> bytes:
    """The result as a file. `voted` counts the ballots in the box."""
    if terms.ballot is None:
        return write(_totals(terms, result, voted))
    return _whole(election_json, result)


def as_manifest(result: PollResult, election_json: str) -> bytes:
    """The manifest of a result of whole ballots: the rule with its settings, winners, reasons, the hash of the file."""
    data = _whole(election_json, result)
    file = read(data)
    instance = interpret(file).instance
    return canonical(manifest(instance, count(instance, terms_of(file)), data, software()))


def _meta(terms: PollTerms) -> dict[str, str]:
    return {
        "description": f"{terms.okrug.name_kk}: {terms.fiscal_year}",
        "country": "Kazakhstan",
        "unit": terms.okrug.name_kk,
        "instance": str(terms.fiscal_year),
        "date_begin": terms.closes_at[:4],
        "date_end": terms.closes_at[:4],
        "language": "kk",
        "currency": "KZT",
    }


@lru_cache(maxsize=8)
def _whole(election_json: str, result: PollResult) -> bytes:
    """The file of a published result, which never changes."""
    terms = PollTerms.of(state.election_of(election_json))
    if terms is None or terms.ballot is None:
        raise ValueError("the poll has no whole ballots")
    names = _names(terms, result, instance_of(terms, result.valid))
    instance = _named(instance_of(terms, (ballot for ballot in result.valid if any(ballot))), names)
    winners = [names[winner.id] for winner in result.allocation.winners]
    borda = _is_plain_borda(instance)
    meta = {
        **_meta(terms),
        **_limits(terms),
        **_rule(terms, result, scored=borda),
        "comment": _comment(terms, result, names, plain_borda=borda),
    }
    if sum(project.cost for project in terms.projects) <= terms.envelope:
        meta["fully_funded"] = "1"
    # The order of the rows is drawn from what is published: it says nothing, and is the same for everybody.
    order = Random(sha256(election_json.encode()).hexdigest())  # noqa: S311 - no secret is drawn
    file = export(instance, meta, winners, order)
    partly = {names[winner.id] for winner in result.allocation.winners if winner.granted < winner.cost}
    return write(replace(file, projects=_table(file.projects, partly, scored=borda)))


def _names(terms: PollTerms, result: PollResult, instance: Instance) -> dict[str, str]:
    """What the projects are called in the file, by id: their numbers on the ballot.

    The text drawn in public orders ids; where it decided something, only the projects' own ids give the same winners.
    """
    names = {project.id: str(project.number) for project in terms.projects}
    counted = count(_named(instance, names), _renamed(counting_terms(terms), names))
    same = list(counted.winners) == [names[winner.id] for winner in result.allocation.winners]
    return names if same else {project.id: project.id for project in terms.projects}


def _named(instance: Instance, names: Mapping[str, str]) -> Instance:
    return replace(instance, projects=tuple(replace(project, id=names[project.id]) for project in instance.projects))


def _renamed(terms: Terms, names: Mapping[str, str]) -> Terms:
    groups = tuple(frozenset(names[project] for project in group) for group in terms.greedy.exclusive)
    return replace(terms, greedy=replace(terms.greedy, exclusive=groups))


def _limits(terms: PollTerms) -> dict[str, str]:
    """What a ballot may hold, by the format's keys."""
    match terms.ballot:
        case Approval(most=most):
            return {"max_length": str(most)}
        case Knapsack(limit=limit):
            return {"max_sum_cost": amount(limit, TIYN)}
        case Points(each=each, total=total):
            return {"max_points": str(each), "max_sum_points": str(total)}
    return {}


def _is_plain_borda(instance: Instance) -> bool:
    """Whether the first of every ranking gets as many points as the ballot is long, as most programs read the format.

    True of marks and points.
    """
    if instance.kind is not Kind.RANKING:
        return True
    return all(max(ballot.points or (0,)) == len(ballot.choices) for ballot in instance.ballots)


def _rule(terms: PollTerms, result: PollResult, *, scored: bool) -> dict[str, str]:
    """The name that the format has for the rule, if it has one: the comment holds the terms in any case."""
    rule = terms.rule
    if isinstance(rule, SharesTerms):
        return {"rule": "unknown"}
    losers = [outcome for outcome in result.allocation.outcomes if not outcome.won]
    idle = any(loser.votes == 0 and loser.cost <= result.allocation.left for loser in losers)
    if rule.exclusive or rule.in_part or rule.envelopes or not scored:
        return {"rule": "greedy-custom"}
    if rule.stop_at_misfit:
        return {"rule": "greedy-custom" if rule.least_votes > 1 or idle else "greedy-no-skip"}
    if rule.least_votes > 1 or idle:
        return {"rule": "greedy-threshold", "min_project_score_threshold": str(rule.least_votes)}
    return {"rule": "greedy"}


def _comment(terms: PollTerms, result: PollResult, names: Mapping[str, str], *, plain_borda: bool) -> str:
    written: dict[str, Any] = {"terms": _terms_of_comment(terms, names)}
    if result.blank:
        written["blank_ballots"] = result.blank
    if not plain_borda:
        written["first_place"] = "max_length"
    prose = (
        "Every ballot was decrypted after trustees had shuffled them in turn: nobody knows whose is which. "
        f"Ballots that name no project, for which this format has no row: {result.blank or 0}. "
        f"Ballots that break the rule and are not counted: {len(result.invalid)}."
    )
    points = [prose]
    if not plain_borda:
        points.append("Borda: the first place gives as many points as the longest ballot may have places.")
    if any(winner.granted < winner.cost for winner in result.allocation.winners):
        points.append(f"Selected {IN_PART}: won in part, paid with what was left of the envelope.")
    return comment(points, written)


def _terms_of_comment(terms: PollTerms, names: Mapping[str, str]) -> dict[str, Any]:
    """The poll's own rule with the names of the file, its money as the file has it."""
    unit = _unit(terms)
    own = _renamed(counting_terms(terms), names)
    parts = {name: part * unit // TIYN for name, part in own.greedy.envelopes.items()}
    return terms_value(replace(own, greedy=replace(own.greedy, envelopes=parts)))


def _unit(terms: PollTerms) -> int:
    """How many of the smallest amounts that occur make a tenge: what a reader of the file counts in."""
    amounts = [terms.envelope, *(project.cost for project in terms.projects)]
    return next(unit for unit in (1, 10, 100) if all(money * unit % TIYN == 0 for money in amounts))


def _table(projects: Table, partly: Collection[str], *, scored: bool) -> Table:
    """The projects without scores that another reading of Borda would contradict; marks of those that won in part."""
    places = [place for place, name in enumerate(projects.columns) if scored or name != "score"]
    mark = projects.columns.index("selected")
    rows = []
    for row in projects.rows:
        marked = [*row[:mark], IN_PART, *row[mark + 1 :]] if row[0] in partly else row
        rows.append(tuple(marked[place] for place in places))
    return Table(tuple(projects.columns[place] for place in places), tuple(rows))


def _totals(terms: PollTerms, result: PollResult, voted: int) -> PabulibFile:
    """Projects without a column of votes, which checkers compare with ballots: the comment holds the totals."""
    projects = [Project(project.id, project.cost, project.title, project.settlement) for project in terms.projects]
    sums = tuple((votes, votes) for votes in result.votes)
    names = _names(terms, result, Instance(terms.envelope, tuple(projects), (), Kind.APPROVAL, TIYN, sums))
    meta = {
        **_meta(terms),
        "num_projects": str(len(terms.projects)),
        "num_votes": "0",
        "budget": amount(terms.envelope, TIYN),
        "vote_type": "approval",
        "rule": "unknown",
        "max_length": str(terms.choices),
        "comment": comment(
            [
                f"A secret vote of {voted} ballots of which only the sum was opened: no single ballot is known.",
                "Counted again by anybody from the archive of the poll.",
            ],
            {
                "terms": _terms_of_comment(terms, names),
                "totals": {names[project.id]: votes for project, (votes, _) in zip(projects, sums, strict=True)},
            },
        ),
    }
    if sum(project.cost for project in terms.projects) <= terms.envelope:
        meta["fully_funded"] = "1"
    granted = {outcome.id: outcome.granted for outcome in result.allocation.winners}
    known = {project.id: project for project in terms.projects}
    rows = tuple(
        (
            names[outcome.id],
            amount(outcome.cost, TIYN),
            known[outcome.id].title,
            _selected(granted.get(outcome.id, 0), outcome.cost),
            known[outcome.id].settlement or "-",
        )
        for outcome in result.allocation.outcomes
    )
    columns = ("project_id", "cost", "name", "selected", "neighborhood")
    ordered: dict[str, str] = {key: meta[key] for key in ORDER if key in meta}
    return PabulibFile(ordered, Table(columns, rows), Table(("voter_id", "vote"), ()), {})


def _selected(granted: int, cost: int) -> str:
    if not granted:
        return "0"
    return "1" if granted == cost else IN_PART
