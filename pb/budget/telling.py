"""Whoever follows the okrug is told what becomes of its budget."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.budget.models import Kind as VersionKind
from pb.budget.models import Move, Version
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.telling import Concerned, Subject, Teller, Words, tells

TOLD = {
    Move.PUT: lazy_gettext("The draft budget lies before the assembly."),
    Move.AGREED: lazy_gettext("The assembly agreed the draft budget."),
    Move.RETURNED: lazy_gettext("The draft budget was returned with reasons."),
    Move.APPROVED: lazy_gettext("The maslikhat approved the budget."),
    Move.DECIDED: lazy_gettext("The akim decided on the budget."),
}
FROM_PAPER = lazy_gettext("The budget as it was decided on paper is kept here from now on.")


def _concerned(act: Act, _event: AuditEvent) -> Concerned:
    return Concerned(followed=frozenset({Subject(Followed.OKRUG, act.territory.id)}))


def _words(act: Act, event: AuditEvent) -> Words:
    version = act.session.get_one(Version, event.subject_id)
    url = url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id)
    title = _("Budget of %(year)s", year=version.budget.first_year)
    if version.kind == VersionKind.PAPER:
        return Words(title, str(FROM_PAPER), url)
    return Words(title, str(TOLD[Move(event.action.partition(".")[2])]), url)


for _move, _sentence in TOLD.items():
    tells(
        f"budget.{_move.value}",
        Teller(Topic.MEETING, (_sentence, FROM_PAPER) if _move is Move.APPROVED else (_sentence,), _concerned, _words),
    )
