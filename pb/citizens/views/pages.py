"""An edition of the citizens' budget: what comes in, what goes out, what residents decided, what is done."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.budget.models import MOVE_LABELS, TAGS, Budget, Version
from pb.citizens import service
from pb.citizens.documents import names, paper_of
from pb.citizens.service import COMES_IN, Compared, Content, editions, exceeding, leaves, words
from pb.citizens.service.editions import Edition, Stage
from pb.citizens.service.leaves import Leaf
from pb.citizens.service.sheets import Named, year_rows
from pb.citizens.views import raion, tree
from pb.citizens.views.blueprint import blueprint
from pb.core.budget.amounts import share
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.formats import language
from pb.receipt import service as receipt
from pb.receipt.service.words import in_percent, signed
from pb.web.access import EVERYBODY, access
from pb.web.requests import Response, current_act, page

OF_YEAR: Final = "/<okrug:okrug>/budget/<number:budget_id>/citizens"


class Row(NamedTuple):
    """A sum under its name. `bar`: hundredths of a per cent of the whole, nil where nothing is drawn.

    `number` is its box in the map; `star`: residents decided it; `of` are the rows within it.
    """

    name: str
    amount: str
    share: str
    bar: int
    number: int = 0
    star: bool = False
    of: Sequence["Row"] = ()


class Pair(NamedTuple):
    """Plan and paid (`spent`) or received, each with its bar in hundredths of a per cent of the largest of all."""

    name: str
    planned: str
    paid: str
    planned_bar: int
    paid_bar: int
    spent: bool = True
    of: Sequence["Pair"] = ()


@blueprint.get("/<okrug:okrug>/citizens")
@access(EVERYBODY)
def latest() -> str | Response:
    """Leads to the last year that has an edition; in a raion, its okrugs side by side."""
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        return raion.show(act)
    found = receipt.latest(act, receipt.with_receipt(act))
    if found is None:
        return page("citizens/none.html", budget=None)
    return redirect(url_for("citizens.show_latest", budget_id=found.id))


@blueprint.get(OF_YEAR)
@access(EVERYBODY)
def show_latest(budget_id: UUID) -> str:
    act = current_act()
    budget = budget_of(act, budget_id)
    every = editions.of_budget(act, budget)
    edition = editions.latest(every)
    return page("citizens/none.html", budget=budget) if edition is None else _shown(act, budget, edition, every)


@blueprint.get(f"{OF_YEAR}/<word:edition>")
@access(EVERYBODY)
def show(budget_id: UUID, edition: str) -> str | Response | tuple[str, int]:
    """An edition by its name; a stage alone (`approved`) leads to the last edition of it."""
    act = current_act()
    budget = budget_of(act, budget_id)
    every = editions.of_budget(act, budget)
    found = editions.find(every, edition)
    if found is not None:
        return _shown(act, budget, found, every)
    stage = next((one for one in Stage if edition == one or edition.startswith(f"{one}-")), None)
    of_stage = editions.of_stage(every, stage) if stage is not None else []
    if of_stage and edition == stage:
        return redirect(url_for("citizens.show", budget_id=budget.id, edition=of_stage[0].called))
    why = words.NOT_YET[stage] if stage is not None and not of_stage else _("The citizens' budget has no such edition.")
    return page("citizens/missing.html", budget=budget, why=why, groups=_groups(every)), 404


@blueprint.get("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/citizens-<any(draft, plan):how>")
@access(EVERYBODY)
def of_version(budget_id: UUID, version_id: UUID, how: str) -> Response:
    """Leads from a version, and from the paper of one, to its edition."""
    act = current_act()
    budget = budget_of(act, budget_id)
    version = act.session.get(Version, version_id)
    every = editions.of_budget(act, budget)
    found = editions.find_planned(every, version, draft=how == "draft") if version is not None else None
    if found is None:
        raise NotFound
    return redirect(url_for("citizens.show", budget_id=budget.id, edition=found.called))


def budget_of(act: Act, budget_id: UUID) -> Budget:
    """A budget of the act's territory. Raises NotFound."""
    budget = act.session.get(Budget, budget_id)
    if budget is None or budget.territory_id != act.territory.id:
        raise NotFound
    return budget


def _shown(act: Act, budget: Budget, edition: Edition, every: Sequence[Edition]) -> str:
    content = service.of_edition(act, budget, edition)
    tongue = language()
    name = names(act, content.year, tongue)
    found = leaves.of(content.whole)
    kind, subject_id = paper_of(edition)
    newest = editions.latest(every)
    return page(
        "citizens/show.html",
        budget=budget,
        edition=edition,
        title=words.title(edition),
        sources=words.sources(edition),
        stands=_stands(edition),
        newest=newest if newest != edition else None,
        years=receipt.with_receipt(act),
        groups=_groups(every),
        content=content,
        figures=_figures(content),
        incomes=_incomes(content, name),
        own_share=content.statement.own_share,
        own=signed(content.statement.own),
        transferred=signed(content.statement.transferred),
        transferred_share=share(content.statement.transferred, content.statement.revenue),
        outgoing=_outgoing(content, name, found),
        tree=_tree(found, name) if found.drawn else None,
        covering=words.covering(content.statement),
        chosen=[(one, signed(one.amount), signed(one.paid), words.state(one.state)) for one in _by_sum(content)],
        exceeding=[
            (
                name(one.programme),
                [project.proposal for project in one.projects],
                signed(one.paid),
                signed(one.reported),
            )
            for one in exceeding.of_content(act, content)
        ],
        chosen_share=in_percent(share(content.decided, content.statement.expenditure)),
        done=_done(content, name),
        received=_received(content),
        heads_of_years=[(str(year), "number") for year in content.statements],
        year_rows=[[label, *map(signed, sums)] for label, sums in year_rows(content, name)],
        terms=words.TERMS,
        paper=(kind, subject_id),
        percent=in_percent,
    )


