"""Whoever asked the registrar for something is told that there is an answer, and nobody else."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.cycles.models import Cycle
from pb.formats import numbered
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Teller, Words, tells
from pb.roll.models import Request

ANSWERED = lazy_gettext("The registrar answered your request about the roll.")


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    query = select(Request.person_id)
    query = query.where(Request.cycle_id == event.subject_id, Request.number == event.data["number"])
    person = act.session.scalars(query).first()
    return Concerned(frozenset({person} if person is not None else ()))


def _words(act: Act, event: AuditEvent) -> Words:
    """What was asked and answered stands on the page that asks for its code."""
    cycle = act.session.get_one(Cycle, event.subject_id)
    thing = _("Your request: %(number)s", number=numbered(event.data["number"]))
    return Words(thing, str(ANSWERED), url_for("roll.ask_answer", cycle_id=cycle.id))


tells("roll.request_answered", Teller(Topic.OWN, (ANSWERED,), _concerned, _words))
