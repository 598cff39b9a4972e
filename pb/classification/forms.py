"""The form with which a file of the classification is sent."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from pb.web.forms import Form


class ClassificationForm(Form):
    file = FileField(
        _("Codes as a CSV or XLSX file"),
        [FileRequired(_("Choose the file."))],
        description=_(
            "Columns as in the list above. Lines with the same code take the place of what stands here; other codes "
            "stay. The first sheet of an XLSX workbook, or CSV whose cells are parted by semicolons, tabs or commas."
        ),
    )
    sure = BooleanField(_("I compared what is asked about with the order: the codes are right"))
