"""What waits of the registers: progress to be entered, a version of the programme to be approved."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pb.act import Act
from pb.core.places.kinds import FOURTH_LEVEL
from pb.identity.service.duties import Duty, duties_of
from pb.registers.service import WRITING, programmes, reminding


@duties_of(*WRITING)
def of_programmes(act: Act) -> Iterator[Duty]:
    """Each half-year, or as the setting says."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    for due in reminding.due(act):
        thing = ngettext(
            "%(num)s task of %(years)s", "%(num)s tasks of %(years)s", due.tasks, years=due.programme.years
        )
        url = url_for("registers.programme", programme_id=due.programme.id)
        yield Duty(_("Enter the progress of the development programme"), url, thing, due.until)
    for programme in programmes.of_here(act):
        if programmes.written(act, programme) is not None:
            url = url_for("registers.programme", programme_id=programme.id, _anchor="written")
            yield Duty(_("Bring the development programme to the assembly's decision"), url, programme.years)
