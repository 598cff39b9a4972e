"""Who wrote an opinion on the page is told what they are answered."""

from collections.abc import Sequence
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.gatherings.models import Gathering, Kind
from pb.gatherings.service import concerned
from pb.hearings.models import Channel, Opinion, OpinionAnswer, Verdict
from pb.hearings.service import finding
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Teller, Words, tells

ANSWERED = {
    Verdict.ACCEPTED: lazy_gettext("Your opinion at the hearing was taken into account."),
    Verdict.IN_PART: lazy_gettext("Your opinion at the hearing was taken into account in part."),
    Verdict.DECLINED: lazy_gettext("Your opinion at the hearing was answered: it was not taken into account."),
}


def _author(act: Act, event: AuditEvent) -> Concerned:
    opinion = act.session.get_one(Opinion, event.subject_id)
    return Concerned(frozenset({opinion.by_id})) if opinion.channel == Channel.PAGE else Concerned()


def _answered(act: Act, event: AuditEvent) -> Words:
    opinion = act.session.get_one(Opinion, event.subject_id)
    answer = act.session.get_one(OpinionAnswer, opinion.id)
    title, url = _hearing(act, opinion.gathering_id)
    return Words(title, str(ANSWERED[Verdict(answer.verdict)]), url, answer.reason)


def _hearing(act: Act, gathering_id: UUID) -> tuple[str, str]:
    gathering = act.session.get_one(Gathering, gathering_id)
    url = url_for("hearings.show", gathering_id=gathering.id)
    return gathering.named, url


@concerned.tells_of
def authors(act: Act, gathering: Gathering) -> Sequence[UUID]:
    """Who wrote an opinion is told that the hearing is moved: it is read and answered at the new one."""
    return finding.authors(act, gathering) if gathering.kind == Kind.HEARING else ()


tells("hearing.opinion_answered", Teller(Topic.OWN, tuple(ANSWERED.values()), _author, _answered))
