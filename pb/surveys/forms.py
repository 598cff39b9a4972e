"""What is typed of a survey: its plan, a question, an answer to all of them, and what becomes of texts."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pb.core.survey import HARD
from pb.formats import language as of_reader
from pb.proposals.service import contents
from pb.surveys.models import (
    AUDIENCE_LABELS,
    KIND_LABELS,
    LONGEST_ABOUT,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_OPTIONS,
    VERDICT_LABELS,
    Kind,
    Question,
    Survey,
)
from pb.surveys.service import BOTH, Asked, Plan
from pb.surveys.service.answering import Answers
from pb.surveys.service.texts import AT_ONCE, Said
from pb.web.forms import DayField, Form, NumberField, language_field, lines_to_show
from pb.web.wording import called, said

ADDED_UP = _("Leave it empty where the number is not known.")


class SurveyForm(Form):
    title_kk = StringField(_("Title in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_TITLE)])
    title_ru = StringField(_("Title in Russian"), [InputRequired(BOTH), Length(max=LONGEST_TITLE)])
    about_kk = TextAreaField(
        _("What it is about, in Kazakh"),
        [Length(max=LONGEST_ABOUT)],
        description=_("What the answers are for, and what becomes of them."),
    )
    about_ru = TextAreaField(_("What it is about, in Russian"), [Length(max=LONGEST_ABOUT)])
    draft = SelectField(_("The draft that it is on"), [Optional()], default="")
    audience = RadioField(
        _("Who answers"),
        [InputRequired(_("Choose who answers."))],
        choices=[SelectChoice(*each) for each in AUDIENCE_LABELS.items()],
        description=_("What is open to all may be answered by anybody and more than once: every page says so."),
    )
    opens_on = DayField(_("First day"), [InputRequired(_("Write the date."))])
    closes_on = DayField(_("Last day"), [InputRequired(_("Write the date."))])
    asked = NumberField(_("How many people it is put to"), [Optional()], description=ADDED_UP)

    def plan(self) -> Plan:
        """As it was typed."""
        return Plan(
            title_kk=self.title_kk.data or "",
            title_ru=self.title_ru.data or "",
            about_kk=self.about_kk.data or "",
            about_ru=self.about_ru.data or "",
            audience=self.audience.data or "",
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            asked=self.asked.data,
            draft=self.draft.data or "",
        )

    def show(self, survey: Survey, draft: str) -> None:
        """The survey as it stands, `draft` as the list calls it."""
        for name in ("title_kk", "title_ru", "about_kk", "about_ru", "audience", "opens_on", "closes_on", "asked"):
            self[name].data = getattr(survey, name)
        self.draft.data = draft


class CallOffForm(Form):
    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Write why the survey is called off: everybody reads it.")), Length(max=LONGEST_REASON)],
        description=_("Everybody reads it. For example: a question was asked of another village."),
    )
    language = language_field(contents.LANGUAGES, contents.of_page)


class QuestionForm(Form):
    """The answers to choose from are `option_kk_1`, `option_ru_1` and so on, added below."""

    kind = RadioField(
        _("How it is answered"),
        [InputRequired(_("Choose how the question is answered."))],
        choices=[SelectChoice(*each) for each in KIND_LABELS.items()],
        description=_("«Hard to answer» is offered with each question but a text, and counted apart."),
    )
    text_kk = TextAreaField(_("Question in Kazakh"), [InputRequired(BOTH), Length(max=LONGEST_QUESTION)])
    text_ru = TextAreaField(_("Question in Russian"), [InputRequired(BOTH), Length(max=LONGEST_QUESTION)])

    def asked(self) -> Asked:
        """As it was typed."""
        pairs = [
            (self[f"option_kk_{n}"].data or "", self[f"option_ru_{n}"].data or "") for n in range(1, MOST_OPTIONS + 1)
        ]
        return Asked(self.kind.data or "", self.text_kk.data or "", self.text_ru.data or "", pairs)

    def show(self, question: Question) -> None:
        self.kind.data = question.kind
        self.text_kk.data, self.text_ru.data = question.text_kk, question.text_ru
        for n, (kk, ru) in enumerate(question.options, 1):
            self[f"option_kk_{n}"].data, self[f"option_ru_{n}"].data = kk, ru

    @property
    def shown(self) -> range:
        """Two lines more than are written; four on an empty page."""
        written = [n for n in range(1, MOST_OPTIONS + 1) if self[f"option_kk_{n}"].data or self[f"option_ru_{n}"].data]
        return lines_to_show(self, [*written, 2], ("option_kk", "option_ru"), MOST_OPTIONS)


for _n in range(1, MOST_OPTIONS + 1):
    for _tongue, _label in (
        ("kk", _("Answer %(number)s in Kazakh", number=_n)),
        ("ru", _("Answer %(number)s in Russian", number=_n)),
    ):
        setattr(QuestionForm, f"option_{_tongue}_{_n}", StringField(_label, [Length(max=LONGEST_OPTION)]))


class SheetForm(Form):
    """All questions of a survey on one page: `sheet_of` adds `question_1` and so on, called as the service calls them.

    `opinion_1` is there where a text may go to a hearing.
    """

    language = language_field(contents.LANGUAGES, contents.of_page)
    blank = BooleanField(
        _("I leave all questions out"), description=_("You are counted among those who took part, and answer nothing.")
    )
    questions: Sequence[Question] = ()

    def answers(self) -> Answers:
        """As they were ticked and typed; what is not of a list is told by its field itself."""
        ticks: dict[int, frozenset[int]] = {}
        texts: dict[int, str] = {}
        for question in self.questions:
            data = self[f"question_{question.number}"].data
            if question.kind == Kind.TEXT:
                texts[question.number] = data or ""
                continue
            chosen = data or [] if question.kind == Kind.SEVERAL else [data] if data else []
            known = {str(place) for place in (HARD, *question.places)}
            ticks[question.number] = frozenset(int(each) for each in chosen if each in known)
        sent = [number for number in texts if f"opinion_{number}" in self and self[f"opinion_{number}"].data]
        language = self.language.data or contents.of_page()
        return Answers(ticks, texts, language, frozenset(sent), blank=bool(self.blank.data))


def sheet_of(questions: Sequence[Question], *, with_hearing: bool) -> SheetForm:
    """The form of these questions, in the reader's language; `with_hearing`: texts may go to one."""
    fields: dict[str, Any] = {}
    for question in questions:
        fields[f"question_{question.number}"] = _field(question)
        if question.kind == Kind.TEXT and with_hearing:
            fields[f"opinion_{question.number}"] = BooleanField(
                _("Send this text to the public hearing as my opinion, too"),
                description=_("There everybody reads it, it is answered, and who answers sees your name."),
            )
    # Anew, so that it stands last, as on the page: a summary of faults has its order.
    fields["language"] = language_field(contents.LANGUAGES, contents.of_page)
    form: SheetForm = type("SheetForm", (SheetForm,), {**fields, "questions": questions})()
    return form


