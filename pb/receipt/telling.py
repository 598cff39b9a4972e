"""Who asked of a line of the receipt is told of the answer."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Teller, Words, tells
from pb.receipt.models import LineQuestion

ANSWERED = lazy_gettext("The akim's office answered your question on the budget.")


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    return Concerned(frozenset({act.session.get_one(LineQuestion, event.subject_id).asked_by}))


def _words(act: Act, event: AuditEvent) -> Words:
    question = act.session.get_one(LineQuestion, event.subject_id)
    url = url_for("receipt.show_question", line_question_id=question.id)
    return Words(_("Question № %(number)s", number=question.number), str(ANSWERED), url)


tells("receipt.answered", Teller(Topic.OWN, (ANSWERED,), _concerned, _words))
