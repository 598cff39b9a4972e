"""Forms of the checks."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from pb.polls.service.drawing import HOW
from pb.web.forms import Form, IINField, NumberField


def minutes_field() -> StringField:
    return StringField(
        _("Number of the minutes"),
        [InputRequired(_("Write the number of the minutes.")), Length(max=40, message=_("Use at most 40 characters."))],
    )


class LookedOver:
    """A form whose first answer shows what was read; `step` is "record" from there, or "back" to the typed text."""

    step = HiddenField()


class PaperForm(LookedOver, Form):
    signatures = NumberField(
        _("Signatures on the lists"),
        [
            InputRequired(_("Write how many signatures there are.")),
            NumberRange(0, 100_000, _("Write a number from 0 to 100 000.")),
        ],
    )
    cards = TextAreaField(
        _("Numbers of the cards that have a signature"),
        [Length(max=100_000, message=_("Use at most 100 000 characters."))],
        description=_("Write the numbers like this: 1-40, 42, R1"),
    )


class ChoiceForm(Form):
    """Which cards are opened."""

    minutes_number = minutes_field()
    text = StringField(
        _("Numbers drawn in public, if not all cards are opened"),
        [Length(max=200, message=_("Use at most 200 characters."))],
        description=_("Leave it empty to open all cards. %(how)s", how=HOW),
    )


class CardsForm(LookedOver, Form):
    cards = TextAreaField(
        _("Opened cards, each on a line"),
        [InputRequired(_("Write the opened cards.")), Length(max=500_000, message=_("This is too long."))],
        description=_(
            "The number of the card, a space, and the fingerprint under its fold. Without a fingerprint the card is "
            "looked up by its number; write a minus if the card is not there."
        ),
    )


class CorrectionForm(LookedOver, Form):
    cards = TextAreaField(
        _("Cards whose line was wrong, each on a line"),
        [InputRequired(_("Write the opened cards.")), Length(max=500_000, message=_("This is too long."))],
        description=_("Written as before. What was recorded first stays beside it, and a fault must be explained."),
    )


class DrawForm(LookedOver, Form):
    text = StringField(
        _("Numbers drawn in public"),
        [
            InputRequired(_("Write the numbers that were drawn.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("They choose who is asked. %(how)s", how=HOW),
    )
    minutes_number = minutes_field()
    copied = StringField(
        _("First 32 digits of the commitment, as the minutes have them"),
        [
            InputRequired(_("Copy the 32 digits from the minutes.")),
            Length(max=80, message=_("This is too long.")),
        ],
    )


class AnswersField(SelectMultipleField):
    """What each of several people says: one list to choose from for each, left empty for who is not asked yet."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in valuelist if value])


class AnswersForm(LookedOver, Form):
    """`answers.choices` are set by the view: of whom the member may write, and what."""

    answers = AnswersField(
        _("What the person says"),
        [DataRequired(_("Choose the answer of one person at least."))],
        invalid_choice_message=_("The answers have changed since you saw them. Look at them again."),
    )


class ConfirmAnswersForm(Form):
    """`answers.choices` are set by the view: what another member wrote, as it stands now."""

    answers = SelectMultipleField(
        _("Answers that you heard too"),
        [InputRequired(_("Choose the answers that you heard too."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=_("The answers have changed since you saw them. Look at them again."),
    )


class ExplanationForm(Form):
    """`kinds.choices` are set by the view: the faults as they stand now."""

    kinds = SelectMultipleField(
        _("Faults that this text explains"),
        [InputRequired(_("Choose the faults that this text explains, as they stand now."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=_("Choose the faults that this text explains, as they stand now."),
    )
    minutes_number = minutes_field()
    text = TextAreaField(
        _("What the minutes say"),
        [
            InputRequired(_("Write what the minutes say, in at most 2000 characters.")),
            Length(max=2000, message=_("Use at most 2000 characters.")),
        ],
        description=_("It is published. Do not write a name or an IIN."),
    )


class AskForm(Form):
    iin = IINField(_("IIN"), [InputRequired(_("Write the IIN."))])
