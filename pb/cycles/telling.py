"""What people are told of a cycle: that it began, where it stands, that it ended early."""

from collections.abc import Iterator
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.clock import local
from pb.cycles import service
from pb.cycles.models import NOW, ORDER, PHASE_LABELS, Cycle, Phase
from pb.db import by_id
from pb.formats import day
from pb.notices.models import Kind, Topic
from pb.notices.service.calendars import Entry, fills
from pb.notices.service.telling import Concerned, Named, Teller, Words, names, of_cycle, tells

OPENED = lazy_gettext("A new cycle was opened: ideas are taken.")
MOVED = lazy_gettext("The cycle went on. Now: %(phase)s")
ENDED = lazy_gettext("The cycle was ended early.")


def _title(cycle: Cycle) -> str:
    return str(_("Cycle of %(year)s", year=cycle.year))


def _concerned(act: Act, event: AuditEvent) -> Concerned:
    return Concerned(followed=of_cycle(act, event.subject_id))


def _opened(act: Act, event: AuditEvent) -> Words:
    cycle = act.session.get_one(Cycle, event.subject_id)
    until = _("Ideas are taken until %(date)s.", date=day(cycle.proposals_until))
    return Words(_title(cycle), str(OPENED), _url(cycle), following=until)


def _moved(act: Act, event: AuditEvent) -> Words:
    cycle, phase = act.session.get_one(Cycle, event.subject_id), Phase(event.data["to"])
    what = str(MOVED) % {"phase": PHASE_LABELS[phase]}
    return Words(_title(cycle), what, _url(cycle), following=str(NOW[phase]))


def _ended(act: Act, event: AuditEvent) -> Words:
    cycle = act.session.get_one(Cycle, event.subject_id)
    reason = cycle.ending.reason if cycle.ending is not None else ""
    return Words(_title(cycle), str(ENDED), _url(cycle), why=reason, following=str(NOW[Phase.ENDED]))


def _url(cycle: Cycle) -> str:
    return url_for("process.show", cycle_id=cycle.id)


def _names(act: Act, ids: list[UUID]) -> Named:
    found = by_id(act.session, Cycle, ids).values()
    return {cycle.id: (_title(cycle), _url(cycle)) for cycle in found}


tells("cycle.opened", Teller(Topic.CYCLE, (OPENED,), _concerned, _opened))
tells("cycle.moved", Teller(Topic.CYCLE, (MOVED,), _concerned, _moved))
tells("cycle.ended", Teller(Topic.CYCLE, (ENDED,), _concerned, _ended))
names(Kind.CYCLE, _names, lambda act, cycle_id, _same: service.get(act, cycle_id))


@fills
def last_days(act: Act) -> Iterator[Entry]:
    """The last day of each phase, as it was planned; of a cycle that was ended early those to come are called off."""
    query = select(Cycle).where(Cycle.territory_id == act.territory.id).order_by(Cycle.fiscal_year, Cycle.attempt)
    for cycle in act.session.scalars(query):
        ended = cycle.ending.at if cycle.phase == Phase.ENDED and cycle.ending is not None else None
        for phase in ORDER[:-1]:
            day_of = cycle.until(phase)
            if day_of is None:
                continue
            called_off = ended is not None and day_of >= local(ended).date()
            yield Entry(
                id=f"phase-{phase}-{cycle.id}",
                sequence=int(called_off),
                changed=ended if ended is not None and called_off else cycle.opened_at,
                begins=day_of,
                title=_("Last day: %(phase)s", phase=PHASE_LABELS[phase]),
                url=_url(cycle),
                subjects=of_cycle(act, cycle.id),
                cancelled=called_off,
            )
