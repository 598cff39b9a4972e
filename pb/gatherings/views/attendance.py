"""Who is here: the list of members with a press for each, the reasons of those absent, and the door for residents."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.core import alphabet
from pb.errors import Conflict, NotFound
from pb.gatherings.forms.holding import AbsenceForm
from pb.gatherings.models import OFFICE_LABELS, Attendance, Gathering
from pb.gatherings.service import arrivals, meetings, presence
from pb.gatherings.views import registration
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.writing import held_page, next_step, require_keeper, to_write
from pb.web.access import SIGNED_IN, TEXTS, access
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify

STEPS: dict[str, Callable[[Act, Gathering, UUID], object]] = {
    "come": arrivals.come,
    "remote": lambda act, gathering, member: arrivals.come(act, gathering, member, remote=True),
    "go": arrivals.go,
    "mistake": lambda act, gathering, member: arrivals.go(act, gathering, member, mistaken=True),
}


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/attendance")
@access(SIGNED_IN)
def attendance(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    meetings.require_phase(act, gathering)
    return _page(act, gathering)


def _page(act: Act, gathering: Gathering, refused: str = "") -> str:
    """Who is here, with a press for each; `refused`: why the press that was just made was not taken."""
    if not gathering.of_members:
        return registration.registration_page(act, gathering, refused=refused)
    return held_page(
        "gatherings/attendance.html",
        act,
        gathering,
        refused=refused,
        closed=arrivals.closed(act, gathering),
        too_late=arrivals.too_late(act, gathering),
        attendances=by_name(gathering),
        recorded=arrivals.at_votes(gathering),
        away=presence.away(act, gathering),
        office_labels=OFFICE_LABELS,
        step=next_step(act, gathering),
        opening=not (gathering.agenda_adopted_at or gathering.officers),
    )


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/attendance")
@access(SIGNED_IN, action=lazy_gettext("mark who is present"), largest_body=TEXTS)
def mark_present(gathering_id: UUID) -> Response:
    """Either one press (`come`, `remote`, `go` or `mistake` with a member's number), or the whole list of who came."""
    act, gathering = to_write(gathering_id)
    pressed = next((name for name in STEPS if name in request.form), None)
    try:
        if pressed is not None:
            STEPS[pressed](act, gathering, _member(gathering, request.form[pressed]))
            return redirect(url_for("gatherings.attendance", gathering_id=gathering.id))
        quorum = arrivals.mark_present(act, gathering, _ticked())
    except Conflict as error:
        return told_there(act, gathering, error)
    notify(_("A quorum is present.") if quorum.reached else _("There is no quorum. Nothing can be decided."))
    step = next_step(act, gathering)
    return redirect(step[0] if step and quorum.reached else url_for("gatherings.show", gathering_id=gathering.id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/inquorate")
@access(SIGNED_IN, action=lazy_gettext("record that too few came, and the meeting is not held"))
def declare_inquorate(gathering_id: UUID) -> Response:
    act, gathering = to_write(gathering_id)
    told = [_("All who came are counted. Nothing can be decided, and the meeting may be convened again.")]
    undone = _("Who comes later can still be marked: when they are enough, the meeting goes on.")
    if asked := ask_first(_("There is no quorum?"), told, _("There is no quorum"), undone=undone):
        return asked
    arrivals.declare_inquorate(act, gathering)
    notify(_("There is no quorum. Nothing can be decided."))
    return redirect(url_for("gatherings.show", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/attendance/<number:member_id>")
@access(SIGNED_IN)
def absence(gathering_id: UUID, member_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    row = _row(gathering, member_id)
    return held_page("gatherings/absence.html", act, gathering, row=row, form=AbsenceForm(obj=row))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/attendance/<number:member_id>")
@access(SIGNED_IN, action=lazy_gettext("write why a member did not come"))
def excuse(gathering_id: UUID, member_id: UUID) -> Response:
    act, gathering = to_write(gathering_id)
    row, form = _row(gathering, member_id), AbsenceForm()
    form.submit(lambda: arrivals.excuse(act, gathering, member_id, form.absence.data or ""))
    if form.errors:
        return held_page("gatherings/absence.html", act, gathering, row=row, form=form), 422
    return redirect(url_for("gatherings.attendance", gathering_id=gathering.id))


def told_there(act: Act, gathering: Gathering, refused: Conflict) -> Response:
    """A press that is not taken is told on the page where it was made; the script tells it there itself."""
    if "X-Press" in request.headers:
        raise refused
    return _page(act, gathering, refused.message), refused.status


def _ticked() -> list[UUID]:
    """Raises NotFound (no numbers of members)."""
    try:
        return [UUID(member) for member in request.form.getlist("present")]
    except ValueError as error:
        raise NotFound from error


def by_name(gathering: Gathering) -> list[Attendance]:
    """The members of this meeting by the alphabet."""
    return sorted(gathering.attendances, key=lambda row: alphabet.key(row.member.name))


def _member(gathering: Gathering, number: str) -> UUID:
    """A member of this meeting by number. Raises NotFound."""
    found = next((row.member_id for row in gathering.attendances if str(row.member.number) == number), None)
    if found is None:
        raise NotFound
    return found


def _row(gathering: Gathering, member_id: UUID) -> Attendance:
    """Raises NotFound."""
    found = next((row for row in gathering.attendances if row.member_id == member_id), None)
    if found is None:
        raise NotFound
    return found
