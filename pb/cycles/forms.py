"""The forms with which the akim's office opens a cycle, and changes its envelope."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.core.belenios.groups import RFC_3526_2048
from pb.cycles.models import LONGEST_NAME, LONGEST_REASON, BallotKind, Cycle, Phase, PollSettings
from pb.cycles.service import Plan
from pb.cycles.service.envelopes import MOST_LINES, YEARS, Part
from pb.formats import language
from pb.web.forms import (
    LARGEST_SUM,
    DayField,
    Form,
    NumberField,
    SumsField,
    TengeField,
    language_field,
    lines_to_show,
    year_of,
)

NO_NUMBER, NO_DATE = _("Write a number."), _("Write the date.")
NUMBER, DATE = InputRequired(NO_NUMBER), InputRequired(NO_DATE)
SUM = InputRequired(_("Write the sum in tenge."))

SKIP, STOP = "skip", "stop"
COLUMNS = ("name_kk", "name_ru", "year", "amount")

# Days from today on; the vote ends well before the draft budget goes to the maslikhat.
USUAL_DAYS = {
    Phase.PROPOSALS: 30,
    Phase.REVIEW: 45,
    Phase.GATHERING: 60,
    Phase.VOTING: 75,
    Phase.RESULT: 85,
    Phase.BUDGET: 105,
}


class OptionalIntegerField(NumberField):
    """A whole number that may be left out, which means 0."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, [Optional()], **options)


