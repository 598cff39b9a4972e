"""What becomes of recommendations: the akim answers each, in time or late, and a promise has a day of its own."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.inspections import service
from pb.inspections.models import FINAL, LONGEST_WORDS, Inspection, Kind, Recommendation, RecommendationAnswer
from pb.proposals.service import contents

ANSWERING: Final = (Role.AKIM,)
"""The office in the akim's name, as at hearings."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is typed."""

    kind: str
    words: str
    language: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A recommendation with its answers; `until` is the day that holds now, None once nothing is owed any more."""

    recommendation: Recommendation
    answers: Sequence[RecommendationAnswer]

    @property
    def last(self) -> RecommendationAnswer | None:
        return self.answers[-1] if self.answers else None

    @property
    def until(self) -> date | None:
        if self.last is None:
            return self.recommendation.until
        return self.last.until if self.last.kind == Kind.PROMISED else None

    def late(self, today: date) -> int:
        """Days past the day that holds."""
        return max(0, (today - self.until).days) if self.until is not None else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A report with its recommendations; `owed` are those that wait, of a report that is signed."""

    report: Inspection
    signed: bool
    needed: int
    asked: Sequence[Asked]

    @property
    def owed(self) -> list[Asked]:
        return [one for one in self.asked if one.until is not None] if self.signed else []

    def late(self, today: date) -> int:
        """The most days that one of them is overdue."""
        return max((one.late(today) for one in self.owed), default=0)


def all_of(act: Act) -> list[Standing]:
    """Every report of the territory, the latest first."""
    return _standing(act, _reports(act))


def of_project(act: Act, proposal_id: UUID) -> list[Standing]:
    """The reports of visits to a project."""
    return _standing(act, [one for one in _reports(act) if one.proposal_id == proposal_id])


def of_monitoring(act: Act, monitoring_id: UUID) -> list[Standing]:
    """The reports of visits that belong to a report of the commission."""
    return _standing(act, [one for one in _reports(act) if one.monitoring_id == monitoring_id])


def standing(act: Act, report: Inspection) -> Standing:
    """How a report stands."""
    (found,) = _standing(act, [report])
    return found


def _reports(act: Act) -> list[Inspection]:
    query = select(Inspection).where(Inspection.territory_id == act.territory.id)
    return list(act.session.scalars(query.order_by(Inspection.number.desc())))


def _standing(act: Act, reports: Sequence[Inspection]) -> list[Standing]:
    query = select(RecommendationAnswer).where(RecommendationAnswer.inspection_id.in_([one.id for one in reports]))
    answers: dict[tuple[UUID, int], list[RecommendationAnswer]] = defaultdict(list)
    for answer in act.session.scalars(query.order_by(RecommendationAnswer.number)):
        answers[answer.inspection_id, answer.position].append(answer)
    return [
        Standing(
            report,
            service.is_signed(act, report),
            service.needed(act, report),
            [Asked(one, answers[report.id, one.position]) for one in report.recommendations],
        )
        for report in reports
    ]


def may_answer(act: Act, one: Standing, asked: Asked) -> bool:
    """Whether the actor answers this recommendation now: of a signed report, until the last word is said."""
    return act.person is not None and act.holds(*ANSWERING) and asked in one.owed


def asked(act: Act, report: Inspection, position: int) -> Asked:
    """One recommendation. Raises NotFound."""
    found = next((one for one in standing(act, report).asked if one.recommendation.position == position), None)
    if found is None:
        raise NotFound
    return found


def require_answering(act: Act, report: Inspection, position: int) -> Asked:
    """Raises Forbidden, Conflict (not signed yet, or the last word is said), NotFound."""
    if act.person is None or not act.holds(*ANSWERING):
        raise Forbidden(_("Only the akim answers recommendations."))
    one, found = standing(act, report), asked(act, report, position)
    if not one.signed:
        raise Conflict(_("The report is not signed yet: it is answered once it is."))
    if found.until is None:
        raise Conflict(_("This recommendation has its last answer."))
    return found


def answer(act: Act, report: Inspection, position: int, reply: Reply) -> RecommendationAnswer:
    """The akim answers a recommendation. Raises Forbidden, Conflict, NotFound, FieldRefusal (`faults`)."""
    act.session.refresh(report, with_for_update=True)
    found = require_answering(act, report, position)
    refuse_all(faults(act, reply))
    number = len(found.answers) + 1
    row = RecommendationAnswer(
        inspection_id=report.id,
        position=position,
        number=number,
        kind=reply.kind,
        until=reply.until if reply.kind == Kind.PROMISED else None,
        words=reply.words.strip(),
        language=reply.language,
        at=act.at,
    )
    if act.person is not None:
        row.by_id = act.person.id
    data = {"number": report.number, "recommendation": position, "answer": number, "digest": fingerprints.of_row(row)}
    audit.record(act, f"inspection.{Kind(reply.kind)}", subject=report.id, data=data)
    act.session.add(row)
    act.session.flush()
    return row


def faults(act: Act, reply: Reply) -> Iterator[FieldRefusal]:
    """What `answer` would refuse."""
    if reply.kind not in list(Kind):
        yield FieldRefusal("kind", _("Choose the answer."))
    elif reply.kind == Kind.PROMISED:
        if reply.until is None:
            yield FieldRefusal("until", _("Write until which day it will be carried out."))
        elif not 0 <= (reply.until - local(act.at).date()).days <= service.LAST_TERM_DAYS:
            yield FieldRefusal("until", _("Write a day from today on, within three years."))
    if not reply.words.strip():
        yield FieldRefusal("words", _("Write what is done about it, or why it is not."))
    elif len(reply.words.strip()) > LONGEST_WORDS:
        yield FieldRefusal("words", _("Use at most %(max)d characters.", max=LONGEST_WORDS))
    if reply.language not in contents.LANGUAGES:
        yield FieldRefusal("language", _("Choose the language in which you write."))


def is_final(kind: str) -> bool:
    """Whether no answer follows one of this kind."""
    return Kind(kind) in FINAL
