"""What the citizens' budget says in plain words: what stages are called, and what its terms mean."""

from typing import Final, NamedTuple

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.budget.service.decisions import AKIM
from pb.citizens.service.editions import Edition, Period, Stage
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement
from pb.formats import day, numbered
from pb.receipt.service.words import signed
from pb.works.models import STATE_LABELS, STATE_TAGS, State

STAGES: Final[dict[Stage, LazyString]] = {
    Stage.DRAFT: lazy_gettext("Draft budget"),
    Stage.APPROVED: lazy_gettext("Approved budget"),
    Stage.AMENDED: lazy_gettext("Amended budget"),
    Stage.EXECUTED: lazy_gettext("Execution of the budget"),
}
NOT_YET: Final[dict[Stage, LazyString]] = {
    Stage.DRAFT: lazy_gettext("Not there yet: no draft has gone before the assembly."),
    Stage.APPROVED: lazy_gettext("Not there yet: the maslikhat has not approved the budget."),
    Stage.AMENDED: lazy_gettext("There is none: nothing was changed in the budget."),
    Stage.EXECUTED: lazy_gettext("Not there yet: no report on what was paid has been taken in."),
}
KINDS: Final[dict[Part, LazyString]] = {
    Part.TAXES: lazy_gettext("Taxes"),
    Part.NON_TAX: lazy_gettext("Fines, rent and other receipts"),
    Part.CAPITAL: lazy_gettext("Sale of land and property"),
    Part.TRANSFERS: lazy_gettext("Transfers from the raion or city"),
}
REPORTED: Final[dict[Period, LazyString]] = {
    Period.YEAR: lazy_gettext("Execution of the year: %(day)s"),
    Period.HALF: lazy_gettext("Execution of the half-year: %(day)s"),
    Period.MONTHS: lazy_gettext("Execution until %(day)s"),
}
PLANNED_ON: Final[dict[Stage, LazyString]] = {
    Stage.DRAFT: lazy_gettext("Draft budget: %(day)s"),
    Stage.APPROVED: lazy_gettext("Approved budget: %(day)s"),
    Stage.AMENDED: lazy_gettext("Amended budget: %(day)s"),
}
PLANNED: Final = ("grey", lazy_gettext("In the plan"))


class Term(NamedTuple):
    """A term: what somebody asks who does not know it, and the answer."""

    question: LazyString
    answer: LazyString


TERMS: Final[dict[str, Term]] = {
    "budget": Term(
        lazy_gettext("What is a citizens' budget?"),
        lazy_gettext(
            "The budget told in plain words: what the okrug receives in a year, what it spends and what came of it. It "
            "has the same sums as the decision, and decides nothing itself."
        ),
    ),
    "own": Term(
        lazy_gettext("What are own receipts?"),
        lazy_gettext(
            "What the okrug receives by itself: taxes of its residents on property, land, cars and some income, fines, "
            "rent, and what it sells."
        ),
    ),
    "transfers": Term(
        lazy_gettext("What are transfers?"),
        lazy_gettext(
            "Money that the raion or city hands down. A subvention may be spent on everything; a targeted transfer has "
            "its purpose, and what is not spent on it goes back."
        ),
    ),
    "programme": Term(
        lazy_gettext("What are a functional group and a budget programme?"),
        lazy_gettext(
            "A functional group says what for money is spent, such as housing or roads. A budget programme is one task "
            "in it, such as street lighting: it has a sum, and the akim's office answers for it."
        ),
    ),
    "deficit": Term(
        lazy_gettext("What are a deficit and a surplus?"),
        lazy_gettext(
            "A deficit is what goes out above what comes in within the year. It must be covered: by what was left of "
            "last year, or by a loan. If more comes in than goes out, that is a surplus."
        ),
    ),
    "residents": Term(
        lazy_gettext("What is a budget of people's participation?"),
        lazy_gettext(
            "A part of the budget on which residents decide themselves: they propose projects and vote, and what "
            "wins becomes lines of the budget."
        ),
    ),
    "amended": Term(
        lazy_gettext("Who may change an approved budget?"),
        lazy_gettext(
            "The maslikhat amends it by a decision, once the assembly has agreed. The akim corrects it within narrow "
            "bounds, and never without the assembly. Both are editions of their own here."
        ),
    ),
    "executed": Term(
        lazy_gettext("What is the execution of a budget?"),
        lazy_gettext(
            "What really came in and what was paid, by the report of the treasury. It grows from the year's beginning "
            "to the day of the report."
        ),
    ),
    "years": Term(
        lazy_gettext("Why three years?"),
        lazy_gettext(
            "A budget is made for three years at a time. The first one binds; the next two are a plan, which is made "
            "anew each year."
        ),
    ),
}


