"""Points of an agenda as pages show them."""

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from pb.act import Act
from pb.core.poll.bilingual import Bilingual
from pb.formats import language
from pb.gatherings.models import OF_CYCLES, Gathering, Question
from pb.gatherings.service.points import IN_THESE_WORDS, of_agenda, question_text
from pb.web.wording import said, said_in


def question_shown(point: dict[str, Any]) -> Markup:
    """A point of the agenda on a page, with its title marked where that is in another language."""
    if "title" not in point:
        told = question_text(point)
        text = escape(point.get("text", ""))
        if not text or point["language"] in {"", language()}:
            return escape(told)
        return Markup(escape(told).replace(text, said_in(text, point["language"]), 1))  # noqa: S704 - both are escaped
    title = said(Bilingual.parse(point["title"]).said(language()))
    told = escape(_("To put project № %(number)s to the vote: %(title)s"))
    return Markup(told) % {"number": point["number"], "title": title}  # noqa: S704 - escaped in the line before


def decision_shown(point: dict[str, Any]) -> Markup:
    """The same in the words that are voted on: with what was amended."""
    words = point.get("amended")
    if not words:
        return question_shown(point)
    if point["matter"] not in OF_CYCLES:
        return question_shown({**point, **words})
    told = {"point": question_shown(point), "words": said_in(words["text"], words["language"])}
    return Markup(escape(str(IN_THESE_WORDS))) % told  # noqa: S704 - escaped


def as_proposed(act: Act, gathering: Gathering, question: Question) -> Markup | None:
    """A point of this meeting as it was proposed, where an amendment changed its words."""
    shown = zip(gathering.questions, of_agenda(act, gathering), strict=True)
    return next((question_shown(point) for row, point in shown if row.id == question.id and "amended" in point), None)


def of_question(act: Act, gathering: Gathering, question: Question) -> Markup:
    """A point of this meeting on a page, in the words that are voted on."""
    shown = zip(gathering.questions, of_agenda(act, gathering), strict=True)
    return next(decision_shown(point) for row, point in shown if row.id == question.id)
