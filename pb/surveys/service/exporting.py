"""The results of a survey as a table: the same figures as on its page, hidden ones hidden here too."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.core.survey import WHOLE
from pb.formats import language
from pb.surveys.models import AUDIENCE_LABELS, HIDDEN_LABELS, Audience, Survey
from pb.surveys.service import finding
from pb.surveys.service.results import Result
from pb.tables import Cell, Sheet

HIDDEN = "…"
DISAGREEING = lazy_gettext(
    "The counts of this question do not agree: it has more answers than people answered. None of them is told."
)


def sheet(act: Act, survey: Survey, results: list[Result]) -> Sheet:
    """A row for each option, "hard to answer" and those who left the question out; a row for each published text."""
    columns = [
        _("Question"),
        _("Text of the question"),
        _("Answer"),
        _("How many"),
        _("Share, %"),
        _("People who answered"),
        _("Share of how many people"),
    ]
    audience, took_part = str(AUDIENCE_LABELS[Audience(survey.audience)]), finding.answered(act, survey)
    rows: list[list[Cell]] = [["", audience, _("Answered the survey"), took_part, "", took_part, ""]]
    for result in results:
        rows += _rows(result)
    return Sheet(_("Survey № %(number)s", number=survey.number), columns, rows)


def _rows(result: Result) -> list[list[Cell]]:
    tongue, question, told = language(), result.question, result.tally
    head: list[Cell] = [question.number, question.called(tongue).text]
    if told is None:
        return [[*head, str(DISAGREEING), "", "", "", ""]]
    answered: Cell = _count(told.answered)
    rows: list[list[Cell]] = []
    for cell in told.cells:
        label = question.option(cell.place, tongue).text
        share: Cell = cell.share * 100 / WHOLE if cell.share is not None else HIDDEN
        rows.append([*head, label, _count(cell.people), share, answered, told.whole])
    rows += [[*head, text.text, "", "", answered, ""] for text in result.published]
    for verdict, count in (result.hidden or {}).items():
        rows.append([*head, _("Hidden: %(reason)s", reason=HIDDEN_LABELS[verdict]), count, "", answered, ""])
    return [*rows, [*head, _("Left the question out"), _count(told.missing), "", answered, ""]]


def _count(people: int | None) -> Cell:
    return people if people is not None else HIDDEN
