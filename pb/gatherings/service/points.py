"""A point of an agenda in words, as minutes keep it: what it is about, who speaks, who is elected, what was amended."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.core.poll.bilingual import Bilingual
from pb.formats import language as of_page
from pb.gatherings.models import (
    MATTER_LABELS,
    OF_CYCLES,
    SEAT_LABELS,
    Gathering,
    Matter,
    Outcome,
    Question,
    Seat,
)
from pb.gatherings.service import meetings

IN_THESE_WORDS: Final = lazy_gettext("%(point)s, in these words: %(words)s")
"""Of what a cycle brings the words stay, and the amendment comes after them."""


def amended(gathering: Gathering, question: Question) -> dict[str, str]:
    """The words of a point after its amendments, with their language: those of the last one adopted; empty without.

    An amendment says the text as it is to be, whole: the last one that those present adopted is what they vote on.
    """
    adopted = [row for row in gathering.questions if row.amends_id == question.id and row.outcome == Outcome.APPROVED]
    return {"text": adopted[-1].text, "language": adopted[-1].language} if adopted else {}


def as_voted_on(body: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points of minutes in the order of their votes: an amendment, which has a later number, before its point."""
    return sorted(body, key=lambda point: (point.get("amends") or point["position"], not point.get("amends")))


def decision_text(point: dict[str, Any]) -> str:
    """A point in the present language, in the words that were voted on: with what was amended."""
    words = point.get("amended")
    if not words:
        return question_text(point)
    if point["matter"] in OF_CYCLES:
        return str(IN_THESE_WORDS) % {"point": question_text(point), "words": words["text"]}
    return question_text({**point, **words})


def question_text(point: dict[str, Any]) -> str:
    """A point of the agenda in the present language, as it was proposed."""
    if point["matter"] == Matter.ADOPTION:
        return str(_("To adopt the result of the vote of the residents"))
    if point["matter"] != Matter.PROJECT:
        return _in_words(point)
    title = Bilingual.parse(point["title"]).said(of_page()).text
    return str(_("To put project № %(number)s to the vote: %(title)s", number=point["number"], title=title))


def of_agenda(act: Act, gathering: Gathering) -> list[dict[str, Any]]:
    """The agenda in the form in which minutes keep it."""
    projects = meetings.projects_by_id(act, gathering)
    points: list[dict[str, Any]] = []
    for question in gathering.questions:
        point: dict[str, Any] = {
            name: getattr(question, name)
            for name in ("position", "matter", "text", "language", "speaker", "seat", "places")
        }
        if words := amended(gathering, question):
            point["amended"] = words
        if question.proposal_id:
            proposal, review = projects[question.proposal_id]
            point |= {"number": proposal.number, "title": review.titles.text}
        points.append(point)
    return points


def _in_words(point: dict[str, Any]) -> str:
    """A point that no cycle brings: what it is about, in the reader's language, and what was written of it."""
    label = "" if point["matter"] == Matter.OTHER else str(MATTER_LABELS[Matter(point["matter"])])
    speaker = point["speaker"] and (
        _("Proposed by: %(name)s", name=point["speaker"])
        if point.get("amends")
        else _("Speaker: %(name)s", name=point["speaker"])
    )
    elected = ""
    if point.get("seat"):
        elected = _("%(who)s, places: %(number)s", who=SEAT_LABELS[Seat(point["seat"])], number=point["places"])
    told = ": ".join(part for part in (label, elected or point["text"]) if part)
    told = f"{told}. {point['text']}" if elected and point["text"] else told
    return f"{told} ({speaker})" if speaker else told
