"""A point of an agenda in words, as minutes keep it: what it is about, who speaks, who is elected."""

from typing import Any

from flask_babel import gettext as _

from pb.core.poll.bilingual import Bilingual
from pb.formats import language as of_page
from pb.gatherings.models import MATTER_LABELS, SEAT_LABELS, Matter, Seat


def question_text(point: dict[str, Any]) -> str:
    """A point of the agenda in the present language."""
    if point["matter"] == Matter.ADOPTION:
        return str(_("To adopt the result of the vote of the residents"))
    if point["matter"] != Matter.PROJECT:
        return _in_words(point)
    title = Bilingual.parse(point["title"]).said(of_page()).text
    return str(_("To put project № %(number)s to the vote: %(title)s", number=point["number"], title=title))


def _in_words(point: dict[str, Any]) -> str:
    """A point that no cycle brings: what it is about, in the reader's language, and what was written of it."""
    label = "" if point["matter"] == Matter.OTHER else str(MATTER_LABELS[Matter(point["matter"])])
    speaker = _("Speaker: %(name)s", name=point["speaker"]) if point["speaker"] else ""
    elected = ""
    if point.get("seat"):
        elected = _("%(who)s, places: %(number)s", who=SEAT_LABELS[Seat(point["seat"])], number=point["places"])
    told = ": ".join(part for part in (label, elected or point["text"]) if part)
    told = f"{told}. {point['text']}" if elected and point["text"] else told
    return f"{told} ({speaker})" if speaker else told
