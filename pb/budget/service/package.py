"""The papers of a version in the words of decisions: the draft decision with its annexes, what changes, and why.

Structure and words: Budget Code, article 89 p. 4 and 5; decisions of maslikhats (their standard phrases). Whatever only
people decide is left open and marked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from flask_babel import gettext as _

from pb.act import Act
from pb.budget import service
from pb.budget.models import YEARS, Decision, Kind, Line, Version
from pb.budget.service import amounts, decisions
from pb.classification import service as classification
from pb.core.budget.amounts import STEP, apportion, thousands
from pb.core.budget.annex_rows import written
from pb.core.budget.annex_words import LINE_WORDS
from pb.core.budget.annexes import Entry
from pb.core.budget.codes import ANY_SUBGROUP, Code, Part
from pb.core.budget.statement import LINES, Statement, Total
from pb.core.places import genitive
from pb.documents.service.render import Block, BlockKind
from pb.formats import day, numbered
from pb.territory.models import Territory

OPEN: Final = "________"
SUBVENTION: Final = Code.read("4.02.3.03")


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


BY_THE_AKIM: Final = frozenset({Kind.CORRECTION, Kind.QUARTER})


def title(act: Act, version: Version, language: str) -> str:
    """The title of the decision: in the genitive where the name has one, else with the name after a colon."""
    named = _named(act, version, language)
    titles: dict[Kind, tuple[str, str]] = {
        Kind.DRAFT: (
            _("On the budget of %(of_okrug)s for %(first)s–%(last)s", **named),
            _("On the approval of the budget for %(first)s–%(last)s: %(okrug)s", **named),
        ),
        Kind.AMENDMENT: (
            _("On changes to the budget of %(of_okrug)s for %(first)s–%(last)s", **named),
            _("On changes to the budget of %(first)s–%(last)s: %(okrug)s", **named),
        ),
        Kind.CORRECTION: (
            _("On the correction of the budget of %(of_okrug)s for %(first)s–%(last)s", **named),
            _("On the correction of the budget of %(first)s–%(last)s: %(okrug)s", **named),
        ),
        Kind.QUARTER: (_("On the local financial plan for the first quarter of %(first)s: %(okrug)s", **named),) * 2,
    }
    titles[Kind.PAPER] = titles[Kind.DRAFT]
    return titles[Kind(version.kind)][named["of_okrug"] is None]


def decision(act: Act, version: Version, language: str) -> list[Block]:
    """The draft decision: its preamble, the six lines, transfers, sequester, entry into force, and the annexes.

    Of a correction or a plan of a quarter it is the akim's, with one annex.
    """
    kind, first = Kind(version.kind), version.budget.first_year
    every = service.lines(act, version)
    blocks = [_paragraph(_preamble(kind)), _paragraph(_first_item(act, version, language))]
    blocks += _six_lines(service.statement(_of_year(every, first)), language)
    if kind in BY_THE_AKIM:
        blocks.append(_paragraph(_("2. This decision enters into force on the day on which it is signed.")))
        return [*blocks, *_annex(act, _of_year(every, first), first, 1, language)]
    blocks += _items(kind, every, first)
    for number, year in enumerate(range(first, first + YEARS), 1):
        blocks += _annex(act, _of_year(every, year), year, number, language)
    if kind is Kind.AMENDMENT:  # the list of programmes stays as the decision has it
        return blocks
    return [
        *blocks,
        Block(BlockKind.PAGE),
        Block(BlockKind.HEADING, _("Annex %(number)s to the decision", number=YEARS + 1)),
        _paragraph(_("Programmes that are not subject to sequester in %(year)s", year=first)),
        _paragraph(OPEN, is_open=True),
    ]


def comparison(act: Act, version: Version, language: str) -> list[Block]:
    """What an amendment or a correction changes in what was in force: line by line and as a whole."""
    basis = act.session.get(Version, version.basis_id) if version.basis_id is not None else None
    before = service.lines(act, basis) if basis is not None else []
    after = service.lines(act, version)
    rows = []
    for one in amounts.changes(before, after):
        name = classification.codes(act, one.year).whole_name(one.code, language)
        cells = (thousands(one.before or 0), thousands(one.after or 0), thousands(one.difference))
        rows.append([str(one.year), one.code, name, *cells])
    return [
        *(_paragraph(f"{label}: {which}") for label, which in changed_decisions(act, version, language)),
        _paragraph(
            _("Reason: %(reason)s", reason=version.reason) if version.reason else OPEN, is_open=not version.reason
        ),
        Block(
            BlockKind.TABLE,
            columns=[
                _("Year"),
                _("Code"),
                _("Name in the classification"),
                _("Before, thousand tenge"),
                _("After, thousand tenge"),
                _("Difference"),
            ],
            rows=rows,
            amounts=3,
        ),
    ]


def changed_decisions(act: Act, version: Version, language: str) -> list[tuple[str, str]]:
    """Number and date of the decision that a version changes, and of the one that changed it last, each labelled."""
    changed = decisions.changed_by(act, version)
    if changed is None:
        return []
    found = [(_("Decision that it changes"), _called(changed.decision, language))]
    if changed.last is not None and changed.several:
        found.append((_("Changed last by"), _called(changed.last, language)))
    return found


def _called(decision: Decision, language: str) -> str:
    return f"{numbered(decision.reference)}, {day(decision.decided_on, language)}"


def note(act: Act, version: Version, language: str) -> list[Block]:
    """The explanatory note: where the money comes from, what it is spent on, what residents decided."""
    first = version.budget.first_year
    lines = _of_year(service.lines(act, version), first)
    statement = service.statement(lines)
    share = statement.own_share
    blocks = [
        Block(BlockKind.HEADING, _("Revenue")),
        _line(_("Own receipts, thousand tenge"), thousands(statement.own)),
        _line(_("Transfers, thousand tenge"), thousands(statement.transferred)),
    ]
    if share is not None:
        blocks.append(_line(_("Own receipts, per cent of the revenue"), f"{share // 100},{share % 100:02}"))
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
        blocks.append(_paragraph(_("No project that residents chose by vote stands in this budget.")))
    blocks += [Block(BlockKind.HEADING, _("Grounds of the estimates")), _paragraph(OPEN, is_open=True)]
    return blocks


def _named(act: Act, version: Version, language: str) -> dict[str, str | int | None]:
    """The okrug's name, its genitive or None, and the years, as the sentences of a decision want them."""
    okrug = act.session.get_one(Territory, version.budget.territory_id)
    first = version.budget.first_year
    name = genitive.kazakh(okrug.name_kk) if language == "kk" else genitive.russian(okrug.name_ru)
    years = {"first": first, "last": first + YEARS - 1, "year": first}
    return {"of_okrug": name, "okrug": okrug.name(language), **years}


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
    if version.kind == Kind.AMENDMENT:
        return _changes_of(act, version, language)
    named = _named(act, version, language)
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
                **_changed(act, version, language),
            ),
        )
        * 2,
        Kind.QUARTER: (_("1. To approve the plan for the first quarter of %(year)s according to the annex:", **named),)
        * 2,
    }
    return items[Kind(version.kind)][named["of_okrug"] is None]


