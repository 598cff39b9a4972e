"""What is typed of a project: its steps, what is known of it, photos, what residents say and what they are answered."""

import re
from dataclasses import fields
from typing import Any, Final, Self

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from pb.core import text as texts
from pb.formats import number
from pb.proposals.service import contents
from pb.web.forms import DayField, Form, NotAfterToday, WithALetter, language_field
from pb.works.models import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_URL,
    LONGEST_WORDS,
    OPINION_LABELS,
    RATING_LABELS,
    STAGE_LABELS,
    STATE_LABELS,
    THOUSANDTHS,
    UNIT_LABELS,
)
from pb.works.service import NOTHING, Words
from pb.works.service.answers import Said
from pb.works.service.drafts import (
    ContractDraft,
    Draft,
    MilestoneDraft,
    PaymentDraft,
    QuantityDraft,
    ResponsibleDraft,
)

_DATE = InputRequired(_("Write the date."))
_NAME = Length(max=LONGEST_NAME, message=_("Use at most %(max)d characters."))
ONE_IS_ENOUGH = _("In Kazakh or in Russian or in both: each reads it in their own language where it is there.")
NO_SUM = _("Write a sum in tenge with digits, for example 2 450 000 or 2 450 000,50.")
NO_QUANTITY = _("Write a number, for example 120 or 12,5.")


