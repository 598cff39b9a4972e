"""Forms with which the akim's office records a setting, how many people live here, and an emblem."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from pb.territory.service import KINDS
from pb.web.forms import DayField, DaysField, Form, NumberField

OWN, INHERITED = "own", "inherited"


class SettingForm(Form):
    name = SelectField(
        _("Setting"),
        [InputRequired(_("Choose a setting."))],
        choices=[SelectChoice(name, kind.label) for name, kind in KINDS.items()],
    )
    decided = RadioField(
        _("What holds"),
        choices=[
            SelectChoice(OWN, _("A value of its own")),
            SelectChoice(INHERITED, _("As decided above: by the raion or city, else by the model regulation")),
        ],
        default=OWN,
    )
    value = NumberField(_("Value"), [Optional()])
    agreed = RadioField(
        _("Yes or no"),
        [Optional()],
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
        description=_("Only for a setting that is not a number."),
    )
    since = DayField(_("Holds from"), [InputRequired(_("Write the date."))])
    source = StringField(
        _("Decision it rests on"),
        [
            InputRequired(_("Name the decision it rests on.")),
            Length(max=300, message=_("Use at most 300 characters.")),
        ],
        description=_("Who decided, the number and the date."),
    )

    def validate_decided(self, _field: RadioField) -> None:
        """A value goes with a value of one's own, and with nothing else; an empty field is told at its own place."""
        if self.decided.data == INHERITED and self.value.raw_data and self.value.raw_data[0].strip():
            raise ValidationError(_("Leave the value empty: what is decided above holds."))

    def validate(self, extra_validators: Any = None) -> bool:
        kind = KINDS.get(self.name.data or "")
        right = super().validate(extra_validators)
        if kind is not None and kind.yes_or_no:
            return self._answered(right=bool(right))
        if self.decided.data != INHERITED and self.value.data is None and not self.value.errors:
            self.value.errors = [str(_("Write a number."))]
            return False
        if kind is not None and self.value.data is not None and not kind.least <= self.value.data <= kind.most:
            bounds = {"least": kind.least, "most": kind.most}
            self.value.errors = [*self.value.errors, str(_("Write a number from %(least)s to %(most)s.") % bounds)]
            return False
        return bool(right)

    def _answered(self, *, right: bool) -> bool:
        """A setting that is yes or no takes its answer; `value` is then 1 or 0, as it is kept."""
        if self.decided.data == INHERITED:
            return right
        if self.agreed.data not in {"yes", "no"}:
            self.agreed.errors = [str(_("Choose yes or no."))]
            return False
        self.value.data = int(self.agreed.data == "yes")
        return right


class PopulationForm(Form):
    """`place` is empty for the territory itself, else the identifier of one of its settlements."""

    place = SelectField(_("Where"))
    year = NumberField(
        _("Year"),
        [InputRequired(_("Write the year."))],
        description=_("The number is that of the year's beginning, 1 January."),
    )
    people = NumberField(_("Number of residents"), [InputRequired(_("Write a number."))])
    source = StringField(
        _("Source"),
        [
            InputRequired(_("Name the source of the number.")),
            Length(max=300, message=_("Use at most 300 characters.")),
        ],
        description=_("Who counted, and where it is published."),
    )


class SettlementForm(Form):
    """`place` is empty for a settlement that was not known, else the identifier of one."""

    place = SelectField(_("Settlement"))
    name_kk = StringField(_("Name in Kazakh"), [InputRequired(_("Write the name."))])
    name_ru = StringField(_("Name in Russian"), [InputRequired(_("Write the name."))])
    name_en = StringField(
        _("Name in English"),
        description=_("Left empty, it stays as it was; where there is none the Russian name is shown."),
    )


class OfficeForm(Form):
    """What `pb.territory.service.office` keeps of a territory; its bounds and faults are told there."""

    contact = StringField(
        _("Whom to ask"),
        description=_("Telephone with its code, mail, hours. It stands under every page."),
    )
    address = StringField(_("Address of the akim's apparatus, in Kazakh"))
    address_ru = StringField(_("Address of the akim's apparatus, in Russian"))
    address_en = StringField(_("Address of the akim's apparatus, in English"))
    paper_place = StringField(
        _("Where to vote on the akimat's device, in Kazakh"),
        description=_("Readers of another language see this one where theirs is empty."),
    )
    paper_place_ru = StringField(_("Where to vote on the akimat's device, in Russian"))
    paper_place_en = StringField(_("Where to vote on the akimat's device, in English"))
    bin = StringField(
        _("BIN of the akim's apparatus"),
        description=_("Twelve digits. The akim's answers are signed with a key of this number alone."),
    )


class WorkingDaysForm(Form):
    """What one act moves. Each field takes many days, as they stand in the act."""

    off = DaysField(
        _("Days of rest"),
        description=_("Working days that become days of rest. One on a line, for example: 09.03.2027"),
    )
    working = DaysField(_("Working days"), description=_("Days of rest that are worked instead. One on a line."))
    usual = DaysField(
        _("As usual again"),
        description=_("Only to take an earlier record back: days that are as the week and the holidays have them."),
    )
    source = StringField(
        _("Decision it rests on"),
        [
            InputRequired(_("Name the decision it rests on.")),
            Length(max=300, message=_("Use at most 300 characters.")),
        ],
        description=_("Who decided, the number and the date."),
    )


class EmblemForm(Form):
    file = FileField(
        _("Picture"),
        [FileRequired(_("Choose the file."))],
        description=_("PNG or JPEG, at most 512 kB. It is drawn anew within a square of 256 by 256 pixels."),
    )
