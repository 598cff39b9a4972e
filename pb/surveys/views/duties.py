"""What waits of surveys: texts to be read and published, drafts to be opened."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pb.act import Act, Role
from pb.identity.service.duties import Duty, duties_of
from pb.surveys.service import MAKING, finding, texts


@duties_of(Role.OFFICE)
def to_read(act: Act) -> Iterator[Duty]:
    """From the day after the last one on."""
    for survey, count in texts.waiting(act):
        thing = ngettext("%(num)s text", "%(num)s texts", count)
        url = url_for("surveys.read", survey_id=survey.id)
        yield Duty(_("Read and publish the texts of a survey"), url, thing, texts.due(act, survey))


@duties_of(*MAKING)
def to_open(act: Act) -> Iterator[Duty]:
    """What was begun; its first day is the last one to open it on without changing its days."""
    for survey in finding.drafts(act):
        thing = _("Survey № %(number)s", number=survey.number)
        yield Duty(_("Open a survey"), url_for("surveys.show", survey_id=survey.id), thing, survey.opens_on)
