"""The review's form: findings first, then the verdict. What the verdict needs is the service's rule."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.proposals.models import LONGEST_SUMMARY, VERDICT_LABELS, Verdict
from pb.reviews.service import Findings
from pb.web.forms import DayField, Form, TengeField


class ReviewForm(Form):
    competence = RadioField(
        _("Who is in charge"),
        [InputRequired(_("Choose who is in charge."))],
        choices=[SelectChoice("okrug", _("This akimat")), SelectChoice("other", _("Another body"))],
    )
    competent_body = StringField(
        _("The other body"),
        [Length(max=200, message=_("Use at most 200 characters."))],
        description=_("Its name, when the matter is not of this akimat: for example, the akimat of the city."),
    )
    feasible = RadioField(
        _("Can it be done"),
        [InputRequired(_("Choose whether it can be done."))],
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
    )
    feasibility = TextAreaField(
        _("What the office found"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Land, networks, permits, upkeep afterwards."),
    )
    cost = TengeField(_("Cost checked by the office"), [Optional()], description=_("A multiple of 100 ₸."))
    cost_explanation = TextAreaField(
        _("Why the cost differs"), [Length(max=2000, message=_("Use at most 2000 characters."))]
    )
    programme = SelectField(_("Budget programme"), [Optional()])
    summary = TextAreaField(
        _("The project in short"),
        [Length(max=LONGEST_SUMMARY, message=_("Use at most 280 characters."))],
        description=_("Stands on the ballot under the title of an accepted project: what is done, where, for whom."),
    )
    verdict = RadioField(
        _("Decision"),
        [InputRequired(_("Choose a decision."))],
        choices=[SelectChoice(verdict.value, label) for verdict, label in VERDICT_LABELS.items()],
    )
    reason = TextAreaField(
        _("Question or reason"),
        [Length(max=4000, message=_("Use at most 4000 characters."))],
        description=_("Everybody can read it on the page of the proposal."),
    )

    answer_until = DayField(
        _("Answer until"),
        [Optional()],
        description=_("For a question: the last day of the author's answer, also when the cycle has moved on by then."),
    )

    def findings(self) -> Findings:
        """What is written so far: what is not chosen yet is taken for what asks for nothing else."""
        return Findings(
            verdict=Verdict(self.verdict.data) if self.verdict.data in set(Verdict) else Verdict.REFUSE,
            okrug_competent=self.competence.data != "other",
            competent_body=self.competent_body.data or "",
            feasible=self.feasible.data != "no",
            feasibility=self.feasibility.data or "",
            cost=self.cost.data,
            cost_explanation=self.cost_explanation.data or "",
            programme=self.programme.data or None,
            summary=" ".join((self.summary.data or "").split()),
            reason=self.reason.data or "",
            answer_until=self.answer_until.data,
        )
