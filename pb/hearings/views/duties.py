"""What waits of hearings: opinions that have no answer yet."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pb.act import Act
from pb.hearings.service import ANSWERING, finding
from pb.identity.service.duties import Duty, duties_of


@duties_of(*ANSWERING)
def to_answer(act: Act) -> Iterator[Duty]:
    """From the first opinion on; the term runs from the day of the hearing."""
    for gathering, count in finding.unanswered(act):
        thing = ngettext("%(num)s opinion", "%(num)s opinions", count)
        url = url_for("hearings.show", gathering_id=gathering.id)
        yield Duty(_("Answer the opinions of a hearing"), url, thing, finding.due(act, gathering))
