"""What people type about how they want to be told."""

from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from pb.formats import LANGUAGES
from pb.notices.models import TOPIC_LABELS, Choices, Topic
from pb.notices.service.choices import Wish
from pb.notices.service.contacts import LONGEST
from pb.web.forms import Form

HOURS = [SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)]
AT_ONCE = ""
TOPICS = [SelectChoice(topic.value, TOPIC_LABELS[topic]) for topic in Topic]
OF_THE_PAGE = [SelectChoice(topic.value, TOPIC_LABELS[topic]) for topic in Topic if topic is not Topic.OWN]


class Boxes(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ChoicesForm(Form):
    mail = Boxes(_("By mail"), choices=TOPICS)
    sms = Boxes(_("By SMS"), choices=TOPICS)
    page = Boxes(_("On this site"), choices=OF_THE_PAGE)
    digest_hour = SelectField(
        _("When"),
        choices=[SelectChoice(AT_ONCE, _("At once")), *HOURS],
        description=_("An hour means: once a day at this hour, all that happened since."),
    )
    quiet_from = SelectField(_("Quiet from"), [InputRequired()], choices=HOURS)
    quiet_until = SelectField(
        _("Quiet until"),
        [InputRequired()],
        choices=HOURS,
        description=_("Between these hours nothing is sent. The same hour twice means: there are no quiet hours."),
    )
    language = SelectField(
        _("In which language"),
        [InputRequired()],
        choices=[SelectChoice(code, name) for code, (_short, name) in LANGUAGES.items()],
    )

    # The three lists of boxes may be empty: that is a choice too.
    ways: ClassVar[tuple[str, ...]] = ("mail", "sms", "page")

    def show(self, chosen: Choices) -> None:
        """Fills the form with what holds."""
        self.language.data = chosen.language
        for way in self.ways:
            self[way].data = [value for value in str(getattr(chosen, way)).split(",") if value]
        self.digest_hour.data = AT_ONCE if chosen.digest_hour is None else str(chosen.digest_hour)
        self.quiet_from.data, self.quiet_until.data = str(chosen.quiet_from), str(chosen.quiet_until)

    def wish(self) -> Wish:
        """What was chosen."""
        return Wish(
            language=self.language.data,
            page=frozenset(self.page.data),
            mail=frozenset(self.mail.data),
            sms=frozenset(self.sms.data),
            digest_hour=int(self.digest_hour.data) if self.digest_hour.data else None,
            quiet_from=int(self.quiet_from.data),
            quiet_until=int(self.quiet_until.data),
        )


class AddressForm(Form):
    address = StringField(_("Address"), [InputRequired(_("Fill this in.")), Length(max=LONGEST)])


class CodeForm(Form):
    code = StringField(_("Code"), [InputRequired(_("Write the code that was sent to you.")), Length(max=20)])
