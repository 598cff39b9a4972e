"""What the akim's office types of meetings with residents and of a quarter."""

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from pb.reports.models import AkimLevel, AppealsTable, Kind, QuarterFigures
from pb.reports.service import words
from pb.reports.service.checking import MOST
from pb.reports.service.figures import Appeals, Figures
from pb.reports.service.meetings import Account, Totals
from pb.web.counts import CountsField
from pb.web.forms import DayField, Form, NumberField


def _number(label: Any, description: Any = "") -> NumberField:
    return NumberField(label, [Optional(), NumberRange(0, MOST)], description=description)


def _choices(labels: words.Words) -> list[SelectChoice]:
    return [SelectChoice(str(key), label) for key, label in labels.items()]


def _total() -> NumberField:
    return _number(_("Total, as the paper says it"))


def _reason() -> StringField:
    return StringField(
        _("Why it is corrected"), description=_("The earlier version stays on the page, and this reason beside it.")
    )


class MeetingForm(Form):
    """A meeting, entered or corrected: the last two are asked for of a correction alone."""

    meeting = SelectField(_("Held on this platform"), [Optional()], default="")
    held_on = DayField(_("Day"), [InputRequired(_("Write the day on which it was held."))])
    place = StringField(_("Place"), [InputRequired(_("Write where it was held."))])
    kind = RadioField(
        _("Kind of meeting"),
        [InputRequired(_("Choose one of the list."))],
        choices=_choices(words.KINDS),
        default=Kind.REPORT,
    )
    level = SelectField(_("Whose meeting it was"), choices=_choices(words.LEVELS), default=AkimLevel.OKRUG)
    present = _number(
        _("Residents present in the room"), _("Who looked on at a broadcast is not among them: that is a view.")
    )
    spoke = _number(_("Residents who spoke"))
    broadcasts = CountsField(_("Broadcasts"), words.CHANNELS)
    broadcasts_total = _total()
    views = CountsField(_("Views"), words.CHANNELS)
    views_total = _total()
    questions = CountsField(_("Questions"), words.TOPICS)
    questions_total = _total()
    repeats = CountsField(_("Of them repeated"), words.TOPICS)
    repeats_total = _total()
    remarks = CountsField(_("Critical remarks"), words.ADDRESSEES)
    remarks_total = _total()
    guests = CountsField(_("Attended by"), words.GUESTS)
    media = _number(_("Coverage in the media"), _("How many reports there were, with social networks."))
    mistaken = BooleanField(_("It was entered by mistake: it counts in no form"))
    reason = _reason()

    def show(self, account: Account) -> None:
        """Fills in what stands so far."""
        for name in _names(Account):
            if name in self:
                self[name].data = getattr(account, name)
        self.mistaken.data = not account.counts

    def account(self) -> Account:
        """What was typed. Of numbers that cannot be read nothing is told, so that no sum is named that is none."""
        unread = {field.name for field in self if field.errors}
        for pair in (
            {"broadcasts", "views"},
            {"questions", "repeats"},
            {"present", "spoke"},
        ):  # one is compared with the other
            unread |= pair if pair & unread else set()
        return Account(
            held_on=self.held_on.data,
            place=self.place.data or "",
            kind=self.kind.data if self.kind.data in words.KINDS else Kind.REPORT,
            level=self.level.data if self.level.data in words.LEVELS else AkimLevel.OKRUG,
            present=self.present.data or 0,
            broadcasts=self.broadcasts.data,
            views={} if "views" in unread else self.views.data,
            spoke=0 if "spoke" in unread else self.spoke.data or 0,
            remarks=self.remarks.data,
            questions=self.questions.data,
            repeats={} if "repeats" in unread else self.repeats.data,
            media=self.media.data or 0,
            guests=self.guests.data,
            counts=not self.mistaken.data,
            reason=self.reason.data or "",
            totals=Totals(**{name: self[f"{name}_total"].data for name in _names(Totals) if name not in unread}),
        )


class FiguresForm(Form):
    """The figures of one quarter."""

    planned = CountsField(_("Planned meetings"), words.LEVELS)
    planned_report = _number(_("Of them report meetings"))
    appeals = _number(_("Appeals through social networks, blog platform and e-mail"))
    receptions = _number(_("Receptions of citizens"))
    received = _number(_("Citizens received"))
    reason = _reason()

    def show(self, figures: QuarterFigures) -> None:
        """Fills in what stands so far."""
        for name in _names(Figures):
            self[name].data = getattr(figures, name)

    def figures(self) -> Figures:
        """What was typed."""
        return Figures(**_typed(self, Figures))


class AppealsForm(Form):
    """The table of appeals of one quarter."""

    received = _number(_("Received"))
    considered = _number(_("Considered"), _("Satisfied, refused, explained and terminated together."))
    forwarded = _number(_("Forwarded to other bodies"))
    satisfied = _number(_("Satisfied"))
    refused = _number(_("Refusals"))
    explained = _number(_("Explained"))
    terminated = _number(_("Terminated"))
    reexamined = _number(_("Re-examined"))
    topics = CountsField(_("Nature of questions"), words.OF_APPEALS)
    reason = _reason()

    def show(self, appeals: AppealsTable) -> None:
        """Fills in what stands so far."""
        for name in _names(Appeals):
            self[name].data = getattr(appeals, name)

    def appeals(self) -> Appeals:
        """What was typed."""
        return Appeals(**_typed(self, Appeals))


def _names(kind: type[Any]) -> list[str]:
    return [each.name for each in fields(kind)]


def _typed(form: Form, kind: type[Any]) -> dict[str, Any]:
    """What was typed into the fields of that name; what is empty has its default."""
    return {name: form[name].data for name in _names(kind) if form[name].data is not None}
