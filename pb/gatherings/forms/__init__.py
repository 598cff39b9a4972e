"""Forms of the assembly: a member, a meeting with its agenda, its day moved or called off."""

from datetime import date, datetime, time

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from pb.clock import ALMATY
from pb.formats import language
from pb.gatherings.models import (
    MAJORITY_LABELS,
    MATTER_LABELS,
    OF_KINDS,
    OFFICE_LABELS,
    SEAT_LABELS,
    SEATS_OF,
    Kind,
    Majority,
    Matter,
    Office,
    Seat,
)
from pb.gatherings.service.convening import EXTRAORDINARY
from pb.gatherings.service.membership import Election, Ending
from pb.gatherings.service.plan import Plan, Point
from pb.web.forms import DayField, Form, HourField, NumberField, WithALetter, language_field


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


class EndingForm(Form):
    last_day = DayField(_("Last day of the term"), [InputRequired(_("Write the date."))])
    reason = StringField(
        _("Reason"),
        [
            InputRequired(_("Write the reason.")),
            Length(max=300, message=_("Use at most 300 characters.")),
            WithALetter(),
        ],
        description=_("For example: resigned, moved away, recalled by those who elected them."),
    )
    document = StringField(
        _("Document"),
        [
            InputRequired(_("Name the document: its number and date.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("For example: minutes № 1 of the gathering, and their date."),
    )

    def ending(self) -> Ending:
        return Ending(self.last_day.data, self.reason.data or "", self.document.data or "")


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


POINTS = 12
# What the form refuses at its field is no word of these either: it is read as another until it is mended.
MATTERS = {matter.value: matter for matter in Matter}
SEATS = {one.value: one for one in Seat}
MAJORITIES = {majority.value: majority for majority in Majority}


def matters_of(kind: Kind) -> list[SelectChoice]:
    """What a point of such a meeting may be about."""
    return [SelectChoice(one.value, MATTER_LABELS[one]) for one in Matter if one in OF_KINDS[kind]]


def seats_of(kind: Kind) -> list[SelectChoice]:
    """Whom such a meeting elects."""
    return [SelectChoice(one.value, SEAT_LABELS[one]) for one in Seat if one in SEATS_OF.get(kind, ())]


class AgendaForm(Form):
    """A meeting outside a cycle, on one screen. Its points are `matter_1`, `text_1` and so on, added below."""

    meets_on = DayField(_("Day"), [InputRequired(_("Write the date."))])
    meets_time = HourField(_("Time"), [InputRequired(_("Write the time."))])
    place = StringField(
        _("Place"),
        [
            InputRequired(_("Write where the meeting is held.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("So that everybody finds it: building and street. For example: school № 1, Abai street 3."),
    )
    part = StringField(
        _("Whose gathering"),
        [Length(max=120, message=_("Use at most 120 characters."))],
        description=_("The settlement, street or block. For example: Abai street, houses 1 to 40."),
    )
    entitled = NumberField(
        _("How many residents may come and vote"),
        [Optional(), NumberRange(min=1, max=100_000, message=_("Write a number from 1 to 100\u00a0000."))],
        description=_(
            "By the register of addresses: of age, and registered there. The minutes say it, and the quorum of a "
            "gathering is counted of them."
        ),
    )
    extraordinary = BooleanField(_("Extraordinary: the raion's regulation allows a shorter notice"))
    extraordinary_reason = StringField(
        _("Why it cannot wait"),
        [Length(max=300, message=_("Use at most 300 characters."))],
        description=_("Everybody reads it in the notice and in the minutes."),
    )
    demanded_by = NumberField(
        _("How many signed a demand"),
        [Optional(), NumberRange(min=1, max=100_000, message=_("Write a number from 1 to 100\u00a0000."))],
        description=_("Only where a tenth of those who may come demanded the meeting."),
    )
    demand = StringField(
        _("The demand and the decision on it"),
        [Length(max=300, message=_("Use at most 300 characters."))],
        description=_("Dates and numbers. Of a meeting of residents also the decision of the raion's akim."),
    )
    language = language_field(("kk", "ru"), language, _("The points that you write yourself."))

    def offer(self, kind: Kind) -> None:
        """The matters and seats that a meeting of this kind has, and a shorter notice where it may have one."""
        if kind is not EXTRAORDINARY:
            del self.extraordinary, self.extraordinary_reason
        for n in range(1, POINTS + 1):
            self[f"matter_{n}"].choices = [SelectChoice("", _("No more points")), *matters_of(kind)]
            self[f"seat_{n}"].choices = [SelectChoice("", _("Nobody")), *seats_of(kind)]

    def first_moment(self) -> datetime | None:
        """The day with the latest hour where none was written; None without a day."""
        return _moment(self.meets_on.data, self.meets_time.data or time.max)

    def plan(self, kind: Kind) -> Plan:
        shorter = self.extraordinary is not None
        return Plan(
            kind=kind,
            meets_at=self.first_moment(),
            place=self.place.data or "",
            points=self.points(),
            part=self.part.data or "",
            extraordinary=shorter and self.extraordinary.data,
            extraordinary_reason=(self.extraordinary_reason.data or "") if shorter else "",
            entitled=self.entitled.data,
            demanded_by=self.demanded_by.data,
            demand=self.demand.data or "",
        )

    def written(self) -> list[int]:
        """The numbers of the points that are filled in, so that a fault finds its field."""
        typed = ("matter", "text", "speaker", "basis")
        return [n for n in range(1, POINTS + 1) if any((self[f"{name}_{n}"].data or "").strip() for name in typed)]

    def last_point(self) -> int:
        """Up to which point the form is shown: the last one in which something is written or wrong."""
        wrong = [int(name.rpartition("_")[2]) for name in self.errors if name and name.rpartition("_")[2].isdecimal()]
        return max((*self.written(), *wrong), default=0)

    def points(self) -> list[Point]:
        return [
            Point(
                matter=MATTERS.get(self[f"matter_{n}"].data or "", Matter.OTHER),
                text=self[f"text_{n}"].data or "",
                language=self.language.data or "",
                speaker=self[f"speaker_{n}"].data or "",
                majority=MAJORITIES.get(self[f"majority_{n}"].data or "", Majority.PRESENT),
                majority_basis=self[f"basis_{n}"].data or "",
                seat=SEATS.get(self[f"seat_{n}"].data or ""),
                places=self[f"places_{n}"].data,
            )
            for n in self.written()
        ]

    def places(self) -> dict[str, str]:
        """What the service calls the fields of the points, and the form otherwise."""
        return {
            "meets_at": "meets_on",
            **{
                f"{name}_of_{at}": f"{name}_{n}"
                for at, n in enumerate(self.written() or [1], 1)
                for name in ("matter", "text", "basis", "seat", "places")
            },
        }


def _moment(on: date | None, at: time) -> datetime | None:
    return datetime.combine(on, at, ALMATY) if on is not None else None


for _n in range(1, POINTS + 1):
    setattr(
        AgendaForm,
        f"matter_{_n}",
        SelectField(
            _("Point %(number)s", number=_n),
            [Optional()],
        ),
    )
    setattr(
        AgendaForm,
        f"text_{_n}",
        StringField(_("What about"), [Length(max=500, message=_("Use at most 500 characters."))]),
    )
    setattr(
        AgendaForm,
        f"speaker_{_n}",
        StringField(_("Speaker"), [Length(max=120, message=_("Use at most 120 characters."))]),
    )
    setattr(
        AgendaForm,
        f"majority_{_n}",
        SelectField(
            _("Majority"),
            [Optional()],
            choices=[SelectChoice(one.value, MAJORITY_LABELS[one]) for one in Majority],
            default=Majority.PRESENT.value,
        ),
    )
    setattr(
        AgendaForm,
        f"basis_{_n}",
        StringField(
            _("The regulation that asks for another majority"),
            [Length(max=200, message=_("Use at most 200 characters."))],
        ),
    )

    setattr(
        AgendaForm,
        f"seat_{_n}",
        SelectField(_("Who is elected, if it is an election"), [Optional()]),
    )
    setattr(
        AgendaForm,
        f"places_{_n}",
        NumberField(
            _("How many places"),
            [Optional(), NumberRange(min=1, max=100, message=_("Write a number from 1 to %(number)s.", number=100))],
        ),
    )


class MoveForm(Form):
    meets_on = DayField(_("New day"), [InputRequired(_("Write the date."))])
    meets_time = HourField(_("Time"), [InputRequired(_("Write the time."))])
    place = StringField(
        _("Place"),
        [
            InputRequired(_("Write where the meeting is held.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
    )
    reason = TextAreaField(
        _("Reason"),
        [
            InputRequired(_("Write why the meeting is moved: everybody reads it.")),
            Length(max=500, message=_("Use at most 500 characters.")),
        ],
        description=_("Everybody reads it. For example: the road is closed because of snow."),
    )

    def first_moment(self) -> datetime | None:
        """The day with the latest hour where none was written; None without a day."""
        return _moment(self.meets_on.data, self.meets_time.data or time.max)

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
