"""What the pages of a meeting that is being held share: the device that writes, where it stands, what is next."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Response as FlaskResponse
from flask import request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.utils import redirect

from pb.act import Act
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering, Office, Question, State
from pb.gatherings.service import agenda, arrivals, devices, hour, meetings, minutes, officers, presence
from pb.gatherings.service.points import of_agenda
from pb.gatherings.views import agenda as points
from pb.gatherings.views.blueprint import blueprint
from pb.web.access import SIGNED_IN, access
from pb.web.requests import Response, current_act, notify, page

T = TypeVar("T")
DEVICE = "meeting_device"
ELECT = {Office.CHAIR: lazy_gettext("Elect the chair"), Office.SECRETARY: lazy_gettext("Elect the secretary")}


def device() -> str:
    """What tells this browser from others: SHA-256 of what its cookie alone keeps."""
    own: str = session.setdefault(DEVICE, secrets.token_urlsafe(16))
    return hashlib.sha256(own.encode()).hexdigest()


def to_write(gathering_id: UUID) -> tuple[Act, Gathering]:
    """The act and the meeting, for an entry of this device. Raises Forbidden, Conflict (another device writes)."""
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    devices.write(act, gathering, device())
    return act, gathering


def writes(act: Act, gathering: Gathering, field: str, verb: Callable[[], T]) -> T:
    """What a form records, on this device: what stands in its way is told at the `field`, with all that was typed.

    Raises what `verb` does but for Conflict, Forbidden, FieldRefusal (another device writes).
    """
    require_keeper(act, gathering)
    try:
        devices.write(act, gathering, device())
    except devices.AnotherDevice as error:
        if "X-Press" in request.headers:  # the script keeps what was sent until the record is taken over
            raise
        raise FieldRefusal(field, *error.messages) from error
    try:
        return verb()
    except Conflict as error:
        raise FieldRefusal(field, *error.messages) from error


def require_keeper(act: Act, gathering: Gathering) -> None:
    """Raises Forbidden for whoever does not keep this meeting's record."""
    if not officers.keeps_record(act, gathering):
        raise Forbidden(_("Only who keeps the record of the meeting does this."))


def held_page(template: str, act: Act, gathering: Gathering, *, address: str = "", **values: Any) -> str:
    """A page of a meeting that is being held: beside its own part stand the strip and the agenda.

    `address`: of the page, where another one answers its forms.
    """
    here, lost = meetings.quorum_of(gathering), meetings.quorum_lost(act, gathering)
    to_decide = meetings.to_decide(act, gathering)
    return page(
        template,
        gathering=gathering,
        stands_at=address or request.path,
        quorum=here,
        lacking=max(0, here.needed - here.present),
        quorum_lost=lost,
        early=hour.too_early(act, gathering),
        may_end=lost and meetings.ends_early(gathering) and not minutes.too_early(act, gathering),
        decided=sum(question.outcome is not None for question in to_decide),
        to_decide=len(to_decide),
        rows=agenda_rows(act, gathering),
        other_device=devices.of_another(act, gathering, device()),
        ready=is_ready(act, gathering),
        missing=officers.missing(gathering),
        elect_labels=ELECT,
        **values,
    )


def agenda_rows(act: Act, gathering: Gathering) -> list[dict[str, Any]]:
    """The agenda beside the page: each point with its text, whether it stands, and where it is voted on."""
    shown = of_agenda(act, gathering)
    standing = {question.id for question in meetings.to_decide(act, gathering)}
    return [
        {
            "question": question,
            "text": points.question_shown(point),
            "stands": question.id in standing,
            "url": url_for("gatherings.vote", gathering_id=gathering.id, question_id=question.id),
        }
        for question, point in zip(gathering.questions, shown, strict=True)
    ]


def is_ready(act: Act, gathering: Gathering) -> bool:
    """Whether points can be decided: the hour has come, a quorum, officers, an adopted agenda."""
    try:
        agenda.require_ready(act, gathering)
    except Conflict:
        return False
    return True


def next_step(act: Act, gathering: Gathering) -> tuple[str, str] | None:
    """What who keeps the record does next, and where; None for everybody else, and where nothing is left."""
    if not officers.keeps_record(act, gathering) or not meetings.in_its_phase(act, gathering):
        return None
    if gathering.state in {State.CONVENED, State.INQUORATE} or not hour.has_come(act, gathering):
        if local(act.at).date() < local(gathering.meets_at).date() or arrivals.too_late(act, gathering):
            return None
        return url_for("gatherings.attendance", gathering_id=gathering.id), _("Mark who is present")
    return _of_the_record(act, gathering) if gathering.state == State.QUORATE else None


def _of_the_record(act: Act, gathering: Gathering) -> tuple[str, str] | None:
    for office in officers.missing(gathering):
        return url_for("gatherings.officers", gathering_id=gathering.id, office=office), str(ELECT[office])
    if gathering.agenda_adopted_at is None:
        return url_for("gatherings.agenda", gathering_id=gathering.id), _("Adopt the agenda")
    left = [question for question in meetings.to_decide(act, gathering) if question.outcome is None]
    if not left and minutes.too_early(act, gathering):
        return None
    if not left:
        return url_for("gatherings.show_minutes", gathering_id=gathering.id), _("Draw up the minutes")
    url = url_for("gatherings.vote", gathering_id=gathering.id, question_id=left[0].id)
    return url, called(act, gathering, left[0])


def called(act: Act, gathering: Gathering, question: Question) -> str:
    """A point by its number on the agenda; of how many where none was taken off: else the numbers would not agree."""
    total = len(gathering.questions)
    if len(meetings.to_decide(act, gathering)) < total:
        return str(_("Question %(number)s", number=question.position))
    return str(_("Question %(number)s of %(total)s", number=question.position, total=total))


def present_names(gathering: Gathering) -> list[tuple[str, str]]:
    """Those who are here, to choose from."""
    return [("", _("Choose")), *((name, name) for name in sorted(presence.names(gathering)))]


@blueprint.after_request
def lead_on(answer: FlaskResponse) -> FlaskResponse:
    """Where a press of the script leads it goes itself: what is told on that page would else be told to nobody."""
    if "X-Press" in request.headers and answer.status_code in {302, 303}:
        answer.headers["X-Next"] = answer.headers.pop("Location")
        answer.status_code = 204
        answer.set_data(b"")
    return answer


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/device")
@access(SIGNED_IN, action=lazy_gettext("write the record of a meeting on this device"))
def take_device(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    devices.take_over(act, gathering, device())
    notify(_("From now on this device writes the record."))
    meeting, stood_at = url_for("gatherings.show", gathering_id=gathering.id), request.form.get("at", "")
    if stood_at.startswith(f"{meeting}/"):  # the next press is about what stands there, and not about another question
        return redirect(stood_at)
    step = next_step(act, gathering)
    return redirect(step[0] if step else meeting)
