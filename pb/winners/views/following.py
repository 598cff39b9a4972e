"""Decided, budgeted, built: the page of all cycles of an okrug."""

from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup

from pb.core.budget.amounts import thousands
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import NotFound
from pb.formats import money, tenths
from pb.web.access import EVERYBODY, access
from pb.web.charts import Bar, bar_chart
from pb.web.requests import current_act, page
from pb.winners.service import following
from pb.winners.service.following import Figures
from pb.winners.views.blueprint import blueprint


class Year(NamedTuple):
    """A cycle with its picture, and its shares as they are printed; a dash where nobody tells of works."""

    figures: Figures
    chart: Markup
    of_proposed: str
    of_won: str


@blueprint.get("/<okrug:okrug>/winners")
@access(EVERYBODY)
def overview() -> str:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    years = [_year(figures) for figures in following.of_okrug(act)]
    return page("winners/overview.html", years=years, thousands=thousands)


def _year(figures: Figures) -> Year:
    """Bars are parts of what was decided; what is beyond it has its own: no project hides what another lacks."""
    sums = [(_("Decided by the vote"), figures.decided), (_("Of it in the budget in force"), figures.budgeted.decided)]
    if figures.paid is not None:
        sums.append((_("Of it paid"), figures.paid.decided))
    if figures.budgeted.beyond:
        sums.append((_("In the budget beyond what was decided"), figures.budgeted.beyond))
    if figures.paid is not None and figures.paid.beyond:
        sums.append((_("Paid beyond what was decided"), figures.paid.beyond))
    bars = [Bar(label, amount, money(amount)) for label, amount in sums]
    title = _("Decided, budgeted, paid: cycle of %(year)s", year=figures.cycle.year)
    chart = bar_chart(bars, title=title, keep_order=True)
    return Year(figures, chart, _share(figures.built_of_proposed), _share(figures.built_of_won))


def _share(hundredths: int | None) -> str:
    """Of hundredths of a per cent, with one decimal."""
    return "–" if hundredths is None else f"{tenths((hundredths + 5) // 10)}\u00a0%"
