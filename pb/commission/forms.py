"""What is typed of the commission: who sits in it, a report, who signed on paper, decision, conclusion."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.commission.models import LONGEST_NAME, LONGEST_NUMBER, LONGEST_TEXT, LONGEST_WORDS, MOST_LINES, MonitoringReport
from pb.commission.service import Compared, Findings
from pb.commission.service.seating import Composition
from pb.proposals.service import contents
from pb.tasks.service.basis import Basis
from pb.tasks.service.wording import chosen
from pb.web.forms import DayField, Form, NotAfterToday, TengeField, language_field

EXTRA = "extra"
DATE = InputRequired(_("Write the date."))


class HalfForm(Form):
    """Written before the basis, which an extra monitoring alone has: fields have the order of their page."""

    half = SelectField(_("Half-year"), [InputRequired(_("Choose the half-year."))])


class BasisForm(Form):
    """The decision of the assembly: a point adopted here, or minutes of a meeting held elsewhere."""

    question = SelectField(_("Decision of a meeting"), [Optional()], default="")
    minutes_number = StringField(
        _("Number of the minutes"),
        [Length(max=LONGEST_NUMBER, message=_("Use at most 40 characters."))],
        description=_("Of a meeting that was not held on this platform."),
    )
    minutes_on = DayField(_("Date of the meeting"), [Optional()])

    def basis(self) -> Basis:
        """What was chosen or typed."""
        return Basis(
            chosen(self.question.choices, self.question.data), self.minutes_number.data or "", self.minutes_on.data
        )


def _members(label: str) -> SelectMultipleField:
    return SelectMultipleField(
        label, [Optional()], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), coerce=str
    )


def _marked(field: SelectMultipleField) -> frozenset[UUID]:
    known = {value for value, _label in field.choices or []}
    return frozenset(UUID(value) for value in field.data or [] if value in known)


class CompositionForm(BasisForm):
    members = _members(_("Members of the commission"))
    term_from = DayField(_("First day of the term"), [DATE])
    term_until = DayField(_("Last day of the term"), [DATE])

    def composition(self) -> Composition:
        """The commission as it was marked."""
        return Composition(_marked(self.members), self.term_from.data, self.term_until.data)


COLUMNS = ("name", "planned_words", "reached_words", "planned", "reached")


class LinesForm(HalfForm, BasisForm):
    """The lines of a report are `name_1`, `planned_1` and so on, added below."""


for _n in range(1, MOST_LINES + 1):
    setattr(
        LinesForm,
        f"name_{_n}",
        StringField(_("Programme or line of the budget %(number)s", number=_n), [Optional(), Length(max=LONGEST_NAME)]),
    )
    for _name, _label in (("planned_words", _("What was planned")), ("reached_words", _("What was reached"))):
        setattr(LinesForm, f"{_name}_{_n}", StringField(_label, [Optional(), Length(max=LONGEST_WORDS)]))
    for _name, _label in (("planned", _("Planned, tenge")), ("reached", _("Spent, tenge"))):
        setattr(LinesForm, f"{_name}_{_n}", TengeField(_label, [Optional()]))


class ReportForm(LinesForm):
    findings = TextAreaField(
        _("What the commission found"),
        [InputRequired(_("Write what the commission found.")), Length(max=LONGEST_TEXT)],
    )
    proposals = TextAreaField(_("What it proposes to recommend"), [Optional(), Length(max=LONGEST_TEXT)])
    language = language_field(contents.LANGUAGES, contents.of_page)

    def written(self) -> list[int]:
        """The numbers of the lines in which anything is typed, so that a fault finds its field."""
        return [n for n in range(1, MOST_LINES + 1) if any(self[f"{name}_{n}"].data for name in COLUMNS)]

    def found(self) -> Findings:
        """The report as it was typed."""
        year, _dash, half = (self.half.data or "").partition("-")
        return Findings(
            int(year) if year.isdecimal() and len(year) == 4 else None,
            int(half) if half in {"1", "2"} else None,
            [self._line(n) for n in self.written()],
            self.findings.data or "",
            self.proposals.data or "",
            self.language.data or contents.of_page(),
            self.basis(),
        )

    def _line(self, n: int) -> Compared:
        name, planned, reached = (self[f"{column}_{n}"].data or "" for column in COLUMNS[:3])
        return Compared(name, planned, reached, self[f"planned_{n}"].data, self[f"reached_{n}"].data)

    def places(self) -> dict[str, str]:
        """What the service calls the fields of the lines, and the form otherwise."""
        return {f"name_of_{at}": f"name_{n}" for at, n in enumerate(self.written() or [1], 1)}

    def show(self, report: MonitoringReport) -> None:
        """Fills in what stands."""
        self.half.data = f"{report.year}-{report.half}" if report.half else EXTRA
        self.question.data = report.question_id.hex if report.question_id else ""
        self.minutes_number.data, self.minutes_on.data = report.minutes_number, report.minutes_on
        self.findings.data, self.proposals.data = report.findings, report.proposals
        self.language.data = report.language
        for line in report.lines:
            for name in COLUMNS:
                self[f"{name}_{line.position}"].data = getattr(line, name)


class PaperForm(Form):
    members = _members(_("Who signed on this paper"))
    signed_on = DayField(_("Signed on"), [DATE, NotAfterToday()])
    paper = FileField(_("Scan"), description=_("One PDF, up to 5 MB. Its digest goes into the log."))

    def who(self) -> frozenset[UUID]:
        """Who was marked."""
        return _marked(self.members)


class DecisionForm(BasisForm):
    words = TextAreaField(
        _("Recommendations"),
        [Optional(), Length(max=LONGEST_TEXT)],
        description=_("As the assembly adopted them. Empty: it took note of the report and recommended nothing."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)


class ConclusionForm(Form):
    words = TextAreaField(
        _("Reasoned conclusion"),
        [InputRequired(_("Write what is done about each recommendation, and why.")), Length(max=LONGEST_TEXT)],
        description=_("What is done about each recommendation, or why it is not."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)
