"""The form in which a deputy records the maslikhat's decision."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from pb.web.forms import DayField, Form, NotAfterToday


class DecisionForm(Form):
    number = StringField(
        _("Number of the decision"),
        [
            InputRequired(_("Write the number of the decision.")),
            Length(max=40, message=_("Use at most 40 characters.")),
        ],
        description=_("As it stands on the decision, for example: 38/5"),
    )
    decided_on = DayField(_("Date of the decision"), [InputRequired(_("Write the date.")), NotAfterToday()])
