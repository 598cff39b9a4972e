"""What is typed of corrections of confirmed minutes."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.formats import language
from pb.gatherings.models.corrections import LONGEST_CORRECTION, LONGEST_REASON
from pb.gatherings.service.corrections import LANGUAGES
from pb.web.forms import Form, WithALetter, language_field


class CorrectionForm(Form):
    point = SelectField(_("Which point of the agenda"), [Optional()], default="")
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

    def position(self) -> int | None:
        """The place of the point that was chosen; None: the minutes as a whole."""
        return int(self.point.data) if self.point.data and str(self.point.data).isdigit() else None


class VerdictForm(Form):
    right = RadioField(
        _("Is this right?"),
        [InputRequired(_("Choose an answer."))],
        choices=[SelectChoice("yes", _("Yes, I confirm it")), SelectChoice("no", _("No, it is declined"))],
    )
    reason = TextAreaField(
        _("What is wrong with it"),
        [Length(max=LONGEST_REASON, message=_("Use at most 500 characters."))],
        description=_("Needed when it is declined."),
    )
