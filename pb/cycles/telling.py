"""What people are told of a cycle: that it began, where it stands, that it ended early."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.clock import local
from pb.cycles import service
from pb.cycles.models import NOW, ORDER, PHASE_LABELS, Cycle, Envelope, Phase
from pb.db import by_id
from pb.formats import day, money
from pb.notices.models import Kind, Topic
from pb.notices.service.calendars import Entry, fills
from pb.notices.service.telling import Concerned, Named, Teller, Words, names, of_cycle, tells

OPENED = lazy_gettext("A new cycle was opened: ideas are taken.")
MOVED = lazy_gettext("The cycle went on. Now: %(phase)s")
ENDED = lazy_gettext("The cycle was ended early.")
ENVELOPE = lazy_gettext("The envelope of a cycle was changed before the vote")


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


def _envelope(act: Act, event: AuditEvent) -> Words:
    cycle = act.session.get_one(Cycle, event.subject_id)
    version = act.session.get_one(Envelope, (cycle.id, event.data["version"]))
    url = url_for("cycles.show_envelope", cycle_id=cycle.id)
    now = _("The envelope was changed. Now: %(sum)s", sum=money(event.data["after"]))
    return Words(_title(cycle), str(ENVELOPE), url, why=version.reason, following=now)


def _url(cycle: Cycle) -> str:
    return url_for("process.show", cycle_id=cycle.id)


def _names(act: Act, ids: list[UUID]) -> Named:
    found = by_id(act.session, Cycle, ids).values()
    return {cycle.id: (_title(cycle), _url(cycle)) for cycle in found}


tells("cycle.opened", Teller(Topic.CYCLE, (OPENED,), _concerned, _opened))
tells("cycle.envelope_changed", Teller(Topic.CYCLE, (ENVELOPE,), _concerned, _envelope))
tells("cycle.moved", Teller(Topic.CYCLE, (MOVED,), _concerned, _moved))
tells("cycle.ended", Teller(Topic.CYCLE, (ENDED,), _concerned, _ended))
names(Kind.CYCLE, _names, lambda act, where: service.get(act, where["cycle_id"]))


@fills
def last_days(act: Act) -> Iterator[Entry]:
    """The last day of each phase, as it was planned.

    One that was left before it has the day on which that was; what a cycle that was ended early would have had to come
    is called off.
    """
    left = _left(act)
    query = select(Cycle).where(Cycle.territory_id == act.territory.id).order_by(Cycle.fiscal_year, Cycle.attempt)
    for cycle in act.session.scalars(query):
        ended = cycle.ending.at if cycle.phase == Phase.ENDED and cycle.ending is not None else None
        for phase in ORDER[:-1]:
            day_of = cycle.until(phase)
            if day_of is None:
                continue
            moved = left.get((cycle.id, phase))
            early = moved is not None and local(moved).date() < day_of
            called_off = moved is None and ended is not None and day_of >= local(ended).date()
            yield Entry(
                id=f"phase-{phase}-{cycle.id}",
                sequence=int(called_off or early),
                changed=(moved if early else ended if called_off else None) or cycle.opened_at,
                begins=local(moved).date() if moved is not None and early else day_of,
                title=_("Last day: %(phase)s", phase=PHASE_LABELS[phase]),
                year=cycle.year,
                url=_url(cycle),
                subjects=of_cycle(act, cycle.id),
                cancelled=called_off,
            )


def _left(act: Act) -> Mapping[tuple[UUID, str], datetime]:
    """When each cycle went on from a phase."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.action == "cycle.moved")
    return {(event.subject_id, event.data["from"]): event.at for event in act.session.scalars(query)}
