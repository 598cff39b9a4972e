"""The tables of an edition for a spreadsheet: one heading row each, sums in tenge as numbers, codes as text."""

from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _

from pb.citizens.service import COMES_IN, Content, words
from pb.core.budget.amounts import TIYN
from pb.core.budget.codes import Part
from pb.core.receipt import Part as Printed
from pb.core.receipt import Row
from pb.tables import Cell, Sheet

Named = Callable[[str], str]
"""What a code is called."""
_Told = tuple[Row, int | None, list["_Told"]]


def tenge(tiyn: int | None) -> Cell:
    """A sum for a spreadsheet; only where there are tiyn it has decimals, and what is not known is empty."""
    if tiyn is None:
        return ""
    return tiyn // TIYN if tiyn % TIYN == 0 else tiyn / TIYN


def of_content(content: Content, name: Named, language: str, address: str) -> list[Sheet]:
    """All tables, in the language that is spoken now."""
    found = [
        _source(content, address),
        _comes_in(content, name),
        _goes_out(content, name),
        _residents(content, language),
        _years(content, name),
    ]
    return [*found, _done(content, name)] if content.paid is not None else found


def _source(content: Content, address: str) -> Sheet:
    people = content.people
    sources: list[list[Cell]] = [[label, told] for label, told in words.sources(content.edition)]
    rows: list[list[Cell]] = [
        [_("Edition"), words.title(content.edition)],
        *sources,
        [_("Address"), address],
        [_("Residents"), people.people if people is not None else _("not recorded")],
    ]
    if people is not None:
        rows += [[_("Population of the year"), people.year], [_("Source of the population"), people.source]]
    rows += [
        [_("Comes in, tenge"), tenge(content.statement.revenue)],
        [_("Goes out, tenge"), tenge(content.statement.expenditure)],
        [_("Deficit (below nil) or surplus, tenge"), tenge(content.statement.deficit)],
        [_("Residents decided, tenge"), tenge(content.decided)],
    ]
    return Sheet(_("Edition"), [_("What"), _("Value")], rows)


def _comes_in(content: Content, name: Named) -> Sheet:
    rows: list[list[Cell]] = [
        [str(words.KINDS[Part(kind.key)]), line.key, name(line.key), tenge(line.amount), tenge(each)]
        for kind, _each, below in _each_of(content, content.coming_in)
        for line, each, _below in below
    ]
    columns = [_("Kind"), _("Code"), _("Name in the classification"), _("Sum, tenge"), _("Per resident, tenge")]
    return Sheet(_("Comes in"), columns, rows)


def _each_of(content: Content, whole: Row) -> list[_Told]:
    """The rows right below the whole, each with what the receipt prints of it for a resident, and those below it."""

    def told(row: Row, printed: Printed | None) -> _Told:
        below = printed.of if printed is not None else [None] * len(row.of)
        return row, printed.amount if printed is not None else None, [*map(told, row.of, below)]

    return told(whole, content.each_of(whole))[2]


def _goes_out(content: Content, name: Named) -> Sheet:
    rows: list[list[Cell]] = []
    for group, of_group, within in _each_of(content, content.spending_of(content.year)):
        rows += [
            [
                group.key,
                name(group.key),
                row.key or group.key,
                name(row.key) if row.key else _("The rest"),
                tenge(row.amount),
                tenge(each),
            ]
            for row, each, _below in within or [(group, of_group, [])]
        ]
    columns = [
        _("Code of the group"),
        _("Functional group"),
        _("Code of the programme"),
        _("Budget programme"),
        _("Sum, tenge"),
        _("Per resident, tenge"),
    ]
    return Sheet(_("Goes out"), columns, rows)


def _residents(content: Content, language: str) -> Sheet:
    rows: list[list[Cell]] = [
        [
            one.proposal.number or "",
            one.proposal.called(language).text,
            tenge(one.amount),
            tenge(one.paid),
            str(words.state(one.state)[1]),
        ]
        for one in content.chosen
    ]
    columns = [_("Number of the project"), _("Project"), _("Sum, tenge"), _("Paid so far, tenge"), _("State")]
    return Sheet(_("Residents decided"), columns, rows)


def _years(content: Content, name: Named) -> Sheet:
    rows: list[list[Cell]] = [[label, *map(tenge, sums)] for label, sums in year_rows(content, name)]
    return Sheet(_("Three years"), [_("Line"), *(str(year) for year in content.statements)], rows)


def _done(content: Content, name: Named) -> Sheet:
    rows: list[list[Cell]] = []
    if content.paid_statement is not None:
        rows += [
            [str(words.KINDS[part]), "", tenge(content.statement[part]), tenge(content.paid_statement[part])]
            for part in COMES_IN
        ]
    for group in content.done:
        rows += [
            [name(one.key) if one.key else _("The rest"), one.key or group.key, tenge(one.planned), tenge(one.paid)]
            for one in (group.of or (group,))
        ]
    return Sheet(_("Plan and paid"), [_("Line"), _("Code"), _("Plan, tenge"), _("Paid, tenge")], rows)


def year_rows(content: Content, name: Named) -> Iterable[tuple[str, Sequence[int]]]:
    """The lines that are compared over the years of the version, with their sums."""
    every = list(content.statements.values())
    yield _("Comes in"), [one.revenue for one in every]
    yield _("of it own receipts"), [one.own for one in every]
    yield _("of it transfers"), [one.transferred for one in every]
    yield _("Goes out"), [one.expenditure for one in every]
    for key, some in _groups_by_year(content):
        yield name(key), [some.get(year, 0) for year in content.statements]
    yield _("Deficit (surplus)"), [one.deficit for one in every]


def _groups_by_year(content: Content) -> list[tuple[str, dict[int, int]]]:
    """What each functional group has in each year, in the order of the first year's sums."""
    found: dict[str, dict[int, int]] = {}
    for year in content.statements:
        for group in content.spending_of(year).of:
            found.setdefault(group.key, {})[year] = group.amount
    return list(found.items())
