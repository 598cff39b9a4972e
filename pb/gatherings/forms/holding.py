"""Forms of a meeting that is being held: elections of officers, the agenda, votes of every kind, the door."""

from collections.abc import Sequence
from typing import Any
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
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.core import alphabet
from pb.formats import language
from pb.gatherings.forms import matters_of, seats_of
from pb.gatherings.models import (
    Ballot,
    Candidate,
    Gathering,
    Kind,
    Matter,
    Member,
    Outcome,
    Question,
    Seat,
)
from pb.gatherings.service import meetings
from pb.gatherings.service.arrivals import MOST_OF_ABSENCE
from pb.gatherings.service.convening import MOST_PLACES
from pb.gatherings.service.counting import ABSTAINED, AGAINST, FOR, Votes
from pb.gatherings.service.holding import MOST_OF_A_REASON
from pb.gatherings.service.plan import Point
from pb.gatherings.service.rules import Count
from pb.web.forms import Form, NumberField, WithALetter, language_field

COUNTED = ("in_favour", "against", "abstained")
SECOND = tuple(f"second_{name}" for name in COUNTED)
COUNT = NumberRange(min=0, max=100_000, message=_("Write a number from 0 to 100\u00a0000."))
SHORT = Length(max=120, message=_("Use at most 120 characters."))
AWAY = "away"
NAMED = [
    SelectChoice(FOR, _("For")),
    SelectChoice(AGAINST, _("Against")),
    SelectChoice(ABSTAINED, _("Abstained")),
    SelectChoice(AWAY, _("Is not here, or has an interest")),
]


class CountForm(Form):
    """A show of hands of all who are here."""

    in_favour = NumberField(_("For"), [InputRequired(_("Write a number from 0.")), COUNT])
    against = NumberField(_("Against"), [InputRequired(_("Write a number from 0.")), COUNT])
    abstained = NumberField(_("Abstained"), [InputRequired(_("Write a number from 0.")), COUNT])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """The hands are counted at the end of each page: so are faults told."""
        super().__init__(*arguments, **options)
        for name in COUNTED:
            self._fields[name] = self._fields.pop(name)

    def count(self) -> Count:
        return Count(self.in_favour.data, self.against.data, self.abstained.data)

    def count_unanimous(self, present: int) -> None:
        """All who are here are in favour."""
        for name, votes in zip(COUNTED, (present, 0, 0), strict=True):
            self[name].data, self[name].raw_data, self[name].process_errors = votes, [str(votes)], []


class AdoptionForm(CountForm):
    reason = TextAreaField(
        _("Why it is voted on once more"), [Length(max=500, message=_("Use at most 500 characters."))]
    )

    def why(self) -> str:
        """Why it is voted on once more; empty where it is the first vote, and nobody is asked."""
        return (self.reason.data or "") if self.reason is not None else ""


class OfficerForm(CountForm):
    name = SelectField(_("Who is elected"), [InputRequired(_("Choose somebody who is present."))])


class PointForm(CountForm):
    """A point that those present put on the agenda."""

    matter = SelectField(
        _("What the point is about"),
        [InputRequired(_("Choose what the point is about."))],
        default=Matter.OTHER.value,
    )
    text = StringField(_("What about"), [Length(max=500, message=_("Use at most 500 characters."))])
    language = language_field(("kk", "ru"), language)
    speaker = StringField(_("Speaker"), [SHORT])
    seat = SelectField(_("Who is elected, if it is an election"), [Optional()])
    places = NumberField(_("How many places"), [Optional(), NumberRange(min=1, max=MOST_PLACES)])

    def offer(self, kind: Kind) -> None:
        """The matters and seats that a meeting of this kind has."""
        self.matter.choices = matters_of(kind)
        self.seat.choices = [SelectChoice("", _("Nobody")), *seats_of(kind)]

    def point(self) -> Point:
        return Point(
            next((one for one in Matter if one == self.matter.data), Matter.OTHER),
            self.text.data or "",
            self.language.data,
            self.speaker.data or "",
            seat=next((one for one in Seat if one == self.seat.data), None),
            places=self.places.data,
        )


