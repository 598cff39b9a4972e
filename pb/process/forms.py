"""The form with which a cycle is ended early, and one field of each kind for the page of the style."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.process.service.ending import LONGEST_REASON
from pb.proposals.models import CATEGORY_LABELS
from pb.web.forms import DayField, Form, TengeField


class EndForm(Form):
    reason = TextAreaField(
        _("Reason"),
        [
            InputRequired(_("Write the reason. It is published.")),
            Length(max=LONGEST_REASON, message=_("Use at most 1000 characters.")),
        ],
        description=_("Everybody reads it on every page of the cycle."),
    )


class EveryField(Form):
    """One of each kind; sent by nobody."""

    title = StringField(_("Name of the project"), [InputRequired(_("Write the name."))])
    reason = TextAreaField(_("Reason"), [InputRequired(_("Write the reason. It is published."))])
    cost = TengeField(_("Cost"), [Optional()], description=_("A multiple of 100 ₸."))
    day = DayField(_("Date"), [Optional()])
    settlement = SelectField(_("Settlement"), choices=[SelectChoice("", _("All"))])
    category = RadioField(
        _("Category"), choices=[SelectChoice(category.value, label) for category, label in CATEGORY_LABELS.items()]
    )
    agreed = BooleanField(_("Yes"))


class EveryCount(Form):
    """What an open vote counts; sent by nobody."""

    in_favour = IntegerField(_("For"))
    against = IntegerField(_("Against"))
    abstained = IntegerField(_("Abstained"))
