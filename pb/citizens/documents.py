"""An edition on paper: a leaflet of one sheet of A4 as PDF, and its text as DOCX for who goes on writing."""

from functools import partial
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Budget, Execution, Version
from pb.citizens import service
from pb.citizens.service import COMES_IN, Content, editions, leaves, words
from pb.citizens.service.editions import Edition, Stage
from pb.citizens.service.leaves import Leaf
from pb.citizens.service.sheets import Named, year_rows
from pb.classification import service as classification
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import ActPaper, Barred, Block, BlockKind, Frame, Leaflet, Section
from pb.errors import NotFound
from pb.formats import number
from pb.receipt.service.words import signed
from pb.territory.service import addresses

DRAFT, PLAN, EXECUTED = "citizens-draft", "citizens-plan", "citizens-executed"
MOST_ROWS: Final = 14
"""Of what goes out, on the leaflet; the page has all of it."""
MOST_DECIDED: Final = 8
LABEL = lazy_gettext("Citizens' budget")
# What it prints beside its own subject: plans and works of winners, how many people there are, names of codes.
CHANGED_BY: Final = (
    "territory.population",
    "budget.lines_made",
    "winner.planned",
    "winner.waits",
    "winner.resumed",
    *(f"work.{deed}" for deed in ("design", "request", "tender", "contract", "works", "accepted", "maintenance")),
    "work.stopped",
    "work.payment",
    "budget.execution_taken",
)


def of_version(draft: bool, act: Act, subject_id: UUID, language: str, base_url: str) -> Leaflet:  # noqa: FBT001
    """The leaflet of a version as it went before the assembly, or as it was put in force. Raises NotFound."""
    version = act.session.get(Version, subject_id)
    if version is None or version.budget.territory_id != act.territory.id:
        raise NotFound
    edition = editions.find_planned(editions.of_budget(act, version.budget), version, draft=draft)
    if edition is None:
        raise NotFound
    return leaflet(act, service.of_edition(act, version.budget, edition), language, base_url)


def of_report(act: Act, subject_id: UUID, language: str, base_url: str) -> Leaflet:
    """The leaflet of what was paid by a report's day. Raises NotFound, also where a later one took its place."""
    report = act.session.get(Execution, subject_id)
    if report is None or report.territory_id != act.territory.id:
        raise NotFound
    budget = budgets.get(act, report.year)
    edition = next((one for one in editions.of_budget(act, budget) if one.report == report), None)
    if edition is None:
        raise NotFound
    return leaflet(act, service.of_edition(act, budget, edition), language, base_url)


builds(DRAFT, page="/{subject}/citizens-draft", label=LABEL, changed_by=CHANGED_BY)(partial(of_version, True))
builds(PLAN, page="/{subject}/citizens-plan", label=LABEL, changed_by=CHANGED_BY)(partial(of_version, False))
builds(EXECUTED, page="/{subject}", label=LABEL, changed_by=CHANGED_BY)(of_report)


def paper_of(edition: Edition) -> tuple[str, UUID]:
    """The kind of an edition's leaflet, and what it is about."""
    if edition.report is not None:
        return EXECUTED, edition.report.id
    return (DRAFT if edition.stage is Stage.DRAFT else PLAN), edition.version.id


def address_of(act: Act, budget: Budget, edition: Edition, base_url: str) -> str:
    """Where an edition is read, as papers print it."""
    return f"{base_url}{addresses.path(act)}/budget/{budget.first_year}/citizens/{edition.called}"


def names(act: Act, year: int, language: str) -> Named:
    """What codes are called; one that the classification does not have stands for itself."""
    known = classification.codes(act, year)
    return lambda code: known.name(code, language) or code


def leaflet(act: Act, content: Content, language: str, base_url: str) -> Leaflet:
    """An edition as a leaflet in kk or ru, the language that is spoken now."""
    name = names(act, content.year, language)
    left = [_comes_in(content), _deficit(content), _decided(content, language)]
    left += [_done(content, name)] if content.paid is not None else []
    return Leaflet(
        frame=_frame(act, content, language, base_url),
        figures=_figures(content),
        left=left,
        right=[_goes_out(content, name), _years(content)],
        notes=_notes(content),
        closing=_("Everything, and the tables for a spreadsheet:"),
    )


def as_text(act: Act, content: Content, language: str, base_url: str) -> ActPaper:
    """An edition in words and tables, to be written as DOCX."""
    name = names(act, content.year, language)
    blocks = [Block(BlockKind.PARAGRAPH, f"{label}: {told}") for label, told in words.sources(content.edition)]
    blocks += [Block(BlockKind.LINE, label, amount) for label, amount, _each in _figures(content)]
    sections = [_comes_in(content), _deficit(content), _goes_out(content, name, most=None), _decided(content, language)]
    if content.paid is not None:
        sections.append(_done(content, name))
    for section in sections:
        blocks.append(Block(BlockKind.HEADING, section.title))
        if section.rows:
            blocks.append(_table(section))
        blocks += [Block(BlockKind.PARAGRAPH, note) for note in section.notes]
    blocks.append(Block(BlockKind.HEADING, _("Three years side by side")))
    years = [str(year) for year in content.statements]
    rows = [[label, *map(signed, sums)] for label, sums in year_rows(content, name)]
    blocks.append(Block(BlockKind.TABLE, columns=[_("Line"), *years], rows=rows, amounts=len(years)))
    blocks.append(Block(BlockKind.HEADING, _("Words")))
    blocks += [Block(BlockKind.PARAGRAPH, f"{term.question} {term.answer}") for term in words.TERMS.values()]
    blocks += [Block(BlockKind.PARAGRAPH, note) for note in _notes(content)]
    return ActPaper(_frame(act, content, language, base_url), blocks, [])


