"""An opened survey is called off for a reason that everybody reads: nothing is told of the answers that it has."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, refuse_all
from pb.proposals.service import contents
from pb.surveys.models import LONGEST_REASON, Survey
from pb.surveys.service import finding, require_making
from pb.surveys.service.finding import State


def may(act: Act, survey: Survey) -> bool:
    """Until its last day is over."""
    return finding.state(act, survey) in {State.COMING, State.OPEN}


def require(act: Act, survey: Survey) -> None:
    """Raises Forbidden, Conflict: it is no draft any more, and not over."""
    require_making(act)
    act.session.refresh(survey)
    if survey.called_off_at is not None:
        raise Conflict(_("This survey is called off already."))
    if not may(act, survey):
        raise Conflict(_("A survey is called off once it is opened and until its last day is over."))


def call_off(act: Act, survey: Survey, reason: str, language: str) -> None:
    """Office or chair end it: nobody answers any more. Raises Forbidden, Conflict, FieldRefusal."""
    person = require_making(act)
    audit.take_turn(act)
    require(act, survey)
    refuse_all(faults(reason, language))
    data = {"survey": survey.number, "reason": reason.strip()}
    audit.record(act, "survey.called_off", subject=survey.id, data=data)
    survey.called_off_at, survey.called_off_by = act.at, person
    survey.called_off_reason, survey.called_off_language = reason.strip(), language
    act.session.flush()


def faults(reason: str, language: str) -> Iterator[FieldRefusal]:
    """What is wrong with the reason as it is typed."""
    if not reason.strip():
        yield FieldRefusal("reason", _("Write why the survey is called off: everybody reads it."))
    elif len(reason.strip()) > LONGEST_REASON:
        yield FieldRefusal("reason", _("Use at most %(max)d characters.", max=LONGEST_REASON))
    if language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))
