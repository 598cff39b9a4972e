"""Tasks, their decisions and their history in words, as pages of this room show them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from markupsafe import Markup, escape

from pb.act import Act
from pb.clock import local
from pb.db import by_id
from pb.formats import day, language, numbered
from pb.media.models import Paper, Picture
from pb.tasks.models import LABELS, TAGS, WORK_GOES_ON, Kind, Step
from pb.tasks.service import basis as bases
from pb.tasks.service import wording
from pb.tasks.service.finding import Standing
from pb.web.wording import called, said_in

SENTENCES: dict[Kind, LazyString] = {
    Kind.GIVEN: lazy_gettext("The task was given. Term: %(day)s"),
    Kind.STARTED: lazy_gettext("The work has begun."),
    Kind.DONE: lazy_gettext("The akim's office says that it is done."),
    Kind.ACCEPTED: lazy_gettext("The assembly accepted it: it is done."),
    Kind.SENT_BACK: lazy_gettext("The assembly sent it back: something is missing."),
    Kind.ASKS_LATER: lazy_gettext("The akim's office asks for another term: %(asked)s"),
    Kind.ASKS_END: lazy_gettext("The akim's office asks to give it up. The assembly confirms it first."),
    Kind.KEPT: lazy_gettext("The assembly did not agree: task and term stand as they were."),
    Kind.PUT_OFF: lazy_gettext("It was put off. New term: %(day)s"),
    Kind.GIVEN_UP: lazy_gettext("It was given up: it is not done any more."),
}


class Row(NamedTuple):
    """A task as lists show it (`duty_rows` of components.html)."""

    url: str
    text: Markup
    place: Markup
    until: date | None
    late: int
    tag: tuple[str, LazyString]


class Event(NamedTuple):
    """A step in a sentence, what it rests on, and what shows it."""

    at: datetime
    text: str
    basis: Markup | None
    note: Markup | None
    picture: Picture | None
    paper: Paper | None


def rows(act: Act, some: Iterable[Standing]) -> list[Row]:
    return [row(act, each) for each in some]


def row(act: Act, one: Standing) -> Row:
    kind = Kind(one.last.kind)
    place = act.territory.settlement(one.task.settlement, language()) if one.task.settlement else ""
    told = [called(one.executor), *([escape(place)] if place else [])]
    return Row(
        url_for("tasks.show", task_id=one.task.id),
        Markup("{} {}").format(numbered(one.task.number), called(one.task)),
        Markup(" · ").join(told),
        one.last.until if kind in WORK_GOES_ON else None,
        one.late(local(act.at).date()),
        (TAGS[kind], LABELS[kind]),
    )


def history(act: Act, steps: Sequence[Step]) -> list[Event]:
    """Each step, the first one first."""
    decisions = bases.of(act, (step.question_id for step in steps))
    pictures = by_id(act.session, Picture, (step.picture_id for step in steps))
    papers = by_id(act.session, Paper, (step.paper_id for step in steps))
    return [
        Event(
            step.at,
            str(SENTENCES[Kind(step.kind)])
            % {"day": day(step.until), "asked": day(step.asked_until) if step.asked_until else ""},
            wording.rests_on(decisions, step.question_id, step.minutes_number, step.minutes_on),
            said_in(step.words, step.language) if step.words else None,
            pictures.get(step.picture_id),
            papers.get(step.paper_id),
        )
        for step in steps
    ]
