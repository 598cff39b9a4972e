"""What is typed of a budget: its years, a line, a step, a decision, a question."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.budget.models import (
    ASKED_LABELS,
    KIND_LABELS,
    LONGEST_CODE,
    LONGEST_NUMBER,
    LONGEST_TITLE,
    LONGEST_WORDS,
    PROPOSER_LABELS,
    Asked,
    Kind,
    Proposer,
)
from pb.budget.service import Sum, words
from pb.budget.service.decisions import Decided
from pb.core.budget.amounts import AmountFault, Wrong, exact_thousands, read_thousands
from pb.core.budget.annex_words import Unit
from pb.core.budget.codes import Code, CodeFault, Part, part_of
from pb.errors import FieldRefusal
from pb.proposals.service import contents
from pb.web.forms import DayField, Form, NotAfterToday, language_field

AS_THE_CODE_SAYS = ""
NOT_AN_AMOUNT = {
    Wrong.NOT_A_NUMBER: _("Write an amount in thousand tenge with digits, for example 1 240 177,5."),
    Wrong.TOO_FINE: _("A thousand tenge has at most five decimals: down to the tiyn."),
    Wrong.TOO_LARGE: _("The amount is too large: check whether it is in thousand tenge."),
}
NUMBER = (InputRequired(_("Write the number.")), Length(max=LONGEST_NUMBER, message=_("Use at most 40 characters.")))
DATE = InputRequired(_("Write the date."))


class ThousandsField(StringField):
    """An amount typed in thousand tenge; `.data` is whole tiyn, or None. What is shown is written back: to the tiyn."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Any = None
        self.typed = valuelist[0] if valuelist else ""
        try:
            self.data = read_thousands(self.typed)
        except AmountFault as fault:
            if fault.wrong is Wrong.EMPTY:
                return
            raise ValidationError(NOT_AN_AMOUNT[fault.wrong]) from fault

    def _value(self) -> str:
        if getattr(self, "typed", None) is not None:
            return self.typed
        return exact_thousands(self.data) if self.data is not None else ""


class BeginForm(Form):
    year = IntegerField(_("First year of the budget"), [InputRequired(_("Write the year."))])
    kind = RadioField(
        _("What is made"),
        choices=[SelectChoice(kind.value, KIND_LABELS[kind]) for kind in (Kind.DRAFT, Kind.PAPER)],
        default=Kind.DRAFT.value,
        description=_("From paper: a budget that a maslikhat decided before the first one was kept here."),
    )


