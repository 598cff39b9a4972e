"""What becomes of a signed report: the assembly's recommendations, the akim's conclusion, and who holds it now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.clock import local
from pb.commission.models import COMPARING, HOLDERS, LONGEST_TEXT, Kind, MonitoringReport, State, Step
from pb.commission.service import ends, of_half, seating
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import day as in_words
from pb.gatherings.models import Gathering
from pb.gatherings.models import Kind as MeetingKind
from pb.gatherings.models import State as MeetingState
from pb.proposals.service import contents
from pb.tasks.service import basis as bases
from pb.tasks.service.basis import Basis
from pb.territory import service as territories

DECIDING: Final = (Role.CHAIR, Role.SECRETARY)
BY_THE_ASSEMBLY: Final = frozenset({Kind.RECOMMENDED, Kind.NOTED})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands: how many of its members signed, the last step, until when the next one is due.

    `due`: the last day to sign it; of recommendations the day of the next meeting of the assembly, None while none is
    convened. It is late afterwards.
    """

    report: MonitoringReport
    state: State
    signed: int
    members: int
    last: Step | None
    due: date | None
    late: int

    @property
    def holder(self) -> LazyString:
        """Who has to act now."""
        scan_waits = any(not row.counts for row in self.report.signatures)
        return COMPARING if self.state is State.SIGNING and scan_waits else HOLDERS[self.state]


class Half(NamedTuple):
    year: int
    half: int


def standing(act: Act, report: MonitoringReport) -> Standing:
    """How a report stands today."""
    commission = seating.get(act, report.commission_id)
    signed, of = sum(row.counts for row in report.signatures), len(commission.seats)
    last = last_step(act, report)
    state = _state(last, signed, of)
    due = term(act, report) if state is State.SIGNING else None
    if last is not None and state is State.RECOMMENDED:
        due = _due(act, last)
    late = max(0, (local(act.at).date() - due).days) if due is not None else 0
    return Standing(report, state, signed, of, last, due, late)


def term(act: Act, report: MonitoringReport) -> date:
    """The last day to sign a report: of an extra one counted from when it was written."""
    if report.half is not None:
        return term_of(act, Half(report.year, report.half))
    return local(report.written_at).date() + _days(act)


def term_of(act: Act, half: Half) -> date:
    """The last day to sign the report of a half-year."""
    return ends(*half) + _days(act)


def _days(act: Act) -> timedelta:
    return timedelta(days=territories.setting(act, "monitoring_days"))


def _state(last: Step | None, signed: int, of: int) -> State:
    """More than half of the commission must have signed; the page names who has not."""
    if last is not None:
        return State(last.kind)
    return State.SIGNED if 2 * signed > of else State.SIGNING


def all_of(act: Act) -> list[Standing]:
    """Every report of the territory, the latest first."""
    query = (
        select(MonitoringReport)
        .where(MonitoringReport.territory_id == act.territory.id)
        .order_by(MonitoringReport.number.desc())
    )
    return [standing(act, report) for report in act.session.scalars(query)]


def steps(act: Act, report: MonitoringReport) -> list[Step]:
    return list(act.session.scalars(select(Step).where(Step.report_id == report.id).order_by(Step.number)))


def last_step(act: Act, report: MonitoringReport) -> Step | None:
    return next(reversed(steps(act, report)), None)


def missing(act: Act) -> list[Half]:
    """The half-years that ended in the time of a commission and have no report, the latest first."""
    today, found = local(act.at).date(), set()
    for commission in seating.former(act):
        for year in range(commission.term_from.year, min(commission.term_until, today).year + 1):
            for half in (1, 2):
                last = ends(year, half)
                if commission.term_from <= last <= commission.term_until and last < today:
                    found.add(Half(year, half))
    return sorted((one for one in found if of_half(act, *one) is None), reverse=True)


def may_decide(act: Act, one: Standing) -> bool:
    """Whether the actor may record what the assembly decided on the report."""
    return act.person is not None and act.holds(*DECIDING) and one.state is State.SIGNED


