"""What the office owes the readers of the citizens' budget; of each month's report the room of the budget tells."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.citizens.service import due
from pb.core.places.kinds import FOURTH_LEVEL
from pb.identity.service.duties import Duty, duties_of


@duties_of(Role.OFFICE)
def of_reviews(act: Act) -> Iterator[Duty]:
    """The report of the whole year, and of the half-year, while the citizens' budget lacks that edition."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    for one in due.reviews(act):
        yield Duty(
            _("Take in the report of the year: its citizens' budget waits for it")
            if one.whole
            else _("Take in the report of the half-year: its citizens' budget waits for it"),
            url_for("budget.write_execution", budget_id=one.budget.id),
            str(one.budget.first_year),
            one.day,
        )
