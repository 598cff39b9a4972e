"""What a reader of the log seeks: a question in the address, not an action."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from pb.web.forms import DayField, Form


class LogForm(Form):
    """The view gives the choices; `by` to those alone who read names: a person is called by an event of theirs."""

    class Meta:
        csrf = False

    kind = SelectField(_("What it is about"), [Optional()])
    role = SelectField(_("In the role"), [Optional()])
    by = SelectField(_("Person"), [Optional()], validate_choice=False)
    day = DayField(_("Day"), [Optional()])

    def validate_day(self, field: DayField) -> None:
        """No log has a day at the ends of the calendar, where a day has none before or after it."""
        if field.data and not date(2000, 1, 1) <= field.data < date(3000, 1, 1):
            raise ValidationError(_("Write the date."))
