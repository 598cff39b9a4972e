"""The review, one question a page: each step has its form, `ReviewForm` is all of them. The rules are the service's."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.classification.service import Catalogue
from pb.core.poll.bilingual import Bilingual
from pb.formats import language
from pb.proposals.models import GROUND_LABELS, LONGEST_SUMMARY, LONGEST_TITLE, VERDICT_LABELS, Ground, Verdict
from pb.proposals.service import contents
from pb.reviews.service import NOT_WRITTEN, Findings
from pb.web.forms import DayField, Form, TengeField, language_field


class CompetenceForm(Form):
    competence = RadioField(
        _("Who is in charge"),
        [InputRequired(_("Choose who is in charge."))],
        choices=[SelectChoice("okrug", _("This akimat")), SelectChoice("other", _("Another body"))],
        description=_(
            "Whose land, road, pipe or building is it? Another body's matter is refused, and its name is told."
        ),
    )
    competent_body = StringField(
        _("The other body"),
        [Length(max=200, message=_("Use at most 200 characters."))],
        description=_("Its name, when the matter is not of this akimat: for example, the akimat of the city."),
    )


class FeasibilityForm(Form):
    feasible = RadioField(
        _("Can it be done"),
        [InputRequired(_("Choose whether it can be done."))],
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
        description=_("If something is not clear yet, choose “Yes”: the author can be asked at the end."),
    )
    feasibility = TextAreaField(
        _("What the office found"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Land, networks, permits, upkeep afterwards."),
    )


class CostForm(Form):
    cost = TengeField(
        _("Cost checked by the office"),
        [Optional()],
        description=_("A multiple of 100 ₸. Leave it empty if the author is to be asked first."),
    )
    cost_explanation = TextAreaField(
        _("Why the cost differs"),
        [Length(max=2000, message=_("Use at most 2000 characters."))],
        description=_("If it is not the author's: how it was worked out. For example: 12 lamps at 85 000 ₸ each."),
    )


class BallotForm(Form):
    programme = SelectField(
        _("Budget programme"),
        [Optional()],
        description=_("From which the project will be paid. Leave it if the author is to be asked first."),
    )
    title_kk = StringField(
        _("Title in Kazakh"),
        [Length(max=LONGEST_TITLE, message=_("Use at most 120 characters."))],
        description=_("As it stands on the ballot of an accepted project. The author's own title stays on its page."),
        render_kw={"lang": "kk"},
    )
    summary_kk = TextAreaField(
        _("The project in short, in Kazakh"),
        [Length(max=LONGEST_SUMMARY, message=_("Use at most 280 characters."))],
        description=_("Stands under the title: what is done, where, for whom."),
        render_kw={"lang": "kk"},
    )
    title_ru = StringField(
        _("Title in Russian"),
        [Length(max=LONGEST_TITLE, message=_("Use at most 120 characters."))],
        render_kw={"lang": "ru"},
    )
    summary_ru = TextAreaField(
        _("The project in short, in Russian"),
        [Length(max=LONGEST_SUMMARY, message=_("Use at most 280 characters."))],
        render_kw={"lang": "ru"},
    )

    def offer(self, catalogue: Catalogue) -> None:
        """Lets the programmes be chosen that may pay for a project, by their groups."""
        self.programme.choices = [
            SelectChoice("", _("Choose a programme")),
            *(
                SelectChoice(
                    code,
                    f"{code} {programme.name(language())}",
                    optgroup=catalogue.name(programme.levels.group, language()),
                )
                for code, programme in catalogue.programmes().items()
            ),
        ]


class VerdictForm(Form):
    verdict = RadioField(
        _("Decision"),
        [InputRequired(_("Choose a decision."))],
        choices=[SelectChoice(verdict.value, label) for verdict, label in VERDICT_LABELS.items()],
    )
    ground = SelectField(
        _("Reason of the refusal"),
        [Optional()],
        choices=[
            SelectChoice("", _("Choose a reason")),
            *(SelectChoice(ground.value, label) for ground, label in GROUND_LABELS.items()),
        ],
        description=_("Every reader is told it in their own language."),
    )
    reason = TextAreaField(
        _("Question, or the reason in your words"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Everybody can read it on the page of the proposal."),
    )
    language = language_field(
        contents.LANGUAGES,
        contents.of_page,
        _("Of all that you wrote in this review in your own words. It is not translated."),
    )
    answer_until = DayField(
        _("Answer until"),
        [Optional()],
        description=_("For a question: the last day of the author's answer, also when the cycle has moved on by then."),
    )


class Step(StrEnum):
    """In the order in which they are asked; the value stands in the address."""

    COMPETENCE = "competence"
    FEASIBILITY = "feasibility"
    COST = "cost"
    BALLOT = "ballot"
    VERDICT = "verdict"


FORMS: dict[Step, type[Form]] = {
    Step.COMPETENCE: CompetenceForm,
    Step.FEASIBILITY: FeasibilityForm,
    Step.COST: CostForm,
    Step.BALLOT: BallotForm,
    Step.VERDICT: VerdictForm,
}
BALLOT_WORDS = ("title_kk", "summary_kk", "title_ru", "summary_ru")
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.COMPETENCE: ("competence", "competent_body"),
    Step.FEASIBILITY: ("feasible", "feasibility"),
    Step.COST: ("cost", "cost_explanation"),
    Step.BALLOT: ("programme", *BALLOT_WORDS),
    Step.VERDICT: ("verdict", "ground", "reason", "language", "answer_until"),
}
TITLES: dict[Step, LazyString] = {
    Step.COMPETENCE: _("Whose matter is it?"),
    Step.FEASIBILITY: _("Can it be built?"),
    Step.COST: _("What will it cost?"),
    Step.BALLOT: _("Who pays, and what stands on the ballot?"),
    Step.VERDICT: _("What does the office decide?"),
}


def way(answers: Mapping[str, str]) -> list[Step]:
    """The steps that these answers ask for: of what cannot be accepted nobody asks the cost."""
    if answers.get("competence") == "other":
        return [Step.COMPETENCE, Step.VERDICT]
    if answers.get("feasible") == "no":
        return [Step.COMPETENCE, Step.FEASIBILITY, Step.VERDICT]
    return [*Step]


def begun(step: Step, answers: Mapping[str, str]) -> bool:
    """A step that was sent, or left for the one before, leaves all its fields, empty ones too."""
    return FIELDS[step][0] in answers


def left_open(step: Step) -> str:
    """What says in a draft that the step's answers stand there as they were when its writer went back."""
    return f"{step} is open"


