"""The annex to the budget decision: the winners as lines with codes and sums in thousand tenge."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.budget.service import package
from pb.budget.service.package import Decided
from pb.classification import service as classification
from pb.core.budget.amounts import thousands
from pb.core.budget.codes import Code, Part
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Annex, AnnexRow, Signature
from pb.errors import NotFound
from pb.formats import day, numbered
from pb.identity.service import accounts
from pb.territory.service import addresses
from pb.territory.service.words import word
from pb.winners.models import Line
from pb.winners.service import adopting, budgeting, plans
from pb.winners.service.plans import PROGRAMME_DEPTH, Standing


@package.tells_what_residents_decided
def decided(act: Act, version: Version, language: str) -> list[Decided]:
    """What of the first year of a version of the okrug's budget residents decided, for its explanatory note."""
    first = version.budget.first_year
    lines = [line.code for line in budgets.lines(act, version, first) if line.part == Part.SPENDING]
    return [
        Decided(
            standing.proposal.called(language).text,
            budgeting.target(line.code, lines),  # as the annex of that version has it
            of_it := standing.decided_of(line),
            line.amount - of_it,
        )
        for standing, line in budgeting.lines_for(act, version)
        if line.year == first
    ]


@builds("annex", page="/{subject}/winners", label=lazy_gettext("Annex to the decision"))
def annex(act: Act, subject_id: UUID, language: str, base_url: str) -> Annex:
    """The annex for the budget of a cycle, without what waits; with the decisions that adopted it. Raises NotFound."""
    cycle = cycles.get(act, subject_id)
    standings = [one for one in plans.standings(act, cycle) if not one.plan.waits]
    if not standings:
        raise NotFound
    rows = [_row(act, cycle, one, line, language) for one in standings for line in one.lines]
    facts = [(_("Financial year"), str(cycle.fiscal_year)), (_("Source"), _("Local budget"))]
    akim = next((person.name for person in accounts.holders(act, Role.AKIM)), "")
    for decision in adopting.of_cycle(act, cycle).decisions:
        told = f"{numbered(decision.reference)}, {day(decision.decided_on, language)}"
        facts.append((_("Decision of the maslikhat"), told))
    sheet = frame(
        act,
        language,
        _("Annex to the decision"),
        word(act.territory.kind, "project_lines", year=cycle.fiscal_year),
        f"{base_url}{addresses.path(act)}/{cycle.year}/winners",
        act.territory.parent(language),
    )
    return Annex(
        frame=sheet,
        facts=facts,
        columns=[
            _("Functional group"),
            _("Administrator"),
            _("Programme"),
            _("Subprogramme"),
            _("Programme and project"),
            _("Amount, thousand tenge"),
        ],
        rows=rows,
        total_label=_("Total"),
        total=thousands(sum(one.total for one in standings)),
        notes=[],
        signatures=[Signature(_("Akim"), akim, _("signature, date"))],
    )


def _row(act: Act, cycle: Cycle, one: Standing, line: Line, language: str) -> AnnexRow:
    """A line of another year than the cycle's says which."""
    code = Code.read(line.code)
    programme = classification.codes(act, line.year).name(code.up(PROGRAMME_DEPTH).text, language)
    name = f"{programme}: {one.proposal.called(language).text}"
    return AnnexRow(
        group=code.group,
        administrator=code.administrator,
        programme=code.programme,
        subprogramme=code.subprogramme,
        name=name if line.year == cycle.fiscal_year else f"{name} ({line.year})",
        amount=thousands(line.amount),
    )
