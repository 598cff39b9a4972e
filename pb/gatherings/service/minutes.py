"""The minutes: drawn up by the secretary, confirmed by chair and secretary, answered by the akim, then unchangeable.

Minutes that correct others are drawn up, printed and confirmed here too; what they say is in `corrections`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.gatherings.models import (
    Answer,
    Correction,
    Disagreement,
    Gathering,
    Kind,
    Matter,
    Minutes,
    Outcome,
    Paper,
    Record,
    State,
    Version,
)
from pb.gatherings.service import adoption, disagreements, drafting, hour, integrity, meetings, officers
from pb.gatherings.service.drafting import fingerprint
from pb.identity.service import holdings
from pb.jobs import service as jobs
from pb.media.models import Paper as Scan
from pb.media.service import files
from pb.territory.service import working_days
from pb.territory.service.working_days import Terms

PRINT: Final = "minutes.print"


def too_early(act: Act, gathering: Gathering) -> bool:
    """Whether a hearing's day is not over: minutes would shut the opinions that were promised until its end."""
    return gathering.kind == Kind.HEARING and local(act.at).date() <= local(gathering.meets_at).date()


def first_day(act: Act, gathering: Gathering) -> date | None:
    """The first day for the minutes of a meeting that is held, while it is `too_early` for them."""
    if gathering.state != State.QUORATE or not too_early(act, gathering):
        return None
    return local(gathering.meets_at).date() + timedelta(days=1)


def draw_up(act: Act, gathering: Gathering, *, remarks: str) -> Minutes:
    """The secretary freezes the meeting into minutes; until both confirmed, drawing up again replaces them.

    The first time they get their number. Raises OutOfPhase, Forbidden, Conflict (before the announced hour; a
    question is not decided, and there is a quorum to decide it; nobody is known to be chair; confirmed already).
    """
    meetings.require_phase(act, gathering)
    if act.person is None or not officers.keeps_record(act, gathering):
        raise Forbidden(_("Only the secretary draws up the minutes."))
    hour.require(act, gathering)
    if gathering.state not in {State.QUORATE, State.MINUTED}:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    if too_early(act, gathering):
        raise Conflict(
            _("The minutes of a hearing are drawn up after its day: until then everybody may say something.")
        )
    undecided = any(question.outcome is None for question in meetings.to_decide(act, gathering))
    if undecided and not meetings.ends_early(gathering):
        raise Conflict(_("Every question of the agenda needs its decision first."))
    if officers.named(act, gathering).keys() != set(officers.ELECTED):
        told = _("Minutes name chair and secretary, and the assembly has not both now: they are appointed first.")
        raise Conflict(told)
    minutes = meetings.minutes_of(act, gathering) or _first(act, gathering)
    freeze(act, minutes, drafting.body(act, gathering, number=minutes.number, remarks=remarks.strip()))
    return minutes


def freeze(act: Act, record: Record, content: dict[str, Any], **told: str) -> None:
    """Keeps these words as the next version: what confirmed or signed the one before falls away; a PDF is asked for.

    `told`: what its event says beside number and digest. Raises Forbidden (nobody's act).
    """
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    sha256 = fingerprint(content)
    # The event first, here and below: triggers take nothing of which the log's last event does not tell.
    data = {"number": record.number, "sha256": sha256, **told}
    audit.record(act, f"{record.kind}.drawn_up", subject=record.gathering_id, data=data)
    record.remarks, record.body, record.sha256 = content["remarks"], content, sha256
    record.drawn_up_at = act.at
    record.chair_at = record.chair_id = record.secretary_at = record.secretary_id = None
    outdated, record.scan_id = record.scan_id, None
    record.scan_at = record.scan_by_id = None
    act.session.add(record)
    if isinstance(record, Minutes):
        act.session.get_one(Gathering, record.gathering_id).state = State.MINUTED
    act.session.flush()
    if outdated is not None:
        files.drop(act, act.session.get_one(Scan, outdated))
    number = len(versions(act, record)) + 1
    act.session.add(
        Version(minutes_id=record.id, version=number, body=content, sha256=sha256, at=act.at, by_id=act.person.id)
    )
    act.session.flush()
    jobs.ask(act, PRINT, record.id, str(number))


def paper_of(act: Act, minutes: Record) -> Paper | None:
    """The PDF of these minutes as they stand now; None while it is made."""
    latest = select(func.max(Version.version)).where(Version.minutes_id == minutes.id).scalar_subquery()
    query = select(Paper).where(Paper.minutes_id == minutes.id, Paper.version == latest)
    return act.session.scalars(query).one_or_none()


