"""Forms of people: signing in, the two ways in which an account comes to life, registering a resident."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from pb.act import Role
from pb.identity.service.appointments import REASON_NEEDED
from pb.identity.service.holdings import Terms
from pb.identity.service.passwords import LONGEST, SHORTEST
from pb.identity.service.roles import LABELS, OF_A_POLL, STAFF
from pb.identity.service.suspensions import Kind
from pb.web.forms import COUNT_IIN, DayField, Form, IINField, WithALetter

WRITE_IIN = _("Write the IIN: 12 digits.")
IIN_DIGITS = 12


def twelve_digits(_form: Form, field: StringField) -> None:
    """Spaces and dashes may stand between them, as people write an IIN."""
    if sum(sign.isdigit() for sign in field.data or "") != IIN_DIGITS:
        raise ValidationError(COUNT_IIN)


class SignInForm(Form):
    """The IIN is plain text here: the answer must not tell a mistyped number from an unknown one.

    How many digits an IIN has, everybody knows: that is said at the field.
    """

    iin = StringField(_("IIN"), [InputRequired(WRITE_IIN), twelve_digits])
    password = PasswordField(_("Password"), [InputRequired(_("Write the password."))])


WRONG_CODE = _("This code is not right. Write the six digits that the app shows now.")
WRITE_CODE = _("Write the six digits that your authenticator app shows.")


class SecondFactorForm(Form):
    code = StringField(_("Code of the app"), [InputRequired(WRITE_CODE), Length(max=20, message=WRONG_CODE)])


class ProofForm(SecondFactorForm):
    password = PasswordField(_("Password"), [InputRequired(_("Write the password."))])


# Functions, not a form to inherit from: the fields stand in each form where they stand on its page.
def _new_password() -> PasswordField:
    return PasswordField(
        _("New password"),
        [
            InputRequired(_("Write a password.")),
            Length(
                SHORTEST,
                LONGEST,
                message=_("Use 10 to 200 characters. Several words are easy to remember."),
            ),
        ],
        description=_("From 10 characters. Several words are easy to remember."),
    )


def _repeated() -> PasswordField:
    """Guards against a slip that locks people out."""
    return PasswordField(
        _("The same password again"),
        [InputRequired(_("Write the password again.")), EqualTo("password", _("The two passwords differ."))],
    )


class OwnPasswordForm(Form):
    """`current` is there for who has a password."""

    current = PasswordField(_("Present password"), [InputRequired(_("Write the password that you have now."))])
    password = _new_password()
    repeated = _repeated()


class ActivationForm(Form):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("12 digits, as in the identity document."))
    code = StringField(
        _("Code from the paper"),
        [InputRequired(_("Write the code from the paper.")), Length(max=40)],
        description=_(
            "The paper that the akim's office gave you. Small and capital letters are the same; dashes may be left out."
        ),
    )
    password = _new_password()
    repeated = _repeated()


class InvitationForm(Form):
    code = StringField(
        _("Invitation"),
        [InputRequired(_("Write the code that stands on the slip of your invitation.")), Length(max=300)],
        description=_(
            "The picture on the slip fills it in. If it is empty, write the code of the slip: seven groups of four "
            "signs. Small and capital letters are the same; dashes may be left out."
        ),
    )
    password = _new_password()
    repeated = _repeated()


class ResidentForm(Form):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("As in the identity document."))
    name = StringField(
        _("Name"),
        [
            InputRequired(_("Write the surname and the first name.")),
            Length(max=120, message=_("Use at most 120 characters.")),
            WithALetter(),
        ],
        description=_("The surname first, as in the identity document."),
    )
    settlement = SelectField(
        _("Settlement"),
        [InputRequired(_("Choose the settlement."))],
        description=_("Where the person is registered, also when they live elsewhere."),
    )
    correct = BooleanField(_("The document has the new name: write it into the account"))
    forgotten = BooleanField(_("This person has an account and forgot the password: make a new code"))


CHOOSE_DAY = _("Choose the day.")


def _document() -> StringField:
    return StringField(
        _("Document"),
        [
            InputRequired(_("Name the document: what it is, its number and its date.")),
            Length(max=300, message=_("Use at most 300 characters.")),
        ],
        description=_("For example: order of the akim № 12 of 3 March 2026. Everybody reads it."),
    )


def _reason() -> StringField:
    return StringField(
        _("Reason"),
        [Optional(), Length(max=300, message=_("Use at most 300 characters."))],
        description=_("Why this changes now. Everybody reads it."),
    )


class ReasonedForm(Form):
    """A change of a role: while a poll is under way, of a role that matters for it, it needs a reason."""

    reason_needed = False
    """Set by the view: whether this change needs the reason. The service has the last word."""

    def role_asks_for_reason(self) -> bool:
        """Whether the form's role is one that asks for the reason; those without a choice of roles always are."""
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """The reason that is missing is told together with what else is wrong, and not after it."""
        sound = bool(super().validate(extra_validators))
        reason = self._fields.get("reason")
        if reason is None or not self.reason_needed or (reason.data or "").strip() or not self.role_asks_for_reason():
            return sound
        reason.errors = [*reason.errors, str(REASON_NEEDED)]
        return False