def title(edition: Edition) -> str:
    """What an edition is called in a list and in the heading of its page."""
    told = {"day": day(edition.day)}
    if edition.report is not None:
        return str(REPORTED[edition.period] % told)
    if edition.by_the_akim:
        return str(_("Corrected by the akim: %(day)s", **told))
    return str(PLANNED_ON[edition.stage] % told)


def sources(edition: Edition) -> list[tuple[str, str]]:
    """Where the sums of an edition come from: what is said, and what it is."""
    found = []
    if edition.report is not None:
        told = _("№ %(number)s, until %(day)s", number=edition.report.number, day=day(edition.day))
        found.append((_("Report of the treasury"), told))
    decision = edition.decision
    if decision is not None:
        by = _("Decision of the akim") if decision.kind == AKIM else _("Decision of the maslikhat")
        found.append((by, f"{numbered(decision.reference)}, {day(decision.decided_on)}"))
        found += from_paper(edition)
    elif edition.stage is Stage.DRAFT:
        found.append((_("Before the assembly since"), day(edition.day)))
    return found


def from_paper(edition: Edition) -> list[tuple[str, str]]:
    """That the version was taken in from a decision on paper, and whose it was; nothing where it was decided here."""
    if edition.decision is None or not edition.from_paper:
        return []
    told = _("%(maslikhat)s; not decided on this platform", maslikhat=edition.decision.maslikhat)
    return [(_("From paper"), told)]


def covering(statement: Statement) -> list[str]:
    """The deficit or surplus in words, and what covers it."""
    if statement.deficit < 0:
        told = [_("More goes out than comes in. Deficit: %(sum)s", sum=signed(-statement.deficit))]
    elif statement.deficit > 0:
        told = [_("More comes in than goes out. Surplus: %(sum)s", sum=signed(statement.deficit))]
    else:
        told = [_("As much goes out as comes in: there is no deficit.")]
    further = (
        (Part.BALANCES, _("Balances of last year: %(sum)s", sum=signed(statement[Part.BALANCES]))),
        (Part.LOANS, _("Loans: %(sum)s", sum=signed(statement[Part.LOANS]))),
        (Part.LOANS_REPAID, _("Loans repaid: %(sum)s", sum=signed(statement[Part.LOANS_REPAID]))),
        (Part.CREDITS, _("Lent to others: %(sum)s", sum=signed(statement[Part.CREDITS]))),
        (Part.REPAYMENT, _("Credits paid back: %(sum)s", sum=signed(statement[Part.REPAYMENT]))),
        (Part.ASSETS_BOUGHT, _("Shares bought: %(sum)s", sum=signed(statement[Part.ASSETS_BOUGHT]))),
        (Part.ASSETS_SOLD, _("Shares sold: %(sum)s", sum=signed(statement[Part.ASSETS_SOLD]))),
    )
    told += [sentence for part, sentence in further if statement[part]]
    if statement.difference:
        told.append(_("This does not add up yet: a difference of %(sum)s", sum=signed(statement.difference)))
    return told


def state(found: State | None) -> tuple[str, LazyString]:
    """Where a project of residents is, as a tag."""
    return PLANNED if found is None else (STATE_TAGS[found], STATE_LABELS[found])
