"""The extract of one decision from confirmed minutes: what an executor or a bank is given."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Extract
from pb.formats import day, numbered
from pb.gatherings import documents
from pb.gatherings.documents import recorded
from pb.gatherings.models import Correction, Office, Outcome
from pb.gatherings.models.referrals import Step
from pb.gatherings.service import decided, meetings
from pb.gatherings.service.decided import Decided
from pb.gatherings.service.standing import IN_FORCE, TO_SEND

CHANGED_BY = (
    "minutes.answered",
    "correction.confirmed",
    "correction.scan_confirmed",
    "gathering.convened",
    "gathering.called_off",
    "gathering.not_held",
    *(f"referral.{step}" for step in Step),
)


@builds("extract", page="/decisions", label=lazy_gettext("Extract from the minutes"), changed_by=CHANGED_BY)
def extract(act: Act, subject_id: UUID, language: str, base_url: str) -> Extract:
    """One decided point. Its QR leads to where the minutes are verified. Raises NotFound."""
    one = decided.get(act, subject_id)
    row, body = one.minutes, one.minutes.body
    gathering = row.gathering
    address = f"{documents.address(act, gathering, base_url)}/minutes/verify"
    people = [(office, documents.who(body, office)) for office in (Office.CHAIR, Office.SECRETARY)]
    since = meetings.in_force_since(act, row, one.question)
    return Extract(
        frame=frame(act, language, _("Extract from the minutes"), _("Extract from the minutes"), address),
        facts=[
            (_("Minutes"), f"{numbered(row.number)}, {day(gathering.meets_at, language)}"),
            (_("Meeting"), ", ".join(filter(None, (str(gathering.title), body["part"])))),
            (_("Place"), body["place"]),
            *((str(recorded.office_of(body, office)), name) for office, name in people if name),
            *_standing(act, one, language),
            *([(_("In force since"), day(since, language))] if since else []),
        ],
        decision_title=_("Decision"),
        decision=documents.decision(act, one.point, language),
        corrections_title=_("Corrections of the minutes"),
        corrections=[_corrected(each, language) for each in one.corrected],
        true_line=_("The extract is true to the minutes."),
        signatures=[documents.signature(str(recorded.office_of(body, office)), name) for office, name in people],
    )


def _standing(act: Act, one: Decided, language: str) -> list[tuple[str, str]]:
    """Whether an adopted point holds on the day of the extract: an executor or a bank acts on this sheet alone."""
    if one.question.outcome != Outcome.APPROVED:
        return []
    due = one.standing.due if one.standing.way not in TO_SEND else None  # the chair's, and not of what is told here
    until = _("by %(date)s", date=day(due, language)) if due else ""
    holds = "" if one.standing.way in IN_FORCE else _("Not in force")
    told = ". ".join(filter(None, (str(holds), ", ".join(filter(None, (str(one.standing.label), str(until)))))))
    return [(_("How it stands on %(day)s", day=day(act.at, language)), told)]


def _corrected(one: Correction, language: str) -> str:
    confirmed = f", {day(one.confirmed_at, language)}" if one.confirmed_at is not None else ""
    return f"{numbered(one.number)}{confirmed}: {one.body['right']}"
