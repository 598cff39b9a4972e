"""The assembly's papers, the announcement of a meeting and its minutes, as data for the printer."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Any
from uuid import UUID

from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.clock import local
from pb.documents.service import papers
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Announcement, Decision, Minutes, MinutesInBoth, Signature
from pb.formats import day, weekday_and_hour
from pb.gatherings.documents import recorded
from pb.gatherings.models import (
    DISCUSSING,
    OFFICE_LABELS,
    OUTCOME_LABELS,
    TIED,
    Gathering,
    Kind,
    Matter,
    Office,
    Outcome,
    State,
)
from pb.gatherings.models import Minutes as MinutesRow
from pb.gatherings.service import disagreements, meetings
from pb.gatherings.service.points import as_voted_on, decision_text, of_agenda, question_text
from pb.gatherings.service.rules import needed_in_words
from pb.territory.service import tree
from pb.text import in_fours

LONGEST_ON_A_WALL = 300
WITHDRAWN = lazy_gettext("Not voted on: the author withdrew the project")


@builds("announcement", page="/{subject}", label=lazy_gettext("Announcement of a meeting"))
def announcement(act: Act, subject_id: UUID, language: str, base_url: str) -> Announcement:
    """The notice that tells members and residents of a meeting. Raises NotFound."""
    gathering = meetings.get(act, subject_id)
    title = ", ".join(filter(None, (str(gathering.title), gathering.part)))
    quorum = meetings.quorum_of(gathering)
    return Announcement(
        frame=frame(act, language, str(gathering.notice_label), title, address(act, gathering, base_url)),
        intro=_intro(gathering),
        facts=[
            *_second_discussion(act, gathering),
            (_("When"), weekday_and_hour(gathering.meets_at, language)),
            (_("Where"), gathering.place),
            (_("Members") if gathering.of_members else _("Residents who may vote"), str(quorum.entitled)),
            *([(_("Quorum"), str(quorum.needed))] if gathering.quorum_percent else []),
            *([(_("Extraordinary"), gathering.extraordinary_reason)] if gathering.extraordinary else []),
            *([(_("Demanded by"), f"{gathering.demanded_by}; {gathering.demand}")] if gathering.demanded_by else []),
        ],
        agenda_title=_("Agenda"),
        agenda=[question_text(point) for point in of_agenda(act, gathering)],
        closing="",
        signatures=[_signature(gathering, Office.CHAIR)] if gathering.of_members else [],
    )


def _second_discussion(act: Act, gathering: Gathering) -> list[tuple[str, str]]:
    """A sheet on a wall says it in short; the minutes have the akim's reason whole."""
    disputed = disagreements.led_to(act, gathering.previous_id)
    if disputed is None:
        return []
    first, reason = disputed.gathering, shorten(disputed.reason, LONGEST_ON_A_WALL, placeholder="…")
    return [(str(recorded.SECOND), recorded.discussed_again(first.number, local(first.meets_at).date(), reason))]


def minutes(act: Act, row: MinutesRow, base_url: str) -> MinutesInBoth:
    """The minutes as they were frozen, in Kazakh and then in Russian: what is signed."""
    parts = []
    for language, locale in papers.LANGUAGES.items():
        with force_locale(locale):
            parts.append(_minutes_in(act, row, language, base_url))
    return MinutesInBoth(parts[0].frame, parts)


def _minutes_in(act: Act, row: MinutesRow, language: str, base_url: str) -> Minutes:
    """What the law asks for (article 39-3, point 10), and what else was recorded."""
    body, gathering = row.body, row.gathering
    title = _("Minutes № %(number)s", number=row.number)
    of_page_above = f"{address(act, gathering, base_url)}/minutes/verify"
    kind = ", ".join(filter(None, (str(gathering.title), body["part"])))
    return Minutes(
        frame=frame(act, language, str(gathering.minutes_label), title, of_page_above),
        facts=[
            (_("Meeting"), kind),
            (_("Date"), day(gathering.meets_at, language)),
            (_("Place"), body["place"]),
            *([(_("Members"), str(body["members"]))] if body["members"] else []),
            *([(_("Residents who may vote"), str(body["entitled"]))] if body["entitled"] else []),
            *([(_("Quorum"), str(body["quorum"]))] if body["quorum"] else []),
            (_("Present"), str(len(body["present"]))),
            *recorded.opening(body),
            *([(_("Other matters"), body["remarks"])] if body["remarks"] else []),
            *_commitment(body),
            (_("Fingerprint"), in_fours(row.sha256)),
        ],
        present_title=_("Present"),
        present=[recorded.person(act, person, language) for person in body["present"]],
        absent_title=_("Absent"),
        absent=[recorded.absent(person) for person in body["absent"]],
        agenda_title=_("Agenda"),
        agenda=[question_text(point) for point in body["questions"]],
        decisions_title=_("Decisions"),
        decisions=[decision(act, point, language) for point in as_voted_on(body["questions"])],
        signatures=[
            signature(str(OFFICE_LABELS[office]), who(body, office)) for office in (Office.CHAIR, Office.SECRETARY)
        ],
    )