class ReviseForm(Form):
    kind = RadioField(
        _("What is made"),
        [InputRequired(_("Choose what is made."))],
        choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    proposer = RadioField(
        _("Who proposes it"),
        choices=[SelectChoice(one.value, label) for one, label in PROPOSER_LABELS.items()],
        default=Proposer.AKIM.value,
    )
    reason = TextAreaField(
        _("Why"),
        [Length(max=LONGEST_WORDS)],
        description=_("Of an amendment or a correction: everybody reads it beside what changes."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def chosen(self) -> tuple[Kind, Proposer]:
        """Kind and proposer, once the form is valid."""
        return Kind(self.kind.data), Proposer(self.proposer.data)


class LineForm(Form):
    year = SelectField(_("Year"), coerce=int)
    code = StringField(
        _("Code"),
        [
            InputRequired(_("Write the code.")),
            Length(max=LONGEST_CODE, message=_("This is no code of the classification.")),
        ],
        description=_("With dots, as the classification writes it: 1.01.2.05 or 07.2.124.008.015."),
    )
    part = SelectField(
        _("Part of the budget"),
        choices=[
            SelectChoice(AS_THE_CODE_SAYS, _("As the code says")),
            SelectChoice(Part.CREDITS.value, words.PARTS[Part.CREDITS]),
            SelectChoice(Part.ASSETS_BOUGHT.value, words.PARTS[Part.ASSETS_BOUGHT]),
        ],
        default=AS_THE_CODE_SAYS,
    )
    amount = ThousandsField(_("Amount, thousand tenge"), [InputRequired(_("Write the amount."))])

    def line(self) -> Sum:
        """The line as it was typed."""
        part = Part(self.part.data) if self.part.data in set(Part) else self._part()
        amount = self.amount.data if self.amount.data is not None else 0
        return Sum(self.year.data or 0, part, self.code.data or "", amount)

    def _part(self) -> Part:
        try:
            return part_of(Code.read(self.code.data or ""))
        except CodeFault:
            return Part.SPENDING


class SettleForm(Form):
    question = SelectField(_("Decision of the assembly"), [InputRequired(_("Choose a decision of the list."))])


class SendForm(Form):
    day = DayField(_("Sent on"), [DATE, NotAfterToday()])
    reference = StringField(_("Outgoing number"), NUMBER)


class ConsiderForm(Form):
    day = DayField(_("Considered on"), [DATE, NotAfterToday()])


class ReturnForm(Form):
    day = DayField(_("Returned on"), [DATE, NotAfterToday()])
    words = TextAreaField(_("Reasons"), [InputRequired(_("Write the reasons.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)


class WithdrawForm(Form):
    words = TextAreaField(_("Reasons"), [InputRequired(_("Write the reasons.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)


class DecisionForm(Form):
    reference = StringField(_("Number of the decision"), NUMBER, description=_("As it stands on it, for example: 38/5"))
    day = DayField(_("Date of the decision"), [DATE, NotAfterToday()])
    paper = FileField(_("The decision, as PDF"), [Optional()])
    paper_fault: FieldRefusal | None = None

    def decided(self) -> Decided:
        """Number and day as they were typed."""
        return Decided(self.reference.data or "", self.day.data)


class TakeInForm(DecisionForm):
    """A decision on paper: there is no taking in without its document."""

    maslikhat = StringField(
        _("Which maslikhat decided it"),
        [
            InputRequired(_("Write which maslikhat decided it.")),
            Length(max=LONGEST_TITLE, message=_("Use at most 300 characters.")),
        ],
    )


class RaionForm(Form):
    """Its fields are called otherwise than those of the form beside it on the page."""

    raion_reference = StringField(_("Number of the decision"), NUMBER)
    raion_day = DayField(_("Date of the decision"), [DATE, NotAfterToday()])

    def decided(self) -> Decided:
        """Number and day as they were typed."""
        return Decided(self.raion_reference.data or "", self.raion_day.data)


class ApproveForm(DecisionForm):
    versions = SelectMultipleField(
        _("Budgets that it approves"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    sure = BooleanField(
        _("The raion's own budget is approved already"),
        description=_("Its decision is not recorded here. The okrugs' budgets are approved after it."),
    )


class ExecutionForm(Form):
    until = DayField(
        _("Paid until"),
        [DATE, NotAfterToday()],
        description=_("The day of the report, in the first year of the budget."),
    )
    file = FileField(
        _("Report as a CSV or XLSX file"),
        [FileRequired(_("Choose the file."))],
        description=_("Amounts in thousand tenge. The first sheet of an XLSX workbook, or CSV."),
    )
    sure = BooleanField(_("I compared what is asked about with the report: the amounts are right"))


class LeftForm(Form):
    code = SelectField(_("Line"), [InputRequired(_("Choose a line."))])
    lapsed = ThousandsField(_("It lapsed, thousand tenge"), default=0)
    returned = ThousandsField(
        _("Returned to the raion, thousand tenge"),
        default=0,
        description=_("Only what was transferred for a purpose; own money (subprogramme 015) stays."),
    )
    carried = ThousandsField(_("Carried over to the next year, thousand tenge"), default=0)
    reason = TextAreaField(
        _("Why it is recorded anew"),
        [Length(max=LONGEST_WORDS)],
        description=_("Where something was recorded of the line already: everybody reads both, and why."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)


class AskForm(Form):
    kind = RadioField(
        _("What it is"),
        choices=[SelectChoice(one.value, label) for one, label in ASKED_LABELS.items()],
        default=Asked.QUESTION.value,
    )
    words = TextAreaField(
        _("Question or opinion"), [InputRequired(_("Write the question.")), Length(max=LONGEST_WORDS)]
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def asked(self) -> Asked:
        """What was chosen; a question where nothing was."""
        return Asked(self.kind.data) if self.kind.data in set(Asked) else Asked.QUESTION


class AnswerForm(Form):
    words = TextAreaField(_("Answer"), [InputRequired(_("Write the answer.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)


class AnnexesForm(Form):
    file = FileField(
        _("Annexes as an XLSX file, or lines as CSV"),
        [FileRequired(_("Choose the file."))],
        description=_(
            "XLSX: a sheet for each year, called by the year, with the columns of the decision's annexes. CSV: year, "
            "code and amount in each line. The lines of these years take the place of those that stand here."
        ),
    )
    unit = RadioField(
        _("In what its amounts are told"),
        choices=[
            SelectChoice("", _("As the file says; in thousand tenge where it says nothing")),
            SelectChoice(Unit.THOUSAND.value, _("In thousand tenge")),
            SelectChoice(Unit.TENGE.value, _("In tenge")),
        ],
        default="",
    )
    sure = BooleanField(_("I compared what is asked about with the decision: the amounts are right"))

    def told_in(self) -> Unit | None:
        """The unit that was answered."""
        return Unit(self.unit.data) if self.unit.data in set(Unit) else None
