"""Decided, budgeted, built: the page of all cycles of an okrug."""

from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup

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
    return page("winners/overview.html", years=[_year(figures) for figures in following.of_okrug(act)])


def _year(figures: Figures) -> Year:
    sums = [(_("Decided by the vote"), figures.decided_sum), (_("In the budget in force"), figures.budgeted_sum)]
    if figures.paid_sum is not None:
        sums.append((_("Paid"), figures.paid_sum))
    bars = [Bar(label, amount, money(amount)) for label, amount in sums]
    title = _("Decided, budgeted, paid: cycle of %(year)s", year=figures.cycle.year)
    return Year(figures, bar_chart(bars, title=title), _share(figures.built_of_proposed), _share(figures.built_of_won))


def _share(hundredths: int | None) -> str:
    """Of hundredths of a per cent, with one decimal."""
    return "–" if hundredths is None else f"{tenths((hundredths + 5) // 10)}\u00a0%"
