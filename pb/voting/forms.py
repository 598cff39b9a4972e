"""Forms of the poll's preparation, of objections and of annulling."""

from datetime import UTC, date, datetime, time

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from pb.clock import ALMATY
from pb.core.belenios.receipt_code import asked_for
from pb.core.poll.card_key import LONGEST as LONGEST_KEY
from pb.core.poll.card_key import AskedKey
from pb.polls.service.drawing import HOW
from pb.web.forms import DayField, Form, HourField, NotAfterToday, NumberField


class MinutesForm(Form):
    number = StringField(
        _("Number of the minutes"),
        [InputRequired(_("Write the number of the minutes.")), Length(max=40, message=_("Use at most 40 characters."))],
    )
    day = DayField(_("Day of the ceremony"), [InputRequired(_("Choose the day.")), NotAfterToday()])
    seed_text = StringField(
        _("Numbers drawn in public"),
        [
            InputRequired(_("Write the numbers that were drawn.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("They decide ties, and nobody may know them before. %(how)s", how=HOW),
    )


class ReplacementForm(Form):
    """`choices` are set by the view."""

    place = SelectField(_("Who cannot go on"), [InputRequired(_("Choose who cannot go on."))])
    person = SelectField(
        _("Who takes the place"),
        [InputRequired(_("Choose who takes the place."))],
        description=_("People who hold the role of trustee and have no place in this poll."),
    )


class OpeningForm(Form):
    closes_on = DayField(_("Last day of voting"), [InputRequired(_("Choose the day."))])
    closes_at = HourField(
        _("Hour at which voting ends"),
        [InputRequired(_("Choose the hour."))],
    )

    def moment(self) -> datetime:
        """The closing time in UTC; it was typed in the time of Almaty."""
        return self._at(self.closes_at.data)

    def likeliest_moment(self, today: date) -> datetime | None:
        """The same, where no hour was written with one at which the day could do; None without a day."""
        if self.closes_on.data is None:
            return None
        return self._at(self.closes_at.data or (time.min if self.closes_on.data > today else time.max))

    def _at(self, hour: time) -> datetime:
        return datetime.combine(self.closes_on.data, hour, ALMATY).astimezone(UTC)


class KioskForm(Form):
    code = StringField(
        _("A code of your own to end it"),
        [InputRequired(_("Choose a code.")), Length(max=40, message=_("Use at most 40 characters."))],
        description=_("At least 6 letters and digits. Remember it: it ends voting by others on this device."),
    )


class EndKioskForm(Form):
    code = StringField(
        _("The code that was chosen for this device"),
        [InputRequired(_("Write the code.")), Length(max=40, message=_("Use at most 40 characters."))],
    )


class TrackerForm(Form):
    alone = frozenset({"tracker"})
    tracker = StringField(
        _("Code of the receipt"),
        [InputRequired(_("Write the code of the receipt.")), Length(max=300)],
        description=_("Five groups of four signs. Capital or small letters and spaces make no difference."),
    )
    asked: str

    def validate_tracker(self, field: StringField) -> None:
        """`asked` is then what was typed. A code that is not whole is no ballot that is missing."""
        asked = asked_for(field.data or "")
        if asked is None:
            raise ValidationError(
                _("A code has 20 signs, five groups of four; a whole tracker has 43. Count those that you wrote.")
            )
        self.asked = asked


class KeyForm(Form):
    alone = frozenset({"key"})
    key = TextAreaField(
        _("Fingerprint of the card's key"),
        [InputRequired(_("Write the fingerprint."))],
        description=_(
            "Eight groups of four signs under the fold of the card: digits and the letters a to f. It is not the code."
        ),
    )
    asked: AskedKey

    def validate_key(self, field: StringField) -> None:
        """`asked` is then what was typed."""
        asked = AskedKey.read(field.data[:LONGEST_KEY] if field.data else "")
        if asked is None:
            raise ValidationError(
                _("This is not a fingerprint: count the signs, there are 32. A SHA-256 of 64 signs is found too.")
            )
        self.asked = asked


class ObjectionForm(Form):
    text = TextAreaField(
        _("What happened"),
        [
            InputRequired(_("Write what happened.")),
            Length(max=2000, message=_("Use at most 2000 characters.")),
        ],
        description=_(
            "When and where it was, what you saw, who else was there. Do not write your IIN or your code here."
        ),
    )
    contact = StringField(
        _("How we can reach you"),
        [Length(max=200, message=_("Use at most 200 characters."))],
        description=_(
            "A telephone or an address. Only the akim's office and auditors read it; it is not published. "
            "Without it nobody calls you: the answer stands on this page, under the number of your objection."
        ),
    )


class FindObjectionForm(Form):
    class Meta:
        csrf = False  # a question in the address, not an action

    number = NumberField(
        _("Number of the objection"),
        [Optional(), NumberRange(1, 2**31 - 1, message=_("Write a whole number from 1."))],
    )


class AnswerForm(Form):
    answer = TextAreaField(
        _("Answer"),
        [InputRequired(_("Write the answer.")), Length(max=2000, message=_("Use at most 2000 characters."))],
        description=_("What was looked at, what came of it, and what is done now. Everybody reads it."),
    )


class AnnulForm(Form):
    reason = TextAreaField(
        _("Reason"),
        [Length(max=1000, message=_("Use at most 1000 characters."))],
        description=_("It is published. A second person must confirm."),
    )
