"""The receipt of a year, for everybody: per resident, and what one paid oneself, computed in the browser alone."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, url_for
from flask_babel import LazyString, force_locale, lazy_gettext
from flask_babel import gettext as _

from pb import child
from pb.act import Act, Role
from pb.budget.models import Budget
from pb.core.places.kinds import FOURTH_LEVEL
from pb.core.receipt import Level, Part, flat
from pb.documents.service.papers import LANGUAGES, PRINTING_SECONDS
from pb.documents.service.render import as_picture
from pb.errors import NotFound
from pb.formats import language
from pb.receipt import documents, service
from pb.receipt.service import Receipt, asking, comparing
from pb.receipt.service.projects import Decided
from pb.receipt.service.words import in_percent, signed
from pb.receipt.views.blueprint import blueprint
from pb.receipt.views.rows import shown
from pb.web import places
from pb.web.access import EVERYBODY, access
from pb.web.charts import Bar, bar_chart
from pb.web.limits import PAPERS, limited, signed_in
from pb.web.requests import Response, current_act, page, settings

# What individuals pay and the okrug keeps: Budget Code, article 27 p. 1 (1) to (4), in the edition of 01.01.2026.
OWN_TAXES: tuple[tuple[str, LazyString], ...] = (
    ("property", lazy_gettext("Tax on your house or flat")),
    ("land", lazy_gettext("Land tax on your plot in the village")),
    ("vehicle", lazy_gettext("Tax on your car")),
    ("income", lazy_gettext("Income tax that you paid yourself")),
)


@blueprint.get("/<okrug:okrug>/receipt")
@access(EVERYBODY)
def latest() -> str | Response:
    """Leads to the receipt of this year, else to the last one."""
    act = of_a_village()
    found = service.latest(act, service.with_receipt(act))
    if found is None:
        return page("receipt/none.html")
    return redirect(url_for("receipt.show", budget_id=found.id))


@blueprint.get("/<okrug:okrug>/receipt/<number:budget_id>")
@access(EVERYBODY)
def show(budget_id: UUID) -> str:
    act = of_a_village()
    receipt = receipt_of(act, budget_id)
    year, month = receipt.yearly(), receipt.monthly()
    return page(
        "receipt/show.html",
        receipt=receipt,
        years=service.with_receipt(act),
        rows=shown(act, receipt),
        total=signed(year.amount),
        monthly=signed(month.amount),
        whole=signed(receipt.whole.amount),
        paid=signed(receipt.paid) if receipt.paid is not None else "",
        origins=receipt.origins(),
        decided=decided(receipt, year),
        asked=sum(asking.counts(act, receipt.year).values()),
        may_ask=act.person is None or act.holds(Role.RESIDENT),  # a stranger is led to the sign-in
        percent=in_percent,
        taxes=OWN_TAXES,
    )


@blueprint.get("/<okrug:okrug>/receipt/<number:budget_id>/compare")
@access(EVERYBODY)
def compare(budget_id: UUID) -> str:
    """How the village compares with others that published a budget of the same year."""
    act = of_a_village()
    budget = act.session.get(Budget, budget_id)
    if budget is None or budget.territory_id != act.territory.id:
        raise NotFound
    rows = comparing.of_year(act, budget.first_year)
    places.expect(row.place for row in rows)
    tongue = language()
    bars = [
        Bar(row.territory.name(tongue), row.each, signed(row.each), won=row.territory.id == act.territory.id)
        for row in rows
        if row.each is not None and row.each >= 0
    ]
    return page(
        "receipt/compare.html",
        budget=budget,
        rows=rows,
        chart=bar_chart(bars, title=_("Spending for each resident"), won=_("this village")) if bars else None,
        here=act.territory.id,
        signed=signed,
        percent=in_percent,
    )


@blueprint.get("/<okrug:okrug>/receipt/<number:budget_id>/picture-<any(kk, ru):tongue>.png")
@limited(PAPERS, proof=signed_in)
@access(EVERYBODY)
def picture(budget_id: UUID, tongue: str) -> FlaskResponse:
    """A leaf as a picture to send, drawn for the okrug: it is the same for everybody."""
    act = of_a_village()
    receipt = receipt_of(act, budget_id)
    with force_locale(LANGUAGES[tongue]):
        drawn = documents.leaf(act, receipt, tongue, settings().base_url)
    return FlaskResponse(
        child.run(as_picture, drawn, processor_seconds=PRINTING_SECONDS),
        mimetype="image/png",
        headers={"Content-Disposition": f'inline; filename="receipt-{receipt.year}-{tongue}.png"'},
    )


def receipt_of(act: Act, budget_id: UUID) -> Receipt:
    """The receipt of a budget of the act's territory. Raises NotFound: there is none, or nobody was shown one yet."""
    budget = act.session.get(Budget, budget_id)
    if budget is None or budget.territory_id != act.territory.id:
        raise NotFound
    found = service.of_budget(act, budget)
    if found is None:
        raise NotFound
    return found


def decided(receipt: Receipt, year: Part) -> list[tuple[Decided, str]]:
    """The projects of residents that stand in this budget, each with what falls to a resident."""
    return [
        (receipt.decided[part.row.key], signed(part.amount)) for part in flat(year) if part.row.level is Level.PROJECT
    ]


def of_a_village() -> Act:
    act = current_act()
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    return act
