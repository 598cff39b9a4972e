"""What a body of minutes says beside votes and outcomes, in sentences of the present language: for page and paper."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.formats import day, moment, number
from pb.gatherings.models import (
    BALLOT_LABELS,
    OF_CYCLES,
    OFFICE_LABELS,
    OUTCOME_LABELS,
    Ballot,
    Office,
    Outcome,
)
from pb.gatherings.service.points import question_text

SECOND = lazy_gettext("Second discussion")
VOTE_LABELS = {
    "for": lazy_gettext("By name: for"),
    "against": lazy_gettext("By name: against"),
    "abstained": lazy_gettext("By name: abstained"),
}
OF_MEETING = {
    Office.CHAIR: lazy_gettext("Chair of the meeting"),
    Office.SECRETARY: lazy_gettext("Secretary of the meeting"),
}


OF_ASSEMBLY = {
    Office.CHAIR: lazy_gettext("Chair of the assembly"),
    Office.SECRETARY: lazy_gettext("Secretary of the assembly"),
}


def counts(votes: dict[str, Any]) -> str:
    """How many were for, against and abstained."""
    named = {name: votes[name] for name in ("in_favour", "against", "abstained")}
    return str(_("For: %(in_favour)s, against: %(against)s, abstained: %(abstained)s.", **named))


def doubted_of(people: int) -> str:
    """That the number of residents who may vote is small for so many who live there, and was confirmed."""
    return str(_("%(people)s people live there. Who convened the meeting said that the number is right.",
                 people=number(people)))  # fmt: skip


def discussed_again(number: int, on: date, reason: str) -> str:
    """Of which meeting the decisions are discussed a second time, and why."""
    named = {"number": number, "day": day(on), "reason": reason}
    return str(_("Meeting № %(number)s, %(day)s; the akim disagreed. The reason: %(reason)s", **named))


def opening(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Who presided and kept the record, when the meeting was opened, how the agenda was adopted."""
    adopted, lost = body.get("agenda_adopted"), body.get("agenda_lost") or []
    doubted = body.get("population")
    again = body.get("second_discussion")
    return [
        *([(str(_("Extraordinary")), body["extraordinary"])] if body.get("extraordinary") else []),
        *([(str(SECOND), _again(again))] if again else []),
        *([(str(_("Doubted and confirmed")), doubted_of(doubted))] if doubted else []),
        *(_officer(body, office) for office in OF_MEETING if body.get(office)),
        *([(str(_("Opened at")), body["opened_at"])] if body.get("opened_at") else []),
        *([(str(_("Quorum was lost at")), body["quorum_lost_at"])] if body.get("quorum_lost_at") else []),
        *((str(_("Agenda voted down")), _on_the_agenda(one)) for one in lost),
        *([(str(_("Agenda adopted")), _on_the_agenda(adopted))] if adopted else []),
    ]


def _on_the_agenda(vote: dict[str, Any]) -> str:
    again = [str(_("Voted on once more: %(reason)s", reason=vote["reason"]))] if vote.get("reason") else []
    return " ".join((_elected_by(vote), *again))


def office_of(body: dict[str, Any], office: Office) -> LazyString:
    """What the office is called: of the meeting, where those present elected to it; else of the assembly."""
    return OF_MEETING[office] if _was_elected(body, office) else OF_ASSEMBLY[office]


def _was_elected(body: dict[str, Any], office: Office) -> bool:
    return "in_favour" in (body.get(office.value) or {})


def _officer(body: dict[str, Any], office: Office) -> tuple[str, str]:
    one = body[office.value]
    told = f"{one['name']}. {_elected_by(one)}" if _was_elected(body, office) else one["name"]
    return str(office_of(body, office)), told


def _again(told: dict[str, Any]) -> str:
    return discussed_again(told["number"], date.fromisoformat(told["date"]), told["reason"])


def _elected_by(one: dict[str, Any]) -> str:
    told = [_present(one["present"])] if "present" in one else []
    needed = [str(_("Votes needed: %(needed)s.", needed=one["needed"]))] if "needed" in one else []
    return " ".join((*told, counts(one), *needed))


def _present(number: int) -> str:
    return str(_("Present: %(present)s.", present=number))


def person(act: Act, one: dict[str, Any], language: str) -> str:
    """Somebody who was there, with their office, when they came and left, and whether over a line."""
    office = Office(one["office"])
    described = f"{one['name']}, {act.territory.settlement(one['settlement'], language)}"
    described = described if office is Office.MEMBER else f"{described} ({OFFICE_LABELS[office]})"
    came = _("came at %(time)s", time=one["came"]) if one.get("came") else ""
    away = [_("away from %(left)s to %(came)s", **each) for each in one.get("away") or ()]
    left = _("left at %(time)s", time=one["left"]) if one.get("left") else ""
    remote = _("took part from afar") if one.get("remote") else ""
    return ", ".join([described, *(str(told) for told in (came, *away, left, remote) if told)])


