"""What is typed of a question from a line of the receipt, and of its answer."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from pb.proposals.service import contents
from pb.receipt.models import LONGEST_WORDS
from pb.web.forms import Form, language_field


class QuestionForm(Form):
    words = TextAreaField(
        _("Your question"),
        [InputRequired(_("Write the question.")), Length(max=LONGEST_WORDS)],
        description=_("What you see in the village, and what you want to know of this money."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)
    allowed = BooleanField(
        _("The question may be published with its answer"), description=_("Your name is never published with it.")
    )


class AnsweringForm(Form):
    words = TextAreaField(_("Answer"), [InputRequired(_("Write the answer.")), Length(max=LONGEST_WORDS)])
    language = language_field(contents.LANGUAGES, contents.of_page)
    published = BooleanField(_("Publish the question with this answer"))
