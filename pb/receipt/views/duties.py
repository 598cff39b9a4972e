"""What waits of residents' questions: for the office to answer, for akim and deputies what is past its term."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import ngettext

from pb.act import Act, Role
from pb.core.places.kinds import FOURTH_LEVEL
from pb.identity.service.duties import Duty, duties_of
from pb.receipt.service import asking
from pb.territory.service import tree


@duties_of(Role.OFFICE, Role.AKIM, Role.DEPUTY)
def of_questions(act: Act) -> Iterator[Duty]:
    """One duty for all of them, with the first last day."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    waiting = asking.waiting(act)
    if not waiting:
        return
    url = url_for("receipt.list_questions", okrug=tree.slug_of(act.session, act.territory.id))
    if act.holds(Role.OFFICE):
        deed = ngettext(
            "Answer a resident's question on the budget",
            "Answer %(num)s questions of residents on the budget",
            len(waiting),
        )
        yield Duty(deed, url, until=waiting[0].due)
    elif late := asking.overdue(act, waiting):
        deed = ngettext(
            "See that a question on the budget gets its answer",
            "See that %(num)s questions on the budget get their answers",
            len(late),
        )
        yield Duty(deed, url, until=waiting[0].due)