class DecimalField(StringField):
    """A number with a comma or a point; `.data` is a whole number of its smallest parts, or None when empty.

    `places` digits may stand behind the comma: two of a sum in tenge, three of a quantity.
    """

    def __init__(self, label: Any, validators: Any = None, *, places: int, told: LazyString, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.places, self.told = places, told

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: Any = None
        self.typed = valuelist[0] if valuelist else ""
        digits = re.sub(r"[\s\u00a0\u202f₸]", "", texts.INVISIBLE.sub("", self.typed))
        if not digits:
            return
        found = re.fullmatch(rf"([0-9]{{1,13}})(?:[.,]([0-9]{{1,{self.places}}}))?", digits, re.ASCII)
        if found is None:
            raise ValidationError(self.told)
        self.data = int(found[1] + (found[2] or "").ljust(self.places, "0"))

    def _value(self) -> str:
        if getattr(self, "typed", None) is not None:
            return self.typed
        return written(self.data, self.places) if self.data is not None else ""


def written(value: int, places: int) -> str:
    """A whole number of parts as people write it: `12,5`."""
    whole, rest = divmod(value, 10**places)
    return f"{number(whole)},{rest:0{places}}".rstrip("0") if rest else number(whole)


PLACES: Final = len(str(THOUSANDTHS)) - 1


def _amount(label: LazyString) -> DecimalField:
    return DecimalField(label, [InputRequired(_("Write the sum."))], places=2, told=NO_SUM)


class ReasonForm(Form):
    words = TextAreaField(_("Reason"), [Optional(), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)

    def reason(self) -> Words:
        """The reason as it was typed; none where the form does not ask for one."""
        if "words" not in self:
            return NOTHING
        return Words(self.words.data or "", self.language.data or contents.of_page())


class StepForm(ReasonForm):
    state = SelectField(_("Where the project is"), choices=[SelectChoice(*each) for each in STATE_LABELS.items()])
    day = DayField(_("Since when"), [_DATE, NotAfterToday()])


class FactForm(ReasonForm):
    """What is known of a project; `withdrawn` where it was not so."""

    withdrawn = BooleanField(_("It was not so: take it back"))

    def begun(self) -> Self:
        """Of a fact that is new: nothing stands before it that would need a reason, or could be taken back."""
        del self.words, self.language, self.withdrawn
        return self

    def draft(self) -> Draft:
        """As it was typed."""
        raise NotImplementedError

    def show(self, row: Any) -> None:
        """Fills in what stands."""
        for each in fields(self.draft()):
            self[each.name].data = getattr(row, each.name)


class ContractForm(FactForm):
    supplier = StringField(_("Supplier"), [InputRequired(_("Write the name of the supplier.")), _NAME, WithALetter()])
    bin = StringField(
        _("BIN of the supplier"),
        [Optional()],
        description=_("Twelve digits. An entrepreneur has none: leave it empty, an IIN is never written here."),
    )
    reference = StringField(
        _("Number of the contract"),
        [InputRequired(_("Write the number of the contract.")), Length(max=LONGEST_NUMBER)],
    )
    signed_on = DayField(_("Signed on"), [_DATE, NotAfterToday()])
    amount = _amount(_("Sum of the contract, ₸"))
    notice = StringField(_("Number of the procurement notice"), [Optional(), Length(max=LONGEST_NUMBER)])
    notice_url = StringField(_("Address of the procurement notice"), [Optional(), Length(max=LONGEST_URL)])

    def draft(self) -> ContractDraft:
        return ContractDraft(
            self.supplier.data or "",
            self.bin.data or "",
            self.reference.data or "",
            self.signed_on.data,
            self.amount.data,
            self.notice.data or "",
            self.notice_url.data or "",
        )


class MilestoneForm(FactForm):
    name_kk = StringField(_("What is to be done, in Kazakh"), [_NAME], description=ONE_IS_ENOUGH)
    name_ru = StringField(_("What is to be done, in Russian"), [_NAME])
    until = DayField(_("To be done by"), [_DATE])
    done_on = DayField(_("Done on"), [Optional(), NotAfterToday()], description=_("Empty while it is not done."))

    def draft(self) -> MilestoneDraft:
        return MilestoneDraft(self.name_kk.data or "", self.name_ru.data or "", self.until.data, self.done_on.data)


class PaymentForm(FactForm):
    day = DayField(_("Paid on"), [_DATE, NotAfterToday()])
    amount = _amount(_("Sum, ₸"))
    document = StringField(
        _("Document"),
        [InputRequired(_("Write by which document it was paid.")), _NAME],
        description=_("Its name and number, as: act of works done № 1."),
    )

    def draft(self) -> PaymentDraft:
        return PaymentDraft(self.day.data, self.amount.data, self.document.data or "")


class QuantityForm(FactForm):
    name_kk = StringField(_("What is counted, in Kazakh"), [_NAME], description=ONE_IS_ENOUGH)
    name_ru = StringField(_("What is counted, in Russian"), [_NAME])
    unit = SelectField(_("Unit"), choices=[SelectChoice(*each) for each in UNIT_LABELS.items()])
    planned = DecimalField(
        _("Planned"), [InputRequired(_("Write how much is planned."))], places=PLACES, told=NO_QUANTITY
    )
    reached = DecimalField(_("Reached"), [Optional()], places=PLACES, told=NO_QUANTITY)

    def draft(self) -> QuantityDraft:
        return QuantityDraft(
            self.name_kk.data or "",
            self.name_ru.data or "",
            self.unit.data or "",
            self.planned.data,
            self.reached.data,
        )


class ResponsibleForm(FactForm):
    name = StringField(_("Name"), [InputRequired(_("Write the name.")), _NAME, WithALetter()])
    post = StringField(_("Post"), [InputRequired(_("Write the post.")), _NAME, WithALetter()])

    def draft(self) -> ResponsibleDraft:
        return ResponsibleDraft(self.name.data or "", self.post.data or "")


FORMS: Final[dict[str, type[FactForm]]] = {
    "contracts": ContractForm,
    "milestones": MilestoneForm,
    "payments": PaymentForm,
    "quantities": QuantityForm,
    "responsible": ResponsibleForm,
}


class PictureForm(Form):
    photo = FileField(
        _("Photo"), description=_("One, JPEG or PNG, as the phone takes it. Without people who were not asked.")
    )
    stage = RadioField(_("When it was taken"), choices=[SelectChoice(*each) for each in STAGE_LABELS.items()])
    alt = StringField(
        _("What it shows"),
        [InputRequired(_("Say in words what the photo shows, for who cannot see it.")), _NAME],
    )
    language = language_field(contents.LANGUAGES, contents.of_page)


class AnswerForm(Form):
    opinion = RadioField(
        _("Is it built as promised?"), [Optional()], choices=[SelectChoice(*each) for each in OPINION_LABELS.items()]
    )
    rating = RadioField(
        _("How good is what was built?"), [Optional()], choices=[SelectChoice(*each) for each in RATING_LABELS.items()]
    )
    words = TextAreaField(
        _("What is missing or wrong"),
        [Optional(), Length(max=LONGEST_WORDS)],
        description=_("The akim's office reads it and answers you; others do not see it."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def said(self) -> Said:
        """As it was typed."""
        words = Words(self.words.data or "", self.language.data or contents.of_page())
        return Said(self.opinion.data or "", self.rating.data or "", words)


class ReplyForm(Form):
    words = TextAreaField(_("Answer"), [InputRequired(_("Write the answer.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)

    def said(self) -> Words:
        """As it was typed."""
        return Words(self.words.data or "", self.language.data or contents.of_page())