def _by_sum(content: Content) -> list[service.Chosen]:
    return sorted(content.chosen, key=lambda one: -one.amount)


def _stands(edition: Edition) -> tuple[str, LazyString] | None:
    """How a draft went on, as a tag; nothing where the edition itself says it."""
    if edition.stage is not Stage.DRAFT or edition.move is None:
        return None
    return TAGS[edition.move], MOVE_LABELS[edition.move]


def _groups(every: Sequence[Edition]) -> list[tuple[LazyString, list[tuple[Edition, str]], LazyString]]:
    """The editions by their stage, the latest first, with what is said where there is none."""
    return [
        (
            words.STAGES[stage],
            [(one, words.title(one)) for one in editions.of_stage(every, stage)],
            words.NOT_YET[stage],
        )
        for stage in Stage
    ]


def _figures(content: Content) -> list[tuple[str, str, str, str]]:
    """What is told in large figures: its name, its sum, what of it falls to a resident, where it is told in full."""
    some = (
        (_("Comes in"), content.statement.revenue, "in"),
        (_("Goes out"), content.statement.expenditure, "out"),
        (Markup("★ {}").format(_("Residents decided")), content.decided, "decided"),
    )
    return [(label, signed(amount), _each(content, amount), anchor) for label, amount, anchor in some]


def _each(content: Content, amount: int) -> str:
    each = content.each(amount)
    return _("per resident: %(sum)s", sum=signed(each)) if each is not None else ""


def _row(name: str, amount: int, whole: int, number: int = 0, of: Sequence[Row] = (), *, star: bool = False) -> Row:
    part = share(amount, whole)
    drawn = part if part is not None and amount > 0 else 0
    return Row(name, signed(amount), in_percent(part), drawn, number, star, of)


def _incomes(content: Content, name: Named) -> list[Row]:
    """The four kinds, the largest first, each with its lines."""
    whole = content.statement.revenue
    rows = [
        (
            content.statement[part],
            _row(
                str(words.KINDS[part]),
                content.statement[part],
                whole,
                of=[_row(name(code), amount, whole) for code, amount in content.received(part)],
            ),
        )
        for part in COMES_IN
    ]
    return [row for _amount, row in sorted(rows, key=lambda pair: -pair[0])]


def _outgoing(content: Content, name: Named, found: leaves.Leaves) -> list[Row]:
    whole = content.whole.amount
    return [
        _row(
            name(group.key),
            group.amount,
            whole,
            of=[
                _row(
                    str(_("Without a programme")) if one.kind is Leaf.NO_PROGRAMME else name(one.key),
                    one.amount,
                    whole,
                    one.number,
                    star=one.kind is Leaf.RESIDENTS,
                )
                for one in group.entries
            ],
        )
        for group in found.groups
    ]


def _tree(found: leaves.Leaves, name: Named) -> Markup:
    tongue = language()
    return tree.drawn(
        found,
        name,
        title=_("What goes out as areas: the list below has the same numbers and sums"),
        rest=_("The rest"),
        tongue="ru" if tongue == "en" else "",
    )


def _received(content: Content) -> list[Pair]:
    """Each kind of receipts as planned and as it came in."""
    if content.paid_statement is None:
        return []
    some = [(content.statement[part], content.paid_statement[part], part) for part in COMES_IN]
    most = max(max(planned, paid) for planned, paid, _part in some)
    pairs = [
        _pair(str(words.KINDS[part]), planned, received, most, spent=False)
        for planned, received, part in sorted(some, reverse=True)
    ]
    return [*pairs, _pair(_("Together"), content.statement.revenue, content.paid_statement.revenue, 0, spent=False)]


def _done(content: Content, name: Named) -> list[Pair]:
    """Each functional group as planned and as paid, with its programmes; all bars on one scale."""
    most = max((max(one.planned, one.paid) for one in content.done), default=0)

    def pair(one: Compared) -> Pair:
        called = name(one.key) if one.key else _("The rest")
        return _pair(called, one.planned, one.paid, most, [pair(below) for below in one.of])

    pairs = [pair(one) for one in content.done]
    if not pairs or content.paid_statement is None:
        return pairs
    return [*pairs, _pair(_("Together"), content.statement.expenditure, content.paid_statement.expenditure, 0)]


def _pair(name: str, planned: int, paid: int, most: int, of: Sequence[Pair] = (), *, spent: bool = True) -> Pair:
    planned_bar, paid_bar = ((share(one, most) or 0) if one > 0 else 0 for one in (planned, paid))
    return Pair(name, signed(planned), signed(paid), planned_bar, paid_bar, spent, of)
