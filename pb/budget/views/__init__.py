"""Pages of the okrug's budget and, in a raion, of all its okrugs' budgets."""

from pb.budget.views import (
    annexes,
    asking,
    budgets,
    deciding,
    duties,
    execution,
    files,
    from_paper,
    on_decisions,
    raion,
    steps,
    versions,
)
from pb.budget.views.blueprint import blueprint

__all__ = [
    "annexes",
    "asking",
    "blueprint",
    "budgets",
    "deciding",
    "duties",
    "execution",
    "files",
    "from_paper",
    "on_decisions",
    "raion",
    "steps",
    "versions",
]
