"""The audit log for everybody: page by page, and whole as JSON lines so that anybody can compute the hashes anew."""

import json
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.audit import service
from pb.audit.models import AuditEvent
from pb.audit.views.words import action_text
from pb.errors import NotFound
from pb.identity.models import Person
from pb.identity.service.roles import LABELS
from pb.web.access import EVERYBODY, access
from pb.web.downloads import send_part
from pb.web.requests import current_act, page, settings

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@access(EVERYBODY)
def log() -> str:
    act = current_act()
    length = service.length(act)
    pages = max(1, -(-length // service.PAGE))
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= pages:
        raise NotFound
    auditing = act.holds(Role.AUDITOR)
    return page(
        "audit/log.html",
        events=[_row(act, event, named_people=auditing) for event in service.page(act, number)],
        length=length,
        auditing=auditing,
        fault=service.first_fault(act) if auditing else None,
        pager={
            "number": number,
            "pages": pages,
            "previous_url": url_for("audit.log", page=number - 1) if number > 1 else None,
            "next_url": url_for("audit.log", page=number + 1) if number < pages else None,
        },
    )


@blueprint.get("/audit.jsonl")
@access(EVERYBODY)
def export() -> Response:
    """The log from its first event on, from a file that grows with it."""
    file, size = service.opened(current_act(), settings().state_folder / "downloads")
    return send_part(file, size, "audit.jsonl", "application/x-ndjson")


def _row(act: Act, event: AuditEvent, *, named_people: bool) -> dict[str, Any]:
    """An event for people. Who acted is a name for auditors alone; the others read the roles."""
    actor = act.session.get(Person, event.actor_id) if named_people and event.actor_id else None
    roles = ", ".join(str(LABELS[Role(role)]) for role in event.actor_roles.split(",") if role)
    nobody = _("somebody without a role") if event.actor_id else _("the platform or a visitor")
    return {
        "position": event.position,
        "at": event.at,
        "text": action_text(event.action),
        "action": event.action,
        "roles": roles or nobody,
        "actor": actor.name if actor else None,
        "data": json.dumps(event.data, ensure_ascii=False, sort_keys=True) if event.data else "",
        "subject": event.subject_id,
        "hash": event.hash,
        "previous": event.previous,
    }