def answered(step: Step, answers: Mapping[str, str]) -> bool:
    """Whether the step was sent as finished."""
    return begun(step, answers) and left_open(step) not in answers


def _pair(kk: StringField, ru: StringField) -> Bilingual:
    return Bilingual(*(" ".join((field.data or "").split()) for field in (kk, ru)))


class ReviewForm(CompetenceForm, FeasibilityForm, CostForm, BallotForm, VerdictForm):
    """What was answered so far, read as each step reads its own."""

    def findings(self) -> Findings:
        """What is not chosen yet is taken for what asks for nothing else, what lies beside the way for not written."""
        steps = way({"competence": self.competence.data or "", "feasible": self.feasible.data or ""})
        costed = Step.COST in steps
        return Findings(
            verdict=Verdict(self.verdict.data) if self.verdict.data in set(Verdict) else Verdict.REFUSE,
            okrug_competent=self.competence.data != "other",
            competent_body=(self.competent_body.data or "") if self.competence.data == "other" else "",
            feasible=Step.FEASIBILITY not in steps or self.feasible.data != "no",
            feasibility=(self.feasibility.data or "") if Step.FEASIBILITY in steps else "",
            cost=self.cost.data if costed else None,
            cost_explanation=(self.cost_explanation.data or "") if costed else "",
            programme=(self.programme.data or None) if costed else None,
            titles=_pair(self.title_kk, self.title_ru) if costed else NOT_WRITTEN,
            summaries=_pair(self.summary_kk, self.summary_ru) if costed else NOT_WRITTEN,
            reason=self.reason.data or "",
            language=self.language.data if self.language.data in contents.LANGUAGES else contents.of_page(),
            ground=Ground(self.ground.data) if self.ground.data in set(Ground) else None,
            answer_until=self.answer_until.data,
        )
