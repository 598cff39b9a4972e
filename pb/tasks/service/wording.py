"""The decision that something rests on, in the words of pages and forms: of tasks and of what the maslikhat is sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import shorten
from typing import Final
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from pb.act import Act
from pb.formats import day, numbered
from pb.gatherings.models import Gathering
from pb.gatherings.service import corrections, meetings
from pb.gatherings.service.points import decision_text
from pb.tasks.service import basis
from pb.tasks.service.basis import Decision

LONGEST_CHOICE: Final = 120
"""Letters of a decision in a list on a telephone; its page has all of them."""


def choices(act: Act) -> list[tuple[str, str]]:
    """The decisions to choose from in a form; none of them where it was a meeting held elsewhere."""
    found = [(decision.question_id.hex, shortly(decision)) for decision in basis.decisions(act)]
    return [("", _("A meeting held elsewhere: see below")), *found]


def typed(decision: Decision | None) -> Mapping[str, str]:
    """What a form that rests on a decision has typed already, by fields: the choice, and what was decided."""
    if decision is None:
        return {}
    return {"question": decision.question_id.hex, **{f"text_{key}": text for key, text in decision.words.items()}}


def corrected(act: Act, question_id: UUID | None) -> list[str]:
    """What confirmed corrections of its minutes say of a decision, in a line each: it is carried on as it is right."""
    decision = basis.of(act, [question_id]).get(question_id) if question_id is not None else None
    if decision is None:
        return []
    minutes = meetings.minutes_of(act, act.session.get_one(Gathering, decision.gathering_id))
    found = corrections.told(act, minutes) if minutes is not None else ()
    return corrections.in_words(found, decision.position, 0)


def shortly(decision: Decision) -> str:
    """A decision as a list to choose from has it."""
    return shorten(decided(decision), LONGEST_CHOICE, placeholder="…")


def chosen(offered: Sequence[tuple[str, str]], value: str | None) -> UUID | None:
    """The row that was chosen of a list; what is not in it the form refuses itself."""
    known = {each for each, _label in offered if each}
    return UUID(value) if value in known else None


def rests_on(
    decisions: Mapping[UUID, Decision], question_id: UUID | None, number: str, held_on: date | None
) -> Markup | None:
    """The decision in words, with a link to its meeting; None where nothing was decided for it."""
    decision = decisions.get(question_id) if question_id is not None else None
    if decision is not None:
        url = url_for("gatherings.show", gathering_id=decision.gathering_id)
        return Markup('<a href="{}">{}</a>').format(url, decided(decision))
    if held_on is None:
        return None
    told = _(
        "Minutes %(number)s of a meeting held elsewhere, %(day)s (not in these records)",
        number=numbered(number),
        day=day(held_on),
    )
    return escape(told)


def decided(decision: Decision) -> str:
    """A decision by its meeting's day, the number of its question, and its words."""
    told: str = _("Meeting of %(day)s, question %(number)s", day=day(decision.day), number=numbered(decision.position))
    return f"{told}: {decision_text(dict(decision.point))}" if decision.point else told
