"""What hangs of winners on pages of the okrug's budget: what of a line residents decided, and putting that in."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from pb.act import Act, Role
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.budget.service import notes
from pb.budget.service.notes import Key
from pb.core.budget.amounts import thousands
from pb.errors import NotFound
from pb.formats import language
from pb.web import downloads
from pb.web.access import EVERYBODY, access, allow
from pb.web.parts import Place, hangs
from pb.web.requests import Response, current_act, notify
from pb.winners.service import budgeting, decided_file
from pb.winners.service.budgeting import Need
from pb.winners.views.blueprint import blueprint


@blueprint.post("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/winners")
@access(allow(Role.OFFICE), action=lazy_gettext("put the winners' lines into the budget"))
def put_into_budget(budget_id: UUID, version_id: UUID) -> Response:
    act = current_act()
    version = _version(act, budget_id, version_id)
    made = budgeting.put_into(act, version)
    if made:
        rows = "; ".join(f"{one.year}, {one.code}: {thousands(one.before)} → {thousands(one.after)}" for one in made)
        notify(_("The winners' lines are in this version, thousand tenge. %(rows)s", rows=rows))
    else:
        notify(_("This version holds all that residents decided already. Nothing was changed."))
    return redirect(url_for("budget.show_version", budget_id=budget_id, version_id=version_id))


@blueprint.get("/<okrug:okrug>/budget/<number:budget_id>/versions/<number:version_id>/decided.csv")
@access(EVERYBODY)
def decided_csv(budget_id: UUID, version_id: UUID) -> FlaskResponse:
    """What residents decided of the lines of a version, as an open file beside them."""
    act = current_act()
    version = _version(act, budget_id, version_id)
    data = decided_file.as_csv(decided_file.of_version(act, version), language())
    name = f"decided-{version.budget.first_year}-{version.number}.csv"
    return downloads.attachment(data, "text/csv", name)


@hangs(Place.BUDGET)
def of_winners(act: Act, version: Version) -> str:
    """What residents decided of the years of this version, and the way to put it in while the lines are written."""
    found = budgeting.of_version(act, version)
    if not found:
        return ""
    return render_template(
        "winners/_in_version.html",
        version=version,
        decided=thousands(sum(one.need.decided for one in found)),
        added=thousands(added) if (added := sum(one.need.added for one in found)) else "",
        unasked=thousands(unasked) if (unasked := sum(one.need.amount - one.asked for one in found)) else "",
        asked=any(one.asked for one in found),
        missing=thousands(sum(one.missing for one in found)),
        lacks=any(one.missing for one in found),
        left_out=budgeting.left_out(act, version) if any(one.missing for one in found) else [],
        may=act.holds(Role.OFFICE) and budgets.standing(act, version).being_written,
    )


@notes.notes_lines
def decided_here(act: Act, lines: Iterable[Key]) -> Mapping[Key, Markup]:
    """Of each line what residents decided, with the projects."""
    codes: dict[int, set[str]] = {}
    for year, code in lines:
        codes.setdefault(year, set()).add(code)
    found = budgeting.needs(budgeting.lines_of(act, codes), codes)
    return {(need.year, need.code): _told(need) for need in found if need.code in codes[need.year]}


def _version(act: Act, budget_id: UUID, version_id: UUID) -> Version:
    version = act.session.get(Version, version_id)
    if version is None or version.budget_id != budget_id or version.budget.territory_id != act.territory.id:
        raise NotFound
    return version


def _told(need: Need) -> Markup:
    projects = list({standing.winner.id: standing for standing, _line in need.of}.values())
    links = Markup(", ").join(
        Markup('<a href="{}">№ {}</a>').format(
            url_for("winners.show_winner", cycle_id=one.winner.cycle_id, winner_id=one.winner.id), one.proposal.number
        )
        for one in projects
    )
    told = _("Residents decided %(sum)s of it: %(links)s")
    if need.added:
        told = _("Residents decided %(sum)s of it, the akim's office planned %(added)s more: %(links)s")
    values = {"sum": thousands(need.decided), "added": thousands(need.added), "links": links}
    return Markup(told) % values  # noqa: S704 - our own sentence
