"""What the papers of a version share: titles, the six lines and annexes in the words of decisions."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from flask_babel import gettext as _

from pb.act import Act
from pb.budget.models import YEARS, Kind, Line, Version
from pb.budget.service import decisions
from pb.classification import service as classification
from pb.core.budget.amounts import STEP, apportion, thousands
from pb.core.budget.annex_rows import written
from pb.core.budget.annex_words import LINE_WORDS, annex_head, annex_title
from pb.core.budget.annexes import Entry
from pb.core.budget.codes import Code, Part
from pb.core.budget.statement import LINES, Statement, Total
from pb.core.places import genitive
from pb.documents.service.sheets import Block, BlockKind
from pb.formats import day, numbered
from pb.territory.models import Territory

OPEN: Final = "________"
SUBVENTION: Final = Code.read("4.02.3.03")
BY_THE_AKIM: Final = frozenset({Kind.CORRECTION, Kind.QUARTER})


def title(act: Act, version: Version, language: str) -> str:
    """The title of the decision: in the genitive where the name has one, else with the name after a colon."""
    told = named(act, version, language)
    titles: dict[Kind, tuple[str, str]] = {
        Kind.DRAFT: (
            _("On the budget of %(of_okrug)s for %(first)s–%(last)s", **told),
            _("On the approval of the budget for %(first)s–%(last)s: %(okrug)s", **told),
        ),
        Kind.AMENDMENT: (
            _("On changes to the budget of %(of_okrug)s for %(first)s–%(last)s", **told),
            _("On changes to the budget of %(first)s–%(last)s: %(okrug)s", **told),
        ),
        Kind.CORRECTION: (
            _("On the correction of the budget of %(of_okrug)s for %(first)s–%(last)s", **told),
            _("On the correction of the budget of %(first)s–%(last)s: %(okrug)s", **told),
        ),
        Kind.QUARTER: (_("On the local financial plan for the first quarter of %(first)s: %(okrug)s", **told),) * 2,
    }
    titles[Kind.PAPER] = titles[Kind.DRAFT]
    return titles[Kind(version.kind)][told["of_okrug"] is None]


def named(act: Act, version: Version, language: str) -> dict[str, str | int | None]:
    """The okrug's name, its genitive or None, and the years, as the sentences of a decision want them."""
    okrug = act.session.get_one(Territory, version.budget.territory_id)
    first = version.budget.first_year
    name = genitive.kazakh(okrug.name_kk) if language == "kk" else genitive.russian(okrug.name_ru)
    years = {"first": first, "last": first + YEARS - 1, "year": first}
    return {"of_okrug": name, "okrug": okrug.name(language), **years}


def changed_decision(act: Act, version: Version, language: str) -> dict[str, str]:
    """Whose decision a version changes, of which day and number, as sentences want them."""
    changed = decisions.changed_by(act, version)
    if changed is None:
        return {"open": OPEN, "date": OPEN, "number": OPEN}
    decided = changed.decision
    return {"open": OPEN, "date": day(decided.decided_on, language), "number": numbered(decided.reference)}


def six_lines(statement: Statement, language: str, only: Collection[Part | Total] | None = None) -> Iterator[Block]:
    """The lines of a decision's first point, each with its parts; `only`: those of them that are wanted."""
    for number, (line, parts) in enumerate(LINES, 1):
        if only is not None and line not in only:
            continue
        amount = thousand_tenge(statement[line])
        if line is Total.REVENUE:
            amount = _("%(amount)s, among them:", amount=amount)
        elif parts:
            amount = f"{amount}:"
        yield line_block(f"{number}) {_bare(line, language)}", amount)
        for part in parts:
            yield line_block(_bare(part, language), thousand_tenge(statement[part]))


def transfers(lines: Sequence[Line]) -> tuple[int, int]:
    """What comes from the raion by these lines, in tiyn, and what of it is the subvention."""
    received = [line for line in lines if line.part == Part.TRANSFERS]
    subvention = sum(line.amount for line in received if Code.read(line.code).within(SUBVENTION))
    return sum(line.amount for line in received), subvention


def second_point(lines: Sequence[Line]) -> Iterator[Block]:
    """Point 2 of a decision: what the budget has of transfers, by the lines of its first year."""
    received, subvention = transfers(lines)
    told = {"sum": thousand_tenge(received)}
    if subvention:
        sentence = _(
            "2. To take into account that the budget holds transfers from the budget of the raion (city): %(sum)s, "
            "among them the subvention: %(subvention)s",
            subvention=thousand_tenge(subvention),
            **told,
        )
        yield paragraph(sentence)
        return
    sentence = _(
        "2. To take into account that the budget holds transfers from the budget of the raion (city): %(sum)s, "
        "among them the subvention:",
        **told,
    )
    yield paragraph(sentence)
    yield paragraph(OPEN, is_open=True)


def annex(act: Act, lines: Sequence[Line], year: int, number: int | None, language: str) -> Iterator[Block]:
    """The budget of a year as an annex prints it; `number` None: the only one."""
    yield Block(BlockKind.PAGE)
    yield Block(BlockKind.HEADING, annex_head(number, language))
    yield paragraph(annex_title(act.territory.name(language), year, language))
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
    """Lines as an annex prints them: in whole steps, so that what is printed adds up to what is printed above it."""
    shown = {part: iter(apportion([line.amount for line in lines if line.part == part], STEP)) for part in Part}
    return [Entry(Code.read(line.code), Part(line.part), next(shown[Part(line.part)])) for line in lines]


def of_year(every: Sequence[Line], year: int) -> list[Line]:
    """Those of one year."""
    return [line for line in every if line.year == year]


def _bare(line: Part | Total, language: str) -> str:
    """A line's official name as it goes on in a sentence, without the Roman number that annexes print before it."""
    words = LINE_WORDS[line]
    text = words.kk if language == "kk" else words.ru
    number, point, rest = text.partition(". ")
    bare = rest if point and set(number) <= set("IVX") else text
    return f"{bare[:1].lower()}{bare[1:]}"


def thousand_tenge(tiyn: int) -> str:
    """An amount in the words of decisions."""
    told: str = _("0 tenge") if tiyn == 0 else _("%(sum)s thousand tenge", sum=thousands(tiyn))
    return told


def paragraph(text: str, *, is_open: bool = False) -> Block:
    """A paragraph; `is_open`: only people decide what stands there."""
    return Block(BlockKind.PARAGRAPH, text, open=is_open)


def line_block(text: str, amount: str) -> Block:
    """A line of the decision with its amount."""
    return Block(BlockKind.LINE, text, amount)
