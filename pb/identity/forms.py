"""Forms of people: signing in, the two ways in which an account comes to life, registering a resident."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from pb.identity.service import LONGEST_PASSWORD, SHORTEST_PASSWORD
from pb.web.forms import Form, IINField

WRITE_IIN = _("Write the IIN: 12 digits.")
CODE_HINT = _("Small and capital letters are the same; dashes may be left out.")


class SignInForm(Form):
    """The IIN is plain text here: the answer must not tell a mistyped number from an unknown one."""

    iin = StringField(_("IIN"), [InputRequired(WRITE_IIN), Length(max=40)])
    password = PasswordField(_("Password"), [InputRequired(_("Write the password."))])


WRITE_CODE = _("Write the six digits that your authenticator app shows.")


class SecondFactorForm(Form):
    code = StringField(_("Code of the app"), [InputRequired(WRITE_CODE), Length(max=20, message=WRITE_CODE)])


class ProofForm(SecondFactorForm):
    password = PasswordField(_("Password"), [InputRequired(_("Write the password."))])


class NewPassword(Form):
    """The two fields of every form that sets a password; the second guards against a slip that locks people out."""

    password = PasswordField(
        _("New password"),
        [
            InputRequired(_("Write a password.")),
            Length(
                SHORTEST_PASSWORD,
                LONGEST_PASSWORD,
                message=_("Use 10 to 200 characters. Several words are easy to remember."),
            ),
        ],
        description=_("From 10 characters. Several words are easy to remember."),
    )
    repeated = PasswordField(
        _("The same password again"),
        [InputRequired(_("Write the password again.")), EqualTo("password", _("The two passwords differ."))],
    )


class ActivationForm(NewPassword):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)])
    code = StringField(
        _("Code from the paper"),
        [InputRequired(_("Write the code from the paper.")), Length(max=40)],
        description=CODE_HINT,
    )


class InvitationForm(NewPassword):
    code = StringField(
        _("Invitation"),
        [InputRequired(_("Open the link of the invitation, or paste what stands after # in it.")), Length(max=100)],
        description=_("The link fills it in. If it is empty, paste what stands after # in the link."),
    )


class ResidentForm(Form):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("As in the identity document."))
    name = StringField(
        _("Name"),
        [InputRequired(_("Write the name.")), Length(max=120, message=_("Use at most 120 characters."))],
    )
    settlement = SelectField(_("Settlement"), [InputRequired(_("Choose the settlement."))])
    forgotten = BooleanField(_("This person has an account and forgot the password: make a new code"))
