"""Forms of the roll: a file, one person, somebody who left, a resident's request and its answer."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, lazy_gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from pb.roll.models import REQUEST_LABELS, Departure
from pb.web.forms import DayField, Form, IINField, NumberField, PeopleSearch, WithALetter

DEPARTURES: dict[Departure, LazyString] = {
    Departure.MOVED: lazy_gettext("moved away"),
    Departure.DECEASED: lazy_gettext("died"),
    Departure.COURT: lazy_gettext("by a decision of a court"),
    Departure.MISTAKE: lazy_gettext("was put on the roll by mistake"),
}
# Why a registrar looks at a number. A list and no free text: it stands in the public log.
LOOKS: dict[str, LazyString] = {
    "identity": lazy_gettext("to compare it with an identity document"),
    "request": lazy_gettext("to answer a resident's request"),
    "register": lazy_gettext("to compare it with the population register"),
    "authority": lazy_gettext("a court or another authority asks in writing"),
}
WRITE_NAME = _("Write the surname and the first name.")
WRITE_IIN = _("Write the IIN: 12 digits.")
CHOOSE_DAY = _("Choose the day.")
NAME_LENGTH = Length(max=120, message=_("Use at most 120 characters."))


def _choices(labels: Mapping[Any, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in labels.items()]


LAST_REQUEST = 1_000_000  # no okrug writes so many: a longer number is a slip of the hand


class ImportForm(Form):
    file = FileField(
        _("Roll as a CSV or XLSX file"),
        [FileRequired(_("Choose the file."))],
        description=_(
            "Columns: iin, name, settlement. The first sheet of an XLSX workbook, or CSV whose cells are parted by "
            "semicolons, tabs or commas."
        ),
    )
    scope = SelectField(
        _("What the file holds"),
        default="part",
        choices=[
            SelectChoice("part", _("people to be added or put right; the others stay")),
            SelectChoice("whole", _("the whole roll; whoever is missing in it has left")),
        ],
    )


class TakeInForm(Form):
    """Repairs, and for a whole roll what becomes of those whom it lacks."""

    repaired = BooleanField(_("I compared these IINs with documents: take their lines in with the zeros put back"))
    day = DayField(_("Left on"), [Optional()])
    departure = SelectField(
        _("What becomes of those who are missing"),
        default="",
        choices=[SelectChoice("", _("they stay on the roll")), *_choices(DEPARTURES)],
    )


class FindForm(Form):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)])


class SearchForm(PeopleSearch):
    """A search in the roll."""


class LookForm(Form):
    reason = SelectField(
        _("Why you look at the IIN"),
        choices=_choices(LOOKS),
        description=_("Your name, the entry and this reason are kept in the audit log."),
    )


# Functions, not forms to inherit from: the fields stand in each form where they stand on its page.
def _reason() -> StringField:
    return StringField(
        _("Reason and document"),
        [
            InputRequired(_("Write the reason.")),
            Length(max=300, message=_("Use at most 300 characters.")),
        ],
        description=_("For example: identity card shown, address certificate of 3 March."),
    )


def _name() -> StringField:
    return StringField(_("Name"), [InputRequired(WRITE_NAME), NAME_LENGTH, WithALetter()])


def _settlement() -> SelectField:
    return SelectField(_("Settlement"), [InputRequired(_("Choose the settlement."))])


class ReasonForm(Form):
    reason = _reason()


class CorrectForm(Form):
    name = _name()
    settlement = _settlement()
    reason = _reason()


class AddForm(Form):
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("As in the identity document."))
    name = _name()
    settlement = _settlement()
    reason = _reason()


class GoneForm(Form):
    day = DayField(_("Left on"), [InputRequired(CHOOSE_DAY)])
    departure = SelectField(_("Reason of leaving"), choices=_choices(DEPARTURES))
    reason = _reason()


class RequestForm(Form):
    kind = SelectField(_("What is wrong"), choices=_choices(REQUEST_LABELS))
    iin = IINField(_("IIN"), [InputRequired(WRITE_IIN)], description=_("As in the identity document."))
    name = StringField(
        _("Name"),
        [InputRequired(WRITE_NAME), NAME_LENGTH, WithALetter()],
        description=_("As in the identity document."),
    )
    settlement = SelectField(_("Settlement where you are registered"), [InputRequired(_("Choose the settlement."))])
    contact = StringField(
        _("How we can reach you"),
        [
            InputRequired(_("Write how we can reach you: a telephone or an address.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
        description=_("Telephone or address. The registrar alone sees it."),
    )
    text = TextAreaField(
        _("What should be put right"),
        [Optional(), Length(max=1000, message=_("Use at most 1000 characters."))],
        description=_("How it is written now and how it should be. For example: the surname has a mistake in it."),
    )


class StatusForm(Form):
    number = NumberField(
        _("Number of the request"),
        [
            InputRequired(_("Write the number of the request.")),
            NumberRange(1, LAST_REQUEST, _("No request has this number.")),
        ],
    )
    secret = StringField(
        _("Code of the request"),
        [InputRequired(_("Write the code of the request.")), Length(max=40)],
        description=_("Small and capital letters are the same; dashes may be left out."),
    )


class AnswerForm(Form):
    outcome = SelectField(
        _("Outcome"),
        choices=[SelectChoice("granted", _("The roll is put right")), SelectChoice("refused", _("Refused"))],
    )
    answer = TextAreaField(
        _("Answer with its reason"),
        [InputRequired(_("Write the answer.")), Length(max=1000, message=_("Use at most 1000 characters."))],
        description=_("The resident reads it."),
    )
