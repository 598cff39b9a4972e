"""Forms of the checks."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from pb.web.forms import Form, IINField


def minutes_field() -> StringField:
    return StringField(
        _("Number of the minutes"),
        [InputRequired(_("Write the number of the minutes.")), Length(max=40, message=_("Use at most 40 characters."))],
    )


class PaperForm(Form):
    signatures = IntegerField(
        _("Signatures on the lists"),
        [
            InputRequired(_("Write how many signatures there are.")),
            NumberRange(0, 100_000, _("Write how many signatures there are.")),
        ],
        invalid_value_message=_("Write how many signatures there are."),
    )
    cards = TextAreaField(
        _("Numbers of the cards that have a signature"),
        [Length(max=100_000, message=_("Use at most 100 000 characters."))],
        description=_("Write the numbers like this: 1-40, 42, R1"),
    )


class CardsForm(Form):
    minutes_number = minutes_field()
    text = StringField(
        _("Text drawn in public, if not all cards were opened"),
        [Length(max=200, message=_("Use at most 200 characters."))],
    )
    cards = TextAreaField(
        _("Opened cards, each on a line"),
        [InputRequired(_("Write the opened cards.")), Length(max=500_000, message=_("This is too long."))],
        description=_(
            "The number of the card, a space, and the fingerprint under its fold. Without a fingerprint the card is "
            "looked up by its number; write a minus if the card is not there."
        ),
    )


class CorrectionForm(Form):
    cards = TextAreaField(
        _("Cards whose line was wrong, each on a line"),
        [InputRequired(_("Write the opened cards.")), Length(max=500_000, message=_("This is too long."))],
        description=_("Written as before. What was recorded first stays beside it, and a fault must be explained."),
    )


class DrawForm(Form):
    text = StringField(
        _("Text drawn in public"),
        [InputRequired(_("Write the text that was drawn.")), Length(max=200, message=_("Use at most 200 characters."))],
        description=_("For example the numbers of the balls drawn. It chooses who is asked."),
    )
    minutes_number = minutes_field()
    copied = StringField(
        _("First 32 digits of the commitment, as the minutes have them"),
        [
            InputRequired(_("Copy the 32 digits from the minutes.")),
            Length(max=80, message=_("This is too long.")),
        ],
    )


class AnswerForm(Form):
    """`second.choices` are set by the view."""

    answer = RadioField(
        _("What the person says"),
        [InputRequired(_("Choose the answer."))],
        invalid_choice_message=_("Choose the answer."),
    )
    second = SelectField(
        _("The second member who was there"),
        [InputRequired(_("Choose the second member."))],
        invalid_choice_message=_("Choose the second member."),
    )


class ExplanationForm(Form):
    minutes_number = minutes_field()
    text = TextAreaField(
        _("What the minutes say"),
        [
            InputRequired(_("Write what the minutes say, in at most 2000 characters.")),
            Length(max=2000, message=_("Write what the minutes say, in at most 2000 characters.")),
        ],
        description=_("It is published. Do not write a name or an IIN."),
    )


class AskForm(Form):
    iin = IINField(_("IIN"), [InputRequired(_("Write the IIN."))])
