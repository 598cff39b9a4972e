"""Forms of minutes: what is added to them, the akim's answer, corrections, scans and the comparison of a file."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.formats import language
from pb.gatherings.models.minutes import LONGEST_CORRECTION, LONGEST_REASON
from pb.gatherings.service.corrections import LANGUAGES, Mistake
from pb.web.forms import Form, WithALetter, language_field


class MinutesForm(Form):
    remarks = TextAreaField(
        _("Other matters"),
        [Length(max=8000, message=_("Use at most 8000 characters."))],
        description=_("Guests, and whatever belongs to no point of the agenda."),
    )


class AnswerForm(Form):
    """The view leaves `disputed` out where there is nothing to choose."""

    agrees = RadioField(
        _("The akim's answer"),
        [InputRequired(_("Choose an answer."))],
        choices=[SelectChoice("yes", _("I agree")), SelectChoice("no", _("I disagree"))],
    )
    disputed = SelectMultipleField(
        _("With which decisions you disagree"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_("Needed when you disagree. What is not ticked is approved by this answer and in force at once."),
    )
    reason = TextAreaField(
        _("Reason"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Needed when you disagree. The assembly discusses the matter again."),
    )

    def ticked(self) -> frozenset[UUID]:
        """The decisions that are ticked; what is not offered the form refuses itself."""
        known = {choice.value for choice in self.disputed.choices} if self.disputed is not None else set()
        return frozenset(UUID(value) for value in (self.disputed.data or () if known else ()) if value in known)


class DeclineForm(Form):
    why = TextAreaField(
        _("Why it is needless"),
        [
            InputRequired(_("Write why the correction is needless: everybody reads it.")),
            Length(max=LONGEST_REASON, message=_("Use at most 500 characters.")),
        ],
    )


class CorrectionForm(Form):
    point = SelectField(_("Which point of the agenda"), [Optional()], default="")
    wrong = TextAreaField(
        _("What is wrong"),
        [Length(max=LONGEST_CORRECTION, message=_("Use at most 2000 characters."))],
        description=_("The words as they stand in the minutes. Leave empty if something is missing there."),
    )
    text = TextAreaField(
        _("What is right"),
        [
            InputRequired(_("Write what is right.")),
            WithALetter(),
            Length(max=LONGEST_CORRECTION, message=_("Use at most 2000 characters.")),
        ],
        description=_("Votes and outcome stay as they were recorded. A correction stands beside them."),
    )
    language = language_field(LANGUAGES, lambda: language() if language() in LANGUAGES else "kk")
    reason = TextAreaField(
        _("How the mistake was found"),
        [
            InputRequired(_("Write how the mistake was found.")),
            Length(max=LONGEST_REASON, message=_("Use at most 500 characters.")),
        ],
    )

    def mistake(self) -> Mistake:
        """What was typed; without a point it is about the minutes as a whole."""
        chosen = str(self.point.data or "")
        return Mistake(
            right=self.text.data or "",
            language=self.language.data,
            reason=self.reason.data or "",
            wrong=self.wrong.data or "",
            position=int(chosen) if chosen.isdigit() else None,
        )


class ScanForm(Form):
    paper = FileField(_("Scan"), description=_("One PDF, up to 5 MB. Its digest goes into the log."))


class ComparisonForm(Form):
    file = FileField(
        _("Your copy of the file"),
        [FileRequired(_("Choose a file."))],
        description=_("Its digest alone is compared. The file is not kept."),
    )
