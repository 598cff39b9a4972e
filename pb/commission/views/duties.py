"""What waits of the commission: a record to confirm, a report to write, to sign, to decide on, to answer."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.commission import service
from pb.commission.service import following, on_paper, seating
from pb.commission.service.following import Standing
from pb.commission.service.seating import CONFIRMING
from pb.commission.service.words import half_named
from pb.commission.views.pages import named
from pb.core.places.kinds import FOURTH_LEVEL
from pb.identity.service import holdings
from pb.identity.service.duties import Duty, duties_of
from pb.tasks.service import basis
from pb.territory.service import tree


@duties_of(Role.OFFICE)
def to_record(act: Act) -> Iterator[Duty]:
    """Whom a meeting elected sit nowhere until the office has recorded them."""
    if act.territory.kind not in FOURTH_LEVEL or (elected := seating.to_record(act)) is None:
        return
    names = ", ".join(member.name for member in seating.elected_members(act, elected))
    url = _here(act, "commission.choose", question=basis.called(elected))
    yield Duty(_("Record the commission that was elected"), url, names)


@duties_of(*CONFIRMING)
def to_confirm(act: Act) -> Iterator[Duty]:
    waiting = seating.waiting(act)
    if waiting is not None and seating.may_confirm(act, waiting):
        yield Duty(_("Confirm the commission of the community"), _here(act, "commission.overview"))


@duties_of(Role.SECRETARY)
def to_write(act: Act) -> Iterator[Duty]:
    if act.territory.kind in FOURTH_LEVEL and service.may_write(act):
        for one in following.missing(act):
            url = _here(act, "commission.new")
            half, until = half_named(one.year, one.half), following.term_of(act, one)
            yield Duty(_("Write the report of the commission"), url, half, until)


@duties_of(Role.RESIDENT, Role.CHAIR, Role.SECRETARY)
def to_sign(act: Act) -> Iterator[Duty]:
    """Members of the commission may hold another role or none but a resident's."""
    for one in following.all_of(act):
        if service.may_sign(act, one.report) and one.last is None:
            yield Duty(
                _("Sign the report of the commission"), _url(one), named(one.report), following.term(act, one.report)
            )


@duties_of(*on_paper.CONFIRMING)
def papers_to_confirm(act: Act) -> Iterator[Duty]:
    for one in following.all_of(act):
        if on_paper.may_confirm(act, one.report) and holdings.has_cooled(act, *on_paper.CONFIRMING):
            until = following.term(act, one.report)
            yield Duty(_("Confirm the scan of a signed report"), _url(one), named(one.report), until)


@duties_of(Role.CHAIR, Role.SECRETARY)
def papers_of_others(act: Act) -> Iterator[Duty]:
    """The assembly's side did its part; where nobody is deputy or auditor here, it sees that somebody has to be."""
    for one in following.all_of(act):
        if on_paper.waiting(one.report):
            deed = _("A scan of the report waits for a deputy or the auditor")
            until = following.term(act, one.report)
            yield Duty(deed, _url(one), named(one.report), until, of_others=True)


@duties_of(Role.CHAIR, Role.SECRETARY)
def to_decide(act: Act) -> Iterator[Duty]:
    for one in following.all_of(act):
        if following.may_decide(act, one):
            yield Duty(_("Put the report of the commission before the assembly"), _url(one), named(one.report))


@duties_of(Role.AKIM)
def to_conclude(act: Act) -> Iterator[Duty]:
    for one in following.all_of(act):
        if following.may_conclude(act, one):
            yield Duty(_("Give a conclusion on recommendations"), _url(one), named(one.report), one.due)


def _here(act: Act, endpoint: str, question: str | None = None) -> str:
    return url_for(endpoint, okrug=tree.slug_of(act.session, act.territory.id), question=question)


def _url(one: Standing) -> str:
    return url_for("commission.show", report_id=one.report.id)
