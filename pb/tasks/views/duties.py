"""What waits of tasks: for the office what is late or due within a week, for the assembly what is said to be done."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.formats import language, named
from pb.identity.service.duties import Duty, duties_of
from pb.tasks.models import WORK_GOES_ON, Kind
from pb.tasks.service import ACCEPTING, CONFIRMING, GIVING, finding, may_answer, may_take, wording
from pb.tasks.service.finding import Standing
from pb.territory.service import tree

SOON = timedelta(days=7)


@duties_of(Role.OFFICE)
def to_do(act: Act) -> Iterator[Duty]:
    last = local(act.at).date() + SOON
    for one in [*finding.overdue(act), *finding.going_on(act)]:
        if one.last.kind == Kind.DONE:
            yield Duty(_("The assembly has to accept a task"), _url(one), _thing(one), of_others=True)
        elif Kind(one.last.kind) in WORK_GOES_ON and one.last.until <= last:
            yield Duty(_("Report on a task"), _url(one), _thing(one), one.last.until)


@duties_of(*GIVING)
def to_give(act: Act) -> Iterator[Duty]:
    """What a meeting decided to have done is nobody's until somebody is named with a term."""
    okrug = tree.slug_of(act.session, act.territory.id)
    for decision in finding.to_give(act):
        url = url_for("tasks.new", okrug=okrug, question=decision.called)
        yield Duty(_("Give the task that was decided"), url, wording.shortly(decision))


@duties_of(*ACCEPTING)
def to_accept(act: Act) -> Iterator[Duty]:
    for one in finding.going_on(act):
        if may_take(act, one.last, Kind.ACCEPTED):
            yield Duty(_("Look whether a task is done"), _url(one), _thing(one))


@duties_of(*CONFIRMING)
def to_confirm(act: Act) -> Iterator[Duty]:
    for one in [*finding.overdue(act), *finding.going_on(act)]:
        if may_answer(act, one.last):
            yield Duty(_("Answer what the office asks for a task"), _url(one), _thing(one))


def _url(one: Standing) -> str:
    return url_for("tasks.show", task_id=one.task.id)


def _thing(one: Standing) -> str:
    return named(one.task.number, one.task.called(language()).text)
