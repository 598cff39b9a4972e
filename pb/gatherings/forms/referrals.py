"""What is typed of the way to the maslikhat and the superior akim."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import FileField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.errors import NotFound
from pb.gatherings.models.referrals import LONGEST_NUMBER, LONGEST_WORDS, RULING_LABELS, About
from pb.gatherings.service.referrals import Record
from pb.web.forms import DayField, Form, NotAfterToday

DATE = InputRequired(_("Write the date."))
NUMBER = (InputRequired(_("Write the number.")), Length(max=LONGEST_NUMBER, message=_("Use at most 40 characters.")))
IN_WORDS = InputRequired(_("Write it in words: everybody reads it."))


class StepForm(Form):
    about = HiddenField()

    def record(self) -> Record:
        """What was typed: of a step that asks for nothing, nothing."""
        return Record(None)

    def of(self) -> About:
        """Whether the decisions are to hold, or one is to be executed. Raises NotFound."""
        try:
            return About(self.about.data or "")
        except ValueError as error:
            raise NotFound from error


class PaperForm(StepForm):
    """What was done outside comes with its document; without it the number of the document stands alone."""

    paper = FileField(_("Document"), description=_("One PDF, up to 5 MB."))


class ReferralForm(PaperForm):
    """The view leaves `question` out where it is not about one decision."""

    question = SelectField(_("Decision that is not executed"), [Optional()], default="")
    day = DayField(_("Sent on"), [DATE, NotAfterToday()])
    reference = StringField(_("Outgoing number"), NUMBER)
    words = TextAreaField(_("In short, what is asked"), [Length(max=LONGEST_WORDS)])

    def record(self) -> Record:
        typed = self.question.data if self.question is not None else ""
        known = {choice.value for choice in self.question.choices} - {""} if typed else set()
        question = UUID(typed) if typed in known else None  # what is not offered the form refuses itself
        return Record(self.day.data, self.reference.data or "", self.words.data or "", question=question)


class SittingForm(PaperForm):
    day = DayField(_("Date of the sitting"), [DATE, NotAfterToday()])
    words = TextAreaField(_("What the maslikhat recommends, in short"), [Length(max=LONGEST_WORDS)])

    def record(self) -> Record:
        return Record(self.day.data, words=self.words.data or "")


class RulingForm(PaperForm):
    outcome = RadioField(
        _("Decision of the superior akim"),
        [InputRequired(_("Choose what was decided."))],
        choices=[SelectChoice(ruling.value, label) for ruling, label in RULING_LABELS.items()],
    )
    day = DayField(_("Date of the document"), [DATE, NotAfterToday()])
    reference = StringField(_("Number of the document"), NUMBER)
    words = TextAreaField(_("The decision in words"), [IN_WORDS, Length(max=LONGEST_WORDS)])

    def record(self) -> Record:
        return Record(self.day.data, self.reference.data or "", self.words.data or "", self.outcome.data or "")


class JudgingForm(StepForm):
    right = RadioField(
        _("Does the record say what the document says?"),
        [InputRequired(_("Choose an answer."))],
        choices=[SelectChoice("yes", _("Yes, I compared them")), SelectChoice("no", _("No, it goes back"))],
    )
    words = TextAreaField(_("What is wrong"), [Length(max=LONGEST_WORDS)], description=_("Needed when it goes back."))

    def record(self) -> Record:
        return Record(None, words=self.words.data or "")
