"""What waits around the roll: for the registrar who keeps it, and for the second person who confirms."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.errors import Forbidden
from pb.identity.service.duties import Duty
from pb.roll.service import commitments, corrections, entries, requests


def _changing(act: Act, cycle: Cycle) -> bool:
    return not entries.is_frozen(act, cycle) and not entries.are_erased(act, cycle)


@duties_in(Phase.VOTING, of=[Role.REGISTRAR])
def to_keep(act: Act, cycle: Cycle) -> Iterator[Duty]:
    if not _changing(act, cycle):
        return
    if not entries.count(act, cycle):
        yield Duty(_("Bring in the roll of voters"), url_for("roll.show", cycle_id=cycle.id))
    if late := requests.count_too_late(act, cycle):
        url = url_for("roll.list_too_late", cycle_id=cycle.id)
        yield Duty(_("Take over requests that came too late for an earlier vote"), url, _waiting(late))


@duties_in(Phase.VOTING, Phase.RESULT, Phase.BUDGET, Phase.WORKS, of=[Role.REGISTRAR])
def to_answer(act: Act, cycle: Cycle) -> Iterator[Duty]:
    """Nobody goes without an answer, also after the opening."""
    if not entries.are_erased(act, cycle) and (waiting := requests.count(act, cycle, waiting=True)):
        url = url_for("roll.list_requests", cycle_id=cycle.id)
        yield Duty(_("Answer the requests about the roll"), url, _waiting(waiting))


@duties_in(Phase.VOTING, of=entries.SECOND_PERSONS)
def to_confirm(act: Act, cycle: Cycle) -> Iterator[Duty]:
    if not _changing(act, cycle) or not _is_second(act, cycle):
        return
    if entries.count(act, cycle) and entries.confirmation(act, cycle) is None:
        yield Duty(_("Confirm the roll of voters"), url_for("roll.show", cycle_id=cycle.id))
    if waiting := len(corrections.waiting(act, cycle)):
        url = url_for("roll.list_corrections", cycle_id=cycle.id)
        yield Duty(_("Decide on corrections of the roll"), url, _waiting(waiting))


def _is_second(act: Act, cycle: Cycle) -> bool:
    try:
        commitments.require_second_person(act, cycle)
    except Forbidden:
        return False
    return True


def _waiting(number: int) -> str:
    return str(_("Waiting: %(number)s", number=number))
