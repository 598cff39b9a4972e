"""The members of the commission are asked to sign; who follows the okrug hears what came of a report."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.commission.models import MonitoringReport, Step
from pb.commission.service import seating
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells

WRITTEN = lazy_gettext("A report of the commission was written: its members read and sign it.")
RECOMMENDED = lazy_gettext("The assembly adopted recommendations on the report of the commission.")
CONCLUDED = lazy_gettext("The akim gave a reasoned conclusion on the recommendations of the assembly.")


def _members(act: Act, event: AuditEvent) -> Concerned:
    report = act.session.get_one(MonitoringReport, event.subject_id)
    people = {member.person_id for member in seating.members_of(seating.get(act, report.commission_id))}
    return Concerned(frozenset(person for person in people if person is not None))


def _followers(act: Act, _event: AuditEvent) -> Concerned:
    return Concerned(followed=frozenset({Subject(Followed.OKRUG, act.territory.id)}))


def _written(act: Act, event: AuditEvent) -> Words:
    return _words(act, event, str(WRITTEN))


def _recommended(act: Act, event: AuditEvent) -> Words:
    return _of_step(act, event, str(RECOMMENDED), _("The akim gives a conclusion at the next meeting of the assembly."))


def _concluded(act: Act, event: AuditEvent) -> Words:
    return _of_step(act, event, str(CONCLUDED))


def _of_step(act: Act, event: AuditEvent, what: str, following: str = "") -> Words:
    step = act.session.get_one(Step, (event.subject_id, event.data["step"]))
    return _words(act, event, what, step.words, following)


def _words(act: Act, event: AuditEvent, what: str, why: str = "", following: str = "") -> Words:
    report = act.session.get_one(MonitoringReport, event.subject_id)
    url = url_for("commission.show", report_id=report.id)
    return Words(_("Report № %(number)s of the commission", number=report.number), what, url, why, following)


tells("commission.report_written", Teller(Topic.MEETING, (WRITTEN,), _members, _written))
tells("commission.recommended", Teller(Topic.MEETING, (RECOMMENDED,), _followers, _recommended))
tells("commission.concluded", Teller(Topic.MEETING, (CONCLUDED,), _followers, _concluded))
