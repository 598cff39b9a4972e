"""What is typed of proposals to the maslikhat and of its deputies."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.maslikhat.models import (
    ANSWER_LABELS,
    LONGEST_DOCUMENT,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_PHONE,
    LONGEST_RECEPTION,
    LONGEST_TEXT,
    LONGEST_WORDS,
)
from pb.maslikhat.service import Answering, Sending
from pb.maslikhat.service.deputies import Mandate
from pb.proposals.service import contents
from pb.tasks.service.basis import Basis
from pb.tasks.service.wording import chosen
from pb.web.forms import DayField, Form, NotAfterToday, WithALetter, language_field

DATE = InputRequired(_("Write the date."))
NUMBER = (InputRequired(_("Write the number.")), Length(max=LONGEST_NUMBER, message=_("Use at most 40 characters.")))


class SendingForm(Form):
    question = SelectField(_("Decision of a meeting"), [Optional()], default="")
    minutes_number = StringField(
        _("Number of the minutes"),
        [Length(max=LONGEST_NUMBER, message=_("Use at most 40 characters."))],
        description=_("Of a meeting that was not held on this platform."),
    )
    minutes_on = DayField(_("Date of the meeting"), [Optional()])
    text_kk = TextAreaField(
        _("What is proposed, in Kazakh"),
        [Length(max=LONGEST_TEXT)],
        description=_("In Kazakh or in Russian or in both: each reads it in their own language where it is there."),
    )
    text_ru = TextAreaField(_("What is proposed, in Russian"), [Length(max=LONGEST_TEXT)])
    day = DayField(_("Sent on"), [DATE, NotAfterToday()])
    reference = StringField(_("Outgoing number"), NUMBER)

    def basis(self) -> Basis:
        """The decision that was chosen, or the minutes that were named."""
        return Basis(
            chosen(self.question.choices, self.question.data), self.minutes_number.data or "", self.minutes_on.data
        )

    def sending(self) -> Sending:
        """The proposal as it was typed."""
        return Sending(self.text_kk.data or "", self.text_ru.data or "", self.day.data, self.reference.data or "")


class ReceivingForm(Form):
    day = DayField(_("Received on"), [DATE, NotAfterToday()])
    reference = StringField(_("Incoming number"), NUMBER)


class ConsideringForm(Form):
    day = DayField(_("Date of the sitting"), [DATE, NotAfterToday()])


class AnsweringForm(Form):
    answer = RadioField(
        _("Answer"),
        [InputRequired(_("Choose the answer."))],
        choices=[SelectChoice(answer.value, label) for answer, label in ANSWER_LABELS.items()],
    )
    words = TextAreaField(
        _("Answer in words"), [InputRequired(_("Write the answer in words.")), Length(max=LONGEST_WORDS)]
    )
    language = language_field(contents.LANGUAGES, contents.of_page)
    day = DayField(_("Date of the document"), [DATE, NotAfterToday()])
    reference = StringField(
        _("Number of the document"),
        [Length(max=LONGEST_NUMBER, message=_("Use at most 40 characters."))],
        description=_("It may be left empty where the document itself is attached."),
    )
    paper = FileField(_("Document"), description=_("One PDF, up to 5 MB."))

    def answering(self) -> Answering:
        """The answer as it was typed."""
        return Answering(
            self.answer.data or "",
            self.words.data or "",
            self.language.data or contents.of_page(),
            self.day.data,
            self.reference.data or "",
        )


class DeputyForm(Form):
    name = StringField(_("Name"), [InputRequired(_("Write the name.")), Length(max=LONGEST_NAME), WithALetter()])
    codes = TextAreaField(
        _("Okrugs and settlements of the constituency"),
        [InputRequired(_("Write the code of at least one okrug or settlement.")), Length(max=2000)],
        description=_("Their codes in the classifier (KATO), one on a line. All codes stand below."),
    )
    term_from = DayField(_("First day of the term"), [DATE])
    term_until = DayField(_("Last day of the term"), [DATE])
    document = StringField(
        _("Electing document"),
        [InputRequired(_("Fill this in.")), Length(max=LONGEST_DOCUMENT)],
        description=_("Who decided, the number and the date."),
    )
    reception_kk = StringField(
        _("When and where residents are received, in Kazakh"),
        [Length(max=LONGEST_RECEPTION)],
        description=_("In Kazakh or in Russian or in both: each reads it in their own language where it is there."),
    )
    reception_ru = StringField(_("When and where residents are received, in Russian"), [Length(max=LONGEST_RECEPTION)])
    phone = StringField(_("Telephone of the office"), [InputRequired(_("Fill this in.")), Length(max=LONGEST_PHONE)])

    def mandate(self) -> Mandate:
        """The deputy as typed."""
        return Mandate(
            name=self.name.data or "",
            codes=self.codes.data or "",
            term_from=self.term_from.data,
            term_until=self.term_until.data,
            document=self.document.data or "",
            reception_kk=self.reception_kk.data or "",
            reception_ru=self.reception_ru.data or "",
            phone=self.phone.data or "",
        )


class EndingForm(Form):
    last_day = DayField(_("Last day of the mandate"), [DATE, NotAfterToday()])
    document = StringField(
        _("Decision it rests on"),
        [InputRequired(_("Name the decision it rests on.")), Length(max=LONGEST_DOCUMENT)],
        description=_("Who decided, the number and the date."),
    )
