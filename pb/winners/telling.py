"""What people are told of the budget: that the maslikhat decided."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.cycles.models import Cycle
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Teller, Words, of_cycle, tells

DECIDED = lazy_gettext("The maslikhat decided on the budget with the projects.")


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    return Concerned(followed=of_cycle(act, event.subject_id))


def _words(act: Act, event: AuditEvent) -> Words:
    cycle = act.session.get_one(Cycle, event.subject_id)
    following = _("The akim's office carries the projects out.")
    return Words(
        _("Cycle of %(year)s", year=cycle.year),
        str(DECIDED),
        url_for("winners.show", cycle_id=cycle.id),
        following=following,
    )


tells("budget.decision_recorded", Teller(Topic.CYCLE, (DECIDED,), _concerned, _words))