def absent(one: str | dict[str, Any]) -> str:
    """Who was absent, with the reason where one was recorded; chair or secretary whom nobody marked are told so."""
    if isinstance(one, str):
        return one
    named = f"{one['name']} ({one['reason']})" if one.get("reason") else str(one["name"])
    if not one.get("office"):
        return named
    return str(_("%(name)s: %(office)s, not marked as present", name=named, office=OF_ASSEMBLY[Office(one["office"])]))


def needed(point: dict[str, Any]) -> bool:
    """Whether a point was voted on for or against, and not by choosing among candidates."""
    return point["in_favour"] is not None and not point.get("candidates")


def candidates(act: Act, point: dict[str, Any], language: str) -> list[str]:
    """Who stood in an election, with their votes, and who was elected."""
    told = []
    for one in point.get("candidates") or []:
        named = f"{one['name']}, {act.territory.settlement(one['settlement'], language)}"
        votes = f"{named}: {one['votes']}" if one.get("votes") is not None else named
        told.append(" – ".join((votes, _("elected"))) if one.get("elected") else votes)
    return told


def speeches(words: str) -> list[str]:
    """What was said on a point, under its own name: it is no part of the decision."""
    return [str(_("Speeches: %(words)s", words=words))] if words else []


def notes(point: dict[str, Any]) -> list[str]:
    """All that is told of a point beside its text, its votes and its outcome, a sentence each."""
    return [f"{told.rstrip('.')}." for told in _notes(point) if told]


def _notes(point: dict[str, Any]) -> Iterator[str]:
    yield from _notes_of_the_agenda(point)
    if point.get("majority_basis"):
        yield _listed(_("This majority rests on"), [point["majority_basis"]])
    if point.get("ballot"):
        yield str(BALLOT_LABELS[Ballot(point["ballot"])])
    came, left = point.get("came") or [], point.get("left") or []
    if point.get("present") is not None:
        yield _listed(_("Present at this question"), [str(point["present"])])
    yield _listed(_("Came after the opening"), came)
    yield _listed(_("Had left"), left)
    yield _listed(_("Did not vote because of a conflict of interest"), point.get("conflicts") or [])
    if free := _places_left(point):
        yield str(_("Places not filled: %(number)s", number=free))
    cast = point.get("by_name") or []
    for vote, label in VOTE_LABELS.items():
        yield _listed(label, [one["name"] for one in cast if one["vote"] == vote])
    for one in point.get("corrections") or []:
        yield _corrected(one)


def _notes_of_the_agenda(point: dict[str, Any]) -> Iterator[str]:
    """How the point came onto the agenda or was taken off it, and what it was before an amendment."""
    if point.get("amends"):
        yield str(_("An amendment to question %(number)s", number=point["amends"]))
    elif point.get("added"):
        yield _by_votes(_("Added by those present"), point.get("added_by"))
    if point.get("removed_by"):
        yield _by_votes(_("Taken off by those present"), point["removed_by"])
    if point.get("amended") and point["matter"] not in OF_CYCLES:
        yield _listed(_("Proposed before the amendment"), [question_text(point)])


def _places_left(point: dict[str, Any]) -> int:
    """How many places of an election that was voted on nobody fills."""
    if not point.get("places") or point["outcome"] is None:
        return 0
    return int(point["places"]) - sum(bool(one.get("elected")) for one in point.get("candidates") or [])


def _by_votes(said: object, votes: dict[str, Any] | None) -> str:
    """What those present did with the agenda, and by how many votes where these minutes have them."""
    return f"{said}. {counts(votes)}" if votes else str(said)


def _listed(said: object, names: list[str]) -> str:
    return f"{said}: {', '.join(names)}" if names else ""


def _corrected(one: dict[str, Any]) -> str:
    """When and why a point was recorded otherwise, or voted on once more, and what was recorded before."""
    why = (
        _("Voted on once more: %(reason)s", reason=one["reason"])
        if one.get("repeated")
        else _("Corrected: %(reason)s", reason=one["reason"])
    )
    return f"{moment(datetime.fromisoformat(one['at']))}. {str(why).rstrip('.')}. {_before(one['before'])}".rstrip()


def _before(before: dict[str, Any]) -> str:
    told = [counts(before)] if before.get("in_favour") is not None and not before.get("candidates") else []
    chosen = [name if votes is None else f"{name} – {votes}" for name, votes in before.get("candidates") or []]
    told += [f"{', '.join(chosen)}."] if chosen else []
    told += [f"{OUTCOME_LABELS[Outcome(before['outcome'])]}."] if before.get("outcome") else []
    return _listed(_("Recorded before"), [" ".join(told)] if told else [])
