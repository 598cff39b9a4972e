"""The annex to the budget decision: the winners as lines with codes and sums in thousand tenge."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.classification import service as classification
from pb.cycles import service as cycles
from pb.documents.service.papers import builds
from pb.documents.service.render import Annex, AnnexRow, Frame, Signature
from pb.errors import NotFound
from pb.formats import day
from pb.identity.service import accounts
from pb.territory.service import addresses
from pb.territory.service.words import word
from pb.winners import service


@builds("annex", page="/{subject}/winners", label=lazy_gettext("Annex to the decision"))
def annex(act: Act, subject_id: UUID, language: str, base_url: str) -> Annex:
    """The annex for the budget of a cycle, with the decision once it is recorded. Raises NotFound."""
    cycle = cycles.get(act, subject_id)
    if not service.lines(act, cycle):
        raise NotFound
    catalogue = classification.codes(act, cycle.fiscal_year)
    rows = [
        AnnexRow(
            group=line.functional_group,
            administrator=line.administrator,
            programme=line.programme,
            subprogramme=line.subprogramme,
            name=f"{service.programme_name(catalogue, line, language)}: {proposal.called(language).text}",
            amount=service.in_thousands(line.amount),
        )
        for line, proposal in service.lines_with_projects(act, cycle)
    ]
    facts = [(_("Financial year"), str(cycle.fiscal_year)), (_("Source"), _("Local budget"))]
    decision = service.decision(act, cycle)
    akim = next((person.name for person in accounts.holders(act, Role.AKIM)), "")
    if decision is not None:
        facts.append((_("Decision of the maslikhat"), f"№ {decision.number}, {day(decision.decided_on, language)}"))
    frame = Frame(
        language=language,
        okrug=act.territory.name(language),
        document=_("Annex to the decision"),
        title=word(act.territory.kind, "project_lines", year=cycle.fiscal_year),
        address=f"{base_url}{addresses.path(act)}/{cycle.year}/winners",
        page=_("Page"),
        subtitle=act.territory.parent(language),
    )
    return Annex(
        frame=frame,
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
        total=service.in_thousands(sum(line.amount for line in service.lines(act, cycle))),
        notes=[],
        signatures=[Signature(_("Akim"), akim, _("signature, date"))],
    )
