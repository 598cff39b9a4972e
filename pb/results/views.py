"""The published result: why each project won or lost, what it means, and the same as files."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from flask_babel import gettext as _

from pb import tables
from pb.act import Act
from pb.core.belenios.ballot_rule import Reason
from pb.core.poll.terms import PollTerms
from pb.cycles import service as cycles
from pb.cycles.models import NOW, Cycle, Phase
from pb.errors import NotFound
from pb.formats import language, money, number, numbered
from pb.jobs import service as jobs
from pb.polls.models import Poll
from pb.polls.service import state, wording
from pb.proposals.models import CATEGORY_LABELS, Category
from pb.proposals.service import fates, proposals
from pb.proposals.service.fates import Fate
from pb.results.service import counting, explanations, exports, fairness, pabulib
from pb.web import downloads
from pb.web import requests as web
from pb.web.access import EVERYBODY, access
from pb.web.charts import Bar, bar_chart, money_bar
from pb.web.remembered import made_once
from pb.web.requests import current_act, page
from pb.web.wording import title_of

blueprint = Blueprint("results", __name__)

MOST_SHOWN = 50  # ballots that are not counted; all of them stand in the table of ballots


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/result")
@access(EVERYBODY)
@made_once
def result(cycle_id: UUID) -> web.Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    counted = counting.outcome(act, cycle)
    if counted is None:
        return redirect(url_for("voting.show", cycle_id=cycle.id))
    counted = counting.in_language(act, counted, language())
    poll = state.require(act, cycle)
    bars = [
        Bar(
            f"{numbered(project.number)}. {title_of(project)}",
            project.votes,
            number(project.votes),
            won=project.won,
            language=project.called(language()).language,
        )
        for project in counted.projects
    ]
    shares = explanations.shares(counted)
    categories = _categories(act, cycle)
    kinds = explanations.shares_by_kind(counted, _kinds(categories))
    terms = state.terms_of(poll)
    words = explanations.words(counted.ballot)
    return page(
        "results/result.html",
        cycle=cycle,
        poll=poll,
        counted=counted,
        won=[project for project in counted.projects if project.won],
        lost=[project for project in counted.projects if not project.won],
        chart=bar_chart(bars, title=words.of_each, won=_("won"), keep_order=True),
        spending=_money_bar(counted),
        next_step=_next_step(cycle),
        categories=categories,
        shares=shares,
        spread=_spread_chart(shares, _("Money by settlement")),
        kinds=kinds,
        spread_of_kinds=_spread_chart(kinds, _("Money by kind of project")),
        words=words,
        reason=explanations.reason,
        why=explanations.why,
        outcome=exports.outcome,
        rule=[*wording.ballot(counted.ballot), *wording.rule(counted.rule, counted.ballot)],
        fairness=[*explanations.fairness(counted), *fairness.sentences(counted)],
        rules=fairness.columns(counted),
        voters=fairness.table(counted),
        marks_alone=counted.comparison is not None and counted.comparison.own.fairness.injustices is not None,
        voters_chart=_voters_chart(counted),
        invalid=_invalid(counted, terms),
        ties=explanations.ties(counted),
        terms=terms,
        verified=jobs.find(act, "poll.verify", poll.id),
        files=[
            (url_for("results.result_csv", cycle_id=cycle.id), _("Table (CSV)")),
            (url_for("results.result_workbook", cycle_id=cycle.id), _("Workbook (XLSX)")),
            (url_for("results.result_pabulib", cycle_id=cycle.id), _("Pabulib (.pb)")),
            *(_files_of_ballots(cycle) if counted.ballot else []),
        ],
    )


def _files_of_ballots(cycle: Cycle) -> list[tuple[str, str]]:
    return [
        (url_for("results.result_ballots", cycle_id=cycle.id), _("All ballots, without names (CSV)")),
        (url_for("results.result_manifest", cycle_id=cycle.id), _("Manifest: counts the Pabulib file again (JSON)")),
    ]


def _invalid(counted: counting.Counted, terms: PollTerms | None) -> list[tuple[str, str, str]]:
    """The first ballots that are not counted: place, what stands on them, why not."""
    rows = []
    for place, reason in counted.result.invalid[:MOST_SHOWN]:
        readable = terms is not None and reason is not Reason.NOT_AN_ENCODING
        contents = exports.contents(counted.ballots[place - 1], terms) if terms and readable else "–"
        rows.append((numbered(place), contents, explanations.invalid(reason)))
    return rows


@fates.tells(Phase.RESULT)
def won_or_lost(act: Act, cycle: Cycle) -> Mapping[UUID, Fate]:
    """What the vote decided, for the pages of the projects."""
    counted = counting.outcome(act, cycle)
    if counted is None:
        return {}
    url, label, phase = url_for("results.result", cycle_id=cycle.id), _("See the result"), Phase(cycle.phase)
    over = _("Nothing more happens to this proposal in this cycle.")
    won = Fate("green", "won", _("Won"), str(NOW[phase]), cycle.until(phase), url, label)
    lost = Fate("grey", "lost", _("Did not win"), url=url, label=label)
    return {
        project.id: won if project.won else lost._replace(next=f"{explanations.reason(project, counted)} {over}")
        for project in counted.projects
    }


class NextStep(NamedTuple):
    """What happens to the winners now, until when, and the page on which one sees it."""

    told: str
    until: date | None
    url: str
    label: str


def _next_step(cycle: Cycle) -> NextStep:
    phase = Phase(cycle.phase)
    if phase in {Phase.BUDGET, Phase.WORKS}:
        url, label = url_for("winners.show", cycle_id=cycle.id), _("See the budget")
    elif phase == Phase.ENDED:
        url, label = url_for("process.show", cycle_id=cycle.id), _("Cycle of %(year)s", year=cycle.year)
    else:
        url, label = url_for("checks.show", cycle_id=cycle.id), _("Checks before the adoption")
    return NextStep(str(NOW[phase]), cycle.until(phase), url, str(label))


def _voters_chart(counted: counting.Counted) -> Any:
    """How many voters have a winner, by each rule."""
    columns = fairness.columns(counted)
    voters = columns[0].side.fairness.voters if columns else 0
    bars = [
        Bar(column.title, column.side.fairness.covered, number(column.side.fairness.covered), won=column.own)
        for column in columns
    ]
    return bar_chart(
        bars,
        title=_("Voters with at least one winner"),
        won=_("this result"),
        envelope=voters,
        envelope_text=_("Ballots that are counted: %(number)s", number=number(voters)),
        keep_order=True,
    )


def _money_bar(counted: counting.Counted) -> Any:
    """What the winners get of the envelope, and what nobody gets."""
    sums = ((_("Spent"), counted.spent), (_("Left"), counted.left), (_("Envelope"), counted.envelope))
    spent, left, whole = (f"{word}: {money(tiyn)}" for word, tiyn in sums)
    return money_bar(
        counted.spent, counted.envelope, title=f"{whole}. {spent}. {left}.", spent_text=spent, left_text=left
    )


def _spread_chart(shares: list[explanations.Share], title: str) -> Any:
    bars = [Bar(share.name, share.granted, money(share.granted)) for share in shares]
    return bar_chart(bars, title=title, keep_order=True)


def _categories(act: Act, cycle: Cycle) -> dict[UUID, Category]:
    """Each project's kind: the author chose it, and it decides nothing."""
    return {proposal.id: Category(proposal.category) for proposal in proposals.public(act, cycle) if proposal.category}


