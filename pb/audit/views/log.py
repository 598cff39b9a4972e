"""The audit log for everybody: page by page, and whole as JSON lines so that anybody can compute the hashes anew."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.audit import service
from pb.audit.forms import LogForm
from pb.audit.models import AuditEvent
from pb.audit.service.words import KINDS, action_text
from pb.audit.views.facts import facts
from pb.core import alphabet
from pb.db import by_id
from pb.errors import NotFound
from pb.identity.models import Person
from pb.identity.service.roles import LABELS
from pb.territory.service import log_checks
from pb.web import requests as web
from pb.web.access import EVERYBODY, access, allow
from pb.web.acted_as import acted_as
from pb.web.downloads import send_part
from pb.web.paging import Pager, pager, pager_at, pages_of
from pb.web.requests import current_act, notify, page, settings

blueprint = Blueprint("audit", __name__)
SOUGHT = ("kind", "role", "by", "day")


@blueprint.get("/<okrug:okrug>/log/")
@access(EVERYBODY)
def log() -> str:
    act = current_act()
    auditing = act.holds(Role.AUDITOR)
    form = LogForm(request.args)
    form.kind.choices = [
        SelectChoice("", _("Everything")),
        *(SelectChoice(kind, label) for kind, (label, _first_words) in KINDS.items()),
    ]
    form.role.choices = [
        SelectChoice("", _("Everybody")),
        *(SelectChoice(role.value, label) for role, label in LABELS.items()),
    ]
    wanted, of_event = _wanted(form), request.args.get("by", type=int) if auditing else None
    if of_event is not None:
        wanted = replace(wanted, by=_actor_of(act, of_event))
    if auditing:
        _offer_people(act, form, wanted.by)
    else:
        del form.by
    found = service.count(act, wanted)
    kept: dict[str, Any] = {name: request.args[name] for name in SOUGHT if request.args.get(name)}
    at_page = _paged(found, kept)
    events = service.sought(act, wanted, at_page.number)
    people = by_id(act.session, Person, (event.actor_id for event in events)) if auditing else {}
    return page(
        "audit/log.html",
        events=[_row(event, people) for event in events],
        length=service.length(act),
        form=form,
        found=found if wanted.conditions() else None,
        by=of_event,
        by_name=act.session.get_one(Person, wanted.by).name if wanted.by else "",
        auditing=auditing,
        standing=log_checks.standing(act, settings()) if auditing else None,
        pager=at_page,
    )


def _paged(found: int, kept: Mapping[str, Any]) -> Pager:
    """The page that the address asks for, or the one of the whole log on which the event `at` a position stands."""
    position = request.args.get("at", type=int)

    def address(other: int) -> str:
        return url_for("audit.log", **kept, page=other)

    if position is None or kept:
        return pager(found, service.PAGE, address)
    if not 1 <= position <= found:
        raise NotFound
    return pager_at((found - position) // service.PAGE + 1, pages_of(found, service.PAGE), address)


def _wanted(form: LogForm) -> service.Wanted:
    """Everything where nothing is sought, or what is sought is no kind and no day."""
    if not form.validate():
        return service.Wanted()
    kinds = KINDS[form.kind.data][1] if form.kind.data else ()
    return service.Wanted(kinds, form.day.data, role=form.role.data or "")


def _offer_people(act: Act, form: LogForm, chosen: UUID | None) -> None:
    """Those who did something, by name; in the address stands an event of theirs, and no name."""
    latest = service.actors(act)
    if chosen is not None:
        latest.setdefault(chosen, int(form.by.data))
        form.by.data = str(latest[chosen])
    people = sorted(by_id(act.session, Person, latest).values(), key=lambda person: alphabet.key(person.name))
    offered = (SelectChoice(str(latest[person.id]), person.name) for person in people)
    form.by.choices = [SelectChoice("", _("Everybody")), *offered]


def _actor_of(act: Act, position: int) -> UUID:
    """Who did the event at a position. Raises NotFound, also where it was the platform or a visitor."""
    event = service.at_position(act, position) if 0 < position <= service.length(act) else None
    if event is None or event.actor_id is None:
        raise NotFound
    return event.actor_id


@blueprint.get("/<okrug:okrug>/log.jsonl")
@access(EVERYBODY)
def export() -> Response:
    """The log from its first event on, from a file that grows with it."""
    file, size = service.opened(current_act(), settings().state_folder / "downloads")
    return send_part(file, size, "audit.jsonl", "application/x-ndjson")


@blueprint.post("/<okrug:okrug>/log/check")
@access(allow(Role.AUDITOR), action=lazy_gettext("have the whole log computed anew"))
def check() -> web.Response:
    log_checks.ask(current_act())
    notify(_("The log is being computed anew."))
    return redirect(url_for("audit.log"))


def _row(event: AuditEvent, people: Mapping[UUID | None, Person]) -> dict[str, Any]:
    """An event for people. Who acted is a name for auditors alone; the others read the roles."""
    actor = people.get(event.actor_id)
    roles = acted_as(event.actor_roles)
    nobody = _("somebody without a role") if event.actor_id else _("the platform or a visitor")
    return {
        "position": event.position,
        "at": event.at,
        "text": action_text(event.action),
        "action": event.action,
        "roles": roles or nobody,
        "actor": actor.name if actor else None,
        "facts": facts(event.data, event.action),
        "data": json.dumps(event.data, ensure_ascii=False, sort_keys=True) if event.data else "",
        "subject": event.subject_id,
        "hash": event.hash,
        "previous": event.previous,
    }
