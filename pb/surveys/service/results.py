"""What came of a survey once it is closed: the counts of each question, and the texts that the office published."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from pb.act import Act
from pb.core.survey import HARD, Disagreeing, Tally, tally
from pb.surveys.models import HIDDEN_LABELS, Kind, Question, Survey, Text, Tick, Verdict
from pb.surveys.service import finding, texts
from pb.surveys.service.finding import State
from pb.territory import service as territories


class Result(NamedTuple):
    """One question: its `tally`, or, of texts, those `published`, how many were `hidden` and why, how many `wait`.

    `tally` None: the counts do not agree, and nothing is told of them. Texts are counted as they are, however few: each
    stands there, or is told with the reason why not.
    """

    question: Question
    tally: Tally | None
    published: Sequence[Text] = ()
    hidden: Mapping[Verdict, int] | None = None
    waiting: int = 0


def of_survey(act: Act, survey: Survey) -> list[Result] | None:
    """Question by question; None while it can be answered: who answers late would see how others did."""
    if finding.state(act, survey) is not State.CLOSED:
        return None
    took_part = finding.answered(act, survey)
    counts, answered = _ticks(act, survey)
    least = territories.setting(act, "smallest_count")
    said = texts.of_survey(act, survey)
    return [
        _of_texts(question, [one for one in said if one.text.question == question.number], took_part)
        if question.kind == Kind.TEXT
        else Result(question, _tally(question, counts, answered[question.number], took_part, least))
        for question in finding.questions(act, survey)
    ]


def _tally(
    question: Question, counts: Mapping[tuple[int, int], int], answered: int, took_part: int, least: int
) -> Tally | None:
    by_place = {place: counts.get((question.number, place), 0) for place in (*question.places, HARD)}
    try:
        return tally(by_place, answered, took_part, least, several=question.kind == Kind.SEVERAL)
    except Disagreeing:
        return None


def _of_texts(question: Question, said: Sequence[texts.Said], took_part: int) -> Result:
    if len(said) > took_part:
        return Result(question, None)
    judged = Counter(one.verdict for one in said if one.verdict is not None)
    return Result(
        question,
        Tally(len(said), took_part - len(said), len(said), (), adds_up=False),
        [one.text for one in said if one.verdict == texts.SHOWN],
        {verdict: judged[verdict] for verdict in HIDDEN_LABELS if judged[verdict]},
        sum(one.verdict is None for one in said),
    )


def _ticks(act: Act, survey: Survey) -> tuple[dict[tuple[int, int], int], Counter[int]]:
    """How often each place was chosen, and how many answered each question."""
    here = Tick.survey_id == survey.id
    by_place = select(Tick.question, Tick.place, func.count()).where(here).group_by(Tick.question, Tick.place)
    counts = {(question, place): count for question, place, count in act.session.execute(by_place)}
    sheets = select(Tick.question, func.count(Tick.sheet_id.distinct())).where(here).group_by(Tick.question)
    return counts, Counter({row[0]: row[1] for row in act.session.execute(sheets)})
