"""Papers of a meeting are published by who convenes it, before it begins; what comes late is taken, and marked so.

Source: the model regulation has materials five days ahead, the notice of a meeting ten; both are settings.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering, Question, State
from pb.gatherings.service import calling_off
from pb.materials.models import MOST, Material
from pb.media.models import Paper
from pb.media.service import files, showing
from pb.media.service.files import Received
from pb.media.service.showing import Seen
from pb.territory import service as territories


class Published(NamedTuple):
    """A paper with whether it came late, the position of its point, and its day; no point: of the whole meeting."""

    paper: Paper
    late: bool
    position: int | None
    on: date


def may_publish(act: Act, gathering: Gathering) -> bool:
    """Whether the actor may publish a paper of this meeting now."""
    return (
        act.person is not None
        and calling_off.may_decide(act, gathering)
        and gathering.state == State.CONVENED
        and act.at < gathering.meets_at
    )


def require_publishing(act: Act, gathering: Gathering) -> None:
    """Raises Forbidden (not who convenes it), Conflict (it has begun, was called off, or has the most papers)."""
    if act.person is None or not calling_off.may_decide(act, gathering):
        raise Forbidden(_("Papers of a meeting are published by who convenes it."))
    if not may_publish(act, gathering):
        raise Conflict(_("Papers of a meeting are published before it begins."))
    if len(of(act, gathering)) >= MOST:
        raise Conflict(_("At most %(number)s papers.", number=MOST))


def publish(act: Act, gathering: Gathering, received: Received, position: int | None = None) -> Material:
    """Publishes a paper of the meeting, or of the point at this position.

    Raises what `require_publishing` does, FieldRefusal (no such point).
    """
    require_publishing(act, gathering)
    if act.person is None:
        raise Forbidden
    question = next((row for row in gathering.questions if row.position == position), None)
    if position is not None and question is None:
        raise FieldRefusal("point", _("Choose a point of the agenda."))
    paper = files.add_paper(act, act.person.id, received)
    late = local(act.at).date() > due(act, local(gathering.meets_at).date())
    data = {"meeting": gathering.number, "sha256": received.sha256, "late": late, "point": position}
    audit.record(act, "gathering.paper_published", subject=paper.id, data=data)
    row = Material(
        paper_id=paper.id,
        gathering_id=gathering.id,
        question_id=question.id if question is not None else None,
        at=act.at,
        by_id=act.person.id,
        late=late,
    )
    act.session.add(row)
    act.session.flush()
    return row


def due(act: Act, meets_on: date) -> date:
    """The last day on which papers of a meeting of this day are published in time."""
    return meets_on - timedelta(days=territories.setting(act, "materials_days"))


def of(act: Act, gathering: Gathering) -> list[Published]:
    """The papers of a meeting, and of the called-off one in whose place it is: of the whole first, then by points."""
    query = select(Paper, Material.late, Material.question_id, Material.at).join(
        Material, Material.paper_id == Paper.id
    )
    rows = act.session.execute(
        query.where(Material.gathering_id.in_(calling_off.line_of(act, gathering))).order_by(Material.at)
    ).all()
    asked = {question for _paper, _late, question, _at in rows if question is not None}
    places = select(Question.id, Question.position).where(Question.id.in_(asked))
    positions = {row.id: row.position for row in act.session.execute(places)} if asked else {}
    found = [
        Published(paper, late, positions[question] if question else None, local(at).date())
        for paper, late, question, at in rows
    ]
    return sorted(found, key=lambda one: one.position or 0)


@showing.shows
def seen(act: Act, ids: Collection[UUID]) -> Seen:
    """The papers of a meeting everybody sees."""
    found = act.session.scalars(select(Material.paper_id).where(Material.paper_id.in_(ids)).limit(1)).first()
    return Seen.EVERYBODY if found is not None else Seen.NOBODY
