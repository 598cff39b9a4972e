"""What is typed at a hearing: an opinion, one that came otherwise, a paper of the draft, an answer."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from pb.hearings.models import CHANNEL_LABELS, LONGEST_NAME, LONGEST_TEXT, VERDICT_LABELS
from pb.hearings.service import CHANNELS, Entry, Words
from pb.proposals.service import contents
from pb.web.forms import Form, WithALetter, language_field

OPINION = _("Write what you think of the draft.")


class OpinionForm(Form):
    text = TextAreaField(
        _("Your opinion"),
        [InputRequired(OPINION), Length(max=LONGEST_TEXT)],
        description=_("What should be otherwise, and why. Up to 2000 letters."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def words(self) -> Words:
        """The opinion as it was typed."""
        return Words(self.text.data or "", self.language.data or contents.of_page())


class EntryForm(Form):
    name = StringField(_("Name"), [InputRequired(_("Write the name.")), Length(max=LONGEST_NAME), WithALetter()])
    channel = RadioField(
        _("How the opinion came"),
        [InputRequired(_("Choose how the opinion came."))],
        choices=[SelectChoice(channel.value, CHANNEL_LABELS[channel]) for channel in CHANNELS],
    )
    text = TextAreaField(_("What was said"), [InputRequired(OPINION), Length(max=LONGEST_TEXT)])
    language = language_field(contents.LANGUAGES, contents.of_page)

    def entry(self) -> Entry:
        """What was said, whose it is, and how it came."""
        words = Words(self.text.data or "", self.language.data or contents.of_page())
        return Entry(self.name.data or "", self.channel.data or "", words)


class AnswerForm(Form):
    verdict = RadioField(
        _("Answer"),
        [InputRequired(_("Choose the answer."))],
        choices=[SelectChoice(verdict.value, label) for verdict, label in VERDICT_LABELS.items()],
    )
    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Write the reason.")), Length(max=LONGEST_TEXT)],
        description=_("What changes in the draft, or why nothing does. Everybody reads it."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def words(self) -> Words:
        """The reason as it was typed."""
        return Words(self.reason.data or "", self.language.data or contents.of_page())