def who(body: dict[str, Any], office: Office) -> str:
    """Who presided or kept the record, as the minutes name them."""
    return str((body.get(office.value) or {}).get("name") or "")


def _commitment(body: dict[str, Any]) -> list[tuple[str, str]]:
    """In the minutes of an adoption: the commitment to the list of participants, and the numbers of the sample."""
    committed, drawn = body.get("participants_commitment"), body.get("sample_numbers")
    return [
        *([(_("Commitment to the list of participants"), in_fours(committed))] if committed else []),
        *([(_("Numbers drawn for the sample of participants"), drawn)] if drawn else []),
    ]


def in_short(points: Sequence[dict[str, Any]]) -> list[str]:
    """What was decided on each point of the agenda, a line each, in the words that were voted on."""
    told = [(point["position"], decision_text(point), outcome_said(point), votes_said(point)) for point in points]
    return [f"{number}. {question} – {outcome}. {votes}".strip() for number, question, outcome, votes in told]


def outcome_said(point: dict[str, Any]) -> str:
    """What came of a point, in a word or two."""
    if point["outcome"] == Outcome.REJECTED and _is_tie(point):
        return str(TIED)
    if point["outcome"] is not None:
        return str(OUTCOME_LABELS[Outcome(point["outcome"])])
    if point.get("removed"):
        return str(_("Taken off by those present"))
    return str(WITHDRAWN if point["matter"] == Matter.PROJECT else _("Not decided: no quorum was left"))


def _is_tie(point: dict[str, Any]) -> bool:
    """Whether as many were for as against and nobody decided it, as pb/gatherings/models/meetings.py has it."""
    as_many = bool(point["in_favour"]) and point["in_favour"] == point["against"]
    return as_many and not point["chair_vote"] and not point.get("places")


def votes_said(point: dict[str, Any]) -> str:
    """With how many votes a point was decided, and how many it needed; nothing where nobody voted."""
    if point["outcome"] in {None, Outcome.NOTED}:
        return ""
    told = [recorded.counts(point)] if recorded.needed(point) else []
    told.append(str(needed_in_words(point["needed"], point["percent"], point["majority"])))
    if point["chair_vote"]:
        told.append(str(_("The chair's vote decided.")))
    return " ".join(told)


def decision(act: Act, point: dict[str, Any], language: str) -> Decision:
    """A point of the minutes with all that was recorded of it."""
    return Decision(
        point["position"],
        decision_text(point),
        votes_said(point),
        outcome_said(point),
        [
            *recorded.candidates(act, point, language),
            *recorded.speeches(point["speeches"]),
            *recorded.notes(point),
        ],
    )


def _holder(gathering: Gathering, office: Office) -> str:
    """The holder of the office when the meeting was convened, for the members are the rows of its attendance."""
    return next(
        (attendance.member.name for attendance in gathering.attendances if attendance.member.office == office), ""
    )


def _signature(gathering: Gathering, office: Office) -> Signature:
    return signature(str(OFFICE_LABELS[office]), _holder(gathering, office))


def signature(office: str, name: str) -> Signature:
    """A line to sign on."""
    return Signature(office, name, _("signature, date"))


def address(act: Act, gathering: Gathering, base_url: str) -> str:
    """Where the meeting is read, for a QR."""
    return f"{base_url}/{tree.slug_of(act.session, act.territory.id)}/meetings/{gathering.number}"


def _intro(gathering: Gathering) -> str:
    """Who is called to come, or why nobody is."""
    if gathering.not_held:
        return str(_("This meeting was not held. The reason: %(reason)s", reason=gathering.called_off_reason))
    if gathering.state == State.CALLED_OFF:
        return str(_("This meeting is not held. The reason: %(reason)s", reason=gathering.called_off_reason))
    if gathering.of_members:
        return str(_("The assembly of the local community meets. Everybody may come and listen."))
    if gathering.kind == Kind.SEPARATE:
        called = _("The residents of this part are called to come. Whoever votes is registered before the beginning.")
        return str(called)
    if gathering.kind in DISCUSSING:
        return str(_("All residents are called to come. Whoever comes is registered at the door."))
    return str(_("All residents are called to come. Whoever votes is registered before the beginning."))
