"""What is typed of a visit: the report, who signed on paper, what the akim answers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.inspections.models import KIND_LABELS, LONGEST_TEXT, LONGEST_WORDS, MOST_RECOMMENDATIONS, Inspection
from pb.inspections.service import FIRST_YEAR, Advice, Visit
from pb.inspections.service.following import Reply
from pb.proposals.service import contents
from pb.web.forms import DayField, Form, NotAfterToday, NumberField, language_field

_DATE = InputRequired(_("Write the date."))


class VisitForm(Form):
    proposal = SelectField(_("What was visited"), [Optional()], default="")
    year = NumberField(
        _("Year of the budget"),
        [InputRequired(_("Write the year of the budget.")), NumberRange(min=FIRST_YEAR, max=2100)],
    )
    visited_on = DayField(_("Day of the visit"), [_DATE, NotAfterToday()])
    monitoring = SelectField(_("Report of the commission that it belongs to"), [Optional()], default="")
    findings = TextAreaField(_("What was found"), [InputRequired(_("Write what was found.")), Length(max=LONGEST_TEXT)])
    language = language_field(contents.LANGUAGES, contents.of_page)

    def written(self) -> list[int]:
        """The places of recommendations into which something was written."""
        return [n for n in _places() if self[f"words_{n}"].data or self[f"until_{n}"].data]

    def places(self) -> dict[str, str]:
        """Where the form shows what the service says of its recommendations, which it counts without gaps."""
        return {
            f"{name}_{place}": f"{name}_{n}" for place, n in enumerate(self.written(), 1) for name in ("words", "until")
        }

    def visit(self) -> Visit:
        """As it was typed."""
        return Visit(
            self.year.data,
            _chosen(self.proposal),
            self.visited_on.data,
            self.findings.data or "",
            [Advice(self[f"words_{n}"].data or "", self[f"until_{n}"].data) for n in self.written()],
            self.language.data or contents.of_page(),
            _chosen(self.monitoring),
        )

    def show(self, report: Inspection) -> None:
        """Fills in what stands."""
        self.proposal.data = report.proposal_id.hex if report.proposal_id else ""
        self.monitoring.data = report.monitoring_id.hex if report.monitoring_id else ""
        self.year.data, self.visited_on.data = report.year, report.visited_on
        self.findings.data, self.language.data = report.findings, report.language
        for one in report.recommendations:
            self[f"words_{one.position}"].data = one.words
            self[f"until_{one.position}"].data = one.until


def _places() -> Iterator[int]:
    yield from range(1, MOST_RECOMMENDATIONS + 1)


def _chosen(field: Any) -> UUID | None:
    """The row that was chosen of a list; what is not in it the form refuses itself."""
    known = {value for value, *_label in field.iter_choices() if value}
    return UUID(field.data) if field.data in known else None


for _n in _places():
    _words = TextAreaField(_("Recommendation %(number)s", number=_n), [Optional(), Length(max=LONGEST_WORDS)])
    setattr(VisitForm, f"words_{_n}", _words)
    setattr(VisitForm, f"until_{_n}", DayField(_("To be answered by"), [Optional()]))


class PaperForm(Form):
    members = SelectMultipleField(
        _("Who signed on this paper"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    signed_on = DayField(_("Signed on"), [_DATE, NotAfterToday()])
    paper = FileField(_("Scan"), description=_("One PDF, up to 5 MB. Its digest goes into the log."))

    def who(self) -> frozenset[UUID]:
        """Who was marked; nobody where the form asks of no members."""
        if "members" not in self:
            return frozenset()
        known = {value for value, *_label in self.members.iter_choices()}
        return frozenset(UUID(each) for each in self.members.data or () if each in known)


class AnswerForm(Form):
    kind = RadioField(_("Answer"), choices=[SelectChoice(*each) for each in KIND_LABELS.items()])
    until = DayField(_("Carried out by"), [Optional()], description=_("Only for what will be carried out."))
    words = TextAreaField(
        _("What is done about it, or why it is not"),
        [InputRequired(_("Write what is done about it, or why it is not.")), Length(max=LONGEST_WORDS)],
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def reply(self) -> Reply:
        """As it was typed."""
        return Reply(
            self.kind.data or "", self.words.data or "", self.language.data or contents.of_page(), self.until.data
        )