def ask_for_paper(act: Act, minutes: Record) -> None:
    """Has the PDF made once more where it could not be made."""
    if paper_of(act, minutes) is None:
        jobs.ask(act, PRINT, minutes.id, str(len(versions(act, minutes))))


def paper_failed(act: Act, minutes: Record) -> bool:
    """Whether the PDF of these minutes could not be made."""
    job = jobs.find(act, PRINT, minutes.id, str(len(versions(act, minutes))))
    return job is None or job.state == "failed"


def versions(act: Act, minutes: Record) -> Sequence[Version]:
    """What the minutes said each time that they were drawn up, the first one first."""
    return act.session.scalars(select(Version).where(Version.minutes_id == minutes.id).order_by(Version.version)).all()


def _first(act: Act, gathering: Gathering) -> Minutes:
    """Minutes with the next number of the year in which the meeting is held."""
    year, serial = next_number(act, gathering.meets_at)
    return Minutes(id=uuid4(), gathering_id=gathering.id, territory_id=act.territory.id, year=year, serial=serial)


def next_number(act: Act, moment: datetime) -> tuple[int, int]:
    """The year of a moment, and the next number in it; the territory's log waits meanwhile."""
    audit.take_turn(act)
    year = local(moment).year
    highest = select(func.max(Record.serial)).where(Record.territory_id == act.territory.id, Record.year == year)
    return year, (act.session.scalar(highest) or 0) + 1


def may_confirm(act: Act, record: Record) -> bool:
    """Whether the signature that is missing under minutes, or under their correction, is one of the actor's own."""
    if not record.waits or act.person is None or act.person.id in {record.chair_id, record.secretary_id}:
        return False
    as_chair = record.chair_at is None and officers.presides(act, record.gathering)
    return as_chair or (record.secretary_at is None and officers.is_secretary(act, record.gathering))


def confirm(act: Act, gathering: Gathering, correction: Correction | None = None) -> Record:
    """Chair and secretary, two different people, each confirm the minutes as they stand; then they are final.

    Or a `correction` of them. Raises OutOfPhase, Forbidden, Conflict (nothing to confirm, confirmed already, or what
    the adoption waits for).
    """
    if correction is None:
        meetings.require_phase(act, gathering)
    presides = officers.presides(act, gathering)
    if act.person is None or not (presides or officers.is_secretary(act, gathering)):
        raise Forbidden(_("Only the chair and the secretary confirm the minutes."))
    if gathering.standing_officers:
        holdings.require_cooled(act, Role.CHAIR, Role.SECRETARY)
    minutes = waiting(act, gathering, correction)
    if correction is None:
        refuse_unchecked(act, gathering)
    if act.person.id in {minutes.chair_id, minutes.secretary_id}:
        raise Conflict(_("You have confirmed these minutes. The other signature is missing."))
    if not may_confirm(act, minutes):
        raise Conflict(_("The other signature is missing."))
    as_chair = presides and minutes.chair_at is None
    final = (minutes.secretary_at if as_chair else minutes.chair_at) is not None
    waited = act.session.get_one(Scan, minutes.scan_id) if final and minutes.scan_id is not None else None
    told = {"sha256": minutes.sha256, "final": final, **({"scan_let_go": waited.sha256} if waited is not None else {})}
    audit.record(act, f"{minutes.kind}.confirmed", subject=gathering.id, data=told)
    _sign(act, minutes, waited, as_chair=as_chair)
    if final:
        settle(act, minutes)
    return minutes


def _sign(act: Act, record: Record, waited: Scan | None, *, as_chair: bool) -> None:
    """The actor's confirmation stands; the scan that `waited` goes in the same change, for the next one is refused."""
    person_id = act.person.id if act.person is not None else None
    if as_chair:
        record.chair_at, record.chair_id = act.at, person_id
    else:
        record.secretary_at, record.secretary_id = act.at, person_id
    if waited is not None:
        record.scan_id = record.scan_at = record.scan_by_id = None
    act.session.flush()
    if waited is not None:
        files.drop(act, waited)


def settle(act: Act, record: Record) -> None:
    """What follows from minutes that were just confirmed; from a correction nothing, it is read."""
    if not isinstance(record, Minutes):
        return
    gathering = record.gathering
    gathering.state = State.CONFIRMED
    act.session.flush()
    for question in gathering.questions:
        if question.proposal_id and question.outcome:
            audit.record(act, f"proposal.{question.outcome}", subject=question.proposal_id)


def refuse_unchecked(act: Act, gathering: Gathering) -> None:
    """A fault that came up after the vote stops its adoption too. Raises Conflict with what is missing."""
    cycle = meetings.cycle_of(act, gathering)
    if cycle is not None and gathering.matter is Matter.ADOPTION and meetings.said_yes(gathering):
        adoption.refuse_early(act, cycle)


