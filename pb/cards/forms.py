"""Forms of the cards."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired

from pb.web.forms import Form, PeopleSearch


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


class SearchForm(PeopleSearch):
    """A search among cards."""


class ReasonForm(Form):
    reason = StringField(
        _("Reason"),
        [InputRequired(_("Write the reason."))],
        description=_(
            "The public log holds only a fingerprint of it. Auditors read it, and it is erased after the term for "
            "objections."
        ),
    )
