"""What is typed of a task: what is given, that it is done, a later day, a reason; and the decision it rests on."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.proposals.service import contents
from pb.tasks.models import LONGEST_NAME, LONGEST_NUMBER, LONGEST_TEXT, LONGEST_WORDS
from pb.tasks.service import Giving, Words
from pb.tasks.service.basis import Basis
from pb.tasks.service.wording import chosen
from pb.web.forms import DayField, Form, language_field

ONE_IS_ENOUGH = _("In Kazakh or in Russian or in both: each reads it in their own language where it is there.")
NEW_NAME = _("Only for somebody who is not in the list.")


class BasisForm(Form):
    """The decision: a point that a meeting adopted here, or minutes of a meeting held elsewhere."""

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


class GivingForm(BasisForm):
    text_kk = TextAreaField(_("What is to be done, in Kazakh"), [Length(max=LONGEST_TEXT)], description=ONE_IS_ENOUGH)
    text_ru = TextAreaField(_("What is to be done, in Russian"), [Length(max=LONGEST_TEXT)])
    executor = SelectField(_("Who executes it"), [Optional()], default="")
    executor_kk = StringField(_("Another executor, in Kazakh"), [Length(max=LONGEST_NAME)], description=NEW_NAME)
    executor_ru = StringField(_("Another executor, in Russian"), [Length(max=LONGEST_NAME)])
    settlement = SelectField(_("Where"), [Optional()], default="")
    until = DayField(_("To be done by"), [InputRequired(_("Write the date."))])

    def giving(self) -> Giving:
        """The task as it was typed."""
        return Giving(
            text_kk=self.text_kk.data or "",
            text_ru=self.text_ru.data or "",
            until=self.until.data,
            executor_id=chosen(self.executor.choices, self.executor.data),
            executor_kk=self.executor_kk.data or "",
            executor_ru=self.executor_ru.data or "",
            settlement=self.settlement.data or "",
        )


class DoneForm(Form):
    words = TextAreaField(
        _("What was done"),
        [InputRequired(_("Write what was done, and how one sees it.")), Length(max=LONGEST_WORDS)],
        description=_("What, where, how much, and how one sees it."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)
    photo = FileField(
        _("Photo"), description=_("One, JPEG or PNG, as the phone takes it. Without people who were not asked.")
    )
    paper = FileField(_("Paper"), description=_("One PDF, up to 5 MB: an act of acceptance, a report."))


class PutOffForm(BasisForm):
    until = DayField(_("New term"), [InputRequired(_("Write the date."))])
    words = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)


class ReasonForm(Form):
    words = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)


def words_of(form: Any) -> Words:
    """The proof or the reason that was typed into one of these forms."""
    return Words(form.words.data or "", form.language.data or contents.of_page())
