"""Who wrote an opinion on the page is told what they are answered; who follows the meeting hears of papers."""

from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import numbered
from pb.gatherings.models import Gathering
from pb.hearings.models import Channel, HearingPaper, Opinion, OpinionAnswer, Verdict
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells

ANSWERED = {
    Verdict.ACCEPTED: lazy_gettext("Your opinion at the hearing was taken into account."),
    Verdict.IN_PART: lazy_gettext("Your opinion at the hearing was taken into account in part."),
    Verdict.DECLINED: lazy_gettext("Your opinion at the hearing was answered: it was not taken into account."),
}
PUBLISHED = lazy_gettext("A paper of the draft was published: read it before the hearing.")


def _author(act: Act, event: AuditEvent) -> Concerned:
    opinion = act.session.get_one(Opinion, event.subject_id)
    return Concerned(frozenset({opinion.by_id})) if opinion.channel == Channel.PAGE else Concerned()


def _answered(act: Act, event: AuditEvent) -> Words:
    opinion = act.session.get_one(Opinion, event.subject_id)
    answer = act.session.get_one(OpinionAnswer, opinion.id)
    title, url = _hearing(act, opinion.gathering_id)
    return Words(title, str(ANSWERED[Verdict(answer.verdict)]), url, answer.reason)


def _followers(act: Act, event: AuditEvent) -> Concerned:
    row = act.session.get_one(HearingPaper, event.subject_id)
    of = Subject(Followed.OKRUG, act.territory.id), Subject(Followed.MEETING, row.gathering_id)
    return Concerned(followed=frozenset(of))


def _published(act: Act, event: AuditEvent) -> Words:
    title, url = _hearing(act, act.session.get_one(HearingPaper, event.subject_id).gathering_id)
    return Words(title, str(PUBLISHED), url)


def _hearing(act: Act, gathering_id: UUID) -> tuple[str, str]:
    gathering = act.session.get_one(Gathering, gathering_id)
    url = url_for("hearings.show", gathering_id=gathering.id)
    return f"{gathering.title}, {numbered(gathering.number)}", url


tells("hearing.opinion_answered", Teller(Topic.OWN, tuple(ANSWERED.values()), _author, _answered))
tells("hearing.paper_published", Teller(Topic.MEETING, (PUBLISHED,), _followers, _published))
