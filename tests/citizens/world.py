"""A budget of this year that was approved, and reports on its execution."""

from datetime import date

from pb.act import Role
from pb.budget.models import Execution, Version
from pb.budget.service import execution
from pb.budget.service.execution import Paid
from pb.core.budget.amounts import read_thousands
from pb.core.budget.codes import Code, part_of
from tests.budget.world import PLAN, approved, begun
from tests.village import Okrug

YEAR = 2026
SPENT, REVENUE = read_thousands("67 224"), read_thousands("66 024")


def in_force(okrug: Okrug, year: int = YEAR) -> Version:
    version = begun(okrug, year)
    approved(okrug, version, f"41-{year}")
    return version


def reported(okrug: Okrug, version: Version, until: date, paid: int = 0, **lines: int) -> Execution:
    """A report on every line of the plan: `paid` tiyn of each, but for those that are named."""
    told = [Paid(part_of(Code.read(code)), code, None, None, None, lines.get(code, paid)) for code in PLAN]
    return execution.take(okrug.act(Role.OFFICE), version.budget, until, told, sha256="0" * 64, sure=True)
