"""What waits of visits: a report to sign, a recommendation to answer; and for the auditor what is overdue."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.formats import numbered
from pb.identity.service.duties import Duty, duties_of
from pb.inspections import service
from pb.inspections.service import following
from pb.inspections.service.following import ANSWERING, Asked, Standing


@duties_of(Role.AUDITOR, Role.RESIDENT, Role.CHAIR, Role.SECRETARY)
def to_sign(act: Act) -> Iterator[Duty]:
    """Members of the commission may hold another role or none but a resident's."""
    for one in _reports(act):
        if not one.signed and service.may_sign(act, one.report):
            yield Duty(_("Sign the report of a visit"), _url(one), _thing(one))


@duties_of(*ANSWERING)
def to_answer(act: Act) -> Iterator[Duty]:
    for one in _reports(act):
        for asked in one.owed:
            if following.may_answer(act, one, asked):
                url = url_for(
                    "inspections.write_answer",
                    inspection_id=one.report.id,
                    position=asked.recommendation.position,
                )
                yield Duty(_("Answer a recommendation"), url, _thing(one, asked), asked.until)


@duties_of(Role.AUDITOR)
def overdue(act: Act) -> Iterator[Duty]:
    """The auditor did their part: it is the akim that is waited for."""
    today = local(act.at).date()
    for one in _reports(act):
        for asked in one.owed:
            if asked.late(today):
                told = _("The akim has to answer a recommendation")
                yield Duty(told, _url(one), _thing(one, asked), asked.until, of_others=True)


def _reports(act: Act) -> list[Standing]:
    return following.all_of(act) if act.territory.kind in FOURTH_LEVEL else []


def _url(one: Standing) -> str:
    return url_for("inspections.show", inspection_id=one.report.id)


def _thing(one: Standing, asked: Asked | None = None) -> str:
    told = _("Report of a visit № %(number)s", number=one.report.number)
    return f"{told} · {numbered(asked.recommendation.position)}" if asked is not None else told
