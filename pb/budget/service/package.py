"""The papers of a version in the words of decisions: the draft decision with its annexes, and the explanatory note.

Structure and words: Budget Code, article 89 p. 4 and 5; decisions of maslikhats (their standard phrases). Whatever only
people decide is left open and marked.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from pb.act import Act
from pb.budget import service
from pb.budget.models import YEARS, Kind, Version
from pb.budget.service import amending, wording
from pb.budget.service.wording import BY_THE_AKIM, OPEN, line_block, of_year, paragraph
from pb.classification import service as classification
from pb.core.budget.amounts import STEP, apportion, thousands
from pb.core.budget.annex_words import annex_head
from pb.core.budget.codes import Code, Part
from pb.documents.service.sheets import Block, BlockKind


class Decided(NamedTuple):
    """A project in a version: its code, what residents decided of it, and what the office added to that, in tiyn."""

    project: str
    code: str
    decided: int
    added: int


# Registered by rooms above: what residents decided of a version.
DecidedRows = Callable[[Act, Version, str], Sequence[Decided]]
_decided: list[DecidedRows] = []


def tells_what_residents_decided(rows: DecidedRows) -> DecidedRows:
    """Registers what tells which lines of a version residents decided."""
    _decided.append(rows)
    return rows


def decision(act: Act, version: Version, language: str) -> list[Block]:
    """The draft decision: its preamble, the six lines, transfers, sequester, entry into force, and the annexes.

    Of a correction or a plan of a quarter it is the akim's, with one annex; of an amendment what it changes alone.
    """
    kind, first = Kind(version.kind), version.budget.first_year
    blocks = [paragraph(_requisites(kind), is_open=True), paragraph(_preamble(kind))]
    if kind is Kind.AMENDMENT:
        return [*blocks, *amending.decision(act, version, language)]
    every = service.lines(act, version)
    blocks.append(paragraph(_first_item(act, version, language)))
    blocks += wording.six_lines(service.statement(of_year(every, first)), language)
    if kind in BY_THE_AKIM:
        blocks.append(paragraph(_("2. This decision enters into force on the day on which it is signed.")))
        return [*blocks, *wording.annex(act, of_year(every, first), first, None, language)]
    blocks += wording.second_point(of_year(every, first))
    blocks.append(
        paragraph(_("3. To approve the list of programmes that are not subject to sequester, according to annex 4."))
    )
    blocks.append(paragraph(_("4. This decision enters into force on 1 January of %(year)s.", year=first)))
    for number, year in enumerate(version.budget.years, 1):
        blocks += wording.annex(act, of_year(every, year), year, number, language)
    return [
        *blocks,
        Block(BlockKind.PAGE),
        Block(BlockKind.HEADING, annex_head(YEARS + 1, language)),
        paragraph(_("Programmes that are not subject to sequester in %(year)s", year=first)),
        paragraph(OPEN, is_open=True),
    ]


def note(act: Act, version: Version, language: str) -> list[Block]:
    """The explanatory note: where the money comes from, what it is spent on, what residents decided."""
    first = version.budget.first_year
    lines = of_year(service.lines(act, version), first)
    statement = service.statement(lines)
    share = statement.own_share
    blocks = [
        Block(BlockKind.HEADING, _("Revenue")),
        line_block(_("Own receipts, thousand tenge"), thousands(statement.own)),
        line_block(_("Transfers, thousand tenge"), thousands(statement.transferred)),
    ]
    if share is not None:
        blocks.append(line_block(_("Own receipts, per cent of the revenue"), f"{share // 100},{share % 100:02}"))
    blocks += [Block(BlockKind.HEADING, _("Expenditure by functional group"))]
    groups: dict[str, int] = {}
    for line in lines:
        if line.part == Part.SPENDING:
            group = Code.read(line.code).up(1).text
            groups[group] = groups.get(group, 0) + line.amount
    known = classification.codes(act, first)
    shown = apportion(list(groups.values()), STEP)
    rows = [[code, known.name(code, language), thousands(sum_)] for code, sum_ in zip(groups, shown, strict=True)]
    columns = [_("Functional group"), _("Name in the classification"), _("Thousand tenge")]
    blocks.append(Block(BlockKind.TABLE, columns=columns, rows=rows))
    blocks.append(Block(BlockKind.HEADING, _("What residents decided")))
    decided = [row for tell in _decided for row in tell(act, version, language)]
    if decided:
        cells = [[one.project, one.code, thousands(one.decided), thousands(one.added)] for one in decided]
        columns = [_("Project"), _("Code"), _("Residents decided, thousand tenge"), _("Added by the akim's office")]
        blocks.append(Block(BlockKind.TABLE, columns=columns, rows=cells, amounts=2))
    else:
        blocks.append(paragraph(_("No project that residents chose by vote stands in this budget.")))
    blocks += [Block(BlockKind.HEADING, _("Grounds of the estimates")), paragraph(OPEN, is_open=True)]
    return blocks


def _requisites(kind: Kind) -> str:
    """Whose decision, of which day and number: blanks, which people fill in."""
    blanks = {"whose": OPEN, "date": OPEN, "number": OPEN}
    told: str = (
        _("Decision of the akim of %(whose)s of %(date)s № %(number)s", **blanks)
        if kind in BY_THE_AKIM
        else _("Decision of the maslikhat of %(whose)s of %(date)s № %(number)s", **blanks)
    )
    return told


def _preamble(kind: Kind) -> str:
    preambles: dict[Kind, str] = {
        Kind.DRAFT: _(
            "In accordance with point 3 of article 91 of the Budget Code of the Republic of Kazakhstan, subpoint 1) of "
            "point 1 of article 6 of the Law of the Republic of Kazakhstan “On local state administration and "
            "self-government in the Republic of Kazakhstan”, the maslikhat %(open)s HAS DECIDED:",
            open=OPEN,
        ),
        Kind.AMENDMENT: _(
            "In accordance with articles 94 and 96 of the Budget Code of the Republic of Kazakhstan, the maslikhat "
            "%(open)s HAS DECIDED:",
            open=OPEN,
        ),
        Kind.CORRECTION: _(
            "In accordance with point 4 of article 98 of the Budget Code of the Republic of Kazakhstan and in "
            "agreement with the assembly of the local community, I HAVE DECIDED:"
        ),
        Kind.QUARTER: _(
            "In accordance with point 4 of article 91 of the Budget Code of the Republic of Kazakhstan, I HAVE DECIDED:"
        ),
    }
    return preambles[kind]


def _first_item(act: Act, version: Version, language: str) -> str:
    """What is decided, with the okrug in the genitive where its name has one."""
    named = wording.named(act, version, language)
    items: dict[Kind, tuple[str, str]] = {
        Kind.DRAFT: (
            _(
                "1. To approve the budget of %(of_okrug)s for %(first)s–%(last)s according to annexes 1, 2 and 3, "
                "among them for %(year)s in these amounts:",
                **named,
            ),
            _(
                "1. To approve the budget for %(first)s–%(last)s according to annexes 1, 2 and 3, among them for "
                "%(year)s in these amounts:",
                **named,
            ),
        ),
        Kind.CORRECTION: (
            _(
                "1. To correct the budget of %(year)s, approved by the decision of the maslikhat %(open)s of %(date)s "
                "%(number)s, according to the annex, in these amounts:",
                **named,
                **wording.changed_decision(act, version, language),
            ),
        )
        * 2,
        Kind.QUARTER: (_("1. To approve the plan for the first quarter of %(year)s according to the annex:", **named),)
        * 2,
    }
    return items[Kind(version.kind)][named["of_okrug"] is None]
