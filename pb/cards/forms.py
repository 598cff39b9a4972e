"""Forms of the cards."""

import re

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from pb.core.national_numbers import IIN, plain
from pb.web.forms import Form, checked_iin


class KeysForm(Form):
    file = FileField(_("File with public keys"), [FileRequired(_("Choose the file."))])


class StatementForm(Form):
    statement = FileField(
        _("Statement of the maker of the cards"),
        [FileRequired(_("Choose the file."))],
        description=_("The file statement.json: fingerprints and a public key, no code and no name."),
    )


class ConfirmationForm(Form):
    confirmation = FileField(
        _("Confirmation of the maker of the cards"),
        [FileRequired(_("Choose the file."))],
        description=_("The file that pb cards confirm has signed."),
    )
    cms = FileField(
        _("Your digital signature under the confirmation"),
        description=_("The signature's file (.cms). It holds your IIN: auditors alone see it, and you."),
    )


class SearchForm(Form):
    """A search among cards. It is sent by POST: neither a name nor an IIN stands in an address."""

    name = StringField(
        _("Name, number, settlement or IIN"), [Length(max=200, message=_("Use at most 200 characters."))]
    )
    iin: IIN | None = None

    def validate_name(self, field: StringField) -> None:
        """More digits than a number of the roll has are an IIN, and it has to be right."""
        if re.fullmatch(r"[0-9]{10,}", plain(field.data or "")):
            self.iin = checked_iin(field.data or "")

    def sought(self) -> str | IIN:
        """What was sought for; nothing where the field is at fault, and `errors` says how.

        An IIN that was sought leaves the field, so that the page of the answer does not hold it.
        """
        if not self.validate():
            return ""
        if self.iin is not None:
            self.name.data = ""
            return self.iin
        return (self.name.data or "").strip()


class ReasonForm(Form):
    reason = StringField(
        _("Reason"),
        [InputRequired(_("Write the reason."))],
        description=_(
            "The public log holds only a fingerprint of it. Auditors read it, and it is erased after the term for "
            "objections."
        ),
    )
