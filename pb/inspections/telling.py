"""Members are asked to sign; whoever follows the okrug or the project hears of a signed report and of its answers."""

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.commission.service import seating
from pb.formats import day
from pb.inspections import service
from pb.inspections.models import Inspection, Kind, RecommendationAnswer
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells

WRITTEN = lazy_gettext("A report of a visit was written: the members of the commission read and sign it.")
SIGNED = lazy_gettext("A report of a visit was signed.")
ANSWERED: dict[Kind, LazyString] = {
    Kind.DONE: lazy_gettext("A recommendation of the auditor or of the commission was carried out."),
    Kind.PROMISED: lazy_gettext("A recommendation of the auditor or of the commission will be carried out."),
    Kind.DECLINED: lazy_gettext("A recommendation of the auditor or of the commission was not taken up."),
}


def _members(act: Act, event: AuditEvent) -> Concerned:
    seats = service.commission_of(act, act.session.get_one(Inspection, event.subject_id))
    people = {member.person_id for member in seating.members_of(seats)} if seats is not None else set()
    return Concerned(frozenset(person for person in people if person is not None))


def _followers(act: Act, event: AuditEvent) -> Concerned:
    """The signature that makes a report whole is the one of which people hear."""
    report = act.session.get_one(Inspection, event.subject_id)
    number = event.data.get("signature")
    if number is not None and number != service.needed(act, report):
        return Concerned()
    followed = {Subject(Followed.OKRUG, act.territory.id)}
    if report.proposal_id is not None:
        followed.add(Subject(Followed.PROJECT, report.proposal_id))
    return Concerned(followed=frozenset(followed))


def _written(act: Act, event: AuditEvent) -> Words:
    return _words(act, event, str(WRITTEN))


def _signed(act: Act, event: AuditEvent) -> Words:
    return _words(act, event, str(SIGNED), following=_("The akim answers each recommendation."))


def _answered(act: Act, event: AuditEvent) -> Words:
    key = (event.subject_id, event.data["recommendation"], event.data["answer"])
    answer = act.session.get_one(RecommendationAnswer, key)
    following = _("Promised by: %(day)s", day=day(answer.until)) if answer.until is not None else ""
    return _words(act, event, str(ANSWERED[Kind(answer.kind)]), why=answer.words, following=following)


def _words(act: Act, event: AuditEvent, what: str, *, why: str = "", following: str = "") -> Words:
    report = act.session.get_one(Inspection, event.subject_id)
    url = url_for("inspections.show", inspection_id=report.id)
    return Words(_("Report of a visit № %(number)s", number=report.number), what, url, why, following)


tells("inspection.written", Teller(Topic.MEETING, (WRITTEN,), _members, _written))
tells("inspection.signed", Teller(Topic.PROJECT, (SIGNED,), _followers, _signed))
for _kind, _sentence in ANSWERED.items():
    tells(f"inspection.{_kind}", Teller(Topic.PROJECT, (_sentence,), _followers, _answered))
