"""One entry put right: by the registrar alone until the roll is confirmed, afterwards with a second person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, insert, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core import text as texts
from pb.core.national_numbers import IIN, parse_iin
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.identity.service import holdings
from pb.identity.service import iin as numbers
from pb.keyring import Keys
from pb.roll.models import Change, Correction, CorrectionKind, Departure, Entry, Request
from pb.roll.service import commitments, departures, entries
from pb.roll.service.imports import field_changes
from pb.roll.service.reading import Fault, faults_of_person

LONGEST_REASON = 300
FAULTS = {
    Fault.NO_NAME: ("name", _("Write the name, in at most 120 characters.")),
    Fault.HIDDEN: (
        "name",
        _("This text holds a sign that cannot be seen or printed. Type it anew instead of copying it."),
    ),
    Fault.LOST_LETTERS: (
        "name",
        _("A question mark stands in the place of a letter. Write the name as in the document."),
    ),
    Fault.UNDER_AGE: ("iin", _("Under 18 on the voting day.")),
    Fault.OTHER_OKRUG: ("settlement", _("Choose the settlement.")),
}


@dataclass(frozen=True)
class Wanted:
    """What a correction makes of an entry. `iin` belongs to an addition, `day` and `departure` to somebody who left."""

    kind: CorrectionKind
    reason: str
    entry: Entry | None = None
    iin: IIN | None = None
    name: str = ""
    settlement: str = ""
    day: date | None = None
    departure: Departure | None = None
    request: Request | None = None


def propose(act: Act, cycle: Cycle, keys: Keys, wanted: Wanted) -> Correction:
    """The registrar's correction: applied at once, or put before a second person when the roll is confirmed.

    Raises OutOfPhase, Forbidden (not the registrar), Conflict (frozen, one of this entry waits), FieldRefusal.
    """
    registrar_id = entries.require_registrar(act, cycle)
    _refuse_moved(wanted)
    refuse_all(faults(act, cycle, keys, wanted))
    name, settlement = _as_it_will_stand(act, wanted)
    if wanted.entry is not None and any(correction.entry_id == wanted.entry.id for correction in waiting(act, cycle)):
        raise Conflict(_("A correction of this entry waits for a second person."))
    taken = act.session.scalar(select(func.max(Correction.number)).where(Correction.cycle_id == cycle.id)) or 0
    correction = Correction(
        cycle_id=cycle.id,
        number=taken + 1,
        entry_id=wanted.entry.id if wanted.entry else None,
        request_id=wanted.request.id if wanted.request else None,
        kind=wanted.kind,
        iin_sealed=numbers.seal(wanted.iin, keys.seal) if wanted.iin else None,
        name=name,
        settlement=settlement,
        gone_on=wanted.day,
        gone_reason=wanted.departure,
        reason=" ".join(wanted.reason.split()),
        proposed_by=registrar_id,
        proposed_at=act.at,
    )
    act.session.add(correction)
    act.session.flush()
    if entries.confirmation(act, cycle) is None:
        correction.approved, correction.decided_at = True, act.at
        _apply(act, cycle, keys, correction)
    else:
        data = {"correction": str(correction.id), "kind": correction.kind}
        audit.record(act, "roll.correction_proposed", subject=cycle.id, data=data)
    return correction


def decide(act: Act, cycle: Cycle, keys: Keys, correction: Correction, *, approve: bool) -> None:
    """The second person's word on a correction; a confirmed roll is confirmed anew by it.

    Raises Forbidden (registrar, proposer, other role), Conflict (frozen, decided, or the entry is another now).
    """
    commitments.require_second_person(act, cycle)
    entries.refuse_frozen(act, cycle)
    if correction.decided_at is not None or act.person is None:
        raise Conflict(_("This correction is decided already."))
    if approve and (told := lapsed(act, correction)):
        raise Forbidden(told)
    correction.approved, correction.decided_at, correction.decided_by = approve, act.at, act.person.id
    act.session.flush()
    if approve:
        _apply(act, cycle, keys, correction)
    else:
        data = {"correction": str(correction.id), "kind": correction.kind}
        audit.record(act, "roll.correction_refused", subject=cycle.id, data=data)


def lapsed(act: Act, correction: Correction) -> LazyString | None:
    """Why nobody can agree to a correction any more; None while its registrar is one."""
    return holdings.lapsed(act, correction.proposed_by, Role.REGISTRAR, since=correction.proposed_at)


def get(act: Act, cycle: Cycle, correction_id: UUID) -> Correction:
    """A correction of this cycle. Raises NotFound."""
    correction = act.session.get(Correction, correction_id)
    if correction is None or correction.cycle_id != cycle.id:
        raise NotFound
    return correction


def every(act: Act, cycle: Cycle) -> Sequence[Correction]:
    """All corrections of a cycle, the latest first."""
    query = select(Correction).where(Correction.cycle_id == cycle.id).order_by(Correction.proposed_at.desc())
    return act.session.scalars(query).all()


def waiting(act: Act, cycle: Cycle) -> Sequence[Correction]:
    """Those that wait for a second person."""
    query = select(Correction).where(Correction.cycle_id == cycle.id, Correction.decided_at.is_(None))
    return act.session.scalars(query.order_by(Correction.proposed_at)).all()


def _refuse_moved(wanted: Wanted) -> None:
    """Raises Conflict where the entry left or came back since the page was shown."""
    entry = wanted.entry
    if wanted.kind is CorrectionKind.ADD:
        return
    if entry is None or (entry.gone_on is None) == (wanted.kind is CorrectionKind.RETURN):
        raise Conflict(_("The entry stands otherwise now. Look at it again."))


def faults(act: Act, cycle: Cycle, keys: Keys, wanted: Wanted) -> Iterator[FieldRefusal]:
    """All that is wrong with a correction, of whose parts some may not be known yet."""
    reason = " ".join(wanted.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        yield FieldRefusal("reason", _("Write the reason, in at most 300 characters."))
    if wanted.kind in {CorrectionKind.ADD, CorrectionKind.CHANGE}:
        yield from _faults_of_person(act, cycle, keys, wanted)
    if wanted.kind is CorrectionKind.GONE:
        if wanted.day is None or wanted.day > local(act.at).date():
            yield FieldRefusal("day", _("The day has not come yet."))
        if wanted.departure is None:
            yield FieldRefusal("departure", _("Choose why."))


def _faults_of_person(act: Act, cycle: Cycle, keys: Keys, wanted: Wanted) -> Iterator[FieldRefusal]:
    """Of somebody who is to be added, or whose entry is to be changed."""
    entry, iin = wanted.entry, wanted.iin
    if entry is not None and entry.iin_sealed is not None:
        iin = parse_iin(numbers.unseal(entry.iin_sealed, keys.seal), date.max)
    if iin is None:
        yield FieldRefusal("iin", _("Write the IIN: 12 digits."))
        return
    if entry is None and entries.find_ever(act, cycle, iin, keys) is not None:
        yield FieldRefusal("iin", _("This person is on the roll already, or was. Find the entry by the IIN."))
    known = act.territory.known_settlements()
    found = [*faults_of_person(iin, wanted.name, wanted.settlement, known, cycle.voting_until)]
    for fault in found:
        yield FieldRefusal(*FAULTS[fault])
    if entry is not None and not found and _as_it_will_stand(act, wanted) == (entry.name, entry.settlement):
        yield FieldRefusal("name", _("Nothing is different from what stands on the roll."))


def _as_it_will_stand(act: Act, wanted: Wanted) -> tuple[str, str]:
    """Name and settlement of a correction that has no fault."""
    if wanted.entry is not None and wanted.kind is not CorrectionKind.CHANGE:
        return wanted.entry.name, wanted.entry.settlement
    settlement = texts.tidy(wanted.settlement)
    return texts.tidy(wanted.name), act.territory.known_settlements().kept(settlement) or settlement


def _apply(act: Act, cycle: Cycle, keys: Keys, correction: Correction) -> None:
    """Changes the roll, leaves a commitment in the log, and confirms a confirmed roll anew."""
    entry = _added(act, cycle, keys, correction) if correction.entry_id is None else _changed(act, cycle, correction)
    latest = commitments.commit(act, cycle, keys, commitments.Occasion.CORRECTION)
    if entries.confirmation(act, cycle) is not None:
        commitments.renew_confirmation(act, cycle, latest)
    data = {
        "correction": str(correction.id),
        "kind": correction.kind,
        "entry": entry.number,
        "count": latest.count,
        "commitment": latest.commitment,
    }
    audit.record(act, "roll.corrected", subject=cycle.id, data=data)


def _added(act: Act, cycle: Cycle, keys: Keys, correction: Correction) -> Entry:
    iin = parse_iin(numbers.unseal(correction.iin_sealed, keys.seal), date.max)
    if entries.find_ever(act, cycle, iin, keys) is not None:
        raise Conflict(_("This person is on the roll already, or was. Find the entry by the IIN."))
    entry = Entry(
        id=uuid4(),
        cycle_id=cycle.id,
        number=entries.last_number(act, cycle) + 1,
        iin_lookup=numbers.lookup(iin, keys.pepper),
        iin_pepper=keys.pepper.version,
        iin_sealed=numbers.seal(iin, keys.seal),
        name=correction.name,
        settlement=correction.settlement,
        imported_at=act.at,
    )
    act.session.add(entry)
    act.session.flush()
    return entry


def _changed(act: Act, cycle: Cycle, correction: Correction) -> Entry:
    entry = act.session.get_one(Entry, correction.entry_id)
    if (entry.gone_on is None) == (correction.kind == CorrectionKind.RETURN):
        raise Conflict(_("The entry stands otherwise now. Look at it again."))
    after = {"name": correction.name, "settlement": correction.settlement, "gone_on": correction.gone_on}
    kept = field_changes(act, correction.proposed_by, entry, after)
    if kept:
        act.session.execute(insert(Change), kept)
    entry.name, entry.settlement = correction.name, correction.settlement
    entry.gone_on, entry.gone_reason = correction.gone_on, correction.gone_reason
    act.session.flush()
    if entry.gone_on is not None:
        departures.announce(act, cycle, [entry.id])
    return entry
