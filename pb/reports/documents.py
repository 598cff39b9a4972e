"""The forms about meetings with residents on paper, to be signed by the akim and handed in."""

from functools import partial
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import OfficialForm, OfficialLine, Signature
from pb.formats import number
from pb.identity.service import accounts
from pb.reports.service import sheets
from pb.reports.service.quarters import Quarter
from pb.reports.service.sheets import Compute
from pb.territory.service import addresses

# Each by what it is called in addresses: what computes it, and what people call it.
FORMS: Final[dict[str, tuple[Compute, LazyString]]] = {
    "decree-826": (sheets.decree_826, lazy_gettext("Quarterly form of Decree № 826")),
    "report-meetings": (sheets.report_meetings, lazy_gettext("Form of report meetings")),
}
CHANGED_BY: Final = (
    "report.meeting_recorded",
    "report.meeting_corrected",
    "report.quarter_recorded",
    "minutes.drawn_up",
)


def _build(kind: str, act: Act, subject_id: UUID, language: str, base_url: str) -> OfficialForm:
    quarter = Quarter.of_subject(subject_id)
    compute, label = FORMS[kind]
    form = compute(act, quarter)
    akim = next((person.name for person in accounts.holders(act, Role.AKIM)), "")
    return OfficialForm(
        frame=frame(
            act,
            language,
            str(label),
            form.title,
            f"{base_url}{addresses.path(act)}/reports/{quarter.text}/{kind}",
            form.subtitle,
        ),
        columns=["№", _("Indicator"), *form.columns],
        lines=[
            OfficialLine(line.number, line.label, [_cell(value) for value in line.values], line.depth)
            for line in form.lines
        ],
        notes=[*form.lacks, *form.notes],
        signatures=[Signature(_("Akim"), akim, _("signature, date"))],
    )


def _cell(value: int | None) -> str:
    return "" if value is None else number(value)


for _kind, (_compute, _label) in FORMS.items():
    builds(_kind, page=f"/reports/{{subject}}/{_kind}", label=_label, changed_by=CHANGED_BY)(partial(_build, _kind))
