"""Texts of a survey: the office reads them once it is closed, and publishes each or hides it, for a reason."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.surveys.models import SHOWN as SHOWN_VERDICT
from pb.surveys.models import Survey, Text, TextVerdict, Verdict
from pb.surveys.service import finding
from pb.surveys.service.finding import State
from pb.territory import service as territories

SHOWN: Final = SHOWN_VERDICT
READING: Final = (Role.OFFICE, Role.AUDITOR)
AT_ONCE: Final = 10
"""Texts on one page of the office."""


class Said(NamedTuple):
    """A text and what the office decided of it last, if it did."""

    text: Text
    verdict: Verdict | None


def of_survey(act: Act, survey: Survey) -> list[Said]:
    """All texts, in an order that says nothing of who wrote when."""
    last = (
        select(TextVerdict.text_id, func.max(TextVerdict.number).label("number"))
        .join(Text, Text.id == TextVerdict.text_id)
        .where(Text.survey_id == survey.id)
        .group_by(TextVerdict.text_id)
        .subquery()
    )
    query = (
        select(Text, TextVerdict.verdict)
        .join(last, last.c.text_id == Text.id, isouter=True)
        .join(TextVerdict, (TextVerdict.text_id == Text.id) & (TextVerdict.number == last.c.number), isouter=True)
        .where(Text.survey_id == survey.id)
        .order_by(Text.question, Text.id)
    )
    return [
        Said(text, Verdict(verdict) if verdict is not None else None) for text, verdict in act.session.execute(query)
    ]


def may_judge(act: Act, survey: Survey) -> bool:
    return act.person is not None and act.holds(Role.OFFICE) and finding.state(act, survey) is State.CLOSED


def require_reading(act: Act, survey: Survey) -> None:
    """Raises Forbidden, Conflict (people still answer)."""
    if not act.holds(*READING):
        raise Forbidden(_("The akim's office reads the texts of a survey, and publishes them."))
    if finding.state(act, survey) is not State.CLOSED:
        raise Conflict(_("The texts are read once the survey is closed."))


def judge(act: Act, survey: Survey, decided: Mapping[UUID, str]) -> int:
    """Publishes texts or hides them; how many it changed. Raises Forbidden, Conflict, FieldRefusal (`faults`)."""
    require_reading(act, survey)
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("The akim's office reads the texts of a survey, and publishes them."))
    refuse_all(faults(decided))
    audit.take_turn(act)
    said = {one.text.id: one for one in of_survey(act, survey)}
    changed = [
        (said[text_id], Verdict(told))
        for text_id, told in decided.items()
        if text_id in said and told and said[text_id].verdict != told
    ]
    for one, verdict in changed:
        _record(act, survey, one.text, verdict, act.person.id)
    return len(changed)


def faults(decided: Mapping[UUID, str]) -> Iterator[FieldRefusal]:
    """What `judge` would refuse; fields are `verdict_` and the text's id."""
    for text_id, told in decided.items():
        if told and told not in list(Verdict):
            yield FieldRefusal(f"verdict_{text_id.hex}", _("Choose one of the list."))


def due(act: Act, survey: Survey) -> date:
    """The day by which the office has read them: the setting's days after the last one."""
    return survey.closes_on + timedelta(days=territories.setting(act, "survey_text_days"))


def waiting(act: Act) -> Sequence[tuple[Survey, int]]:
    """Closed surveys with texts of which nothing was decided, and how many."""
    judged = select(TextVerdict.text_id)
    query = (
        select(Survey, func.count())
        .join(Text, Text.survey_id == Survey.id)
        .where(
            Survey.territory_id == act.territory.id,
            Survey.closes_on < local(act.at).date(),
            Survey.called_off_at.is_(None),
            Text.id.not_in(judged),
        )
        .group_by(Survey.id)
        .order_by(Survey.closes_on)
    )
    return [(survey, count) for survey, count in act.session.execute(query)]


def _record(act: Act, survey: Survey, text: Text, verdict: Verdict, person: UUID) -> None:
    last = act.session.scalar(select(func.max(TextVerdict.number)).where(TextVerdict.text_id == text.id)) or 0
    data = {"survey": survey.number, "question": text.question, "verdict": verdict.value, "number": last + 1}
    audit.record(act, "survey.text_judged", subject=text.id, data=data)
    act.session.add(TextVerdict(text_id=text.id, number=last + 1, verdict=verdict, at=act.at, by_id=person))
    act.session.flush()