def waiting(act: Act, gathering: Gathering, correction: Correction | None = None) -> Record:
    """The minutes, or their `correction`, that wait for a signature, locked: of two at once the second sees the first.

    Raises Conflict (none wait, or they do not say what was drawn up).
    """
    minutes: Record | None = correction or meetings.minutes_of(act, gathering)
    if minutes is not None:
        act.session.refresh(minutes, with_for_update=True)
    if minutes is None or not minutes.waits:
        raise Conflict(_("There are no minutes that wait for confirmation."))
    integrity.refuse(act, minutes)
    return minutes


def answer(act: Act, gathering: Gathering, *, agrees: bool, reason: str, disputed: Collection[UUID] = ()) -> Answer:
    """The akim agrees, or disagrees with the `disputed` decisions, with a reason; the others are approved thereby.

    Late answers are taken and shown as late. Raises Forbidden, Conflict (not confirmed, answered before, decided by the
    superior akim, or what the adoption waits for: a disagreement waits for nothing), FieldRefusal (a disagreement
    without a reason, or that names no decision: see `disagreements.named`).
    """
    if act.person is None or not act.holds(Role.AKIM):
        raise Forbidden(_("Only the akim answers the assembly."))
    minutes = meetings.minutes_of(act, gathering)
    if minutes is None or not minutes.confirmed:
        raise Conflict(_("The minutes are not confirmed yet."))
    if meetings.answer_to(act, minutes) is not None:
        raise Conflict(_("The akim has answered these minutes."))
    if meetings.decided_above(act, minutes):
        raise Conflict(_("The superior akim has decided on these minutes."))
    if gathering.kind == Kind.COMMISSION:
        raise Conflict(_("What the commission recommends is decided by the assembly: the akim answers there."))
    if nothing_decided(minutes):
        raise Conflict(_("Nothing was decided at this meeting: there is nothing to answer."))
    refuse_all(faults_of_answer(minutes, agrees=agrees, reason=reason, disputed=disputed))
    if agrees:
        refuse_unchecked(act, gathering)
    points = [] if agrees else disagreements.named(minutes, disputed)
    told = {"disputed": " ".join(str(point.position) for point in points)} if points else {}
    audit.record(act, "minutes.answered", subject=gathering.id, data={"agrees": agrees, **told})
    act.session.add_all(Disagreement(minutes_id=minutes.id, question_id=point.id) for point in points)
    act.session.flush()
    given = Answer(
        minutes_id=minutes.id,
        akim_id=act.person.id,
        at=act.at,
        due=answer_due(act, minutes),
        agrees=agrees,
        reason=reason.strip(),
    )
    act.session.add(given)
    act.session.flush()
    return given


def faults_of_answer(
    minutes: Minutes, *, agrees: bool, reason: str, disputed: Collection[UUID]
) -> Iterator[FieldRefusal]:
    """What is wrong with what the akim filled in, each at its field."""
    if agrees:
        if disputed:
            told = _("You agree, and ticked decisions with which you disagree. Take the ticks away, or disagree.")
            yield FieldRefusal("disputed", told)
        return
    try:
        disagreements.named(minutes, disputed)
    except FieldRefusal as refusal:
        yield refusal
    if not reason.strip():
        yield FieldRefusal("reason", _("Write why you disagree: the assembly will read it."))


def may_answer(act: Act, minutes: Minutes) -> bool:
    """Whether the akim, who is the actor, may still answer: also after the term, until the superior akim decided."""
    asked = minutes.gathering.kind != Kind.COMMISSION and not nothing_decided(minutes)
    waits = asked and minutes.confirmed and meetings.answer_to(act, minutes) is None
    return waits and act.holds(Role.AKIM) and meetings.decided_above(act, minutes) is None


def nothing_decided(minutes: Minutes) -> bool:
    """Whether a meeting only heard and discussed, as a report meeting and a hearing do, or too many left it before."""
    return all(point.get("outcome") not in {Outcome.APPROVED, Outcome.REJECTED} for point in minutes.body["questions"])


def due(act: Act, gathering: Gathering, terms: Terms | None = None) -> date:
    """The last day on which the minutes of a meeting are drawn up, counted in working days."""
    return (terms or working_days.terms(act)).last_day(gathering.meets_at, gathering.minutes_days)


def answer_due(act: Act, minutes: Minutes, terms: Terms | None = None) -> date:
    """The last day for the akim's answer to confirmed minutes, counted in working days."""
    terms = terms or working_days.terms(act)
    return terms.last_day(minutes.confirmed_at or act.at, minutes.gathering.answer_days)
