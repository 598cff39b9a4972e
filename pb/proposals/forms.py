"""The proposal's form. A draft may leave everything but the title empty; the service says what a submission lacks."""

from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.errors import FieldRefusal
from pb.proposals.models import CATEGORY_LABELS, LONGEST_ALT
from pb.proposals.service import contents
from pb.proposals.service.contents import Content
from pb.proposals.service.taking_away import LONGEST_WORDS, WHY_LABELS, Reason
from pb.web.forms import Form, TengeField, language_field


class ProposalForm(Form):
    answer = TextAreaField(
        _("Your answer"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Everybody can read it beside the question. Correct below what it changes in the proposal."),
    )
    language = language_field(
        contents.LANGUAGES, contents.of_page, _("The akim's office writes the title in the other one before the vote.")
    )
    title = StringField(
        _("Name of the project"),
        [
            InputRequired(_("Write what the project is called.")),
            Length(max=120, message=_("Use at most 120 characters.")),
        ],
        description=_("Short and plain, for example: lighting of Abai street."),
    )
    problem = TextAreaField(
        _("The problem"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_(
            "What is wrong today, and whom does it concern? For example: 40 houses of Abai street have no light, and "
            "children walk home from school in the dark."
        ),
    )
    solution = TextAreaField(
        _("What should be done"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("What will be there in the end. For example: 12 lamps on poles, from the school to the shop."),
    )
    settlement = SelectField(_("Settlement"), [InputRequired(_("Choose the settlement."))])
    place = StringField(
        _("Place"),
        [Length(max=200, message=_("Use at most 200 characters."))],
        description=_("A street, a house, a landmark."),
    )
    category = RadioField(
        _("Category"),
        choices=[SelectChoice(category.value, label) for category, label in CATEGORY_LABELS.items()],
        description=_("What the project is mostly about. If none fits: “Other”."),
        validate_choice=False,  # a draft may leave it open; the service checks it
    )
    cost = TengeField(
        _("Cost"),
        [Optional()],
        description=_(
            "Your own estimate, for example 1 500 000. If you do not know, ask in a shop or look at similar works: the "
            "akim's office checks it anyway."
        ),
    )

    def content(self) -> Content:
        return Content(
            title=self.title.data or "",
            problem=self.problem.data or "",
            solution=self.solution.data or "",
            settlement=self.settlement.data or "",
            place=self.place.data or "",
            category=self.category.data or "",
            cost=self.cost.data,
            language=self.language.data or contents.of_page(),
        )


ALT = _("For those who do not see the photo. For example: a broken pavement before the school, full of water.")


def _alt(label: LazyString) -> StringField:
    return StringField(label, [Length(max=LONGEST_ALT, message=_("Use at most 200 characters."))], description=ALT)


class TakeAwayForm(Form):
    """The office's reason; an author gives none."""

    why = RadioField(
        _("Why"),
        [InputRequired(_("Choose a reason."))],
        choices=[SelectChoice(why.value, label) for why, label in WHY_LABELS.items()],
    )
    words = TextAreaField(
        _("In your own words"),
        [Optional(), Length(max=LONGEST_WORDS, message=_("Use at most 300 characters."))],
        description=_("Everybody can read it, for ever: name nobody, and repeat nothing of what is taken away."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)

    def reason(self) -> Reason:
        return Reason(self.why.data or "", self.words.data or "", self.language.data or contents.of_page())


class AttachmentsForm(Form):
    """`shown` are the pictures that its page showed, in their order; each has a field for what it shows in words."""

    shown = HiddenField()
    alt_1 = _alt(_("What does photo 1 show?"))
    alt_2 = _alt(_("What does photo 2 show?"))
    alt_3 = _alt(_("What does photo 3 show?"))
    alt_4 = _alt(_("What does photo 4 show?"))
    alt_5 = _alt(_("What does photo 5 show?"))
    pictures = MultipleFileField(
        _("Photos"),
        description=_("Five at most, JPEG or PNG, as the phone takes them. The first one stands beside the title."),
    )
    papers = MultipleFileField(
        _("Papers"),
        description=_("PDF, at most 5 MB each: a price list, a drawing, a letter. Everybody can read them."),
    )

    def refuse_files(self, faults: Iterable[FieldRefusal]) -> None:
        """Tells at the fields what is wrong with files; the others are taken."""
        for fault in faults:
            self.refuse(fault)
