"""What is wrong with a file of a budget, in words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.core.budget.amounts import exact_thousands
from pb.core.budget.annexes import Fault, Wrong

AMOUNTS: Final = frozenset({"amount", "printed", "computed", "difference", "deficit", "financing"})
FAULTS: Final[Mapping[Wrong, LazyString]] = {
    Wrong.NO_TABLE: _("No table of an annex stands here: its heads were not recognised."),
    Wrong.COLUMNS: _(
        "The heading lacks a column. It needs category, class and subclass, or functional group, administrator and "
        "programme; then name and amount."
    ),
    Wrong.CODE: _("This is no code of the classification: %(code)s"),
    Wrong.GAP: _("The code above this one is missing: write the levels between too."),
    Wrong.UNKNOWN_LINE: _("An amount without a code, in a line that is not known: %(name)s"),
    Wrong.NO_AMOUNT: _("There is no amount. Merged cells, and formulas that were never computed, are read as empty."),
    Wrong.NOT_A_NUMBER: _("This is no amount: %(text)s"),
    Wrong.TOO_FINE: _("An amount goes down to the tiyn at most: %(text)s"),
    Wrong.TOO_LARGE: _("The amount is too large: %(text)s"),
    Wrong.NEGATIVE: _("The amount is below nil: %(amount)s"),
    Wrong.TWICE: _("This code stands in the file already: %(code)s, line %(line)s"),
    Wrong.NESTED: _("Other codes stand below this one, so it has no amount of its own: %(code)s"),
    Wrong.YEAR: _("This is no year: %(text)s"),
    Wrong.TOTAL: _(
        "The total is %(printed)s, and what stands below it adds up to %(computed)s. The difference: %(difference)s"
    ),
    Wrong.NO_CODES: _("No code stands below this line, and it has an amount: %(printed)s"),
    Wrong.UNBALANCED: _("The deficit is %(deficit)s and its financing is %(financing)s: together they must be nil."),
}
YEAR_UNKNOWN: Final = _("The sheet does not say of which year it is: call it by the year alone, for example 2027.")
MORE: Final = _(
    "%(year)s, %(code)s %(name)s: %(amount)s thousand tenge, about a thousand times more than before (%(before)s). Is "
    "the unit right?"
)
LESS: Final = _(
    "%(year)s, %(code)s %(name)s: %(amount)s thousand tenge, about a thousandth of what it was before (%(before)s). Is "
    "the unit right?"
)


def told(sentence: LazyString, values: Mapping[str, str]) -> LazyString:
    """The sentence with its values, in the language of whoever reads it."""
    return LazyString(lambda: str(sentence) % values)


def told_of(fault: Fault) -> LazyString:
    """A fault with its values, amounts in thousand tenge."""
    values = {
        name: exact_thousands(int(value)) if name in AMOUNTS else str(value) for name, value in fault.values.items()
    }
    return told(FAULTS[fault.wrong], values)
