"""The form with which the akim's office records a setting of the okrug."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from pb.territory.service import KINDS
from pb.web.forms import Form


class SettingForm(Form):
    name = SelectField(
        _("Setting"),
        [InputRequired(_("Choose a setting."))],
        choices=[SelectChoice(name, kind.label) for name, kind in KINDS.items()],
    )
    value = IntegerField(_("Value"), [InputRequired(_("Write a number."))], invalid_value_message=_("Write a number."))
    since = DateField(
        _("Holds from"), [InputRequired(_("Write the date."))], invalid_value_message=_("Write the date.")
    )
    source = StringField(
        _("Decision it rests on"),
        [
            InputRequired(_("Name the decision it rests on.")),
            Length(max=300, message=_("Use at most 300 characters.")),
        ],
        description=_("Who decided, the number and the date."),
    )
