"""What the office types of a piece of news."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from pb.news.models import LONGEST_ALT, LONGEST_TEXT, LONGEST_TITLE
from pb.news.service import Writing
from pb.web.forms import Form

ALT = _("For those who do not see it. It is asked for where there is a photo.")
BOTH = _("Write it in both languages: people read one or the other.")


class NewsForm(Form):
    title_kk = StringField(_("Title in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_TITLE)])
    text_kk = TextAreaField(_("Text in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_TEXT)])
    title_ru = StringField(_("Title in Russian"), [InputRequired(BOTH), Length(max=LONGEST_TITLE)])
    text_ru = TextAreaField(_("Text in Russian"), [InputRequired(BOTH), Length(max=LONGEST_TEXT)])
    photo = FileField(
        _("Photo"), description=_("One, JPEG or PNG, as the phone takes it. Without people who were not asked.")
    )
    alt_kk = StringField(_("What the photo shows, in Kazakh"), [Length(max=LONGEST_ALT)], description=ALT)
    alt_ru = StringField(_("What the photo shows, in Russian"), [Length(max=LONGEST_ALT)])
    pinned = BooleanField(_("Keep it above the other news"))

    def writing(self) -> Writing:
        """What was written."""
        return Writing(
            title_kk=self.title_kk.data or "",
            title_ru=self.title_ru.data or "",
            text_kk=self.text_kk.data or "",
            text_ru=self.text_ru.data or "",
            pinned=bool(self.pinned.data),
            alt_kk=self.alt_kk.data or "",
            alt_ru=self.alt_ru.data or "",
        )