def _kinds(categories: Mapping[UUID, Category]) -> dict[UUID, str]:
    return {project: str(CATEGORY_LABELS[category]) for project, category in categories.items()}


def _published(cycle_id: UUID) -> tuple[Cycle, Poll, PollTerms, counting.Counted]:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    counted = counting.outcome(act, cycle)
    poll = state.current(act, cycle)
    terms = state.terms_of(poll) if poll else None
    if counted is None or poll is None or terms is None:
        raise NotFound
    return cycle, poll, terms, counting.in_language(act, counted, language())


def _file(data: bytes, mimetype: str, cycle: Cycle, ending: str) -> Response:
    return downloads.attachment(data, mimetype, f"result-{cycle.fiscal_year}.{ending}")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/result.csv")
@access(EVERYBODY)
@made_once
def result_csv(cycle_id: UUID) -> Response:
    cycle, poll, terms, counted = _published(cycle_id)
    views = exports.sheets(counted, terms, poll.election_json or "", _kinds(_categories(current_act(), cycle)))
    return _file(exports.as_csv(views[0], language()), "text/csv", cycle, "csv")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/result.xlsx")
@access(EVERYBODY)
@made_once
def result_workbook(cycle_id: UUID) -> Response:
    cycle, poll, terms, counted = _published(cycle_id)
    views = exports.sheets(counted, terms, poll.election_json or "", _kinds(_categories(current_act(), cycle)))
    return _file(tables.as_workbook(views), downloads.WORKBOOK, cycle, "xlsx")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/result.pb")
@access(EVERYBODY)
@made_once
def result_pabulib(cycle_id: UUID) -> Response:
    cycle, poll, terms, counted = _published(cycle_id)
    data = pabulib.as_file(terms, counted.result, counted.voted, poll.election_json or "")
    return _file(data, "text/plain", cycle, "pb")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/result.json")
@access(EVERYBODY)
@made_once
def result_manifest(cycle_id: UUID) -> Response:
    cycle, poll, _terms, counted = _published(cycle_id)
    if counted.ballot is None:
        raise NotFound
    return _file(pabulib.as_manifest(counted.result, poll.election_json or ""), "application/json", cycle, "json")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/result/ballots.csv")
@access(EVERYBODY)
@made_once
def result_ballots(cycle_id: UUID) -> Response:
    cycle, _poll, terms, counted = _published(cycle_id)
    if counted.ballot is None:
        raise NotFound
    return _file(exports.as_csv(exports.ballots(counted, terms), language()), "text/csv", cycle, "ballots.csv")
