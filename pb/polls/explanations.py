"""Why a project won or lost, in the reader's language."""

from flask_babel import gettext as _

from pb.core.allocation.greedy import Reason
from pb.polls.counting import CountedProject
from pb.web.formats import money


def why(project: CountedProject) -> str:
    """One or two sentences with the sums that decided."""
    if project.won:
        return str(_("Won. When its turn came, %(left)s was left.", left=money(project.left)))
    if project.reason == Reason.NO_VOTES:
        return str(_("Nobody voted for it."))
    return str(
        _(
            "Did not fit: when its turn came, %(left)s was left; missing: %(missing)s.",
            left=money(project.left),
            missing=money(project.missing),
        )
    )