class CycleForm(Form):
    fiscal_year = NumberField(
        _("Fiscal year"),
        [NUMBER],
        description=_("The year whose budget pays for the projects."),
    )
    envelope = TengeField(
        _("Envelope"), [SUM], description=_("What all projects together may cost, from the local budget.")
    )
    project_limit = TengeField(
        _("Limit of one project"),
        [SUM],
        description=_("No proposal may cost more: so that one project does not take the whole envelope."),
    )
    proposals_per_resident = NumberField(
        _("Proposals per resident"),
        [NUMBER],
        description=_("How many ideas one person may hand in this year. Drafts do not count."),
    )
    choices = NumberField(
        _("Choices per ballot"),
        [NUMBER],
        description=_(
            "How many projects a voter may choose or put in order. A ballot with points or a limit of cost "
            "has no other limit. Usually 5."
        ),
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
    least_votes = NumberField(
        _("Fewest votes with which a project wins"),
        [NUMBER],
        description=_(
            "1 means: every project with a vote can win (usual). For a ballot with points or an order this is the "
            "fewest points."
        ),
    )
    settlement_envelopes = SumsField(
        _("Parts of the envelope for settlements"),
        description=_(
            "One on a line: the settlement, a colon, the sum. Each settlement's own projects are counted first with "
            "its part; what is left over goes to all projects together. Empty: one envelope for all."
        ),
    )
    ballot_kind = RadioField(
        _("What a voter writes on the ballot, and what is decrypted"),
        [InputRequired(_("Choose what a ballot is."))],
        choices=[
            SelectChoice(BallotKind.TOTALS, _("Marks; only the sum for each project is ever decrypted (usual)")),
            SelectChoice(BallotKind.APPROVAL, _("Marks; each ballot is decrypted after shuffling")),
            SelectChoice(
                BallotKind.KNAPSACK, _("Marks up to a limit of cost; each ballot is decrypted after shuffling")
            ),
            SelectChoice(BallotKind.POINTS, _("Points; each ballot is decrypted after shuffling")),
            SelectChoice(BallotKind.RANKING, _("An order of choices; each ballot is decrypted after shuffling")),
        ],
        description=_(
            "Sums keep the most secret: no ballot is ever opened. Where each ballot is decrypted, two trustees shuffle "
            "them first and nobody knows whose is which; but everybody sees them, and who sells a vote can prove it by "
            "an agreed rare pattern. Choose it only for points, an order, a limit of cost, or equal shares."
        ),
    )
    blank = BooleanField(
        _("A blank choice stands on the ballot"),
        description=_(
            "For sums alone: who wants none of the projects says so, and blank ballots are counted. Usually left out: "
            "a ballot without a mark says the same, but nobody learns how many there are."
        ),
    )
    points_each = OptionalIntegerField(
        _("Most points for one project"), description=_("For a ballot with points: from 1 to 255. Often 5.")
    )
    points_total = OptionalIntegerField(
        _("Most points on one ballot"),
        description=_("For a ballot with points: for all projects together. Often 10."),
    )
    cost_limit = TengeField(
        _("What the projects on one ballot may cost together"),
        description=_(
            "For a ballot with a limit of cost: each voter puts a whole budget together. Empty: the envelope (usual)."
        ),
    )
    equal_shares = BooleanField(
        _("Count by equal shares"),
        description=_(
            "For decrypted marks or points: each voter's vote pays the same share of the envelope, so that smaller "
            "settlements win their part too. Without it (usual), projects are taken in the order of their votes."
        ),
    )
    group_name = RadioField(
        _("Group in which ballots are encrypted"),
        [InputRequired(_("Choose a group."))],
        choices=[
            SelectChoice("BELENIOS-2048", _("BELENIOS-2048: for sums; the authors' own tool verifies it (usual)")),
            SelectChoice(
                "RFC-3526-2048",
                _("RFC-3526-2048: for decrypted ballots of up to 254 projects; the authors' own tool verifies it"),
            ),
            SelectChoice(
                "Ed25519",
                _("Ed25519: for both, decrypted ballots of up to 30 projects; much faster; fewer tools verify it"),
            ),
        ],
        description=_(
            "All are equally secret. The more different tools can verify a vote, the fewer must be trusted. Where "
            "fewer than all trustees decrypt whole ballots on Ed25519, other tools verify all but the result so far."
        ),
    )
    trustees_needed = OptionalIntegerField(
        _("How many trustees decrypt"),
        description=_(
            "0: all of them. Then one lost key ends the vote without a result, but the secret holds as long as one "
            "trustee is honest. A smaller number, such as 2 of 3: the result survives a lost key, but as many trustees "
            "together could open ballots. Usually 0; write a smaller number where a lost key is the greater danger."
        ),
    )
    proposals_until = DayField(_("Ideas until"), [DATE])
    review_until = DayField(_("Review until"), [DATE])
    gathering_until = DayField(_("Gathering until"), [DATE])
    voting_until = DayField(_("Vote until"), [DATE])
    result_until = DayField(_("Result until"), [DATE])
    budget_until = DayField(_("Budget until"), [DATE])

    def plan(self) -> Plan:
        """What is written; what cannot be read yet is taken for what nothing else is compared with."""
        days = [_read(getattr(self, f"{phase}_until"), None) for phase in USUAL_DAYS]
        return Plan(
            fiscal_year=_read(self.fiscal_year, 0),
            envelope=_read(self.envelope, LARGEST_SUM * 100),
            project_limit=_read(self.project_limit, 1),
            proposals_per_resident=_read(self.proposals_per_resident, 1),
            **{f"{phase}_until": until for phase, until in zip(USUAL_DAYS, _in_a_row(days), strict=True)},
            poll=PollSettings(
                choices=_read(self.choices, 1),
                ballot_kind=BallotKind(_read(self.ballot_kind, BallotKind.TOTALS)),
                blank=bool(self.blank.data),
                group_name=_read(self.group_name, RFC_3526_2048.name),
                trustees_needed=self.trustees_needed.data or 0,
                points_each=self.points_each.data or 0,
                points_total=self.points_total.data or 0,
                cost_limit=self.cost_limit.data or 0,
                equal_shares=bool(self.equal_shares.data),
                stop_at_misfit=self.rule.data == STOP,
                least_votes=_read(self.least_votes, 1),
                in_part=bool(self.in_part.data),
                settlement_envelopes=self.settlement_envelopes.data or {},
            ),
        )


def _read(field: Any, otherwise: Any) -> Any:
    return otherwise if field.errors or field.data is None else field.data


def _in_a_row(days: Sequence[date | None]) -> Iterator[date]:
    """Each day that is missing is the one after the day before it."""
    before = date.max - timedelta(days=len(days)) if days[0] is None else days[0]
    for until in days:
        before = until or min(before, date.max - timedelta(days=1)) + timedelta(days=1)
        yield before


def usual(today: date) -> dict[str, Any]:
    """What the form proposes before anything is typed."""
    days = {f"{phase}_until": today + timedelta(days=count) for phase, count in USUAL_DAYS.items()}
    return {
        "proposals_per_resident": 3,
        "choices": 5,
        "rule": SKIP,
        "least_votes": 1,
        "ballot_kind": BallotKind.TOTALS,
        "group_name": "BELENIOS-2048",
        "trustees_needed": 0,
        **days,
    }


class EnvelopeLines(Form):
    """The lines are `name_kk_1`, `name_ru_1`, `year_1`, `amount_1` and so on, added below; an empty one is left out."""

    def offer(self, cycle: Cycle) -> None:
        """The years whose money it may be."""
        for n in range(1, MOST_LINES + 1):
            self[f"year_{n}"].choices = [
                (str(year), str(year)) for year in range(cycle.fiscal_year, cycle.fiscal_year + YEARS)
            ]

    def show(self, parts: Sequence[Part]) -> None:
        """Fills in what holds."""
        for n, part in enumerate(parts, 1):
            self[f"name_kk_{n}"].data, self[f"name_ru_{n}"].data = part.name_kk, part.name_ru
            self[f"year_{n}"].data, self[f"amount_{n}"].data = str(part.year), part.amount

    def written(self) -> list[int]:
        """The numbers of the lines in which anything is typed, so that a fault finds its field."""
        names = ("name_kk", "name_ru", "amount")
        return [n for n in range(1, MOST_LINES + 1) if any(self[f"{name}_{n}"].data for name in names)]

    def parts(self) -> list[Part]:
        return [
            Part(
                self[f"name_kk_{n}"].data or "",
                self[f"name_ru_{n}"].data or "",
                year_of(self[f"year_{n}"].data),
                self[f"amount_{n}"].data or 0,
            )
            for n in self.written()
        ]

    def to_show(self) -> range:
        """The numbers of the lines that stand on the page."""
        return lines_to_show(self, self.written(), COLUMNS, MOST_LINES)

    def places(self) -> dict[str, str]:
        """What the service calls the fields of the lines, and the form otherwise."""
        written = enumerate(self.written() or [1], 1)
        return {f"{column}_{at}": f"{column}_{n}" for at, n in written for column in COLUMNS}


for _n in range(1, MOST_LINES + 1):
    for _name, _label in (("name_kk", _("Name in Kazakh")), ("name_ru", _("Name in Russian"))):
        setattr(EnvelopeLines, f"{_name}_{_n}", StringField(_label, [Optional(), Length(max=LONGEST_NAME)]))
    setattr(EnvelopeLines, f"year_{_n}", SelectField(_("Of which year's budget"), [Optional()]))
    setattr(EnvelopeLines, f"amount_{_n}", TengeField(_("Sum"), [Optional()]))


class EnvelopeForm(EnvelopeLines):
    reason = TextAreaField(
        _("Reason of the change"), [InputRequired(_("Write the reason.")), Length(max=LONGEST_REASON)]
    )
    language = language_field(("kk", "ru"), lambda: language() if language() in {"kk", "ru"} else "kk")
