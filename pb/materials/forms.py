"""The form of a paper of a meeting."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from pb.web.forms import Form


class MaterialForm(Form):
    point = SelectField(_("Point of the agenda"), [Optional()])
    title = StringField(
        _("What the paper is called"),
        [Optional(), Length(max=120, message=_("Use at most 120 characters."))],
        description=_("For example: draft budget for 2027. Left empty, it is called as its file."),
    )
    paper = FileField(_("Paper"), description=_("One PDF, up to 5 MB."))

    def position(self) -> int | None:
        """The position of the chosen point; None: the paper is of the whole meeting."""
        return int(self.point.data) if (self.point.data or "").isdecimal() else None
