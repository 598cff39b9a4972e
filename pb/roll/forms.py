"""The roll's one form: a file."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from pb.web.forms import Form


class ImportForm(Form):
    file = FileField(
        _("Roll as a CSV file"),
        [FileRequired(_("Choose the file."))],
        description=_("Columns: iin, name, settlement. UTF-8."),
    )
