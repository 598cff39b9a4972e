"""What people are told of a vote: that it began, ended, was annulled, and that its result is there.

Never of casting: a notice tells and implies of nobody whether they voted, or how.
"""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.cycles.models import Cycle
from pb.formats import moment
from pb.notices.models import Kind, Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, of_cycle, tells
from pb.polls.models import Poll
from pb.polls.service import state
from pb.proposals.service import proposals

OPENED = lazy_gettext("The vote was opened. It ends: %(moment)s")
CLOSED = lazy_gettext("The vote has ended. The result is being counted.")
TOO_FEW = lazy_gettext("The vote has ended. Too few ballots were cast: nothing is counted.")
ANNULLED = lazy_gettext("The vote was annulled.")
RESULT = lazy_gettext("The result of the vote is published.")


def _title(cycle: Cycle) -> str:
    return str(_("Cycle of %(year)s", year=cycle.year))


def _of_all(act: Act, event: AuditEvent) -> Concerned:
    return Concerned(followed=of_cycle(act, event.subject_id))


def _on_the_ballot(act: Act, event: AuditEvent) -> Concerned:
    """The authors of what was voted on too, and who follows one of the projects."""
    cycle, poll = act.session.get_one(Cycle, event.subject_id), _poll(act, event)
    terms = state.terms_of(poll) if poll is not None else None
    numbers = [project.number for project in terms.projects] if terms is not None else []
    projects = proposals.with_numbers(act, cycle, numbers)
    subjects = {Subject(Kind.PROJECT, project.id) for project in projects}
    return Concerned(frozenset(project.author_id for project in projects), of_cycle(act, cycle.id, *subjects))


def _poll(act: Act, event: AuditEvent) -> Poll | None:
    cycle = act.session.get_one(Cycle, event.subject_id)
    return next((poll for poll in state.attempts(act, cycle) if poll.uuid == event.data["poll"]), None)


def _words(act: Act, event: AuditEvent, what: str, *, why: str = "", following: str = "") -> Words:
    cycle = act.session.get_one(Cycle, event.subject_id)
    return Words(_title(cycle), what, url_for("voting.show", cycle_id=cycle.id), why, following)


def _opened(act: Act, event: AuditEvent) -> Words:
    poll = _poll(act, event)
    ends = moment(poll.closes_at) if poll is not None and poll.closes_at is not None else ""
    following = _("You need your card and your IIN. The vote is secret.")
    return _words(act, event, str(OPENED) % {"moment": ends}, following=following)


def _closed(act: Act, event: AuditEvent) -> Words:
    if not event.data["enough"]:
        return _words(act, event, str(TOO_FEW), following=_("The assembly decides how it goes on."))
    return _words(act, event, str(CLOSED), following=_("The trustees decrypt the result, and it is published."))


def _annulled(act: Act, event: AuditEvent) -> Words:
    return _words(act, event, str(ANNULLED), why=event.data["reason"])


def _result(act: Act, event: AuditEvent) -> Words:
    cycle = act.session.get_one(Cycle, event.subject_id)
    following = _("The assembly adopts the result, and the akim answers.")
    return Words(_title(cycle), str(RESULT), url_for("results.result", cycle_id=cycle.id), following=following)


tells("poll.opened", Teller(Topic.CYCLE, (OPENED,), _on_the_ballot, _opened))
tells("poll.closed", Teller(Topic.CYCLE, (CLOSED, TOO_FEW), _of_all, _closed))
tells("poll.annulled", Teller(Topic.CYCLE, (ANNULLED,), _of_all, _annulled))
tells("poll.result", Teller(Topic.CYCLE, (RESULT,), _on_the_ballot, _result))