class AmendmentForm(Form):
    text = StringField(
        _("The text as it is to be"),
        [
            InputRequired(_("Write what is decided or discussed.")),
            Length(max=500, message=_("Use at most 500 characters.")),
        ],
    )
    speaker = StringField(_("Who moves it"), [SHORT])
    language = language_field(("kk", "ru"), language)


class CandidateForm(Form):
    name = StringField(_("Name"), [InputRequired(_("Write the name of the candidate.")), SHORT, WithALetter()])
    settlement = SelectField(_("Settlement"), [InputRequired(_("Choose the settlement."))])


class AbsenceForm(Form):
    absence = StringField(
        _("Why the member did not come"),
        [Length(max=MOST_OF_ABSENCE, message=_("Use at most 200 characters."))],
        description=_("The minutes say it. For example: is ill, is on the road."),
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
    counted = NumberField(
        _("How many are present at this question"),
        [
            InputRequired(_("Write a number from 0.")),
            NumberRange(min=0, max=100_000, message=_("Write a number from 0 to 100\u00a0000.")),
        ],
        description=_("Counted in the room: who is registered and has not left."),
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

    second_in_favour = NumberField(_("Second count: for"), [InputRequired(_("Write a number from 0.")), COUNT])
    second_against = NumberField(_("Second count: against"), [InputRequired(_("Write a number from 0.")), COUNT])
    second_abstained = NumberField(_("Second count: abstained"), [InputRequired(_("Write a number from 0.")), COUNT])
    reason = TextAreaField(
        _("Why it is recorded otherwise"),
        [Length(max=MOST_OF_A_REASON, message=_("Use at most 500 characters."))],
        description=_("It stays with the minutes. For example: one hand was counted twice."),
    )
    repeated = BooleanField(_("It was voted on once more"))

    def votes(self) -> Votes:
        return Votes(
            in_favour=self._number("in_favour"),
            against=self._number("against"),
            abstained=self._number("abstained"),
            chair=Outcome(self.chair.data) if self.chair and self.chair.data else None,
            conflicted=_marked(self.conflicted),
            present=self.those_present(),
            counted=self.counted_there(),
            ballot=self.ballot,
            by_name=self.by_name(),
            second=Count(*(self._number(name) for name in SECOND)) if self.second_in_favour is not None else None,
            candidates=self.of_candidates(),
            second_candidates=self.counted_again(),
            reason=(self.reason.data or "") if self.reason is not None else "",
            repeated=bool(self.repeated is not None and self.repeated.data),
        )

    ballot = Ballot.OPEN
    here: frozenset[UUID] = frozenset()
    members: Sequence[Member] = ()
    candidates: Sequence[Candidate] = ()

    def by_name(self) -> dict[UUID, str] | None:
        """How each member voted, where it was by name."""
        if self.ballot != Ballot.BY_NAME:
            return None
        said = {row.id: self[f"vote_{row.number}"].data for row in self.members}
        return {member: vote for member, vote in said.items() if vote in {FOR, AGAINST, ABSTAINED}}

    def of_candidates(self) -> dict[int, int] | None:
        """How many voted for each candidate; what is not typed is missing."""
        if not self.candidates:
            return None
        given = {row.number: self[f"votes_{row.number}"].data for row in self.candidates}
        return {number: votes for number, votes in given.items() if votes is not None}

    def counted_again(self) -> dict[int, int] | None:
        """What somebody else counted for each candidate in a secret vote."""
        if not self.candidates or self.ballot != Ballot.ON_PAPER:
            return None
        return {row.number: self[f"again_{row.number}"].data or 0 for row in self.candidates}

    def places_of_faults(self) -> dict[str, str]:
        """At which fields faults are shown that a service tells of fields that this form calls otherwise."""
        first = {"by_name": f"vote_{self.members[0].number}"} if self.ballot == Ballot.BY_NAME else {}
        if self.candidates:
            first |= {"candidates": f"votes_{self.candidates[0].number}"}
        if self.ballot == Ballot.BY_NAME:
            first |= {"present": f"vote_{self.members[0].number}", "in_favour": f"vote_{self.members[0].number}"}
        return first

    def counted_there(self) -> int | None:
        """How many residents were counted in the room; None where members are marked by name."""
        counted: int | None = self.counted.data if self.counted is not None else None
        return counted

    def may_vote(self) -> int:
        """How many may vote, as the form has it."""
        return len(self.voters()) if self.counted is None else self.counted.data or 0

    def those_present(self) -> frozenset[UUID]:
        if self.ballot == Ballot.BY_NAME:
            # Who is marked as here and was passed over is here: their vote is missing, and that is told.
            away = {row.id for row in self.members if self[f"vote_{row.number}"].data == AWAY}
            return frozenset(self.by_name() or ()) | (self.here - away) | _marked(self.conflicted)
        return _marked(self.present)

    def voters(self) -> frozenset[str]:
        """Who may vote, as it was sent: it may name nobody of this meeting, which is told at its field."""
        return frozenset(self.present.data or ()) - frozenset(self.conflicted.data or ())

    def is_counted_otherwise(self, question: Question) -> bool:
        """Whether numbers were typed that are neither those of all in favour nor those recorded before."""
        typed = [field.data for field in (self.in_favour, self.against, self.abstained)]
        recorded = [question.in_favour, question.against, question.abstained]
        return any(self[name].raw_data not in ([], [""], None) for name in COUNTED) and typed not in (
            [self.may_vote(), 0, 0],
            recorded,
        )

    def count_unanimous(self) -> None:
        """All who may vote are in favour."""
        for name, votes in zip(COUNTED, (self.may_vote(), 0, 0), strict=True):
            self[name].data, self[name].raw_data, self[name].process_errors = votes, [str(votes)], []

    def _number(self, name: str) -> int:
        return self[name].data or 0 if name in self else 0


def votes_form(gathering: Gathering, question: Question, ballot: Ballot) -> type[VotesForm]:
    """The form of one vote: by name a choice for each member, of an election a number for each candidate."""
    fields: dict[str, object] = {"ballot": ballot}
    if ballot is Ballot.BY_NAME:
        members = sorted((row.member for row in gathering.attendances), key=lambda member: alphabet.key(member.name))
        fields["here"] = meetings.present_at(gathering, question)
        fields["members"] = members
        fields |= {
            f"vote_{row.number}": RadioField(row.name, [Optional()], choices=NAMED, default="") for row in members
        }
    if question.places:
        fields["candidates"] = list(question.candidates)
        fields |= {
            f"votes_{row.number}": NumberField(row.name, [InputRequired(_("Write a number from 0.")), COUNT])
            for row in question.candidates
        }
    if question.places and ballot is Ballot.ON_PAPER:
        fields |= {
            f"again_{row.number}": NumberField(row.name, [InputRequired(_("Write a number from 0.")), COUNT])
            for row in question.candidates
        }
    return type("VotesForm", (VotesForm,), fields)


def _marked(members: SelectMultipleField | None) -> frozenset[UUID]:
    """Who was marked; `Optional` lets blanks through."""
    chosen = members.data if members is not None else None
    return frozenset(UUID(member) for member in chosen or [] if member.strip())


class DiscussionForm(Form):
    speeches = TextAreaField(
        _("Who said what, in short"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("The law asks for it in the minutes. For example: A. Ospanov: the bridge first."),
    )


class RegistrationForm(Form):
    name = StringField(
        _("Name"),
        [
            InputRequired(_("Write the name: the minutes list those present.")),
            Length(max=120, message=_("Use at most 120 characters.")),
            WithALetter(),
        ],
        render_kw={"autocomplete": "off"},
    )
    settlement = SelectField(_("Settlement"), [InputRequired(_("Choose the settlement."))])
