"""The result as tables: CSV, a workbook with a sheet per view, and all whole ballots as they were decrypted."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from pb import tables
from pb.core.poll.terms import PollTerms
from pb.formats import language, numbered
from pb.polls.service import wording
from pb.results.service import explanations, fairness
from pb.results.service.counting import Counted, CountedProject
from pb.tables import Cell, Sheet

TIYN: Final = 100


def sheets(counted: Counted, terms: PollTerms, election_json: str, kinds: Mapping[UUID, str]) -> list[Sheet]:
    """The views: projects, settlements, kinds (by name for each project), what it means, the rule. Sums in tenge.

    Where ballots were decrypted as a whole, how voters fare by other rules is before the last.
    """
    votes = explanations.words(counted.ballot).counted
    return [
        Sheet(
            _("Projects"),
            [
                _("Place"), _("Number on the ballot"), _("Project"), _("Settlement"), votes, _("Cost, ₸"),
                _("Gets, ₸"), _("Outcome"), _("Why"),
            ],
            [
                [
                    place, project.number, project.called(language()).text, project.settlement, project.votes,
                    tenge(project.cost), tenge(project.granted), outcome(project), explanations.why(project, counted),
                ]
                for place, project in enumerate(counted.projects, 1)
            ],
        ),
        Sheet(
            _("Settlements"),
            [_("Settlement"), _("Projects"), _("Winners"), votes, _("Gets, ₸"), _("Kept for it, ₸")],
            [
                [share.name, share.projects, share.winners, share.votes, tenge(share.granted), tenge(share.reserved)]
                for share in explanations.shares(counted)
            ],
        ),
        Sheet(
            _("Kinds of projects"),
            [_("Kind of project"), _("Projects"), _("Winners"), votes, _("Gets, ₸")],
            [
                [share.name, share.projects, share.winners, share.votes, tenge(share.granted)]
                for share in explanations.shares_by_kind(counted, kinds)
            ],
        ),
        Sheet(
            _("Figures"),
            [_("Figure"), _("Value")],
            [
                [_("Voters on the roll"), counted.entitled],
                [_("Ballots"), counted.voted],
                [_("Envelope, ₸"), tenge(counted.envelope)],
                [_("Spent, ₸"), tenge(counted.spent)],
                [_("Left, ₸"), tenge(counted.left)],
                *_blank(counted),
                *_sentences([*explanations.fairness(counted), *fairness.sentences(counted)]),
            ],
        ),
        *_fairness(counted),
        Sheet(
            _("Rule"),
            [_("Figure"), _("Value")],
            [
                *_sentences(wording.ballot(counted.ballot)),
                *_sentences([*wording.rule(counted.rule, counted.ballot), *explanations.ties(counted)]),
                [_("Text drawn in public"), terms.tie_seed.text],
                ["SHA-256", terms.tie_seed.sha256],
                ["election.json, SHA-256", sha256(election_json.encode()).hexdigest()],
            ],
        ),
    ]  # fmt: skip


def _blank(counted: Counted) -> list[list[Cell]]:
    if counted.result.blank is None:
        return []
    invalid: list[list[Cell]] = [[_("Ballots that are not counted"), len(counted.result.invalid)]]
    return [[_("Blank ballots"), counted.result.blank], *(invalid if counted.ballot else [])]


def _fairness(counted: Counted) -> list[Sheet]:
    rows = fairness.table(counted)
    if not rows:
        return []
    columns = [_("Figure"), *(column.title for column in fairness.columns(counted))]
    return [Sheet(_("Voters and rules"), columns, [list[Cell](row) for row in rows])]


def ballots(counted: Counted, terms: PollTerms) -> Sheet:
    """All whole ballots as they were decrypted, in the order of the archive, and why one is not counted."""
    reasons = dict(counted.result.invalid)
    columns = [_("Ballot"), *(numbered(project.answer) for project in terms.projects), _("Counted"), _("Why not")]
    rows: list[list[Cell]] = []
    for place, ballot in enumerate(counted.ballots, 1):
        reason = reasons.get(place)
        verdict = [_("yes"), ""] if reason is None else [_("no"), explanations.invalid(reason)]
        rows.append([place, *ballot, *verdict])
    return Sheet(_("Ballots"), columns, rows)


def contents(ballot: Sequence[int], terms: PollTerms) -> str:
    """What a whole ballot holds: the numbers of projects and what is written beside them."""
    pairs = zip(terms.projects, ballot, strict=True)
    return "; ".join(f"{numbered(project.number)}: {number}" for project, number in pairs if number) or "–"


def _sentences(sentences: Sequence[str]) -> list[list[Cell]]:
    return [[sentence, ""] for sentence in sentences]


def outcome(project: CountedProject) -> str:
    """Whether it won, in one word or three."""
    if project.in_part:
        return str(_("won in part"))
    return str(_("won") if project.won else _("did not win"))


def tenge(tiyn: int) -> int | float:
    """A sum for a spreadsheet; only where there are tiyn it has decimals."""
    return tiyn // TIYN if tiyn % TIYN == 0 else tiyn / TIYN


def as_csv(sheet: Sheet, language: str) -> bytes:
    """One view as CSV, as the spreadsheet of a language (kk, ru, en) opens it."""
    return tables.as_csv((sheet.columns, *sheet.rows), language)
