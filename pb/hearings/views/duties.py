"""What waits of hearings: papers that are not published, opinions that have no answer yet."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pb.act import Act
from pb.gatherings.models import Kind
from pb.gatherings.service.convening import CONVENERS
from pb.hearings.service import ANSWERING, finding
from pb.identity.service.duties import Duty, duties_of


@duties_of(*CONVENERS[Kind.HEARING])
def to_publish(act: Act) -> Iterator[Duty]:
    """Until there is a paper nobody can say what they think of it."""
    for gathering in finding.to_publish(act):
        url = url_for("materials.choose", gathering_id=gathering.id)
        thing = gathering.named
        yield Duty(_("Publish the papers of the hearing"), url, thing, finding.papers_due(act, gathering))


@duties_of(*ANSWERING)
def to_answer(act: Act) -> Iterator[Duty]:
    """From the first opinion on; the term runs from the day of the hearing."""
    for gathering, count in finding.unanswered(act):
        thing = ngettext("%(num)s opinion", "%(num)s opinions", count)
        url = url_for("hearings.show", gathering_id=gathering.id)
        yield Duty(_("Answer the opinions of a hearing"), url, thing, finding.due(act, gathering))