def _changes_of(act: Act, version: Version, language: str) -> str:
    """The first item of an amendment: which decision it changes, by date, number and title.

    The title of a decision on many okrugs is its own: it is left open, as is what is not known.
    """
    changed = decisions.changed_by(act, version)
    alone = decisions.adopted_by(act, changed.decision) if changed is not None else []
    told: str = _(
        "1. To make these changes in the decision of the maslikhat %(open)s of %(date)s %(number)s “%(title)s”: point "
        "1 and annexes 1, 2 and 3 read anew, for %(year)s in these amounts:",
        **_changed(act, version, language),
        title=title(act, alone[0][1], language) if len(alone) == 1 else OPEN,
        year=version.budget.first_year,
    )
    return told


def _changed(act: Act, version: Version, language: str) -> dict[str, str]:
    """Whose decision a version changes, of which day and number, as sentences want them."""
    changed = decisions.changed_by(act, version)
    if changed is None:
        return {"open": OPEN, "date": OPEN, "number": OPEN}
    decided = changed.decision
    return {"open": OPEN, "date": day(decided.decided_on, language), "number": numbered(decided.reference)}


def _six_lines(statement: Statement, language: str) -> Iterator[Block]:
    for number, (line, parts) in enumerate(LINES, 1):
        yield _line(f"{number}) {_bare(line, language)}", _thousand_tenge(statement[line]))
        for part in parts:
            yield _line(_bare(part, language), _thousand_tenge(statement[part]))