def decide(act: Act, report: MonitoringReport, words: str, language: str, basis: Basis) -> Step:
    """Chair or secretary record the recommendations that the assembly adopted; without words it took note alone.

    Raises Forbidden, Conflict (not signed, or decided already), FieldRefusal (`faults_of_decision`).
    """
    act.session.refresh(report, with_for_update=True)
    require_deciding(act, report)
    refuse_all(faults_of_decision(act, report, words, language, basis))
    day = bases.day_of(act, basis)
    kind = Kind.RECOMMENDED if words.strip() else Kind.NOTED
    step = Step(number=1, kind=kind, day=day, words=words.strip(), language=language, **basis.columns)
    return _take(act, report, step)


def require_deciding(act: Act, report: MonitoringReport) -> None:
    """Raises Forbidden, Conflict."""
    if act.person is None or not act.holds(*DECIDING):
        raise Forbidden(_("Chair or secretary of the assembly record what it decided on a report."))
    if not may_decide(act, standing(act, report)):
        raise Conflict(_("More than half of the commission signs first; and the assembly decides on a report once."))


def may_conclude(act: Act, one: Standing) -> bool:
    return act.person is not None and act.holds(Role.AKIM) and one.state is State.RECOMMENDED


def conclude(act: Act, report: MonitoringReport, words: str, language: str) -> Step:
    """The akim's reasoned conclusion on the recommendations. Raises Forbidden, Conflict, FieldRefusal."""
    act.session.refresh(report, with_for_update=True)
    require_concluding(act, report)
    refuse_all(faults_of_conclusion(words, language))
    step = Step(number=2, kind=Kind.CONCLUDED, day=local(act.at).date(), words=words.strip(), language=language)
    return _take(act, report, step)


def require_concluding(act: Act, report: MonitoringReport) -> None:
    """Raises Forbidden, Conflict."""
    if act.person is None or not act.holds(Role.AKIM):
        raise Forbidden(_("The akim gives the conclusion on recommendations."))
    if not may_conclude(act, standing(act, report)):
        raise Conflict(_("There are no recommendations that wait for a conclusion."))


def faults_of_decision(
    act: Act, report: MonitoringReport, words: str, language: str, basis: Basis
) -> Iterator[FieldRefusal]:
    """What `decide` would refuse: also a meeting that was held before the report was signed."""
    wrong = list(bases.faults(act, basis))
    yield from wrong
    held_on, since = bases.day_of(act, basis), _signed_on(act, report)
    if not wrong and held_on is not None and since is not None and held_on < since:
        field = "question" if basis.question_id is not None else "minutes_on"
        yield FieldRefusal(field, _("The report was signed later than this meeting: %(day)s", day=in_words(since)))
    yield from _faults_of_words(words, language)


def faults_of_conclusion(words: str, language: str) -> Iterator[FieldRefusal]:
    """What `conclude` would refuse."""
    if not words.strip():
        yield FieldRefusal("words", _("Write what is done about each recommendation, and why."))
    yield from _faults_of_words(words, language)


def _faults_of_words(words: str, language: str) -> Iterator[FieldRefusal]:
    if len(words.strip()) > LONGEST_TEXT:
        yield FieldRefusal("words", _("Use at most %(max)d characters.", max=LONGEST_TEXT))
    if language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def _signed_on(act: Act, report: MonitoringReport) -> date | None:
    """The day from which more than half of the commission had signed; None before."""
    days = sorted(row.signed_on or local(row.at).date() for row in report.signatures if row.counts)
    half = len(seating.get(act, report.commission_id).seats) // 2
    return days[half] if len(days) > half else None


def _due(act: Act, recommended: Step) -> date | None:
    """The day of the first meeting of the assembly after the one that recommended."""
    query = select(Gathering.meets_at).where(
        Gathering.territory_id == act.territory.id,
        Gathering.kind == MeetingKind.ASSEMBLY,
        Gathering.state.not_in((MeetingState.CALLED_OFF, MeetingState.INQUORATE)),
    )
    days = (local(meets_at).date() for meets_at in act.session.scalars(query.order_by(Gathering.meets_at)))
    return next((day for day in days if day > recommended.day), None)


def _take(act: Act, report: MonitoringReport, step: Step) -> Step:
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    step.report_id, step.at, step.by_id = report.id, act.at, act.person.id
    data = {"number": report.number, "step": step.number, "day": step.day.isoformat()}
    data["digest"] = fingerprints.of_row(step)
    audit.record(act, f"commission.{Kind(step.kind)}", subject=report.id, data=data)
    act.session.add(step)
    act.session.flush()
    return step
