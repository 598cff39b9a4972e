"""A report of the commission on paper: what it says, and a line for each member to sign by hand."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.commission import service
from pb.commission.models import MonitoringReport, ReportLine
from pb.commission.service import seating
from pb.commission.service.words import half_named
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import ComparedLine, Monitoring, Signature
from pb.formats import day, money
from pb.territory.service import addresses
from pb.text import in_fours


@builds("monitoring", page="/{subject}", label=lazy_gettext("Report of the commission"))
def report(act: Act, subject_id: UUID, language: str, base_url: str) -> Monitoring:
    """The report as it stands now, for members to sign. Raises NotFound."""
    found = service.get(act, subject_id)
    return Monitoring(
        frame=frame(
            act,
            language,
            _("Report of the commission"),
            _("Report № %(number)s of the commission", number=found.number),
            f"{base_url}{addresses.path(act)}/commission/reports/{found.number}",
        ),
        facts=[
            (_("Half-year"), half_named(found.year, found.half)),
            (_("Written"), day(found.written_at, language)),
            (_("Digest of the text that members sign (SHA-256)"), in_fours(service.digest(found))),
        ],
        lines_title=_("Planned and reached"),
        lines=[_line(line) for line in found.lines],
        sections=[
            (_("What the commission found"), found.findings),
            *([(_("What it proposes to recommend"), found.proposals)] if found.proposals else []),
        ],
        signatures=_signatures(act, found, language),
    )


def _line(line: ReportLine) -> ComparedLine:
    def told(label: str, words: str, sum_of_it: int | None) -> str:
        return " ".join(filter(None, (f"{label}:", words, money(sum_of_it) if sum_of_it is not None else "")))

    return ComparedLine(
        line.name,
        told(_("What was planned"), line.planned_words, line.planned),
        told(_("What was reached"), line.reached_words, line.reached),
    )


def _signatures(act: Act, found: MonitoringReport, language: str) -> list[Signature]:
    """A line for each member; of who has signed, when."""
    signed = {row.member_id: day(row.signed_on or row.at, language) for row in found.signatures if row.counts}
    return [
        Signature(_("Member of the commission"), one.name, signed.get(one.id, _("signature, date")))
        for one in seating.members_of(seating.get(act, found.commission_id))
    ]