def _items(kind: Kind, every: Sequence[Line], first: int) -> Iterator[Block]:
    received = [line for line in every if line.year == first and line.part == Part.TRANSFERS]
    subvention = [line.amount for line in received if Code.read(line.code).within(SUBVENTION)]
    told = {"sum": _thousand_tenge(sum(line.amount for line in received))}
    if subvention:
        sentence = _(
            "2. To take into account that the budget holds transfers from the budget of the raion (city): %(sum)s, "
            "among them the subvention: %(subvention)s",
            subvention=_thousand_tenge(sum(subvention)),
            **told,
        )
        yield _paragraph(sentence)
    else:
        sentence = _(
            "2. To take into account that the budget holds transfers from the budget of the raion (city): %(sum)s, "
            "among them the subvention:",
            **told,
        )
        yield _paragraph(sentence)
        yield _paragraph(OPEN, is_open=True)
    if kind is Kind.AMENDMENT:
        yield _paragraph(_("3. This decision enters into force on 1 January of %(year)s.", year=first))
        return
    yield _paragraph(_("3. To approve the list of programmes that are not subject to sequester, according to annex 4."))
    yield _paragraph(_("4. This decision enters into force on 1 January of %(year)s.", year=first))


def _annex(act: Act, lines: Sequence[Line], year: int, number: int, language: str) -> Iterator[Block]:
    yield Block(BlockKind.PAGE)
    yield Block(BlockKind.HEADING, _("Annex %(number)s to the decision", number=number))
    yield _paragraph(_("Budget for %(year)s", year=year))
    known = classification.codes(act, year)
    columns: list[str] = []
    rows: list[list[str]] = []
    for cells in written(_entries(lines), lambda code: known.name(code.text, language), language):
        *texts, last = cells
        if isinstance(last, str):  # a heading: another table begins
            if rows:
                yield Block(BlockKind.TABLE, columns=columns, rows=rows)
            columns, rows = [str(cell) for cell in cells], []
        else:
            rows.append([*map(str, texts), thousands(last)])
    if rows:
        yield Block(BlockKind.TABLE, columns=columns, rows=rows)


def _entries(lines: Sequence[Line]) -> list[Entry]:
    """Lines as an annex prints them: in whole steps, so that what is printed adds up to what is printed above it.

    Where one line does not name its subgroup the annex has no column for it.
    """
    codes = [Code.read(line.code) for line in lines]
    without = any(code.subgroup == ANY_SUBGROUP for code in codes)
    sums: dict[tuple[Part, Code], int] = {}
    for line, code in zip(lines, codes, strict=True):
        key = Part(line.part), code.without_subgroup() if without else code
        sums[key] = sums.get(key, 0) + line.amount
    shown = {part: iter(apportion([sums[key] for key in sums if key[0] is part], STEP)) for part in Part}
    return [Entry(code, part, next(shown[part])) for part, code in sums]


def _of_year(every: Sequence[Line], year: int) -> list[Line]:
    return [line for line in every if line.year == year]


def _bare(line: Part | Total, language: str) -> str:
    """A line's official name without the Roman number that annexes print before it."""
    words = LINE_WORDS[line]
    text = words.kk if language == "kk" else words.ru
    number, point, rest = text.partition(". ")
    return rest if point and set(number) <= set("IVX") else text


def _thousand_tenge(tiyn: int) -> str:
    told: str = _("0 tenge") if tiyn == 0 else _("%(sum)s thousand tenge", sum=thousands(tiyn))
    return told


def _paragraph(text: str, *, is_open: bool = False) -> Block:
    return Block(BlockKind.PARAGRAPH, text, open=is_open)


def _line(text: str, amount: str) -> Block:
    return Block(BlockKind.LINE, text, amount)
