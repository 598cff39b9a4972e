"""Whoever follows the okrug is told that a task is done or put off. Done is what the assembly accepted, not a claim."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import day, language, named
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells
from pb.tasks.models import Step, Task

ACCEPTED = lazy_gettext("A task is done: the assembly accepted it.")
PUT_OFF = lazy_gettext("A task was put off.")


def _concerned(act: Act, _event: AuditEvent) -> Concerned:
    return Concerned(followed=frozenset({Subject(Followed.OKRUG, act.territory.id)}))


def _accepted(act: Act, event: AuditEvent) -> Words:
    return _words(act, event, str(ACCEPTED))


def _put_off(act: Act, event: AuditEvent) -> Words:
    step = act.session.get_one(Step, (event.subject_id, event.data["step"]))
    return _words(act, event, str(PUT_OFF), why=step.words, following=_("New term: %(day)s", day=day(step.until)))


def _words(act: Act, event: AuditEvent, what: str, *, why: str = "", following: str = "") -> Words:
    task = act.session.get_one(Task, event.subject_id)
    said = task.called(language())
    url = url_for("tasks.show", task_id=task.id)
    return Words(named(task.number, said.text), what, url, why, following, tongue=said.language)


tells("task.accepted", Teller(Topic.MEETING, (ACCEPTED,), _concerned, _accepted))
tells("task.put_off", Teller(Topic.MEETING, (PUT_OFF,), _concerned, _put_off))
