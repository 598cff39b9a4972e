"""The form in which a deputy records the maslikhat's decision."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from pb.web.forms import Form


class DecisionForm(Form):
    number = StringField(
        _("Number of the decision"),
        [
            InputRequired(_("Write the number of the decision.")),
            Length(max=40, message=_("Use at most 40 characters.")),
        ],
    )
    decided_on = DateField(
        _("Date of the decision"), [InputRequired(_("Write the date."))], invalid_value_message=_("Write the date.")
    )
