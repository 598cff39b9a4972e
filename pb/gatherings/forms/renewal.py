"""The form of a new composition: whom the point elected, and whose terms end."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.gatherings.service.renewal import Renewal
from pb.web.forms import DayField, Form


def _several(label: str, description: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label,
        [Optional()],
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        coerce=str,
    )


def _marked(field: SelectMultipleField) -> list[str]:
    known = {value for value, _label in field.choices or []}
    return [value for value in field.data or [] if value in known]


class RenewalForm(Form):
    chosen = _several(_("Elected"))
    term_from = DayField(_("First day of the term"), [InputRequired(_("Write the date."))])
    term_until = DayField(_("Last day of the term"), [InputRequired(_("Write the date."))])
    document = StringField(
        _("Electing document"),
        [
            InputRequired(_("Name the document that elected the member: its number and date.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
    )
    ending = _several(
        _("Whose terms end"),
        _("Their last day is the one before the new term begins. Whoever was elected again stays."),
    )

    def renewal(self) -> Renewal:
        return Renewal(
            frozenset(int(number) for number in _marked(self.chosen)),
            frozenset(UUID(member) for member in _marked(self.ending)),
            self.term_from.data,
            self.term_until.data,
            self.document.data or "",
        )
