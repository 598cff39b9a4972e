"""What is typed of the registers: fields are called as the columns of their files, and read in the same way."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.proposals.service import contents
from pb.registers.models import (
    CHANGE_LABELS,
    CONDITION_LABELS,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_PLACE,
    LONGEST_UNIT,
    LONGEST_WORDS,
    SORT_LABELS,
    SOURCE_LABELS,
    UNIT_LABELS,
)
from pb.registers.service.programmes import Step
from pb.tasks.service.basis import Basis
from pb.tasks.service.wording import chosen
from pb.web.forms import DayField, Form, NumberField, language_field

BOTH = _("Write it in both languages: people read one or the other.")
DECIMALS = _("A number, with a comma before decimals: 12,5")


class RowForm(Form):
    """A row of a register: `typed` is what its reader takes."""

    def typed(self) -> dict[str, str]:
        """Each field as it was typed; a day as the browser or the person wrote it."""
        return {field.name: _typed(field) for field in self if field.name != "csrf_token"}


def _typed(field: Any) -> str:
    if isinstance(field, DayField):
        if field.data is not None:
            return str(field.data.isoformat())
        return str(field.raw_data[0]) if field.raw_data else ""
    return str(field.data or "")


class YearsForm(Form):
    first_year = NumberField(_("First year"), [InputRequired(_("Write the year."))])
    last_year = NumberField(_("Last year"), [InputRequired(_("Write the year."))])


class TaskForm(RowForm):
    text_kk = TextAreaField(_("Task in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    text_ru = TextAreaField(_("Task in Russian"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    indicator_kk = StringField(
        _("Indicator in Kazakh"),
        [InputRequired(BOTH), Length(max=LONGEST_NAME)],
        description=_("What is measured: lit streets, repaired road, families with tap water."),
    )
    indicator_ru = StringField(_("Indicator in Russian"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    unit_kk = StringField(_("Unit in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_UNIT)])
    unit_ru = StringField(_("Unit in Russian"), [InputRequired(BOTH), Length(max=LONGEST_UNIT)])
    start = StringField(_("How much it is now"), [InputRequired(_("Write how much it is."))], description=DECIMALS)
    target = StringField(_("How much it shall be"), [InputRequired(_("Write how much it is."))])
    until = DayField(_("To be done by"), [InputRequired(_("Write the date."))])
    executor_kk = StringField(_("Who executes it, in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    executor_ru = StringField(_("Who executes it, in Russian"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    source = RadioField(
        _("Where the money comes from"),
        [InputRequired(_("Choose where the money comes from."))],
        choices=[SelectChoice(*each) for each in SOURCE_LABELS.items()],
    )
    amount = StringField(_("Sum, tenge"), [Optional()], description=_("Leave it empty for what costs no money."))


class FileForm(Form):
    file = FileField(
        _("CSV or XLSX file"),
        [FileRequired(_("Choose the file."))],
        description=_(
            "Columns as in the file that is taken from here, up to 1000 lines. If one line has a fault, nothing is "
            "taken in."
        ),
    )


class ApprovalForm(Form):
    question = SelectField(_("Decision of a meeting"), [Optional()], default="")
    minutes_number = StringField(
        _("Number of the minutes"),
        [Length(max=LONGEST_NUMBER)],
        description=_("Of a meeting that was not held on this platform."),
    )
    minutes_on = DayField(_("Date of the meeting"), [Optional()])

    def basis(self) -> Basis:
        """What was chosen or typed."""
        question = chosen(self.question.choices, self.question.data)
        return Basis(question, self.minutes_number.data or "", self.minutes_on.data)


class ProgressForm(Form):
    value = StringField(_("How much it is now"), [InputRequired(_("Write how much it is."))], description=DECIMALS)
    day = DayField(_("On which day"), [InputRequired(_("Write the date."))])
    words = TextAreaField(
        _("What was done"),
        [InputRequired(_("Write what was done, and how one sees it.")), Length(max=LONGEST_WORDS)],
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def step(self, value: int) -> Step:
        """As it was typed, with the value as it was read."""
        return Step(value, self.day.data, self.words.data or "", self.language.data or contents.of_page())


class ThingForm(RowForm):
    """What stays of an object. It stands before `StateForm`, so that a summary of faults has the order of the page."""

    sort = SelectField(
        _("What it is"),
        [InputRequired(_("Choose what it is."))],
        choices=[SelectChoice("", _("Choose one")), *(SelectChoice(*each) for each in SORT_LABELS.items())],
    )
    name_kk = StringField(_("Name in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    name_ru = StringField(_("Name in Russian"), [InputRequired(BOTH), Length(max=LONGEST_NAME)])
    settlement = SelectField(_("Settlement"), [Optional()], default="")
    place = StringField(
        _("Where it is"),
        [InputRequired(_("Write where it is: the street, the house, the land.")), Length(max=LONGEST_PLACE)],
    )


class MoveForm(RowForm):
    change = RadioField(
        _("What was decided"),
        [InputRequired(_("Choose what was decided."))],
        choices=[SelectChoice(*each) for each in CHANGE_LABELS.items()],
    )


class StateForm(RowForm):
    """What a decision makes of an object, and the decision: a point of a meeting, or another by number and day."""

    condition = RadioField(
        _("Condition"),
        [InputRequired(_("Choose the condition."))],
        choices=[SelectChoice(*each) for each in CONDITION_LABELS.items()],
    )
    size = StringField(
        _("Area, length or number"),
        [InputRequired(_("Write how much it is."))],
        description=_("As in the papers: 240,5"),
    )
    unit = SelectField(_("Unit"), choices=[SelectChoice(*each) for each in UNIT_LABELS.items()])
    income = StringField(
        _("Income of a year, tenge"), [Optional()], description=_("Rent and what else it brings; empty if nothing.")
    )
    question = SelectField(_("Decision of a meeting"), [Optional()], default="")
    decision_number = StringField(
        _("Number of another decision"),
        [Length(max=LONGEST_NUMBER)],
        description=_("Of the akim, the maslikhat, the raion, or of a meeting held elsewhere."),
    )
    decision_on = DayField(_("Date of that decision"), [Optional()])

    def point(self) -> Basis | None:
        """The point of a meeting, if one was chosen; with what was typed beside it, which is one decision too many."""
        question = chosen(self.question.choices, self.question.data)
        if question is None:
            return None
        return Basis(question, self.decision_number.data or "", self.decision_on.data)


class ObjectForm(ThingForm, StateForm):
    """An object that was received."""


class ChangeForm(MoveForm, StateForm):
    """What was decided of an object."""
