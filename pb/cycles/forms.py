"""The form with which the akim's office opens a cycle."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from pb.cycles.models import Phase
from pb.cycles.service import Plan
from pb.web.forms import Form, SumsField, TengeField

NO_NUMBER, NO_DATE = _("Write a number."), _("Write the date.")
NUMBER, DATE = InputRequired(NO_NUMBER), InputRequired(NO_DATE)
SUM = InputRequired(_("Write a sum in tenge with digits, for example 2 450 000."))

SKIP, STOP = "skip", "stop"

# Days from today on; the vote ends well before the draft budget goes to the maslikhat.
USUAL_DAYS = {
    Phase.PROPOSALS: 30,
    Phase.REVIEW: 45,
    Phase.GATHERING: 60,
    Phase.VOTING: 75,
    Phase.RESULT: 85,
    Phase.BUDGET: 105,
}


class CycleForm(Form):
    fiscal_year = IntegerField(
        _("Fiscal year"),
        [NUMBER],
        invalid_value_message=NO_NUMBER,
        description=_("The year whose budget pays for the projects."),
    )
    envelope = TengeField(
        _("Envelope"), [SUM], description=_("What all projects together may cost, from the okrug's own budget.")
    )
    project_limit = TengeField(_("Limit of one project"), [SUM])
    proposals_per_resident = IntegerField(_("Proposals per resident"), [NUMBER], invalid_value_message=NO_NUMBER)
    choices = IntegerField(
        _("Choices per ballot"),
        [NUMBER],
        invalid_value_message=NO_NUMBER,
        description=_("How many projects a voter may choose."),
    )
    rule = RadioField(
        _("What happens when a project does not fit"),
        [InputRequired(_("Choose what happens."))],
        choices=[
            SelectChoice(SKIP, _("It is skipped, and the next project is tried (usual)")),
            SelectChoice(STOP, _("The count ends there")),
        ],
        description=_(
            "Projects are taken in the order of their votes. Skipping spends more of the envelope; ending never lets "
            "a project with fewer votes win before one with more."
        ),
    )
    in_part = BooleanField(
        _("Pay the first project that does not fit in part, with what is left"),
        description=_("Only for works that can be done in part. That project is then the last winner."),
    )
    least_votes = IntegerField(
        _("Fewest votes with which a project wins"),
        [NUMBER],
        invalid_value_message=NO_NUMBER,
        description=_("1 means: every project with a vote can win."),
    )
    settlement_envelopes = SumsField(
        _("Parts of the envelope for settlements"),
        description=_(
            "One on a line: the settlement, a colon, the sum. Each settlement's own projects are counted first with "
            "its part; what is left over goes to all projects together. Empty: one envelope for all."
        ),
    )
    proposals_until = DateField(_("Ideas until"), [DATE], invalid_value_message=NO_DATE)
    review_until = DateField(_("Review until"), [DATE], invalid_value_message=NO_DATE)
    gathering_until = DateField(_("Gathering until"), [DATE], invalid_value_message=NO_DATE)
    voting_until = DateField(_("Vote until"), [DATE], invalid_value_message=NO_DATE)
    result_until = DateField(_("Result until"), [DATE], invalid_value_message=NO_DATE)
    budget_until = DateField(_("Budget until"), [DATE], invalid_value_message=NO_DATE)

    def plan(self) -> Plan:
        return Plan(
            fiscal_year=self.fiscal_year.data,
            envelope=self.envelope.data,
            project_limit=self.project_limit.data,
            proposals_per_resident=self.proposals_per_resident.data,
            choices=self.choices.data,
            proposals_until=self.proposals_until.data,
            review_until=self.review_until.data,
            gathering_until=self.gathering_until.data,
            voting_until=self.voting_until.data,
            result_until=self.result_until.data,
            budget_until=self.budget_until.data,
            stop_at_misfit=self.rule.data == STOP,
            least_votes=self.least_votes.data,
            in_part=bool(self.in_part.data),
            settlement_envelopes=self.settlement_envelopes.data or {},
        )


def usual(today: date) -> dict[str, Any]:
    """What the form proposes before anything is typed."""
    days = {f"{phase}_until": today + timedelta(days=count) for phase, count in USUAL_DAYS.items()}
    return {
        "fiscal_year": today.year + 1,
        "proposals_per_resident": 3,
        "choices": 5,
        "rule": SKIP,
        "least_votes": 1,
        **days,
    }
