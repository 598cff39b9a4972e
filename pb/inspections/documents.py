"""The report of a visit on paper: what was found, what is recommended, and what the akim answered."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Recommended, Signature, VisitReport
from pb.formats import day, numbered
from pb.inspections import service
from pb.inspections.models import BODY_LABELS, KIND_LABELS, Body, Inspection, Kind
from pb.inspections.service import following
from pb.inspections.service.following import Asked
from pb.proposals.models import Proposal
from pb.territory.service import addresses


@builds("inspection", page="/{subject}", label=lazy_gettext("Report of a visit"))
def report(act: Act, subject_id: UUID, language: str, base_url: str) -> VisitReport:
    """The report as it stands now. Raises NotFound."""
    found = service.get(act, subject_id)
    one = following.standing(act, found)
    facts = [
        (_("Who visited"), str(BODY_LABELS[Body(found.body)])),
        (_("What was visited"), subject(act, found, language)),
        (_("Day of the visit"), day(found.visited_on, language)),
    ]
    if (monitoring := monitoring_of(act, found)) is not None:
        facts.append((_("Report of the commission that it belongs to"), monitoring))
    return VisitReport(
        frame=frame(
            act,
            language,
            _("Report of a visit"),
            _("Report of a visit № %(number)s", number=found.number),
            f"{base_url}{addresses.path(act)}/inspections/{found.number}",
        ),
        facts=facts,
        findings_title=_("What was found"),
        findings=found.findings,
        recommendations_title=_("Recommendations"),
        recommendations=[_recommended(asked, language) for asked in one.asked],
        signatures=list(_signatures(act, found, language)),
    )


def subject(act: Act, found: Inspection, language: str) -> str:
    """What was visited, in words."""
    if found.proposal_id is None:
        return str(_("The budget of %(year)s", year=found.year))
    proposal = act.session.get_one(Proposal, found.proposal_id)
    return f"{numbered(proposal.number or '')} {proposal.called(language).text}"


def monitoring_of(act: Act, found: Inspection) -> str | None:
    """The commission's report that the visit belongs to, by its number."""
    number = next((one.number for one in service.monitoring(act) if one.id == found.monitoring_id), None)
    return _("Report № %(number)s of the commission", number=number) if number is not None else None


def _recommended(asked: Asked, language: str) -> Recommended:
    term = _("To be answered by: %(day)s", day=day(asked.recommendation.until, language))
    if asked.last is None:
        return Recommended(asked.recommendation.words, term, _("Without an answer"), "")
    answer = f"{KIND_LABELS[Kind(asked.last.kind)]}, {day(asked.last.at, language)}"
    return Recommended(asked.recommendation.words, term, answer, asked.last.words)


def _signatures(act: Act, found: Inspection, language: str) -> list[Signature]:
    """A line for each who signs; of who has, when."""
    seats = service.commission_of(act, found)
    signed = {signature.member_id: signature for signature in found.signatures}
    if seats is None:
        mark = signed.get(None)
        told = day(mark.signed_on or mark.at, language) if mark is not None else _("signature, date")
        return [Signature(str(BODY_LABELS[Body.AUDITOR]), "", told)]
    member = _("Member of the commission")
    return [
        Signature(
            member,
            seat.member.name,
            day(signed[seat.member_id].signed_on or signed[seat.member_id].at, language)
            if seat.member_id in signed
            else _("signature, date"),
        )
        for seat in seats.seats
    ]