def _frame(act: Act, content: Content, language: str, base_url: str) -> Frame:
    return frame(
        act,
        language,
        str(LABEL),
        _("Citizens' budget, %(year)s", year=content.year),
        address_of(act, content.budget, content.edition, base_url),
        words.title(content.edition),
    )


def _figures(content: Content) -> list[tuple[str, str, str]]:
    return [
        _figure(content, _("Comes in"), content.statement.revenue),
        _figure(content, _("Goes out"), content.statement.expenditure),
        _figure(content, _starred(_("Residents decided")), content.decided),
    ]


def _figure(content: Content, label: str, amount: int) -> tuple[str, str, str]:
    each = content.each(amount)
    return label, signed(amount), _("per resident: %(sum)s", sum=signed(each)) if each is not None else ""


def _comes_in(content: Content) -> Section:
    some = sorted(COMES_IN, key=lambda part: -content.statement[part])
    most = max(content.statement[part] for part in COMES_IN)
    rows = [
        Barred(str(words.KINDS[part]), signed(content.statement[part]), _of(content.statement[part], most))
        for part in some
    ]
    told = {"own": signed(content.statement.own), "transferred": signed(content.statement.transferred)}
    return Section(_("What comes in"), rows, [_("Own: %(own)s. Transferred: %(transferred)s", **told)])


def _deficit(content: Content) -> Section:
    return Section(_("Deficit and what covers it"), [], words.covering(content.statement))


def _goes_out(content: Content, name: Named, most: int | None = MOST_ROWS) -> Section:
    """Every group, and of what lies in them the dearest, so many rows in all."""
    found = leaves.of(content.whole)
    within = [one for group in found.groups if len(group.entries) > 1 for one in group.entries]
    within += [group.entries[0] for group in found.groups if [one.kind for one in group.entries] == [Leaf.RESIDENTS]]
    room = len(within) if most is None else max(0, most - len(found.groups))
    shown = sorted(within, key=lambda one: -one.amount)[:room]
    largest = max((group.amount for group in found.groups), default=0)
    rows = []
    for group in found.groups:
        rows.append(Barred(name(group.key), signed(group.amount), _of(group.amount, largest)))
        for one in (one for one in group.entries if one in shown):
            star, part = one.kind is Leaf.RESIDENTS, _of(one.amount, largest)
            rows.append(Barred(name(one.key), signed(one.amount), part, level=1, star=star))
    notes = [] if rows else [_("Nothing is spent in this budget.")]
    if len(shown) < len(within):
        notes.append(_("Further lines stand on the page: %(number)s", number=len(within) - len(shown)))
    return Section(_("What goes out"), rows, notes)


def _decided(content: Content, language: str) -> Section:
    most = max((one.amount for one in content.chosen), default=0)
    some = sorted(content.chosen, key=lambda one: -one.amount)
    rows = [
        Barred(
            f"{one.proposal.called(language).text}: {words.state(one.state)[1]}",
            signed(one.amount),
            _of(one.amount, most),
            star=True,
        )
        for one in some[:MOST_DECIDED]
    ]
    notes = [] if rows else [_("Residents decided nothing of this budget.")]
    if len(some) > len(rows):
        notes.append(_("Further projects stand on the page: %(number)s", number=len(some) - len(rows)))
    return Section(_starred(_("What residents decided")), rows, notes)


def _done(content: Content, name: Named) -> Section:
    most = max((max(one.planned, one.paid) for one in content.done), default=0)
    rows = [
        Barred(
            name(one.key) if one.key else _("The rest"),
            signed(one.planned),
            _of(one.planned, most),
            beside=_of(one.paid, most),
            other=signed(one.paid),
        )
        for one in content.done
    ]
    return Section(_("What is done"), rows, heads=(_("Plan of the year"), _("Paid")))


def _years(content: Content) -> Section:
    rows = []
    for year, statement in content.statements.items():
        told = {"revenue": signed(statement.revenue), "expenditure": signed(statement.expenditure), "year": year}
        rows.append(_("%(year)s: comes in %(revenue)s, goes out %(expenditure)s", **told))
    return Section(_("Three years side by side"), [], rows)


def _notes(content: Content) -> list[str]:
    """That it was taken in from paper, if it was; and whose number the sums per resident rest on."""
    found = [": ".join(one) for one in words.from_paper(content.edition)]
    people = content.people
    if people is None or people.people <= 0:
        return [
            *found,
            _("Nobody has recorded how many people live here, so there are only the sums of the whole okrug."),
        ]
    told = {"people": number(people.people), "year": people.year, "source": people.source}
    return [*found, _("Per resident: of %(people)s people at the beginning of %(year)s. Source: %(source)s", **told)]


def _table(section: Section) -> Block:
    two = any(section.heads)
    columns = [_("Line"), *(section.heads if two else (_("Sum"),))]
    rows = [
        [_starred(one.name) if one.star else one.name, one.amount, *([one.other] if two else [])]
        for one in section.rows
    ]
    return Block(BlockKind.TABLE, columns=columns, rows=rows, amounts=2 if two else 1)


def _of(amount: int, most: int) -> int:
    """How long a bar is, in thousandths of the longest; what is not above nil has none."""
    return max(1, amount * 1000 // most) if amount > 0 and most > 0 else 0


def _starred(told: str) -> str:
    """What residents decided has a star wherever it stands."""
    return f"★ {told}"