class AppointmentForm(ReasonedForm):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("As in the identity document."))
    name = StringField(
        _("Name"),
        [
            InputRequired(_("Write the surname and the first name.")),
            Length(max=120, message=_("Use at most 120 characters.")),
            WithALetter(),
        ],
        description=_("Everybody reads it on the page of rights. An account that exists keeps its name."),
    )
    role = SelectField(
        _("Role"),
        [InputRequired(_("Choose the role."))],
        choices=[SelectChoice("", "–"), *(SelectChoice(role, LABELS[role]) for role in Role if role in STAFF)],
    )
    body = StringField(
        _("Organisation (required for a trustee)"),
        [Length(max=200, message=_("Use at most 200 characters."))],
        description=_("Which organisation sent the trustee. Trustees of one organisation alone cannot open a vote."),
    )
    since = DayField(_("First day"), [InputRequired(CHOOSE_DAY)])
    until = DayField(_("Last day"), [Optional()], description=_("Empty: until it is ended."))
    basis = _document()
    reason = _reason()

    def role_asks_for_reason(self) -> bool:
        return not self.role.data or self.role.data in OF_A_POLL

    def validate_body(self, field: StringField) -> None:
        """Told together with what else is wrong, and not after it."""
        if self.role.data == Role.TRUSTEE and not (field.data or "").strip():
            raise ValidationError(_("Name the organisation that the trustee comes from."))

    def validate_until(self, field: DayField) -> None:
        if field.data is not None and self.since.data is not None and field.data < self.since.data:
            raise ValidationError(_("The last day is before the first."))

    def _typed_body(self) -> str:
        return (self.body.data or "") if "body" in self else ""

    def terms(self) -> Terms:
        return Terms(
            Role(self.role.data), self.since.data, self.basis.data, until=self.until.data, body=self._typed_body()
        )


class LookForm(Form):
    """Sent by POST, though it changes nothing: a name stands in no address."""

    name = StringField(_("Name or part of it"), [Length(max=120)])


class EndingForm(ReasonedForm):
    last_day = DayField(
        _("Last day"),
        [InputRequired(CHOOSE_DAY)],
        description=_(
            "The role is still held on this day. So that it ends at once with the confirmation, choose yesterday: also "
            "where the role began today."
        ),
    )
    basis = _document()
    reason = _reason()


class InvitingForm(ReasonedForm):
    basis = _document()
    reason = _reason()


class ConfirmingForm(Form):
    """`link` is there where the person could as well come by an electronic signature."""

    link = BooleanField(_("Make an invitation as well: this person has no electronic signature"))


class SuspensionForm(Form):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("Of the person whose account it is."))
    kind = SelectField(
        _("What is to happen"),
        [InputRequired(_("Choose what is to happen."))],
        choices=[
            SelectChoice("", "–"),
            SelectChoice(Kind.SUSPEND, _("Suspend the account")),
            SelectChoice(Kind.RESUME, _("Let the account in again")),
        ],
    )
    basis = _document()
