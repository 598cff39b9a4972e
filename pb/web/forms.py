"""What every form shares: the CSRF token, plain error texts, texts in one form, and fields for money and IINs."""

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from pb import clock
from pb.core import text as texts
from pb.core.national_numbers import IIN, IINError, Reason, parse_iin, plain
from pb.core.poll import own_code
from pb.core.text import Sign, TextFault
from pb.errors import FieldRefusal
from pb.formats import LANGUAGES, number

T = TypeVar("T")

_SIGNS = {
    Sign.TURNED: _("This text holds a sign that turns the direction of writing. Type it anew instead of copying it."),
    Sign.CONTROL: _("This text holds a sign that cannot be seen or printed. Type it anew instead of copying it."),
}
_WRITE_IIN = _("Write the IIN: 12 digits.")
COUNT_IIN = _("An IIN has 12 digits: count those that you wrote.")
_CHECK_IIN = _("Check the IIN: one of its 12 digits is not right.")
# What was written and cannot be read; what was left empty is each field's own to say.
_NO_DAY = _("This is not a day of the calendar. Write it like this: 31.05.2027")
_NO_HOUR = _("This is not an hour. Write it like this: 18:00")
OWN_CODE = _(
    "This is the secret code of a card: whoever knows it votes with it. Write it on the page of voting alone, and show "
    "it to nobody. It is not kept here."
)
OF_A_SECRET = frozenset({"code", "secret"})  # of invitations, requests, devices: in groups too, and echoed nowhere
_NO_NUMBER = _("This is not a whole number. Write it in digits.")
# What WTForms says by itself, in English alone: each sentence that may come has its text of ours.
_OWN_WORDS = {
    "Not a valid choice.": _("Choose one of the list."),
    "Invalid Choice: could not coerce.": _("Choose one of the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _("Choose from the list alone."),
    "'%(value)s' is not a valid choice for this field.": _("Choose from the list alone."),
    "'%(value)s' are not valid choices for this field.": _("Choose from the list alone."),
    "This field is required.": _("Fill this in."),
    "Invalid input.": _("This cannot be read. Write it anew."),
    "Not a valid integer value.": _NO_NUMBER,
    "Not a valid decimal value.": _NO_NUMBER,
    "Not a valid date value.": _NO_DAY,
    "Not a valid time value.": _NO_HOUR,
    "Field cannot be longer than %(max)d character.": _("Use at most %(max)d characters."),
    "Field cannot be longer than %(max)d characters.": _("Use at most %(max)d characters."),
    "Number must be between %(min)s and %(max)s.": _("Write a number from %(min)s to %(max)s."),
    "Number must be at least %(min)s.": _("Write a number that is at least: %(min)s"),
    "Number must be at most %(max)s.": _("Write a number that is at most: %(max)s"),
}
LARGEST_SUM = 10**12  # tenge; more is a slip of the hand, and stays far below what BIGINT holds in tiyn


class _Words:
    """WTForms asks here for the translation of its own sentences; it puts the values in afterwards."""

    def gettext(self, text: str) -> str:
        return str(_OWN_WORDS.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Form(FlaskForm):
    """A form of this platform. `form.validate()` checks the token too.

    Each text that is typed into it is tidy before any validator or service sees it: composed, white space folded,
    invisible signs removed. Signs that turn the direction of writing and control characters are refused at the field.
    So is the secret code of a card, which is shown nowhere again. `alone` are the fields that take nothing but a
    fingerprint or a tracker: there a code with a slip is known too.
    """

    alone: ClassVar[frozenset[str]] = frozenset()

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:  # noqa: ARG002 - WTForms calls it so
            return _Words()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            read = _reader(unbound_field.field_class)
            if read is not None:
                options = {**options, "filters": (read, *unbound_field.kwargs.get("filters", ()))}
            return super().bind_field(form, unbound_field, options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field is right. What is empty once it is tidy was not written: spaces are no name."""
        for field in self:
            if isinstance(field, StringField) and field.data == "" and field.raw_data:
                field.raw_data = [""]
        found = [field for field in self if self._is_own_code(field)]
        for field in found:  # before anything reads it, and so that no page shows it again
            kept = own_code.without_codes(field.data).strip() if field.name not in self.alone else ""
            field.data, field.raw_data = kept, [kept]
        valid = bool(super().validate(extra_validators))
        for field in self:  # what follows the first fault of a field looks at a text that is none, and is untrue
            if isinstance(field.errors, (list, tuple)):
                field.errors = field.errors[:1]
        for field in found:
            field.errors = [OWN_CODE]
        return valid and not found

    def _is_own_code(self, field: Field) -> bool:
        """Whether a voter's secret code was typed here; no form of this platform takes one: a page reads it itself."""
        if not isinstance(field, StringField) or not isinstance(field.data, str):
            return False
        # Nobody types what is hidden, and one token against forgery of 3,000 looks like a code.
        if isinstance(field, (PasswordField, HiddenField)):
            return False
        if field.name in OF_A_SECRET:
            return False
        return own_code.holds_code(field.data) or (field.name in self.alone and own_code.is_code(field.data))

    def submit(
        self,
        verb: Callable[[], T],
        places: Mapping[str, str] | None = None,
        faults: Callable[[], Iterable[FieldRefusal]] | None = None,
    ) -> T | None:
        """Runs a service's verb if the form is valid, and returns what it returns; None if a field is at fault.

        `errors` then says which. `places` renames the service's fields that the form calls otherwise. `faults` are what
        the service would find besides: where the form is not valid they are told with the form's own, all at once.
        """
        if not self.validate():
            own = {field.name for field in self if field.errors}
            for fault in faults() if faults is not None else ():
                if (places or {}).get(fault.field, fault.field) not in own:
                    self._show(fault, places)
            return None
        try:
            return verb()
        except FieldRefusal as refusal:
            self.refuse(refusal, places)
            return None

    def refuse(self, refusal: FieldRefusal, places: Mapping[str, str] | None = None) -> None:
        """Shows a service's refusal, and the others that came with it, each at the form's field."""
        for fault in (refusal, *refusal.others):
            self._show(fault, places)

    def _show(self, refusal: FieldRefusal, places: Mapping[str, str] | None) -> None:
        field = self[(places or {}).get(refusal.field, refusal.field)]
        field.errors = [*field.errors, *map(str, refusal.messages)]


def _reader(field: type[Any]) -> Callable[[Any], Any] | None:
    """How a kind of field makes one text of what was typed; None for fields that hold none."""
    if issubclass(field, PasswordField):
        return _in(texts.composed)
    if issubclass(field, TextAreaField):
        return _in(texts.tidy_lines)
    return _in(texts.tidy) if issubclass(field, StringField) else None


def _in(read: Callable[[str], str]) -> Callable[[Any], Any]:
    def filtered(typed: Any) -> Any:
        if not isinstance(typed, str):
            return typed  # a sum, or nothing
        try:
            return read(typed)
        except TextFault as fault:
            raise ValidationError(_SIGNS[fault.sign]) from None

    return filtered


def _refuse_other_digits(typed: list[str], told: Any) -> None:
    """Raises ValueError: Python reads the digits of every script, people here write 0 to 9."""
    if any(sign.isdigit() and not sign.isascii() for sign in "".join(typed)):
        raise ValueError(told)


class DayField(DateField):
    """A day, as a browser sends it or as people write it."""

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        formats = ["%Y-%m-%d", "%d.%m.%Y"]
        super().__init__(label, validators, format=formats, invalid_value_message=_NO_DAY, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        _refuse_other_digits(valuelist, _NO_DAY)
        super().process_formdata(valuelist)


class DaysField(TextAreaField):
    """Many days, each as a browser sends one or as people write it; `.days` are those that were typed."""

    days: Sequence[date] = ()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        _refuse_other_digits(valuelist, _NO_DAY)
        self.days = [_day(typed) for typed in re.split(r"[\s,;]+", self.data or "") if typed]


def _day(typed: str) -> date:
    for written in ("%Y-%m-%d", "%d.%m.%Y"):
        with contextlib.suppress(ValueError):
            return datetime.strptime(typed, written).date()  # noqa: DTZ007 - a day has no zone
    told = _(
        "This is not a day of the calendar: %(typed)s. Write one on a line, like this: 31.05.2027", typed=typed[:20]
    )
    raise ValueError(told)


class HourField(TimeField):
    """An hour of the day with its minutes."""

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, invalid_value_message=_NO_HOUR, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        _refuse_other_digits(valuelist, _NO_HOUR)
        super().process_formdata(valuelist)


def language_field(codes: Sequence[str], default: Callable[[], str], description: LazyString | str = "") -> RadioField:
    """In which of these languages somebody writes; the `default` until they say another."""
    return RadioField(
        _("Language in which you write"),
        [Optional()],
        choices=[SelectChoice(code, LANGUAGES[code][1]) for code in codes],
        default=default,
        description=description,
    )


def year_of(typed: str | None) -> int:
    """The year that was chosen of a list; 0, which no service takes, for what was never in it."""
    return int(typed) if typed and re.fullmatch(r"[0-9]{4}", typed) else 0


def lines_to_show(form: FlaskForm, written: Collection[int], columns: Collection[str], most: int) -> range:
    """The numbers of the lines `column_1`, `column_2` … on the page: two more than are written, or have a fault."""
    wrong = (n for n in range(1, most + 1) if any(form[f"{column}_{n}"].errors for column in columns))
    return range(1, min(max((*written, *wrong), default=0) + 2, most) + 1)


LONGEST_NUMBER = 18  # digits: no database and no comparison takes every number that can be written


class NumberField(IntegerField):
    """A whole number."""

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, invalid_value_message=_NO_NUMBER, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > LONGEST_NUMBER:
            raise ValueError(_NO_NUMBER)
        _refuse_other_digits(valuelist, _NO_NUMBER)
        super().process_formdata(valuelist)


class WithALetter:
    """A name of a person or a place: whatever else stands in it, without a letter it is none."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data and not texts.has_letter(field.data):
            raise ValidationError(_("A name has letters: write it as it stands in the document."))


class NotAfterToday:
    """A day that has come: of a meeting that was held, of a decision that was taken."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data is not None and field.data > clock.local(clock.now()).date():
            raise ValidationError(_("This day has not come yet. The latest day: today."))


class TengeField(StringField):
    """A sum typed in tenge, spaces allowed; `.data` is whole tiyn, or None when empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Any = None
        self.typed = valuelist[0] if valuelist else ""
        digits = re.sub(r"[\s\u00a0\u202f₸]", "", texts.INVISIBLE.sub("", self.typed))
        if not digits:
            return
        if not re.fullmatch(r"[0-9]{1,13}", digits) or int(digits) > LARGEST_SUM:
            raise ValidationError(_("Write a sum in tenge with digits, for example 2 450 000."))
        self.data = int(digits) * 100

    def _value(self) -> str:
        if getattr(self, "typed", None) is not None:
            return self.typed
        return number(self.data // 100) if self.data is not None else ""


class SumsField(TextAreaField):
    """Lines of "name: sum in tenge"; `.data` maps each name to its tiyn, lines without a sum left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data: Any = {}
        try:
            tidy = texts.tidy_lines(self.typed)
        except TextFault as fault:
            raise ValidationError(_SIGNS[fault.sign]) from None
        for line in filter(None, tidy.splitlines()):
            name, colon, typed = (part.strip() for part in line.rpartition(":"))
            digits = re.sub(r"[\s\u00a0\u202f₸]", "", typed)
            if not colon or not name or name in self.data or not re.fullmatch(r"[0-9]{0,13}", digits):
                raise ValidationError(_("Write one on a line: the name, a colon, the sum in tenge."))
            if int(digits or 0):
                self.data[name] = int(digits) * 100

    def _value(self) -> str:
        if getattr(self, "typed", None) is not None:
            return self.typed
        return "\n".join(f"{name}: {number(tiyn // 100)}" for name, tiyn in (self.data or {}).items())


class IINField(StringField):
    """An IIN; `.iin` is its checked value after validation, `.known` too, and None where another number was typed."""

    iin: IIN

    @property
    def known(self) -> IIN | None:
        return getattr(self, "iin", None)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        self.iin = checked_iin(self.data or "")


def checked_iin(typed: str) -> IIN:
    """The IIN that was typed. Raises WTForms' ValidationError, which says what to look at."""
    try:
        return parse_iin(typed, clock.local(clock.now()).date())
    except IINError as error:
        if not typed.strip():
            raise ValidationError(_WRITE_IIN) from None
        raise ValidationError(COUNT_IIN if error.reason is Reason.FORM else _CHECK_IIN) from None


class PeopleSearch(Form):
    """A search among people. It is sent by POST: neither a name nor an IIN stands in an address."""

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
