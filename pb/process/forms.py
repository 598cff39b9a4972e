"""The form with which a cycle is ended early."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from pb.process.service.ending import LONGEST_REASON
from pb.web.forms import Form


class EndForm(Form):
    reason = TextAreaField(
        _("Reason"),
        [
            InputRequired(_("Write the reason. It is published.")),
            Length(max=LONGEST_REASON, message=_("Use at most 1000 characters.")),
        ],
        description=_("Everybody reads it on every page of the cycle."),
    )