def _field(question: Question) -> Any:
    label, tongue = called(question), of_reader()
    if question.kind == Kind.TEXT:
        return TextAreaField(label, [Optional(), Length(max=LONGEST_TEXT)])
    choices = [(str(place), said(question.option(place, tongue))) for place in (*question.places, HARD)]
    if question.kind != Kind.SEVERAL:
        return RadioField(label, [Optional()], choices=[SelectChoice(*each) for each in choices])
    return SelectMultipleField(
        label,
        [Optional()],
        choices=[SelectChoice(*each) for each in choices],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_("Mark all that apply."),
    )


class JudgingForm(Form):
    """What becomes of the texts on a page: `text_1` says which, `verdict_1` what, and so on, added below."""

    def show(self, some: Sequence[Said]) -> None:
        for n, one in enumerate(some, 1):
            self[f"text_{n}"].data = one.text.id.hex
            self[f"verdict_{n}"].data = one.verdict or ""

    def decided(self) -> dict[UUID, str]:
        """What was chosen, by the texts; lines that name none are left out."""
        return {text_id: self[f"verdict_{n}"].data or "" for n, text_id in self._texts()}

    def names_only(self, known: Collection[UUID]) -> bool:
        """Whether each line in which something stands is of one of these texts."""
        of_texts = {n for n, text_id in self._texts() if text_id in known}
        written = {n for n in range(1, AT_ONCE + 1) if self[f"text_{n}"].data or self[f"verdict_{n}"].data}
        return written <= of_texts

    def places(self) -> dict[str, str]:
        """What the service calls the fields, by the texts, and the form by their lines."""
        return {f"verdict_{text_id.hex}": f"verdict_{n}" for n, text_id in self._texts()}

    def _texts(self) -> Iterator[tuple[int, UUID]]:
        for n in range(1, AT_ONCE + 1):
            named = self[f"text_{n}"].data or ""
            if re.fullmatch("[0-9a-f]{32}", named):
                yield n, UUID(named)


for _n in range(1, AT_ONCE + 1):
    setattr(JudgingForm, f"text_{_n}", HiddenField())
    setattr(
        JudgingForm,
        f"verdict_{_n}",
        SelectField(
            _("What becomes of the text"),
            [Optional()],
            choices=[
                SelectChoice("", _("Nothing is decided yet")),
                *(SelectChoice(*each) for each in VERDICT_LABELS.items()),
            ],
            default="",
        ),
    )
