"""Whoever follows a place is told that a survey was opened there."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import day, language
from pb.notices.models import Kind, Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells
from pb.surveys.models import Survey

OPENED = lazy_gettext("A survey was opened.")


def _concerned(act: Act, _event: AuditEvent) -> Concerned:
    return Concerned(followed=frozenset({Subject(Kind.OKRUG, act.territory.id)}))


def _words(act: Act, event: AuditEvent) -> Words:
    survey = act.session.get_one(Survey, event.subject_id)
    said = survey.called(language())
    following = _("First day: %(first)s. Last day: %(last)s", first=day(survey.opens_on), last=day(survey.closes_on))
    url = url_for("surveys.show", survey_id=survey.id)
    return Words(said.text, str(OPENED), url, following=following, tongue=said.language)


tells("survey.opened", Teller(Topic.NEWS, (OPENED,), _concerned, _words))
