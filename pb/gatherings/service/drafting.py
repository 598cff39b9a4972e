"""What the minutes say, drafted from what was recorded: free of any language, so that every reader has their own.

Source: Law of 23.01.2001 № 148, article 39-3, point 10: date and place, how many are entitled, who was present, chair
and secretary, agenda, speeches and decisions.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.core import alphabet
from pb.gatherings.models import (
    AgendaVote,
    Attendance,
    Ballot,
    Gathering,
    Matter,
    Member,
    Office,
    Officer,
    Outcome,
    Question,
    Registration,
)
from pb.gatherings.service import (
    adoption,
    agenda,
    disagreements,
    entitled,
    meetings,
    members,
    officers,
    points,
    presence,
)
from pb.gatherings.service.presence import Away
from pb.proposals.models import Proposal, Review

COUNTED: Final = frozenset({"gathering.attendance", "gathering.quorate", "gathering.inquorate"})
"""The events that tell how many were there, and how many a quorum needed."""


def body(act: Act, gathering: Gathering, *, number: str, remarks: str) -> dict[str, Any]:
    """All that the minutes say, free of any language: names, sums in tiyn, counts, words of the state machine."""
    quorum, cycle = meetings.quorum_of(gathering, _opened_with(gathering)), meetings.cycle_of(act, gathering)
    projects = meetings.projects_by_id(act, gathering)
    adopts = cycle is not None and gathering.matter is Matter.ADOPTION
    return {
        "kind": gathering.kind,
        "matter": gathering.matter,
        "part": gathering.part,
        **_second_discussion(act, gathering),
        **({"fiscal_year": cycle.fiscal_year} if cycle else {}),
        "number": number,
        "date": local(gathering.meets_at).date().isoformat(),
        "place": gathering.place,
        "members": len(gathering.attendances),
        **({"extraordinary": gathering.extraordinary_reason} if gathering.extraordinary else {}),
        "entitled": gathering.entitled,
        **({"population": living} if (living := entitled.doubted(act, gathering)) is not None else {}),
        "quorum": quorum.needed if gathering.quorum_percent else None,
        "present": _present(act, gathering),
        "absent": _absent(act, gathering),
        **_opening(act, gathering),
        "questions": [_point(gathering, question, projects) for question in gathering.questions],
        "remarks": remarks,
        **(adoption.for_minutes(act, cycle) if cycle is not None and adopts else {}),
    }


def _second_discussion(act: Act, gathering: Gathering) -> dict[str, Any]:
    """Of which meeting, with its day, and why the akim disagreed."""
    disputed = disagreements.led_to(act, gathering.previous_id)
    if disputed is None:
        return {}
    first = disputed.gathering
    told = {"number": first.number, "date": local(first.meets_at).date().isoformat(), "reason": disputed.reason}
    return {"second_discussion": told}


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 (hexadecimal) of the minutes as JSON with sorted names."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _opened_with(gathering: Gathering) -> int | None:
    """Where residents meet, all who came: who left later was there."""
    return None if gathering.of_members else len(gathering.registrations)


def _opening(act: Act, gathering: Gathering) -> dict[str, Any]:
    """Who presided and kept the record, and how they were elected, if for this meeting; how the agenda was adopted."""
    votes = agenda.votes_on_it(gathering)
    adopted, lost = [row for row in votes if row.adopted], [row for row in votes if not row.adopted]
    by_votes = {
        row.office: {**_counts(row), "present": row.present, "needed": row.needed} for row in gathering.officers
    }
    return {
        **{
            office.value: {"name": name, **by_votes.get(office, {})}
            for office, name in officers.named(act, gathering).items()
        },
        # Who comes early is written down before the hour that was announced: the meeting begins then.
        **({"opened_at": _hour(max(gathering.opened_at, gathering.meets_at))} if gathering.opened_at else {}),
        **({"quorum_lost_at": _hour(since)} if (since := _quorum_lost(act, gathering)) else {}),
        **({"agenda_lost": [_agenda_vote(row) for row in lost]} if lost else {}),
        **({"agenda_adopted": _agenda_vote(adopted[0])} if adopted else {}),
    }


def _quorum_lost(act: Act, gathering: Gathering) -> datetime | None:
    """Since when too few were left to decide the points that stayed undecided."""
    if not meetings.quorum_lost(act, gathering):
        return None
    since = None
    for event in audit.of_subject(act, gathering.id):
        if event.action in COUNTED:
            reached = event.data["present"] >= event.data["needed"]
            since = None if reached else since or event.at
        elif event.action == "gathering.voted" and "corrects" not in event.data:
            since = None
    return since


def _agenda_vote(row: AgendaVote) -> dict[str, Any]:
    """A vote on the agenda as a whole; one that came after another says why."""
    again = {"reason": row.reason} if row.reason else {}
    return {**_counts(row), "present": row.present, **({} if row.adopted else {"needed": row.needed}), **again}


def _counts(row: Officer | AgendaVote) -> dict[str, int]:
    return {"in_favour": row.in_favour, "against": row.against, "abstained": row.abstained}


def _absent(act: Act, gathering: Gathering) -> list[dict[str, str]]:
    """By the alphabet; who presides or keeps the record by these minutes is told so, or both would be read as true."""
    named = officers.named(act, gathering)

    def office_of(member: Member) -> dict[str, str]:
        held = next((office for office, name in named.items() if members.same_name(name, member.name)), None)
        return {"office": held.value} if held is not None else {}

    rows = [row for row in gathering.attendances if row.came_at is None]
    return [
        {
            "name": row.member.name,
            "reason": row.absence,
            **office_of(row.member),
        }
        for row in sorted(rows, key=lambda row: alphabet.key(row.member.name))
    ]


def _times(row: Attendance | Registration, *, opened: bool, away: Sequence[Away] = ()) -> dict[str, Any]:
    """When somebody came after the opening, went out and came back, and when they left before the end."""
    out = [{"left": _hour(one.left), "came": _hour(one.came)} for one in away]
    came = {} if opened or row.came_at is None else {"came": _hour(row.came_at)}
    return {**came, **({"away": out} if out else {}), **({"left": _hour(row.left_at)} if row.left_at else {})}


def _hour(moment: datetime) -> str:
    return local(moment).strftime("%H:%M")


def _present(act: Act, gathering: Gathering) -> list[dict[str, Any]]:
    """Members by the alphabet, residents in the order in which they came."""
    away = presence.away(act, gathering)
    people = sorted(gathering.attendances, key=lambda attendance: alphabet.key(attendance.member.name))
    members = [
        {
            "name": row.member.name,
            "settlement": row.member.settlement,
            "office": row.member.office if gathering.standing_officers else Office.MEMBER.value,
            **_times(row, opened=row.present, away=away.get(row.member.number, ())),
            **({"remote": True} if row.remote else {}),
        }
        for row in people
        if row.came_at is not None
    ]
    opened_at = gathering.agenda_adopted_at or act.at  # who is registered until then came to the opening
    residents = [
        {
            "name": row.name,
            "settlement": row.settlement,
            "office": Office.MEMBER.value,
            **_times(row, opened=row.came_at <= opened_at, away=away.get(row.number, ())),
        }
        for row in gathering.registrations
    ]
    return members + residents


def _point(gathering: Gathering, point: Question, projects: Mapping[UUID, tuple[Proposal, Review]]) -> dict[str, Any]:
    voted = point.outcome is not None and point.outcome != Outcome.NOTED
    described: dict[str, Any] = {
        "position": point.position,
        "matter": point.matter,
        "needed": point.needed,
        "percent": gathering.majority_percent,
        "majority": point.majority,
        "in_favour": point.in_favour,
        "against": point.against,
        "abstained": point.abstained,
        "chair_vote": point.chair_vote,
        "outcome": point.outcome,
        "speeches": point.speeches,
        "conflicts": sorted((conflict.member.name for conflict in point.conflicts), key=alphabet.key),
        **(_comings_and_goings(gathering, point) if voted else {}),
        **{name: getattr(point, name) for name in ("text", "language", "speaker", "majority_basis")},
        **_beyond_a_show_of_hands(gathering, point),
    }
    if point.proposal_id:
        proposal, review = projects[point.proposal_id]
        described |= {
            "number": proposal.number,
            "title": review.titles.text,
            "settlement": proposal.settlement,
            "cost": review.cost,
        }
    return described


def _beyond_a_show_of_hands(gathering: Gathering, point: Question) -> dict[str, Any]:
    """What only some points have: their part in the agenda, another ballot, candidates, corrections."""
    names = {row.member_id: row.member.name for row in gathering.attendances}
    amends = next((row.position for row in gathering.questions if row.id == point.amends_id), None)
    named = [{"name": names[row.member_id], "vote": row.vote} for row in point.named_votes]
    candidates = [
        {"name": row.name, "settlement": row.settlement, "votes": row.votes, "elected": row.elected}
        for row in point.candidates
    ]
    corrections = [
        {"at": row.at.isoformat(), "reason": row.reason, "repeated": row.repeated, "before": row.before}
        for row in point.corrections
    ]
    votes = {row.kind: _counts(row) for row in gathering.agenda_votes if row.question_id == point.id}
    told = {
        "added": point.added,
        "removed": any(row.removed for row in gathering.questions if row.id in {point.id, point.amends_id}),
        "added_by": votes.get("add"),
        "removed_by": votes.get("remove"),
        "amends": amends,
        "amended": points.amended(gathering, point),
        "ballot": point.ballot if point.ballot != Ballot.OPEN else "",
        "by_name": sorted(named, key=lambda one: alphabet.key(one["name"])),
        "seat": point.seat,
        "places": point.places,
        "candidates": candidates,
        "corrections": corrections,
    }
    return {name: value for name, value in told.items() if value}


def _comings_and_goings(gathering: Gathering, point: Question) -> dict[str, Any]:
    """How many were there at a question, who came after the opening, and who of the opening was not there."""
    names = {attendance.member_id: attendance.member.name for attendance in gathering.attendances}
    there, opened = meetings.present_at(gathering, point), meetings.opened_with(gathering)
    return {
        "present": point.present,
        "came": sorted((names[member] for member in there - opened), key=alphabet.key),
        "left": sorted((names[member] for member in opened - there), key=alphabet.key),
    }
