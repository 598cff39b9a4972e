"""Forms of the assembly: a member, a meeting, an open vote, the minutes, the akim's answer."""

from datetime import datetime, time
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.clock import ALMATY
from pb.gatherings.models import OFFICE_LABELS, Office, Outcome, Question
from pb.gatherings.service.meetings import Votes
from pb.gatherings.service.members import Election
from pb.web.forms import DayField, Form, HourField, NumberField, WithALetter

COUNTED = ("in_favour", "against", "abstained")
COUNT = NumberRange(min=0, max=1000, message=_("Write a number from 0 to 1000."))


class MemberForm(Form):
    name = StringField(
        _("Name"),
        [
            InputRequired(_("Write the member's name.")),
            Length(max=120, message=_("Use at most 120 characters.")),
            WithALetter(),
        ],
    )
    settlement = SelectField(_("Settlement"), [InputRequired(_("Choose the settlement."))])
    office = RadioField(
        _("Office"),
        [InputRequired(_("Choose the office."))],
        choices=[SelectChoice(office.value, label) for office, label in OFFICE_LABELS.items()],
        default=Office.MEMBER.value,
    )
    term_from = DayField(_("First day of the term"), [InputRequired(_("Write the date."))])
    term_until = DayField(_("Last day of the term"), [InputRequired(_("Write the date."))])
    electing_document = StringField(
        _("Electing document"),
        [
            InputRequired(_("Name the document that elected the member: its number and date.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("For example: minutes № 1 of the gathering, and their date."),
    )

    def validate_term_until(self, field: DayField) -> None:
        """Told together with what else is wrong, and not after it."""
        if field.data is not None and self.term_from.data is not None and field.data <= self.term_from.data:
            raise ValidationError(_("The term ends after it begins."))

    def election(self) -> Election:
        return Election(
            name=self.name.data,
            settlement=self.settlement.data,
            office=Office(self.office.data),
            term_from=self.term_from.data,
            term_until=self.term_until.data,
            electing_document=self.electing_document.data,
        )


class MeetingForm(Form):
    meets_on = DayField(_("Day"), [InputRequired(_("Write the date."))])
    meets_time = HourField(_("Time"), [InputRequired(_("Write the time."))])
    place = StringField(
        _("Place"),
        [
            InputRequired(_("Write where the assembly meets.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("So that everybody finds it: building and street. For example: school № 1, Abai street 3."),
    )

    late = BooleanField(_("I mean this day, after the last day of the phase"))

    def first_moment(self) -> datetime | None:
        """The day with the latest hour where none was written; None without a day."""
        if self.meets_on.data is None:
            return None
        return datetime.combine(self.meets_on.data, self.meets_time.data or time.max, ALMATY)

    def meets_at(self) -> datetime:
        return datetime.combine(self.meets_on.data, self.meets_time.data, ALMATY)


class CallOffForm(Form):
    reason = TextAreaField(
        _("Reason"),
        [
            InputRequired(_("Write why the meeting is called off: everybody reads it.")),
            Length(max=500, message=_("Use at most 500 characters.")),
        ],
        description=_("Everybody reads it. For example: the road is closed because of snow."),
    )


class VotesForm(Form):
    """The view leaves `chair` out where no regulation gives the chair a casting vote."""

    present = SelectMultipleField(
        _("Who is present at this question"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_("Mark who came later, take the mark from who left. The quorum is counted at each question."),
    )
    conflicted = SelectMultipleField(
        _("Conflict of interest"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_("Mark the members who gain from this project themselves. They do not vote on it."),
    )
    in_favour = NumberField(_("For"), [InputRequired(_("Write a number from 0.")), COUNT])
    against = NumberField(
        _("Against"),
        [InputRequired(_("Write a number from 0.")), COUNT],
    )
    abstained = NumberField(
        _("Abstained"),
        [InputRequired(_("Write a number from 0.")), COUNT],
    )
    chair = RadioField(
        _("The chair's vote"),
        [Optional()],
        choices=[
            SelectChoice("", _("There is no tie")),
            SelectChoice(Outcome.APPROVED.value, _("For")),
            SelectChoice(Outcome.REJECTED.value, _("Against")),
        ],
        default="",
        description=_("Only when as many are for as against: the chair's vote decides."),
    )

    def votes(self) -> Votes:
        return Votes(
            in_favour=self.in_favour.data,
            against=self.against.data,
            abstained=self.abstained.data,
            chair=Outcome(self.chair.data) if self.chair and self.chair.data else None,
            conflicted=_marked(self.conflicted),
            present=self.those_present(),
        )

    def those_present(self) -> frozenset[UUID]:
        return _marked(self.present)

    def voters(self) -> frozenset[str]:
        """Who may vote, as it was sent: it may name nobody of this meeting, which is told at its field."""
        return frozenset(self.present.data or ()) - frozenset(self.conflicted.data or ())

    def is_counted_otherwise(self, question: Question) -> bool:
        """Whether numbers were typed that are neither those of all in favour nor those recorded before."""
        typed = [field.data for field in (self.in_favour, self.against, self.abstained)]
        recorded = [question.in_favour, question.against, question.abstained]
        return any(self[name].raw_data not in ([], [""], None) for name in COUNTED) and typed not in (
            [len(self.voters()), 0, 0],
            recorded,
        )

    def count_unanimous(self) -> None:
        """All who may vote are in favour."""
        for name, votes in zip(COUNTED, (len(self.voters()), 0, 0), strict=True):
            self[name].data, self[name].raw_data, self[name].process_errors = votes, [str(votes)], []


def _marked(members: SelectMultipleField) -> frozenset[UUID]:
    """Who was marked; `Optional` lets blanks through."""
    return frozenset(UUID(member) for member in members.data or [] if member.strip())


class MinutesForm(Form):
    number = StringField(
        _("Number of the minutes"),
        [InputRequired(_("Write the number of the minutes.")), Length(max=40, message=_("Use at most 40 characters."))],
        description=_("As it stands on the paper, for example: 3 or 2027/1"),
    )
    remarks = TextAreaField(
        _("Other matters"),
        [Length(max=8000, message=_("Use at most 8000 characters."))],
        description=_("Guests, speeches in short, the text drawn for ties, the fingerprints of the trustees' keys."),
    )


class AnswerForm(Form):
    agrees = RadioField(
        _("The akim's answer"),
        [InputRequired(_("Choose an answer."))],
        choices=[SelectChoice("yes", _("I agree")), SelectChoice("no", _("I disagree"))],
    )
    reason = TextAreaField(
        _("Reason"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Needed when you disagree. The assembly discusses the matter again."),
    )
