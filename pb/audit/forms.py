"""What a reader of the log seeks: a question in the address, not an action."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, SelectField
from wtforms.validators import Optional, ValidationError

from pb.audit.service import Wanted
from pb.audit.views.words import KINDS
from pb.web.forms import DayField, Form


class LogForm(Form):
    class Meta:
        csrf = False

    kind = SelectField(
        _("What it is about"),
        [Optional()],
        choices=[
            SelectChoice("", _("Everything")),
            *(SelectChoice(kind, label) for kind, (label, _w) in KINDS.items()),
        ],
        validate_choice=True,
    )
    day = DayField(_("Day"), [Optional()])

    def validate_day(self, field: DayField) -> None:
        """No log has a day at the ends of the calendar, where a day has none before or after it."""
        if field.data and not date(2000, 1, 1) <= field.data < date(3000, 1, 1):
            raise ValidationError(_("Write the date."))

    def wanted(self) -> Wanted:
        """Everything where nothing is sought, or what is sought is no kind and no day."""
        if not self.validate():
            return Wanted()
        return Wanted(KINDS[self.kind.data][1] if self.kind.data else (), self.day.data)
