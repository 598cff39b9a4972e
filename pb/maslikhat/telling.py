"""Whoever follows the okrug is told what the maslikhat answered to its assembly."""

from flask import url_for
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.formats import language, named
from pb.maslikhat.models import Answer, Motion, Step
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells

ANSWERS = {
    Answer.ACCEPTED: lazy_gettext("The maslikhat accepted a proposal of the assembly."),
    Answer.IN_PART: lazy_gettext("The maslikhat accepted a proposal of the assembly in part."),
    Answer.DECLINED: lazy_gettext("The maslikhat declined a proposal of the assembly."),
}


def _concerned(act: Act, _event: AuditEvent) -> Concerned:
    return Concerned(followed=frozenset({Subject(Followed.OKRUG, act.territory.id)}))


def _words(act: Act, event: AuditEvent) -> Words:
    motion = act.session.get_one(Motion, event.subject_id)
    step = act.session.get_one(Step, (event.subject_id, event.data["step"]))
    said = motion.called(language())
    url = url_for("maslikhat.show", motion_id=motion.id)
    return Words(
        named(motion.number, said.text), str(ANSWERS[Answer(step.answer)]), url, step.words, tongue=said.language
    )


tells("maslikhat.answered", Teller(Topic.MEETING, tuple(ANSWERS.values()), _concerned, _words))
